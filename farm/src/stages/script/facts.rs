//! Facts as speakable clauses, and which facts a sentence rests on. Pure.

use super::Input;
use crate::language::{is_spaceless, is_stop_word, numbers::numbers, words};

/// Longest clause in characters that still fits a shot.
const CLAUSE_CHARS_MAX: usize = 95;
/// The same where a character is a syllable.
const CLAUSE_SYLLABLES_MAX: usize = 36;

/// The gathered facts as short sentences, each with the index of its fact. The sentence's own
/// statement (which has no source) is told by the frames themselves.
pub(super) fn clauses(input: &Input) -> Vec<(u32, String)> {
    let facts = input.intent.facts.iter().enumerate().filter(|(_, fact)| fact.source.is_some());
    let language = &input.intent.language;
    facts
        .flat_map(|(at, fact)| {
            spoken(&fact.text, language).into_iter().map(move |text| (at as u32, text))
        })
        .collect()
}

/// A fact as it can be said. Where a clause may be cut off is known for English; in other languages a
/// sentence is short enough, or is left out.
fn spoken(fact: &str, language: &str) -> Vec<String> {
    match language {
        "en" => split(fact),
        _ => {
            let spaceless = is_spaceless(language);
            let most = if spaceless { CLAUSE_SYLLABLES_MAX } else { CLAUSE_CHARS_MAX };
            (fact.chars().count() <= most).then(|| fact.to_owned()).into_iter().collect()
        }
    }
}

/// "An octopus is a cephalopod having eight tentacles." → two sentences where one is too long.
fn split(fact: &str) -> Vec<String> {
    if fact.chars().count() <= 60 {
        return vec![fact.to_owned()];
    }
    let joints = [
        (" having ", "has"),
        (" consisting of ", "consists of"),
        (" that has ", "has"),
        (" used for ", "is used for"),
        (" used to ", "is used to"),
        (" containing ", "contains"),
    ];
    let Some((subject, _)) = fact.split_once(" is ") else { return short(fact) };
    for (joint, verb) in joints {
        if let Some((head, tail)) = fact.split_once(joint)
            && head.split_whitespace().count() >= 5
        {
            let first = format!("{}.", head.trim_end_matches(','));
            return [first, format!("{subject} {verb} {tail}")]
                .iter()
                .flat_map(|text| short(text))
                .collect();
        }
    }
    short(fact)
}

/// The sentence, cut before a side clause where it is too long; nothing where that is not possible.
fn short(text: &str) -> Vec<String> {
    if text.chars().count() <= CLAUSE_CHARS_MAX {
        return vec![text.to_owned()];
    }
    let cut = [", ", " that ", " which ", " and "]
        .iter()
        .filter_map(|joint| text[..text.floor_char_boundary(CLAUSE_CHARS_MAX)].rfind(joint))
        .filter(|at| text[..*at].split_whitespace().count() >= 6)
        .max();
    cut.map(|at| format!("{}.", &text[..at])).into_iter().collect()
}

/// What a text says, for comparing.
struct Said {
    /// Content words, as far as inflection leaves them alone, and numbers in digits.
    stems: Vec<String>,
    numbers: Vec<f64>,
}

impl Said {
    fn of(text: &str, language: &str) -> Self {
        let numbers = numbers(text, language);
        let inside = |start: usize, end: usize| {
            numbers.iter().any(|number| number.span.start <= start && end <= number.span.end)
        };
        let stems = words(text, language)
            .iter()
            .filter(|word| !inside(word.start, word.start + word.text.len()))
            .map(|word| word.text.to_lowercase())
            .filter(|word| !is_stop_word(word, language))
            .map(|word| word.chars().take(5).collect())
            .chain(numbers.iter().map(|number| number.value.to_string()))
            .collect();
        Self { stems, numbers: numbers.iter().map(|number| number.value).collect() }
    }

    /// Whether it has every number of another text: a source that says three hearts is none for
    /// four, however much else they share.
    fn counts_all_of(&self, other: &Self) -> bool {
        other.numbers.iter().all(|number| self.numbers.contains(number))
    }
}

/// Whether a sentence shares two content words with a fact, and has no number that the fact has
/// not: a model that names a fact as its source may be wrong, and a source that says nothing of the
/// kind is worse than none.
pub(super) fn touches(sentence: &str, fact: u32, input: &Input) -> bool {
    let language = &input.intent.language;
    let Some(fact) = input.intent.facts.get(fact as usize) else { return false };
    let (known, said) = (Said::of(&fact.text, language), Said::of(sentence, language));
    let counts = known.counts_all_of(&said);
    let mut shared: Vec<String> =
        said.stems.into_iter().filter(|word| known.stems.contains(word)).collect();
    shared.sort_unstable();
    shared.dedup();
    counts && shared.len() >= 2
}

/// Indices of facts that carry a sentence: most of its content words stand in one of them, and all
/// of its numbers. What the person says themselves has no source and carries nothing.
pub(super) fn carried_by(sentence: &str, input: &Input) -> Vec<u32> {
    let language = &input.intent.language;
    let said = Said::of(sentence, language);
    let carries = |text: &str| {
        let known = Said::of(text, language);
        let shared = said.stems.iter().filter(|word| known.stems.contains(word)).count();
        !said.stems.is_empty() && shared * 10 >= said.stems.len() * 7 && known.counts_all_of(&said)
    };
    let facts = input.intent.facts.iter().enumerate().filter(|(_, fact)| fact.source.is_some());
    facts.filter(|(_, fact)| carries(&fact.text)).map(|(at, _)| at as u32).collect()
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn a_long_gloss_becomes_two_sentences() {
        assert_eq!(
            split(
                "An octopus is a bottom-living cephalopod having a soft oval body with eight long tentacles."
            ),
            [
                "An octopus is a bottom-living cephalopod.",
                "An octopus has a soft oval body with eight long tentacles."
            ]
        );
        assert_eq!(split("Coffee is a drink."), ["Coffee is a drink."]);
    }
}
