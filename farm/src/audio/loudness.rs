//! Measures loudness (EBU R 128 / ITU-R BS.1770-4) and brings a mix to the target that every
//! platform plays back unchanged.

use ebur128::{EbuR128, Mode};

use super::{Stereo, gain_of_db, limiter};

/// Integrated loudness of a finished video.
pub const TARGET_LUFS: f64 = -14.0;
/// Highest true peak of a finished video.
pub const TRUE_PEAK_DBTP_MAX: f64 = -1.5;
/// Ceiling before AAC, whose quantisation adds up to half a decibel of peak.
pub const CEILING_BEFORE_AAC_DBTP: f64 = -2.2;

/// A measurement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Loudness {
    /// Integrated loudness in LUFS; negative infinity for silence.
    pub integrated_lufs: f64,
    /// True peak (4× oversampled) in dBTP; negative infinity for silence.
    pub true_peak_dbtp: f64,
}

/// Measures a track at the given rate.
///
/// # Errors
/// [`ebur128::Error`] for a rate the standard does not cover.
pub fn measure(track: &Stereo, rate_hz: u32) -> Result<Loudness, ebur128::Error> {
    let mut meter = EbuR128::new(2, rate_hz, Mode::I | Mode::TRUE_PEAK)?;
    meter.add_frames_planar_f32(&[&track.left[..track.len()], &track.right[..track.len()]])?;
    let peak = meter.true_peak(0)?.max(meter.true_peak(1)?);
    Ok(Loudness { integrated_lufs: meter.loudness_global()?, true_peak_dbtp: 20.0 * peak.log10() })
}

/// Integrated loudness alone, which is a good deal cheaper than [`measure`].
///
/// # Errors
/// As [`measure`].
pub fn integrated_lufs(track: &Stereo, rate_hz: u32) -> Result<f64, ebur128::Error> {
    let mut meter = EbuR128::new(2, rate_hz, Mode::I)?;
    meter.add_frames_planar_f32(&[&track.left[..track.len()], &track.right[..track.len()]])?;
    meter.loudness_global()
}

/// Gain, then limit, repeated until the limiter's own loss is made up for: the result has
/// `target_lufs` within 0.1 LU and peaks at most at `ceiling_dbtp`. Silence stays silence.
///
/// # Errors
/// As [`measure`].
pub fn master(
    mix: &Stereo,
    rate_hz: u32,
    target_lufs: f64,
    ceiling_dbtp: f64,
) -> Result<Stereo, ebur128::Error> {
    let raw_lufs = integrated_lufs(mix, rate_hz)?;
    if !raw_lufs.is_finite() {
        return Ok(mix.clone());
    }
    let mut gain_db = target_lufs - raw_lufs;
    let mut mastered = Stereo::default();
    for _ in 0..4 {
        mastered = mix.clone();
        mastered.scale(gain_of_db(gain_db as f32));
        limiter::limit(&mut mastered, gain_of_db(ceiling_dbtp as f32), rate_hz);
        let lacking = target_lufs - integrated_lufs(&mastered, rate_hz)?;
        if lacking.abs() < 0.1 {
            break;
        }
        gain_db += lacking;
    }
    Ok(mastered)
}
