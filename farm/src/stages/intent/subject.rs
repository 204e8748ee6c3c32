//! Finds who or what a topic is about and what is said of it. Pure.

use super::{cues::Cues, sentence::find};
use crate::{
    language::{is_spaceless, is_stop_word},
    providers::wordnet::{Pos, WordNet},
};

/// A topic taken apart.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Parts {
    pub subject: String,
    pub angle: String,
    pub statement: Option<String>,
}

/// Nouns that only frame the real subject ("the science of sleep").
const FRAMES: &[&str] = &[
    "science",
    "secret",
    "secrets",
    "power",
    "psychology",
    "mystery",
    "art",
    "life",
    "rise",
    "fall",
    "origin",
    "origins",
    "meaning",
    "beauty",
    "truth",
    "future",
    "importance",
    "benefits",
    "story",
    "history",
    "discovery",
    "invention",
    "basics",
    "world",
    "magic",
    "physics",
    "kind",
    "death",
];
/// Words at which a noun phrase ends.
const BREAKS: &[&str] = &[
    "in",
    "on",
    "at",
    "for",
    "with",
    "without",
    "from",
    "that",
    "who",
    "which",
    "when",
    "during",
    "by",
    "to",
    "because",
    "explained",
    "like",
    "as",
    "after",
    "before",
    "if",
    "while",
    "into",
    "better",
    "faster",
    "why",
    "how",
    "so",
    "not",
    "en",
    "con",
    "para",
    "sin",
    "que",
    "qui",
    "dans",
    "avec",
    "pour",
    "sans",
    "mit",
    "ohne",
    "für",
    "auf",
    "che",
    "senza",
    "com",
    "sem",
    "beim",
];
const PRONOUNS: &[&str] = &[
    "you", "we", "i", "it", "they", "people", "there", "he", "she", "nos", "nosotros", "wir",
    "man", "du", "on", "nous", "noi", "nós", "我们", "你", "人",
];

/// Splits a topic into subject and angle.
pub(super) fn split(topic: &str, tag: &str, known: &Cues, lexicon: Option<&WordNet>) -> Parts {
    if is_spaceless(tag) {
        return spaceless(topic, known);
    }
    let lower = topic.to_lowercase();
    let question = known
        .questions
        .iter()
        .filter(|question| find(&lower, question).is_some_and(|range| range.start == 0))
        .max_by_key(|question| question.len());
    let rest = question.and_then(|q| topic.get(q.len()..)).unwrap_or(topic);
    let words: Vec<&str> = rest.split_whitespace().collect();
    let Some(first) = words.first() else { return whole(topic, known) };
    let asks_what = question.is_some_and(|q| ["what", "who"].contains(q));
    if question.is_some() && known.inverted.contains(&first.to_lowercase().as_str()) {
        if asks_what || words.len() == 2 && !["do", "does", "did"].contains(first) {
            return noun_phrase(&words[1..], known);
        }
        return inverted(first, &words[1..], known, lexicon);
    }
    match verb_at(&words, known, lexicon) {
        Some(at) => {
            let statement = question.is_some() || known.verbs.contains(&words[at]);
            clause(&words, at, known, lexicon, statement, tag)
        }
        None => noun_phrase(&words, known),
    }
}

/// A subject, a verb and the rest.
fn clause(
    words: &[&str],
    at: usize,
    known: &Cues,
    lexicon: Option<&WordNet>,
    statement: bool,
    tag: &str,
) -> Parts {
    let subject = strip_articles(&words[..at].join(" "), known);
    let said = statement.then(|| sentence_start(&words.join(" ")));
    if PRONOUNS.contains(&subject.to_lowercase().as_str()) {
        // "Why we dream": the thing is what is done or done to.
        let noun = words[at..].iter().rev().find(|word| {
            !is_stop_word(word, tag) && lexicon.is_none_or(|lexicon| lexicon.is_noun(word))
        });
        let subject = noun.map_or_else(|| words[words.len() - 1].to_owned(), |w| (*w).to_owned());
        return Parts { subject, angle: words.join(" "), statement: said };
    }
    Parts { subject: limited(&subject), angle: words[at..].join(" "), statement: said }
}

