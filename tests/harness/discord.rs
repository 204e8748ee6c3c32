//! A stand-in of Discord: the gateway's WebSocket and REST v10, as strict as the real ones. It
//! refuses unknown fields, lengths beyond the documented limits, answers after three seconds,
//! tokens after their time, what the bot has no permission for, and more requests than the limits
//! allow; it remembers every request, and can be told to misbehave. It shares no code with the bot.
//!
//! Sources: docs.discord.com, "Receiving and Responding", "Application Commands", "Message",
//! "Gateway", "Rate Limits", "Opcodes and Status Codes" (API v10).
//!
//! ```no_run
//! # async fn test() -> anyhow::Result<()> {
//! use cutline_tests::discord::Discord;
//! let discord = Discord::start().await?;
//! let (ada, channel) = (discord.user("ada"), discord.channel(discord.guild()));
//! // … start a bot with discord.settings() …
//! let asked = discord.slash(ada, channel, "video", &[("sentence", "Why bees dance".into())])?;
//! let answer = discord.answer(asked).await?;
//! # Ok(())
//! # }
//! ```

mod acts;
mod commands;
mod endpoints;
mod eyes;
mod form;
mod gateway;
mod interactions;
mod limits;
mod locales;
mod message;
mod messages;
mod multipart;
mod orders;
mod people;
mod refusal;
mod rest;
mod route;
mod shapes;
mod state;
mod weather;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Result, ensure};
use cutline_bots::tasks::Group;
use tokio::net::TcpListener;

use self::state::State;
pub use self::{
    acts::Given,
    people::Upload,
    rest::Seen,
    state::{ChannelKind, Id, Message, permission},
    weather::{Fault, Storm},
};

/// The bot token that is right.
pub const TOKEN: &str = "MTA1NTQzMjE.stand-in.c2VjcmV0LXNlY3JldC1zZWNyZXQ";

/// What the servers and the test share.
#[derive(Debug)]
pub(crate) struct Shared {
    state: Mutex<State>,
    /// `http://127.0.0.1:port`.
    address: String,
    /// `ws://127.0.0.1:port`.
    socket: String,
}

impl Shared {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Discord, on two free ports of this machine; it ends when it is dropped.
#[derive(Debug)]
pub struct Discord {
    pub(crate) shared: Arc<Shared>,
    _servers: Group<()>,
}

impl Discord {
    /// Starts it, with an application and nobody there.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start() -> Result<Self> {
        let http = TcpListener::bind("127.0.0.1:0").await?;
        let socket = TcpListener::bind("127.0.0.1:0").await?;
        let address = format!("http://{}", http.local_addr()?);
        let shared = Arc::new(Shared {
            state: Mutex::new(State::new(address.clone())),
            address,
            socket: format!("ws://{}", socket.local_addr()?),
        });
        let mut servers = Group::default();
        servers.start(rest::serve(http, Arc::clone(&shared)));
        servers.start(gateway::serve(socket, Arc::clone(&shared)));
        Ok(Self { shared, _servers: servers })
    }

    /// Where the API is: scheme, host and port, without `/api/v10`.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.shared.address
    }

    /// The variables with which a bot finds this Discord.
    #[must_use]
    pub fn settings(&self) -> [(&'static str, String); 2] {
        [
            ("CUTLINE_DISCORD_TOKEN", TOKEN.to_owned()),
            ("CUTLINE_DISCORD_API_URL", self.shared.address.clone()),
        ]
    }

    /// Every request so far, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<Seen> {
        self.shared.state().requests.clone()
    }

    /// How many requests were invalid in Discord's sense (401, 403, 429 that count).
    #[must_use]
    pub fn invalid_requests(&self) -> usize {
        self.shared.state().requests.iter().filter(|seen| seen.counts_as_invalid()).count()
    }

    /// What a bot must never do, one sentence each: malformed requests, unknown routes, payloads
    /// that could ping somebody, limits passed, answers that nobody waited for.
    #[must_use]
    pub fn complaints(&self) -> Vec<String> {
        self.shared.state().complaints.clone()
    }

    /// Looks whether the bot behaved.
    ///
    /// # Errors
    /// With everything it did wrong.
    pub fn finish(&self) -> Result<()> {
        let complaints = self.complaints();
        ensure!(complaints.is_empty(), "the bot misbehaved:\n- {}", complaints.join("\n- "));
        Ok(())
    }
}
