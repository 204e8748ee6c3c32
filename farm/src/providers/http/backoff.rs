//! How long to wait between tries. Pure; randomness and the time of day are passed in.

use std::time::Duration;

use chrono::{DateTime, Utc};

/// No wait grows beyond this by itself.
const BACKOFF_MAX: Duration = Duration::from_secs(20);

/// The wait after try number `tries` (from 1): doubles each time; the upper half of it is random
/// (`roll` 0–1), so that callers who failed together do not come back together. A vendor's own wish
/// is honoured in full, with a little on top.
#[must_use]
pub fn wait(first: Duration, tries: u32, wish: Option<Duration>, roll: f32) -> Duration {
    let doubled = first.saturating_mul(1 << tries.saturating_sub(1).min(16)).min(BACKOFF_MAX);
    let own = doubled.mul_f32(0.5 + 0.5 * roll.clamp(0.0, 1.0));
    match wish {
        None => own,
        Some(wish) => own.max(wish.saturating_add(first.mul_f32(0.2 * roll.clamp(0.0, 1.0)))),
    }
}

/// `Retry-After`: whole seconds or a date (RFC 9110 §10.2.3).
#[must_use]
pub fn retry_after(value: &str, now: DateTime<Utc>) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let date = DateTime::parse_from_rfc2822(value).ok()?;
    Some((date.with_timezone(&Utc) - now).to_std().unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn waits_double_are_bounded_and_never_shorter_than_asked(
            tries in 1u32..40, roll in 0f32..1.0, wish_s in proptest::option::of(0u64..4000)
        ) {
            let first = Duration::from_millis(400);
            let wish = wish_s.map(Duration::from_secs);
            let waited = wait(first, tries, wish, roll);
            prop_assert!(waited >= Duration::from_millis(200));
            if let Some(wish) = wish {
                prop_assert!(waited >= wish);
                prop_assert!(waited <= wish.max(BACKOFF_MAX) + Duration::from_millis(80));
            } else {
                prop_assert!(waited <= BACKOFF_MAX);
            }
        }
    }

    #[test]
    fn seconds_and_dates_are_understood_and_nonsense_is_not() {
        let now = DateTime::parse_from_rfc3339("2026-11-22T06:00:00Z").unwrap().to_utc();
        assert_eq!(retry_after("7", now), Some(Duration::from_secs(7)));
        let date = "Sun, 22 Nov 2026 06:01:30 GMT";
        assert_eq!(retry_after(date, now), Some(Duration::from_secs(90)));
        let past = "Sun, 22 Nov 2026 05:00:00 GMT";
        assert_eq!(retry_after(past, now), Some(Duration::ZERO));
        for wrong in ["", "soon", "-3", "1.5"] {
            assert_eq!(retry_after(wrong, now), None, "{wrong}");
        }
    }
}
