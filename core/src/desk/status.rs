//! Looking at jobs: one, the latest, all; and the card that an event changes.

use std::time::Duration;

use super::{Desk, broken, cards, refusals};
use crate::{
    actor::Actor,
    card::{Card, CardKind},
    error::UserError,
    event::EventMessage,
    job::{JobRef, JobState},
    store::{JobView, PostClaim, Standing, StoreError},
    words::{Tongue, say},
};

/// Jobs on a page of history.
const PAGE: u32 = 10;
/// How long a front end may take to post a job's end before another may.
const POSTING: Duration = Duration::from_secs(120);

impl Desk {
    /// How a job is; without a reference, the latest one. Who has none gets a card that says so,
    /// without a reference.
    ///
    /// # Errors
    /// `NOT_FOUND`, `RATE_LIMITED`.
    pub async fn status(
        &self,
        actor: &Actor,
        reference: Option<&JobRef>,
    ) -> Result<Card, UserError> {
        let standing = self.look(actor).await?;
        let tongue = standing.tongue;
        let job = match reference {
            Some(reference) => Some(self.job_of(&standing, reference).await?),
            None => {
                let jobs = self.store.jobs(standing.account, 0, 1).await;
                jobs.map_err(|e| broken(tongue, &e))?.into_iter().next()
            }
        };
        match job {
            Some(job) => self.card(&standing, &job).await,
            None => Ok(Card::new(CardKind::History, say!(tongue, "no-videos"))
                .line(say!(tongue, "no-videos-yet"))),
        }
    }

    /// Earlier jobs, newest first; pages count from 0.
    ///
    /// # Errors
    /// `RATE_LIMITED`.
    pub async fn history(&self, actor: &Actor, page: u32) -> Result<Card, UserError> {
        let standing = self.look(actor).await?;
        let skip = page.saturating_mul(PAGE);
        let jobs = self.store.jobs(standing.account, skip, PAGE + 1).await;
        let mut jobs = jobs.map_err(|e| broken(standing.tongue, &e))?;
        let more = jobs.len() > PAGE as usize;
        jobs.truncate(PAGE as usize);
        Ok(cards::history(&jobs, page, more, self.now(), standing.tongue))
    }

    /// The card that an event's job has now, whatever the event said: an old event delivered late
    /// shows no old state.
    ///
    /// # Errors
    /// `NOT_FOUND`; `UNAVAILABLE` (deliver the event again).
    pub async fn card_for_event(&self, event: &EventMessage) -> Result<Card, UserError> {
        let now = self.now();
        // Nobody speaks here: what cannot be shown is for the adapter and the log.
        let broken = |e: &StoreError| broken(Tongue::default(), e);
        let unknown = || refusals::no_such_job(Tongue::default(), &event.reference);
        let standing = self.store.standing(event.account, now).await.map_err(|e| broken(&e))?;
        let standing = standing.ok_or_else(unknown)?;
        let job = self.store.job(event.account, event.job).await.map_err(|e| broken(&e))?;
        self.card(&standing, &job.ok_or_else(unknown)?).await
    }

    /// Takes the posting of a job's end, so that an event delivered twice is posted once. Call
    /// [`Self::post_done`] when it is posted.
    ///
    /// # Errors
    /// `UNAVAILABLE` (deliver the event again).
    pub async fn post_begin(&self, event: &EventMessage) -> Result<PostClaim, UserError> {
        let claim = self.store.post_begin(event.job, event.platform, POSTING).await;
        claim.map_err(|e| broken(Tongue::default(), &e))
    }

    /// Records that a job's end is posted.
    ///
    /// # Errors
    /// `UNAVAILABLE`.
    pub async fn post_done(&self, event: &EventMessage) -> Result<(), UserError> {
        let done = self.store.post_done(event.job, event.platform).await;
        done.map_err(|e| broken(Tongue::default(), &e))
    }

    /// A job's card, with its place in the queue where it waits.
    pub(super) async fn card(&self, standing: &Standing, job: &JobView) -> Result<Card, UserError> {
        let outlook = match job.state {
            JobState::Queued => {
                let outlook = self.store.outlook(job.job).await;
                Some(outlook.map_err(|e| broken(standing.tongue, &e))?)
            }
            _ => None,
        };
        Ok(cards::job(job, standing, outlook, &self.config, self.now()))
    }
}
