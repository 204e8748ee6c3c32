//! What a button carries: everything that pressing it needs, in the 64 bytes Telegram allows, so
//! that it works after a restart, on any replica, for as long as the message stands.

use cutline_core::{
    card::{Action, Card},
    job::JobRef,
};

use crate::command::{BrandCommand, Command, verbs};

/// Longest callback data (core.telegram.org/bots/api#inlinekeyboardbutton).
const DATA_BYTES_MAX: usize = 64;

/// What pressing a button asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Pressed {
    /// The same as saying this.
    Command(Command),
    /// An operator's yes to a question.
    Yes(String),
    /// An operator's no.
    No(String),
}

/// The data of a card's button; `None` for what has no meaning in a chat.
pub(super) fn data(action: Action, card: &Card, page: u32) -> Option<String> {
    written(action, card, page).filter(|data| data.len() <= DATA_BYTES_MAX)
}

fn written(action: Action, card: &Card, page: u32) -> Option<String> {
    let job = |word: &str| card.reference.as_ref().map(|job| format!("{word}:{job}"));
    match action {
        Action::Cancel => job("cancel"),
        Action::Again => job("again"),
        Action::Script => job("script"),
        Action::Captions => job("captions"),
        Action::Credits => job("credits"),
        Action::Upgrade => Some("upgrade".into()),
        Action::Uploads => Some("uploads".into()),
        Action::Brand => Some("brand".into()),
        Action::ApiKey => Some("apikey".into()),
        Action::Older => Some(format!("page:{}", page.saturating_add(1))),
        Action::Newer => Some(format!("page:{}", page.saturating_sub(1).max(1))),
        Action::Cartoon | Action::Studio | Action::Cinematic | Action::PinFormat => None,
    }
}

/// Data of the two buttons under a question.
pub(super) fn yes(id: &str) -> String {
    format!("yes:{id}")
}

/// See [`yes`].
pub(super) fn no(id: &str) -> String {
    format!("no:{id}")
}

/// What a button's data asks for; `None` for what no program of ours wrote.
pub(super) fn read(data: &str) -> Option<Pressed> {
    let (word, rest) = data.split_once(':').unwrap_or((data, ""));
    let job = || rest.parse::<JobRef>().ok().map(Some);
    let command = match word {
        "cancel" => Command::Cancel(job()?),
        "again" => Command::Again(job()?),
        "script" => Command::Script(job()?),
        "captions" => Command::Captions(job()?),
        "credits" => Command::Credits(job()?),
        "upgrade" => Command::Upgrade,
        "uploads" => Command::Help(verbs::find("image")),
        "brand" => Command::Brand(BrandCommand::Show),
        "apikey" => Command::ApiKey,
        "page" => Command::History { page: rest.parse().ok().filter(|page| *page >= 1)? },
        "yes" if !rest.is_empty() => return Some(Pressed::Yes(rest.to_owned())),
        "no" if !rest.is_empty() => return Some(Pressed::No(rest.to_owned())),
        _ => return None,
    };
    Some(Pressed::Command(command))
}

#[cfg(test)]
mod tests {
    use cutline_core::card::CardKind;

    use super::*;

    #[test]
    fn every_button_says_again_what_it_is_for_and_fits() {
        let mut card = Card::new(CardKind::Done, "Hearts");
        card.reference = Some("K7Q2M9".parse().unwrap());
        let all = [
            (Action::Cancel, "cancel"),
            (Action::Again, "again"),
            (Action::Script, "script"),
            (Action::Captions, "captions"),
            (Action::Credits, "credits"),
            (Action::Upgrade, "upgrade"),
            (Action::Uploads, "uploads"),
            (Action::Brand, "brand"),
            (Action::ApiKey, "apikey"),
            (Action::Older, "page"),
            (Action::Newer, "page"),
        ];
        for (action, word) in all {
            let data = data(action, &card, u32::MAX).unwrap();
            assert!(data.starts_with(word) && data.len() <= DATA_BYTES_MAX, "{data}");
            assert_eq!(
                read(&data),
                crate::conversation::pressed(action, &card, u32::MAX).map(Pressed::Command)
            );
        }
        let id = "0123456789abcdef0123456789abcdef";
        assert_eq!(read(&yes(id)), Some(Pressed::Yes(id.into())));
        assert!(yes(id).len() <= DATA_BYTES_MAX);
    }

    #[test]
    fn what_nobody_wrote_means_nothing() {
        for data in ["", "cancel", "cancel:", "cancel:!!", "page:0", "yes:", "rm -rf"] {
            assert_eq!(read(data), None, "{data}");
        }
    }
}
