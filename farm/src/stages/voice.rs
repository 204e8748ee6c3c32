//! Stage 5, `voice`: one narrated clip a shot, 48 kHz mono, trimmed, level-matched.

use serde::{Deserialize, Serialize};

use crate::{
    blob::Blob,
    providers::{PhonemeTime, WordTime},
};

/// Bumped whenever the same input may give another output.
pub const VERSION: u32 = 1;

/// What the stage is given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// From stage `intent`.
    pub intent: super::intent::Intent,
    /// From stage `script`.
    pub script: super::script::Script,
}

/// All clips.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Narration {
    /// One a shot, same order.
    pub clips: Vec<Clip>,
    /// Said to the person: a stand-in voice, silence.
    pub notices: Vec<String>,
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
