//! Numbers that count up and simple charts that draw themselves when the number is spoken.

use std::fmt::Write as _;

use crate::{
    palette::NIGHT_INK,
    scene::{Ease, Layer, Rgba, Stroke, Track},
    story::NumberCard,
    treatments::Take,
};

use super::{
    geometry::Rect,
    lettering::Lettering,
    motion::{self, Entrance},
    pictures,
};

/// Frames a counter takes from its first figure to its last.
const COUNT_FRAMES: u32 = 20;

/// What suits a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chart {
    /// A share: a ring that fills.
    Ring,
    /// A handful: that many marks.
    Marks,
    /// A large amount: a curve that climbs.
    Curve,
    /// A middling amount: bars that grow.
    Bars,
    /// A year or anything else: only the figures.
    None,
}

/// The chart for a number card.
#[must_use]
pub fn suited(card: &NumberCard) -> Chart {
    let whole = card.value.fract().abs() < 1e-9;
    let bare = card.text.chars().all(|c| c.is_numeric());
    if card.text.contains(['%', '٪', '％']) && (0.0..=100.0).contains(&card.value) {
        Chart::Ring
    } else if bare && whole && (1000.0..2200.0).contains(&card.value) && card.text.len() == 4 {
        Chart::None
    } else if whole && (1.0..=10.0).contains(&card.value) {
        Chart::Marks
    } else if card.value >= 1000.0 {
        Chart::Curve
    } else if card.value > 10.0 {
        Chart::Bars
    } else {
        Chart::None
    }
}

/// Figures that count up to the number inside `area`, the last of them landing with a hop.
#[must_use]
pub fn counter(take: &Take, card: &NumberCard, area: Rect, size_px: f32) -> Vec<Layer> {
    let steps = steps(card);
    let colour = take.palette.accent;
    let size = Lettering::title(&card.text, size_px, colour)
        .fitted(take, area.width(), area.height())
        .block()
        .size_px;
    let pitch = (COUNT_FRAMES / steps.len().max(1) as u32).max(2);
    let counting = (steps.len() as u32 - 1) * pitch;
    let latest = take.shot.frames.saturating_sub(12 + counting);
    let start = if take.is_first() { 0 } else { card.at_frame.saturating_sub(2).min(latest) };
    let mut layers = Vec::new();
    for (i, text) in steps.iter().enumerate() {
        let from = start + i as u32 * pitch;
        let last = i + 1 == steps.len();
        let lettering = Lettering::title(text, size, colour)
            .within(area.width() + 60.0)
            .outlined(if take.palette.is_light() { 0.0 } else { 8.0 })
            .shadowed(NIGHT_INK.with_alpha(0.3));
        let mut pose = area.pose();
        if i == 0 && steps.len() > 1 {
            pose = motion::enter(pose, Entrance::Settle, from as f32 - 2.0);
        } else if last {
            pose.scale_x = Track::fixed(0.92);
            pose.scale_y = Track::fixed(0.92);
            pose = motion::grow(pose, from as f32, 1.0 / 0.92);
            pose.idle = Some(motion::idle(3, 0.6));
        }
        let mut layer = lettering.layer("number", pose, from);
        if !last {
            layer.until_frame = from + pitch;
        }
        layers.push(layer);
    }
    layers
}

/// The chart itself, drawn behind or under the pictures.
#[must_use]
pub fn chart(take: &Take, card: &NumberCard, kind: Chart, area: Rect) -> Vec<Layer> {
    let at = if take.is_first() { 4.0 } else { card.at_frame as f32 };
    match kind {
        Chart::Ring => ring(take, card, area, at),
        Chart::Marks => marks(take, card, area, at),
        Chart::Curve => curve(take, area, at),
        Chart::Bars => bars(take, area, at),
        Chart::None => Vec::new(),
    }
}

fn ring(take: &Take, card: &NumberCard, area: Rect, at: f32) -> Vec<Layer> {
    let radius = area.width().min(area.height()) / 2.0 - 22.0;
    let line = |colour, width_px| Stroke { colour, width_px, dash_px: Vec::new() };
    let quiet = take.palette.ink.with_alpha(0.16);
    let mut track = pictures::stroked(
        "chart",
        pictures::circle(radius),
        area.centre(),
        line(quiet, 34.0),
        -20.0,
        10.0,
    );
    track.depth = 1.0;
    let mut value = pictures::stroked(
        "chart",
        pictures::circle(radius),
        area.centre(),
        line(take.palette.accent, 34.0),
        at,
        26.0,
    );
    if let crate::scene::Content::Path(art) = &mut value.content {
        let share = (card.value / 100.0).clamp(0.01, 1.0) as f32;
        art.trim_to = Track::fixed(0.0).to(at, at + 26.0, share, Ease::InOut);
    }
    value.depth = 1.0;
    vec![track, value]
}

fn marks(take: &Take, card: &NumberCard, area: Rect, at: f32) -> Vec<Layer> {
    let count = card.value as usize;
    let pitch = (area.width() / count as f32).min(108.0);
    let radius = (pitch * 0.34).min(area.height() / 2.0);
    let left = area.centre()[0] - pitch * (count as f32 - 1.0) / 2.0;
    let mut d = pictures::circle(radius);
    d.push('Z');
    (0..count)
        .map(|i| {
            let x = left + pitch * i as f32;
            let mut layer =
                pictures::filled("chart", d.clone(), x, area.centre()[1], take.palette.accent, 0.0);
            let start = at + 4.0 * i as f32;
            layer.pose = motion::enter(layer.pose, Entrance::Pop, start);
            layer.from_frame = start.max(0.0) as u32;
            layer
        })
        .collect()
}

