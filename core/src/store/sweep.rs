//! What a sweep of leftovers must know before it deletes anything.

use uuid::Uuid;

use super::{Store, call::column, error::StoreError};
use crate::job::{FencingToken, JobId, JobState};

/// A job whose leftovers may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndedJob {
    /// Which.
    pub job: JobId,
    /// How it ended; `None`: there is no such job.
    pub state: Option<JobState>,
    /// For a done job, the token under which the results that stand were written.
    pub winner: Option<FencingToken>,
}

impl Store {
    /// Of these jobs, those that are over or do not exist. Live ones are absent.
    ///
    /// # Errors
    /// [`StoreError`]; delete nothing then.
    pub async fn ended_among(&self, jobs: &[JobId]) -> Result<Vec<EndedJob>, StoreError> {
        let what = "ended_among";
        let jobs: Vec<Uuid> = jobs.iter().map(|job| job.0).collect();
        let sql = "SELECT job_id, state, winner FROM cutline.jobs_ended($1)";
        let rows = self.rows_again(what, sql, &[&jobs]).await?;
        rows.iter()
            .map(|row| {
                let state = column::<Option<&str>>(what, row, "state")?.and_then(JobState::named);
                let winner = column::<Option<i64>>(what, row, "winner")?.map(FencingToken);
                Ok(EndedJob { job: JobId(column(what, row, "job_id")?), state, winner })
            })
            .collect()
    }
}
