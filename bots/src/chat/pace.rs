//! Patience, conversation by conversation: once a platform has said how long to wait somewhere, nothing
//! is sent there before, edits included. One conversation's wait is nobody else's.

use std::{collections::HashMap, hash::Hash, sync::Mutex, time::Duration};

use tokio::time::Instant;

/// More gates than this are tidied up: those that are open again go.
const GATES_MAX: usize = 10_000;

/// Gates by conversation.
#[derive(Debug)]
pub struct Pace<K> {
    gates: Mutex<HashMap<K, Instant>>,
}

impl<K> Default for Pace<K> {
    fn default() -> Self {
        Self { gates: Mutex::new(HashMap::new()) }
    }
}

impl<K: Eq + Hash> Pace<K> {
    /// How long nothing may be sent there; `None`: go ahead.
    pub fn wait(&self, key: &K) -> Option<Duration> {
        self.wait_at(key, Instant::now())
    }

    fn wait_at(&self, key: &K, now: Instant) -> Option<Duration> {
        let until = *self.lock().get(key)?;
        Some(until.saturating_duration_since(now)).filter(|wait| !wait.is_zero())
    }

    /// Nothing may be sent there for this long. A longer wait that stands already stays.
    pub fn hold(&self, key: K, wait: Duration) {
        self.hold_at(key, wait, Instant::now());
    }

    fn hold_at(&self, key: K, wait: Duration, now: Instant) {
        let mut gates = self.lock();
        if gates.len() >= GATES_MAX {
            gates.retain(|_, until| *until > now);
        }
        let until = gates.entry(key).or_insert(now);
        *until = (*until).max(now + wait);
    }

    /// Takes the next turn there, turns being at least `every` apart; how long until then otherwise.
    ///
    /// # Errors
    /// The time to wait.
    pub fn turn(&self, key: K, every: Duration) -> Result<(), Duration> {
        if let Some(wait) = self.wait(&key) {
            return Err(wait);
        }
        self.hold(key, every);
        Ok(())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<K, Instant>> {
        // A panic in between leaves times, which are all valid.
        self.gates.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_conversations_wait_is_its_own() {
        let (pace, now) = (Pace::default(), Instant::now());
        let seconds = Duration::from_secs;
        pace.hold_at("one", seconds(30), now);
        pace.hold_at("one", seconds(3), now);
        assert_eq!(pace.wait_at(&"one", now), Some(seconds(30)));
        assert_eq!(pace.wait_at(&"other", now), None);
        assert_eq!(pace.wait_at(&"one", now + seconds(30)), None);
        assert_eq!(pace.turn("third", seconds(60)), Ok(()));
        assert!(pace.turn("third", seconds(60)).is_err_and(|wait| wait <= seconds(60)));
    }
}