fn curve(take: &Take, area: Rect, at: f32) -> Vec<Layer> {
    let (w, h) = (area.width(), area.height());
    let mut d = String::new();
    for i in 0..=24 {
        let t = i as f32 / 24.0;
        // Compound growth: slow, then steep.
        let y = ((3.2 * t).exp() - 1.0) / ((3.2_f32).exp() - 1.0);
        let _ = write!(
            d,
            "{}{:.1} {:.1}",
            if i == 0 { "M" } else { "L" },
            (t - 0.5) * w,
            (0.5 - y) * h
        );
    }
    let under = format!("{d}L{:.1} {:.1}L{:.1} {:.1}Z", w / 2.0, h / 2.0, -w / 2.0, h / 2.0);
    let mut fill = pictures::filled(
        "chart",
        under,
        area.centre()[0],
        area.centre()[1],
        take.palette.accent.with_alpha(0.16),
        1.0,
    );
    fill.pose.opacity = Track::fixed(0.0).to(at + 14.0, at + 30.0, 1.0, Ease::Out);
    let axis = format!("M{:.1} {:.1}V{:.1}H{:.1}", -w / 2.0, -h / 2.0, h / 2.0, w / 2.0);
    let quiet =
        Stroke { colour: take.palette.ink.with_alpha(0.4), width_px: 6.0, dash_px: Vec::new() };
    let loud = Stroke { colour: take.palette.accent, width_px: 18.0, dash_px: Vec::new() };
    let mut layers = vec![
        fill,
        pictures::stroked("chart", axis, area.centre(), quiet, at - 8.0, 12.0),
        pictures::stroked("chart", d, area.centre(), loud, at, 26.0),
    ];
    layers.iter_mut().for_each(|layer| layer.depth = 1.0);
    layers
}

fn bars(take: &Take, area: Rect, at: f32) -> Vec<Layer> {
    let shares = [0.32, 0.5, 0.44, 0.72, 1.0];
    let pitch = area.width() / shares.len() as f32;
    let width = pitch * 0.62;
    let ink = take.palette.ink.with_alpha(0.34);
    shares
        .iter()
        .enumerate()
        .map(|(i, share)| {
            let tall = area.height() * share;
            let x = area.left + pitch * (i as f32 + 0.5);
            let colour: Rgba = if i + 1 == shares.len() { take.palette.accent } else { ink };
            let y = area.bottom - tall / 2.0;
            let d = pictures::rounded_box(width, tall, 18.0);
            let mut layer = pictures::filled("chart", d, x, y, colour, 1.0);
            let start = at - 8.0 + 3.0 * i as f32;
            let spring = Ease::Spring(motion::OVERSHOOT);
            layer.pose.scale_y = Track::fixed(0.02).to(start, start + 14.0, 1.0, spring);
            layer.pose.y_px = Track::fixed(area.bottom).to(start, start + 14.0, y, spring);
            layer.from_frame = start.max(0.0) as u32;
            layer
        })
        .collect()
}

/// The texts a counter shows, the card's own last; one step where the number cannot be found in it.
fn steps(card: &NumberCard) -> Vec<String> {
    let only = vec![card.text.clone()];
    let is_figure = |c: char| c.is_ascii_digit() || c == ',';
    let Some(start) = card.text.find(|c: char| c.is_ascii_digit()) else { return only };
    let figures: String = card.text[start..].chars().take_while(|c| is_figure(*c)).collect();
    let figures = figures.trim_end_matches(',');
    let rest = &card.text[start + figures.len()..];
    let Ok(goal) = figures.replace(',', "").parse::<u64>() else { return only };
    let year = figures.len() == 4 && (1000..2200).contains(&goal);
    // A fraction or a leading zero cannot be counted to in whole steps; years are not amounts.
    if rest.starts_with('.') || figures.starts_with('0') || goal < 2 || year {
        return only;
    }
    let count = goal.min(10);
    (1..=count)
        .map(|i| {
            let eased = 1.0 - (1.0 - i as f64 / count as f64).powi(2);
            let now = if goal <= 10 { i } else { (goal as f64 * eased).round() as u64 };
            let shown =
                if i == count { figures.to_owned() } else { grouped(now, figures.contains(',')) };
            format!("{}{shown}{rest}", &card.text[..start])
        })
        .collect()
}

fn grouped(value: u64, commas: bool) -> String {
    let digits = value.to_string();
    if !commas {
        return digits;
    }
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(text: &str, value: f64) -> NumberCard {
        NumberCard { text: text.into(), value, at_frame: 10 }
    }

    #[test]
    fn counters_keep_signs_units_and_grouping_and_end_on_the_written_text() {
        let steps = steps(&card("$10,000", 10_000.0));
        assert_eq!(steps.last().map(String::as_str), Some("$10,000"));
        assert!(steps.iter().all(|step| step.starts_with('$')), "{steps:?}");
        assert!(steps.iter().any(|step| step == "$5,100"), "{steps:?}");
        assert_eq!(super::steps(&card("3", 3.0)), ["1", "2", "3"]);
        assert_eq!(super::steps(&card("3.5 million", 3.5e6)), ["3.5 million"]);
        assert_eq!(super::steps(&card("1475", 1475.0)), ["1475"]);
        assert_eq!(super::steps(&card("三", 3.0)), ["三"]);
    }

    #[test]
    fn charts_follow_what_the_number_means() {
        assert_eq!(suited(&card("70 %", 70.0)), Chart::Ring);
        assert_eq!(suited(&card("3", 3.0)), Chart::Marks);
        assert_eq!(suited(&card("$10,000", 10_000.0)), Chart::Curve);
        assert_eq!(suited(&card("1475", 1475.0)), Chart::None);
        assert_eq!(suited(&card("42", 42.0)), Chart::Bars);
    }
}
