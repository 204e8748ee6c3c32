//! Answers to interactions: the callback within three seconds, then edits and follow-ups under the
//! token for fifteen minutes (docs: "Receiving and Responding").

use std::time::Instant;

use serde_json::{Value, json};

use super::{
    Shared,
    endpoints::{Answer, ok},
    form::Target,
    messages,
    refusal::{
        ACKNOWLEDGED, FOLLOWUPS, INVALID_TOKEN, Mistakes, NOT_FOUND, Refusal, UNKNOWN_INTERACTION,
        UNKNOWN_MESSAGE, UNKNOWN_WEBHOOK,
    },
    rest::{Asked, check_size},
    shapes,
    state::{ANSWER_MAX, Id, Interaction, InteractionKind, State},
};

/// Most choices of an autocompletion, and their longest name and value.
const CHOICES_MAX: usize = 25;
const CHOICE_CHARACTERS_MAX: usize = 100;
/// Follow-ups of an interaction from an app that only the user has installed.
const USER_INSTALLED_FOLLOWUPS_MAX: usize = 5;
const EPHEMERAL: u64 = 64;
const LOADING: u64 = 128;

/// `POST /interactions/{interaction}/{token}/callback`.
pub(super) fn callback(shared: &Shared, id: Id, token: &str, asked: &Asked) -> Answer {
    let mut state = shared.state();
    let kind = asked.body["type"].as_u64().unwrap_or_default();
    let known = state.interactions.get(&id).filter(|known| known.token == token).cloned();
    let known = known.ok_or(UNKNOWN_INTERACTION)?;
    if known.answered.is_some() {
        return Err(ACKNOWLEDGED);
    }
    if known.began.elapsed() > ANSWER_MAX {
        return Err(UNKNOWN_INTERACTION);
    }
    let fits = match known.kind {
        InteractionKind::Command => matches!(kind, 4 | 5),
        InteractionKind::Component => matches!(kind, 4..=7),
        InteractionKind::Autocomplete => kind == 8,
    };
    if !fits {
        let mut mistakes = Mistakes::default();
        mistakes.add("type", "INTERACTION_TYPE_INVALID", "Not an answer to such an interaction.");
        mistakes.refusal()?;
    }
    let data = &asked.body["data"];
    let mut original = known.pressed_on;
    match kind {
        4 => {
            messages::check(&mut state, Target::Callback, asked)?;
            check_size(&asked.files, known.attachment_bytes_max)?;
            original = Some(reply(&mut state, id, &known, data["flags"].as_u64(), 0));
            rewrite(&mut state, original, data, asked);
        }
        5 => original = Some(reply(&mut state, id, &known, data["flags"].as_u64(), LOADING)),
        7 => {
            messages::check(&mut state, Target::Callback, asked)?;
            rewrite(&mut state, original, data, asked);
        }
        8 => choices(data)?,
        _ => {}
    }
    if let Some(answered) = state.interactions.get_mut(&id) {
        answered.answered = Some((Instant::now(), kind));
        answered.original = original;
        answered.choices = (kind == 8).then(|| data["choices"].clone());
    }
    if !asked.query.contains("with_response=true") {
        return Ok((204, None));
    }
    let message = original.and_then(|original| state.messages.get(&original)).cloned();
    let resource = message.map(|m| json!({"type": kind, "message": shapes::message(&state, &m)}));
    let interaction = json!({
        "id": id.to_string(),
        "type": if known.kind == InteractionKind::Command { 2 } else { 3 },
        "response_message_id": original.map(|id| id.to_string()),
    });
    ok(json!({"interaction": interaction, "resource": resource}))
}

/// A new message that answers an interaction.
fn reply(state: &mut State, id: Id, known: &Interaction, flags: Option<u64>, more: u64) -> Id {
    let author = state.application;
    let nothing = Asked {
        method: String::new(),
        path: String::new(),
        query: String::new(),
        body: Value::Null,
        files: Vec::new(),
    };
    let message = messages::place(state, known.channel, author, &nothing);
    if let Some(placed) = state.messages.get_mut(&message) {
        placed.flags = (flags.unwrap_or_default() & EPHEMERAL) | more;
        placed.interaction = Some((id, known.user));
        placed.reply_to = known.pressed_on;
    }
    message
}

