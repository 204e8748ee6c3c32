//! A real S3 server in this process (s3s over s3s-fs: signatures, XML, multipart, conditions),
//! listening on a free port, with switches for what a store can do wrong.
//!
//! s3s-fs keeps no lifecycle or CORS rules and lists no uploads in parts; those three are kept here
//! in memory, behind the same wire.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    },
    time::SystemTime,
};

use anyhow::Result;
use cutline_bots::tasks::Group;
use cutline_core::objects::{Location, Objects, ObjectsConfig, S3Config, Secret};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use s3s::{
    S3, S3Error, S3ErrorCode, S3Request, S3Response, S3Result, auth::SimpleAuth, dto::*, s3_error,
    service::S3ServiceBuilder,
};
use s3s_fs::FileSystem;
use tokio::net::TcpListener;

/// The bucket's name.
pub const BUCKET: &str = "videos";
/// The secret key that is right.
pub const SECRET: &str = "correct-horse-battery-staple";
const ACCESS_KEY_ID: &str = "CUTLINETESTS";

/// A bucket on a server of its own; both end when it is dropped.
pub struct Bucket {
    folder: tempfile::TempDir,
    endpoint: String,
    switches: Arc<Switches>,
    _server: Group<()>,
}

/// What is to go wrong, and what was set.
#[derive(Default)]
struct Switches {
    /// Bytes that still fit, plus one; 0 for no limit.
    room_bytes_plus_one: AtomicU64,
    fail_parts: AtomicBool,
    hold_parts: AtomicBool,
    lose_answers: AtomicU32,
    requests: AtomicU32,
    uploads: Mutex<Vec<MultipartUpload>>,
    lifecycle: Mutex<Option<LifecycleRules>>,
    cors: Mutex<Option<CORSRules>>,
}

