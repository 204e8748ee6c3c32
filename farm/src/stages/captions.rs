//! Stage 7, `captions`: pages of one to four words, and .srt and .vtt files.

mod files;
mod pages;
#[cfg(test)]
mod tests;
mod words;

use serde::{Deserialize, Serialize};

use crate::context::{StageContext, StageError};

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

/// Pages the words and writes the caption files. Pure. Conversations get pages too: whether they
/// are shown is the render's business.
///
/// # Errors
/// [`StageError::Invariant`] when timeline and script do not belong together.
pub async fn run(input: &Input, _context: &StageContext) -> Result<Captions, StageError> {
    let language = &input.intent.language;
    let mut all = Vec::new();
    for span in &input.timeline.shots {
        all.extend(pages::of_shot(span, language));
    }
    pages::close_gaps(&mut all, &input.timeline);
    let cues = files::cues(input)?;
    Ok(Captions { pages: all, srt: files::srt(&cues), vtt: files::vtt(&cues) })
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
