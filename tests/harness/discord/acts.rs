//! What people do that the bot hears of: commands, buttons, typing. What a client would not let
//! them do is an error of the test.

use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use super::{
    Discord, commands, gateway,
    people::Upload,
    shapes,
    state::{
        ATTACHMENT_BYTES_MAX, Channel, ChannelKind, Id, Interaction, InteractionKind, State,
        permission,
    },
};

/// What somebody gives for an option.
#[derive(Clone, Debug)]
pub enum Given {
    /// Text, a number, a truth.
    Value(Value),
    /// A file.
    File(Upload),
}

impl From<&str> for Given {
    fn from(text: &str) -> Self {
        Self::Value(text.into())
    }
}

impl From<i64> for Given {
    fn from(number: i64) -> Self {
        Self::Value(number.into())
    }
}

impl From<Upload> for Given {
    fn from(file: Upload) -> Self {
        Self::File(file)
    }
}

/// An interaction about to be handed to the bot.
struct Dispatched {
    kind: InteractionKind,
    user: Id,
    channel: Id,
    data: Value,
    pressed_on: Option<Id>,
}

impl Discord {
    /// Somebody uses a slash command; `command` may name a subcommand (`admin queues`). The
    /// interaction's id.
    ///
    /// # Errors
    /// When a client would not let them: not registered, not offered there, an option that does not
    /// fit; or when no bot is connected.
    pub fn slash(&self, user: Id, at: Id, command: &str, given: &[(&str, Given)]) -> Result<Id> {
        let data = self.invocation(user, at, command, given, None)?;
        let kind = InteractionKind::Command;
        self.dispatch(Dispatched { kind, user, channel: at, data, pressed_on: None })
    }

    /// Somebody is typing the option `focused`, which asks for suggestions.
    ///
    /// # Errors
    /// As [`Self::slash`].
    pub fn typing(&self, user: Id, at: Id, command: &str, focused: (&str, &str)) -> Result<Id> {
        let given = [(focused.0, Given::from(focused.1))];
        let data = self.invocation(user, at, command, &given, Some(focused.0))?;
        let kind = InteractionKind::Autocomplete;
        self.dispatch(Dispatched { kind, user, channel: at, data, pressed_on: None })
    }

    /// Somebody uses a message-context command.
    ///
    /// # Errors
    /// As [`Self::slash`].
    pub fn context(&self, user: Id, message: Id, command: &str) -> Result<Id> {
        let (at, data) = {
            let state = self.shared.state();
            let target = state.messages.get(&message).context("no such message")?;
            let (kind, has_bot) = where_at(&state, user, target.channel)?;
            let command = commands::offered(&state, 3, command, kind, has_bot)?;
            let id = message.to_string();
            let data = json!({
                "id": command["id"],
                "name": command["name"],
                "type": 3,
                "target_id": id,
                "resolved": {"messages": {id.as_str(): shapes::message(&state, target)}},
            });
            (target.channel, data)
        };
        let kind = InteractionKind::Command;
        self.dispatch(Dispatched { kind, user, channel: at, data, pressed_on: None })
    }

    /// Somebody presses the button with this label (its beginning is enough).
    ///
    /// # Errors
    /// When there is no such button, or it is disabled or a link; or when no bot is connected.
    pub fn press(&self, user: Id, message: Id, label: &str) -> Result<Id> {
        let (channel, data) = {
            let state = self.shared.state();
            let on = state.messages.get(&message).filter(|m| !m.deleted);
            let on = on.context("no such message")?;
            let rows = on.components.iter().filter_map(|row| row["components"].as_array());
            let button = rows.flatten().find(|button| {
                button["label"].as_str().is_some_and(|known| known.starts_with(label))
            });
            let button =
                button.with_context(|| format!("no button {label}: {:?}", on.buttons()))?;
            ensure!(button["disabled"] != Value::Bool(true), "{label} is disabled");
            ensure!(button["custom_id"].is_string(), "{label} is a link");
            (on.channel, json!({"custom_id": button["custom_id"], "component_type": 2}))
        };
        let kind = InteractionKind::Component;
        self.dispatch(Dispatched { kind, user, channel, data, pressed_on: Some(message) })
    }

    /// The token of an interaction is good no longer, as after fifteen minutes.
    pub fn expire(&self, interaction: Id) {
        if let Some(interaction) = self.shared.state().interactions.get_mut(&interaction) {
            interaction.expired = true;
        }
    }

