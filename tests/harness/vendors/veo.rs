//! VEO by the Gemini API: long-running predictions, operations, files behind the key
//! (ai.google.dev/gemini-api/docs/video).

mod film;

use serde_json::json;

use super::{Asked, Reply, State, TICKET, footage, lock};

const MODEL: &str = "/v1beta/models/veo-3.1-fast-generate-preview";

pub(super) fn answer(state: &State, asked: &Asked) -> Reply {
    if asked.param("key").is_some() {
        return state.complain(asked, "the key stands in an address");
    }
    match asked.header("x-goog-api-key") {
        Some(key) if key == state.kind.key() => {}
        Some(_) => return state.refusal(400, "API_KEY_INVALID", asked),
        None => return state.refusal(403, "PERMISSION_DENIED", asked),
    }
    match asked.method.as_str() {
        "POST" if asked.path == format!("{MODEL}:predictLongRunning") => begin(state, asked),
        "GET" if asked.path == MODEL => {
            Reply::json(200, &json!({"name": "models/veo-3.1-fast-generate-preview"}))
        }
        "GET" if asked.path.starts_with(&format!("{MODEL}/operations/")) => look(state, asked),
        "GET" if asked.path.starts_with("/v1beta/files/") => {
            let to = state.file(&format!("download{}?alt=media", asked.path));
            let on = || Reply::bytes(302, "text/plain", Vec::new()).header("location", &to);
            no_media(state, asked).unwrap_or_else(on)
        }
        "GET" if asked.path.starts_with("/download/") => {
            no_media(state, asked).unwrap_or_else(|| file(state, asked))
        }
        _ => state.complain(asked, "no such endpoint"),
    }
}

fn begin(state: &State, asked: &Asked) -> Reply {
    let seconds = match film::seconds(&asked.json()) {
        Ok(seconds) => seconds,
        Err(why) => return state.complain(asked, &why),
    };
    let mut account = lock(&state.account);
    let id = format!("op{}", account.films_s.len());
    account.films_s.push(seconds as f64);
    drop(account);
    state.order(&id);
    lock(&state.queue).push((id.clone(), 0));
    let name = format!("{}/operations/{id}", MODEL.trim_start_matches("/v1beta/"));
    Reply::json(200, &json!({"name": name}))
}

fn look(state: &State, asked: &Asked) -> Reply {
    let id = asked.path.rsplit('/').next().unwrap_or_default().to_owned();
    let mut queue = lock(&state.queue);
    let Some((_, looks)) = queue.iter_mut().find(|(known, _)| *known == id) else {
        drop(queue);
        return state.refusal(404, "NOT_FOUND", asked);
    };
    *looks += 1;
    let name = asked.path.trim_start_matches("/v1beta/");
    if *looks < 2 {
        return Reply::json(200, &json!({"name": name}));
    }
    let ending = state.ending(&id).unwrap_or_default();
    if let Some(error) = ending.get("error") {
        return Reply::json(200, &json!({"name": name, "done": true, "error": error}));
    }
    let uri = state.file(&format!("v1beta/files/{id}:download?alt=media"));
    let well = json!({"generatedSamples": [{"video": {"uri": uri}}]});
    let made = ending.get("response").unwrap_or(&well);
    let response = json!({
        "@type": "type.googleapis.com/google.ai.generativelanguage.v1beta.PredictLongRunningResponse",
        "generateVideoResponse": made,
    });
    Reply::json(200, &json!({"name": name, "done": true, "response": response}))
}

/// What comes instead of a file's bytes; `None` where these were asked for, under the address that
/// was given. Without `alt=media` an address of Google's means what is known of the file.
fn no_media(state: &State, asked: &Asked) -> Option<Reply> {
    if asked.param("X-Signature") != Some(TICKET) {
        return Some(state.complain(asked, "the address is not the one that was given"));
    }
    if asked.param("alt") == Some("media") {
        return None;
    }
    let _ = state.complain(asked, "bytes are to be had with alt=media");
    let name = asked.path.rsplit('/').next().unwrap_or_default().trim_end_matches(":download");
    let known = json!({"name": format!("files/{name}"), "mimeType": "video/mp4",
        "sizeBytes": "1048576", "state": "ACTIVE"});
    Some(Reply::json(200, &known))
}

fn file(state: &State, asked: &Asked) -> Reply {
    let number = asked.path.rsplit("/op").next().and_then(|rest| rest.split(':').next());
    let number: Option<usize> = number.and_then(|text| text.parse().ok());
    let seconds = number.and_then(|at| lock(&state.account).films_s.get(at).copied());
    match number.zip(seconds) {
        Some((number, seconds)) => Reply::bytes(200, "video/mp4", footage::clip(number, seconds)),
        None => state.complain(asked, "no such file"),
    }
}
