//! `bench`: measurements of this machine.

use std::process::ExitCode;

use super::exit::CliError;
use crate::config::Config;

/// Arguments of `bench`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to measure.
    #[command(subcommand)]
    pub what: What,
}

/// What can be measured.
#[derive(Clone, Copy, Debug, clap::Subcommand)]
pub enum What {}

/// Runs the subcommand.
///
/// # Errors
/// [`CliError`].
pub async fn run(args: &Args, _config: &Config) -> Result<ExitCode, CliError> {
    match args.what {}
}
