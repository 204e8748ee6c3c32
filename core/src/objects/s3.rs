//! Objects in an S3 bucket, through the vendor's own client (which retries what is transient).
//!
//! A create-only write is `If-None-Match: *`. Every write carries a random mark as metadata: when
//! an answer was lost and the client's retry is told "there is one already", the mark says whether
//! that one is ours.

mod errors;
mod multipart;
mod rules;

use std::{fmt, ops::Range, path::Path, sync::Arc, time::Duration};

use aws_sdk_s3::{
    Client, Config,
    config::{BehaviorVersion, Credentials, Region, retry::RetryConfig, timeout::TimeoutConfig},
    presigning::PresigningConfig,
    primitives::ByteStream,
    types::{Delete, ObjectIdentifier},
};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use url::Url;
use uuid::Uuid;

pub use self::rules::Rules;
use self::{
    errors::{object, store},
    multipart::Source,
};
use super::{
    Body, ErrorKind, IN_MEMORY_BYTES_MAX, Listed, MULTIPART_ABOVE_BYTES, ObjectInfo, ObjectKey,
    ObjectMeta, ObjectPrefix, ObjectsError, PRESIGNED_FOR_MAX, PresignedGet, S3Config, Swept,
};

/// Metadata that names one write.
const MARK: &str = "cutline-write";
/// How often a create-only write is begun anew when the store says that another one is under way.
const CONFLICT_TRIES: u32 = 4;
/// Most keys of one delete request or one page (the protocol's limit).
const PAGE: usize = 1000;

/// A bucket. Cheap to clone.
#[derive(Clone)]
pub struct S3 {
    client: Client,
    /// Signs addresses that viewers reach.
    public: Client,
    bucket: Arc<str>,
    cold: Option<Arc<str>>,
    origin: Option<Arc<str>>,
}

impl fmt::Debug for S3 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3").field("bucket", &self.bucket).finish_non_exhaustive()
    }
}

impl S3 {
    pub(super) fn new(settings: &S3Config) -> Self {
        let client = |endpoint: Option<&Url>| {
            let credentials = Credentials::new(
                settings.access_key_id.expose(),
                settings.secret_access_key.expose(),
                None,
                None,
                "cutline",
            );
            let mut config = Config::builder()
                .behavior_version(BehaviorVersion::v2026_01_12())
                .credentials_provider(credentials)
                .region(Region::new(settings.region.clone()))
                .force_path_style(settings.path_style)
                .retry_config(
                    RetryConfig::standard()
                        .with_max_attempts(4)
                        .with_initial_backoff(Duration::from_millis(200))
                        .with_max_backoff(Duration::from_secs(5)),
                )
                .timeout_config(
                    TimeoutConfig::builder()
                        .connect_timeout(Duration::from_secs(5))
                        .read_timeout(Duration::from_secs(30))
                        .operation_attempt_timeout(Duration::from_secs(120))
                        .build(),
                );
            config.set_endpoint_url(endpoint.map(|url| url.as_str().to_owned()));
            Client::from_conf(config.build())
        };
        let public = settings.public_endpoint.as_ref().or(settings.endpoint.as_ref());
        Self {
            client: client(settings.endpoint.as_ref()),
            public: client(public),
            bucket: settings.bucket.as_str().into(),
            cold: settings.cold.as_deref().map(Into::into),
            origin: origin(settings, public).map(Into::into),
        }
    }

    pub(super) async fn put(
        &self,
        key: &ObjectKey,
        body: Body,
        meta: &ObjectMeta,
        create_only: bool,
    ) -> Result<(), ObjectsError> {
        let source = Source::open(key, body).await?;
        let mut tries = 0;
        loop {
            tries += 1;
            let mark = Uuid::new_v4().simple().to_string();
            let write = Write { key, meta, mark: &mark, create_only };
            let written = if source.size_bytes() > MULTIPART_ABOVE_BYTES {
                self.put_in_parts(&write, &source).await
            } else {
                self.put_at_once(&write, source.all().await?).await
            };
            match written {
                Err(ObjectsError::AlreadyThere(_)) if self.has_mark(key, &mark).await => {
                    return Ok(());
                }
                Err(error) if errors::is_conflict(&error) && tries < CONFLICT_TRIES => {
                    tokio::time::sleep(Duration::from_millis(50 << tries)).await;
                }
                other => return other,
            }
        }
    }

