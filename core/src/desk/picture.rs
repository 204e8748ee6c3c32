//! What a picture file is, from its first bytes: kind and size, before it is stored. It is not
//! decoded here (the workers do that, with limits of their own); what no decoder could use is
//! refused at once, while the person is still there.

use crate::words::{Tongue, say};

/// Largest file taken.
const FILE_BYTES_MAX: usize = 25 * 1024 * 1024;
/// Longest side taken.
const SIDE_PX_MAX: u32 = 12_000;
/// Most pixels taken.
const PIXELS_MAX: u64 = 64_000_000;
/// Shortest side that can be shown.
const SIDE_PX_MIN: u32 = 32;

/// A picture's kind and size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) extension: &'static str,
    pub(super) width_px: u32,
    pub(super) height_px: u32,
}

/// Why a picture is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    TooLong(usize),
    Unknown,
    CutOff,
    TooLarge(u32, u32),
    TooSmall(u32, u32),
}

impl Refusal {
    /// In words for the person.
    pub(super) fn said(self, tongue: Tongue) -> String {
        match self {
            Self::TooLong(bytes) => {
                let (megabytes, most) = (bytes / 1_048_576, FILE_BYTES_MAX / 1_048_576);
                say!(tongue, "picture-too-long", megabytes = megabytes, most = most)
            }
            Self::Unknown => say!(tongue, "picture-unknown"),
            Self::CutOff => say!(tongue, "picture-cut-off"),
            Self::TooLarge(width, height) => {
                let most = SIDE_PX_MAX;
                say!(tongue, "picture-too-large", width = width, height = height, most = most)
            }
            Self::TooSmall(width, height) => {
                let least = SIDE_PX_MIN;
                say!(tongue, "picture-too-small", width = width, height = height, least = least)
            }
        }
    }
}

/// Looks at the beginning of a file.
pub(super) fn inspect(bytes: &[u8]) -> Result<Seen, Refusal> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(Refusal::TooLong(bytes.len()));
    }
    let (extension, size) = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        ("png", png(bytes))
    } else if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
        ("jpg", jpeg(bytes))
    } else if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") {
        ("gif", gif(bytes))
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        ("webp", webp(bytes))
    } else {
        return Err(Refusal::Unknown);
    };
    let (width_px, height_px) = size.ok_or(Refusal::CutOff)?;
    let pixels = u64::from(width_px) * u64::from(height_px);
    if width_px.max(height_px) > SIDE_PX_MAX || pixels > PIXELS_MAX {
        return Err(Refusal::TooLarge(width_px, height_px));
    }
    if width_px.min(height_px) < SIDE_PX_MIN {
        return Err(Refusal::TooSmall(width_px, height_px));
    }
    Ok(Seen { extension, width_px, height_px })
}

fn number(bytes: &[u8], at: usize, length: usize) -> Option<u32> {
    let digits = bytes.get(at..at.checked_add(length)?)?;
    Some(digits.iter().fold(0, |sum, digit| sum << 8 | u32::from(*digit)))
}

fn number_le(bytes: &[u8], at: usize, length: usize) -> Option<u32> {
    let digits = bytes.get(at..at.checked_add(length)?)?;
    Some(digits.iter().rev().fold(0, |sum, digit| sum << 8 | u32::from(*digit)))
}

/// PNG, 11.2.1: IHDR is the first chunk.
fn png(bytes: &[u8]) -> Option<(u32, u32)> {
    let is_header = bytes.get(12..16)? == b"IHDR";
    is_header.then_some((number(bytes, 16, 4)?, number(bytes, 20, 4)?))
}

/// JPEG (ITU T.81, B.2.2): the frame header is the first SOF segment.
fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    loop {
        if number(bytes, at, 1)? != 0xff {
            return None;
        }
        let marker = number(bytes, at + 1, 1)?;
        match marker {
            0xff => at += 1,
            0x01 | 0xd0..=0xd8 => at += 2,
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                return Some((number(bytes, at + 7, 2)?, number(bytes, at + 5, 2)?));
            }
            0xd9 | 0xda => return None,
            _ => at += 2 + usize::try_from(number(bytes, at + 2, 2)?).ok()?.max(2),
        }
    }
}

fn gif(bytes: &[u8]) -> Option<(u32, u32)> {
    Some((number_le(bytes, 6, 2)?, number_le(bytes, 8, 2)?))
}

/// WebP (RFC 9649, 2): lossy, lossless or extended.
fn webp(bytes: &[u8]) -> Option<(u32, u32)> {
    match bytes.get(12..16)? {
        b"VP8 " => Some((number_le(bytes, 26, 2)? & 0x3fff, number_le(bytes, 28, 2)? & 0x3fff)),
        b"VP8L" => {
            let packed = number_le(bytes, 21, 4)?;
            Some(((packed & 0x3fff) + 1, (packed >> 14 & 0x3fff) + 1))
        }
        b"VP8X" => Some((number_le(bytes, 24, 3)? + 1, number_le(bytes, 27, 3)? + 1)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn png_of(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes
    }

    #[test]
    fn kinds_and_sizes_are_read_from_the_content() {
        let size = |bytes: &[u8]| inspect(bytes).map(|s| (s.extension, s.width_px, s.height_px));
        assert_eq!(size(&png_of(640, 480)), Ok(("png", 640, 480)));
        let jpeg = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc2\x00\x11\x08\x01\xe0\x02\x80\x03";
        assert_eq!(size(jpeg), Ok(("jpg", 640, 480)));
        assert_eq!(size(b"GIF89a\x80\x02\xe0\x01"), Ok(("gif", 640, 480)));
        let webp = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x7f\x02\0\xdf\x01\0";
        assert_eq!(size(webp), Ok(("webp", 640, 480)));
    }

    #[test]
    fn what_cannot_be_used_is_refused_with_a_reason() {
        assert_eq!(inspect(b"<svg/>"), Err(Refusal::Unknown));
        assert_eq!(inspect(&png_of(640, 480)[..20]), Err(Refusal::CutOff));
        assert_eq!(inspect(&png_of(20_000, 10)), Err(Refusal::TooLarge(20_000, 10)));
        assert_eq!(inspect(&png_of(9_000, 9_000)), Err(Refusal::TooLarge(9_000, 9_000)));
        assert_eq!(inspect(&png_of(8, 8)), Err(Refusal::TooSmall(8, 8)));
        assert!(
            inspect(&vec![0; FILE_BYTES_MAX + 1])
                .unwrap_err()
                .said(Tongue::English)
                .contains("25 MB")
        );
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic_or_hang(
            head in prop::sample::select(vec![
                b"\x89PNG\r\n\x1a\n".to_vec(), b"\xff\xd8\xff".to_vec(),
                b"GIF89a".to_vec(), b"RIFF\0\0\0\0WEBPVP8X".to_vec(),
            ]),
            tail in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            let _ = inspect(&[head, tail].concat());
        }
    }
}
