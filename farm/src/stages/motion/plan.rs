//! The rules of motion (art direction, Motion and Sound): varied cameras, six plain cuts in ten,
//! marked transitions only on beat changes, few cues.

use cutline_compositor::story::{CameraMove, Transition};
use cutline_core::format::Format;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{Cue, CueKind, Input, Mood, MotionPlan, MusicPlan, ShotMotion};
use crate::{
    context::StageError,
    stages::{
        intent::Tone,
        shots::{MotionHint, Role, Shot},
        timing::{ShotSpan, TimedWord},
    },
};

/// At most this share of changes between shots is anything but a plain cut.
const MARKED_SHARE_MAX: f32 = 0.4;
/// Shortest time between two cues; the sound itself enforces it too.
const CUE_GAP_FRAMES: u32 = 12;
/// Pops and ticks keep at least this far apart: more would be a nuisance.
const SMALL_CUE_GAP_FRAMES: u32 = 60;

pub(super) fn plan(input: &Input) -> Result<MotionPlan, StageError> {
    let spans = &input.timeline.shots;
    if spans.len() != input.shots.shots.len() {
        return Err(StageError::Invariant(format!(
            "the timeline has {} shots, the shot list {}",
            spans.len(),
            input.shots.shots.len()
        )));
    }
    let mut random = ChaCha8Rng::seed_from_u64(input.intent.seed ^ 0x6d6f_7469_6f6e);
    let cameras = cameras(input, &mut random);
    let transitions = transitions(input, &mut random);
    let shots: Vec<ShotMotion> = spans
        .iter()
        .zip(cameras)
        .zip(&transitions)
        .map(|((span, camera), &(transition, transition_frames))| ShotMotion {
            shot: span.shot,
            camera,
            transition,
            transition_frames,
            emphasis: stressed(&span.words).map(|word| word.start_frame).collect(),
        })
        .collect();
    let cues = cues(input, &shots);
    Ok(MotionPlan { music: music(input, &mut random), shots, cues, footage: Vec::new() })
}

/// One move a shot, never the same kind and direction twice in a row. A phone screen stands still.
fn cameras(input: &Input, random: &mut ChaCha8Rng) -> Vec<CameraMove> {
    if input.intent.format == Format::FakeText {
        return vec![CameraMove::Still; input.shots.shots.len()];
    }
    let mut last = usize::MAX;
    let choose = |shot: &Shot| {
        let (zoom, drift_px) = match shot.motion {
            MotionHint::Still => (1.04, 28.0),
            MotionHint::Gentle => (1.06, 44.0),
            MotionHint::Lively => (1.08, 64.0),
            MotionHint::Dramatic => (1.12, 80.0),
        };
        let moves = [
            CameraMove::Push { to: zoom },
            CameraMove::Pull { from: zoom },
            CameraMove::Drift { x_px: drift_px },
            CameraMove::Drift { x_px: -drift_px },
        ];
        // The hook pushes in: it pulls the viewer with it. The close lets go.
        let wanted = match shot.role {
            Role::Hook => 0,
            Role::Close => 1,
            _ => random.random_range(0..moves.len()),
        };
        let kind = if wanted == last { (wanted + 1) % moves.len() } else { wanted };
        last = kind;
        moves[kind]
    };
    input.shots.shots.iter().map(choose).collect()
}

/// Transition and its length in frames, one a shot.
fn transitions(input: &Input, random: &mut ChaCha8Rng) -> Vec<(Transition, u32)> {
    let shots = &input.shots.shots;
    let mut chosen = vec![(Transition::Cut, 0); shots.len()];
    if input.intent.format == Format::FakeText {
        return chosen;
    }
    let changes: Vec<usize> =
        (1..shots.len()).filter(|&at| shots[at].beat != shots[at - 1].beat).collect();
    let most = (shots.len().saturating_sub(1) as f32 * MARKED_SHARE_MAX) as usize;
    let kept = changes.len().min(most);
    let repertoire: &[Transition] = match input.intent.tone {
        Tone::Calm | Tone::Warm => &[Transition::Crossfade, Transition::Wipe],
        Tone::Dark | Tone::Serious => &[Transition::Crossfade, Transition::Zoom, Transition::Wipe],
        Tone::Energetic | Tone::Playful => &[Transition::Push, Transition::Zoom, Transition::Wipe],
        Tone::Curious => &[Transition::Zoom, Transition::Wipe, Transition::Push],
    };
    let first = random.random_range(0..repertoire.len());
    for order in 0..kept {
        // Spread over the video when there are more beat changes than marked transitions.
        let at = changes[order * changes.len() / kept];
        let kind = repertoire[(first + order) % repertoire.len()];
        let wanted = match kind {
            Transition::Cut => 0,
            Transition::Crossfade | Transition::Wipe => 12,
            Transition::Push | Transition::Zoom => 10,
        };
        let span = &input.timeline.shots[at];
        let frames = wanted.min(span.end_frame.saturating_sub(span.start_frame) / 3);
        chosen[at] = if frames < 4 { (Transition::Cut, 0) } else { (kind, frames) };
    }
    chosen
}

