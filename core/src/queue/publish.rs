//! Publishing with confirms, many in flight at once, `mandatory`.
//!
//! The library hands a returned message to whichever confirm completes next, not to its own
//! (`returned_messages.rs` in lapin 4.12): with several in flight an unroutable message could pass
//! as delivered. So a batch has a channel to itself, every message carries its number, and nothing
//! of a batch is believed before all of its confirms are in: by then every return has surfaced.

use std::{collections::HashMap, sync::Mutex, time::Duration};

use futures::future::join_all;
use lapin::{
    BasicProperties, Channel, Confirmation,
    options::{BasicPublishOptions, ConfirmSelectOptions},
};
use serde_json::Value;
use tokio::{sync::Semaphore, time::timeout};

use super::{QueueError, Route, link::Link};

/// A batch that is not confirmed by then has failed; it may still have arrived.
const CONFIRM_MAX: Duration = Duration::from_secs(10);
/// Batches in flight at once, each on a channel of its own.
const CHANNELS_MAX: usize = 8;
const PERSISTENT: u8 = 2;

/// A message to publish.
#[derive(Clone, Debug, PartialEq)]
pub struct Outgoing {
    /// Where to.
    pub route: Route,
    /// JSON.
    pub payload: Value,
}

/// Idle confirming channels; a channel that saw an error is not put back.
pub(super) struct Publisher {
    idle: Mutex<Vec<Channel>>,
    permits: Semaphore,
}

impl Publisher {
    pub(super) fn new() -> Self {
        Self { idle: Mutex::default(), permits: Semaphore::new(CHANNELS_MAX) }
    }

    /// Publishes a batch; one outcome a message, in order. `handed` is called between handing the
    /// messages over and their confirmation.
    pub(super) async fn publish(
        &self,
        link: &Link,
        batch: &[Outgoing],
        handed: &(dyn Fn() + Sync),
    ) -> Vec<Result<(), QueueError>> {
        let all = |error: fn() -> QueueError| batch.iter().map(|_| Err(error())).collect();
        let attempt = async {
            let permit = self.permits.acquire().await;
            let channel = self.channel(link).await?;
            let outcomes = send(&channel, batch, handed).await;
            drop(permit);
            Ok::<_, QueueError>((channel, outcomes))
        };
        match timeout(CONFIRM_MAX, attempt).await {
            Ok(Ok((channel, outcomes))) => {
                // A return means that a queue is gone: a new channel declares it again.
                if outcomes.iter().all(Result::is_ok) {
                    self.lock().push(channel);
                }
                outcomes
            }
            Ok(Err(error)) => {
                tracing::warn!(%error, "publishing failed");
                all(|| QueueError::Unavailable)
            }
            Err(_) => {
                self.lock().clear();
                link.suspect().await;
                all(|| QueueError::Unavailable)
            }
        }
    }

    async fn channel(&self, link: &Link) -> Result<Channel, QueueError> {
        while let Some(channel) = self.take() {
            if channel.status().connected() {
                return Ok(channel);
            }
        }
        let channel = link.channel().await;
        channel.confirm_select(ConfirmSelectOptions::default()).await?;
        Ok(channel)
    }

    fn take(&self) -> Option<Channel> {
        self.lock().pop()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Channel>> {
        self.idle.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Sends everything, then waits for everything.
async fn send(
    channel: &Channel,
    batch: &[Outgoing],
    handed: &(dyn Fn() + Sync),
) -> Vec<Result<(), QueueError>> {
    let mut confirms = Vec::with_capacity(batch.len());
    for (number, message) in batch.iter().enumerate() {
        confirms.push(hand_over(channel, number, message).await);
    }
    handed();
    let mut returned = HashMap::new();
    let confirmed = join_all(confirms.into_iter().map(async |handed| match handed {
        Ok(confirm) => confirm.await,
        Err(error) => Err(error),
    }))
    .await;
    let mut outcomes: Vec<Result<(), QueueError>> = Vec::with_capacity(batch.len());
    for confirmation in confirmed {
        outcomes.push(match confirmation {
            Ok(Confirmation::Ack(message)) => {
                note(&mut returned, message);
                Ok(())
            }
            Ok(Confirmation::Nack(message)) => {
                note(&mut returned, message);
                Err(QueueError::Full)
            }
            Ok(Confirmation::NotRequested) => Err(QueueError::Unavailable),
            Err(error) => Err(error.into()),
        });
    }
    for (number, why) in returned {
        if let Some(outcome) = outcomes.get_mut(number) {
            *outcome = Err(QueueError::Returned(why));
        }
    }
    metrics::counter!("cutline_published_total").increment(batch.len() as u64);
    outcomes
}

async fn hand_over(
    channel: &Channel,
    number: usize,
    message: &Outgoing,
) -> lapin::Result<lapin::PublisherConfirm> {
    let (exchange, key, mandatory) = message.route.address();
    let mut properties = BasicProperties::default()
        .with_content_type("application/json".into())
        .with_delivery_mode(PERSISTENT)
        .with_message_id(number.to_string().into());
    if let Some(ttl) = message.route.ttl() {
        properties = properties.with_expiration(ttl.as_millis().to_string().into());
    }
    let options = BasicPublishOptions { mandatory, immediate: false };
    let payload = message.payload.to_string();
    channel
        .basic_publish(
            exchange.into(),
            key.as_str().into(),
            options,
            payload.as_bytes(),
            properties,
        )
        .await
}

/// Remembers which message of the batch came back, and why.
fn note(
    returned: &mut HashMap<usize, String>,
    message: Option<lapin::message::BasicReturnMessage>,
) {
    let Some(message) = message else { return };
    let number = message.properties.message_id().as_ref().and_then(|id| id.as_str().parse().ok());
    if let Some(number) = number {
        returned.insert(number, format!("{} ({})", message.reply_text, message.routing_key));
    }
}
