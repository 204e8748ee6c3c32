//! What the stand-in remembers: people, guilds, channels, messages, interactions, sessions. Only
//! data; the rules are its neighbours'.

use std::{
    collections::{BTreeMap, HashMap},
    time::{Duration, Instant},
};

use cutline_core::clock::{Clock, SystemClock};
use serde_json::{Value, json};

pub use super::message::Message;
use super::{gateway::Session, limits::Limits, rest::Seen, weather::Weather};

/// A snowflake.
pub type Id = u64;

/// Discord's epoch, the first second of 2015, in milliseconds.
const EPOCH_MS: i64 = 1_420_070_400_000;
/// An initial answer after this long is too late.
pub(super) const ANSWER_MAX: Duration = Duration::from_secs(3);
/// An interaction's token is good for this long.
pub(super) const TOKEN_MAX: Duration = Duration::from_secs(15 * 60);
/// How long a nonce is remembered ("checked for uniqueness in the past few minutes").
pub(super) const NONCE_MAX: Duration = Duration::from_secs(5 * 60);
/// Attachment limit where nobody boosts: 10 MiB.
pub(super) const ATTACHMENT_BYTES_MAX: u64 = 10 << 20;

/// Permission bits (docs: "Permissions").
pub mod permission {
    /// View a channel.
    pub const VIEW_CHANNEL: u64 = 1 << 10;
    /// Send messages in a channel.
    pub const SEND_MESSAGES: u64 = 1 << 11;
    /// Rich embeds.
    pub const EMBED_LINKS: u64 = 1 << 14;
    /// Files.
    pub const ATTACH_FILES: u64 = 1 << 15;
    /// Needed to reply.
    pub const READ_MESSAGE_HISTORY: u64 = 1 << 16;
    /// Send messages in threads.
    pub const SEND_MESSAGES_IN_THREADS: u64 = 1 << 38;
    /// What the documentation tells operators to grant.
    pub const GRANTED: u64 = VIEW_CHANNEL
        | SEND_MESSAGES
        | EMBED_LINKS
        | ATTACH_FILES
        | READ_MESSAGE_HISTORY
        | SEND_MESSAGES_IN_THREADS;
}

/// What a channel is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChannelKind {
    /// In a guild.
    Text,
    /// Between one person and the bot.
    BotDm,
    /// Between people, without the bot: only user-installed apps are heard there.
    PrivateDm,
    /// A thread in a guild.
    Thread,
}

impl ChannelKind {
    /// The documented number.
    pub(super) const fn number(self) -> u8 {
        match self {
            Self::Text => 0,
            Self::BotDm | Self::PrivateDm => 1,
            Self::Thread => 11,
        }
    }

    /// The interaction context.
    pub(super) const fn context(self) -> u8 {
        match self {
            Self::Text | Self::Thread => 0,
            Self::BotDm => 1,
            Self::PrivateDm => 2,
        }
    }
}

