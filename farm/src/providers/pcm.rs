//! Speech that came over the wire as plain samples: trimmed, levelled, at our rate, its word times
//! moved along.

use cutline_speech::{audio, text};

use super::{PhonemeTime, Speech, WordTime};

/// Rate at which both vendors are asked for plain samples (16-bit, mono, little-endian).
pub const RATE_HZ: u32 = 24_000;

/// Samples of 16-bit little-endian mono; a stray last byte is dropped.
#[must_use]
pub fn samples(bytes: &[u8]) -> Vec<f32> {
    bytes
        .chunks_exact(2)
        .map(|two| f32::from(i16::from_le_bytes([two[0], two[1]])) / 32_768.0)
        .collect()
}

/// A finished clip from raw samples and word times (`None`: they are found in the clip). `None`
/// when it is silent or the rate cannot be converted.
#[must_use]
pub fn finish(
    line: &str,
    language: &str,
    raw: &[f32],
    rate_hz: u32,
    times: Option<Vec<WordTime>>,
) -> Option<Speech> {
    let (mut clip, cut_s) = audio::trim(raw, rate_hz);
    if clip.is_empty() {
        return None;
    }
    let length_s = clip.len() as f64 / f64::from(rate_hz);
    let words = match times {
        Some(times) => times
            .into_iter()
            .map(|word| WordTime {
                start_s: (word.start_s - cut_s).clamp(0.0, length_s),
                end_s: (word.end_s - cut_s).clamp(0.0, length_s),
                ..word
            })
            .collect(),
        None => found(line, language, &clip, rate_hz),
    };
    audio::level(&mut clip, rate_hz);
    let samples = audio::to_rate(&clip, rate_hz).ok()?;
    Some(Speech { samples, words, phonemes: Vec::<PhonemeTime>::new() })
}

/// Word times found in the clip itself.
fn found(line: &str, language: &str, clip: &[f32], rate_hz: u32) -> Vec<WordTime> {
    let spans = cutline_speech::align::words(&text::read(line, language), clip, rate_hz);
    let word = |span: cutline_speech::WordSpan| WordTime {
        text: line.get(span.span.clone()).unwrap_or_default().to_owned(),
        span_start: span.span.start,
        span_end: span.span.end,
        start_s: span.start_s,
        end_s: span.end_s,
    };
    spans.into_iter().map(word).collect()
}
