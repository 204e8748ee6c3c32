//! What the gate sees: frame times, black stretches, frozen stretches. Works on a sparse grid of
//! luma samples; every pixel would tell the same and take sixteen times as long.

use std::path::Path;

use tokio_util::sync::CancellationToken;

use super::{Expectations, QcCheck};
use crate::encode::{
    EncodeError, FPS,
    decode::{self, DecodedFrame, Fidelity},
    picture::Planes,
};

/// Distance of the looked-at pixels, in both directions.
const GRID_PX: usize = 4;
/// Luma up to which a pixel is black: 4 % above the limited range's black of 16.
const BLACK_LUMA_MAX: u8 = 24;
/// A frame is black when no more than this share of its pixels is brighter.
const BLACK_EXCEPT: f64 = 0.002;
/// A change of luma that counts.
const CHANGE_LUMA_MIN: u8 = 3;
/// A frame repeats another when no more than this share of its pixels changed: 0.02 % of 1080×1920
/// is 400 pixels, less than a letter that moves.
const FROZEN_EXCEPT: f64 = 0.000_2;
/// Side of the areas whose mean luma is looked at, in samples of the grid: 64 pixels.
const AREA_SAMPLES: usize = 16;
/// A change of an area's mean that counts. A photograph without any edge (a sky, a backdrop) that
/// moves slowly changes no pixel by [`CHANGE_LUMA_MIN`] in half a second, but all of them the same
/// way; what an encoder mends in a still picture goes either way and cancels out.
const AREA_CHANGE_MIN: f64 = 0.4;
/// A frame repeats another only when no more than this share of its areas changed: more than a
/// caption covers, so that what holds for letters stays with the pixels.
const AREAS_EXCEPT: f64 = 0.25;
/// Longest black or frozen stretch allowed.
const STRETCH_FRAMES_MAX: u32 = FPS / 2;
/// A frame may be this far from its time, in thousandths of a frame.
const TIME_TOLERANCE_MILLIFRAMES: i64 = 20;

/// What was seen.
pub(super) struct Pictures {
    /// Number of decoded frames.
    pub(super) frames: u32,
    first_off_time: Option<(u32, i64)>,
    black: Stretch,
    frozen: Stretch,
}

/// The longest run of frames with some property, within a shot.
#[derive(Default)]
struct Stretch {
    start: u32,
    run: u32,
    longest: (u32, u32),
}

impl Stretch {
    fn note(&mut self, frame: u32, holds: bool) {
        if !holds {
            self.run = 0;
            return;
        }
        if self.run == 0 {
            self.start = frame;
        }
        self.run += 1;
        if self.run > self.longest.1 {
            self.longest = (self.start, self.run);
        }
    }

    fn check(&self, name: &str) -> QcCheck {
        let seconds = |frames: u32| f64::from(frames) / f64::from(FPS);
        let (start, run) = self.longest;
        let found = if run == 0 {
            "none".to_owned()
        } else {
            format!("{:.2} s at {:.2} s", seconds(run), seconds(start))
        };
        QcCheck {
            name: name.to_owned(),
            found,
            wanted: "no stretch over 0.5 s".to_owned(),
            passed: run <= STRETCH_FRAMES_MAX,
        }
    }
}

impl Pictures {
    pub(super) fn frame_rate_check(&self) -> QcCheck {
        let found = match self.first_off_time {
            None => format!("{} frames, evenly spaced at {FPS} fps", self.frames),
            Some((frame, milliframes)) => format!(
                "frame {frame} stands at {:.3} s",
                milliframes as f64 / 1000.0 / f64::from(FPS)
            ),
        };
        QcCheck {
            name: "frame rate".to_owned(),
            found,
            wanted: format!("{FPS} fps, constant"),
            passed: self.first_off_time.is_none() && self.frames > 0,
        }
    }

    pub(super) fn stretch_checks(&self) -> [QcCheck; 2] {
        [self.black.check("black"), self.frozen.check("frozen")]
    }
}

