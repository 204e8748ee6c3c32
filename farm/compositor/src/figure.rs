//! Articulated stick figures: a skeleton with joint limits, posed by acts over time.
//!
//! This file owns what a figure *is* and its way in: [`paint`], [`bounds_px`], [`hand_px`]. Bones
//! are in `skeleton`, poses in `verbs`, the timeline in `acting`, strokes in `ink`.

mod acting;
mod ink;
mod skeleton;
mod verbs;

use serde::{Deserialize, Serialize};
use tiny_skia::{Pixmap, Transform};

use crate::scene::Rgba;

/// What a figure does for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// Breathes, shifts its weight.
    Stand,
    /// Walks in place (move the layer to move the figure).
    Walk,
    /// Runs in place.
    Run,
    /// Points up and to its right.
    Point,
    /// Hand to chin.
    Think,
    /// Crouch, leap, land.
    Jump,
    /// Tips over and lies there.
    Fall,
    /// Both palms up.
    Shrug,
    /// Arms forward under a load.
    Carry,
    /// One arm waves.
    Wave,
    /// Both arms up.
    Cheer,
}

/// One act on the figure's own timeline.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Act {
    /// What it does.
    pub verb: Verb,
    /// First frame.
    pub from_frame: u32,
    /// First frame after it.
    pub until_frame: u32,
}

/// A figure of which the layer's anchor is the point on the ground between its feet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// Standing height.
    pub height_px: f32,
    /// Line colour.
    pub ink: Rgba,
    /// Colour inside the head.
    pub face: Rgba,
    /// Line width.
    pub line_px: f32,
    /// Acts in order; between two, joints blend over six frames.
    pub acts: Vec<Act>,
    /// Frames (start, end) during which it speaks: the mouth opens and closes.
    pub speaking: Vec<(u32, u32)>,
    /// Faces left when true.
    pub mirrored: bool,
}

/// Draws `figure` at `frame` of its own timeline, `scale` canvas pixels to a design pixel, with the
/// ground point between its feet at `origin_px` of `canvas`. What falls outside is clipped.
pub fn paint(figure: &Figure, frame: f32, scale: f32, canvas: &mut Pixmap, origin_px: (f32, f32)) {
    if !(figure.height_px > 0.0 && scale > 0.0) {
        return;
    }
    let height = figure.height_px * scale;
    let joints = acting::joints_at(figure, frame);
    let features = ink::Features {
        face: joints.face,
        eyes: acting::eyes_at(frame),
        mouth: acting::mouth_at(figure, frame),
    };
    let width = figure.line_px.max(1.0) / figure.height_px;
    let ink = ink::Ink { line: figure.ink, fill: figure.face, width };
    let flip = if figure.mirrored { -1.0 } else { 1.0 };
    // Lines are centred on the bones: half a width up, so that soles stand on the ground.
    let transform = Transform::from_translate(origin_px.0, origin_px.1)
        .pre_scale(flip * height, height)
        .pre_translate(0.0, -0.5 * width);
    ink::draw(&joints.points(), &features, &ink, canvas, transform);
}

/// The box (left, top, right, bottom) in design pixels around the ground point that holds
/// everything painted at `frame`.
#[must_use]
pub fn bounds_px(figure: &Figure, frame: f32) -> (f32, f32, f32, f32) {
    let (left, top, right, bottom) = acting::joints_at(figure, frame).points().bounds();
    // Half a line all round, half a line upwards (soles stand on the ground), and the soft edge.
    let half_line = 0.5 * figure.line_px.max(1.0);
    let pad = half_line + 2.0;
    let scaled = |part: f32| part * figure.height_px;
    let (left, right) = if figure.mirrored { (-right, -left) } else { (left, right) };
    (
        scaled(left) - pad,
        scaled(top) - pad - half_line,
        scaled(right) + pad,
        scaled(bottom) + pad - half_line,
    )
}

/// Where the leading hand is at `frame`, in design pixels from the ground point: for what it holds
/// or points with.
#[must_use]
pub fn hand_px(figure: &Figure, frame: f32) -> (f32, f32) {
    let [.., hand] = acting::joints_at(figure, frame).points().arms[1];
    let flip = if figure.mirrored { -1.0 } else { 1.0 };
    (flip * hand[0] * figure.height_px, hand[1].mul_add(figure.height_px, -0.5 * figure.line_px))
}

/// How fast, in design pixels a frame, a layer must move (in the direction the figure faces) for
/// the planted foot of `verb` not to slide; 0 for verbs that stay where they are.
#[must_use]
pub fn ground_speed_px(verb: Verb, height_px: f32) -> f32 {
    verbs::ground_speed(verb) * height_px
}

#[cfg(test)]
mod tests;
