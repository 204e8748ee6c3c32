//! HeyGen, version 3: assets, photo avatars, videos (developers.heygen.com).

mod assets;

use serde_json::{Value, json};

use super::{
    Asked, Reply, State,
    account::{Asset, Known},
    footage, lock, unknown_fields, with,
};

/// Photo avatars that the account stores.
const STORED_MAX: usize = 3;

pub(super) fn answer(state: &State, asked: &Asked) -> Reply {
    if let Some(name) = asked.path.strip_prefix("/files/") {
        return file(state, asked, name);
    }
    if asked.header("x-api-key") != Some(state.kind.key().as_str()) {
        return state.refusal(401, "unauthorized", asked);
    }
    let path = asked.path.strip_prefix("/v3/").unwrap_or_default();
    match (asked.method.as_str(), path.split_once('/')) {
        ("GET", Some(("users", "me"))) => {
            let wallet = json!({"remaining_balance": 42.5, "currency": "usd"});
            Reply::json(200, &json!({"data": {"billing_type": "wallet", "wallet": wallet}}))
        }
        ("POST", None) if path == "assets" => once(state, asked, assets::upload),
        ("POST", None) if path == "avatars" => once(state, asked, create),
        ("POST", None) if path == "videos" => once(state, asked, video),
        ("GET", None) if path == "avatars" => list(state, asked),
        ("GET", Some(("avatars", "looks"))) => looks(state, asked),
        ("GET", Some(("avatars", rest))) if rest.starts_with("looks/") => {
            look(state, asked, rest.trim_start_matches("looks/"))
        }
        ("DELETE", Some(("avatars", id))) => delete(state, asked, id),
        ("GET", Some(("videos", id))) => status(state, asked, id),
        _ => state.complain(asked, "no such endpoint"),
    }
}

