//! Drawable words of a narration: nouns before verbs and adjectives, lemmas, compounds joined.
//! Pure; knows no picture set.

use crate::{
    language::{self, is_spaceless, is_stop_word},
    providers::wordnet::{Pos, WordNet},
};

/// A word or phrase and where it is said.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Spoken {
    pub phrase: String,
    pub start: usize,
    /// 0–1: how likely it is a thing.
    pub weight: f32,
}

/// Nouns that are no picture of anything.
const VAGUE: &[&str] = &[
    "answer",
    "bit",
    "bottom",
    "case",
    "chance",
    "day",
    "end",
    "example",
    "fact",
    "front",
    "hour",
    "idea",
    "job",
    "kind",
    "lot",
    "matter",
    "middle",
    "minute",
    "moment",
    "night",
    "number",
    "one",
    "other",
    "part",
    "pattern",
    "people",
    "picture",
    "place",
    "point",
    "problem",
    "question",
    "reason",
    "rest",
    "rule",
    "second",
    "sense",
    "set",
    "side",
    "sort",
    "step",
    "thing",
    "time",
    "top",
    "turn",
    "type",
    "use",
    "way",
    "week",
    "word",
    "work",
    "world",
    "year",
    "everyone",
    "nobody",
    "million",
    "thousand",
    "hundred",
    "piece",
    "link",
    "course",
    "today",
    "tomorrow",
    "start",
    "beginning",
    "middle",
    "body",
    "condition",
    "change",
    "opposite",
    "form",
    "state",
    "level",
    "amount",
    "effect",
    "cause",
    "result",
    "something",
    "anything",
    "everything",
];

/// The drawable words of a line, in spoken order.
pub(super) fn words(line: &str, tag: &str, lexicon: Option<&WordNet>) -> Vec<Spoken> {
    if is_spaceless(tag) {
        return language::segments(line, tag).iter().map(segment).collect();
    }
    let all = language::words(line, tag);
    let lexicon = lexicon.filter(|_| tag == "en");
    let mut found = Vec::new();
    let mut at = 0;
    while at < all.len() {
        let lower = all[at].text.to_lowercase();
        let pair = all.get(at + 1).zip(lexicon).and_then(|(next, lexicon)| {
            // "full moon" and "light house" are one thing each.
            let spaced = format!("{lower} {}", next.text.to_lowercase());
            let joined = spaced.replace(' ', "");
            if is_stop_word(&lower, tag) || is_stop_word(next.text, tag) {
                return None;
            }
            [joined, spaced].iter().find_map(|phrase| lexicon.lemma(phrase, Pos::Noun))
        });
        if let Some(phrase) = pair {
            found.push(Spoken { phrase, start: all[at].start, weight: 0.85 });
            at += 2;
            continue;
        }
        at += 1;
        let number = lower.chars().all(|c| c.is_numeric() || ".,%".contains(c));
        if number || is_stop_word(&lower, tag) || lower.chars().count() < 3 {
            continue;
        }
        let (phrase, weight) = match lexicon {
            Some(lexicon) => english(&lower, lexicon),
            None => (
                lower,
                if tag == "de" && all[at - 1].text.starts_with(char::is_uppercase) {
                    0.75
                } else {
                    0.6
                },
            ),
        };
        if weight > 0.0 {
            found.push(Spoken { phrase, start: all[at - 1].start, weight });
        }
    }
    found
}

/// Weight of the name of a thing.
const THING: f32 = 0.8;

/// Lemma and weight of an English word.
fn english(word: &str, lexicon: &WordNet) -> (String, f32) {
    let nouns = lexicon.frequency(word, Pos::Noun);
    let verbs = lexicon.frequency(word, Pos::Verb);
    let adjectives = lexicon.frequency(word, Pos::Adjective);
    let Some(noun) = lexicon.lemma(word, Pos::Noun) else {
        let verb = lexicon.lemma(word, Pos::Verb);
        let weight = if verb.is_some() { 0.4 } else { 0.25 };
        return (verb.unwrap_or_else(|| word.to_owned()), weight);
    };
    if VAGUE.contains(&noun.as_str()) {
        return (noun, 0.15);
    }
    if verbs > nouns * 2 || adjectives > nouns * 2 {
        let verb = lexicon.lemma(word, Pos::Verb).filter(|_| verbs > adjectives);
        return (verb.unwrap_or_else(|| word.to_owned()), 0.38);
    }
    (noun, THING)
}

/// Whether a phrase is the name of a thing rather than of an action or a quality. Without a
/// dictionary of its language everything may be.
pub(in crate::stages) fn names_a_thing(phrase: &str, tag: &str, lexicon: Option<&WordNet>) -> bool {
    let word = phrase.to_lowercase();
    let Some(lexicon) = lexicon.filter(|_| tag == "en" && !word.contains(' ')) else {
        return true;
    };
    lexicon.lemma(&word, Pos::Noun).is_some() && english(&word, lexicon).1 >= THING
}

/// Chinese, Japanese and Thai: nobody says what part of speech a word is; one of a single character
/// means many things.
fn segment(word: &language::Word) -> Spoken {
    let weight = if word.text.chars().nth(1).is_some() { 0.7 } else { 0.5 };
    Spoken { phrase: word.text.to_owned(), start: word.start, weight }
}

/// True for a word and its plural.
pub(in crate::stages) fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.to_lowercase(), b.to_lowercase());
    let stem = |word: &str| word.trim_end_matches("es").trim_end_matches('s').to_owned();
    a == b || stem(&a) == stem(&b)
}
