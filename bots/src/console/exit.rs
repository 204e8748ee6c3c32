//! How the programs of this crate end: exit codes and last words, for people and for scripts. The
//! same codes as `cutline-farm`.

use std::process::ExitCode;

use cutline_core::{card::Card, error::UserError};
use serde_json::json;

use super::{save::SaveError, text};

/// What the exit codes mean, for `--help`.
pub const EXIT_CODES: &str = "Exit codes:
  0    done
  1    unexpected: a defect of ours, with its cause on standard error
  2    refused: bad input, plan or limit; the message says what would be accepted, nothing was made
  3    the video could not be made; what it cost came back
  4    this machine or its servers: no database, unwritable file, wrong setting
  130  cancelled (Ctrl-C, SIGTERM); what it cost came back";

/// Why a program ended without doing what was asked; each kind has its exit code.
#[derive(Debug, thiserror::Error)]
pub enum ConsoleError {
    /// Refused (2).
    #[error("{}", .0.message)]
    User(UserError),
    /// The job failed (3).
    #[error("{0}")]
    Failed(String),
    /// This machine or its servers (4).
    #[error("{0}")]
    Environment(String),
    /// Cancelled (130).
    #[error("cancelled")]
    Cancelled,
    /// A defect (1).
    #[error("unexpected: {0}")]
    Defect(String),
}

impl ConsoleError {
    fn exit_code(&self) -> u8 {
        match self {
            Self::Defect(_) => 1,
            Self::User(_) => 2,
            Self::Failed(_) => 3,
            Self::Environment(_) => 4,
            Self::Cancelled => 130,
        }
    }

    fn code(&self) -> &str {
        match self {
            Self::Defect(_) => "UNEXPECTED",
            Self::User(error) => &error.code,
            Self::Failed(_) => "JOB_FAILED",
            Self::Environment(_) => "ENVIRONMENT",
            Self::Cancelled => "CANCELLED",
        }
    }

    /// The job on this card came to no good end.
    #[must_use]
    pub fn failed(card: &Card) -> Self {
        let words = std::iter::once(&card.title).chain(&card.lines);
        Self::Failed(words.cloned().collect::<Vec<_>>().join(" "))
    }
}

impl From<UserError> for ConsoleError {
    fn from(error: UserError) -> Self {
        // The desk's word for "the database does not answer": nobody's input is to blame.
        if error.code == UNAVAILABLE { Self::Environment(error.message) } else { Self::User(error) }
    }
}

/// The desk's code for being out of order.
pub const UNAVAILABLE: &str = "UNAVAILABLE";

impl From<SaveError> for ConsoleError {
    fn from(error: SaveError) -> Self {
        Self::Environment(error.to_string())
    }
}

impl From<rustyline::error::ReadlineError> for ConsoleError {
    fn from(error: rustyline::error::ReadlineError) -> Self {
        Self::Environment(format!("the terminal: {error}"))
    }
}

/// Prints an error to standard error, and as JSON to standard output where that was asked for.
#[must_use]
pub fn report(error: &ConsoleError, as_json: bool) -> ExitCode {
    eprintln!("error: {}", text::harmless(&error.to_string()));
    if as_json {
        let field = match error {
            ConsoleError::User(user) => user.field.as_str(),
            _ => "",
        };
        println!(
            "{}",
            json!({"status": "failed", "code": error.code(), "field": field,
                   "message": error.to_string()})
        );
    }
    ExitCode::from(error.exit_code())
}
