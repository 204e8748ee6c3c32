//! Clips that the stand-ins film: small, short, and moving all the time.

use anyhow::{Context, Result};
use cutline_farm::encode::{
    picture::Picture,
    segment::{SegmentEncoder, VideoSettings},
};
use tokio_util::sync::CancellationToken;

/// Picture size: upright, and quickly encoded.
const SIZE_PX: (u32, u32) = (90, 160);
const FPS: f64 = 30.0;

/// An MP4 of so many seconds: a light bar wanders over a ground whose light tells one film from
/// another.
pub(super) fn clip(number: usize, seconds: f64) -> Vec<u8> {
    // An empty answer would be noticed.
    made(number, seconds).unwrap_or_default()
}

fn made(number: usize, seconds: f64) -> Result<Vec<u8>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("clip.mp4");
    let settings = VideoSettings {
        preset: "ultrafast".into(),
        ..VideoSettings::delivery(SIZE_PX.0, SIZE_PX.1)
    };
    let mut encoder = SegmentEncoder::create(&path, &settings, CancellationToken::new())?;
    let mut picture = Picture::new(SIZE_PX.0, SIZE_PX.1)?;
    let ground = u8::try_from(60 + 30 * (number % 4)).context("a light")?;
    for frame in 0..(seconds * FPS).round() as usize {
        let planes = picture.planes_mut()?;
        let (width, stride) = (planes.width_px as usize, planes.stride_bytes[0]);
        for (row, line) in planes.y.chunks_mut(stride).enumerate() {
            let bar = (row + frame * 3) % 160 < 40;
            line[..width].fill(if bar { 220 } else { ground });
        }
        encoder.encode(&mut picture)?;
    }
    encoder.finish()?;
    Ok(std::fs::read(&path)?)
}
