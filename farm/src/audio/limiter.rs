//! A look-ahead true-peak limiter: no sample, and no point between samples, passes the ceiling.
//!
//! The gain that each 4×-oversampled peak needs is held over the look-ahead (a sliding minimum),
//! released slowly, and smoothed by a moving average as long as the look-ahead. A moving average of
//! a minimum over its own length never exceeds what the peak needs, so the ceiling holds without
//! clipping (Giannoulis, Massberg & Reiss, "Digital Dynamic Range Compressor Design", JAES 2012).

use std::collections::VecDeque;

use super::Stereo;

/// Look-ahead: long enough to be inaudible as a click, short enough to stay tight.
const LOOK_AHEAD_MS: usize = 4;
/// Time constant of the release.
const RELEASE_MS: f32 = 90.0;
/// Phases of the interpolator that finds peaks between samples.
const PHASES: usize = 4;
/// Taps of each phase (BS.1770-4, annex 2, uses 12).
const TAPS: usize = 12;

/// Limits a track in place to `ceiling` (linear amplitude, 0–1] at 4×-oversampled points.
pub fn limit(track: &mut Stereo, ceiling: f32, rate_hz: u32) {
    let samples = track.len();
    let interpolator = interpolator();
    let mut needed: Vec<f32> = (0..samples)
        .map(|at| {
            let peak = peak_at(&interpolator, &track.left, at, ceiling).max(peak_at(
                &interpolator,
                &track.right,
                at,
                ceiling,
            ));
            if peak > ceiling { ceiling / peak } else { 1.0 }
        })
        .collect();
    if needed.iter().all(|&gain| gain >= 1.0) {
        return;
    }
    let window = (LOOK_AHEAD_MS * rate_hz as usize / 1000).max(1);
    // Peaks between samples belong to both neighbours, hence one sample more on each side.
    needed = sliding_minimum(&needed, window + 1);
    release(&mut needed, rate_hz);
    let gains = moving_average(&needed, window);
    for (at, &gain) in gains.iter().enumerate() {
        track.left[at] *= gain;
        track.right[at] *= gain;
    }
}

/// Windowed-sinc interpolation at 0, ¼, ½ and ¾ between two samples.
fn interpolator() -> [[f32; TAPS]; PHASES] {
    let mut filter = [[0.0_f32; TAPS]; PHASES];
    for (phase, taps) in filter.iter_mut().enumerate() {
        let fraction = phase as f64 / PHASES as f64;
        for (tap, weight) in taps.iter_mut().enumerate() {
            let distance = tap as f64 - (TAPS / 2 - 1) as f64 - fraction;
            let angle = std::f64::consts::PI * distance;
            let sinc = if distance.abs() < 1e-9 { 1.0 } else { angle.sin() / angle };
            let hann = (angle / TAPS as f64).cos().powi(2);
            *weight = (sinc * hann) as f32;
        }
    }
    filter
}

/// The largest magnitude from sample `at` up to the next one; not worked out where it cannot reach
/// the ceiling.
fn peak_at(filter: &[[f32; TAPS]; PHASES], channel: &[f32], at: usize, ceiling: f32) -> f32 {
    let mut peak = channel[at].abs();
    // Quiet surroundings cannot peak: the filter's gain is below 2.
    let first = at.saturating_sub(TAPS / 2 - 1);
    let last = (at + TAPS / 2 + 1).min(channel.len());
    let around = channel[first..last].iter().fold(0.0_f32, |most, sample| most.max(sample.abs()));
    if around < 0.5 * ceiling {
        return peak;
    }
    let missing = (TAPS / 2 - 1).saturating_sub(at);
    for taps in &filter[1..] {
        let sum: f32 = taps[missing..]
            .iter()
            .zip(&channel[first..last])
            .map(|(tap, sample)| tap * sample)
            .sum();
        peak = peak.max(sum.abs());
    }
    peak
}

