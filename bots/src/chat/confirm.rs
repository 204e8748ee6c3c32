//! Operators' commands that cannot be taken back are asked about first: the command waits in the
//! database, a button with its id says yes. The button works once, for who asked, for ten minutes,
//! and after a restart; the question is forgotten when the command has been done, so that a bot
//! that dies in between, or a database that is away, loses neither.

use std::time::Duration;

use cutline_core::{
    actor::Actor,
    card::{Card, CardKind},
    error::UserError,
    failpoint,
    store::{QuestionClaim, Store, StoreError},
    words::Tongue,
};
use uuid::Uuid;

use crate::{
    command::{
        self, Command,
        admin::{AdminCommand, DeadCommand},
    },
    front::Front,
    words::say,
};

/// How long a question waits for its answer.
const ASKED_FOR: Duration = Duration::from_secs(600);
/// How long doing it may take before another press may.
const DOING: Duration = Duration::from_secs(30);
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

/// Does what waits under this id, because its author means it. `press` is this yes: the same one,
/// should it arrive twice. What comes back is the answer that takes the question's place.
///
/// # Errors
/// In words for the operator, where the question stays as it is: it was answered, is too old, is
/// somebody else's, is being done, or could not be done just now.
pub async fn confirmed(
    front: &Front,
    actor: &Actor,
    id: &str,
    press: &str,
) -> Result<Result<Card, UserError>, UserError> {
    let (tongue, store) = (actor.tongue(), &front.store);
    // Who is no operator (any more) is told so.
    let _allowed = front.desk.admin(actor)?;
    let held = store.question_hold(id, actor, press, DOING).await;
    let text = match held.map_err(|error| away(tongue, &error))? {
        QuestionClaim::Yes(text) => text,
        QuestionClaim::Held => return Err(refuse("HELD", say!(tongue, "operator-under-way"))),
        QuestionClaim::Gone => return Err(answered(tongue)),
    };
    let Command::Admin(command) = command::parse_in(tongue, &text)? else {
        return Err(UserError::validation("command", say!(tongue, "operator-not-one")));
    };
    failpoint!("chat.before_confirmed");
    // The question's id is the key: what was confirmed once is done once.
    let done = crate::admin::answer(&front.desk, actor, command, &format!("confirm:{id}")).await;
    if let Err(refusal) = &done
        && refusal.code == "UNAVAILABLE"
    {
        if let Err(error) = store.question_release(id, press).await {
            tracing::debug!(%error, "a question frees itself soon");
        }
        let why = say!(tongue, "operator-not-done", why = refusal.message.as_str());
        return Err(refuse(&refusal.code, why));
    }
    if let Err(error) = store.question_take(id, actor).await {
        // Pressed again, it is done again: each of these commands may be.
        tracing::warn!(%error, "a question was answered and is still kept");
    }
    Ok(done)
}

/// Forgets what waits under this id: its author does not mean it.
///
/// # Errors
/// In words for the operator: it was answered, is too old, or is somebody else's.
pub async fn declined(store: &Store, actor: &Actor, id: &str) -> Result<(), UserError> {
    let tongue = actor.tongue();
    let text = store.question_take(id, actor).await.map_err(|error| away(tongue, &error))?;
    text.map(drop).ok_or_else(|| answered(tongue))
}

fn answered(tongue: Tongue) -> UserError {
    refuse("NOT_FOUND", say!(tongue, "operator-answered"))
}

fn refuse(code: &str, message: String) -> UserError {
    UserError { code: code.into(), field: String::new(), message }
}

fn away(tongue: Tongue, error: &StoreError) -> UserError {
    tracing::error!(%error, "an operator's question");
    refuse("UNAVAILABLE", say!(tongue, "operator-away"))
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
