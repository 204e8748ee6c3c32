//! What waits in a chat for the person's next message: pictures for their sentence, parts of an
//! album for each other, an operator's command for its yes; and requests that wait for their
//! answer. In the database, so that it survives the bot.

use std::time::Duration;

use super::{
    Store,
    call::{column, json, millis},
    error::StoreError,
};
use crate::{
    actor::{Actor, Platform},
    job::UploadRef,
};

/// A picture that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptPicture {
    /// Its name within the scope: the platform's id of its message.
    pub part: String,
    /// The stored picture; none where it was refused.
    pub image: Option<UploadRef>,
    /// What was written beside it.
    pub words: Option<String>,
}

/// Whether an album is ours to use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlbumClaim {
    /// All parts are there; use them, then drop them.
    Yes,
    /// Parts may still come, or another is using it.
    Wait,
    /// It has been used.
    Gone,
}

/// Whether to do what a question's yes stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QuestionClaim {
    /// Do it: this is the command. Then [`Store::question_take`], or [`Store::question_release`].
    Yes(String),
    /// Another press is at it.
    Held,
    /// There is no such question (any more), or it is somebody else's.
    Gone,
}

impl Store {
    /// Keeps a picture under a scope of the person's own, such as "next"; a part that is kept again
    /// replaces itself. Returns how many are there now; at most twelve, the oldest go.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn picture_keep(
        &self,
        actor: &Actor,
        scope: &str,
        picture: &KeptPicture,
    ) -> Result<u32, StoreError> {
        let what = "picture_keep";
        let sql = "SELECT cutline.picture_keep($1, $2, $3, $4, $5, $6) AS count";
        let image = picture.image.as_ref().map(serde_json::to_value).transpose();
        let image = image.map_err(|error| StoreError::shape(what, error))?;
        let params: [&(dyn tokio_postgres::types::ToSql + Sync); 6] = [
            &actor.platform.as_str(),
            &actor.user_id,
            &scope,
            &picture.part,
            &image,
            &picture.words,
        ];
        let row = self.row_again(what, sql, &params).await?;
        Ok(u32::try_from(column::<i32>(what, &row, "count")?).unwrap_or(0))
    }

    /// What is kept under a scope, in the order it came.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn pictures_of(
        &self,
        actor: &Actor,
        scope: &str,
    ) -> Result<Vec<KeptPicture>, StoreError> {
        let what = "pictures_of";
        let sql = "SELECT part, image, words FROM cutline.pictures_of($1, $2, $3)";
        let (platform, user) = (actor.platform.as_str(), &actor.user_id);
        let rows = self.rows_again(what, sql, &[&platform, user, &scope]).await?;
        rows.iter()
            .map(|row| {
                let refused = column::<Option<serde_json::Value>>(what, row, "image")?.is_none();
                Ok(KeptPicture {
                    part: column(what, row, "part")?,
                    image: if refused { None } else { Some(json(what, row, "image")?) },
                    words: column(what, row, "words")?,
                })
            })
            .collect()
    }

    /// Takes an album for `lease` once no part has come for `quiet`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn pictures_take(
        &self,
        actor: &Actor,
        scope: &str,
        quiet: Duration,
        lease: Duration,
    ) -> Result<AlbumClaim, StoreError> {
        let what = "pictures_take";
        let sql = "SELECT cutline.pictures_take($1, $2, $3, $4, $5) AS outcome";
        let params: [&(dyn tokio_postgres::types::ToSql + Sync); 5] =
            [&actor.platform.as_str(), &actor.user_id, &scope, &millis(quiet), &millis(lease)];
        // Once: asked a second time it would find its own lease.
        let row = self.row(what, sql, &params).await?;
        match column(what, &row, "outcome")? {
            "yes" => Ok(AlbumClaim::Yes),
            "wait" => Ok(AlbumClaim::Wait),
            "none" => Ok(AlbumClaim::Gone),
            other => Err(StoreError::shape(what, other)),
        }
    }

    /// Forgets parts of a scope: they have been used.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn pictures_drop(
        &self,
        actor: &Actor,
        scope: &str,
        parts: &[String],
    ) -> Result<(), StoreError> {
        let sql = "SELECT cutline.pictures_drop($1, $2, $3, $4)";
        let params: [&(dyn tokio_postgres::types::ToSql + Sync); 4] =
            [&actor.platform.as_str(), &actor.user_id, &scope, &parts];
        self.row_again("pictures_drop", sql, &params).await.map(drop)
    }

    /// Keeps an operator's command until they say yes, for `lifetime`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn question_ask(
        &self,
        id: &str,
        actor: &Actor,
        command: &str,
        lifetime: Duration,
    ) -> Result<(), StoreError> {
        let sql = "SELECT cutline.question_ask($1, $2, $3, $4)";
        let params: [&(dyn tokio_postgres::types::ToSql + Sync); 4] =
            [&id, &actor.name(), &command, &millis(lifetime)];
        self.row_again("question_ask", sql, &params).await.map(drop)
    }

    /// Takes a question for one press, its author's, for `lease`; the same press may do it again.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn question_hold(
        &self,
        id: &str,
        actor: &Actor,
        press: &str,
        lease: Duration,
    ) -> Result<QuestionClaim, StoreError> {
        let what = "question_hold";
        let sql = "SELECT outcome, command FROM cutline.question_hold($1, $2, $3, $4)";
        let params: [&(dyn tokio_postgres::types::ToSql + Sync); 4] =
            [&id, &actor.name(), &press, &millis(lease)];
        let row = self.row_again(what, sql, &params).await?;
        match column(what, &row, "outcome")? {
            "yes" => Ok(QuestionClaim::Yes(column(what, &row, "command")?)),
            "held" => Ok(QuestionClaim::Held),
            "none" => Ok(QuestionClaim::Gone),
            other => Err(StoreError::shape(what, other)),
        }
    }

    /// It was not done: any press may take the question.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn question_release(&self, id: &str, press: &str) -> Result<(), StoreError> {
        let sql = "SELECT cutline.question_release($1, $2)";
        self.row_again("question_release", sql, &[&id, &press]).await.map(drop)
    }

    /// Forgets a question: the command that was kept under this id, once and only to its author.
    ///
    /// # Errors
    /// [`StoreError`]; it may have been taken all the same.
    pub async fn question_take(
        &self,
        id: &str,
        actor: &Actor,
    ) -> Result<Option<String>, StoreError> {
        let what = "question_take";
        let sql = "SELECT cutline.question_take($1, $2) AS command";
        let row = self.row(what, sql, &[&id, &actor.name()]).await?;
        column(what, &row, "command")
    }

    /// Writes down that a request was acknowledged and waits for its answer; `key` is the one under
    /// which it would be submitted.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn chat_acknowledged(
        &self,
        platform: Platform,
        key: &str,
        place: &serde_json::Value,
        locale: Option<&str>,
    ) -> Result<(), StoreError> {
        let sql = "SELECT cutline.chat_acknowledged($1, $2, $3, $4)";
        let params: [&(dyn tokio_postgres::types::ToSql + Sync); 4] =
            [&platform.as_str(), &key, place, &locale];
        self.row("chat_acknowledged", sql, &params).await.map(drop)
    }

    /// These requests have been answered.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn chat_answered(
        &self,
        platform: Platform,
        keys: &[String],
    ) -> Result<(), StoreError> {
        let sql = "SELECT cutline.chat_answered($1, $2)";
        self.row_again("chat_answered", sql, &[&platform.as_str(), &keys]).await.map(drop)
    }

    /// Places and locales of requests that have been `waiting` for their answer, are younger than
    /// `answerable`, and became no job; each is told once.
    ///
    /// # Errors
    /// [`StoreError`]; some may have been taken all the same.
    pub async fn chat_unanswered_take(
        &self,
        platform: Platform,
        waiting: Duration,
        answerable: Duration,
    ) -> Result<Vec<(serde_json::Value, Option<String>)>, StoreError> {
        let what = "chat_unanswered_take";
        let sql = "SELECT place, locale FROM cutline.chat_unanswered_take($1, $2, $3)";
        let (waiting, answerable) = (millis(waiting), millis(answerable));
        // Once: asked a second time it would find nothing.
        let rows = self.rows(what, sql, &[&platform.as_str(), &waiting, &answerable]).await?;
        let pair = |row| Ok((column(what, row, "place")?, column(what, row, "locale")?));
        rows.iter().map(pair).collect()
    }
}
