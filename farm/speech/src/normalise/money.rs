//! Amounts of money: "$3.5 million", "€20", "£5.99", "-$5", "$20/month", "$5–10", "50¢".

use super::{Reading, View, number::Number, one, words};

/// Symbol, singular, plural, and what a hundredth is called (singular, plural).
const CURRENCIES: [(&str, &str, &str, &str, &str); 12] = [
    ("US$", "US dollar", "US dollars", "cent", "cents"),
    ("C$", "Canadian dollar", "Canadian dollars", "cent", "cents"),
    ("A$", "Australian dollar", "Australian dollars", "cent", "cents"),
    ("$", "dollar", "dollars", "cent", "cents"),
    ("€", "euro", "euros", "cent", "cents"),
    ("£", "pound", "pounds", "penny", "pence"),
    ("¥", "yen", "yen", "sen", "sen"),
    ("₹", "rupee", "rupees", "paisa", "paise"),
    ("₽", "ruble", "rubles", "kopek", "kopeks"),
    ("₩", "won", "won", "jeon", "jeon"),
    ("₿", "bitcoin", "bitcoins", "", ""),
    ("¢", "cent", "cents", "", ""),
];
const SCALES: [&str; 5] = ["hundred", "thousand", "million", "billion", "trillion"];

/// Money before or after its symbol, the scale word after it included.
pub(super) fn read(view: &View<'_>) -> Option<Reading> {
    let core = view.core(0);
    let unsigned = core.trim_start_matches(['-', '−', '+']);
    let sign = match &core[..core.len() - unsigned.len()] {
        "" => "",
        "+" => "plus ",
        _ => "minus ",
    };
    let currency = CURRENCIES.iter().find(|c| unsigned.starts_with(c.0) || unsigned.ends_with(c.0));
    let &(symbol, singular, plural, cent, cents) = currency?;
    let amount = unsigned
        .strip_prefix(symbol)
        .or_else(|| unsigned.strip_suffix(symbol))
        .map(str::trim)
        .filter(|amount| amount.starts_with(|c: char| c.is_ascii_digit() || c == '.'))?;
    let (number, rest) = Number::prefix(amount)?;
    if let Some(high) = rest.strip_prefix(['-', '–', '—']) {
        return read_range(view, number, high.trim_start_matches(symbol), plural);
    }
    let (scale, rest) = scale_suffix(rest);
    let per = match rest.strip_prefix('/') {
        Some(unit) if !unit.is_empty() => format!(" per {unit}"),
        _ if rest.is_empty() => String::new(),
        _ => return None,
    };
    if let Some(next) = scale_word(view).filter(|_| scale.is_empty() && per.is_empty()) {
        let scaled = words(&format!("{next} {plural}"));
        return Some(vec![words(&format!("{sign}{}", number.spoken())), scaled]);
    }
    if !scale.is_empty() {
        return one(&format!("{sign}{} {scale} {plural}{per}", number.spoken()));
    }
    let unit = if number.is_one() { singular } else { plural };
    let said = match number.fraction {
        Some(fraction) if fraction.len() == 2 && !cent.is_empty() => {
            let hundredths = fraction.parse::<u64>().ok()?;
            let whole = Number { fraction: None, ..number };
            let unit = if whole.is_one() { singular } else { plural };
            let small = super::number::cardinal(hundredths);
            let small = format!("{small} {}", if hundredths == 1 { cent } else { cents });
            match (number.integer, hundredths) {
                (_, 0) => format!("{} {unit}", whole.spoken()),
                (0, _) => small,
                _ => format!("{} {unit} and {small}", whole.spoken()),
            }
        }
        _ => format!("{} {unit}", number.spoken()),
    };
    one(&format!("{sign}{said}{per}"))
}

fn read_range(view: &View<'_>, low: Number<'_>, high: &str, plural: &str) -> Option<Reading> {
    let (high, rest) = Number::prefix(high)?;
    let (scale, rest) = scale_suffix(rest);
    if !rest.is_empty() {
        return None;
    }
    let span = format!("{} to {} {scale}", low.spoken(), high.spoken());
    match scale_word(view).filter(|_| scale.is_empty()) {
        Some(next) => Some(vec![words(&span), words(&format!("{next} {plural}"))]),
        None => one(&format!("{span} {plural}")),
    }
}

/// The next token when it is a scale word right after the amount.
fn scale_word<'a>(view: &View<'a>) -> Option<&'a str> {
    let next = view.core(1);
    (view.joins_next() && SCALES.iter().any(|s| next.eq_ignore_ascii_case(s))).then_some(next)
}

/// "5M", "2bn", "10k": the scale in words and what is left.
fn scale_suffix(rest: &str) -> (&'static str, &str) {
    const SUFFIXES: [(&str, &str); 11] = [
        ("bn", "billion"),
        ("tn", "trillion"),
        ("mn", "million"),
        ("mm", "million"),
        ("k", "thousand"),
        ("K", "thousand"),
        ("m", "million"),
        ("M", "million"),
        ("b", "billion"),
        ("B", "billion"),
        ("T", "trillion"),
    ];
    SUFFIXES
        .iter()
        .find_map(|&(suffix, word)| rest.strip_prefix(suffix).map(|rest| (word, rest)))
        .filter(|(_, rest)| !rest.starts_with(char::is_alphabetic))
        .unwrap_or(("", rest))
}
