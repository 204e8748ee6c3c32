//! Message payloads held to the documented schema: which fields there may be, of which type, how
//! long (docs: "Message", "Create Message", "Embed Limits", "Component Reference").

mod parts;

use serde_json::{Map, Value};

use self::parts::{attachments, components, nonce};
use super::refusal::{EMPTY_MESSAGE, Mistakes, Refusal};

/// Where a payload goes; the fields that may stand in it differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Create,
    Edit,
    Callback,
    Followup,
    WebhookEdit,
}

impl Target {
    const fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Create => &[
                "content",
                "nonce",
                "tts",
                "embeds",
                "allowed_mentions",
                "message_reference",
                "components",
                "sticker_ids",
                "attachments",
                "flags",
                "enforce_nonce",
                "poll",
            ],
            Self::Edit => {
                &["content", "embeds", "flags", "allowed_mentions", "components", "attachments"]
            }
            Self::Callback => &[
                "tts",
                "content",
                "embeds",
                "allowed_mentions",
                "flags",
                "components",
                "attachments",
                "poll",
            ],
            Self::Followup => &[
                "content",
                "username",
                "avatar_url",
                "tts",
                "embeds",
                "allowed_mentions",
                "components",
                "attachments",
                "flags",
                "thread_name",
                "applied_tags",
                "poll",
            ],
            Self::WebhookEdit => &[
                "content",
                "embeds",
                "flags",
                "allowed_mentions",
                "components",
                "attachments",
                "poll",
            ],
        }
    }

    /// Flags that may be set (docs: 1<<2 suppress embeds, 1<<6 ephemeral, 1<<12 silent).
    const fn flags(self) -> u64 {
        match self {
            Self::Create => (1 << 2) | (1 << 12),
            Self::Edit | Self::WebhookEdit => 1 << 2,
            Self::Callback | Self::Followup => (1 << 2) | (1 << 6) | (1 << 12),
        }
    }

    const fn is_new(self) -> bool {
        matches!(self, Self::Create | Self::Callback | Self::Followup)
    }
}

/// Length as Discord's clients count it; never less than the API's own count.
fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Checks a payload; `files` are the names of the files sent with it, by index.
pub(super) fn check(target: Target, body: &Value, files: &[(u64, String)]) -> Result<(), Refusal> {
    let mut mistakes = Mistakes::default();
    let Some(fields) = body.as_object() else {
        mistakes.add("", "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType");
        return mistakes.refusal();
    };
    let mut told = fields.clone();
    // Clients say these wherever a message goes; where they are not known, "no" is passed over.
    told.retain(|name, value| {
        !["tts", "enforce_nonce"].contains(&name.as_str()) || *value != Value::Bool(false)
    });
    unknown(&mut mistakes, "", &told, target.fields());
    text(&mut mistakes, "content", fields.get("content"), 0, 2000);
    let embeds = list(&mut mistakes, "embeds", fields.get("embeds"), 10);
    for (at, embed) in embeds.iter().enumerate() {
        check_embed(&mut mistakes, &format!("embeds.{at}"), embed, files);
    }
    if embeds.iter().map(embed_length).sum::<usize>() > 6000 {
        mistakes.add(
            "embeds",
            "MAX_EMBED_SIZE_EXCEEDED",
            "Embed size exceeds maximum size of 6000",
        );
    }
    mentions(&mut mistakes, fields.get("allowed_mentions"));
    components(&mut mistakes, fields.get("components"));
    attachments(&mut mistakes, fields.get("attachments"), files);
    if let Some(flags) = fields.get("flags").filter(|flags| !flags.is_null())
        && flags.as_u64().is_none_or(|flags| flags & !target.flags() != 0)
    {
        mistakes.add("flags", "MESSAGE_FLAGS_INVALID", "These flags cannot be set");
    }
    for name in ["tts", "enforce_nonce"] {
        if fields.get(name).is_some_and(|value| !value.is_boolean() && !value.is_null()) {
            mistakes.add(name, "BOOLEAN_TYPE_CONVERT", "Must be either true or false.");
        }
    }
    nonce(&mut mistakes, fields);
    mistakes.refusal()?;
    let says = |name| {
        fields.get(name).is_some_and(|value| match value {
            Value::String(text) => !text.trim().is_empty(),
            Value::Array(items) => !items.is_empty(),
            _ => false,
        })
    };
    let empty = !["content", "embeds", "components", "sticker_ids"].into_iter().any(says);
    if target.is_new() && empty && files.is_empty() {
        return Err(EMPTY_MESSAGE);
    }
    Ok(())
}

fn unknown(mistakes: &mut Mistakes, place: &str, fields: &Map<String, Value>, known: &[&str]) {
    for name in fields.keys().filter(|name| !known.contains(&name.as_str())) {
        mistakes.add(&join(place, name), "UNKNOWN_FIELD", "This field is not known here.");
    }
}

fn join(place: &str, name: &str) -> String {
    if place.is_empty() { name.to_owned() } else { format!("{place}.{name}") }
}

