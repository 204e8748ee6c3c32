//! Tokens: runs of text between spaces, with their punctuation told apart from their core.

use std::ops::Range;

use super::{Mark, segment};
use crate::normalise::abbreviation;

/// A written token.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token<'a> {
    /// First byte in the text.
    pub(crate) start: usize,
    /// Everything, punctuation attached, emoji at the ends left out.
    pub(crate) full: &'a str,
    /// Without quotes, brackets and closing punctuation.
    pub(crate) core: &'a str,
    /// Punctuation after the core.
    pub(crate) trail: &'a str,
}

impl Token<'_> {
    /// Bytes in the text.
    pub(crate) fn span(&self) -> Range<usize> {
        self.start..self.start + self.full.len()
    }

    /// The strongest mark in the trailing punctuation.
    pub(crate) fn mark(&self) -> Option<Mark> {
        let trail = if self.core.is_empty() { self.full } else { self.trail };
        if trail.contains("...") {
            return Some(Mark::Ellipsis);
        }
        trail.chars().filter_map(mark_of).max()
    }
}

fn mark_of(c: char) -> Option<Mark> {
    Some(match c {
        ',' | '，' | '、' | '،' => Mark::Comma,
        ';' | '；' | '؛' => Mark::Semicolon,
        ':' | '：' => Mark::Colon,
        '—' | '–' | '-' => Mark::Dash,
        '…' => Mark::Ellipsis,
        '.' | '。' | '।' | '．' => Mark::Stop,
        '?' | '？' | '؟' => Mark::Question,
        '!' | '！' => Mark::Exclamation,
        _ => return None,
    })
}

/// Emoji, dingbats, and the joiners and selectors between them: shown by nobody, spoken by nobody.
pub(crate) fn is_pictograph(c: char) -> bool {
    matches!(u32::from(c),
        0x1F000..=0x1FAFF | 0x2600..=0x27BF | 0x2B00..=0x2BFF | 0xE0020..=0xE007F
        | 0xFE0E | 0xFE0F | 0x200D | 0x20E3 | 0x2122 | 0x00A9 | 0x00AE)
}

fn is_lead(c: char) -> bool {
    "“”„«»\"‘([{¿¡*_—–…《「『（【".contains(c)
}

fn is_trail(c: char) -> bool {
    ".,;:!?…)]}”\"’'»*_—–。，！？、；：）」』》】।،؛؟".contains(c)
}

/// Splits a text into tokens, in order.
pub(crate) fn split<'a>(text: &'a str, language: &str) -> Vec<Token<'a>> {
    let mut tokens = Vec::new();
    for (start, run) in runs(text) {
        for piece in segment::pieces(run, language) {
            if let Some(token) = token(start + piece.start, &run[piece]) {
                tokens.push(token);
            }
        }
    }
    tokens
}

/// Runs between white space and between dashes that join clauses ("word—word").
fn runs(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut pieces = Vec::new();
    let mut begin = 0;
    let mut previous = ' ';
    for (at, c) in text.char_indices() {
        let clause_break = matches!(previous, '—' | '…') && c.is_alphanumeric();
        if c.is_whitespace() || c == '\u{200B}' {
            pieces.push((begin, &text[begin..at]));
            begin = at + c.len_utf8();
        } else if clause_break {
            pieces.push((begin, &text[begin..at]));
            begin = at;
        }
        previous = c;
    }
    pieces.push((begin, &text[begin..]));
    pieces.into_iter().filter(|(_, run)| !run.is_empty())
}

fn token(start: usize, run: &str) -> Option<Token<'_>> {
    let full = run.trim_start_matches(is_pictograph);
    let start = start + run.len() - full.len();
    let full = full.trim_end_matches(is_pictograph);
    if full.is_empty() {
        return None;
    }
    let unled = full.trim_start_matches(|c| is_lead(c) || is_pictograph(c));
    // An apostrophe leads a quotation, or stands for the century in '90s.
    let unled = match unled.strip_prefix('\'') {
        Some(rest) if !rest.starts_with(|c: char| c.is_ascii_digit()) => rest,
        _ => unled,
    };
    let core = unled.trim_end_matches(|c| is_trail(c) || is_pictograph(c));
    Some(Token { start, full, core, trail: &unled[core.len()..] })
}

/// Whether the dot after a token belongs to an abbreviation inside a sentence ("Dr. Smith").
pub(crate) fn is_inner_dot(tokens: &[Token<'_>], index: usize) -> bool {
    let token = &tokens[index];
    if token.trail != "." {
        return false;
    }
    let Some(next) = tokens.get(index + 1) else { return false };
    let next_is_capital = next.core.chars().next().is_some_and(char::is_uppercase);
    let next_is_digit = next.core.starts_with(|c: char| c.is_ascii_digit());
    match token.core {
        "No" | "no" | "p" if next_is_digit => return true,
        // "St. Louis", but "on Main St. Then he left".
        "St" => {
            let named = index.checked_sub(1).and_then(|before| tokens.get(before));
            let street = named.is_some_and(|t| t.core.starts_with(char::is_uppercase));
            return !(street && next_is_capital);
        }
        _ => {}
    }
    match abbreviation::dot_of(token.core) {
        abbreviation::Dot::None => false,
        abbreviation::Dot::Inner => true,
        abbreviation::Dot::MayEnd => !next_is_capital,
    }
}
