//! Validates and decodes the pictures a person supplies, before any other work: content decides
//! what a file is, not its name; sizes are known before pixels are unpacked; what is kept is
//! upright, bounded and free of metadata.

pub mod raster;
pub mod vector;

use std::path::Path;

use cutline_core::error::UserError;

/// At most this many pictures a video: no shot list is longer.
pub const IMAGES_MAX: usize = 12;
/// Largest file taken.
pub const FILE_BYTES_MAX: u64 = 25 * 1024 * 1024;
/// Longest side taken.
pub const SIDE_PX_MAX: u32 = 12_000;
/// Most pixels taken.
pub const PIXELS_MAX: u64 = 64_000_000;
/// Longest side kept: a picture of this size still covers 1080×1920 at the end of a slow zoom.
pub const KEPT_SIDE_PX_MAX: u32 = 3_840;

/// A picture ready to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prepared {
    /// PNG or JPEG without metadata.
    pub bytes: Vec<u8>,
    /// "png" or "jpg".
    pub ext: &'static str,
    /// Width in pixels.
    pub width_px: u32,
    /// Height in pixels.
    pub height_px: u32,
    /// The file's own name without its extension, as a hint to the subject.
    pub name: String,
}

/// Why a picture is not taken, in words for the person.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The file cannot be read.
    #[error("The file cannot be read ({0}).")]
    Unreadable(std::io::Error),
    /// A folder, a device, a pipe.
    #[error("This is not a file.")]
    NotAFile,
    /// Too long.
    #[error("The file has {} MB; at most {} MB can be used.", .0 / 1_048_576, FILE_BYTES_MAX / 1_048_576)]
    TooLong(u64),
    /// Not a picture of a known kind.
    #[error("This is not a PNG, JPEG, WebP, GIF or SVG picture.")]
    Unknown,
    /// Too many pixels.
    #[error(
        "The picture is {width_px}×{height_px} pixels; at most {SIDE_PX_MAX} a side and {} million in all can be used.",
        PIXELS_MAX / 1_000_000
    )]
    TooLarge {
        /// Width.
        width_px: u32,
        /// Height.
        height_px: u32,
    },
    /// Too many frames.
    #[error("The animation unpacks to {0} million pixels; send one still picture instead.")]
    TooManyFrames(u64),
    /// The end is missing.
    #[error("The picture is cut off: its end is missing. Save or download it again.")]
    Truncated,
    /// The bytes make no sense.
    #[error("The picture is damaged ({0}). Save or download it again.")]
    Damaged(String),
    /// The SVG reaches outside itself or runs code.
    #[error(
        "The SVG contains {0}, which is not allowed. Export it as a plain, self-contained SVG or as PNG."
    )]
    Unsafe(String),
}

/// Checks and prepares all pictures of a request.
///
/// # Errors
/// `VALIDATION_FAILED` on `images` (too many) or `images[i]`, naming the reason.
pub fn prepare(files: &[std::path::PathBuf]) -> Result<Vec<Prepared>, UserError> {
    if files.len() > IMAGES_MAX {
        let message =
            format!("At most {IMAGES_MAX} pictures fit into a video; {} came.", files.len());
        return Err(UserError::validation("images", message));
    }
    let one = |(index, file): (usize, &std::path::PathBuf)| {
        prepare_one(file).map_err(|refusal| {
            UserError::validation(format!("images[{index}]"), refusal.to_string())
        })
    };
    files.iter().enumerate().map(one).collect()
}

fn prepare_one(file: &Path) -> Result<Prepared, Refusal> {
    let meta = file.metadata().map_err(Refusal::Unreadable)?;
    if !meta.is_file() {
        return Err(Refusal::NotAFile);
    }
    if meta.len() > FILE_BYTES_MAX {
        return Err(Refusal::TooLong(meta.len()));
    }
    let bytes = std::fs::read(file).map_err(Refusal::Unreadable)?;
    let stem = file.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    decode(&bytes, stem.unwrap_or_default())
}

/// Checks and prepares one picture from its bytes.
///
/// # Errors
/// [`Refusal`].
pub fn decode(bytes: &[u8], name: String) -> Result<Prepared, Refusal> {
    let picture = match image::guess_format(bytes) {
        Ok(format) => raster::decode(bytes, format)?,
        Err(_) if vector::looks_like_svg(bytes) => vector::decode(bytes)?,
        Err(_) => return Err(Refusal::Unknown),
    };
    raster::encode(picture, name)
}

/// Decodes a picture of a known kind within the same bounds, upright.
///
/// # Errors
/// [`Refusal`].
pub(crate) fn open(
    bytes: &[u8],
    format: image::ImageFormat,
) -> Result<image::DynamicImage, Refusal> {
    raster::decode(bytes, format)
}

/// Shrinks a decoded picture where needed and encodes it anew.
///
/// # Errors
/// [`Refusal`].
pub(crate) fn keep(picture: image::DynamicImage, name: String) -> Result<Prepared, Refusal> {
    raster::encode(picture, name)
}

