//! Small synthesised sounds at entrances: pop, whoosh, tick, message. Quiet, and never two at once.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{
    Stereo, gain_of_db,
    synth::{Filter, RATE_HZ, place},
};
use crate::stages::{
    motion::{Cue, CueKind},
    timing::SAMPLES_PER_FRAME,
};

/// Shortest time between two cues.
pub const GAP_FRAMES_MIN: u32 = 9;

/// Plays the cues on a track of `samples` samples. A cue within 300 ms of the one before is left
/// out.
#[must_use]
pub fn render(cues: &[Cue], samples: usize) -> Stereo {
    let mut track = Stereo::silent(samples);
    let mut sorted: Vec<&Cue> = cues.iter().collect();
    sorted.sort_by_key(|cue| cue.frame);
    let mut last: Option<u32> = None;
    for (index, cue) in sorted.into_iter().enumerate() {
        if last.is_some_and(|last| cue.frame < last + GAP_FRAMES_MIN) {
            continue;
        }
        last = Some(cue.frame);
        let at = cue.frame as usize * SAMPLES_PER_FRAME as usize;
        play(&mut track, cue.kind, at, index as u64);
    }
    track
}

fn play(track: &mut Stereo, kind: CueKind, at: usize, seed: u64) {
    let samples = |seconds: f32| (seconds * RATE_HZ) as usize;
    match kind {
        CueKind::Pop => {
            let level = gain_of_db(-23.0);
            let mut phase = 0.0_f32;
            place(track, at, samples(0.16), 0.1, |at| {
                let time = at as f32 / RATE_HZ;
                phase += (360.0 + 520.0 * (1.0 - (-time / 0.03).exp())) / RATE_HZ;
                sine(phase) * level * (-time / 0.032).exp() * (time / 0.003).min(1.0)
            });
        }
        CueKind::Tick => {
            let level = gain_of_db(-27.0);
            place(track, at, samples(0.08), -0.1, |at| {
                let time = at as f32 / RATE_HZ;
                let tone = sine(1_650.0 * time) + 0.4 * sine(3_300.0 * time);
                tone * level * (-time / 0.011).exp() * (time / 0.001).min(1.0)
            });
        }
        CueKind::Message => {
            let level = gain_of_db(-22.0);
            for (delay_s, hz) in [(0.0, 784.0), (0.085, 1_046.5)] {
                place(track, at + samples(delay_s), samples(0.4), 0.0, |at| {
                    let time = at as f32 / RATE_HZ;
                    let tone = sine(hz * time) + 0.18 * sine(2.0 * hz * time);
                    tone * level * (-time / 0.075).exp() * (time / 0.004).min(1.0)
                });
            }
        }
        CueKind::Whoosh => whoosh(track, at, seed),
    }
}

/// Filtered noise that rises and falls in pitch and crosses from left to right; loudest on the
/// cue's frame, so it starts a little before.
fn whoosh(track: &mut Stereo, at: usize, seed: u64) {
    let (before_s, length_s) = (0.18_f32, 0.42_f32);
    let start = at.saturating_sub((before_s * RATE_HZ) as usize);
    let level = gain_of_db(-19.0);
    let length = (length_s * RATE_HZ) as usize;
    for (position, salt) in [(-0.8_f32, 1), (0.8, 2)] {
        let mut random = ChaCha8Rng::seed_from_u64(seed.wrapping_mul(31).wrapping_add(salt));
        let mut filter = Filter::default();
        place(track, start, length, position, |at| {
            let place = at as f32 / length as f32;
            let noise = random.random::<f32>() * 2.0 - 1.0;
            let swell = (place * std::f32::consts::PI).sin();
            let (_, band, _) = filter.next(noise, 350.0 + 1_500.0 * swell, 0.9);
            // From left to right over its length.
            let side = if position < 0.0 { 1.0 - place } else { place };
            band * level * swell * swell * (0.3 + 0.7 * side)
        });
    }
}

fn sine(turns: f32) -> f32 {
    (turns * std::f32::consts::TAU).sin()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peak(samples: &[f32]) -> f32 {
        samples.iter().fold(0.0, |most: f32, sample| most.max(sample.abs()))
    }

    #[test]
    fn every_cue_is_heard_at_its_frame_and_stays_quiet() {
        for kind in [CueKind::Pop, CueKind::Whoosh, CueKind::Tick, CueKind::Message] {
            let track = render(&[Cue { frame: 30, kind }], 96_000);
            let at = 30 * 1600;
            let around = peak(&track.left[at..at + 9_600]).max(peak(&track.right[at..at + 9_600]));
            assert!(around > 0.01, "{kind:?} is not heard: {around}");
            assert!(around < 0.13, "{kind:?} is too loud: {around}");
            assert!(peak(&track.left[..at - 9_600]) < 1e-6, "{kind:?} comes too early");
            assert!(track.left[95_999].abs() < 1e-4, "{kind:?} does not end");
        }
    }

    #[test]
    fn two_cues_at_once_become_one() {
        let cue = |frame| Cue { frame, kind: CueKind::Pop };
        assert_eq!(render(&[cue(10), cue(14)], 48_000), render(&[cue(10)], 48_000));
        assert_ne!(render(&[cue(10), cue(19)], 48_000), render(&[cue(10)], 48_000));
    }
}
