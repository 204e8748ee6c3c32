//! How much may be spent: a table by plan, and a day's sum.

use cutline_core::plan::Plan;

/// Spending limits in millionths of a dollar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// A job's, by plan, in the order of [`Plan::ALL`].
    pub job_microusd: [u64; 4],
    /// A day's (UTC), of everything in one book.
    pub day_microusd: u64,
}

impl Default for Limits {
    /// About four times a typical video on the better plans; Free gets free pictures and cheap words.
    fn default() -> Self {
        Self { job_microusd: [50_000, 300_000, 1_000_000, 3_000_000], day_microusd: 50_000_000 }
    }
}

impl Limits {
    /// A job's limit under a plan.
    #[must_use]
    pub fn of_plan(&self, plan: Plan) -> u64 {
        let at = Plan::ALL.iter().position(|one| *one == plan).unwrap_or_default();
        self.job_microusd[at]
    }
}
