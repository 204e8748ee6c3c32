//! What operators see and change, as role `cutline_admin`. Every change is in the audit log.

mod facts;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{
    CancelOutcome, Store,
    call::{column, json},
    error::StoreError,
    jobs::cancel_outcome,
};
pub use facts::{
    AccountFacts, CallFacts, FormatFacts, JobFacts, JobGlance, LaneFacts, QueueFacts, ShotFacts,
    StageFacts, TransferFacts, WorkerFacts,
};

use crate::{
    actor::Platform,
    job::{AccountId, JobId, JobRef, JobState},
    plan::Plan,
};

/// What became of a change of credits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adjusted {
    /// Done; the wallet holds this now.
    Yes(i64),
    /// The same change was made before under this key; the wallet holds this.
    Repeated(i64),
    /// Less would be left than nothing; the wallet holds this.
    TooLittle(i64),
    /// The key was used for another change.
    KeyReused,
    /// Zero, or more than a thousand million.
    OutOfRange,
    /// No such account.
    Unknown,
}

/// What became of an operator's wish to try again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Retried {
    /// This new job waits (or did already).
    As(JobRef),
    /// It has not failed; it is so.
    NotFailed(JobState),
    /// No such job.
    Unknown,
}

impl Store {
    /// The account of a person.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn admin_find(
        &self,
        platform: Platform,
        user_id: &str,
    ) -> Result<Option<AccountId>, StoreError> {
        let what = "admin_find";
        let sql = "SELECT cutline.admin_find($1, $2, NULL) AS account";
        let row = self.row_again(what, sql, &[&platform.as_str(), &user_id]).await?;
        Ok(column::<Option<uuid::Uuid>>(what, &row, "account")?.map(AccountId))
    }

    /// All about an account.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn admin_account(
        &self,
        account: AccountId,
        now: DateTime<Utc>,
    ) -> Result<AccountFacts, StoreError> {
        self.document("admin_account", "cutline.admin_account($1, $2)", &[&account.0, &now]).await
    }

    /// Puts an account on a plan (until a moment), or takes that back.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn admin_set_plan(
        &self,
        account: AccountId,
        plan: Option<Plan>,
        until: Option<DateTime<Utc>>,
        reason: &str,
        actor: &str,
    ) -> Result<(), StoreError> {
        let plan = plan.map(Plan::as_str);
        let sql = "SELECT cutline.admin_set_plan($1, $2, $3, $4, $5)";
        let params: super::call::Params<'_> = &[&account.0, &plan, &until, &reason, &actor];
        self.row_again("admin_set_plan", sql, params).await.map(drop)
    }

    /// Gives credits, or takes them where `delta` is negative. The key makes it once.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn adjust_credits(
        &self,
        account: AccountId,
        delta: i64,
        key: &str,
        reason: &str,
        actor: &str,
    ) -> Result<Adjusted, StoreError> {
        let what = "adjust_credits";
        let sql = "SELECT outcome, wallet FROM cutline.safe_adjust_credits($1, $2, $3, $4, $5)";
        let row = self.row_again(what, sql, &[&account.0, &delta, &key, &reason, &actor]).await?;
        let wallet: i64 = column(what, &row, "wallet")?;
        Ok(match column::<&str>(what, &row, "outcome")? {
            "adjusted" => Adjusted::Yes(wallet),
            "repeated" => Adjusted::Repeated(wallet),
            "too_little" => Adjusted::TooLittle(wallet),
            "key_reused" => Adjusted::KeyReused,
            "out_of_range" => Adjusted::OutOfRange,
            "unknown" => Adjusted::Unknown,
            other => return Err(StoreError::shape(what, other)),
        })
    }

    /// Bans an account for a reason it is told, or lifts the ban.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn admin_ban(
        &self,
        account: AccountId,
        reason: Option<&str>,
        actor: &str,
    ) -> Result<(), StoreError> {
        let sql = "SELECT cutline.admin_ban($1, $2, $3)";
        self.row_again("admin_ban", sql, &[&account.0, &reason, &actor]).await.map(drop)
    }

    /// All about a job.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn admin_job(&self, reference: &JobRef) -> Result<Option<JobFacts>, StoreError> {
        self.document("admin_job", "cutline.admin_job($1)", &[&reference.as_str()]).await
    }

    /// Makes a failed or cancelled job's video after all, as a courtesy. `new` and its reference
    /// are those of the new job, should one be made.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn admin_retry(
        &self,
        old: &JobRef,
        new: JobId,
        new_reference: &JobRef,
        actor: &str,
    ) -> Result<Retried, StoreError> {
        let what = "admin_retry";
        let sql = "SELECT outcome, ref FROM cutline.admin_retry($1, $2, $3, $4)";
        let (old, new_reference) = (old.as_str(), new_reference.as_str());
        let row = self.row_and_wake(what, sql, &[&old, &new.0, &new_reference, &actor]).await?;
        Ok(match column::<&str>(what, &row, "outcome")? {
            "unknown" => Retried::Unknown,
            "queued" => Retried::As(super::call::word(what, &row, "ref", |r| r.parse().ok())?),
            state => match JobState::named(state) {
                Some(state) => Retried::NotFailed(state),
                None => return Err(StoreError::shape(what, state)),
            },
        })
    }

    /// Calls off whoever's job.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn admin_cancel(
        &self,
        reference: &JobRef,
        actor: &str,
    ) -> Result<CancelOutcome, StoreError> {
        let what = "admin_cancel";
        let sql = "SELECT outcome, job_id, state FROM cutline.admin_cancel($1, $2)";
        let row = self.row_and_wake(what, sql, &[&reference.as_str(), &actor]).await?;
        cancel_outcome(what, &row)
    }

    /// What waits and runs.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn admin_queues(&self) -> Result<QueueFacts, StoreError> {
        self.document("admin_queues", "cutline.admin_queues()", &[]).await
    }

    /// The latest jobs of all accounts, the newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn admin_latest_jobs(&self, limit: u32) -> Result<Vec<JobGlance>, StoreError> {
        let limit = i32::try_from(limit).unwrap_or(i32::MAX);
        self.document("admin_latest_jobs", "cutline.admin_latest_jobs($1)", &[&limit]).await
    }

    /// The workers seen within the hour.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn admin_workers(&self) -> Result<Vec<WorkerFacts>, StoreError> {
        self.document("admin_workers", "cutline.admin_workers()", &[]).await
    }

    /// Orders workers of a name (or an id) to drain; answers with how many there are.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn admin_drain(&self, worker: &str, actor: &str) -> Result<u32, StoreError> {
        let what = "admin_drain";
        let sql = "SELECT cutline.admin_drain($1, $2) AS count";
        let row = self.row_and_wake(what, sql, &[&worker, &actor]).await?;
        Ok(u32::try_from(column::<i32>(what, &row, "count")?).unwrap_or(0))
    }

    /// Formats made and money spent since a moment.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn admin_formats(
        &self,
        since: DateTime<Utc>,
    ) -> Result<Vec<FormatFacts>, StoreError> {
        self.document("admin_formats", "cutline.admin_formats($1)", &[&since]).await
    }

    /// Closes the door to new requests with a message, or opens it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn admin_maintenance(
        &self,
        message: Option<&str>,
        actor: &str,
    ) -> Result<(), StoreError> {
        let sql = "SELECT cutline.admin_maintenance($1, $2)";
        self.row_again("admin_maintenance", sql, &[&message, &actor]).await.map(drop)
    }

    /// Writes into the audit log what an operator did outside the database.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn admin_audit(
        &self,
        actor: &str,
        action: &str,
        subject: &str,
        detail: &Value,
    ) -> Result<(), StoreError> {
        let sql = "SELECT cutline.admin_audit($1, $2, $3, $4)";
        self.row("admin_audit", sql, &[&actor, &action, &subject, detail]).await.map(drop)
    }

    /// Everything that should never be seen (books against balances, holds against states), as
    /// finding and subject. Empty: all is well.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn admin_reconcile(&self) -> Result<Vec<(String, String)>, StoreError> {
        let what = "admin_reconcile";
        let sql = "SELECT finding, subject FROM cutline.admin_reconcile()";
        let rows = self.rows_again(what, sql, &[]).await?;
        let pair = |row| Ok((column(what, row, "finding")?, column(what, row, "subject")?));
        rows.iter().map(pair).collect()
    }

    /// Asks a function that answers with one JSON document, or none.
    async fn document<T: serde::de::DeserializeOwned>(
        &self,
        what: &'static str,
        call: &str,
        params: super::call::Params<'_>,
    ) -> Result<T, StoreError> {
        let sql = format!("SELECT coalesce({call}, 'null') AS document");
        let row = self.row_again(what, &sql, params).await?;
        json(what, &row, "document")
    }
}
