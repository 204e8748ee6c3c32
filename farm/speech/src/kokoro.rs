//! Kokoro-82M (Apache-2.0): phonemes to 24 kHz samples, with the frames that each phoneme lasts.
//! Owns the model's files, alphabet, voices and times. The runtime's types stay in
//! `kokoro/model.rs`.

mod model;
mod times;
mod voices;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

pub use model::{Model, Stop};
pub use voices::{VOICES, Voice};

use crate::{
    Spoken, audio,
    g2p::{IpaSource, Phone, Phonemizer},
    text::{self, Mark, Sentence},
};

/// Rate of the model's own samples.
pub const RATE_HZ: u32 = 24_000;
/// Model, vocabulary and rules together: part of every checkpoint that holds its speech.
pub const VERSION: &str = "kokoro-82m-int8-1";
/// The style table has one row for each number of phonemes.
const STYLE_ROWS: usize = 510;
/// Floats in a row.
const STYLE_FLOATS: usize = 256;
/// Phonemes in one call at most: memory grows with length (about 1 GB for 23 s of speech).
const PHONES_MAX: usize = 250;
/// A sentence shorter than this is spoken together with its neighbour: the model slurs very short
/// inputs.
const PHONES_MIN: usize = 24;

/// Why Kokoro could not speak.
#[derive(Debug, thiserror::Error)]
pub enum KokoroError {
    /// A file is missing or unreadable.
    #[error("reading {path}: {source}")]
    File {
        /// Which one.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A file is not what it should be.
    #[error("{path}: {reason}")]
    Malformed {
        /// Which one.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The runtime failed.
    #[error("onnxruntime: {0}")]
    Runtime(String),
    /// [`Stop::stop`] was called.
    #[error("stopped")]
    Stopped,
    /// No such voice.
    #[error("no Kokoro voice {0:?}")]
    UnknownVoice(String),
    /// Nothing in the text can be spoken.
    #[error("nothing in {0:?} can be spoken")]
    Unspeakable(String),
    /// Samples could not be converted.
    #[error(transparent)]
    Audio(#[from] audio::AudioError),
}

/// Everything about Kokoro but the model itself, which is large and loaded apart.
pub struct Kokoro {
    model_path: PathBuf,
    runtime_path: PathBuf,
    voices_dir: PathBuf,
    vocabulary: BTreeMap<char, i64>,
    phonemizer: std::sync::OnceLock<Phonemizer>,
}

impl Kokoro {
    /// Looks for the files under a data folder (`kokoro/`, `onnxruntime/`); `None` when they are
    /// not there.
    ///
    /// # Errors
    /// [`KokoroError::Malformed`] or [`KokoroError::File`] when they are there but cannot be used.
    pub fn open(data_dir: &Path) -> Result<Option<Self>, KokoroError> {
        let model_path = data_dir.join("kokoro/model.onnx");
        let runtime_path = data_dir.join("onnxruntime/libonnxruntime.so");
        let voices_dir = data_dir.join("kokoro/voices");
        let vocabulary_path = data_dir.join("kokoro/vocab.json");
        let wanted = [&model_path, &runtime_path, &voices_dir, &vocabulary_path];
        if wanted.iter().any(|path| !path.exists()) {
            return Ok(None);
        }
        let vocabulary = read_vocabulary(&vocabulary_path)?;
        let phonemizer = std::sync::OnceLock::new();
        Ok(Some(Self { model_path, runtime_path, voices_dir, vocabulary, phonemizer }))
    }

    /// Loads the model (about a second, 200 MB).
    ///
    /// # Errors
    /// [`KokoroError::Runtime`] when the runtime or the model cannot be loaded.
    pub fn load(&self) -> Result<Model, KokoroError> {
        Model::load(&self.runtime_path, &self.model_path)
    }

    /// Speaks a line: trimmed, level-matched, at [`audio::RATE_HZ`]. The same line, voice and speed
    /// give the same samples.
    ///
    /// # Errors
    /// [`KokoroError`]; [`KokoroError::Stopped`] soon after [`Stop::stop`].
    pub fn speak(
        &self,
        model: &mut Model,
        line: &Line<'_>,
        source: &dyn IpaSource,
        stop: &Stop,
    ) -> Result<Spoken, KokoroError> {
        let styles = self.styles(line.voice)?;
        let british = line.voice.starts_with('b');
        let sentences = text::read(line.text, line.language);
        let phonemizer = self.phonemizer.get_or_init(Phonemizer::new);
        let mut chunks = Vec::new();
        for sentence in &sentences {
            let phones = phonemizer.phones(sentence, line.language, british, source);
            self.add(&mut chunks, sentence, phones);
        }
        if chunks.is_empty() {
            return Err(KokoroError::Unspeakable(line.text.to_owned()));
        }
        let mut clip = times::Clip::default();
        for chunk in &chunks {
            let tokens: Vec<i64> = chunk
                .phones
                .iter()
                .filter_map(|p| self.vocabulary.get(&p.symbol))
                .copied()
                .collect();
            let row = tokens.len().min(STYLE_ROWS - 1) * STYLE_FLOATS;
            let style = &styles[row..row + STYLE_FLOATS];
            let raw = model.run(&tokens, style, line.speed.clamp(0.5, 2.0), stop)?;
            clip.append(&raw, chunk);
        }
        clip.finish()
    }

    /// Adds a sentence to the chunks, splitting what is too long and joining what is too short.
    fn add(&self, chunks: &mut Vec<Chunk>, sentence: &Sentence, mut phones: Vec<Phone>) {
        phones.retain(|phone| self.vocabulary.contains_key(&phone.symbol));
        let spans: Vec<_> = sentence.words.iter().map(|word| word.span.clone()).collect();
        let mark = sentence.words.last().and_then(|word| word.mark);
        let mut rest = &phones[..];
        while !rest.is_empty() {
            let (head, tail) = rest.split_at(cut(rest));
            if head.iter().any(|phone| phone.word.is_some()) {
                let mark = if tail.is_empty() { mark } else { Some(Mark::Comma) };
                push(chunks, Chunk { phones: head.to_vec(), spans: spans.clone(), mark });
            }
            rest = tail;
        }
    }

    fn styles(&self, voice: &str) -> Result<Vec<f32>, KokoroError> {
        if !VOICES.iter().any(|known| known.name == voice) {
            return Err(KokoroError::UnknownVoice(voice.to_owned()));
        }
        let path = self.voices_dir.join(format!("{voice}.bin"));
        let bytes = std::fs::read(&path)
            .map_err(|source| KokoroError::File { path: path.clone(), source })?;
        if bytes.len() != STYLE_ROWS * STYLE_FLOATS * 4 {
            let reason = format!("{} bytes, not a 510×1×256 float table", bytes.len());
            return Err(KokoroError::Malformed { path, reason });
        }
        let float = |b: &[u8]| f32::from_le_bytes([b[0], b[1], b[2], b[3]]);
        Ok(bytes.chunks_exact(4).map(float).collect())
    }
}

/// A line to be spoken.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// As written.
    pub text: &'a str,
    /// BCP 47.
    pub language: &'a str,
    /// One of [`VOICES`].
    pub voice: &'a str,
    /// 1 is natural; 0.5–2.
    pub speed: f32,
}

/// What is spoken in one call.
struct Chunk {
    phones: Vec<Phone>,
    /// Spans of the words that the phones point to.
    spans: Vec<std::ops::Range<usize>>,
    /// What ends it.
    mark: Option<Mark>,
}

/// Where to cut phones that are too many for one call: after punctuation, else at a space.
fn cut(phones: &[Phone]) -> usize {
    if phones.len() <= PHONES_MAX {
        return phones.len();
    }
    let head = &phones[..PHONES_MAX];
    let after = |at: usize| at + 1;
    let stop = |phone: &Phone| ",;:—…".contains(phone.symbol) && phone.word.is_none();
    head.iter()
        .rposition(stop)
        .filter(|&at| at > PHONES_MAX / 3)
        .or_else(|| head.iter().rposition(|phone| phone.symbol == ' '))
        .map_or(PHONES_MAX, after)
}

fn push(chunks: &mut Vec<Chunk>, next: Chunk) {
    if let Some(last) = chunks.last_mut() {
        let short = last.phones.len().min(next.phones.len()) < PHONES_MIN;
        if short && last.phones.len() + next.phones.len() < PHONES_MAX {
            let offset = last.spans.len();
            last.phones.push(Phone { symbol: ' ', word: None });
            last.phones.extend(
                next.phones
                    .into_iter()
                    .map(|phone| Phone { word: phone.word.map(|word| word + offset), ..phone }),
            );
            last.spans.extend(next.spans);
            last.mark = next.mark;
            return;
        }
    }
    chunks.push(next);
}

fn read_vocabulary(path: &Path) -> Result<BTreeMap<char, i64>, KokoroError> {
    #[derive(serde::Deserialize)]
    struct File {
        vocab: BTreeMap<char, i64>,
    }
    let bytes = std::fs::read(path)
        .map_err(|source| KokoroError::File { path: path.to_owned(), source })?;
    let file: File = serde_json::from_slice(&bytes).map_err(|error| KokoroError::Malformed {
        path: path.to_owned(),
        reason: error.to_string(),
    })?;
    Ok(file.vocab)
}
