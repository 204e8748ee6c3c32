//! Following a job to its end: events make the card lively, the front desk is asked now and then in
//! case none come. The truth is always the desk's; an event only says "look" or how far it is.

use std::time::Duration;

use cutline_core::{
    actor::Actor,
    card::{Card, CardKind, CardProgress},
    desk::Desk,
    error::UserError,
    event::{EventKind, EventMessage},
    job::JobRef,
};
use tokio::time::{Instant, MissedTickBehavior};

use super::{events::Ear, screen::Screen};

/// A waiting job's place changes without an event.
const ASK_WAITING: Duration = Duration::from_secs(4);
/// Silence after which the desk is asked: events come every second or so while a job runs.
const ASK_RUNNING: Duration = Duration::from_secs(10);
/// The clock on the card ticks this often.
const TICK: Duration = Duration::from_secs(1);
/// Pause after the desk would not answer; with it, a person who asks a lot keeps most of a limit.
const ASK_REFUSED: Duration = Duration::from_secs(15);

/// A job as it was last heard of.
#[derive(Debug)]
pub struct Following<'a> {
    desk: &'a Desk,
    actor: &'a Actor,
    reference: JobRef,
    card: Card,
    /// When the card's figures were true.
    heard: Instant,
    ask_at: Instant,
}

/// Whether anything more will happen to the job on this card.
#[must_use]
pub fn is_under_way(card: &Card) -> bool {
    matches!(card.kind, CardKind::Queued | CardKind::Running | CardKind::Delivering)
}

impl<'a> Following<'a> {
    /// Follows the job on this card; `None` where it is about no job that is under way.
    #[must_use]
    pub fn new(desk: &'a Desk, actor: &'a Actor, card: Card) -> Option<Self> {
        let reference = card.reference.clone().filter(|_| is_under_way(&card))?;
        let heard = Instant::now();
        let mut following = Self { desk, actor, reference, card, heard, ask_at: heard };
        following.plan_to_ask();
        Some(following)
    }

    /// Which job.
    #[must_use]
    pub fn reference(&self) -> &JobRef {
        &self.reference
    }

    /// The job as it was last heard of.
    #[must_use]
    pub fn card(&self) -> &Card {
        &self.card
    }

    /// Something was done to the job: the desk is asked at once.
    pub fn look_now(&mut self) {
        self.ask_at = Instant::now();
    }

    /// Shows every change until the job has ended; its last card. Dropping the future leaves the
    /// job alone.
    pub async fn to_its_end(&mut self, ear: &mut Ear, screen: &mut Screen) -> Card {
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                event = ear.next() => self.hear(event).await,
                _ = tick.tick() => {}
                () = tokio::time::sleep_until(self.ask_at) => self.ask().await,
            }
            if !is_under_way(&self.card) {
                return self.card.clone();
            }
            screen.live(&self.now());
        }
    }

    /// The same without showing anything.
    pub async fn in_silence(&mut self, ear: &mut Ear) -> Card {
        loop {
            tokio::select! {
                event = ear.next() => self.hear(event).await,
                () = tokio::time::sleep_until(self.ask_at) => self.ask().await,
            }
            if !is_under_way(&self.card) {
                return self.card.clone();
            }
        }
    }

    async fn hear(&mut self, event: EventMessage) {
        if event.reference != self.reference {
            return;
        }
        match event.kind {
            EventKind::Progress { stage, overall, eta_ms, .. } => {
                self.card.kind = match self.card.kind {
                    CardKind::Delivering => CardKind::Delivering,
                    _ => CardKind::Running,
                };
                self.card.progress =
                    Some(CardProgress { stage: Some(stage), overall, eta_ms, place: None });
                self.heard = Instant::now();
                self.plan_to_ask();
            }
            _ => self.ask().await,
        }
    }

    async fn ask(&mut self) {
        // Should this be dropped half-way, the next round asks again.
        self.look_now();
        match self.desk.status(self.actor, Some(&self.reference)).await {
            Ok(card) => {
                self.card = card;
                self.heard = Instant::now();
                self.plan_to_ask();
            }
            Err(error) => {
                tracing::debug!(%error, job = %self.reference, "the desk does not say; asking later");
                self.ask_at = Instant::now() + ASK_REFUSED;
            }
        }
    }

    fn plan_to_ask(&mut self) {
        let waiting = self.card.kind == CardKind::Queued;
        self.ask_at = Instant::now() + if waiting { ASK_WAITING } else { ASK_RUNNING };
    }

    /// The card with the time left counted down since it was heard.
    fn now(&self) -> Card {
        let mut card = self.card.clone();
        let since_ms = u64::try_from(self.heard.elapsed().as_millis()).unwrap_or(u64::MAX);
        if let Some(eta_ms) = card.progress.as_mut().and_then(|progress| progress.eta_ms.as_mut()) {
            *eta_ms = eta_ms.saturating_sub(since_ms);
        }
        card
    }
}

/// Asks how a job ended, however long ago.
///
/// # Errors
/// The desk's.
pub async fn latest(desk: &Desk, actor: &Actor) -> Result<Option<Card>, UserError> {
    let card = desk.status(actor, None).await?;
    Ok(Some(card).filter(|card| card.reference.is_some()))
}
