//! Operators' commands: who may use them is decided here, and each is in the audit log.

mod facts;
mod looks;
mod suggested;

pub use self::suggested::Suggested;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{
    Desk, broken, refusals,
    words::{credits, letters, state, workers},
};
use crate::{
    actor::{Actor, Platform},
    card::{Card, CardKind},
    error::UserError,
    job::{AccountId, JobId, JobRef},
    plan::Plan,
    queue::{QueueError, Which},
    store::{Adjusted, CancelOutcome, Retried, Store, StoreError},
    words::{Tongue, say},
};

/// Somebody, as operators name them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Where they are.
    pub platform: Platform,
    /// The platform's id for them.
    pub user_id: String,
}

/// The desk as an operator sees it.
#[derive(Clone, Copy, Debug)]
pub struct AdminDesk<'a> {
    desk: &'a Desk,
    store: &'a Store,
    actor: &'a Actor,
}

impl Desk {
    /// Lets an operator behind the desk.
    ///
    /// # Errors
    /// `NOT_ALLOWED` for anybody else; `NOT_OFFERED` where this process has no operators' database
    /// role.
    pub fn admin<'a>(&'a self, actor: &'a Actor) -> Result<AdminDesk<'a>, UserError> {
        if !actor.operator {
            tracing::warn!(actor = actor.name(), "not an operator");
            return Err(refuse("NOT_ALLOWED", say!(actor.tongue(), "admin-not-allowed")));
        }
        let store = self.admin.as_ref();
        let store = store
            .ok_or_else(|| refuse("NOT_OFFERED", say!(actor.tongue(), "admin-switched-off")))?;
        Ok(AdminDesk { desk: self, store, actor })
    }
}

fn refuse(code: &str, message: impl Into<String>) -> UserError {
    UserError { code: code.into(), field: String::new(), message: message.into() }
}

fn said(title: impl Into<String>) -> Card {
    Card::new(CardKind::Admin, title).for_their_eyes()
}

