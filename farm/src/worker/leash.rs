//! What can end a running job before it is finished, and which of them came first.

use std::sync::OnceLock;

use tokio_util::sync::CancellationToken;

/// Why a run was ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The person called the job off.
    Cancelled,
    /// The lease is no longer ours, or the database could not be reached for so long that it cannot
    /// be: nothing of this run may be written any more.
    Stale,
    /// This worker shuts down: another goes on.
    HandedBack,
    /// It took longer than a job may.
    TooLong,
}

/// Held by everything that may end one run. The first reason stands.
#[derive(Debug, Default)]
pub struct Leash {
    token: CancellationToken,
    reason: OnceLock<Stop>,
}

impl Leash {
    /// Ends the run.
    pub fn end(&self, why: Stop) {
        // Set before it is seen: whoever wakes by the token finds the reason.
        let _ = self.reason.set(why);
        self.token.cancel();
    }

    /// Fires when the run is to end.
    #[must_use]
    pub fn token(&self) -> CancellationToken {
        self.token.clone()
    }

    /// Why it ended, if it was ended.
    #[must_use]
    pub fn reason(&self) -> Option<Stop> {
        self.reason.get().copied()
    }
}
