//! Stage 8, `motion`: camera, transitions, emphasis, music, cues. Pure: plans, draws nothing.

mod plan;
#[cfg(test)]
mod tests;

use cutline_compositor::story::{CameraMove, Transition};
use serde::{Deserialize, Serialize};

use crate::context::{StageContext, StageError};

/// Bumped whenever the same input may give another output.
pub const VERSION: u32 = 1;

/// What the stage is given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// From stage `intent`.
    pub intent: super::intent::Intent,
    /// From stage `arc`.
    pub arc: super::arc::Arc,
    /// From stage `shots`.
    pub shots: super::shots::ShotList,
    /// From stage `script`.
    pub script: super::script::Script,
    /// From stage `timing`.
    pub timeline: super::timing::Timeline,
}

/// Plans how everything moves and sounds. The same input gives the same plan.
///
/// # Errors
/// [`StageError::Invariant`] when timeline and shot list do not belong together.
pub async fn run(input: &Input, _context: &StageContext) -> Result<MotionPlan, StageError> {
    plan::plan(input)
}

/// How everything moves and sounds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MotionPlan {
    /// One a shot.
    pub shots: Vec<ShotMotion>,
    /// The bed.
    pub music: MusicPlan,
    /// Small synthesised sounds at entrances, never two within 300 ms.
    pub cues: Vec<Cue>,
}

/// A shot's motion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShotMotion {
    /// The shot's id.
    pub shot: u32,
    /// Camera move.
    pub camera: CameraMove,
    /// How it replaces the one before.
    pub transition: Transition,
    /// Length of the transition (0 for a cut); it plays in the first frames of this shot.
    pub transition_frames: u32,
    /// Frames (video timeline) of stressed words.
    pub emphasis: Vec<u32>,
}

/// What the bed is to be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MusicPlan {
    /// Mood.
    pub mood: Mood,
    /// Tempo.
    pub bpm: f32,
    /// Root as a MIDI note number (48 = C3).
    pub root_midi: u8,
    /// Minor or major.
    pub minor: bool,
    /// Varies the pattern.
    pub seed: u64,
    /// How far under the voice, in LU.
    pub under_voice_lu: f32,
    /// How much it ducks while somebody speaks, in dB.
    pub duck_db: f32,
}

/// Moods of the bed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum Mood {
    Wonder,
    Playful,
    Ominous,
    Calm,
    Driving,
    Sober,
    Warm,
}

/// A small sound.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cue {
    /// When, on the video's timeline.
    pub frame: u32,
    /// Which.
    pub kind: CueKind,
}

/// Small sounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum CueKind {
    Pop,
    Whoosh,
    Tick,
    Message,
}
