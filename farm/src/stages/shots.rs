//! Stage 3, `shots`: eight to twelve shots over the beats.

use serde::{Deserialize, Serialize};

/// Bumped whenever the same input may give another output.
pub const VERSION: u32 = 1;

/// What the stage is given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// From stage `intent`.
    pub intent: super::intent::Intent,
    /// From stage `arc`.
    pub arc: super::arc::Arc,
}

/// The shot list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShotList {
    /// In order.
    pub shots: Vec<Shot>,
}

/// One shot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shot {
    /// Position, from 0.
    pub id: u32,
    /// Index into the arc's beats.
    pub beat: u32,
    /// What it is for in the format.
    pub role: Role,
    /// What it has to say, for the writer.
    pub purpose: String,
    /// What is seen, before the script sharpens it.
    pub subject: String,
    /// How it might move.
    pub motion: MotionHint,
    /// How many words may stand on screen besides captions.
    pub text_density: TextDensity,
    /// Index into the intent's speakers for conversations; `None` is the narrator.
    pub speaker: Option<u32>,
    /// Spoken length to aim for.
    pub budget_ms: u32,
}

/// A shot's part in its format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// First words.
    Hook,
    /// Anything between.
    Body,
    /// Item `n` of `of` as shown.
    Item {
        /// Number shown.
        n: u32,
        /// How many.
        of: u32,
    },
    /// Last words.
    Close,
}

/// A wish about movement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum MotionHint {
    Still,
    Gentle,
    Lively,
    Dramatic,
}

/// Amount of on-screen text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum TextDensity {
    None,
    Low,
    High,
}
