//! One call from gate to answer: tries, waits, reading the body within bounds, judging.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use bytes::Bytes;
use cutline_core::clock::{Clock, SystemClock};
use rand::Rng;
use reqwest::{
    Request, StatusCode, Url,
    header::{HeaderMap, LOCATION, RETRY_AFTER},
};
use serde_json::Value;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{
    Answer, Ask, CallError, Effect, Fault, Vendor, backoff,
    body::{Pace, code, fits, read},
    error::{is_between, token},
};
use crate::context::Handling;

/// A refusal is read this far: the code is at its beginning.
const REFUSAL_BYTES_MAX: usize = 64 * 1024;
/// Redirects followed when a file is fetched.
const REDIRECTS_MAX: usize = 3;
/// Where vendors put their id of a call.
const REQUEST_IDS: [&str; 4] =
    ["x-request-id", "request-id", "x-fal-request-id", "x-generation-id"];

impl Vendor {
    /// Makes a call. Dropping the future gives it up at any point; so does `cancel`.
    ///
    /// # Errors
    /// [`CallError`] once its tries or its patience are used up, or at once where trying again is
    /// pointless or, for [`Effect::Paid`], could pay twice.
    pub async fn call(&self, ask: Ask, cancel: &CancellationToken) -> Result<Answer, CallError> {
        let Some(url) = self.url(&ask.path) else { return Err(self.fault(Fault::Refused(0))) };
        let sent = AtomicBool::new(false);
        let tries = self.tries(&ask, &url, true, &sent);
        cancel.run_until_cancelled(tries).await.unwrap_or_else(|| {
            let error = self.fault(Fault::Cancelled);
            // A try was under way: the vendor may do the work, and charge for it, all the same.
            Err(if sent.load(Ordering::Relaxed) { error.unknown() } else { error })
        })
    }

