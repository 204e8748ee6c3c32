//! Rate limits as the API applies them: buckets per top-level resource and one for everything, told
//! in headers, refused with 429 (docs: "Rate Limits").

use std::{
    collections::{HashMap, VecDeque},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::route::Rule;

/// Requests a second for everything but interaction endpoints.
const GLOBAL_MAX: usize = 50;

#[derive(Clone, Copy, Debug)]
struct Bucket {
    remaining: u32,
    reset: Instant,
}

/// All buckets.
#[derive(Debug, Default)]
pub(super) struct Limits {
    buckets: HashMap<(&'static str, String), Bucket>,
    global: VecDeque<Instant>,
}

/// Headers of an answer.
pub(super) type Headers = Vec<(&'static str, String)>;

/// A refusal: 429 with its headers and its body.
#[derive(Clone, Debug)]
pub(super) struct TooMany {
    pub(super) headers: Headers,
    pub(super) body: Value,
}

impl TooMany {
    /// `scope` is `user`, `global` or `shared`.
    pub(super) fn new(wait: Duration, scope: &'static str, mut headers: Headers) -> Self {
        let global = scope == "global";
        headers.push(("retry-after", wait.as_secs_f64().ceil().to_string()));
        headers.push(("x-ratelimit-scope", scope.to_owned()));
        if global {
            headers.push(("x-ratelimit-global", "true".to_owned()));
        }
        let message = "You are being rate limited.";
        let retry_after = (wait.as_secs_f64() * 1000.0).ceil() / 1000.0;
        let body = json!({"message": message, "retry_after": retry_after, "global": global});
        Self { headers, body }
    }
}

impl Limits {
    /// Counts a request; headers of the answer, or the refusal.
    pub(super) fn take(&mut self, rule: Rule, major: String) -> Result<Headers, TooMany> {
        let now = Instant::now();
        let fresh = Bucket { remaining: rule.limit, reset: now + rule.window };
        let bucket = self.buckets.entry((rule.bucket, major)).or_insert(fresh);
        if bucket.reset <= now {
            *bucket = fresh;
        }
        let left = bucket.reset - now;
        let refused = bucket.remaining == 0;
        bucket.remaining = bucket.remaining.saturating_sub(1);
        let headers = vec![
            ("x-ratelimit-limit", rule.limit.to_string()),
            ("x-ratelimit-remaining", bucket.remaining.to_string()),
            ("x-ratelimit-reset-after", format!("{:.3}", left.as_secs_f64())),
            ("x-ratelimit-bucket", rule.bucket.to_owned()),
        ];
        if refused { Err(TooMany::new(left, "user", headers)) } else { Ok(headers) }
    }

    /// Counts a request against the limit for everything.
    pub(super) fn take_global(&mut self) -> Result<(), TooMany> {
        let now = Instant::now();
        while self.global.front().is_some_and(|at| now - *at >= Duration::from_secs(1)) {
            self.global.pop_front();
        }
        if self.global.len() >= GLOBAL_MAX {
            return Err(TooMany::new(Duration::from_secs(1), "global", Vec::new()));
        }
        self.global.push_back(now);
        Ok(())
    }
}