    async fn put_at_once(&self, write: &Write<'_>, bytes: Bytes) -> Result<(), ObjectsError> {
        let sent = self
            .client
            .put_object()
            .bucket(&*self.bucket)
            .key(write.key.as_str())
            .content_type(&write.meta.content_type)
            .set_cache_control(write.meta.cache_control.clone())
            .set_if_none_match(write.create_only.then(|| "*".to_owned()))
            .metadata(MARK, write.mark)
            .body(ByteStream::from(bytes))
            .send()
            .await;
        sent.map(drop).map_err(|error| object("storing", write.key, error))
    }

    /// Whether the object that is there was written by the write of this mark.
    async fn has_mark(&self, key: &ObjectKey, mark: &str) -> bool {
        let head = self.client.head_object().bucket(&*self.bucket).key(key.as_str()).send().await;
        head.is_ok_and(|head| {
            head.metadata().and_then(|all| all.get(MARK)).is_some_and(|found| found == mark)
        })
    }

    pub(super) async fn get(
        &self,
        key: &ObjectKey,
        range: Option<Range<u64>>,
    ) -> Result<Bytes, ObjectsError> {
        let asked = range.as_ref().map(|range| format!("bytes={}-{}", range.start, range.end - 1));
        let request = self.client.get_object().bucket(&*self.bucket).key(key.as_str());
        let answer = request.set_range(asked).send().await.map_err(|error| {
            let error = object("reading", key, error);
            match (&range, errors::is_bad_range(&error)) {
                (Some(range), true) => {
                    ObjectsError::Range { key: key.clone(), range: range.clone() }
                }
                _ => error,
            }
        })?;
        let too_long = |size_bytes| {
            let what = key.to_string();
            Err(ObjectsError::TooLong { what, size_bytes, max_bytes: IN_MEMORY_BYTES_MAX })
        };
        let told_bytes = u64::try_from(answer.content_length().unwrap_or_default()).unwrap_or(0);
        if told_bytes > IN_MEMORY_BYTES_MAX {
            return too_long(told_bytes);
        }
        // One buffer, of the size that was told; more than may be is not believed to come.
        let (mut body, mut bytes) = (answer.body, Vec::with_capacity(told_bytes as usize));
        while let Some(piece) = body.next().await {
            let piece = piece.map_err(|error| errors::cut_off(key, &error))?;
            let size_bytes = (bytes.len() + piece.len()) as u64;
            if size_bytes > IN_MEMORY_BYTES_MAX {
                return too_long(size_bytes);
            }
            bytes.extend_from_slice(&piece);
        }
        Ok(bytes.into())
    }

    pub(super) async fn download(&self, key: &ObjectKey, to: &Path) -> Result<(), ObjectsError> {
        let request = self.client.get_object().bucket(&*self.bucket).key(key.as_str());
        let mut answer = request.send().await.map_err(|error| object("reading", key, error))?;
        let failed = |source| ObjectsError::io("writing", to, source);
        let folder = to.parent().unwrap_or(Path::new("."));
        let staged = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
        let (file, staged) = staged.into_parts();
        let mut file = tokio::fs::File::from_std(file);
        while let Some(bytes) = answer.body.next().await {
            let bytes = bytes.map_err(|error| errors::cut_off(key, &error))?;
            tokio::io::AsyncWriteExt::write_all(&mut file, &bytes).await.map_err(failed)?;
        }
        tokio::io::AsyncWriteExt::flush(&mut file).await.map_err(failed)?;
        staged.persist(to).map_err(|error| failed(error.error))
    }

    pub(super) async fn head(&self, key: &ObjectKey) -> Result<ObjectInfo, ObjectsError> {
        let request = self.client.head_object().bucket(&*self.bucket).key(key.as_str());
        let head = request.send().await.map_err(|error| object("looking at", key, error))?;
        let mut meta = head
            .content_type()
            .map_or_else(|| ObjectMeta::of_name(key.file_name()), ObjectMeta::new);
        meta.cache_control = head.cache_control().map(str::to_owned);
        Ok(ObjectInfo {
            size_bytes: u64::try_from(head.content_length().unwrap_or_default()).unwrap_or(0),
            modified: time(head.last_modified()),
            etag: head.e_tag().unwrap_or_default().to_owned(),
            meta,
        })
    }

    pub(super) async fn delete_many(&self, keys: &[ObjectKey]) -> Result<(), ObjectsError> {
        for page in keys.chunks(PAGE) {
            let names =
                page.iter().map(|key| ObjectIdentifier::builder().key(key.as_str()).build());
            let names = names
                .collect::<Result<Vec<_>, _>>()
                .and_then(|names| Delete::builder().set_objects(Some(names)).quiet(true).build())
                .map_err(|error| errors::refused("deleting", &error))?;
            let request = self.client.delete_objects().bucket(&*self.bucket).delete(names);
            let answer = request.send().await.map_err(|error| store("deleting", error))?;
            if let Some(error) = answer.errors().first() {
                return Err(errors::in_answer("deleting", error));
            }
        }
        Ok(())
    }

