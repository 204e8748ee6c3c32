//! Operators' commands that cannot be taken back are asked about first: the command waits in the
//! database, a button with its id says yes. The button works once, for who asked, for ten minutes,
//! and after a restart.

use std::time::Duration;

use cutline_core::{
    actor::Actor,
    card::{Card, CardKind},
    error::UserError,
    store::{Store, StoreError},
    words::Tongue,
};
use uuid::Uuid;

use crate::{
    command::{
        self, Command,
        admin::{AdminCommand, DeadCommand},
    },
    words::say,
};

/// How long a question waits for its answer.
const ASKED_FOR: Duration = Duration::from_secs(600);
/// Longest command that can wait, in bytes.
const COMMAND_BYTES_MAX: usize = 4_000;

/// An asked question.
#[derive(Clone, Debug)]
pub struct Question {
    /// What to show; the adapter adds a button that answers.
    pub card: Card,
    /// For the button: at most 32 characters.
    pub id: String,
}

/// Whether a command is to be asked about: what ends, discards, refuses or takes away.
#[must_use]
pub fn is_destructive(command: &AdminCommand) -> bool {
    match command {
        AdminCommand::Ban { .. }
        | AdminCommand::Cancel(_)
        | AdminCommand::Drain { .. }
        | AdminCommand::Plan { .. }
        | AdminCommand::Maintenance(Some(_))
        | AdminCommand::Dead(DeadCommand::Drop(_) | DeadCommand::Replay(None)) => true,
        AdminCommand::Credits { amount, .. } => *amount < 0,
        AdminCommand::Account(_)
        | AdminCommand::Job(_)
        | AdminCommand::Retry(_)
        | AdminCommand::Unban(_)
        | AdminCommand::Queues
        | AdminCommand::Farm
        | AdminCommand::Dead(DeadCommand::List | DeadCommand::Replay(Some(_)))
        | AdminCommand::Formats
        | AdminCommand::Spend
        | AdminCommand::Maintenance(None) => false,
    }
}

/// Keeps a command and makes the card that asks. `text` is the command as it was typed, with its
/// slash.
///
/// # Errors
/// In words for the operator.
pub async fn ask(store: &Store, actor: &Actor, text: &str) -> Result<Question, UserError> {
    let tongue = actor.tongue();
    if text.len() > COMMAND_BYTES_MAX {
        return Err(UserError::validation("command", say!(tongue, "operator-too-long")));
    }
    let id = Uuid::new_v4().simple().to_string();
    store.question_ask(&id, actor, text, ASKED_FOR).await.map_err(|error| away(tongue, &error))?;
    let card = Card::new(CardKind::Admin, say!(tongue, "operator-ask"))
        .line(text)
        .line(say!(tongue, "operator-ask-how"))
        .in_tongue(tongue)
        .for_their_eyes();
    Ok(Question { card, id })
}

/// The command that waits under this id, once.
///
/// # Errors
/// In words for the operator: it was answered, is too old, or is somebody else's.
pub async fn answered(store: &Store, actor: &Actor, id: &str) -> Result<AdminCommand, UserError> {
    let tongue = actor.tongue();
    let text = store.question_take(id, actor).await.map_err(|error| away(tongue, &error))?;
    let text = text.ok_or_else(|| UserError {
        code: "NOT_FOUND".into(),
        field: String::new(),
        message: say!(tongue, "operator-answered"),
    })?;
    match command::parse_in(tongue, &text)? {
        Command::Admin(command) => Ok(command),
        _ => Err(UserError::validation("command", say!(tongue, "operator-not-one"))),
    }
}

fn away(tongue: Tongue, error: &StoreError) -> UserError {
    tracing::error!(%error, "an operator's question");
    UserError {
        code: "UNAVAILABLE".into(),
        field: String::new(),
        message: say!(tongue, "operator-away"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn destructive(text: &str) -> bool {
        match command::parse(text).unwrap() {
            Command::Admin(command) => is_destructive(&command),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_takes_away_is_asked_about_and_what_looks_is_not() {
        for text in [
            "/admin ban discord:1 spam",
            "/admin credits discord:1 -5",
            "/admin plan discord:1 free",
            "/admin cancel K7Q2M9",
            "/admin drain studio-2",
            "/admin dead drop all",
            "/admin dead replay all",
            "/admin maintenance on",
        ] {
            assert!(destructive(text), "{text}");
        }
        for text in ["/admin credits discord:1 5", "/admin queues", "/admin job K7Q2M9"] {
            assert!(!destructive(text), "{text}");
        }
    }
}