/// "do cats purr", "is the sky blue".
fn inverted(auxiliary: &str, rest: &[&str], known: &Cues, lexicon: Option<&WordNet>) -> Parts {
    let auxiliary = auxiliary.to_lowercase();
    let start = usize::from(
        rest.first().is_some_and(|w| known.articles.contains(&w.to_lowercase().as_str())),
    );
    let does = ["do", "does", "did"].contains(&auxiliary.as_str());
    let found = if does {
        verb_at(rest, known, lexicon)
    } else {
        (start + 1..rest.len()).find(|at| {
            BREAKS.contains(&rest[*at].to_lowercase().as_str())
                || lexicon.is_some_and(|l| !l.is_noun(rest[*at]))
        })
    };
    let at = found.unwrap_or(rest.len().saturating_sub(1)).max(start + 1).min(rest.len());
    let (subject, predicate) = (rest[..at].join(" "), rest[at..].join(" "));
    let angle = match auxiliary.as_str() {
        "do" | "did" => predicate,
        "does" => third_person(&predicate),
        _ => format!("{auxiliary} {predicate}"),
    };
    let said = (auxiliary != "did").then(|| sentence_start(&format!("{subject} {angle}")));
    let bare = strip_articles(&subject, known);
    if PRONOUNS.contains(&bare.to_lowercase().as_str()) {
        let last = angle.split_whitespace().last().unwrap_or(&bare).to_owned();
        return Parts { subject: last, angle: format!("{subject} {angle}"), statement: said };
    }
    Parts { subject: limited(&bare), angle, statement: said }
}

fn third_person(predicate: &str) -> String {
    let (verb, rest) = predicate.split_once(' ').unwrap_or((predicate, ""));
    if ["never", "always", "often", "sometimes", "only", "really", "not"].contains(&verb) {
        return format!("{verb} {}", third_person(rest));
    }
    let ending = if verb.ends_with(['s', 'x', 'z']) || verb.ends_with("ch") || verb.ends_with("sh")
    {
        "es"
    } else {
        "s"
    };
    format!("{verb}{ending} {rest}").trim_end().to_owned()
}

/// Where the first verb stands, at least one word (besides an article) in.
fn verb_at(words: &[&str], known: &Cues, lexicon: Option<&WordNet>) -> Option<usize> {
    let article =
        words.first().is_some_and(|w| known.articles.contains(&w.to_lowercase().as_str()));
    let from = 1 + usize::from(article);
    (from..words.len()).find(|at| {
        let word = words[*at].to_lowercase();
        let broken = words[..*at].iter().any(|w| BREAKS.contains(&w.to_lowercase().as_str()));
        let of = words[*at - 1].to_lowercase() == "of";
        known.verbs.contains(&word.as_str()) && !of
            || (!broken && !of && lexicon.is_some_and(|l| is_finite_verb(&word, words[*at - 1], l)))
    })
}

/// An English verb that agrees with a plural or third-person subject before it.
fn is_finite_verb(word: &str, before: &str, lexicon: &WordNet) -> bool {
    let noun_before = lexicon.is_noun(before);
    let participle = word.ends_with("ing");
    let plural = before.ends_with('s') && !before.ends_with("ss");
    let third = word.ends_with('s') && !word.ends_with("ss");
    noun_before
        && !participle
        && (plural != third || word.ends_with("ed"))
        && lexicon.is_mostly_verb(word)
        && lexicon.lemma(word, Pos::Verb).is_some()
}

/// A topic without a verb.
fn noun_phrase(words: &[&str], known: &Cues) -> Parts {
    let lower: Vec<String> = words.iter().map(|w| w.to_lowercase()).collect();
    let start = usize::from(lower.first().is_some_and(|w| known.articles.contains(&w.as_str())));
    if let Some(of) = lower.iter().position(|w| w == "of") {
        if of > start && FRAMES.contains(&lower[of - 1].as_str()) && of + 1 < words.len() {
            let inner = noun_phrase(&words[of + 1..], known);
            return Parts { angle: words[..of].join(" "), ..inner };
        }
        if of > start {
            let subject = words[start..of].join(" ");
            return Parts {
                subject: limited(&subject),
                angle: words[of..].join(" "),
                statement: None,
            };
        }
    }
    let end = (start + 1..words.len())
        .find(|at| BREAKS.contains(&lower[*at].as_str()))
        .unwrap_or(words.len());
    let subject = words.get(start..end).unwrap_or_default().join(" ");
    let subject = strip_articles(&subject, known);
    Parts { subject: limited(&subject), angle: words[end..].join(" "), statement: None }
}

/// "a turtle and a hare", "cats vs dogs".
pub(super) fn compared(topic: &str) -> Parts {
    let sides = sides(topic);
    Parts { subject: sides.join(" and "), angle: String::new(), statement: None }
}

