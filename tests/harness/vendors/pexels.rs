//! Pexels: search, a curated page, files (pexels.com/api/documentation).

use serde_json::{Value, json};

use super::{Asked, Reply, State, scenes};

pub(super) fn answer(state: &State, asked: &Asked) -> Reply {
    if let Some(id) = asked.path.strip_prefix("/file/") {
        if !asked.key().is_empty() {
            return state.complain(asked, "a key was sent where only pictures are");
        }
        return Reply::bytes(200, "image/jpeg", scenes::picture(id, 800, 1200));
    }
    if let Some(refused) = state.stranger(asked, "authorization", "") {
        return refused;
    }
    let known = ["query", "orientation", "size", "color", "locale", "page", "per_page"];
    let page = asked.param("per_page").and_then(|count| count.parse::<u32>().ok()).unwrap_or(15);
    let fits = asked.query.iter().all(|(name, _)| known.contains(&name.as_str()))
        && (1..=80).contains(&page)
        && asked
            .param("orientation")
            .is_none_or(|o| ["landscape", "portrait", "square"].contains(&o))
        && asked.param("locale").is_none_or(|locale| locale.len() == 5);
    if !fits {
        return state.complain(asked, "a parameter of the search is not as it should be");
    }
    let query = asked.param("query").unwrap_or("sky");
    let reply = match asked.path.as_str() {
        "/v1/search" if asked.param("query").is_some() => photos(state, query, page),
        "/v1/curated" => photos(state, query, page),
        _ => state.complain(asked, "no such endpoint"),
    };
    reply.header("x-ratelimit-limit", "20000").header("x-ratelimit-remaining", "19684")
}

fn photos(state: &State, query: &str, page: u32) -> Reply {
    let photo = |at: u32| -> Value {
        let number = query.bytes().map(u64::from).sum::<u64>() * 100 + u64::from(at);
        json!({
            "id": number, "width": 3000, "height": 4500,
            "url": format!("https://www.pexels.com/photo/some-thing-{number}/"),
            "photographer": "Grace Shutter", "photographer_url": "https://www.pexels.com/@grace",
            "photographer_id": 7, "avg_color": "#304050", "liked": false, "alt": format!("Close up of {query}"),
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
