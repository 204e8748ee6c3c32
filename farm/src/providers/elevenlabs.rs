//! ElevenLabs: speech with the time of every character (`with-timestamps`), in the tone of its
//! neighbours.

mod times;
mod voices;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use reqwest::header::HeaderMap;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::{
    ProviderError, Speech, SpeechRequest, VoiceEngine, VoiceInfo,
    http::{Ask, Auth, CallError, Effect, Fault, Limits, Vendor, VendorSpec, Wire},
    pcm,
    purse::{Delivered, Purse, Wanted},
};
use crate::config::cloud::ElevenLabs;

/// Concurrency is what it limits (help.elevenlabs.io, error code 429: 2 on the free plan, 3 to 15
/// on others); beyond it, calls queue there.
const LIMITS: Limits = Limits {
    at_once: 3, // unless set otherwise
    per_minute: None,
    answer_max: Duration::from_secs(30),
    patience: Duration::from_secs(60),
    tries_max: 3,
    backoff_min: Duration::from_millis(500),
    body_bytes_max: 32 << 20,
};
/// Headers that say how many characters were charged, newer name first.
const CHARGED: [&str; 2] = ["character-cost", "x-character-count"];
/// Speeds it takes (`voice_settings.speed`).
const SPEED: (f32, f32) = (0.7, 1.2);
/// Context sent on either side: the end or beginning of a line is what shapes its neighbour.
const CONTEXT_CHARS_MAX: usize = 300;
/// Longest text a request of the smallest model takes.
const TEXT_CHARS_MAX: usize = 5_000;

/// The account's service. Shared by all jobs.
#[must_use]
pub fn vendor(wire: &Wire, settings: &ElevenLabs) -> Option<Arc<Vendor>> {
    let auth = match &settings.account.key {
        Some(key) => Some(Auth::new("xi-api-key", "", key)?),
        None => None,
    };
    let base = settings.account.url.clone();
    let spec = VendorSpec {
        name: "elevenlabs",
        base,
        auth,
        headers: Vec::new(),
        hosts: &[],
        limits: Limits { at_once: settings.at_once, ..LIMITS },
        judge,
    };
    Some(Vendor::new(wire, spec))
}

/// Reads a refusal: `{"detail": {"status" or "code", "message"}}`; an empty quota comes as 401.
fn judge(_status: u16, _headers: &HeaderMap, body: &Value) -> Option<Fault> {
    let word = |name: &str| body.pointer(name).and_then(Value::as_str).unwrap_or_default();
    let said = [word("/detail/status"), word("/detail/code")];
    let any = |known: &[&str]| said.iter().any(|word| known.contains(word));
    if any(&[
        "quota_exceeded",
        "insufficient_credits",
        "payment_required",
        "character_limit_exceeded",
    ]) {
        return Some(Fault::Money);
    }
    if any(&[
        "too_many_concurrent_requests",
        "concurrent_limit_exceeded",
        "system_busy",
        "rate_limit_exceeded",
    ]) {
        return Some(Fault::Busy(None));
    }
    if any(&["voice_not_found", "model_not_found"]) {
        return Some(Fault::Missing);
    }
    any(&["content_against_policy", "unsafe_content", "moderation_failed"])
        .then_some(Fault::Moderated)
}

/// ElevenLabs' voices, for one job.
pub struct Eleven {
    vendor: Arc<Vendor>,
    purse: Arc<Purse>,
    settings: ElevenLabs,
    version: String,
}

#[derive(Deserialize)]
struct Spoken {
    audio_base64: String,
    alignment: Option<times::Alignment>,
}

/// What is kept of an answer: the times, then the samples.
#[derive(Serialize, Deserialize)]
struct KeptHead {
    alignment: Option<times::Alignment>,
}

impl Eleven {
    /// Its voices, paid for from a purse by the character.
    #[must_use]
    pub fn new(vendor: Arc<Vendor>, purse: Arc<Purse>, settings: ElevenLabs) -> Self {
        let version = format!("{} 1", settings.model);
        Self { vendor, purse, settings, version }
    }

