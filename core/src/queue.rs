//! The message broker: everything that speaks AMQP, and nothing that knows a rule about jobs.
//!
//! PostgreSQL is the truth about a job; a message says "job N waits" or "this happened to job N",
//! and losing every one of them loses no job. Publishing is confirmed and `mandatory`; connections
//! are supervised here ([`link`](self)), for ever. No type of the client library leaves this
//! module.

mod dead;
mod jobs;
mod link;
mod listen;
mod publish;
mod relay;
mod topology;

use std::{sync::Arc, time::Duration};

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

pub use dead::{DeadLetter, Depth, LOOK_MAX, Which};
pub use jobs::{JobDelivery, JobMessage, PRIORITY_RUN_MAX};
pub use listen::{Controls, EventDelivery, Events, Receipt, Subscription};
pub use publish::Outgoing;
pub use relay::{Pace, relay};
pub use topology::{CONTROL, DEAD, DURABLE_PLATFORMS, EVENTS, events_queue, queue_name};

use crate::{
    actor::Platform,
    event::{Control, EventMessage},
    job,
};

/// Progress is superseded by the next progress: an undelivered one is dropped after this long.
const PROGRESS_TTL: Duration = Duration::from_secs(60);
/// Asking whether the broker is there takes no longer.
const READY_MAX: Duration = Duration::from_secs(3);

/// Why the broker did not do it. All of them pass: the caller tries again, or leaves it to the
/// relay.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// Not connected, or no answer in time; the message may have arrived all the same.
    #[error("the broker does not answer")]
    Unavailable,
    /// The broker refuses more messages.
    #[error("the queue is full")]
    Full,
    /// The message reached no queue (`mandatory`).
    #[error("the message came back: {0}")]
    Returned(String),
    /// The broker ended the subscription.
    #[error("the broker ended the subscription")]
    Closed,
    /// Anything else the broker or the connection said.
    #[error("broker: {0}")]
    Broker(String),
    /// `CUTLINE_AMQP_URL` is no AMQP address.
    #[error("the broker's address: {0}")]
    Address(String),
}

impl From<lapin::Error> for QueueError {
    fn from(error: lapin::Error) -> Self {
        Self::Broker(error.to_string())
    }
}

/// Where a message goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// To whichever worker is free; must reach the queue.
    Job(job::Queue),
    /// To a front end, under the event's kind. Must reach a queue where the platform has a durable
    /// one; a terminal chat may have been closed.
    Event {
        /// The front end.
        platform: Platform,
        /// Last word of the routing key.
        kind: String,
    },
    /// To every worker there is, which may be none.
    Control,
}

impl Route {
    /// Exchange, routing key, and whether it must reach a queue.
    fn address(&self) -> (&'static str, String, bool) {
        match self {
            Self::Job(queue) => ("", queue_name(*queue).to_owned(), true),
            Self::Event { platform, kind } => {
                (EVENTS, format!("{platform}.{kind}"), DURABLE_PLATFORMS.contains(platform))
            }
            Self::Control => (CONTROL, String::new(), false),
        }
    }

    fn ttl(&self) -> Option<Duration> {
        match self {
            Self::Event { kind, .. } if kind == "progress" => Some(PROGRESS_TTL),
            _ => None,
        }
    }
}

/// The broker. Clones share the connections; the first use connects.
#[derive(Clone)]
pub struct Queue(Arc<Inner>);

struct Inner {
    /// Apart from consuming: a broker that blocks publishers still hears acknowledgements.
    publishing: link::Link,
    consuming: link::Link,
    publisher: publish::Publisher,
}

impl Queue {
    /// Prepares the connections to `url` (`CUTLINE_AMQP_URL`); `name` is what the broker's
    /// operators see. Nothing is connected yet: a broker that is down now is found when it is back.
    ///
    /// # Errors
    /// [`QueueError::Address`].
    pub fn new(url: &str, name: &str) -> Result<Self, QueueError> {
        let uri: lapin::uri::AMQPUri = url.parse().map_err(QueueError::Address)?;
        Ok(Self(Arc::new(Inner {
            publishing: link::Link::new(uri.clone(), format!("{name} publishing")),
            consuming: link::Link::new(uri, format!("{name} consuming")),
            publisher: publish::Publisher::new(),
        })))
    }

