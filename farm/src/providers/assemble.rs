//! Opens what is on this machine and says in plain words what is not.

use std::{path::Path, sync::Arc};

use super::{
    FactSource, Illustrations, LanguageModel, Providers, VoiceEngine, cloud::Cloud, espeak, fluent,
    kokoro, silence, wordnet,
};
use crate::{config::Config, tasks};

/// Who may write the script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writers {
    /// The language model where it is there, else the outline.
    All,
    /// The outline alone (`--light`).
    Outline,
}

/// Everything on this machine, best first. Nothing heavy is loaded yet.
pub async fn assemble(config: &Config, writers: Writers) -> Providers {
    let mut missing = Vec::new();
    let data = &config.paths.data_dir;
    let lexicon = lexicon(&mut missing);
    Providers {
        language: language(data, writers, &mut missing),
        facts: lexicon.iter().map(|wordnet| wordnet.clone() as Arc<dyn FactSource>).collect(),
        lexicon,
        voices: voices(config, &mut missing).await,
        pictures: Vec::new(),
        animator: None,
        scenes: None,
        clips: Vec::new(),
        moderator: None,
        illustrations: illustrations(config, &mut missing).await,
        chat_bytes_max: None,
        missing,
    }
}

/// The cloud providers that are set, if any. One that cannot be used costs its part, not the
/// program.
#[must_use]
pub fn cloud(config: &Config, writers: Writers, missing: &mut Vec<String>) -> Option<Cloud> {
    let mut settings = config.cloud.clone();
    if writers == Writers::Outline {
        settings.openrouter = None;
        if let Some(openai) = &mut settings.openai {
            openai.writer = None;
        }
    }
    match Cloud::open(settings, config.paths.cache_dir.clone()) {
        Ok(cloud) => cloud,
        Err(error) => {
            tracing::error!(%error, "no cloud provider can be used");
            missing.push(format!("the cloud providers ({error}): this machine's own do the work"));
            None
        }
    }
}

#[cfg(feature = "llama")]
fn language(
    data: &Path,
    writers: Writers,
    missing: &mut Vec<String>,
) -> Vec<Arc<dyn LanguageModel>> {
    if writers == Writers::Outline {
        return Vec::new();
    }
    match super::llama::Llama::find(&data.join("qwen/model.gguf")) {
        Some(model) => vec![Arc::new(model)],
        None => {
            missing.push("the language model: scripts come from the written outline".into());
            Vec::new()
        }
    }
}

#[cfg(not(feature = "llama"))]
fn language(
    _data: &Path,
    writers: Writers,
    missing: &mut Vec<String>,
) -> Vec<Arc<dyn LanguageModel>> {
    if writers == Writers::All {
        missing.push("the language model (built without it): the written outline writes".into());
    }
    Vec::new()
}

fn lexicon(missing: &mut Vec<String>) -> Option<Arc<wordnet::WordNet>> {
    match wordnet::WordNet::open(Path::new(wordnet::DEFAULT_FOLDER)) {
        Ok(wordnet) => Some(Arc::new(wordnet)),
        Err(error) => {
            tracing::info!(%error, "no WordNet");
            missing.push(
                "WordNet (Debian package wordnet-base): scripts rest on the sentence alone".into(),
            );
            None
        }
    }
}

async fn voices(config: &Config, missing: &mut Vec<String>) -> Vec<Arc<dyn VoiceEngine>> {
    let mut voices: Vec<Arc<dyn VoiceEngine>> = Vec::new();
    match kokoro::Kokoro::open(&config.paths.data_dir) {
        Ok(Some(kokoro)) => voices.push(Arc::new(kokoro)),
        Ok(None) => missing.push("Kokoro, the neural voice: a plainer voice speaks".into()),
        Err(error) => missing.push(format!("Kokoro ({error}): a plainer voice speaks")),
    }
    match espeak::Espeak::open().await {
        Some(espeak) => voices.push(Arc::new(espeak)),
        None if voices.is_empty() => {
            missing.push("espeak-ng, the stand-in voice: the video is silent under music".into());
        }
        None => missing.push(
            "espeak-ng: unknown names and languages other than English may be misspoken".into(),
        ),
    }
    voices.push(Arc::new(silence::Silence));
    voices
}

/// Off this thread: the first time ever this takes half a minute, and somebody may cancel
/// meanwhile.
async fn illustrations(
    config: &Config,
    missing: &mut Vec<String>,
) -> Option<Arc<dyn Illustrations>> {
    let data = config.paths.data_dir.clone();
    let opened = tasks::blocking(move || fluent::Fluent::open(&data)).await;
    let error: String = match opened {
        Ok(Ok(Some(set))) => return Some(Arc::new(set)),
        Ok(Ok(None)) => {
            missing.push("Fluent Emoji: shots show words instead of drawings".into());
            return None;
        }
        Ok(Err(error)) => error.to_string(),
        Err(error) => error.to_string(),
    };
    missing.push(format!("Fluent Emoji ({error}): shots show words instead of drawings"));
    None
}
