//! Stage 11, `render`: composed, encoded, mixed, muxed, and checked by the quality gate.

use serde::{Deserialize, Serialize};

use crate::{blob::Blob, encode::qc::QcReport};

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
    /// From stage `voice`.
    pub narration: super::voice::Narration,
    /// From stage `timing`.
    pub timeline: super::timing::Timeline,
    /// From stage `captions`.
    pub captions: super::captions::Captions,
    /// From stage `motion`.
    pub motion: super::motion::MotionPlan,
    /// From stage `queries`.
    pub queries: super::queries::Queries,
    /// From stage `imagery`.
    pub imagery: super::imagery::Imagery,
}

/// The finished files.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rendered {
    /// The MP4.
    pub master: Blob,
    /// A still (PNG).
    pub poster: Blob,
    /// One still a shot (PNG).
    pub contact_sheet: Blob,
    /// What the gate measured.
    pub qc: QcReport,
    /// Length.
    pub frames: u32,
}
