//! Stage 2, `arc`: three to five beats, the first a hook.

use serde::{Deserialize, Serialize};

/// Bumped whenever the same input may give another output.
pub const VERSION: u32 = 1;

/// What the stage is given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// From stage `intent`.
    pub intent: super::intent::Intent,
}

/// The narrative arc.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Arc {
    /// Three to five.
    pub beats: Vec<Beat>,
}

/// One beat.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Beat {
    /// Its part in the story.
    pub kind: BeatKind,
    /// What it has to achieve, one sentence for the writer.
    pub purpose: String,
    /// Share of the duration; all sum to 1.
    pub share: f32,
}

/// Parts of a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum BeatKind {
    Hook,
    Setup,
    Develop,
    Turn,
    Payoff,
}
