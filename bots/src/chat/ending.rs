//! Posting how a job ended, once. The posting is held in the database while it is under way and
//! kept by the holder; what a platform cannot do twice unnoticed is guarded by its nonce, or done
//! in place. Killed anywhere in between, another process finds the job and goes on.

mod showing;

use std::{convert::Infallible, future::Future, time::Duration};

use cutline_core::{
    card::{Card, CardKind},
    event::EventMessage,
    failpoint,
    store::{Draw, Drawn, PostClaim},
};

use super::{
    ChatError, MessageId, Place, Sheet,
    board::{Board, Next, PATIENCE_MAX, PLATFORM_AWAY},
};
use crate::words;

/// How long a posting is ours without a sign of life. Discord remembers a nonce for some minutes;
/// whoever takes over does so well within.
const HELD: Duration = Duration::from_secs(15);
/// How often a sign of life is given.
const ALIVE: Duration = Duration::from_secs(5);
/// Another is posting: look again then.
const HELD_ELSEWHERE: Duration = Duration::from_secs(5);
/// A job that ended so long ago is not fought for any more: the platform never took its end.
const FOUGHT_FOR: Duration = Duration::from_secs(24 * 3600);

/// How one try ended.
enum Tried {
    /// It is shown.
    Shown,
    /// Try again after this time.
    Later(Duration),
    /// It cannot be shown there.
    Nowhere,
}

impl Board {
    /// Posts the end of a job.
    pub(super) async fn end(&self, about: &EventMessage, place: &Place, card: &Card) -> Next {
        let (job, platform) = (about.job, self.chat.platform());
        match self.front.store.post_take(job, platform, self.holder, HELD).await {
            Ok(PostClaim::Yes) => {}
            Ok(PostClaim::Posted) => return self.finish(about, card).await,
            Ok(PostClaim::Held) => return Next::Again(HELD_ELSEWHERE),
            Err(error) => {
                tracing::debug!(%job, %error, "whether to post an end is not known");
                return Next::Again(PLATFORM_AWAY);
            }
        }
        let tried = self.alive(about, self.try_to_end(about, place, card)).await;
        let wait = match tried {
            Tried::Shown | Tried::Nowhere => {
                return match self.front.store.post_done(job, platform).await {
                    Ok(()) => {
                        failpoint!("chat.after_record");
                        self.finish(about, card).await
                    }
                    Err(error) => {
                        tracing::warn!(%job, %error, "an end is posted and not yet written down");
                        Next::Again(HELD_ELSEWHERE)
                    }
                };
            }
            Tried::Later(wait) => wait.min(PATIENCE_MAX),
        };
        if let Err(error) = self.front.store.post_release(job, platform, self.holder).await {
            tracing::debug!(%job, %error, "the posting of an end frees itself soon");
        }
        Next::Again(wait)
    }

    /// Everything after the end is written down as posted; each of it once, by whoever comes here
    /// first.
    async fn finish(&self, about: &EventMessage, card: &Card) -> Next {
        let (job, platform) = (about.job, self.chat.platform());
        self.sheets.forget(job);
        let stands = match self.front.store.card_place(job, platform).await {
            Ok(Some(stands)) if !stands.gone => stands,
            Ok(_) => return Next::Over,
            Err(_) => return Next::Again(PLATFORM_AWAY),
        };
        let place = Place(stands.place);
        let Some(status) = stands.message.map(MessageId) else { return Next::Over };
        if !self.chat.delivers_in_place() {
            return self.last_look(about, &place, card).await;
        }
        if card.kind == CardKind::Cancelled {
            // Who called it off need not be told.
            return Next::Over;
        }
        match self.front.store.card_ping(job, platform).await {
            Ok(true) => {
                let said = self.chat.notice(&place, Some(&status), &words::ended(card)).await;
                if let Err(error) = said {
                    tracing::info!(%job, %error, "nobody was told that a job ended; the card is there");
                }
            }
            Ok(false) => {}
            Err(error) => tracing::debug!(%job, %error, "whether to tell is not known: nobody is"),
        }
        Next::Over
    }

