//! A job's money while calls are under way: promised before, spent or given back after.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicBool, Ordering},
};

use super::Purse;

/// What has been spent and promised.
#[derive(Debug, Default)]
pub(super) struct State {
    /// Paid, or perhaps paid.
    pub(super) spent: u64,
    /// Promised to calls under way.
    pub(super) reserved: u64,
    pub(super) by_stage: BTreeMap<&'static str, u64>,
}

/// Money put aside for a call; what is not spent goes back when dropped.
pub(super) struct Reserved<'a> {
    purse: &'a Purse,
    amount: u64,
    stage: &'static str,
    /// The call is under way: dropped like this, nobody will hear whether it was charged.
    under_way: AtomicBool,
}

impl Reserved<'_> {
    /// Whether the call is under way.
    pub(super) fn under_way(&self, under_way: bool) {
        self.under_way.store(under_way, Ordering::Relaxed);
    }

    /// The call cost this much.
    pub(super) fn spend(&self, cost: u64) {
        let mut state = self.purse.state();
        state.spent = state.spent.saturating_add(cost);
        *state.by_stage.entry(self.stage).or_default() += cost;
    }
}

impl Drop for Reserved<'_> {
    fn drop(&mut self) {
        if *self.under_way.get_mut() {
            self.spend(self.amount);
        }
        let mut state = self.purse.state();
        state.reserved = state.reserved.saturating_sub(self.amount);
    }
}

impl Purse {
    /// Puts money aside that is already promised in the state.
    pub(super) fn set_aside(&self, amount: u64, stage: &'static str) -> Reserved<'_> {
        Reserved { purse: self, amount, stage, under_way: AtomicBool::new(false) }
    }
}