    pub(super) async fn list(
        &self,
        prefix: &ObjectPrefix,
        after: Option<&ObjectKey>,
        max: usize,
    ) -> Result<Vec<Listed>, ObjectsError> {
        let mut found: Vec<Listed> = Vec::new();
        let mut next = None;
        while found.len() < max {
            let page = i32::try_from((max - found.len()).min(PAGE)).unwrap_or(i32::MAX);
            let request = self
                .client
                .list_objects_v2()
                .bucket(&*self.bucket)
                .prefix(prefix.as_str())
                .set_start_after(after.map(|key| key.as_str().to_owned()))
                .set_continuation_token(next)
                .max_keys(page);
            let answer = request.send().await.map_err(|error| store("listing", error))?;
            // Names that are no keys of ours are somebody else's business.
            found.extend(answer.contents().iter().filter_map(|object| {
                Some(Listed {
                    key: ObjectKey::parse(object.key()?).ok()?,
                    size_bytes: u64::try_from(object.size().unwrap_or_default()).unwrap_or(0),
                    modified: time(object.last_modified()),
                })
            }));
            next = answer.next_continuation_token().map(str::to_owned);
            if next.is_none() {
                break;
            }
        }
        Ok(found)
    }

    pub(super) async fn presign_get(
        &self,
        key: &ObjectKey,
        how: &PresignedGet,
    ) -> Result<Url, ObjectsError> {
        let refused = |error: &dyn std::error::Error| errors::refused("signing an address", error);
        let for_time = how.for_time.clamp(Duration::from_secs(1), PRESIGNED_FOR_MAX);
        let signing = PresigningConfig::expires_in(for_time).map_err(|error| refused(&error))?;
        let request = self
            .public
            .get_object()
            .bucket(&*self.bucket)
            .key(key.as_str())
            .set_response_content_type(how.content_type.clone())
            .set_response_content_disposition(how.disposition.clone())
            .set_response_cache_control(how.cache_control.clone());
        let signed = request.presigned(signing).await;
        let signed = signed.map_err(|error| object("signing an address of", key, error))?;
        Url::parse(signed.uri()).map_err(|error| refused(&error))
    }

    pub(super) fn public_origin(&self) -> Option<String> {
        self.origin.as_deref().map(str::to_owned)
    }

    pub(super) async fn check(&self) -> Result<(), ObjectsError> {
        let head = self.client.head_bucket().bucket(&*self.bucket).send().await;
        head.map(drop).map_err(|error| match store("looking at the bucket", error) {
            ObjectsError::Store { kind: ErrorKind::NotFound, .. } => ObjectsError::Store {
                what: "looking at the bucket".to_owned(),
                kind: ErrorKind::Refused,
                cause: format!("there is no bucket “{}”", self.bucket),
            },
            other => other,
        })
    }

    pub(super) async fn sweep(&self, now: DateTime<Utc>) -> Result<Swept, ObjectsError> {
        Ok(Swept { uploads: self.abort_abandoned(now).await?, ..Swept::default() })
    }
}

/// One write, whichever way it is sent.
struct Write<'a> {
    key: &'a ObjectKey,
    meta: &'a ObjectMeta,
    mark: &'a str,
    create_only: bool,
}

/// Where presigned addresses point: the endpoint, or Amazon's host for the bucket.
fn origin(settings: &S3Config, endpoint: Option<&Url>) -> Option<String> {
    let Some(endpoint) = endpoint else {
        let host = format!("s3.{}.amazonaws.com", settings.region);
        return Some(if settings.path_style {
            format!("https://{host}")
        } else {
            format!("https://{}.{host}", settings.bucket)
        });
    };
    let host = endpoint.host_str()?;
    let port = endpoint.port().map_or_else(String::new, |port| format!(":{port}"));
    let bucket = if settings.path_style { String::new() } else { format!("{}.", settings.bucket) };
    Some(format!("{}://{bucket}{host}{port}", endpoint.scheme()))
}

fn time(time: Option<&aws_sdk_s3::primitives::DateTime>) -> DateTime<Utc> {
    time.and_then(|time| DateTime::from_timestamp(time.secs(), time.subsec_nanos()))
        .unwrap_or_default()
}
