//! Sample arithmetic for spoken clips: where the voice is, how loud, at what rate. Mono `f32`.

use rubato::{
    Fft, FixedSync, Resampler, audioadapter::Adapter, audioadapter_buffers::direct::SequentialSlice,
};

/// Rate of every finished clip.
pub const RATE_HZ: u32 = 48_000;
/// Level of every finished clip: RMS over its sounding parts, in dB below full scale.
pub const LEVEL_DBFS: f32 = -20.0;
/// Window over which energy is measured.
const WINDOW_S: f64 = 0.010;
/// Quieter than the loudest window by this much counts as silence (speech spans about 30 dB).
const SILENCE_DB: f32 = -36.0;
/// Kept before the first sound, so that a soft consonant is not cut.
const LEAD_S: f64 = 0.020;
/// Kept after the last, so that a word may ring out.
const TAIL_S: f64 = 0.060;
/// Above this magnitude peaks are bent instead of cut.
const KNEE: f32 = 0.7;

/// Why samples could not be converted.
#[derive(Debug, thiserror::Error)]
pub enum AudioError {
    /// The resampler refused.
    #[error("resampling from {from_hz} Hz: {reason}")]
    Resample {
        /// Rate of the input.
        from_hz: u32,
        /// What it said.
        reason: String,
    },
}

/// RMS of each 10 ms window; the last, shorter one included.
#[must_use]
pub fn energy(samples: &[f32], rate_hz: u32) -> Vec<f32> {
    samples
        .chunks(window_samples(rate_hz))
        .map(|window| (window.iter().map(|s| s * s).sum::<f32>() / window.len() as f32).sqrt())
        .collect()
}

fn window_samples(rate_hz: u32) -> usize {
    ((f64::from(rate_hz) * WINDOW_S) as usize).max(1)
}

/// First and one past the last sample of the sounding part, without margins; `None` for silence.
#[must_use]
pub fn sounding(samples: &[f32], rate_hz: u32) -> Option<(usize, usize)> {
    let energy = energy(samples, rate_hz);
    let threshold = threshold(&energy)?;
    let window = window_samples(rate_hz);
    let first = energy.iter().position(|&e| e > threshold)?;
    let last = energy.iter().rposition(|&e| e > threshold)?;
    Some((first * window, ((last + 1) * window).min(samples.len())))
}

/// Energy above which a window sounds.
fn threshold(energy: &[f32]) -> Option<f32> {
    let peak = energy.iter().copied().fold(0.0, f32::max);
    (peak > 1e-4).then(|| peak * 10_f32.powf(SILENCE_DB / 20.0))
}

/// Cuts silence off both ends, leaving small margins with short fades. Gives the cut clip and the
/// seconds taken off its start.
#[must_use]
pub fn trim(samples: &[f32], rate_hz: u32) -> (Vec<f32>, f64) {
    let Some((first, last)) = sounding(samples, rate_hz) else { return (Vec::new(), 0.0) };
    let margin = |seconds: f64| (f64::from(rate_hz) * seconds) as usize;
    let start = first.saturating_sub(margin(LEAD_S));
    let end = (last + margin(TAIL_S)).min(samples.len());
    let mut clip = samples[start..end].to_vec();
    fade(&mut clip, margin(0.004));
    (clip, start as f64 / f64::from(rate_hz))
}

/// Linear fades at both ends.
fn fade(clip: &mut [f32], length: usize) {
    let length = length.min(clip.len() / 2);
    for i in 0..length {
        let gain = i as f32 / length as f32;
        clip[i] *= gain;
        let mirrored = clip.len() - 1 - i;
        clip[mirrored] *= gain;
    }
}

