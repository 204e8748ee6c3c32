//! Application commands: what may be registered, and how a person's input is held to it, as
//! Discord's own clients do (docs: "Application Commands").

use anyhow::{Context, Result, ensure};
use serde_json::{Map, Value};

use super::{
    locales::check_localised,
    refusal::{Mistakes, Refusal},
    state::{ChannelKind, State},
};

const COMMAND_FIELDS: [&str; 14] = [
    "id",
    "type",
    "name",
    "name_localizations",
    "description",
    "description_localizations",
    "options",
    "default_member_permissions",
    "dm_permission",
    "default_permission",
    "nsfw",
    "integration_types",
    "contexts",
    "handler",
];
const OPTION_FIELDS: [&str; 14] = [
    "type",
    "name",
    "name_localizations",
    "description",
    "description_localizations",
    "required",
    "choices",
    "options",
    "channel_types",
    "min_value",
    "max_value",
    "min_length",
    "max_length",
    "autocomplete",
];
/// Subcommands and groups.
const NESTING: [u64; 2] = [1, 2];

/// Replaces all global commands; what is answered has ids.
pub(super) fn register(state: &mut State, body: &Value) -> Result<Vec<Value>, Refusal> {
    let mut mistakes = Mistakes::default();
    let Some(commands) = body.as_array() else {
        mistakes.add("", "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType");
        mistakes.refusal()?;
        return Ok(Vec::new());
    };
    let mut names = Vec::new();
    for (at, command) in commands.iter().enumerate() {
        let place = at.to_string();
        let kind = command["type"].as_u64().unwrap_or(1);
        let name = (kind, command["name"].as_str().unwrap_or_default());
        if names.contains(&name) {
            let words = "Application command names must be unique";
            mistakes.add(&place, "APPLICATION_COMMANDS_DUPLICATE_NAME", words);
        }
        names.push(name);
        check_command(&mut mistakes, &place, command, kind);
    }
    let count = |kind| names.iter().filter(|(known, _)| *known == kind).count();
    if count(1) > 100 || count(2) > 15 || count(3) > 15 {
        mistakes.add("", "APPLICATION_COMMANDS_MAX", "Too many commands of a type");
    }
    mistakes.refusal()?;
    let mut registered = Vec::with_capacity(commands.len());
    for command in commands {
        let mut command = command.clone();
        command["id"] = state.id().to_string().into();
        command["application_id"] = state.application.to_string().into();
        command["version"] = state.id().to_string().into();
        if command["type"].is_null() {
            command["type"] = 1.into();
        }
        for name in ["default_member_permissions", "name_localizations"] {
            if command.get(name).is_none() {
                command[name] = Value::Null;
            }
        }
        if command.get("description").is_none() {
            command["description"] = "".into();
        }
        registered.push(command);
    }
    state.commands.clone_from(&registered);
    Ok(registered)
}

fn check_command(mistakes: &mut Mistakes, place: &str, command: &Value, kind: u64) {
    let Some(fields) = command.as_object() else {
        return mistakes.add(place, "DICT_TYPE_CONVERT", "Only dictionaries may be used here");
    };
    unknown(mistakes, place, fields, &COMMAND_FIELDS);
    check_localised(mistakes, place, command);
    let described = length(&command["description"]);
    if kind == 1 {
        check_name(mistakes, place, &command["name"]);
        if !(1..=100).contains(&described) {
            mistakes.add(&format!("{place}.description"), "BASE_TYPE_BAD_LENGTH", "1 to 100.");
        }
        check_options(mistakes, place, &command["options"], 0);
    } else {
        if !(1..=32).contains(&length(&command["name"])) {
            mistakes.add(&format!("{place}.name"), "BASE_TYPE_BAD_LENGTH", "1 to 32.");
        }
        if described > 0 || command["options"].as_array().is_some_and(|o| !o.is_empty()) {
            let words = "Context menu commands have neither description nor options";
            mistakes.add(
                place,
                "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION_CANNOT_BE_SET",
                words,
            );
        }
    }
    let within = |name: &str, most: u64| {
        let list = command[name].as_array();
        list.is_none_or(|list| list.iter().all(|item| item.as_u64().is_some_and(|n| n <= most)))
    };
    if !within("integration_types", 1) || !within("contexts", 2) {
        mistakes.add(place, "BASE_TYPE_CHOICES", "Unknown installation or interaction context");
    }
    if total_length(command) > 8000 {
        let words = "Application command is too large (max 8000)";
        mistakes.add(place, "APPLICATION_COMMAND_TOO_LARGE", words);
    }
}

