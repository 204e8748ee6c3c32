//! Labels that name a picture with the word that was spoken, and arrows that lead from one picture
//! to another.

use rand::Rng as _;

use crate::{
    scene::{Layer, Stroke, Track},
    story::Art,
    treatments::Take,
};

use super::{
    geometry::{Rect, SAFE_LEFT_PX, SAFE_RIGHT_PX},
    lettering::Lettering,
    motion::{self, Entrance},
    pictures,
};

/// Longest label in characters.
const LABEL_CHARS_MAX: usize = 16;

/// The word of the narration that names this picture, without punctuation. What nobody names has no
/// label: the word that happens to be spoken as it enters would be a wrong one.
#[must_use]
pub fn spoken_name(art: &Art) -> Option<String> {
    let text = art.named_by.as_deref()?.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
    (1..=LABEL_CHARS_MAX).contains(&text.chars().count()).then_some(text)
}

/// How a video writes its labels: one way for all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hand {
    /// A light pill with dark words.
    Pill,
    /// A tilted tag in the accent.
    Tag,
    /// Bare words.
    Bare,
}

/// How a video draws its arrows: one way for all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lead {
    /// A bow with an open head.
    Bow,
    /// A dotted bow with an open head.
    Dotted,
    /// A straight line that ends in a disc.
    Pin,
}

fn hand(take: &Take) -> Hand {
    [Hand::Pill, Hand::Tag, Hand::Bare][take.story_rng("label").random_range(0..3)]
}

fn lead(take: &Take) -> Lead {
    [Lead::Bow, Lead::Dotted, Lead::Pin][take.story_rng("arrow").random_range(0..3)]
}

/// A label under a picture, kept inside the safe width; returns the layer and what it covers.
#[must_use]
pub fn under(take: &Take, text: &str, slot: Rect, at_frame: u32) -> (Layer, Rect) {
    let p = take.palette;
    let light = p.is_light();
    let word = |ink| Lettering::title(text, 50.0, ink).weight(800);
    let (lettering, tilt_deg) = match hand(take) {
        Hand::Pill if light => (word(p.bg1).plated(p.ink, 24.0, 8.0, 34.0), 0.0),
        Hand::Pill => (word(p.bg2).plated(p.ink.with_alpha(0.94), 24.0, 8.0, 34.0), 0.0),
        Hand::Tag => {
            let ink = if light { p.bg1 } else { p.bg2 };
            (word(ink).plated(p.accent, 20.0, 6.0, 10.0), -3.0)
        }
        Hand::Bare if light => (word(p.ink), 0.0),
        Hand::Bare => (word(p.ink).outlined(7.0), 0.0),
    };
    let [w, h] = lettering.size(take);
    let half = w / 2.0 + 8.0;
    let x = slot.centre()[0].clamp(SAFE_LEFT_PX + half, SAFE_RIGHT_PX - half);
    let area = Rect::around(x, slot.bottom + 18.0 + h / 2.0, w, h);
    let at = at_frame as f32 + 3.0;
    let mut pose = area.pose();
    pose.rotation_deg = Track::fixed(tilt_deg);
    let pose = motion::enter(pose, Entrance::Pop, at);
    (lettering.layer("label", pose, at as u32), area)
}

/// An arrow from one box to another that draws itself; none when they are too close.
#[must_use]
pub fn arrow(take: &Take, from: Rect, to: Rect, at_frame: f32) -> Vec<Layer> {
    let lead = lead(take);
    let ([ax, ay], [bx, by]) = (from.centre(), to.centre());
    let (dx, dy) = (bx - ax, by - ay);
    let length = dx.hypot(dy).max(1.0);
    let (ux, uy) = (dx / length, dy / length);
    let start = from.width() * 0.54;
    let end = length - to.width() * 0.46;
    if end - start < 60.0 {
        return Vec::new();
    }
    let bow = if lead == Lead::Pin { 0.0 } else { (end - start) * 0.22 };
    let point = |along: f32, side: f32| (ux * along - uy * side, uy * along + ux * side);
    let (sx, sy) = point(start, 0.0);
    let (cx, cy) = point(f32::midpoint(start, end), bow);
    let (ex, ey) = point(end, 0.0);
    let stroke = |width_px, dash_px| Stroke { colour: take.palette.accent, width_px, dash_px };
    let shaft = format!("M{sx:.1} {sy:.1}Q{cx:.1} {cy:.1} {ex:.1} {ey:.1}");
    let dashes = if lead == Lead::Dotted { vec![1.0, 20.0] } else { Vec::new() };
    let width_px = if lead == Lead::Dotted { 12.0 } else { 9.0 };
    let shaft =
        pictures::stroked("arrow", shaft, [ax, ay], stroke(width_px, dashes), at_frame, 10.0);
    let tip = if lead == Lead::Pin {
        // A stroke of no length with round ends is a disc.
        (format!("M{ex:.1} {ey:.1}l0.1 0"), 34.0)
    } else {
        // The head follows the curve's tangent at its end.
        let (tx, ty) = (ex - cx, ey - cy);
        let tangent = tx.hypot(ty).max(1.0);
        let (tx, ty) = (tx / tangent * 30.0, ty / tangent * 30.0);
        let head = format!(
            "M{:.1} {:.1}L{ex:.1} {ey:.1}L{:.1} {:.1}",
            ex - tx - ty * 0.7,
            ey - ty + tx * 0.7,
            ex - tx + ty * 0.7,
            ey - ty - tx * 0.7
        );
        (head, width_px)
    };
    let (head, head_px) = tip;
    let head = pictures::stroked(
        "arrow",
        head,
        [ax, ay],
        stroke(head_px, Vec::new()),
        at_frame + 8.0,
        5.0,
    );
    vec![shaft, head]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_labelled_by_the_word_that_names_it_and_by_no_other() {
        let art = |named_by: Option<&str>| Art {
            name: "coin".into(),
            svg: "<svg/>".into(),
            at_frame: 30,
            named_by: named_by.map(str::to_owned),
        };
        assert_eq!(spoken_name(&art(Some("“coins,”"))).as_deref(), Some("coins"));
        assert_eq!(spoken_name(&art(None)), None);
        assert_eq!(spoken_name(&art(Some("incomprehensibilities"))), None);
    }
}
