//! Acronyms and codes: "NASA" is a word, "FBI" is letters, "H2O", "COVID-19" and "3D" are both.

use super::{
    Reading, View,
    number::{cardinal, digits},
    one,
};

/// Capitals that are said as a word.
const WORDS: [&str; 26] = [
    "NASA", "NATO", "UNESCO", "UNICEF", "OPEC", "FIFA", "UEFA", "NAFTA", "ASAP", "AIDS", "LASER",
    "RADAR", "SONAR", "SCUBA", "COVID", "GIF", "JPEG", "RAM", "ROM", "PIN", "SIM", "LEGO", "IKEA",
    "NASDAQ", "SWAT", "YOLO",
];
/// Capitals that are words anyway when somebody shouts.
const LETTERS_MAX: usize = 5;

/// Reads capitals and mixtures of letters and digits.
pub(super) fn read(view: &View<'_>) -> Option<Reading> {
    let core = view.core(0);
    if core.chars().any(|c| c.is_ascii_digit()) && core.chars().any(char::is_alphabetic) {
        return code(core);
    }
    if WORDS.contains(&core) {
        return one(&core.to_lowercase());
    }
    if core.chars().filter(|c| *c == '.').count() > 0 && is_dotted(core) {
        return one(&spelled(&core.replace('.', "")));
    }
    let (stem, ending) = match core.strip_suffix("'s").or_else(|| core.strip_suffix("’s")) {
        Some(stem) => (stem, "'s"),
        None => match core.strip_suffix('s') {
            Some(stem) if stem.len() > 1 => (stem, "'s"),
            _ => (core, ""),
        },
    };
    let capitals =
        stem.len() > 1 && stem.len() <= LETTERS_MAX && stem.chars().all(|c| c.is_ascii_uppercase());
    if !capitals || WORDS.contains(&stem) || is_shouted(view) {
        return None;
    }
    one(&format!("{}{ending}", spelled(stem)))
}

/// "U.S", "U.S.A": single letters with dots between.
fn is_dotted(core: &str) -> bool {
    core.split('.').all(|part| part.chars().count() == 1 && part.chars().all(char::is_alphabetic))
}

/// Letters in a form every voice spells: "F.B.I.".
fn spelled(letters: &str) -> String {
    letters.chars().flat_map(|c| c.to_uppercase().chain(['.'])).collect()
}

/// Whether the neighbours are in capitals too, so that capitals mean nothing.
fn is_shouted(view: &View<'_>) -> bool {
    let loud = |offset| {
        let core = view.core(offset);
        core.len() > 1 && core.chars().all(char::is_uppercase)
    };
    loud(-1) || loud(1)
}

/// "H2O", "MP3", "COVID-19", "5G", "iPhone15": runs of letters and of digits, one after the other.
fn code(core: &str) -> Option<Reading> {
    if !core.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '–') {
        return None;
    }
    let mut said = Vec::new();
    for part in core.split(['-', '–']).flat_map(runs) {
        let digits_only = part.chars().all(|c| c.is_ascii_digit());
        let short = part.chars().count() <= 3 && part.chars().all(char::is_uppercase);
        said.push(match digits_only {
            true if part.len() > 1 && part.starts_with('0') => digits(part),
            true => part.parse().map_or_else(|_| digits(part), code_number),
            false if WORDS.contains(&part) => part.to_lowercase(),
            false if short || part.chars().count() == 1 => spelled(part),
            false => part.to_owned(),
        });
    }
    one(&said.join(" "))
}

/// Model numbers: "380" is three eighty, "100" is one hundred.
fn code_number(n: u64) -> String {
    match (n / 100, n % 100) {
        (1..=9, low) if low >= 10 => format!("{} {}", cardinal(n / 100), cardinal(low)),
        _ => cardinal(n),
    }
}

fn runs(text: &str) -> Vec<&str> {
    let mut runs = Vec::new();
    let mut begin = 0;
    let mut last = None;
    for (at, c) in text.char_indices() {
        let digit = c.is_ascii_digit();
        if last.is_some_and(|last| last != digit) {
            runs.push(&text[begin..at]);
            begin = at;
        }
        last = Some(digit);
    }
    runs.push(&text[begin..]);
    runs.retain(|run| !run.is_empty());
    runs
}
