//! Operators' commands: who may use them is decided here, and each is in the audit log.

mod facts;
mod looks;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{Desk, broken, refusals, words::count};
use crate::{
    actor::{Actor, Platform},
    card::{Card, CardKind},
    error::UserError,
    job::{AccountId, JobId, JobRef},
    plan::Plan,
    queue::{QueueError, Which},
    store::{Adjusted, CancelOutcome, Retried, Store},
    words::Tongue,
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
            return Err(refuse(
                "NOT_ALLOWED",
                "Only operators of this service can do that. See /help for what you can do.",
            ));
        }
        let store = self.admin.as_ref().ok_or_else(|| {
            refuse(
                "NOT_OFFERED",
                "Operators' commands are switched off here: set CUTLINE_DATABASE_ADMIN_URL and \
                 start this program again.",
            )
        })?;
        Ok(AdminDesk { desk: self, store, actor })
    }
}

fn refuse(code: &str, message: impl Into<String>) -> UserError {
    UserError { code: code.into(), field: String::new(), message: message.into() }
}

fn broken_broker(error: &QueueError) -> UserError {
    tracing::error!(%error, "the broker does not answer an operator");
    refuse("UNAVAILABLE", format!("The broker does not answer ({error}). Try again in a minute."))
}

fn said(title: impl Into<String>) -> Card {
    Card::new(CardKind::Admin, title).for_their_eyes()
}

fn no_job(reference: &JobRef) -> UserError {
    refuse("NOT_FOUND", format!("There is no job {reference}."))
}

