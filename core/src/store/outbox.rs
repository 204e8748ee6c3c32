//! Messages that committed with what they tell of, on their way to the broker.

use std::time::Duration;

use super::{
    Store,
    call::{column, json, millis},
    error::StoreError,
};
use crate::{actor::Platform, job::Queue};

/// How long a relay may take over a batch before another may publish it too.
const CLAIM: Duration = Duration::from_secs(10);

/// Where a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    /// A job that waits; payload `{"job": id}`.
    Job(Queue),
    /// An [`crate::event::EventMessage`].
    Event {
        /// Who is to hear of it.
        platform: Platform,
    },
    /// A [`crate::event::Control`].
    Control,
}

impl Topic {
    fn named(name: &str) -> Option<Self> {
        match name.split_once('.') {
            Some(("job", queue)) => Queue::named(queue).map(Self::Job),
            Some(("event", platform)) => {
                Platform::named(platform).map(|platform| Self::Event { platform })
            }
            None if name == "control" => Some(Self::Control),
            _ => None,
        }
    }
}

/// A message to publish.
#[derive(Clone, Debug, PartialEq)]
pub struct OutboxRow {
    /// Ascending in the order of writing.
    pub id: i64,
    /// Where it goes.
    pub topic: Topic,
    /// What it says.
    pub payload: serde_json::Value,
}

impl Store {
    /// Takes up to `limit` messages, oldest first, for ten seconds: long enough to publish them,
    /// and should this relay die, another takes them up then. A message may be published twice,
    /// never not at all.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn outbox_claim(&self, limit: usize) -> Result<Vec<OutboxRow>, StoreError> {
        let what = "outbox_claim";
        let limit = i32::try_from(limit).unwrap_or(i32::MAX);
        let sql = "SELECT id, topic, payload FROM cutline.outbox_claim($1, $2)";
        let rows = self.rows(what, sql, &[&limit, &millis(CLAIM)]).await?;
        let mut messages = Vec::with_capacity(rows.len());
        for row in &rows {
            let (id, name): (i64, &str) = (column(what, row, "id")?, column(what, row, "topic")?);
            match Topic::named(name) {
                Some(topic) => {
                    messages.push(OutboxRow { id, topic, payload: json(what, row, "payload")? });
                }
                // Written by a newer version; a newer relay will take it.
                None => tracing::error!(id, topic = name, "outbox: unknown topic, left there"),
            }
        }
        messages.sort_unstable_by_key(|message| message.id);
        Ok(messages)
    }

    /// Removes messages that the broker has confirmed.
    ///
    /// # Errors
    /// [`StoreError`]; they will be published again.
    pub async fn outbox_done(&self, ids: &[i64]) -> Result<(), StoreError> {
        self.rows_again("outbox_done", "SELECT cutline.outbox_done($1)", &[&ids]).await.map(drop)
    }

    /// Gives back messages that could not be published, so that the next look finds them.
    ///
    /// # Errors
    /// [`StoreError`]; they come back by themselves after ten seconds.
    pub async fn outbox_release(&self, ids: &[i64]) -> Result<(), StoreError> {
        let sql = "SELECT cutline.outbox_release($1)";
        self.rows_again("outbox_release", sql, &[&ids]).await.map(drop)
    }
}
