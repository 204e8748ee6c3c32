//! Labels that name a picture with the word that was spoken, and arrows that lead from one picture
//! to another.

use crate::{
    scene::{Layer, Stroke},
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

/// A label under a picture, kept inside the safe width; returns the layer and what it covers.
#[must_use]
pub fn under(take: &Take, text: &str, slot: Rect, at_frame: u32) -> (Layer, Rect) {
    let (fill, ink) = if take.palette.is_light() {
        (take.palette.ink, take.palette.bg1)
    } else {
        (take.palette.ink.with_alpha(0.94), take.palette.bg2)
    };
    let lettering = Lettering::title(text, 50.0, ink).weight(800).plated(fill, 24.0, 8.0, 34.0);
    let [w, h] = lettering.size(take);
    let half = w / 2.0 + 8.0;
    let x = slot.centre()[0].clamp(SAFE_LEFT_PX + half, SAFE_RIGHT_PX - half);
    let area = Rect::around(x, slot.bottom + 18.0 + h / 2.0, w, h);
    let at = at_frame as f32 + 3.0;
    let pose = motion::enter(area.pose(), Entrance::Pop, at);
    (lettering.layer("label", pose, at as u32), area)
}

/// A curved arrow from one box to another that draws itself; none when they are too close.
#[must_use]
pub fn arrow(take: &Take, from: Rect, to: Rect, at_frame: f32) -> Vec<Layer> {
    let ([ax, ay], [bx, by]) = (from.centre(), to.centre());
    let (dx, dy) = (bx - ax, by - ay);
    let length = dx.hypot(dy).max(1.0);
    let (ux, uy) = (dx / length, dy / length);
    let start = from.width() * 0.54;
    let end = length - to.width() * 0.46;
    if end - start < 60.0 {
        return Vec::new();
    }
    let bow = (end - start) * 0.22;
    let point = |along: f32, side: f32| (ux * along - uy * side, uy * along + ux * side);
    let (sx, sy) = point(start, 0.0);
    let (cx, cy) = point(f32::midpoint(start, end), bow);
    let (ex, ey) = point(end, 0.0);
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
    let stroke = Stroke { colour: take.palette.accent, width_px: 9.0, dash_px: Vec::new() };
    let shaft = format!("M{sx:.1} {sy:.1}Q{cx:.1} {cy:.1} {ex:.1} {ey:.1}");
    vec![
        pictures::stroked("arrow", shaft, [ax, ay], stroke.clone(), at_frame, 10.0),
        pictures::stroked("arrow", head, [ax, ay], stroke, at_frame + 8.0, 5.0),
    ]
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
