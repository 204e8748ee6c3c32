//! Poster and contact sheet: stills composed once more, at their own size, not decoded.

use image::{
    ExtendedColorType, ImageEncoder, ImageError, RgbImage,
    codecs::{jpeg::JpegEncoder, png::PngEncoder},
    imageops::FilterType,
};
use tokio_util::sync::CancellationToken;

use super::film::Film;
use crate::{
    blob::{Blob, Blobs},
    context::{StageContext, StageError},
};

/// One still on the sheet.
const CELL_PX: (u32, u32) = (270, 480);
/// Between stills and around them.
const GAP_PX: u32 = 12;
/// The sheet on a card in a chat, where it is looked at in passing, is so many fifteenths of the
/// size.
const PREVIEW_FIFTEENTHS: u32 = 8;
/// Enough for stills of this size; some 60 to 100 kB for a video of ten shots.
const PREVIEW_QUALITY: u8 = 82;
/// Stills a row.
const COLUMNS: u32 = 5;
/// Background of the sheet.
const GROUND: u8 = 20;
/// Stills are taken this far into a shot at least: most has entered.
const MOMENT: f32 = 0.7;
/// A drawing has come to rest so long after it enters.
const SETTLED_FRAMES: u32 = 16;
/// Over the last frames of a shot things leave.
const LEAVING_FRAMES: u32 = 7;

/// The poster: the hook with all its words.
pub(super) fn poster(
    film: &Film,
    picture_px: (u32, u32),
    blobs: &Blobs,
    cancel: &CancellationToken,
) -> Result<Blob, StageError> {
    let stills = film.stills(picture_px, &[(0, moment(film, 0))], cancel)?;
    let rgb = stills.first().map(Vec::as_slice).unwrap_or_default();
    blobs.put(&png(rgb, picture_px)?, "png")
}

/// One still a shot on a grid with small gaps, as a PNG. Shown as soon as it is there, where
/// anybody looks.
pub(super) fn contact_sheet(
    film: &Film,
    context: &StageContext,
    cancel: &CancellationToken,
) -> Result<Vec<u8>, StageError> {
    let sheet = sheet(film, cancel)?;
    if context.preview.is_wanted() {
        match preview(&sheet) {
            Ok(jpeg) => context.preview.show(jpeg),
            Err(error) => tracing::warn!(%error, "a video is not shown while it is being made"),
        }
    }
    let size_px = sheet.dimensions();
    png(&sheet, size_px)
}

/// The contact sheet of a video that is still being made: small, and a JPEG.
fn preview(sheet: &RgbImage) -> Result<Vec<u8>, ImageError> {
    let small = |side: u32| (side * PREVIEW_FIFTEENTHS / 15).max(1);
    let (width, height) = (small(sheet.width()), small(sheet.height()));
    let small = image::imageops::resize(sheet, width, height, FilterType::Triangle);
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, PREVIEW_QUALITY).write_image(
        &small,
        width,
        height,
        ExtendedColorType::Rgb8,
    )?;
    Ok(bytes)
}

fn sheet(film: &Film, cancel: &CancellationToken) -> Result<RgbImage, StageError> {
    let wanted: Vec<(usize, u32)> =
        (0..film.told()).map(|shot| (shot, moment(film, shot))).collect();
    let stills = film.stills(CELL_PX, &wanted, cancel)?;
    let count = stills.len() as u32;
    let columns = COLUMNS.min(count).max(1);
    let rows = count.div_ceil(columns).max(1);
    let width = columns * (CELL_PX.0 + GAP_PX) + GAP_PX;
    let height = rows * (CELL_PX.1 + GAP_PX) + GAP_PX;
    let mut rgb = vec![GROUND; (width * height * 3) as usize];
    let line = CELL_PX.0 as usize * 3;
    for (still, index) in stills.iter().zip(0_u32..) {
        let left = GAP_PX + index % columns * (CELL_PX.0 + GAP_PX);
        let top = GAP_PX + index / columns * (CELL_PX.1 + GAP_PX);
        for (pixels, row) in still.chunks_exact(line).zip(0_u32..) {
            let start = (((top + row) * width + left) * 3) as usize;
            rgb[start..start + line].copy_from_slice(pixels);
        }
    }
    RgbImage::from_raw(width, height, rgb)
        .ok_or_else(|| StageError::Invariant("the sheet is not of its size".to_owned()))
}

fn moment(film: &Film, shot: usize) -> u32 {
    moment_of(film.frames(shot), film.complete_frame(shot))
}

/// Everything that is named has entered, nothing has left.
fn moment_of(frames: u32, complete_frame: u32) -> u32 {
    let usual = (frames.saturating_sub(1) as f32 * MOMENT) as u32;
    let settled = complete_frame.saturating_add(SETTLED_FRAMES);
    usual.max(settled.min(frames.saturating_sub(LEAVING_FRAMES + 1)))
}

fn png(rgb: &[u8], size_px: (u32, u32)) -> Result<Vec<u8>, StageError> {
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes)
        .write_image(rgb, size_px.0, size_px.1, ExtendedColorType::Rgb8)
        .map_err(|error| StageError::Invariant(format!("writing a PNG: {error}")))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_still_waits_for_the_last_drawing_and_not_for_the_end() {
        assert_eq!(moment_of(101, 0), 70, "all is there early");
        assert_eq!(moment_of(101, 70), 86, "the last drawing has come to rest");
        assert_eq!(moment_of(101, 95), 93, "before anything leaves");
        assert_eq!(moment_of(5, 4), 2, "a shot of a moment");
        assert_eq!(moment_of(0, 0), 0);
    }
}
