//! Files that a bot's messages show: videos and photos, held to what Telegram takes.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{
    calls::{Answer, words_of},
    form::Upload,
    room::Refusal,
    state::State,
};

/// Most bytes and longest side of a preview (core.telegram.org/bots/api#sendvideo).
const THUMBNAIL_BYTES_MAX: usize = 200_000;
const THUMBNAIL_SIDE_PX_MAX: u32 = 320;
/// Most bytes of a photo, most pixels of its width and height together, and most times that one is
/// the other (core.telegram.org/bots/api#sendphoto).
const PHOTO_BYTES_MAX: usize = 10_000_000;
const PHOTO_SIDES_PX_MAX: u32 = 10_000;
const PHOTO_RATIO_MAX: u32 = 20;
/// What a photo may carry (core.telegram.org/bots/api#inputmediaphoto).
const PHOTO_KEYS: [&str; 7] = [
    "type",
    "media",
    "caption",
    "parse_mode",
    "caption_entities",
    "show_caption_above_media",
    "has_spoiler",
];

pub(super) fn edit_media(
    state: &mut State,
    values: &Map<String, Value>,
    files: &BTreeMap<String, Upload>,
) -> Answer {
    let Some(media) = values["media"].as_object().cloned() else {
        return Err(Refusal::bad("Bad Request: media is no object"));
    };
    let (kind, file, facts) = match media.get("type").and_then(Value::as_str) {
        Some("video") => {
            let (video, facts) = video(state.any_video, &media, files, "media", "thumbnail")?;
            ("video", video, facts)
        }
        Some("photo") => {
            let (photo, facts) = photo(&media, files)?;
            ("photo", photo, facts)
        }
        _ => return Err(Refusal::bad("Bad Request: this bot is to send videos and photos")),
    };
    let mut words = values.clone();
    for key in ["caption", "caption_entities", "parse_mode"] {
        if let Some(value) = media.get(key) {
            words.insert(key.into(), value.clone());
        }
    }
    state.change(&words_of(&words, "caption", "caption_entities"), Some((kind, file)), facts)
}

/// An upload: under the field's own name, or under another that the field names.
pub(super) fn attached<'a>(
    about: &Map<String, Value>,
    files: &'a BTreeMap<String, Upload>,
    field: &str,
) -> Option<&'a Upload> {
    let named = about.get(field).and_then(Value::as_str);
    files.get(field).or_else(|| files.get(named?.strip_prefix("attach://")?))
}

/// An uploaded video with what is said of it.
pub(super) fn video<'a>(
    any_video: bool,
    about: &Map<String, Value>,
    files: &'a BTreeMap<String, Upload>,
    name: &str,
    thumbnail: &str,
) -> Result<(&'a Upload, Map<String, Value>), Refusal> {
    let video = attached(about, files, name)
        .ok_or_else(|| Refusal::bad("Bad Request: no video attached"))?;
    if video.bytes.get(4..8) != Some(b"ftyp") && !any_video {
        return Err(Refusal::bad("Bad Request: this is no MP4"));
    }
    let mut facts = Map::new();
    for key in ["width", "height", "duration", "supports_streaming"] {
        if let Some(value) = about.get(key) {
            facts.insert(key.into(), value.clone());
        }
    }
    if let Some(picture) = attached(about, files, thumbnail) {
        let read = image::load_from_memory_with_format(&picture.bytes, image::ImageFormat::Jpeg);
        let size = read.ok().map(|picture| (picture.width(), picture.height()));
        let fits = size.is_some_and(|(w, h)| w.max(h) <= THUMBNAIL_SIDE_PX_MAX);
        if !fits || picture.bytes.len() > THUMBNAIL_BYTES_MAX {
            return Err(Refusal::bad("Bad Request: invalid thumbnail"));
        }
        facts.insert("thumbnail".into(), json!(picture.bytes.len()));
    }
    Ok((video, facts))
}

/// An uploaded photo with its size.
fn photo<'a>(
    about: &Map<String, Value>,
    files: &'a BTreeMap<String, Upload>,
) -> Result<(&'a Upload, Map<String, Value>), Refusal> {
    if let Some(key) = about.keys().find(|key| !PHOTO_KEYS.contains(&key.as_str())) {
        return Err(Refusal::bad(format!("Bad Request: a photo has no {key}")));
    }
    let photo = attached(about, files, "media")
        .ok_or_else(|| Refusal::bad("Bad Request: no photo attached"))?;
    let read = image::load_from_memory(&photo.bytes)
        .map_err(|_| Refusal::bad("Bad Request: IMAGE_PROCESS_FAILED"))?;
    let (width, height) = (read.width(), read.height());
    let (long, short) = (width.max(height), width.min(height));
    if width + height > PHOTO_SIDES_PX_MAX || long > short * PHOTO_RATIO_MAX {
        return Err(Refusal::bad("Bad Request: PHOTO_INVALID_DIMENSIONS"));
    }
    if photo.bytes.len() > PHOTO_BYTES_MAX {
        return Err(Refusal::bad("Bad Request: file of size is too big for a photo"));
    }
    let facts = [("width", json!(width)), ("height", json!(height))];
    Ok((photo, facts.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()))
}