    fn invocation(
        &self,
        user: Id,
        at: Id,
        command: &str,
        given: &[(&str, Given)],
        focused: Option<&str>,
    ) -> Result<Value> {
        let mut state = self.shared.state();
        let path: Vec<&str> = command.split(' ').collect();
        let (name, below) = path.split_first().context("a command")?;
        let (kind, has_bot) = where_at(&state, user, at)?;
        let registered = commands::offered(&state, 1, name, kind, has_bot)?;
        let leaf = commands::below(&registered, below)?;
        let (mut options, mut files) = (Vec::new(), serde_json::Map::new());
        for (name, value) in given {
            let mut option = json!({"name": name});
            match value {
                Given::Value(value) => {
                    let value = commands::meant(&leaf["options"], name, value);
                    let kind = commands::fitting(&leaf["options"], name, Some(&value))?;
                    option["type"] = kind.into();
                    option["value"] = value;
                }
                Given::File(file) => {
                    option["type"] = commands::fitting(&leaf["options"], name, None)?.into();
                    let file = state.attach(at, &file.name, file.bytes.clone());
                    let id = file["id"].as_str().unwrap_or_default().to_owned();
                    option["value"] = id.as_str().into();
                    let mut file = shapes::attachment(&file);
                    file["ephemeral"] = true.into();
                    files.insert(id, file);
                }
            }
            if focused == Some(name) {
                option["focused"] = true.into();
            }
            options.push(option);
        }
        for name in commands::required(&leaf["options"]).filter(|_| focused.is_none()) {
            ensure!(given.iter().any(|(given, _)| *given == name), "{name} must be given");
        }
        for (at, step) in below.iter().enumerate().rev() {
            let kind = commands::below(&registered, &below[..=at])?["type"].clone();
            options = vec![json!({"name": step, "type": kind, "options": options})];
        }
        let mut data = json!({
            "id": registered["id"], "name": name, "type": 1, "options": options,
        });
        if !files.is_empty() {
            data["resolved"] = json!({"attachments": files});
        }
        Ok(data)
    }

    fn dispatch(&self, dispatched: Dispatched) -> Result<Id> {
        let Dispatched { kind, user, channel, data, pressed_on } = dispatched;
        let mut state = self.shared.state();
        let id = state.id();
        let place = state.channels.get(&channel).cloned().context("no such channel")?;
        let (_, has_bot) = where_at(&state, user, channel)?;
        let guild = place.guild.and_then(|guild| state.guilds.get(&guild)).cloned();
        let limit = guild.map_or(ATTACHMENT_BYTES_MAX, |guild| guild.attachment_bytes_max);
        let token = format!("stand-in.{id}.{}", "k".repeat(160));
        let user_installed_only = !has_bot;
        let mut event = json!({
            "id": id.to_string(),
            "application_id": state.application.to_string(),
            "type": match kind {
                InteractionKind::Command => 2,
                InteractionKind::Component => 3,
                InteractionKind::Autocomplete => 4,
            },
            "data": data,
            "channel": shapes::channel(&state, &place),
            "channel_id": channel.to_string(),
            "token": token,
            "version": 1,
            "locale": state.users.get(&user).map_or("en-US", |user| user.locale.as_str()),
            "app_permissions": app_permissions(&place, has_bot).to_string(),
            "entitlements": [],
            "authorizing_integration_owners": owners(&place, user, has_bot),
            "context": place.kind.context(),
            "attachment_size_limit": limit,
        });
        match place.guild {
            Some(guild) => {
                event["guild_id"] = guild.to_string().into();
                event["guild"] = shapes::guild(guild);
                event["guild_locale"] = "en-US".into();
                event["member"] = shapes::member(&state, user);
            }
            None => event["user"] = shapes::user(&state, user),
        }
        if let Some(message) = pressed_on.and_then(|message| state.messages.get(&message)) {
            event["message"] = shapes::message(&state, &message.clone());
        }
        let interaction = Interaction {
            kind,
            token,
            user,
            channel,
            began: Instant::now(),
            answered: None,
            shown: None,
            original: None,
            pressed_on,
            expired: false,
            choices: None,
            followups: 0,
            attachment_bytes_max: limit,
            user_installed_only,
        };
        state.interactions.insert(id, interaction);
        if gateway::dispatch(&mut state, place.guild, "INTERACTION_CREATE", &event) == 0 {
            bail!("no bot is connected");
        }
        Ok(id)
    }
}

/// What kind of place it is for this person, and whether the bot itself is there.
fn where_at(state: &State, user: Id, channel: Id) -> Result<(ChannelKind, bool)> {
    let place = state.channels.get(&channel).filter(|place| !place.deleted);
    let place = place.context("no such channel")?;
    let has_bot = match place.guild {
        Some(guild) => state.guilds.get(&guild).is_some_and(|guild| guild.has_bot),
        None => place.kind == ChannelKind::BotDm,
    };
    let installed = state.users.get(&user).is_some_and(|user| user.installed);
    ensure!(has_bot || installed, "nobody has installed the app here");
    Ok((place.kind, has_bot))
}

/// “`app_permissions` includes ATTACH_FILES | EMBED_LINKS | MENTION_EVERYONE for (G)DMs”.
fn app_permissions(place: &Channel, has_bot: bool) -> u64 {
    if place.guild.is_some() && has_bot {
        return place.permissions;
    }
    permission::ATTACH_FILES | permission::EMBED_LINKS | (1 << 17)
}

fn owners(place: &Channel, user: Id, has_bot: bool) -> Value {
    let mut owners = json!({});
    if has_bot {
        owners["0"] = place.guild.unwrap_or(0).to_string().into();
    } else {
        owners["1"] = user.to_string().into();
    }
    owners
}
