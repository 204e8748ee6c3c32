//! The object store: finished videos, checkpoints and uploads, as files on disk or in an S3 bucket.
//!
//! One surface over both, so that nothing above knows which it is. Names are validated
//! ([`ObjectKey`]), writes are whole or invisible, [`Objects::put_new`] never replaces (that is
//! what keeps a worker whose lease has passed from changing anything), and every error says what a
//! caller can do about it ([`ErrorKind`]).

mod config;
mod disk;
mod error;
mod key;
mod retention;
mod s3;

use std::{
    ops::Range,
    path::{Path, PathBuf},
    time::Duration,
};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use url::Url;

pub use self::{
    config::{Location, ObjectsConfig, ObjectsConfigError, S3Config, Secret, VARIABLES},
    disk::Disk,
    error::{ErrorKind, ObjectsError},
    key::{InvalidKey, ObjectKey, ObjectPrefix},
    retention::{CHECKPOINTS_KEPT, COLD_AFTER, Retention, cache_control},
    s3::{Rules, S3},
};

/// Largest object that [`Objects::get`] and [`Objects::get_range`] hold in memory; larger ones go
/// through [`Objects::download`].
pub const IN_MEMORY_BYTES_MAX: u64 = 64 << 20;
/// Largest object that is stored at all (a video of 180 s at 1080×1920 has some 150 MB).
pub const OBJECT_BYTES_MAX: u64 = 4 << 30;
/// Above this a file goes to S3 in parts.
pub const MULTIPART_ABOVE_BYTES: u64 = 8 << 20;
/// Longest life of a presigned address: seven days, as signature version 4 allows.
pub const PRESIGNED_FOR_MAX: Duration = Duration::from_secs(7 * 24 * 3600);

/// What is stored.
#[derive(Clone, Debug)]
pub enum Body {
    /// These bytes.
    Bytes(Bytes),
    /// The bytes of this file, which must not change meanwhile.
    File(PathBuf),
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes.into())
    }
}

impl From<&'static str> for Body {
    fn from(text: &'static str) -> Self {
        Self::Bytes(text.into())
    }
}

/// What is said of an object when it is served.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ObjectMeta {
    /// `Content-Type`.
    pub content_type: String,
    /// `Cache-Control`, if one was asked for.
    pub cache_control: Option<String>,
}

impl ObjectMeta {
    /// A content type and no word on caching.
    #[must_use]
    pub fn new(content_type: impl Into<String>) -> Self {
        Self { content_type: content_type.into(), cache_control: None }
    }

    /// The content type that a name's extension stands for.
    #[must_use]
    pub fn of_name(name: &str) -> Self {
        Self::new(content_type_of(name))
    }

    /// With a `Cache-Control` header.
    #[must_use]
    pub fn cached(mut self, cache_control: impl Into<String>) -> Self {
        self.cache_control = Some(cache_control.into());
        self
    }
}

/// What is known of a stored object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectInfo {
    /// Length.
    pub size_bytes: u64,
    /// When it was written.
    pub modified: DateTime<Utc>,
    /// Strong entity tag, quotes included: equal tags, equal bytes.
    pub etag: String,
    /// Content type and cache header.
    pub meta: ObjectMeta,
}

/// One line of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The object.
    pub key: ObjectKey,
    /// Length.
    pub size_bytes: u64,
    /// When it was written.
    pub modified: DateTime<Utc>,
}

/// What a presigned address is to answer with.
#[derive(Clone, Debug)]
pub struct PresignedGet {
    /// How long the address works, one second to [`PRESIGNED_FOR_MAX`].
    pub for_time: Duration,
    /// `Content-Type` of the answer; the stored one if `None`.
    pub content_type: Option<String>,
    /// `Content-Disposition` of the answer.
    pub disposition: Option<String>,
    /// `Cache-Control` of the answer; the stored one if `None`.
    pub cache_control: Option<String>,
}

/// What a sweep took away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Objects past their time.
    pub objects: u64,
    /// Temporary files and descriptions that belong to nothing.
    pub leftovers: u64,
    /// Uploads in parts that nobody finished.
    pub uploads: u64,
}

