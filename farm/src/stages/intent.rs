//! Stage 1, `intent`: what the sentence wants. Rules only: the same sentence, seed and facts give
//! the same intent on every machine.

mod character;
mod cues;
mod manner;
mod sentence;
mod speakers;
mod subject;

use cutline_core::{
    error::UserError,
    format::Format,
    job::{Mode, Notice},
    plan::Plan,
    words::Tongue,
};
use serde::{Deserialize, Serialize};

pub use character::{Character, Filmed};

use super::script::{self, brand::Keeper};
use crate::{
    blob::Blob,
    context::{StageContext, StageError},
    language,
    providers::{
        Fact,
        wordnet::{Pos, WordNet},
    },
};

/// Bumped whenever the same input may give another output.
pub const VERSION: u32 = 3;

/// What a person asked for, validated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// The sentence, trimmed and normalised.
    pub sentence: String,
    /// Pictures of their own, validated and re-encoded.
    pub images: Vec<Upload>,
    /// Everything random comes from it.
    pub seed: u64,
    /// Decides duration and picture size.
    pub plan: Plan,
    /// How the video is made: narrated, or told by the thing that the sentence names.
    #[serde(default = "standard", skip_serializing_if = "is_standard")]
    pub mode: Mode,
    /// Keeps the director to a format, where the person's plan lets them choose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<Format>,
    /// From the brand kit.
    #[serde(default, skip_serializing_if = "Phrases::is_empty")]
    pub phrases: Phrases,
    /// Film grain over the picture.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub grain: bool,
}

fn standard() -> Mode {
    Mode::Standard
}

fn is_standard(mode: &Mode) -> bool {
    *mode == Mode::Standard
}

/// What every video of a brand says, and what none does.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Phrases {
    /// Each is said.
    pub required: Vec<String>,
    /// None is said, captioned or shown.
    pub banned: Vec<String>,
}

impl Phrases {
    /// True where there is nothing to keep to.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.required.is_empty() && self.banned.is_empty()
    }
}

/// A person's own picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Upload {
    /// The picture, upright, without metadata.
    pub blob: Blob,
    /// Width in pixels.
    pub width_px: u32,
    /// Height in pixels.
    pub height_px: u32,
    /// The file's own name, as a hint to its subject.
    pub name: String,
}

/// What the video is to be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Intent {
    /// As asked.
    pub sentence: String,
    /// What it is about, a noun phrase ("octopuses", "compound interest").
    pub subject: String,
    /// What about it ("have three hearts"), or empty.
    pub angle: String,
    /// Content words of the sentence, most telling first.
    pub keywords: Vec<String>,
    /// For whom.
    pub audience: String,
    /// What it should do to them.
    pub goal: Goal,
    /// How it sounds and looks.
    pub tone: Tone,
    /// How hard it may be.
    pub complexity: Complexity,
    /// BCP 47 tag of the sentence and so of the narration.
    pub language: String,
    /// Target length in seconds, within the plan's limit.
    pub duration_s: f32,
    /// The chosen format.
    pub format: Format,
    /// Items asked for ("5 habits").
    pub count: Option<u32>,
    /// The thing that tells everything itself, in a cartoon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub character: Option<Character>,
    /// Who films somebody who talks, where it is not drawn here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filmed: Option<Filmed>,
    /// People or things that talk to each other, for `fake_text`: (name, is the phone's owner).
    pub speakers: Vec<Talker>,
    /// What can be relied on.
    pub facts: Vec<Fact>,
    /// Said to the person: no voice for the language, duration shortened, and so on.
    pub notices: Vec<Notice>,
    /// Carried along.
    pub seed: u64,
    /// Carried along.
    pub images: Vec<Upload>,
    /// Picture width and height.
    pub picture_px: (u32, u32),
    /// The video ends with a card that says whose it is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub end_card: bool,
    /// Carried along.
    #[serde(default, skip_serializing_if = "Phrases::is_empty")]
    pub phrases: Phrases,
    /// Carried along.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub grain: bool,
}

/// A side of a conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Talker {
    /// Shown name.
    pub name: String,
    /// What to draw for them ("cat").
    pub kind: String,
    /// Bubbles on the right.
    pub own_phone: bool,
}

/// What a video is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum Goal {
    Explain,
    Entertain,
    Inspire,
    Persuade,
    Teach,
}

/// Tone decides voice, palette and music.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum Tone {
    Curious,
    Playful,
    Dark,
    Calm,
    Energetic,
    Serious,
    Warm,
}

/// How hard the words may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum Complexity {
    Simple,
    Medium,
    Advanced,
}

/// Facts gathered at most; a minute of narration rests on fewer.
const FACTS_MAX: usize = 10;
/// Shortest video in seconds.
const DURATION_S_MIN: f32 = 15.0;
/// Longest video the director plans, whatever the plan.
const DURATION_S_MAX: f32 = 90.0;
/// Longest film of scenes: six of them, one after the other, within a job's time.
const FILM_S_MAX: f32 = 48.0;

