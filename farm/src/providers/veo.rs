//! Google VEO by the Gemini API: scenes of a few seconds, made by long-running operations. An
//! operation's name is noted as soon as it is known, so that a worker that takes the job over
//! collects what is paid.
//!
//! Wire format: ai.google.dev/gemini-api/docs/video and the API's own reference
//! (`models.predictLongRunning`, `PredictLongRunningGeneratedVideoResponse`).

mod answers;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{
    http::{Ask, Auth, CallError, Effect, Fault, Limits, Vendor, VendorSpec, Wire},
    purse::{self, Delivered, Purse, Wanted},
    take::{SceneMaker, SceneTake, TakeError, Taken, is_mp4},
};
use crate::config::cloud::Veo as Settings;
use answers::{Operation, is_name, is_policy, judge};

/// Scenes of a film follow one another; so many films at once.
const LIMITS: Limits = Limits {
    at_once: 4,
    per_minute: None,
    answer_max: Duration::from_secs(60),
    patience: Duration::from_secs(120),
    tries_max: 3,
    backoff_min: Duration::from_millis(400),
    // Eight seconds at 1080p are about 10 MB.
    body_bytes_max: 64 << 20,
};
/// Lengths of a scene at 720p; 1080p would have to last eight seconds (docs, "Veo API parameters").
const LENGTHS_S: [u32; 3] = [4, 6, 8];
/// Eleven seconds at least, six minutes at peak hours (docs, "Limitations").
const DONE_MAX: Duration = Duration::from_secs(420);
/// Between two looks at first; grows up to what the documentation's examples wait.
const LOOK_MIN: Duration = Duration::from_millis(500);
const LOOK_MAX: Duration = Duration::from_secs(10);
/// 1,024 tokens (docs, "Model features").
const PROMPT_CHARS_MAX: usize = 3_000;
/// Our own captions and voice go over it.
const UNWANTED: &str = "subtitles, captions, written words, watermark, logo, frame";
/// What files come as.
const VIDEOS: [&str; 2] = ["video/", "application/octet-stream"];
/// Where it is used.
const STAGE: &str = "script";

/// The account's service. Shared by all jobs.
#[must_use]
pub fn vendor(wire: &Wire, settings: &Settings) -> Option<Arc<Vendor>> {
    let auth = Auth::new("x-goog-api-key", "", settings.account.key.as_ref()?)?;
    let spec = VendorSpec {
        name: "veo",
        base: settings.account.url.clone(),
        auth: Some(auth),
        headers: Vec::new(),
        hosts: &["googleapis.com", "googleusercontent.com"],
        limits: LIMITS,
        judge,
    };
    Some(Vendor::new(wire, spec))
}

/// VEO, for one job.
pub struct Veo {
    vendor: Arc<Vendor>,
    purse: Arc<Purse>,
    settings: Settings,
    version: String,
}

impl Veo {
    /// The account's model, paid for from a purse by the second.
    #[must_use]
    pub fn new(vendor: Arc<Vendor>, purse: Arc<Purse>, settings: Settings) -> Self {
        let version = format!("{} 1", settings.model);
        Self { vendor, purse, settings, version }
    }

    fn cost(&self, seconds: u32) -> u64 {
        u64::from(seconds) * self.settings.second_microusd
    }

    fn body(take: &SceneTake) -> Value {
        let said = format!("The character looks into the camera and says: \"{}\"", take.line);
        let room = PROMPT_CHARS_MAX.saturating_sub(said.chars().count() + 2);
        let seen: String = take.prompt.chars().take(room).collect();
        let mut instance = json!({"prompt": format!("{seen}\n\n{said}")});
        if let Some(first) = &take.first_frame {
            instance["image"] =
                json!({"bytesBase64Encoded": STANDARD.encode(first), "mimeType": "image/png"});
        }
        json!({
            "instances": [instance],
            "parameters": {
                "aspectRatio": "9:16",
                "resolution": "720p",
                "durationSeconds": take.seconds,
                "negativePrompt": UNWANTED,
                "seed": take.seed & 0x7fff_ffff,
            },
        })
    }

