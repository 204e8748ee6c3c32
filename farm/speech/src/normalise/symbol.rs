//! Everything left: symbols by name, words as they are. The last rule; it always answers.

use super::{
    Reading, View,
    number::{Number, digits},
    one,
};
use crate::text::token::is_pictograph;

/// Symbols said wherever they stand.
const NAMED: [(char, &str); 18] = [
    ('&', "and"),
    ('+', "plus"),
    ('=', "equals"),
    ('×', "times"),
    ('÷', "divided by"),
    ('<', "less than"),
    ('>', "greater than"),
    ('@', "at"),
    ('%', "percent"),
    ('°', "degrees"),
    ('±', "plus or minus"),
    ('≈', "about"),
    ('~', "about"),
    ('§', "section"),
    ('→', "to"),
    ('≤', "at most"),
    ('≥', "at least"),
    ('π', "pi"),
];

/// Says what no other rule knew; nothing for decoration.
pub(super) fn read(view: &View<'_>) -> Option<Reading> {
    let core = view.core(0);
    let plain = |c: char| c.is_alphabetic() || matches!(c, '\'' | '’' | '-');
    if core.chars().all(plain) && core.chars().any(char::is_alphabetic) {
        return one(core.trim_matches('-').replace('’', "'").as_str());
    }
    one(&pieces(core))
}

/// Words, numbers and named symbols, in the order they are written.
fn pieces(core: &str) -> String {
    let mut said = String::new();
    let mut rest = core;
    while let Some(c) = rest.chars().next() {
        if c.is_ascii_digit() {
            let end =
                rest.find(|c: char| !matches!(c, '0'..='9' | ',' | '.')).unwrap_or(rest.len());
            let number = rest[..end].trim_end_matches([',', '.']);
            let spoken = Number::parse(number).map_or_else(|| digits(number), |n| n.spoken());
            said.push_str(&format!(" {spoken} "));
            rest = &rest[number.len().max(1)..];
            continue;
        }
        rest = &rest[c.len_utf8()..];
        match NAMED.iter().find(|(symbol, _)| *symbol == c) {
            Some((_, name)) => said.push_str(&format!(" {name} ")),
            None if c.is_alphabetic() || c == '\'' => said.push(c),
            None if c == '’' => said.push('\''),
            // A hyphen stays inside a word; between other things it is a break.
            None if c == '-' && said.ends_with(char::is_alphabetic) => said.push('-'),
            None if is_pictograph(c) => {}
            None => said.push(' '),
        }
    }
    said.split_whitespace().map(|w| w.trim_matches('-')).collect::<Vec<_>>().join(" ")
}
