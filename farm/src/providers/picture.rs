//! Pictures from outside: what is wished for, what is offered, who finds or makes them.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use super::{ProviderError, Source};

/// What a shot should show, for those who look for pictures and those who make them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PictureWish {
    /// The shot's id.
    pub shot: u32,
    /// For a generator.
    pub prompt: String,
    /// BCP 47 language of the queries.
    pub language: String,
    /// Another number gives another take.
    pub seed: u64,
}

/// A picture that could be had.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PictureOffer {
    /// Stable id at its source.
    pub id: String,
    /// What its source says it shows: description and tags.
    pub words: String,
    /// Width in pixels, 0 when unknown.
    pub width_px: u32,
    /// Height in pixels, 0 when unknown.
    pub height_px: u32,
    /// Where it is fetched; empty for one that is still to be made.
    pub address: String,
    /// To be called when it is used, where the source wants to know.
    pub report: Option<String>,
    /// Licence and credit.
    pub source: Source,
}

impl PictureOffer {
    /// The one offer of a source that makes pictures: what is asked for, as it would be made.
    pub(super) fn to_order(
        maker: &str,
        query: &str,
        wish: &PictureWish,
        (width_px, height_px): (u32, u32),
        source: Source,
    ) -> Self {
        Self {
            id: format!("{maker}-{}", wish.shot),
            words: query.to_owned(),
            width_px,
            height_px,
            address: String::new(),
            report: None,
            source,
        }
    }
}

/// A picture's bytes as they came: not yet looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchedPicture {
    /// The file.
    pub bytes: bytes::Bytes,
    /// What it cost.
    pub cost_microusd: u64,
}

/// Finds or makes pictures.
#[async_trait]
pub trait PictureSource: Send + Sync {
    /// "unsplash", "openai", "fal", "pexels".
    fn name(&self) -> &str;
    /// Part of the checkpoint hash.
    fn version(&self) -> &str;
    /// Whether it makes pictures to order instead of finding them.
    fn makes(&self) -> bool {
        false
    }
    /// Candidates for a query, in the source's own order; none found is not an error.
    async fn offers(
        &self,
        query: &str,
        wish: &PictureWish,
        cancel: &CancellationToken,
    ) -> Result<Vec<PictureOffer>, ProviderError>;
    /// Fetches (or makes) one.
    async fn fetch(
        &self,
        offer: &PictureOffer,
        wish: &PictureWish,
        cancel: &CancellationToken,
    ) -> Result<FetchedPicture, ProviderError>;
    /// Tells the source that an offer is used, where it wants to know. Never fails a shot.
    async fn used(&self, _offer: &PictureOffer, _cancel: &CancellationToken) {}
}
