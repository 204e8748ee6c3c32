//! Word boundaries in scripts written without spaces.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::{chinese, primary};

/// Characters a word has at most when nothing better is known about its boundaries.
const GROUP_CHARS_MAX: usize = 2;

/// Whether a script is written without spaces between words.
pub(crate) fn is_unspaced(c: char) -> bool {
    matches!(u32::from(c),
        0x3040..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF
        | 0x20000..=0x3FFFF | 0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF)
}

/// Cuts a run without spaces into words; punctuation stays with the word before it (opening
/// punctuation with the word after). A run of a spaced script comes back whole.
pub(crate) fn pieces(run: &str, language: &str) -> Vec<Range<usize>> {
    if !run.chars().any(is_unspaced) {
        return std::iter::once(0..run.len()).collect();
    }
    let mut pieces: Vec<Range<usize>> = Vec::new();
    let mut open = false;
    for word in words(run, language) {
        let text = &run[word.clone()];
        let spoken = text.chars().any(char::is_alphanumeric);
        match pieces.last_mut() {
            Some(last) if open || !(spoken || opens(text)) => last.end = word.end,
            _ => pieces.push(word),
        }
        open = !spoken && opens(text);
    }
    pieces
}

fn opens(text: &str) -> bool {
    text.chars().all(|c| "“‘「『《（【([\"".contains(c))
}

fn words(run: &str, language: &str) -> Vec<Range<usize>> {
    if matches!(primary(language), "zh" | "cmn") {
        return chinese::words(run);
    }
    let mut words: Vec<Range<usize>> = Vec::new();
    for (start, text) in run.split_word_bound_indices() {
        let piece = start..start + text.len();
        let single = |t: &str| t.chars().count() < GROUP_CHARS_MAX && t.chars().all(is_unspaced);
        match words.last_mut() {
            Some(last) if single(text) && single(&run[last.clone()]) => last.end = piece.end,
            _ => words.push(piece),
        }
    }
    words
}
