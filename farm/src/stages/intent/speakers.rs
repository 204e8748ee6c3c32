//! Who talks to whom in a phone chat. Pure.

use super::Talker;

/// Words around the two sides, by language: before, between, after.
const CONNECTORS: &[(&str, &[&str], &[&str])] = &[
    ("between ", &[" and "], &[" about ", " over ", " on ", " discussing ", " arguing ", " who "]),
    ("entre ", &[" y ", " et ", " e "], &[" sobre ", " sur ", " à propos ", " acerca "]),
    ("zwischen ", &[" und "], &[" über ", " wegen "]),
    ("tra ", &[" e "], &[" sulla ", " sul ", " su "]),
];
const POSSESSIVES: &[&str] = &[
    "a", "an", "the", "its", "his", "her", "their", "my", "your", "un", "una", "su", "el", "la",
    "le", "une", "son", "sa", "ein", "eine", "einer", "einem", "seinem", "seiner", "ihrem", "il",
    "lo", "suo", "o", "os", "um", "uma", "seu", "sua",
];
/// Roles that hold a phone rather than stand on the other side of one.
const OWNERS: &[&str] = &[
    "owner",
    "human",
    "me",
    "person",
    "mom",
    "mum",
    "dad",
    "son",
    "daughter",
    "student",
    "employee",
    "customer",
    "dueño",
    "dueña",
    "propriétaire",
    "maître",
    "besitzer",
    "padrone",
    "dono",
    "主人",
];

/// The two sides and what they talk about; both may be missing from the sentence.
pub(super) fn speakers(sentence: &str, language: &str) -> (Vec<Talker>, Option<String>) {
    let found = latin(sentence).or_else(|| chinese(sentence));
    let (names, topic) = match found {
        Some((a, b, topic)) => ([a, b], topic),
        None => (defaults(language), None),
    };
    let owner = usize::from(!OWNERS.iter().any(|owner| names[0].to_lowercase().ends_with(owner)));
    let talkers = names.iter().enumerate().map(|(at, name)| Talker {
        name: title(name),
        kind: name.split_whitespace().last().unwrap_or(name).to_lowercase(),
        own_phone: at == owner,
    });
    (talkers.collect(), topic)
}

fn latin(sentence: &str) -> Option<(String, String, Option<String>)> {
    let lower = sentence.to_lowercase();
    if lower.len() != sentence.len() {
        return None;
    }
    CONNECTORS
        .iter()
        .find_map(|(before, between, after)| {
            let start = lower.find(before)? + before.len();
            let (and, length) =
                between.iter().find_map(|w| Some((lower[start..].find(w)? + start, w.len())))?;
            let second = and + length;
            let end =
                after.iter().filter_map(|w| Some((lower[second..].find(w)? + second, w.len())));
            let (end, skip) = end.min().unwrap_or((sentence.len(), 0));
            let topic = sentence.get(end + skip..).map(bare).filter(|t| !t.is_empty());
            Some((bare(&sentence[start..and]), bare(&sentence[second..end]), topic))
        })
        .filter(|(a, b, _)| !a.is_empty() && !b.is_empty())
}

/// "猫和主人关于晚饭的聊天".
fn chinese(sentence: &str) -> Option<(String, String, Option<String>)> {
    let (first, rest) = sentence.split_once('和').or_else(|| sentence.split_once('与'))?;
    let clean = |text: &str| {
        let text =
            text.trim_start_matches("一段").trim_start_matches("一只").trim_start_matches("它的");
        text.trim_matches('的').to_owned()
    };
    let end = ["关于", "聊", "的", "之间"]
        .iter()
        .filter_map(|w| rest.find(w).filter(|at| *at > 0))
        .min()?;
    let topic = rest
        .split_once("关于")
        .map(|(_, topic)| topic.split('的').next().unwrap_or(topic).to_owned());
    let (a, b) = (clean(first), clean(&rest[..end]));
    (!a.is_empty() && a.chars().count() <= 8 && !b.is_empty()).then_some((a, b, topic))
}

fn defaults(language: &str) -> [String; 2] {
    let (a, b) = match language {
        "zh" => ("小林", "小雨"),
        "ja" => ("ハル", "ユイ"),
        "es" | "pt" | "it" => ("Sofia", "Marco"),
        "fr" => ("Léa", "Hugo"),
        "de" => ("Lena", "Jonas"),
        _ => ("Sam", "Alex"),
    };
    [a.to_owned(), b.to_owned()]
}

fn bare(text: &str) -> String {
    let words: Vec<&str> = text
        .split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .skip_while(|word| POSSESSIVES.contains(&word.to_lowercase().as_str()))
        .take(4)
        .collect();
    words.join(" ")
}

fn title(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |c| c.to_uppercase().chain(letters).collect())
    };
    name.split_whitespace().map(word).collect::<Vec<String>>().join(" ")
}
