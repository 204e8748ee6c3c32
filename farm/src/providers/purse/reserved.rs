//! A job's money while calls are under way: promised before, spent or given back after.

use std::{
    collections::{BTreeMap, HashMap},
    sync::atomic::{AtomicBool, Ordering},
};

use super::{Purse, book::Entry};

/// What has been spent and promised.
#[derive(Debug, Default)]
pub(super) struct State {
    /// Paid, or perhaps paid, in this life of the job.
    pub(super) spent: u64,
    /// Promised to calls that are about to be made or under way.
    pub(super) reserved: u64,
    /// What earlier lives' calls of unknown outcome counted as, of those known by now.
    pub(super) cleared: u64,
    pub(super) by_stage: BTreeMap<&'static str, u64>,
    /// What each call of this life counts as.
    counted: HashMap<[u8; 32], u64>,
}

impl State {
    /// A call that nothing was counted for has cost this much, or may have.
    pub(super) fn spend(&mut self, entry: &Entry<'_>, cost: u64) {
        self.spent = self.spent.saturating_add(cost);
        *self.by_stage.entry(entry.stage).or_default() += cost;
        self.counted.insert(*entry.sha256, cost);
    }

    /// A call whose outcome was unknown has cost this much, and no longer its estimate: whether
    /// this life has counted that, or it is among what earlier ones have paid.
    pub(super) fn settle(&mut self, entry: &Entry<'_>, cost: u64) {
        match self.counted.remove(entry.sha256) {
            Some(counted) => {
                self.spent = self.spent.saturating_sub(counted);
                let stage = self.by_stage.entry(entry.stage).or_default();
                *stage = stage.saturating_sub(counted);
            }
            None => self.cleared = self.cleared.saturating_add(entry.estimate_microusd),
        }
        self.spend(entry, cost);
    }
}

/// Money put aside for a call; what is not spent goes back when dropped.
pub(super) struct Reserved<'a> {
    purse: &'a Purse,
    entry: Entry<'a>,
    /// The call is under way: dropped like this, nobody will hear whether it was charged.
    under_way: AtomicBool,
}

impl Reserved<'_> {
    /// The call begins.
    pub(super) fn begins(&self) {
        self.under_way.store(true, Ordering::Relaxed);
    }

    /// The call has ended, well or badly.
    pub(super) fn ends(&self) {
        self.under_way.store(false, Ordering::Relaxed);
    }
}

impl Drop for Reserved<'_> {
    fn drop(&mut self) {
        let mut state = self.purse.state();
        if *self.under_way.get_mut() {
            state.spend(&self.entry, self.entry.estimate_microusd);
        }
        state.reserved = state.reserved.saturating_sub(self.entry.estimate_microusd);
    }
}

impl Purse {
    /// Puts money aside that is already promised in the state.
    pub(super) fn set_aside<'a>(&'a self, entry: Entry<'a>) -> Reserved<'a> {
        Reserved { purse: self, entry, under_way: AtomicBool::new(false) }
    }
}
