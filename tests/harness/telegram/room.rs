//! A chat as the stand-in keeps it, and how a call is refused.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::Instant,
};

use serde_json::{Map, Value, json};

/// A message as a chat shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// Its id in its chat.
    pub id: i64,
    /// Written by the bot.
    pub by_bot: bool,
    /// Text or caption.
    pub text: String,
    /// Entities of either.
    pub entities: Value,
    /// Rows of (label, callback data or address).
    pub buttons: Vec<Vec<(String, String)>>,
    /// A video, photo or document, by its file id.
    pub media: Option<(String, String)>,
    /// What the sender said of the video: width, height, duration, streaming, thumbnail. Of a
    /// photo, its width and height.
    pub facts: Map<String, Value>,
    /// The message it answers.
    pub reply_to: Option<i64>,
    /// The topic it stands in.
    pub thread: Option<i64>,
    /// How often it was changed.
    pub edits: usize,
    /// The keyboard as sent, for “not modified”.
    pub(super) keyboard: Value,
}

impl Shown {
    /// What a person wrote.
    pub(super) fn said(id: i64, text: &str) -> Self {
        Self {
            id,
            by_bot: false,
            text: text.to_owned(),
            entities: json!([]),
            buttons: Vec::new(),
            media: None,
            facts: Map::new(),
            reply_to: None,
            thread: None,
            edits: 0,
            keyboard: json!({}),
        }
    }
}

/// A chat.
#[derive(Debug, Default)]
pub(super) struct Room {
    /// What it shows, by id.
    pub(super) messages: BTreeMap<i64, Shown>,
    pub(super) topics: BTreeSet<i64>,
    pub(super) next: i64,
    /// Why the bot may not write here, as Telegram says it.
    pub(super) barred: Option<(u16, String)>,
    /// The id it has moved to.
    pub(super) moved: Option<i64>,
    /// When the bot wrote here.
    pub(super) written: VecDeque<Instant>,
    /// Told to wait until then.
    pub(super) wait_until: Option<Instant>,
    /// Calls that came although they were told to wait.
    pub(super) impatient: usize,
}

/// An answer that is no success.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Refusal {
    pub(super) code: u16,
    pub(super) description: String,
    pub(super) parameters: Option<Value>,
}

impl Refusal {
    pub(super) fn bad(description: impl Into<String>) -> Self {
        Self { code: 400, description: description.into(), parameters: None }
    }

    pub(super) fn wait(seconds: u64) -> Self {
        Self {
            code: 429,
            description: format!("Too Many Requests: retry after {seconds}"),
            parameters: Some(json!({"retry_after": seconds})),
        }
    }
}
