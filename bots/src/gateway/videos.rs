//! What the gateway asks of the store of videos.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use cutline_core::objects::ObjectKey;

/// Tells what a short link means.
#[async_trait]
pub trait Videos: Send + Sync {
    /// The video behind a short link, as of `now`.
    ///
    /// # Errors
    /// [`VideosError`] when it cannot be looked up.
    async fn video(&self, short: &str, now: DateTime<Utc>) -> Result<Watched, VideosError>;

    /// Whether looking up works at all.
    ///
    /// # Errors
    /// [`VideosError`] when not.
    async fn check(&self) -> Result<(), VideosError>;
}

/// The store of videos does not answer; the text is for operators.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct VideosError(pub String);

/// What a short link means.
#[derive(Clone, Debug, PartialEq)]
pub enum Watched {
    /// A video.
    Video(Box<WatchVideo>),
    /// There was one; its time has passed.
    Expired,
    /// There never was one.
    Unknown,
}

/// A video as its watch page shows it. Texts come from people and models: nothing in them is trusted.
#[derive(Clone, Debug, PartialEq)]
pub struct WatchVideo {
    /// The link's own part.
    pub short: String,
    /// Title.
    pub title: String,
    /// The MP4 in full quality.
    pub master: ObjectKey,
    /// The MP4 under the chats' byte budget; none where the master already is.
    pub chat: Option<ObjectKey>,
    /// Poster frame (PNG).
    pub poster: ObjectKey,
    /// WebVTT captions.
    pub captions_vtt: ObjectKey,
    /// SubRip captions.
    pub captions_srt: ObjectKey,
    /// Language of voice and captions (BCP 47), where known.
    pub language: Option<String>,
    /// Length.
    pub duration_ms: u64,
    /// Picture width.
    pub width_px: u32,
    /// Picture height.
    pub height_px: u32,
    /// Size of the master.
    pub bytes: u64,
    /// Where pictures and voice come from.
    pub credits: Vec<Credit>,
    /// When the link stops working.
    pub expires_at: DateTime<Utc>,
}

/// One line of credits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credit {
    /// Who made what.
    pub text: String,
    /// The licence's short name.
    pub licence: String,
    /// Where it came from.
    pub url: Option<String>,
}
