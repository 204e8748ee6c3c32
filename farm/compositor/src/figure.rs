//! Articulated stick figures: a skeleton with joint limits, posed by acts over time.

use serde::{Deserialize, Serialize};

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
