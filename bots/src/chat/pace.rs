//! Patience, conversation by conversation: once a platform has said how long to wait somewhere,
//! nothing is sent there before, edits included. One conversation's wait is nobody else's.

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

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<K, Instant>> {
        // A panic in between leaves times, which are all valid.
        self.gates.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Everybody one after the other, in the order in which they come, so much apart. Whoever has a
/// place keeps it: nobody overtakes.
#[derive(Debug)]
pub struct Turnstile {
    every: Duration,
    /// When the next who comes is let through.
    next: Mutex<Option<Instant>>,
}

impl Turnstile {
    /// One that lets one through in each such time.
    #[must_use]
    pub fn new(every: Duration) -> Self {
        Self { every, next: Mutex::default() }
    }

    /// Waits for one's turn.
    pub async fn pass(&self) {
        let wait = self.take_at(Instant::now());
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
    }

    /// How long whoever came now would wait.
    pub fn length(&self) -> Duration {
        let now = Instant::now();
        self.lock().map_or(Duration::ZERO, |next| next.saturating_duration_since(now))
    }

    fn take_at(&self, now: Instant) -> Duration {
        let mut next = self.lock();
        let turn = next.map_or(now, |next| next.max(now));
        *next = Some(turn + self.every);
        turn - now
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        // A panic in between leaves a time, which is valid.
        self.next.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// A line in which whoever may wait waits: at most so many a second are let through, in the order
/// in which they first asked, and who comes before their moment is told how long it is. Nobody
/// stands in line meanwhile: they come back.
#[derive(Debug)]
pub struct Line<K> {
    every: Duration,
    places: Mutex<(Option<Instant>, HashMap<K, Instant>)>,
}

impl<K: Eq + Hash> Line<K> {
    /// A line that lets one through in each such time.
    #[must_use]
    pub fn new(every: Duration) -> Self {
        Self { every, places: Mutex::new((None, HashMap::new())) }
    }

    /// Lets `key` through, or tells how long until its moment.
    ///
    /// # Errors
    /// The time to wait.
    pub fn pass(&self, key: K) -> Result<(), Duration> {
        self.pass_at(key, Instant::now())
    }

    fn pass_at(&self, key: K, now: Instant) -> Result<(), Duration> {
        let mut places = self.places.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (last, waiting) = &mut *places;
        if waiting.len() >= GATES_MAX {
            // Whoever did not come for a while does not come any more.
            waiting.retain(|_, moment| *moment + Duration::from_secs(600) > now);
        }
        if let Some(moment) = waiting.get(&key) {
            if *moment > now {
                return Err(*moment - now);
            }
            waiting.remove(&key);
            return Ok(());
        }
        let moment = last.map_or(now, |last| (last + self.every).max(now));
        *last = Some(moment);
        if moment <= now {
            return Ok(());
        }
        waiting.insert(key, moment);
        Err(moment - now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_lets_through_in_order_and_no_faster() {
        let (line, now) = (Line::new(Duration::from_millis(100)), Instant::now());
        let ms = Duration::from_millis;
        assert_eq!(line.pass_at(1, now), Ok(()));
        assert_eq!(line.pass_at(2, now), Err(ms(100)));
        assert_eq!(line.pass_at(3, now), Err(ms(200)));
        assert_eq!(line.pass_at(2, now + ms(40)), Err(ms(60)));
        assert_eq!(line.pass_at(3, now + ms(250)), Ok(()));
        assert_eq!(line.pass_at(2, now + ms(250)), Ok(()));
        assert_eq!(line.pass_at(4, now + ms(900)), Ok(()));
    }

    #[test]
    fn at_a_turnstile_everybody_keeps_their_place() {
        let ms = Duration::from_millis;
        let (turnstile, now) = (Turnstile::new(ms(40)), Instant::now());
        assert_eq!(turnstile.take_at(now), ms(0));
        assert_eq!(turnstile.take_at(now), ms(40));
        assert_eq!(turnstile.take_at(now + ms(10)), ms(70));
        assert_eq!(turnstile.take_at(now + ms(500)), ms(0));
    }

    #[test]
    fn one_conversations_wait_is_its_own() {
        let (pace, now) = (Pace::default(), Instant::now());
        let seconds = Duration::from_secs;
        pace.hold_at("one", seconds(30), now);
        pace.hold_at("one", seconds(3), now);
        assert_eq!(pace.wait_at(&"one", now), Some(seconds(30)));
        assert_eq!(pace.wait_at(&"other", now), None);
        assert_eq!(pace.wait_at(&"one", now + seconds(30)), None);
    }
}
