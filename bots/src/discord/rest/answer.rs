//! What Discord's answers mean: limits in headers, refusals by code, tokens that have ended.

use std::time::Duration;

use reqwest::{StatusCode, header::HeaderMap};
use serde_json::Value;
use tokio::time::Instant;

use super::{
    EXPIRED_MAX, Rest,
    error::{RestError, code, refused},
    limits::Told,
    lock,
    route::Route,
};

impl Rest {
    /// The answer's body, or why there is none.
    pub(super) async fn understand(
        &self,
        route: &Route,
        answer: reqwest::Response,
    ) -> Result<Value, RestError> {
        let (status, headers) = (answer.status(), answer.headers().clone());
        let text = match answer.text().await {
            Ok(text) => text,
            Err(error) => return Err(RestError::Lost(error.without_url().to_string())),
        };
        let body: Value = serde_json::from_str(&text).unwrap_or_default();
        if status.is_success() {
            return Ok(body);
        }
        if status == StatusCode::TOO_MANY_REQUESTS {
            return Err(self.too_many(route, &headers, &body));
        }
        if status.is_server_error() {
            return Err(RestError::Lost(format!("status {status}")));
        }
        let code = body["code"].as_i64().unwrap_or_default();
        if status == StatusCode::UNAUTHORIZED || status == StatusCode::FORBIDDEN {
            lock(&self.limits).count_invalid(Instant::now());
        }
        if let Some(token) = route.token()
            && matches!(code, code::INVALID_TOKEN | code::UNKNOWN_WEBHOOK)
        {
            let mut expired = lock(&self.expired);
            if expired.len() >= EXPIRED_MAX {
                // They were good for fifteen minutes at most: whoever holds one looks at the clock.
                expired.clear();
            }
            expired.insert(token.clone());
            return Err(RestError::Expired);
        }
        if status == StatusCode::UNAUTHORIZED && !route.by_interaction() {
            tracing::error!("Discord does not know CUTLINE_DISCORD_TOKEN");
            self.locked_out.cancel();
        }
        let mut message = body["message"].as_str().unwrap_or_default().to_owned();
        if !body["errors"].is_null() {
            message = format!("{message}: {}", body["errors"]);
        }
        Err(refused(status.as_u16(), code, &message))
    }

    fn too_many(&self, route: &Route, headers: &HeaderMap, body: &Value) -> RestError {
        let seconds = body["retry_after"].as_f64().or_else(|| number(headers, "retry-after"));
        let wait = Duration::try_from_secs_f64(seconds.unwrap_or(1.0));
        let wait = wait.unwrap_or(Duration::from_secs(1));
        let everywhere = body["global"] == Value::Bool(true);
        let now = Instant::now();
        let mut limits = lock(&self.limits);
        limits.refused(&route.key(), wait, everywhere, now);
        // Shared limits are others' doing, and are not counted against us.
        if headers.get("x-ratelimit-scope").is_none_or(|scope| scope != "shared") {
            limits.count_invalid(now);
        }
        drop(limits);
        tracing::warn!(route = route.name(), wait_ms = wait.as_millis(), everywhere, "limited");
        RestError::Wait(wait)
    }
}

/// Not now, whatever the request was.
pub(super) fn is_away(status: StatusCode) -> bool {
    status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error()
}

/// What an answer's headers say about limits.
pub(super) fn told(headers: &HeaderMap) -> Told {
    let whole = |name| number(headers, name).filter(|n| *n >= 0.0).map(|n| n as u32);
    let bucket = headers.get("x-ratelimit-bucket").and_then(|name| name.to_str().ok());
    let reset_after = number(headers, "x-ratelimit-reset-after");
    Told {
        bucket: bucket.map(str::to_owned),
        limit: whole("x-ratelimit-limit"),
        remaining: whole("x-ratelimit-remaining"),
        reset_after: reset_after.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()),
    }
}

fn number(headers: &HeaderMap, name: &str) -> Option<f64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}
