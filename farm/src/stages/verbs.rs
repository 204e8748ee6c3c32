//! Verbs that a stick figure can act, told by how words begin. Knows nothing of shots or frames.

use cutline_compositor::figure::Verb;

/// Beginnings of words, in the languages that have voices, and what to act. The longest match wins.
const STEMS: &[(Verb, &[&str])] = &[
    (Verb::Walk, &["walk", "stroll", "wander", "travel", "camin", "march", "geh", "lauf", "走"]),
    (Verb::Run, &["run", "race", "chas", "hurr", "rush", "escap", "corr", "cour", "renn", "跑"]),
    (
        Verb::Point,
        &["point", "look", "see", "show", "watch", "notic", "mir", "regard", "zeig", "看"],
    ),
    (Verb::Think, &["think", "thought", "wonder", "imagin", "know", "guess", "pens", "denk", "想"]),
    (Verb::Jump, &["jump", "leap", "hop", "bounc", "salt", "saut", "spring", "跳"]),
    (
        Verb::Fall,
        &["fall", "fell", "drop", "crash", "collaps", "slip", "cae", "tomb", "fäll", "掉"],
    ),
    (Verb::Shrug, &["shrug", "maybe", "perhaps", "unsure", "quizás", "vielleicht", "也许"]),
    (
        Verb::Carry,
        &["carr", "hold", "held", "bring", "brought", "lift", "llev", "port", "trag", "拿"],
    ),
    (Verb::Wave, &["wave", "waving", "hello", "goodbye", "greet", "hola", "bonjour", "你好"]),
    (Verb::Cheer, &["win", "won", "celebrat", "cheer", "succe", "gan", "gagn", "jubel", "赢"]),
];
/// Words that begin like a verb above and are none.
const NOT_VERBS: [&str; 18] = [
    "seed",
    "seem",
    "seven",
    "several",
    "window",
    "wind",
    "portion",
    "miracle",
    "hopeful",
    "waves",
    "wavelength",
    "wavelengths",
    "salt",
    "spring",
    "port",
    "ports",
    "portal",
    "portrait",
];

/// What a figure does at a spoken word; none where it only says it.
pub(super) fn acted(word: &str) -> Option<Verb> {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    if NOT_VERBS.contains(&word.as_str()) {
        return None;
    }
    let fits = |stem: &&&str| {
        // A short stem must be nearly the whole word: "see" is in "sees", not in "season".
        word.starts_with(**stem)
            && (stem.chars().count() > 3 || word.chars().count() <= stem.chars().count() + 3)
    };
    STEMS
        .iter()
        .filter_map(|(verb, stems)| {
            stems.iter().filter(fits).map(|stem| stem.len()).max().map(|length| (length, *verb))
        })
        .max_by_key(|&(length, _)| length)
        .map(|(_, verb)| verb)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_acted_with_its_punctuation_and_in_any_form() {
        assert_eq!(acted("“Falling,”"), Some(Verb::Fall));
        assert_eq!(acted("clock"), None);
        assert_eq!(acted("wavelengths,"), None, "light does not wave its hand");
    }
}
