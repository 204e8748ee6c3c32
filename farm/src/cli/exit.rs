//! How the program ends: exit codes and the last words, for people and for programs.

use std::{io, process::ExitCode};

use cutline_core::error::UserError;
use serde_json::json;

use crate::{
    context::StageError,
    runner::{RunError, work::WorkError},
};

/// Why a command failed; each kind has its exit code.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The person can mend it (2).
    #[error(transparent)]
    User(#[from] UserError),
    /// No video, or none that passes the gate (3).
    #[error("{0}")]
    Render(String),
    /// This machine (4).
    #[error("{0}")]
    Environment(String),
    /// A signal (130).
    #[error("cancelled; nothing is left behind")]
    Cancelled,
    /// A defect (1).
    #[error("unexpected: {0}")]
    Defect(String),
}

impl CliError {
    fn exit_code(&self) -> u8 {
        match self {
            Self::Defect(_) => 1,
            Self::User(_) => 2,
            Self::Render(_) => 3,
            Self::Environment(_) => 4,
            Self::Cancelled => 130,
        }
    }

    fn code(&self) -> &str {
        match self {
            Self::Defect(_) => "UNEXPECTED",
            Self::User(error) => &error.code,
            Self::Render(_) => "RENDER_FAILED",
            Self::Environment(_) => "ENVIRONMENT",
            Self::Cancelled => "CANCELLED",
        }
    }
}

impl From<StageError> for CliError {
    fn from(error: StageError) -> Self {
        match error {
            StageError::Cancelled => Self::Cancelled,
            StageError::User(error) => Self::User(error),
            StageError::Io { ref source, .. } => {
                Self::Environment(format!("{error}{}", remedy(source, ANOTHER_CACHE)))
            }
            StageError::Provider { .. } => Self::Render(error.to_string()),
            StageError::Invariant(what) => Self::Defect(what),
        }
    }
}

impl From<RunError> for CliError {
    fn from(error: RunError) -> Self {
        let stage = error.stage.name();
        match Self::from(error.source) {
            Self::Render(what) => Self::Render(format!("stage `{stage}`: {what}")),
            Self::Environment(what) => Self::Environment(format!("stage `{stage}`: {what}")),
            Self::Defect(what) => Self::Defect(format!("stage `{stage}`: {what}")),
            other => other,
        }
    }
}

impl From<WorkError> for CliError {
    fn from(error: WorkError) -> Self {
        let remedy = match &error {
            WorkError::Io { source, .. } => remedy(source, ANOTHER_CACHE),
            WorkError::Busy(_) => String::new(),
        };
        Self::Environment(format!("{error}{remedy}"))
    }
}

/// Where work in progress may go instead.
const ANOTHER_CACHE: &str = "set CUTLINE_CACHE_DIR to another folder";

/// What somebody can do about a disk that refuses, to follow the error: what is in its way there,
/// or what else they can ask for. Empty where neither helps.
pub(super) fn remedy(error: &io::Error, elsewhere: &str) -> String {
    let there = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            "free some space there"
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "make sure that you may write there"
        }
        io::ErrorKind::IsADirectory => "move that folder away",
        _ => return String::new(),
    };
    format!("; {there}, or {elsewhere}, and run the same command again")
}

/// Prints an error to standard error, and as JSON to standard output where that was asked for.
pub fn report(error: &CliError, as_json: bool) -> ExitCode {
    eprintln!("error: {error}");
    if as_json {
        let (field, message) = match error {
            CliError::User(user) => (user.field.as_str(), user.message.clone()),
            other => ("", other.to_string()),
        };
        println!(
            "{}",
            json!({"status": "failed", "code": error.code(), "field": field, "message": message})
        );
    }
    ExitCode::from(error.exit_code())
}
