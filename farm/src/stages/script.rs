//! Stage 4, `script`: the words, aligned to shots and budgeted by spoken length.

pub(super) mod brand;
mod facts;
mod form;
mod frames;
mod outline;
mod policy;
mod prompt;
mod prose;
pub mod reel;
mod score;
mod titles;

use std::sync::Arc;

use cutline_core::{format::Format, job::Notice};
use serde::{Deserialize, Serialize};

use super::intent::{Filmed, Goal, Intent};
use crate::{
    context::{StageContext, StageError},
    providers::{
        LanguageModel,
        wordnet::{Pos, WordNet},
    },
};

/// Bumped whenever the same input may give another output.
pub const VERSION: u32 = 8;

/// What the stage is given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// From stage `intent`.
    pub intent: super::intent::Intent,
    /// From stage `arc`.
    pub arc: super::arc::Arc,
    /// From stage `shots`.
    pub shots: super::shots::ShotList,
}

/// The whole script.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Script {
    /// Short title, at most six words.
    pub title: String,
    /// One entry a shot, same order and ids.
    pub shots: Vec<ShotScript>,
    /// False when any statement rests on a model's memory alone.
    pub verified: bool,
    /// Who wrote it: a model's name, or "outline".
    pub writer: String,
    /// What the person should know about how it was written.
    #[serde(default)]
    pub notices: Vec<Notice>,
    /// Its language, where nobody could write in the sentence's: later stages are told this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The film of it, where its scenes are filmed elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reel: Option<reel::Reel>,
}

/// What is said and shown in a shot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShotScript {
    /// The shot's id.
    pub shot: u32,
    /// One to two spoken clauses, never empty.
    pub narration: String,
    /// Index into the intent's speakers, or `None` for the narrator.
    pub speaker: Option<u32>,
    /// Big words apart from captions ("Drink water"), at most five words.
    pub on_screen: Option<String>,
    /// Indices into the intent's facts that it rests on.
    pub facts: Vec<u32>,
}

/// The rule-based writer's name.
const OUTLINE: &str = "outline";

/// Writes the script: the first language model that delivers, else the outline.
///
/// # Errors
/// [`StageError::Cancelled`]; [`StageError::User`] where a brand kit bans all there is to say.
pub async fn run(input: &Input, context: &StageContext) -> Result<Script, StageError> {
    let lexicon = context.providers.lexicon.as_deref();
    let lines = outline::write(input, lexicon);
    let spare: Vec<String> = lines.iter().map(|line| line.text.clone()).collect();
    let mut script = write(input, lines, context).await?;
    greet(input, &mut script);
    if !input.intent.phrases.is_empty() {
        brand::Keeper::new(&input.intent.phrases).keep(&mut script, &spare)?;
    }
    // What is filmed is what is said: a scene that is blocked changes the words.
    if input.intent.filmed == Some(Filmed::Scenes) {
        script.reel = Some(reel::film(input, &mut script, context).await?);
    }
    context.progress.set(1.0);
    Ok(script)
}

/// A thing that talks says who it is before anything else.
fn greet(input: &Input, script: &mut Script) {
    let (Some(character), Some(first)) = (&input.intent.character, script.shots.first_mut()) else {
        return;
    };
    let greeting = match input.intent.language.as_str() {
        "es" => format!("Hola, soy {}.", character.called),
        _ => format!("Hi, I'm {}.", character.called),
    };
    if !first.narration.to_lowercase().contains(&character.called.to_lowercase()) {
        first.narration = format!("{greeting} {}", first.narration);
    }
}

