//! What the stand-in remembers: people, chats, messages, updates, files; and the answers that
//! Telegram gives from them. No network in here.

use std::{
    collections::{HashMap, VecDeque},
    time::{Duration, Instant},
};

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::{
    form::Upload,
    limits::{buttons, worded},
    room::{Refusal, Room, Shown},
};

/// The bot's own id and name.
pub const BOT_ID: i64 = 777_000_001;
/// See [`BOT_ID`].
pub const BOT_NAME: &str = "CutlineTestBot";
/// Largest upload (core.telegram.org/bots/api#sending-files).
pub const UPLOAD_BYTES_MAX: usize = 50_000_000;
/// Messages a group takes in a minute, and calls a second for all chats together
/// (core.telegram.org/bots/faq).
const GROUP_A_MINUTE: usize = 20;
const ALL_A_SECOND: usize = 30;
/// Messages in a private chat within ten seconds: about one a second, short bursts allowed.
const PRIVATE_IN_TEN: usize = 15;

/// Everything.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(super) rooms: HashMap<i64, Room>,
    pub(super) updates: VecDeque<Value>,
    pub(super) next_update: i64,
    /// Everything that was ever told, by its kind.
    pub(super) told: Vec<(String, Value)>,
    pub(super) next_query: i64,
    /// Open presses: the query's id, and how it was answered.
    pub(super) queries: HashMap<String, Option<(String, bool)>>,
    pub(super) files: HashMap<String, Bytes>,
    pub(super) menus: HashMap<String, Value>,
    /// The language in which somebody has Telegram, as they last wrote.
    pub(super) locales: HashMap<i64, String>,
    pub(super) webhook: Option<(String, Option<String>)>,
    pub(super) polls: u64,
    calls: VecDeque<Instant>,
    /// Whether Telegram's limits hold; off for measurements of other things.
    pub(super) limits: bool,
    /// Takes any bytes for a video: the stand-in pipeline's are none.
    pub(super) any_video: bool,
}

/// Where a message of the bot's goes.
pub(super) struct Outgoing<'a> {
    pub(super) chat: i64,
    pub(super) values: &'a Map<String, Value>,
    pub(super) words: &'static str,
    pub(super) entities: &'static str,
}

impl State {
    pub(super) fn room(&mut self, chat: i64) -> &mut Room {
        let room = self.rooms.entry(chat).or_default();
        if room.next == 0 {
            room.next = 1;
        }
        room
    }

    /// Puts an update into the queue.
    pub(super) fn tell(&mut self, kind: &str, value: Value) {
        self.next_update += 1;
        self.told.push((kind.to_owned(), value.clone()));
        self.updates.push_back(json!({"update_id": self.next_update, kind: value}));
    }

    pub(super) fn person(person: i64, locale: &str) -> Value {
        json!({"id": person, "is_bot": false, "first_name": format!("P{person}"),
            "language_code": locale})
    }

    pub(super) fn bot() -> Value {
        json!({"id": BOT_ID, "is_bot": true, "first_name": "Cutline", "username": BOT_NAME})
    }

    pub(super) fn chat(chat: i64) -> Value {
        if chat < 0 {
            json!({"id": chat, "type": "supergroup", "title": "Friends", "is_forum": true})
        } else {
            json!({"id": chat, "type": "private", "first_name": format!("P{chat}")})
        }
    }

    /// Whether the bot may write there at all and now.
    pub(super) fn may_write(&mut self, chat: i64) -> Result<(), Refusal> {
        let now = Instant::now();
        let limits = self.limits;
        let Some(room) = self.rooms.get_mut(&chat) else {
            return Err(Refusal::bad("Bad Request: chat not found"));
        };
        if let Some(moved) = room.moved {
            return Err(Refusal {
                code: 400,
                description: "Bad Request: group chat was upgraded to a supergroup chat".into(),
                parameters: Some(json!({"migrate_to_chat_id": moved})),
            });
        }
        if let Some((code, description)) = &room.barred {
            return Err(Refusal {
                code: *code,
                description: description.clone(),
                parameters: None,
            });
        }
        if let Some(until) = room.wait_until {
            if now < until {
                room.impatient += 1;
                return Err(Refusal::wait((until - now).as_secs() + 1));
            }
            room.wait_until = None;
        }
        if !limits {
            return Ok(());
        }
        let (window, most) = if chat < 0 {
            (Duration::from_secs(60), GROUP_A_MINUTE)
        } else {
            (Duration::from_secs(10), PRIVATE_IN_TEN)
        };
        room.written.retain(|at| now.duration_since(*at) < window);
        if room.written.len() >= most {
            let wait = window.saturating_sub(now.duration_since(room.written[0]));
            room.wait_until = Some(now + wait);
            return Err(Refusal::wait(wait.as_secs() + 1));
        }
        self.calls.retain(|at| now.duration_since(*at) < Duration::from_secs(1));
        if self.calls.len() >= ALL_A_SECOND {
            return Err(Refusal::wait(1));
        }
        self.calls.push_back(now);
        room.written.push_back(now);
        Ok(())
    }

