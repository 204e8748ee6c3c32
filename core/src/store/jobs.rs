//! Reading jobs on behalf of one account, under row-level security; and calling them off.

use chrono::{DateTime, Utc};
use tokio_postgres::Row;

use super::{
    Standing, Store, Submission,
    call::{column, json, word},
    error::StoreError,
};
use crate::{
    credits::Payment,
    format::Format,
    job::{AccountId, DeliveredVideo, JobId, JobRef, JobState, Mode, Origin, Queue},
    objects::ObjectKey,
    plan::Plan,
};

/// A job as its owner may see it.
#[derive(Clone, Debug, PartialEq)]
pub struct JobView {
    /// Which.
    pub job: JobId,
    /// Whose.
    pub account: AccountId,
    /// As the person knows it.
    pub reference: JobRef,
    /// What was asked for.
    pub sentence: String,
    /// How it is made.
    pub mode: Mode,
    /// A pinned format.
    pub format: Option<Format>,
    /// SHA-256 of the pictures used.
    pub uploads: Vec<String>,
    /// The plan at the time of asking.
    pub plan: Plan,
    /// Where it waits.
    pub queue: Queue,
    /// Where it is in its life.
    pub state: JobState,
    /// Where its card is.
    pub origin: Origin,
    /// Tries begun.
    pub attempts: u32,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When the first try began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// The person has called it off; the worker is stopping.
    pub cancel_requested: bool,
    /// The stage under way.
    pub stage: Option<String>,
    /// 0–1 of the whole.
    pub overall: f32,
    /// Estimated time to go.
    pub eta_ms: Option<u64>,
    /// The contact sheet of a job under way, once its pictures exist.
    pub sheet: Option<ObjectKey>,
    /// Stable, for programs.
    pub error_code: Option<String>,
    /// What the person is told.
    pub error_message: Option<String>,
    /// What paid for it was given back.
    pub refunded: bool,
    /// What pays for it; none for a courtesy.
    pub payment: Option<Payment>,
    /// The finished video.
    pub video: Option<DeliveredVideo>,
    /// The watch link's name.
    pub short: Option<String>,
    /// Until when the video is kept.
    pub expires_at: Option<DateTime<Utc>>,
}

impl JobView {
    /// A job as it is the moment after it was accepted.
    pub(crate) fn fresh(
        job: JobId,
        standing: &Standing,
        submission: &Submission,
        payment: Payment,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            job,
            account: standing.account,
            reference: submission.reference.clone(),
            sentence: submission.sentence.clone(),
            mode: submission.mode,
            format: submission.format,
            uploads: submission.uploads.clone(),
            plan: standing.plan,
            queue: standing.plan.queue(),
            state: JobState::Queued,
            origin: submission.origin.clone(),
            attempts: 0,
            created_at: now,
            started_at: None,
            finished_at: None,
            cancel_requested: false,
            stage: None,
            overall: 0.0,
            eta_ms: None,
            sheet: None,
            error_code: None,
            error_message: None,
            refunded: false,
            payment: Some(payment),
            video: None,
            short: None,
            expires_at: None,
        }
    }
}

/// How long a waiting job may wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outlook {
    /// Place in the queue, from 1; at most 1000.
    pub place: u32,
    /// Estimated time until it is finished; none where nothing is known of workers or durations.
    pub eta_ms: Option<u64>,
}

/// What became of a wish to cancel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CancelOutcome {
    /// It had not started (or its worker was lost): cancelled, and given back.
    Cancelled(JobId),
    /// Its worker has been told.
    Requested(JobId),
    /// It was over.
    Ended(JobId, JobState),
    /// The account has no such job.
    Unknown,
}

const VIEW: &str = "SELECT j.id, j.account_id, j.ref, j.sentence, j.mode, j.format, \
    ARRAY(SELECT u ->> 'sha256' FROM jsonb_array_elements(j.uploads) u) AS uploads, \
    j.plan, j.queue, j.state, j.origin, j.attempts, j.created_at, j.started_at, j.finished_at, \
    j.cancel_requested_at IS NOT NULL AS cancel_requested, j.stage, j.overall, j.eta_ms, \
    CASE WHEN j.state IN ('running', 'delivering') AND j.sheet_token = j.fencing_token \
        THEN j.sheet END AS sheet, \
    j.error_code, j.error_message, j.refunded, j.result, j.short, j.expires_at, \
    h.kind AS paid_with, h.amount AS paid \
    FROM cutline.jobs j LEFT JOIN cutline.holds h ON h.job_id = j.id";