/// The two sides of a comparison, without articles; the whole topic where there is one side.
pub(super) fn sides(topic: &str) -> Vec<String> {
    let lower = topic.to_lowercase();
    let split = [
        " vs. ",
        " vs ",
        " versus ",
        " compared to ",
        " compared with ",
        " and ",
        " or ",
        " with ",
        " contra ",
        " contre ",
        " gegen ",
        " contro ",
        " y ",
        " et ",
        " und ",
        " e ",
        "和",
        "与",
        "vs",
    ];
    let at = split.iter().find_map(|word| Some((lower.find(word)?, word.len())));
    let Some((at, length)) = at.filter(|_| lower.len() == topic.len()) else {
        return vec![limited(topic)];
    };
    let clean = |side: &str| {
        let side = side.trim().trim_matches(|c: char| ":,?".contains(c));
        let articles = ["a ", "an ", "the ", "un ", "una ", "une ", "el ", "la ", "le ", "ein "];
        let lower = side.to_lowercase();
        let skip = articles.iter().find(|a| lower.starts_with(**a)).map_or(0, |a| a.len());
        let side = &side[skip..];
        let end = side.find([':', ',']).unwrap_or(side.len());
        limited(side[..end].trim_end_matches("的区别"))
    };
    vec![clean(&topic[..at]), clean(&topic[at + length..])]
}

/// "habits of people who never get tired": the noun that is counted, then what limits it.
pub(super) fn listed(topic: &str, tag: &str, known: &Cues, lexicon: Option<&WordNet>) -> Parts {
    if is_spaceless(tag) {
        return spaceless(topic, known);
    }
    let words: Vec<&str> = topic.split_whitespace().collect();
    let joins = ["of", "de", "der", "von", "di", "for", "to", "d'un"];
    let end = words.iter().skip(1).position(|word| {
        let word = word.to_lowercase();
        joins.contains(&word.as_str()) || BREAKS.contains(&word.as_str())
    });
    match end {
        Some(at) => Parts {
            subject: limited(&words[..=at].join(" ")),
            angle: words[at + 1..].join(" "),
            statement: None,
        },
        None => Parts { statement: None, ..split(topic, tag, known, lexicon) },
    }
}

/// "tie a tie", "sleep better": the thing worked on.
pub(super) fn task(topic: &str, known: &Cues, lexicon: Option<&WordNet>) -> Parts {
    let words: Vec<&str> = topic.split_whitespace().collect();
    let object = noun_phrase(words.get(1..).unwrap_or_default(), known).subject;
    let head = object.split_whitespace().last().unwrap_or_default();
    let thing = !object.is_empty()
        && !BREAKS.contains(&head.to_lowercase().as_str())
        && lexicon.is_none_or(|lexicon| lexicon.is_noun(head));
    let subject = if thing {
        object
    } else {
        words.first().map_or_else(|| topic.to_owned(), |verb| (*verb).to_owned())
    };
    Parts { subject, angle: topic.to_owned(), statement: None }
}

fn spaceless(topic: &str, known: &Cues) -> Parts {
    let mut text = topic.to_owned();
    for word in known.questions.iter().chain(known.about) {
        text = text.replace(word, "");
    }
    let text = text.trim_matches(|c: char| c.is_whitespace() || "？?".contains(c));
    let text = known.articles.iter().find_map(|a| text.strip_prefix(a)).unwrap_or(text);
    let verb = known.verbs.iter().filter_map(|verb| text.find(verb).filter(|at| *at > 0)).min();
    let (subject, angle) = verb.map_or((text, ""), |at| text.split_at(at));
    let subject = subject.trim_end_matches('的').rsplit('的').next().unwrap_or(subject);
    let angle = angle.trim_start_matches(['は', 'が', 'を']);
    let statement = (!angle.is_empty()).then(|| text.to_owned());
    Parts { subject: limited(subject), angle: angle.to_owned(), statement }
}

fn whole(topic: &str, known: &Cues) -> Parts {
    Parts { subject: limited(&strip_articles(topic, known)), ..Parts::default() }
}

pub(super) fn strip_articles(text: &str, known: &Cues) -> String {
    let mut rest = text.trim();
    for _ in 0..2 {
        let lower = rest.to_lowercase();
        let article = known.articles.iter().find(|article| {
            article.ends_with('\'') && lower.starts_with(**article)
                || lower.strip_prefix(**article).is_some_and(|after| after.starts_with(' '))
        });
        let Some(article) = article else { break };
        rest = rest.get(article.len()..).unwrap_or(rest).trim();
    }
    rest.to_owned()
}

/// At most five words and 48 characters, lower-case first letter unless a name or acronym.
fn limited(text: &str) -> String {
    let text = text.trim_matches(|c: char| !c.is_alphanumeric() && c != ')');
    let short = text.split_whitespace().take(5).collect::<Vec<_>>().join(" ");
    short.chars().take(48).collect()
}

fn sentence_start(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |c| c.to_uppercase().chain(letters).collect())
}
