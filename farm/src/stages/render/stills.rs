//! Poster and contact sheet: stills composed once more, at their own size, not decoded.

use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder};

use super::film::Film;
use crate::{
    blob::{Blob, Blobs},
    context::StageError,
};

/// One still on the sheet.
const CELL_PX: (u32, u32) = (270, 480);
/// Between stills and around them.
const GAP_PX: u32 = 12;
/// Stills a row.
const COLUMNS: u32 = 5;
/// Background of the sheet.
const GROUND: u8 = 20;
/// Stills are taken this far into a shot: everything has entered, nothing has left.
const MOMENT: f32 = 0.7;

/// The poster: the hook with all its words.
pub(super) fn poster(
    film: &Film,
    picture_px: (u32, u32),
    blobs: &Blobs,
) -> Result<Blob, StageError> {
    let stills = film.stills(picture_px, &[(0, moment(film, 0))])?;
    let rgb = stills.first().map(Vec::as_slice).unwrap_or_default();
    png(rgb, picture_px, blobs)
}

/// One still a shot on a grid with small gaps.
pub(super) fn contact_sheet(film: &Film, blobs: &Blobs) -> Result<Blob, StageError> {
    let wanted: Vec<(usize, u32)> =
        (0..film.told()).map(|shot| (shot, moment(film, shot))).collect();
    let stills = film.stills(CELL_PX, &wanted)?;
    let count = stills.len() as u32;
    let columns = COLUMNS.min(count).max(1);
    let rows = count.div_ceil(columns).max(1);
    let width = columns * (CELL_PX.0 + GAP_PX) + GAP_PX;
    let height = rows * (CELL_PX.1 + GAP_PX) + GAP_PX;
    let mut sheet = vec![GROUND; (width * height * 3) as usize];
    let line = CELL_PX.0 as usize * 3;
    for (still, index) in stills.iter().zip(0_u32..) {
        let left = GAP_PX + index % columns * (CELL_PX.0 + GAP_PX);
        let top = GAP_PX + index / columns * (CELL_PX.1 + GAP_PX);
        for (pixels, row) in still.chunks_exact(line).zip(0_u32..) {
            let start = (((top + row) * width + left) * 3) as usize;
            sheet[start..start + line].copy_from_slice(pixels);
        }
    }
    png(&sheet, (width, height), blobs)
}

fn moment(film: &Film, shot: usize) -> u32 {
    (film.frames(shot).saturating_sub(1) as f32 * MOMENT) as u32
}

fn png(rgb: &[u8], (width, height): (u32, u32), blobs: &Blobs) -> Result<Blob, StageError> {
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes)
        .write_image(rgb, width, height, ExtendedColorType::Rgb8)
        .map_err(|error| StageError::Invariant(format!("writing a PNG: {error}")))?;
    blobs.put(&bytes, "png")
}
