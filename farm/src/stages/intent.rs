//! Stage 1, `intent`: what the sentence wants.

use cutline_core::{format::Format, plan::Plan};
use serde::{Deserialize, Serialize};

use crate::{blob::Blob, providers::Fact};

/// Bumped whenever the same input may give another output.
pub const VERSION: u32 = 1;

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
    /// People or things that talk to each other, for `fake_text`: (name, is the phone's owner).
    pub speakers: Vec<Talker>,
    /// What can be relied on.
    pub facts: Vec<Fact>,
    /// Said to the person: no voice for the language, duration shortened, and so on.
    pub notices: Vec<String>,
    /// Carried along.
    pub seed: u64,
    /// Carried along.
    pub images: Vec<Upload>,
    /// Picture width and height.
    pub picture_px: (u32, u32),
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
