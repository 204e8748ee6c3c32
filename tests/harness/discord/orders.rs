//! What a test may ask of the gateway, and do to it.

use std::time::Duration;

use anyhow::Result;
use serde_json::json;

use super::{
    Discord,
    gateway::{Out, Session},
};
use crate::tasks::eventually;

impl Discord {
    /// Waits until `shards` shards are connected and ready.
    ///
    /// # Errors
    /// When they are not in time.
    pub async fn connected(&self, shards: usize) -> Result<()> {
        eventually(&format!("{shards} connections"), async || {
            Ok((self.connections() == shards).then_some(()))
        })
        .await
    }

    /// How many sessions have a connection just now.
    #[must_use]
    pub fn connections(&self) -> usize {
        let state = self.shared.state();
        let open = |session: &&Session| {
            session.connection.as_ref().is_some_and(|connection| !connection.is_closed())
        };
        state.sessions.values().filter(open).count()
    }

    /// The intents of every identification so far.
    #[must_use]
    pub fn identifies(&self) -> Vec<u64> {
        self.shared.state().identifies.clone()
    }

    /// How often a session was resumed.
    #[must_use]
    pub fn resumes(&self) -> usize {
        self.shared.state().sessions.values().map(|session| session.resumes).sum()
    }

    /// How many shards the bot is told to use.
    pub fn recommend_shards(&self, shards: u64) {
        self.shared.state().shards = shards;
    }

    /// How often a heartbeat is due.
    pub fn heartbeat_every(&self, interval: Duration) {
        let ms = u64::try_from(interval.as_millis()).unwrap_or(u64::MAX);
        self.shared.state().heartbeat_ms = ms;
    }

    /// Cuts every connection without a word; sessions can be resumed.
    pub fn cut_gateway(&self) {
        self.order(|| Out::Cut);
    }

    /// Closes every connection with a code; sessions can be resumed.
    pub fn close_gateway(&self, code: u16) {
        self.order(|| Out::Close(code));
    }

    /// Asks every client to reconnect and resume (opcode 7).
    pub fn ask_to_reconnect(&self) {
        self.order(|| Out::Text(json!({"op": 7, "d": null}).to_string()));
    }

    /// Says that every session is invalid and cannot be resumed (opcode 9), and forgets them.
    pub fn invalidate_sessions(&self) {
        self.order(|| Out::Text(json!({"op": 9, "d": false}).to_string()));
        self.shared.state().sessions.clear();
    }

    fn order(&self, order: impl Fn() -> Out) {
        for session in self.shared.state().sessions.values() {
            if let Some(connection) = &session.connection {
                let _ = connection.send(order());
            }
        }
    }
}
