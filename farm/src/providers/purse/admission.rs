//! A call's way into the book and past the limits.

use super::{
    Purse, Wanted,
    book::{Begun, BookError, Entry},
    count,
    reserved::Reserved,
};
use crate::providers::http::{CallError, Fault};

impl Purse {
    /// Writes a call into the book, then puts the money for it aside. What the book knows already
    /// is told before any limit: it counts in the limits, and may be paid for.
    pub(super) async fn open<'a>(
        &'a self,
        entry: &Entry<'a>,
        wanted: &Wanted<'_>,
    ) -> Result<Reserved<'a>, CallError> {
        // One after the other: of two that do not both fit, the first is bought.
        let _door = self.door.lock().await;
        let before = self.before().await.map_err(|error| no_book(wanted, &error))?;
        self.begin(entry, wanted).await?;
        let reserved = self.reserve(entry, wanted, before).await;
        if reserved.is_err() {
            self.strike(entry).await;
        }
        reserved
    }

    /// What earlier lives of the job have paid: read before this one writes anything.
    pub(super) async fn before(&self) -> Result<u64, BookError> {
        self.before.get_or_try_init(|| self.book.before()).await.copied()
    }

    async fn reserve<'a>(
        &'a self,
        entry: &Entry<'a>,
        wanted: &Wanted<'_>,
        before: u64,
    ) -> Result<Reserved<'a>, CallError> {
        let ceiling = |what: &str| {
            count(wanted.vendor, "ceiling");
            tracing::warn!(vendor = wanted.vendor, stage = wanted.stage, what, "spending limit");
            CallError::new(wanted.vendor, Fault::Ceiling)
        };
        // The call is in the book, and so in the day's sum.
        let today = self.book.today().await.map_err(|error| no_book(wanted, &error))?;
        if today > self.day_microusd_max {
            return Err(ceiling("the day's"));
        }
        let mut state = self.state();
        let promised = state.reserved.saturating_add(entry.estimate_microusd);
        let paid = before.saturating_sub(state.cleared).saturating_add(state.spent);
        if paid.saturating_add(promised) > self.job_microusd_max {
            drop(state);
            return Err(ceiling("the job's"));
        }
        state.reserved = promised;
        drop(state);
        Ok(self.set_aside(*entry))
    }

    /// Strikes out a call that was not made, or not charged.
    pub(super) async fn strike(&self, entry: &Entry<'_>) {
        if let Err(error) = self.book.forget(entry).await {
            tracing::warn!(%error, "a call that cost nothing stays in the book");
        }
    }

    async fn begin(&self, entry: &Entry<'_>, wanted: &Wanted<'_>) -> Result<(), CallError> {
        let fault = |fault| CallError::new(wanted.vendor, fault);
        match self.book.begin(entry).await {
            Ok(Begun::New) => Ok(()),
            Ok(Begun::Unsure) => Err(fault(Fault::Unsure)),
            Ok(Begun::Done) => Err(fault(Fault::Lost)),
            Ok(Begun::Stale) => Err(fault(Fault::Cancelled)),
            Err(error) => Err(no_book(wanted, &error)),
        }
    }
}

fn no_book(wanted: &Wanted<'_>, error: &BookError) -> CallError {
    tracing::warn!(vendor = wanted.vendor, %error, "no call without the book");
    CallError::new(wanted.vendor, Fault::Book)
}
