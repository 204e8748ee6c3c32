//! HeyGen, API version 3: a photograph becomes an avatar, and the avatar says what is on a track of
//! ours. Avatars are kept and used again by the hash of their photograph. The account must be
//! Cutline's own: when it is full, what no photograph of ours belongs to goes first.
//!
//! Wire format: developers.heygen.com (assets, avatars, videos, error codes, pricing), 2026;
//! versions 1 and 2 ended with October 2026. Calls that cost carry an `Idempotency-Key`, under
//! which HeyGen answers for a day as it did the first time: they are repeated without fear.

mod avatars;
mod shelf;

use std::{path::PathBuf, sync::Arc, time::Duration};

use async_trait::async_trait;
use reqwest::header::HeaderMap;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{
    http::{Answer, Ask, Auth, CallError, Effect, Fault, Limits, Vendor, VendorSpec, Wire},
    purse::{self, Delivered, Purse, Wanted},
    take::{PhotoAnimator, PhotoTake, TakeError, Taken, is_mp4},
};
use crate::config::cloud::HeyGen as Settings;
use shelf::{Avatar, Shelf};

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
/// What videos come as.
const VIDEOS: [&str; 3] = ["video/", "application/octet-stream", "binary/octet-stream"];
/// Where it is used.
const STAGE: &str = "motion";

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

#[derive(Deserialize)]
struct Begun {
    video_id: String,
}

#[derive(Deserialize)]
struct Video {
    status: String,
    video_url: Option<String>,
    failure_code: Option<String>,
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

    /// Uploads a file: free, and forgotten by HeyGen when it is not used.
    async fn asset(
        &self,
        (name, kind): (&str, &str),
        file: &[u8],
        cancel: &CancellationToken,
    ) -> Result<String, CallError> {
        if file.len() > ASSET_BYTES_MAX {
            return Err(self.vendor.fault(Fault::TooLarge));
        }
        let answer = self.vendor.call(Ask::upload("v3/assets", name, kind, file), cancel).await?;
        let asset: Asset = self.read(&answer)?;
        self.id(asset.asset_id)
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

    /// Has an avatar say a track.
    async fn video(
        &self,
        avatar: &Avatar,
        take: &PhotoTake,
        cancel: &CancellationToken,
    ) -> Result<Taken, CallError> {
        let voice_sha256 = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(&take.voice));
        let input = json!(["video", take.photo_sha256, avatar.look, voice_sha256, take.width_px]);
        let wanted = Wanted {
            vendor: self.vendor.name(),
            stage: STAGE,
            item: "film",
            input: &input,
            estimate_microusd: self.cost(take),
        };
        let begin = |sha256| self.begin(avatar, take, sha256, cancel);
        let bought = match self.purse.buy(&wanted, begin).await {
            Err(error) if error.fault == Fault::Unsure => {
                // Begun in an earlier life of the job: looked after, or begun under the same key.
                let sha256 = purse::name_of(&wanted);
                let noted = self.purse.noted(&sha256).await;
                let collected = async {
                    match noted {
                        Some(id) => self.collected(&self.id(id)?, take, cancel).await,
                        None => self.begin(avatar, take, sha256, cancel).await,
                    }
                };
                self.purse.collect(&wanted, collected).await?
            }
            other => other?,
        };
        Ok(Taken { file: bought.bytes, cost_microusd: bought.cost_microusd })
    }

    async fn begin(
        &self,
        avatar: &Avatar,
        take: &PhotoTake,
        sha256: [u8; 32],
        cancel: &CancellationToken,
    ) -> Result<Delivered, CallError> {
        let track = self.asset(("voice.wav", "audio/wav"), &take.voice, cancel).await?;
        let body = json!({
            "type": "avatar",
            "avatar_id": avatar.look,
            "audio_asset_id": track,
            "title": "Cutline",
            "aspect_ratio": "9:16",
            "resolution": if take.width_px >= 1080 { "1080p" } else { "720p" },
            "fit": "cover",
            "output_format": "mp4",
            "engine": {"type": "avatar_iv"},
        });
        let key = format!("cutline-{}", hex::encode(sha256));
        let ask = Ask::post("v3/videos", body, Effect::Free).header("idempotency-key", key);
        let begun: Begun = self.read(&self.vendor.call(ask, cancel).await?)?;
        let id = self.id(begun.video_id)?;
        self.purse.note(&sha256, &id).await;
        self.collected(&id, take, cancel).await
    }

    /// Waits for a video and fetches it. One that failed is not charged.
    async fn collected(
        &self,
        id: &str,
        take: &PhotoTake,
        cancel: &CancellationToken,
    ) -> Result<Delivered, CallError> {
        let deadline = Instant::now() + DONE_MAX;
        let mut look = LOOK_MIN;
        let address = loop {
            let asked = self.vendor.call(Ask::get(format!("v3/videos/{id}")), cancel).await;
            let video: Video = self.read(&asked.map_err(CallError::unknown)?)?;
            match (video.status.as_str(), video.video_url) {
                ("completed", Some(address)) => break address,
                ("waiting" | "pending" | "processing", _) => {}
                ("failed", _) => return Err(self.failed(video.failure_code)),
                _ => return Err(self.vendor.fault(Fault::Foreign).unknown()),
            }
            self.pause(&mut look, deadline, cancel).await?;
        };
        let fetched = self.vendor.fetch(&address, &VIDEOS, cancel).await;
        let bytes = fetched.map_err(CallError::unknown)?.bytes;
        if !is_mp4(&bytes) {
            return Err(self.vendor.fault(Fault::Foreign).unknown());
        }
        let request_id = Some(id.to_owned());
        Ok(Delivered { bytes, cost_microusd: self.cost(take), request_id })
    }

    /// What HeyGen says of its own failure.
    fn failed(&self, code: Option<String>) -> CallError {
        let code = code.unwrap_or_default().to_lowercase();
        let policy = ["moderation", "policy", "nsfw"].iter().any(|word| code.contains(word));
        self.vendor.fault(if policy { Fault::Moderated } else { Fault::Refused(422) })
    }

    fn cost(&self, take: &PhotoTake) -> u64 {
        (take.seconds * self.settings.second_microusd as f64).ceil() as u64
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
