//! Talking characters from outside: what is wished for, what comes back, how it can fail.

use async_trait::async_trait;
use bytes::Bytes;
use tokio_util::sync::CancellationToken;

use super::{
    ProviderError,
    http::{CallError, Fault},
};
use crate::context::{Handling, StageError};

/// A photograph, and what it is to say.
#[derive(Clone, Debug, PartialEq)]
pub struct PhotoTake {
    /// The picture, a PNG or a JPEG.
    pub photo: Bytes,
    /// "png" or "jpg".
    pub photo_ext: String,
    /// Its hash, lower-case hex.
    pub photo_sha256: String,
    /// What it says, as a WAV.
    pub voice: Bytes,
    /// How long that is.
    pub seconds: f64,
    /// Shorter side of the picture wanted, in pixels.
    pub width_px: u32,
}

/// A scene in which a character says something.
#[derive(Clone, Debug, PartialEq)]
pub struct SceneTake {
    /// Which part of the film, for operators.
    pub item: String,
    /// What is seen. Does not change when the words do.
    pub prompt: String,
    /// What the character says.
    pub line: String,
    /// How long it lasts, one of [`SceneMaker::lengths_s`].
    pub seconds: u32,
    /// The picture that it begins with, a PNG: the last of the scene before.
    pub first_frame: Option<Bytes>,
    /// Another number gives another take.
    pub seed: u64,
}

/// A finished take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The MP4.
    pub file: Bytes,
    /// What it cost.
    pub cost_microusd: u64,
}

/// Why there is no take.
#[derive(Debug, thiserror::Error)]
pub enum TakeError {
    /// The vendor's policy refuses the content: the same again is refused again.
    #[error("the content is blocked: {0}")]
    Blocked(#[source] ProviderError),
    /// The photograph cannot be made to talk.
    #[error("the photograph cannot be used: {0}")]
    Unfit(#[source] ProviderError),
    /// The account has no room for another avatar, even after it was cleared.
    #[error("the account has no room for another avatar: {0}")]
    Full(#[source] ProviderError),
    /// Called off.
    #[error("cancelled")]
    Cancelled,
    /// Anything else.
    #[error(transparent)]
    Failed(#[from] ProviderError),
}

impl From<CallError> for TakeError {
    fn from(error: CallError) -> Self {
        let passing = error.fault.handling() == Handling::Retry || error.fault == Fault::Open;
        match error.fault {
            Fault::Cancelled => Self::Cancelled,
            Fault::Moderated => Self::Blocked(error.into()),
            // Nobody stands in for a talking character: another minute may help. What is paid for
            // by then is collected, not bought again.
            _ if passing => {
                Self::Failed(ProviderError { handling: Handling::Retry, ..error.into() })
            }
            _ => Self::Failed(error.into()),
        }
    }
}

impl From<TakeError> for StageError {
    fn from(error: TakeError) -> Self {
        match error {
            TakeError::Cancelled => Self::Cancelled,
            TakeError::Failed(error)
            | TakeError::Blocked(error)
            | TakeError::Unfit(error)
            | TakeError::Full(error) => error.into(),
        }
    }
}

/// Makes a photograph talk.
#[async_trait]
pub trait PhotoAnimator: Send + Sync {
    /// "heygen".
    fn name(&self) -> &str;
    /// Part of the checkpoint hash.
    fn version(&self) -> &str;
    /// Makes a photograph say something.
    async fn perform(
        &self,
        take: &PhotoTake,
        cancel: &CancellationToken,
    ) -> Result<Taken, TakeError>;
}

/// Films scenes.
#[async_trait]
pub trait SceneMaker: Send + Sync {
    /// "veo".
    fn name(&self) -> &str;
    /// Part of the checkpoint hash.
    fn version(&self) -> &str;
    /// Lengths that it can film, ascending, in seconds.
    fn lengths_s(&self) -> &[u32];
    /// Films a scene.
    async fn film(&self, take: &SceneTake, cancel: &CancellationToken) -> Result<Taken, TakeError>;
}

/// Whether bytes begin as an MP4 does (ISO 14496-12, `ftyp`).
#[must_use]
pub(super) fn is_mp4(bytes: &[u8]) -> bool {
    bytes.get(4..8) == Some(b"ftyp")
}
