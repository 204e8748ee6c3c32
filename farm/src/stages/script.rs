//! Stage 4, `script`: the words, aligned to shots and budgeted by spoken length.

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
    /// From stage `shots`.
    pub shots: super::shots::ShotList,
}

/// The whole script.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Script {
    /// Short title, at most six words.
    pub title: String,
    /// One entry a shot, same order and ids.
    pub shots: Vec<ShotScript>,
    /// False when any statement rests on a model's memory alone.
    pub verified: bool,
    /// Who wrote it: a model's name, or "outline".
    pub writer: String,
}

/// What is said and shown in a shot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShotScript {
    /// The shot's id.
    pub shot: u32,
    /// One to two spoken clauses, never empty.
    pub narration: String,
    /// Index into the intent's speakers, or `None` for the narrator.
    pub speaker: Option<u32>,
    /// Big words apart from captions ("Drink water"), at most five words.
    pub on_screen: Option<String>,
    /// Indices into the intent's facts that it rests on.
    pub facts: Vec<u32>,
}
