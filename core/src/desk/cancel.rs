//! Calling a job off.

use super::{Desk, broken, refusals};
use crate::{
    actor::Actor, card::Card, error::UserError, job::JobRef, store::CancelOutcome, words::say,
};

impl Desk {
    /// Calls the actor's job off: at once where it waits, within its stage where it runs. A job
    /// that is over stays as it is, and its card says how it ended.
    ///
    /// # Errors
    /// `NOT_FOUND`.
    pub async fn cancel(&self, actor: &Actor, reference: &JobRef) -> Result<Card, UserError> {
        let (now, tongue) = (self.now(), actor.tongue());
        let enter = || self.store.enter(actor, None, now);
        let before = enter().await.map_err(|e| broken(tongue, &e))?;
        let outcome = self.store.cancel(before.account, reference, &actor.name()).await;
        match outcome.map_err(|e| broken(tongue, &e))? {
            CancelOutcome::Unknown => Err(refusals::no_such_job(tongue, reference)),
            CancelOutcome::Cancelled(job) | CancelOutcome::Requested(job) => {
                tracing::info!(%job, %reference, "called off");
                // What was held came back: the buttons should know.
                let standing = enter().await.map_err(|e| broken(tongue, &e))?;
                let view = self.job_of(&standing, reference).await?;
                self.card(&standing, &view).await
            }
            CancelOutcome::Ended(..) => {
                let view = self.job_of(&before, reference).await?;
                let mut card = self.card(&before, &view).await?;
                card.lines.insert(0, say!(tongue, "nothing-left-to-call-off"));
                Ok(card)
            }
        }
    }
}
