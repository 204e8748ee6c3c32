//! The thing that talks, who films it, and what of the sentence is left for it to talk about.

use cutline_core::{
    brief,
    error::UserError,
    job::{Mode, Notice},
};
use serde::{Deserialize, Serialize};

use super::Request;
use crate::{
    context::{StageContext, StageError},
    stages::script::brand::Keeper,
};

/// A thing that talks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Character {
    /// What it is, and what is drawn ("coffee mug").
    pub name: String,
    /// What it calls itself ("a coffee mug").
    pub called: String,
}

/// What films somebody who talks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Filmed {
    /// The person's photograph is made to talk.
    Photograph,
    /// Scenes are filmed for what is said.
    Scenes,
}

impl Filmed {
    pub(super) fn of(mode: Mode) -> Option<Self> {
        match mode {
            Mode::Standard | Mode::Cartoon => None,
            Mode::Studio => Some(Self::Photograph),
            Mode::Cinematic => Some(Self::Scenes),
        }
    }
}

/// The thing that talks, where one is asked for and the plan and the purse have it.
pub(super) fn of(input: &Request) -> Option<Character> {
    let talks = matches!(input.mode, Mode::Cartoon | Mode::Cinematic);
    let found = brief::talking(&input.sentence).filter(|_| talks)?;
    let keeper = Keeper::new(&input.phrases);
    if keeper.allowed(found.object) != found.object {
        return None;
    }
    let called = format!("{} {}", found.article, found.object);
    Some(Character { name: found.object.to_owned(), called })
}

/// What a sentence is about, without whoever tells it.
pub(super) fn told(sentence: &str, talks: bool) -> &str {
    let Some(found) = brief::talking(sentence).filter(|_| talks) else { return sentence };
    if found.topic.is_empty() { found.object } else { found.topic }
}

/// What to say where the sentence asked for a film and there is none.
pub(super) fn notice(input: &Request) -> Option<Notice> {
    match (brief::telling(&input.sentence), input.mode) {
        (Mode::Cinematic, Mode::Cartoon) => Some(Notice::DrawnInstead),
        (Mode::Studio, Mode::Standard) => Some(Notice::ShownInstead),
        _ => None,
    }
}

/// Whether this machine has what the mode needs. Looked at before anything is spent.
pub(super) fn can_be_filmed(input: &Request, context: &StageContext) -> Result<(), StageError> {
    let code = match Filmed::of(input.mode) {
        Some(Filmed::Photograph) if input.images.is_empty() => "PHOTO_NEEDED",
        Some(Filmed::Photograph) if context.providers.animator.is_none() => "TALKER_UNAVAILABLE",
        Some(Filmed::Scenes) if context.providers.scenes.is_none() => "TALKER_UNAVAILABLE",
        _ => return Ok(()),
    };
    tracing::warn!(code, mode = ?input.mode, "a job of a mode that this worker cannot make");
    Err(UserError::of_code(code).into())
}
