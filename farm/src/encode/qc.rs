//! The quality gate: decodes a finished file again and measures it (spec §1, QC).

mod picture_checks;
mod report;
mod sound_checks;

use std::path::Path;

use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

pub use self::report::{QcCheck, QcReport};
use super::{
    EncodeError, FPS, boxes,
    decode::{self, Probe},
};

/// What the makers of a file know about it and the file alone cannot tell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Expectations {
    /// Length of the timeline.
    pub frames: u32,
    /// Width and height of the picture.
    pub picture_px: (u32, u32),
    /// First frame of every shot, ascending.
    pub shot_starts: Vec<u32>,
    /// Where text that must be read stands, in design pixels; `None` when no layout is at hand.
    pub text_boxes: Option<Vec<TextBox>>,
}

/// A caption or title on screen, in design pixels (1080×1920).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TextBox {
    /// What it is ("caption", "title"), for the report.
    pub name: String,
    /// A frame on which it stands there.
    pub frame: u32,
    /// Left, top, right, bottom.
    pub bounds_px: [f32; 4],
}

/// Left, top, right and bottom of the area clear of every app's own buttons (spec §1).
pub const SAFE_AREA_PX: [f32; 4] = [108.0, 270.0, 972.0, 1400.0];

/// Measures a file against every line of the gate.
///
/// Without expectations, what only the makers know (timeline length, shot boundaries, layout) is
/// judged by what the file itself says, or reported as not checked.
///
/// # Errors
/// [`EncodeError::NotAVideo`] for a file that is none, [`EncodeError::Io`] for one that cannot be
/// read, [`EncodeError::Cancelled`].
pub fn inspect(
    path: &Path,
    expectations: Option<&Expectations>,
    cancel: &CancellationToken,
) -> Result<QcReport, EncodeError> {
    let probe = decode::probe(path)?;
    let boxes = boxes::top_level(path)?;
    let (pictures, sound) = std::thread::scope(|scope| {
        let sound = scope.spawn(|| sound_checks::measure(path, &probe, cancel));
        let pictures = picture_checks::measure(path, expectations, cancel);
        let sound = sound.join().unwrap_or_else(|_| {
            Err(EncodeError::Mismatch("measuring the sound panicked".to_owned()))
        });
        (pictures, sound)
    });
    let (pictures, sound) = (pictures?, sound?);

    let mut checks = duration(&probe, pictures.frames, sound.samples_s, expectations);
    checks.extend(stream_checks(&probe, expectations));
    checks.push(pictures.frame_rate_check());
    checks.push(sound_format(&probe));
    checks.push(QcCheck {
        name: "index first".to_owned(),
        found: boxes
            .iter()
            .map(|found| String::from_utf8_lossy(&found.kind))
            .collect::<Vec<_>>()
            .join(" "),
        wanted: "moov before mdat".to_owned(),
        passed: boxes::index_first(&boxes),
    });
    checks.extend(sound.level_checks());
    checks.extend(pictures.stretch_checks());
    checks.push(sound.silence_check());
    checks.push(safe_area(expectations));
    Ok(QcReport { checks })
}

fn duration(
    probe: &Probe,
    frames: u32,
    sound_s: f64,
    expectations: Option<&Expectations>,
) -> Vec<QcCheck> {
    let frame_s = 1.0 / f64::from(FPS);
    let video_s = f64::from(frames) * frame_s;
    let wanted_s =
        expectations.map_or(probe.video.duration_s, |known| f64::from(known.frames) * frame_s);
    // A rounding error of the container's clock is no frame.
    let close = |one: f64, other: f64| (one - other).abs() <= frame_s + 1e-4;
    let source = if expectations.is_some() { "timeline" } else { "container" };
    vec![
        QcCheck {
            name: "duration".to_owned(),
            found: format!("{video_s:.3} s decoded"),
            wanted: format!("{wanted_s:.3} s ±1 frame ({source})"),
            passed: close(video_s, wanted_s) && frames > 0,
        },
        QcCheck {
            name: "sound length".to_owned(),
            found: format!("{sound_s:.3} s decoded"),
            wanted: format!("{video_s:.3} s ±1 frame"),
            passed: close(sound_s, video_s),
        },
    ]
}

fn stream_checks(probe: &Probe, expectations: Option<&Expectations>) -> Vec<QcCheck> {
    let video = &probe.video;
    let size = (video.width_px, video.height_px);
    let (wanted_size, size_fits) = match expectations {
        Some(known) => {
            (format!("{}×{}", known.picture_px.0, known.picture_px.1), size == known.picture_px)
        }
        None => ("1080×1920 or 720×1280".to_owned(), [(1080, 1920), (720, 1280)].contains(&size)),
    };
    let yes_no =
        |holds: bool, what: &str| if holds { what.to_owned() } else { format!("not {what}") };
    vec![
        QcCheck {
            name: "codec".to_owned(),
            found: video.codec.clone(),
            wanted: "h264 High".to_owned(),
            passed: video.codec == "h264 High",
        },
        QcCheck {
            name: "pixels".to_owned(),
            found: yes_no(video.yuv420p, "yuv420p"),
            wanted: "yuv420p".to_owned(),
            passed: video.yuv420p,
        },
        QcCheck {
            name: "colour".to_owned(),
            found: yes_no(video.bt709, "BT.709, limited"),
            wanted: "BT.709, limited".to_owned(),
            passed: video.bt709,
        },
        QcCheck {
            name: "picture".to_owned(),
            found: format!("{}×{}", size.0, size.1),
            wanted: wanted_size,
            passed: size_fits,
        },
    ]
}

fn sound_format(probe: &Probe) -> QcCheck {
    let found = probe.sound.as_ref().map_or("no sound".to_owned(), |sound| {
        format!("{}, {} Hz, {} channels", sound.codec, sound.rate_hz, sound.channels)
    });
    let wanted = "aac LC, 48000 Hz, 2 channels".to_owned();
    QcCheck { name: "sound".to_owned(), passed: found == wanted, found, wanted }
}

fn safe_area(expectations: Option<&Expectations>) -> QcCheck {
    let [left, top, right, bottom] = SAFE_AREA_PX;
    let wanted = format!("inside x {left}–{right}, y {top}–{bottom}");
    let name = "text in safe area".to_owned();
    let Some(boxes) = expectations.and_then(|known| known.text_boxes.as_ref()) else {
        return QcCheck {
            name,
            found: "not checked (no layout given)".to_owned(),
            wanted,
            passed: true,
        };
    };
    // Half a pixel of antialiasing is no violation.
    let outside: Vec<String> = boxes
        .iter()
        .filter(|text| {
            let [x0, y0, x1, y1] = text.bounds_px;
            x0 < left - 0.5 || y0 < top - 0.5 || x1 > right + 0.5 || y1 > bottom + 0.5
        })
        .take(3)
        .map(|text| {
            let [x0, y0, x1, y1] = text.bounds_px;
            format!("{} at frame {}: {x0:.0},{y0:.0}–{x1:.0},{y1:.0}", text.name, text.frame)
        })
        .collect();
    let passed = outside.is_empty();
    let found = if passed { format!("{} boxes inside", boxes.len()) } else { outside.join("; ") };
    QcCheck { name, found, wanted, passed }
}
