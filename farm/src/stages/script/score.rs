//! Judges a sentence a model wrote. Pure.

use super::{Input, brand::Keeper, fiction};
use crate::{
    language::{
        self, is_stop_word,
        numbers::{Number, numbers},
        words,
    },
    stages::intent,
};

/// Openings and phrases that talk about the video, refuse, or greet.
const BANNED: &[&str] = &[
    "in this video",
    "this video",
    "here is",
    "here are",
    "here's a",
    "as an ai",
    "i cannot",
    "i can't help",
    "sorry, but",
    "let's dive",
    "welcome to",
    "stay tuned",
    "subscribe",
    "click the",
    "sentence",
    "narrat",
    "viewers",
    "in conclusion",
    "delve",
    "en este video",
    "dans cette vidéo",
    "in diesem video",
    "neste vídeo",
    "in questo video",
    "这个视频",
    "本视频",
    "numbered",
    "true fact",
    "stick figure",
    "http",
    "certainly",
    "sure,",
];
/// Fragments that the quantised model is known to leave.
const ARTEFACTS: &[&str] = &["ofnt", "  ", "**", "##", "``", "<|", "|>", "�", "()", "[", "]", "_"];

/// Why a sentence cannot be used, or `None` when it can.
pub(super) fn fault(
    sentence: &str,
    before: &[String],
    most_words: usize,
    input: &Input,
) -> Option<&'static str> {
    let tag = input.intent.language.as_str();
    let lower = sentence.to_lowercase();
    let spaceless = language::is_spaceless(tag);
    let length = if spaceless {
        sentence.chars().filter(|c| c.is_alphanumeric()).count()
    } else {
        sentence.split_whitespace().count()
    };
    let quote = input.intent.format == cutline_core::format::Format::Quote;
    let shortest = if quote || spaceless { 2 } else { 3 };
    if length < shortest {
        return Some("too short");
    }
    if length > most_words * 8 / 5 + 2 {
        return Some("too long");
    }
    if BANNED.iter().any(|phrase| lower.contains(phrase)) {
        return Some("talks about itself");
    }
    if Keeper::new(&input.intent.phrases).bans(sentence) {
        return Some("banned by the brand kit");
    }
    if ARTEFACTS.iter().any(|piece| sentence.contains(piece)) {
        return Some("artefact");
    }
    if !sentence.ends_with(['.', '!', '?', '。', '！', '？', '।', '؟', '۔', '…', '"', '”', ','])
        && !quote
    {
        return Some("cut off");
    }
    if invented_number(sentence, input) {
        return Some("a number nobody gave");
    }
    if wrong_script(sentence, tag) {
        return Some("wrong language");
    }
    if before.iter().any(|earlier| alike(earlier, sentence, tag)) {
        return Some("repeats");
    }
    None
}

/// A number that stands neither in the request nor in a fact, in digits or in words. The length
/// that was asked for is about the video: "in 30 seconds" makes no "30 hearts", nor "3 hearts".
fn invented_number(sentence: &str, input: &Input) -> bool {
    let language = &input.intent.language;
    let facts = input.intent.facts.iter().map(|fact| fact.text.as_str());
    let asked = intent::without_duration(&input.intent);
    let given = facts.chain([asked.as_str()]).flat_map(|text| numbers(text, language));
    let given: Vec<f64> = given.map(|number| number.value).collect();
    // A story counts knocks on a door. Elsewhere "two" tells parts of what was given from each
    // other as often as it counts.
    let loose = |number: &Number| number.spelled && (number.value <= 2.0 || fiction(&input.intent));
    numbers(sentence, language)
        .iter()
        .any(|number| !loose(number) && !given.contains(&number.value))
}

fn wrong_script(sentence: &str, tag: &str) -> bool {
    let letters = sentence.chars().filter(|c| c.is_alphabetic()).count().max(1);
    if let Some(own) = language::detect::letters_of(tag) {
        return sentence.chars().filter(|c| own(*c)).count() * 2 < letters;
    }
    // Latin script: a word of another script is a slip, and English is the model's own tongue.
    let cjk = sentence.chars().any(|c| matches!(c, '\u{3040}'..='\u{9fff}'));
    let english = language::detect::language_of(sentence) == "en";
    cjk || (tag != "en" && english && sentence.split_whitespace().count() > 5)
}

/// The same word, but for a short ending: an octopus, octopuses.
fn same(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    short == long
        || (short.chars().count() >= 4 && long.len() - short.len() <= 2 && long.starts_with(short))
}

/// Two sentences that share most of their content words, or their first four words.
pub(super) fn alike(a: &str, b: &str, tag: &str) -> bool {
    let content = |text: &str| -> Vec<String> {
        words(text, tag)
            .iter()
            .map(|word| word.text.to_lowercase())
            .filter(|word| !is_stop_word(word, tag))
            .collect()
    };
    let (first, second) = (content(a), content(b));
    if first.len().min(second.len()) < 2 {
        return a == b;
    }
    let shared = second.iter().filter(|word| first.iter().any(|one| same(one, word))).count();
    let opening = |text: &str| -> Vec<String> {
        text.to_lowercase().split_whitespace().take(4).map(str::to_owned).collect()
    };
    shared * 4 >= second.len() * 3 || (opening(a).len() == 4 && opening(a) == opening(b))
}