impl Bucket {
    /// Starts the server with an empty bucket.
    ///
    /// # Errors
    /// When the disk or the network refuses.
    pub async fn start() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        std::fs::create_dir(folder.path().join(BUCKET))?;
        let switches = Arc::new(Switches::default());
        let files = FileSystem::new(folder.path())
            .map_err(|error| anyhow::anyhow!("opening the folder: {error:?}"))?;
        let mut service = S3ServiceBuilder::new(Store { files, switches: Arc::clone(&switches) });
        service.set_auth(SimpleAuth::from_single(ACCESS_KEY_ID, SECRET));
        let service = service.build();
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let endpoint = format!("http://{}", listener.local_addr()?);
        let mut server = Group::default();
        server.start(async move {
            let mut connections = Group::default();
            loop {
                tokio::select! {
                    Ok((stream, _)) = listener.accept() => {
                        let service = service.clone();
                        connections.start(async move {
                            let mut server = http1::Builder::new();
                            server.timer(TokioTimer::new());
                            // A client that goes away in the middle is part of the tests.
                            let _ = server.serve_connection(TokioIo::new(stream), service).await;
                        });
                    }
                    Some(_) = connections.next() => {}
                }
            }
        });
        Ok(Self { folder, endpoint, switches, _server: server })
    }

    /// Settings with the right keys.
    ///
    /// # Errors
    /// When the endpoint is no address (it is one).
    pub fn config(&self, secret: &str) -> Result<ObjectsConfig> {
        Ok(ObjectsConfig {
            location: Location::S3(Box::new(S3Config {
                bucket: BUCKET.to_owned(),
                endpoint: Some(self.endpoint.parse()?),
                region: "us-east-1".to_owned(),
                path_style: true,
                public_endpoint: None,
                cold: Some("STANDARD_IA".to_owned()),
                access_key_id: Secret::new(ACCESS_KEY_ID),
                secret_access_key: Secret::new(secret),
            })),
        })
    }

    /// The variables that lead a program of ours here.
    #[must_use]
    pub fn settings(&self) -> [(&'static str, String); 3] {
        let host = self.endpoint.trim_start_matches("http://");
        let location =
            format!("s3://{BUCKET}?endpoint=http://{host}&region=us-east-1&path_style=true");
        [
            ("CUTLINE_OBJECTS", location),
            ("CUTLINE_S3_ACCESS_KEY_ID", ACCESS_KEY_ID.to_owned()),
            ("CUTLINE_S3_SECRET_ACCESS_KEY", SECRET.to_owned()),
        ]
    }

    /// The bucket as our own store.
    ///
    /// # Errors
    /// As [`Self::config`].
    pub async fn objects(&self) -> Result<Objects> {
        Ok(Objects::open(&self.config(SECRET)?).await?)
    }

    /// Where the server answers: scheme, host and port.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.endpoint
    }

    /// Lets only so many more bytes in.
    pub fn leave_room(&self, bytes: u64) {
        self.switches.room_bytes_plus_one.store(bytes + 1, Ordering::SeqCst);
    }

    /// Answers parts of uploads with an internal error from now on.
    pub fn fail_parts(&self) {
        self.switches.fail_parts.store(true, Ordering::SeqCst);
    }

    /// Answers parts of uploads after the first never from now on.
    pub fn hold_parts(&self) {
        self.switches.hold_parts.store(true, Ordering::SeqCst);
    }

    /// Does the next `count` writes, and answers them with an internal error all the same.
    pub fn lose_answers(&self, count: u32) {
        self.switches.lose_answers.store(count, Ordering::SeqCst);
    }

    /// How many writes were asked for.
    #[must_use]
    pub fn writes_asked(&self) -> u32 {
        self.switches.requests.load(Ordering::SeqCst)
    }

    /// Every file of the server's folder, parts of unfinished uploads among them, sorted.
    #[must_use]
    pub fn files(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        collect(self.folder.path(), &mut files);
        files.sort();
        files
    }

    /// Uploads in parts that are neither completed nor aborted.
    #[must_use]
    pub fn open_uploads(&self) -> usize {
        locked(&self.switches.uploads).len()
    }

    /// The lifecycle rules that were set.
    #[must_use]
    pub fn lifecycle(&self) -> Vec<LifecycleRule> {
        locked(&self.switches.lifecycle).clone().unwrap_or_default()
    }

    /// Sets lifecycle rules as somebody else would.
    pub fn set_lifecycle(&self, rules: Vec<LifecycleRule>) {
        *locked(&self.switches.lifecycle) = Some(rules);
    }

    /// The CORS rules that were set.
    #[must_use]
    pub fn cors(&self) -> Vec<CORSRule> {
        locked(&self.switches.cors).clone().unwrap_or_default()
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            collect(&entry.path(), files);
        } else {
            files.push(entry.path());
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Store {
    files: FileSystem,
    switches: Arc<Switches>,
}

impl Store {
    /// Refuses what does not fit, with MinIO's words.
    fn take_room(&self, length: Option<i64>) -> S3Result<()> {
        self.switches.requests.fetch_add(1, Ordering::SeqCst);
        let room = self.switches.room_bytes_plus_one.load(Ordering::SeqCst);
        let length = u64::try_from(length.unwrap_or_default()).unwrap_or_default();
        if room == 0 {
            return Ok(());
        }
        if length < room {
            self.switches.room_bytes_plus_one.store(room - length, Ordering::SeqCst);
            return Ok(());
        }
        let code = S3ErrorCode::Custom("XMinioStorageFull".into());
        let mut full = S3Error::with_message(
            code,
            "Storage backend has reached its minimum free drive threshold.",
        );
        full.set_status_code(hyper::StatusCode::INSUFFICIENT_STORAGE);
        Err(full)
    }

    /// Whether this answer is to be lost.
    fn loses_answer(&self) -> bool {
        let take_one = |left: u32| left.checked_sub(1);
        self.switches
            .lose_answers
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, take_one)
            .is_ok()
    }

    fn forget(&self, upload: &str) {
        locked(&self.switches.uploads).retain(|open| open.upload_id.as_deref() != Some(upload));
    }
}

/// An S3 whose named operations are those of the files, and the others as written.
macro_rules! s3_over_files {
    ($($name:ident: $input:ident => $output:ident;)* { $($own:tt)* }) => {
        #[async_trait::async_trait]
        impl S3 for Store {
            $(async fn $name(&self, request: S3Request<$input>) -> S3Result<S3Response<$output>> {
                self.files.$name(request).await
            })*
            $($own)*
        }
    };
}

