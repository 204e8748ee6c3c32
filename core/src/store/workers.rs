//! Workers say that they are there; operators tell them to leave.

use super::{Store, call::column, error::StoreError};
use crate::job::WorkerId;

/// What a worker says of itself, every few seconds.
#[derive(Clone, Debug, PartialEq)]
pub struct WorkerReport {
    /// This run of it.
    pub id: WorkerId,
    /// As operators know it.
    pub name: String,
    /// Jobs it can hold at once.
    pub slots: u32,
    /// Jobs it holds.
    pub busy: u32,
    /// Encoder, GPU, threads, memory, load.
    pub hardware: serde_json::Value,
    /// It takes no more jobs.
    pub draining: bool,
}

/// What a worker is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkerOrders {
    /// Take no more jobs; finish or hand back; end.
    pub drain: bool,
}

impl Store {
    /// Records a sign of life and brings back orders.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn worker_seen(&self, report: &WorkerReport) -> Result<WorkerOrders, StoreError> {
        let what = "worker_seen";
        let [slots, busy] =
            [report.slots, report.busy].map(|n| i32::try_from(n).unwrap_or(i32::MAX));
        let sql = "SELECT cutline.worker_seen($1, $2, $3, $4, $5, $6) AS drain";
        let (name, hardware, draining) = (&report.name, &report.hardware, report.draining);
        let row = self
            .row_again(what, sql, &[&report.id.0, name, &slots, &busy, hardware, &draining])
            .await?;
        Ok(WorkerOrders { drain: column(what, &row, "drain")? })
    }

    /// Records that a worker has ended of its own accord.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn worker_gone(&self, id: WorkerId) -> Result<(), StoreError> {
        self.row_again("worker_gone", "SELECT cutline.worker_gone($1)", &[&id.0]).await.map(drop)
    }
}