/// An object store. Cheap to clone.
#[derive(Clone, Debug)]
pub enum Objects {
    /// Files in a folder.
    Disk(Disk),
    /// Objects in a bucket.
    S3(S3),
}

impl Objects {
    /// Opens the store a setting names. A folder is created; a bucket is not looked at until
    /// [`Self::check`] or the first use, so that a process starts while the store is away.
    ///
    /// # Errors
    /// When the folder cannot be created.
    pub async fn open(config: &ObjectsConfig) -> Result<Self, ObjectsError> {
        match &config.location {
            Location::Disk(root) => Ok(Self::Disk(Disk::open(root.clone()).await?)),
            Location::S3(settings) => Ok(Self::S3(S3::new(settings))),
        }
    }

    /// Stores an object, replacing what is there. Readers see the old bytes or the new ones.
    ///
    /// # Errors
    /// [`ErrorKind::Full`], [`ErrorKind::Denied`], [`ErrorKind::Transient`] (after retries),
    /// [`ErrorKind::Refused`] for a body that is too long or cannot be read.
    pub async fn put(
        &self,
        key: &ObjectKey,
        body: impl Into<Body> + Send,
        meta: &ObjectMeta,
    ) -> Result<(), ObjectsError> {
        match self {
            Self::Disk(disk) => disk.put(key, body.into(), meta, false).await,
            Self::S3(s3) => s3.put(key, body.into(), meta, false).await,
        }
    }

    /// Stores an object only where none is: of many writers, one succeeds.
    ///
    /// # Errors
    /// [`ErrorKind::AlreadyThere`] when there is one (nothing was changed); otherwise as
    /// [`Self::put`].
    pub async fn put_new(
        &self,
        key: &ObjectKey,
        body: impl Into<Body> + Send,
        meta: &ObjectMeta,
    ) -> Result<(), ObjectsError> {
        match self {
            Self::Disk(disk) => disk.put(key, body.into(), meta, true).await,
            Self::S3(s3) => s3.put(key, body.into(), meta, true).await,
        }
    }

