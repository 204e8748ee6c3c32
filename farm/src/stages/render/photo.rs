//! Photographs: decoded, cut down to what a full-frame Ken Burns move can show, and named.

use cutline_compositor::pictures::Pictures;
use image::{DynamicImage, GenericImageView, ImageReader, Limits, imageops::FilterType};

use super::film::drawing;
use crate::{
    blob::{Blob, Blobs},
    context::{Handling, StageError},
};

/// Largest side of a picture that is decoded; uploads were checked against the same.
const SIDE_PX_MAX: u32 = 12_000;
/// Memory for decoding one picture.
const DECODE_BYTES_MAX: u64 = 600 << 20;
/// A picture covers 1080×1920 at a zoom of 1.15 without being enlarged.
const COVER_PX: (f32, f32) = (1080.0 * 1.15, 1920.0 * 1.15);
/// Room beside the crop for the focus to choose from.
const SPARE: f32 = 1.5;

/// The name under which the renderer holds a picture. The focus is part of it, because the picture
/// is cut around it.
pub(super) fn name(blob: &Blob, focus: [f32; 2]) -> String {
    format!("{}@{:.3},{:.3}", blob.sha256, focus[0], focus[1])
}

/// Decodes a photograph for the renderer and returns where its point of interest lies in what was
/// kept of it.
pub(super) fn load(
    blob: &Blob,
    focus: [f32; 2],
    blobs: &Blobs,
    pictures: &mut Pictures,
) -> Result<[f32; 2], StageError> {
    let failed = |source: Box<dyn std::error::Error + Send + Sync>| StageError::Provider {
        what: format!("decoding picture {}", blob.sha256),
        handling: Handling::Fail,
        source,
    };
    let bytes = blobs.read(blob)?;
    let mut reader = ImageReader::new(std::io::Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|error| failed(Box::new(error)))?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_PX_MAX);
    limits.max_image_height = Some(SIDE_PX_MAX);
    limits.max_alloc = Some(DECODE_BYTES_MAX);
    reader.limits(limits);
    let whole = reader.decode().map_err(|error| failed(Box::new(error)))?;
    let (kept, focus) = trimmed(whole, focus);
    let (width_px, height_px) = kept.dimensions();
    let rgba = kept.into_rgba8().into_raw();
    pictures.insert(&name(blob, focus), width_px, height_px, rgba).map_err(drawing)?;
    Ok(focus)
}

/// Scales a large picture down to what is needed and cuts off what the crop never reaches.
fn trimmed(picture: DynamicImage, focus: [f32; 2]) -> (DynamicImage, [f32; 2]) {
    let (width, height) = (picture.width() as f32, picture.height() as f32);
    let scale = (COVER_PX.0 / width).max(COVER_PX.1 / height).min(1.0);
    let picture = if scale < 0.95 {
        let side = |length: f32| ((length * scale).round() as u32).max(1);
        picture.resize_exact(side(width), side(height), FilterType::CatmullRom)
    } else {
        picture
    };
    let (width, height) = (picture.width(), picture.height());
    let keep = |length: u32, cover: f32, other: u32, other_cover: f32| {
        // What the crop needs along this side when the other one just covers.
        let needed = cover * (other as f32 / other_cover).min(1.0) * SPARE;
        (needed.ceil() as u32).clamp(1, length)
    };
    let kept_width = keep(width, COVER_PX.0, height, COVER_PX.1);
    let kept_height = keep(height, COVER_PX.1, width, COVER_PX.0);
    let place = |length: u32, kept: u32, focus: f32| {
        let at = focus.clamp(0.0, 1.0) * length as f32;
        let start = (at - kept as f32 / 2.0).clamp(0.0, (length - kept) as f32).round();
        (start as u32, ((at - start) / kept as f32).clamp(0.0, 1.0))
    };
    let (left, focus_x) = place(width, kept_width, focus[0]);
    let (top, focus_y) = place(height, kept_height, focus[1]);
    let kept = if (kept_width, kept_height) == (width, height) {
        picture
    } else {
        picture.crop_imm(left, top, kept_width, kept_height)
    };
    (kept, [focus_x, focus_y])
}

#[cfg(test)]
mod tests {
    use std::io;

    use cutline_compositor::pictures::PictureStore;

    use super::*;

    #[test]
    fn a_large_landscape_keeps_its_focus_and_little_else() {
        let mut large = image::RgbImage::new(4000, 2000);
        large.put_pixel(0, 0, image::Rgb([255, 0, 0]));
        let (kept, focus) = trimmed(DynamicImage::ImageRgb8(large), [0.9, 0.5]);
        assert_eq!(kept.height(), 2000, "not larger than the cover, so not scaled");
        assert!(kept.width() < 2000, "{}", kept.width());
        assert!(focus[0] > 0.5, "the focus lies right of the middle: {focus:?}");
        assert!((focus[1] - 0.5).abs() < 0.01);
    }

    #[test]
    fn a_small_picture_is_left_as_it_is() {
        let small = DynamicImage::ImageRgb8(image::RgbImage::new(400, 700));
        let (kept, focus) = trimmed(small, [0.3, 0.7]);
        assert_eq!(kept.dimensions(), (400, 700));
        assert!((focus[0] - 0.3).abs() < 0.01 && (focus[1] - 0.7).abs() < 0.01);
    }

    /// A disk without room.
    #[derive(Debug)]
    struct Full;

    impl PictureStore for Full {
        fn put(&mut self, _: Vec<u8>) -> io::Result<u64> {
            Err(io::ErrorKind::StorageFull.into())
        }

        fn read(&self, _: u64, _: &mut [u8]) -> io::Result<()> {
            Err(io::ErrorKind::NotFound.into())
        }
    }

    #[test]
    fn a_full_disk_is_told_as_one() {
        let folder = tempfile::tempdir().expect("folder");
        let blobs = Blobs::open(folder.path()).expect("open");
        let mut png = io::Cursor::new(Vec::new());
        let small = DynamicImage::ImageRgb8(image::RgbImage::new(40, 70));
        small.write_to(&mut png, image::ImageFormat::Png).expect("memory takes it");
        let blob = blobs.put(png.get_ref(), "png").expect("kept");
        let mut pictures = Pictures::kept_in(Box::new(Full));
        let refused = load(&blob, [0.5, 0.5], &blobs, &mut pictures);
        let Err(StageError::Io { source, .. }) = refused else { panic!("{refused:?}") };
        assert_eq!(source.kind(), io::ErrorKind::StorageFull);
    }
}
