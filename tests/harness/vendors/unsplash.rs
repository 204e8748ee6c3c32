//! Unsplash: search, files from the address it gives, reported downloads
//! (unsplash.com/documentation and its API guidelines).

use serde_json::{Value, json};

use super::{Asked, Reply, State, scenes};

/// Photos of every search.
const PHOTOS: usize = 8;

pub(super) fn answer(state: &State, asked: &Asked) -> Reply {
    if let Some(id) = asked.path.strip_prefix("/file/") {
        return file(state, asked, id);
    }
    if let Some(refused) = state.stranger(asked, "authorization", "Client-ID ") {
        return refused;
    }
    if asked.header("accept-version") != Some("v1") {
        return state.complain(asked, "the version of the API is to be asked for");
    }
    let reply = match asked.path.as_str() {
        "/search/photos" => search(state, asked),
        path if path.starts_with("/photos/") && path.ends_with("/download") => {
            Reply::json(200, &json!({"url": format!("http://{}/file/x", state.address)}))
        }
        _ => state.complain(asked, "no such endpoint"),
    };
    reply.header("x-ratelimit-limit", "50").header("x-ratelimit-remaining", "41")
}

fn search(state: &State, asked: &Asked) -> Reply {
    let query = asked.param("query").unwrap_or_default();
    let page = asked.param("per_page").and_then(|count| count.parse::<u32>().ok()).unwrap_or(10);
    let known = [
        "query",
        "page",
        "per_page",
        "order_by",
        "collections",
        "content_filter",
        "color",
        "orientation",
        "lang",
    ];
    let fits = !query.is_empty()
        && asked.query.iter().all(|(name, _)| known.contains(&name.as_str()))
        && (1..=30).contains(&page)
        && asked
            .param("orientation")
            .is_none_or(|o| ["landscape", "portrait", "squarish"].contains(&o))
        && asked.param("content_filter").is_none_or(|f| ["low", "high"].contains(&f));
    if !fits {
        return state.complain(asked, "a parameter of the search is not as it should be");
    }
    let photo = |at: usize| -> Value {
        let id = format!("u{}-{at}", query.replace(|c: char| !c.is_alphanumeric(), "_"));
        // One of the paid collection, which would carry a watermark.
        let raw = match at {
            1 => format!("https://plus.unsplash.com/file/{id}?ixid=abc"),
            _ => state.file(&format!("file/{id}?ixid=abc")),
        };
        json!({
            "id": id, "width": 3000, "height": 4500, "color": "#203040", "blur_hash": "L",
            "description": null, "alt_description": format!("{query} photographed from the side"),
            "urls": {"raw": raw, "full": "", "regular": "", "small": "", "thumb": ""},
            "links": {
                "self": "", "html": format!("https://unsplash.com/photos/{id}"), "download": "",
                "download_location": format!("http://{}/photos/{id}/download?ixid=abc", state.address),
            },
            "user": {"id": "1", "username": "ada", "name": "Ada Lens", "links": {"html": "https://unsplash.com/@ada"}},
            "tags": [{"title": query}],
        })
    };
    let results: Vec<Value> = (0..PHOTOS.min(page as usize)).map(photo).collect();
    Reply::json(200, &json!({"total": results.len(), "total_pages": 1, "results": results}))
}

fn file(state: &State, asked: &Asked, id: &str) -> Reply {
    if let Some(refused) = state.no_file(asked) {
        return refused;
    }
    Reply::bytes(200, "image/jpeg", scenes::picture(id, 800, 1200))
}
