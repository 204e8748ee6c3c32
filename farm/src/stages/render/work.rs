//! Composes and encodes the shots side by side, with the sound track beside them. Every finished
//! part, at most two seconds of film, is remembered, so that a job taken up again (by another
//! worker perhaps, whose person waits) repeats no more than one a core.

use std::{
    ops::Range,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering},
    },
};

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{film::Film, sound::Score};
use crate::{
    blob::{Blob, Blobs},
    context::{StageContext, StageError},
    encode::{
        FPS,
        picture::Picture,
        segment::{SegmentEncoder, VideoSettings},
    },
};

/// Share of the stage's progress that composing and encoding takes.
const PROGRESS_SHARE: f32 = 0.9;
/// More workers than this would cost memory and gain nothing: a video has about ten shots.
const WORKERS_MAX: usize = 8;
/// A part is no longer than the encoder's group of pictures, which ends there anyway: a boundary
/// costs no key frame that would not have been.
const PART_FRAMES_MAX: u32 = 2 * FPS;
/// The sound track weighs as much as this many frames in the progress.
const SOUND_FRAMES: u32 = 60;

/// The finished parts of a film.
pub(super) struct Parts {
    /// In the order of the film.
    pub(super) segments: Vec<Blob>,
    pub(super) sound: Blob,
}

#[derive(Clone, Copy)]
enum Job {
    Sound,
    Shot(usize),
}

/// The parts of the sound track (one), then of each shot.
type Made = Mutex<Vec<Option<Vec<Blob>>>>;

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
    let made: Made = Mutex::new(vec![None; film.shots() + 1]);
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
    let sound = made.next().flatten().and_then(|sound| sound.into_iter().next());
    let shots: Option<Vec<Vec<Blob>>> = made.collect();
    match (shots, sound) {
        (Some(shots), Some(sound)) => Ok(Parts { segments: shots.concat(), sound }),
        _ => Err(StageError::Invariant("a part of the film is missing".to_owned())),
    }
}

/// One worker a core: x264 runs in the worker's own thread.
pub(crate) fn workers(shots: usize) -> usize {
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZeroUsize::get);
    cores.min(WORKERS_MAX).min(shots).max(1)
}

impl Desk<'_> {
    fn work(&self, made: &Made, failure: &Mutex<Option<StageError>>) {
        let mut picture = None;
        while !self.stop.load(Ordering::Relaxed) {
            let Some(&job) = self.jobs.get(self.next.fetch_add(1, Ordering::Relaxed)) else {
                return;
            };
            let (place, outcome) = match job {
                Job::Sound => (0, self.sound().map(|sound| vec![sound])),
                Job::Shot(shot) => (shot + 1, self.shot(shot, &mut picture)),
            };
            match outcome {
                Ok(blobs) => {
                    let mut made = made.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
                    made[place] = Some(blobs);
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

    fn shot(&self, shot: usize, picture: &mut Option<Picture>) -> Result<Vec<Blob>, StageError> {
        parts(self.film.frames(shot)).map(|frames| self.part(shot, frames, picture)).collect()
    }

    fn part(
        &self,
        shot: usize,
        frames: Range<u32>,
        picture: &mut Option<Picture>,
    ) -> Result<Blob, StageError> {
        let key = key("segment", &(self.film.pixels(shot), &frames, self.settings))?;
        let count = frames.end - frames.start;
        let mut drawn = 0;
        let blob = self.remembered(&key, |path| {
            // A renderer of its own: what an earlier part left in a cache would show in the pixels,
            // and which part came earlier depends on the scheduling and on what is remembered.
            let mut renderer = self.film.renderer();
            let picture = match picture {
                Some(picture) => picture,
                none => none.insert(Picture::new(self.settings.width_px, self.settings.height_px)?),
            };
            let cancel = self.context.cancel.clone();
            let mut encoder = SegmentEncoder::create(path, self.settings, cancel)?;
            for frame in frames {
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
        self.advance(count - drawn);
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

/// The parts of a shot of so many frames: as few as may be, all of nearly one length.
fn parts(frames: u32) -> impl Iterator<Item = Range<u32>> {
    let count = frames.div_ceil(PART_FRAMES_MAX);
    let bound = move |part: u32| (u64::from(frames) * u64::from(part) / u64::from(count)) as u32;
    (0..count).map(move |part| bound(part)..bound(part + 1))
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
