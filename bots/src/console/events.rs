//! What happens to jobs, as the broker tells it. Only ever a hint: whoever hears something asks the
//! front desk, and whoever hears nothing for a while asks too. Without a broker cards change less
//! often; they are never wrong.

use cutline_core::{
    actor::Platform,
    event::EventMessage,
    queue::{Queue, Subscription},
};
use tokio::sync::broadcast;

use crate::tasks::Group;

/// Events that a listener may be behind; beyond that it misses some, and asks.
const BEHIND_MAX: usize = 256;

/// Hears events for everything in this process that waits for one.
#[derive(Debug)]
pub struct Hub {
    events: broadcast::Sender<EventMessage>,
    _listening: Group<()>,
}

impl Hub {
    /// Starts to listen, with a queue of this session's own: every session hears everything, and
    /// nothing is kept for a terminal that was closed.
    #[must_use]
    pub fn listen(queue: &Queue) -> Self {
        let (sender, _) = broadcast::channel(BEHIND_MAX);
        let mut events = queue.events(Subscription::Exclusive(Platform::Console));
        let mut listening = Group::default();
        let heard = sender.clone();
        listening.start(async move {
            loop {
                let delivery = events.next().await;
                // Nobody listens between two videos.
                let _ = heard.send(delivery.event.clone());
                delivery.ack().await;
            }
        });
        Self { events: sender, _listening: listening }
    }

    /// Everything from now on.
    #[must_use]
    pub fn subscribe(&self) -> Ear {
        Ear(self.events.subscribe())
    }
}

/// One listener.
#[derive(Debug)]
pub struct Ear(broadcast::Receiver<EventMessage>);

impl Ear {
    /// The next event. Waits for ever where there is no more; cancel-safe.
    pub async fn next(&mut self) -> EventMessage {
        loop {
            match self.0.recv().await {
                Ok(event) => return event,
                Err(broadcast::error::RecvError::Lagged(missed)) => {
                    tracing::debug!(missed, "events missed; the next look at the desk tells");
                }
                Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
            }
        }
    }
}
