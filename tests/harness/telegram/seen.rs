//! What tests see of the stand-in: its chats and the calls that were made.

use anyhow::{Context, Result};
use bytes::Bytes;
use serde_json::Value;

use super::{Call, TelegramServer, room::Shown};

impl TelegramServer {
    /// How a press was answered: its words, and whether they were an alert. `None`: not yet.
    #[must_use]
    pub fn answer_to(&self, press: &str) -> Option<(String, bool)> {
        self.inner().state.queries.get(press).cloned().flatten()
    }

    /// What a chat shows, oldest first.
    #[must_use]
    pub fn messages(&self, chat: i64) -> Vec<Shown> {
        let inner = self.inner();
        let room = inner.state.rooms.get(&chat);
        room.map(|room| room.messages.values().cloned().collect()).unwrap_or_default()
    }

    /// What the bot wrote in a chat, oldest first.
    #[must_use]
    pub fn written(&self, chat: i64) -> Vec<Shown> {
        let mut messages = self.messages(chat);
        messages.retain(|message| message.by_bot);
        messages
    }

    /// One message.
    ///
    /// # Errors
    /// When it is not there.
    pub fn message(&self, chat: i64, id: i64) -> Result<Shown> {
        let found = self.messages(chat).into_iter().find(|message| message.id == id);
        found.with_context(|| format!("no message {id} in {chat}"))
    }

    /// A kept file's bytes.
    #[must_use]
    pub fn file(&self, id: &str) -> Option<Bytes> {
        self.inner().state.files.get(id).cloned()
    }

    /// Every call so far, the polls left out.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.inner().calls.clone()
    }

    /// Calls of one method.
    #[must_use]
    pub fn calls_of(&self, method: &str) -> Vec<Call> {
        let mut calls = self.calls();
        calls.retain(|call| call.method == method);
        calls
    }

    /// The menus that were set, by language (“”: for everybody else).
    #[must_use]
    pub fn menu(&self, language: &str) -> Option<Value> {
        self.inner().state.menus.get(language).cloned()
    }

    /// Calls that no correct bot makes, and calls made although they were told to wait.
    #[must_use]
    pub fn invalid(&self) -> Vec<String> {
        let inner = self.inner();
        // What people do meanwhile is not the bot's fault.
        let excused = [
            "message is not modified",
            "message to edit not found",
            // Whether a card of before a restart is text or a picture by now is found out so.
            "there is no text in the message to edit",
            "query is too old",
            "was upgraded to a supergroup",
        ];
        let mut invalid: Vec<String> = inner
            .calls
            .iter()
            .filter(|call| matches!(call.status, 400 | 401 | 404))
            .filter(|call| !excused.iter().any(|part| call.description.contains(part)))
            .map(|call| format!("{}: {} ({:?})", call.method, call.description, call.values))
            .collect();
        for (chat, room) in &inner.state.rooms {
            if room.impatient > 0 {
                invalid.push(format!("{} calls to {chat} although told to wait", room.impatient));
            }
        }
        invalid
    }
}
