//! HeyGen, API version 3: a photograph becomes an avatar, and the avatar says what is on a track of
//! ours. Avatars are kept and used again by the hash of their photograph. The account must be
//! Cutline's own: when it is full, what no photograph of ours belongs to goes first.
//!
//! Wire format: developers.heygen.com (assets, avatars, videos, error codes, pricing), 2026;
//! versions 1 and 2 ended with October 2026. Uploads and calls that cost carry an
//! `Idempotency-Key`, under which HeyGen answers for a day as it did the first time (reference of
//! `POST /v3/assets`, `/v3/avatars`, `/v3/videos`): they are repeated without fear, and a file that
//! is sent again keeps its id, so that the call that names it is the same call.

mod avatars;
mod shelf;
mod videos;

use std::{path::PathBuf, sync::Arc, time::Duration};

use async_trait::async_trait;
use reqwest::header::HeaderMap;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{
    http::{Answer, Ask, Auth, CallError, Fault, Limits, Vendor, VendorSpec, Wire},
    purse::Purse,
    take::{PhotoAnimator, PhotoTake, TakeError, Taken},
};
use crate::config::cloud::HeyGen as Settings;
use shelf::Shelf;

/// Ten jobs at once without a contract (developers.heygen.com/docs/pricing, concurrency limits).
const LIMITS: Limits = Limits {
    at_once: 10,
    per_minute: None,
    answer_max: Duration::from_secs(60),
    patience: Duration::from_secs(120),
    tries_max: 3,
    backoff_min: Duration::from_millis(400),
    // A minute and a half at 1080p.
    body_bytes_max: 192 << 20,
};
/// Largest file that is taken as an asset (docs, "Supported File Types").
const ASSET_BYTES_MAX: usize = 32 << 20;
/// A video takes a few minutes; a job has twenty in all.
const DONE_MAX: Duration = Duration::from_secs(780);
/// Between two looks at first; grows.
const LOOK_MIN: Duration = Duration::from_millis(500);
const LOOK_MAX: Duration = Duration::from_secs(10);
/// Where it is used.
const STAGE: &str = "motion";
/// Carries the name of a call; each endpoint has names of its own.
const KEY: &str = "idempotency-key";

/// The account's service. Shared by all jobs.
#[must_use]
pub fn vendor(wire: &Wire, settings: &Settings) -> Option<Arc<Vendor>> {
    let auth = Auth::new("x-api-key", "", settings.account.key.as_ref()?)?;
    let spec = VendorSpec {
        name: "heygen",
        base: settings.account.url.clone(),
        auth: Some(auth),
        headers: Vec::new(),
        hosts: &["heygen.ai", "heygen.com"],
        limits: LIMITS,
        judge,
    };
    Some(Vendor::new(wire, spec))
}

/// Reads a refusal: `{"error": {"code", "message"}}` (developers.heygen.com/docs/error-codes).
fn judge(_status: u16, _headers: &HeaderMap, body: &Value) -> Option<Fault> {
    match body.pointer("/error/code").and_then(Value::as_str)? {
        "insufficient_credit" | "quota_exceeded" => Some(Fault::Money),
        "content_policy_violation" => Some(Fault::Moderated),
        // The same call is still under way.
        "request_in_progress" => Some(Fault::Busy(None)),
        _ => None,
    }
}

/// The name of the calls of a purchase.
fn key(purchase: &[u8; 32]) -> String {
    format!("cutline-{}", hex::encode(purchase))
}

/// Why a call that was made before under the same key has failed again. Only what HeyGen says of
/// the call itself tells how the first one ended; all else only says that it cannot be asked now.
fn repeated(error: CallError) -> CallError {
    match error.fault {
        Fault::Moderated | Fault::Refused(_) | Fault::Missing => error,
        _ => error.unknown(),
    }
}

/// HeyGen, for one job.
pub struct HeyGen {
    vendor: Arc<Vendor>,
    purse: Arc<Purse>,
    settings: Settings,
    shelf: Shelf,
}

/// Every good answer.
#[derive(Deserialize)]
struct Data<T> {
    data: T,
}

#[derive(Deserialize)]
struct Asset {
    asset_id: String,
}

impl HeyGen {
    /// The account's avatars, paid for from a purse; what is known of them is kept in `folder`.
    #[must_use]
    pub fn new(
        vendor: Arc<Vendor>,
        purse: Arc<Purse>,
        settings: Settings,
        folder: PathBuf,
    ) -> Self {
        Self { vendor, purse, settings, shelf: Shelf::open(folder) }
    }

    fn read<T: DeserializeOwned>(&self, answer: &Answer) -> Result<T, CallError> {
        Ok(answer.json::<Data<T>>(&self.vendor)?.data)
    }

    /// Uploads a file for a purchase: free, and forgotten by HeyGen when it is not used. However
    /// it fails, nothing is charged.
    async fn asset(
        &self,
        (name, kind): (&str, &str),
        file: &[u8],
        purchase: &[u8; 32],
        cancel: &CancellationToken,
    ) -> Result<String, CallError> {
        if file.len() > ASSET_BYTES_MAX {
            return Err(self.vendor.fault(Fault::TooLarge));
        }
        let ask = Ask::upload("v3/assets", name, kind, file).header(KEY, key(purchase));
        let uploaded = self.vendor.call(ask, cancel).await;
        let id = uploaded.and_then(|answer| self.id(self.read::<Asset>(&answer)?.asset_id));
        id.map_err(|error| CallError { outcome_unknown: false, ..error })
    }

    /// An id that can stand in a path.
    fn id(&self, id: String) -> Result<String, CallError> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
        let fits = (1..=100).contains(&id.len()) && id.chars().all(plain);
        if fits { Ok(id) } else { Err(self.vendor.fault(Fault::Foreign).unknown()) }
    }

    /// Waits a little longer each time; [`Fault::Silent`] when it has been long enough.
    async fn pause(
        &self,
        look: &mut Duration,
        deadline: Instant,
        cancel: &CancellationToken,
    ) -> Result<(), CallError> {
        if Instant::now() + *look > deadline {
            return Err(self.vendor.fault(Fault::Silent).unknown());
        }
        let waited = cancel.run_until_cancelled(tokio::time::sleep(*look)).await;
        *look = (*look * 3 / 2).min(LOOK_MAX);
        waited.ok_or_else(|| self.vendor.fault(Fault::Cancelled).unknown())
    }
}

#[async_trait]
impl PhotoAnimator for HeyGen {
    fn name(&self) -> &str {
        "heygen"
    }

    fn version(&self) -> &str {
        "avatar-iv 1"
    }

    async fn perform(
        &self,
        take: &PhotoTake,
        cancel: &CancellationToken,
    ) -> Result<Taken, TakeError> {
        let avatar = self.avatar(take, cancel).await?;
        match self.video(&avatar, take, cancel).await {
            // Deleted behind our back: made anew, once.
            Err(error) if error.fault == Fault::Missing && !error.outcome_unknown => {
                self.shelf.forget(&take.photo_sha256).await;
                let avatar = self.avatar(take, cancel).await?;
                Ok(self.video(&avatar, take, cancel).await?)
            }
            other => Ok(other?),
        }
    }
}
