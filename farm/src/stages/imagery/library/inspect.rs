//! A look at a picture that came from outside: is it one, is it large enough, is anything on it,
//! and what does it look like.

use image::{DynamicImage, ImageFormat, imageops::FilterType};

use crate::{
    blob::{Blob, Blobs},
    images,
    stages::imagery::focus,
};

/// Shorter sides than this are blurred when they fill the screen.
const SHORT_PX_MIN: u32 = 500;
/// … and longer sides than this.
const LONG_PX_MIN: u32 = 800;
/// Pictures wider or taller than this, side to side, are banners.
const ASPECT_MAX: f32 = 2.6;
/// Standard deviation of brightness (0–255) below which nothing is to be seen.
const CONTRAST_MIN: f32 = 7.0;
/// A side of the picture as it is looked at.
const GLANCE_PX: u32 = 288;
/// Bits of 128 in which near-duplicates may differ.
const ALIKE_BITS_MAX: u32 = 14;

/// A picture that may be shown.
#[derive(Debug)]
pub(super) struct Inspected {
    pub blob: Blob,
    pub width_px: u32,
    pub height_px: u32,
    pub focus: [f32; 2],
    pub hash: [u64; 2],
}

/// Why a picture is not shown.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unfit {
    #[error("it is not a JPEG, PNG or WebP picture")]
    Kind,
    #[error("{0}")]
    Refused(#[from] images::Refusal),
    #[error("{0}×{1} pixels are too few")]
    Small(u32, u32),
    #[error("{0}×{1} pixels are a banner")]
    Banner(u32, u32),
    #[error("nothing is to be seen on it")]
    Blank,
    #[error("it is no clip that can be shown: {0}")]
    Clip(String),
    #[error("{0} ms are too short")]
    Short(u32),
    #[error("nothing moves in it")]
    Frozen,
    #[error("it cannot be stored: {0}")]
    Store(String),
}

/// Looks at the bytes, whatever their name or type said, and stores the picture anew: upright,
/// bounded, without metadata.
pub(super) fn picture(bytes: &[u8], blobs: &Blobs) -> Result<Inspected, Unfit> {
    let format = image::guess_format(bytes).map_err(|_| Unfit::Kind)?;
    if !matches!(format, ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP) {
        return Err(Unfit::Kind);
    }
    let picture = images::open(bytes, format)?;
    let (width, height) = (picture.width(), picture.height());
    check_size(width, height)?;
    // Shrunk once, roughly: what follows looks at even less.
    let small = picture.thumbnail_exact(GLANCE_PX, GLANCE_PX);
    if is_blank(&small) {
        return Err(Unfit::Blank);
    }
    let (hash, focus) = (hash(&small), focus::of_pixels(&small));
    let kept = images::keep(picture, String::new())?;
    let blob = blobs.put(&kept.bytes, kept.ext).map_err(|error| Unfit::Store(error.to_string()))?;
    Ok(Inspected { blob, width_px: kept.width_px, height_px: kept.height_px, focus, hash })
}

/// Whether a picture of this size can fill the screen.
pub(super) fn check_size(width: u32, height: u32) -> Result<(), Unfit> {
    let (short, long) = (width.min(height), width.max(height));
    if short < SHORT_PX_MIN || long < LONG_PX_MIN {
        return Err(Unfit::Small(width, height));
    }
    if long as f32 / short as f32 > ASPECT_MAX {
        return Err(Unfit::Banner(width, height));
    }
    Ok(())
}

/// Whether nothing is to be seen.
pub(super) fn is_blank(picture: &DynamicImage) -> bool {
    contrast(picture) < CONTRAST_MIN
}

/// Standard deviation of brightness.
fn contrast(picture: &DynamicImage) -> f32 {
    let small = picture.resize_exact(48, 48, FilterType::Triangle).to_luma8();
    let count = small.len() as f32;
    let mean = small.iter().map(|pixel| f32::from(*pixel)).sum::<f32>() / count;
    (small.iter().map(|pixel| (f32::from(*pixel) - mean).powi(2)).sum::<f32>() / count).sqrt()
}

