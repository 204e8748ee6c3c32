//! Where every clip starts, where every shot is cut, and when every word is active.

use super::{FPS, Input, SAMPLES_PER_FRAME, ShotSpan, TimedWord, Timeline};
use crate::{
    context::StageError,
    providers::WordTime,
    stages::{intent::Intent, shots::Shot, voice::Clip},
};

use cutline_compositor::treatments::end_card;
use cutline_core::plan::Plan;

/// Samples a millisecond.
const SAMPLES_PER_MS: u64 = 48;
/// Before the first word: a breath, well inside 0.25 s.
const LEAD_MS: u64 = 100;
/// Between shots of a beat. Clips carry some 80 ms of silence of their own.
const GAP_MS: u64 = 110;
/// Between speakers who answer each other.
const ANSWER_MS: u64 = 200;
/// Between beats.
const BEAT_GAP_MS: u64 = 230;
/// The least that is left of a gap when time is short.
const GAP_MS_MIN: u64 = 30;
/// After the last clip, whose own tail is 60 ms: the video ends within 0.4 s of the last sound.
const TAIL_MS: u64 = 300;
/// The picture changes this long before the words of the new shot.
const CUT_LEAD_MS: u64 = 80;

/// Places everything.
pub(super) fn place(input: &Input) -> Result<Timeline, StageError> {
    let shots = &input.shots.shots;
    let clips = &input.narration.clips;
    let matching = shots.len() == clips.len()
        && !shots.is_empty()
        && shots.iter().zip(clips).all(|(shot, clip)| shot.id == clip.shot && clip.samples > 0);
    if !matching {
        return Err(StageError::Invariant(format!(
            "{} clips do not belong to {} shots",
            clips.len(),
            shots.len()
        )));
    }
    let gaps = gaps(shots, clips, limit_samples(&input.intent));
    let mut at = LEAD_MS * SAMPLES_PER_MS;
    let mut starts = Vec::with_capacity(clips.len());
    let mut cuts: Vec<u32> = vec![0];
    for (clip, gap) in clips.iter().zip(&gaps) {
        starts.push(at);
        let next = at + clip.samples + gap;
        let lead = (gap / 2).min(CUT_LEAD_MS * SAMPLES_PER_MS);
        let cut = frame(next.saturating_sub(lead)).max(cuts.last().copied().unwrap_or(0) + 1);
        cuts.push(cut);
        at = next;
    }
    let last = clips.len() - 1;
    let end = starts[last] + clips[last].samples + TAIL_MS * SAMPLES_PER_MS;
    cuts[clips.len()] = frame(end).max(cuts[last] + 1);
    let spans =
        clips.iter().zip(&starts).zip(cuts.windows(2)).map(|((clip, &start), cut)| ShotSpan {
            shot: clip.shot,
            start_frame: cut[0],
            end_frame: cut[1],
            clip_start_sample: start,
            words: words(&clip.words, start, cut[0], cut[1]),
        });
    Ok(Timeline { frames: cuts[clips.len()], shots: spans.collect() })
}

/// The plan's limit that a wish for this many seconds was made under, in samples; what an end card
/// takes is taken off it.
fn limit_samples(intent: &Intent) -> u64 {
    let duration_s = intent.duration_s;
    let plans = [Plan::Free, Plan::Beginner, Plan::Professional, Plan::Enterprise];
    let seconds = plans
        .map(Plan::duration_s_max)
        .into_iter()
        .find(|&limit| duration_s <= limit as f32)
        .unwrap_or(Plan::Enterprise.duration_s_max());
    let card_frames = if intent.end_card { end_card::FRAMES } else { 0 };
    u64::from(seconds) * 1000 * SAMPLES_PER_MS
        - u64::from(card_frames) * u64::from(SAMPLES_PER_FRAME)
}

/// How much faster clips have to be spoken for the video to stay within its plan's limit; 1 or less
/// when they fit.
pub(crate) fn hurry(clips: &[Clip], intent: &Intent) -> f32 {
    let spoken: u64 = clips.iter().map(|clip| clip.samples).sum();
    let between = clips.len().saturating_sub(1) as u64 * GAP_MS;
    let fixed = (LEAD_MS + TAIL_MS + between) * SAMPLES_PER_MS;
    let room = limit_samples(intent).saturating_sub(fixed).max(1);
    let factor = spoken as f32 / room as f32;
    // Speech does not shrink quite as its speed says.
    if factor > 1.0 { factor * 1.03 } else { factor }
}

/// Silence after each clip but the last, in samples; squeezed when the whole would be too long.
fn gaps(shots: &[Shot], clips: &[Clip], limit: u64) -> Vec<u64> {
    let mut gaps: Vec<u64> = shots
        .windows(2)
        .map(|pair| match (pair[0].beat == pair[1].beat, pair[0].speaker == pair[1].speaker) {
            (true, true) => GAP_MS,
            (true, false) => ANSWER_MS,
            (false, _) => BEAT_GAP_MS,
        })
        .map(|gap_ms| gap_ms * SAMPLES_PER_MS)
        .collect();
    let spoken: u64 = clips.iter().map(|clip| clip.samples).sum();
    let wanted: u64 = gaps.iter().sum();
    let room = limit.saturating_sub(spoken + (LEAD_MS + TAIL_MS) * SAMPLES_PER_MS);
    if wanted > room {
        // What lies above the least shrinks in proportion, so that the sum is what there is room
        // for.
        let least = GAP_MS_MIN * SAMPLES_PER_MS;
        let spare = room.saturating_sub(least * gaps.len() as u64);
        let above = (wanted - least * gaps.len() as u64).max(1);
        for gap in &mut gaps {
            *gap = least + (*gap - least) * spare / above;
        }
    }
    gaps.push(0);
    gaps
}

/// The frame that is on screen at a sample.
fn frame(sample: u64) -> u32 {
    u32::try_from(sample / u64::from(SAMPLES_PER_FRAME)).unwrap_or(u32::MAX)
}

/// Words on the video's timeline, in order, each active until the next one starts.
fn words(words: &[WordTime], clip_start: u64, first_frame: u32, end_frame: u32) -> Vec<TimedWord> {
    let offset_ms = clip_start as f64 / SAMPLES_PER_MS as f64;
    let ms = |seconds: f64| (offset_ms + seconds.max(0.0) * 1000.0).round() as u32;
    let last_frame = end_frame.saturating_sub(1);
    let mut timed: Vec<TimedWord> = Vec::with_capacity(words.len());
    for word in words {
        let before = timed.last();
        let start_ms = ms(word.start_s).max(before.map_or(0, |word| word.start_ms));
        let earliest = before.map_or(first_frame, |word| word.start_frame + 1);
        let nearest = (start_ms * FPS + 500) / 1000;
        let start_frame = nearest.max(earliest).min(last_frame);
        let end_ms = ms(word.end_s).max(start_ms + 1);
        timed.push(TimedWord {
            text: word.text.clone(),
            span_start: word.span_start,
            span_end: word.span_end,
            start_ms,
            end_ms,
            start_frame,
            end_frame: ((end_ms * FPS).div_ceil(1000)).max(start_frame + 1).min(end_frame),
        });
    }
    for index in 1..timed.len() {
        let next = (timed[index].start_ms, timed[index].start_frame);
        let word = &mut timed[index - 1];
        word.end_ms = word.end_ms.min(next.0).max(word.start_ms);
        word.end_frame = next.1.max(word.start_frame);
    }
    timed
}
