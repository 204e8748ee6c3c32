//! `bench`: measurements of this machine.

use std::process::ExitCode;

use super::exit::CliError;
use crate::{
    bench::{RenderBench, bench_render},
    config::Config,
    tasks,
};

/// Arguments of `bench`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to measure.
    #[command(subcommand)]
    pub what: What,
}

/// What can be measured.
#[derive(Clone, Copy, Debug, clap::Subcommand)]
pub enum What {
    /// Composing and encoding against encoding alone, at 1080×1920. Aim: 1.10; limit: 1.25.
    Render {
        /// Length of each storyboard in seconds; each second holds 93 MB of frames in memory.
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=60))]
        seconds: u32,
        /// How often to measure each way, in turn; the medians are printed.
        #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=20))]
        rounds: u32,
    },
}

/// Runs the subcommand.
///
/// # Errors
/// [`CliError::Render`] when a frame cannot be composed or encoded.
pub async fn run(args: &Args, _config: &Config) -> Result<ExitCode, CliError> {
    match args.what {
        What::Render { seconds, rounds } => {
            let options = RenderBench { seconds, rounds, ..RenderBench::default() };
            let measured = tasks::blocking(move || bench_render(&options)).await;
            let report = measured
                .and_then(|report| report)
                .map_err(|error| CliError::Render(error.to_string()))?;
            println!("{report}");
            Ok(ExitCode::SUCCESS)
        }
    }
}
