//! At most one paid call for each (job, stage, item, input) (architecture, invariant 6): the
//! intention is recorded before the call, the answer after it. A call that was begun and not
//! finished before its worker was lost is *unknown*: it is reconciled with the provider, not
//! blindly repeated.

use super::{
    Store,
    call::{column, json},
    error::StoreError,
};
use crate::job::{FencingToken, JobId};

/// Which call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaidCallKey<'a> {
    /// For which job.
    pub job: JobId,
    /// In which stage.
    pub stage: &'a str,
    /// For which part of it (a shot, a chunk).
    pub item: &'a str,
    /// SHA-256 of everything the call depends on.
    pub input_sha256: &'a [u8; 32],
}

/// What is known of a call.
#[derive(Clone, Debug, PartialEq)]
pub enum PaidCall {
    /// Nothing yet; from `paid_call_begin`: it is recorded as begun, go ahead.
    New,
    /// Begun under this very token: another task of the same worker is at it.
    Begun,
    /// Answered; do not pay again.
    Done {
        /// What was kept of the answer.
        output: serde_json::Value,
        /// What it cost.
        cost_microusd: u64,
    },
    /// Begun by a worker that was lost; the provider may have been paid.
    Unknown {
        /// The provider's own id of the call, where it was recorded.
        request_id: Option<String>,
    },
    /// The token is not current (any more): stop.
    Stale,
}

impl Store {
    /// Records the intention to make a call, unless it was made before. Until its answer is
    /// recorded it counts as having cost `estimate_microusd`.
    ///
    /// # Errors
    /// [`StoreError`]: do not make the call.
    pub async fn paid_call_begin(
        &self,
        key: PaidCallKey<'_>,
        token: FencingToken,
        estimate_microusd: u64,
    ) -> Result<PaidCall, StoreError> {
        let what = "paid_call_begin";
        let sql = "SELECT state, output, cost_microusd, request_id \
                   FROM cutline.paid_call_begin($1, $2, $3, $4, $5, $6)";
        let sha: &[u8] = key.input_sha256;
        let estimate = i64::try_from(estimate_microusd).unwrap_or(i64::MAX);
        // Once only: a repeat after a lost answer would find the call begun, by itself.
        let row = self
            .row(what, sql, &[&key.job.0, &token.0, &key.stage, &key.item, &sha, &estimate])
            .await?;
        known(what, &row)
    }

    /// Records a call's answer and its cost, on the call and on the job.
    ///
    /// # Errors
    /// [`StoreError`]; the call is then unknown.
    pub async fn paid_call_done(
        &self,
        key: PaidCallKey<'_>,
        token: FencingToken,
        cost_microusd: u64,
        request_id: Option<&str>,
        output: &serde_json::Value,
    ) -> Result<super::Written, StoreError> {
        let what = "paid_call_done";
        let cost = i64::try_from(cost_microusd).unwrap_or(i64::MAX);
        let sha: &[u8] = key.input_sha256;
        let sql = "SELECT cutline.paid_call_done($1, $2, $3, $4, $5, $6, $7, $8) AS written";
        let row = self
            .row_again(
                what,
                sql,
                &[&key.job.0, &token.0, &key.stage, &key.item, &sha, &cost, &request_id, output],
            )
            .await?;
        let written: bool = column(what, &row, "written")?;
        Ok(if written { super::Written::Yes } else { super::Written::Stale })
    }

    /// Forgets a call that was reconciled and found never made (or refused without a charge), so
    /// that it may be begun again.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn paid_call_forget(
        &self,
        key: PaidCallKey<'_>,
        token: FencingToken,
    ) -> Result<super::Written, StoreError> {
        let what = "paid_call_forget";
        let sha: &[u8] = key.input_sha256;
        let sql = "SELECT cutline.paid_call_forget($1, $2, $3, $4, $5) AS written";
        let row =
            self.row_again(what, sql, &[&key.job.0, &token.0, &key.stage, &key.item, &sha]).await?;
        let written: bool = column(what, &row, "written")?;
        Ok(if written { super::Written::Yes } else { super::Written::Stale })
    }

    /// What all paid calls have cost since midnight (UTC), in millionths of a dollar.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn paid_today(&self) -> Result<u64, StoreError> {
        let what = "paid_today";
        let row = self.row_again(what, "SELECT cutline.paid_today() AS paid", &[]).await?;
        Ok(u64::try_from(column::<i64>(what, &row, "paid")?).unwrap_or(0))
    }

    /// What a job's paid calls have cost so far, in millionths of a dollar.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn paid_for_job(&self, job: JobId) -> Result<u64, StoreError> {
        let what = "paid_for_job";
        let row =
            self.row_again(what, "SELECT cutline.paid_for_job($1) AS paid", &[&job.0]).await?;
        Ok(u64::try_from(column::<i64>(what, &row, "paid")?).unwrap_or(0))
    }

    /// What is known of a call; records nothing.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn paid_call_state(&self, key: PaidCallKey<'_>) -> Result<PaidCall, StoreError> {
        let what = "paid_call_state";
        let sha: &[u8] = key.input_sha256;
        let sql = "SELECT state, output, cost_microusd, request_id \
                   FROM cutline.paid_call_state($1, $2, $3, $4)";
        let row = self.row_again(what, sql, &[&key.job.0, &key.stage, &key.item, &sha]).await?;
        known(what, &row)
    }
}

fn known(what: &'static str, row: &tokio_postgres::Row) -> Result<PaidCall, StoreError> {
    Ok(match column::<&str>(what, row, "state")? {
        "new" => PaidCall::New,
        "started" => PaidCall::Begun,
        "stale" => PaidCall::Stale,
        "unknown" => PaidCall::Unknown { request_id: column(what, row, "request_id")? },
        "done" => PaidCall::Done {
            output: json(what, row, "output")?,
            cost_microusd: u64::try_from(column::<i64>(what, row, "cost_microusd")?).unwrap_or(0),
        },
        other => return Err(StoreError::shape(what, other)),
    })
}
