//! Uploads in parts: at most [`PARTS_AT_ONCE`] parts of a file are in memory and on the wire.
//!
//! Nothing is visible under the key before the last step. A failure aborts the upload; an upload
//! whose process died, or whose future was dropped, is aborted by [`S3::abort_abandoned`] and,
//! should that never run, by the bucket's lifecycle rule.

use std::{
    fs::File,
    os::unix::fs::FileExt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use aws_sdk_s3::{
    primitives::ByteStream,
    types::{CompletedMultipartUpload, CompletedPart},
};
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use futures::StreamExt;

use super::{MARK, PAGE, S3, Write, errors, object, store, time};
use crate::objects::{Body, ErrorKind, OBJECT_BYTES_MAX, ObjectKey, ObjectsError};

const PART_BYTES: u64 = 8 << 20;
const PARTS_AT_ONCE: usize = 4;
/// An upload that began so long ago has nobody left who would finish it: a job may take 20 minutes.
const ABANDONED_AFTER: TimeDelta = TimeDelta::hours(2);
/// The prefixes that are ours to tidy.
const OURS: [&str; 3] = ["videos/", "checkpoints/", "uploads/"];

/// What is being stored: bytes, or a file that is read part by part.
pub(super) enum Source {
    Bytes(Bytes),
    File { file: Arc<File>, name: String, size_bytes: u64 },
}

impl Source {
    pub(super) async fn open(key: &ObjectKey, body: Body) -> Result<Self, ObjectsError> {
        let source = match body {
            Body::Bytes(bytes) => Self::Bytes(bytes),
            Body::File(path) => {
                let failed = |source| ObjectsError::io("reading", &path, source);
                let file = tokio::fs::File::open(&path).await.map_err(failed)?;
                let size_bytes = file.metadata().await.map_err(failed)?.len();
                let file = Arc::new(file.into_std().await);
                Self::File { file, name: path.display().to_string(), size_bytes }
            }
        };
        let (what, size_bytes) = (key.to_string(), source.size_bytes());
        if size_bytes > OBJECT_BYTES_MAX {
            return Err(ObjectsError::TooLong { what, size_bytes, max_bytes: OBJECT_BYTES_MAX });
        }
        Ok(source)
    }

    pub(super) fn size_bytes(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File { size_bytes, .. } => *size_bytes,
        }
    }

    pub(super) async fn all(&self) -> Result<Bytes, ObjectsError> {
        self.part(0, self.size_bytes()).await
    }

    /// `length` bytes from `start`.
    async fn part(&self, start: u64, length: u64) -> Result<Bytes, ObjectsError> {
        match self {
            Self::Bytes(bytes) => {
                let at = |place: u64| usize::try_from(place).unwrap_or(bytes.len());
                Ok(bytes.slice(at(start)..at(start + length)))
            }
            Self::File { file, name, .. } => {
                let file = Arc::clone(file);
                let read = tokio::task::spawn_blocking(move || {
                    let mut part = vec![0; usize::try_from(length).unwrap_or_default()];
                    file.read_exact_at(&mut part, start)?;
                    Ok::<_, std::io::Error>(Bytes::from(part))
                });
                let read = read.await.unwrap_or_else(|error| Err(std::io::Error::other(error)));
                read.map_err(|source| ObjectsError::Io { what: format!("reading {name}"), source })
            }
        }
    }
}

impl S3 {
    pub(super) async fn put_in_parts(
        &self,
        write: &Write<'_>,
        source: &Source,
    ) -> Result<(), ObjectsError> {
        let begun = self
            .client
            .create_multipart_upload()
            .bucket(&*self.bucket)
            .key(write.key.as_str())
            .content_type(&write.meta.content_type)
            .set_cache_control(write.meta.cache_control.clone())
            .metadata(MARK, write.mark)
            .send()
            .await
            .map_err(|error| object("storing", write.key, error))?;
        let upload = begun.upload_id().unwrap_or_default();
        let sent = match self.send_parts(write.key, upload, source).await {
            Ok(parts) => self.complete(write, upload, parts).await,
            Err(error) => Err(error),
        };
        if sent.is_err()
            && let Err(error) = self.abort(write.key.as_str(), upload).await
        {
            tracing::warn!(key = %write.key, %error, "an upload in parts is left to the sweep");
        }
        sent
    }

