//! Stage 11, `render`: composed, encoded, mixed, muxed, and checked by the quality gate.
//!
//! Decides nothing about content: everything on screen and in the ears comes from its input.

mod acts;
mod board;
pub mod film;
pub mod footage;
mod layout;
mod mouth;
mod numbers;
mod photo;
pub(crate) mod pixels;
mod sound;
mod stills;
#[cfg(test)]
mod tests;
pub(crate) mod work;

use std::path::PathBuf;

use cutline_compositor::{face::MouthCue, treatments::end_card};
use serde::{Deserialize, Serialize};

use crate::{
    blob::Blob,
    context::{Handling, StageContext, StageError},
    encode::{
        mux,
        qc::{self, Expectations, QcReport},
        segment::VideoSettings,
    },
    tasks,
};

/// Bumped whenever the same input may give another output.
pub const VERSION: u32 = 10;

/// What the stage is given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// From stage `intent`.
    pub intent: super::intent::Intent,
    /// From stage `arc`.
    pub arc: super::arc::Arc,
    /// From stage `shots`.
    pub shots: super::shots::ShotList,
    /// From stage `script`.
    pub script: super::script::Script,
    /// From stage `voice`.
    pub narration: super::voice::Narration,
    /// From stage `timing`.
    pub timeline: super::timing::Timeline,
    /// From stage `captions`.
    pub captions: super::captions::Captions,
    /// From stage `motion`.
    pub motion: super::motion::MotionPlan,
    /// From stage `queries`.
    pub queries: super::queries::Queries,
    /// From stage `imagery`.
    pub imagery: super::imagery::Imagery,
}

impl Input {
    /// Frames of the whole video: the timeline's, and the end card's where there is one.
    #[must_use]
    pub fn frames(&self) -> u32 {
        let card = if self.intent.end_card { end_card::FRAMES } else { 0 };
        self.timeline.frames + card
    }
}

/// The finished files.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rendered {
    /// The MP4.
    pub master: Blob,
    /// A still (PNG).
    pub poster: Blob,
    /// One still a shot (PNG).
    pub contact_sheet: Blob,
    /// What the gate measured.
    pub qc: QcReport,
    /// Length.
    pub frames: u32,
}

/// What a character's mouth does in every shot, by the sounds of its voice; in frames of the shot.
#[must_use]
pub fn mouths(
    narration: &super::voice::Narration,
    timeline: &super::timing::Timeline,
) -> Vec<Vec<MouthCue>> {
    narration
        .clips
        .iter()
        .zip(&timeline.shots)
        .map(|(clip, span)| mouth::cues(clip, span))
        .collect()
}

/// The finished file did not pass the gate, twice.
#[derive(Debug, thiserror::Error)]
#[error("the finished file failed the quality gate: {0}")]
struct GateFailed(String);

/// Renders the video. Parts finished before a crash are taken up again; a cancel leaves no file.
///
/// # Errors
/// [`StageError::Cancelled`]; [`StageError::Io`] for a full disk or a missing blob;
/// [`StageError::Provider`] when the encoder refuses or the gate fails twice.
pub async fn run(input: &Input, context: &StageContext) -> Result<Rendered, StageError> {
    let (input, context) = (input.clone(), context.clone());
    tasks::blocking(move || render(&input, &context)).await?
}

fn render(input: &Input, context: &StageContext) -> Result<Rendered, StageError> {
    let board = board::build(input, &context.blobs)?;
    let size = input.intent.picture_px;
    let mut film =
        film::Film::new(&board.story, board.changes, board.pictures, size, input.intent.end_card)?
            .with_footage(board.footage);
    if input.intent.grain {
        film = film.with_grain(input.intent.seed);
    }
    let frames = input.frames();
    if film.frames_total() != frames || film.told() == 0 {
        return Err(StageError::Invariant(format!(
            "the shots last {} frames, the video {frames}",
            film.frames_total()
        )));
    }
    let expectations = Expectations {
        frames,
        picture_px: size,
        shot_starts: input.timeline.shots.iter().map(|span| span.start_frame).collect(),
        text_boxes: Some(layout::text_boxes(&film)),
    };
    let (first, contact_sheet) =
        beside_its_sheet(&film, context, || produce(input, &film, &expectations, context, false))?;
    let (master, report) = match first {
        (_, report) if !report.passed() => {
            tracing::warn!(failures = %report.failures(), "the gate failed; rendering once more");
            produce(input, &film, &expectations, context, true)?
        }
        passed => passed,
    };
    if !report.passed() {
        return Err(StageError::Provider {
            what: "render".to_owned(),
            handling: Handling::Fail,
            source: Box::new(GateFailed(report.failures())),
        });
    }
    let rendered = Rendered {
        master: context.blobs.adopt(&master, "mp4")?,
        poster: stills::poster(&film, size, &context.blobs, &context.cancel)?,
        contact_sheet: context.blobs.put(&contact_sheet, "png")?,
        qc: report,
        frames,
    };
    context.progress.set(1.0);
    Ok(rendered)
}

/// Does the work that makes the video beside drawing its contact sheet, which whoever waits for the
/// video is shown at once.
fn beside_its_sheet<T>(
    film: &film::Film,
    context: &StageContext,
    work: impl FnOnce() -> Result<T, StageError>,
) -> Result<(T, Vec<u8>), StageError> {
    let in_vain = context.cancel.child_token();
    std::thread::scope(|scope| {
        let sheet = scope.spawn(|| stills::contact_sheet(film, context, &in_vain));
        let done = work();
        if done.is_err() {
            in_vain.cancel();
        }
        let sheet = sheet.join().unwrap_or_else(|_| {
            Err(StageError::Invariant("drawing the contact sheet panicked".to_owned()))
        });
        Ok((done?, sheet?))
    })
}

/// Makes the parts, joins them and looks at the result.
fn produce(
    input: &Input,
    film: &film::Film,
    expectations: &Expectations,
    context: &StageContext,
    afresh: bool,
) -> Result<(tempfile::TempPath, QcReport), StageError> {
    let settings = VideoSettings::delivery(expectations.picture_px.0, expectations.picture_px.1);
    let score = sound::Score::of(input);
    let parts = work::make(film, &score, &settings, context, afresh)?;
    let segments: Vec<PathBuf> =
        parts.segments.iter().map(|segment| context.blobs.path(segment)).collect();
    let master = work::temporary(&context.blobs)?;
    let sound = context.blobs.path(&parts.sound);
    mux::mux(&segments, Some(&sound), &master, &context.cancel)?;
    context.progress.set(0.92);
    let report = qc::inspect(&master, Some(expectations), &context.cancel)?;
    context.progress.set(0.98);
    Ok((master, report))
}
