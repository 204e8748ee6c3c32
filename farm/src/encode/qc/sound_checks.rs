//! What the gate hears: loudness, true peak, silence.

use std::path::Path;

use tokio_util::sync::CancellationToken;

use super::QcCheck;
use crate::{
    audio::{
        Stereo,
        loudness::{self, Loudness, TARGET_LUFS, TRUE_PEAK_DBTP_MAX},
    },
    encode::{
        EncodeError,
        decode::{self, Probe},
    },
};

/// Level under which nothing is heard on a phone.
const SILENT_DBFS_MAX: f64 = -55.0;
/// Windows in which silence is looked for.
const WINDOW_MS: usize = 50;
/// Longest silence allowed.
const SILENCE_S_MAX: f64 = 1.5;

/// What was heard.
pub(super) struct Sound {
    /// Length of the decoded sound.
    pub(super) samples_s: f64,
    loudness: Option<Loudness>,
    silence: (f64, f64),
}

/// Decodes the sound and measures it; a file without sound gives an empty measurement.
pub(super) fn measure(
    path: &Path,
    probe: &Probe,
    cancel: &CancellationToken,
) -> Result<Sound, EncodeError> {
    if probe.sound.is_none() {
        return Ok(Sound { samples_s: 0.0, loudness: None, silence: (0.0, f64::INFINITY) });
    }
    let (track, rate_hz) = decode::sound(path, cancel)?;
    let loudness = loudness::measure(&track, rate_hz).ok();
    let samples_s = track.len() as f64 / f64::from(rate_hz.max(1));
    Ok(Sound { samples_s, loudness, silence: longest_silence(&track, rate_hz) })
}

impl Sound {
    pub(super) fn level_checks(&self) -> [QcCheck; 2] {
        let unheard = f64::NEG_INFINITY;
        let integrated = self.loudness.map_or(unheard, |found| found.integrated_lufs);
        let peak = self.loudness.map_or(unheard, |found| found.true_peak_dbtp);
        [
            QcCheck {
                name: "loudness".to_owned(),
                found: format!("{integrated:.1} LUFS"),
                wanted: format!("{TARGET_LUFS:.0} ±1 LUFS"),
                passed: (integrated - TARGET_LUFS).abs() <= 1.0,
            },
            QcCheck {
                name: "true peak".to_owned(),
                found: format!("{peak:.2} dBTP"),
                wanted: format!("≤ {TRUE_PEAK_DBTP_MAX} dBTP"),
                passed: peak <= TRUE_PEAK_DBTP_MAX,
            },
        ]
    }

    pub(super) fn silence_check(&self) -> QcCheck {
        let (start_s, length_s) = self.silence;
        let found = match length_s {
            none if none <= 0.0 => "none".to_owned(),
            all if all.is_infinite() => "no sound at all".to_owned(),
            some => format!("{some:.2} s at {start_s:.2} s"),
        };
        QcCheck {
            name: "silence".to_owned(),
            found,
            wanted: format!("none over {SILENCE_S_MAX} s"),
            passed: length_s <= SILENCE_S_MAX,
        }
    }
}

/// Start and length in seconds of the longest silence.
fn longest_silence(track: &Stereo, rate_hz: u32) -> (f64, f64) {
    let window = (WINDOW_MS * rate_hz as usize / 1000).max(1);
    let limit = 10_f64.powf(SILENT_DBFS_MAX / 10.0);
    let energy =
        |samples: &[f32]| samples.iter().map(|&x| f64::from(x) * f64::from(x)).sum::<f64>();
    let mut longest = (0, 0);
    let mut run = 0;
    let windows = track.left.chunks(window).zip(track.right.chunks(window));
    for (index, (left, right)) in windows.enumerate() {
        let power = (energy(left) + energy(right)) / (left.len() + right.len()).max(1) as f64;
        run = if power < limit { run + 1 } else { 0 };
        if run > longest.1 {
            longest = (index + 1 - run, run);
        }
    }
    let seconds = |windows: usize| (windows * WINDOW_MS) as f64 / 1000.0;
    (seconds(longest.0), seconds(longest.1))
}
