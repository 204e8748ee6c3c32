//! What a worker asks and tells while it holds a job. Every write carries the fencing token; where
//! that is no longer current, nothing changes and the answer is `Stale`.

use std::time::Duration;

use chrono::{DateTime, Utc};
use rand::Rng;
use uuid::Uuid;

use super::{
    Store,
    call::{column, json, millis, word},
    error::StoreError,
};
use crate::{
    job::{DeliveredVideo, FencingToken, JobId, JobSpec, JobState, WorkerId},
    objects::ObjectKey,
};

/// The answer to a worker that wants a job.
#[derive(Clone, Debug, PartialEq)]
pub enum Claim {
    /// It is theirs.
    Claimed {
        /// What to make.
        spec: Box<JobSpec>,
        /// To be shown with every write.
        token: FencingToken,
        /// The person has called it off already.
        cancel_requested: bool,
    },
    /// Another worker holds it.
    Held {
        /// By the database's clock.
        until: DateTime<Utc>,
    },
    /// It is over.
    Ended(JobState),
    /// There is no such job.
    Unknown,
}

/// The answer to a heartbeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heartbeat {
    /// The lease is renewed.
    Current {
        /// The person has called the job off.
        cancel_requested: bool,
    },
    /// The job is no longer theirs: stop, and write nothing.
    Stale,
}

/// Whether a write took effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a stale worker must stop"]
pub enum Written {
    /// It did.
    Yes,
    /// The token is not current (any more); nothing was changed.
    Stale,
}

/// Where a job is.
#[derive(Clone, Debug, PartialEq)]
pub struct ProgressReport {
    /// The stage's name.
    pub stage: String,
    /// 0–1 within the stage.
    pub fraction: f32,
    /// 0–1 of the whole.
    pub overall: f32,
    /// Estimated time to go.
    pub eta_ms: Option<u64>,
}

/// A finished stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageReport {
    /// Its name.
    pub stage: String,
    /// Wall time.
    pub wall_ms: u64,
    /// A checkpoint stood in.
    pub resumed: bool,
    /// What providers were paid.
    pub cost_microusd: u64,
}

/// Where a shot's picture came from.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ShotReport {
    /// From 1.
    pub shot: u32,
    /// Which provider won.
    pub provider: String,
    /// The licence's short name.
    pub licence: String,
    /// Author and title, or empty.
    pub credit: String,
    /// What it cost.
    pub cost_microusd: u64,
}

/// How a job ended, as far as its worker can tell.
#[derive(Clone, Debug, PartialEq)]
pub enum Ending {
    /// The video is stored.
    Done(Box<DeliveredVideo>),
    /// It did not work.
    Failed {
        /// Stable, for programs.
        code: String,
        /// What the person is told: what happened and what to do.
        message: String,
        /// What operators see: the cause chain.
        detail: String,
        /// Trying again may help; after the third try the job fails all the same.
        retry: bool,
    },
    /// The worker stopped because the person called it off.
    Cancelled,
}

/// A job taken from a lost worker, or told to the queue again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Requeued {
    /// Which.
    pub job: JobId,
    /// Queued again; failed after its third try; cancelled where the person wanted that.
    pub state: JobState,
}

impl Store {
    /// Takes a job for `lease`: a queued one, or one whose lease has run out.
    ///
    /// # Errors
    /// [`StoreError`]; the job may then be held by nobody's knowledge until the lease runs out.
    pub async fn claim(
        &self,
        job: JobId,
        worker: WorkerId,
        lease: Duration,
    ) -> Result<Claim, StoreError> {
        let what = "claim";
        let sql = "SELECT outcome, state, token, held_until, cancel_requested, spec \
                   FROM cutline.claim_job($1, $2, $3)";
        let row = self.row(what, sql, &[&job.0, &worker.0, &millis(lease)]).await?;
        Ok(match column::<&str>(what, &row, "outcome")? {
            "claimed" => Claim::Claimed {
                spec: Box::new(json(what, &row, "spec")?),
                token: FencingToken(column(what, &row, "token")?),
                cancel_requested: column(what, &row, "cancel_requested")?,
            },
            "held" => Claim::Held { until: column(what, &row, "held_until")? },
            "ended" => Claim::Ended(word(what, &row, "state", JobState::named)?),
            "unknown" => Claim::Unknown,
            other => return Err(StoreError::shape(what, other)),
        })
    }

    /// Renews the lease and asks whether to go on.
    ///
    /// # Errors
    /// [`StoreError`]; the lease then runs on as it was.
    pub async fn heartbeat(
        &self,
        job: JobId,
        token: FencingToken,
        lease: Duration,
    ) -> Result<Heartbeat, StoreError> {
        let what = "heartbeat";
        let sql = "SELECT current, cancel_requested FROM cutline.heartbeat($1, $2, $3)";
        let row = self.row(what, sql, &[&job.0, &token.0, &millis(lease)]).await?;
        Ok(match column(what, &row, "current")? {
            true => {
                Heartbeat::Current { cancel_requested: column(what, &row, "cancel_requested")? }
            }
            false => Heartbeat::Stale,
        })
    }

