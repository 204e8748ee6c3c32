//! What operators look at. Nothing is changed, and who looked is in the audit log all the same:
//! what is seen is other people's.

use chrono::TimeDelta;
use serde_json::json;

use super::{AdminDesk, Person, facts};
use crate::{card::Card, desk::words::consumers, error::UserError, job::JobRef, words::say};

/// Dead letters shown at once.
const DEAD_SHOWN_MAX: usize = 20;

impl AdminDesk<'_> {
    /// Writes down who looks at what; nobody is shown what cannot be written down.
    async fn looked(&self, at: &str, subject: &str) -> Result<(), UserError> {
        self.audit("look", subject, json!({ "at": at })).await
    }

    /// Plan, credits, jobs and last transfers of somebody.
    ///
    /// # Errors
    /// `NOT_FOUND`.
    pub async fn account(&self, person: &Person) -> Result<Card, UserError> {
        let account = self.find(person).await?;
        self.looked("account", &format!("account:{account}")).await?;
        self.account_card(account, &format!("{}:{}", person.platform, person.user_id)).await
    }

    /// Stages, times, costs, providers and error of a job.
    ///
    /// # Errors
    /// `NOT_FOUND`.
    pub async fn job(&self, reference: &JobRef) -> Result<Card, UserError> {
        self.looked("job", &format!("job:{reference}")).await?;
        let facts = self.store.admin_job(reference).await.map_err(|e| self.broken(&e))?;
        facts.map(|facts| facts::job(self.tongue(), &facts)).ok_or_else(|| self.no_job(reference))
    }

    /// What waits: by the database, and by the broker.
    ///
    /// # Errors
    /// `UNAVAILABLE`.
    pub async fn queues(&self) -> Result<Card, UserError> {
        self.looked("queues", "system").await?;
        let facts = self.store.admin_queues().await.map_err(|e| self.broken(&e))?;
        let tongue = self.tongue();
        let mut card = facts::queues(tongue, &facts, self.desk.now());
        match self.desk.queue.depths().await {
            Ok(depths) => card.lines.extend(depths.iter().map(|depth| {
                let (queue, ready) = (depth.queue.as_str(), depth.ready);
                let consumers = consumers(tongue, depth.consumers.into());
                say!(tongue, "admin-depth", queue = queue, ready = ready, consumers = consumers)
            })),
            Err(error) => {
                card.lines.push(say!(tongue, "admin-broker-silent", why = error.to_string()));
            }
        }
        Ok(card)
    }

    /// The workers, their hardware and what they do.
    ///
    /// # Errors
    /// `UNAVAILABLE`.
    pub async fn workers(&self) -> Result<Card, UserError> {
        self.looked("farm", "system").await?;
        let workers = self.store.admin_workers().await.map_err(|e| self.broken(&e))?;
        Ok(facts::farm(self.tongue(), &workers))
    }

    /// The messages that no worker could handle.
    ///
    /// # Errors
    /// `UNAVAILABLE`.
    pub async fn dead_list(&self) -> Result<Card, UserError> {
        self.looked("dead_list", "queue:dead").await?;
        let letters = self.desk.queue.dead_letters(DEAD_SHOWN_MAX).await;
        Ok(facts::dead_letters(self.tongue(), &letters.map_err(|e| self.broken_broker(&e))?))
    }

    /// How often each format was made in the last 30 days.
    ///
    /// # Errors
    /// `UNAVAILABLE`.
    pub async fn formats(&self) -> Result<Card, UserError> {
        self.looked("formats", "system").await?;
        let since = self.desk.now() - TimeDelta::days(30);
        let formats = self.store.admin_formats(since).await.map_err(|e| self.broken(&e))?;
        Ok(facts::formats(self.tongue(), &formats))
    }

    /// What was spent with providers in the last 30 days.
    ///
    /// # Errors
    /// `UNAVAILABLE`.
    pub async fn spend(&self) -> Result<Card, UserError> {
        self.looked("spend", "system").await?;
        let since = self.desk.now() - TimeDelta::days(30);
        let formats = self.store.admin_formats(since).await.map_err(|e| self.broken(&e))?;
        Ok(facts::spend(self.tongue(), &formats))
    }
}