impl Store {
    /// The account's job of that reference.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn job_by_reference(
        &self,
        account: AccountId,
        reference: &JobRef,
    ) -> Result<Option<JobView>, StoreError> {
        let sql = format!("{VIEW} WHERE j.account_id = $1 AND j.ref = $2");
        let rows = self
            .rows_of("job_by_reference", account, &sql, &[&account.0, &reference.as_str()])
            .await?;
        rows.first().map(|row| view("job_by_reference", row)).transpose()
    }

    /// The account's job of that id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn job(&self, account: AccountId, job: JobId) -> Result<Option<JobView>, StoreError> {
        let sql = format!("{VIEW} WHERE j.account_id = $1 AND j.id = $2");
        let rows = self.rows_of("job", account, &sql, &[&account.0, &job.0]).await?;
        rows.first().map(|row| view("job", row)).transpose()
    }

    /// The account's job that a key stands for.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn job_by_key(
        &self,
        account: AccountId,
        key: &str,
    ) -> Result<Option<JobView>, StoreError> {
        let sql = format!("{VIEW} WHERE j.account_id = $1 AND j.idempotency_key = $2");
        let rows = self.rows_of("job_by_key", account, &sql, &[&account.0, &key]).await?;
        rows.first().map(|row| view("job_by_key", row)).transpose()
    }

    /// The account's jobs, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn jobs(
        &self,
        account: AccountId,
        skip: u32,
        limit: u32,
    ) -> Result<Vec<JobView>, StoreError> {
        let sql = format!(
            "{VIEW} WHERE j.account_id = $1 ORDER BY j.created_at DESC, j.id OFFSET $2 LIMIT $3"
        );
        let (skip, limit) = (i64::from(skip), i64::from(limit.min(100)));
        let rows = self.rows_of("jobs", account, &sql, &[&account.0, &skip, &limit]).await?;
        rows.iter().map(|row| view("jobs", row)).collect()
    }

    /// How long a waiting job may wait.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn outlook(&self, job: JobId) -> Result<Outlook, StoreError> {
        let what = "outlook";
        let sql = "SELECT place, eta_ms FROM cutline.job_outlook($1)";
        let row = self.row_again(what, sql, &[&job.0]).await?;
        let place: i32 = column(what, &row, "place")?;
        let eta_ms: Option<i64> = column(what, &row, "eta_ms")?;
        Ok(Outlook {
            place: u32::try_from(place).unwrap_or(1),
            eta_ms: eta_ms.and_then(|ms| u64::try_from(ms).ok()),
        })
    }

    /// Calls a job off. Asking twice is safe.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn cancel(
        &self,
        account: AccountId,
        reference: &JobRef,
        actor: &str,
    ) -> Result<CancelOutcome, StoreError> {
        let what = "cancel";
        let sql = "SELECT outcome, job_id, state FROM cutline.request_cancel($1, $2, $3)";
        let row = self.row_and_wake(what, sql, &[&account.0, &reference.as_str(), &actor]).await?;
        cancel_outcome(what, &row)
    }
}

pub(super) fn cancel_outcome(what: &'static str, row: &Row) -> Result<CancelOutcome, StoreError> {
    let job = || column(what, row, "job_id").map(JobId);
    Ok(match column::<&str>(what, row, "outcome")? {
        "cancelled" => CancelOutcome::Cancelled(job()?),
        "requested" => CancelOutcome::Requested(job()?),
        "ended" => CancelOutcome::Ended(job()?, word(what, row, "state", JobState::named)?),
        "unknown" => CancelOutcome::Unknown,
        other => return Err(StoreError::shape(what, other)),
    })
}

fn view(what: &'static str, row: &Row) -> Result<JobView, StoreError> {
    let payment = match column::<Option<&str>>(what, row, "paid_with")? {
        Some("credits") => {
            let amount: i32 = column(what, row, "paid")?;
            Some(Payment::Credits { amount: u32::try_from(amount).unwrap_or(0) })
        }
        Some("allowance") => Some(Payment::Allowance),
        _ => None,
    };
    let has_video = column::<Option<serde_json::Value>>(what, row, "result")?.is_some();
    let format = column::<Option<&str>>(what, row, "format")?.and_then(Format::named);
    Ok(JobView {
        job: JobId(column(what, row, "id")?),
        account: AccountId(column(what, row, "account_id")?),
        reference: word(what, row, "ref", |text| text.parse().ok())?,
        sentence: column(what, row, "sentence")?,
        mode: word(what, row, "mode", Mode::named)?,
        format,
        uploads: column(what, row, "uploads")?,
        plan: word(what, row, "plan", Plan::named)?,
        queue: word(what, row, "queue", Queue::named)?,
        state: word(what, row, "state", JobState::named)?,
        origin: json(what, row, "origin")?,
        attempts: u32::try_from(column::<i32>(what, row, "attempts")?).unwrap_or(0),
        created_at: column(what, row, "created_at")?,
        started_at: column(what, row, "started_at")?,
        finished_at: column(what, row, "finished_at")?,
        cancel_requested: column(what, row, "cancel_requested")?,
        stage: column(what, row, "stage")?,
        overall: column(what, row, "overall")?,
        eta_ms: column::<Option<i64>>(what, row, "eta_ms")?.and_then(|ms| u64::try_from(ms).ok()),
        sheet: column::<Option<&str>>(what, row, "sheet")?
            .and_then(|key| ObjectKey::parse(key).ok()),
        error_code: column(what, row, "error_code")?,
        error_message: column(what, row, "error_message")?,
        refunded: column(what, row, "refunded")?,
        payment,
        video: if has_video { Some(json(what, row, "result")?) } else { None },
        short: column(what, row, "short")?,
        expires_at: column(what, row, "expires_at")?,
    })
}
