//! Discord's rate limits, kept from the headers of its answers (docs: "Rate Limits"): a bucket for
//! each top-level resource, one for everything, and a brake long before ten thousand invalid
//! requests in ten minutes would lock this address out. Pure: the time is passed in.

use std::{
    collections::{HashMap, VecDeque},
    sync::Mutex,
    time::Duration,
};

use tokio::time::Instant;

use super::lock;

/// Requests a second under the bot's own token; Discord allows 50.
const GLOBAL_MAX: usize = 40;
const GLOBAL_WINDOW: Duration = Duration::from_secs(1);
/// Invalid requests (401, 403, 429) in ten minutes after which we send nothing more; Discord's
/// limit is 10,000, shared with whatever else runs at this address.
const INVALID_MAX: usize = 2_000;
const INVALID_WINDOW: Duration = Duration::from_secs(600);
/// How soon a bucket whose size nobody has told yet is asked again while its first request runs.
const UNTOLD: Duration = Duration::from_millis(100);
/// How often buckets are looked through for those that are of no use any more.
const TIDY_EVERY: Duration = Duration::from_secs(60);
/// How long a bucket's size is remembered after its reset: while a card is drawn, much less passes
/// between two requests.
const KEPT: Duration = Duration::from_secs(60);

/// What a request counts for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    /// Method and path without ids.
    pub(super) route: &'static str,
    /// The channel, the webhook's token, or nothing.
    pub(super) major: String,
    /// Interactions are outside the limit for everything.
    pub(super) by_interaction: bool,
}

/// What an answer's headers say.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Told {
    pub(super) bucket: Option<String>,
    pub(super) limit: Option<u32>,
    pub(super) remaining: Option<u32>,
    pub(super) reset_after: Option<Duration>,
}

#[derive(Clone, Debug)]
struct Bucket {
    /// `None` until an answer has told.
    limit: Option<u32>,
    remaining: u32,
    reset: Instant,
    in_flight: u32,
}

/// Everything known about the limits.
#[derive(Debug, Default)]
pub(super) struct Limits {
    /// Which bucket a route belongs to, as the answers name it.
    names: HashMap<&'static str, String>,
    buckets: HashMap<(String, String), Bucket>,
    tidied: Option<Instant>,
    sent: VecDeque<Instant>,
    invalid: VecDeque<Instant>,
    closed_until: Option<Instant>,
}

impl Limits {
    /// Lets a request go, or says how long to wait first. What was let go is [`Self::answered`] or
    /// [`Self::lost`]: [`Admitted`] sees to it.
    fn admit(&mut self, key: &Key, now: Instant) -> Result<(), Duration> {
        forget(&mut self.invalid, now, INVALID_WINDOW);
        if self.invalid.len() >= INVALID_MAX {
            let first = self.invalid.front().map_or(now, |first| *first);
            return Err(first + INVALID_WINDOW - now);
        }
        if !key.by_interaction {
            if let Some(until) = self.closed_until.filter(|until| *until > now) {
                return Err(until - now);
            }
            forget(&mut self.sent, now, GLOBAL_WINDOW);
            if self.sent.len() >= GLOBAL_MAX {
                let first = self.sent.front().map_or(now, |first| *first);
                return Err(first + GLOBAL_WINDOW - now);
            }
        }
        let bucket = self.bucket(key, now);
        if bucket.reset <= now {
            bucket.remaining =
                bucket.limit.map_or(1, |limit| limit.saturating_sub(bucket.in_flight));
            bucket.reset = now + if bucket.limit.is_some() { UNTOLD * 2 } else { UNTOLD };
        }
        if bucket.remaining == 0 {
            return Err(bucket.reset.saturating_duration_since(now).max(Duration::from_millis(5)));
        }
        bucket.remaining -= 1;
        bucket.in_flight += 1;
        if !key.by_interaction {
            self.sent.push_back(now);
        }
        Ok(())
    }

