//! Word times where an engine has none: lengths guessed from letters, fitted to what is known.
//! Pure.

use crate::{
    WordSpan,
    text::{Sentence, Word, segment},
};

/// Letters a second of an unhurried narrator, English; other alphabets are near.
const LETTERS_PER_S: f64 = 14.5;
/// Syllables a second where a character is a syllable.
const CHARACTERS_PER_S: f64 = 4.6;
/// What every word costs besides its letters.
const WORD_S: f64 = 0.075;
/// Shortest a line is ever taken to be.
const LINE_S_MIN: f64 = 0.3;

/// A word's likely length in seconds at natural speed.
#[must_use]
pub fn word_s(word: &Word) -> f64 {
    let letters: f64 = word
        .spoken
        .iter()
        .flat_map(|spoken| spoken.chars())
        .map(|c| match c {
            c if segment::is_unspaced(c) => 1.0 / CHARACTERS_PER_S,
            c if c.is_ascii_digit() => 4.0 / LETTERS_PER_S,
            c if c.is_uppercase() && word.spoken.iter().any(|w| w.contains('.')) => {
                3.0 / LETTERS_PER_S
            }
            c if c.is_alphanumeric() => 1.0 / LETTERS_PER_S,
            _ => 0.0,
        })
        .sum();
    let spoken = word.spoken.len().max(1) as f64;
    letters + WORD_S * if letters > 0.0 { spoken } else { 0.0 }
}

/// Times for a whole text from nothing but itself: for silent clips and for budgeting. Gives the
/// words and the length in seconds; `speed` 1 is natural.
#[must_use]
pub fn times(sentences: &[Sentence], speed: f32) -> (Vec<WordSpan>, f64) {
    let speed = f64::from(speed.clamp(0.25, 4.0));
    let mut at_s = 0.0;
    let mut words = Vec::new();
    let mut pause_s = 0.0;
    for word in sentences.iter().flat_map(|sentence| &sentence.words) {
        let start_s = at_s + pause_s;
        let end_s = start_s + word_s(word) / speed;
        words.push(WordSpan { span: word.span.clone(), start_s, end_s });
        at_s = end_s;
        pause_s = word.mark.map_or(0.0, |mark| f64::from(mark.pause_ms()) / 1000.0) / speed;
    }
    (words, at_s.max(LINE_S_MIN))
}

/// Spreads consecutive words over a stretch that is known to hold exactly them, by their weights.
#[must_use]
pub fn spread(words: &[&Word], weights_s: &[f64], start_s: f64, end_s: f64) -> Vec<WordSpan> {
    let total: f64 = weights_s.iter().sum::<f64>().max(f64::MIN_POSITIVE);
    let mut at_s = start_s;
    words
        .iter()
        .zip(weights_s)
        .map(|(word, weight)| {
            let start = at_s;
            at_s += (end_s - start_s) * weight / total;
            WordSpan { span: word.span.clone(), start_s: start, end_s: at_s }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text;

    #[test]
    fn a_plain_sentence_takes_about_as_long_as_people_take() {
        let text = "Octopuses have three hearts, and two of them stop beating when they swim.";
        let (words, seconds) = times(&text::read(text, "en"), 1.0);
        assert_eq!(words.len(), 13);
        assert!((4.0..6.0).contains(&seconds), "{seconds}");
        assert!(words.windows(2).all(|w| w[0].end_s <= w[1].start_s));
    }

    #[test]
    fn spreading_fills_the_stretch_exactly() {
        let sentences = text::read("one three eleven", "en");
        let words: Vec<&text::Word> = sentences[0].words.iter().collect();
        let spans = spread(&words, &[1.0, 2.0, 1.0], 0.5, 2.5);
        assert_eq!(spans[1].start_s, 1.0);
        assert_eq!(spans[2].end_s, 2.5);
    }
}
