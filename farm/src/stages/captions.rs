//! Stage 7, `captions`: pages of one to four words, and .srt and .vtt files.

use serde::{Deserialize, Serialize};

/// Bumped whenever the same input may give another output.
pub const VERSION: u32 = 1;

/// What the stage is given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// From stage `intent`.
    pub intent: super::intent::Intent,
    /// From stage `script`.
    pub script: super::script::Script,
    /// From stage `timing`.
    pub timeline: super::timing::Timeline,
}

/// Everything written under the picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Captions {
    /// In order, not overlapping.
    pub pages: Vec<Page>,
    /// SubRip file.
    pub srt: String,
    /// WebVTT file.
    pub vtt: String,
}

/// A caption page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// The shot's id.
    pub shot: u32,
    /// First frame shown, from the video's start.
    pub start_frame: u32,
    /// First frame gone.
    pub end_frame: u32,
    /// One to four.
    pub words: Vec<PageWord>,
}

/// A word on a page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PageWord {
    /// As shown.
    pub text: String,
    /// First frame on which it is active.
    pub start_frame: u32,
    /// First frame on which it is not.
    pub end_frame: u32,
    /// A line break follows.
    pub break_after: bool,
}
