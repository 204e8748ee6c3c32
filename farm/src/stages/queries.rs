//! Stage 9, `queries`: per shot, what to look for and what to draw.

use cutline_compositor::story::PaletteName;
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
    /// From stage `script`.
    pub script: super::script::Script,
}

/// One query a shot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Queries {
    /// Same order as the shots.
    pub shots: Vec<ShotQuery>,
}

/// What a shot should show.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShotQuery {
    /// The shot's id.
    pub shot: u32,
    /// For a photo library.
    pub query: String,
    /// For a picture generator.
    pub prompt: String,
    /// What must be recognisable.
    pub subject: String,
    /// Things to draw, most telling first; the first that can be drawn becomes the hero.
    pub keywords: Vec<Keyword>,
    /// Colours.
    pub palette: PaletteName,
}

/// A drawable word.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Keyword {
    /// The word or phrase ("heart").
    pub phrase: String,
    /// 0–1.
    pub weight: f32,
    /// First byte of the word in the shot's narration that names it, if it is spoken.
    pub span_start: Option<usize>,
}