/// “For example, a command's name, description, and value properties combined must not exceed”.
fn total_length(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(total_length).sum(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| match value {
                Value::String(_) if ["name", "description", "value"].contains(&name.as_str()) => {
                    length(value)
                }
                Value::Array(_) => total_length(value),
                _ => 0,
            })
            .sum(),
        _ => 0,
    }
}

fn check_options(mistakes: &mut Mistakes, place: &str, options: &Value, depth: usize) {
    let options = options.as_array().map(Vec::as_slice).unwrap_or_default();
    if options.len() > 25 {
        mistakes.add(&format!("{place}.options"), "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer.");
    }
    let mut optional_seen = false;
    let nesting = options.iter().filter(|option| is_nesting(option)).count();
    if nesting > 0 && nesting < options.len() {
        let words = "Sub-command and group option types are mutually exclusive to others";
        mistakes.add(place, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", words);
    }
    for (at, option) in options.iter().enumerate() {
        let place = format!("{place}.options.{at}");
        let Some(fields) = option.as_object() else { continue };
        unknown(mistakes, &place, fields, &OPTION_FIELDS);
        check_localised(mistakes, &place, option);
        check_name(mistakes, &place, &option["name"]);
        if !(1..=100).contains(&length(&option["description"])) {
            mistakes.add(&format!("{place}.description"), "BASE_TYPE_BAD_LENGTH", "1 to 100.");
        }
        if !(1..=11).contains(&option["type"].as_u64().unwrap_or_default()) {
            mistakes.add(&format!("{place}.type"), "BASE_TYPE_CHOICES", "Must be 1 to 11.");
        }
        let required = option["required"] == Value::Bool(true);
        if required && optional_seen {
            let words = "Required options must be placed before non-required options";
            mistakes.add(&place, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", words);
        }
        optional_seen |= !required;
        let choices = option["choices"].as_array().map_or(0, Vec::len);
        if choices > 25 || (choices > 0 && option["autocomplete"] == Value::Bool(true)) {
            let words = "At most 25 choices, and none beside autocompletion";
            mistakes.add(&place, "APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID", words);
        }
        if is_nesting(option) {
            if depth >= 2 || (depth == 1 && option["type"] == 2) {
                let words = "Groups cannot be nested";
                mistakes.add(&place, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", words);
            }
            check_options(mistakes, &place, &option["options"], depth + 1);
        }
    }
}

fn is_nesting(option: &Value) -> bool {
    option["type"].as_u64().is_some_and(|kind| NESTING.contains(&kind))
}

/// `^[-_'\p{L}\p{N}…]{1,32}$`, lower case where there is one.
fn check_name(mistakes: &mut Mistakes, place: &str, name: &Value) {
    let text = name.as_str().unwrap_or_default();
    let fits = text.chars().all(|c| c.is_alphanumeric() || "-_'".contains(c));
    if !(1..=32).contains(&length(name)) || !fits || text.to_lowercase() != text {
        let words = "Command name is invalid";
        mistakes.add(&format!("{place}.name"), "APPLICATION_COMMAND_INVALID_NAME", words);
    }
}

fn unknown(mistakes: &mut Mistakes, place: &str, fields: &Map<String, Value>, known: &[&str]) {
    for name in fields.keys().filter(|name| !known.contains(&name.as_str())) {
        let words = "This field is not known here.";
        mistakes.add(&format!("{place}.{name}"), "UNKNOWN_FIELD", words);
    }
}

pub(super) fn length(value: &Value) -> usize {
    value.as_str().map_or(0, |text| text.encode_utf16().count())
}

/// The registered command of this kind and name, as far as people in such a place are offered it.
pub(super) fn offered(
    state: &State,
    kind: u64,
    name: &str,
    place: ChannelKind,
    has_bot: bool,
) -> Result<Value> {
    let command = state.commands.iter().find(|c| c["type"] == kind && c["name"] == name);
    let command = command.with_context(|| format!("/{name} is not registered"))?;
    let list = |name: &str, default: &[u64]| -> Vec<u64> {
        let given = command[name].as_array();
        given.map_or(default.to_vec(), |list| list.iter().filter_map(Value::as_u64).collect())
    };
    let contexts = list("contexts", &[0, 1, 2]);
    let installs = list("integration_types", &[0]);
    let here = u64::from(place.context());
    ensure!(contexts.contains(&here), "/{name} is not offered in {place:?}");
    ensure!(has_bot || installs.contains(&1), "/{name} is offered only where the bot is a member");
    Ok(command.clone())
}

/// The option object of a subcommand path, below a command.
pub(super) fn below<'a>(command: &'a Value, path: &[&str]) -> Result<&'a Value> {
    let mut at = command;
    for step in path {
        let options = at["options"].as_array().map(Vec::as_slice).unwrap_or_default();
        let next = options.iter().find(|option| option["name"] == *step && is_nesting(option));
        at = next.with_context(|| format!("there is no subcommand {step}"))?;
    }
    Ok(at)
}

/// What somebody gives for an option: whoever picks a choice by its name gives its value.
pub(super) fn meant(options: &Value, name: &str, given: &Value) -> Value {
    let option = options.as_array().into_iter().flatten().find(|option| option["name"] == name);
    let choices = option.and_then(|option| option["choices"].as_array()).into_iter().flatten();
    let mut chosen = choices.filter(|choice| choice["name"] == *given);
    chosen.next().map_or_else(|| given.clone(), |choice| choice["value"].clone())
}

/// Holds what somebody gives for an option to its registration; the option's type.
pub(super) fn fitting(options: &Value, name: &str, value: Option<&Value>) -> Result<u64> {
    let options = options.as_array().map(Vec::as_slice).unwrap_or_default();
    let option = options.iter().find(|option| option["name"] == name);
    let option = option.with_context(|| format!("there is no option {name}"))?;
    let kind = option["type"].as_u64().context("a type")?;
    let Some(value) = value else {
        ensure!(kind == 11, "{name} takes no file");
        return Ok(kind);
    };
    let fits = match kind {
        3 => value.is_string(),
        4 => value.is_i64() || value.is_u64(),
        5 => value.is_boolean(),
        10 => value.is_number(),
        _ => false,
    };
    ensure!(fits, "{name} does not take {value}");
    if let Some(text) = value.as_str() {
        let length = text.encode_utf16().count() as u64;
        let least = option["min_length"].as_u64().unwrap_or(0);
        let most = option["max_length"].as_u64().unwrap_or(6000);
        ensure!((least..=most).contains(&length), "{name} takes {least} to {most} characters");
    }
    let choices = option["choices"].as_array().map(Vec::as_slice).unwrap_or_default();
    let chosen = choices.is_empty() || choices.iter().any(|choice| choice["value"] == *value);
    ensure!(chosen, "{name} is none of the choices: {value}");
    if let (Some(number), Some(least)) = (value.as_f64(), option["min_value"].as_f64()) {
        ensure!(number >= least, "{name} is at least {least}");
    }
    Ok(kind)
}

/// Names of the options that must be given.
pub(super) fn required(options: &Value) -> impl Iterator<Item = &str> {
    let options = options.as_array().map(Vec::as_slice).unwrap_or_default();
    let required = options.iter().filter(|option| option["required"] == Value::Bool(true));
    required.filter_map(|option| option["name"].as_str())
}
