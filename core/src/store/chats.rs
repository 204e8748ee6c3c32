//! Where a job's card stands on a platform, and whose turn it is to draw it. Replicas of a bot
//! agree here: one draws at a time, no oftener than the platform bears, and nobody after the end is
//! shown.

use std::time::Duration;

use serde_json::Value;
use uuid::Uuid;

use super::{
    PostClaim, Store,
    call::{column, json, millis},
    error::StoreError,
};
use crate::{actor::Platform, event::EventMessage, job::JobId};

/// A wish to draw a card.
#[derive(Clone, Copy, Debug)]
pub struct Drawing<'a> {
    /// Whose card.
    pub job: JobId,
    /// Where.
    pub platform: Platform,
    /// Where a new message would go; ignored where the card has a place already.
    pub place: &'a Value,
    /// Of what is to be shown.
    pub sha256: &'a [u8; 32],
    /// Shortest time between two drawings.
    pub interval: Duration,
    /// How long the drawing may take before another may draw.
    pub lease: Duration,
    /// The job has ended: no interval, and nothing is drawn after it.
    pub last: bool,
}

/// Whether to draw.
#[derive(Clone, Debug, PartialEq)]
pub enum Draw {
    /// There is no message: post one here, then [`Store::card_stands`].
    Post(Value),
    /// Change this message, then [`Store::card_drawn`].
    Edit {
        /// Where it is.
        place: Value,
        /// Its id on the platform.
        message: String,
    },
    /// It shows that already.
    Same {
        /// Where it is.
        place: Value,
        /// Its id on the platform.
        message: String,
    },
    /// Too soon, by the interval or because the platform asked for patience.
    Soon(Duration),
    /// Another is drawing it.
    Held(Duration),
    /// Nothing can be shown there any more.
    Gone,
    /// The job has ended: its end is to be posted instead.
    Ended,
    /// There is no such job.
    Unknown,
}

/// What came of a drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawn {
    /// It is shown.
    Shown,
    /// Not yet; not before this time has passed.
    Later(Duration),
    /// Somebody deleted the message: only the job's end is posted again.
    Lost,
    /// Nothing can be shown there any more.
    Gone,
}

/// Where a card stands.
#[derive(Clone, Debug, PartialEq)]
pub struct CardPlace {
    /// The platform's own address of it.
    pub place: Value,
    /// The message's id; none where it was not posted yet or was deleted.
    pub message: Option<String>,
    /// Nothing can be shown there any more.
    pub gone: bool,
}

