//! The embedded neural voice: Kokoro behind [`VoiceEngine`]. Keeps as many models as may speak at
//! once, loads them when first needed, and lets go of them before the render.

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use cutline_speech::{
    g2p::Phonemizer,
    kokoro::{self, KokoroError, Line, Model, Stop, VOICES},
    text,
};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::{
    ProviderError, Speech, SpeechRequest, VoiceEngine, VoiceInfo, espeak::EspeakIpa, spoken,
};
use crate::{context::Handling, tasks};

/// Models held at most; each takes some 400 MB while it speaks.
const MODELS_MAX: usize = 4;

/// Kokoro-82M on this machine.
pub struct Kokoro {
    shared: Arc<Shared>,
    slots: Semaphore,
}

struct Shared {
    kokoro: kokoro::Kokoro,
    /// Models that nobody is using.
    idle: Mutex<Vec<Model>>,
}

impl Kokoro {
    /// Looks for the model and its runtime under the data folder; `None` when they are not there.
    ///
    /// # Errors
    /// [`ProviderError`] when they are there but cannot be used.
    pub fn open(data_dir: &Path) -> Result<Option<Self>, ProviderError> {
        let Some(kokoro) = kokoro::Kokoro::open(data_dir).map_err(failure)? else {
            return Ok(None);
        };
        let slots = std::thread::available_parallelism().map_or(1, usize::from).min(MODELS_MAX);
        let shared = Arc::new(Shared { kokoro, idle: Mutex::new(Vec::new()) });
        Ok(Some(Self { shared, slots: Semaphore::new(slots) }))
    }
}

impl Shared {
    /// Speaks on this thread, with a model from the idle ones or a new one.
    fn speak(
        &self,
        request: &SpeechRequest,
        ipa: &EspeakIpa,
        stop: &Stop,
    ) -> Result<cutline_speech::Spoken, KokoroError> {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = idle().pop();
        let mut model = match taken {
            Some(model) => model,
            None => self.kokoro.load()?,
        };
        let line = Line {
            text: &request.text,
            language: &request.language,
            voice: &request.voice,
            speed: request.speed,
        };
        let said = self.kokoro.speak(&mut model, &line, ipa, stop);
        idle().push(model);
        said
    }
}

/// The voices of a language, best first.
pub(crate) fn voices(language: &str) -> Vec<VoiceInfo> {
    let language = text::primary(language);
    VOICES
        .iter()
        .filter(|voice| voice.language == language)
        .map(|voice| VoiceInfo {
            name: voice.name.to_owned(),
            gender: voice.gender.to_owned(),
            tones: voice.tones.iter().map(|&tone| tone.to_owned()).collect(),
        })
        .collect()
}

/// Stops the running call when the caller lets go of it.
struct StopOnDrop(Arc<Stop>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.stop();
    }
}

#[async_trait]
impl VoiceEngine for Kokoro {
    fn name(&self) -> &'static str {
        "kokoro"
    }

    fn version(&self) -> &'static str {
        kokoro::VERSION
    }

    fn speaks(&self, language: &str) -> bool {
        Phonemizer::knows(language) && !self.voices(language).is_empty()
    }

    fn voices(&self, language: &str) -> Vec<VoiceInfo> {
        voices(language)
    }

    async fn speak(
        &self,
        request: &SpeechRequest,
        cancel: &CancellationToken,
    ) -> Result<Speech, ProviderError> {
        let cancelled = || failure(KokoroError::Stopped);
        let _slot = tokio::select! {
            slot = self.slots.acquire() => slot.map_err(|_| cancelled())?,
            () = cancel.cancelled() => return Err(cancelled()),
        };
        let stop = Arc::new(Stop::default());
        let guard = StopOnDrop(Arc::clone(&stop));
        let shared = Arc::clone(&self.shared);
        let owned = request.clone();
        let ipa = EspeakIpa::new(tokio::runtime::Handle::current());
        let work = tasks::blocking(move || shared.speak(&owned, &ipa, &stop));
        let said = tokio::select! {
            said = work => said,
            () = cancel.cancelled() => return Err(cancelled()),
        };
        drop(guard);
        let said = said.map_err(|error| ProviderError {
            provider: "kokoro".to_owned(),
            message: error.to_string(),
            handling: Handling::Fallback,
        })?;
        Ok(spoken(&request.text, said.map_err(failure)?))
    }

    async fn unload(&self) {
        self.shared.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

fn failure(error: KokoroError) -> ProviderError {
    ProviderError {
        provider: "kokoro".to_owned(),
        message: error.to_string(),
        handling: Handling::Fallback,
    }
}
