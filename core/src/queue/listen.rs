//! Listening to events and to the control channel. A listener's queue and consumer are rebuilt with
//! the connection, for ever.

use std::collections::VecDeque;

use futures::StreamExt;
use lapin::{
    Acker, Channel, Consumer,
    options::{BasicAckOptions, BasicConsumeOptions, BasicQosOptions},
    types::FieldTable,
};
use serde::de::DeserializeOwned;

use super::{
    Queue, QueueError,
    jobs::answered,
    topology::{self, CONTROL, EVENTS, events_queue},
};
use crate::{
    actor::Platform,
    event::{Control, EventMessage},
};

/// Unacknowledged events a front end may hold.
const PREFETCH: u16 = 64;

/// Which events to hear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subscription {
    /// Everything for this platform since its durable queue exists, shared by all who listen so:
    /// each event goes to one of them, and is kept while none is there.
    Durable(Platform),
    /// Everything for this platform from now on, for this listener alone; what happens while it is
    /// not connected is lost to it ([`Events::rebuilt`] counts the gaps).
    Exclusive(Platform),
}

/// Events about jobs.
pub struct Events(Listener);

/// An event, to be acknowledged once the person has been told.
#[derive(Debug)]
pub struct EventDelivery {
    /// What happened.
    pub event: EventMessage,
    /// The broker has handed it out before: it may have been posted already.
    pub redelivered: bool,
    acker: Acker,
}

impl EventDelivery {
    /// The person has been told.
    pub async fn ack(self) {
        self.split().1.ack().await;
    }

    /// The event, and what acknowledges it.
    #[must_use]
    pub fn split(self) -> (EventMessage, Receipt) {
        (self.event, Receipt(self.acker))
    }
}

/// Acknowledges an event. Dropped, it leaves the event unacknowledged: the broker hands it out
/// again once this connection has ended, and counts it as in hand until then.
#[derive(Debug)]
pub struct Receipt(Acker);

impl Receipt {
    /// The person has been told.
    pub async fn ack(self) {
        let _ = answered(self.0.ack(BasicAckOptions::default())).await;
    }
}

impl Events {
    pub(super) fn new(queue: Queue, subscription: Subscription) -> Self {
        Self(Listener::new(queue, Source::Events(subscription)))
    }

    /// The next event, whenever it comes. Cancel-safe.
    pub async fn next(&mut self) -> EventDelivery {
        let (event, redelivered, acker) = self.0.next().await;
        EventDelivery { event, redelivered, acker }
    }

    /// How often the subscription was begun again; an exclusive one may have missed events then.
    #[must_use]
    pub fn rebuilt(&self) -> u64 {
        self.0.built.saturating_sub(1)
    }
}

/// Orders to workers.
pub struct Controls(Listener);

impl Controls {
    pub(super) fn new(queue: Queue) -> Self {
        Self(Listener::new(queue, Source::Control))
    }

    /// The next order, whenever it comes. Cancel-safe.
    pub async fn next(&mut self) -> Control {
        let (control, _, acker) = self.0.next().await;
        let _ = answered(acker.ack(BasicAckOptions::default())).await;
        control
    }
}

#[derive(Clone, Copy, Debug)]
enum Source {
    Events(Subscription),
    Control,
}

struct Listener {
    queue: Queue,
    source: Source,
    open: Option<Open>,
    built: u64,
    /// Acknowledged after the future that found them unreadable might be dropped.
    unreadable: VecDeque<Acker>,
}

struct Open {
    consumer: Consumer,
    _channel: Channel,
}

impl Listener {
    fn new(queue: Queue, source: Source) -> Self {
        Self { queue, source, open: None, built: 0, unreadable: VecDeque::new() }
    }

    async fn next<T: DeserializeOwned>(&mut self) -> (T, bool, Acker) {
        loop {
            while let Some(acker) = self.unreadable.front().cloned() {
                let _ = answered(acker.ack(BasicAckOptions::default())).await;
                self.unreadable.pop_front();
            }
            let Some(open) = self.open.as_mut() else {
                match self.build().await {
                    Ok(open) => {
                        self.open = Some(open);
                        self.built += 1;
                    }
                    Err(error) => {
                        tracing::warn!(%error, source = ?self.source, "listening failed");
                        if matches!(error, QueueError::Unavailable) {
                            self.queue.0.consuming.suspect().await;
                        }
                    }
                }
                continue;
            };
            match open.consumer.next().await {
                Some(Ok(delivery)) => match serde_json::from_slice(&delivery.data) {
                    Ok(message) => return (message, delivery.redelivered, delivery.acker),
                    Err(error) => {
                        tracing::error!(%error, source = ?self.source, "not understood; dropped");
                        self.unreadable.push_back(delivery.acker);
                    }
                },
                Some(Err(error)) => {
                    tracing::warn!(%error, source = ?self.source, "listening again");
                    self.open = None;
                }
                None => self.open = None,
            }
        }
    }

    async fn build(&self) -> Result<Open, QueueError> {
        let channel = self.queue.0.consuming.channel().await;
        answered(channel.basic_qos(PREFETCH, BasicQosOptions::default())).await?;
        let name = match self.source {
            Source::Events(Subscription::Durable(platform)) => events_queue(platform),
            Source::Events(Subscription::Exclusive(platform)) => {
                let key = format!("{platform}.*");
                answered(topology::declare_exclusive(&channel, EVENTS, &key)).await?
            }
            Source::Control => answered(topology::declare_exclusive(&channel, CONTROL, "")).await?,
        };
        let options = BasicConsumeOptions::default();
        let consume =
            channel.basic_consume(name.as_str().into(), "".into(), options, FieldTable::default());
        let consumer = answered(consume).await?;
        Ok(Open { consumer, _channel: channel })
    }
}
