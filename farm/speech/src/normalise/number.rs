//! Cardinals, ordinals, decimals, digits and years in words. The only place that spells numbers.

use super::{Reading, View, one};

const ONES: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] =
    ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const SCALES: [&str; 7] =
    ["", "thousand", "million", "billion", "trillion", "quadrillion", "quintillion"];
/// More digits than this are read one by one.
const DIGITS_MAX: usize = 18;

/// A written number: optional sign, digits with optional thousands commas, optional decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Number<'a> {
    /// A minus sign stands before it.
    pub(super) negative: bool,
    /// A plus sign stands before it.
    pub(super) positive: bool,
    /// Before the decimal point.
    pub(super) integer: u64,
    /// Digits after the decimal point, as written.
    pub(super) fraction: Option<&'a str>,
    /// Written with leading zeros ("007"): read digit by digit.
    pub(super) code: bool,
}

impl<'a> Number<'a> {
    /// Parses a whole string; `None` when anything else is in it.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let (number, rest) = Self::prefix(text)?;
        rest.is_empty().then_some(number)
    }

    /// Parses the longest number at the start and gives what follows.
    pub(super) fn prefix(text: &'a str) -> Option<(Self, &'a str)> {
        let unsigned = text.trim_start_matches(['-', '−', '–', '+']);
        let sign = &text[..text.len() - unsigned.len()];
        if sign.chars().count() > 1 {
            return None;
        }
        let (whole, rest) = whole(unsigned);
        let (fraction, rest) = match rest.strip_prefix('.') {
            Some(after) if after.starts_with(|c: char| c.is_ascii_digit()) => {
                let end = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
                (Some(&after[..end]), &after[end..])
            }
            _ => (None, rest),
        };
        if whole.is_empty() && fraction.is_none() {
            return None;
        }
        let digits: String = whole.chars().filter(char::is_ascii_digit).collect();
        if digits.len() > DIGITS_MAX {
            return None;
        }
        let number = Self {
            negative: matches!(sign, "-" | "−" | "–"),
            positive: sign == "+",
            integer: if digits.is_empty() { 0 } else { digits.parse().ok()? },
            fraction,
            code: digits.len() > 1 && digits.starts_with('0'),
        };
        Some((number, rest))
    }

    /// Exactly one, so that its unit is singular.
    pub(super) fn is_one(&self) -> bool {
        self.integer == 1 && self.fraction.is_none()
    }

    /// In words, sign and decimals with it.
    pub(super) fn spoken(&self) -> String {
        let mut said = String::new();
        if self.negative {
            said.push_str("minus ");
        } else if self.positive {
            said.push_str("plus ");
        }
        said.push_str(&cardinal(self.integer));
        if let Some(fraction) = self.fraction {
            said.push_str(" point ");
            said.push_str(&digits(fraction));
        }
        said
    }
}

/// The longest run of digits with well-placed commas, and the rest.
fn whole(text: &str) -> (&str, &str) {
    let bytes = text.as_bytes();
    let digits_at = |from: usize| bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let mut end = digits_at(0);
    if (1..=3).contains(&end) {
        while bytes.get(end) == Some(&b',') && digits_at(end + 1) == 3 {
            end += 4;
        }
    }
    text.split_at(end)
}

/// A cardinal in words ("one hundred twenty-three").
pub(super) fn cardinal(n: u64) -> String {
    if n == 0 {
        return ONES[0].to_owned();
    }
    let mut groups = Vec::new();
    let mut rest = n;
    for scale in SCALES {
        if !rest.is_multiple_of(1000) {
            let mut group = below_thousand(rest % 1000);
            if !scale.is_empty() {
                group.push(' ');
                group.push_str(scale);
            }
            groups.push(group);
        }
        rest /= 1000;
    }
    groups.reverse();
    groups.join(" ")
}

fn below_thousand(n: u64) -> String {
    match (n / 100, n % 100) {
        (0, rest) => below_hundred(rest),
        (hundreds, 0) => format!("{} hundred", below_hundred(hundreds)),
        (hundreds, rest) => format!("{} hundred {}", below_hundred(hundreds), below_hundred(rest)),
    }
}

