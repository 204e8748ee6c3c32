//! Small life: bursts when something matters, and the moments at which a shot owes the viewer
//! something new.

use rand::Rng as _;
use std::fmt::Write as _;

use crate::{
    scene::{Ease, Layer, Stroke, Track},
    story::Visual,
    treatments::Take,
};

use super::pictures;

/// Longest time in which nothing new may happen: 2.5 s.
const NEWS_FRAMES_MAX: u32 = 75;

/// Frames at which the shot's hero, number and `entering` pictures already bring something new.
#[must_use]
pub fn news(take: &Take, entering: &[u32]) -> Vec<u32> {
    let mut frames = vec![0];
    if let Visual::Drawing { hero, .. } = &take.shot.visual {
        frames.push(hero.at_frame);
    }
    frames.extend(entering);
    frames.extend(take.shot.figure.iter().map(|figure| figure.at_frame));
    frames.retain(|frame| *frame < take.shot.frames);
    frames.sort_unstable();
    frames.dedup();
    frames
}

/// Word onsets at which something must be made to happen so that no 2.5 s pass without news;
/// `entering` are the frames on which relatives come on.
#[must_use]
pub fn owed(take: &Take, entering: &[u32]) -> Vec<u32> {
    let mut times = news(take, entering);
    let mut owed = Vec::new();
    let mut i = 0;
    while i < times.len() {
        let from = times[i];
        let to = times.get(i + 1).copied().unwrap_or(take.shot.frames);
        if to.saturating_sub(from) > NEWS_FRAMES_MAX {
            let at = weightiest_onset(take, from + 30, (from + NEWS_FRAMES_MAX).min(to));
            owed.push(at);
            times.insert(i + 1, at);
        }
        i += 1;
    }
    owed
}

/// Rays that shoot out around a point and are gone after 16 frames.
#[must_use]
pub fn burst(take: &Take, centre: [f32; 2], radius: f32, at_frame: u32) -> Layer {
    let mut rng = take.rng("burst");
    let rays = 14;
    let mut d = String::new();
    for i in 0..rays {
        let angle = std::f32::consts::TAU * i as f32 / rays as f32 + rng.random_range(-0.1..0.1);
        let (near, far) = (radius * 1.02, radius * rng.random_range(1.16..1.3));
        let (sin, cos) = angle.sin_cos();
        let _ = write!(d, "M{:.1} {:.1}L{:.1} {:.1}", cos * near, sin * near, cos * far, sin * far);
    }
    let at = at_frame as f32;
    let stroke = Stroke { colour: take.palette.accent, width_px: 10.0, dash_px: Vec::new() };
    let mut layer = pictures::stroked("burst", d, centre, stroke, at, 2.0);
    layer.depth = 1.0;
    layer.until_frame = at_frame + 17;
    layer.pose.scale_x = Track::fixed(0.72).to(at, at + 14.0, 1.04, Ease::Out);
    layer.pose.scale_y = layer.pose.scale_x.clone();
    layer.pose.opacity = Track::fixed(1.0).to(at + 6.0, at + 16.0, 0.0, Ease::In);
    layer
}

fn weightiest_onset(take: &Take, from: u32, until: u32) -> u32 {
    take.words()
        .filter(|word| (from..until).contains(&word.start_frame))
        .max_by_key(|word| word.text.chars().count())
        .map_or(until.saturating_sub(8).max(from), |word| word.start_frame)
}