    async fn make(
        &self,
        body: &Value,
        seconds: u32,
        sha256: [u8; 32],
        cancel: &CancellationToken,
    ) -> Result<Delivered, CallError> {
        let path = format!("models/{}:predictLongRunning", self.settings.model);
        self.purse.note_none(&sha256).await;
        let ask = Ask::post(path, body.clone(), Effect::Paid);
        let begun: Operation = self.vendor.call(ask, cancel).await?.json(&self.vendor)?;
        if !is_name(&begun.name) {
            return Err(self.vendor.fault(Fault::Foreign).unknown());
        }
        self.purse.note(&sha256, &begun.name).await;
        self.collected(&begun.name, seconds, cancel).await
    }

    /// Waits for an operation and fetches its video. What it says of itself to have failed is not
    /// charged (ai.google.dev/gemini-api/docs/pricing, Veo); of anything else nobody knows.
    async fn collected(
        &self,
        name: &str,
        seconds: u32,
        cancel: &CancellationToken,
    ) -> Result<Delivered, CallError> {
        let deadline = Instant::now() + DONE_MAX;
        let mut look = LOOK_MIN;
        let operation = loop {
            let asked =
                self.vendor.call(Ask::get(name), cancel).await.map_err(CallError::unknown)?;
            let operation: Operation = asked.json(&self.vendor)?;
            if operation.done {
                break operation;
            }
            if Instant::now() + look > deadline {
                return Err(self.vendor.fault(Fault::Silent).unknown());
            }
            let waited = cancel.run_until_cancelled(tokio::time::sleep(look)).await;
            waited.ok_or_else(|| self.vendor.fault(Fault::Cancelled).unknown())?;
            look = (look * 3 / 2).min(LOOK_MAX);
        };
        let uri = self.result(operation)?;
        let fetched = self.vendor.fetch_own(&uri, &VIDEOS, cancel).await;
        let bytes = fetched.map_err(CallError::unknown)?.bytes;
        if !is_mp4(&bytes) {
            return Err(self.vendor.fault(Fault::Foreign).unknown());
        }
        let request_id = name.rsplit('/').next().map(str::to_owned);
        Ok(Delivered { bytes, cost_microusd: self.cost(seconds), request_id })
    }

    /// Where a finished operation's video is.
    fn result(&self, operation: Operation) -> Result<String, CallError> {
        if let Some(error) = operation.error {
            // google.rpc.Code: 3 is an invalid argument, 8 an exhausted resource, 13 and 14 are
            // theirs.
            return Err(self.vendor.fault(match error.code {
                _ if is_policy(&error.message) => Fault::Moderated,
                8 => Fault::Busy(None),
                13 | 14 => Fault::Down(503),
                _ => Fault::Refused(400),
            }));
        }
        let made = operation.response.and_then(|response| response.generate_video_response);
        let Some(made) = made else { return Err(self.vendor.fault(Fault::Foreign).unknown()) };
        match made.generated_samples.into_iter().next() {
            Some(sample) => Ok(sample.video.uri),
            None if made.rai_media_filtered_count > 0 => Err(self.vendor.fault(Fault::Moderated)),
            None => Err(self.vendor.fault(Fault::Foreign).unknown()),
        }
    }
}

#[async_trait]
impl SceneMaker for Veo {
    fn name(&self) -> &str {
        "veo"
    }

    fn version(&self) -> &str {
        &self.version
    }

    fn lengths_s(&self) -> &[u32] {
        &LENGTHS_S
    }

    async fn film(&self, take: &SceneTake, cancel: &CancellationToken) -> Result<Taken, TakeError> {
        let body = Self::body(take);
        let whole = Sha256::digest(body.to_string().as_bytes());
        let input = json!([self.settings.model, hex::encode(whole)]);
        let wanted = Wanted {
            vendor: self.vendor.name(),
            stage: STAGE,
            item: &take.item,
            input: &input,
            estimate_microusd: self.cost(take.seconds),
        };
        let made = |sha256| self.make(&body, take.seconds, sha256, cancel);
        let bought = match self.purse.buy(&wanted, made).await {
            Err(error) if error.fault == Fault::Unsure => {
                // Begun in an earlier life of the job: Google keeps the result for two days.
                let noted = self.purse.noted(&purse::name_of(&wanted)).await;
                let Some(name) = noted.filter(|name| is_name(name)) else {
                    return Err(error.into());
                };
                self.purse.collect(&wanted, self.collected(&name, take.seconds, cancel)).await?
            }
            other => other?,
        };
        Ok(Taken { file: bought.bytes, cost_microusd: bought.cost_microusd })
    }
}