/// Refuses sizes that are too large before a pixel is unpacked.
///
/// # Errors
/// [`Refusal::TooLarge`], [`Refusal::Damaged`] for an empty picture.
pub(crate) fn check_size(width_px: u32, height_px: u32) -> Result<(), Refusal> {
    if width_px == 0 || height_px == 0 {
        return Err(Refusal::Damaged("it has no pixels".into()));
    }
    let pixels = u64::from(width_px) * u64::from(height_px);
    if width_px.max(height_px) > SIDE_PX_MAX || pixels > PIXELS_MAX {
        return Err(Refusal::TooLarge { width_px, height_px });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::{DynamicImage, ImageFormat, RgbImage};

    use super::*;

    fn picture(format: ImageFormat) -> Vec<u8> {
        let picture = DynamicImage::ImageRgb8(RgbImage::from_fn(64, 48, |x, y| {
            image::Rgb([(x * 4) as u8, (y * 5) as u8, ((x * 7 + y * 13) % 251) as u8])
        }));
        let mut bytes = Vec::new();
        picture.write_to(&mut Cursor::new(&mut bytes), format).unwrap();
        bytes
    }

    fn refused(bytes: &[u8]) -> String {
        decode(bytes, "x".into()).unwrap_err().to_string()
    }

    #[test]
    fn every_kind_is_taken_whatever_its_name_and_refused_when_cut_off() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Gif] {
            let bytes = picture(format);
            let taken = decode(&bytes, "cat".into()).unwrap();
            assert_eq!((taken.width_px, taken.height_px), (64, 48), "{format:?}");
            let cut = refused(&bytes[..bytes.len() * 3 / 4]);
            assert!(cut.contains("cut off"), "{format:?}: {cut}");
        }
        assert!(refused(b"%PDF-1.7 and so on").contains("not a PNG"));
        assert!(refused(b"").contains("not a PNG"));
    }

    #[test]
    fn a_png_of_50000_by_50000_is_refused_from_its_header() {
        let mut bytes = picture(ImageFormat::Png);
        bytes[16..20].copy_from_slice(&50_000u32.to_be_bytes());
        bytes[20..24].copy_from_slice(&50_000u32.to_be_bytes());
        assert!(refused(&bytes).contains("50000×50000"));
    }

    #[test]
    fn gif_bombs_are_refused_by_screen_and_by_frames() {
        let mut screen = picture(ImageFormat::Gif);
        screen[6..10].copy_from_slice(&[0xFF; 4]);
        assert!(refused(&screen).contains("65535×65535"));

        let mut frames = b"GIF89a\x10\x27\x88\x13\x00\x00\x00".to_vec();
        for _ in 0..30 {
            frames.extend(b"\x2C\x00\x00\x00\x00\x10\x27\x88\x13\x00\x08\x01\x00\x00");
        }
        frames.push(0x3B);
        assert!(refused(&frames).contains("million pixels"), "{}", refused(&frames));
    }

    #[test]
    fn a_picture_lying_on_its_side_is_turned_upright() {
        let bytes = picture(ImageFormat::Jpeg);
        // APP1 with one EXIF entry: orientation 6 (turn right).
        let exif = b"\xFF\xE1\x00\x22Exif\0\0MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
        let turned = [&bytes[..2], exif, &bytes[2..]].concat();
        let taken = decode(&turned, "x".into()).unwrap();
        assert_eq!((taken.width_px, taken.height_px), (48, 64));
        assert!(!taken.bytes.windows(4).any(|four| four == b"Exif"), "metadata is dropped");
    }

    #[test]
    fn a_plain_svg_is_drawn_and_one_that_reaches_out_is_refused() {
        let svg = |inner: &str| {
            format!(
                r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 32 16">{inner}</svg>"#
            )
        };
        let drawn =
            decode(svg(r##"<circle id="a" r="8"/><use href="#a"/>"##).as_bytes(), "x".into());
        assert_eq!(drawn.unwrap().width_px, 2_160);
        for outside in [
            r#"<image href="https://example.com/a.png"/>"#,
            r#"<image xlink:href="file:///etc/passwd"/>"#,
            r#"<image href="a.png"/>"#,
            r#"<rect style="fill:url(https://example.com/a)"/>"#,
            r#"<style>@import "https://example.com/a.css";</style>"#,
            r#"<script>alert(1)</script>"#,
            r#"<rect onload="alert(1)"/>"#,
            r#"<foreignObject/>"#,
        ] {
            assert!(refused(svg(outside).as_bytes()).contains("not allowed"), "{outside}");
        }
        let mut nested = String::from(r#"<g id="n0"><rect/></g>"#);
        for level in 1..40 {
            let below = level - 1;
            nested += &format!(
                r##"<g id="n{level}"><use href="#n{below}"/><use href="#n{below}"/></g>"##
            );
        }
        assert!(refused(svg(&nested).as_bytes()).contains("multiply"));
    }

    #[test]
    fn the_refused_picture_is_named_by_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let good = folder.path().join("good.txt");
        std::fs::write(&good, picture(ImageFormat::Png)).unwrap();
        let error = prepare(&[good.clone(), folder.path().to_path_buf()]).unwrap_err();
        assert_eq!((error.code.as_str(), error.field.as_str()), ("VALIDATION_FAILED", "images[1]"));
        assert_eq!(prepare(&vec![good; 13]).unwrap_err().field, "images");
    }
}
