//! A job's money: every paid call goes through [`Purse::buy`]. It buys nothing twice (a cache by
//! content), nothing beyond the job's and the day's limits, and nothing that is not in the book
//! first. Knows no vendor and no database.

pub mod book;
mod limits;
pub mod local;
mod reserved;
pub mod vault;

use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use cutline_core::{job::Mode, plan::Plan};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::http::{CallError, Fault};
use book::{Begun, Book, BookError, Entry};
pub use limits::Limits;
use reserved::{Reserved, State};
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
        let reserved = self.reserve(wanted).await?;
        self.begin(&entry, wanted).await?;
        reserved.begins();
        let outcome = call(sha256).await;
        reserved.ends();
        match outcome {
            Ok(delivered) => self.keep(&entry, wanted, &reserved, delivered).await,
            Err(error) if error.outcome_unknown => {
                reserved.spend(wanted.estimate_microusd);
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
                if let Err(unforgotten) = self.book.forget(&entry).await {
                    tracing::warn!(%unforgotten, "a call that failed stays in the book");
                }
                Err(error)
            }
        }
    }

    /// A short note on a call under way (a vendor's id of it), for whoever takes the job over.
    pub async fn note(&self, sha256: &[u8; 32], note: &str) {
        self.vault.note(sha256, note).await;
    }

    /// The note on a call, if any.
    pub async fn noted(&self, sha256: &[u8; 32]) -> Option<String> {
        self.vault.noted(sha256).await
    }

    /// Gives what was paid for in an earlier life of the job, by asking the vendor for it again:
    /// for vendors that keep results under an id.
    ///
    /// # Errors
    /// As `collect`; [`Fault::Cancelled`] when the job is no longer ours.
    pub async fn collect<Fut>(&self, wanted: &Wanted<'_>, collect: Fut) -> Result<Bought, CallError>
    where
        Fut: Future<Output = Result<Delivered, CallError>>,
    {
        let sha256 = name_of(wanted);
        let entry = wanted.entry(&sha256);
        let delivered = collect.await?;
        let reserved = self.set_aside(0, wanted.stage);
        self.keep(&entry, wanted, &reserved, delivered).await
    }

    /// The answer to a call of this very job is here. Should its worker have died before it wrote
    /// the cost down, that is done now; gives what is newly in the book.
    async fn settled(
        &self,
        entry: &Entry<'_>,
        wanted: &Wanted<'_>,
        kept: &Kept,
    ) -> Result<u64, CallError> {
        match self.book.begin(entry).await {
            Ok(Begun::Unsure) => {
                let reserved = self.set_aside(0, wanted.stage);
                reserved.spend(kept.cost_microusd);
                if let Err(error) = self.book.done(entry, kept.cost_microusd, None).await {
                    tracing::warn!(%error, "a paid call's cost is not in the book yet");
                }
                Ok(kept.cost_microusd)
            }
            Ok(Begun::Done) => Ok(0),
            Ok(Begun::Stale) => Err(CallError::new(wanted.vendor, Fault::Cancelled)),
            Ok(Begun::New) => {
                // Bought in this job's name by nobody: the page is struck out again.
                if let Err(error) = self.book.forget(entry).await {
                    tracing::debug!(%error, "a page too many in the book");
                }
                Ok(0)
            }
            Err(error) => {
                tracing::warn!(%error, "a paid call's cost is not in the book yet");
                Ok(0)
            }
        }
    }

    async fn begin(&self, entry: &Entry<'_>, wanted: &Wanted<'_>) -> Result<(), CallError> {
        let fault = |fault| CallError::new(wanted.vendor, fault);
        match self.book.begin(entry).await {
            Ok(Begun::New) => Ok(()),
            Ok(Begun::Unsure) => Err(fault(Fault::Unsure)),
            Ok(Begun::Done) => Err(fault(Fault::Lost)),
            Ok(Begun::Stale) => Err(fault(Fault::Cancelled)),
            Err(error) => {
                tracing::warn!(vendor = wanted.vendor, %error, "no call without the book");
                Err(fault(Fault::Book))
            }
        }
    }

    /// First the bytes, then the book: what the book calls done can be found again.
    async fn keep(
        &self,
        entry: &Entry<'_>,
        wanted: &Wanted<'_>,
        reserved: &Reserved<'_>,
        delivered: Delivered,
    ) -> Result<Bought, CallError> {
        let Delivered { bytes, cost_microusd, request_id } = delivered;
        reserved.spend(cost_microusd);
        metrics::counter!("cutline_provider_spend_microusd_total", "vendor" => wanted.vendor)
            .increment(cost_microusd);
        count(wanted.vendor, "bought");
        let kept = Kept { bytes: bytes.clone(), cost_microusd, own: true };
        if let Err(error) = self.vault.put(entry.sha256, kept).await {
            tracing::warn!(vendor = wanted.vendor, %error, "what was bought could not be kept");
        }
        let done = self.book.done(entry, cost_microusd, request_id.as_deref()).await;
        match done {
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

    async fn reserve(&self, wanted: &Wanted<'_>) -> Result<Reserved<'_>, CallError> {
        let ceiling = |what: &str| {
            count(wanted.vendor, "ceiling");
            tracing::warn!(vendor = wanted.vendor, stage = wanted.stage, what, "spending limit");
            CallError::new(wanted.vendor, Fault::Ceiling)
        };
        let no_book = |error: BookError| {
            tracing::warn!(vendor = wanted.vendor, %error, "no call without the book");
            CallError::new(wanted.vendor, Fault::Book)
        };
        let amount = wanted.estimate_microusd;
        let before = *self.before.get_or_try_init(|| self.book.before()).await.map_err(no_book)?;
        let reserved = {
            let mut state = self.state();
            let promised = state.reserved.saturating_add(amount);
            if before.saturating_add(state.spent).saturating_add(promised) > self.job_microusd_max {
                drop(state);
                return Err(ceiling("the job's"));
            }
            state.reserved = promised;
            self.set_aside(amount, wanted.stage)
        };
        let today = self.book.today().await.map_err(no_book)?;
        // What is under way is in the book already.
        let promised = self.state().not_in_book();
        if today.saturating_add(promised) > self.day_microusd_max {
            return Err(ceiling("the day's"));
        }
        Ok(reserved)
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
