//! Forms for language models that are good enough to decide more than single sentences.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use super::ProviderError;

/// A form for a language model: instructions, and the JSON schema of what is wanted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FormRequest {
    /// The schema's name: letters, digits, `_` and `-`, at most 64.
    pub name: String,
    /// JSON schema, every object closed and every property required.
    pub schema: serde_json::Value,
    /// Who the model is and how it writes.
    pub system: String,
    /// The task, and after a faulty answer what was wrong with it: (asked, answered) pairs but for
    /// the last, which is still open.
    pub turns: Vec<(String, Option<String>)>,
    /// Upper bound on generated tokens.
    pub tokens_max: usize,
    /// Sampling seed.
    pub seed: u64,
}

/// Fills forms.
#[async_trait]
pub trait FormFiller: Send + Sync {
    /// The model's raw answer, which ought to be JSON of the schema; the caller judges it.
    async fn fill(
        &self,
        request: &FormRequest,
        cancel: &CancellationToken,
    ) -> Result<String, ProviderError>;
}
