//! How much may be spent: a table by plan, and a day's sum.

use cutline_core::{job::Mode, plan::Plan};

/// Spending limits in millionths of a dollar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// A job's, by plan, in the order of [`Plan::ALL`].
    pub job_microusd: [u64; 4],
    /// What a talking character may cost on top: by photograph, by film.
    pub talker_microusd: [u64; 2],
    /// A day's (UTC), of everything in one book.
    pub day_microusd: u64,
}

impl Default for Limits {
    /// About four times a typical video on the better plans; Free gets free pictures and cheap
    /// words. A photograph that talks for a minute and a half costs five dollars and a half, a film
    /// of 48 seconds seven.
    fn default() -> Self {
        Self {
            job_microusd: [50_000, 300_000, 1_000_000, 3_000_000],
            talker_microusd: [6_000_000, 12_000_000],
            day_microusd: 50_000_000,
        }
    }
}

impl Limits {
    /// A job's limit under a plan, made in a mode.
    #[must_use]
    pub fn of(&self, plan: Plan, mode: Mode) -> u64 {
        let at = Plan::ALL.iter().position(|one| *one == plan).unwrap_or_default();
        let [photo, film] = self.talker_microusd;
        let on_top = match mode {
            Mode::Standard | Mode::Cartoon => 0,
            Mode::Studio => photo,
            Mode::Cinematic => film,
        };
        self.job_microusd[at].saturating_add(on_top)
    }
}
