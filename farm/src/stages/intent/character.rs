//! The thing that talks, and what of the sentence is left for it to talk about. Pure.

use cutline_core::{brief, job::Mode};
use serde::{Deserialize, Serialize};

use super::Request;
use crate::stages::script::brand::Keeper;

/// A thing that talks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Character {
    /// What it is, and what is drawn ("coffee mug").
    pub name: String,
    /// What it calls itself ("a coffee mug").
    pub called: String,
}

/// The thing that talks, where one is asked for and the plan and the purse have it.
pub(super) fn of(input: &Request) -> Option<Character> {
    let found = brief::talking(&input.sentence).filter(|_| input.mode == Mode::Cartoon)?;
    let keeper = Keeper::new(&input.phrases);
    if keeper.allowed(found.object) != found.object {
        return None;
    }
    let called = format!("{} {}", found.article, found.object);
    Some(Character { name: found.object.to_owned(), called })
}

/// What a sentence is about, without whoever tells it.
pub(super) fn told<'a>(sentence: &'a str, character: Option<&Character>) -> &'a str {
    let Some(found) = character.and_then(|_| brief::talking(sentence)) else { return sentence };
    if found.topic.is_empty() { found.object } else { found.topic }
}
