//! Words to phonemes in Kokoro's alphabet. Each phoneme knows the word it belongs to.

mod english;
mod ipa;
mod mandarin;

use crate::text::{Sentence, is_english, primary};

/// A phoneme, stress mark, space or punctuation mark, and the word it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Phone {
    /// In Kokoro's alphabet.
    pub symbol: char,
    /// Index into the sentence's words; `None` for spaces and punctuation.
    pub word: Option<usize>,
}

/// Asks another program for IPA (espeak-ng, run as a process by the farm).
pub trait IpaSource: Sync {
    /// IPA of each line, spoken by an espeak voice ("en-us", "es"), words apart by spaces,
    /// affricates and diphthongs tied with `^`. `None` when the program is missing or failed.
    fn ipa(&self, voice: &str, lines: &[String]) -> Option<Vec<String>>;
}

/// Turns sentences into phonemes. Holds dictionaries (about 100 MB for English): make it once.
pub struct Phonemizer {
    american: english::English,
    british: std::sync::OnceLock<english::English>,
}

impl Default for Phonemizer {
    fn default() -> Self {
        Self::new()
    }
}

impl Phonemizer {
    /// Loads the American dictionary; the British one follows when first asked for.
    #[must_use]
    pub fn new() -> Self {
        Self { american: english::English::american(), british: std::sync::OnceLock::new() }
    }

    /// Whether [`Phonemizer::phones`] knows the language.
    #[must_use]
    pub fn knows(language: &str) -> bool {
        is_english(language)
            || is_mandarin(language)
            || ipa::espeak_voice(primary(language)).is_some()
    }

    /// Phonemes of a sentence. Words that nothing could transcribe are left out.
    #[must_use]
    pub fn phones(
        &self,
        sentence: &Sentence,
        language: &str,
        british: bool,
        source: &dyn IpaSource,
    ) -> Vec<Phone> {
        if is_english(language) {
            let english = if british {
                self.british.get_or_init(english::English::british)
            } else {
                &self.american
            };
            return english.phones(sentence, source);
        }
        if is_mandarin(language) {
            return mandarin::phones(sentence, source);
        }
        ipa::espeak_voice(primary(language))
            .map_or_else(Vec::new, |voice| ipa::phones(sentence, voice, source))
    }
}

fn is_mandarin(language: &str) -> bool {
    matches!(primary(language), "zh" | "cmn")
}
