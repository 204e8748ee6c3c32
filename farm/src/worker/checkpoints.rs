//! A job's checkpoints in the object store, so that a worker on another machine goes on where one
//! died. What the runner keeps on this disk is copied as it is written; a takeover fetches it
//! first.
//!
//! Copies are create-only and named by what they hold, so a worker whose lease has passed can add
//! what is true anyway and change nothing. A blob is believed only if its bytes have the hash in
//! its name; a checkpoint file carries its own hashes and is judged when it is loaded.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use cutline_core::{
    job::JobId,
    objects::{ErrorKind, Listed, ObjectKey, ObjectMeta, ObjectPrefix, Objects, ObjectsError},
};
use futures::{StreamExt as _, TryStreamExt as _};
use sha2::{Digest, Sha256};
use tokio::sync::{mpsc, watch};

use crate::{blob::Blob, runner::checkpoints::Mirror, tasks};

/// A stage is not kept waiting longer than this for its copies: a slow store costs a takeover time,
/// not this run.
const SETTLE_MAX: Duration = Duration::from_secs(20);
/// Objects that are fetched side by side.
const FETCHES_AT_ONCE: usize = 8;
/// Objects in a page of a listing.
const PAGE: usize = 500;

/// The copying end.
pub struct Remote {
    sender: mpsc::UnboundedSender<Kept>,
    queued: AtomicU64,
    copied: watch::Receiver<u64>,
}

struct Kept {
    file: String,
    blobs: Vec<Blob>,
}

impl Remote {
    /// Copies what is kept below `folder` (`checkpoints/`, `blobs/`) until it is dropped; the rest
    /// of the queue is then given up, because nobody will read it.
    #[must_use]
    pub fn start(objects: Objects, job: JobId, folder: PathBuf) -> (Arc<Self>, tasks::Group<()>) {
        let (sender, mut receiver) = mpsc::unbounded_channel::<Kept>();
        let (progress, copied) = watch::channel(0);
        let mut group = tasks::Group::default();
        group.start(async move {
            let there = Mutex::new(HashSet::new());
            while let Some(kept) = receiver.recv().await {
                if let Err(error) = copy(&objects, job, &folder, &kept, &there).await {
                    tracing::warn!(%job, file = kept.file, %error, "checkpoint was not copied");
                    metrics::counter!("cutline_checkpoint_copies_failed_total").increment(1);
                }
                progress.send_modify(|done| *done += 1);
            }
        });
        (Arc::new(Self { sender, queued: AtomicU64::new(0), copied }), group)
    }
}

#[async_trait]
impl Mirror for Remote {
    fn kept(&self, file: &str, blobs: Vec<Blob>) {
        // Counted first: whoever waits afterwards waits for this one too.
        self.queued.fetch_add(1, Ordering::SeqCst);
        if self.sender.send(Kept { file: file.to_owned(), blobs }).is_err() {
            self.queued.fetch_sub(1, Ordering::SeqCst);
        }
    }

    async fn settled(&self) {
        let wanted = self.queued.load(Ordering::SeqCst);
        let mut copied = self.copied.clone();
        let waited = copied.wait_for(|done| *done >= wanted);
        if tokio::time::timeout(SETTLE_MAX, waited).await.is_err() {
            tracing::warn!("the object store is slow: going on before checkpoints are copied");
        }
    }
}

/// Blobs first: a checkpoint that is there names files that are there.
async fn copy(
    objects: &Objects,
    job: JobId,
    folder: &Path,
    kept: &Kept,
    there: &Mutex<HashSet<String>>,
) -> Result<(), ObjectsError> {
    for blob in &kept.blobs {
        let name = format!("{}.{}", blob.sha256, blob.ext);
        let known = there.lock().unwrap_or_else(PoisonError::into_inner).contains(&name);
        if !known {
            let path = folder.join("blobs").join(&name);
            create(objects, job, &format!("blobs/{name}"), path).await?;
            there.lock().unwrap_or_else(PoisonError::into_inner).insert(name);
        }
    }
    let path = folder.join("checkpoints").join(&kept.file);
    create(objects, job, &format!("checkpoints/{}", kept.file), path).await
}

