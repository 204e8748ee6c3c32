//! A request in fal's queue: where it is asked after, how it ended, what it made.
//!
//! Wire format: fal.ai/docs, inference API (queue status, queue result), request errors, model
//! errors, FAQ.

use std::time::Duration;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::Fal;
use crate::providers::{
    http::{Ask, CallError, Fault},
    photos::PICTURES,
};

/// A picture takes a second; one that takes this long waits behind too many others.
const DONE_MAX: Duration = Duration::from_secs(60);
/// Between two looks at first; grows.
const LOOK_MIN: Duration = Duration::from_millis(250);
const LOOK_MAX: Duration = Duration::from_secs(2);
/// What a result of 500 and above is called when the request itself has failed: by the runner, by
/// its time, or by the model. Whatever else answers so is not the request's own.
const FAILED: [&str; 5] = [
    "request_timeout",
    "startup_timeout",
    "internal_server_error",
    "generation_timeout",
    "downstream_service_unavailable",
];
/// And what the names of all that a runner can do wrong begin with.
const RUNNER: &str = "runner_";

#[derive(Deserialize)]
pub(super) struct Submitted {
    request_id: String,
    status_url: String,
    response_url: String,
    cancel_url: String,
}

/// Where a request is asked after: the paths of the addresses that fal gave (they are not to be
/// built by oneself). Noted, so that another worker can collect what is paid.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ticket {
    pub(super) id: String,
    status: String,
    response: String,
    cancel: String,
}

#[derive(Deserialize)]
struct Status {
    status: String,
    /// There where a completed request has failed.
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Made {
    images: Vec<Image>,
    #[serde(default)]
    has_nsfw_concepts: Vec<bool>,
}

#[derive(Deserialize)]
struct Image {
    url: String,
}

/// Whether an error of the result is the request's own: it has failed, and is not charged. Anything
/// else only says that the result cannot be had now.
pub(super) fn is_its_own(error: &CallError) -> bool {
    let code = error.code.as_deref().unwrap_or_default();
    match error.fault {
        Fault::Moderated | Fault::Refused(_) => true,
        Fault::Down(_) => code.starts_with(RUNNER) || FAILED.contains(&code),
        _ => false,
    }
}

impl Fal {
    /// `None` when an address leads elsewhere: the key goes to fal alone.
    pub(super) fn ticket(&self, submitted: Submitted) -> Option<Ticket> {
        let path = |address: &str| self.vendor.own_path(address);
        let id = submitted.request_id;
        let plain = id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        Some(Ticket {
            status: path(&submitted.status_url)?,
            response: path(&submitted.response_url)?,
            cancel: path(&submitted.cancel_url)?,
            id: Some(id).filter(|id| plain && !id.is_empty())?,
        })
    }

    /// Waits until a request has ended; `true` when fal says that it has failed.
    pub(super) async fn ended(
        &self,
        ticket: &Ticket,
        cancel: &CancellationToken,
    ) -> Result<bool, CallError> {
        let deadline = Instant::now() + DONE_MAX;
        let mut look = LOOK_MIN;
        loop {
            let ask = Ask::get(&*ticket.status);
            let status: Status = self.vendor.call(ask, cancel).await?.json(&self.vendor)?;
            match status.status.as_str() {
                "COMPLETED" => return Ok(status.error.is_some()),
                "IN_QUEUE" | "IN_PROGRESS" => {}
                _ => return Err(self.vendor.fault(Fault::Foreign)),
            }
            if Instant::now() + look > deadline {
                let id = Some(ticket.id.clone());
                return Err(self.vendor.fault(Fault::Silent).with_request_id(id));
            }
            let waited = cancel.run_until_cancelled(tokio::time::sleep(look)).await;
            waited.ok_or_else(|| self.vendor.fault(Fault::Cancelled))?;
            look = (look * 3 / 2).min(LOOK_MAX);
        }
    }

    /// Fetches the picture of a request that has ended; free, and the same each time for as long as
    /// fal keeps it. Empty where the picture is not to be shown: it is charged all the same, and
    /// nothing is kept of it. A request that failed answers with its own error.
    pub(super) async fn received(
        &self,
        ticket: &Ticket,
        cancel: &CancellationToken,
    ) -> Result<Bytes, CallError> {
        let known = |error: CallError| CallError { outcome_unknown: false, ..error };
        let ask = Ask::get(&*ticket.response);
        let answer = self.vendor.call(ask, cancel).await.map_err(known)?;
        let made: Made = answer.json(&self.vendor).map_err(known)?;
        if made.has_nsfw_concepts.first() == Some(&true) {
            return Ok(Bytes::new());
        }
        let Some(image) = made.images.first() else {
            return Err(self.vendor.fault(Fault::Foreign));
        };
        let fetched = self.vendor.fetch(&image.url, &PICTURES, cancel).await.map_err(known)?;
        Ok(fetched.bytes)
    }

    /// Takes a request out of the queue, as far as that is still possible.
    pub(super) async fn give_up(&self, ticket: &Ticket) {
        let quick = Duration::from_secs(2);
        let ask = Ask::put(&*ticket.cancel).within(quick, quick);
        if let Err(error) = self.vendor.call(ask, &CancellationToken::new()).await {
            tracing::debug!(vendor = "fal", %error, "a request could not be called off");
        }
    }
}