/// Difference hash in both directions (N. Krawetz, 2013): 64 comparisons each of neighbouring
/// cells.
pub(super) fn hash(picture: &DynamicImage) -> [u64; 2] {
    let small = picture.resize_exact(9, 9, FilterType::Triangle).to_luma8();
    let at = |x: u32, y: u32| small.get_pixel(x, y).0[0];
    let mut bits = [0_u64; 2];
    for y in 0..8 {
        for x in 0..8 {
            bits[0] = bits[0] << 1 | u64::from(at(x, y) < at(x + 1, y));
            bits[1] = bits[1] << 1 | u64::from(at(x, y) < at(x, y + 1));
        }
    }
    bits
}

/// Whether two pictures look the same to a viewer.
pub(super) fn alike(a: [u64; 2], b: [u64; 2]) -> bool {
    (a[0] ^ b[0]).count_ones() + (a[1] ^ b[1]).count_ones() <= ALIKE_BITS_MAX
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::{Rgb, RgbImage};

    use super::*;

    /// A scene of its own for every seed.
    fn scene(seed: u32, width: u32, height: u32) -> DynamicImage {
        let cell = |x: u32, y: u32| {
            let (column, row) = (x * 7 / width, y * 7 / height);
            // Multiply and shift until no bit of the seed is alone (C. Wellons, lowbias32).
            let mut mixed = (column * 73 + row * 151) ^ seed.wrapping_mul(2_654_435_761);
            mixed = (mixed ^ mixed >> 16).wrapping_mul(0x7feb_352d);
            mixed = (mixed ^ mixed >> 15).wrapping_mul(0x846c_a68b);
            (mixed >> 24) as u8
        };
        DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, |x, y| {
            let light = cell(x, y);
            Rgb([light, light / 2 + 40, 255 - light])
        }))
    }

    fn file(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Vec::new();
        picture.to_rgb8().write_to(&mut Cursor::new(&mut bytes), format).unwrap();
        bytes
    }

    fn seen(bytes: &[u8]) -> Result<Inspected, Unfit> {
        let folder = tempfile::tempdir().unwrap();
        picture(bytes, &Blobs::open(folder.path()).unwrap())
    }

    #[test]
    fn a_picture_is_known_again_smaller_recompressed_and_brighter() {
        let original = scene(1, 900, 1400);
        let first = seen(&file(&original, ImageFormat::Png)).unwrap();
        let smaller = original.resize_exact(640, 995, FilterType::CatmullRom);
        let other =
            [file(&smaller, ImageFormat::Jpeg), file(&original.brighten(12), ImageFormat::Jpeg)];
        for bytes in other {
            assert!(alike(first.hash, seen(&bytes).unwrap().hash));
        }
        for seed in 2..30 {
            let another = seen(&file(&scene(seed, 700, 1000), ImageFormat::Jpeg)).unwrap();
            assert!(!alike(first.hash, another.hash), "seed {seed}");
        }
    }

    #[test]
    fn what_cannot_be_shown_is_told_apart() {
        let good = file(&scene(1, 900, 1400), ImageFormat::Jpeg);
        assert!(matches!(seen(b"<html>Sorry</html>"), Err(Unfit::Kind)));
        assert!(matches!(seen(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), Err(Unfit::Kind)));
        assert!(matches!(seen(&good[..good.len() / 2]), Err(Unfit::Refused(_))));
        let small = file(&scene(1, 300, 400), ImageFormat::Png);
        assert!(matches!(seen(&small), Err(Unfit::Small(300, 400))));
        let banner = file(&scene(1, 2000, 600), ImageFormat::Jpeg);
        assert!(matches!(seen(&banner), Err(Unfit::Banner(..))));
        let grey = DynamicImage::ImageRgb8(RgbImage::from_pixel(900, 1400, Rgb([127; 3])));
        assert!(matches!(seen(&file(&grey, ImageFormat::Png)), Err(Unfit::Blank)));
    }
}
