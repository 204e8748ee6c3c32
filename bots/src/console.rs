//! The terminal chat: the same cards as everywhere, in a terminal. [`chat`] talks until the person
//! leaves; [`once::run`] asks for one video and follows it to its end, for scripts.

pub mod card;
pub mod completion;
pub mod events;
pub mod exit;
pub mod follow;
pub mod once;
pub mod pictures;
pub mod prompt;
pub mod save;
pub mod screen;
mod session;
pub mod text;

use cutline_core::{
    actor::{Actor, Platform},
    job::Origin,
};

use crate::{config::TerminalConfig, front::Front};
use exit::ConsoleError;

/// Who sits at this terminal: the account of the operating system that runs us, whatever the
/// environment says.
///
/// # Errors
/// [`ConsoleError::Environment`] where the system knows no name for it.
pub fn actor(front: &Front, terminal: &TerminalConfig) -> Result<Actor, ConsoleError> {
    let user = whoami::username().map_err(|error| {
        ConsoleError::Environment(format!("this user has no name on this machine: {error}"))
    })?;
    Ok(front.operators.actor(Platform::Console, user, terminal.locale.clone()))
}

/// Where a terminal's cards stand: nowhere that could be found again.
fn origin() -> Origin {
    Origin { platform: Platform::Console, place: serde_json::Value::Null }
}

/// Talks until the person leaves; where `lines` are given, says those and leaves.
///
/// # Errors
/// [`ConsoleError`] when the terminal fails; what the desk refuses is shown, not returned.
pub async fn chat(
    front: Front,
    terminal: &TerminalConfig,
    lines: Vec<String>,
) -> Result<(), ConsoleError> {
    let actor = actor(&front, terminal)?;
    let session = session::Session::open(front, actor, terminal)?;
    if lines.is_empty() { session.talk().await } else { session.say(&lines).await }
}