async fn create(
    objects: &Objects,
    job: JobId,
    name: &str,
    file: PathBuf,
) -> Result<(), ObjectsError> {
    let Ok(key) = ObjectKey::checkpoint(job.0, name) else {
        tracing::error!(%job, name, "a checkpoint's name cannot be an object's");
        return Ok(());
    };
    let meta = ObjectMeta::of_name(name);
    match objects.put_new(&key, cutline_core::objects::Body::File(file), &meta).await {
        Err(error) if error.kind() == ErrorKind::AlreadyThere => Ok(()),
        other => other,
    }
}

/// Fetches what earlier workers kept of this job; returns how many files there were. What cannot be
/// fetched is made again, so a failure here costs work and nothing else.
pub async fn fetch(objects: &Objects, job: JobId, folder: &Path) -> usize {
    match fetch_all(objects, job, folder).await {
        Ok(files) => files,
        Err(error) => {
            tracing::warn!(%job, %error, "checkpoints could not be fetched: beginning anew");
            0
        }
    }
}

async fn fetch_all(objects: &Objects, job: JobId, folder: &Path) -> Result<usize, ObjectsError> {
    let prefix = ObjectPrefix::checkpoints(job.0);
    let mut after: Option<ObjectKey> = None;
    let mut files = 0;
    loop {
        let page = objects.list(&prefix, after.as_ref(), PAGE).await?;
        // A person waits, and dozens of small files are a matter of round trips.
        let fetches: Vec<_> = page
            .iter()
            .filter_map(|listed| {
                let name = listed.key.as_str().strip_prefix(prefix.as_str())?;
                Some(fetch_one(objects.clone(), listed.clone(), folder.join(name)))
            })
            .collect();
        files += fetches.len();
        let mut fetching = futures::stream::iter(fetches).buffer_unordered(FETCHES_AT_ONCE);
        while fetching.try_next().await?.is_some() {}
        match page.last() {
            Some(last) if page.len() == PAGE => after = Some(last.key.clone()),
            _ => return Ok(files),
        }
    }
}

async fn fetch_one(objects: Objects, listed: Listed, path: PathBuf) -> Result<(), ObjectsError> {
    if path.metadata().is_ok_and(|found| found.len() == listed.size_bytes) {
        return Ok(());
    }
    let parent = path.parent().map(Path::to_path_buf).unwrap_or_default();
    if let Err(source) = tokio::fs::create_dir_all(&parent).await {
        let what = format!("creating {}", parent.display());
        return Err(ObjectsError::Io { what, source });
    }
    objects.download(&listed.key, &path).await?;
    discard_false_blob(&path).await;
    Ok(())
}

/// Removes a blob whose bytes are not the ones its name says.
async fn discard_false_blob(path: &Path) {
    let is_blob = path.parent().is_some_and(|parent| parent.ends_with("blobs"));
    let Some(name) = path.file_stem().and_then(|stem| stem.to_str()) else { return };
    if !is_blob {
        return;
    }
    let (file, wanted) = (path.to_path_buf(), name.to_owned());
    let checked = tasks::blocking(move || {
        let mut hasher = Sha256::new();
        let mut reader = std::fs::File::open(&file)?;
        std::io::copy(&mut reader, &mut hasher)?;
        if hex::encode(hasher.finalize()) != wanted {
            tracing::warn!(file = %file.display(), "the blob is not what its name says: removed");
            std::fs::remove_file(&file)?;
        }
        Ok::<(), std::io::Error>(())
    })
    .await;
    if !matches!(checked, Ok(Ok(()))) {
        tracing::warn!(file = %path.display(), "the blob could not be checked");
    }
}
