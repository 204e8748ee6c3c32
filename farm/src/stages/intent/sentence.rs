//! Reads the sentence: format, length, count, topic, subject and angle. Rules over the words of
//! [`super::cues`]; pure.

use std::ops::Range;

use cutline_core::format::Format;

use super::{
    cues::{Cues, cues},
    subject,
};
use crate::{language, providers::wordnet::WordNet};

/// What the sentence itself says.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Reading {
    pub format: Format,
    pub count: Option<u32>,
    pub duration_s: Option<f32>,
    /// Everything after the format's words ("why the sky is blue").
    pub topic: String,
    pub subject: String,
    pub angle: String,
    /// The topic as a statement ("The sky is blue"), where it is one.
    pub statement: Option<String>,
}

/// Reads a sentence in a language.
pub(super) fn read(sentence: &str, tag: &str, lexicon: Option<&WordNet>) -> Reading {
    let known = cues(tag);
    let trimmed = sentence.trim().trim_end_matches(|c: char| !c.is_alphanumeric() && c != ')');
    let (text, duration_s) = take_duration(trimmed, tag);
    let count = leading_count(&text, known);
    let (format, cue) = format_of(&text, tag, known, count);
    let topic = topic(&text, format, cue, tag, known);
    let parts = match format {
        Format::Comparison => subject::compared(&topic),
        Format::HowTo => subject::task(&topic, known, lexicon),
        Format::Listicle => subject::listed(&topic, tag, known, lexicon),
        _ => subject::split(&topic, tag, known, lexicon),
    };
    let count = count.filter(|_| {
        matches!(format, Format::Listicle | Format::MythBuster | Format::HowTo | Format::Quote)
    });
    Reading {
        format,
        count,
        duration_s,
        topic,
        subject: parts.subject,
        angle: parts.angle,
        statement: parts.statement,
    }
}

/// Finds a cue between word boundaries (anywhere, for scripts without spaces).
pub(super) fn find(lower: &str, cue: &str) -> Option<Range<usize>> {
    let spaceless = !cue.is_ascii() && cue.chars().any(|c| ('\u{3040}'..='\u{9fff}').contains(&c));
    lower.match_indices(cue).map(|(at, _)| at..at + cue.len()).find(|range| {
        let before = lower[..range.start].chars().next_back();
        let after = lower[range.end..].chars().next();
        let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
        spaceless
            || ((cue.starts_with(' ') || edge(before))
                && (cue.ends_with([' ', '\'', ':']) || edge(after)))
    })
}

/// Cuts "in 30 seconds" out of the text.
pub(super) fn take_duration(text: &str, tag: &str) -> (String, Option<f32>) {
    let known = cues(tag);
    let units = |words: &[&str]| words.join("|");
    let pattern = format!(
        r"(?i)[,，\s]*(\b(?:in|en|em|auf|within)\s+)?(?:(?:under|about|just|only|less than|un|una|une|einer)\s+)?(\d{{1,3}}|{}|half a|an?)[\s-]?(?:({})|({}))(?:\s+(?:long|or less|video))?(?:里|内|讲完|讲|で)?{}",
        known.numbers.join("|"),
        units(known.seconds),
        units(known.minutes),
        if language::is_spaceless(tag) { "" } else { r"\b" },
    );
    let Ok(pattern) = regex::Regex::new(&pattern) else { return (text.to_owned(), None) };
    for found in pattern.captures_iter(text) {
        let (Some(whole), Some(number)) = (found.get(0), found.get(2)) else { continue };
        let number = number.as_str().to_lowercase();
        let value = match number.as_str() {
            "half a" => 0.5,
            "a" | "an" => 1.0,
            word => match known.numbers.iter().position(|n| *n == word) {
                Some(at) => at as f32 + 1.0,
                None => word.parse().unwrap_or(0.0),
            },
        };
        let seconds = if found.get(3).is_some() { value } else { value * 60.0 };
        // "The five second rule" is a topic, "in 30 seconds" a length.
        if seconds < 10.0 || (number.starts_with('a') && found.get(1).is_none()) {
            continue;
        }
        let rest = format!("{} {}", &text[..whole.start()], &text[whole.end()..]);
        let rest = rest.trim_matches(|c: char| c.is_whitespace() || ",，:：".contains(c));
        if rest.chars().filter(|c| c.is_alphabetic()).count() >= 2 {
            return (rest.split_whitespace().collect::<Vec<_>>().join(" "), Some(seconds));
        }
    }
    (text.to_owned(), None)
}

/// "5 habits", "Top ten foods", "Three reasons why": how many items are asked for.
fn leading_count(text: &str, known: &Cues) -> Option<u32> {
    let lower = text.to_lowercase();
    let mut words = lower.split_whitespace().skip_while(|word| {
        ["the", "top", "my", "las", "los", "les", "die", "le", "i", "os", "as", "top:"]
            .contains(word)
    });
    let first = words.next()?;
    let digits: String = first.chars().take_while(char::is_ascii_digit).collect();
    let next = words.next().unwrap_or_default();
    let third = words.next().unwrap_or_default();
    let value: u32 = if digits.is_empty() {
        let named = known.numbers.iter().position(|n| *n == first)? as u32 + 1;
        let plural = |word: &str| word.ends_with(['s', 'i']) || word.starts_with("gründ");
        let listed = LISTED
            .iter()
            .any(|noun| [next, third].iter().any(|word| word.starts_with(noun) && plural(word)));
        listed.then_some(named)?
    } else {
        let rest = &first[digits.len()..];
        let counter = rest.is_empty() || rest.starts_with(['个', '种', '条', '件', '大', 'つ']);
        let unit = ["years", "days", "hours", "am", "pm", "percent", "%", "body"].contains(&next);
        (counter && !unit).then(|| digits.parse().ok())??
    };
    (2..=20).contains(&value).then_some(value)
}

