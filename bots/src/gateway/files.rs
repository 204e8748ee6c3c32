//! A video's files: from disk with conditions and ranges (RFC 9110, sections 13 and 14), from a
//! bucket through its own presigned addresses.

use std::{fs::File, io, ops::Range, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, TimeDelta, Utc};
use cutline_core::objects::{
    Disk, ErrorKind, ObjectInfo, ObjectKey, Objects, ObjectsError, PresignedGet, cache_control,
};
use tokio::io::{AsyncReadExt, AsyncSeekExt};

use super::{
    answer::Problem,
    page,
    range::{self, Ranged},
};

/// How much of a file is read at once.
const CHUNK_BYTES: usize = 256 << 10;
/// A presigned address works long enough to watch and seek; a paused player asks here again.
const PRESIGNED_FOR: TimeDelta = TimeDelta::hours(1);

/// What was asked, and how long the video lives.
pub(super) struct Request<'a> {
    /// The body will be dropped.
    pub(super) head: bool,
    /// The request's headers.
    pub(super) headers: &'a HeaderMap,
    /// Time until the link expires.
    pub(super) left: TimeDelta,
}

/// Which way a file goes.
#[derive(Clone, Copy)]
pub(super) enum How<'a> {
    /// A video: in a bucket, the reader is sent there. `download_as` saves it under a name.
    Large { download_as: Option<&'a str> },
    /// A poster or captions: always from here.
    Small,
}

impl How<'_> {
    fn disposition(&self) -> Option<String> {
        match self {
            Self::Large { download_as: Some(name) } => Some(format!(
                "attachment; filename=\"video.mp4\"; filename*=UTF-8''{}",
                page::url_component(name)
            )),
            _ => None,
        }
    }
}

/// Answers with a file.
///
/// # Errors
/// [`Problem::Missing`] when it is not there, [`Problem::Away`] when the store does not answer.
pub(super) async fn answer(
    objects: &Objects,
    key: &ObjectKey,
    request: &Request<'_>,
    how: How<'_>,
) -> Result<Response, Problem> {
    let answered = match (objects, how) {
        (Objects::Disk(disk), _) => from_disk(disk, key, request, how).await,
        (Objects::S3(_), How::Large { .. }) => redirect(objects, key, request, how).await,
        (Objects::S3(_), How::Small) => through(objects, key, request).await,
    };
    answered.map_err(|error| match error.kind() {
        ErrorKind::NotFound => {
            tracing::error!(%key, "a video's file is gone though its link still works");
            Problem::Missing
        }
        _ => {
            tracing::error!(%key, error = %error, "a video's file cannot be read");
            Problem::Away
        }
    })
}

async fn redirect(
    objects: &Objects,
    key: &ObjectKey,
    request: &Request<'_>,
    how: How<'_>,
) -> Result<Response, ObjectsError> {
    let for_time = request.left.min(PRESIGNED_FOR).to_std().unwrap_or(Duration::from_secs(1));
    let how = PresignedGet {
        for_time,
        content_type: Some("video/mp4".to_owned()),
        disposition: how.disposition(),
        cache_control: Some(cache_control(request.left)),
    };
    let address = objects.presign_get(key, &how).await?;
    let address = address.and_then(|url| HeaderValue::from_str(url.as_str()).ok());
    // 302 and no-store: the address dies before the link does. The redirect itself signs nothing
    // in, so GET and HEAD of it are both right: an address is signed for GET, and a HEAD of a video
    // only wants to know what there is.
    Ok(match address {
        Some(address) if !request.head => {
            (StatusCode::FOUND, [(header::LOCATION, address), (header::CACHE_CONTROL, no_store())])
                .into_response()
        }
        _ => described(&objects.head(key).await?, request).into_response(),
    })
}

fn no_store() -> HeaderValue {
    HeaderValue::from_static("no-store")
}

/// A small file out of a bucket, with conditions but without ranges.
async fn through(
    objects: &Objects,
    key: &ObjectKey,
    request: &Request<'_>,
) -> Result<Response, ObjectsError> {
    let info = objects.head(key).await?;
    if is_unchanged(request.headers, &info) {
        return Ok(not_modified(&info, request));
    }
    let described = described(&info, request);
    if request.head {
        return Ok(described.into_response());
    }
    Ok((described, objects.get(key).await?).into_response())
}