fn below_hundred(n: u64) -> String {
    let small = |n: u64| usize::try_from(n).ok().and_then(|i| ONES.get(i)).copied();
    match small(n) {
        Some(word) => word.to_owned(),
        None => {
            let tens = usize::try_from(n / 10).ok().and_then(|i| TENS.get(i)).unwrap_or(&"");
            match n % 10 {
                0 => (*tens).to_owned(),
                ones => format!("{tens}-{}", small(ones).unwrap_or("")),
            }
        }
    }
}

/// An ordinal in words ("twenty-first").
pub(super) fn ordinal(n: u64) -> String {
    let cardinal = cardinal(n);
    let cut = cardinal.rfind([' ', '-']).map_or(0, |at| at + 1);
    let (head, last) = cardinal.split_at(cut);
    let last = match last {
        "one" => "first".to_owned(),
        "two" => "second".to_owned(),
        "three" => "third".to_owned(),
        "five" => "fifth".to_owned(),
        "eight" => "eighth".to_owned(),
        "nine" => "ninth".to_owned(),
        "twelve" => "twelfth".to_owned(),
        tens if tens.ends_with('y') => format!("{}ieth", &tens[..tens.len() - 1]),
        other => format!("{other}th"),
    };
    format!("{head}{last}")
}

/// Digits one by one ("one four one").
pub(super) fn digits(text: &str) -> String {
    let words: Vec<&str> = text
        .chars()
        .filter_map(|c| c.to_digit(10))
        .filter_map(|d| ONES.get(d as usize).copied())
        .collect();
    words.join(" ")
}

/// The words of a word, with the digits that no rule has read spelled out: no voice is handed a
/// digit ("0a" → "zero", "a").
pub(super) fn in_words(word: &str) -> Vec<String> {
    if !word.contains(|c: char| c.is_ascii_digit()) {
        return vec![word.to_owned()];
    }
    let mut said = String::new();
    let mut number = String::new();
    for c in word.chars().chain([' ']) {
        if c.is_ascii_digit() {
            number.push(c);
            continue;
        }
        if !number.is_empty() {
            let value = number.parse().map_or_else(|_| digits(&number), cardinal);
            said.push_str(&format!(" {value} "));
            number.clear();
        }
        said.push(c);
    }
    super::words(&said)
}

/// A year in words ("fourteen seventy-five", "two thousand nine", "nineteen oh five").
pub(super) fn year(n: u64) -> String {
    match (n / 100, n % 100) {
        (10, 0) | (20, 0..=9) => cardinal(n),
        (10..=99, 0) => format!("{} hundred", below_hundred(n / 100)),
        (10..=99, low @ 1..=9) => format!("{} oh {}", below_hundred(n / 100), below_hundred(low)),
        (10..=99, low) => format!("{} {}", below_hundred(n / 100), below_hundred(low)),
        _ => cardinal(n),
    }
}

/// The plural of a number's last word ("nineteen nineties", "twenty-fours").
pub(super) fn plural(phrase: &str) -> String {
    match phrase.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None if phrase.ends_with('x') => format!("{phrase}es"),
        None => format!("{phrase}s"),
    }
}

/// "1st", "22nd", "1,000th".
pub(super) fn read_ordinal(view: &View<'_>) -> Option<Reading> {
    let (number, suffix) = Number::prefix(view.core(0))?;
    let is_ordinal = ["st", "nd", "rd", "th"].iter().any(|s| suffix.eq_ignore_ascii_case(s));
    (is_ordinal && number.fraction.is_none()).then(|| vec![super::words(&ordinal(number.integer))])
}

/// Plain numbers, signed or not, codes and very long ones digit by digit.
pub(super) fn read_number(view: &View<'_>) -> Option<Reading> {
    let core = view.core(0);
    match Number::parse(core) {
        Some(number) if number.code && number.fraction.is_none() => one(&digits(core)),
        Some(number) => one(&number.spoken()),
        None if core.len() > DIGITS_MAX && core.chars().all(|c| c.is_ascii_digit()) => {
            one(&digits(core))
        }
        None => None,
    }
}
