//! How a word looks on a page: punctuation, capitals, width. Pure.

/// Widths are counted in Latin letters; a full-width character takes two.
const WIDE: usize = 2;

/// A word without its punctuation, except ? and ! (and the Spanish ¿ and ¡). Numbers, prices and
/// dotted abbreviations stay as written.
pub(super) fn shown(text: &str) -> String {
    let lead = |c: char| "“”„«»\"‘'([{*_—–-…《「『（【".contains(c);
    let digit_after = |t: &str| t.chars().nth(1).is_some_and(|c| c.is_ascii_digit());
    let mut start = text;
    while let Some(c) = start.chars().next().filter(|&c| lead(c)) {
        if (c == '-' || c == '\'') && digit_after(start) {
            break;
        }
        start = &start[c.len_utf8()..];
    }
    let trail = |c: char| ".,;:…)]}”\"’'»*_—–。，、；：）」』》】।،؛".contains(c);
    let asks = |c: char| "?!？！؟".contains(c);
    let core = start.trim_end_matches(|c| trail(c) || asks(c));
    let signs: String = start[core.len()..].chars().filter(|&c| asks(c)).collect();
    let dotted = core.contains('.') && core.chars().all(|c| c == '.' || c.is_alphabetic());
    let dot = if dotted { "." } else { "" };
    format!("{core}{dot}{signs}")
}

/// Width in Latin letters.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(|c| if is_wide(c) { WIDE } else { 1 }).sum()
}

/// Whether a character belongs to a script that is written without spaces, in full-width cells.
pub(super) fn is_wide(c: char) -> bool {
    matches!(u32::from(c),
        0x1100..=0x115F | 0x2E80..=0x303F | 0x3040..=0x33FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF
        | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0xFF00..=0xFF60 | 0x20000..=0x3FFFD)
}

/// Whether two words are written together, without a space.
pub(super) fn joined(left: &str, right: &str) -> bool {
    let unspaced =
        |c: char| is_wide(c) && !matches!(u32::from(c), 0x1100..=0x115F | 0xAC00..=0xD7A3);
    left.chars().next_back().is_some_and(unspaced) && right.chars().next().is_some_and(unspaced)
}

/// Punctuation that a page had better end on, from the written word: 0 none, 1 a clause, 2 a
/// sentence.
pub(super) fn closes(text: &str) -> u8 {
    let tail = text.trim_end_matches(['"', '”', '’', '\'', ')', ']', '»', '」', '』']);
    match tail.chars().next_back() {
        Some('.' | '!' | '?' | '…' | '。' | '！' | '？' | '।' | '؟') => 2,
        Some(',' | ';' | ':' | '—' | '–' | '，' | '、' | '；' | '：' | '،') => 1,
        _ => 0,
    }
}

/// Whether a word is small grammar that belongs to what follows ("the", "of", "de"). English and
/// the languages of the embedded voices that have case.
pub(super) fn leans_on_next(text: &str, language: &str) -> bool {
    const ENGLISH: [&str; 26] = [
        "a", "an", "the", "of", "to", "in", "on", "at", "by", "for", "from", "with", "and", "or",
        "but", "as", "your", "their", "his", "her", "its", "my", "our", "is", "are", "very",
    ];
    const SPANISH: [&str; 16] = [
        "el", "la", "los", "las", "un", "una", "de", "del", "en", "por", "con", "y", "o", "a",
        "su", "que",
    ];
    const FRENCH: [&str; 15] = [
        "le", "la", "les", "un", "une", "de", "du", "des", "en", "et", "ou", "à", "au", "par",
        "pour",
    ];
    const ITALIAN: [&str; 13] =
        ["il", "lo", "la", "i", "gli", "le", "un", "una", "di", "del", "e", "in", "per"];
    const PORTUGUESE: [&str; 14] =
        ["o", "a", "os", "as", "um", "uma", "de", "do", "da", "em", "e", "por", "com", "que"];
    let list: &[&str] = match language.split('-').next().unwrap_or(language) {
        "en" => &ENGLISH,
        "es" => &SPANISH,
        "fr" => &FRENCH,
        "it" => &ITALIAN,
        "pt" => &PORTUGUESE,
        _ => return false,
    };
    let bare = text.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    list.contains(&bare.as_str())
}

/// Whether a word may carry the stress of its sentence: letters only, with case, long enough to be
/// content.
pub(super) fn can_be_stressed(text: &str, language: &str) -> bool {
    let shown = shown(text);
    let letters = shown.trim_end_matches(['?', '!']);
    letters.chars().count() >= 4
        && letters.chars().all(|c| c.is_alphabetic() && (c.is_lowercase() || c.is_uppercase()))
        && letters.chars().skip(1).all(char::is_lowercase)
        && !leans_on_next(text, language)
        && !FUNCTION.contains(&letters.to_lowercase().as_str())
}

/// Longer words that are grammar nonetheless.
const FUNCTION: [&str; 34] = [
    "this", "that", "these", "those", "them", "they", "with", "from", "into", "have", "been",
    "were", "will", "would", "could", "should", "when", "then", "than", "there", "their", "which",
    "while", "what", "your", "yours", "ours", "does", "about", "because", "cada", "para", "como",
    "pero",
];