/// Decodes every frame and looks at it.
pub(super) fn measure(
    path: &Path,
    expectations: Option<&Expectations>,
    cancel: &CancellationToken,
) -> Result<Pictures, EncodeError> {
    let mut seen = Pictures {
        frames: 0,
        first_off_time: None,
        black: Stretch::default(),
        frozen: Stretch::default(),
    };
    let starts: &[u32] = expectations.map_or(&[], |known| &known.shot_starts);
    let mut anchor = Grid::default();
    let mut grid = Grid::default();
    seen.frames = decode::frames(path, Fidelity::Draft, cancel, |frame| {
        look(&frame, starts, &mut seen, &mut anchor, &mut grid);
        Ok(())
    })?;
    Ok(seen)
}

fn look(
    frame: &DecodedFrame<'_>,
    starts: &[u32],
    seen: &mut Pictures,
    anchor: &mut Grid,
    grid: &mut Grid,
) {
    let late = frame.time_milliframes - i64::from(frame.index) * 1000;
    if late.abs() > TIME_TOLERANCE_MILLIFRAMES && seen.first_off_time.is_none() {
        seen.first_off_time = Some((frame.index, frame.time_milliframes));
    }
    grid.sample(&frame.planes);
    if starts.binary_search(&frame.index).is_ok() {
        // Stretches are judged inside a shot: a new shot starts them afresh.
        seen.black.note(frame.index, false);
        anchor.luma.clear();
    }
    let bright = grid.luma.iter().filter(|&&luma| luma > BLACK_LUMA_MAX).count();
    seen.black.note(frame.index, bright as f64 <= BLACK_EXCEPT * grid.luma.len() as f64);
    // Held against the stretch's first frame, not the one before: slow movement is movement.
    let repeats = grid.repeats(anchor);
    seen.frozen.note(frame.index, repeats);
    if !repeats {
        std::mem::swap(anchor, grid);
    }
}

/// Luma of every fourth pixel in both directions, row by row.
#[derive(Default)]
struct Grid {
    luma: Vec<u8>,
    /// Samples a row.
    width: usize,
}

impl Grid {
    fn sample(&mut self, planes: &Planes<'_>) {
        self.luma.clear();
        let width_px = planes.width_px as usize;
        self.width = width_px.div_ceil(GRID_PX);
        let rows = planes.data[0].chunks(planes.stride_bytes[0].max(1));
        for row in rows.take(planes.height_px as usize).step_by(GRID_PX) {
            self.luma.extend(row[..width_px.min(row.len())].iter().step_by(GRID_PX));
        }
    }

    /// Whether nothing has moved since another frame.
    fn repeats(&self, before: &Self) -> bool {
        self.luma.len() == before.luma.len()
            && changed(&before.luma, &self.luma) <= FROZEN_EXCEPT
            && self.drifted(before) <= AREAS_EXCEPT
    }

    /// The share of areas whose mean has changed.
    fn drifted(&self, before: &Self) -> f64 {
        let across = self.width.div_ceil(AREA_SAMPLES).max(1);
        let mut areas: Vec<(i32, i32)> = Vec::new();
        let rows = self.luma.chunks(self.width.max(1)).zip(before.luma.chunks(self.width.max(1)));
        for (row, (now, then)) in rows.enumerate() {
            let first = row / AREA_SAMPLES * across;
            areas.resize(first + across, (0, 0));
            for (column, (now, then)) in now.iter().zip(then).enumerate() {
                let (sum, count) = &mut areas[first + column / AREA_SAMPLES];
                *sum += i32::from(*now) - i32::from(*then);
                *count += 1;
            }
        }
        let moved = |(sum, count): &&(i32, i32)| {
            f64::from(*sum).abs() >= AREA_CHANGE_MIN * f64::from(*count)
        };
        areas.iter().filter(moved).count() as f64 / areas.len().max(1) as f64
    }
}

fn changed(before: &[u8], after: &[u8]) -> f64 {
    let pairs = before.iter().zip(after);
    let count = pairs.filter(|(one, other)| one.abs_diff(**other) >= CHANGE_LUMA_MIN).count();
    count as f64 / before.len().max(1) as f64
}
