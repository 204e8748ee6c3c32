//! The numbers a text says: in digits in any language, in words in English and Spanish, so that
//! “3”, “three” and “tres” are the same. Pure.

use std::{borrow::Cow, ops::Range};

use text2num::{Language, Token, find_numbers};

use super::{Word, words};

/// A cardinal number in a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    /// How much it is.
    pub value: f64,
    /// Its bytes in the text.
    pub span: Range<usize>,
    /// Written in words, wholly or (“3 million”) in part.
    pub spelled: bool,
}

/// Words that multiply the digits before them.
const SCALES: &[&str] =
    &["hundred", "thousand", "million", "billion", "cien", "mil", "millón", "millon", "millones"];
/// Words that count nothing when they stand alone: letters, and “thousands of”.
const VAGUE: &[&str] = &[
    "o",
    "os",
    "tens",
    "hundreds",
    "thousands",
    "millions",
    "billions",
    "cientos",
    "miles",
    "millones",
];

/// Digits read after a “point”: those who give pi to more overflow the crate's 64 bits.
const DECIMALS_MAX: usize = 15;

/// The numbers of a text, in order. A “one” in words is none: it is an article or a pronoun more
/// often than a number; nor are ordinals and fractions in words.
#[must_use]
pub fn numbers(text: &str, language: &str) -> Vec<Number> {
    let mut found = in_digits(text, language);
    found.extend(in_words(text, language));
    found.sort_by_key(|number| number.span.start);
    let mut kept: Vec<Number> = Vec::with_capacity(found.len());
    for number in found {
        let said = text[number.span.clone()].to_lowercase();
        let scale = number.spelled && said.split_whitespace().all(|word| SCALES.contains(&word));
        let multiplied = kept.last_mut().filter(|last| {
            let between = &text[last.span.end..number.span.start];
            scale && !last.spelled && !between.is_empty() && between.trim().is_empty()
        });
        if let Some(digits) = multiplied {
            digits.value = times(digits.value, number.value);
            digits.span.end = number.span.end;
            digits.spelled = true;
        } else if !number.spelled || !(number.value == 1.0 || VAGUE.contains(&said.as_str())) {
            kept.push(number);
        }
    }
    kept
}

/// The product as it would be read: 1.1 times a million is 1,100,000, not the float beside it.
fn times(digits: f64, scale: f64) -> f64 {
    let exponent = scale.log10().round();
    format!("{digits}e{exponent}").parse().unwrap_or(digits * scale)
}

/// Numbers in digits, with decimals, their thousands set apart (“1,000”, in Spanish “1.000”) or not.
fn in_digits(text: &str, language: &str) -> Vec<Number> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = text[from..].find(|c: char| c.is_ascii_digit()).map(|at| from + at) {
        let mut groups = vec![group(text, start)];
        let mut marks = Vec::new();
        while let Some((mark, next)) = next_group(text, groups[groups.len() - 1].end) {
            marks.push(mark);
            groups.push(next);
        }
        from = groups[groups.len() - 1].end;
        let parts: Vec<&str> = groups.iter().map(|group| &text[group.clone()]).collect();
        let number = |value: f64, span| Number { value, span, spelled: false };
        match joined(&parts, &marks, language).and_then(|digits| digits.parse().ok()) {
            Some(value) => found.push(number(value, start..from)),
            // A date, a version: each of its numbers.
            None => found.extend(
                groups
                    .into_iter()
                    .zip(parts)
                    .filter_map(|(span, digits)| Some(number(digits.parse().ok()?, span))),
            ),
        }
    }
    found
}

/// The digits that start here.
fn group(text: &str, start: usize) -> Range<usize> {
    let length = text[start..].find(|c: char| !c.is_ascii_digit());
    start..length.map_or(text.len(), |length| start + length)
}

/// A mark that may stand inside a number, and the digits right after it.
fn next_group(text: &str, end: usize) -> Option<(char, Range<usize>)> {
    let mut rest = text[end..].chars();
    let mark =
        rest.next().filter(|c| matches!(c, '.' | ',' | '\u{a0}' | '\u{202f}' | '\u{2009}'))?;
    rest.next().filter(char::is_ascii_digit)?;
    Some((mark, group(text, end + mark.len_utf8())))
}

/// Groups of digits as one number with a decimal point, where their marks make it one.
fn joined(parts: &[&str], marks: &[char], language: &str) -> Option<String> {
    let whole = in_thousands(parts, marks) && marks != [decimal_mark(language)];
    if marks.is_empty() || whole {
        return Some(parts.concat());
    }
    let (decimals, whole) = parts.split_last()?;
    let (mark, apart) = marks.split_last()?;
    let one = apart.is_empty() || (!apart.contains(mark) && in_thousands(whole, apart));
    (one && matches!(mark, '.' | ',')).then(|| format!("{}.{decimals}", whole.concat()))
}

/// Whether marks set thousands apart.
fn in_thousands(parts: &[&str], marks: &[char]) -> bool {
    let Some((first, rest)) = parts.split_first() else { return false };
    (1..=3).contains(&first.len())
        && !first.starts_with('0')
        && rest.iter().all(|group| group.len() == 3)
        && marks.iter().all(|mark| Some(mark) == marks.first())
}

fn decimal_mark(language: &str) -> char {
    match language {
        "cs" | "de" | "el" | "es" | "fr" | "it" | "nl" | "pl" | "pt" | "ru" | "sv" | "tr"
        | "uk" | "vi" => ',',
        _ => '.',
    }
}

/// Numbers in words.
fn in_words(text: &str, language: &str) -> Vec<Number> {
    let interpreter = match language {
        "en" => Language::english(),
        "es" => Language::spanish(),
        _ => return Vec::new(),
    };
    let words = words(text, language);
    let end = |word: &Word<'_>| word.start + word.text.len();
    let nth = |at: usize, back: usize| at.checked_sub(back).and_then(|at| words.get(at));
    let tokens = words.iter().enumerate().map(|(at, word)| Spelled {
        word: word.text,
        apart: nth(at, 1).is_some_and(|last| !text[end(last)..word.start].trim().is_empty())
            || nth(at, DECIMALS_MAX + 1)
                .is_some_and(|mark| mark.text.eq_ignore_ascii_case("point")),
    });
    // Isolated small numbers too, and zero.
    let found = find_numbers(tokens, &interpreter, -1.0).into_iter();
    found
        .filter(|number| !number.is_ordinal && !number.text.contains('/'))
        .filter_map(|number| {
            let (first, last) = (words.get(number.start)?, words.get(number.end.checked_sub(1)?)?);
            // Its digits rather than its value, which is a sum of floats.
            let value = number.text.replace(',', ".").parse().ok()?;
            Some(Number { value, span: first.start..end(last), spelled: true })
        })
        .collect()
}

/// A word to be read as a part of a number.
struct Spelled<'a> {
    word: &'a str,
    /// Punctuation stands before it: it continues no number.
    apart: bool,
}

impl Token for Spelled<'_> {
    fn text(&self) -> Cow<'_, str> {
        self.word.into()
    }

    fn text_lowercase(&self) -> Cow<'_, str> {
        let lower = self.word.to_lowercase();
        // Before a noun and before “mil”.
        if matches!(lower.as_str(), "veintiún" | "veintiun") {
            "veintiuno".into()
        } else {
            lower.into()
        }
    }

    fn nt_separated(&self, _previous: &Self) -> bool {
        self.apart
    }
}

#[cfg(test)]
mod tests;
