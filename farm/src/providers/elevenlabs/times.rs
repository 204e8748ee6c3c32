//! From the time of every character to the time of every word. Pure.

use cutline_speech::text;
use serde::{Deserialize, Serialize};

use crate::providers::WordTime;

/// The vendor's alignment: three lists of one length.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Alignment {
    characters: Vec<String>,
    character_start_times_seconds: Vec<f64>,
    character_end_times_seconds: Vec<f64>,
}

/// Word times of a line; `None` when the alignment is not one of this very line, or its times make
/// no sense: the words are then found in the clip.
pub(super) fn of_words(line: &str, language: &str, given: &Alignment) -> Option<Vec<WordTime>> {
    let (starts, ends) = (&given.character_start_times_seconds, &given.character_end_times_seconds);
    if given.characters.len() != starts.len() || starts.len() != ends.len() {
        return None;
    }
    if given.characters.concat() != line {
        return None;
    }
    let sane =
        starts.iter().chain(ends).all(|time| time.is_finite() && (0.0..600.0).contains(time));
    if !sane || starts.windows(2).any(|two| two[1] < two[0] - 1e-6) {
        return None;
    }
    // Where each character begins in the line, in bytes.
    let mut at = 0;
    let places: Vec<usize> = given
        .characters
        .iter()
        .map(|character| {
            let place = at;
            at += character.len();
            place
        })
        .collect();
    let mut words: Vec<WordTime> = Vec::new();
    for word in text::read(line, language).iter().flat_map(|sentence| &sentence.words) {
        let first = places.partition_point(|place| *place < word.span.start);
        let last = places.partition_point(|place| *place < word.span.end);
        // Punctuation and spaces carry the pause behind a word: it ends with its last letter.
        let mut letters =
            (first..last).filter(|at| given.characters[*at].chars().any(char::is_alphanumeric));
        let (begin, end) = (letters.clone().next()?, letters.next_back()?);
        let floor = words.last().map_or(0.0, |word: &WordTime| word.end_s);
        let start_s = starts[begin].max(floor);
        words.push(WordTime {
            text: line.get(word.span.clone())?.to_owned(),
            span_start: word.span.start,
            span_end: word.span.end,
            start_s,
            end_s: ends[end].max(start_s),
        });
    }
    (!words.is_empty()).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alignment(line: &str) -> Alignment {
        let characters: Vec<String> = line.chars().map(String::from).collect();
        let starts = (0..characters.len()).map(|at| at as f64 * 0.1).collect();
        let ends = (0..characters.len()).map(|at| at as f64 * 0.1 + 0.1).collect();
        Alignment {
            characters,
            character_start_times_seconds: starts,
            character_end_times_seconds: ends,
        }
    }

    #[test]
    fn words_begin_and_end_with_their_letters() {
        let line = "“Ça va?” Café, 3 hearts.";
        let words = of_words(line, "fr", &alignment(line)).unwrap();
        let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
        assert_eq!(texts.concat(), line.replace(' ', ""));
        let cafe = words.iter().find(|word| word.text.starts_with("Café")).unwrap();
        assert!((cafe.start_s - 0.9).abs() < 1e-9 && (cafe.end_s - 1.3).abs() < 1e-9, "{cafe:?}");
        assert!(words.windows(2).all(|two| two[0].end_s <= two[1].start_s));
        assert_eq!(line.get(cafe.span_start..cafe.span_end), Some("Café,"));
    }

    #[test]
    fn the_alignment_of_another_text_is_not_believed() {
        assert_eq!(of_words("Hello there.", "en", &alignment("Hello their.")), None);
        let mut torn = alignment("Hello.");
        torn.character_end_times_seconds.pop();
        assert_eq!(of_words("Hello.", "en", &torn), None);
        let mut wild = alignment("Hello.");
        wild.character_start_times_seconds[2] = f64::NAN;
        assert_eq!(of_words("Hello.", "en", &wild), None);
    }
}
