//! Measurements of this machine: what composing adds to encoding.
//!
//! The floor of a render is the encoder. `bench render` encodes a storyboard twice in one run, with
//! the same settings and the same workers: once composing every frame on the way, once from frames
//! composed beforehand and held in memory, and prints the quotient of the two.

mod clock;
mod storyboards;

use std::{
    fmt,
    path::Path,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use serde::Serialize;
use tokio_util::sync::CancellationToken;

use self::clock::{Reading, forget_peak_memory, peak_memory_bytes};
use crate::{
    context::StageError,
    encode::{
        picture::Picture,
        segment::{SegmentEncoder, VideoSettings},
    },
    stages::render::{film::Film, work::workers},
};

/// What to measure.
#[derive(Clone, Debug)]
pub struct RenderBench {
    /// Length of each storyboard. Frames composed beforehand take 93 MB a second at 1080×1920.
    pub seconds: u32,
    /// Picture width and height.
    pub picture_px: (u32, u32),
    /// How often each way is measured, in turn; the medians are reported.
    pub rounds: u32,
}

impl Default for RenderBench {
    fn default() -> Self {
        Self { seconds: 20, picture_px: (1080, 1920), rounds: 3 }
    }
}

/// Figures of one run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BenchReport {
    /// One a storyboard.
    pub cases: Vec<CaseReport>,
}

/// Figures of one storyboard.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CaseReport {
    /// Which.
    pub name: String,
    /// Frames encoded each time.
    pub frames: u32,
    /// Composing and encoding: wall and CPU seconds.
    pub both_s: (f64, f64),
    /// Encoding alone: wall and CPU seconds.
    pub encode_s: (f64, f64),
    /// The most memory the process held while composing and encoding, its program, fonts and
    /// decoded pictures included; measured before any frame is held. `None` where it is unknown.
    pub peak_memory_bytes: Option<u64>,
}

impl CaseReport {
    /// Wall time of both over wall time of encoding alone.
    #[must_use]
    pub fn wall_ratio(&self) -> f64 {
        self.both_s.0 / self.encode_s.0.max(1e-9)
    }

    /// The same of CPU time.
    #[must_use]
    pub fn cpu_ratio(&self) -> f64 {
        self.both_s.1 / self.encode_s.1.max(1e-9)
    }
}

impl fmt::Display for BenchReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, case) in self.cases.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(
                f,
                "{}: {} frames; compose+encode {:.1} s wall, {:.1} s CPU; encode alone {:.1} s \
                 wall, {:.1} s CPU; ratio {:.2} wall, {:.2} CPU; ",
                case.name,
                case.frames,
                case.both_s.0,
                case.both_s.1,
                case.encode_s.0,
                case.encode_s.1,
                case.wall_ratio(),
                case.cpu_ratio()
            )?;
            match case.peak_memory_bytes {
                Some(bytes) => write!(f, "peak memory {} MB", bytes / 1_000_000)?,
                None => write!(f, "peak memory unknown on this system")?,
            }
        }
        Ok(())
    }
}

/// Measures two storyboards: ten photographs with slow moves, crossfades and word captions; and
/// illustrations that enter with springs.
///
/// # Errors
/// [`StageError`] when a frame cannot be composed, encoded or written.
pub fn bench_render(options: &RenderBench) -> Result<BenchReport, StageError> {
    let folder = tempfile::tempdir().map_err(|source| StageError::Io {
        what: "creating a temporary folder".to_owned(),
        source,
    })?;
    let mut report = BenchReport { cases: Vec::new() };
    let boards: [(&str, Maker); 2] = [
        ("photographs", storyboards::photographs),
        ("illustrations", |seconds, _| Ok(storyboards::illustrations(seconds))),
    ];
    for (name, make) in boards {
        let board = make(options.seconds, folder.path())?;
        let film =
            Film::new(&board.story, board.changes, board.pictures, options.picture_px, false)?;
        let settings = VideoSettings::delivery(options.picture_px.0, options.picture_px.1);
        let forgotten = forget_peak_memory();
        let mut both_s = vec![compose_and_encode(&film, &settings, folder.path())?];
        let peak_memory_bytes =
            peak_memory_bytes().filter(|_| forgotten || report.cases.is_empty());
        let composed = compose(&film, &settings)?;
        let mut encode_s = vec![encode(&composed, &settings, folder.path())?];
        for _ in 1..options.rounds {
            both_s.push(compose_and_encode(&film, &settings, folder.path())?);
            encode_s.push(encode(&composed, &settings, folder.path())?);
        }
        report.cases.push(CaseReport {
            name: name.to_owned(),
            frames: film.frames_total(),
            both_s: medians(&both_s),
            encode_s: medians(&encode_s),
            peak_memory_bytes,
        });
    }
    Ok(report)
}

