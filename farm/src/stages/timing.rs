//! Stage 6, `timing`: the frame-exact timeline on which everything later stands.

mod place;
#[cfg(test)]
pub(crate) mod tests;

use serde::{Deserialize, Serialize};

use crate::context::{StageContext, StageError};

pub(crate) use place::hurry;

/// Bumped whenever the same input may give another output.
pub const VERSION: u32 = 1;

/// What the stage is given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// From stage `intent`.
    pub intent: super::intent::Intent,
    /// From stage `shots`.
    pub shots: super::shots::ShotList,
    /// From stage `script`.
    pub script: super::script::Script,
    /// From stage `voice`.
    pub narration: super::voice::Narration,
}

/// Places every clip and word. Pure: the same clips give the same timeline.
///
/// # Errors
/// [`StageError::Invariant`] when shots, script and clips do not belong together.
pub async fn run(input: &Input, _context: &StageContext) -> Result<Timeline, StageError> {
    place::place(input)
}

/// Frames per second.
pub const FPS: u32 = 30;
/// Audio samples a frame at 48 kHz.
pub const SAMPLES_PER_FRAME: u32 = 1600;

/// The timeline, in frames at [`FPS`] and samples at 48 kHz.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Timeline {
    /// Total length.
    pub frames: u32,
    /// One a shot, contiguous.
    pub shots: Vec<ShotSpan>,
}

/// A shot on the timeline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShotSpan {
    /// The shot's id.
    pub shot: u32,
    /// First frame.
    pub start_frame: u32,
    /// First frame of the next.
    pub end_frame: u32,
    /// Where its clip starts, in samples from the video's start.
    pub clip_start_sample: u64,
    /// Its words, absolute.
    pub words: Vec<TimedWord>,
}

/// A word on the video's timeline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimedWord {
    /// As written, punctuation attached.
    pub text: String,
    /// First byte in the shot's narration.
    pub span_start: usize,
    /// One past its last byte.
    pub span_end: usize,
    /// Onset in milliseconds from the video's start.
    pub start_ms: u32,
    /// End in milliseconds.
    pub end_ms: u32,
    /// Frame of the onset.
    pub start_frame: u32,
    /// First frame after it (never before the next word's start).
    pub end_frame: u32,
}