/// The minimum over `reach` samples on either side.
fn sliding_minimum(values: &[f32], reach: usize) -> Vec<f32> {
    let mut lowest = VecDeque::new();
    let mut result = Vec::with_capacity(values.len());
    for at in 0..values.len() + reach {
        if let Some(&value) = values.get(at) {
            while lowest.back().is_some_and(|&(_, other)| other >= value) {
                lowest.pop_back();
            }
            lowest.push_back((at, value));
        }
        if at < reach {
            continue;
        }
        let centre = at - reach;
        while lowest.front().is_some_and(|&(place, _)| place + reach < centre) {
            lowest.pop_front();
        }
        result.push(lowest.front().map_or(1.0, |&(_, value)| value));
    }
    result
}

/// Falls at once, rises with the release's time constant.
fn release(gains: &mut [f32], rate_hz: u32) {
    let keep = (-1.0 / (RELEASE_MS * 0.001 * rate_hz as f32)).exp();
    let mut current = 1.0_f32;
    for gain in gains {
        current = if *gain < current { *gain } else { *gain + (current - *gain) * keep };
        *gain = current;
    }
}

/// The mean over `window` samples around each (centred, so it needs no delay).
fn moving_average(values: &[f32], window: usize) -> Vec<f32> {
    let half = window / 2;
    let mut sum = 0.0_f64;
    let mut result = Vec::with_capacity(values.len());
    let at = |index: isize| {
        let last = values.len() as isize - 1;
        f64::from(values[index.clamp(0, last) as usize])
    };
    for index in -(half as isize)..=half as isize {
        sum += at(index);
    }
    let count = (2 * half + 1) as f64;
    for index in 0..values.len() as isize {
        result.push((sum / count) as f32);
        sum += at(index + half as isize + 1) - at(index - half as isize);
    }
    result
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::loudness, *};

    fn tone(hz: f32, amplitude: f32, samples: usize) -> Vec<f32> {
        (0..samples)
            .map(|at| amplitude * (at as f32 * hz * std::f32::consts::TAU / 48_000.0 + 0.7).sin())
            .collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn no_true_peak_passes_the_ceiling(
            hz in 40.0_f32..16_000.0,
            loud in 0.2_f32..6.0,
            quiet in 0.0_f32..0.5,
            ceiling in 0.3_f32..0.95,
        ) {
            let mut left = tone(hz, quiet, 6_000);
            left.extend(tone(hz * 0.71, loud, 6_000));
            left.extend(tone(hz, quiet, 6_000));
            let right = tone(hz * 1.3, loud * 0.5, left.len());
            let mut track = Stereo { left, right };
            limit(&mut track, ceiling, 48_000);
            let peak = loudness::measure(&track, 48_000).expect("48 kHz is measurable");
            let allowed = 20.0 * f64::from(ceiling).log10() + 0.15;
            prop_assert!(peak.true_peak_dbtp <= allowed, "{peak:?} above {allowed}");
        }
    }

    #[test]
    fn what_is_below_the_ceiling_is_untouched() {
        let quiet = Stereo { left: tone(440.0, 0.4, 9_600), right: tone(220.0, 0.4, 9_600) };
        let mut limited = quiet.clone();
        limit(&mut limited, 0.5, 48_000);
        assert_eq!(limited, quiet);
    }

    #[test]
    fn a_burst_is_turned_down_without_a_step_in_the_gain() {
        let mut left = tone(100.0, 0.4, 24_000);
        for (offset, sample) in tone(100.0, 1.6, 2_400).into_iter().enumerate() {
            left[12_000 + offset] += sample;
        }
        let before = left.clone();
        let mut track = Stereo { right: left.clone(), left };
        limit(&mut track, 0.7, 48_000);
        let gains: Vec<f32> = track
            .left
            .iter()
            .zip(&before)
            .filter(|(_, before)| before.abs() > 0.05)
            .map(|(after, before)| after / before)
            .collect();
        let lowest = gains.iter().copied().fold(1.0, f32::min);
        assert!(lowest < 0.5, "the burst was not limited: {lowest}");
        let step = gains.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
        assert!(step < 0.1, "the gain jumps by {step}");
    }
}
