//! Text to phonemes to samples and word times. No network, no processes, no clock: what needs
//! another program (espeak-ng) is asked for through [`g2p::IpaSource`].
//!
//! The way of a line: [`text::read`] cuts it into sentences of spoken words that keep their spans;
//! [`g2p`] turns them into phonemes; [`kokoro`] into samples with times; [`audio`] trims, levels
//! and resamples them. [`estimate`] gives times where an engine has none, [`align`] finds them in a
//! clip.

pub mod align;
pub mod audio;
pub mod estimate;
pub mod g2p;
pub mod kokoro;
mod normalise;
pub mod text;

/// A spoken line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spoken {
    /// Mono samples at [`audio::RATE_HZ`], −1..1, trimmed and level-matched.
    pub samples: Vec<f32>,
    /// One entry a spoken word, in order, not overlapping.
    pub words: Vec<WordSpan>,
    /// One entry a phoneme, in order; empty when the engine knows none.
    pub phonemes: Vec<PhonemeSpan>,
}

/// When a written word sounds, in seconds from the line's start.
#[derive(Clone, Debug, PartialEq)]
pub struct WordSpan {
    /// Bytes of the word in the text, punctuation attached.
    pub span: std::ops::Range<usize>,
    /// Onset.
    pub start_s: f64,
    /// End.
    pub end_s: f64,
}

/// When a phoneme sounds, in seconds from the line's start.
#[derive(Clone, Debug, PartialEq)]
pub struct PhonemeSpan {
    /// In the engine's alphabet (IPA with a few ligatures).
    pub symbol: char,
    /// Onset.
    pub start_s: f64,
    /// End.
    pub end_s: f64,
}