    /// An answer came.
    fn answered(&mut self, key: &Key, told: &Told, now: Instant) {
        if let Some(name) = &told.bucket
            && self.names.get(key.route) != Some(name)
        {
            let old = (self.name(key), key.major.clone());
            self.names.insert(key.route, name.clone());
            if let Some(bucket) = self.buckets.remove(&old) {
                self.buckets.entry((name.clone(), key.major.clone())).or_insert(bucket);
            }
        }
        let bucket = self.bucket(key, now);
        bucket.in_flight = bucket.in_flight.saturating_sub(1);
        match (told.limit, told.remaining, told.reset_after) {
            (Some(limit), Some(remaining), Some(reset_after)) => {
                bucket.limit = Some(limit);
                // Those on their way are not in the server's count yet.
                bucket.remaining = remaining.saturating_sub(bucket.in_flight);
                bucket.reset = now + reset_after;
            }
            // An interaction's own, such as its acknowledgement, which is made once.
            _ if key.by_interaction && bucket.limit.is_none() && bucket.in_flight == 0 => {
                let name = (self.name(key), key.major.clone());
                self.buckets.remove(&name);
            }
            // A route without limits of its own.
            _ => {
                bucket.remaining = u32::MAX;
                bucket.reset = now + INVALID_WINDOW;
            }
        }
    }

    /// No answer came.
    fn lost(&mut self, key: &Key, now: Instant) {
        let bucket = self.bucket(key, now);
        bucket.in_flight = bucket.in_flight.saturating_sub(1);
    }

    /// The answer was "too many": nothing goes there before this time has passed, or nowhere.
    pub(super) fn refused(&mut self, key: &Key, wait: Duration, everywhere: bool, now: Instant) {
        if everywhere && !key.by_interaction {
            self.closed_until = self.closed_until.max(Some(now + wait));
            return;
        }
        let bucket = self.bucket(key, now);
        bucket.remaining = 0;
        bucket.reset = bucket.reset.max(now + wait);
    }

    /// An answer was invalid in Discord's sense.
    pub(super) fn count_invalid(&mut self, now: Instant) {
        self.invalid.push_back(now);
    }

    fn name(&self, key: &Key) -> String {
        self.names.get(key.route).cloned().unwrap_or_else(|| key.route.to_owned())
    }

    fn bucket(&mut self, key: &Key, now: Instant) -> &mut Bucket {
        let tidied = *self.tidied.get_or_insert(now);
        if now.saturating_duration_since(tidied) >= TIDY_EVERY {
            self.tidied = Some(now);
            self.buckets.retain(|_, bucket| bucket.in_flight > 0 || bucket.reset + KEPT > now);
        }
        let name = (self.name(key), key.major.clone());
        self.buckets.entry(name).or_insert(Bucket {
            limit: None,
            remaining: 1,
            reset: now + UNTOLD,
            in_flight: 0,
        })
    }
}

/// A request that was let go. It takes one of its bucket's places until its answer is told, or
/// until it is dropped: whoever waits for an answer may give up at any moment, and a place that
/// nobody gives back would be missing for ever.
#[derive(Debug)]
pub(super) struct Admitted<'a> {
    limits: &'a Mutex<Limits>,
    /// `None` once the place has been given back.
    key: Option<&'a Key>,
}

impl<'a> Admitted<'a> {
    /// Lets a request go.
    ///
    /// # Errors
    /// How long to wait first.
    pub(super) fn of(
        limits: &'a Mutex<Limits>,
        key: &'a Key,
        now: Instant,
    ) -> Result<Self, Duration> {
        lock(limits).admit(key, now).map(|()| Self { limits, key: Some(key) })
    }

    /// An answer came.
    pub(super) fn answered(mut self, told: &Told) {
        if let Some(key) = self.key.take() {
            lock(self.limits).answered(key, told, Instant::now());
        }
    }
}

impl Drop for Admitted<'_> {
    fn drop(&mut self) {
        if let Some(key) = self.key.take() {
            lock(self.limits).lost(key, Instant::now());
        }
    }
}

fn forget(times: &mut VecDeque<Instant>, now: Instant, window: Duration) {
    while times.front().is_some_and(|at| now.saturating_duration_since(*at) >= window) {
        times.pop_front();
    }
}

#[cfg(test)]
mod tests;
