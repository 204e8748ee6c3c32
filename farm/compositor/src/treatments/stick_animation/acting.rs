//! What a figure does during a shot: the script's verbs first, gestures that fit the speech between
//! them, and where its feet take it. Knows nothing of drawing.

use rand::{Rng as _, seq::IndexedRandom as _};

use crate::{
    figure::{Act, Verb, ground_speed_px},
    scene::{Ease, Track},
    treatments::Take,
};

/// Shortest act that can be read.
const SHORTEST_FRAMES: u32 = 22;
/// An act of the script begins so long before its word.
pub(super) const LEAD_FRAMES: u32 = 3;
/// A hero has come to rest so long after it came on.
const SETTLED_FRAMES: u32 = 12;

/// What a figure does and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Part {
    /// Acts in order.
    pub(super) acts: Vec<Act>,
    /// Its ground point over time.
    pub(super) x_px: Track,
}

/// Where a figure may go: start, and the far end of its way in the direction it faces.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Way {
    /// First position.
    pub(super) from_px: f32,
    /// Where it must stop.
    pub(super) to_px: f32,
    /// Standing height, which sets its speed.
    pub(super) height_px: f32,
}

/// How long an act usually lasts.
fn usual_frames(verb: Verb) -> u32 {
    match verb {
        Verb::Walk | Verb::Carry => 64,
        Verb::Run => 40,
        Verb::Point | Verb::Think => 56,
        Verb::Jump => 42,
        Verb::Fall => 74,
        Verb::Shrug => 38,
        Verb::Wave | Verb::Cheer => 46,
        Verb::Stand => 30,
    }
}

/// What a figure can point at, in frames of the shot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Sights {
    /// From when on something is there; none where nothing comes.
    pub(super) shown_frame: Option<u32>,
    /// When it is spoken of, or comes on.
    pub(super) heed_frame: Option<u32>,
}

/// True for verbs that take a figure somewhere.
pub(super) fn travels(verb: Verb) -> bool {
    matches!(verb, Verb::Walk | Verb::Run | Verb::Carry)
}

/// The leading figure: acts the script, points when the hero appears or is spoken of, gestures while
/// it speaks.
pub(super) fn lead(take: &Take, way: Way, sights: Sights, walks_in: Option<f32>) -> Part {
    let frames = take.shot.frames;
    let mut wanted: Vec<(Verb, u32)> = take.shot.acts.clone();
    wanted.sort_by_key(|(_, frame)| *frame);
    let mut acts: Vec<Act> = Vec::new();
    let mut x_px = Track::fixed(way.from_px);
    let mut busy = 0;
    if let Some(start) = walks_in {
        let speed = ground_speed_px(Verb::Walk, way.height_px).max(0.1);
        let until_frame = ((way.from_px - start).abs() / speed).round().max(1.0) as u32;
        x_px = Track::fixed(start).to(0.0, until_frame as f32, way.from_px, Ease::Linear);
        acts.push(Act { verb: Verb::Walk, from_frame: 0, until_frame });
        busy = until_frame;
    }
    let mut stands_at = way.from_px;
    for (n, &(verb, at)) in wanted.iter().enumerate() {
        let next = wanted.get(n + 1).map_or(frames + 30, |(_, frame)| *frame);
        let from_frame = at.saturating_sub(LEAD_FRAMES).max(busy);
        let blind = sights.shown_frame.is_none_or(|shown| from_frame < shown);
        if verb == Verb::Point && blind {
            continue;
        }
        let mut until_frame =
            (from_frame + usual_frames(verb)).min(next.max(from_frame + SHORTEST_FRAMES));
        if travels(verb) {
            let speed = ground_speed_px(verb, way.height_px);
            let room = ((way.to_px - stands_at).abs() / speed).floor() as u32;
            until_frame = until_frame.min(from_frame + room);
            if until_frame < from_frame + 8 {
                continue;
            }
            let step =
                speed * (until_frame - from_frame) as f32 * (way.to_px - way.from_px).signum();
            let end = stands_at + step;
            x_px = x_px.to(from_frame as f32, until_frame as f32, end, Ease::Linear);
            stands_at = end;
        }
        acts.push(Act { verb, from_frame, until_frame });
        busy = until_frame;
    }
    if let Some(at) = sights.heed_frame {
        add(&mut acts, Verb::Point, at, 56);
    }
    gestures(take, sights, &mut acts);
    Part { acts, x_px }
}

/// A second figure that listens and reacts.
pub(super) fn listener(take: &Take, x_px: f32) -> Part {
    let mut acts = Vec::new();
    let frames = take.shot.frames;
    let mut rng = take.rng("listener");
    let reply = [Verb::Think, Verb::Shrug, Verb::Wave];
    add(&mut acts, *reply.choose(&mut rng).unwrap_or(&Verb::Think), frames / 4, 54);
    let glad = if take.is_close() || take.is_first() { Verb::Cheer } else { Verb::Jump };
    add(&mut acts, glad, (frames * 2 / 3).max(frames.saturating_sub(60)), 44);
    Part { acts, x_px: Track::fixed(x_px) }
}

/// Adds an act where it meets no other one; keeps the order.
fn add(acts: &mut Vec<Act>, verb: Verb, from_frame: u32, frames: u32) {
    let Some(next) = acts.iter().map(|act| act.from_frame).filter(|from| *from > from_frame).min()
    else {
        let busy = acts.iter().any(|act| act.until_frame > from_frame);
        if !busy {
            acts.push(Act { verb, from_frame, until_frame: from_frame + frames });
        }
        return;
    };
    let busy = acts.iter().any(|act| act.from_frame <= from_frame && act.until_frame > from_frame);
    let until_frame = (from_frame + frames).min(next);
    if !busy && until_frame >= from_frame + SHORTEST_FRAMES {
        acts.push(Act { verb, from_frame, until_frame });
        acts.sort_by_key(|act| act.from_frame);
    }
}

/// Opens with a wave, closes with a cheer, thinks at questions, and never stands idle for long.
fn gestures(take: &Take, sights: Sights, acts: &mut Vec<Act>) {
    let frames = take.shot.frames;
    let mut rng = take.rng("gestures");
    if take.is_first() {
        add(acts, Verb::Wave, 0, 40);
    }
    if take.is_close() {
        add(acts, Verb::Cheer, frames.saturating_sub(64), 60);
    }
    for line in &take.shot.lines {
        if line.text.contains(['?', '？', '؟']) {
            let at = line.words.first().map_or(0, |word| word.start_frame);
            let verb = if rng.random_bool(0.6) { Verb::Think } else { Verb::Shrug };
            add(acts, verb, at, 54);
        }
    }
    let mut at = rng.random_range(4..16);
    let mut previous = None;
    while at + SHORTEST_FRAMES + 10 < frames {
        let free =
            !acts.iter().any(|act| act.from_frame < at + SHORTEST_FRAMES && act.until_frame > at);
        if free {
            let seen = sights.shown_frame.is_some_and(|shown| at >= shown + SETTLED_FRAMES);
            let choices: Vec<Verb> = [Verb::Shrug, Verb::Point, Verb::Think, Verb::Wave]
                .into_iter()
                .filter(|verb| seen || *verb != Verb::Point)
                .filter(|verb| Some(*verb) != previous && !acts.iter().any(|act| act.verb == *verb))
                .collect();
            if let Some(&verb) = choices.choose(&mut rng) {
                add(acts, verb, at, rng.random_range(34..48));
                previous = Some(verb);
            }
        }
        at += rng.random_range(44..60);
    }
}
