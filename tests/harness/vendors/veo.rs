//! VEO by the Gemini API: long-running predictions, operations, files behind the key
//! (ai.google.dev/gemini-api/docs/video).

use serde_json::{Value, json};

use super::{Asked, Reply, State, footage, lock, unknown_fields};

const MODEL: &str = "/v1beta/models/veo-3.1-fast-generate-preview";

pub(super) fn answer(state: &State, asked: &Asked) -> Reply {
    if asked.header("x-goog-api-key") != Some(state.kind.key().as_str()) {
        return state.refusal(400, "API_KEY_INVALID", asked);
    }
    if asked.param("key").is_some() {
        return state.complain(asked, "the key stands in an address");
    }
    match asked.method.as_str() {
        "POST" if asked.path == format!("{MODEL}:predictLongRunning") => begin(state, asked),
        "GET" if asked.path == MODEL => {
            Reply::json(200, &json!({"name": "models/veo-3.1-fast-generate-preview"}))
        }
        "GET" if asked.path.starts_with(&format!("{MODEL}/operations/")) => look(state, asked),
        "GET" if asked.path.starts_with("/v1beta/files/") => {
            let to = state.file(&format!("download{}", asked.path));
            Reply::bytes(302, "text/plain", Vec::new()).header("location", &to)
        }
        "GET" if asked.path.starts_with("/download/") => file(state, asked),
        _ => state.complain(asked, "no such endpoint"),
    }
}

fn begin(state: &State, asked: &Asked) -> Reply {
    let body = asked.json();
    let (instance, parameters) = (&body["instances"][0], &body["parameters"]);
    let parameter_names = [
        "aspectRatio",
        "resolution",
        "durationSeconds",
        "negativePrompt",
        "personGeneration",
        "sampleCount",
        "seed",
    ];
    let image = |image: &Value| {
        // The eight bytes that every PNG begins with, in base64.
        let begins =
            image["bytesBase64Encoded"].as_str().map(|text| text.starts_with("iVBORw0KGgo"));
        image["mimeType"] == "image/png" && begins == Some(true)
    };
    let seconds = parameters["durationSeconds"].as_u64().unwrap_or(0);
    let fits = unknown_fields(&body, &["instances", "parameters"]).is_empty()
        && body["instances"].as_array().is_some_and(|all| all.len() == 1)
        && unknown_fields(instance, &["prompt", "image", "lastFrame", "referenceImages"])
            .is_empty()
        && instance["prompt"].as_str().is_some_and(|text| (1..4_000).contains(&text.len()))
        && instance.get("image").is_none_or(image)
        && unknown_fields(parameters, &parameter_names).is_empty()
        && ["9:16", "16:9"].iter().any(|ratio| parameters["aspectRatio"] == *ratio)
        && [4, 6, 8].contains(&seconds)
        && (parameters["resolution"] == "720p" || seconds == 8);
    if !fits {
        return state.complain(asked, "a field of the film is not as it should be");
    }
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

fn file(state: &State, asked: &Asked) -> Reply {
    let number = asked.path.rsplit("/op").next().and_then(|rest| rest.split(':').next());
    let number: Option<usize> = number.and_then(|text| text.parse().ok());
    let seconds = number.and_then(|at| lock(&state.account).films_s.get(at).copied());
    match number.zip(seconds) {
        Some((number, seconds)) => Reply::bytes(200, "video/mp4", footage::clip(number, seconds)),
        None => state.complain(asked, "no such file"),
    }
}
