//! Short moving pictures from outside: what is wished for, what is offered, who finds them.

use async_trait::async_trait;
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use super::{FetchedPicture, PictureOffer, ProviderError};

/// What a clip is wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ClipWish<'a> {
    /// BCP 47 language of the queries.
    pub language: &'a str,
    /// The video's own size: a clip need not be larger.
    pub picture_px: (u32, u32),
    /// How long it will be shown, roughly.
    pub shown_ms: u32,
}

/// A clip that could be had.
#[derive(Clone, Debug, PartialEq)]
pub struct ClipOffer {
    /// The file that suits the wish best, told like a picture.
    pub file: PictureOffer,
    /// How long it is.
    pub length_ms: u32,
}

/// Finds clips. They are shown without their sound.
#[async_trait]
pub trait ClipSource: Send + Sync {
    /// "pexels".
    fn name(&self) -> &str;
    /// Part of the checkpoint hash.
    fn version(&self) -> &str;
    /// Candidates for a query, in the source's own order; none found is not an error.
    async fn offers(
        &self,
        query: &str,
        wish: &ClipWish<'_>,
        cancel: &CancellationToken,
    ) -> Result<Vec<ClipOffer>, ProviderError>;
    /// Fetches one.
    async fn fetch(
        &self,
        offer: &ClipOffer,
        cancel: &CancellationToken,
    ) -> Result<FetchedPicture, ProviderError>;
}
