//! What tests have people do in the stand-in's chats, and what goes wrong there.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::{Fault, TelegramServer, room::Shown, state::State};

impl TelegramServer {
    /// Somebody says something; their message's id.
    pub fn say(&self, chat: i64, person: i64, text: &str) -> i64 {
        self.say_with(chat, person, json!({"text": text}))
    }

    /// Somebody sends a message with these fields.
    pub fn say_with(&self, chat: i64, person: i64, fields: Value) -> i64 {
        let mut inner = self.inner();
        let locale = fields["language"].as_str().unwrap_or("en").to_owned();
        inner.state.locales.insert(person, locale.clone());
        let room = inner.state.room(chat);
        let id = room.next;
        room.next += 1;
        let text = fields["text"].as_str().or(fields["caption"].as_str()).unwrap_or_default();
        room.messages.insert(id, Shown::said(id, text));
        let mut message = json!({"message_id": id, "date": 1_700_000_000,
            "chat": State::chat(chat), "from": State::person(person, &locale)});
        for (key, value) in fields.as_object().into_iter().flatten() {
            if key == "message_thread_id" {
                inner.state.room(chat).topics.extend(value.as_i64());
            }
            if key != "language" {
                message[key] = value.clone();
            }
        }
        inner.state.tell("message", message);
        drop(inner);
        self.door.news.notify_waiters();
        id
    }

    /// A photo's sizes for [`Self::say_with`]: this file is the largest.
    #[must_use]
    pub fn photo(&self, bytes: Vec<u8>) -> Value {
        let size = bytes.len();
        let id = self.inner().state.keep(bytes.into());
        json!([
            {"file_id": "small", "file_unique_id": "small", "width": 90, "height": 90,
                "file_size": 900},
            {"file_id": id, "file_unique_id": id, "width": 1280, "height": 1280, "file_size": size},
        ])
    }

    /// Somebody presses a button of a message; the press's id.
    ///
    /// # Errors
    /// When the message has no such button.
    pub fn press(&self, chat: i64, person: i64, message: i64, label: &str) -> Result<String> {
        let shown = self.message(chat, message)?;
        let data = shown
            .buttons
            .iter()
            .flatten()
            .find(|(text, _)| text == label)
            .map(|(_, data)| data.clone())
            .with_context(|| format!("no button {label} on {shown:?}"))?;
        Ok(self.press_data(chat, person, message, &data))
    }

    /// Somebody presses a button with this data, which may have been there once.
    pub fn press_data(&self, chat: i64, person: i64, message: i64, data: &str) -> String {
        let mut inner = self.inner();
        inner.state.next_query += 1;
        let id = format!("q{}", inner.state.next_query);
        inner.state.queries.insert(id.clone(), None);
        let locale = inner.state.locales.get(&person).cloned().unwrap_or_else(|| "en".to_owned());
        let query = json!({"id": id, "from": State::person(person, &locale),
            "message": inner.state.message(chat, message), "chat_instance": "1", "data": data});
        inner.state.tell("callback_query", query);
        drop(inner);
        self.door.news.notify_waiters();
        id
    }

    /// Hands every message over once more, as another update: what a person sees is the same
    /// message.
    pub fn repeat_all(&self) {
        let mut inner = self.inner();
        let told = inner.state.told.clone();
        for (kind, value) in told {
            inner.state.tell(&kind, value);
        }
        drop(inner);
        self.door.news.notify_waiters();
    }

    /// Somebody deletes a message.
    pub fn delete(&self, chat: i64, message: i64) {
        self.inner().state.room(chat).messages.remove(&message);
    }

    /// The bot may not write there any more, as Telegram says it; `None`: it may again.
    pub fn bar(&self, chat: i64, why: Option<(u16, &str)>) {
        let why = why.map(|(code, words)| (code, words.to_owned()));
        self.inner().state.room(chat).barred = why;
    }

    /// A group becomes a supergroup with another id.
    pub fn migrate(&self, from: i64, to: i64) {
        let mut inner = self.inner();
        inner.state.room(from).moved = Some(to);
        inner.state.room(to);
    }

    /// Lets the next call of a method (“*”: any) go wrong.
    pub fn fault(&self, method: &str, fault: Fault) {
        self.inner().faults.push_back((method.to_owned(), fault));
    }

    /// Switches Telegram's limits.
    pub fn limits(&self, on: bool) {
        self.inner().state.limits = on;
    }

    /// Takes any bytes for a video: the stand-in pipeline's are none.
    pub fn any_video(&self) {
        self.inner().state.any_video = true;
    }

    /// Sets the largest upload.
    pub fn upload_bytes_max(&self, bytes: usize) {
        self.inner().upload_bytes_max = bytes;
    }
}
