//! A job's card on a platform: posted once, drawn by one replica at a time and no oftener than the
//! platform bears, given up where it may not stand. The database says whose turn it is; what the
//! platform answers is written back there.

use std::{sync::Arc, time::Duration};

use cutline_core::{
    card::Card,
    event::EventMessage,
    failpoint,
    job::{JobId, Origin},
    store::{Draw, Drawing, Drawn, StoreError},
};
use sha2::{Digest, Sha256};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

use super::{Chat, ChatError, MessageId, Place, sheet::Sheets, show::is_under_way};
use crate::front::Front;

/// How long a drawing may take before another replica may draw. Adapters give up earlier.
pub(super) const DRAWING: Duration = Duration::from_secs(20);
/// Pause where the desk or the database does not answer.
const DESK_AWAY: Duration = Duration::from_secs(3);
/// Pause after a platform did not answer.
pub(super) const PLATFORM_AWAY: Duration = Duration::from_secs(5);
/// Longest pause a platform can talk us into; it is asked again then.
pub(super) const PATIENCE_MAX: Duration = Duration::from_secs(15 * 60);
/// Videos that are uploaded at once: each is in memory.
const UPLOADS_MAX: usize = 4;

/// Keeps cards on one platform. Cheap to clone.
#[derive(Clone)]
pub struct Board {
    pub(super) front: Front,
    pub(super) chat: Arc<dyn Chat>,
    /// This process, among replicas.
    pub(super) holder: Uuid,
    uploads: Arc<Semaphore>,
    pub(super) sheets: Arc<Sheets>,
}

/// What is to be done about a job next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Nothing until something happens.
    Rest,
    /// Look again after this time.
    Again(Duration),
    /// Nothing ever again: its end has been posted, or cannot be.
    Over,
}

/// Where the card of a fresh job stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Stood {
    /// It was posted just now.
    Posted(MessageId),
    /// It stood already: the request came a second time.
    Already,
    /// Not yet; the follower sees to it.
    Later,
    /// It cannot stand there.
    Nowhere,
}

impl Board {
    /// Cards on this platform.
    #[must_use]
    pub fn new(front: Front, chat: Arc<dyn Chat>) -> Self {
        let uploads = Arc::new(Semaphore::new(UPLOADS_MAX));
        Self { front, chat, holder: Uuid::now_v7(), uploads, sheets: Arc::default() }
    }

    /// What cards stand on.
    #[must_use]
    pub fn front(&self) -> &Front {
        &self.front
    }

    /// The platform's way to show things.
    #[must_use]
    pub fn chat(&self) -> &Arc<dyn Chat> {
        &self.chat
    }

    /// A turn at holding a video in memory while it is uploaded. Given back when dropped; `None`
    /// once the process ends.
    pub async fn upload_turn(&self) -> Option<OwnedSemaphorePermit> {
        self.uploads.clone().acquire_owned().await.ok()
    }

    /// The place as a job's origin.
    #[must_use]
    pub fn origin(&self, place: &Place) -> Origin {
        Origin { platform: self.chat.platform(), place: place.0.clone() }
    }

    /// Posts the card of a job that was just accepted and remembers where it stands. A request that
    /// came twice gets no second card. Whatever goes wrong is made good by the follower.
    pub async fn stand(&self, place: &Place, card: &Card) -> Stood {
        let Some(job) = card.job else { return Stood::Nowhere };
        failpoint!("chat.before_post");
        let drawn = self.ask(job, place, card, !is_under_way(card)).await;
        match drawn {
            Ok(Draw::Post(place)) => self.post(job, &Place(place), card).await,
            Ok(Draw::Edit { .. }) => {
                // We hold the right to draw it and need not: give it back.
                self.drawn(job, card, Drawn::Later(Duration::ZERO)).await;
                Stood::Already
            }
            Ok(Draw::Same { .. } | Draw::Soon(_) | Draw::Held(_) | Draw::Ended) => Stood::Already,
            Ok(Draw::Gone | Draw::Unknown) => Stood::Nowhere,
            Err(error) => {
                tracing::warn!(%job, %error, "where the card stands cannot be written down yet");
                Stood::Later
            }
        }
    }

    /// Remembers that a job's card stands as this message, which the adapter has posted itself.
    pub async fn stands(&self, job: JobId, place: &Place, message: &MessageId, card: &Card) {
        let platform = self.chat.platform();
        let shown = hash(card);
        let kept =
            self.front.store.card_stands(job, platform, &place.0, Some(&message.0), Some(&shown));
        if let Err(error) = kept.await {
            // Its next drawing posts another: one card too many is better than none.
            tracing::error!(%job, %error, "where a card stands could not be written down");
        }
    }

    /// Brings a job's card up to date, or posts its end.
    pub async fn look(&self, about: &EventMessage) -> Next {
        let card = match self.front.desk.card_for_event(about).await {
            Ok(card) => card,
            Err(error) if error.code == "NOT_FOUND" => {
                self.sheets.forget(about.job);
                return Next::Over;
            }
            Err(error) => {
                tracing::debug!(job = %about.job, %error, "the desk does not say; asking later");
                return Next::Again(DESK_AWAY);
            }
        };
        let place = Place(about.origin.place.clone());
        if is_under_way(&card) {
            self.refresh(about.job, &place, &card).await
        } else {
            self.end(about, &place, &card).await
        }
    }

