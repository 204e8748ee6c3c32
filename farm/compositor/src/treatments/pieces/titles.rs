//! Big words on screen apart from captions: the hook's title that lands line by line, and the
//! shorter titles of later shots.

use crate::{
    scene::{Layer, Pose, Rgba},
    treatments::Take,
};

use super::{
    geometry::{CENTRE_X_PX, Rect, SAFE_LEFT_PX, SAFE_RIGHT_PX},
    lettering::{Lettering, balanced_lines},
    motion::{self, Entrance},
};

/// A title set in lines.
#[derive(Clone, Debug)]
pub struct Title {
    /// One layer a line.
    pub layers: Vec<Layer>,
    /// What it covers.
    pub area: Rect,
}

/// How a title is set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Setting {
    /// Top edge.
    pub top_px: f32,
    /// Tallest it may become.
    pub height_px: f32,
    /// Largest size of type.
    pub size_px: f32,
    /// Most lines.
    pub lines: usize,
    /// First frame of its entrance; below zero it already stands on frame 0.
    pub at_frame: f32,
    /// Fill of all lines but the one that matters most.
    pub ink: Rgba,
    /// Fill of the line that matters most.
    pub accent: Rgba,
}

/// The words that belong on this shot's screen: its own, or the video's title on the hook.
#[must_use]
pub fn words(take: &Take) -> Option<String> {
    let own = take.shot.on_screen.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let title = Some(take.story.title.trim()).filter(|text| !text.is_empty() && take.is_first());
    own.or(title).map(String::from)
}

/// Sets a title in centred lines of one size, each landing after the one above.
#[must_use]
pub fn set(take: &Take, text: &str, setting: &Setting) -> Title {
    let width = SAFE_RIGHT_PX - SAFE_LEFT_PX;
    let (lines, size) = sized(take, text, setting, width);
    let pitch = size * 1.04;
    let loud = loudest(&lines);
    let mut layers = Vec::new();
    let mut widest = 0.0_f32;
    for (i, line) in lines.iter().enumerate() {
        let colour = if i == loud && lines.len() > 1 { setting.accent } else { setting.ink };
        let mut lettering = Lettering::title(line, size, colour).within(width);
        if !take.palette.is_light() {
            lettering = lettering.shadowed(take.palette.shadow());
        }
        let [w, _] = lettering.size(take);
        widest = widest.max(w);
        let y = setting.top_px + pitch * (i as f32 + 0.5);
        let start = setting.at_frame + 5.0 * i as f32;
        let entrance = match (start < 0.0, i % 2) {
            (true, _) => Entrance::Settle,
            (false, 0) => Entrance::Pop,
            _ => Entrance::Rise(70.0),
        };
        let pose = motion::enter(Pose::at(CENTRE_X_PX, y), entrance, start);
        layers.push(lettering.layer("title", pose, start.max(0.0) as u32));
    }
    let height = pitch * lines.len() as f32;
    let area = Rect::around(CENTRE_X_PX, setting.top_px + height / 2.0, widest, height);
    Title { layers, area }
}

/// Lines and the largest size at which they fit.
fn sized(take: &Take, text: &str, setting: &Setting, width: f32) -> (Vec<String>, f32) {
    let chars = text.chars().count();
    let mut best: Option<(Vec<String>, f32)> = None;
    for count in 1..=setting.lines.max(1) {
        let lines = balanced_lines(text, count, chars.div_ceil(count).max(6));
        let ceiling = setting.size_px.min(setting.height_px / (lines.len().max(1) as f32 * 1.04));
        let mut size = ceiling.max(super::lettering::SMALLEST_PX);
        for line in &lines {
            let [w, _] =
                take.measure(&Lettering::title(line, size, setting.ink).within(100_000.0).block());
            // A line overshoots its size by a tenth while it springs in.
            size = size.min(size * (width * 0.96) / w.max(1.0));
        }
        if best.as_ref().is_none_or(|(_, other)| size > other * 1.12) {
            best = Some((lines, size));
        }
    }
    let (lines, size) = best.unwrap_or_default();
    (lines, size.max(super::lettering::SMALLEST_PX))
}

/// The line with the longest word carries the accent; the last one when in doubt.
fn loudest(lines: &[String]) -> usize {
    let weight = |line: &String| line.split_whitespace().map(|w| w.chars().count()).max();
    (0..lines.len()).max_by_key(|&i| (weight(&lines[i]), i)).unwrap_or(0)
}
