//! A finished video's files in the object store, under the token of the worker that made them; and
//! the one place that takes a job's objects away again.

use std::path::{Path, PathBuf};

use cutline_core::{
    job::{DeliveredVideo, FencingToken, JobSpec},
    objects::{
        Body, ErrorKind, InvalidKey, ObjectKey, ObjectMeta, ObjectPrefix, Objects, ObjectsError,
        Retention,
    },
    store::{Store, Written},
};

use super::{director::stored, pipeline::Made};
use crate::context::{Handling, StageError};

/// Stores the files and says where they are. Uploading again after a fault is safe: a file that is
/// there is the same one.
///
/// # Errors
/// [`StageError::Provider`] when the store refuses, [`StageError::Io`] when a file is gone.
pub async fn upload(
    objects: &Objects,
    spec: &JobSpec,
    token: FencingToken,
    made: &Made,
) -> Result<DeliveredVideo, StageError> {
    let place = Place { objects, spec, token };
    let size = |path: &PathBuf| {
        let size = path.metadata().map(|found| found.len());
        size.map_err(|source| StageError::Io {
            what: format!("reading {}", path.display()),
            source,
        })
    };
    let chat_bytes = made.chat.as_ref().map(size).transpose()?;
    let chat = async {
        match &made.chat {
            Some(file) => place.put("chat.mp4", file).await.map(Some),
            None => Ok(None),
        }
    };
    // Side by side: each waits for a disk or a network. All are waited for, so that after a failure
    // nothing is still being written when the cleanup looks.
    let (master, chat, poster, captions_vtt, captions_srt, script, sheet) = tokio::join!(
        place.put("master.mp4", &made.master),
        chat,
        place.put("poster.png", &made.poster),
        place.put("captions.vtt", &made.vtt),
        place.put("captions.srt", &made.srt),
        place.put("script.txt", &made.script),
        place.put("sheet.png", &made.sheet),
    );
    Ok(DeliveredVideo {
        master: master?,
        chat: chat?,
        chat_bytes,
        poster: poster?,
        captions_vtt: captions_vtt?,
        captions_srt: captions_srt?,
        script: script?,
        sheet: sheet?,
        duration_ms: made.duration_ms,
        width_px: made.picture_px.0,
        height_px: made.picture_px.1,
        bytes: size(&made.master)?,
        title: made.title.clone(),
        format: made.format,
        credits: made.credits.clone(),
        notices: made.notices.clone(),
    })
}

/// The contact sheet of a video that is being made.
const RUNNING_SHEET: &str = "running.jpg";

/// Stores the contact sheet of a job under way and says so to the database; whether it is there to
/// be looked at. It goes when the job has ended ([`clear`]).
///
/// # Errors
/// [`StageError::Provider`] when the object store or the database does not take it: nobody is the
/// worse for it.
pub(super) async fn show(
    objects: &Objects,
    store: &Store,
    spec: &JobSpec,
    token: FencingToken,
    jpeg: Vec<u8>,
) -> Result<Written, StageError> {
    let key = running_sheet(spec, token)?;
    let meta = ObjectMeta::of_name(RUNNING_SHEET);
    match objects.put_new(&key, jpeg, &meta).await {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::AlreadyThere => {}
        Err(error) => return Err(stored(error)),
    }
    store.sheet_done(spec.job, token, &key).await.map_err(|error| StageError::Provider {
        what: "the database".into(),
        handling: Handling::Fallback,
        source: Box::new(error),
    })
}

fn running_sheet(spec: &JobSpec, token: FencingToken) -> Result<ObjectKey, StageError> {
    let retention = Retention::of(spec.plan);
    ObjectKey::result(retention, spec.job.0, token.0, RUNNING_SHEET)
        .map_err(|error: InvalidKey| StageError::Invariant(error.to_string()))
}

struct Place<'a> {
    objects: &'a Objects,
    spec: &'a JobSpec,
    token: FencingToken,
}

impl Place<'_> {
    async fn put(&self, name: &str, file: &Path) -> Result<ObjectKey, StageError> {
        let retention = Retention::of(self.spec.plan);
        let key = ObjectKey::result(retention, self.spec.job.0, self.token.0, name)
            .map_err(|error: InvalidKey| StageError::Invariant(error.to_string()))?;
        let meta = ObjectMeta::of_name(name).cached(retention.stored_cache_control());
        match self.objects.put_new(&key, Body::File(file.to_path_buf()), &meta).await {
            Ok(()) => Ok(key),
            Err(error) if error.kind() == ErrorKind::AlreadyThere => Ok(key),
            Err(error) => Err(stored(error)),
        }
    }
}

/// Which of a job's objects are to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waste {
    /// Done: the checkpoints, and what workers before this one stored.
    AllButThis,
    /// Failed or cancelled: everything.
    Everything,
    /// The job goes on elsewhere: what this try stored.
    ThisAlone,
}

/// Takes objects away. What cannot be reached now is left to the sweep.
pub async fn clear(objects: &Objects, spec: &JobSpec, token: FencingToken, waste: Waste) {
    let cleared = match waste {
        Waste::AllButThis => clear_made(objects, spec, token).await,
        Waste::Everything => clear_others(objects, spec, None).await,
        Waste::ThisAlone => clear_one(objects, spec, token).await,
    };
    if let Err(error) = cleared {
        tracing::warn!(job = %spec.job, %error, "objects are left to the sweep");
    }
}

/// What a finished job does not need any more.
async fn clear_made(
    objects: &Objects,
    spec: &JobSpec,
    token: FencingToken,
) -> Result<(), ObjectsError> {
    clear_others(objects, spec, Some(token)).await?;
    match running_sheet(spec, token) {
        Ok(sheet) => objects.delete(&sheet).await,
        Err(_) => Ok(()),
    }
}

async fn clear_others(
    objects: &Objects,
    spec: &JobSpec,
    keep: Option<FencingToken>,
) -> Result<(), ObjectsError> {
    objects.delete_below(&ObjectPrefix::checkpoints(spec.job.0)).await?;
    let below = ObjectPrefix::results(Retention::of(spec.plan), spec.job.0);
    clear_results(objects, &below, keep).await.map(drop)
}

/// Deletes the results below a job's prefix, except those of one token; returns how many objects.
pub(super) async fn clear_results(
    objects: &Objects,
    below: &ObjectPrefix,
    keep: Option<FencingToken>,
) -> Result<u64, ObjectsError> {
    let Some(keep) = keep else { return objects.delete_below(below).await };
    let kept = format!("{}{keep}/", below.as_str());
    let mut after: Option<ObjectKey> = None;
    let mut deleted = 0;
    loop {
        let page = objects.list(below, after.as_ref(), 500).await?;
        let waste: Vec<ObjectKey> = page
            .iter()
            .filter(|listed| !listed.key.as_str().starts_with(&kept))
            .map(|listed| listed.key.clone())
            .collect();
        objects.delete_many(&waste).await?;
        deleted += waste.len() as u64;
        match page.last() {
            Some(last) if page.len() == 500 => after = Some(last.key.clone()),
            _ => return Ok(deleted),
        }
    }
}

async fn clear_one(
    objects: &Objects,
    spec: &JobSpec,
    token: FencingToken,
) -> Result<(), ObjectsError> {
    let below = ObjectPrefix::results(Retention::of(spec.plan), spec.job.0);
    let Ok(own) = ObjectPrefix::parse(&format!("{}{token}", below.as_str())) else {
        return Ok(());
    };
    objects.delete_below(&own).await.map(drop)
}