/// At most two stressed words: one with digits first, then the longest.
fn stressed(words: &[TimedWord]) -> impl Iterator<Item = &TimedWord> {
    let letters = |word: &TimedWord| word.text.chars().filter(|c| c.is_alphanumeric()).count();
    let numeral = words.iter().find(|word| word.text.chars().any(|c| c.is_ascii_digit()));
    // The first of several equally long ones, so that the choice never depends on an iterator.
    let longest = words
        .iter()
        .rev()
        .max_by_key(|word| letters(word))
        .filter(|word| letters(word) >= 5 && numeral != Some(word));
    let mut found: Vec<&TimedWord> = numeral.into_iter().chain(longest).collect();
    found.sort_by_key(|word| word.start_frame);
    found.into_iter()
}

fn music(input: &Input, random: &mut ChaCha8Rng) -> MusicPlan {
    let (mood, slowest_bpm, fastest_bpm, minor) = match input.intent.tone {
        Tone::Curious => (Mood::Wonder, 88, 100, false),
        Tone::Playful => (Mood::Playful, 104, 118, false),
        Tone::Dark => (Mood::Ominous, 62, 72, true),
        Tone::Calm => (Mood::Calm, 66, 76, false),
        Tone::Energetic => (Mood::Driving, 116, 126, random.random()),
        Tone::Serious => (Mood::Sober, 76, 86, true),
        Tone::Warm => (Mood::Warm, 82, 94, false),
    };
    MusicPlan {
        mood,
        bpm: random.random_range(slowest_bpm..=fastest_bpm) as f32,
        root_midi: 45 + random.random_range(0..10_u8),
        minor,
        seed: random.random(),
        under_voice_lu: 21.0,
        duck_db: 7.0,
    }
}

/// Few sounds: a whoosh under a marked transition, a message for a bubble, a pop or tick where
/// something new is named.
fn cues(input: &Input, shots: &[ShotMotion]) -> Vec<Cue> {
    let mut wanted: Vec<(Cue, u32)> = Vec::new();
    let listed = input.shots.shots.iter().zip(&input.timeline.shots).zip(shots);
    for ((shot, span), motion) in listed {
        let mut want = |frame: u32, kind, gap| wanted.push((Cue { frame, kind }, gap));
        if input.intent.format == Format::FakeText {
            want(first_word_frame(span), CueKind::Message, CUE_GAP_FRAMES);
            continue;
        }
        if motion.transition != Transition::Cut && motion.transition != Transition::Crossfade {
            want(span.start_frame + motion.transition_frames / 2, CueKind::Whoosh, CUE_GAP_FRAMES);
        }
        if matches!(shot.role, Role::Item { .. }) {
            want(span.start_frame + 2, CueKind::Pop, CUE_GAP_FRAMES);
        } else if let Some(&frame) = motion.emphasis.first() {
            let numeral = span.words.iter().any(|word| {
                word.start_frame == frame && word.text.chars().any(|c| c.is_ascii_digit())
            });
            let kind = if numeral { CueKind::Tick } else { CueKind::Pop };
            want(frame, kind, SMALL_CUE_GAP_FRAMES);
        }
    }
    wanted.sort_by_key(|(cue, _)| cue.frame);
    let mut cues: Vec<Cue> = Vec::new();
    for (cue, gap) in wanted {
        let clear = cues.last().is_none_or(|last| cue.frame >= last.frame + gap);
        if clear && cue.frame + CUE_GAP_FRAMES < input.timeline.frames {
            cues.push(cue);
        }
    }
    cues
}

fn first_word_frame(span: &ShotSpan) -> u32 {
    span.words.first().map_or(span.start_frame, |word| word.start_frame)
}
