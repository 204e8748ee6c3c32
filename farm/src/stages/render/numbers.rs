//! Finds a number worth drawing in what a shot says.

use cutline_compositor::story::{NumberCard, SpokenWord};

/// Words that scale the number before them.
const SCALES: [(&str, f64); 8] = [
    ("thousand", 1e3),
    ("million", 1e6),
    ("billion", 1e9),
    ("trillion", 1e12),
    ("mil", 1e3),
    ("millones", 1e6),
    ("millionen", 1e6),
    ("milliards", 1e9),
];
/// Words that say per cent.
const PERCENT: [&str; 5] = ["percent", "%", "prozent", "pourcent", "procent"];
/// What may stand before or behind the digits.
const SIGNS: [char; 7] = ['$', '€', '£', '¥', '%', '-', '−'];
/// Small numbers written as words; "one" and "two" are too often not meant as numbers.
const WORDS: [(&str, f64); 10] = [
    ("three", 3.0),
    ("four", 4.0),
    ("five", 5.0),
    ("six", 6.0),
    ("seven", 7.0),
    ("eight", 8.0),
    ("nine", 9.0),
    ("ten", 10.0),
    ("eleven", 11.0),
    ("twelve", 12.0),
];

/// The first number of a shot: in digits, else one of the small number words.
pub(super) fn number_card(words: &[SpokenWord]) -> Option<NumberCard> {
    in_digits(words).or_else(|| in_words(words))
}

fn in_digits(words: &[SpokenWord]) -> Option<NumberCard> {
    words.iter().enumerate().find_map(|(index, word)| {
        let shown = word.text.trim_matches(|c: char| !c.is_alphanumeric() && !SIGNS.contains(&c));
        let mut value = magnitude(shown)?;
        let mut text = shown.to_owned();
        if let Some(next) = words.get(index + 1) {
            let plain = plain(&next.text);
            if let Some(&(_, scale)) = SCALES.iter().find(|(name, _)| *name == plain) {
                value *= scale;
                text = format!("{shown} {plain}");
            } else if PERCENT.contains(&plain.as_str()) {
                text = format!("{shown} %");
            }
        }
        Some(NumberCard { text, value, at_frame: word.start_frame })
    })
}

fn in_words(words: &[SpokenWord]) -> Option<NumberCard> {
    words.iter().find_map(|word| {
        let plain = plain(&word.text);
        let &(_, value) = WORDS.iter().find(|(name, _)| *name == plain)?;
        Some(NumberCard { text: format!("{value:.0}"), value, at_frame: word.start_frame })
    })
}

fn plain(text: &str) -> String {
    text.trim_matches(|c: char| !c.is_alphanumeric() && c != '%').to_lowercase()
}

/// "$10,000" → 10000, "3.5" → 3.5, "3,5" → 3.5, "70%" → 70. Anything with letters is no number.
fn magnitude(shown: &str) -> Option<f64> {
    let core = shown.trim_matches(|c: char| SIGNS.contains(&c));
    if core.is_empty() || core.chars().any(|c| !c.is_ascii_digit() && !matches!(c, ',' | '.')) {
        return None;
    }
    let separator = core.rfind([',', '.']);
    let decimals = separator.map_or(0, |at| core.len() - at - 1);
    // Three digits behind the last separator are thousands, unless the number starts with a zero.
    let thousands = decimals == 3 && !core.starts_with('0');
    let mut digits = String::with_capacity(core.len());
    for (at, letter) in core.char_indices() {
        if letter.is_ascii_digit() {
            digits.push(letter);
        } else if Some(at) == separator && !thousands {
            digits.push('.');
        }
    }
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(sentence: &str) -> Option<(String, f64, u32)> {
        let words: Vec<SpokenWord> = sentence
            .split(' ')
            .zip(0_u32..)
            .map(|(text, index)| SpokenWord {
                text: text.to_owned(),
                start_frame: index * 10,
                end_frame: index * 10 + 9,
            })
            .collect();
        number_card(&words).map(|card| (card.text, card.value, card.at_frame))
    }

    #[test]
    fn numbers_are_read_as_they_are_meant() {
        assert_eq!(card("It grows to $10,000."), Some(("$10,000".into(), 10_000.0, 30)));
        assert_eq!(card("about 3.5 million people"), Some(("3.5 million".into(), 3.5e6, 10)));
        assert_eq!(card("Fast 70% of it"), Some(("70%".into(), 70.0, 10)));
        assert_eq!(card("Nearly 40 percent sleep"), Some(("40 %".into(), 40.0, 10)));
        assert_eq!(card("rund 3,5 Meter"), Some(("3,5".into(), 3.5, 10)));
        assert_eq!(card("in 1475 it opened"), Some(("1475".into(), 1475.0, 10)));
        assert_eq!(card("It has three hearts"), Some(("3".into(), 3.0, 20)));
    }

    #[test]
    fn what_only_looks_like_a_number_is_left_alone() {
        assert_eq!(card("Vitamin B12x and COVID19a rest"), None);
        assert_eq!(card("one of the two ways"), None);
        assert_eq!(card("no numbers here at all"), None);
    }
}
