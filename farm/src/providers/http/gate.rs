//! A vendor's door: so many calls at once, so many a minute, none while its circuit is open.

use std::{
    num::NonZeroU32,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    state::{InMemoryState, NotKeyed},
};
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::Instant,
};

use super::{Fault, Limits, breaker::Breaker};

/// Calls that may be made in one go before the rate holds them back, as a share of a minute's.
const BURST_SHARE: u32 = 4;

/// See the module.
#[derive(Debug)]
pub struct Gate {
    name: &'static str,
    places: Semaphore,
    rate: Option<RateLimiter<NotKeyed, InMemoryState, DefaultClock>>,
    clock: DefaultClock,
    breaker: Mutex<Breaker>,
}

impl Gate {
    /// A gate for these limits.
    #[must_use]
    pub fn new(name: &'static str, limits: &Limits) -> Self {
        let quota = limits.per_minute.and_then(NonZeroU32::new).map(|per_minute| {
            let burst = NonZeroU32::new(per_minute.get() / BURST_SHARE).unwrap_or(NonZeroU32::MIN);
            Quota::per_minute(per_minute).allow_burst(burst)
        });
        Self {
            name,
            places: Semaphore::new(limits.at_once.max(1)),
            rate: quota.map(RateLimiter::direct),
            clock: DefaultClock::default(),
            breaker: Mutex::default(),
        }
    }

    /// Waits for a place and, where the call counts against it, for the rate; the place is free
    /// again when the permit is dropped.
    pub(super) async fn enter(
        &self,
        deadline: Instant,
        counts: bool,
    ) -> Result<SemaphorePermit<'_>, Fault> {
        // Looked at before the wait too: nobody queues at a closed door.
        if !self.is_open_to_wait() {
            return Err(Fault::Open);
        }
        let place = tokio::time::timeout_at(deadline, self.places.acquire()).await;
        let place = place.map_err(|_| Fault::Busy(None))?.map_err(|_| Fault::Cancelled)?;
        if let Some(rate) = self.rate.as_ref().filter(|_| counts) {
            while let Err(not_until) = rate.check() {
                let wait = not_until.wait_time_from(self.clock.now());
                if Instant::now() + wait > deadline {
                    return Err(Fault::Busy(Some(wait)));
                }
                tokio::time::sleep(wait.max(Duration::from_millis(1))).await;
            }
        }
        if self.breaker().admit(Instant::now()) { Ok(place) } else { Err(Fault::Open) }
    }

    fn is_open_to_wait(&self) -> bool {
        self.breaker().would_admit(Instant::now())
    }

    /// Hears how a try went.
    pub(super) fn tell(&self, outcome: Result<(), Fault>) {
        match outcome {
            Ok(()) => self.breaker().succeeded(),
            Err(fault) => {
                let opened = self.breaker().failed(fault, Instant::now());
                if let Some(pause) = opened {
                    tracing::warn!(
                        vendor = self.name,
                        why = fault.word(),
                        pause_s = pause.as_secs(),
                        "left alone for a while"
                    );
                    metrics::counter!("cutline_provider_circuit_opened_total", "vendor" => self.name)
                        .increment(1);
                }
            }
        }
    }

    fn breaker(&self) -> std::sync::MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
