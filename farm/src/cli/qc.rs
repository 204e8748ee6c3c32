//! `qc`: the quality gate on any MP4.

use std::{path::PathBuf, process::ExitCode};

use tokio_util::sync::CancellationToken;

use super::{exit::CliError, summary::qc_lines};
use crate::encode::{EncodeError, qc};

/// Arguments of `qc`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The video.
    pub file: PathBuf,
    /// Print the report as JSON.
    #[arg(long)]
    pub json: bool,
}

/// Runs the subcommand.
///
/// # Errors
/// [`CliError::User`] for what is no video, [`CliError::Render`] when a check fails.
pub fn run(args: &Args) -> Result<ExitCode, CliError> {
    let report =
        qc::inspect(&args.file, None, &CancellationToken::new()).map_err(|error| match error {
            EncodeError::Cancelled => CliError::Cancelled,
            other => {
                let what = format!("{}: {other}", args.file.display());
                cutline_core::error::UserError::validation("file", what).into()
            }
        })?;
    if args.json {
        let json =
            serde_json::to_string(&report).map_err(|error| CliError::Defect(error.to_string()))?;
        println!("{json}");
    } else {
        for line in qc_lines(&report) {
            println!("{line}");
        }
    }
    if report.passed() {
        return Ok(ExitCode::SUCCESS);
    }
    Err(CliError::Render("the file does not pass the quality gate".into()))
}