    /// Sends every part. After a failure no further part is begun, but those under way are waited
    /// for: a part that arrives after the abort would stay for ever.
    async fn send_parts(
        &self,
        key: &ObjectKey,
        upload: &str,
        source: &Source,
    ) -> Result<Vec<CompletedPart>, ObjectsError> {
        let count = source.size_bytes().div_ceil(PART_BYTES);
        let failed = &AtomicBool::new(false);
        let sent: Vec<Result<CompletedPart, ObjectsError>> = futures::stream::iter(0..count)
            .map(|index| async move {
                if failed.load(Ordering::Relaxed) {
                    return None;
                }
                let sent = self.send_part(key, upload, source, index).await;
                if sent.is_err() {
                    failed.store(true, Ordering::Relaxed);
                }
                Some(sent)
            })
            .buffer_unordered(PARTS_AT_ONCE)
            .filter_map(std::future::ready)
            .collect()
            .await;
        let mut parts = sent.into_iter().collect::<Result<Vec<_>, _>>()?;
        parts.sort_by_key(CompletedPart::part_number);
        Ok(parts)
    }

    async fn send_part(
        &self,
        key: &ObjectKey,
        upload: &str,
        source: &Source,
        index: u64,
    ) -> Result<CompletedPart, ObjectsError> {
        let start = index * PART_BYTES;
        let part = source.part(start, PART_BYTES.min(source.size_bytes() - start)).await?;
        // Part numbers count from 1; 4 GiB make 512 of them.
        let number = i32::try_from(index + 1).unwrap_or(i32::MAX);
        let sent = self
            .client
            .upload_part()
            .bucket(&*self.bucket)
            .key(key.as_str())
            .upload_id(upload)
            .part_number(number)
            .body(ByteStream::from(part))
            .send()
            .await
            .map_err(|error| object("storing a part of", key, error))?;
        Ok(CompletedPart::builder()
            .part_number(number)
            .set_e_tag(sent.e_tag)
            .set_checksum_crc32(sent.checksum_crc32)
            .build())
    }

    async fn complete(
        &self,
        write: &Write<'_>,
        upload: &str,
        parts: Vec<CompletedPart>,
    ) -> Result<(), ObjectsError> {
        let sent = self
            .client
            .complete_multipart_upload()
            .bucket(&*self.bucket)
            .key(write.key.as_str())
            .upload_id(upload)
            .set_if_none_match(write.create_only.then(|| "*".to_owned()))
            .multipart_upload(CompletedMultipartUpload::builder().set_parts(Some(parts)).build())
            .send()
            .await;
        match sent {
            Ok(_) => Ok(()),
            // The first answer was lost and this is the answer to the retry: it was done.
            Err(error)
                if errors::code(&error) == Some("NoSuchUpload")
                    && self.has_mark(write.key, write.mark).await =>
            {
                Ok(())
            }
            Err(error) => Err(object("storing", write.key, error)),
        }
    }

    async fn abort(&self, key: &str, upload: &str) -> Result<(), ObjectsError> {
        let request =
            self.client.abort_multipart_upload().bucket(&*self.bucket).key(key).upload_id(upload);
        match request.send().await {
            Ok(_) => Ok(()),
            Err(error) if errors::code(&error) == Some("NoSuchUpload") => Ok(()),
            Err(error) => Err(store("aborting an upload in parts", error)),
        }
    }

    /// Aborts uploads of ours that were begun long before `now`, and says how many.
    pub(super) async fn abort_abandoned(&self, now: DateTime<Utc>) -> Result<u64, ObjectsError> {
        let before = now - ABANDONED_AFTER;
        let mut aborted = 0;
        for prefix in OURS {
            let (mut after_key, mut after_upload) = (None, None);
            loop {
                let answer = self
                    .client
                    .list_multipart_uploads()
                    .bucket(&*self.bucket)
                    .prefix(prefix)
                    .set_key_marker(after_key)
                    .set_upload_id_marker(after_upload)
                    .max_uploads(PAGE as i32)
                    .send()
                    .await
                    .map_err(|error| store("listing uploads in parts", error))?;
                for upload in answer.uploads() {
                    let (Some(key), Some(id)) = (upload.key(), upload.upload_id()) else {
                        continue;
                    };
                    if time(upload.initiated()) < before {
                        match self.abort(key, id).await {
                            Ok(()) => aborted += 1,
                            // Another sweep was quicker.
                            Err(error) if error.kind() == ErrorKind::NotFound => {}
                            Err(error) => return Err(error),
                        }
                    }
                }
                after_key = answer.next_key_marker().map(str::to_owned);
                after_upload = answer.next_upload_id_marker().map(str::to_owned);
                if !answer.is_truncated().unwrap_or(false) || after_key.is_none() {
                    break;
                }
            }
        }
        Ok(aborted)
    }
}
