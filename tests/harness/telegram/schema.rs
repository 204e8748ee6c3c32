//! The calls that are known, and what each may carry (core.telegram.org/bots/api). Stricter than
//! the real one, which overlooks parameters that it does not know.

use serde_json::{Map, Value};

use super::form::Form;

/// What a parameter is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    Text,
    Flag,
    /// A file's id, an address, or an upload.
    File,
    /// An object or list of these keys (checked one level deep).
    Json(&'static [&'static str]),
    /// A list of words or of objects that is checked where it is used.
    List,
}

use Kind::{Flag, Json, List, Number, Text};

const REPLY: &[&str] = &[
    "message_id",
    "chat_id",
    "allow_sending_without_reply",
    "quote",
    "quote_parse_mode",
    "quote_entities",
    "quote_position",
    "checklist_task_id",
];
const PREVIEW: &[&str] =
    &["is_disabled", "url", "prefer_small_media", "prefer_large_media", "show_above_text"];
const KEYBOARD: &[&str] = &["inline_keyboard"];
const MEDIA: &[&str] = &[
    "type",
    "media",
    "thumbnail",
    "cover",
    "start_timestamp",
    "caption",
    "parse_mode",
    "caption_entities",
    "show_caption_above_media",
    "width",
    "height",
    "duration",
    "supports_streaming",
    "has_spoiler",
];
const SCOPE: &[&str] = &["type", "chat_id", "user_id"];

/// A parameter: its name, what it is, and whether it must be there.
type Parameter = (&'static str, Kind, bool);

const GET_UPDATES: &[Parameter] = &[
    ("offset", Number, false),
    ("limit", Number, false),
    ("timeout", Number, false),
    ("allowed_updates", List, false),
];
const SET_WEBHOOK: &[Parameter] = &[
    ("url", Text, true),
    ("certificate", Kind::File, false),
    ("ip_address", Text, false),
    ("max_connections", Number, false),
    ("allowed_updates", List, false),
    ("drop_pending_updates", Flag, false),
    ("secret_token", Text, false),
];
const SEND_MESSAGE: &[Parameter] = &[
    ("chat_id", Number, true),
    ("text", Text, true),
    ("message_thread_id", Number, false),
    ("parse_mode", Text, false),
    ("entities", List, false),
    ("link_preview_options", Json(PREVIEW), false),
    ("disable_notification", Flag, false),
    ("protect_content", Flag, false),
    ("reply_parameters", Json(REPLY), false),
    ("reply_markup", Json(KEYBOARD), false),
];
const SEND_VIDEO: &[Parameter] = &[
    ("chat_id", Number, true),
    ("video", Kind::File, true),
    ("message_thread_id", Number, false),
    ("duration", Number, false),
    ("width", Number, false),
    ("height", Number, false),
    ("thumbnail", Kind::File, false),
    ("caption", Text, false),
    ("parse_mode", Text, false),
    ("caption_entities", List, false),
    ("supports_streaming", Flag, false),
    ("disable_notification", Flag, false),
    ("protect_content", Flag, false),
    ("reply_parameters", Json(REPLY), false),
    ("reply_markup", Json(KEYBOARD), false),
];
const SEND_DOCUMENT: &[Parameter] = &[
    ("chat_id", Number, true),
    ("document", Kind::File, true),
    ("message_thread_id", Number, false),
    ("thumbnail", Kind::File, false),
    ("caption", Text, false),
    ("caption_entities", List, false),
    ("disable_content_type_detection", Flag, false),
    ("reply_parameters", Json(REPLY), false),
    ("reply_markup", Json(KEYBOARD), false),
];
const EDIT_TEXT: &[Parameter] = &[
    ("chat_id", Number, true),
    ("message_id", Number, true),
    ("text", Text, true),
    ("parse_mode", Text, false),
    ("entities", List, false),
    ("link_preview_options", Json(PREVIEW), false),
    ("reply_markup", Json(KEYBOARD), false),
];
const EDIT_CAPTION: &[Parameter] = &[
    ("chat_id", Number, true),
    ("message_id", Number, true),
    ("caption", Text, false),
    ("parse_mode", Text, false),
    ("caption_entities", List, false),
    ("show_caption_above_media", Flag, false),
    ("reply_markup", Json(KEYBOARD), false),
];
const EDIT_MEDIA: &[Parameter] = &[
    ("chat_id", Number, true),
    ("message_id", Number, true),
    ("media", Json(MEDIA), true),
    ("reply_markup", Json(KEYBOARD), false),
];
const ANSWER: &[Parameter] = &[
    ("callback_query_id", Text, true),
    ("text", Text, false),
    ("show_alert", Flag, false),
    ("url", Text, false),
    ("cache_time", Number, false),
];
const COMMANDS: &[Parameter] =
    &[("commands", List, true), ("scope", Json(SCOPE), false), ("language_code", Text, false)];

/// The parameters of a call, by its name in lower case; `None` for a call that is not known.
fn parameters(method: &str) -> Option<&'static [Parameter]> {
    Some(match method {
        "getme" | "getwebhookinfo" | "close" | "logout" => &[],
        "getupdates" => GET_UPDATES,
        "setwebhook" => SET_WEBHOOK,
        "deletewebhook" => &[("drop_pending_updates", Flag, false)],
        "setmycommands" => COMMANDS,
        "sendmessage" => SEND_MESSAGE,
        "sendvideo" => SEND_VIDEO,
        "senddocument" => SEND_DOCUMENT,
        "editmessagetext" => EDIT_TEXT,
        "editmessagecaption" => EDIT_CAPTION,
        "editmessagemedia" => EDIT_MEDIA,
        "answercallbackquery" => ANSWER,
        "getfile" => &[("file_id", Text, true)],
        _ => return None,
    })
}