async fn from_disk(
    disk: &Disk,
    key: &ObjectKey,
    request: &Request<'_>,
    how: How<'_>,
) -> Result<Response, ObjectsError> {
    let (file, info) = disk.open_file(key).await?;
    if is_unchanged(request.headers, &info) {
        return Ok(not_modified(&info, request));
    }
    let text = |name| request.headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    // Ranges are defined for GET only, and for If-Range only where nothing has changed.
    let ranged = if request.head || !range_still_holds(text(header::IF_RANGE), &info) {
        Ranged::Whole
    } else {
        range::parse(text(header::RANGE), info.size_bytes)
    };
    let mut headers = described(&info, request);
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    if let Some(value) = how.disposition().and_then(|value| HeaderValue::try_from(value).ok()) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    let size = info.size_bytes;
    Ok(match ranged {
        Ranged::Whole if request.head => headers.into_response(),
        Ranged::Whole => (headers, part(file, 0..size)).into_response(),
        Ranged::Part(range) => {
            set(&mut headers, header::CONTENT_LENGTH, (range.end - range.start).to_string());
            let place = format!("bytes {}-{}/{size}", range.start, range.end - 1);
            set(&mut headers, header::CONTENT_RANGE, place);
            (StatusCode::PARTIAL_CONTENT, headers, part(file, range)).into_response()
        }
        Ranged::Unsatisfiable => {
            let mut headers = HeaderMap::new();
            set(&mut headers, header::CONTENT_RANGE, format!("bytes */{size}"));
            (StatusCode::RANGE_NOT_SATISFIABLE, headers).into_response()
        }
    })
}

/// What is said of a file besides its bytes. The length is set here, so that HEAD tells it too.
fn described(info: &ObjectInfo, request: &Request<'_>) -> HeaderMap {
    let mut headers = validators(info, request);
    set(&mut headers, header::CONTENT_LENGTH, info.size_bytes.to_string());
    set(&mut headers, header::CONTENT_TYPE, info.meta.content_type.clone());
    headers
}

fn validators(info: &ObjectInfo, request: &Request<'_>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    set(&mut headers, header::ETAG, info.etag.clone());
    set(&mut headers, header::LAST_MODIFIED, http_date(info.modified));
    set(&mut headers, header::CACHE_CONTROL, cache_control(request.left));
    headers
}

fn not_modified(info: &ObjectInfo, request: &Request<'_>) -> Response {
    (StatusCode::NOT_MODIFIED, validators(info, request)).into_response()
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: String) {
    // A stored content type that is no header value is left out rather than failing the file.
    if let Ok(value) = HeaderValue::try_from(value) {
        headers.insert(name, value);
    }
}

/// RFC 9110, section 13.2.2: `If-None-Match` decides; `If-Modified-Since` only without it.
fn is_unchanged(headers: &HeaderMap, info: &ObjectInfo) -> bool {
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let mut tags = headers.get_all(header::IF_NONE_MATCH).iter().peekable();
    if tags.peek().is_some() {
        return tags.filter_map(|value| value.to_str().ok()).any(|value| {
            value.trim() == "*" || value.split(',').any(|tag| bare(tag) == bare(&info.etag))
        });
    }
    let since = headers.get(header::IF_MODIFIED_SINCE).and_then(|value| value.to_str().ok());
    since.and_then(parse_http_date).is_some_and(|since| whole_seconds(info.modified) <= since)
}

/// RFC 9110, section 13.1.5: a strong comparison, or the very same date.
fn range_still_holds(if_range: Option<&str>, info: &ObjectInfo) -> bool {
    match if_range.map(str::trim) {
        None => true,
        Some(tag) if tag.starts_with('"') => tag == info.etag,
        Some(tag) if tag.starts_with("W/") => false,
        Some(date) => parse_http_date(date) == Some(whole_seconds(info.modified)),
    }
}

const HTTP_DATE: &str = "%a, %d %b %Y %H:%M:%S GMT";

fn http_date(time: DateTime<Utc>) -> String {
    time.format(HTTP_DATE).to_string()
}

fn parse_http_date(text: &str) -> Option<i64> {
    let parsed = chrono::NaiveDateTime::parse_from_str(text.trim(), HTTP_DATE).ok()?;
    Some(parsed.and_utc().timestamp())
}

