//! A figure's acts on its timeline: which verb plays when, blends between them, blinks and speech.

use super::skeleton::Joints;
use super::{Act, Figure, Verb, verbs};

/// Frames over which joints blend from one act into the next.
pub(super) const BLEND_FRAMES: f32 = 6.0;

/// The joints at `frame`, inside their limits.
pub(super) fn joints_at(figure: &Figure, frame: f32) -> Joints {
    let acts = without_gaps(&figure.acts);
    let current = acts.iter().rposition(|act| act.from_frame as f32 <= frame).unwrap_or(0);
    let mut body = verbs::joints(&acts[current], frame);
    // Walk back only as far as acts are still blending out; the oldest is the base of the stack.
    let mut first = current;
    while first > 0 && frame - (acts[first].from_frame as f32) < BLEND_FRAMES {
        first -= 1;
    }
    if first < current {
        body = verbs::joints(&acts[first], frame);
        for act in &acts[first + 1..=current] {
            let t = ((frame - act.from_frame as f32) / BLEND_FRAMES).clamp(0.0, 1.0);
            let eased = t * t * 2.0f32.mul_add(-t, 3.0);
            body = body.blend(&verbs::joints(act, frame), eased);
        }
    }
    body.within_limits()
}

/// The acts in order of their starts with `Stand` wherever nothing is acted; never empty, and the
/// first begins at frame 0.
fn without_gaps(acts: &[Act]) -> Vec<Act> {
    let stand = |from_frame, until_frame| Act { verb: Verb::Stand, from_frame, until_frame };
    let mut sorted: Vec<Act> =
        acts.iter().copied().filter(|act| act.until_frame > act.from_frame).collect();
    sorted.sort_by_key(|act| act.from_frame);
    let mut filled = Vec::with_capacity(sorted.len() * 2 + 1);
    let mut busy_until = 0;
    for (index, act) in sorted.iter().enumerate() {
        if act.from_frame > busy_until || (index == 0 && act.from_frame > 0) {
            filled.push(stand(busy_until, act.from_frame));
        }
        filled.push(*act);
        busy_until = sorted
            .get(index + 1)
            .map_or(act.until_frame, |next| act.until_frame.min(next.from_frame));
    }
    if busy_until < u32::MAX {
        filled.push(stand(busy_until, u32::MAX));
    }
    filled
}

/// How far the mouth is open at `frame`, 0–1: syllables at an uneven four to five a second.
pub(super) fn mouth_at(figure: &Figure, frame: f32) -> f32 {
    let Some((start, end)) = figure
        .speaking
        .iter()
        .copied()
        .find(|&(start, end)| frame >= start as f32 && frame < end as f32)
    else {
        return 0.0;
    };
    let since = frame - start as f32;
    let edge = (since / 2.0).min((end as f32 - frame) / 2.0).clamp(0.0, 1.0);
    let syllable = (since * 0.93).sin() * (since * 0.37 + 0.6).sin();
    edge * 0.75f32.mul_add(syllable.abs().sqrt(), 0.2).min(1.0)
}

/// How far the eyes are open at `frame`, 0–1: a four-frame blink, now and then a double one.
pub(super) fn eyes_at(frame: f32) -> f32 {
    let lid = |period: f32, offset: f32| {
        let t = (frame + offset).rem_euclid(period) / 4.0;
        if t < 1.0 { (2.0 * t - 1.0).abs() } else { 1.0 }
    };
    lid(97.0, 60.0).min(lid(163.0, 31.0))
}
