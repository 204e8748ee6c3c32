//! Clips that the stand-ins deliver: every one unlike the others, as large as it says.

use anyhow::Result;
use cutline_farm::encode::{
    FPS,
    picture::Picture,
    segment::{SegmentEncoder, VideoSettings},
};
use tokio_util::sync::CancellationToken;

/// Length of every clip.
const FRAMES: u32 = 2 * FPS;
/// Sides of the cells.
const CELL_PX: u32 = 120;

/// An MP4 of coloured cells, another one for every number, that wander if it `moves`.
pub(super) fn clip(number: u64, size_px: (u32, u32), moves: bool) -> Vec<u8> {
    // An empty answer would be noticed.
    filmed(number, size_px, moves).unwrap_or_default()
}

fn filmed(number: u64, size_px: (u32, u32), moves: bool) -> Result<Vec<u8>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("clip.mp4");
    let mut settings = VideoSettings::delivery(size_px.0, size_px.1);
    settings.preset = "ultrafast".into();
    let mut encoder = SegmentEncoder::create(&path, &settings, CancellationToken::new())?;
    let mut picture = Picture::new(size_px.0, size_px.1)?;
    for frame in 0..FRAMES {
        let planes = picture.planes_mut()?;
        let stride = planes.stride_bytes[0];
        let line = |row: u32| -> Vec<u8> {
            let cell = |x: u32| {
                let column = (x + if moves { frame * 8 } else { 0 }) / CELL_PX;
                // Multiply and shift until no bit of the number is alone (C. Wellons, lowbias32).
                let mut mixed =
                    (column * 73 + row * 151) ^ (number as u32).wrapping_mul(0x9e37_79b9);
                mixed = (mixed ^ mixed >> 16).wrapping_mul(0x7feb_352d);
                mixed = (mixed ^ mixed >> 15).wrapping_mul(0x846c_a68b);
                30 + (mixed >> 24) as u8 / 4 * 3
            };
            (0..size_px.0).map(cell).collect()
        };
        for (rows, row) in planes.y.chunks_mut(stride * CELL_PX as usize).zip(0..) {
            let line = line(row);
            for texels in rows.chunks_mut(stride) {
                texels[..line.len()].copy_from_slice(&line);
            }
        }
        encoder.encode(&mut picture)?;
    }
    encoder.finish()?;
    Ok(std::fs::read(&path)?)
}
