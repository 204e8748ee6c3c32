//! Stage 12, `deliver`: finished files under their final names.

use serde::{Deserialize, Serialize};

use crate::blob::Blob;

/// Bumped whenever the same input may give another output.
pub const VERSION: u32 = 1;

/// What the stage is given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// From stage `intent`.
    pub intent: super::intent::Intent,
    /// From stage `script`.
    pub script: super::script::Script,
    /// From stage `voice`.
    pub narration: super::voice::Narration,
    /// From stage `captions`.
    pub captions: super::captions::Captions,
    /// From stage `imagery`.
    pub imagery: super::imagery::Imagery,
    /// From stage `render`.
    pub rendered: super::render::Rendered,
}

/// What is handed over. Files are blobs; the caller copies them where the person wants them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Delivery {
    /// The MP4.
    pub master: Blob,
    /// Poster frame.
    pub poster: Blob,
    /// Contact sheet.
    pub contact_sheet: Blob,
    /// SubRip captions.
    pub srt: Blob,
    /// WebVTT captions.
    pub vtt: Blob,
    /// The script as text, with sources and credits.
    pub script: Blob,
}
