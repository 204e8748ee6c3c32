//! Pictures and voices that the stand-ins deliver: every picture unlike the others, every word a
//! tone.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage, imageops};

/// Cells in a row and in a column.
const CELLS: u32 = 7;

/// A JPEG of coloured cells, another one for every name.
pub(super) fn picture(name: &str, width: u32, height: u32) -> Vec<u8> {
    let seed = name
        .bytes()
        .fold(2_166_136_261_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(16_777_619));
    // Few pixels here, many in the library, which is compiled to be quick at it.
    let cells = RgbImage::from_fn(CELLS, CELLS, |column, row| {
        // Multiply and shift until no bit of the seed is alone (C. Wellons, lowbias32).
        let mut mixed = (column * 73 + row * 151) ^ seed;
        mixed = (mixed ^ mixed >> 16).wrapping_mul(0x7feb_352d);
        mixed = (mixed ^ mixed >> 15).wrapping_mul(0x846c_a68b);
        let light = (mixed >> 24) as u8;
        Rgb([light, light / 2 + 40, 255 - light])
    });
    let picture =
        DynamicImage::from(cells).resize_exact(width, height, imageops::FilterType::Nearest);
    let mut bytes = Vec::new();
    // Writing into memory cannot fail; an empty answer would be noticed.
    let _ = picture.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Jpeg);
    bytes
}

/// Samples at 24 kHz (16-bit little-endian), and when each character begins and ends, in seconds.
pub(super) fn voice(text: &str) -> (Vec<u8>, Vec<(f64, f64)>) {
    const RATE_HZ: f64 = 24_000.0;
    let mut samples: Vec<u8> = vec![0; (0.1 * RATE_HZ) as usize * 2];
    let mut times = Vec::new();
    for c in text.chars() {
        let (length_s, loud) = match c {
            c if c.is_alphanumeric() => (0.065, true),
            ',' | ';' | ':' => (0.16, false),
            '.' | '!' | '?' => (0.24, false),
            _ => (0.015, false),
        };
        let start = samples.len() as f64 / 2.0 / RATE_HZ;
        for at in 0..(length_s * RATE_HZ) as usize {
            let level = if loud { (at as f64 * 0.08).sin() * 9_000.0 } else { 0.0 };
            samples.extend((level as i16).to_le_bytes());
        }
        times.push((start, samples.len() as f64 / 2.0 / RATE_HZ));
    }
    (samples, times)
}