impl Store {
    /// Asks for the right to draw.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn card_draw(&self, wish: Drawing<'_>) -> Result<Draw, StoreError> {
        let what = "card_draw";
        let sql = "SELECT outcome, place, message, wait_ms \
                   FROM cutline.card_draw($1, $2, $3, $4, $5, $6, $7)";
        let (platform, sha256) = (wish.platform.as_str(), wish.sha256.as_slice());
        let (interval, lease) = (millis(wish.interval), millis(wish.lease));
        // Once: asked a second time it would find its own lease.
        let row = self
            .row(
                what,
                sql,
                &[&wish.job.0, &platform, &wish.place, &sha256, &interval, &lease, &wish.last],
            )
            .await?;
        let wait = || {
            let ms = column::<i64>(what, &row, "wait_ms")?;
            Ok::<_, StoreError>(Duration::from_millis(u64::try_from(ms).unwrap_or(0)))
        };
        let place = || json::<Value>(what, &row, "place");
        let message = || column::<String>(what, &row, "message");
        Ok(match column::<&str>(what, &row, "outcome")? {
            "post" => Draw::Post(place()?),
            "edit" => Draw::Edit { place: place()?, message: message()? },
            "same" => Draw::Same { place: place()?, message: message()? },
            "soon" => Draw::Soon(wait()?),
            "held" => Draw::Held(wait()?),
            "gone" => Draw::Gone,
            "ended" => Draw::Ended,
            "unknown" => Draw::Unknown,
            other => return Err(StoreError::shape(what, other)),
        })
    }

    /// The card stands as this message and shows what this hash is of (none: not known). Without a
    /// message: it moved, and the next drawing posts it there.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn card_stands(
        &self,
        job: JobId,
        platform: Platform,
        place: &Value,
        message: Option<&str>,
        sha256: Option<&[u8; 32]>,
    ) -> Result<(), StoreError> {
        let sql = "SELECT cutline.card_stands($1, $2, $3, $4, $5)";
        let sha256 = sha256.map(<[u8; 32]>::as_slice);
        let params: [&(dyn tokio_postgres::types::ToSql + Sync); 5] =
            [&job.0, &platform.as_str(), &place, &message, &sha256];
        self.row_again("card_stands", sql, &params).await.map(drop)
    }

    /// What came of drawing.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn card_drawn(
        &self,
        job: JobId,
        platform: Platform,
        sha256: &[u8; 32],
        drawn: Drawn,
    ) -> Result<(), StoreError> {
        let (outcome, wait) = match drawn {
            Drawn::Shown => ("shown", Duration::ZERO),
            Drawn::Later(wait) => ("later", wait),
            Drawn::Lost => ("lost", Duration::ZERO),
            Drawn::Gone => ("gone", Duration::ZERO),
        };
        let sql = "SELECT cutline.card_drawn($1, $2, $3, $4, $5)";
        let params: [&(dyn tokio_postgres::types::ToSql + Sync); 5] =
            [&job.0, &platform.as_str(), &outcome, &sha256.as_slice(), &millis(wait)];
        self.row_again("card_drawn", sql, &params).await.map(drop)
    }

    /// Where a card stands.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn card_place(
        &self,
        job: JobId,
        platform: Platform,
    ) -> Result<Option<CardPlace>, StoreError> {
        let what = "card_place";
        let sql = "SELECT place, message, gone FROM cutline.card_place($1, $2)";
        let rows = self.rows_again(what, sql, &[&job.0, &platform.as_str()]).await?;
        rows.first()
            .map(|row| {
                Ok(CardPlace {
                    place: json(what, row, "place")?,
                    message: column(what, row, "message")?,
                    gone: column(what, row, "gone")?,
                })
            })
            .transpose()
    }

    /// True once for each job: tell the person that it ended.
    ///
    /// # Errors
    /// [`StoreError`]; it may have been taken all the same.
    pub async fn card_ping(&self, job: JobId, platform: Platform) -> Result<bool, StoreError> {
        let what = "card_ping";
        let sql = "SELECT cutline.card_ping($1, $2) AS first";
        let row = self.row(what, sql, &[&job.0, &platform.as_str()]).await?;
        column(what, &row, "first")
    }

    /// Jobs that somebody should look at although no event says so: those that ended within `ended`
    /// and whose end nobody has posted, and those under way whose card was not drawn for `stale`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn cards_due(
        &self,
        platform: Platform,
        ended: Duration,
        stale: Duration,
        limit: u32,
    ) -> Result<Vec<EventMessage>, StoreError> {
        let what = "cards_due";
        let sql = "SELECT event FROM cutline.cards_due($1, $2, $3, $4)";
        let limit = i32::try_from(limit).unwrap_or(i32::MAX);
        let params: [&(dyn tokio_postgres::types::ToSql + Sync); 4] =
            [&platform.as_str(), &millis(ended), &millis(stale), &limit];
        let rows = self.rows_again(what, sql, &params).await?;
        rows.iter().map(|row| json(what, row, "event")).collect()
    }

    /// Takes (or, as the same holder, keeps) the posting of a job's end for `lease`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn post_take(
        &self,
        job: JobId,
        platform: Platform,
        holder: Uuid,
        lease: Duration,
    ) -> Result<PostClaim, StoreError> {
        let what = "post_take";
        let sql = "SELECT cutline.post_take($1, $2, $3, $4) AS outcome";
        let params: [&(dyn tokio_postgres::types::ToSql + Sync); 4] =
            [&job.0, &platform.as_str(), &holder, &millis(lease)];
        let row = self.row_again(what, sql, &params).await?;
        match column::<Option<&str>>(what, &row, "outcome")? {
            Some("yes") => Ok(PostClaim::Yes),
            Some("held") => Ok(PostClaim::Held),
            // No row at all: there is no such job, and so nothing to post.
            Some("posted") | None => Ok(PostClaim::Posted),
            Some(other) => Err(StoreError::shape(what, other)),
        }
    }

    /// Gives the posting up for now: whoever looks next may have it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn post_release(
        &self,
        job: JobId,
        platform: Platform,
        holder: Uuid,
    ) -> Result<(), StoreError> {
        let sql = "SELECT cutline.post_release($1, $2, $3)";
        self.row_again("post_release", sql, &[&job.0, &platform.as_str(), &holder]).await.map(drop)
    }

    /// Takes or keeps the lead under a name (who reads a platform's updates). False: another has
    /// it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn chat_lead(
        &self,
        name: &str,
        replica: Uuid,
        lease: Duration,
    ) -> Result<bool, StoreError> {
        let what = "chat_lead";
        let sql = "SELECT cutline.chat_lead($1, $2, $3) AS ours";
        let row = self.row_again(what, sql, &[&name, &replica, &millis(lease)]).await?;
        column(what, &row, "ours")
    }
}
