//! Messages that the bot sends and edits under its own token (docs: "Create Message", "Edit
//! Message"): permissions, nonces, attachments.

use std::time::Instant;

use serde_json::Value;

use super::{
    Shared,
    endpoints::{Answer, ok},
    form::{self, Target},
    refusal::{
        CANNOT_SEND, MISSING_ACCESS, MISSING_PERMISSIONS, NO_HISTORY, NOT_THE_AUTHOR, Refusal,
        UNKNOWN_CHANNEL, UNKNOWN_MESSAGE,
    },
    rest::{Asked, File, check_size},
    shapes,
    state::{ATTACHMENT_BYTES_MAX, ChannelKind, Id, Message, NONCE_MAX, State, permission},
};

/// `POST /channels/{channel}/messages`.
pub(super) fn create(shared: &Shared, channel: Id, asked: &Asked) -> Answer {
    let mut state = shared.state();
    check(&mut state, Target::Create, asked)?;
    let permissions = may_see(&state, channel)?;
    let sending = match state.channels[&channel].kind {
        ChannelKind::Thread => permission::SEND_MESSAGES_IN_THREADS,
        _ => permission::SEND_MESSAGES,
    };
    let has = |wanted: u64| permissions & wanted == wanted;
    let embeds = asked.body["embeds"].as_array().is_some_and(|embeds| !embeds.is_empty());
    if !has(sending)
        || (!asked.files.is_empty() && !has(permission::ATTACH_FILES))
        || (embeds && !has(permission::EMBED_LINKS))
    {
        return Err(MISSING_PERMISSIONS);
    }
    let reply_to = asked.body["message_reference"]["message_id"].as_str();
    let reply_to = reply_to.and_then(|id| id.parse::<Id>().ok());
    if let Some(replied) = reply_to {
        let there =
            state.messages.get(&replied).is_some_and(|m| m.channel == channel && !m.deleted);
        let must = asked.body["message_reference"]["fail_if_not_exists"] != Value::Bool(false);
        if there && !has(permission::READ_MESSAGE_HISTORY) {
            return Err(NO_HISTORY);
        }
        if !there && must {
            return Err(UNKNOWN_MESSAGE);
        }
    }
    check_size(&asked.files, limit(&state, channel))?;
    // “If another message was created by the same author with the same nonce, that message will be
    // returned and no new message will be created.”
    let nonce = asked.body["nonce"].as_str().map(|nonce| (channel, nonce.to_owned()));
    let enforced = asked.body["enforce_nonce"] == Value::Bool(true);
    if let Some((sent, message)) = nonce.as_ref().and_then(|nonce| state.nonces.get(nonce))
        && enforced
        && sent.elapsed() < NONCE_MAX
    {
        return ok(shapes::message(&state, &state.messages[message].clone()));
    }
    let author = state.application;
    let id = place(&mut state, channel, author, asked);
    if let Some(message) = state.messages.get_mut(&id) {
        message.reply_to = reply_to;
    }
    if let Some(nonce) = nonce {
        state.nonces.insert(nonce, (Instant::now(), id));
    }
    ok(shapes::message(&state, &state.messages[&id].clone()))
}

/// `GET`, `PATCH`, `DELETE /channels/{channel}/messages/{message}`.
pub(super) fn one(shared: &Shared, channel: Id, message: Id, asked: &Asked) -> Answer {
    let mut state = shared.state();
    let permissions = may_see(&state, channel)?;
    let known = state.messages.get(&message);
    // What only one person sees does not exist for the bot's own token.
    let known = known.filter(|m| m.channel == channel && !m.deleted && !m.is_ephemeral());
    let Some(known) = known.cloned() else { return Err(UNKNOWN_MESSAGE) };
    match asked.method.as_str() {
        "GET" => ok(shapes::message(&state, &known)),
        _ if known.author != state.application => Err(NOT_THE_AUTHOR),
        "DELETE" => {
            delete(&mut state, message);
            Ok((204, None))
        }
        _ => {
            check(&mut state, Target::Edit, asked)?;
            if !asked.files.is_empty() && permissions & permission::ATTACH_FILES == 0 {
                return Err(MISSING_PERMISSIONS);
            }
            check_size(&asked.files, limit(&state, channel))?;
            edit(&mut state, message, asked);
            ok(shapes::message(&state, &state.messages[&message].clone()))
        }
    }
}

