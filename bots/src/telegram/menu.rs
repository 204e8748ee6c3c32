//! The commands that Telegram shows when somebody types `/`, in each language.

use teloxide::{payloads::SetMyCommandsSetters, prelude::Requester, types::BotCommand};

use super::{
    api::Telegram,
    errors::{Told, told},
};
use crate::{chat::ChatError, command::verbs};

/// Longest description (core.telegram.org/bots/api#botcommand).
const DESCRIPTION_MAX: usize = 256;
/// Verbs of the terminal, and those that are not for everybody.
const ELSEWHERE: [&str; 3] = ["save", "quit", "admin"];

/// The verbs in Spanish, in the table's order.
const SPANISH: [(&str, &str); 15] = [
    ("video", "Hacer un vídeo. Una frase sin más hace lo mismo."),
    ("image", "Usar tus propias imágenes en el próximo vídeo."),
    ("status", "Cómo va un vídeo."),
    ("cancel", "Dejar de hacer un vídeo; lo que costó vuelve."),
    ("again", "La misma frase, otra versión."),
    ("script", "Lo que se dice en un vídeo."),
    ("captions", "Los subtítulos de un vídeo."),
    ("credits", "De quién son las imágenes y los sonidos de un vídeo."),
    ("history", "Tus vídeos, los más nuevos primero."),
    ("plan", "Tu plan, lo que queda de él y tus créditos."),
    ("upgrade", "Lo que ofrecen otros planes."),
    ("brand", "Tu logo, tus colores y las frases que usar o evitar."),
    ("apikey", "Claves para tus propios programas."),
    ("link", "Usar una sola cuenta en varios chats."),
    ("help", "Esta lista, o más sobre un comando."),
];

/// The menu in a language (`None`: for everybody else).
pub(super) fn commands(language: Option<&str>) -> Vec<BotCommand> {
    let here = verbs::ALL.iter().filter(|verb| !ELSEWHERE.contains(&verb.name));
    here.map(|verb| {
        let spanish =
            || SPANISH.iter().find(|(name, _)| *name == verb.name).map(|(_, about)| *about);
        let about = match language {
            Some("es") => spanish().unwrap_or(verb.about),
            _ => verb.about,
        };
        let about: String = about.chars().take(DESCRIPTION_MAX).collect();
        BotCommand::new(verb.name, about)
    })
    .collect()
}

/// Shows the menu.
///
/// # Errors
/// Telegram's.
pub(super) async fn set(telegram: &Telegram) -> Result<(), ChatError> {
    for language in [None, Some("es")] {
        let mut request = telegram.bot().set_my_commands(commands(language));
        if let Some(language) = language {
            request = request.language_code(language);
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
        let (english, spanish) = (commands(None), commands(Some("es")));
        assert_eq!(english.len(), verbs::ALL.len() - ELSEWHERE.len());
        assert_eq!(english.len(), SPANISH.len());
        for (ours, theirs) in english.iter().zip(&spanish) {
            assert_eq!(ours.command, theirs.command);
            assert_ne!(ours.description, theirs.description, "{} is not translated", ours.command);
            assert!(ours.command.len() <= 32 && ours.description.len() >= 3);
            assert!(ours.command.bytes().all(|byte| byte.is_ascii_lowercase()));
        }
    }
}