    /// Fetches a file that the vendor gave the address of, without the key, from its own hosts
    /// alone.
    ///
    /// # Errors
    /// As [`Self::call`]; [`Fault::Foreign`] for an address elsewhere.
    pub async fn fetch(
        &self,
        address: &str,
        types: &'static [&'static str],
        cancel: &CancellationToken,
    ) -> Result<Answer, CallError> {
        self.fetched(address, types, false, cancel).await
    }

    /// The same for files that lie behind the key. Only the very server that is the vendor's base
    /// is shown it; where that one sends on to another origin, it stays behind.
    ///
    /// # Errors
    /// As [`Self::fetch`].
    pub async fn fetch_own(
        &self,
        address: &str,
        types: &'static [&'static str],
        cancel: &CancellationToken,
    ) -> Result<Answer, CallError> {
        self.fetched(address, types, true, cancel).await
    }

    async fn fetched(
        &self,
        address: &str,
        types: &'static [&'static str],
        behind_key: bool,
        cancel: &CancellationToken,
    ) -> Result<Answer, CallError> {
        let ask = Ask::get("").accept(types);
        let follow = async {
            let mut url = Url::parse(address).map_err(|_| self.fault(Fault::Foreign))?;
            for _ in 0..=REDIRECTS_MAX {
                if !self.may_fetch(&url) {
                    return Err(self.fault(Fault::Foreign));
                }
                let with_key = behind_key && url.origin() == self.base.origin();
                let answer = self.tries(&ask, &url, with_key, &AtomicBool::new(false)).await?;
                let Some(next) = answer.header(LOCATION.as_str()).and_then(|to| url.join(to).ok())
                else {
                    return Ok(answer);
                };
                url = next;
            }
            Err(self.fault(Fault::Foreign))
        };
        cancel
            .run_until_cancelled(follow)
            .await
            .unwrap_or_else(|| Err(self.fault(Fault::Cancelled)))
    }

    /// Files are fetched without the key, and do not count against the vendor's rate. `sent` is
    /// true while a try is under way, and from then on where nobody knows what became of it.
    async fn tries(
        &self,
        ask: &Ask,
        url: &Url,
        with_key: bool,
        sent: &AtomicBool,
    ) -> Result<Answer, CallError> {
        let patience = ask.patience.unwrap_or(self.limits.patience);
        // All tries at their shortest, and the waits between them.
        let shortest = self.wire.answer_max.map(|one| one * (self.limits.tries_max + 1));
        let deadline = Instant::now() + shortest.map_or(patience, |short| patience.min(short));
        let mut tries = 0;
        // A later refusal says nothing of an earlier try that was perhaps heard.
        let mut unknown = false;
        loop {
            let place = self
                .gate
                .enter(deadline, with_key)
                .await
                .map_err(|fault| CallError { outcome_unknown: unknown, ..self.fault(fault) })?;
            tries += 1;
            let begun = Instant::now();
            sent.store(true, Ordering::Relaxed);
            let one = self.once(ask, url, with_key, deadline).await;
            unknown |= one.as_ref().is_err_and(|error| error.outcome_unknown);
            sent.store(unknown, Ordering::Relaxed);
            drop(place);
            self.gate.tell(one.as_ref().map(drop).map_err(|error| error.fault));
            let word = one.as_ref().map_or_else(|error| error.fault.word(), |_| "ok");
            self.note(word, begun.elapsed(), tries, &one);
            let error = match one {
                Ok(answer) => return Ok(Answer { tries, ..answer }),
                Err(error) => CallError { tries, outcome_unknown: unknown, ..error },
            };
            let again = error.fault.handling() == Handling::Retry
                && tries < self.limits.tries_max
                && !(ask.effect == Effect::Paid && error.outcome_unknown);
            if !again {
                return Err(error);
            }
            let wish = match error.fault {
                Fault::Busy(wish) => wish,
                _ => None,
            };
            let roll = rand::rng().random::<f32>();
            let wait = backoff::wait(self.limits.backoff_min, tries, wish, roll);
            if Instant::now() + wait >= deadline {
                return Err(error);
            }
            tokio::time::sleep(wait).await;
        }
    }

    /// Counts and logs one try; ids and times, no words.
    fn note(
        &self,
        word: &'static str,
        took: Duration,
        tries: u32,
        outcome: &Result<Answer, CallError>,
    ) {
        let vendor = self.name;
        metrics::counter!("cutline_provider_calls_total", "vendor" => vendor, "outcome" => word)
            .increment(1);
        metrics::histogram!("cutline_provider_seconds", "vendor" => vendor)
            .record(took.as_secs_f64());
        let took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        match outcome {
            Ok(answer) => {
                let request_id = answer.request_id.as_deref();
                tracing::debug!(vendor, took_ms, tries, request_id, "answered");
            }
            Err(error) => tracing::info!(vendor, took_ms, tries, %error, "a try failed"),
        }
    }

    async fn once(
        &self,
        ask: &Ask,
        url: &Url,
        with_key: bool,
        deadline: Instant,
    ) -> Result<Answer, CallError> {
        let request = self.request(ask, url, with_key)?;
        let own = ask.answer_max.unwrap_or(self.limits.answer_max);
        let one = Instant::now() + self.wire.answer_max.map_or(own, |short| own.min(short));
        let answered = self.answered(ask, request);
        match tokio::time::timeout_at(one.min(deadline), answered).await {
            Ok(answer) => answer,
            // What was sent may have been heard.
            Err(_) => Err(self.fault(Fault::Silent).unknown()),
        }
    }

    async fn answered(&self, ask: &Ask, request: Request) -> Result<Answer, CallError> {
        let pace = Pace::of(ask.accept);
        let sent = pace.hear(self.wire.client.execute(request)).await;
        let response = sent.map_err(|fault| self.fault(fault).unknown())?.map_err(|error| {
            if error.is_connect() || error.is_builder() {
                self.fault(Fault::Unreachable)
            } else {
                self.fault(Fault::Broken).unknown()
            }
        })?;
        let (status, headers) = (response.status(), response.headers().clone());
        let request_id = self.request_id(&headers);
        if status.is_redirection() && ask.path.is_empty() && headers.contains_key(LOCATION) {
            return Ok(Answer { bytes: Bytes::new(), headers, request_id, tries: 0 });
        }
        if !status.is_success() {
            let body = read(response, REFUSAL_BYTES_MAX, pace).await.unwrap_or_default();
            let mut error = self.refusal(status, &headers, &body).with_request_id(request_id);
            error.outcome_unknown = ask.effect != Effect::Free && is_between(status);
            // A file's server that says no means the file: there was no key to refuse.
            let of_file = ask.path.is_empty() && error.fault == Fault::Key;
            return Err(if of_file { CallError { fault: Fault::Missing, ..error } } else { error });
        }
        // From here on the vendor has done its work: what cannot be read was paid for all the same.
        let lost = |fault| self.fault(fault).with_request_id(request_id.clone()).unknown();
        if !fits(ask.accept, &headers) {
            return Err(lost(Fault::Foreign));
        }
        let bytes = read(response, self.limits.body_bytes_max, pace).await.map_err(lost)?;
        Ok(Answer { bytes, headers, request_id, tries: 0 })
    }

    fn refusal(&self, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> CallError {
        let status = status.as_u16();
        let body: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
        let judged = (self.judge)(status, headers, &body);
        let fault =
            match judged.unwrap_or_else(|| Fault::of_status(status)) {
                Fault::Busy(None) => Fault::Busy(headers.get(RETRY_AFTER).and_then(|value| {
                    backoff::retry_after(value.to_str().ok()?, SystemClock.now())
                })),
                other => other,
            };
        let code = code(&body).and_then(|code| token(&code, self.secret()));
        CallError { code, ..self.fault(fault) }
    }

    fn request_id(&self, headers: &HeaderMap) -> Option<String> {
        let found = REQUEST_IDS.iter().find_map(|name| headers.get(*name)?.to_str().ok());
        found.and_then(|id| token(id, self.secret()))
    }

    fn secret(&self) -> Option<&str> {
        self.auth.as_ref().map(|auth| auth.secret.expose())
    }
}
