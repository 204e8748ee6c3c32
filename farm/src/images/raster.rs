//! PNG, JPEG, WebP and the first frame of a GIF: decoded within bounds, turned upright, encoded
//! anew.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, codecs::jpeg::JpegEncoder,
    imageops::FilterType, metadata::Orientation,
};

use super::{KEPT_SIDE_PX_MAX, Prepared, Refusal, check_size};

/// Pixels of all frames of an animation together; only the first is used, but an animation beyond
/// this was made to hurt.
const ANIMATION_PIXELS_MAX: u64 = 1_000_000_000;
/// Memory a decoder may take beside the picture itself.
const DECODER_BYTES_MAX: u64 = 512 * 1024 * 1024;
/// Quality of what is kept (visually lossless at the sizes used).
const JPEG_QUALITY: u8 = 93;

/// Decodes a picture whose kind is known.
pub(super) fn decode(bytes: &[u8], format: ImageFormat) -> Result<DynamicImage, Refusal> {
    match format {
        ImageFormat::Png => check_png(bytes)?,
        ImageFormat::Jpeg => check_jpeg(bytes)?,
        ImageFormat::Gif => check_gif(bytes)?,
        ImageFormat::WebP => check_webp(bytes)?,
        _ => return Err(Refusal::Unknown),
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = image::Limits::default();
    limits.max_alloc = Some(DECODER_BYTES_MAX);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(refusal)?;
    let (width_px, height_px) = decoder.dimensions();
    check_size(width_px, height_px)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(refusal)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

/// Shrinks where needed and encodes: PNG where there is transparency, JPEG else.
pub(super) fn encode(picture: DynamicImage, name: String) -> Result<Prepared, Refusal> {
    let side = picture.width().max(picture.height());
    let picture = if side > KEPT_SIDE_PX_MAX {
        picture.resize(KEPT_SIDE_PX_MAX, KEPT_SIDE_PX_MAX, FilterType::CatmullRom)
    } else {
        picture
    };
    let (width_px, height_px) = (picture.width(), picture.height());
    let mut bytes = Vec::new();
    // Photographs have no alpha at all: looking for some would cost a copy of every pixel.
    let rgba = picture.color().has_alpha().then(|| picture.to_rgba8());
    let transparent = rgba.filter(|rgba| rgba.pixels().any(|pixel| pixel.0[3] < 255));
    let ext = if let Some(rgba) = transparent {
        rgba.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).map_err(refusal)?;
        "png"
    } else {
        let rgb = picture.into_rgb8();
        JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY)
            .encode_image(&rgb)
            .map_err(refusal)?;
        "jpg"
    };
    Ok(Prepared { bytes, ext, width_px, height_px, name })
}

fn refusal(error: image::ImageError) -> Refusal {
    match error {
        image::ImageError::IoError(e) if e.kind() == std::io::ErrorKind::UnexpectedEof => {
            Refusal::Truncated
        }
        other => Refusal::Damaged(other.to_string()),
    }
}

/// The header's size, before the decoder reserves anything, and the end mark.
fn check_png(bytes: &[u8]) -> Result<(), Refusal> {
    let side = |at: usize| be32(bytes, at).ok_or(Refusal::Truncated);
    check_size(side(16)?, side(20)?)?;
    let mut at = 8;
    while let (Some(length), Some(kind)) = (be32(bytes, at), bytes.get(at + 4..at + 8)) {
        if kind == b"IEND" {
            return Ok(());
        }
        at = at.saturating_add(12).saturating_add(length as usize);
    }
    Err(Refusal::Truncated)
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_be_bytes(four.try_into().ok()?))
}

/// Walks the segments to the scan and looks for the end mark after it: decoders fill a missing end
/// with grey, and an embedded thumbnail has an end mark of its own.
fn check_jpeg(bytes: &[u8]) -> Result<(), Refusal> {
    let mut at = 2;
    loop {
        let header = bytes.get(at..at + 4).ok_or(Refusal::Truncated)?;
        if header[0] != 0xFF {
            return Err(Refusal::Damaged("a segment is out of place".into()));
        }
        if header[1] == 0xFF {
            at += 1;
            continue;
        }
        let length = usize::from(u16::from_be_bytes([header[2], header[3]]));
        // Start of frame, all kinds but the tables that share its range.
        if (0xC0..=0xCF).contains(&header[1]) && ![0xC4, 0xC8, 0xCC].contains(&header[1]) {
            let sides = bytes.get(at + 5..at + 9).ok_or(Refusal::Truncated)?;
            let height_px = u32::from(u16::from_be_bytes([sides[0], sides[1]]));
            let width_px = u32::from(u16::from_be_bytes([sides[2], sides[3]]));
            check_size(width_px, height_px)?;
        }
        at += 2 + length;
        if header[1] == 0xDA {
            let scan = bytes.get(at..).ok_or(Refusal::Truncated)?;
            let ended = scan.windows(2).any(|pair| pair == [0xFF, 0xD9]);
            return if ended { Ok(()) } else { Err(Refusal::Truncated) };
        }
    }
}

/// Walks the blocks without unpacking any: counts what all frames together would unpack to.
fn check_gif(bytes: &[u8]) -> Result<(), Refusal> {
    let le16 = |at: usize| {
        bytes.get(at..at + 2).map(|two| u32::from(u16::from_le_bytes([two[0], two[1]])))
    };
    let colours = |flags: u8| if flags & 0x80 == 0 { 0 } else { 3usize << ((flags & 7) + 1) };
    let (width_px, height_px) =
        (le16(6).ok_or(Refusal::Truncated)?, le16(8).ok_or(Refusal::Truncated)?);
    check_size(width_px, height_px)?;
    let mut at = 13 + colours(*bytes.get(10).ok_or(Refusal::Truncated)?);
    let mut pixels = 0u64;
    loop {
        match bytes.get(at) {
            Some(0x3B) => break,
            Some(0x21) => at = skip_blocks(bytes, at + 2)?,
            Some(0x2C) => {
                let side = |offset: usize| le16(at + offset).ok_or(Refusal::Truncated);
                let (width_px, height_px) = (side(5)?, side(7)?);
                check_size(width_px, height_px)?;
                pixels += u64::from(width_px) * u64::from(height_px);
                let flags = *bytes.get(at + 9).ok_or(Refusal::Truncated)?;
                at = skip_blocks(bytes, at + 11 + colours(flags))?;
            }
            Some(_) => return Err(Refusal::Damaged("a block of an unknown kind".into())),
            None => return Err(Refusal::Truncated),
        }
    }
    if pixels > ANIMATION_PIXELS_MAX {
        return Err(Refusal::TooManyFrames(pixels / 1_000_000));
    }
    Ok(())
}

/// Past a chain of GIF sub-blocks.
fn skip_blocks(bytes: &[u8], mut at: usize) -> Result<usize, Refusal> {
    loop {
        match bytes.get(at) {
            Some(0) => return Ok(at + 1),
            Some(length) => at += 1 + usize::from(*length),
            None => return Err(Refusal::Truncated),
        }
    }
}

/// The container's own length.
fn check_webp(bytes: &[u8]) -> Result<(), Refusal> {
    let size = bytes.get(4..8).ok_or(Refusal::Truncated)?;
    let stated = u32::from_le_bytes([size[0], size[1], size[2], size[3]]) as usize;
    if bytes.len() < stated.saturating_add(8) { Err(Refusal::Truncated) } else { Ok(()) }
}