/// A call whose parameters are of their kinds.
pub(super) fn checked(method: &str, form: &Form) -> Result<Map<String, Value>, String> {
    let Some(known) = parameters(method) else { return Err("Not Found".into()) };
    let mut out = Map::new();
    for (name, value) in &form.values {
        let kind = known.iter().find(|(known, ..)| known == name).map(|(_, kind, _)| *kind);
        let Some(kind) = kind else {
            return Err(format!("Bad Request: parameter {name} is not known to {method}"));
        };
        let value = typed(kind, value)
            .ok_or_else(|| format!("Bad Request: can't parse {name} of {method}: {value}"))?;
        out.insert(name.clone(), value);
    }
    for (name, kind, required) in known {
        let uploaded = *kind == Kind::File && form.files.contains_key(*name);
        if *required && !out.contains_key(*name) && !uploaded {
            return Err(format!("Bad Request: parameter {name} of {method} is missing"));
        }
    }
    Ok(out)
}

/// A value of its kind, whether it came as JSON or as text.
fn typed(kind: Kind, value: &Value) -> Option<Value> {
    let parsed = |text: &str| serde_json::from_str::<Value>(text).ok();
    match (kind, value) {
        (Number, Value::Number(_)) | (Flag, Value::Bool(_)) => Some(value.clone()),
        (Number, Value::String(text)) => parsed(text).filter(Value::is_number),
        (Flag, Value::String(text)) => parsed(&text.to_lowercase()).filter(Value::is_boolean),
        (Text | Kind::File, Value::String(_)) => Some(value.clone()),
        (List, Value::Array(_)) => Some(value.clone()),
        (List, Value::String(text)) => parsed(text).filter(Value::is_array),
        (Json(keys), Value::Object(object)) => {
            object.keys().all(|key| keys.contains(&key.as_str())).then(|| value.clone())
        }
        (Json(_), Value::String(text)) => {
            let object = parsed(text).filter(Value::is_object)?;
            typed(kind, &object)
        }
        _ => None,
    }
}