/// Holds a payload to the schema, and complains where it could ping somebody.
pub(super) fn check(state: &mut State, target: Target, asked: &Asked) -> Result<(), Refusal> {
    let body = match target {
        Target::Callback => &asked.body["data"],
        _ => &asked.body,
    };
    let names: Vec<(u64, String)> =
        asked.files.iter().map(|file| (file.number, file.name.clone())).collect();
    form::check(target, body, &names)?;
    let mentions = &body["allowed_mentions"];
    let some = |name: &str| mentions[name].as_array().is_some_and(|list| !list.is_empty());
    let pings = !mentions["parse"].is_array()
        || ["parse", "users", "roles"].into_iter().any(some)
        || mentions["replied_user"] == Value::Bool(true);
    // Discord allows it; a bot that shows what strangers wrote must not.
    if pings && state.mentions_watched && !body.is_null() {
        state.complain(format!("{} {} could ping somebody: {mentions}", asked.method, asked.path));
    }
    Ok(())
}

/// The bot's permissions in a channel that it can see.
fn may_see(state: &State, channel: Id) -> Result<u64, Refusal> {
    let found = state.channels.get(&channel).filter(|channel| !channel.deleted);
    let found = found.ok_or(UNKNOWN_CHANNEL)?;
    let is_member = match found.guild {
        Some(guild) => state.guilds.get(&guild).is_some_and(|guild| guild.has_bot),
        None => found.kind == ChannelKind::BotDm,
    };
    if !is_member || found.permissions & permission::VIEW_CHANNEL == 0 {
        return Err(MISSING_ACCESS);
    }
    let blocked =
        found.person.and_then(|person| state.users.get(&person)).is_some_and(|u| u.blocks);
    if found.kind == ChannelKind::BotDm && blocked {
        return Err(CANNOT_SEND);
    }
    Ok(found.permissions)
}

/// The most bytes that the bot may attach in a channel.
fn limit(state: &State, channel: Id) -> u64 {
    let guild = state.channels.get(&channel).and_then(|channel| channel.guild);
    let guild = guild.and_then(|guild| state.guilds.get(&guild));
    guild.map_or(ATTACHMENT_BYTES_MAX, |guild| guild.attachment_bytes_max)
}

/// Puts a new message into a channel.
pub(super) fn place(state: &mut State, channel: Id, author: Id, asked: &Asked) -> Id {
    let id = state.id();
    let message = Message {
        id,
        channel,
        author,
        content: String::new(),
        embeds: Vec::new(),
        components: Vec::new(),
        attachments: Vec::new(),
        flags: 0,
        nonce: Some(asked.body["nonce"].clone()).filter(|nonce| !nonce.is_null()),
        reply_to: None,
        edits: 0,
        changed: Instant::now(),
        deleted: false,
        interaction: None,
    };
    state.messages.insert(id, message);
    write(state, id, &asked.body, &asked.files);
    id
}

/// Changes a message; what a payload leaves out stays as it is.
pub(super) fn edit(state: &mut State, id: Id, asked: &Asked) {
    write(state, id, &asked.body, &asked.files);
    if let Some(message) = state.messages.get_mut(&id) {
        message.edits += 1;
        message.flags &= !128;
        message.changed = Instant::now();
    }
}

pub(super) fn delete(state: &mut State, id: Id) {
    if let Some(message) = state.messages.get_mut(&id) {
        message.deleted = true;
        message.changed = Instant::now();
    }
}

/// Writes a validated payload into a message.
pub(super) fn write(state: &mut State, id: Id, body: &Value, files: &[File]) {
    let uploaded = store(state, id, body, files);
    let Some(message) = state.messages.get_mut(&id) else { return };
    if let Some(content) = body.get("content") {
        message.content = content.as_str().unwrap_or_default().to_owned();
    }
    for (name, list) in [("embeds", &mut message.embeds), ("components", &mut message.components)] {
        if let Some(items) = body.get(name) {
            *list = items.as_array().cloned().unwrap_or_default();
        }
    }
    // “attachments” lists what is kept and what is new; without it, what there was stays.
    if let Some(kept) = body.get("attachments").filter(|kept| !kept.is_null()) {
        let ids: Vec<String> = kept
            .as_array()
            .into_iter()
            .flatten()
            .map(|file| file["id"].as_str().map_or(file["id"].to_string(), str::to_owned))
            .collect();
        message.attachments.retain(|file| ids.iter().any(|id| file["id"] == id.as_str()));
    }
    message.attachments.extend(uploaded);
}

/// Keeps the files' bytes and describes them.
fn store(state: &mut State, message: Id, body: &Value, files: &[File]) -> Vec<Value> {
    let channel = state.messages.get(&message).map_or(0, |message| message.channel);
    let mut described = Vec::new();
    for file in files {
        let listed = body["attachments"].as_array().into_iter().flatten();
        let number = file.number.to_string();
        let told =
            listed.clone().find(|told| told["id"] == file.number || told["id"] == number.as_str());
        let mut attachment = state.attach(channel, &file.name, file.bytes.clone());
        attachment["description"] =
            told.map(|told| told["description"].clone()).unwrap_or_default();
        described.push(attachment);
    }
    described
}
