//! Brand kits and uploads: read under row-level security, written by functions that ask the plan.

use chrono::{DateTime, Utc};

use super::{
    Store,
    call::{column, json},
    error::StoreError,
};
use crate::{
    job::{AccountId, BrandKit, UploadRef},
    objects::ObjectKey,
};

/// Whether the plan allowed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "the plan may lack it"]
pub enum Kept {
    /// Stored.
    Yes,
    /// The plan in force has no such thing; nothing was stored.
    NotInPlan,
}

impl Store {
    /// The account's brand kit, if it has one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn brand_kit(&self, account: AccountId) -> Result<Option<BrandKit>, StoreError> {
        let what = "brand_kit";
        let sql = "SELECT kit FROM cutline.brand_kits WHERE account_id = $1";
        let rows = self.rows_of(what, account, sql, &[&account.0]).await?;
        rows.first().map(|row| json(what, row, "kit")).transpose()
    }

    /// Replaces the brand kit.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn brand_set(
        &self,
        account: AccountId,
        kit: &BrandKit,
        now: DateTime<Utc>,
    ) -> Result<Kept, StoreError> {
        let what = "brand_set";
        let kit = serde_json::to_value(kit).map_err(|error| StoreError::shape(what, error))?;
        let sql = "SELECT cutline.brand_set($1, $2, $3) AS kept";
        let row = self.row_again(what, sql, &[&account.0, &kit, &now]).await?;
        Ok(if column(what, &row, "kept")? { Kept::Yes } else { Kept::NotInPlan })
    }

    /// Forgets the brand kit.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn brand_clear(&self, account: AccountId) -> Result<(), StoreError> {
        self.row_again("brand_clear", "SELECT cutline.brand_clear($1)", &[&account.0])
            .await
            .map(drop)
    }

    /// Records a stored picture.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn upload_add(
        &self,
        account: AccountId,
        upload: &UploadRef,
        now: DateTime<Utc>,
    ) -> Result<Kept, StoreError> {
        let what = "upload_add";
        let pixels = |n| i32::try_from(n).unwrap_or(i32::MAX);
        let (width, height) = (pixels(upload.width_px), pixels(upload.height_px));
        let bytes = i64::try_from(upload.bytes).unwrap_or(i64::MAX);
        let key = upload.key.to_string();
        let sql = "SELECT cutline.upload_add($1, $2, $3, $4, $5, $6, $7, $8) AS kept";
        let (sha256, name) = (&upload.sha256, &upload.name);
        let row = self
            .row_again(what, sql, &[&account.0, sha256, &key, name, &width, &height, &bytes, &now])
            .await?;
        Ok(if column(what, &row, "kept")? { Kept::Yes } else { Kept::NotInPlan })
    }

    /// The account's stored picture of that hash.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn upload(
        &self,
        account: AccountId,
        sha256: &str,
    ) -> Result<Option<UploadRef>, StoreError> {
        let what = "upload";
        let sql = "SELECT sha256, key, name, width_px, height_px, bytes FROM cutline.uploads \
                   WHERE account_id = $1 AND sha256 = $2";
        let rows = self.rows_of(what, account, sql, &[&account.0, &sha256]).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let count = |name| column::<i32>(what, row, name).map(|n| u32::try_from(n).unwrap_or(0));
        let key = ObjectKey::parse(column(what, row, "key")?)
            .map_err(|error| StoreError::shape(what, error))?;
        Ok(Some(UploadRef {
            sha256: column(what, row, "sha256")?,
            key,
            width_px: count("width_px")?,
            height_px: count("height_px")?,
            bytes: u64::try_from(column::<i64>(what, row, "bytes")?).unwrap_or(0),
            name: column(what, row, "name")?,
        }))
    }
}
