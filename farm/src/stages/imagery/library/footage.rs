//! A look at a clip that came from outside: can all of it that will be shown be decoded, is
//! anything on it, does anything move, and what does it look like.

use image::{DynamicImage, RgbImage};

use super::inspect::{self, Unfit};
use crate::{
    blob::{Blob, Blobs},
    encode::{EncodeError, clip::Clip},
};

/// Pictures are looked at in this size.
const GLANCE_PX: (u32, u32) = (144, 256);
/// One look so often.
const LOOK_EVERY_MS: u32 = 400;
/// At most so many looks.
const LOOKS_MAX: u32 = 30;
/// A picture shown this long before its moment leaves a gap behind it.
const GAP_US_MAX: i64 = 700_000;
/// Shorter clips repeat too often to be looked at.
const LENGTH_MS_MIN: u32 = 1_500;
/// A change of brightness (0–255) that counts, and the share of pixels up to which nothing moved.
const CHANGE_MIN: u8 = 4;
const STILL_SHARE: f32 = 0.003;

/// A clip that may be shown.
#[derive(Debug)]
pub(super) struct InspectedClip {
    pub blob: Blob,
    pub width_px: u32,
    pub height_px: u32,
    pub length_ms: u32,
    /// Of the picture in its middle.
    pub hash: [u64; 2],
}

/// Decodes what will be shown, whatever its name or type said, and stores the file as it is.
pub(super) fn inspect(bytes: &[u8], shown_ms: u32, blobs: &Blobs) -> Result<InspectedClip, Unfit> {
    let failed = |error: std::io::Error| Unfit::Store(error.to_string());
    let file = tempfile::Builder::new().suffix(".mp4").tempfile_in(blobs.root());
    let file = file.map_err(failed)?.into_temp_path();
    std::fs::write(&file, bytes).map_err(failed)?;
    let mut clip = Clip::open(&file, GLANCE_PX, [0.5, 0.5]).map_err(of_clip)?;
    let (width_px, height_px) = clip.size_px();
    inspect::check_size(width_px, height_px)?;
    let length_ms = u32::try_from(clip.length_us() / 1000).unwrap_or(u32::MAX);
    if length_ms < LENGTH_MS_MIN {
        return Err(Unfit::Short(length_ms));
    }
    let looks = looks(&mut clip, shown_ms.min(length_ms))?;
    let blank = looks.iter().filter(|look| inspect::is_blank(look)).count();
    let still = looks.windows(2).filter(|pair| is_still(&pair[0], &pair[1])).count();
    let Some(middle) = looks.get(looks.len() / 2) else { return Err(Unfit::Short(length_ms)) };
    if inspect::is_blank(middle) || blank * 4 > looks.len() {
        return Err(Unfit::Blank);
    }
    if still * 2 >= looks.len() {
        return Err(Unfit::Frozen);
    }
    let hash = inspect::hash(middle);
    drop(clip);
    let blob = blobs.adopt(&file, "mp4").map_err(|error| Unfit::Store(error.to_string()))?;
    Ok(InspectedClip { blob, width_px, height_px, length_ms, hash })
}

/// Pictures from all over what will be shown.
fn looks(clip: &mut Clip, shown_ms: u32) -> Result<Vec<DynamicImage>, Unfit> {
    let every_ms = LOOK_EVERY_MS.max(shown_ms.div_ceil(LOOKS_MAX));
    let mut looks = Vec::new();
    for moment_ms in (every_ms / 2..shown_ms).step_by(every_ms as usize) {
        let moment_us = u64::from(moment_ms) * 1000;
        let rgb = clip.at(moment_us).map_err(of_clip)?.to_rgb();
        let late = clip.shown_from_us().map_or(0, |from| moment_us as i64 - from);
        if late > GAP_US_MAX {
            return Err(Unfit::Clip(format!("nothing is shown at {moment_ms} ms")));
        }
        let picture = RgbImage::from_raw(GLANCE_PX.0, GLANCE_PX.1, rgb);
        looks.extend(picture.map(DynamicImage::ImageRgb8));
    }
    Ok(looks)
}

/// Whether nothing moved between two pictures.
fn is_still(a: &DynamicImage, b: &DynamicImage) -> bool {
    let (a, b) = (a.to_luma8(), b.to_luma8());
    let pairs = a.pixels().zip(b.pixels());
    let changed = pairs.filter(|(a, b)| a.0[0].abs_diff(b.0[0]) >= CHANGE_MIN).count();
    changed as f32 <= STILL_SHARE * (a.width() * a.height()) as f32
}

fn of_clip(error: EncodeError) -> Unfit {
    match error {
        EncodeError::Io { .. } => Unfit::Store(error.to_string()),
        // Its words name a file of ours, which says nothing.
        EncodeError::NotAVideo { reason, .. } => Unfit::Clip(reason),
        other => Unfit::Clip(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::encode::{
        picture::Picture,
        segment::{SegmentEncoder, VideoSettings},
    };

    /// A clip of `frames` pictures of cells that wander by `speed` pixels a frame.
    fn clip(size_px: (u32, u32), frames: u32, contrast: u32, speed: u32) -> Vec<u8> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clip.mp4");
        let settings = VideoSettings::delivery(size_px.0, size_px.1);
        let mut encoder =
            SegmentEncoder::create(&path, &settings, CancellationToken::new()).unwrap();
        let mut picture = Picture::new(size_px.0, size_px.1).unwrap();
        for frame in 0..frames {
            let planes = picture.planes_mut().unwrap();
            let rows = planes.y.chunks_mut(planes.stride_bytes[0]).zip(0_u32..);
            for (row, y) in rows {
                for (texel, x) in row.iter_mut().zip(0_u32..) {
                    let cell = (x + frame * speed) / 90 * 7 + y / 90 * 3;
                    *texel = (100 + cell * 37 % 100 * contrast / 100) as u8;
                }
            }
            encoder.encode(&mut picture).unwrap();
        }
        encoder.finish().unwrap();
        std::fs::read(&path).unwrap()
    }

    fn seen(bytes: &[u8]) -> Result<InspectedClip, Unfit> {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(folder.path()).unwrap();
        let seen = inspect(bytes, 4_000, &blobs);
        let left = std::fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(left, usize::from(seen.is_ok()), "nothing is left of what is not kept");
        seen
    }

    #[test]
    fn a_moving_clip_is_kept_and_what_is_none_is_told_apart() {
        let size_px = (540, 960);
        let good = clip(size_px, 60, 100, 12);
        let kept = seen(&good).unwrap();
        assert_eq!((kept.width_px, kept.height_px, kept.length_ms), (540, 960, 2_000));
        assert!(matches!(seen(&clip(size_px, 60, 100, 0)), Err(Unfit::Frozen)));
        assert!(matches!(seen(&clip(size_px, 60, 2, 12)), Err(Unfit::Blank)));
        assert!(matches!(seen(&clip((180, 320), 60, 100, 12)), Err(Unfit::Small(180, 320))));
        assert!(matches!(seen(&clip(size_px, 20, 100, 12)), Err(Unfit::Short(_))));
        assert!(matches!(seen(&good[..good.len() / 2]), Err(Unfit::Clip(_))));
        assert!(matches!(seen(b"<html>Sorry</html>"), Err(Unfit::Clip(_))));
    }
}
