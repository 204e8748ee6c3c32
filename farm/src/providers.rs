//! What stages are handed: language models, voices, pictures, facts. Every provider has a stand-in
//! one step simpler, so that nothing's absence stops a render.

pub mod assemble;
mod clip;
pub mod cloud;
pub mod elevenlabs;
pub mod espeak;
pub mod fal;
pub mod fluent;
mod form;
pub mod heygen;
pub mod http;
pub mod kokoro;
#[cfg(feature = "llama")]
pub mod llama;
pub mod openai;
pub mod pcm;
pub mod pexels;
mod photos;
mod picture;
pub mod purse;
pub mod silence;
mod take;
pub mod unsplash;
pub mod veo;
pub mod wikipedia;
pub mod wordnet;

use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

pub use clip::{ClipOffer, ClipSource, ClipWish};
pub use form::{FormFiller, FormRequest};
pub use picture::{FetchedPicture, PictureOffer, PictureSource, PictureWish};
pub use take::{PhotoAnimator, PhotoTake, SceneMaker, SceneTake, TakeError, Taken};

use crate::context::{Handling, StageError};

/// Everything handed to the stages. Lists are in order of preference.
#[derive(Default)]
pub struct Providers {
    /// Writers of prose; may be empty (the rule-based outline writes).
    pub language: Vec<Arc<dyn LanguageModel>>,
    /// Sources of true facts; may be empty.
    pub facts: Vec<Arc<dyn FactSource>>,
    /// Voices; the last one always works (silence with estimated timings).
    pub voices: Vec<Arc<dyn VoiceEngine>>,
    /// Photographs and generated pictures, in the order in which they are asked; may be empty (the
    /// illustrator draws).
    pub pictures: Vec<Arc<dyn PictureSource>>,
    /// Makes a photograph talk; nobody stands in for it.
    pub animator: Option<Arc<dyn PhotoAnimator>>,
    /// Films talking characters; nobody stands in for it.
    pub scenes: Option<Arc<dyn SceneMaker>>,
    /// Clips for shots that ask for a moving picture; may be empty (photographs are looked for).
    pub clips: Vec<Arc<dyn ClipSource>>,
    /// Judges a sentence before money is spent on it; `None` leaves it to the rules of the desk.
    pub moderator: Option<Arc<dyn Moderator>>,
    /// Illustrations; `None` leaves the typographic card.
    pub illustrations: Option<Arc<dyn Illustrations>>,
    /// English word knowledge (lemmas, nouns, relatives); `None` leaves the stages simpler rules.
    pub lexicon: Option<Arc<wordnet::WordNet>>,
    /// Most bytes of the rendition for chats; `None` makes none (a render into a folder).
    pub chat_bytes_max: Option<u64>,
    /// What is missing on this machine and what that costs, in plain words, for the summary.
    pub missing: Vec<String>,
}

/// A provider's failure.
#[derive(Debug, thiserror::Error)]
#[error("{provider}: {message}")]
pub struct ProviderError {
    /// Which provider.
    pub provider: String,
    /// What happened.
    pub message: String,
    /// What the runner should do.
    pub handling: Handling,
}

impl From<ProviderError> for StageError {
    fn from(error: ProviderError) -> Self {
        Self::Provider {
            what: error.provider.clone(),
            handling: error.handling,
            source: Box::new(error),
        }
    }
}

/// What a writer is asked for: models, prices and ceilings are set by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WritingTask {
    /// The narration.
    Script,
    /// Lines in milder words, where a vendor refused to film them.
    Reword,
}

/// A request for numbered plain sentences: structure is decided in Rust, a model writes only prose.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ProseRequest {
    /// What it is for.
    pub task: WritingTask,
    /// Who the model is and how it writes.
    pub system: String,
    /// The task, ending in what to number.
    pub user: String,
    /// How many numbered sentences are wanted.
    pub sentences: usize,
    /// Words after which a sentence should be drawing to its end.
    pub words_each: usize,
    /// Upper bound on generated tokens.
    pub tokens_max: usize,
    /// Sampling seed.
    pub seed: u64,
    /// Sampling temperature, above 0: the lower, the nearer to the likeliest words.
    pub temperature: f32,
}

/// Writes prose.
#[async_trait]
pub trait LanguageModel: Send + Sync {
    /// For logs, costs and credits ("qwen2.5-coder-1.5b-instruct, embedded").
    fn name(&self) -> &str;
    /// Names the model's version: part of a stage's checkpoint hash.
    fn version(&self) -> &str;
    /// The model's raw answer; the caller splits, scores and retries.
    async fn write(
        &self,
        request: &ProseRequest,
        cancel: &CancellationToken,
    ) -> Result<String, ProviderError>;
    /// Loads what the first answer would have to wait for.
    async fn warm(&self) -> Result<(), ProviderError> {
        Ok(())
    }
    /// Frees what can be loaded again (models compete for memory with the render).
    async fn unload(&self) {}
    /// The same model as one that fills forms: one good enough to decide more than single
    /// sentences.
    fn forms(&self) -> Option<&dyn FormFiller> {
        None
    }
}

/// Judges content.
#[async_trait]
pub trait Moderator: Send + Sync {
    /// The policy's names of what is wrong with a text; empty when nothing is.
    async fn objections(
        &self,
        text: &str,
        cancel: &CancellationToken,
    ) -> Result<Vec<String>, ProviderError>;
}

