//! A finished video's file for an upload: the best one that fits, with what players want to know
//! before they have it.

use std::io::Cursor;

use bytes::Bytes;
use cutline_core::{
    card::{Card, CardFile, FileKind},
    job::DeliveredVideo,
    objects::{ErrorKind, Objects, ObjectsError},
};
use image::{ImageFormat, imageops::FilterType};

/// Most bytes of a video that is held in memory for an upload; above it, the link.
pub const UPLOAD_BYTES_MAX: u64 = 64 << 20;
/// A preview's longest side and most bytes (core.telegram.org/bots/api#sendvideo; Discord makes its
/// own).
const THUMBNAIL_SIDE_PX: u32 = 320;
const THUMBNAIL_BYTES_MAX: usize = 200_000;

/// A video to upload.
#[derive(Clone, Debug)]
pub struct VideoFile {
    /// A name for people, with extension.
    pub name: String,
    /// The MP4. Cheap to clone.
    pub data: Bytes,
    /// Picture width.
    pub width_px: u32,
    /// Picture height.
    pub height_px: u32,
    /// Length.
    pub duration_ms: u64,
    /// A preview, where the platform takes one: JPEG, at most 320 pixels a side and 200,000 bytes.
    /// Cheap to clone.
    pub thumbnail: Option<Bytes>,
}

/// The files of a card that are the video, the best first.
pub(super) fn candidates(card: &Card) -> Vec<CardFile> {
    let of = |kind| card.files.iter().filter(move |file| file.kind == kind).cloned();
    of(FileKind::Master).chain(of(FileKind::Chat)).collect()
}

/// Reads a video for an upload; `None` where it is larger than `bytes_max` or gone.
pub(super) async fn read(
    objects: &Objects,
    file: &CardFile,
    video: Option<&DeliveredVideo>,
    bytes_max: u64,
) -> Result<Option<VideoFile>, ObjectsError> {
    let bytes_max = bytes_max.min(UPLOAD_BYTES_MAX);
    if file.bytes.is_some_and(|bytes| bytes > bytes_max) {
        return Ok(None);
    }
    let data = match objects.get(&file.key).await {
        Ok(data) if data.len() as u64 <= bytes_max => data,
        Ok(_) => return Ok(None),
        Err(error) => {
            return match error.kind() {
                ErrorKind::NotFound | ErrorKind::Refused => {
                    tracing::warn!(key = %file.key, %error, "a finished video cannot be uploaded");
                    Ok(None)
                }
                _ => Err(error),
            };
        }
    };
    Ok(Some(VideoFile {
        name: file.name.clone(),
        data,
        width_px: video.map_or(0, |video| video.width_px),
        height_px: video.map_or(0, |video| video.height_px),
        duration_ms: video.map_or(0, |video| video.duration_ms),
        thumbnail: None,
    }))
}

/// A preview from the poster. Nobody waits for it: a video without one is still a video.
pub(super) async fn thumbnail(objects: &Objects, card: &Card) -> Option<Bytes> {
    let poster = card.files.iter().find(|file| file.kind == FileKind::Poster)?;
    let bytes = objects.get(&poster.key).await.ok()?;
    let made = crate::tasks::blocking(move || shrunk(&bytes)).await.ok().flatten();
    if made.is_none() {
        tracing::warn!(key = %poster.key, "a poster gives no preview");
    }
    made
}

fn shrunk(bytes: &[u8]) -> Option<Bytes> {
    let picture = image::load_from_memory(bytes).ok()?;
    let small = picture.resize(THUMBNAIL_SIDE_PX, THUMBNAIL_SIDE_PX, FilterType::Triangle);
    let mut jpeg = Vec::new();
    small.to_rgb8().write_to(&mut Cursor::new(&mut jpeg), ImageFormat::Jpeg).ok()?;
    (jpeg.len() <= THUMBNAIL_BYTES_MAX).then(|| jpeg.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_is_a_small_jpeg_of_the_posters_shape() {
        let mut png = Vec::new();
        let poster = image::RgbImage::from_fn(1080, 1920, |x, y| image::Rgb([x as u8, y as u8, 7]));
        poster.write_to(&mut Cursor::new(&mut png), ImageFormat::Png).unwrap();
        let jpeg = shrunk(&png).unwrap();
        assert!(jpeg.starts_with(b"\xff\xd8\xff") && jpeg.len() <= THUMBNAIL_BYTES_MAX);
        let back = image::load_from_memory(&jpeg).unwrap();
        assert_eq!((back.width(), back.height()), (180, 320));
        assert!(shrunk(b"no picture").is_none());
    }
}
