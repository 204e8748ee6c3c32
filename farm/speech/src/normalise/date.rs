//! Dates, years and decades: "March 5, 2024", "5 March", "2024-03-05", "3/5/2024", "1990s", "1475".

use super::{
    Reading, View,
    number::{Number, cardinal, ordinal, plural, year},
    one, words,
};

const MONTHS: [(&str, &str); 12] = [
    ("January", "Jan"),
    ("February", "Feb"),
    ("March", "Mar"),
    ("April", "Apr"),
    ("May", "May"),
    ("June", "Jun"),
    ("July", "Jul"),
    ("August", "Aug"),
    ("September", "Sep"),
    ("October", "Oct"),
    ("November", "Nov"),
    ("December", "Dec"),
];

/// A date that shows itself as one: a month's name beside a number, or digits with separators.
pub(super) fn read(view: &View<'_>) -> Option<Reading> {
    decade(view).or_else(|| numeric(view)).or_else(|| month_first(view)).or_else(|| day_first(view))
}

/// A four-digit number without commas, where a year is likelier than a quantity.
pub(super) fn read_year(view: &View<'_>) -> Option<Reading> {
    let core = view.core(0);
    let n = four_digits(core)?;
    let era = ["BC", "BCE", "AD", "CE", "B.C", "B.C.E", "A.D", "C.E"].contains(&view.core(1));
    let cue = matches!(
        view.core(-1).to_ascii_lowercase().as_str(),
        "in" | "since"
            | "by"
            | "from"
            | "until"
            | "till"
            | "before"
            | "after"
            | "year"
            | "circa"
            | "around"
            | "during"
            | "c"
            | "ca"
            | "ad"
            | "of"
            | "late"
            | "early"
            | "mid"
    );
    let counts = view.joins_next()
        && view.core(1).len() > 3
        && view.core(1).ends_with('s')
        && view.core(1).chars().all(char::is_lowercase);
    let plausible = (1100..=2099).contains(&n) && !counts;
    (era || plausible || (cue && (1000..=2999).contains(&n) && !counts))
        .then(|| vec![words(&year(n))])
}

fn four_digits(text: &str) -> Option<u64> {
    (text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

fn month(text: &str) -> Option<&'static str> {
    MONTHS
        .iter()
        .find(|(name, short)| {
            text == *name || text == *short || (text == "Sept" && *short == "Sep")
        })
        .map(|(name, _)| *name)
}

/// A day of the month, with or without its ordinal ending.
fn day(text: &str) -> Option<u64> {
    let (number, suffix) = Number::prefix(text)?;
    let plain = number.fraction.is_none() && !number.negative && !number.positive;
    (plain
        && (1..=31).contains(&number.integer)
        && matches!(suffix, "" | "st" | "nd" | "rd" | "th"))
    .then_some(number.integer)
}

/// "March 5, 2024", "March 5th", "Sept. 2024", "Mar. 5".
fn month_first(view: &View<'_>) -> Option<Reading> {
    let name = month(view.core(0))?;
    if let Some(n) = four_digits(view.core(1)) {
        return Some(vec![words(name), words(&year(n))]);
    }
    let Some(day) = day(view.core(1)) else {
        // A bare "Mar" or "May" may be anything; "Sept." may not.
        return (view.has_dot() && view.core(0) != name).then(|| vec![words(name)]);
    };
    let mut reading = vec![words(name), words(&ordinal(day))];
    if let Some(n) = four_digits(view.core(2)) {
        reading.push(words(&year(n)));
    }
    Some(reading)
}

/// "5 March 2024", "the 5th of March" (only the first: the second reads itself).
fn day_first(view: &View<'_>) -> Option<Reading> {
    let (day, name) = (day(view.core(0))?, month(view.core(1))?);
    let day = if view.core(-1).eq_ignore_ascii_case("the") {
        format!("{} of", ordinal(day))
    } else {
        format!("the {} of", ordinal(day))
    };
    let mut reading = vec![words(&day), words(name)];
    if let Some(n) = four_digits(view.core(2)) {
        reading.push(words(&year(n)));
    }
    Some(reading)
}

/// "2024-03-05" and "3/5/2024" (month first, or day first in British English).
fn numeric(view: &View<'_>) -> Option<Reading> {
    let core = view.core(0);
    let (y, m, d) = if let [y, m, d] = core.split('-').collect::<Vec<_>>()[..] {
        (four_digits(y)?, m, d)
    } else if let [a, b, y] = core.split('/').collect::<Vec<_>>()[..] {
        let (m, d) = if view.british { (b, a) } else { (a, b) };
        (four_digits(y)?, m, d)
    } else {
        return None;
    };
    let m = m.parse::<usize>().ok()?.checked_sub(1)?;
    let (name, _) = MONTHS.get(m)?;
    one(&format!("{name} {} {}", ordinal(day(d)?), year(y)))
}

/// "1990s", "the '80s", "1800s", "90s".
fn decade(view: &View<'_>) -> Option<Reading> {
    let digits = view.core(0).trim_start_matches(['\'', '’']).strip_suffix('s')?;
    let digits = digits.trim_end_matches(['\'', '’']);
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let n: u64 = digits.parse().ok()?;
    match digits.len() {
        4 if n.is_multiple_of(10) => one(&plural(&year(n))),
        2 if n.is_multiple_of(10) && n >= 20 => one(&plural(&cardinal(n))),
        _ => None,
    }
}