    fn body(&self, request: &SpeechRequest) -> Value {
        let model = &self.settings.model;
        let speed = request.speed.clamp(SPEED.0, SPEED.1);
        let mut body = json!({
            "text": request.text,
            "model_id": model,
            "voice_settings": {
                "stability": 0.5,
                "similarity_boost": 0.75,
                "speed": (f64::from(speed) * 100.0).round() / 100.0,
            },
        });
        // Models of the second generation detect the language and refuse to be told.
        if model.contains("v2_5") || model.contains("v3") {
            body["language_code"] = cutline_speech::text::primary(&request.language).into();
        }
        // The third generation refuses context.
        if !model.contains("v3") {
            if !request.before.is_empty() {
                let all = request.before.chars().count();
                let skip = all.saturating_sub(CONTEXT_CHARS_MAX);
                body["previous_text"] =
                    request.before.chars().skip(skip).collect::<String>().into();
            }
            if !request.after.is_empty() {
                let next: String = request.after.chars().take(CONTEXT_CHARS_MAX).collect();
                body["next_text"] = next.into();
            }
        }
        body
    }

    fn cost(&self, characters: u64) -> u64 {
        (self.settings.thousand_microusd * characters).div_ceil(1_000)
    }

    async fn call(
        &self,
        request: &SpeechRequest,
        body: &Value,
        cancel: &CancellationToken,
    ) -> Result<Delivered, CallError> {
        let path = format!("v1/text-to-speech/{}/with-timestamps", request.voice);
        let ask = Ask::post(path, body.clone(), Effect::Paid).query("output_format", "pcm_24000");
        let answer = self.vendor.call(ask, cancel).await?;
        let spoken: Spoken = answer.json(&self.vendor)?;
        let lost = || self.vendor.fault(Fault::Foreign).unknown();
        let samples = STANDARD.decode(&spoken.audio_base64).map_err(|_| lost())?;
        let head = serde_json::to_vec(&KeptHead { alignment: spoken.alignment });
        let head = head.map_err(|_| lost())?;
        let length = u32::try_from(head.len()).map_err(|_| lost())?;
        let bytes = [&length.to_le_bytes()[..], &head, &samples].concat();
        let billed = CHARGED.iter().find_map(|name| answer.header(name)?.parse::<u64>().ok());
        let characters = billed.unwrap_or(request.text.chars().count() as u64);
        let request_id = answer.request_id.clone();
        Ok(Delivered {
            bytes: Bytes::from(bytes),
            cost_microusd: self.cost(characters),
            request_id,
        })
    }
}

/// The times and samples of what was kept.
fn opened(bytes: &[u8]) -> Option<(Option<times::Alignment>, &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let length = u32::from_le_bytes(*length) as usize;
    let head: KeptHead = serde_json::from_slice(rest.get(..length)?).ok()?;
    Some((head.alignment, rest.get(length..)?))
}

#[async_trait]
impl VoiceEngine for Eleven {
    fn name(&self) -> &str {
        "elevenlabs"
    }

    fn version(&self) -> &str {
        &self.version
    }

    fn is_remote(&self) -> bool {
        true
    }

    fn speaks(&self, language: &str) -> bool {
        voices::speaks(&self.settings.model, cutline_speech::text::primary(language))
    }

    fn hears_neighbours(&self) -> bool {
        !self.settings.model.contains("v3")
    }

    fn voices(&self, _language: &str) -> Vec<VoiceInfo> {
        voices::all(&self.settings.voices)
    }

    async fn speak(
        &self,
        request: &SpeechRequest,
        cancel: &CancellationToken,
    ) -> Result<Speech, ProviderError> {
        let characters = request.text.chars().count();
        if characters > TEXT_CHARS_MAX {
            return Err(self.vendor.fault(Fault::TooLarge).into());
        }
        let body = self.body(request);
        let input = json!([request.voice, body]);
        let wanted = Wanted {
            vendor: self.vendor.name(),
            stage: "voice",
            item: &request.voice,
            input: &input,
            estimate_microusd: self.cost(characters as u64),
        };
        let bought = self.purse.buy(&wanted, |_| self.call(request, &body, cancel)).await?;
        let (line, language) = (request.text.clone(), request.language.clone());
        let finished = crate::tasks::blocking(move || {
            let (alignment, samples) = opened(&bought.bytes)?;
            let times =
                alignment.and_then(|alignment| times::of_words(&line, &language, &alignment));
            pcm::finish(&line, &language, &pcm::samples(samples), pcm::RATE_HZ, times)
        });
        let foreign = || self.vendor.fault(Fault::Foreign);
        Ok(finished.await.map_err(|_| foreign())?.ok_or_else(foreign)?)
    }
}
