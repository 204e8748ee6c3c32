//! What credits are and what they buy (spec §3). The ledger itself is in the database; this file
//! holds the rules that need no I/O and the words for its entries.

use chrono::{DateTime, Datelike, NaiveDate, TimeZone, Utc};
use serde::{Deserialize, Serialize};

use crate::{job::Mode, plan::Plan};

/// Credits for one video in a mode, where the month's videos do not cover it.
#[must_use]
pub fn price(mode: Mode) -> u32 {
    match mode {
        Mode::Standard | Mode::Cartoon => 1,
        Mode::Studio => 5,
        Mode::Cinematic => 20,
    }
}

/// What an account has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balance {
    /// Free to spend.
    pub wallet: i64,
    /// Set aside for jobs under way.
    pub held: i64,
}

/// What a video is paid with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "with", rename_all = "snake_case")]
pub enum Payment {
    /// One of the month's videos.
    Allowance,
    /// Credits.
    Credits {
        /// How many.
        amount: u32,
    },
}

/// How a video would be paid for: the same rule as the database's submit function.
///
/// # Errors
/// The credits missing.
pub fn payment(plan: Plan, mode: Mode, used: u32, wallet: i64) -> Result<Payment, i64> {
    let covered = plan.videos_a_month().is_none_or(|cap| used < cap);
    if mode == Mode::Standard && covered {
        return Ok(Payment::Allowance);
    }
    let amount = price(mode);
    let missing = i64::from(amount) - wallet;
    if missing > 0 { Err(missing) } else { Ok(Payment::Credits { amount }) }
}

/// The calendar month (UTC) of a moment, as its first day: the key of an allowance.
#[must_use]
pub fn month_of(now: DateTime<Utc>) -> NaiveDate {
    let day = now.date_naive();
    day.with_day(1).unwrap_or(day)
}

/// The moment the month turns: when the allowance is whole again.
#[must_use]
pub fn month_turns(now: DateTime<Utc>) -> DateTime<Utc> {
    let (year, month) =
        if now.month() == 12 { (now.year() + 1, 1) } else { (now.year(), now.month() + 1) };
    Utc.with_ymd_and_hms(year, month, 1, 0, 0, 0).earliest().unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn moment(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn months_turn_at_midnight_utc() {
        let last = moment("2026-11-30T23:59:59.999Z");
        assert_eq!(month_of(last).to_string(), "2026-11-01");
        assert_eq!(month_turns(last), moment("2026-12-01T00:00:00Z"));
        assert_eq!(month_turns(moment("2026-12-01T00:00:00Z")), moment("2027-01-01T00:00:00Z"));
        // 1 a.m. in Berlin is still the old month.
        assert_eq!(month_of(moment("2026-12-01T00:30:00+01:00")).to_string(), "2026-11-01");
        assert_eq!(month_turns(moment("2028-02-29T12:00:00Z")), moment("2028-03-01T00:00:00Z"));
    }

    #[test]
    fn the_months_videos_are_used_before_credits() {
        assert_eq!(payment(Plan::Free, Mode::Standard, 0, 9), Ok(Payment::Allowance));
        assert_eq!(payment(Plan::Free, Mode::Standard, 1, 0), Err(1));
        assert_eq!(
            payment(Plan::Beginner, Mode::Standard, 10, 3),
            Ok(Payment::Credits { amount: 1 })
        );
        assert_eq!(payment(Plan::Enterprise, Mode::Standard, 999, 0), Ok(Payment::Allowance));
        assert_eq!(payment(Plan::Enterprise, Mode::Cinematic, 0, 15), Err(5));
    }

    proptest! {
        #[test]
        fn a_payment_never_overdraws(used in 0u32..20, wallet in 0i64..30) {
            for (plan, mode) in Plan::ALL.into_iter().flat_map(|p| Mode::ALL.map(|m| (p, m))) {
                if let Ok(Payment::Credits { amount }) = payment(plan, mode, used, wallet) {
                    prop_assert!(i64::from(amount) <= wallet);
                }
            }
        }

        #[test]
        fn the_month_turns_later_and_within_31_days(seconds in 0i64..4_000_000_000) {
            let now = Utc.timestamp_opt(seconds, 0).unwrap();
            let turns = month_turns(now);
            prop_assert!(turns > now && (turns - now).num_days() <= 31);
            prop_assert!(month_of(turns) > month_of(now));
        }
    }
}
