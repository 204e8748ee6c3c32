//! The command line: one file a subcommand. Everything printed to standard output is a result;
//! progress and logs go to standard error.

pub mod bench;
pub mod doctor;
pub mod exit;
pub mod output;
pub mod progress;
pub mod qc;
pub mod render;
pub mod stage;
pub mod summary;
pub mod work;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::Config;
use exit::CliError;

const EXIT_CODES: &str = "Exit codes:
  0    done
  1    unexpected: a defect of ours, with its cause on standard error
  2    bad input; the message names the field, and nothing was made
  3    the video could not be made, or does not pass the quality gate
  4    this machine: unwritable output, full disk, missing library, another run of the same command
  130  cancelled (Ctrl-C, SIGTERM); nothing is left behind";

/// One sentence in, one finished vertical video out.
#[derive(Debug, Parser)]
#[command(name = "cutline-farm", version, about, after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a video from a sentence.
    Render(render::Args),
    /// Run one stage from JSON to JSON (standard input to standard output).
    Stage(stage::Args),
    /// Check any MP4 against the quality gate.
    Qc(qc::Args),
    /// Say what is there on this machine, what is not, and what that costs.
    Doctor(doctor::Args),
    /// Measure this machine.
    Bench(bench::Args),
    /// Work for the farm: take jobs from the queue until told to end.
    Work(work::Args),
}

/// Parses the arguments, runs the subcommand, and says how it ended.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    crate::encode::memory::return_large_blocks();
    if matches!(cli.command, Command::Work(_)) {
        cutline_core::telemetry::start(work::log_format());
    } else {
        tracing_subscriber::fmt()
            .with_writer(std::io::stderr)
            .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
            .init();
    }
    let runtime = match runtime() {
        Ok(runtime) => runtime,
        Err(error) => {
            return exit::report(
                &CliError::Environment(format!("starting threads: {error}")),
                false,
            );
        }
    };
    let as_json = matches!(&cli.command, Command::Render(args) if args.json);
    let outcome = runtime.block_on(run(cli.command));
    // Blocking work that has not heard of a cancel yet is not waited for.
    runtime.shutdown_background();
    match outcome {
        Ok(code) => code,
        Err(error @ exit::CliError::Cancelled) => {
            exit::report(&error, as_json);
            // Standard error is not buffered; should standard output be gone, so be it.
            let _ = std::io::Write::flush(&mut std::io::stdout());
            crate::encode::leave::at_once(130)
        }
        Err(error) => exit::report(&error, as_json),
    }
}

async fn run(command: Command) -> Result<ExitCode, CliError> {
    let config = Config::from_env().map_err(|error| CliError::Environment(error.to_string()))?;
    match command {
        Command::Render(args) => render::run(args, &config).await,
        Command::Stage(args) => stage::run(args, &config).await,
        Command::Qc(args) => qc::run(&args),
        Command::Doctor(args) => Ok(doctor::run(args, &config).await),
        Command::Bench(args) => bench::run(&args, &config).await,
        Command::Work(args) => work::run(args, &config).await,
    }
}

/// At least four threads, so that a stage that computes on one never keeps a signal waiting.
fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    let threads = std::thread::available_parallelism().map_or(4, |n| n.get().max(4));
    tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build()
}