/// Paints a storyboard of this many seconds.
type Maker = fn(u32, &Path) -> Result<storyboards::Board, StageError>;

/// The median of wall and of CPU times.
fn medians(times_s: &[(f64, f64)]) -> (f64, f64) {
    let median = |of: fn(&(f64, f64)) -> f64| {
        let mut sorted: Vec<f64> = times_s.iter().map(of).collect();
        sorted.sort_by(f64::total_cmp);
        sorted.get(sorted.len() / 2).copied().unwrap_or_default()
    };
    (median(|time| time.0), median(|time| time.1))
}

fn compose_and_encode(
    film: &Film,
    settings: &VideoSettings,
    folder: &Path,
) -> Result<(f64, f64), StageError> {
    let start = Reading::now();
    side_by_side(film.shots(), |shots| {
        let mut renderer = film.renderer();
        let mut picture = Picture::new(settings.width_px, settings.height_px)?;
        while let Some(shot) = shots.next() {
            let mut encoder = open(settings, folder, shot)?;
            for frame in 0..film.frames(shot) {
                film.paint(&mut renderer, shot, frame, &mut picture)?;
                encoder.encode(&mut picture)?;
            }
            encoder.finish()?;
        }
        Ok(())
    })?;
    Ok(start.elapsed_s())
}

/// Every frame of every shot, in the encoder's own pictures.
fn compose(film: &Film, settings: &VideoSettings) -> Result<Vec<Mutex<Vec<Picture>>>, StageError> {
    let composed: Vec<Mutex<Vec<Picture>>> =
        (0..film.shots()).map(|_| Mutex::new(Vec::new())).collect();
    side_by_side(film.shots(), |shots| {
        let mut renderer = film.renderer();
        while let Some(shot) = shots.next() {
            let mut frames = Vec::with_capacity(film.frames(shot) as usize);
            for frame in 0..film.frames(shot) {
                let mut picture = Picture::new(settings.width_px, settings.height_px)?;
                film.paint(&mut renderer, shot, frame, &mut picture)?;
                frames.push(picture);
            }
            *composed[shot].lock().unwrap_or_else(PoisonError::into_inner) = frames;
        }
        Ok(())
    })?;
    Ok(composed)
}

fn encode(
    composed: &[Mutex<Vec<Picture>>],
    settings: &VideoSettings,
    folder: &Path,
) -> Result<(f64, f64), StageError> {
    let start = Reading::now();
    side_by_side(composed.len(), |shots| {
        while let Some(shot) = shots.next() {
            let mut frames = composed[shot].lock().unwrap_or_else(PoisonError::into_inner);
            let mut encoder = open(settings, folder, shot)?;
            for picture in frames.iter_mut() {
                encoder.encode(picture)?;
            }
            encoder.finish()?;
        }
        Ok(())
    })?;
    Ok(start.elapsed_s())
}

fn open(
    settings: &VideoSettings,
    folder: &Path,
    shot: usize,
) -> Result<SegmentEncoder, StageError> {
    let path = folder.join(format!("{shot}.mp4"));
    Ok(SegmentEncoder::create(&path, settings, CancellationToken::new())?)
}

/// Hands out shots to the workers.
struct Shots {
    next: AtomicUsize,
    count: usize,
}

impl Shots {
    fn next(&self) -> Option<usize> {
        Some(self.next.fetch_add(1, Ordering::Relaxed)).filter(|&shot| shot < self.count)
    }
}

/// Runs `work` on as many threads as a render would.
fn side_by_side(
    count: usize,
    work: impl Fn(&Shots) -> Result<(), StageError> + Sync,
) -> Result<(), StageError> {
    let shots = Shots { next: AtomicUsize::new(0), count };
    std::thread::scope(|scope| {
        let started: Vec<_> = (0..workers(count)).map(|_| scope.spawn(|| work(&shots))).collect();
        started.into_iter().try_for_each(|worker| {
            worker.join().unwrap_or_else(|_| {
                Err(StageError::Invariant("a worker of the bench panicked".to_owned()))
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_bench_measures_both_ways_on_the_same_frames() {
        let options = RenderBench { seconds: 1, picture_px: (180, 320), rounds: 2 };
        let report = bench_render(&options).expect("measures");
        assert_eq!(report.cases.len(), 2);
        for case in &report.cases {
            assert_eq!(case.frames, 30);
            assert!(case.encode_s.0 > 0.0 && case.both_s.0 > 0.0, "{case:?}");
            assert!(case.peak_memory_bytes.is_none_or(|bytes| bytes > 1 << 20), "{case:?}");
        }
        assert!(report.to_string().contains("photographs: 30 frames"));
    }
}
