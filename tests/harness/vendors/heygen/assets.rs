//! Uploaded files: what one is is told from its bytes, whatever its name and type say
//! (developers.heygen.com/docs/upload-assets).

use image::ImageFormat;
use serde_json::{Value, json};

use super::super::{Asked, Reply, State, account::Asset, lock};

/// Largest file taken.
const FILE_BYTES_MAX: usize = 32 << 20;

/// `POST /v3/assets`.
pub(super) fn upload(state: &State, asked: &Asked) -> Reply {
    let uploaded = part(asked).and_then(|(kind, file)| {
        if file.len() > FILE_BYTES_MAX {
            return Err("the file is larger than 32 MB".to_owned());
        }
        let (detected, asset) = detected(file)?;
        // HeyGen would not mind; it is a mistake all the same.
        if kind != detected {
            return Err(format!("{detected} is called {kind}"));
        }
        Ok((detected, file.len(), asset))
    });
    let (mime_type, size_bytes, asset) = match uploaded {
        Ok(uploaded) => uploaded,
        Err(why) => return state.complain(asked, &why),
    };
    let mut account = lock(&state.account);
    account.assets.push(asset);
    let id = format!("ast_{}", account.assets.len() - 1);
    let url = format!("http://{}/files/{id}", state.address);
    Reply::json(
        200,
        &json!({"data": {
            "asset_id": id, "url": url, "mime_type": mime_type, "size_bytes": size_bytes,
        }}),
    )
}

/// The asset of an id, if there is one.
pub(super) fn of(state: &State, id: &Value) -> Option<Asset> {
    let at: usize = id.as_str()?.strip_prefix("ast_")?.parse().ok()?;
    lock(&state.account).assets.get(at).copied()
}

/// The one file of a form, and the type that it is said to be of (RFC 7578).
fn part(asked: &Asked) -> Result<(&str, &[u8]), String> {
    let form = || {
        let kind = asked.header("content-type")?;
        let boundary = kind.strip_prefix("multipart/form-data; boundary=")?;
        let body = asked.body.strip_prefix(format!("--{boundary}\r\n").as_bytes())?;
        let body = body.strip_suffix(format!("\r\n--{boundary}--\r\n").as_bytes())?;
        let end = body.windows(4).position(|four| four == b"\r\n\r\n")?;
        let head = std::str::from_utf8(&body[..end]).ok()?;
        let named = head.contains("form-data; name=\"file\"; filename=\"");
        let kind = head.lines().find_map(|line| line.strip_prefix("Content-Type: "))?;
        named.then_some((kind, &body[end + 4..]))
    };
    form().ok_or_else(|| "not one file in a form".to_owned())
}

/// What bytes are, and that they are whole. HeyGen takes MP3, MP4, WebM and PDF as well, none of
/// which is ever sent.
fn detected(file: &[u8]) -> Result<(&'static str, Asset), String> {
    let picture = |kind, format| match image::load_from_memory_with_format(file, format) {
        Ok(_) => Ok((kind, Asset::Image)),
        Err(error) => Err(format!("a picture that cannot be decoded: {error}")),
    };
    match file {
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => {
            picture("image/png", ImageFormat::Png)
        }
        [0xff, 0xd8, 0xff, ..] => picture("image/jpeg", ImageFormat::Jpeg),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => {
            let seconds = wav_s(file).ok_or("a WAV that is not whole")?;
            Ok(("audio/wav", Asset::Audio(seconds)))
        }
        _ => Err("the file is of no known kind".into()),
    }
}

/// How long a WAV of plain samples lasts, in seconds; `None` unless every chunk is whole and there
/// is something to hear (Microsoft and IBM, Multimedia Programming Interface 1.0, RIFF).
fn wav_s(file: &[u8]) -> Option<f64> {
    let four = |bytes: &[u8]| Some(u32::from_le_bytes(*bytes.first_chunk()?));
    if four(&file[4..])? as usize + 8 != file.len() {
        return None;
    }
    let (mut rest, mut bytes_per_s, mut seconds) = (&file[12..], 0, None);
    while !rest.is_empty() {
        let size = four(rest.get(4..)?)? as usize;
        let chunk = rest.get(8..8 + size)?;
        match rest.first_chunk::<4>()? {
            // 1 is PCM.
            b"fmt " if chunk.get(..2)? == [1, 0] => bytes_per_s = four(chunk.get(8..)?)?,
            b"data" => seconds = Some(size as f64 / f64::from(bytes_per_s)),
            _ => {}
        }
        // Chunks begin at even places.
        rest = rest.get(8 + size + size % 2..).unwrap_or_default();
    }
    seconds.filter(|seconds| seconds.is_finite() && *seconds > 0.0)
}
