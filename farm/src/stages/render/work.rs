//! Composes and encodes the shots side by side, with the sound track beside them; every finished
//! part is remembered, so that a job taken up again repeats at most one.

use std::sync::{
    Mutex,
    atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering},
};

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{film::Film, sound::Score};
use crate::{
    blob::{Blob, Blobs},
    context::{StageContext, StageError},
    encode::{
        picture::Picture,
        segment::{SegmentEncoder, VideoSettings},
    },
};

/// Share of the stage's progress that composing and encoding takes.
const PROGRESS_SHARE: f32 = 0.9;
/// More workers than this would cost memory and gain nothing: a video has about ten shots.
const WORKERS_MAX: usize = 8;
/// The sound track weighs as much as this many frames in the progress.
const SOUND_FRAMES: u32 = 60;

/// The finished parts of a film.
pub(super) struct Parts {
    pub(super) segments: Vec<Blob>,
    pub(super) sound: Blob,
}

#[derive(Clone, Copy)]
enum Job {
    Sound,
    Shot(usize),
}

/// What the workers share.
struct Desk<'a> {
    film: &'a Film,
    score: &'a Score<'a>,
    settings: &'a VideoSettings,
    context: &'a StageContext,
    jobs: Vec<Job>,
    next: AtomicUsize,
    /// Set by the first failure; the others stop at their next frame.
    stop: AtomicBool,
    frames_done: AtomicU32,
    /// Parts finished before are made again.
    afresh: bool,
}

/// Makes every part. With `afresh`, parts from earlier runs are not trusted.
///
/// # Errors
/// The first part's failure; [`StageError::Cancelled`] within a frame of the token firing.
pub(super) fn make(
    film: &Film,
    score: &Score<'_>,
    settings: &VideoSettings,
    context: &StageContext,
    afresh: bool,
) -> Result<Parts, StageError> {
    // Longest first, so that no worker is left alone with a long shot at the end.
    let mut shots: Vec<usize> = (0..film.shots()).collect();
    shots.sort_by_key(|&shot| (std::cmp::Reverse(film.frames(shot)), shot));
    let jobs: Vec<Job> =
        std::iter::once(Job::Sound).chain(shots.into_iter().map(Job::Shot)).collect();
    let desk = Desk {
        film,
        score,
        settings,
        context,
        jobs,
        next: AtomicUsize::new(0),
        stop: AtomicBool::new(false),
        frames_done: AtomicU32::new(0),
        afresh,
    };
    let made: Mutex<Vec<Option<Blob>>> = Mutex::new(vec![None; film.shots() + 1]);
    let failure: Mutex<Option<StageError>> = Mutex::new(None);
    std::thread::scope(|scope| {
        for _ in 0..workers(film.shots()) {
            scope.spawn(|| desk.work(&made, &failure));
        }
    });
    if let Some(error) = failure.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner()) {
        return Err(error);
    }
    let mut made = made.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner()).into_iter();
    let sound = made.next().flatten();
    let segments: Option<Vec<Blob>> = made.collect();
    match (segments, sound) {
        (Some(segments), Some(sound)) => Ok(Parts { segments, sound }),
        _ => Err(StageError::Invariant("a part of the film is missing".to_owned())),
    }
}

/// One worker a core: x264 runs in the worker's own thread.
pub(crate) fn workers(shots: usize) -> usize {
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZeroUsize::get);
    cores.min(WORKERS_MAX).min(shots).max(1)
}

