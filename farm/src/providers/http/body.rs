//! What came back: its kind, its bytes within bounds, the code of a refusal.

use bytes::{Bytes, BytesMut};
use reqwest::{
    Response,
    header::{CONTENT_TYPE, HeaderMap},
};
use serde_json::Value;
use tokio::time::Instant;

use super::{Accept, Events, Fault};

/// A vendor's error code, wherever vendors put it: `error.code`, `error.type`, `error.status`,
/// `detail.status`, `detail[0].type`, `error_type`, `code`.
pub(super) fn code(body: &Value) -> Option<String> {
    let pointers = [
        "/error/code",
        "/error/type",
        "/error/status",
        "/detail/status",
        "/detail/code",
        "/detail/0/type",
        "/error_type",
        "/code",
    ];
    pointers.iter().find_map(|pointer| match body.pointer(pointer)? {
        Value::String(code) if !code.is_empty() => Some(code.clone()),
        Value::Number(code) => Some(code.to_string()),
        _ => None,
    })
}

/// Whether the answer is of the kind that was asked for.
pub(super) fn fits(accept: Accept, headers: &HeaderMap) -> bool {
    let stated =
        headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = stated.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let json = kind == "application/json" || kind.ends_with("+json");
    match accept {
        Accept::Json => json,
        Accept::Events(_) => json || kind == "text/event-stream",
        Accept::Bytes(types) => types
            .iter()
            .any(|wanted| kind == *wanted || (wanted.ends_with('/') && kind.starts_with(wanted))),
    }
}

/// How long a silence may be while an answer comes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    first_until: Option<Instant>,
    events: Option<Events>,
}

impl Pace {
    /// From now on.
    pub(super) fn of(accept: Accept) -> Self {
        let events = match accept {
            Accept::Events(events) => Some(events),
            Accept::Json | Accept::Bytes(_) => None,
        };
        Self { first_until: events.map(|events| Instant::now() + events.first_max), events }
    }

    /// Waits for the first word.
    pub(super) async fn hear<T>(&self, word: impl Future<Output = T>) -> Result<T, Fault> {
        within(self.first_until, word).await
    }

    /// When the next word must have come.
    fn next_until(&self) -> Option<Instant> {
        self.events.map(|events| Instant::now() + events.silence_max)
    }

    /// Whether a body that ends like this has been heard to its end.
    fn is_over(&self, body: &[u8]) -> bool {
        self.events.is_some_and(|events| body.trim_ascii_end().ends_with(events.last.as_bytes()))
    }
}

async fn within<T>(until: Option<Instant>, word: impl Future<Output = T>) -> Result<T, Fault> {
    match until {
        Some(until) => tokio::time::timeout_at(until, word).await.map_err(|_| Fault::Silent),
        None => Ok(word.await),
    }
}

/// The body, within bounds and at its pace.
pub(super) async fn read(
    mut response: Response,
    bytes_max: usize,
    pace: Pace,
) -> Result<Bytes, Fault> {
    if response.content_length().is_some_and(|length| length > bytes_max as u64) {
        return Err(Fault::TooLarge);
    }
    let mut body = BytesMut::new();
    let mut until = pace.first_until;
    while let Some(chunk) = within(until, response.chunk()).await?.map_err(|_| Fault::Broken)? {
        if body.len() + chunk.len() > bytes_max {
            return Err(Fault::TooLarge);
        }
        body.extend_from_slice(&chunk);
        // Whoever keeps the connection open after the last word is not waited for.
        if pace.is_over(&body) {
            break;
        }
        until = pace.next_until();
    }
    Ok(body.freeze())
}