/// Reads the sentence, decides, and gathers facts.
///
/// # Errors
/// [`StageError::Cancelled`]; [`StageError::User`] when the content policy refuses the sentence. A
/// fact source that fails costs its facts, not the video.
pub async fn run(input: &Request, context: &StageContext) -> Result<Intent, StageError> {
    character::can_be_filmed(input, context)?;
    moderate(input, context).await?;
    let lexicon = context.providers.lexicon.as_deref();
    let mut intent = decide(input, lexicon);
    let mut spoken = context.providers.voices.iter().filter(|voice| voice.name() != "silence");
    if !script::can_write(&intent.language, intent.format, &context.providers.language) {
        intent.notices.push(Notice::NotWritten { language: intent.language.clone() });
        intent.language = "en".into();
    }
    if !spoken.any(|voice| voice.speaks(&intent.language)) {
        intent.notices.push(Notice::NotSpoken { language: intent.language.clone() });
    }
    intent.facts = gather(&intent, context).await?;
    Ok(intent)
}

/// Has the sentence judged before anything is spent on it. A judge that cannot be asked refuses
/// nothing: the rules of the desk have judged it before.
async fn moderate(input: &Request, context: &StageContext) -> Result<(), StageError> {
    let Some(judge) = &context.providers.moderator else { return Ok(()) };
    let objections = judge.objections(&input.sentence, &context.cancel).await;
    if context.cancel.is_cancelled() {
        return Err(StageError::Cancelled);
    }
    match objections {
        Ok(objections) if objections.is_empty() => Ok(()),
        Ok(objections) => {
            tracing::info!(?objections, "a sentence is refused by the content policy");
            // Nothing has been spent by now, and what the job had reserved goes back with its
            // failure. A job keeps the English words and the code, which a card says in its
            // reader's language.
            Err(UserError::content_refused(Tongue::English).into())
        }
        Err(error) => {
            tracing::warn!(%error, "a sentence was judged by the rules alone");
            Ok(())
        }
    }
}

/// Everything that follows from the request alone.
#[must_use]
pub fn decide(input: &Request, lexicon: Option<&WordNet>) -> Intent {
    let tag = language::detect::language_of(&input.sentence);
    let lexicon = lexicon.filter(|_| tag == "en");
    let character = character::of(input);
    let filmed = Filmed::of(input.mode);
    let talks = character.is_some() || filmed.is_some();
    let mut reading = sentence::read(character::told(&input.sentence, talks), tag, lexicon);
    reading.format = input.format.unwrap_or(reading.format);
    if filmed.is_some() && drawn_alone(reading.format) {
        reading.format = Format::Educational;
    }
    // A conversation has its own talkers.
    let character = character.filter(|_| reading.format != Format::FakeText);
    let mut talkers = Vec::new();
    if reading.format == Format::FakeText {
        let (found, topic) = speakers::speakers(&input.sentence, tag);
        talkers = renamed(found, &input.phrases);
        if let Some(topic) = topic {
            reading.subject = topic;
            reading.angle = String::new();
        }
    }
    let mut notices: Vec<Notice> = character::notice(input).into_iter().collect();
    let mut limit_s = (input.plan.duration_s_max() as f32).min(DURATION_S_MAX);
    if filmed == Some(Filmed::Scenes) {
        limit_s = limit_s.min(FILM_S_MAX);
    }
    let wanted_s =
        reading.duration_s.unwrap_or_else(|| manner::duration_s(reading.format, reading.count));
    let duration_s = wanted_s.clamp(DURATION_S_MIN, limit_s);
    if reading.duration_s.is_some_and(|asked| asked > limit_s) {
        notices.push(Notice::AtMost { seconds: limit_s as u32 });
    } else if reading.duration_s.is_some_and(|asked| asked < DURATION_S_MIN) {
        notices.push(Notice::AtLeast { seconds: DURATION_S_MIN as u32 });
    }
    let count = reading.count.map(|count| {
        if count > 10 {
            notices.push(Notice::TenItems { count });
        }
        count.min(10)
    });
    let (complexity, audience) = manner::level(&input.sentence);
    Intent {
        sentence: input.sentence.clone(),
        keywords: keywords(&reading, tag),
        subject: reading.subject,
        angle: reading.angle,
        audience,
        goal: manner::goal(reading.format),
        tone: manner::tone(&input.sentence, reading.format),
        complexity,
        language: tag.into(),
        duration_s,
        format: reading.format,
        count,
        character,
        filmed,
        speakers: talkers,
        facts: Vec::new(),
        notices,
        seed: input.seed,
        images: input.images.clone(),
        picture_px: input.plan.picture_px(),
        end_card: input.plan.end_card(),
        phrases: input.phrases.clone(),
        grain: input.grain,
    }
}

