//! The mix: voice in the centre, the bed under it and ducking, cues at entrances.

use super::{Stereo, cues, gain_of_db, loudness, music};
use crate::stages::motion::{Cue, MusicPlan};

/// Level of the voice inside the mix; mastering brings the whole to its target afterwards.
const VOICE_LUFS: f64 = -18.0;
const RATE_HZ: usize = 48_000;
/// How fast the bed gives way to the voice (art direction, Sound).
const ATTACK_MS: f32 = 120.0;
/// How fast it comes back.
const RELEASE_MS: f32 = 450.0;
/// Windows in which somebody is found to speak.
const WINDOW: usize = RATE_HZ / 100;
/// A pause shorter than this does not bring the bed back.
const HOLD_WINDOWS: usize = 18;
/// Speech is this far above the silence between words, relative to the voice's own loudness.
const SPEECH_BELOW_LOUDNESS_DB: f32 = 22.0;

/// One spoken clip on the video's timeline.
#[derive(Clone, Debug, PartialEq)]
pub struct VoiceClip {
    /// First sample.
    pub start_sample: u64,
    /// Mono samples at 48 kHz, −1..1.
    pub samples: Vec<f32>,
}

/// Mixes everything to `samples` samples at 48 kHz. While somebody speaks, the bed lies
/// `plan.under_voice_lu` under the voice; in between it is `plan.duck_db` louder. The result is not
/// yet mastered. Without any voice, the bed alone.
///
/// # Errors
/// [`ebur128::Error`]: never at 48 kHz stereo, but the meter may refuse.
pub fn mix(
    clips: &[VoiceClip],
    plan: &MusicPlan,
    small_sounds: &[Cue],
    samples: usize,
) -> Result<Stereo, ebur128::Error> {
    let mut voice = voice_bus(clips, samples);
    let rate_hz = RATE_HZ as u32;
    let mut bed = music::bed(plan, samples);
    let bed_lufs = loudness::integrated_lufs(&bed, rate_hz)?;
    let voice_lufs = loudness::integrated_lufs(&voice, rate_hz)?;
    let spoken = voice_lufs.is_finite();
    if spoken {
        voice.scale(gain_of_db((VOICE_LUFS - voice_lufs) as f32));
    }
    if bed_lufs.is_finite() {
        let under = if spoken { plan.under_voice_lu - plan.duck_db } else { 0.0 };
        bed.scale(gain_of_db((VOICE_LUFS - bed_lufs) as f32 - under));
    }
    if spoken {
        let gains = ducking(&voice.left, plan.duck_db);
        for channel in [&mut bed.left, &mut bed.right] {
            for (sample, gain) in channel.iter_mut().zip(&gains) {
                *sample *= gain;
            }
        }
    }
    let mut track = voice;
    track.add(&bed);
    track.add(&cues::render(small_sounds, samples));
    Ok(track)
}

fn voice_bus(clips: &[VoiceClip], samples: usize) -> Stereo {
    let mut centre = vec![0.0_f32; samples];
    for clip in clips {
        let start = usize::try_from(clip.start_sample).unwrap_or(usize::MAX).min(samples);
        let length = clip.samples.len();
        // Trimmed clips may begin inside a sound: three milliseconds hide the edge.
        let edge = 144.0_f32;
        for (at, (target, sample)) in centre[start..].iter_mut().zip(&clip.samples).enumerate() {
            let fade = ((at + 1) as f32 / edge).min((length - at) as f32 / edge).min(1.0);
            *target += sample * fade;
        }
    }
    Stereo { left: centre.clone(), right: centre }
}

/// Gain of the bed at every sample: down by `duck_db` while the voice (already at its level)
/// sounds.
fn ducking(voice: &[f32], duck_db: f32) -> Vec<f32> {
    let speech_power = gain_of_db(VOICE_LUFS as f32 - SPEECH_BELOW_LOUDNESS_DB).powi(2);
    let mut speaking: Vec<bool> = voice
        .chunks(WINDOW)
        .map(|window| {
            window.iter().map(|x| x * x).sum::<f32>() / window.len() as f32 > speech_power
        })
        .collect();
    bridge_pauses(&mut speaking);
    // The bed gives way before the word, not after: the attack is over when the word starts.
    let early = (ATTACK_MS as usize * RATE_HZ / 1000) / WINDOW;
    let step = |time_ms: f32| 1.0 - (-1.0 / (time_ms * 0.001 * RATE_HZ as f32 / 3.0)).exp();
    let (attack, release) = (step(ATTACK_MS), step(RELEASE_MS));
    let mut level_db = if speaking.iter().take(early + 1).any(|&on| on) { -duck_db } else { 0.0 };
    (0..voice.len())
        .map(|at| {
            let ahead = (at / WINDOW + early).min(speaking.len().saturating_sub(1));
            let now = at / WINDOW;
            let on = speaking[ahead] || speaking[now];
            let target = if on { -duck_db } else { 0.0 };
            level_db += (target - level_db) * if target < level_db { attack } else { release };
            gain_of_db(level_db)
        })
        .collect()
}

