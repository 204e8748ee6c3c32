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
    /// Promised to calls that are about to be made or under way.
    pub(super) reserved: u64,
    /// Of these, what the book knows of.
    begun: u64,
    pub(super) by_stage: BTreeMap<&'static str, u64>,
}

impl State {
    /// Promised, and not in the book yet.
    pub(super) fn not_in_book(&self) -> u64 {
        self.reserved.saturating_sub(self.begun)
    }
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
    /// The call is in the book and begins.
    pub(super) fn begins(&self) {
        self.under_way.store(true, Ordering::Relaxed);
        self.purse.state().begun += self.amount;
    }

    /// The call has ended, well or badly.
    pub(super) fn ends(&self) {
        self.under_way.store(false, Ordering::Relaxed);
        let mut state = self.purse.state();
        state.begun = state.begun.saturating_sub(self.amount);
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
            self.ends();
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
