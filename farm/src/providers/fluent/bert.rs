//! A BERT encoder (Devlin et al. 2019) on candle's building blocks, just what a sentence embedding
//! needs: no pooler, no heads, no dropout. candle-transformers has it too, among a hundred other
//! models that take longer to compile than everything else here together.

use candle_core::{D, Result, Tensor};
use candle_nn::{
    Embedding, LayerNorm, Linear, Module, VarBuilder, embedding, layer_norm, linear,
    ops::softmax_last_dim,
};
use serde::Deserialize;

/// The fields of a model's `config.json` that shape the encoder.
#[derive(Debug, Deserialize)]
pub(super) struct Config {
    vocab_size: usize,
    hidden_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    intermediate_size: usize,
    max_position_embeddings: usize,
    type_vocab_size: usize,
    layer_norm_eps: f64,
}

/// Token states of a batch of token ids.
pub(super) struct Encoder {
    words: Embedding,
    positions: Embedding,
    kinds: Embedding,
    norm: LayerNorm,
    layers: Vec<Layer>,
}

struct Layer {
    query: Linear,
    key: Linear,
    value: Linear,
    attended: Linear,
    attended_norm: LayerNorm,
    widen: Linear,
    narrow: Linear,
    norm: LayerNorm,
    heads: usize,
}

impl Encoder {
    /// Takes the weights under their original names.
    pub(super) fn load(weights: &VarBuilder<'_>, config: &Config) -> Result<Self> {
        let size = config.hidden_size;
        let at = weights.pp("embeddings");
        let layers = (0..config.num_hidden_layers)
            .map(|index| Layer::load(&weights.pp(format!("encoder.layer.{index}")), config))
            .collect::<Result<_>>()?;
        Ok(Self {
            words: embedding(config.vocab_size, size, at.pp("word_embeddings"))?,
            positions: embedding(
                config.max_position_embeddings,
                size,
                at.pp("position_embeddings"),
            )?,
            kinds: embedding(config.type_vocab_size, size, at.pp("token_type_embeddings"))?,
            norm: layer_norm(size, config.layer_norm_eps, at.pp("LayerNorm"))?,
            layers,
        })
    }

    /// States of shape (batch, width, hidden) for `ids` of shape (batch, width); `mask` has the
    /// shape of `ids`, 1 where a token stands and 0 where padding does.
    pub(super) fn forward(&self, ids: &Tensor, mask: &Tensor) -> Result<Tensor> {
        let width = ids.dim(1)? as u32;
        let positions = Tensor::arange(0, width, ids.device())?;
        let mut states = self
            .words
            .forward(ids)?
            .broadcast_add(&self.positions.forward(&positions)?)?
            .add(&self.kinds.forward(&ids.zeros_like()?)?)?;
        states = self.norm.forward(&states)?;
        // Added to the scores: nothing where a token stands, beyond reach where padding does.
        let hidden = mask.affine(1e9, -1e9)?.unsqueeze(1)?.unsqueeze(1)?;
        for layer in &self.layers {
            states = layer.forward(&states, &hidden)?;
        }
        Ok(states)
    }
}

impl Layer {
    fn load(at: &VarBuilder<'_>, config: &Config) -> Result<Self> {
        let (size, wide, eps) =
            (config.hidden_size, config.intermediate_size, config.layer_norm_eps);
        Ok(Self {
            query: linear(size, size, at.pp("attention.self.query"))?,
            key: linear(size, size, at.pp("attention.self.key"))?,
            value: linear(size, size, at.pp("attention.self.value"))?,
            attended: linear(size, size, at.pp("attention.output.dense"))?,
            attended_norm: layer_norm(size, eps, at.pp("attention.output.LayerNorm"))?,
            widen: linear(size, wide, at.pp("intermediate.dense"))?,
            narrow: linear(wide, size, at.pp("output.dense"))?,
            norm: layer_norm(size, eps, at.pp("output.LayerNorm"))?,
            heads: config.num_attention_heads,
        })
    }

    fn forward(&self, states: &Tensor, hidden: &Tensor) -> Result<Tensor> {
        let attended = self.attended.forward(&self.attention(states, hidden)?)?;
        let states = self.attended_norm.forward(&attended.add(states)?)?;
        let thought = self.narrow.forward(&self.widen.forward(&states)?.gelu_erf()?)?;
        self.norm.forward(&thought.add(&states)?)
    }

    /// Scaled dot-product attention, all heads at once (Vaswani et al. 2017, eq. 1).
    fn attention(&self, states: &Tensor, hidden: &Tensor) -> Result<Tensor> {
        let (batch, width, size) = states.dims3()?;
        let head = size / self.heads;
        let split = |tensor: Tensor| {
            tensor.reshape((batch, width, self.heads, head))?.transpose(1, 2)?.contiguous()
        };
        let query = split(self.query.forward(states)?)?;
        let key = split(self.key.forward(states)?)?;
        let value = split(self.value.forward(states)?)?;
        let scores = (query.matmul(&key.transpose(D::Minus2, D::Minus1)?.contiguous()?)?
            / (head as f64).sqrt())?;
        let weights = softmax_last_dim(&scores.broadcast_add(hidden)?)?;
        weights.matmul(&value)?.transpose(1, 2)?.contiguous()?.reshape((batch, width, size))
    }
}
