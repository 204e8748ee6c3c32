//! What Discord shows of the commands while one is typed, in every language. Names stay as they
//! are: they are what help, cards and other chats call them.

use cutline_core::words::{FluentValue, Tongue};
use serde_json::Value;

use crate::words::{CATALOGUE, say};

/// Discord's locales that are not English but ours (docs: "Locales").
const LOCALES: [(&str, Tongue); 2] = [("es-ES", Tongue::Spanish), ("es-419", Tongue::Spanish)];

/// A command of a message's menu, which is shown by its name alone (docs: "Application Command
/// Types").
const MESSAGE: u64 = 3;
/// Options that are commands themselves (docs: "Application Command Option Type").
const SUB_COMMANDS: [u64; 2] = [1, 2];

/// Writes hints into commands as they are registered.
pub(super) fn add_to(commands: &mut Value) {
    for command in commands.as_array_mut().into_iter().flatten() {
        let name = command["name"].as_str().unwrap_or_default().to_owned();
        if command["type"] == MESSAGE {
            // What is not translated is what the press says it was.
            command["name_localizations"] = localised(|tongue| say!(tongue, "make-of-this"));
        } else {
            describe(command, &name);
        }
    }
}

/// A command and what is below it; `path` is its names, from the first on.
fn describe(command: &mut Value, path: &str) {
    put(command, |tongue| CATALOGUE.say(tongue, &format!("hint-{path}"), &[]));
    for option in command["options"].as_array_mut().into_iter().flatten() {
        let name = option["name"].as_str().unwrap_or_default().to_owned();
        if option["type"].as_u64().is_some_and(|kind| SUB_COMMANDS.contains(&kind)) {
            describe(option, &format!("{path}-{name}"));
        } else {
            put(option, |tongue| of_option(tongue, path, &name));
        }
    }
}

/// Options mean the same in every command, but for what the texts tell apart by its path. Of
/// several (`image`, `image2`) the first is number 1.
fn of_option(tongue: Tongue, path: &str, name: &str) -> String {
    let name_only = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let number: u32 = name[name_only.len()..].parse().unwrap_or(1);
    let variables = [("path", FluentValue::from(path)), ("number", FluentValue::from(number))];
    CATALOGUE.say(tongue, &format!("option-{name_only}"), &variables)
}

fn put(item: &mut Value, said: impl Fn(Tongue) -> String) {
    item["description"] = said(Tongue::English).into();
    item["description_localizations"] = localised(said);
}

fn localised(said: impl Fn(Tongue) -> String) -> Value {
    LOCALES.iter().map(|(locale, tongue)| (*locale, said(*tongue))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every hint of a command, and its Spanish.
    fn hints<'a>(item: &'a Value, found: &mut Vec<(&'a str, &'a str)>) {
        let english = item["description"].as_str().unwrap();
        found.push((english, item["description_localizations"]["es-419"].as_str().unwrap()));
        for option in item["options"].as_array().into_iter().flatten() {
            hints(option, found);
        }
    }

    #[test]
    fn everything_is_shown_in_each_language_and_fits() {
        let commands = super::super::registration().unwrap();
        let mut found = Vec::new();
        for command in commands.as_array().unwrap() {
            if command["type"] == MESSAGE {
                assert_eq!(command["name"], say!(Tongue::English, "make-of-this"));
                assert_eq!(command["name_localizations"]["es-ES"], "Hacer un vídeo de esto");
            } else {
                hints(command, &mut found);
            }
        }
        assert!(found.contains(&("Another picture", "Otra imagen")), "{found:?}");
        for (english, spanish) in found {
            // A name instead of a text is what a missing text looks like.
            assert!(!english.starts_with("hint-") && !english.starts_with("option-"), "{english}");
            assert_ne!(english, spanish);
            // docs: "Application Command Structure": 1 to 100 characters.
            for hint in [english, spanish] {
                assert!((1..=100).contains(&hint.chars().count()), "{hint}");
            }
        }
    }
}
