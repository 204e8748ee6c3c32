//! Discord's objects as JSON, complete enough for any client: every field that the documentation
//! says is always there.

use serde_json::{Value, json};

use super::state::{Channel, Id, Message, State};

/// Something plausible where a time stands that nobody looks at.
const LONG_AGO: &str = "2024-02-29T12:00:00.000000+00:00";

pub(super) fn bot_user(state: &State) -> Value {
    json!({
        "id": state.application.to_string(),
        "username": "Cutline",
        "discriminator": "0042",
        "global_name": null,
        "avatar": null,
        "bot": true,
        "mfa_enabled": true,
        "verified": true,
        "email": null,
        "flags": 0,
        "public_flags": 0,
        "locale": "en-US",
    })
}

pub(super) fn application(state: &State) -> Value {
    json!({
        "id": state.application.to_string(),
        "name": "Cutline",
        "icon": null,
        "description": "One sentence in, one finished video out.",
        "bot_public": true,
        "bot_require_code_grant": false,
        "verify_key": "0".repeat(64),
        "flags": 0,
        "team": null,
        "owner": user_named(1, "owner"),
    })
}

fn user_named(id: Id, name: &str) -> Value {
    json!({
        "id": id.to_string(),
        "username": name,
        "discriminator": "0",
        "global_name": name,
        "avatar": null,
        "avatar_decoration_data": null,
        "public_flags": 0,
    })
}

pub(super) fn user(state: &State, id: Id) -> Value {
    if id == state.application {
        return bot_user(state);
    }
    let name = state.users.get(&id).map_or("deleted_user", |user| user.name.as_str());
    user_named(id, name)
}

pub(super) fn member(state: &State, user_id: Id) -> Value {
    json!({
        "user": user(state, user_id),
        "nick": null,
        "avatar": null,
        "banner": null,
        "roles": [],
        "joined_at": LONG_AGO,
        "premium_since": null,
        "deaf": false,
        "mute": false,
        "flags": 0,
        "pending": false,
        "permissions": "2248473465835073",
        "communication_disabled_until": null,
        "unusual_dm_activity_until": null,
    })
}

pub(super) fn channel(state: &State, channel: &Channel) -> Value {
    let mut shape = json!({
        "id": channel.id.to_string(),
        "type": channel.kind.number(),
        "last_message_id": null,
        "flags": 0,
    });
    match channel.guild {
        Some(guild) => {
            shape["guild_id"] = guild.to_string().into();
            shape["name"] = "general".into();
            shape["nsfw"] = false.into();
            shape["permissions"] = "2248473465835073".into();
            shape["position"] = 0.into();
            shape["rate_limit_per_user"] = 0.into();
            shape["topic"] = Value::Null;
        }
        None => {
            let people = channel.person.map(|person| user(state, person));
            shape["recipients"] = people.into_iter().collect();
        }
    }
    if let Some(parent) = channel.parent {
        shape["parent_id"] = parent.to_string().into();
        shape["owner_id"] = "1".into();
        shape["member_count"] = 2.into();
        shape["message_count"] = 2.into();
        shape["thread_metadata"] = json!({
            "archived": false,
            "auto_archive_duration": 1440,
            "archive_timestamp": LONG_AGO,
            "locked": false,
            "create_timestamp": LONG_AGO,
        });
    }
    shape
}

pub(super) fn guild(id: Id) -> Value {
    json!({"id": id.to_string(), "locale": "en-US", "features": []})
}

/// A message as the bot gets it; addresses of attachments are relative here, and made whole by
/// whoever knows where this server is.
pub(super) fn message(state: &State, message: &Message) -> Value {
    let edited = if message.edits > 0 { json!(LONG_AGO) } else { Value::Null };
    let components = message.components.iter().enumerate().map(|(at, row)| numbered(at, row));
    let mut shape = json!({
        "id": message.id.to_string(),
        "channel_id": message.channel.to_string(),
        "type": if message.interaction.is_some() { 20 } else if message.reply_to.is_some() { 19 } else { 0 },
        "author": user(state, message.author),
        "content": message.content,
        "timestamp": LONG_AGO,
        "edited_timestamp": edited,
        "tts": false,
        "mention_everyone": false,
        "mentions": [],
        "mention_roles": [],
        "attachments": message.attachments.iter().map(attachment).collect::<Vec<_>>(),
        "embeds": message.embeds.iter().map(embed).collect::<Vec<_>>(),
        "components": components.collect::<Vec<_>>(),
        "pinned": false,
        "flags": message.flags,
    });
    if let Some(nonce) = &message.nonce {
        shape["nonce"] = nonce.clone();
    }
    if message.author == state.application {
        shape["application_id"] = state.application.to_string().into();
    }
    if let Some((id, person)) = message.interaction {
        shape["webhook_id"] = state.application.to_string().into();
        shape["interaction_metadata"] = json!({
            "id": id.to_string(),
            "type": 2,
            "user": user(state, person),
            "authorizing_integration_owners": {"0": "1"},
        });
    }
    if let Some(replied) = message.reply_to {
        shape["message_reference"] = json!({
            "type": 0,
            "message_id": replied.to_string(),
            "channel_id": message.channel.to_string(),
        });
    }
    shape
}

/// Components come back with ids of their own.
fn numbered(at: usize, row: &Value) -> Value {
    let mut row = row.clone();
    row["id"] = (at * 10 + 1).into();
    for (number, button) in row["components"].as_array_mut().into_iter().flatten().enumerate() {
        button["id"] = (at * 10 + number + 2).into();
    }
    row
}

/// Embeds come back with what the server adds.
fn embed(embed: &Value) -> Value {
    let mut embed = embed.clone();
    embed["type"] = "rich".into();
    embed
}

/// An attachment object.
pub(super) fn attachment(file: &Value) -> Value {
    let mut file = file.clone();
    let name = file["filename"].as_str().unwrap_or_default();
    let kind = match name.rsplit('.').next() {
        Some("mp4") => "video/mp4",
        Some("png") => "image/png",
        Some("jpg") => "image/jpeg",
        Some("webp") => "image/webp",
        _ => "text/plain; charset=utf-8",
    };
    file["content_type"] = kind.into();
    file["proxy_url"] = file["url"].clone();
    if kind.starts_with("image/") || kind.starts_with("video/") {
        file["width"] = 720.into();
        file["height"] = 1280.into();
    }
    file
}