/// The same key is answered as it was the first time, with a refusal too. HeyGen would answer so
/// even where the body is another, and only warn: here it is an error to send another.
fn once(state: &State, asked: &Asked, make: fn(&State, &Asked) -> Reply) -> Reply {
    let Some(key) = asked.header("idempotency-key") else {
        return state.complain(asked, "a call without an idempotency key");
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-:.".contains(c);
    if !(1..=255).contains(&key.len()) || !key.chars().all(plain) {
        return state.complain(asked, "an idempotency key of other characters");
    }
    let name = format!("{} {key}", asked.path);
    let known = lock(&state.account).answered.iter().find(|one| one.name == name).cloned();
    match known {
        Some(known) if known.body != asked.body => {
            state.complain(asked, "another call under a known idempotency key")
        }
        Some(known) => known.reply,
        None => {
            let reply = make(state, asked);
            let known = Known { name, body: asked.body.clone(), reply: reply.clone() };
            lock(&state.account).answered.push(known);
            reply
        }
    }
}

fn create(state: &State, asked: &Asked) -> Reply {
    let body = asked.json();
    let fits = unknown_fields(&body, &["type", "name", "file", "avatar_group_id"]).is_empty()
        && body["type"] == "photo"
        && body["name"].as_str().is_some_and(|name| (1..=255).contains(&name.len()))
        && body["file"]["type"] == "asset_id";
    if !fits {
        return state.complain(asked, "a field of the avatar is not as it should be");
    }
    match assets::of(state, &body["file"]["asset_id"]) {
        Some(Asset::Image) => {}
        Some(Asset::Audio(_)) => return state.complain(asked, "an avatar of a sound"),
        None => return state.complain(asked, "an avatar of a file that is not there"),
    }
    let mut account = lock(&state.account);
    if account.always_full || account.avatars.len() >= STORED_MAX {
        drop(account);
        return state.refusal(400, "401028", asked);
    }
    let id = format!("grp{}", account.answered.len());
    let look_id = format!("look-{id}");
    let name = body["name"].as_str().unwrap_or_default().to_owned();
    account.avatars.push((id.clone(), name.clone(), 0));
    drop(account);
    state.order(&look_id);
    let look = json!({"id": look_id, "group_id": id, "name": name,
        "avatar_type": "photo_avatar", "status": "processing"});
    let group = json!({"id": id, "name": name, "looks_count": 1, "created_at": 1_500_000_000});
    Reply::json(200, &json!({"data": {"avatar_item": look, "avatar_group": group}}))
}

fn list(state: &State, asked: &Asked) -> Reply {
    let limit: usize = asked.param("limit").and_then(|text| text.parse().ok()).unwrap_or(20);
    if asked.param("ownership") != Some("private") || !(1..=50).contains(&limit) {
        return state.complain(asked, "limit is 1 to 50, and nobody needs the public avatars");
    }
    // Small pages, so that more than one is read.
    let limit = limit.min(10);
    let from: usize = asked.param("token").and_then(|text| text.parse().ok()).unwrap_or(0);
    let account = lock(&state.account);
    let page: Vec<Value> = account
        .avatars
        .iter()
        .skip(from)
        .take(limit)
        .map(|(id, name, age_s)| {
            json!({"id": id, "name": name, "looks_count": 1, "status": "completed",
                "created_at": 1_500_000_000 - age_s})
        })
        .collect();
    let next = from + page.len();
    let more = next < account.avatars.len();
    let token = more.then(|| next.to_string());
    Reply::json(200, &json!({"data": page, "has_more": more, "next_token": token}))
}

fn looks(state: &State, asked: &Asked) -> Reply {
    let group = asked.param("group_id").unwrap_or_default();
    let known = lock(&state.account).avatars.iter().any(|(id, _, _)| id == group);
    let id = format!("look-{group}");
    let mut look = json!({"id": id, "group_id": group, "status": "completed"});
    with(&mut look, &state.ending(&id).unwrap_or_default());
    let all = if known { vec![look] } else { Vec::new() };
    Reply::json(200, &json!({"data": all, "has_more": false, "next_token": null}))
}

fn look(state: &State, asked: &Asked, id: &str) -> Reply {
    let mut queue = lock(&state.queue);
    if !queue.iter().any(|(known, _)| known == id) {
        queue.push((id.to_owned(), 0));
    }
    let looks = queue.iter_mut().find(|(known, _)| known == id).map_or(0, |(_, looks)| {
        *looks += 1;
        *looks
    });
    drop(queue);
    let group = id.trim_start_matches("look-");
    if !lock(&state.account).avatars.iter().any(|(known, _, _)| known == group) {
        return state.refusal(404, "avatar_not_found", asked);
    }
    let status = if looks < 2 { "processing" } else { "completed" };
    let mut look = json!({"id": id, "group_id": group, "status": status});
    if looks >= 2 {
        with(&mut look, &state.ending(id).unwrap_or_default());
    }
    Reply::json(200, &json!({"data": look}))
}

fn delete(state: &State, asked: &Asked, id: &str) -> Reply {
    let mut account = lock(&state.account);
    let before = account.avatars.len();
    account.avatars.retain(|(known, _, _)| known != id);
    if account.avatars.len() == before {
        drop(account);
        return state.refusal(404, "avatar_not_found", asked);
    }
    Reply::json(200, &json!({"data": {"id": id}}))
}

fn video(state: &State, asked: &Asked) -> Reply {
    let body = asked.json();
    let known = [
        "type",
        "avatar_id",
        "audio_asset_id",
        "title",
        "aspect_ratio",
        "resolution",
        "fit",
        "output_format",
        "engine",
        "background",
    ];
    let one_of = |name: &str, all: &[&str]| all.iter().any(|one| body[name] == *one);
    let fits = unknown_fields(&body, &known).is_empty()
        && body["type"] == "avatar"
        && one_of("aspect_ratio", &["9:16", "16:9", "1:1", "4:5", "5:4", "auto"])
        && one_of("resolution", &["720p", "1080p", "4k"])
        && one_of("fit", &["cover", "contain"])
        && one_of("output_format", &["mp4", "webm"])
        && ["avatar_iv", "avatar_v"].iter().any(|one| body["engine"]["type"] == *one);
    if !fits {
        return state.complain(asked, "a field of the video is not as it should be");
    }
    let seconds = match assets::of(state, &body["audio_asset_id"]) {
        Some(Asset::Audio(seconds)) => seconds,
        Some(Asset::Image) => return state.complain(asked, "a picture is not heard"),
        None => return state.complain(asked, "a track that is not there"),
    };
    let group = body["avatar_id"].as_str().unwrap_or_default().trim_start_matches("look-");
    let mut account = lock(&state.account);
    if !account.avatars.iter().any(|(known, _, _)| known == group) {
        drop(account);
        return state.refusal(404, "avatar_not_found", asked);
    }
    let id = format!("vid{}", account.films_s.len());
    account.films_s.push(seconds);
    drop(account);
    state.order(&id);
    Reply::json(
        200,
        &json!({"data": {"video_id": id, "status": "waiting", "output_format": "mp4"}}),
    )
}

fn status(state: &State, asked: &Asked, id: &str) -> Reply {
    let made = id.strip_prefix("vid").and_then(|text| text.parse::<usize>().ok());
    let seconds = made.and_then(|at| lock(&state.account).films_s.get(at).copied());
    let Some(seconds) = seconds else { return state.refusal(404, "video_not_found", asked) };
    let mut queue = lock(&state.queue);
    if !queue.iter().any(|(known, _)| known == id) {
        queue.push((id.to_owned(), 0));
    }
    let looks = queue.iter_mut().find(|(known, _)| known == id).map_or(0, |(_, looks)| {
        *looks += 1;
        *looks
    });
    let url = state.file(&format!("files/{id}.mp4"));
    let mut video = match looks {
        1 => json!({"id": id, "status": "pending", "video_url": null}),
        2 => json!({"id": id, "status": "processing", "video_url": null}),
        _ => json!({"id": id, "status": "completed", "video_url": url, "duration": seconds}),
    };
    if looks > 2 {
        with(&mut video, &state.ending(id).unwrap_or_default());
    }
    Reply::json(200, &json!({"data": video}))
}

fn file(state: &State, asked: &Asked, name: &str) -> Reply {
    if let Some(refused) = state.no_file(asked) {
        return refused;
    }
    let number = name.strip_prefix("vid").and_then(|rest| rest.strip_suffix(".mp4"));
    let number = number.and_then(|text| text.parse::<usize>().ok());
    let seconds = number.and_then(|at| lock(&state.account).films_s.get(at).copied());
    match number.zip(seconds) {
        Some((number, seconds)) => Reply::bytes(200, "video/mp4", footage::clip(number, seconds)),
        None => state.complain(asked, "no such file"),
    }
}