/// Talkers without banned names: their names are shown.
fn renamed(mut talkers: Vec<Talker>, phrases: &Phrases) -> Vec<Talker> {
    let keeper = Keeper::new(phrases);
    for (talker, spare) in talkers.iter_mut().zip(["A", "B", "C", "D"]) {
        let name = keeper.allowed(&talker.name);
        talker.name = if name.is_empty() { spare.to_owned() } else { name };
    }
    talkers
}

/// Formats whose words are nothing without their drawings.
fn drawn_alone(format: Format) -> bool {
    matches!(format, Format::FakeText | Format::StickAnimation | Format::Quote)
}

/// The sentence once more.
fn read(intent: &Intent, lexicon: Option<&WordNet>) -> sentence::Reading {
    let lexicon = lexicon.filter(|_| intent.language == "en");
    let talks = intent.character.is_some() || intent.filmed.is_some();
    sentence::read(character::told(&intent.sentence, talks), &intent.language, lexicon)
}

/// Seconds the sentence itself asks for ("in 15 seconds").
#[must_use]
pub fn asked_s(intent: &Intent, lexicon: Option<&WordNet>) -> Option<f32> {
    read(intent, lexicon).duration_s
}

/// The sentence without the length it asks for.
#[must_use]
pub fn without_duration(intent: &Intent) -> String {
    sentence::take_duration(&intent.sentence, &intent.language).0
}

/// The topic as a statement ("Octopuses have three hearts"), where the sentence makes one.
#[must_use]
pub fn statement(intent: &Intent, lexicon: Option<&WordNet>) -> Option<String> {
    read(intent, lexicon).statement
}

/// The topic in the sentence's own words ("why the sky is blue").
#[must_use]
pub fn topic(intent: &Intent, lexicon: Option<&WordNet>) -> String {
    read(intent, lexicon).topic
}

/// The two sides of a comparison.
#[must_use]
pub fn sides(intent: &Intent) -> Vec<String> {
    subject::sides(&intent.subject)
}

/// Content words: the subject's, then the angle's, then the rest of the topic's.
fn keywords(reading: &sentence::Reading, tag: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for text in [&reading.subject, &reading.angle, &reading.topic] {
        for word in language::words(text, tag) {
            let lower = word.text.to_lowercase();
            let number = word.text.chars().all(|c| c.is_numeric());
            if !number && !language::is_stop_word(&lower, tag) && !found.contains(&lower) {
                found.push(lower);
            }
        }
    }
    found
}

/// What the sentence states, and what the sources know about its subject and keywords.
async fn gather(intent: &Intent, context: &StageContext) -> Result<Vec<Fact>, StageError> {
    let lexicon = context.providers.lexicon.as_deref();
    let mut facts: Vec<Fact> = Vec::new();
    if let Some(statement) = statement(intent, lexicon) {
        facts.push(Fact { text: format!("{statement}."), source: None });
    }
    if matches!(intent.format, Format::FakeText | Format::Quote | Format::AiStory) {
        return Ok(facts);
    }
    let mut phrases = vec![intent.subject.clone()];
    if intent.format == Format::Comparison {
        phrases = sides(intent);
    }
    let noun = |word: &&String| {
        !intent.subject.contains(*word)
            && lexicon.is_none_or(|lexicon| {
                let nouns = lexicon.frequency(word, Pos::Noun);
                nouns > lexicon.frequency(word, Pos::Verb)
                    && nouns > lexicon.frequency(word, Pos::Adjective)
            })
    };
    phrases.extend(intent.keywords.iter().filter(noun).cloned());
    let mut sources: Vec<_> = context.providers.facts.iter().collect();
    for phrase in phrases.iter().take(5) {
        let mut at = 0;
        while let Some(source) = sources.get(at) {
            let found = source.facts(phrase, &intent.language, 3);
            let found = context.cancel.run_until_cancelled(found).await;
            match found.ok_or(StageError::Cancelled)? {
                Ok(found) => facts.extend(found),
                // Nobody waits for it a second time.
                Err(error) => {
                    tracing::warn!(%error, "a fact source failed");
                    sources.remove(at);
                    continue;
                }
            }
            at += 1;
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    facts.retain(|fact| seen.insert(fact.text.clone()));
    facts.truncate(FACTS_MAX);
    Ok(facts)
}

/// An intent for tests of the later stages.
#[cfg(test)]
pub(super) fn sample(format: Format, duration_s: f32) -> Intent {
    let request = Request {
        sentence: "Why octopuses have three hearts".into(),
        images: Vec::new(),
        seed: 7,
        plan: Plan::Professional,
        mode: Mode::Standard,
        format: None,
        phrases: Phrases::default(),
        grain: false,
    };
    Intent { format, duration_s, ..decide(&request, None) }
}

#[cfg(test)]
mod tests;