/// Beginnings of nouns that make lists.
const LISTED: &[&str] = &[
    "way", "reason", "habit", "tip", "thing", "fact", "mistake", "sign", "food", "lesson", "rule",
    "trick", "secret", "step", "myth", "quote", "idea", "place", "hábito", "razon", "consej",
    "cosa", "raison", "conseil", "habitude", "chose", "grün", "tipp", "ding", "motiv", "abitudin",
    "consigl", "dica", "coisa", "book", "animal",
];

/// The format and where its words stand. The earliest cue wins, then the longest; a question is an
/// explanation unless a stronger format is named anywhere.
fn format_of(
    text: &str,
    tag: &str,
    known: &Cues,
    count: Option<u32>,
) -> (Format, Option<Range<usize>>) {
    let lower = lowered(text);
    let named = known
        .formats
        .iter()
        .flat_map(|(format, phrases)| phrases.iter().map(move |phrase| (*format, *phrase)))
        .filter_map(|(format, phrase)| Some((format, find(&lower, phrase)?)))
        .filter(|(format, _)| count.is_none() || *format != Format::AiStory)
        .min_by_key(|(format, range)| {
            let strong = matches!(format, Format::FakeText | Format::StickAnimation);
            (!strong, range.start, std::cmp::Reverse(range.len()))
        });
    let asked = known
        .questions
        .iter()
        .any(|question| find(&lower, question).is_some_and(|range| range.start == 0));
    match named {
        Some((format, range)) => {
            let anywhere =
                matches!(format, Format::FakeText | Format::StickAnimation | Format::Comparison);
            let late = range.start > 0 && !language::is_spaceless(tag);
            if asked && late && !anywhere {
                return (Format::Educational, None);
            }
            (format, Some(range))
        }
        None if count.is_some() => (Format::Listicle, None),
        None => (Format::Educational, None),
    }
}

/// Lower case of the same length in bytes, so that ranges carry over.
fn lowered(text: &str) -> String {
    text.chars()
        .map(|c| {
            let mut lower = c.to_lowercase();
            match (lower.next(), lower.next()) {
                (Some(one), None) if one.len_utf8() == c.len_utf8() => one,
                _ => c,
            }
        })
        .collect()
}

/// What remains when the format's own words and the request's politeness are gone.
fn topic(text: &str, format: Format, cue: Option<Range<usize>>, tag: &str, known: &Cues) -> String {
    let stripped = strip_requests(text, known);
    let Some(cue) = cue else { return without_count(stripped, format) };
    if matches!(format, Format::Comparison) {
        return match text[cue.clone()].trim().to_lowercase().as_str() {
            word if ["between", "entre", "zwischen", " tra"].iter().any(|w| word.ends_with(w))
                || word.starts_with("compar") =>
            {
                text[cue.end..].trim().to_owned()
            }
            _ => without_count(stripped, format),
        };
    }
    let after = trim(&text[cue.end..]);
    let before = trim(strip_requests(&text[..cue.start], known));
    let mut rest = if after.is_empty() || (language::is_spaceless(tag) && !before.is_empty()) {
        if after.chars().count() > 3 { after } else { before.trim_end_matches('的') }
    } else {
        after
    };
    let lower = lowered(rest);
    let connector = known.about.iter().filter_map(|word| {
        let range = find(&lower, word)?;
        (range.start == 0 || (*word == known.about[0] && !language::is_spaceless(tag)))
            .then_some(range.end)
    });
    if let Some(end) = connector.min() {
        rest = trim(&rest[end..]);
    }
    if language::is_spaceless(tag) {
        rest = rest.rsplit_once('的').map_or(rest, |(topic, _)| topic);
    }
    let rest = if format == Format::HowTo { rest } else { strip_requests(rest, known) };
    if rest.is_empty() { without_count(stripped, format) } else { rest.to_owned() }
}

fn without_count(text: &str, format: Format) -> String {
    let text = text.trim();
    if !matches!(format, Format::Listicle | Format::MythBuster) {
        return text.to_owned();
    }
    let rest =
        text.trim_start_matches("The ").trim_start_matches("Top ").trim_start_matches("top ");
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let rest = rest.trim_start_matches(['个', '种', '条', '件', '大']).trim();
    let number = rest.split_whitespace().next().unwrap_or_default().to_lowercase();
    if cues("en").numbers.contains(&number.as_str()) {
        return rest[number.len()..].trim().to_owned();
    }
    rest.to_owned()
}

fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || ":：,，-–—\"“”".contains(c))
}

fn strip_requests<'a>(text: &'a str, known: &Cues) -> &'a str {
    let mut rest = trim(text);
    for _ in 0..6 {
        let lower = lowered(rest);
        let end = known
            .requests
            .iter()
            .filter_map(|request| find(&lower, request).filter(|range| range.start == 0))
            .map(|range| range.end)
            .max();
        match end {
            // "Make" may open a topic ("make money"): a request's words go only before others.
            Some(end) if !trim(&rest[end..]).is_empty() => rest = trim(&rest[end..]),
            _ => break,
        }
    }
    rest
}