/// Brings a clip to [`LEVEL_DBFS`], measured over its sounding windows only; peaks bend softly.
pub fn level(clip: &mut [f32], rate_hz: u32) {
    let energy = energy(clip, rate_hz);
    let Some(threshold) = threshold(&energy) else { return };
    let loud: Vec<f32> = energy.into_iter().filter(|&e| e > threshold * 2.0).collect();
    if loud.is_empty() {
        return;
    }
    let mean_square = loud.iter().map(|e| e * e).sum::<f32>() / loud.len() as f32;
    let gain = 10_f32.powf(LEVEL_DBFS / 20.0) / mean_square.sqrt();
    for sample in clip {
        *sample = bend(*sample * gain);
    }
}

/// Identity up to [`KNEE`], then a hyperbolic tangent towards 1.
fn bend(sample: f32) -> f32 {
    let magnitude = sample.abs();
    if magnitude <= KNEE {
        return sample;
    }
    let room = 1.0 - KNEE;
    sample.signum() * (KNEE + room * ((magnitude - KNEE) / room).tanh() * 0.98)
}

/// Converts a clip to [`RATE_HZ`].
///
/// # Errors
/// [`AudioError::Resample`] when the rate is one the resampler cannot take.
pub fn to_rate(samples: &[f32], from_hz: u32) -> Result<Vec<f32>, AudioError> {
    if from_hz == RATE_HZ || samples.is_empty() {
        return Ok(samples.to_vec());
    }
    let fail = |reason: String| AudioError::Resample { from_hz, reason };
    let mut resampler =
        Fft::<f32>::new(from_hz as usize, RATE_HZ as usize, 1024, 1, FixedSync::Both)
            .map_err(|error| fail(error.to_string()))?;
    let input =
        SequentialSlice::new(samples, 1, samples.len()).map_err(|error| fail(error.to_string()))?;
    let output = resampler
        .process_all(&input, samples.len(), None)
        .map_err(|error| fail(error.to_string()))?;
    Ok((0..output.frames()).filter_map(|frame| output.read_sample(0, frame)).collect())
}

/// A silent stretch.
#[must_use]
pub fn silence(seconds: f64, rate_hz: u32) -> Vec<f32> {
    vec![0.0; (seconds.max(0.0) * f64::from(rate_hz)).round() as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(seconds: f64, amplitude: f32, rate_hz: u32) -> Vec<f32> {
        (0..(seconds * f64::from(rate_hz)) as usize)
            .map(|i| amplitude * (i as f32 * 440.0 * std::f32::consts::TAU / rate_hz as f32).sin())
            .collect()
    }

    #[test]
    fn silence_around_a_sound_is_cut_and_its_length_told() {
        let mut clip = silence(0.4, 24_000);
        clip.extend(tone(1.0, 0.1, 24_000));
        clip.extend(silence(0.6, 24_000));
        let (cut, taken_s) = trim(&clip, 24_000);
        assert!((taken_s - 0.38).abs() < 0.011, "{taken_s}");
        assert!((cut.len() as f64 / 24_000.0 - 1.08).abs() < 0.02);
    }

    #[test]
    fn quiet_and_loud_clips_come_out_equally_loud_and_unclipped() {
        for amplitude in [0.01, 0.9] {
            let mut clip = tone(0.5, amplitude, 24_000);
            level(&mut clip, 24_000);
            let rms = (clip.iter().map(|s| s * s).sum::<f32>() / clip.len() as f32).sqrt();
            assert!((20.0 * rms.log10() - LEVEL_DBFS).abs() < 0.3);
            assert!(clip.iter().all(|s| s.abs() <= 1.0));
        }
    }

    #[test]
    fn resampling_keeps_length_and_pitch() {
        for from_hz in [24_000, 22_050] {
            let clip = to_rate(&tone(1.0, 0.5, from_hz), from_hz).expect("a common rate");
            assert!(clip.len().abs_diff(RATE_HZ as usize) <= 2, "{}", clip.len());
            let crossings = clip.windows(2).filter(|w| w[0] <= 0.0 && w[1] > 0.0).count();
            assert!(crossings.abs_diff(440) <= 2, "{crossings}");
        }
    }

    #[test]
    fn silence_alone_gives_nothing() {
        assert_eq!(trim(&silence(1.0, 24_000), 24_000).0.len(), 0);
    }
}
