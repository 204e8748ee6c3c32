//! The sound track: voice clips, bed and cues mixed, mastered, and encoded until what a player
//! decodes meets the target.

use std::path::Path;

use serde::Serialize;
use tokio_util::sync::CancellationToken;

use super::Input;
use crate::{
    audio::{
        Stereo,
        loudness::{self, CEILING_BEFORE_AAC_DBTP, TARGET_LUFS, TRUE_PEAK_DBTP_MAX},
        mix::{self, VoiceClip},
        wav,
    },
    blob::{Blob, Blobs},
    context::{Handling, StageError},
    encode::{SAMPLE_RATE_HZ, aac, decode},
    stages::{
        motion::{Cue, MusicPlan},
        timing::SAMPLES_PER_FRAME,
    },
};

/// Mastering is repeated at most this often.
const TRIES_MAX: usize = 4;
/// How near the decoded loudness must come.
const TOLERANCE_LU: f64 = 0.4;
/// How far below the limit the decoded peak must stay.
const PEAK_MARGIN_DB: f64 = 0.1;

/// Everything that decides the sound: its checkpoint key is the hash of this.
#[derive(Serialize)]
pub(super) struct Score<'a> {
    clips: Vec<(&'a Blob, u64)>,
    music: &'a MusicPlan,
    cues: &'a [Cue],
    frames: u32,
}

impl<'a> Score<'a> {
    pub(super) fn of(input: &'a Input) -> Self {
        let starts = input.timeline.shots.iter().map(|span| span.clip_start_sample);
        Self {
            clips: input.narration.clips.iter().map(|clip| &clip.audio).zip(starts).collect(),
            music: &input.motion.music,
            cues: &input.motion.cues,
            frames: input.frames(),
        }
    }

    /// Mixes, masters and encodes the track to `path`.
    pub(super) fn record(
        &self,
        blobs: &Blobs,
        path: &Path,
        cancel: &CancellationToken,
    ) -> Result<(), StageError> {
        let alive = || if cancel.is_cancelled() { Err(StageError::Cancelled) } else { Ok(()) };
        let mut clips = Vec::with_capacity(self.clips.len());
        for (blob, start_sample) in &self.clips {
            let samples = wav::read_mono_48k(&blobs.read(blob)?).map_err(|error| {
                StageError::Invariant(format!("voice clip {}: {error}", blob.sha256))
            })?;
            clips.push(VoiceClip { start_sample: *start_sample, samples });
        }
        alive()?;
        let samples = self.frames as usize * SAMPLES_PER_FRAME as usize;
        let mixed = mix::mix(&clips, self.music, self.cues, samples).map_err(metering)?;
        drop(clips);
        alive()?;
        self.master(&mixed, path, cancel)
    }

    fn master(
        &self,
        mixed: &Stereo,
        path: &Path,
        cancel: &CancellationToken,
    ) -> Result<(), StageError> {
        let (mut target_lufs, mut ceiling_dbtp) = (TARGET_LUFS, CEILING_BEFORE_AAC_DBTP);
        for _ in 0..TRIES_MAX {
            if cancel.is_cancelled() {
                return Err(StageError::Cancelled);
            }
            let mastered = loudness::master(mixed, SAMPLE_RATE_HZ, target_lufs, ceiling_dbtp)
                .map_err(metering)?;
            aac::encode(&mastered, path, cancel)?;
            let (decoded, rate_hz) = decode::sound(path, cancel)?;
            let heard = loudness::measure(&decoded, rate_hz).map_err(metering)?;
            let lacking = TARGET_LUFS - heard.integrated_lufs;
            let over = heard.true_peak_dbtp - (TRUE_PEAK_DBTP_MAX - PEAK_MARGIN_DB);
            tracing::debug!(target_lufs, ceiling_dbtp, ?heard, "mastered");
            if !heard.integrated_lufs.is_finite() || (lacking.abs() <= TOLERANCE_LU && over <= 0.0)
            {
                return Ok(());
            }
            target_lufs += lacking;
            ceiling_dbtp -= over.max(0.0) + if over > 0.0 { 0.1 } else { 0.0 };
        }
        // The gate has the last word on a mix that will not settle.
        Ok(())
    }
}

fn metering(error: ebur128::Error) -> StageError {
    StageError::Provider {
        what: "loudness meter".to_owned(),
        handling: Handling::Fail,
        source: Box::new(error),
    }
}
