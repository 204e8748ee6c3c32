//! Keys to the HTTP API: only a hash is kept, found by an indexed prefix.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Kept, Store, call::column, error::StoreError};
use crate::job::AccountId;

impl Store {
    /// Stores a new key's prefix (16 characters) and SHA-256.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn api_key_add(
        &self,
        account: AccountId,
        prefix: &str,
        sha256: &[u8; 32],
        now: DateTime<Utc>,
    ) -> Result<Kept, StoreError> {
        let what = "api_key_add";
        let hash: &[u8] = sha256;
        let sql = "SELECT cutline.api_key_add($1, $2, $3, $4, $5) AS kept";
        let row = self.row(what, sql, &[&account.0, &Uuid::now_v7(), &prefix, &hash, &now]).await?;
        Ok(if column(what, &row, "kept")? { Kept::Yes } else { Kept::NotInPlan })
    }
}
