//! The one lookup that needs no account: a watch link's name is the key.

use chrono::{DateTime, Utc};

use super::{
    Store,
    call::{column, json},
    error::StoreError,
};
use crate::job::{DeliveredVideo, JobId};

/// What a watch link leads to.
#[derive(Clone, Debug, PartialEq)]
pub enum Watched {
    /// A video.
    Video(Box<WatchVideo>),
    /// One that was there and is no longer kept.
    Expired {
        /// Since when.
        at: DateTime<Utc>,
    },
    /// Nothing.
    Unknown,
}

/// A video as anyone with its link may see it.
#[derive(Clone, Debug, PartialEq)]
pub struct WatchVideo {
    /// The link's name.
    pub short: String,
    /// Whose files (for logs; not shown).
    pub job: JobId,
    /// What was asked for.
    pub sentence: String,
    /// Files and facts.
    pub video: DeliveredVideo,
    /// When it was finished.
    pub created_at: DateTime<Utc>,
    /// Until when it is kept.
    pub expires_at: DateTime<Utc>,
}

impl Store {
    /// Looks a watch link up.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn watch_video(
        &self,
        short: &str,
        now: DateTime<Utc>,
    ) -> Result<Watched, StoreError> {
        let what = "watch_video";
        if !short.bytes().all(|byte| byte.is_ascii_alphanumeric()) || short.len() > 40 {
            return Ok(Watched::Unknown);
        }
        let sql = "SELECT short, job_id, sentence, video, created_at, expires_at \
                   FROM cutline.watch_video($1)";
        let rows = self.rows_again(what, sql, &[&short]).await?;
        let Some(row) = rows.first() else { return Ok(Watched::Unknown) };
        let expires_at = column(what, row, "expires_at")?;
        if expires_at <= now {
            return Ok(Watched::Expired { at: expires_at });
        }
        Ok(Watched::Video(Box::new(WatchVideo {
            short: column(what, row, "short")?,
            job: JobId(column(what, row, "job_id")?),
            sentence: column(what, row, "sentence")?,
            video: json(what, row, "video")?,
            created_at: column(what, row, "created_at")?,
            expires_at,
        })))
    }
}
