//! The bed: a short piece of music composed and played from a [`MusicPlan`]. It starts at once,
//! varies by section, and its last chord is the tonic, ringing out over the last second.

mod instruments;
mod score;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use self::{instruments::Band, score::Score};
use super::{Stereo, synth};
use crate::stages::motion::MusicPlan;

/// Plays the bed for a video of `samples` samples at 48 kHz. Its level is arbitrary (peaks about
/// −6 dBFS); [`super::mix`] sets it. The same plan and length give the same samples.
#[must_use]
pub fn bed(plan: &MusicPlan, samples: usize) -> Stereo {
    let mut random = ChaCha8Rng::seed_from_u64(plan.seed ^ 0x6d75_7369_6300);
    let score = Score::compose(plan, samples, &mut random);
    let mut band = Band::new(plan.mood, samples);
    for bar in &score.bars {
        band.play(bar, &score, &mut random);
    }
    band.finish(&score);
    let (mut track, send, decay_s) = band.into_tracks();
    track.add(&synth::reverb(&send, decay_s, 4_500.0));
    for channel in [&mut track.left, &mut track.right] {
        synth::high_pass(channel, 38.0);
        fade(channel);
    }
    let peak = track.left.iter().chain(&track.right).fold(0.0_f32, |most, x| most.max(x.abs()));
    if peak > 0.0 {
        track.scale(0.5 / peak);
    }
    track
}

/// No click at either end.
fn fade(channel: &mut [f32]) {
    let (rise, fall) = (480, 9_600);
    let length = channel.len();
    for (at, sample) in channel.iter_mut().enumerate() {
        let from_start = at as f32 / rise as f32;
        let from_end = (length - 1 - at) as f32 / fall as f32;
        *sample *= from_start.min(from_end).min(1.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{audio::loudness, stages::motion::Mood};

    const MOODS: [Mood; 7] = [
        Mood::Wonder,
        Mood::Playful,
        Mood::Ominous,
        Mood::Calm,
        Mood::Driving,
        Mood::Sober,
        Mood::Warm,
    ];

    fn plan(mood: Mood) -> MusicPlan {
        MusicPlan {
            mood,
            bpm: 96.0,
            root_midi: 50,
            minor: matches!(mood, Mood::Ominous | Mood::Sober),
            seed: 7,
            under_voice_lu: 21.0,
            duck_db: 7.0,
        }
    }

    fn power(samples: &[f32]) -> f32 {
        samples.iter().map(|x| x * x).sum::<f32>() / samples.len().max(1) as f32
    }

    fn db(samples: &[f32]) -> f32 {
        10.0 * power(samples).max(1e-12).log10()
    }

    #[test]
    fn every_mood_sounds_from_the_first_beat_to_the_last_second_without_a_click() {
        for mood in MOODS {
            let track = bed(&plan(mood), 48_000 * 14);
            let whole = db(&track.left);
            assert!(db(&track.left[..24_000]) > whole - 15.0, "{mood:?} starts late");
            let last = &track.left[48_000 * 13..48_000 * 13 + 33_600];
            assert!(db(last) > whole - 16.0, "{mood:?} dies early: {} of {whole}", db(last));
            let peak = track.left.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
            assert!(peak <= 0.51, "{mood:?} peaks at {peak}");
            let jump = track.left.windows(2).map(|w| (w[1] - w[0]).abs()).fold(0.0, f32::max);
            assert!(jump < 0.2, "{mood:?} jumps by {jump}");
            assert!(track.left.last().is_some_and(|end| end.abs() < 1e-3));
        }
    }

    #[test]
    fn the_bed_is_stereo_and_varies() {
        for mood in MOODS {
            let track = bed(&plan(mood), 48_000 * 20);
            let side: Vec<f32> =
                track.left.iter().zip(&track.right).map(|(l, r)| (l - r) * 0.5).collect();
            let width = db(&side) - db(&track.left);
            assert!((-25.0..-1.0).contains(&width), "{mood:?} is {width} dB wide");
            let blocks: Vec<f32> = track.left.chunks(24_000).map(db).collect();
            let inner = &blocks[1..blocks.len() - 3];
            let most = inner.iter().copied().fold(f32::MIN, f32::max);
            let least = inner.iter().copied().fold(f32::MAX, f32::min);
            assert!((0.8..16.0).contains(&(most - least)), "{mood:?}: {inner:?}");
        }
    }

    #[test]
    fn bass_middle_and_treble_are_in_balance() {
        for mood in MOODS {
            let track = bed(&plan(mood), 48_000 * 12);
            let (mut low, mut high) = (synth::Filter::default(), synth::Filter::default());
            let (mut bass, mut middle, mut treble) = (Vec::new(), Vec::new(), Vec::new());
            for &sample in &track.left {
                let (under, _, over) = low.next(sample, 200.0, 0.7);
                bass.push(under);
                let (between, _, top) = high.next(over, 2_500.0, 0.7);
                middle.push(between);
                treble.push(top);
            }
            let (bass, middle, treble) = (db(&bass), db(&middle), db(&treble));
            assert!((bass - middle).abs() < 14.0, "{mood:?}: bass {bass}, middle {middle}");
            assert!(treble < middle - 4.0, "{mood:?} hisses: {treble} against {middle}");
            assert!(treble > middle - 45.0, "{mood:?} is dull: {treble} against {middle}");
        }
    }

    #[test]
    fn the_same_plan_gives_the_same_samples_and_another_seed_others() {
        let one = bed(&plan(Mood::Warm), 48_000 * 6);
        assert_eq!(one, bed(&plan(Mood::Warm), 48_000 * 6));
        let other = bed(&MusicPlan { seed: 8, ..plan(Mood::Warm) }, 48_000 * 6);
        assert_ne!(one, other);
        let loud = loudness::integrated_lufs(&one, 48_000).expect("48 kHz");
        assert!((-40.0..-8.0).contains(&loud), "{loud} LUFS");
    }

    #[test]
    fn a_very_short_video_still_gets_an_ending() {
        for samples in [0, 1, 4_800, 48_000, 100_000] {
            assert_eq!(bed(&plan(Mood::Driving), samples).len(), samples);
        }
    }
}
