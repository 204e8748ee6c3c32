//! Poster and contact sheet: stills composed once more, at their own size, not decoded.

use image::{
    ExtendedColorType, ImageEncoder,
    codecs::{jpeg::JpegEncoder, png::PngEncoder},
};
use tokio_util::sync::CancellationToken;

use super::film::Film;
use crate::{
    blob::{Blob, Blobs},
    context::StageError,
};

/// How the stills of a sheet lie.
#[derive(Clone, Copy)]
struct Grid {
    /// One still.
    cell_px: (u32, u32),
    /// Between stills and around them.
    gap_px: u32,
}

/// The sheet that belongs to the video.
const SHEET: Grid = Grid { cell_px: (270, 480), gap_px: 12 };
/// The same for a card in a chat, where it is looked at in passing.
const PREVIEW: Grid = Grid { cell_px: (144, 256), gap_px: 6 };
/// Enough for stills of this size; some 60 to 100 kB for a video of ten shots.
const PREVIEW_QUALITY: u8 = 82;
/// Stills a row.
const COLUMNS: u32 = 5;
/// Background of the sheet.
const GROUND: u8 = 20;
/// Stills are taken this far into a shot: everything has entered, nothing has left.
const MOMENT: f32 = 0.7;

/// Packed RGB with its size.
struct Sheet {
    rgb: Vec<u8>,
    size_px: (u32, u32),
}

/// The poster: the hook with all its words.
pub(super) fn poster(
    film: &Film,
    picture_px: (u32, u32),
    blobs: &Blobs,
    cancel: &CancellationToken,
) -> Result<Blob, StageError> {
    let stills = film.stills(picture_px, &[(0, moment(film, 0))], cancel)?;
    let rgb = stills.into_iter().next().unwrap_or_default();
    png(&Sheet { rgb, size_px: picture_px }, blobs)
}

/// One still a shot on a grid with small gaps.
pub(super) fn contact_sheet(
    film: &Film,
    blobs: &Blobs,
    cancel: &CancellationToken,
) -> Result<Blob, StageError> {
    png(&sheet(film, SHEET, cancel)?, blobs)
}

/// The contact sheet of a video that is still being made: small, and a JPEG.
pub(super) fn preview(film: &Film, cancel: &CancellationToken) -> Result<Vec<u8>, StageError> {
    let sheet = sheet(film, PREVIEW, cancel)?;
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, PREVIEW_QUALITY)
        .write_image(&sheet.rgb, sheet.size_px.0, sheet.size_px.1, ExtendedColorType::Rgb8)
        .map_err(|error| StageError::Invariant(format!("writing a JPEG: {error}")))?;
    Ok(bytes)
}

fn sheet(film: &Film, grid: Grid, cancel: &CancellationToken) -> Result<Sheet, StageError> {
    let wanted: Vec<(usize, u32)> =
        (0..film.told()).map(|shot| (shot, moment(film, shot))).collect();
    let (cell_px, gap_px) = (grid.cell_px, grid.gap_px);
    let stills = film.stills(cell_px, &wanted, cancel)?;
    let count = stills.len() as u32;
    let columns = COLUMNS.min(count).max(1);
    let rows = count.div_ceil(columns).max(1);
    let width = columns * (cell_px.0 + gap_px) + gap_px;
    let height = rows * (cell_px.1 + gap_px) + gap_px;
    let mut rgb = vec![GROUND; (width * height * 3) as usize];
    let line = cell_px.0 as usize * 3;
    for (still, index) in stills.iter().zip(0_u32..) {
        let left = gap_px + index % columns * (cell_px.0 + gap_px);
        let top = gap_px + index / columns * (cell_px.1 + gap_px);
        for (pixels, row) in still.chunks_exact(line).zip(0_u32..) {
            let start = (((top + row) * width + left) * 3) as usize;
            rgb[start..start + line].copy_from_slice(pixels);
        }
    }
    Ok(Sheet { rgb, size_px: (width, height) })
}

fn moment(film: &Film, shot: usize) -> u32 {
    (film.frames(shot).saturating_sub(1) as f32 * MOMENT) as u32
}

fn png(sheet: &Sheet, blobs: &Blobs) -> Result<Blob, StageError> {
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes)
        .write_image(&sheet.rgb, sheet.size_px.0, sheet.size_px.1, ExtendedColorType::Rgb8)
        .map_err(|error| StageError::Invariant(format!("writing a PNG: {error}")))?;
    blobs.put(&bytes, "png")
}