    /// Waits until the broker is there and the topology declared.
    pub async fn declare(&self) {
        drop(self.0.publishing.channel().await);
    }

    /// Whether the broker answers now.
    pub async fn is_ready(&self) -> bool {
        let asked = tokio::time::timeout(READY_MAX, self.0.consuming.plain_channel()).await;
        matches!(asked, Ok(Ok(_)))
    }

    /// Publishes one message and waits for the broker's confirmation.
    ///
    /// # Errors
    /// [`QueueError`]; after [`QueueError::Unavailable`] it may have arrived all the same.
    pub async fn publish(&self, message: &Outgoing) -> Result<(), QueueError> {
        let outcome = self.publish_all(std::slice::from_ref(message)).await.pop();
        outcome.unwrap_or(Err(QueueError::Unavailable))
    }

    /// Publishes a batch with all confirmations in flight at once; one outcome a message, in order.
    pub async fn publish_all(&self, batch: &[Outgoing]) -> Vec<Result<(), QueueError>> {
        self.publish_noting(batch, &|| {}).await
    }

    async fn publish_noting(
        &self,
        batch: &[Outgoing],
        handed: &(dyn Fn() + Sync),
    ) -> Vec<Result<(), QueueError>> {
        self.0.publisher.publish(&self.0.publishing, batch, handed).await
    }

    /// Tells a front end what happened to a job.
    ///
    /// # Errors
    /// [`QueueError`].
    pub async fn publish_event(&self, event: &EventMessage) -> Result<(), QueueError> {
        let kind = event.kind.as_str().to_owned();
        let route = Route::Event { platform: event.platform, kind };
        self.publish(&Outgoing { route, payload: serde_json::json!(event) }).await
    }

    /// Tells every worker. One that does not hear it learns the same by its heartbeat.
    ///
    /// # Errors
    /// [`QueueError`].
    pub async fn publish_control(&self, control: &Control) -> Result<(), QueueError> {
        let payload = serde_json::json!(control);
        self.publish(&Outgoing { route: Route::Control, payload }).await
    }

    /// Waiting jobs until `stop`, at most `slots` of them unacknowledged; priority first, standard
    /// never starved.
    #[must_use]
    pub fn consume_jobs(
        &self,
        slots: usize,
        stop: CancellationToken,
    ) -> mpsc::Receiver<JobDelivery> {
        jobs::consume(self.clone(), slots, stop)
    }

    /// Events about jobs.
    #[must_use]
    pub fn events(&self, subscription: Subscription) -> Events {
        Events::new(self.clone(), subscription)
    }

    /// Orders to workers.
    #[must_use]
    pub fn control(&self) -> Controls {
        Controls::new(self.clone())
    }

    /// Up to `limit` (at most [`LOOK_MAX`]) dead letters, oldest first.
    ///
    /// # Errors
    /// [`QueueError`].
    pub async fn dead_letters(&self, limit: usize) -> Result<Vec<DeadLetter>, QueueError> {
        dead::list(self, limit).await
    }

    /// Puts dead letters that name a job back where they died; returns how many.
    ///
    /// # Errors
    /// [`QueueError`]; those replayed before it stay replayed.
    pub async fn replay_dead(&self, which: Which) -> Result<usize, QueueError> {
        dead::replay(self, which).await
    }

    /// Throws dead letters away; returns how many.
    ///
    /// # Errors
    /// [`QueueError`].
    pub async fn drop_dead(&self, which: Which) -> Result<usize, QueueError> {
        dead::discard(self, which).await
    }

    /// How deep every queue is.
    ///
    /// # Errors
    /// [`QueueError`].
    pub async fn depths(&self) -> Result<Vec<Depth>, QueueError> {
        dead::depths(self).await
    }

    /// Closes the connections: unacknowledged messages go to others at once.
    pub async fn close(&self) {
        self.0.consuming.close().await;
        self.0.publishing.close().await;
    }
}