    /// Where the end is a message of its own, the status card is drawn a last time.
    async fn last_look(&self, about: &EventMessage, place: &Place, card: &Card) -> Next {
        let job = about.job;
        match self.ask(job, place, card, true).await {
            Ok(Draw::Edit { place, message }) => {
                let (place, message) = (Place(place), MessageId(message));
                match self.chat.edit(&place, &message, card, &Sheet::None).await {
                    Ok(()) => {
                        self.drawn(job, card, Drawn::Shown).await;
                        Next::Over
                    }
                    Err(error) => match self.failed(job, card, error).await {
                        Next::Again(wait) if self.is_young(about) => Next::Again(wait),
                        _ => Next::Over,
                    },
                }
            }
            Ok(Draw::Soon(wait) | Draw::Held(wait)) => Next::Again(wait),
            // The status message was deleted: the end stands by itself.
            Ok(Draw::Post(_)) => {
                self.drawn(job, card, Drawn::Gone).await;
                Next::Over
            }
            Ok(_) => Next::Over,
            Err(_) => Next::Again(PLATFORM_AWAY),
        }
    }

    async fn try_to_end(&self, about: &EventMessage, place: &Place, card: &Card) -> Tried {
        let job = about.job;
        // In place, nobody may draw meanwhile; elsewhere, where the card stands is all we need.
        let (place, status) = if self.chat.delivers_in_place() {
            match self.ask(job, place, card, true).await {
                Ok(Draw::Same { .. }) => return Tried::Shown,
                Ok(Draw::Edit { place, message }) => (Place(place), Some(MessageId(message))),
                Ok(Draw::Post(place)) => (Place(place), None),
                Ok(Draw::Soon(wait) | Draw::Held(wait)) => return Tried::Later(wait),
                Ok(Draw::Gone | Draw::Ended | Draw::Unknown) => return Tried::Nowhere,
                Err(_) => return Tried::Later(PLATFORM_AWAY),
            }
        } else {
            match self.front.store.card_place(job, self.chat.platform()).await {
                Ok(Some(stands)) => (Place(stands.place), stands.message.map(MessageId)),
                Ok(None) => (place.clone(), None),
                Err(_) => return Tried::Later(PLATFORM_AWAY),
            }
        };
        match self.show_end(about, &place, status, card).await {
            Ok(_) => {
                if self.chat.delivers_in_place() {
                    self.drawn(job, card, Drawn::Shown).await;
                }
                Tried::Shown
            }
            Err(error) => self.not_ended(about, card, error).await,
        }
    }

    async fn not_ended(&self, about: &EventMessage, card: &Card, error: ChatError) -> Tried {
        let job = about.job;
        if matches!(error, ChatError::Gone) {
            // Deleted meanwhile: in place, the next try posts another; elsewhere it is not needed.
            self.drawn(job, card, Drawn::Lost).await;
            return Tried::Later(Duration::ZERO);
        }
        tracing::info!(%job, %error, "an end was not posted");
        let is_over = matches!(error, ChatError::Forbidden | ChatError::Expired);
        match self.failed(job, card, error).await {
            Next::Again(wait) if self.is_young(about) => Tried::Later(wait),
            Next::Again(_) => {
                tracing::error!(%job, "an end could not be posted within a day; it is left");
                Tried::Nowhere
            }
            Next::Rest | Next::Over => {
                if is_over {
                    tracing::info!(%job, "nobody can be told there; /history still has it");
                }
                Tried::Nowhere
            }
        }
    }

    fn is_young(&self, about: &EventMessage) -> bool {
        let age = self.front.now() - about.at;
        age.to_std().is_ok_and(|age| age < FOUGHT_FOR) || age < chrono::TimeDelta::zero()
    }

    /// Keeps the posting ours while something is under way, which goes on meanwhile.
    async fn alive<T>(&self, about: &EventMessage, work: impl Future<Output = T>) -> T {
        tokio::select! {
            done = work => done,
            never = self.keep(about) => match never {},
        }
    }

    async fn keep(&self, about: &EventMessage) -> Infallible {
        let platform = self.chat.platform();
        loop {
            tokio::time::sleep(ALIVE).await;
            let kept = self.front.store.post_take(about.job, platform, self.holder, HELD);
            if !matches!(kept.await, Ok(PostClaim::Yes)) {
                tracing::warn!(job = %about.job, "another may be posting this end too");
            }
        }
    }
}
