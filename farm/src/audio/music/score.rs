//! What is played: bars of chords fitted to the video's length, sections, and a cadence.

use rand::Rng;
use rand_chacha::ChaCha8Rng;

use crate::{
    audio::synth::RATE_HZ,
    stages::motion::{Mood, MusicPlan},
};

/// Time the last chord rings.
const RING_S: f32 = 1.7;
const MAJOR: [i32; 7] = [0, 2, 4, 5, 7, 9, 11];
const MINOR: [i32; 7] = [0, 2, 3, 5, 7, 8, 10];

/// A whole piece.
pub(super) struct Score {
    /// In order.
    pub(super) bars: Vec<Bar>,
    /// Samples a beat, fitted so that the piece ends with the video.
    pub(super) beat_samples: f32,
    /// The last chord and where it starts.
    pub(super) ending: (Chord, usize),
}

/// Up to four beats over one chord.
pub(super) struct Bar {
    /// First sample.
    pub(super) start: usize,
    /// One to four.
    pub(super) beats: usize,
    /// What sounds.
    pub(super) chord: Chord,
    /// What plays.
    pub(super) section: Section,
    /// Position in the piece, from 0.
    pub(super) index: usize,
}

/// A chord in MIDI notes.
#[derive(Clone)]
pub(super) struct Chord {
    /// Root in the bass octave.
    pub(super) bass: f32,
    /// Close voicing around middle C, ascending.
    pub(super) notes: Vec<f32>,
}

/// How much of the band plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    /// Pad and a few notes.
    Opening,
    /// Everybody.
    Full,
    /// Without percussion, for contrast.
    Breath,
    /// Everybody, an octave of sparkle on top.
    Lift,
}

impl Score {
    pub(super) fn compose(plan: &MusicPlan, samples: usize, random: &mut ChaCha8Rng) -> Self {
        let ring = (RING_S * RATE_HZ).min(samples as f32 * 0.4);
        let body = samples as f32 - ring;
        let wanted_beat = RATE_HZ * 60.0 / plan.bpm.clamp(40.0, 180.0);
        let beats = (body / wanted_beat).round().max(1.0) as usize;
        let beat_samples = (body / beats as f32).max(1.0);
        let degrees = progression(plan, random);
        let colour = matches!(plan.mood, Mood::Wonder | Mood::Calm | Mood::Warm);
        // An odd rest of beats goes first, as a pick-up, so that the end falls on a bar line.
        let pick_up = beats % 4;
        let lengths = (pick_up > 0).then_some(pick_up).into_iter();
        let lengths: Vec<usize> = lengths.chain(std::iter::repeat_n(4, beats / 4)).collect();
        let mut bars = Vec::with_capacity(lengths.len());
        let mut beat = 0;
        for (index, &length) in lengths.iter().enumerate() {
            let last = index + 1 == lengths.len() && lengths.len() > 1;
            let cadence = if plan.minor { 6 } else { 4 };
            let degree = if last { cadence } else { degrees[index % degrees.len()] };
            bars.push(Bar {
                start: (beat as f32 * beat_samples) as usize,
                beats: length,
                chord: chord(plan, degree, colour && !last),
                section: section(index, lengths.len()),
                index,
            });
            beat += length;
        }
        Self { bars, beat_samples, ending: (chord(plan, 0, false), body as usize) }
    }
}

fn section(index: usize, bars: usize) -> Section {
    let place = index as f32 / bars as f32;
    match index {
        0 => Section::Opening,
        _ if bars >= 6 && (0.5..0.5 + 1.9 / bars as f32).contains(&place) => Section::Breath,
        _ if bars >= 4 && place >= 0.75 => Section::Lift,
        _ => Section::Full,
    }
}

/// Scale degrees, one a bar; loops that have carried songs for a long time.
fn progression(plan: &MusicPlan, random: &mut ChaCha8Rng) -> [usize; 4] {
    let choices: [[usize; 4]; 3] = match (plan.mood, plan.minor) {
        (Mood::Ominous, _) => [[0, 5, 0, 4], [0, 0, 5, 3], [0, 3, 5, 4]],
        (Mood::Playful, false) => [[0, 5, 1, 4], [0, 3, 0, 4], [0, 1, 3, 4]],
        (Mood::Calm, false) => [[0, 2, 3, 0], [0, 3, 0, 3], [0, 5, 3, 3]],
        (_, true) => [[0, 5, 2, 6], [0, 3, 5, 6], [0, 6, 5, 6]],
        (_, false) => [[0, 4, 5, 3], [0, 5, 3, 4], [5, 3, 0, 4]],
    };
    choices[random.random_range(0..choices.len())]
}

fn chord(plan: &MusicPlan, degree: usize, colour: bool) -> Chord {
    let scale = if plan.minor { MINOR } else { MAJOR };
    let pitch = |step: usize| {
        let (octave, degree) = (step / 7, step % 7);
        i32::from(plan.root_midi) + scale[degree] + 12 * octave as i32
    };
    let into = |note: i32, lowest: i32| lowest + (note - lowest).rem_euclid(12);
    let mut steps = vec![degree, degree + 2, degree + 4];
    if colour {
        // The seventh on most degrees, the ninth on the tonic: warmth without tension.
        steps.push(if degree == 0 { degree + 8 } else { degree + 6 });
    }
    let mut notes: Vec<i32> = steps.into_iter().map(|step| into(pitch(step), 55)).collect();
    notes.sort_unstable();
    notes.dedup();
    Chord {
        bass: into(pitch(degree), 33) as f32,
        notes: notes.into_iter().map(|note| note as f32).collect(),
    }
}
