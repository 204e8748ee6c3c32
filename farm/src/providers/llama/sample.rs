//! Chooses the next token: repetition penalty, a rising pull towards a sentence's end, top-k,
//! top-p, temperature; all from a seed. In Rust so that the same logits give the same text
//! everywhere.

use llama_cpp_2::{model::LlamaModel, token::LlamaToken};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::providers::ProseRequest;

const TOP_K: usize = 40;
const TOP_P: f32 = 0.92;
/// Subtracted from the logit of a token used among the last [`MEMORY`].
const REPETITION: f32 = 0.55;
const MEMORY: usize = 96;
/// Added to sentence ends for every word over the wish.
const END_PULL: f32 = 0.9;

/// Sampling state of one answer.
pub(super) struct Sampler {
    rng: ChaCha8Rng,
    recent: Vec<usize>,
    ends: Vec<usize>,
    /// Tokens of pure punctuation and line breaks: never punished for coming back.
    words_each: usize,
    temperature: f32,
}

impl Sampler {
    pub(super) fn new(model: &LlamaModel, request: &ProseRequest) -> Self {
        let vocabulary = model.vocab();
        let ends = [".", "!", "?", "。", "！", "？", ".\n", "?\n", "!\n", "。\n"]
            .iter()
            .filter_map(|end| match vocabulary.tokenize(end.as_bytes(), false, false).as_slice() {
                [token] => usize::try_from(token.0).ok(),
                _ => None,
            })
            .collect();
        Self {
            rng: ChaCha8Rng::seed_from_u64(request.seed),
            recent: Vec::new(),
            ends,
            words_each: request.words_each,
            temperature: request.temperature.max(f32::EPSILON),
        }
    }

    /// The next token after `text`.
    pub(super) fn next(&mut self, logits: &[f32], text: &str) -> LlamaToken {
        let mut scored: Vec<(usize, f32)> = logits.iter().copied().enumerate().collect();
        let from = self.recent.len().saturating_sub(MEMORY);
        for token in &self.recent[from..] {
            // Punctuation, digits and line breaks are the format itself.
            if *token > 300 && !self.ends.contains(token) {
                scored[*token].1 -= REPETITION;
            }
        }
        let over = words_in_last_line(text).saturating_sub(self.words_each);
        for end in &self.ends {
            scored[*end].1 += over as f32 * END_PULL;
        }
        let by_score = |a: &(usize, f32), b: &(usize, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
        if scored.len() > TOP_K {
            scored.select_nth_unstable_by(TOP_K, by_score);
            scored.truncate(TOP_K);
        }
        scored.sort_unstable_by(by_score);
        let best = scored.first().map_or(0.0, |(_, score)| *score);
        let weights: Vec<f32> =
            scored.iter().map(|(_, score)| ((score - best) / self.temperature).exp()).collect();
        let total: f32 = weights.iter().sum();
        let mut kept = 0;
        let mut mass = 0.0;
        while kept < weights.len() && mass < TOP_P * total {
            mass += weights[kept];
            kept += 1;
        }
        let mut point = self.rng.random_range(0.0..1.0_f32) * mass;
        let mut chosen = scored.first().map_or(0, |(token, _)| *token);
        for (weight, (token, _)) in weights.iter().zip(&scored).take(kept) {
            chosen = *token;
            point -= weight;
            if point <= 0.0 {
                break;
            }
        }
        self.recent.push(chosen);
        LlamaToken(i32::try_from(chosen).unwrap_or(0))
    }
}

/// Words of the line being written; two Han characters count as one.
fn words_in_last_line(text: &str) -> usize {
    let line = text.rsplit('\n').next().unwrap_or(text);
    let han = line.chars().filter(|c| matches!(c, '\u{3040}'..='\u{9fff}')).count();
    if han > 4 { han / 2 } else { line.split_whitespace().count().saturating_sub(1) }
}
