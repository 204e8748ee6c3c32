//! Each call's own rules.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::{
    Door,
    form::Form,
    media::{attached, edit_media, video},
    room::Refusal,
    schema,
    state::{Outgoing, State},
};

/// Longest words of an answer to a press.
const ALERT_MAX: usize = 200;

pub(super) type Answer = Result<Value, Refusal>;

/// Answers a call.
pub(super) async fn answer(door: &Door, method: &str, form: &Form) -> Answer {
    let values = schema::checked(method, form).map_err(|description| {
        let code = if description == "Not Found" { 404 } else { 400 };
        Refusal { code, description, parameters: None }
    })?;
    if method == "getupdates" {
        return updates(door, &values).await;
    }
    let upload_bytes_max = door.lock().upload_bytes_max;
    if form.files.values().any(|file| file.bytes.len() > upload_bytes_max) {
        let description = "Request Entity Too Large".into();
        return Err(Refusal { code: 413, description, parameters: None });
    }
    let mut inner = door.lock();
    let state = &mut inner.state;
    match method {
        "getme" => {
            let mut me = State::bot();
            for (key, value) in [
                ("can_join_groups", true),
                ("can_read_all_group_messages", false),
                ("supports_inline_queries", false),
                ("can_connect_to_business", false),
                ("has_main_web_app", false),
            ] {
                me[key] = json!(value);
            }
            Ok(me)
        }
        "setwebhook" => {
            door.news.notify_waiters();
            set_webhook(state, &values)
        }
        "deletewebhook" => {
            state.webhook = None;
            Ok(json!(true))
        }
        "getwebhookinfo" => {
            let url = state.webhook.as_ref().map(|(url, _)| url.clone()).unwrap_or_default();
            Ok(json!({"url": url, "has_custom_certificate": false,
                "pending_update_count": state.updates.len()}))
        }
        "setmycommands" => set_commands(state, &values),
        "sendmessage" => state.post(&words_of(&values, "text", "entities"), None, Map::new()),
        "sendvideo" => {
            let (video, facts) =
                video(state.any_video, &values, &form.files, "video", "thumbnail")?;
            state.post(
                &words_of(&values, "caption", "caption_entities"),
                Some(("video", video)),
                facts,
            )
        }
        "senddocument" => {
            let document = attached(&values, &form.files, "document");
            let document = document.ok_or_else(|| Refusal::bad("Bad Request: no file"))?;
            let out = words_of(&values, "caption", "caption_entities");
            state.post(&out, Some(("document", document)), Map::new())
        }
        "editmessagetext" => state.change(&words_of(&values, "text", "entities"), None, Map::new()),
        "editmessagecaption" => {
            state.change(&words_of(&values, "caption", "caption_entities"), None, Map::new())
        }
        "editmessagemedia" => edit_media(state, &values, &form.files),
        "answercallbackquery" => answer_press(state, &values),
        "getfile" => {
            let id = values["file_id"].as_str().unwrap_or_default();
            match state.files.get(id) {
                Some(bytes) => Ok(json!({"file_id": id, "file_unique_id": id,
                    "file_size": bytes.len(), "file_path": id})),
                None => Err(Refusal::bad("Bad Request: invalid file id")),
            }
        }
        _ => Ok(json!(true)),
    }
}

pub(super) fn words_of<'a>(
    values: &'a Map<String, Value>,
    words: &'static str,
    entities: &'static str,
) -> Outgoing<'a> {
    let chat = values.get("chat_id").and_then(Value::as_i64).unwrap_or_default();
    Outgoing { chat, values, words, entities }
}

/// Waits for updates as a long poll does. Of two polls at once, the older is told to go.
async fn updates(door: &Door, values: &Map<String, Value>) -> Answer {
    let number = |name: &str| values.get(name).and_then(Value::as_i64);
    let timeout = Duration::from_secs(number("timeout").unwrap_or(0).clamp(0, 50) as u64);
    let limit = number("limit").unwrap_or(100).clamp(1, 100) as usize;
    let allowed: Vec<String> = values
        .get("allowed_updates")
        .and_then(Value::as_array)
        .map(|kinds| kinds.iter().filter_map(|kind| kind.as_str().map(str::to_owned)).collect())
        .unwrap_or_default();
    let ours = {
        let mut inner = door.lock();
        let state = &mut inner.state;
        if state.webhook.is_some() {
            return Err(conflict(
                "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook \
                 to delete the webhook first",
            ));
        }
        state.polls += 1;
        if let Some(offset) = number("offset") {
            state.updates.retain(|update| update["update_id"].as_i64() >= Some(offset));
        }
        state.polls
    };
    door.news.notify_waiters();
    let deadline = tokio::time::Instant::now() + timeout;
    loop {
        // Made before the look: what comes after it is heard.
        let news = door.news.notified();
        {
            let inner = door.lock();
            if inner.state.polls != ours {
                return Err(conflict(
                    "Conflict: terminated by other getUpdates request; make sure that only one \
                     bot instance is running",
                ));
            }
            let wanted = |update: &&Value| {
                allowed.is_empty() || allowed.iter().any(|kind| update.get(kind).is_some())
            };
            let found: Vec<Value> =
                inner.state.updates.iter().filter(wanted).take(limit).cloned().collect();
            if !found.is_empty() || tokio::time::Instant::now() >= deadline {
                return Ok(Value::Array(found));
            }
        }
        let _ = tokio::time::timeout_at(deadline, news).await;
    }
}

fn conflict(description: &str) -> Refusal {
    Refusal { code: 409, description: description.into(), parameters: None }
}

fn set_webhook(state: &mut State, values: &Map<String, Value>) -> Answer {
    let url = values["url"].as_str().unwrap_or_default().to_owned();
    let secret = values.get("secret_token").and_then(Value::as_str).map(str::to_owned);
    let fits = |secret: &String| {
        (1..=256).contains(&secret.len())
            && secret.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
    };
    if secret.as_ref().is_some_and(|secret| !fits(secret)) {
        return Err(Refusal::bad("Bad Request: secret token contains unallowed characters"));
    }
    state.webhook = Some((url, secret)).filter(|(url, _)| !url.is_empty());
    Ok(json!(true))
}

fn set_commands(state: &mut State, values: &Map<String, Value>) -> Answer {
    let commands = values["commands"].clone();
    let list = commands.as_array().cloned().unwrap_or_default();
    let fits = list.iter().all(|command| {
        let name = command["command"].as_str().unwrap_or_default();
        let about = command["description"].as_str().unwrap_or_default();
        (1..=32).contains(&name.len())
            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
            && (3..=256).contains(&about.chars().count())
    });
    if !fits || list.len() > 100 {
        return Err(Refusal::bad("Bad Request: BOT_COMMAND_INVALID"));
    }
    let language = values.get("language_code").and_then(Value::as_str).unwrap_or_default();
    state.menus.insert(language.to_owned(), commands);
    Ok(json!(true))
}

fn answer_press(state: &mut State, values: &Map<String, Value>) -> Answer {
    let id = values["callback_query_id"].as_str().unwrap_or_default();
    let text = values.get("text").and_then(Value::as_str).unwrap_or_default().to_owned();
    if text.encode_utf16().count() > ALERT_MAX {
        return Err(Refusal::bad("Bad Request: MESSAGE_TOO_LONG"));
    }
    let alert = values.get("show_alert") == Some(&json!(true));
    match state.queries.get_mut(id) {
        Some(answer @ None) => {
            *answer = Some((text, alert));
            Ok(json!(true))
        }
        _ => Err(Refusal::bad(
            "Bad Request: query is too old and response timeout expired or query id is invalid",
        )),
    }
}