fn rewrite(state: &mut State, message: Option<Id>, data: &Value, asked: &Asked) {
    let Some(message) = message else { return };
    messages::write(state, message, data, &asked.files);
    if let Some(message) = state.messages.get_mut(&message) {
        message.changed = Instant::now();
    }
}

fn choices(data: &Value) -> Result<(), Refusal> {
    let mut mistakes = Mistakes::default();
    match data["choices"].as_array() {
        Some(choices) if choices.len() <= CHOICES_MAX => {
            for (at, choice) in choices.iter().enumerate() {
                let fits = |value: &Value| {
                    let length = value.as_str().map(|text| text.encode_utf16().count());
                    length.is_some_and(|length| (1..=CHOICE_CHARACTERS_MAX).contains(&length))
                };
                if !fits(&choice["name"]) || !fits(&choice["value"]) {
                    let words = "Must be between 1 and 100 in length.";
                    mistakes.add(&format!("data.choices.{at}"), "BASE_TYPE_BAD_LENGTH", words);
                }
            }
        }
        _ => mistakes.add("data.choices", "BASE_TYPE_BAD_LENGTH", "Must be between 0 and 25."),
    }
    mistakes.refusal()
}

/// The interaction behind a token that is good and has been answered.
fn behind(state: &State, app: Id, token: &str) -> Result<(Id, Interaction), Refusal> {
    if app != state.application {
        return Err(UNKNOWN_WEBHOOK);
    }
    let (id, known) = state.by_token(token).ok_or(INVALID_TOKEN)?;
    if known.answered.is_none() {
        return Err(UNKNOWN_WEBHOOK);
    }
    Ok((id, known.clone()))
}

/// `POST /webhooks/{app}/{token}`.
pub(super) fn followup(shared: &Shared, app: Id, token: &str, asked: &Asked) -> Answer {
    let mut state = shared.state();
    let (id, known) = behind(&state, app, token)?;
    messages::check(&mut state, Target::Followup, asked)?;
    check_size(&asked.files, known.attachment_bytes_max)?;
    let original = known.original.and_then(|original| state.messages.get(&original));
    if original.is_some_and(|original| original.is_loading() && !original.deleted) {
        // It would become the answer itself, and lose its flags: deprecated, and never meant.
        state.complain(format!("{} answers where @original waits to be edited", asked.path));
    }
    if known.user_installed_only && known.followups >= USER_INSTALLED_FOLLOWUPS_MAX {
        return Err(FOLLOWUPS);
    }
    let message = reply(&mut state, id, &known, asked.body["flags"].as_u64(), 0);
    rewrite(&mut state, Some(message), &asked.body, asked);
    if let Some(known) = state.interactions.get_mut(&id) {
        known.followups += 1;
    }
    ok(shapes::message(&state, &state.messages[&message].clone()))
}

/// `GET`, `PATCH`, `DELETE /webhooks/{app}/{token}/messages/{@original or message}`.
pub(super) fn message(
    shared: &Shared,
    app: Id,
    token: &str,
    message: Option<Id>,
    asked: &Asked,
) -> Answer {
    let mut state = shared.state();
    let (id, known) = behind(&state, app, token)?;
    let message = message.or(known.original).ok_or(UNKNOWN_MESSAGE)?;
    let found = state.messages.get(&message).filter(|message| !message.deleted).cloned();
    let found = found.ok_or(UNKNOWN_MESSAGE)?;
    let theirs = found.interaction.is_some_and(|(of, _)| of == id);
    if !theirs && known.original != Some(message) {
        return Err(UNKNOWN_MESSAGE);
    }
    match asked.method.as_str() {
        "GET" => ok(shapes::message(&state, &found)),
        "DELETE" => {
            messages::delete(&mut state, message);
            Ok((204, None))
        }
        "PATCH" => {
            messages::check(&mut state, Target::WebhookEdit, asked)?;
            check_size(&asked.files, known.attachment_bytes_max)?;
            messages::edit(&mut state, message, asked);
            if let Some(answered) = state.interactions.get_mut(&id) {
                answered.shown.get_or_insert_with(Instant::now);
            }
            ok(shapes::message(&state, &state.messages[&message].clone()))
        }
        _ => Err(NOT_FOUND),
    }
}
