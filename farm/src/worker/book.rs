//! The book of paid calls in the database, under the job's fencing token (architecture, invariant
//! 6).

use async_trait::async_trait;
use cutline_core::{
    failpoint,
    job::{FencingToken, JobId},
    store::{PaidCall, PaidCallKey, Store, StoreError, Written},
};
use serde_json::json;

use crate::providers::purse::book::{Begun, Book, BookError, Entry};

/// One try's pages.
#[derive(Clone)]
pub struct StoreBook {
    store: Store,
    job: JobId,
    token: FencingToken,
}

impl StoreBook {
    /// For a job held under a token.
    #[must_use]
    pub fn new(store: Store, job: JobId, token: FencingToken) -> Self {
        Self { store, job, token }
    }

    fn key<'a>(&self, entry: &Entry<'a>) -> PaidCallKey<'a> {
        PaidCallKey {
            job: self.job,
            stage: entry.stage,
            item: entry.item,
            input_sha256: entry.sha256,
        }
    }
}

fn failed(error: StoreError) -> BookError {
    BookError(Box::new(error))
}

#[async_trait]
impl Book for StoreBook {
    async fn begin(&self, entry: &Entry<'_>) -> Result<Begun, BookError> {
        let (key, estimate) = (self.key(entry), entry.estimate_microusd);
        let known = self.store.paid_call_begin(key, self.token, estimate).await;
        Ok(match known.map_err(failed)? {
            PaidCall::New => {
                failpoint!("worker.before_provider");
                Begun::New
            }
            // Begun under this very token: its answer was lost to us a moment ago.
            PaidCall::Begun | PaidCall::Unknown { .. } => Begun::Unsure,
            PaidCall::Done { .. } => Begun::Done,
            PaidCall::Stale => Begun::Stale,
        })
    }

    async fn done(
        &self,
        entry: &Entry<'_>,
        cost_microusd: u64,
        request_id: Option<&str>,
    ) -> Result<bool, BookError> {
        failpoint!("worker.after_provider");
        // The answer itself lies in the vault, beside the job's checkpoints.
        let output = json!({"kept": hex::encode(entry.sha256)});
        let key = self.key(entry);
        let written =
            self.store.paid_call_done(key, self.token, cost_microusd, request_id, &output).await;
        Ok(written.map_err(failed)? == Written::Yes)
    }

    async fn forget(&self, entry: &Entry<'_>) -> Result<(), BookError> {
        let forgotten = self.store.paid_call_forget(self.key(entry), self.token).await;
        forgotten.map(drop).map_err(failed)
    }

    async fn before(&self) -> Result<u64, BookError> {
        self.store.paid_for_job(self.job).await.map_err(failed)
    }

    async fn today(&self) -> Result<u64, BookError> {
        self.store.paid_today().await.map_err(failed)
    }
}
