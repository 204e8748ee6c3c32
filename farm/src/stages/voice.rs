//! Stage 5, `voice`: one narrated clip a shot, 48 kHz mono, trimmed, level-matched.

mod cast;
mod speak;
#[cfg(test)]
pub(crate) mod tests;

use cutline_core::job::Notice;
use serde::{Deserialize, Serialize};

use crate::{
    blob::Blob,
    context::{StageContext, StageError},
    providers::{PhonemeTime, WordTime},
};

/// Bumped whenever the same input may give another output.
pub const VERSION: u32 = 4;

/// What the stage is given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// From stage `intent`.
    pub intent: super::intent::Intent,
    /// From stage `script`.
    pub script: super::script::Script,
}

/// Speaks every shot. A shot that one engine cannot speak is spoken by the next; finished shots are
/// remembered, so that a run taken up again speaks only what is missing.
///
/// # Errors
/// [`StageError::Cancelled`] promptly after cancellation; [`StageError::Io`] when a clip cannot be
/// stored; the last engine's error when none could speak a shot.
pub async fn run(input: &Input, context: &StageContext) -> Result<Narration, StageError> {
    tokio::select! {
        biased;
        () = context.cancel.cancelled() => Err(StageError::Cancelled),
        narration = speak::all(input, context) => narration,
    }
}

/// All clips.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Narration {
    /// One a shot, same order.
    pub clips: Vec<Clip>,
    /// Said to the person: a stand-in voice, silence.
    pub notices: Vec<Notice>,
}

/// One spoken clip.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Clip {
    /// The shot's id.
    pub shot: u32,
    /// 16-bit mono WAV at 48 kHz.
    pub audio: Blob,
    /// Length in samples.
    pub samples: u64,
    /// Word times from the clip's start.
    pub words: Vec<WordTime>,
    /// Phoneme times from the clip's start.
    pub phonemes: Vec<PhonemeTime>,
    /// Engine that spoke.
    pub engine: String,
    /// Its voice.
    pub voice: String,
}
