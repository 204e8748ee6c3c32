//! The commands that Telegram shows when somebody types `/`, in each language.

use cutline_core::words::Tongue;
use teloxide::{payloads::SetMyCommandsSetters, prelude::Requester, types::BotCommand};

use super::{
    api::Telegram,
    errors::{Told, told},
};
use crate::{chat::ChatError, command::verbs, words};

/// Longest description (core.telegram.org/bots/api#botcommand).
const DESCRIPTION_MAX: usize = 256;
/// Verbs of the terminal, and those that are not for everybody.
const ELSEWHERE: [&str; 3] = ["save", "quit", "admin"];

/// The menu in a language.
pub(super) fn commands(tongue: Tongue) -> Vec<BotCommand> {
    let here = verbs::ALL.iter().filter(|verb| !ELSEWHERE.contains(&verb.name));
    here.map(|verb| {
        let about: String = words::verb(tongue, verb.name).chars().take(DESCRIPTION_MAX).collect();
        BotCommand::new(verb.name, about)
    })
    .collect()
}

/// Shows the menu.
///
/// # Errors
/// Telegram's.
pub(super) async fn set(telegram: &Telegram) -> Result<(), ChatError> {
    for tongue in Tongue::ALL {
        let mut request = telegram.bot().set_my_commands(commands(tongue));
        // Without a language it is what everybody else sees.
        if tongue != Tongue::default() {
            request = request.language_code(tongue.as_str());
        }
        request.await.map_err(|error| told(error, None)).map_err(Told::chat)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_is_in_the_menu_in_every_language_and_fits() {
        let (english, spanish) = (commands(Tongue::English), commands(Tongue::Spanish));
        assert_eq!(english.len(), verbs::ALL.len() - ELSEWHERE.len());
        for (ours, theirs) in english.iter().zip(&spanish) {
            assert_eq!(ours.command, theirs.command);
            assert_ne!(ours.description, theirs.description, "{} is not translated", ours.command);
            assert!(ours.command.len() <= 32 && ours.description.len() >= 3);
            assert!(ours.command.bytes().all(|byte| byte.is_ascii_lowercase()));
        }
    }
}
