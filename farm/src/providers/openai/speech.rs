//! Speech (`audio/speech`): plain samples without timings; the words are found in the clip.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::{
    language,
    providers::{
        ProviderError, Speech, SpeechRequest, VoiceEngine, VoiceInfo,
        http::{Ask, Effect, Fault, Vendor},
        pcm,
        purse::{Delivered, Purse, Wanted},
    },
};

/// A line is spoken faster than it is heard.
const ANSWER_MAX: Duration = Duration::from_secs(30);
const PATIENCE: Duration = Duration::from_secs(60);
/// The API's own limit in characters.
const INPUT_CHARS_MAX: usize = 4_096;
/// What services send plain samples as.
const TYPES: [&str; 3] = ["audio/", "application/octet-stream", "binary/octet-stream"];
/// Seconds a character at the slowest, for the estimate.
const CHARACTER_S: f64 = 0.12;

/// Voices that every compatible service has (platform.openai.com, text to speech): name, gender,
/// tones.
const VOICES: [(&str, &str, &[&str]); 8] = [
    ("nova", "female", &["bright", "curious", "energetic"]),
    ("onyx", "male", &["dark", "serious"]),
    ("shimmer", "female", &["calm", "warm"]),
    ("echo", "male", &["warm", "calm"]),
    ("fable", "male", &["playful", "curious"]),
    ("alloy", "female", &["serious", "curious"]),
    ("coral", "female", &["playful", "warm", "energetic"]),
    ("ash", "male", &["energetic", "bright", "curious"]),
];
/// Languages it is known to speak well (those of the Whisper model, as its documentation says);
/// others are left to the next engine.
const LANGUAGES: [&str; 40] = [
    "af", "ar", "bg", "bs", "ca", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he",
    "hi", "hr", "hu", "id", "it", "ja", "ko", "lt", "lv", "ms", "nl", "no", "pl", "pt", "ro", "ru",
    "sk", "sl", "sv", "th", "tr", "uk", "vi", "zh",
];

/// A speech model, for one job.
pub struct SpeechModel {
    vendor: Arc<Vendor>,
    purse: Arc<Purse>,
    model: String,
    minute_microusd: u64,
    version: String,
}

impl SpeechModel {
    /// A model at a vendor, paid for from a purse by the minute.
    #[must_use]
    pub fn new(
        vendor: Arc<Vendor>,
        purse: Arc<Purse>,
        model: String,
        minute_microusd: u64,
    ) -> Self {
        let version = format!("{model} 1");
        Self { vendor, purse, model, minute_microusd, version }
    }

    fn cost(&self, seconds: f64) -> u64 {
        (self.minute_microusd as f64 * seconds / 60.0).ceil() as u64
    }
}

#[async_trait]
impl VoiceEngine for SpeechModel {
    fn name(&self) -> &str {
        "openai"
    }

    fn version(&self) -> &str {
        &self.version
    }

    fn is_remote(&self) -> bool {
        true
    }

    fn speaks(&self, language: &str) -> bool {
        LANGUAGES.contains(&cutline_speech::text::primary(language))
    }

    fn voices(&self, _language: &str) -> Vec<VoiceInfo> {
        let voice = |(name, gender, tones): &(&str, &str, &[&str])| VoiceInfo {
            name: (*name).to_owned(),
            gender: (*gender).to_owned(),
            tones: tones.iter().map(|&tone| tone.to_owned()).collect(),
        };
        VOICES.iter().map(voice).collect()
    }

    async fn speak(
        &self,
        request: &SpeechRequest,
        cancel: &CancellationToken,
    ) -> Result<Speech, ProviderError> {
        if request.text.chars().count() > INPUT_CHARS_MAX {
            return Err(self.vendor.fault(Fault::TooLarge).into());
        }
        let mut body = json!({
            "model": self.model,
            "input": request.text,
            "voice": request.voice,
            "response_format": "pcm",
            "speed": (f64::from(request.speed.clamp(0.25, 4.0)) * 100.0).round() / 100.0,
        });
        // The older models take no instructions.
        if !self.model.starts_with("tts-1") {
            let name = language::name(&request.language);
            let manner =
                "like a good narrator of short videos: clear, lively, without pauses inside";
            body["instructions"] = format!("Speak {name}, {manner} sentences.").into();
        }
        let characters = request.text.chars().count();
        let wanted = Wanted {
            vendor: self.vendor.name(),
            stage: "voice",
            item: &request.voice,
            input: &body,
            estimate_microusd: self.cost(characters as f64 * CHARACTER_S),
        };
        let call = |_| async {
            let ask = Ask::post("audio/speech", body.clone(), Effect::Paid)
                .accept(&TYPES)
                .within(ANSWER_MAX, PATIENCE);
            let answer = self.vendor.call(ask, cancel).await?;
            let seconds = answer.bytes.len() as f64 / 2.0 / f64::from(pcm::RATE_HZ);
            let cost_microusd = self.cost(seconds);
            Ok(Delivered { bytes: answer.bytes, cost_microusd, request_id: answer.request_id })
        };
        let bought = self.purse.buy(&wanted, call).await?;
        let (line, language) = (request.text.clone(), request.language.clone());
        let finished = crate::tasks::blocking(move || {
            pcm::finish(&line, &language, &pcm::samples(&bought.bytes), pcm::RATE_HZ, None)
        });
        let foreign = || self.vendor.fault(Fault::Foreign);
        Ok(finished.await.map_err(|_| foreign())?.ok_or_else(foreign)?)
    }
}
