//! Finds verbs that a stick figure can act in what a shot says.

use cutline_compositor::{figure::Verb, story::SpokenWord};

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
const NOT_VERBS: [&str; 9] =
    ["seed", "seem", "seven", "several", "window", "wind", "portion", "miracle", "hopeful"];
/// Acts need room to be seen.
const GAP_FRAMES_MIN: u32 = 24;

/// The acts of a shot with the frame of the word, far enough apart to be played.
pub(super) fn acts(words: &[SpokenWord]) -> Vec<(Verb, u32)> {
    let mut found: Vec<(Verb, u32)> = Vec::new();
    for word in words {
        let clear =
            found.last().is_none_or(|&(_, frame)| word.start_frame >= frame + GAP_FRAMES_MIN);
        if let Some(verb) = verb(&word.text)
            && clear
        {
            found.push((verb, word.start_frame));
        }
    }
    found
}

fn verb(word: &str) -> Option<Verb> {
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

    fn found(sentence: &str) -> Vec<Verb> {
        let words: Vec<SpokenWord> = sentence
            .split(' ')
            .zip(0_u32..)
            .map(|(text, index)| SpokenWord {
                text: text.to_owned(),
                start_frame: index * 12,
                end_frame: index * 12 + 10,
            })
            .collect();
        acts(&words).into_iter().map(|(verb, _)| verb).collect()
    }

    #[test]
    fn verbs_become_acts_in_order() {
        assert_eq!(found("He walks home and then falls."), [Verb::Walk, Verb::Fall]);
        assert_eq!(found("Think of it, maybe we won!"), [Verb::Think, Verb::Shrug, Verb::Cheer]);
        assert_eq!(found("El gato salta y corre"), [Verb::Jump, Verb::Run]);
    }

    #[test]
    fn nouns_that_begin_like_verbs_do_not_act() {
        assert_eq!(found("Several windows in seven seasons"), Vec::<Verb>::new());
    }
}