/// Short pauses between words count as speech.
fn bridge_pauses(speaking: &mut [bool]) {
    let mut last_on: Option<usize> = None;
    for at in 0..speaking.len() {
        if !speaking[at] {
            continue;
        }
        if let Some(last) = last_on
            && at - last <= HOLD_WINDOWS
        {
            speaking[last..at].fill(true);
        }
        last_on = Some(at);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::stages::motion::Mood;

    fn plan() -> MusicPlan {
        MusicPlan {
            mood: Mood::Warm,
            bpm: 92.0,
            root_midi: 48,
            minor: false,
            seed: 3,
            under_voice_lu: 21.0,
            duck_db: 7.0,
        }
    }

    /// A buzz with a speech-like envelope.
    fn speech(seconds: f32) -> Vec<f32> {
        (0..(seconds * 48_000.0) as usize)
            .map(|at| {
                let time = at as f32 / 48_000.0;
                let syllable = 0.55 + 0.45 * (time * 4.0 * std::f32::consts::TAU).sin();
                let buzz = (1..8_u8).map(|n| {
                    (time * 140.0 * f32::from(n) * std::f32::consts::TAU).sin() / f32::from(n)
                });
                0.2 * syllable * buzz.sum::<f32>()
            })
            .collect()
    }

    fn lufs(track: &Stereo, seconds: std::ops::Range<usize>) -> f64 {
        let range = seconds.start * RATE_HZ..seconds.end * RATE_HZ;
        let part =
            Stereo { left: track.left[range.clone()].to_vec(), right: track.right[range].to_vec() };
        loudness::integrated_lufs(&part, 48_000).expect("48 kHz")
    }

    #[test]
    fn the_bed_lies_under_the_voice_and_rises_when_it_pauses() {
        let clip = VoiceClip { start_sample: 4 * 48_000, samples: speech(6.0) };
        let samples = 16 * RATE_HZ;
        let full = mix(std::slice::from_ref(&clip), &plan(), &[], samples).expect("mixes");
        let bed = {
            let voice = voice_bus(&[clip], samples);
            let voice_lufs = loudness::integrated_lufs(&voice, 48_000).expect("48 kHz");
            let mut only = full.clone();
            let mut minus = voice;
            minus.scale(-gain_of_db((VOICE_LUFS - voice_lufs) as f32));
            only.add(&minus);
            only
        };
        let under = lufs(&full, 5..9) - lufs(&bed, 5..9);
        assert!((18.0..24.5).contains(&under), "{under} LU under the voice");
        let rise = lufs(&bed, 11..14) - lufs(&bed, 5..9);
        assert!((3.5..11.0).contains(&rise), "comes back by {rise} LU");
    }

    #[test]
    fn a_mastered_mix_meets_the_target() {
        let clip = VoiceClip { start_sample: 9_600, samples: speech(7.0) };
        let track = mix(&[clip], &plan(), &[], 8 * RATE_HZ).expect("mixes");
        let done = loudness::master(&track, 48_000, -14.0, -2.2).expect("masters");
        let found = loudness::measure(&done, 48_000).expect("measures");
        assert!((found.integrated_lufs + 14.0).abs() < 0.3, "{found:?}");
        assert!(found.true_peak_dbtp <= -2.0, "{found:?}");
    }

    #[test]
    fn without_a_voice_the_bed_carries_the_video() {
        let track = mix(&[], &plan(), &[], 6 * RATE_HZ).expect("mixes");
        assert!((lufs(&track, 0..6) - VOICE_LUFS).abs() < 1.0);
        let nothing = mix(&[], &plan(), &[], 0).expect("mixes");
        assert!(nothing.is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn ducking_never_leaves_its_range_and_never_jumps(
            starts in proptest::collection::vec(0_usize..90_000, 0..5),
            duck_db in 0.0_f32..12.0,
        ) {
            let mut voice = vec![0.0_f32; 96_000];
            for start in starts {
                for (target, sample) in voice[start..].iter_mut().zip(speech(0.1)) {
                    *target = sample;
                }
            }
            let gains = ducking(&voice, duck_db);
            prop_assert_eq!(gains.len(), voice.len());
            let floor = gain_of_db(-duck_db) - 1e-4;
            prop_assert!(gains.iter().all(|gain| (floor..=1.0001).contains(gain)));
            prop_assert!(gains.windows(2).all(|pair| (pair[1] - pair[0]).abs() < 0.002));
        }
    }
}
