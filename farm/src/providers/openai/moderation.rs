//! Moderation (free of charge): what OpenAI's policy says of a text.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::providers::{
    Moderator, ProviderError,
    http::{Ask, Effect, Fault, Vendor},
};

/// The person waits for this before anything else happens.
const ANSWER_MAX: Duration = Duration::from_secs(8);
const PATIENCE: Duration = Duration::from_secs(15);

/// Judges texts.
pub struct Moderation {
    vendor: Arc<Vendor>,
    model: String,
}

#[derive(Deserialize)]
struct Judged {
    results: Vec<Verdict>,
}

#[derive(Deserialize)]
struct Verdict {
    flagged: bool,
    #[serde(default)]
    categories: BTreeMap<String, Option<bool>>,
}

impl Moderation {
    /// A model at a vendor.
    #[must_use]
    pub fn new(vendor: Arc<Vendor>, model: String) -> Self {
        Self { vendor, model }
    }
}

#[async_trait]
impl Moderator for Moderation {
    async fn objections(
        &self,
        text: &str,
        cancel: &CancellationToken,
    ) -> Result<Vec<String>, ProviderError> {
        let body = json!({"model": self.model, "input": text});
        let ask = Ask::post("moderations", body, Effect::Free).within(ANSWER_MAX, PATIENCE);
        let answer = self.vendor.call(ask, cancel).await?;
        let judged: Judged = answer.json(&self.vendor)?;
        let Some(verdict) = judged.results.into_iter().next() else {
            return Err(self.vendor.fault(Fault::Foreign).into());
        };
        if !verdict.flagged {
            return Ok(Vec::new());
        }
        let named: Vec<String> = verdict
            .categories
            .into_iter()
            .filter(|(_, applies)| applies == &Some(true))
            .map(|(name, _)| name)
            .collect();
        Ok(if named.is_empty() { vec!["policy".to_owned()] } else { named })
    }
}
