//! How written English is said: numbers, money, dates, times, units, abbreviations, symbols.
//! Rules look at a token and its neighbours and give the spoken words of one or more tokens; the
//! first rule that matches wins, so their order is part of the meaning. No phonemes here.

pub(crate) mod abbreviation;
mod acronym;
mod date;
mod fraction;
mod money;
mod number;
mod range;
mod roman;
mod symbol;
mod time;
mod unit;
mod web;

use crate::text::token::Token;

/// What is said for consecutive tokens, starting with the one looked at; never empty.
pub(crate) type Reading = Vec<Vec<String>>;

/// A rule: the reading of the token at `view`, or `None` when it is about something else.
type Rule = fn(&View<'_>) -> Option<Reading>;

const RULES: [Rule; 14] = [
    web::read,
    money::read,
    time::read,
    date::read,
    fraction::read,
    range::read,
    unit::read,
    roman::read,
    abbreviation::read,
    date::read_year,
    number::read_ordinal,
    number::read_number,
    acronym::read,
    symbol::read,
];

/// A token among its neighbours.
pub(crate) struct View<'a> {
    tokens: &'a [Token<'a>],
    at: usize,
    /// The day comes before the month in 3/5/2024.
    pub(crate) british: bool,
}

impl<'a> View<'a> {
    /// The core of the token `offset` places away; empty outside the text.
    pub(crate) fn core(&self, offset: isize) -> &'a str {
        self.token(offset).map_or("", |token| token.core)
    }

    /// The whole token `offset` places away; empty outside the text.
    pub(crate) fn full(&self, offset: isize) -> &'a str {
        self.token(offset).map_or("", |token| token.full)
    }

    /// Whether nothing but a space stands between this token and the next one.
    pub(crate) fn joins_next(&self) -> bool {
        self.tokens[self.at].trail.is_empty()
    }

    /// Whether the token is closed by a dot.
    pub(crate) fn has_dot(&self) -> bool {
        self.tokens[self.at].trail.starts_with('.')
    }

    fn token(&self, offset: isize) -> Option<&'a Token<'a>> {
        self.at.checked_add_signed(offset).and_then(|index| self.tokens.get(index))
    }
}

/// Says English tokens: one list of words a token, empty where nothing is said.
pub(crate) fn english(tokens: &[Token<'_>], language: &str) -> Vec<Vec<String>> {
    let british = language.eq_ignore_ascii_case("en-gb");
    let mut spoken: Vec<Vec<String>> = Vec::with_capacity(tokens.len());
    while spoken.len() < tokens.len() {
        let view = View { tokens, at: spoken.len(), british };
        let reading = RULES.iter().find_map(|rule| rule(&view)).unwrap_or_default();
        if reading.is_empty() {
            spoken.push(Vec::new());
        }
        for words in reading {
            if spoken.len() < tokens.len() {
                spoken.push(words.iter().flat_map(|word| number::in_words(word)).collect());
            }
        }
    }
    spoken
}

/// Splits a phrase into its words.
pub(crate) fn words(phrase: &str) -> Vec<String> {
    phrase.split_whitespace().map(str::to_owned).collect()
}

/// The reading of one token.
pub(crate) fn one(phrase: &str) -> Option<Reading> {
    Some(vec![words(phrase)])
}

#[cfg(test)]
mod tests;
