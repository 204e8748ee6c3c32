//! Pexels: searches for photos and videos, a curated page, files (pexels.com/api/documentation).

use serde_json::{Value, json};

use super::{Asked, Reply, State, reels, scenes};

/// What the search for photos and that for videos know.
const PHOTO_PARAMETERS: [&str; 7] =
    ["query", "orientation", "size", "color", "locale", "page", "per_page"];
const VIDEO_PARAMETERS: [&str; 6] = ["query", "orientation", "size", "locale", "page", "per_page"];
/// Videos of every search; nothing moves in the first.
const VIDEOS: u64 = 3;
/// Their length; the file's own is the same.
const VIDEO_S: u32 = 2;

pub(super) fn answer(state: &State, asked: &Asked) -> Reply {
    if let Some(id) = asked.path.strip_prefix("/file/") {
        if !asked.key().is_empty() {
            return state.complain(asked, "a key was sent where only pictures are");
        }
        return Reply::bytes(200, "image/jpeg", scenes::picture(id, 800, 1200));
    }
    if let Some(id) = asked.path.strip_prefix("/video-files/") {
        return film(state, asked, id);
    }
    if let Some(refused) = state.stranger(asked, "authorization", "") {
        return refused;
    }
    let page = asked.param("per_page").and_then(|count| count.parse::<u32>().ok()).unwrap_or(15);
    let one_of = |name: &str, words: &[&str]| asked.param(name).is_none_or(|w| words.contains(&w));
    let fits = |known: &[&str]| {
        asked.query.iter().all(|(name, _)| known.contains(&name.as_str()))
            && (1..=80).contains(&page)
            && one_of("orientation", &["landscape", "portrait", "square"])
            && one_of("size", &["large", "medium", "small"])
            && asked.param("locale").is_none_or(|locale| locale.len() == 5)
    };
    let query = asked.param("query").unwrap_or("sky");
    let reply = match asked.path.as_str() {
        "/v1/search" | "/v1/curated" if !fits(&PHOTO_PARAMETERS) => {
            state.complain(asked, "a parameter of the search is not as it should be")
        }
        "/v1/search" if asked.param("query").is_some() => photos(state, query, page),
        "/v1/curated" => photos(state, query, page),
        "/videos/search" if asked.param("query").is_some() && fits(&VIDEO_PARAMETERS) => {
            videos(state, query, page)
        }
        _ => state.complain(asked, "no such endpoint, or a parameter is not as it should be"),
    };
    reply.header("x-ratelimit-limit", "20000").header("x-ratelimit-remaining", "19684")
}

/// A number of its own for every query and place.
fn number(query: &str, at: u64) -> u64 {
    query.bytes().map(u64::from).sum::<u64>() * 100 + at
}

fn photos(state: &State, query: &str, page: u32) -> Reply {
    let photo = |at: u32| -> Value {
        let number = number(query, u64::from(at));
        json!({
            "id": number, "width": 3000, "height": 4500,
            "url": format!("https://www.pexels.com/photo/some-thing-{number}/"),
            "photographer": "Grace Shutter", "photographer_url": "https://www.pexels.com/@grace",
            "photographer_id": 7, "avg_color": "#304050", "liked": false,
            "alt": format!("Close up of {query}"),
            "src": {"original": format!("http://{}/file/{number}.jpeg", state.address), "large2x": "", "large": "",
                "medium": "", "small": "", "portrait": "", "landscape": "", "tiny": ""},
        })
    };
    let photos: Vec<Value> = (0..page.min(6)).map(photo).collect();
    Reply::json(
        200,
        &json!({"page": 1, "per_page": page, "total_results": photos.len(), "photos": photos}),
    )
}

fn videos(state: &State, query: &str, page: u32) -> Reply {
    let file = |number: u64, quality: &str, width: u32, height: u32| {
        json!({
            "id": number * 10, "quality": quality, "file_type": "video/mp4", "width": width,
            "height": height, "fps": 30.0,
            "link": state.file(&format!("video-files/{number}-{quality}_{width}_{height}.mp4")),
        })
    };
    let video = |at: u64| -> Value {
        let number = number(query, at);
        json!({
            "id": number, "width": 2160, "height": 3840, "duration": VIDEO_S, "full_res": null,
            "tags": [], "avg_color": null, "image": "",
            "url": format!("https://www.pexels.com/video/{}-{number}/", query.replace(' ', "-")),
            "user": {"id": 9, "name": "Reel Moving", "url": "https://www.pexels.com/@reel"},
            "video_files": [
                file(number, "uhd", 2160, 3840),
                {"id": 1, "quality": "hls", "file_type": "application/x-mpegURL", "width": null,
                    "height": null, "fps": null, "link": ""},
                file(number, "sd", 540, 960),
            ],
            "video_pictures": [],
        })
    };
    let videos: Vec<Value> = (0..VIDEOS.min(u64::from(page))).map(video).collect();
    Reply::json(
        200,
        &json!({"page": 1, "per_page": page, "total_results": videos.len(), "url": "",
            "videos": videos}),
    )
}

/// A file of the size in its name; of the first video of a search nothing moves.
fn film(state: &State, asked: &Asked, name: &str) -> Reply {
    if let Some(refused) = state.no_file(asked) {
        return refused;
    }
    let mut parts = name.trim_end_matches(".mp4").split('_');
    let head = parts.next().unwrap_or_default();
    let mut side = || parts.next().and_then(|side| side.parse::<u32>().ok());
    let (Some(width), Some(height)) = (side(), side()) else {
        return state.complain(asked, "the address is not the one that was given");
    };
    if width > 1080 {
        return state.complain(asked, "a file larger than it will be shown was fetched");
    }
    let number: u64 = head.split('-').next().and_then(|text| text.parse().ok()).unwrap_or(0);
    Reply::bytes(
        200,
        "video/mp4",
        reels::clip(number, (width, height), !number.is_multiple_of(100)),
    )
}
