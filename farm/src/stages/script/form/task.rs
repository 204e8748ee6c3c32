//! The instructions: reviewed text files with their blanks filled. Bump [`super::super::VERSION`]
//! when a file changes: scripts written by the old words must not pass for new ones.

use cutline_core::format::Format;

use super::{Input, judge};
use crate::{
    language,
    stages::{intent, intent::Tone, shots::Role},
};

/// Facts shown at most.
const FACTS_MAX: usize = 10;

/// Who the model is.
pub(super) fn system(input: &Input) -> String {
    let template = include_str!("../prompts/form/system.txt").trim();
    filled(template, &[("language", language::name(&input.intent.language))])
}

/// The whole task.
pub(super) fn whole(input: &Input) -> String {
    let intent = &input.intent;
    let sides = intent::sides(intent);
    let speaker = |at: usize| intent.speakers.get(at).map(|talker| talker.name.clone());
    let side = |at: usize| -> String {
        speaker(at).or_else(|| sides.get(at).cloned()).unwrap_or_else(|| intent.subject.clone())
    };
    let manner = filled(
        manner(intent.format).trim(),
        &[("a", &side(0)), ("b", &side(1)), ("mood", mood(intent.tone))],
    );
    let blanks: [(&str, &str); 9] = [
        ("sentence", &intent.sentence),
        ("subject", &intent.subject),
        ("audience", &intent.audience),
        ("seconds", &format!("{:.0}", intent.duration_s)),
        ("manner", &manner),
        ("facts", &facts(input)),
        ("shots", &shots(input)),
        ("n", &input.shots.shots.len().to_string()),
        ("language", language::name(&intent.language)),
    ];
    let task = filled(include_str!("../prompts/form/task.txt").trim(), &blanks);
    task + &character(input) + &kit(input)
}

/// A text with its `{blanks}` filled, all at once: what a person wrote into one is not looked at for
/// more of them.
fn filled(template: &str, blanks: &[(&str, &str)]) -> String {
    let mut text = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        text.push_str(&rest[..at]);
        let blank = &rest[at + 1..];
        let known = blanks
            .iter()
            .find_map(|(name, value)| Some((value, blank.strip_prefix(name)?.strip_prefix('}')?)));
        match known {
            Some((value, after)) => {
                text.push_str(value);
                rest = after;
            }
            None => {
                text.push('{');
                rest = blank;
            }
        }
    }
    text + rest
}

/// Who tells it, where that is a thing.
fn character(input: &Input) -> String {
    let Some(character) = &input.intent.character else { return String::new() };
    let template = include_str!("../prompts/form/character.txt").trim_end();
    filled(template, &[("called", &character.called), ("name", &character.name)])
}

/// What a brand asks of its words. The script is held to it afterwards all the same.
fn kit(input: &Input) -> String {
    let phrases = &input.intent.phrases;
    let list = |lead: &str, all: &[String]| -> String {
        if all.is_empty() {
            return String::new();
        }
        let quoted: Vec<String> = all.iter().map(|phrase| format!("\"{phrase}\"")).collect();
        format!("\n\n{lead} {}.", quoted.join(", "))
    };
    list("Say each of these word for word once, where it fits:", &phrases.required)
        + &list("Never say or show:", &phrases.banned)
}

/// What was wrong.
pub(super) fn again(complaints: &[String]) -> String {
    let list: Vec<String> = complaints.iter().map(|one| format!("- {one}")).collect();
    let template = include_str!("../prompts/form/again.txt").trim();
    filled(template, &[("complaints", &list.join("\n"))])
}

fn facts(input: &Input) -> String {
    let facts = input.intent.facts.iter().take(FACTS_MAX).enumerate();
    let lines: Vec<String> = facts.map(|(at, fact)| format!("{}. {}", at + 1, fact.text)).collect();
    if lines.is_empty() {
        return "No facts are given. State nothing that is not common knowledge.".to_owned();
    }
    format!("Facts that can be relied on, by number:\n{}", lines.join("\n"))
}

/// One line a shot: what it is for and how much room it has.
fn shots(input: &Input) -> String {
    let unit = if language::is_spaceless(&input.intent.language) { "characters" } else { "words" };
    let line = |(at, shot): (usize, &crate::stages::shots::Shot)| {
        let most = judge::words_max(shot.budget_ms, input);
        let role = match shot.role {
            Role::Hook => "hook, ".to_owned(),
            Role::Close => "close, ".to_owned(),
            Role::Item { n, of } => format!("item {n} of {of}, "),
            Role::Body => String::new(),
        };
        let talker = shot.speaker.and_then(|at| input.intent.speakers.get(at as usize));
        let who = talker.map_or_else(String::new, |talker| format!("{} writes, ", talker.name));
        format!(
            "{}. {role}{who}{}, {} to {most} {unit}",
            at + 1,
            shot.purpose,
            (most * 2).div_ceil(3)
        )
    };
    input.shots.shots.iter().enumerate().map(line).collect::<Vec<_>>().join("\n")
}

fn mood(tone: Tone) -> &'static str {
    match tone {
        Tone::Dark => "eerie",
        Tone::Playful => "funny",
        Tone::Calm => "calm",
        Tone::Serious => "serious",
        Tone::Energetic => "exciting",
        Tone::Warm => "touching",
        Tone::Curious => "curious",
    }
}

fn manner(format: Format) -> &'static str {
    match format {
        Format::AiStory => include_str!("../prompts/form/ai_story.txt"),
        Format::Educational => include_str!("../prompts/form/educational.txt"),
        Format::FakeText => include_str!("../prompts/form/fake_text.txt"),
        Format::StickAnimation => include_str!("../prompts/form/stick_animation.txt"),
        Format::Listicle => include_str!("../prompts/form/listicle.txt"),
        Format::MythBuster => include_str!("../prompts/form/myth_buster.txt"),
        Format::Timeline => include_str!("../prompts/form/timeline.txt"),
        Format::HowTo => include_str!("../prompts/form/how_to.txt"),
        Format::Quote => include_str!("../prompts/form/quote.txt"),
        Format::Comparison => include_str!("../prompts/form/comparison.txt"),
        Format::ProductTeaser => include_str!("../prompts/form/product_teaser.txt"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_writes_is_no_blank() {
        let blanks = [("sentence", "what {n} and {facts} mean"), ("facts", "none"), ("n", "9")];
        let text = filled("About {sentence}: {n} lines, {facts}, {else} {", &blanks);
        assert_eq!(text, "About what {n} and {facts} mean: 9 lines, none, {else} {");
    }
}
