//! A job's last event is posted once, although it may be delivered twice: whoever is to post it
//! takes it first, and says when it is posted.

use std::time::Duration;

use super::{
    Store,
    call::{column, millis},
    error::StoreError,
};
use crate::{actor::Platform, job::JobId};

/// Whether to post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PostClaim {
    /// Post it, then call [`Store::post_done`].
    Yes,
    /// It was posted.
    Posted,
    /// Another process is posting it just now; come back when its time is up.
    Held,
}

impl Store {
    /// Takes the posting of a job's end for `lease`; a process that dies meanwhile leaves it to
    /// whoever comes after.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn post_begin(
        &self,
        job: JobId,
        platform: Platform,
        lease: Duration,
    ) -> Result<PostClaim, StoreError> {
        let what = "post_begin";
        let sql = "SELECT cutline.post_begin($1, $2, $3) AS outcome";
        let row = self.row(what, sql, &[&job.0, &platform.as_str(), &millis(lease)]).await?;
        match column(what, &row, "outcome")? {
            "yes" => Ok(PostClaim::Yes),
            "posted" => Ok(PostClaim::Posted),
            "held" => Ok(PostClaim::Held),
            other => Err(StoreError::shape(what, other)),
        }
    }

    /// Records that a job's end was posted.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn post_done(&self, job: JobId, platform: Platform) -> Result<(), StoreError> {
        let sql = "SELECT cutline.post_done($1, $2)";
        self.row_again("post_done", sql, &[&job.0, &platform.as_str()]).await.map(drop)
    }

    /// Takes the sending of a job's video beside its card, which cannot be done twice unnoticed:
    /// true once for each job.
    ///
    /// # Errors
    /// [`StoreError`]; it may have been taken all the same.
    pub async fn beside_take(&self, job: JobId, platform: Platform) -> Result<bool, StoreError> {
        self.beside("beside_take", job, platform, true).await
    }

    /// Nothing was sent for certain: it may be taken again.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn beside_release(&self, job: JobId, platform: Platform) -> Result<(), StoreError> {
        self.beside("beside_release", job, platform, false).await.map(drop)
    }

    async fn beside(
        &self,
        what: &'static str,
        job: JobId,
        platform: Platform,
        take: bool,
    ) -> Result<bool, StoreError> {
        let sql = "SELECT cutline.card_beside($1, $2, $3) AS done";
        let row = self.row(what, sql, &[&job.0, &platform.as_str(), &take]).await?;
        column(what, &row, "done")
    }
}
