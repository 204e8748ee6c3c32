//! The text as written, cut into words and sentences. Every spoken word keeps the span of the
//! written word it stands for, so that captions show what was written. Knows no phonemes.

pub(crate) mod chinese;
pub(crate) mod segment;
pub(crate) mod token;

use std::ops::Range;

use crate::normalise;

/// Longest text read, in bytes; what is beyond is not spoken (a shot is one to two clauses).
pub const TEXT_BYTES_MAX: usize = 8_000;

/// A written word and how it is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Bytes of the written word in the text, punctuation attached.
    pub span: Range<usize>,
    /// What is said for it, never empty: plain words in English, the text itself elsewhere.
    pub spoken: Vec<String>,
    /// The punctuation that follows it.
    pub mark: Option<Mark>,
}

/// Punctuation that shapes how a line is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// A short pause.
    Comma,
    /// A pause.
    Semicolon,
    /// A pause that points onward.
    Colon,
    /// A break in the thought.
    Dash,
    /// A thought left open.
    Ellipsis,
    /// The end of a statement.
    Stop,
    /// A question's end.
    Question,
    /// An exclamation's end.
    Exclamation,
}

impl Mark {
    /// The character a phoneme model and espeak understand.
    #[must_use]
    pub fn symbol(self) -> char {
        match self {
            Self::Comma => ',',
            Self::Semicolon => ';',
            Self::Colon => ':',
            Self::Dash => '—',
            Self::Ellipsis => '…',
            Self::Stop => '.',
            Self::Question => '?',
            Self::Exclamation => '!',
        }
    }

    /// Natural silence after it, in milliseconds, at normal speed.
    #[must_use]
    pub fn pause_ms(self) -> u32 {
        match self {
            Self::Comma => 140,
            Self::Semicolon | Self::Colon | Self::Dash => 200,
            Self::Ellipsis => 320,
            Self::Stop | Self::Question | Self::Exclamation => 280,
        }
    }

    fn ends_sentence(self) -> bool {
        matches!(self, Self::Stop | Self::Question | Self::Exclamation | Self::Ellipsis)
    }
}

/// Words up to and with a mark that ends a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// In order, never empty.
    pub words: Vec<Word>,
}

/// Reads a text: words, how each is said, sentences. What cannot be said (emoji, stray symbols) is
/// left out; a text of nothing else gives no sentence.
#[must_use]
pub fn read(text: &str, language: &str) -> Vec<Sentence> {
    let text = shorten(text, TEXT_BYTES_MAX);
    let tokens = token::split(text, language);
    let spoken =
        if is_english(language) { normalise::english(&tokens, language) } else { plain(&tokens) };
    let mut sentences = Vec::new();
    let mut words: Vec<Word> = Vec::new();
    for (index, (token, spoken)) in tokens.iter().zip(spoken).enumerate() {
        if spoken.is_empty() {
            if let (Some(last), Some(mark)) = (words.last_mut(), token.mark()) {
                last.mark = last.mark.max(Some(mark));
            }
            continue;
        }
        let mark = if token::is_inner_dot(&tokens, index) { None } else { token.mark() };
        words.push(Word { span: token.span(), spoken, mark });
        if mark.is_some_and(Mark::ends_sentence) && !continues(&tokens, index) {
            sentences.push(Sentence { words: std::mem::take(&mut words) });
        }
    }
    if !words.is_empty() {
        sentences.push(Sentence { words });
    }
    sentences
}

/// Whether the sentence goes on after an ellipsis ("wait… what").
fn continues(tokens: &[token::Token<'_>], index: usize) -> bool {
    tokens[index].mark() == Some(Mark::Ellipsis)
        && tokens
            .get(index + 1)
            .and_then(|next| next.core.chars().next())
            .is_some_and(char::is_lowercase)
}

/// Whether a BCP 47 tag names English.
#[must_use]
pub fn is_english(language: &str) -> bool {
    primary(language) == "en"
}

/// The primary subtag of a BCP 47 tag ("pt" of "pt-BR").
#[must_use]
pub fn primary(language: &str) -> &str {
    language.split(['-', '_']).next().unwrap_or(language)
}

/// Other languages: the voice reads numbers and symbols itself; only the unspeakable is dropped.
fn plain(tokens: &[token::Token<'_>]) -> Vec<Vec<String>> {
    tokens
        .iter()
        .map(|token| {
            if token.core.chars().any(|c| c.is_alphanumeric() || "%&+=€$£@".contains(c)) {
                vec![token.core.chars().filter(|&c| !token::is_pictograph(c)).collect()]
            } else {
                Vec::new()
            }
        })
        .collect()
}

fn shorten(text: &str, bytes_max: usize) -> &str {
    let mut end = text.len().min(bytes_max);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
