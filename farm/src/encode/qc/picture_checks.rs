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
    let mut anchor: Vec<u8> = Vec::new();
    let mut grid: Vec<u8> = Vec::new();
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
    anchor: &mut Vec<u8>,
    grid: &mut Vec<u8>,
) {
    let late = frame.time_milliframes - i64::from(frame.index) * 1000;
    if late.abs() > TIME_TOLERANCE_MILLIFRAMES && seen.first_off_time.is_none() {
        seen.first_off_time = Some((frame.index, frame.time_milliframes));
    }
    sample(&frame.planes, grid);
    if starts.binary_search(&frame.index).is_ok() {
        // Stretches are judged inside a shot: a new shot starts them afresh.
        seen.black.note(frame.index, false);
        anchor.clear();
    }
    let bright = grid.iter().filter(|&&luma| luma > BLACK_LUMA_MAX).count();
    seen.black.note(frame.index, bright as f64 <= BLACK_EXCEPT * grid.len() as f64);
    // Held against the stretch's first frame, not the one before: slow movement is movement.
    let repeats = anchor.len() == grid.len() && changed(anchor, grid) <= FROZEN_EXCEPT;
    seen.frozen.note(frame.index, repeats);
    if !repeats {
        std::mem::swap(anchor, grid);
    }
}

fn sample(planes: &Planes<'_>, grid: &mut Vec<u8>) {
    grid.clear();
    let width = planes.width_px as usize;
    let rows = planes.data[0].chunks(planes.stride_bytes[0].max(1));
    for row in rows.take(planes.height_px as usize).step_by(GRID_PX) {
        grid.extend(row[..width.min(row.len())].iter().step_by(GRID_PX));
    }
}

fn changed(before: &[u8], after: &[u8]) -> f64 {
    let pairs = before.iter().zip(after);
    let count = pairs.filter(|(one, other)| one.abs_diff(**other) >= CHANGE_LUMA_MIN).count();
    count as f64 / before.len().max(1) as f64
}
