//! The circuit breaker: a vendor that fails again and again is left alone for a while, then asked
//! once. Pure; time is passed in. There is no state that a dropped call could leave it stuck in.

use std::time::Duration;

use tokio::time::Instant;

use super::Fault;

/// Failures in a row that open the circuit.
const FAILURES_MAX: u32 = 5;
/// It stays open so long at first; doubles with every failed probe.
const OPEN_MIN: Duration = Duration::from_secs(15);
/// … and no longer than this.
const OPEN_MAX: Duration = Duration::from_secs(300);
/// Nothing but a person mends a refused key or an empty account: asking again soon is noise.
const OPEN_KEY: Duration = Duration::from_secs(300);
/// One probe is let through; the next only after this long, should the first never report.
const PROBE: Duration = Duration::from_secs(30);

/// The state of one vendor.
#[derive(Debug, Default)]
pub struct Breaker {
    failures: u32,
    /// Closed to calls until then.
    until: Option<Instant>,
    last_open: Duration,
}

impl Breaker {
    /// Whether a call may be made now. The first one after the pause is the probe: further ones
    /// wait for what it brings.
    pub fn admit(&mut self, now: Instant) -> bool {
        match self.until {
            None => true,
            Some(until) if now < until => false,
            Some(_) => {
                self.until = Some(now + PROBE);
                true
            }
        }
    }

    /// Whether waiting for a place has any point: as [`Self::admit`], but takes nothing.
    #[must_use]
    pub fn would_admit(&self, now: Instant) -> bool {
        self.until.is_none_or(|until| now >= until)
    }

    /// A call went well.
    pub fn succeeded(&mut self) {
        *self = Self::default();
    }

    /// A call failed. Returns for how long the circuit is open, when this failure opened it.
    pub fn failed(&mut self, fault: Fault, now: Instant) -> Option<Duration> {
        let open = match fault {
            Fault::Key | Fault::Money => OPEN_KEY,
            // The vendor answers: it is well, and it said when to come back.
            Fault::Busy(wish) => match wish.filter(|wish| *wish > OPEN_MIN) {
                Some(wish) => wish.min(Duration::from_secs(3600)),
                None => return None,
            },
            Fault::Down(_) | Fault::Unreachable | Fault::Silent | Fault::Broken => {
                self.failures += 1;
                if self.failures < FAILURES_MAX {
                    return None;
                }
                (self.last_open * 2).clamp(OPEN_MIN, OPEN_MAX)
            }
            // The fault lies with this one call.
            _ => {
                self.succeeded();
                return None;
            }
        };
        self.last_open = open;
        self.until = Some(now + open);
        Some(open)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_failures_open_it_and_one_success_after_the_pause_closes_it() {
        let (mut breaker, start) = (Breaker::default(), Instant::now());
        for _ in 0..4 {
            assert!(breaker.admit(start));
            assert_eq!(breaker.failed(Fault::Down(503), start), None);
        }
        assert_eq!(breaker.failed(Fault::Silent, start), Some(OPEN_MIN));
        assert!(!breaker.admit(start + OPEN_MIN / 2));
        let later = start + OPEN_MIN;
        assert!(breaker.admit(later), "one probe");
        assert!(!breaker.admit(later), "and no second");
        assert!(breaker.admit(later + PROBE), "unless the first never reports");
        breaker.succeeded();
        assert!(breaker.admit(later) && breaker.admit(later));
    }

    #[test]
    fn a_failed_probe_doubles_the_pause_up_to_a_limit() {
        let (mut breaker, mut now) = (Breaker::default(), Instant::now());
        let mut pauses = Vec::new();
        for _ in 0..12 {
            if let Some(pause) = breaker.failed(Fault::Unreachable, now) {
                pauses.push(pause.as_secs());
                now += pause;
            }
        }
        assert_eq!(pauses[..5], [15, 30, 60, 120, 240]);
        assert_eq!(pauses.last(), Some(&300));
    }

    #[test]
    fn a_refused_key_opens_it_at_once_and_a_refused_request_does_not() {
        let now = Instant::now();
        let mut breaker = Breaker::default();
        assert_eq!(breaker.failed(Fault::Key, now), Some(OPEN_KEY));
        let mut breaker = Breaker::default();
        for _ in 0..20 {
            assert_eq!(breaker.failed(Fault::Refused(400), now), None);
            assert_eq!(breaker.failed(Fault::Moderated, now), None);
        }
        let hour = Duration::from_secs(3000);
        assert_eq!(breaker.failed(Fault::Busy(Some(hour)), now), Some(hour));
    }
}
