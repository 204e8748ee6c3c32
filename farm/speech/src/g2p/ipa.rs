//! IPA as espeak-ng writes it, in Kokoro's alphabet: ligatures for affricates and diphthongs, no
//! length marks in English, no tie bars, no language switches. Source of the pairs: the model's own
//! training transcriptions (misaki, MIT).

use super::{IpaSource, Phone};
use crate::text::Sentence;

/// Pairs shared by every language.
const TIED: [(&str, &str); 11] = [
    ("a^ɪ", "I"),
    ("a^ʊ", "W"),
    ("d^z", "ʣ"),
    ("d^ʒ", "ʤ"),
    ("e^ɪ", "A"),
    ("o^ʊ", "O"),
    ("ə^ʊ", "Q"),
    ("s^s", "S"),
    ("t^s", "ʦ"),
    ("t^ʃ", "ʧ"),
    ("ɔ^ɪ", "Y"),
];
/// English only, in order.
const ENGLISH: [(&str, &str); 22] = [
    ("ʔˌn\u{329}", "ʔn"),
    ("ʔn\u{329}", "ʔn"),
    ("ə^l", "ᵊl"),
    ("ʲo", "jo"),
    ("ʲə", "jə"),
    ("ʲ", ""),
    ("x", "k"),
    ("ç", "k"),
    ("ɐ", "ə"),
    ("ɬ", "l"),
    ("\u{303}", ""),
    ("ɜːɹ", "ɜɹ"),
    ("ɜː", "ɜɹ"),
    ("ɪə", "iə"),
    ("ː", ""),
    ("əl", "ᵊl"),
    ("e", "A"),
    ("o", "ɔ"),
    ("r", "ɹ"),
    ("ɾ", "T"),
    ("ʔ", "t"),
    ("^", ""),
];

/// The espeak voice whose IPA Kokoro learned for a language.
pub(super) fn espeak_voice(language: &str) -> Option<&'static str> {
    Some(match language {
        "es" => "es",
        "fr" => "fr-fr",
        "hi" => "hi",
        "it" => "it",
        "pt" => "pt-br",
        _ => return None,
    })
}

/// Espeak's English in Kokoro's alphabet.
pub(super) fn english(ipa: &str) -> String {
    let mut text = tied(ipa);
    for (from, to) in ENGLISH {
        text = text.replace(from, to);
    }
    text
}

fn tied(ipa: &str) -> String {
    let mut text = without_switches(ipa);
    for (from, to) in TIED {
        text = text.replace(from, to);
    }
    text
}

/// Removes "(en)" and the like, which espeak writes when it changes language.
fn without_switches(ipa: &str) -> String {
    let mut text = String::with_capacity(ipa.len());
    let mut inside = false;
    for c in ipa.trim().chars() {
        match c {
            '(' => inside = true,
            ')' => inside = false,
            '_' | '\u{200d}' => {}
            c if !inside => text.push(c),
            _ => {}
        }
    }
    text
}

/// Phonemes of a sentence in a language that Kokoro learned from espeak. The phrase is transcribed
/// as a whole, for liaison and weak forms; where espeak joins or splits words, word by word.
pub(super) fn phones(sentence: &Sentence, voice: &str, source: &dyn IpaSource) -> Vec<Phone> {
    let phrases = phrases(sentence);
    let lines: Vec<String> = phrases
        .iter()
        .map(|range| {
            let words = &sentence.words[range.clone()];
            words.iter().map(|w| w.spoken.join(" ")).collect::<Vec<_>>().join(" ")
        })
        .collect();
    let Some(whole) = source.ipa(voice, &lines) else { return Vec::new() };
    let mut phones = Vec::new();
    for (range, ipa) in phrases.into_iter().zip(whole) {
        let text = tied(&ipa).replace(['^', '-'], "");
        let mut words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        if words.len() != range.len() {
            let single: Vec<String> =
                sentence.words[range.clone()].iter().map(|w| w.spoken.join(" ")).collect();
            words = source
                .ipa(voice, &single)
                .unwrap_or_default()
                .iter()
                .map(|ipa| tied(ipa).replace(['^', '-'], ""))
                .collect();
        }
        for (index, word) in range.zip(words) {
            if !phones.is_empty() {
                phones.push(Phone { symbol: ' ', word: None });
            }
            phones.extend(
                word.chars().map(|symbol| Phone { symbol, word: (symbol != ' ').then_some(index) }),
            );
            if let Some(mark) = sentence.words[index].mark {
                phones.push(Phone { symbol: mark.symbol(), word: None });
            }
        }
    }
    phones
}

/// Ranges of words between punctuation marks.
fn phrases(sentence: &Sentence) -> Vec<std::ops::Range<usize>> {
    let mut phrases = Vec::new();
    let mut begin = 0;
    for (index, word) in sentence.words.iter().enumerate() {
        if word.mark.is_some() || index + 1 == sentence.words.len() {
            phrases.push(begin..index + 1);
            begin = index + 1;
        }
    }
    phrases
}
