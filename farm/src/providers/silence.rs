//! The voice that always works: silence as long as the words would take, with estimated times.

use async_trait::async_trait;
use cutline_speech::{audio, estimate, text};
use tokio_util::sync::CancellationToken;

use super::{ProviderError, Speech, SpeechRequest, VoiceEngine, VoiceInfo, spoken};

/// Says nothing, in time.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silence;

#[async_trait]
impl VoiceEngine for Silence {
    fn name(&self) -> &'static str {
        "silence"
    }

    fn version(&self) -> &'static str {
        "silence-1"
    }

    fn speaks(&self, _language: &str) -> bool {
        true
    }

    fn voices(&self, _language: &str) -> Vec<VoiceInfo> {
        ["none", "none too"]
            .map(|name| VoiceInfo {
                name: name.to_owned(),
                gender: "none".to_owned(),
                tones: Vec::new(),
            })
            .to_vec()
    }

    async fn speak(
        &self,
        request: &SpeechRequest,
        _cancel: &CancellationToken,
    ) -> Result<Speech, ProviderError> {
        let sentences = text::read(&request.text, &request.language);
        let (words, seconds) = estimate::times(&sentences, request.speed);
        let samples = audio::silence(seconds, audio::RATE_HZ);
        Ok(spoken(&request.text, cutline_speech::Spoken { samples, words, phonemes: Vec::new() }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn silence_lasts_as_long_as_the_words_would() {
        let request = SpeechRequest {
            text: "Cats always land on their feet, and $5 says so.".into(),
            language: "en".into(),
            voice: "none".into(),
            speed: 1.0,
            before: String::new(),
            after: String::new(),
        };
        let speech = Silence.speak(&request, &CancellationToken::new()).await.expect("always");
        let shown: Vec<&str> = speech.words.iter().map(|w| w.text.as_str()).collect();
        assert_eq!(shown.join(" "), request.text);
        let seconds = speech.samples.len() as f64 / f64::from(audio::RATE_HZ);
        assert!((2.0..6.0).contains(&seconds), "{seconds}");
        assert!(speech.words.last().expect("words").end_s <= seconds);
        assert!(speech.samples.iter().all(|&s| s == 0.0));
    }
}
