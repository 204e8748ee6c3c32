//! Reads and writes the one kind of WAV that stages exchange: 16-bit mono at 48 kHz.

/// A WAV that is not what a voice clip must be.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum WavError {
    /// No RIFF/WAVE header, or a chunk runs past the end.
    #[error("not a WAV file")]
    NotWav,
    /// Another format than 16-bit PCM mono at 48 kHz.
    #[error("a voice clip must be 16-bit mono at 48 kHz, not {0}")]
    Format(String),
}

/// Samples of a 16-bit mono 48 kHz WAV, −1..1.
///
/// # Errors
/// [`WavError`] for anything else.
pub fn read_mono_48k(bytes: &[u8]) -> Result<Vec<f32>, WavError> {
    if bytes.len() < 12 || &bytes[..4] != b"RIFF" || &bytes[8..12] != b"WAVE" {
        return Err(WavError::NotWav);
    }
    let mut rest = &bytes[12..];
    let mut seen_format = false;
    while rest.len() >= 8 {
        let size = u32::from_le_bytes([rest[4], rest[5], rest[6], rest[7]]) as usize;
        let (kind, body) = (&rest[..4], &rest[8..]);
        let chunk = body.get(..size).ok_or(WavError::NotWav)?;
        match kind {
            b"fmt " => {
                check_format(chunk)?;
                seen_format = true;
            }
            b"data" if seen_format => {
                let sample = |pair: &[u8]| f32::from(i16::from_le_bytes([pair[0], pair[1]]));
                return Ok(chunk.chunks_exact(2).map(|pair| sample(pair) / 32_768.0).collect());
            }
            _ => {}
        }
        rest = body.get(size + size % 2..).unwrap_or(&[]);
    }
    Err(WavError::NotWav)
}

fn check_format(chunk: &[u8]) -> Result<(), WavError> {
    if chunk.len() < 16 {
        return Err(WavError::NotWav);
    }
    let short = |at: usize| u16::from_le_bytes([chunk[at], chunk[at + 1]]);
    let rate_hz = u32::from_le_bytes([chunk[4], chunk[5], chunk[6], chunk[7]]);
    let (kind, channels, bits) = (short(0), short(2), short(14));
    // 1 is PCM; 0xFFFE is WAVE_FORMAT_EXTENSIBLE, which some writers use for the same.
    if (kind == 1 || kind == 0xFFFE) && channels == 1 && bits == 16 && rate_hz == 48_000 {
        return Ok(());
    }
    Err(WavError::Format(format!("{bits} bits, {channels} channels, {rate_hz} Hz")))
}

/// The bytes of a 16-bit mono 48 kHz WAV; samples beyond ±1 are clipped.
#[must_use]
pub fn write_mono_48k(samples: &[f32]) -> Vec<u8> {
    let data_bytes = (samples.len() * 2) as u32;
    let mut bytes = Vec::with_capacity(44 + samples.len() * 2);
    bytes.extend_from_slice(b"RIFF");
    bytes.extend_from_slice(&(36 + data_bytes).to_le_bytes());
    bytes.extend_from_slice(b"WAVEfmt ");
    for field in [16_u32.to_le_bytes(), [1, 0, 1, 0], 48_000_u32.to_le_bytes()] {
        bytes.extend_from_slice(&field);
    }
    bytes.extend_from_slice(&96_000_u32.to_le_bytes());
    bytes.extend_from_slice(&[2, 0, 16, 0]);
    bytes.extend_from_slice(b"data");
    bytes.extend_from_slice(&data_bytes.to_le_bytes());
    for sample in samples {
        let value = (sample.clamp(-1.0, 1.0) * 32_767.0).round() as i16;
        bytes.extend_from_slice(&value.to_le_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_survive_the_way_through_a_wav() {
        let samples = [0.0, 0.5, -0.5, 0.999, -1.0];
        let back = read_mono_48k(&write_mono_48k(&samples)).expect("our own WAV");
        assert_eq!(back.len(), samples.len());
        for (one, other) in samples.iter().zip(&back) {
            assert!((one - other).abs() < 1e-4, "{one} became {other}");
        }
    }

    #[test]
    fn other_files_are_refused_with_the_reason() {
        assert_eq!(read_mono_48k(b"ID3 nonsense"), Err(WavError::NotWav));
        let mut stereo = write_mono_48k(&[0.0; 4]);
        stereo[22] = 2;
        assert!(matches!(read_mono_48k(&stereo), Err(WavError::Format(_))));
        let mut cut = write_mono_48k(&[0.0; 100]);
        cut.truncate(100);
        assert_eq!(read_mono_48k(&cut), Err(WavError::NotWav));
    }
}
