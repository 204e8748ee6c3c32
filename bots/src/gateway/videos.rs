//! What the gateway asks of the store of videos.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use cutline_core::{job::CreditLine, objects::ObjectKey, store};

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

/// A video as its watch page shows it. Texts come from people and models: nothing in them is
/// trusted.
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

#[async_trait]
impl Videos for store::Store {
    async fn video(&self, short: &str, now: DateTime<Utc>) -> Result<Watched, VideosError> {
        let found = self.watch_video(short, now).await;
        Ok(match found.map_err(|error| VideosError(error.to_string()))? {
            store::Watched::Video(watched) => Watched::Video(Box::new((*watched).into())),
            store::Watched::Expired { .. } => Watched::Expired,
            store::Watched::Unknown => Watched::Unknown,
        })
    }

    async fn check(&self) -> Result<(), VideosError> {
        // The pool's own check, not this trait's.
        store::Store::check(self).await.map_err(|error| VideosError(error.to_string()))
    }
}

impl From<store::WatchVideo> for WatchVideo {
    fn from(watched: store::WatchVideo) -> Self {
        let video = watched.video;
        let mut credits: Vec<Credit> = Vec::new();
        for line in video.credits {
            let credit = Credit::from(line);
            // Many shots share a source.
            if !credits.contains(&credit) {
                credits.push(credit);
            }
        }
        Self {
            short: watched.short,
            title: video.title,
            master: video.master,
            chat: video.chat,
            poster: video.poster,
            captions_vtt: video.captions_vtt,
            captions_srt: video.captions_srt,
            duration_ms: video.duration_ms,
            width_px: video.width_px,
            height_px: video.height_px,
            bytes: video.bytes,
            credits,
            expires_at: watched.expires_at,
        }
    }
}

impl From<CreditLine> for Credit {
    fn from(line: CreditLine) -> Self {
        let text = if line.credit.is_empty() { line.source } else { line.credit };
        Self { text, licence: line.licence, url: line.url }
    }
}