fn whole_seconds(time: DateTime<Utc>) -> i64 {
    time.timestamp()
}

/// A part of a file as a body, read as fast as the reader takes it. A file that ends early breaks
/// the connection off, so that nobody takes half a video for a whole one.
fn part(file: File, range: Range<u64>) -> Body {
    struct Reading {
        file: tokio::fs::File,
        left_bytes: u64,
        start: Option<u64>,
    }
    let reading = Reading {
        file: tokio::fs::File::from_std(file),
        left_bytes: range.end - range.start,
        start: Some(range.start),
    };
    Body::from_stream(futures::stream::try_unfold(reading, |mut reading| async move {
        if reading.left_bytes == 0 {
            return Ok(None);
        }
        if let Some(start) = reading.start.take() {
            reading.file.seek(io::SeekFrom::Start(start)).await?;
        }
        let length = usize::try_from(reading.left_bytes).unwrap_or(usize::MAX).min(CHUNK_BYTES);
        let mut chunk = vec![0; length];
        let read = reading.file.read(&mut chunk).await?;
        if read == 0 {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
        }
        chunk.truncate(read);
        reading.left_bytes -= read as u64;
        Ok(Some((Bytes::from(chunk), reading)))
    }))
}

#[cfg(test)]
mod tests {
    use cutline_core::objects::ObjectMeta;

    use super::*;

    fn info() -> ObjectInfo {
        ObjectInfo {
            size_bytes: 10,
            modified: DateTime::from_timestamp(784_111_777, 5_000_000).unwrap(),
            etag: "\"a-b\"".to_owned(),
            meta: ObjectMeta::new("video/mp4"),
        }
    }

    fn headers(pairs: &[(HeaderName, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect()
    }

    #[test]
    fn dates_are_written_and_read_as_the_standard_writes_them() {
        let text = "Sun, 06 Nov 1994 08:49:37 GMT";
        assert_eq!(http_date(info().modified), text);
        assert_eq!(parse_http_date(text), Some(784_111_777));
        assert_eq!(parse_http_date("yesterday"), None);
    }

    #[test]
    fn a_file_is_not_sent_again_to_those_who_have_it() {
        use header::{IF_MODIFIED_SINCE, IF_NONE_MATCH};
        let same = "Sun, 06 Nov 1994 08:49:37 GMT";
        let unchanged = |pairs: &[_]| is_unchanged(&headers(pairs), &info());
        for tags in ["\"a-b\"", "W/\"a-b\"", "\"x\", \"a-b\"", "*"] {
            assert!(unchanged(&[(IF_NONE_MATCH, tags)]), "{tags}");
        }
        assert!(!unchanged(&[(IF_NONE_MATCH, "\"x\"")]));
        assert!(!unchanged(&[(IF_NONE_MATCH, "\"x\""), (IF_MODIFIED_SINCE, same)]), "tags decide");
        assert!(unchanged(&[(IF_MODIFIED_SINCE, same)]));
        assert!(!unchanged(&[(IF_MODIFIED_SINCE, "Sun, 06 Nov 1994 08:49:36 GMT")]));
        assert!(!unchanged(&[(IF_MODIFIED_SINCE, "whenever")]));
        assert!(!unchanged(&[]));
    }

    #[test]
    fn a_range_of_another_file_is_not_served() {
        let holds = |value| range_still_holds(value, &info());
        assert!(holds(None) && holds(Some("\"a-b\"")));
        assert!(holds(Some("Sun, 06 Nov 1994 08:49:37 GMT")));
        for other in ["\"x\"", "W/\"a-b\"", "Sun, 06 Nov 1994 08:49:38 GMT", "a-b"] {
            assert!(!holds(Some(other)), "{other}");
        }
    }

    #[test]
    fn a_file_is_saved_under_its_title_in_any_script() {
        let name = page::file_name("Why \"octopuses\"; have/3 hearts?\r\n 心");
        assert_eq!(name, "Why octopuses have 3 hearts 心.mp4");
        let how = How::Large { download_as: Some(&name) };
        let value = how.disposition().unwrap();
        assert!(value.is_ascii() && HeaderValue::try_from(&value).is_ok(), "{value}");
        assert!(value.contains("%E5%BF%83.mp4"));
    }
}