impl Desk<'_> {
    fn work(&self, made: &Mutex<Vec<Option<Blob>>>, failure: &Mutex<Option<StageError>>) {
        let mut picture = None;
        while !self.stop.load(Ordering::Relaxed) {
            let Some(&job) = self.jobs.get(self.next.fetch_add(1, Ordering::Relaxed)) else {
                return;
            };
            let (place, outcome) = match job {
                Job::Sound => (0, self.sound()),
                Job::Shot(shot) => (shot + 1, self.shot(shot, &mut picture)),
            };
            match outcome {
                Ok(blob) => {
                    let mut made = made.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
                    made[place] = Some(blob);
                }
                Err(error) => {
                    self.stop.store(true, Ordering::Relaxed);
                    let mut first = failure.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
                    first.get_or_insert(error);
                    return;
                }
            }
        }
    }

    fn sound(&self) -> Result<Blob, StageError> {
        let key = key("sound", self.score)?;
        let blob = self.remembered(&key, |path| {
            self.score.record(&self.context.blobs, path, &self.context.cancel)
        })?;
        self.advance(SOUND_FRAMES);
        Ok(blob)
    }

    fn shot(&self, shot: usize, picture: &mut Option<Picture>) -> Result<Blob, StageError> {
        // A renderer of its own: what an earlier shot left in a cache would show in the pixels, and
        // which shot came earlier depends on the scheduling.
        let mut renderer = self.film.renderer();
        let frames = self.film.frames(shot);
        let key = key("segment", &(self.film.pixels(shot), self.settings))?;
        let mut drawn = 0;
        let blob = self.remembered(&key, |path| {
            let picture = match picture {
                Some(picture) => picture,
                none => none.insert(Picture::new(self.settings.width_px, self.settings.height_px)?),
            };
            let cancel = self.context.cancel.clone();
            let mut encoder = SegmentEncoder::create(path, self.settings, cancel)?;
            for frame in 0..frames {
                if self.stop.load(Ordering::Relaxed) || self.context.cancel.is_cancelled() {
                    return Err(StageError::Cancelled);
                }
                self.film.paint(&mut renderer, shot, frame, picture)?;
                encoder.encode(picture)?;
                drawn += 1;
                self.advance(1);
            }
            encoder.finish()?;
            Ok(())
        })?;
        self.advance(frames - drawn);
        Ok(blob)
    }

    fn advance(&self, frames: u32) {
        let done = self.frames_done.fetch_add(frames, Ordering::Relaxed) + frames;
        let all = self.film.frames_total() + SOUND_FRAMES;
        self.context.progress.set(PROGRESS_SHARE * done as f32 / all as f32);
    }

    /// The part under `key` from an earlier run, or the one that `make` writes to a temporary file
    /// beside the blobs. Nothing is left behind when it fails.
    fn remembered(
        &self,
        key: &str,
        make: impl FnOnce(&std::path::Path) -> Result<(), StageError>,
    ) -> Result<Blob, StageError> {
        let blobs = &self.context.blobs;
        let known =
            self.context.items.get(key).and_then(|value| serde_json::from_value(value).ok());
        if let Some(blob) = known.filter(|blob: &Blob| whole(blobs, blob))
            && !self.afresh
        {
            return Ok(blob);
        }
        let file = temporary(blobs)?;
        make(&file)?;
        let blob = blobs.adopt(&file, "mp4")?;
        let value = serde_json::to_value(&blob)
            .map_err(|error| StageError::Invariant(format!("a blob as JSON: {error}")))?;
        self.context.items.put(key, &value)?;
        Ok(blob)
    }
}

/// A file beside the blobs that goes when it is dropped, unless a blob was made of it.
pub(super) fn temporary(blobs: &Blobs) -> Result<tempfile::TempPath, StageError> {
    let file = tempfile::Builder::new().suffix(".mp4").tempfile_in(blobs.root());
    file.map(tempfile::NamedTempFile::into_temp_path).map_err(|source| StageError::Io {
        what: format!("creating a file in {}", blobs.root().display()),
        source,
    })
}

/// Whether the blob's file is there in full length.
fn whole(blobs: &Blobs, blob: &Blob) -> bool {
    blobs.path(blob).metadata().is_ok_and(|file| file.len() == blob.size_bytes)
}

fn key(kind: &str, of: &impl Serialize) -> Result<String, StageError> {
    let json = serde_json::to_vec(&(super::VERSION, of))
        .map_err(|error| StageError::Invariant(format!("a {kind}'s key: {error}")))?;
    Ok(format!("{kind}-{}", hex::encode(Sha256::digest(json))))
}