impl AdminDesk<'_> {
    fn name(&self) -> String {
        self.actor.name()
    }

    fn tongue(&self) -> Tongue {
        self.actor.tongue()
    }

    fn broken(&self, error: &StoreError) -> UserError {
        broken(self.tongue(), error)
    }

    fn broken_broker(&self, error: &QueueError) -> UserError {
        tracing::error!(%error, "the broker does not answer an operator");
        refuse("UNAVAILABLE", say!(self.tongue(), "admin-broker", why = error.to_string()))
    }

    fn no_job(&self, reference: &JobRef) -> UserError {
        refuse("NOT_FOUND", say!(self.tongue(), "admin-no-job", job = reference.as_str()))
    }

    async fn find(&self, person: &Person) -> Result<AccountId, UserError> {
        let found = self.store.admin_find(person.platform, &person.user_id).await;
        found.map_err(|e| self.broken(&e))?.ok_or_else(|| {
            let named = format!("{}:{}", person.platform, person.user_id);
            refuse("NOT_FOUND", say!(self.tongue(), "admin-nobody", person = named))
        })
    }

    async fn account_card(&self, account: AccountId, title: &str) -> Result<Card, UserError> {
        let facts = self.store.admin_account(account, self.desk.now()).await;
        Ok(facts::account(self.tongue(), title, &facts.map_err(|e| self.broken(&e))?))
    }

    /// Puts somebody on a plan, until a moment or for good; none takes that back.
    ///
    /// # Errors
    /// `NOT_FOUND`.
    pub async fn set_plan(
        &self,
        person: &Person,
        plan: Option<Plan>,
        until: Option<DateTime<Utc>>,
        reason: &str,
    ) -> Result<Card, UserError> {
        let account = self.find(person).await?;
        let done = self.store.admin_set_plan(account, plan, until, reason, &self.name()).await;
        done.map_err(|e| self.broken(&e))?;
        self.account_card(account, &say!(self.tongue(), "admin-plan-changed")).await
    }

    /// Gives credits, or takes them where `amount` is negative; once for each `key`.
    ///
    /// # Errors
    /// `NOT_FOUND`; `VALIDATION_FAILED` where less than nothing would be left.
    pub async fn adjust_credits(
        &self,
        person: &Person,
        amount: i64,
        reason: &str,
        key: &str,
    ) -> Result<Card, UserError> {
        let account = self.find(person).await?;
        let reason = if reason.trim().is_empty() { "operator's decision" } else { reason };
        let name = self.name();
        let adjusted = self.store.adjust_credits(account, amount, key, reason, &name).await;
        let tongue = self.tongue();
        let credits = |wallet| credits(tongue, wallet);
        let refused = |message: String| Err(UserError::validation("amount", message));
        let title = match adjusted.map_err(|e| self.broken(&e))? {
            Adjusted::Yes(wallet) => say!(tongue, "admin-credits-now", credits = credits(wallet)),
            Adjusted::Repeated(wallet) => {
                say!(tongue, "admin-credits-before", credits = credits(wallet))
            }
            Adjusted::TooLittle(wallet) => {
                return refused(say!(tongue, "admin-credits-few", credits = credits(wallet)));
            }
            Adjusted::OutOfRange => return refused(say!(tongue, "admin-credits-range")),
            Adjusted::KeyReused => return refused(say!(tongue, "admin-credits-key")),
            Adjusted::Unknown => return refused(say!(tongue, "admin-account-gone")),
        };
        self.account_card(account, &title).await
    }

    /// Makes a failed or cancelled job's video after all, at nobody's cost.
    ///
    /// # Errors
    /// `NOT_FOUND`; `VALIDATION_FAILED` for a job that has not failed.
    pub async fn retry(&self, reference: &JobRef) -> Result<Card, UserError> {
        let (job, new) = (JobId::fresh(), JobRef::random(&mut rand::rng()));
        let tongue = self.tongue();
        let retried = self.store.admin_retry(reference, job, &new, &self.name()).await;
        match retried.map_err(|e| self.broken(&e))? {
            Retried::Unknown => Err(self.no_job(reference)),
            Retried::NotFailed(found) => {
                let (job, is) = (reference.as_str(), state(tongue, found));
                let message = say!(tongue, "admin-not-failed", job = job, state = is);
                Err(UserError::validation("job", message))
            }
            Retried::As(new) => {
                let (job, again) = (reference.as_str(), new.as_str());
                let mut card = said(say!(tongue, "admin-retried", job = job, again = again))
                    .line(say!(tongue, "admin-retried-free"));
                card.reference = Some(new);
                Ok(card)
            }
        }
    }

    /// Calls anybody's job off.
    ///
    /// # Errors
    /// `NOT_FOUND`.
    pub async fn cancel(&self, reference: &JobRef) -> Result<Card, UserError> {
        let outcome = self.store.admin_cancel(reference, &self.name()).await;
        match outcome.map_err(|e| self.broken(&e))? {
            CancelOutcome::Unknown => Err(self.no_job(reference)),
            CancelOutcome::Cancelled(_) => {
                Ok(said(say!(self.tongue(), "admin-cancelled", job = reference.as_str())))
            }
            CancelOutcome::Requested(_) => {
                Ok(said(say!(self.tongue(), "admin-stopping", job = reference.as_str())))
            }
            CancelOutcome::Ended(_, ended) => {
                let (job, was) = (reference.as_str(), state(self.tongue(), ended));
                Ok(said(say!(self.tongue(), "admin-ended", job = job, state = was)))
            }
        }
    }

    /// Refuses somebody's requests from now on, for a reason they are told.
    ///
    /// # Errors
    /// `NOT_FOUND`; `VALIDATION_FAILED` without a reason.
    pub async fn ban(&self, person: &Person, reason: &str) -> Result<Card, UserError> {
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(UserError::validation("reason", say!(self.tongue(), "admin-ban-why")));
        }
        let account = self.find(person).await?;
        let done = self.store.admin_ban(account, Some(reason), &self.name()).await;
        done.map_err(|e| self.broken(&e))?;
        self.account_card(account, &say!(self.tongue(), "admin-banned")).await
    }

    /// Takes somebody's requests again.
    ///
    /// # Errors
    /// `NOT_FOUND`.
    pub async fn unban(&self, person: &Person) -> Result<Card, UserError> {
        let account = self.find(person).await?;
        let done = self.store.admin_ban(account, None, &self.name()).await;
        done.map_err(|e| self.broken(&e))?;
        self.account_card(account, &say!(self.tongue(), "admin-unbanned")).await
    }

    /// Lets workers of a name (or an id) finish what they have and end.
    ///
    /// # Errors
    /// `NOT_FOUND`.
    pub async fn drain(&self, worker: &str) -> Result<Card, UserError> {
        let (tongue, worker) = (self.tongue(), worker.trim());
        let drained = self.store.admin_drain(worker, &self.name()).await;
        match drained.map_err(|e| self.broken(&e))? {
            0 => Err(refuse("NOT_FOUND", say!(tongue, "admin-no-worker", worker = worker))),
            number => {
                let workers = workers(tongue, number.into());
                Ok(said(say!(tongue, "admin-draining", workers = workers))
                    .line(say!(tongue, "admin-draining-how")))
            }
        }
    }

    /// Puts dead letters (one job's, or all) back into the queue they died in.
    ///
    /// # Errors
    /// `NOT_FOUND`, `UNAVAILABLE`.
    pub async fn dead_replay(&self, reference: Option<&JobRef>) -> Result<Card, UserError> {
        let which = self.which(reference).await?;
        let replayed = self.desk.queue.replay_dead(which).await;
        let number = replayed.map_err(|e| self.broken_broker(&e))?;
        self.audit_dead("dead_replay", reference, number).await?;
        let letters = letters(self.tongue(), number as i64);
        Ok(said(say!(self.tongue(), "admin-replayed", letters = letters)))
    }

    /// Throws dead letters (one job's, or all) away. The jobs themselves stay as they are.
    ///
    /// # Errors
    /// `NOT_FOUND`, `UNAVAILABLE`.
    pub async fn dead_drop(&self, reference: Option<&JobRef>) -> Result<Card, UserError> {
        let which = self.which(reference).await?;
        let number = self.desk.queue.drop_dead(which).await.map_err(|e| self.broken_broker(&e))?;
        self.audit_dead("dead_drop", reference, number).await?;
        let letters = letters(self.tongue(), number as i64);
        Ok(said(say!(self.tongue(), "admin-dropped", letters = letters)))
    }

    async fn which(&self, reference: Option<&JobRef>) -> Result<Which, UserError> {
        let Some(reference) = reference else { return Ok(Which::All) };
        let facts = self.store.admin_job(reference).await.map_err(|e| self.broken(&e))?;
        facts.map(|facts| Which::Job(facts.job)).ok_or_else(|| self.no_job(reference))
    }

    async fn audit_dead(
        &self,
        action: &str,
        reference: Option<&JobRef>,
        number: usize,
    ) -> Result<(), UserError> {
        let subject = reference.map_or("queue:dead".into(), |reference| format!("job:{reference}"));
        self.audit(action, &subject, json!({ "letters": number })).await
    }

    /// Writes down what the database's own functions do not.
    async fn audit(&self, action: &str, subject: &str, detail: Value) -> Result<(), UserError> {
        let written = self.store.admin_audit(&self.name(), action, subject, &detail).await;
        written.map_err(|e| self.broken(&e))
    }

    /// Takes no new requests, saying why; or takes them again.
    ///
    /// # Errors
    /// `UNAVAILABLE`, and `refusals` of an empty message.
    pub async fn maintenance(&self, message: Option<&str>) -> Result<Card, UserError> {
        let (tongue, message) = (self.tongue(), message.map(str::trim));
        if message.is_some_and(str::is_empty) {
            return Err(UserError::validation("message", say!(tongue, "admin-closed-why")));
        }
        let done = self.store.admin_maintenance(message, &self.name()).await;
        done.map_err(|e| self.broken(&e))?;
        Ok(match message {
            None => said(say!(tongue, "admin-open")),
            Some(message) => {
                let told = refusals::maintenance(tongue, message).message;
                said(say!(tongue, "admin-closed"))
                    .line(say!(tongue, "admin-closed-told", message = told))
                    .line(say!(tongue, "admin-closed-rest"))
            }
        })
    }
}
