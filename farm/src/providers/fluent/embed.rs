//! Sentence embeddings by all-MiniLM-L6-v2: phrases of like meaning point the same way. Knows
//! nothing of illustrations.

use std::path::Path;

use candle_core::{DType, Device, Tensor};
use candle_nn::VarBuilder;
use tokenizers::Tokenizer;

use super::{
    FluentError,
    bert::{Config, Encoder},
};

/// Length of an embedding.
pub(super) const DIMENSIONS: usize = 384;
/// Longest input in tokens; what lies beyond says nothing about a phrase.
const TOKENS_MAX: usize = 48;

/// The model, loaded.
pub(super) struct Embedder {
    model: Encoder,
    tokenizer: Tokenizer,
}

/// Whether the model's three files are there.
pub(super) fn present(data_dir: &Path) -> bool {
    let dir = data_dir.join("minilm");
    ["model.safetensors", "tokenizer.json", "config.json"]
        .iter()
        .all(|name| dir.join(name).is_file())
}

impl Embedder {
    /// Loads the model from `<data>/minilm` (90 MB, about 0.1 s).
    ///
    /// # Errors
    /// [`FluentError::Read`] when a file is missing, [`FluentError::Model`] when one is not what it
    /// should be.
    pub(super) fn open(data_dir: &Path) -> Result<Self, FluentError> {
        let dir = data_dir.join("minilm");
        let read = |name: &str| {
            let path = dir.join(name);
            std::fs::read(&path).map_err(|source| FluentError::Read { path, source })
        };
        let config: Config = serde_json::from_slice(&read("config.json")?)
            .map_err(|error| FluentError::Model(error.to_string()))?;
        let mut tokenizer = Tokenizer::from_bytes(read("tokenizer.json")?)
            .map_err(|error| FluentError::Model(error.to_string()))?;
        tokenizer.with_padding(None);
        tokenizer.with_truncation(None).map_err(|error| FluentError::Model(error.to_string()))?;
        let weights = VarBuilder::from_buffered_safetensors(
            read("model.safetensors")?,
            DType::F32,
            &Device::Cpu,
        )
        .map_err(candle)?;
        let model = Encoder::load(&weights, &config).map_err(candle)?;
        Ok(Self { model, tokenizer })
    }

    /// One unit vector of [`DIMENSIONS`] a text: mean of the token states, normalised
    /// (Reimers & Gurevych 2019).
    ///
    /// # Errors
    /// [`FluentError::Model`].
    pub(super) fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, FluentError> {
        let mut rows = Vec::with_capacity(texts.len());
        for text in texts {
            let encoding = self
                .tokenizer
                .encode(*text, true)
                .map_err(|error| FluentError::Model(error.to_string()))?;
            let ids = encoding.get_ids();
            rows.push(ids[..ids.len().min(TOKENS_MAX)].to_vec());
        }
        let width = rows.iter().map(Vec::len).max().unwrap_or(0);
        if width == 0 {
            return Ok(vec![vec![0.0; DIMENSIONS]; texts.len()]);
        }
        self.forward(&rows, width).map_err(candle)
    }

    fn forward(&self, rows: &[Vec<u32>], width: usize) -> candle_core::Result<Vec<Vec<f32>>> {
        let mut ids = Vec::with_capacity(rows.len() * width);
        let mut mask = Vec::with_capacity(rows.len() * width);
        for row in rows {
            ids.extend(row.iter().copied().chain(std::iter::repeat_n(0, width - row.len())));
            mask.extend((0..width).map(|at| if at < row.len() { 1.0_f32 } else { 0.0 }));
        }
        let shape = (rows.len(), width);
        let ids = Tensor::from_vec(ids, shape, &Device::Cpu)?;
        let mask = Tensor::from_vec(mask, shape, &Device::Cpu)?;
        let states = self.model.forward(&ids, &mask)?;
        let sums = states.broadcast_mul(&mask.unsqueeze(2)?)?.sum(1)?;
        let norms = sums.sqr()?.sum_keepdim(1)?.sqrt()?;
        sums.broadcast_div(&norms)?.to_vec2()
    }
}

fn candle(error: candle_core::Error) -> FluentError {
    FluentError::Model(error.to_string())
}

/// Cosine of two unit vectors.
pub(super) fn cosine(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}