#[derive(Clone, Debug)]
pub(super) struct User {
    pub(super) name: String,
    pub(super) locale: String,
    /// Has the app installed for themselves.
    pub(super) installed: bool,
    /// Takes no direct messages from the bot.
    pub(super) blocks: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Guild {
    /// The bot is a member; else only user-installed apps are heard.
    pub(super) has_bot: bool,
    pub(super) attachment_bytes_max: u64,
}

#[derive(Clone, Debug)]
pub(super) struct Channel {
    pub(super) id: Id,
    pub(super) kind: ChannelKind,
    pub(super) guild: Option<Id>,
    pub(super) parent: Option<Id>,
    /// The bot's permissions there.
    pub(super) permissions: u64,
    pub(super) deleted: bool,
    /// Who is in it, where it is no guild's.
    pub(super) person: Option<Id>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum InteractionKind {
    Command,
    Component,
    Autocomplete,
}

#[derive(Clone, Debug)]
pub(super) struct Interaction {
    pub(super) kind: InteractionKind,
    pub(super) token: String,
    pub(super) user: Id,
    pub(super) channel: Id,
    pub(super) began: Instant,
    /// When it was answered first, and how (the callback's type).
    pub(super) answered: Option<(Instant, u64)>,
    /// When its first message said something.
    pub(super) shown: Option<Instant>,
    /// The message of `@original`.
    pub(super) original: Option<Id>,
    /// The message the button is on.
    pub(super) pressed_on: Option<Id>,
    pub(super) expired: bool,
    pub(super) choices: Option<Value>,
    pub(super) followups: usize,
    pub(super) attachment_bytes_max: u64,
    pub(super) user_installed_only: bool,
}

/// Everything.
#[derive(Debug)]
pub(crate) struct State {
    counter: u64,
    /// Where files are fetched from.
    address: String,
    pub(super) application: Id,
    pub(super) users: BTreeMap<Id, User>,
    pub(super) guilds: BTreeMap<Id, Guild>,
    pub(super) channels: BTreeMap<Id, Channel>,
    pub(super) messages: BTreeMap<Id, Message>,
    pub(super) interactions: BTreeMap<Id, Interaction>,
    pub(super) nonces: HashMap<(Id, String), (Instant, Id)>,
    pub(super) files: HashMap<Id, Vec<u8>>,
    pub(super) commands: Vec<Value>,
    pub(super) sessions: BTreeMap<String, Session>,
    pub(super) limits: Limits,
    pub(super) weather: Weather,
    pub(super) requests: Vec<Seen>,
    pub(super) complaints: Vec<String>,
    /// Shards that `GET /gateway/bot` recommends.
    pub(super) shards: u64,
    pub(super) heartbeat_ms: u64,
    /// Intents of every identification.
    pub(super) identifies: Vec<u64>,
    /// Complain about payloads without an empty `allowed_mentions`.
    pub(super) mentions_watched: bool,
}

impl State {
    pub(super) fn new(address: String) -> Self {
        let mut state = Self {
            counter: 0,
            address,
            application: 0,
            users: BTreeMap::new(),
            guilds: BTreeMap::new(),
            channels: BTreeMap::new(),
            messages: BTreeMap::new(),
            interactions: BTreeMap::new(),
            nonces: HashMap::new(),
            files: HashMap::new(),
            commands: Vec::new(),
            sessions: BTreeMap::new(),
            limits: Limits::default(),
            weather: Weather::default(),
            requests: Vec::new(),
            complaints: Vec::new(),
            shards: 1,
            heartbeat_ms: 5_000,
            identifies: Vec::new(),
            mentions_watched: true,
        };
        state.application = state.id();
        state
    }

    /// A new snowflake: milliseconds since 2015, then a counter (docs: "Snowflakes").
    pub(super) fn id(&mut self) -> Id {
        let ms = SystemClock.now().timestamp_millis() - EPOCH_MS;
        self.counter += 1;
        (u64::try_from(ms).unwrap_or_default() << 22) | (self.counter & 0x3f_ffff)
    }

    /// Keeps a file's bytes; the attachment object.
    pub(super) fn attach(&mut self, channel: Id, name: &str, bytes: Vec<u8>) -> Value {
        let id = self.id();
        let size = bytes.len();
        self.files.insert(id, bytes);
        let url = format!("{}/attachments/{channel}/{id}/{name}", self.address);
        json!({"id": id.to_string(), "filename": name, "size": size, "url": url})
    }

    pub(super) fn complain(&mut self, what: impl Into<String>) {
        self.complaints.push(what.into());
    }

    /// The interaction a token belongs to, while the token is good.
    pub(super) fn by_token(&self, token: &str) -> Option<(Id, &Interaction)> {
        let (id, found) = self.interactions.iter().find(|(_, known)| known.token == token)?;
        let good = !found.expired && found.began.elapsed() < TOKEN_MAX;
        good.then_some((*id, found))
    }
}