fn text(mistakes: &mut Mistakes, place: &str, value: Option<&Value>, least: usize, most: usize) {
    match value {
        None | Some(Value::Null) => {}
        Some(Value::String(text)) => {
            let length = length(text);
            if length > most {
                let words = format!("Must be {most} or fewer in length.");
                mistakes.add(place, "BASE_TYPE_MAX_LENGTH", words);
            }
            if length < least {
                let words = format!("Must be {least} or more in length.");
                mistakes.add(place, "BASE_TYPE_MIN_LENGTH", words);
            }
        }
        Some(_) => mistakes.add(place, "STRING_TYPE_CONVERT", "Could not interpret as string."),
    }
}

fn list<'a>(
    mistakes: &mut Mistakes,
    place: &str,
    value: Option<&'a Value>,
    most: usize,
) -> &'a [Value] {
    match value {
        None | Some(Value::Null) => &[],
        Some(Value::Array(items)) => {
            if items.len() > most {
                let words = format!("Must be {most} or fewer in length.");
                mistakes.add(place, "BASE_TYPE_MAX_LENGTH", words);
            }
            items
        }
        Some(_) => {
            mistakes.add(place, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType");
            &[]
        }
    }
}

fn check_embed(mistakes: &mut Mistakes, place: &str, embed: &Value, files: &[(u64, String)]) {
    const FIELDS: [&str; 11] = [
        "title",
        "type",
        "description",
        "url",
        "timestamp",
        "color",
        "footer",
        "image",
        "thumbnail",
        "author",
        "fields",
    ];
    let Some(fields) = embed.as_object() else {
        return mistakes.add(place, "DICT_TYPE_CONVERT", "Only dictionaries may be used here");
    };
    unknown(mistakes, place, fields, &FIELDS);
    text(mistakes, &join(place, "title"), fields.get("title"), 0, 256);
    text(mistakes, &join(place, "description"), fields.get("description"), 0, 4096);
    for (part, word, most) in [("footer", "text", 2048), ("author", "name", 256)] {
        if let Some(part_fields) = fields.get(part).filter(|part| !part.is_null()) {
            text(mistakes, &join(place, &format!("{part}.{word}")), part_fields.get(word), 1, most);
        }
    }
    for (at, field) in
        list(mistakes, &join(place, "fields"), fields.get("fields"), 25).iter().enumerate()
    {
        for (name, most) in [("name", 256), ("value", 1024)] {
            let place = join(place, &format!("fields.{at}.{name}"));
            if !field[name].is_string() {
                mistakes.add(&place, "BASE_TYPE_REQUIRED", "This field is required");
            }
            text(mistakes, &place, field.get(name), 1, most);
        }
    }
    let colour = fields.get("color").filter(|colour| !colour.is_null());
    if colour.is_some_and(|colour| colour.as_u64().is_none_or(|colour| colour > 0xff_ffff)) {
        mistakes.add(&join(place, "color"), "NUMBER_TYPE_MAX", "int value should be ≤ 16777215.");
    }
    for picture in ["image", "thumbnail"] {
        let Some(url) = fields.get(picture).and_then(|picture| picture["url"].as_str()) else {
            continue;
        };
        let known = match url.strip_prefix("attachment://") {
            Some(name) => files.iter().any(|(_, file)| file == name),
            None => url.starts_with("https://") || url.starts_with("http://"),
        };
        if !known {
            let place = join(place, &format!("{picture}.url"));
            mistakes.add(
                &place,
                "URL_TYPE_INVALID_SCHEME",
                "Scheme must be http or https, or name a file.",
            );
        }
    }
    if embed_length(embed) == 0 && fields.get("image").is_none() {
        mistakes.add(&join(place, "description"), "BASE_TYPE_REQUIRED", "This field is required");
    }
}

/// What counts towards the 6,000 characters (docs: "Embed Limits").
fn embed_length(embed: &Value) -> usize {
    let of = |value: &Value| value.as_str().map_or(0, length);
    let fields = embed["fields"].as_array().into_iter().flatten();
    of(&embed["title"])
        + of(&embed["description"])
        + of(&embed["footer"]["text"])
        + of(&embed["author"]["name"])
        + fields.map(|field| of(&field["name"]) + of(&field["value"])).sum::<usize>()
}

fn mentions(mistakes: &mut Mistakes, value: Option<&Value>) {
    let Some(value) = value.filter(|value| !value.is_null()) else { return };
    let Some(fields) = value.as_object() else {
        let words = "Only dictionaries may be used here";
        return mistakes.add("allowed_mentions", "DICT_TYPE_CONVERT", words);
    };
    unknown(mistakes, "allowed_mentions", fields, &["parse", "roles", "users", "replied_user"]);
    for kind in list(mistakes, "allowed_mentions.parse", fields.get("parse"), 3) {
        if !["roles", "users", "everyone"].iter().any(|known| kind == known) {
            let words = "Value must be one of ('users', 'roles', 'everyone').";
            mistakes.add("allowed_mentions.parse", "BASE_TYPE_CHOICES", words);
        }
    }
}
