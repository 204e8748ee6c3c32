//! The request to a language model: reviewed text files with their blanks filled. Structure is
//! already decided; the model is asked for numbered plain sentences and nothing else.

use cutline_core::format::Format;

use super::Input;
use crate::{
    language::{self, spoken::words_in},
    providers::{ProseRequest, WritingTask, wordnet::WordNet},
    stages::{intent, intent::Tone, shots::Role},
};

/// Facts shown to the model: more and it copies instead of telling.
const FACTS_MAX: usize = 5;
/// Sampling temperature where a model may make things up.
pub(super) const TEMPERATURE_FREE: f32 = 0.65;
/// Sampling temperature where it is to say what is so: a small model invents less.
const TEMPERATURE_FACTUAL: f32 = 0.4;

/// Asks for the whole script in one call.
pub(super) fn whole(input: &Input, lexicon: Option<&WordNet>, seed: u64) -> ProseRequest {
    let intent = &input.intent;
    let n = wanted(input);
    let (low, high) = length(input);
    let sides = intent::sides(intent);
    let side = |at: usize| -> String {
        let talker = intent.speakers.get(opener(input) ^ at).map(|talker| talker.name.clone());
        talker.or_else(|| sides.get(at).cloned()).unwrap_or_else(|| intent.subject.clone())
    };
    let topic = match intent.format {
        Format::FakeText | Format::Quote | Format::Timeline => intent.subject.clone(),
        _ => intent::topic(intent, lexicon),
    };
    let user = template(intent.format)
        .replace("{topic}", &topic)
        .replace("{facts}", &facts(input))
        .replace("{n}", &n.to_string())
        .replace("{low}", &low.to_string())
        .replace("{high}", &high.to_string())
        .replace("{turn}", &(n - 2).to_string())
        .replace("{mood}", mood(intent.tone))
        .replace("{audience}", &intent.audience)
        .replace("{a}", &side(0))
        .replace("{b}", &side(1));
    let closing = if intent.language == "en" {
        String::new()
    } else {
        format!("Write every sentence in {}.", language::name(&intent.language))
    };
    ProseRequest {
        task: WritingTask::Script,
        system: include_str!("prompts/system.txt")
            .replace("{language}", language::name(&intent.language)),
        user: format!("{}\n{closing}", user.trim()),
        sentences: n,
        words_each: if spaceless(input) { high / 2 } else { high },
        tokens_max: n * (high * 2 + 8),
        seed,
        temperature: temperature(intent.format),
    }
}

fn temperature(format: Format) -> f32 {
    match format {
        Format::AiStory | Format::FakeText | Format::Quote | Format::ProductTeaser => {
            TEMPERATURE_FREE
        }
        _ => TEMPERATURE_FACTUAL,
    }
}

/// Asks for one sentence again, shown what stands before it.
pub(super) fn again(
    input: &Input,
    lexicon: Option<&WordNet>,
    before: &[String],
    at: usize,
    seed: u64,
) -> ProseRequest {
    let whole = whole(input, lexicon, seed);
    let told: Vec<String> = before.iter().rev().take(2).rev().cloned().collect();
    let purpose = input.shots.shots.get(at).map_or("", |shot| shot.purpose.as_str());
    let (low, high) = length(input);
    let user = format!(
        "Topic: {}.\n{}\nSo far: {}\nWrite exactly 1 numbered sentence in {} that comes next: {purpose}. {low} to {high} words. Say something new.",
        intent::topic(&input.intent, lexicon),
        facts(input),
        told.join(" "),
        language::name(&input.intent.language),
    );
    ProseRequest { user, sentences: 1, tokens_max: high * 2 + 12, ..whole }
}

/// How many sentences the model writes: one a shot, or one an item for lists and steps.
pub(super) fn wanted(input: &Input) -> usize {
    let items = input.shots.shots.iter().filter_map(|shot| match shot.role {
        Role::Item { of, .. } => Some(of as usize),
        _ => None,
    });
    items.max().unwrap_or(input.shots.shots.len())
}

/// Fewest and most words a sentence, from the spoken budget of a body shot (characters in Chinese
/// and Japanese).
pub(super) fn length(input: &Input) -> (usize, usize) {
    let shots = &input.shots.shots;
    let mut budget_ms = shots.get(1).map_or(3_500, |shot| shot.budget_ms);
    if matches!(input.intent.format, Format::Listicle | Format::HowTo) {
        let items = wanted(input).max(1) as u32;
        let spoken: u32 = shots
            .iter()
            .filter(|shot| matches!(shot.role, Role::Item { .. }))
            .map(|shot| shot.budget_ms)
            .sum();
        // "Number five." and the title take their share.
        budget_ms = (spoken / items).saturating_sub(1_900).max(1_500);
    }
    let most = words_in(budget_ms.saturating_sub(250), &input.intent.language).clamp(4, 24);
    ((most * 2 / 3).max(3), most)
}

fn spaceless(input: &Input) -> bool {
    language::is_spaceless(&input.intent.language)
}

/// Index of the side that opens a chat.
fn opener(input: &Input) -> usize {
    input.shots.shots.first().and_then(|shot| shot.speaker).unwrap_or(0) as usize
}

fn facts(input: &Input) -> String {
    let facts = input.intent.facts.iter().take(FACTS_MAX);
    let lines: Vec<String> = facts.map(|fact| format!("- {}", fact.text)).collect();
    if lines.is_empty() { String::new() } else { format!("True facts:\n{}", lines.join("\n")) }
}

pub(super) fn mood(tone: Tone) -> &'static str {
    match tone {
        Tone::Dark => "creepy horror",
        Tone::Playful => "funny",
        Tone::Calm => "calm bedtime",
        Tone::Serious => "serious",
        Tone::Energetic => "exciting",
        Tone::Warm | Tone::Curious => "touching",
    }
}

fn template(format: Format) -> &'static str {
    match format {
        Format::AiStory => include_str!("prompts/ai_story.txt"),
        Format::Educational => include_str!("prompts/educational.txt"),
        Format::FakeText => include_str!("prompts/fake_text.txt"),
        Format::StickAnimation => include_str!("prompts/stick_animation.txt"),
        Format::Listicle => include_str!("prompts/listicle.txt"),
        Format::MythBuster => include_str!("prompts/myth_buster.txt"),
        Format::Timeline => include_str!("prompts/timeline.txt"),
        Format::HowTo => include_str!("prompts/how_to.txt"),
        Format::Quote => include_str!("prompts/quote.txt"),
        Format::Comparison => include_str!("prompts/comparison.txt"),
        Format::ProductTeaser => include_str!("prompts/product_teaser.txt"),
    }
}