/// A statement that can be relied on, and where it is from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// One plain sentence.
    pub text: String,
    /// Where it is from; `None` when it is the person's own words.
    pub source: Option<Source>,
}

/// Where a fact or picture is from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Source {
    /// "WordNet 3.0", "Fluent Emoji by Microsoft".
    pub title: String,
    /// SPDX-like licence name.
    pub licence: String,
    /// Address, if any.
    pub url: Option<String>,
}

/// Finds facts about a topic.
#[async_trait]
pub trait FactSource: Send + Sync {
    /// Names the source and its version.
    fn version(&self) -> &str;
    /// Up to `limit` facts about `subject` in `language`; none found is not an error.
    async fn facts(
        &self,
        subject: &str,
        language: &str,
        limit: usize,
    ) -> Result<Vec<Fact>, ProviderError>;
}

/// A line to be spoken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpeechRequest {
    /// Text as written.
    pub text: String,
    /// BCP 47 language.
    pub language: String,
    /// A voice's name as given by [`VoiceEngine::voices`], or a hint the engine maps to its
    /// nearest.
    pub voice: String,
    /// 1 = natural speed.
    pub speed: f32,
    /// What is said before it, for engines whose prosody follows
    /// ([`VoiceEngine::hears_neighbours`]).
    #[serde(default)]
    pub before: String,
    /// What is said after it.
    #[serde(default)]
    pub after: String,
}

/// A spoken line: mono 48 kHz, trimmed, level-matched.
#[derive(Clone, Debug, PartialEq)]
pub struct Speech {
    /// Samples at 48 kHz, −1..1.
    pub samples: Vec<f32>,
    /// One entry a word of the text, in order, with its span of bytes in the text.
    pub words: Vec<WordTime>,
    /// Phonemes with times, for visemes; empty when the engine has none.
    pub phonemes: Vec<PhonemeTime>,
}

/// When a word sounds, in seconds from the clip's start.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WordTime {
    /// The word as written.
    pub text: String,
    /// First byte in the line's text.
    pub span_start: usize,
    /// One past its last byte.
    pub span_end: usize,
    /// Onset.
    pub start_s: f64,
    /// End.
    pub end_s: f64,
}

/// When a phoneme sounds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PhonemeTime {
    /// IPA symbol.
    pub symbol: String,
    /// Onset.
    pub start_s: f64,
    /// End.
    pub end_s: f64,
}

/// What an engine said, with the words as written in `text`.
fn spoken(text: &str, said: cutline_speech::Spoken) -> Speech {
    let words = said.words.into_iter().map(|word| WordTime {
        text: text.get(word.span.clone()).unwrap_or_default().to_owned(),
        span_start: word.span.start,
        span_end: word.span.end,
        start_s: word.start_s,
        end_s: word.end_s,
    });
    let phonemes = said.phonemes.into_iter().map(|phoneme| PhonemeTime {
        symbol: phoneme.symbol.to_string(),
        start_s: phoneme.start_s,
        end_s: phoneme.end_s,
    });
    Speech { samples: said.samples, words: words.collect(), phonemes: phonemes.collect() }
}

/// Speaks.
#[async_trait]
pub trait VoiceEngine: Send + Sync {
    /// "kokoro", "espeak-ng", "silence".
    fn name(&self) -> &str;
    /// Part of the checkpoint hash.
    fn version(&self) -> &str;
    /// Whether it speaks this language.
    fn speaks(&self, language: &str) -> bool;
    /// Whether it is far away and paid by the line: it may fail on one line and not on the next.
    fn is_remote(&self) -> bool {
        false
    }
    /// Whether the lines around a line change how it is spoken (and so what it depends on).
    fn hears_neighbours(&self) -> bool {
        false
    }
    /// Its voices for a language, best first.
    fn voices(&self, language: &str) -> Vec<VoiceInfo>;
    /// Speaks one line. Cancellation takes effect within 500 ms.
    async fn speak(
        &self,
        request: &SpeechRequest,
        cancel: &CancellationToken,
    ) -> Result<Speech, ProviderError>;
    /// Frees its model.
    async fn unload(&self) {}
}

/// A voice on offer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VoiceInfo {
    /// Engine's own name ("af_heart").
    pub name: String,
    /// "female" or "male".
    pub gender: String,
    /// Tones it suits, best first ("warm", "serious", "playful", "calm", "bright", "dark").
    pub tones: Vec<String>,
}

/// A set of illustrations searched by keyword and meaning.
pub trait Illustrations: Send + Sync {
    /// Set name and version: part of the checkpoint hash.
    fn version(&self) -> &str;
    /// Candidates for a word or phrase, best first, score 0–1 (1 = the very thing).
    fn find(&self, phrase: &str, language: &str, limit: usize) -> Vec<Illustration>;
    /// The complete SVG document of an illustration.
    fn svg(&self, id: &str) -> Option<String>;
    /// Credit line of the set.
    fn source(&self) -> Source;
    /// How near each text is in meaning to a phrase, −1..1, where the set has a model of meaning.
    fn likeness(&self, _phrase: &str, _texts: &[&str]) -> Option<Vec<f32>> {
        None
    }
    /// Frees what can be loaded again.
    fn unload(&self) {}
}

/// A candidate illustration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Illustration {
    /// Stable id ("octopus").
    pub id: String,
    /// What it shows.
    pub name: String,
    /// 0–1: how well it fits the phrase.
    pub score: f32,
}
