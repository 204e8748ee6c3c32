//! The last look before the encoder starts: the plan of the video is whole and hangs together.

use serde_json::Value;

use super::checkpoints::blobs_in;
use crate::{
    blob::Blobs,
    context::StageError,
    stages::{captions::Captions, render, timing::Timeline},
};

/// Checks the input of `render`.
///
/// # Errors
/// [`StageError::Invariant`] naming the first shot and rule that does not hold.
pub fn plan(input: &Value, blobs: &Blobs) -> Result<(), StageError> {
    let plan: render::Input = serde_json::from_value(input.clone())
        .map_err(|error| StageError::Invariant(format!("plan of the video: {error}")))?;
    let found = problem(&plan).or_else(|| missing_file(input, blobs));
    found.map_or(Ok(()), |problem| {
        Err(StageError::Invariant(format!("the plan of the video does not hold: {problem}")))
    })
}

fn problem(plan: &render::Input) -> Option<String> {
    let shots = plan.shots.shots.len();
    if shots == 0 {
        return Some("it has no shots".into());
    }
    ids("shots", shots, plan.shots.shots.iter().map(|s| s.id))
        .or_else(|| ids("script", shots, plan.script.shots.iter().map(|s| s.shot)))
        .or_else(|| ids("voice", shots, plan.narration.clips.iter().map(|c| c.shot)))
        .or_else(|| ids("timing", shots, plan.timeline.shots.iter().map(|s| s.shot)))
        .or_else(|| ids("motion", shots, plan.motion.shots.iter().map(|s| s.shot)))
        .or_else(|| ids("queries", shots, plan.queries.shots.iter().map(|s| s.shot)))
        .or_else(|| ids("imagery", shots, plan.imagery.shots.iter().map(|s| s.shot)))
        .or_else(|| words(plan))
        .or_else(|| timeline(&plan.timeline))
        .or_else(|| captions(&plan.captions, plan.timeline.frames))
}

/// Every shot exactly once, in order.
fn ids(what: &str, shots: usize, found: impl Iterator<Item = u32>) -> Option<String> {
    let found: Vec<u32> = found.collect();
    let expected: Vec<u32> = (0u32..).take(shots).collect();
    (found != expected).then(|| format!("stage `{what}` covers shots {found:?} of {shots}"))
}

fn words(plan: &render::Input) -> Option<String> {
    let silent = plan.script.shots.iter().find(|shot| shot.narration.trim().is_empty());
    if let Some(shot) = silent {
        return Some(format!("shot {} has no narration", shot.shot));
    }
    let empty = plan.narration.clips.iter().find(|clip| clip.samples == 0);
    if let Some(clip) = empty {
        return Some(format!("the clip of shot {} is empty", clip.shot));
    }
    let beats = u32::try_from(plan.arc.beats.len()).unwrap_or(u32::MAX);
    let lost = plan.shots.shots.iter().find(|shot| shot.beat >= beats);
    lost.map(|shot| format!("shot {} belongs to beat {} of {beats}", shot.id, shot.beat))
}

fn timeline(timeline: &Timeline) -> Option<String> {
    let mut frame = 0;
    for span in &timeline.shots {
        if span.start_frame != frame || span.end_frame <= span.start_frame {
            return Some(format!(
                "shot {} runs over frames {}–{} after frame {frame}",
                span.shot, span.start_frame, span.end_frame
            ));
        }
        let disordered =
            span.words.windows(2).find(|pair| pair[1].start_frame < pair[0].start_frame);
        if let Some(pair) = disordered {
            return Some(format!("in shot {} “{}” comes too early", span.shot, pair[1].text));
        }
        frame = span.end_frame;
    }
    (frame != timeline.frames)
        .then(|| format!("shots end at frame {frame}, the video at {}", timeline.frames))
}

fn captions(captions: &Captions, frames: u32) -> Option<String> {
    let mut frame = 0;
    for page in &captions.pages {
        if page.start_frame < frame || page.end_frame <= page.start_frame || page.end_frame > frames
        {
            return Some(format!(
                "a caption of shot {} stands over frames {}–{}",
                page.shot, page.start_frame, page.end_frame
            ));
        }
        if page.words.is_empty() {
            return Some(format!("a caption of shot {} is empty", page.shot));
        }
        frame = page.end_frame;
    }
    None
}

fn missing_file(input: &Value, blobs: &Blobs) -> Option<String> {
    blobs_in(input)
        .iter()
        .find(|blob| !blobs.path(blob).is_file())
        .map(|blob| format!("file {}.{} is gone", blob.sha256, blob.ext))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stages::timing::ShotSpan;

    fn span(shot: u32, start_frame: u32, end_frame: u32) -> ShotSpan {
        ShotSpan { shot, start_frame, end_frame, clip_start_sample: 0, words: vec![] }
    }

    #[test]
    fn a_gap_in_the_timeline_is_found_before_any_frame_is_encoded() {
        let whole = Timeline { frames: 60, shots: vec![span(0, 0, 30), span(1, 30, 60)] };
        assert_eq!(timeline(&whole), None);
        let gap = Timeline { frames: 60, shots: vec![span(0, 0, 29), span(1, 30, 60)] };
        assert!(timeline(&gap).is_some_and(|problem| problem.contains("shot 1")));
        let short = Timeline { frames: 61, shots: whole.shots };
        assert!(timeline(&short).is_some());
    }

    #[test]
    fn a_shot_without_its_picture_is_named_with_its_stage() {
        let problem = ids("imagery", 3, [0, 2].into_iter());
        assert!(problem.is_some_and(|p| p.contains("imagery") && p.contains("[0, 2]")));
    }
}
