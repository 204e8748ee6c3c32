//! Fractions: "1/2", "3/4", "½", "2½", "1 1/2", and the two that are not fractions, 24/7 and 9/11.

use super::{
    Reading, View,
    number::{Number, cardinal, ordinal},
    one, words,
};

const VULGAR: [(char, u64, u64); 15] = [
    ('½', 1, 2),
    ('⅓', 1, 3),
    ('⅔', 2, 3),
    ('¼', 1, 4),
    ('¾', 3, 4),
    ('⅕', 1, 5),
    ('⅖', 2, 5),
    ('⅗', 3, 5),
    ('⅘', 4, 5),
    ('⅙', 1, 6),
    ('⅛', 1, 8),
    ('⅜', 3, 8),
    ('⅝', 5, 8),
    ('⅞', 7, 8),
    ('⅒', 1, 10),
];

/// A fraction, the whole number before it included.
pub(super) fn read(view: &View<'_>) -> Option<Reading> {
    let core = view.core(0);
    match core {
        "24/7" => return one("twenty-four seven"),
        "9/11" => return one("nine eleven"),
        _ => {}
    }
    if let Some((whole, top, bottom)) = vulgar(core) {
        return match whole {
            Some(whole) => one(&format!("{} and {}", cardinal(whole), said(top, bottom, true))),
            None => one(&said(top, bottom, false)),
        };
    }
    if let Some((top, bottom)) = slashed(core) {
        return one(&said(top, bottom, false));
    }
    // "1 1/2": the whole number and its fraction are two written words.
    let whole = Number::parse(core).filter(|n| n.fraction.is_none() && view.joins_next())?;
    let (top, bottom) = slashed(view.core(1)).or_else(|| match vulgar(view.core(1))? {
        (None, top, bottom) => Some((top, bottom)),
        _ => None,
    })?;
    (top < bottom)
        .then(|| vec![words(&whole.spoken()), words(&format!("and {}", said(top, bottom, true)))])
}

fn slashed(text: &str) -> Option<(u64, u64)> {
    let (top, bottom) = text.split_once(['/', '⁄'])?;
    let digits = |t: &str| !t.is_empty() && t.len() <= 3 && t.bytes().all(|b| b.is_ascii_digit());
    if !digits(top) || !digits(bottom) {
        return None;
    }
    Some((top.parse().ok()?, bottom.parse().ok().filter(|&b| b > 1)?))
}

fn vulgar(text: &str) -> Option<(Option<u64>, u64, u64)> {
    let last = text.chars().next_back()?;
    let &(_, top, bottom) = VULGAR.iter().find(|(c, _, _)| *c == last)?;
    match &text[..text.len() - last.len_utf8()] {
        "" => Some((None, top, bottom)),
        whole => Some((Some(whole.parse().ok()?), top, bottom)),
    }
}

fn said(top: u64, bottom: u64, mixed: bool) -> String {
    let name = match bottom {
        2 if top == 1 => "half".to_owned(),
        2 => "halves".to_owned(),
        4 if top == 1 => "quarter".to_owned(),
        4 => "quarters".to_owned(),
        _ if bottom > 100 => return format!("{} over {}", cardinal(top), cardinal(bottom)),
        _ if top == 1 => ordinal(bottom),
        _ => format!("{}s", ordinal(bottom)),
    };
    let vowel = name.starts_with('e');
    match (top, mixed) {
        (1, true) if vowel => format!("an {name}"),
        (1, true) => format!("a {name}"),
        _ => format!("{} {name}", cardinal(top)),
    }
}
