//! Endpoints that are about the application itself; the others are handed on.

use serde_json::{Value, json};

use super::{
    Shared, commands, interactions, messages,
    refusal::{Mistakes, NOT_FOUND, Refusal, UNKNOWN_USER},
    rest::Asked,
    route::Route,
    shapes,
    state::{Channel, ChannelKind, permission},
};

/// What an endpoint answers: a status and perhaps a body.
pub(super) type Answer = Result<(u16, Option<Value>), Refusal>;

pub(super) fn answer(shared: &Shared, route: &Route, asked: &Asked) -> Answer {
    match route {
        Route::Gateway => ok(json!({"url": shared.socket})),
        Route::GatewayBot => ok(json!({
            "url": shared.socket,
            "shards": shared.state().shards,
            "session_start_limit":
                {"total": 1000, "remaining": 999, "reset_after": 14_400_000, "max_concurrency": 1},
        })),
        Route::Me => ok(shapes::bot_user(&shared.state())),
        Route::Application => ok(shapes::application(&shared.state())),
        Route::Commands(app) if *app != shared.state().application => Err(NOT_FOUND),
        Route::Commands(_) if asked.method == "GET" => {
            ok(Value::Array(shared.state().commands.clone()))
        }
        Route::Commands(_) => {
            let registered = commands::register(&mut shared.state(), &asked.body)?;
            ok(Value::Array(registered))
        }
        Route::CreateDm => create_dm(shared, &asked.body),
        Route::CreateMessage(channel) => messages::create(shared, *channel, asked),
        Route::Message(channel, message) => messages::one(shared, *channel, *message, asked),
        Route::Callback(interaction, token) => {
            interactions::callback(shared, *interaction, token, asked)
        }
        Route::Followup(app, token) => interactions::followup(shared, *app, token, asked),
        Route::WebhookMessage(app, token, message) => {
            interactions::message(shared, *app, token, *message, asked)
        }
    }
}

pub(super) fn ok(body: Value) -> Answer {
    Ok((200, Some(body)))
}

/// The channel of direct messages with somebody, made where there is none.
fn create_dm(shared: &Shared, body: &Value) -> Answer {
    let recipient = body["recipient_id"].as_str().and_then(|id| id.parse().ok());
    let Some(recipient) = recipient.filter(|_| body.as_object().is_some_and(|o| o.len() == 1))
    else {
        let mut mistakes = Mistakes::default();
        mistakes.add("recipient_id", "NUMBER_TYPE_COERCE", "Value is not snowflake.");
        mistakes.refusal()?;
        return Err(NOT_FOUND);
    };
    let mut state = shared.state();
    if !state.users.contains_key(&recipient) {
        return Err(UNKNOWN_USER);
    }
    let known = state
        .channels
        .values()
        .find(|channel| channel.kind == ChannelKind::BotDm && channel.person == Some(recipient));
    let id = match known {
        Some(channel) => channel.id,
        None => {
            let id = state.id();
            let channel = Channel {
                id,
                kind: ChannelKind::BotDm,
                guild: None,
                parent: None,
                permissions: permission::GRANTED,
                deleted: false,
                person: Some(recipient),
            };
            state.channels.insert(id, channel);
            id
        }
    };
    let recipients = json!([shapes::user(&state, recipient)]);
    let id = id.to_string();
    ok(json!({"id": id, "type": 1, "last_message_id": null, "flags": 0, "recipients": recipients}))
}
