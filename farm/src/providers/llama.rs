//! The embedded language model through llama.cpp: a GGUF file, loaded when first asked, freed when
//! told. Only this module knows the vendor's types.

mod sample;

use std::{
    num::NonZeroU32,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock},
};

use async_trait::async_trait;
use llama_cpp_2::{
    LogOptions,
    context::params::LlamaContextParams,
    llama_backend::LlamaBackend,
    llama_batch::LlamaBatch,
    model::{LlamaModel, params::LlamaModelParams},
    send_logs_to_tracing,
    token::LlamaToken,
};
use sample::Sampler;
use tokio_util::sync::CancellationToken;

use super::{LanguageModel, ProseRequest, ProviderError};
use crate::{context::Handling, tasks};

/// Context length in tokens: a prompt of a few hundred and a script of a few hundred.
const CONTEXT_TOKENS: u32 = 2048;
/// Prompt tokens decoded at a time: few enough that a cancel is heard within half a second.
const BATCH_TOKENS: usize = 16;
/// Generation is bound by memory bandwidth; more threads than two do not help a 1.5B model.
const THREADS: i32 = 2;

const PANICKED: &str = "a writer before this one panicked";

/// llama.cpp allows one backend a process.
static BACKEND: OnceLock<Option<LlamaBackend>> = OnceLock::new();

/// A GGUF model, loaded lazily.
pub struct Llama {
    path: PathBuf,
    version: String,
    model: Arc<Mutex<Option<LlamaModel>>>,
}

impl Llama {
    /// Names a model file; nothing is loaded yet. `None` when the file is not there.
    #[must_use]
    pub fn find(path: &Path) -> Option<Self> {
        let size_bytes = path.metadata().ok()?.len();
        Some(Self {
            path: path.to_owned(),
            version: format!("qwen2.5-coder-1.5b-instruct-q4_k_m/{size_bytes}/1"),
            model: Arc::default(),
        })
    }
}

#[async_trait]
impl LanguageModel for Llama {
    fn name(&self) -> &str {
        "qwen2.5-coder-1.5b-instruct, embedded"
    }

    fn version(&self) -> &str {
        &self.version
    }

    async fn write(
        &self,
        request: &ProseRequest,
        cancel: &CancellationToken,
    ) -> Result<String, ProviderError> {
        let (model, path) = (Arc::clone(&self.model), self.path.clone());
        let (request, cancel) = (request.clone(), cancel.clone());
        let work = move || {
            let mut held = model.lock().map_err(|_| failed(PANICKED))?;
            let backend = backend()?;
            let loaded = match held.take() {
                Some(model) => model,
                None => load(backend, &path)?,
            };
            let written = generate(backend, &loaded, &request, &cancel);
            *held = Some(loaded);
            written
        };
        tasks::blocking(work).await.map_err(failed)?
    }

    async fn warm(&self) -> Result<(), ProviderError> {
        let (model, path) = (Arc::clone(&self.model), self.path.clone());
        let load = move || {
            let mut held = model.lock().map_err(|_| failed(PANICKED))?;
            if held.is_none() {
                *held = Some(load(backend()?, &path)?);
            }
            Ok(())
        };
        tasks::blocking(load).await.map_err(failed)?
    }

    async fn unload(&self) {
        let model = Arc::clone(&self.model);
        let freed = tasks::blocking(move || model.lock().map(|mut held| held.take()).is_ok()).await;
        tracing::debug!(?freed, "language model freed");
    }
}

fn failed(why: impl std::fmt::Display) -> ProviderError {
    ProviderError {
        provider: "llama".into(),
        message: why.to_string(),
        handling: Handling::Fallback,
    }
}

fn backend() -> Result<&'static LlamaBackend, ProviderError> {
    let backend = BACKEND.get_or_init(|| {
        send_logs_to_tracing(LogOptions::default().with_logs_enabled(false));
        LlamaBackend::init().ok()
    });
    backend.as_ref().ok_or_else(|| failed("llama.cpp did not start"))
}

fn load(backend: &LlamaBackend, path: &Path) -> Result<LlamaModel, ProviderError> {
    LlamaModel::load_from_file(backend, path, &LlamaModelParams::default()).map_err(failed)
}

/// ChatML by hand; the answer starts inside the first numbered line, so the model cannot open with
/// a greeting.
fn prompt(request: &ProseRequest) -> String {
    format!(
        "<|im_start|>system\n{}<|im_end|>\n<|im_start|>user\n{}<|im_end|>\n<|im_start|>assistant\n1. ",
        request.system, request.user
    )
}

fn generate(
    backend: &LlamaBackend,
    model: &LlamaModel,
    request: &ProseRequest,
    cancel: &CancellationToken,
) -> Result<String, ProviderError> {
    let cancelled = || failed("cancelled");
    let params = LlamaContextParams::default()
        .with_n_ctx(NonZeroU32::new(CONTEXT_TOKENS))
        .with_n_batch(BATCH_TOKENS as u32)
        .with_n_threads(THREADS)
        .with_n_threads_batch(THREADS);
    let mut context = model.new_context(backend, params).map_err(failed)?;
    let vocabulary = model.vocab();
    let tokens = vocabulary.tokenize(prompt(request).as_bytes(), false, true);
    let room = CONTEXT_TOKENS as usize - 8;
    if tokens.len() + 32 > room {
        return Err(failed("the prompt is too long"));
    }
    let mut batch = LlamaBatch::new(BATCH_TOKENS, 1);
    let mut position = 0_i32;
    for chunk in tokens.chunks(BATCH_TOKENS) {
        if cancel.is_cancelled() {
            return Err(cancelled());
        }
        batch.clear();
        for (at, token) in chunk.iter().enumerate() {
            batch.add(*token, position, &[0], at + 1 == chunk.len()).map_err(failed)?;
            position += 1;
        }
        context.decode(&mut batch).map_err(failed)?;
    }
    let mut sampler = Sampler::new(model, request);
    let mut text = String::from("1. ");
    let mut bytes: Vec<u8> = Vec::new();
    let limit = request.tokens_max.min(room - tokens.len());
    for _ in 0..limit {
        if cancel.is_cancelled() {
            return Err(cancelled());
        }
        let token: LlamaToken = sampler.next(context.get_logits_ith(batch.n_tokens() - 1), &text);
        if vocabulary.is_eog(token) {
            break;
        }
        // A character may be spread over tokens.
        bytes.extend(vocabulary.token_to_piece(token, false, None));
        if let Ok(piece) = std::str::from_utf8(&bytes) {
            text.push_str(piece);
            bytes.clear();
        }
        let lines = text.lines().filter(|line| !line.trim().is_empty()).count();
        if lines > request.sentences || (lines == request.sentences && text.ends_with('\n')) {
            break;
        }
        batch.clear();
        batch.add(token, position, &[0], true).map_err(failed)?;
        position += 1;
        context.decode(&mut batch).map_err(failed)?;
    }
    Ok(text)
}
