//! Films that lie under the shots: of a photograph that says our own narration (mode `studio`), or
//! the scenes that were filmed with the script (mode `cinematic`).

use cutline_core::error::UserError;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::Input;
use crate::{
    audio::wav,
    blob::{Blob, Blobs},
    context::{Handling, StageContext, StageError},
    encode::clip::Clip,
    providers::{PhotoTake, TakeError},
    stages::{
        script::reel::Reel,
        timing::{SAMPLES_PER_FRAME, Timeline},
    },
    tasks,
};

/// A film may end so much before its track does.
const SHORT_MS_MAX: u32 = 1_000;

/// A stretch of a clip under a shot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Footage {
    /// The shot's id.
    pub shot: u32,
    /// The clip.
    pub clip: Blob,
    /// What of it the shot begins with, milliseconds from its start.
    pub from_ms: u32,
    /// Its length.
    pub length_ms: u32,
}

/// Scenes under the shots that they were filmed for.
pub(super) fn of_reel(reel: &Reel, timeline: &Timeline) -> Result<Vec<Footage>, StageError> {
    let mut footage = Vec::with_capacity(timeline.shots.len());
    for scene in &reel.scenes {
        let spans = timeline.shots.get(scene.first..scene.first + scene.shots);
        let Some(spans) = spans else {
            return Err(StageError::Invariant("the film is longer than the video".to_owned()));
        };
        let start = spans.first().map_or(0, |span| span.start_frame);
        footage.extend(spans.iter().map(|span| Footage {
            shot: span.shot,
            clip: scene.clip.clone(),
            from_ms: ms(span.start_frame - start),
            length_ms: scene.length_ms,
        }));
    }
    if footage.len() != timeline.shots.len() {
        return Err(StageError::Invariant("the film is shorter than the video".to_owned()));
    }
    Ok(footage)
}

fn ms(frames: u32) -> u32 {
    frames * 100 / 3
}

/// The person's photograph, saying the narration as it stands on the timeline: one film, and every
/// shot a stretch of it.
pub(super) async fn of_photograph(
    input: &Input,
    context: &StageContext,
) -> Result<Vec<Footage>, StageError> {
    let Some(animator) = &context.providers.animator else {
        return Err(UserError::of_code("TALKER_UNAVAILABLE").into());
    };
    let Some(photo) = input.intent.images.first() else {
        return Err(UserError::of_code("PHOTO_NEEDED").into());
    };
    let (copy, blobs) = (input.clone(), context.blobs.clone());
    let track = tasks::blocking(move || track(&copy, &blobs)).await??;
    let take = PhotoTake {
        photo: context.blobs.read(&photo.blob)?.into(),
        photo_ext: photo.blob.ext.clone(),
        photo_sha256: photo.blob.sha256.clone(),
        seconds: f64::from(input.timeline.frames) / 30.0,
        voice: track.into(),
        width_px: input.intent.picture_px.0,
    };
    let said = hex::encode(Sha256::digest(&take.voice));
    let whole = json!([animator.version(), take.photo_sha256, said, take.width_px]).to_string();
    let key = format!("film-{}", hex::encode(Sha256::digest(whole.as_bytes())));
    let known = context.items.get(&key).and_then(|kept| serde_json::from_value(kept).ok());
    let whole = |(clip, _): &(Blob, u32)| context.blobs.path(clip).is_file();
    let (clip, length_ms) = match known.filter(whole) {
        Some(kept) => kept,
        None => {
            let taken = animator.perform(&take, &context.cancel).await;
            let taken = taken.map_err(told)?;
            let (blobs, least_ms) = (context.blobs.clone(), (take.seconds * 1e3) as u32);
            let clip = tasks::blocking(move || kept(&taken.file, least_ms, &blobs)).await??;
            context.items.put(&key, &json!(clip))?;
            clip
        }
    };
    let of = |span: &crate::stages::timing::ShotSpan| Footage {
        shot: span.shot,
        clip: clip.clone(),
        from_ms: ms(span.start_frame),
        length_ms,
    };
    Ok(input.timeline.shots.iter().map(of).collect())
}

/// The narration as it stands on the timeline, as a WAV.
fn track(input: &Input, blobs: &Blobs) -> Result<Vec<u8>, StageError> {
    let length = input.timeline.frames as usize * SAMPLES_PER_FRAME as usize;
    let mut track = vec![0.0; length];
    for (clip, span) in input.narration.clips.iter().zip(&input.timeline.shots) {
        let samples = wav::read_mono_48k(&blobs.read(&clip.audio)?).map_err(|error| {
            StageError::Invariant(format!("voice clip {}: {error}", clip.audio.sha256))
        })?;
        let start = (span.clip_start_sample as usize).min(length);
        for (place, sample) in track[start..].iter_mut().zip(samples) {
            *place = sample;
        }
    }
    Ok(wav::write_mono_48k(&track))
}

/// Stores a film that can be shown and is long enough.
fn kept(file: &[u8], least_ms: u32, blobs: &Blobs) -> Result<(Blob, u32), StageError> {
    let blob = blobs.put(file, "mp4")?;
    let mut clip = Clip::open(&blobs.path(&blob), (270, 480), [0.5, 0.5])?;
    clip.at(0)?;
    let length_ms = u32::try_from(clip.length_us() / 1_000).unwrap_or(u32::MAX);
    if length_ms + SHORT_MS_MAX < least_ms {
        return Err(StageError::Invariant(format!("a film of {length_ms} ms for {least_ms}")));
    }
    Ok((blob, length_ms))
}

/// A failed take as the person is told of it; the log has the detail.
pub(super) fn told(error: TakeError) -> StageError {
    let code = match &error {
        TakeError::Cancelled => return StageError::Cancelled,
        TakeError::Failed(passing) if passing.handling == Handling::Retry => return error.into(),
        TakeError::Unfit(_) => "PHOTO_UNFIT",
        TakeError::Blocked(_) => "PHOTO_BLOCKED",
        TakeError::Full(_) | TakeError::Failed(_) => "TALKER_UNAVAILABLE",
    };
    tracing::warn!(%error, code, "the photograph does not talk");
    UserError::of_code(code).into()
}