    /// Shows at once what a person just did to a job, if its card may be drawn now; otherwise
    /// (false) the follower does a little later. An end is shown when its event comes.
    pub async fn redraw(&self, place: &Place, card: &Card) -> bool {
        match card.job.filter(|_| is_under_way(card)) {
            Some(job) => self.refresh(job, place, card).await == Next::Rest,
            None => false,
        }
    }

    async fn refresh(&self, job: JobId, place: &Place, card: &Card) -> Next {
        let (place, message) = match self.ask(job, place, card, false).await {
            Ok(Draw::Edit { place, message }) => (Place(place), MessageId(message)),
            Ok(Draw::Post(place)) => {
                return match self.post(job, &Place(place), card).await {
                    Stood::Nowhere => Next::Rest,
                    Stood::Later => Next::Again(PLATFORM_AWAY),
                    Stood::Posted(_) | Stood::Already => Next::Rest,
                };
            }
            Ok(Draw::Soon(wait) | Draw::Held(wait)) => return Next::Again(wait),
            // The job ended between the desk's answer and now.
            Ok(Draw::Ended) => return Next::Again(Duration::ZERO),
            Ok(Draw::Same { .. }) => return Next::Rest,
            Ok(Draw::Gone) => {
                self.sheets.forget(job);
                return Next::Rest;
            }
            Ok(Draw::Unknown) => return Next::Over,
            Err(error) => {
                tracing::debug!(%job, %error, "whose turn it is to draw is not known");
                return Next::Again(DESK_AWAY);
            }
        };
        match self.draw(job, &place, &message, card).await {
            Ok(()) => {
                self.drawn(job, card, Drawn::Shown).await;
                Next::Rest
            }
            Err(error) => self.failed(job, card, error).await,
        }
    }

    /// Posts a status card; the right to draw it is ours.
    pub(super) async fn post(&self, job: JobId, place: &Place, card: &Card) -> Stood {
        match self.chat.post(place, card).await {
            Ok(message) => {
                failpoint!("chat.after_post");
                self.stands(job, place, &message, card).await;
                Stood::Posted(message)
            }
            Err(error) => {
                tracing::info!(%job, %error, "a card was not posted");
                match self.failed(job, card, error).await {
                    Next::Again(_) => Stood::Later,
                    Next::Rest | Next::Over => Stood::Nowhere,
                }
            }
        }
    }

    /// Writes down why a card could not be drawn, and says when to try again.
    pub(super) async fn failed(&self, job: JobId, card: &Card, error: ChatError) -> Next {
        let (drawn, next) = match error {
            ChatError::RetryAfter(wait) => {
                let wait = wait.min(PATIENCE_MAX);
                (Drawn::Later(wait), Next::Again(wait))
            }
            // Nothing for the database to remember: the next drawing may be the job's end.
            ChatError::Busy(wait) => (Drawn::Later(Duration::ZERO), Next::Again(wait)),
            ChatError::Temporary(_) => (Drawn::Later(PLATFORM_AWAY), Next::Again(PLATFORM_AWAY)),
            // Somebody deleted it. They know what they do: the next card is the job's end.
            ChatError::Gone => (Drawn::Lost, Next::Rest),
            ChatError::Forbidden | ChatError::Expired => (Drawn::Gone, Next::Rest),
            ChatError::Moved(place) => {
                let platform = self.chat.platform();
                let kept = self.front.store.card_stands(job, platform, &place.0, None, None).await;
                if let Err(error) = kept {
                    tracing::warn!(%job, %error, "where a conversation moved was not written down");
                }
                return Next::Again(Duration::ZERO);
            }
            ChatError::TooLarge | ChatError::NotInPlace(_) | ChatError::Refused(_) => {
                tracing::error!(%job, %error, "a card cannot be drawn: a defect of ours");
                (Drawn::Gone, Next::Rest)
            }
        };
        if matches!(drawn, Drawn::Lost | Drawn::Gone) {
            self.sheets.forget(job);
        }
        self.drawn(job, card, drawn).await;
        next
    }

    pub(super) async fn ask(
        &self,
        job: JobId,
        place: &Place,
        card: &Card,
        last: bool,
    ) -> Result<Draw, StoreError> {
        let wish = Drawing {
            job,
            platform: self.chat.platform(),
            place: &place.0,
            sha256: &hash(card),
            interval: self.chat.edit_interval(),
            lease: DRAWING,
            last,
        };
        self.front.store.card_draw(wish).await
    }

    pub(super) async fn drawn(&self, job: JobId, card: &Card, drawn: Drawn) {
        let platform = self.chat.platform();
        if let Err(error) = self.front.store.card_drawn(job, platform, &hash(card), drawn).await {
            // The right to draw ends by itself.
            tracing::debug!(%job, %error, "what was drawn could not be written down");
        }
    }
}

/// What a card shows, for telling whether drawing it again would change anything.
pub(super) fn hash(card: &Card) -> [u8; 32] {
    // A card has no map and no number that JSON lacks: it always serialises.
    Sha256::digest(serde_json::to_vec(card).unwrap_or_default()).into()
}
