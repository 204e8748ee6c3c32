//! One person, several platforms: a code shown at one is typed at the other.

use chrono::{DateTime, Utc};

use super::{Store, call::column, error::StoreError};
use crate::{actor::Actor, job::AccountId};

/// What became of a typed code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkOutcome {
    /// The platform now reaches the account that made the code.
    Linked,
    /// It already did.
    Already,
    /// No such code, or too old, or used.
    Unknown,
    /// This platform's own account has credits or work under way, which would be lost from sight.
    InUse,
    /// Too many wrong codes; from then on again.
    TooMany {
        /// When the next code may be typed.
        again_at: DateTime<Utc>,
    },
}

impl Store {
    /// Stores a code for an account (replacing an earlier one), good until `until`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn link_start(
        &self,
        account: AccountId,
        code: &str,
        until: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let sql = "SELECT cutline.link_start($1, $2, $3)";
        self.row_again("link_start", sql, &[&account.0, &code, &until]).await.map(drop)
    }

    /// Moves an actor's platform to the account that made the code.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn link_finish(
        &self,
        actor: &Actor,
        code: &str,
        now: DateTime<Utc>,
    ) -> Result<LinkOutcome, StoreError> {
        let what = "link_finish";
        let sql = "SELECT outcome, again_at FROM cutline.link_finish($1, $2, $3, $4)";
        let platform = actor.platform.as_str();
        let row = self.row(what, sql, &[&platform, &actor.user_id, &code, &now]).await?;
        Ok(match column::<&str>(what, &row, "outcome")? {
            "linked" => LinkOutcome::Linked,
            "already" => LinkOutcome::Already,
            "unknown" => LinkOutcome::Unknown,
            "in_use" => LinkOutcome::InUse,
            "too_many" => LinkOutcome::TooMany { again_at: column(what, &row, "again_at")? },
            other => return Err(StoreError::shape(what, other)),
        })
    }
}