    /// A new message of the bot's; its JSON.
    pub(super) fn post(
        &mut self,
        out: &Outgoing<'_>,
        media: Option<(&str, &Upload)>,
        facts: Map<String, Value>,
    ) -> Result<Value, Refusal> {
        let (text, entities) = worded(out, media.is_some())?;
        let keyboard = out.values.get("reply_markup").cloned().unwrap_or(json!({}));
        let buttons = buttons(&keyboard)?;
        let thread = out.values.get("message_thread_id").and_then(Value::as_i64);
        let reply = out.values.get("reply_parameters").cloned().unwrap_or(Value::Null);
        self.may_write(out.chat)?;
        let media = media.map(|(kind, upload)| (kind.to_owned(), self.keep(upload.bytes.clone())));
        let room = self.room(out.chat);
        if thread.is_some_and(|thread| !room.topics.contains(&thread)) {
            return Err(Refusal::bad("Bad Request: message thread not found"));
        }
        let mut reply_to = reply["message_id"].as_i64();
        if reply_to.is_some_and(|id| !room.messages.contains_key(&id)) {
            if reply["allow_sending_without_reply"] != json!(true) {
                return Err(Refusal::bad("Bad Request: message to be replied not found"));
            }
            reply_to = None;
        }
        let id = room.next;
        room.next += 1;
        let shown = Shown {
            id,
            by_bot: true,
            text,
            entities,
            buttons,
            media,
            facts,
            reply_to,
            thread,
            edits: 0,
            keyboard,
        };
        room.messages.insert(id, shown);
        Ok(self.message(out.chat, id))
    }

    /// A message of the bot's becomes another.
    pub(super) fn change(
        &mut self,
        out: &Outgoing<'_>,
        media: Option<(&str, &Upload)>,
        facts: Map<String, Value>,
    ) -> Result<Value, Refusal> {
        let (text, entities) = worded(out, out.words == "caption")?;
        let keyboard = out.values.get("reply_markup").cloned().unwrap_or(json!({}));
        let buttons = buttons(&keyboard)?;
        self.may_write(out.chat)?;
        let kept = media.map(|(kind, upload)| (kind.to_owned(), self.keep(upload.bytes.clone())));
        let id = out.values.get("message_id").and_then(Value::as_i64).unwrap_or_default();
        let room = self.room(out.chat);
        let Some(message) = room.messages.get_mut(&id) else {
            return Err(Refusal::bad("Bad Request: message to edit not found"));
        };
        if !message.by_bot {
            return Err(Refusal::bad("Bad Request: message can't be edited"));
        }
        match (out.words, &message.media, &kept) {
            ("text", Some(_), _) => {
                return Err(Refusal::bad("Bad Request: there is no text in the message to edit"));
            }
            ("caption", None, None) => {
                return Err(Refusal::bad(
                    "Bad Request: there is no caption in the message to edit",
                ));
            }
            _ => {}
        }
        let same =
            (&message.text, &message.entities, &message.keyboard) == (&text, &entities, &keyboard);
        if same && kept.is_none() {
            return Err(Refusal::bad(
                "Bad Request: message is not modified: specified new message content and reply \
                 markup are exactly the same as a current content and reply markup of the message",
            ));
        }
        message.text = text;
        message.entities = entities;
        message.buttons = buttons;
        message.keyboard = keyboard;
        message.edits += 1;
        if kept.is_some() {
            message.media = kept;
            message.facts = facts;
        }
        Ok(self.message(out.chat, id))
    }

    pub(super) fn keep(&mut self, bytes: Bytes) -> String {
        let id = format!("file-{}", self.files.len() + 1);
        self.files.insert(id.clone(), bytes);
        id
    }

    /// A message as the Bot API tells of it.
    pub(super) fn message(&self, chat: i64, id: i64) -> Value {
        let shown = self.rooms.get(&chat).and_then(|room| room.messages.get(&id));
        let Some(shown) = shown else {
            // A message that is gone: only its chat and id are known (Bot API 7.0).
            return json!({"message_id": id, "date": 0, "chat": Self::chat(chat)});
        };
        let mut value = json!({"message_id": id, "date": 1_700_000_000, "chat": Self::chat(chat),
            "from": Self::bot()});
        match &shown.media {
            None => value["text"] = json!(shown.text),
            Some((kind, file)) => {
                value["caption"] = json!(shown.text);
                let size = self.files.get(file).map_or(0, Bytes::len);
                if kind == "photo" {
                    value[kind] = json!([{"file_id": file, "file_unique_id": file,
                        "file_size": size, "width": shown.facts["width"],
                        "height": shown.facts["height"]}]);
                } else {
                    value[kind] = json!({"file_id": file, "file_unique_id": file, "file_size": size,
                        "width": shown.facts.get("width").unwrap_or(&json!(720)),
                        "height": shown.facts.get("height").unwrap_or(&json!(1280)),
                        "duration": shown.facts.get("duration").unwrap_or(&json!(1)),
                        "mime_type": "video/mp4", "file_name": "video.mp4"});
                }
            }
        }
        if let Some(thread) = shown.thread {
            value["message_thread_id"] = json!(thread);
            value["is_topic_message"] = json!(true);
        }
        value
    }
}
