//! What a message may be made of.

use serde_json::{Map, Value, json};

use super::{room::Refusal, state::Outgoing};

/// Text or caption with its entities, within the limits.
pub(super) fn worded(out: &Outgoing<'_>, is_caption: bool) -> Result<(String, Value), Refusal> {
    let text = out.values.get(out.words).and_then(Value::as_str).unwrap_or_default().to_owned();
    let units = text.encode_utf16().count();
    if !is_caption && text.trim().is_empty() {
        return Err(Refusal::bad("Bad Request: message text is empty"));
    }
    if units > if is_caption { 1024 } else { 4096 } {
        let what = if is_caption { "message caption" } else { "message" };
        return Err(Refusal::bad(format!("Bad Request: {what} is too long")));
    }
    if out.values.contains_key("parse_mode") {
        return Err(Refusal::bad("Bad Request: this bot is to send plain text with entities"));
    }
    let entities = out.values.get(out.entities).cloned().unwrap_or_else(|| json!([]));
    for entity in entities.as_array().into_iter().flatten() {
        let number = |key: &str| entity[key].as_u64();
        let (Some(offset), Some(length)) = (number("offset"), number("length")) else {
            return Err(Refusal::bad("Bad Request: can't parse MessageEntity"));
        };
        let known = ["bold", "italic", "code", "pre", "text_link", "underline", "blockquote"];
        if length == 0
            || offset + length > units as u64
            || !known.iter().any(|kind| entity["type"] == json!(kind))
        {
            return Err(Refusal::bad(format!("Bad Request: entity {entity} in {units} units")));
        }
    }
    Ok((text, entities))
}

/// An inline keyboard's buttons.
pub(super) fn buttons(keyboard: &Value) -> Result<Vec<Vec<(String, String)>>, Refusal> {
    let mut rows = Vec::new();
    let mut count = 0;
    for row in keyboard["inline_keyboard"].as_array().into_iter().flatten() {
        let mut shown = Vec::new();
        for button in row.as_array().into_iter().flatten() {
            let text = button["text"].as_str().unwrap_or_default();
            if text.is_empty() {
                return Err(Refusal::bad("Bad Request: inline keyboard button text is empty"));
            }
            let keys = button.as_object().map_or(0, Map::len);
            let kind = match (button["callback_data"].as_str(), button["url"].as_str()) {
                (Some(data), None) if keys == 2 => {
                    if !(1..=64).contains(&data.len()) {
                        return Err(Refusal::bad("Bad Request: BUTTON_DATA_INVALID"));
                    }
                    data
                }
                (None, Some(address)) if keys == 2 => {
                    let host =
                        url::Url::parse(address).ok().and_then(|u| u.host_str().map(str::to_owned));
                    if !host.is_some_and(|host| host.contains('.') && !host.starts_with("127.")) {
                        return Err(Refusal::bad("Bad Request: BUTTON_URL_INVALID"));
                    }
                    address
                }
                _ => return Err(Refusal::bad("Bad Request: BUTTON_TYPE_INVALID")),
            };
            shown.push((text.to_owned(), kind.to_owned()));
            count += 1;
        }
        if shown.len() > 8 || shown.is_empty() {
            return Err(Refusal::bad("Bad Request: a row has 1 to 8 buttons"));
        }
        rows.push(shown);
    }
    if count > 100 {
        return Err(Refusal::bad("Bad Request: REPLY_MARKUP_TOO_LONG"));
    }
    Ok(rows)
}
