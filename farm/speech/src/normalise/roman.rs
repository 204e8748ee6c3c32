//! Roman numerals after a name: "World War II", "Henry VIII", "Chapter IV".

use super::{
    Reading, View,
    number::{cardinal, ordinal},
    one,
};

/// Words whose numeral is counted, not ranked.
const COUNTED: [&str; 17] = [
    "war", "part", "chapter", "volume", "act", "type", "phase", "rocky", "level", "stage", "bowl",
    "book", "section", "title", "mark", "apollo", "fantasy",
];

/// A Roman numeral of two letters or more (or V and X after a counting word).
pub(super) fn read(view: &View<'_>) -> Option<Reading> {
    let core = view.core(0);
    let before = view.core(-1);
    if !before.starts_with(char::is_uppercase) || core.is_empty() {
        return None;
    }
    let counted = COUNTED.contains(&before.to_lowercase().as_str());
    let n = value(core)?;
    let shouted = before.len() > 1 && before.chars().all(char::is_uppercase);
    if shouted || n > 60 || (core.len() == 1 && !counted) {
        return None;
    }
    if counted { one(&cardinal(n)) } else { one(&format!("the {}", ordinal(n))) }
}

/// The value of a well-formed numeral.
fn value(text: &str) -> Option<u64> {
    let digit = |c| {
        Some(match c {
            'I' => 1,
            'V' => 5,
            'X' => 10,
            'L' => 50,
            _ => return None,
        })
    };
    let digits: Vec<u64> = text.chars().map(digit).collect::<Option<_>>()?;
    let mut total = 0;
    for (index, &d) in digits.iter().enumerate() {
        if digits.get(index + 1).is_some_and(|&next| next > d) {
            total -= i64::try_from(d).ok()?;
        } else {
            total += i64::try_from(d).ok()?;
        }
    }
    let total = u64::try_from(total).ok()?;
    (written(total) == text).then_some(total)
}

fn written(mut n: u64) -> String {
    const PARTS: [(u64, &str); 7] =
        [(50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")];
    let mut text = String::new();
    for (value, part) in PARTS {
        while n >= value {
            text.push_str(part);
            n -= value;
        }
    }
    text
}