    /// Says where the job is. Not worth a repeat: the next one says it better.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn progress(
        &self,
        job: JobId,
        token: FencingToken,
        report: &ProgressReport,
    ) -> Result<Written, StoreError> {
        let eta_ms = report.eta_ms.map(|ms| i64::try_from(ms).unwrap_or(i64::MAX));
        let sql = "SELECT cutline.progress($1, $2, $3, $4, $5, $6) AS written";
        let (stage, fraction, overall) = (&report.stage, report.fraction, report.overall);
        let row = self
            .row("progress", sql, &[&job.0, &token.0, stage, &fraction, &overall, &eta_ms])
            .await?;
        written("progress", &row)
    }

    /// Records a finished stage and what it cost.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn stage_done(
        &self,
        job: JobId,
        token: FencingToken,
        report: &StageReport,
    ) -> Result<Written, StoreError> {
        let [wall_ms, cost] =
            [report.wall_ms, report.cost_microusd].map(|n| i64::try_from(n).unwrap_or(i64::MAX));
        let sql = "SELECT cutline.stage_done($1, $2, $3, $4, $5, $6) AS written";
        let (stage, resumed) = (&report.stage, report.resumed);
        let row = self
            .row_again("stage_done", sql, &[&job.0, &token.0, stage, &wall_ms, &resumed, &cost])
            .await?;
        written("stage_done", &row)
    }

    /// Records where every shot's picture came from.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn shots_done(
        &self,
        job: JobId,
        token: FencingToken,
        shots: &[ShotReport],
    ) -> Result<Written, StoreError> {
        let what = "shots_done";
        let shots = serde_json::to_value(shots).map_err(|e| StoreError::shape(what, e))?;
        let sql = "SELECT cutline.shots_done($1, $2, $3) AS written";
        let row = self.row_again(what, sql, &[&job.0, &token.0, &shots]).await?;
        written(what, &row)
    }

    /// Says where a contact sheet of the job under way lies. Worth nothing later: not asked again.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn sheet_done(
        &self,
        job: JobId,
        token: FencingToken,
        sheet: &ObjectKey,
    ) -> Result<Written, StoreError> {
        let sql = "SELECT cutline.sheet_done($1, $2, $3) AS written";
        let row = self.row("sheet_done", sql, &[&job.0, &token.0, &sheet.as_str()]).await?;
        written("sheet_done", &row)
    }

    /// Running → delivering: the video is made and its files are being stored.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn deliver(&self, job: JobId, token: FencingToken) -> Result<Written, StoreError> {
        let sql = "SELECT cutline.deliver_job($1, $2) AS written";
        let row = self.row_again("deliver", sql, &[&job.0, &token.0]).await?;
        written("deliver", &row)
    }

    /// Ends a try: state, hold, watch link and event in one transaction. `Failed { retry: true }`
    /// with tries left puts the job back into its queue. Asking again after a lost answer is safe:
    /// the same token and the same ending answer `Yes` again.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn finish(
        &self,
        job: JobId,
        token: FencingToken,
        ending: &Ending,
    ) -> Result<Written, StoreError> {
        let what = "finish";
        let (mut code, mut message, mut detail, mut retry) = (None, None, None, false);
        let (mut result, mut short) = (None, None);
        let outcome = match ending {
            Ending::Done(video) => {
                let video = serde_json::to_value(video).map_err(|e| StoreError::shape(what, e))?;
                (result, short) = (Some(video), Some(short_name(&mut rand::rng())));
                "done"
            }
            Ending::Failed { code: c, message: m, detail: d, retry: r } => {
                (code, message, detail, retry) = (Some(c), Some(m), Some(d), *r);
                "failed"
            }
            Ending::Cancelled => "cancelled",
        };
        let sql = "SELECT cutline.finish_job($1, $2, $3, $4, $5, $6, $7, $8, $9) AS written";
        let row = self
            .row_and_wake(
                what,
                sql,
                &[&job.0, &token.0, &outcome, &code, &message, &detail, &retry, &result, &short],
            )
            .await?;
        written(what, &row)
    }

    /// Puts the job back into its queue, the try not counted: for a worker that drains.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn hand_back(&self, job: JobId, token: FencingToken) -> Result<Written, StoreError> {
        let sql = "SELECT cutline.hand_back($1, $2) AS written";
        let row = self.row_and_wake("hand_back", sql, &[&job.0, &token.0]).await?;
        written("hand_back", &row)
    }

    /// Takes jobs from workers whose lease has run out, and tells the queue again of jobs that have
    /// waited longer than `lost_after` since it was last told (each time twice as long, at most an
    /// hour): losing every message loses no job.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn requeue_lost(&self, lost_after: Duration) -> Result<Vec<Requeued>, StoreError> {
        let what = "requeue_lost";
        let sql = "SELECT job_id, state FROM cutline.requeue_lost($1, 200)";
        let rows = self.rows_and_wake(what, sql, &[&millis(lost_after)]).await?;
        rows.iter()
            .map(|row| {
                let job = JobId(column::<Uuid>(what, row, "job_id")?);
                Ok(Requeued { job, state: word(what, row, "state", JobState::named)? })
            })
            .collect()
    }
}

fn written(what: &'static str, row: &tokio_postgres::Row) -> Result<Written, StoreError> {
    Ok(if column(what, row, "written")? { Written::Yes } else { Written::Stale })
}

/// A watch link's name: 14 of 57 letters, 81 bits, none that is mistaken for another.
fn short_name(random: &mut impl Rng) -> String {
    const LETTERS: &[u8; 57] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    (0..14).map(|_| char::from(LETTERS[random.random_range(0..LETTERS.len())])).collect()
}
