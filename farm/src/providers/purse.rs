//! A job's money: every paid call goes through [`Purse::buy`]. It buys nothing twice (a cache by
//! content), nothing beyond the job's and the day's limits, and nothing that is not in the book
//! first. Knows no vendor and no database.

mod admission;
pub mod book;
mod limits;
pub mod local;
mod notes;
mod reserved;
pub mod vault;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use cutline_core::{job::Mode, plan::Plan};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::http::{CallError, Fault};
use book::{Begun, Book, Entry};
pub use limits::Limits;
use reserved::State;
use vault::{Kept, Vault};

/// What is to be bought.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    /// From whom.
    pub vendor: &'static str,
    /// In which stage.
    pub stage: &'static str,
    /// For which part of it, for operators.
    pub item: &'a str,
    /// Everything that the answer depends on. Only its hash is kept.
    pub input: &'a Value,
    /// What it will cost at most.
    pub estimate_microusd: u64,
}

impl<'a> Wanted<'a> {
    fn entry(&self, sha256: &'a [u8; 32]) -> Entry<'a> {
        let estimate_microusd = self.estimate_microusd;
        Entry { stage: self.stage, item: self.item, sha256, estimate_microusd }
    }
}

/// What a vendor delivered.
#[derive(Clone, Debug)]
pub struct Delivered {
    /// What is kept of the answer.
    pub bytes: Bytes,
    /// What it cost.
    pub cost_microusd: u64,
    /// The vendor's id of the call.
    pub request_id: Option<String>,
}

/// What one has after buying.
#[derive(Clone, Debug)]
pub struct Bought {
    /// The answer.
    pub bytes: Bytes,
    /// What it cost now: nothing when it was there already.
    pub cost_microusd: u64,
    /// The call's name, for notes.
    pub sha256: [u8; 32],
}

/// One job's purse.
pub struct Purse {
    book: Arc<dyn Book>,
    vault: Vault,
    job_microusd_max: u64,
    day_microusd_max: u64,
    state: Mutex<State>,
    /// Calls are written into the book one after the other.
    door: tokio::sync::Mutex<()>,
    /// What earlier lives of the job have paid, read once.
    before: tokio::sync::OnceCell<u64>,
    flights: Mutex<HashMap<[u8; 32], Arc<tokio::sync::Mutex<()>>>>,
}

impl Purse {
    /// A purse for one job.
    #[must_use]
    pub fn new(
        book: Arc<dyn Book>,
        vault: Vault,
        limits: &Limits,
        plan: Plan,
        mode: Mode,
    ) -> Arc<Self> {
        Arc::new(Self {
            book,
            vault,
            job_microusd_max: limits.of(plan, mode),
            day_microusd_max: limits.day_microusd,
            state: Mutex::default(),
            door: tokio::sync::Mutex::default(),
            before: tokio::sync::OnceCell::new(),
            flights: Mutex::default(),
        })
    }

    /// What a stage has cost so far, calls of unknown outcome at their estimate.
    #[must_use]
    pub fn cost_of(&self, stage: &str) -> u64 {
        self.state().by_stage.get(stage).copied().unwrap_or_default()
    }

    /// What the job has cost in this run.
    #[must_use]
    pub fn spent(&self) -> u64 {
        self.state().spent
    }

