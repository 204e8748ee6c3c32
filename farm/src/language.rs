//! What the director knows about languages in general: which one a sentence is in, its words, its
//! function words, its numbers, and how long a line takes to say. Pure; it knows no stage and no provider.

pub mod detect;
pub mod numbers;
pub mod spoken;
mod stop_words;

use icu_segmenter::{WordSegmenter, options::WordBreakInvariantOptions};

pub use stop_words::{is_stop_word, stop_words};

/// A word of a text and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word<'a> {
    /// As written, without surrounding punctuation.
    pub text: &'a str,
    /// First byte in the text.
    pub start: usize,
}

/// The words of a text, in order. An apostrophe or hyphen inside a word belongs to it; scripts
/// written without spaces give one word a run of characters between function characters.
#[must_use]
pub fn words<'a>(text: &'a str, language: &str) -> Vec<Word<'a>> {
    if is_spaceless(language) {
        return runs(text, language);
    }
    let mut found = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices() {
        let inside = c.is_alphanumeric()
            || is_mark(c)
            || (start.is_some()
                && matches!(c, '\'' | '’' | '-' | '‑')
                && text[at + c.len_utf8()..].starts_with(char::is_alphanumeric));
        match (inside, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                found.push(Word { text: &text[from..at], start: from });
                start = None;
            }
            _ => {}
        }
    }
    if let Some(from) = start {
        found.push(Word { text: &text[from..], start: from });
    }
    found
}

/// Combining marks of Indic, Arabic and Hebrew script are part of their word.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{64b}'..='\u{65f}'
        | '\u{900}'..='\u{903}' | '\u{93a}'..='\u{94f}' | '\u{962}'..='\u{963}')
}

/// Chinese, Japanese and Thai are written without spaces between words.
#[must_use]
pub fn is_spaceless(language: &str) -> bool {
    matches!(language, "zh" | "ja" | "th")
}

/// Stretches between punctuation, script changes and function characters.
fn runs<'a>(text: &'a str, language: &str) -> Vec<Word<'a>> {
    let mut found = Vec::new();
    let mut start: Option<(usize, u8)> = None;
    for (at, c) in text.char_indices() {
        let kind = match c {
            _ if !c.is_alphanumeric() && c != 'ー' => 0,
            _ if stop_words::is_function_character(c, language) => 0,
            '\u{3041}'..='\u{309f}' => 0,
            '\u{30a0}'..='\u{30ff}' => 3,
            _ if c.is_ascii_alphanumeric() => 2,
            _ => 1,
        };
        match start {
            Some((_, open)) if open == kind => {}
            Some((from, _)) => {
                found.push(Word { text: &text[from..at], start: from });
                start = (kind != 0).then_some((at, kind));
            }
            None => start = (kind != 0).then_some((at, kind)),
        }
    }
    if let Some((from, _)) = start {
        found.push(Word { text: &text[from..], start: from });
    }
    found
}

/// The words of a text in a script without spaces, by a dictionary: function words are left out.
#[must_use]
pub fn segments<'a>(text: &'a str, language: &str) -> Vec<Word<'a>> {
    let segmenter = WordSegmenter::new_dictionary(WordBreakInvariantOptions::default());
    let mut start = 0;
    let mut found = Vec::new();
    for (end, kind) in segmenter.segment_str(text).iter_with_word_type() {
        let word = Word { text: &text[start..end], start };
        start = end;
        // Words written in hiragana alone are particles and endings.
        let telling = |c: char| {
            !stop_words::is_function_character(c, language) && !matches!(c, '\u{3041}'..='\u{309f}')
        };
        if kind.is_word_like() && word.text.chars().any(telling) {
            found.push(word);
        }
    }
    found
}

/// English name of a language, for prompts.
#[must_use]
pub fn name(language: &str) -> &'static str {
    match language {
        "ar" => "Arabic",
        "bn" => "Bengali",
        "cs" => "Czech",
        "de" => "German",
        "el" => "Greek",
        "en" => "English",
        "es" => "Spanish",
        "fa" => "Persian",
        "fr" => "French",
        "he" => "Hebrew",
        "hi" => "Hindi",
        "it" => "Italian",
        "ja" => "Japanese",
        "ko" => "Korean",
        "nl" => "Dutch",
        "pl" => "Polish",
        "pt" => "Portuguese",
        "ru" => "Russian",
        "sv" => "Swedish",
        "ta" => "Tamil",
        "th" => "Thai",
        "tr" => "Turkish",
        "uk" => "Ukrainian",
        "ur" => "Urdu",
        "vi" => "Vietnamese",
        "zh" => "Chinese",
        _ => "this language",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_apostrophes_and_positions() {
        let text = "Don't look: it's a well-known fact.";
        let found: Vec<_> = words(text, "en").iter().map(|w| w.text).collect();
        assert_eq!(found, ["Don't", "look", "it's", "a", "well-known", "fact"]);
        for word in words(text, "en") {
            assert!(text[word.start..].starts_with(word.text));
        }
    }

    #[test]
    fn chinese_splits_at_function_characters() {
        let found: Vec<_> = words("天空是蓝色的", "zh").iter().map(|w| w.text).collect();
        assert_eq!(found, ["天空", "蓝色"]);
    }
}
