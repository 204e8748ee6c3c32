//! English through misaki's dictionaries; words it does not know through espeak-ng.

use misaki_rs::{G2P, Language};

use super::{IpaSource, Phone, ipa};
use crate::text::{Mark, Sentence};

/// What misaki answers for a word it does not know.
const UNKNOWN: char = '❓';

/// One accent's dictionary.
pub(super) struct English {
    g2p: G2P,
    espeak_voice: &'static str,
}

impl English {
    pub(super) fn american() -> Self {
        Self { g2p: G2P::new(Language::EnglishUS), espeak_voice: "en-us" }
    }

    pub(super) fn british() -> Self {
        Self { g2p: G2P::new(Language::EnglishGB), espeak_voice: "en-gb" }
    }

    /// Phonemes of a sentence. Misaki reads the sentence as a whole, because "the", "to" and many
    /// nouns and verbs are said by what stands beside them.
    pub(super) fn phones(&self, sentence: &Sentence, source: &dyn IpaSource) -> Vec<Phone> {
        let (line, ends) = line(sentence);
        let Ok((_, tokens)) = self.g2p.g2p(&line) else { return Vec::new() };
        let unknown: Vec<String> = tokens
            .iter()
            .filter(|token| is_unknown(token.phonemes.as_deref(), &token.text))
            .map(|token| token.text.clone())
            .collect();
        let found = if unknown.is_empty() {
            Vec::new()
        } else {
            source.ipa(self.espeak_voice, &unknown).unwrap_or_default()
        };
        let mut found = found.into_iter();
        let mut phones = Vec::new();
        let mut at = 0;
        for token in &tokens {
            let word = ends.iter().position(|&end| at < end);
            let spoken = token.text.chars().any(char::is_alphanumeric);
            let phonemes = match token.phonemes.as_deref() {
                known if is_unknown(known, &token.text) => {
                    found.next().map(|ipa| ipa::english(&ipa)).unwrap_or_default()
                }
                known => known.unwrap_or_default().to_owned(),
            };
            phones.extend(
                phonemes
                    .chars()
                    .filter(|&c| c != UNKNOWN)
                    .map(|symbol| Phone { symbol, word: word.filter(|_| spoken && symbol != ' ') }),
            );
            if !token.whitespace.is_empty() {
                phones.push(Phone { symbol: ' ', word: None });
            }
            at += token.text.len() + token.whitespace.len();
        }
        phones
    }
}

fn is_unknown(phonemes: Option<&str>, text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
        && phonemes.is_none_or(|p| p.is_empty() || p.contains(UNKNOWN))
}

/// The sentence as misaki reads it, and for each word the byte where what belongs to it ends.
fn line(sentence: &Sentence) -> (String, Vec<usize>) {
    let mut line = String::new();
    let mut ends = Vec::with_capacity(sentence.words.len());
    for word in &sentence.words {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&word.spoken.join(" "));
        match word.mark {
            Some(Mark::Stop) if line.ends_with('.') => {}
            Some(mark) => line.push(mark.symbol()),
            None => {}
        }
        ends.push(line.len());
    }
    (line, ends)
}