impl AdminDesk<'_> {
    fn name(&self) -> String {
        self.actor.name()
    }

    async fn find(&self, person: &Person) -> Result<AccountId, UserError> {
        let found = self.store.admin_find(person.platform, &person.user_id).await;
        found.map_err(|e| broken(Tongue::English, &e))?.ok_or_else(|| {
            let message =
                format!("Nobody called {}:{} has been here yet.", person.platform, person.user_id);
            refuse("NOT_FOUND", message)
        })
    }

    async fn account_card(&self, account: AccountId, title: &str) -> Result<Card, UserError> {
        let facts = self.store.admin_account(account, self.desk.now()).await;
        Ok(facts::account(title, &facts.map_err(|e| broken(Tongue::English, &e))?))
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
        done.map_err(|e| broken(Tongue::English, &e))?;
        self.account_card(account, "Plan changed").await
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
        let refused = |message: String| Err(UserError::validation("amount", message));
        let title = match adjusted.map_err(|e| broken(Tongue::English, &e))? {
            Adjusted::Yes(wallet) => format!("Now {}", count(wallet, "credit")),
            Adjusted::Repeated(wallet) => {
                format!("Done before; now {}", count(wallet, "credit"))
            }
            Adjusted::TooLittle(wallet) => {
                return refused(format!(
                    "They have {}: that many cannot be taken.",
                    count(wallet, "credit")
                ));
            }
            Adjusted::OutOfRange => {
                return refused("Give or take between 1 and 1,000,000,000 credits.".into());
            }
            Adjusted::KeyReused => {
                return refused("This command was used for another change before.".into());
            }
            Adjusted::Unknown => return refused("The account is gone.".into()),
        };
        self.account_card(account, &title).await
    }

    /// Makes a failed or cancelled job's video after all, at nobody's cost.
    ///
    /// # Errors
    /// `NOT_FOUND`; `VALIDATION_FAILED` for a job that has not failed.
    pub async fn retry(&self, reference: &JobRef) -> Result<Card, UserError> {
        let (job, new) = (JobId::fresh(), JobRef::random(&mut rand::rng()));
        let retried = self.store.admin_retry(reference, job, &new, &self.name()).await;
        match retried.map_err(|e| broken(Tongue::English, &e))? {
            Retried::Unknown => Err(no_job(reference)),
            Retried::NotFailed(state) => Err(UserError::validation(
                "job",
                format!(
                    "{reference} is {}: only a failed or cancelled job is tried again.",
                    state.as_str()
                ),
            )),
            Retried::As(new) => {
                let mut card = said(format!("{reference} is tried again as {new}"))
                    .line("At no cost to its owner, who hears when it is done.");
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
        match outcome.map_err(|e| broken(Tongue::English, &e))? {
            CancelOutcome::Unknown => Err(no_job(reference)),
            CancelOutcome::Cancelled(_) => Ok(said(format!("{reference} is cancelled"))),
            CancelOutcome::Requested(_) => {
                Ok(said(format!("{reference}: its worker has been told to stop")))
            }
            CancelOutcome::Ended(_, state) => {
                Ok(said(format!("{reference} was {} already", state.as_str())))
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
            return Err(UserError::validation("reason", "Say why: they are told."));
        }
        let account = self.find(person).await?;
        let done = self.store.admin_ban(account, Some(reason), &self.name()).await;
        done.map_err(|e| broken(Tongue::English, &e))?;
        self.account_card(account, "Banned").await
    }

    /// Takes somebody's requests again.
    ///
    /// # Errors
    /// `NOT_FOUND`.
    pub async fn unban(&self, person: &Person) -> Result<Card, UserError> {
        let account = self.find(person).await?;
        let done = self.store.admin_ban(account, None, &self.name()).await;
        done.map_err(|e| broken(Tongue::English, &e))?;
        self.account_card(account, "Welcome back").await
    }

    /// Lets workers of a name (or an id) finish what they have and end.
    ///
    /// # Errors
    /// `NOT_FOUND`.
    pub async fn drain(&self, worker: &str) -> Result<Card, UserError> {
        let drained = self.store.admin_drain(worker.trim(), &self.name()).await;
        match drained.map_err(|e| broken(Tongue::English, &e))? {
            0 => Err(refuse(
                "NOT_FOUND",
                format!("No worker is called {}. /admin farm lists them.", worker.trim()),
            )),
            number => Ok(said(format!("Draining {}", count(number.into(), "worker")))
                .line("They take no new jobs, finish or hand back what they have, and end.")),
        }
    }

    /// Puts dead letters (one job's, or all) back into the queue they died in.
    ///
    /// # Errors
    /// `NOT_FOUND`, `UNAVAILABLE`.
    pub async fn dead_replay(&self, reference: Option<&JobRef>) -> Result<Card, UserError> {
        let which = self.which(reference).await?;
        let replayed = self.desk.queue.replay_dead(which).await;
        let number = replayed.map_err(|e| broken_broker(&e))?;
        self.audit_dead("dead_replay", reference, number).await?;
        Ok(said(format!("{} replayed", count(number as i64, "dead letter"))))
    }

    /// Throws dead letters (one job's, or all) away. The jobs themselves stay as they are.
    ///
    /// # Errors
    /// `NOT_FOUND`, `UNAVAILABLE`.
    pub async fn dead_drop(&self, reference: Option<&JobRef>) -> Result<Card, UserError> {
        let which = self.which(reference).await?;
        let number = self.desk.queue.drop_dead(which).await.map_err(|e| broken_broker(&e))?;
        self.audit_dead("dead_drop", reference, number).await?;
        Ok(said(format!("{} thrown away", count(number as i64, "dead letter"))))
    }

    async fn which(&self, reference: Option<&JobRef>) -> Result<Which, UserError> {
        let Some(reference) = reference else { return Ok(Which::All) };
        let facts =
            self.store.admin_job(reference).await.map_err(|e| broken(Tongue::English, &e))?;
        facts.map(|facts| Which::Job(facts.job)).ok_or_else(|| no_job(reference))
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
        written.map_err(|e| broken(Tongue::English, &e))
    }

    /// Takes no new requests, saying why; or takes them again.
    ///
    /// # Errors
    /// `UNAVAILABLE`, and `refusals` of an empty message.
    pub async fn maintenance(&self, message: Option<&str>) -> Result<Card, UserError> {
        let message = message.map(str::trim);
        if message.is_some_and(str::is_empty) {
            return Err(UserError::validation("message", "Say why: people are told."));
        }
        let done = self.store.admin_maintenance(message, &self.name()).await;
        done.map_err(|e| broken(Tongue::English, &e))?;
        Ok(match message {
            None => said("Requests are taken again"),
            Some(message) => said("No new requests are taken")
                .line(format!(
                    "People are told: {}",
                    refusals::maintenance(Tongue::English, message).message
                ))
                .line("Jobs under way go on."),
        })
    }
}