    /// Gives what is wanted: from the cache, or by `call`, at most once for the same input.
    ///
    /// `call` must end with an error whose `outcome_unknown` is true whenever the vendor may have
    /// charged: such a call stays in the book as begun and is not repeated.
    ///
    /// # Errors
    /// The call's own; [`Fault::Ceiling`], [`Fault::Unsure`], [`Fault::Lost`], [`Fault::Book`]
    /// before it, [`Fault::Cancelled`] when the job is no longer ours.
    pub async fn buy<F, Fut>(&self, wanted: &Wanted<'_>, call: F) -> Result<Bought, CallError>
    where
        F: FnOnce([u8; 32]) -> Fut,
        Fut: Future<Output = Result<Delivered, CallError>>,
    {
        let sha256 = name_of(wanted);
        let flight = self.flight(sha256);
        // Two shots that ask for the same: the second finds the first one's in the cache.
        let _alone = flight.lock().await;
        let entry = wanted.entry(&sha256);
        if let Some(kept) = self.vault.get(&sha256).await {
            count(wanted.vendor, "cached");
            let cost_microusd =
                if kept.own { self.settled(&entry, wanted, &kept).await? } else { 0 };
            return Ok(Bought { bytes: kept.bytes, cost_microusd, sha256 });
        }
        let reserved = self.open(&entry, wanted).await?;
        reserved.begins();
        let outcome = call(sha256).await;
        reserved.ends();
        match outcome {
            Ok(delivered) => {
                self.state().spend(&entry, delivered.cost_microusd);
                drop(reserved);
                if delivered.cost_microusd > wanted.estimate_microusd {
                    // Limits are kept by estimates: operators must hear of a price that has risen.
                    count(wanted.vendor, "dearer");
                    tracing::warn!(
                        vendor = wanted.vendor,
                        stage = wanted.stage,
                        estimate_microusd = wanted.estimate_microusd,
                        cost_microusd = delivered.cost_microusd,
                        "a call cost more than it was to cost at most: is the price set right?"
                    );
                }
                self.keep(&entry, wanted, delivered).await
            }
            Err(error) if error.outcome_unknown => {
                self.state().spend(&entry, entry.estimate_microusd);
                count(wanted.vendor, "unknown");
                tracing::warn!(
                    vendor = wanted.vendor,
                    stage = wanted.stage,
                    item = wanted.item,
                    call = hex::encode(&sha256[..8]),
                    %error,
                    "a paid call ended without a word: not repeated"
                );
                Err(error)
            }
            Err(error) => {
                self.strike(&entry).await;
                Err(error)
            }
        }
    }

    /// Gives what was begun before without an answer ([`Fault::Unsure`]), by asking the vendor for
    /// it again: for vendors that keep results under an id, or calls under a key.
    ///
    /// `collect` must end with an error whose `outcome_unknown` is false only where the vendor is
    /// known not to have charged: the call is then struck out, and may be made again.
    ///
    /// # Errors
    /// As `collect`; [`Fault::Cancelled`] when the job is no longer ours.
    pub async fn collect<Fut>(&self, wanted: &Wanted<'_>, collect: Fut) -> Result<Bought, CallError>
    where
        Fut: Future<Output = Result<Delivered, CallError>>,
    {
        let sha256 = name_of(wanted);
        let entry = wanted.entry(&sha256);
        match collect.await {
            Ok(delivered) => {
                self.state().settle(&entry, delivered.cost_microusd);
                self.keep(&entry, wanted, delivered).await
            }
            Err(error) => {
                if !error.outcome_unknown {
                    self.strike(&entry).await;
                    self.state().settle(&entry, 0);
                }
                Err(error)
            }
        }
    }

    /// The answer to a call of this very job is here. Should its worker have died before it wrote
    /// the cost down, that is done now; gives what is newly in the book.
    async fn settled(
        &self,
        entry: &Entry<'_>,
        wanted: &Wanted<'_>,
        kept: &Kept,
    ) -> Result<u64, CallError> {
        // Read before the book changes; a book that cannot be read is told of below.
        self.before().await.ok();
        match self.book.begin(entry).await {
            Ok(Begun::Unsure) => {
                self.state().settle(entry, kept.cost_microusd);
                if let Err(error) = self.book.done(entry, kept.cost_microusd, None).await {
                    tracing::warn!(%error, "a paid call's cost is not in the book yet");
                }
                Ok(kept.cost_microusd)
            }
            Ok(Begun::Done) => Ok(0),
            Ok(Begun::Stale) => Err(CallError::new(wanted.vendor, Fault::Cancelled)),
            Ok(Begun::New) => {
                // Bought in this job's name by nobody: the page is struck out again.
                self.strike(entry).await;
                Ok(0)
            }
            Err(error) => {
                tracing::warn!(%error, "a paid call's cost is not in the book yet");
                Ok(0)
            }
        }
    }

    /// First the bytes, then the book: what the book calls done can be found again.
    async fn keep(
        &self,
        entry: &Entry<'_>,
        wanted: &Wanted<'_>,
        delivered: Delivered,
    ) -> Result<Bought, CallError> {
        let Delivered { bytes, cost_microusd, request_id } = delivered;
        metrics::counter!("cutline_provider_spend_microusd_total", "vendor" => wanted.vendor)
            .increment(cost_microusd);
        count(wanted.vendor, "bought");
        let kept = Kept { bytes: bytes.clone(), cost_microusd, own: true };
        if let Err(error) = self.vault.put(entry.sha256, kept).await {
            tracing::warn!(vendor = wanted.vendor, %error, "what was bought could not be kept");
        }
        match self.book.done(entry, cost_microusd, request_id.as_deref()).await {
            Ok(true) => {}
            Ok(false) => return Err(CallError::new(wanted.vendor, Fault::Cancelled)),
            // It is paid for and here; for others it stays a call of unknown outcome.
            Err(error) => tracing::error!(
                vendor = wanted.vendor,
                cost_microusd,
                %error,
                "a paid call's answer is not in the book"
            ),
        }
        Ok(Bought { bytes, cost_microusd, sha256: *entry.sha256 })
    }

    fn flight(&self, sha256: [u8; 32]) -> Arc<tokio::sync::Mutex<()>> {
        let mut flights = self.flights.lock().unwrap_or_else(PoisonError::into_inner);
        flights.entry(sha256).or_default().clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The hash of everything that a purchase depends on. JSON objects are sorted by key.
pub(super) fn name_of(wanted: &Wanted<'_>) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in [wanted.vendor, wanted.stage, &wanted.input.to_string()] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().into()
}

fn count(vendor: &'static str, outcome: &'static str) {
    metrics::counter!("cutline_provider_purchases_total", "vendor" => vendor, "outcome" => outcome)
        .increment(1);
}

#[cfg(test)]
mod tests;
