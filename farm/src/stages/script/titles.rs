//! What stands big on screen: the video's title, and the few words over its hook.

use cutline_core::format::Format;

use super::sentence_case;
use crate::{language, providers::wordnet::WordNet, stages::intent::Intent};

/// Longest title in words.
pub(super) const TITLE_WORDS_MAX: usize = 6;
/// With fewer words a title only names the subject.
const TITLE_WORDS_TELLING: usize = 3;
/// Longest on-screen text in words.
pub(super) const ON_SCREEN_WORDS_MAX: usize = 5;
/// The same in characters, where words are not told apart by spaces.
const ON_SCREEN_SIGNS_MAX: usize = 12;
/// With fewer words a clause only leads up to the next one ("Before coffee, …").
const CLAUSE_WORDS_MIN: usize = 4;

/// At most six words from the sentence: its statement, or subject with angle.
pub(super) fn title(intent: &Intent, lexicon: Option<&WordNet>) -> String {
    if language::is_spaceless(&intent.language) {
        return intent.sentence.chars().filter(|c| !c.is_whitespace()).take(14).collect();
    }
    let topic = crate::stages::intent::topic(intent, lexicon);
    let short = |text: &str| text.split_whitespace().count() <= TITLE_WORDS_MAX;
    let chosen = match intent.format {
        Format::AiStory | Format::Quote | Format::FakeText => intent.subject.clone(),
        _ if short(&intent.sentence) => intent.sentence.clone(),
        _ if short(&topic) => topic,
        _ => intent.subject.clone(),
    };
    let chosen = chosen.trim_end_matches(['.', ',', ':']);
    sentence_case(&chosen.split_whitespace().take(TITLE_WORDS_MAX).collect::<Vec<_>>().join(" "))
}

/// What stands big over a model's hook, which is as long as it likes. Words from the middle of a
/// sentence say less than a title does; `None` leaves it to that.
pub(super) fn over(hook: &str, intent: &Intent, lexicon: Option<&WordNet>) -> Option<String> {
    short_clause(hook, &intent.language).or_else(|| {
        let telling = words_in(&title(intent, lexicon)) >= TITLE_WORDS_TELLING;
        let titled =
            telling || intent.format == Format::AiStory || language::is_spaceless(&intent.language);
        if titled { None } else { headline(hook, &intent.language) }
    })
}

/// The most telling few words of a hook, to stand big on screen.
pub(super) fn headline(hook: &str, tag: &str) -> Option<String> {
    if let Some(clause) = short_clause(hook, tag) {
        return Some(clause);
    }
    let first = first_sentence(hook);
    if language::is_spaceless(tag) {
        return Some(first.chars().take(ON_SCREEN_SIGNS_MAX).collect());
    }
    if words_in(first) < 2 {
        return None;
    }
    let clause = clauses(first).find(|text| words_in(text) >= CLAUSE_WORDS_MIN).unwrap_or(first);
    let all: Vec<&str> = clause.split_whitespace().collect();
    let mut end = all.len();
    let mut start = end.saturating_sub(ON_SCREEN_WORDS_MAX);
    while start < end && language::is_stop_word(bare(all[start]), tag) {
        start += 1;
    }
    while end > start && language::is_stop_word(bare(all[end - 1]), tag) {
        end -= 1;
    }
    (start < end).then(|| all[start..end].join(" "))
}

/// The first sentence of a hook, or its first clause that says something by itself, where that is
/// short enough to stand big on screen.
fn short_clause(hook: &str, tag: &str) -> Option<String> {
    let first = first_sentence(hook);
    if language::is_spaceless(tag) {
        return (first.chars().count() <= ON_SCREEN_SIGNS_MAX).then(|| first.to_owned());
    }
    // "Wait." or "Octopuses: …" says nothing yet.
    if words_in(first) < 2 {
        return None;
    }
    if words_in(first) <= ON_SCREEN_WORDS_MAX {
        return Some(first.to_owned());
    }
    let clause = clauses(first).find(|text| words_in(text) >= CLAUSE_WORDS_MIN)?;
    (words_in(clause) <= ON_SCREEN_WORDS_MAX).then(|| sentence_case(clause))
}

fn first_sentence(hook: &str) -> &str {
    let first = hook.split_inclusive(['.', '!', '?', '。', '！', '？', ':']).next().unwrap_or(hook);
    first.trim().trim_end_matches(['.', '。', ':', ','])
}

/// A clause says something by itself; words from both sides of a comma do not.
fn clauses(sentence: &str) -> impl Iterator<Item = &str> {
    sentence.split([',', ';', '–', '—']).map(str::trim)
}

fn words_in(text: &str) -> usize {
    text.split_whitespace().count()
}

fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}