    /// Reads a whole object of at most [`IN_MEMORY_BYTES_MAX`].
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`]; [`ErrorKind::Refused`] when it is longer; as [`Self::put`].
    pub async fn get(&self, key: &ObjectKey) -> Result<Bytes, ObjectsError> {
        match self {
            Self::Disk(disk) => disk.get(key, None).await,
            Self::S3(s3) => s3.get(key, None).await,
        }
    }

    /// Reads the bytes from `range.start` to before `range.end` (cut at the object's end).
    ///
    /// # Errors
    /// [`ErrorKind::Refused`] for a range that is empty, longer than [`IN_MEMORY_BYTES_MAX`] or
    /// begins behind the end; otherwise as [`Self::get`].
    pub async fn get_range(
        &self,
        key: &ObjectKey,
        range: Range<u64>,
    ) -> Result<Bytes, ObjectsError> {
        if range.is_empty() || range.end - range.start > IN_MEMORY_BYTES_MAX {
            return Err(ObjectsError::Range { key: key.clone(), range });
        }
        match self {
            Self::Disk(disk) => disk.get(key, Some(range)).await,
            Self::S3(s3) => s3.get(key, Some(range)).await,
        }
    }

    /// Copies an object into a file, which appears whole or not at all.
    ///
    /// # Errors
    /// As [`Self::get`], without the limit; [`ErrorKind::Full`] also when the file's disk is.
    pub async fn download(&self, key: &ObjectKey, to: &Path) -> Result<(), ObjectsError> {
        match self {
            Self::Disk(disk) => disk.download(key, to).await,
            Self::S3(s3) => s3.download(key, to).await,
        }
    }

    /// What is known of an object.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub async fn head(&self, key: &ObjectKey) -> Result<ObjectInfo, ObjectsError> {
        match self {
            Self::Disk(disk) => disk.head(key).await,
            Self::S3(s3) => s3.head(key).await,
        }
    }

    /// Deletes an object; one that is not there counts as deleted.
    ///
    /// # Errors
    /// As [`Self::put`].
    pub async fn delete(&self, key: &ObjectKey) -> Result<(), ObjectsError> {
        self.delete_many(std::slice::from_ref(key)).await
    }

    /// Deletes objects; those that are not there count as deleted. An error leaves some of them.
    ///
    /// # Errors
    /// As [`Self::put`].
    pub async fn delete_many(&self, keys: &[ObjectKey]) -> Result<(), ObjectsError> {
        match self {
            Self::Disk(disk) => disk.delete_many(keys).await,
            Self::S3(s3) => s3.delete_many(keys).await,
        }
    }

    /// Deletes everything below a prefix and says how much that was.
    ///
    /// # Errors
    /// As [`Self::put`].
    pub async fn delete_below(&self, prefix: &ObjectPrefix) -> Result<u64, ObjectsError> {
        let mut deleted = 0;
        loop {
            let found = self.list(prefix, None, 1000).await?;
            if found.is_empty() {
                return Ok(deleted);
            }
            let keys: Vec<ObjectKey> = found.into_iter().map(|listed| listed.key).collect();
            self.delete_many(&keys).await?;
            deleted += keys.len() as u64;
        }
    }

    /// Lists at most `max` objects below a prefix in the order of their keys, after `after`.
    ///
    /// # Errors
    /// As [`Self::put`].
    pub async fn list(
        &self,
        prefix: &ObjectPrefix,
        after: Option<&ObjectKey>,
        max: usize,
    ) -> Result<Vec<Listed>, ObjectsError> {
        match self {
            Self::Disk(disk) => disk.list(prefix, after, max).await,
            Self::S3(s3) => s3.list(prefix, after, max).await,
        }
    }

    /// An address that anybody may fetch the object from for a while; `None` on disk, where the
    /// gateway serves it.
    ///
    /// # Errors
    /// [`ErrorKind::Refused`] for a time out of range.
    pub async fn presign_get(
        &self,
        key: &ObjectKey,
        how: &PresignedGet,
    ) -> Result<Option<Url>, ObjectsError> {
        match self {
            Self::Disk(_) => Ok(None),
            Self::S3(s3) => s3.presign_get(key, how).await.map(Some),
        }
    }

    /// Scheme, host and port of presigned addresses (for a content security policy); `None` on
    /// disk.
    #[must_use]
    pub fn public_origin(&self) -> Option<String> {
        match self {
            Self::Disk(_) => None,
            Self::S3(s3) => s3.public_origin(),
        }
    }

    /// Whether the store answers and lets us in: what a readiness probe asks.
    ///
    /// # Errors
    /// As [`Self::put`].
    pub async fn check(&self) -> Result<(), ObjectsError> {
        match self {
            Self::Disk(disk) => disk.check().await,
            Self::S3(s3) => s3.check().await,
        }
    }

    /// Puts lifecycle and CORS rules on a bucket for pages of these origins; `None` on disk, where
    /// [`Self::sweep`] does that work.
    ///
    /// # Errors
    /// As [`S3::apply_rules`].
    pub async fn apply_rules(&self, origins: &[String]) -> Result<Option<Rules>, ObjectsError> {
        match self {
            Self::Disk(_) => Ok(None),
            Self::S3(s3) => s3.apply_rules(origins).await.map(Some),
        }
    }

    /// Takes away what nothing else does: on disk, objects past their [`Retention`] and leftovers
    /// of writers that died; in a bucket, uploads in parts begun two hours before `now` (objects
    /// are its lifecycle rules' business). Several processes may sweep at once.
    ///
    /// # Errors
    /// As [`Self::put`].
    pub async fn sweep(&self, now: DateTime<Utc>) -> Result<Swept, ObjectsError> {
        match self {
            Self::Disk(disk) => disk.sweep(now).await,
            Self::S3(s3) => s3.sweep(now).await,
        }
    }
}

/// The content type that a file name's extension stands for.
#[must_use]
pub fn content_type_of(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "mp4" => "video/mp4",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "gif" => "image/gif",
        "svg" => "image/svg+xml",
        "vtt" => "text/vtt; charset=utf-8",
        "srt" => "application/x-subrip; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        "json" => "application/json",
        "wav" => "audio/wav",
        _ => "application/octet-stream",
    }
}