s3_over_files! {
    get_object: GetObjectInput => GetObjectOutput;
    head_object: HeadObjectInput => HeadObjectOutput;
    head_bucket: HeadBucketInput => HeadBucketOutput;
    delete_objects: DeleteObjectsInput => DeleteObjectsOutput;
    list_objects_v2: ListObjectsV2Input => ListObjectsV2Output;
    {
        async fn put_object(
            &self,
            request: S3Request<PutObjectInput>,
        ) -> S3Result<S3Response<PutObjectOutput>> {
            self.take_room(request.input.content_length)?;
            let done = self.files.put_object(request).await?;
            if self.loses_answer() { Err(s3_error!(InternalError)) } else { Ok(done) }
        }

        async fn create_multipart_upload(
            &self,
            request: S3Request<CreateMultipartUploadInput>,
        ) -> S3Result<S3Response<CreateMultipartUploadOutput>> {
            let begun = self.files.create_multipart_upload(request).await?;
            locked(&self.switches.uploads).push(MultipartUpload {
                key: begun.output.key.clone(),
                upload_id: begun.output.upload_id.clone(),
                initiated: Some(now()),
                ..MultipartUpload::default()
            });
            Ok(begun)
        }

        async fn upload_part(
            &self,
            request: S3Request<UploadPartInput>,
        ) -> S3Result<S3Response<UploadPartOutput>> {
            if self.switches.hold_parts.load(Ordering::SeqCst) && request.input.part_number > 1 {
                std::future::pending::<()>().await;
            }
            self.take_room(request.input.content_length)?;
            if self.switches.fail_parts.load(Ordering::SeqCst) {
                return Err(s3_error!(InternalError));
            }
            self.files.upload_part(request).await
        }

        async fn complete_multipart_upload(
            &self,
            request: S3Request<CompleteMultipartUploadInput>,
        ) -> S3Result<S3Response<CompleteMultipartUploadOutput>> {
            let upload = request.input.upload_id.clone();
            let known = locked(&self.switches.uploads)
                .iter()
                .any(|open| open.upload_id.as_deref() == Some(&upload));
            if !known {
                return Err(s3_error!(NoSuchUpload));
            }
            let done = self.files.complete_multipart_upload(request).await?;
            self.forget(&upload);
            if self.loses_answer() { Err(s3_error!(InternalError)) } else { Ok(done) }
        }

        async fn abort_multipart_upload(
            &self,
            request: S3Request<AbortMultipartUploadInput>,
        ) -> S3Result<S3Response<AbortMultipartUploadOutput>> {
            let upload = request.input.upload_id.clone();
            let aborted = self.files.abort_multipart_upload(request).await?;
            self.forget(&upload);
            Ok(aborted)
        }

        async fn list_multipart_uploads(
            &self,
            request: S3Request<ListMultipartUploadsInput>,
        ) -> S3Result<S3Response<ListMultipartUploadsOutput>> {
            let prefix = request.input.prefix.unwrap_or_default();
            let below = |upload: &&MultipartUpload| {
                upload.key.as_deref().is_some_and(|key| key.starts_with(&prefix))
            };
            let open = locked(&self.switches.uploads).iter().filter(below).cloned().collect();
            Ok(S3Response::new(ListMultipartUploadsOutput {
                uploads: Some(open),
                is_truncated: Some(false),
                ..ListMultipartUploadsOutput::default()
            }))
        }

        async fn put_bucket_lifecycle_configuration(
            &self,
            request: S3Request<PutBucketLifecycleConfigurationInput>,
        ) -> S3Result<S3Response<PutBucketLifecycleConfigurationOutput>> {
            *locked(&self.switches.lifecycle) =
                request.input.lifecycle_configuration.map(|all| all.rules);
            Ok(S3Response::new(PutBucketLifecycleConfigurationOutput::default()))
        }

        async fn get_bucket_lifecycle_configuration(
            &self,
            _: S3Request<GetBucketLifecycleConfigurationInput>,
        ) -> S3Result<S3Response<GetBucketLifecycleConfigurationOutput>> {
            let rules = locked(&self.switches.lifecycle).clone();
            let rules = rules.ok_or_else(|| s3_error!(NoSuchLifecycleConfiguration))?;
            Ok(S3Response::new(GetBucketLifecycleConfigurationOutput {
                rules: Some(rules),
                ..GetBucketLifecycleConfigurationOutput::default()
            }))
        }

        async fn put_bucket_cors(
            &self,
            request: S3Request<PutBucketCorsInput>,
        ) -> S3Result<S3Response<PutBucketCorsOutput>> {
            *locked(&self.switches.cors) = Some(request.input.cors_configuration.cors_rules);
            Ok(S3Response::new(PutBucketCorsOutput::default()))
        }

        async fn get_bucket_cors(
            &self,
            _: S3Request<GetBucketCorsInput>,
        ) -> S3Result<S3Response<GetBucketCorsOutput>> {
            let rules = locked(&self.switches.cors).clone();
            let rules = rules.ok_or_else(|| s3_error!(NoSuchCORSConfiguration))?;
            Ok(S3Response::new(GetBucketCorsOutput { cors_rules: Some(rules) }))
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the server under test has a clock of its own")]
fn now() -> Timestamp {
    Timestamp::from(SystemTime::now())
}