async fn write(
    input: &Input,
    lines: Vec<outline::Line>,
    context: &StageContext,
) -> Result<Script, StageError> {
    let lexicon = context.providers.lexicon.as_deref();
    let alone = outline_alone(input.intent.format);
    let mut asked = false;
    for model in &context.providers.language {
        asked |= model.forms().is_some() || !alone;
        if let Some(forms) = model.forms() {
            if let Some(written) = form::write(input, &lines, forms, context).await?
                && policy::passes(&written.lines, written.title.as_deref(), context).await?
            {
                context.progress.set(1.0);
                let script = assemble(input, written.lines, model.name().into(), lexicon);
                let title = written.title.unwrap_or_else(|| script.title.clone());
                return Ok(Script { title, ..script });
            }
            continue;
        }
        if alone {
            continue;
        }
        let written = prose::write(input, &lines, model.as_ref(), context).await;
        // Voices and the render need the memory more.
        model.unload().await;
        if let Some(prose) = written?
            && policy::passes(&prose, None, context).await?
        {
            return Ok(assemble(input, prose, model.name().into(), lexicon));
        }
    }
    let mut script = assemble(input, lines, OUTLINE.into(), lexicon);
    script.notices.extend(asked.then_some(Notice::OutlineWrote));
    let language = &input.intent.language;
    if !frames::written(language) {
        script.notices.push(Notice::NotWritten { language: language.clone() });
        script.language = Some(frames::SPARE.to_owned());
    }
    Ok(script)
}

/// A quote is one thought carried over many short lines, a chat one joke carried over many turns:
/// line by line, a model that fills no forms loses both.
fn outline_alone(format: Format) -> bool {
    matches!(format, Format::Quote | Format::FakeText)
}

/// Whether anybody here may write a format in a language.
pub(super) fn can_write(language: &str, format: Format, models: &[Arc<dyn LanguageModel>]) -> bool {
    let writes = |model: &Arc<dyn LanguageModel>| model.forms().is_some() || !outline_alone(format);
    frames::written(language) || models.iter().any(writes)
}

/// Puts lines, title and what they rest on together.
fn assemble(
    input: &Input,
    lines: Vec<outline::Line>,
    writer: String,
    lexicon: Option<&WordNet>,
) -> Script {
    let intent = &input.intent;
    let verified = fiction(intent) || grounded(intent, &lines, &writer);
    let shots = input.shots.shots.iter().zip(lines).map(|(shot, line)| ShotScript {
        shot: shot.id,
        narration: line.text,
        speaker: shot.speaker,
        on_screen: line.on_screen,
        facts: line.facts,
    });
    let (title, shots) = (titles::title(intent, lexicon), shots.collect());
    Script { title, shots, verified, writer, notices: vec![], language: None, reel: None }
}

/// Whether nothing in it is asserted.
fn fiction(intent: &Intent) -> bool {
    matches!(intent.format, Format::FakeText | Format::Quote)
        || (intent.format == Format::AiStory && intent.goal == Goal::Entertain)
}

/// Whether all that is asserted rests on a source. A model may assert anything in any line. The
/// outline's own lines assert nothing, but for the items of its lists, which are advice written
/// beforehand; those with the sentence's own claim assert it, and the claim is no source.
fn grounded(intent: &Intent, lines: &[outline::Line], writer: &str) -> bool {
    let sourced = |at: &u32| intent.facts.get(*at as usize).is_some_and(|f| f.source.is_some());
    let rests = |line: &outline::Line| line.facts.iter().any(sourced);
    let advises = matches!(intent.format, Format::Listicle | Format::HowTo);
    let asserts = |line: &outline::Line| writer != OUTLINE || advises || !line.facts.is_empty();
    lines.iter().any(rests) && lines.iter().all(|line| rests(line) || !asserts(line))
}

/// First letter upper case.
fn sentence_case(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |c| c.to_uppercase().chain(letters).collect())
}

/// The subject as it stands inside a sentence: common nouns lose the capital that opened the
/// request, things of which there is one keep their article.
fn in_sentence(subject: &str, tag: &str, lexicon: Option<&WordNet>) -> String {
    if tag == "de" {
        return subject.to_owned();
    }
    let first = subject.split_whitespace().next().unwrap_or_default();
    let acronym = first.chars().skip(1).any(char::is_uppercase);
    let common = tag != "en"
        || lexicon.is_none_or(|words| words.lemma(first, Pos::Noun).is_some())
            && !subject.split_whitespace().skip(1).any(|w| w.starts_with(char::is_uppercase));
    if acronym || !common {
        return subject.to_owned();
    }
    let mut letters = subject.chars();
    let lower: String =
        letters.next().map_or_else(String::new, |c| c.to_lowercase().chain(letters).collect());
    let unique = ["sky", "sun", "moon", "ocean", "sea", "universe", "internet", "brain"];
    if tag == "en" && unique.contains(&lower.as_str()) { format!("the {lower}") } else { lower }
}

#[cfg(test)]
pub(in crate::stages) mod tests;
