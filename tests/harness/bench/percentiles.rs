//! Durations, summed up.

use std::{fmt, time::Duration};

/// How long something took, most of the time and almost always.
#[derive(Debug, Clone, Copy)]
pub(super) struct Percentiles {
    /// Half took no longer.
    pub p50: Duration,
    /// 99 of 100 took no longer.
    pub p99: Duration,
}

impl Percentiles {
    /// The percentiles of some durations; zero of none.
    #[must_use]
    pub(super) fn of(mut durations: Vec<Duration>) -> Self {
        durations.sort_unstable();
        let at = |percent: usize| {
            let index = (durations.len() * percent / 100).min(durations.len().saturating_sub(1));
            durations.get(index).copied().unwrap_or_default()
        };
        Self { p50: at(50), p99: at(99) }
    }
}

impl fmt::Display for Percentiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = |duration: Duration| duration.as_secs_f64() * 1000.0;
        write!(f, "p50 {:6.1} ms   p99 {:6.1} ms", ms(self.p50), ms(self.p99))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_are_at_most_the_median_and_one_in_a_hundred_above_the_p99() {
        let found = Percentiles::of((1..=200).map(Duration::from_millis).collect());
        assert_eq!(found.p50, Duration::from_millis(101));
        assert_eq!(found.p99, Duration::from_millis(199));
        assert_eq!(Percentiles::of(Vec::new()).p99, Duration::ZERO);
    }
}
