//! The parts of a payload besides its text: buttons, files, the nonce.

use serde_json::{Map, Value};

use super::{Mistakes, join, length, list, text, unknown};

pub(super) fn components(mistakes: &mut Mistakes, value: Option<&Value>) {
    let mut ids = Vec::new();
    for (at, row) in list(mistakes, "components", value, 5).iter().enumerate() {
        let place = format!("components.{at}");
        if row["type"] != 1 {
            mistakes.add(
                &place,
                "BASE_TYPE_CHOICES",
                "Value of field \"type\" must be one of (1,).",
            );
            continue;
        }
        let place = join(&place, "components");
        let buttons = list(mistakes, &place, row.get("components"), 5);
        if buttons.is_empty() {
            mistakes.add(&place, "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.");
        }
        for (at, button) in buttons.iter().enumerate() {
            check_button(mistakes, &format!("{place}.{at}"), button);
            if let Some(id) = button["custom_id"].as_str() {
                if ids.contains(&id) {
                    let words = "Component custom id cannot be duplicated";
                    mistakes.add(&place, "COMPONENT_CUSTOM_ID_DUPLICATED", words);
                }
                ids.push(id);
            }
        }
    }
}

fn check_button(mistakes: &mut Mistakes, place: &str, button: &Value) {
    const FIELDS: [&str; 8] =
        ["type", "style", "label", "emoji", "custom_id", "url", "disabled", "id"];
    let Some(fields) = button.as_object().filter(|fields| fields.get("type") == Some(&2.into()))
    else {
        let words = "This stand-in knows rows of buttons only.";
        return mistakes.add(place, "BASE_TYPE_CHOICES", words);
    };
    unknown(mistakes, place, fields, &FIELDS);
    text(mistakes, &join(place, "label"), fields.get("label"), 0, 80);
    let has = |name: &str| fields.get(name).is_some_and(|value| !value.is_null());
    if !has("label") && !has("emoji") {
        mistakes.add(place, "BUTTON_COMPONENT_INVALID", "A button must have a label or emoji.");
    }
    match button["style"].as_u64() {
        Some(1..=4) => {
            text(mistakes, &join(place, "custom_id"), fields.get("custom_id"), 1, 100);
            if !has("custom_id") || has("url") {
                mistakes.add(place, "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", "A custom id required");
            }
        }
        Some(5) => {
            text(mistakes, &join(place, "url"), fields.get("url"), 1, 512);
            let address = button["url"].as_str().unwrap_or_default();
            let web = address.starts_with("https://") || address.starts_with("http://");
            if !web || has("custom_id") {
                mistakes.add(place, "BUTTON_COMPONENT_URL_REQUIRED", "A url required");
            }
        }
        _ => mistakes.add(&join(place, "style"), "BASE_TYPE_CHOICES", "Value must be one of 1–5."),
    }
}

pub(super) fn attachments(mistakes: &mut Mistakes, value: Option<&Value>, files: &[(u64, String)]) {
    for (at, file) in list(mistakes, "attachments", value, 10).iter().enumerate() {
        let place = format!("attachments.{at}");
        let id = file["id"].as_u64().or_else(|| file["id"].as_str()?.parse().ok());
        let Some(id) = id else {
            mistakes.add(&join(&place, "id"), "NUMBER_TYPE_COERCE", "Value is not snowflake.");
            continue;
        };
        text(mistakes, &join(&place, "description"), file.get("description"), 0, 1024);
        // Small numbers name a file of this request; snowflakes, one that the message has.
        if id < 1000 && !files.iter().any(|(index, _)| *index == id) {
            let words = "There is no file of this number in the request.";
            mistakes.add(&join(&place, "id"), "ATTACHMENT_NOT_FOUND", words);
        }
    }
    if files.len() > 10 {
        mistakes.add("files", "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.");
    }
}

pub(super) fn nonce(mistakes: &mut Mistakes, fields: &Map<String, Value>) {
    match fields.get("nonce") {
        None | Some(Value::Null | Value::Number(_)) => {}
        Some(Value::String(text)) if length(text) <= 25 => {}
        Some(_) => mistakes.add("nonce", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length."),
    }
}
