//! Ranges, scores and telephone numbers: "10–15", "2019-2021", "5-10kg", "555-1234".

use super::{
    Reading, View,
    number::{Number, digits, year},
    one, unit, words,
};

/// Two numbers with a dash between them, their unit included.
pub(super) fn read(view: &View<'_>) -> Option<Reading> {
    let core = view.core(0);
    let (low, rest) = Number::prefix(core)?;
    let high = rest.strip_prefix(['-', '–', '—'])?;
    if let Some(phone) = phone(core) {
        return one(&phone);
    }
    let (number, suffix) = Number::prefix(high)?;
    if low.code || number.negative || number.positive {
        return None;
    }
    let is_year = |n: &Number<'_>| (1000..=2999).contains(&n.integer) && n.fraction.is_none();
    let years = is_year(&low)
        && suffix.is_empty()
        && !core.contains(',')
        && (is_year(&number) || (high.len() == 2 && number.integer < 100));
    let span = if years {
        let end =
            if high.len() == 2 { low.integer / 100 * 100 + number.integer } else { number.integer };
        format!("{} to {}", year(low.integer), year(end))
    } else {
        format!("{} to {}", low.spoken(), number.spoken())
    };
    if suffix.is_empty() {
        return match unit::following(view, false) {
            Some(unit) if view.joins_next() => Some(vec![words(&span), words(unit)]),
            _ => one(&span),
        };
    }
    one(&format!("{span} {}", unit::named(suffix, false)?))
}

/// Groups of digits that are a telephone number: three and four, or three, three and four.
fn phone(text: &str) -> Option<String> {
    let groups: Vec<&str> = text.split('-').collect();
    let all_digits = groups.iter().all(|g| g.bytes().all(|b| b.is_ascii_digit()));
    let lengths: Vec<usize> = groups.iter().map(|g| g.len()).collect();
    let is_phone = matches!(lengths[..], [3, 4] | [3, 3, 4] | [1, 3, 3, 4]);
    (all_digits && is_phone).then(|| groups.iter().map(|g| digits(g)).collect::<Vec<_>>().join(" "))
}
