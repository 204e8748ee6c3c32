//! Long runs and measurements, on private servers of their own.

use std::{io::IsTerminal, path::PathBuf, process::ExitCode};

use anyhow::Result;
use clap::{Parser, Subcommand};
use cutline_tests::{bench, chaos, front, record, workspace_root};
use tracing_subscriber::EnvFilter;

/// Chaos runs and measurements of the whole system.
#[derive(Debug, Parser)]
#[command(name = "cutline-tests", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Sub,
}

#[derive(Debug, Subcommand)]
enum Sub {
    /// Many short jobs while everything goes wrong; fails when anything was lost or made twice.
    Chaos {
        /// The same seed gives the same faults.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// How many jobs.
        #[arg(long, default_value_t = 2000)]
        jobs: usize,
        /// How many workers, of two slots each.
        #[arg(long, default_value_t = 4)]
        workers: usize,
    },
    /// Measurements.
    Bench {
        #[command(subcommand)]
        what: Bench,
    },
    /// Recordings for the README, of the real programs against the stand-ins.
    Record {
        #[command(subcommand)]
        what: Record,
    },
    /// A front end without a chat, for chaos runs.
    #[command(hide = true)]
    Front {
        /// The folder that stands for the chat.
        chat: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
enum Bench {
    /// Intake, way to the worker, and drain rates, beside the bare broker.
    Queue,
    /// Many conversations at once through one Discord bot, in three waves.
    Discord {
        /// How many in each wave.
        #[arg(long, default_value_t = 500)]
        people: usize,
    },
    /// Many conversations at once through one Telegram bot.
    Telegram {
        /// How many.
        #[arg(long, default_value_t = 500)]
        chats: usize,
    },
    /// One video after another with vendors as slow as the real ones, beside the least it could
    /// take.
    Providers {
        /// How many.
        #[arg(long, default_value_t = 3)]
        videos: usize,
    },
}

#[derive(Debug, Subcommand)]
enum Record {
    /// A video asked for in Discord and one in Telegram: text into README.md, a picture into docs.
    Conversation {
        /// Without the language model.
        #[arg(long)]
        light: bool,
    },
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let default = match cli.command {
        Sub::Chaos { .. } | Sub::Bench { .. } | Sub::Record { .. } => "error,cutline_tests=info",
        Sub::Front { .. } => "warn",
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    let logs = tracing_subscriber::fmt().with_writer(std::io::stderr).with_env_filter(filter);
    logs.with_ansi(std::io::stderr().is_terminal()).init();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let outcome = match runtime {
        Ok(runtime) => runtime.block_on(run(cli.command)),
        Err(error) => Err(error.into()),
    };
    match outcome {
        Ok(good) => ExitCode::from(u8::from(!good)),
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::from(2)
        }
    }
}

/// Whether everything held.
async fn run(command: Sub) -> Result<bool> {
    let folder = std::env::temp_dir().join(format!("cutline-tests-{}", std::process::id()));
    match command {
        Sub::Chaos { seed, jobs, workers } => {
            let report = chaos::run(&chaos::Options { seed, jobs, workers, folder }).await?;
            println!("{report}");
            Ok(report.is_good())
        }
        Sub::Bench { what: Bench::Queue } => {
            bench::queue(folder, |figures| println!("{figures}")).await?;
            Ok(true)
        }
        Sub::Bench { what: Bench::Discord { people } } => {
            println!("{}", bench::discord(folder, people).await?);
            Ok(true)
        }
        Sub::Bench { what: Bench::Telegram { chats } } => {
            println!("{}", bench::telegram(folder, chats).await?);
            Ok(true)
        }
        Sub::Bench { what: Bench::Providers { videos } } => {
            let figures = bench::providers(folder, videos).await?;
            println!("{figures}");
            Ok(figures.is_good())
        }
        Sub::Record { what: Record::Conversation { light } } => {
            record::conversation(folder, &workspace_root(), light).await.map(|()| true)
        }
        Sub::Front { chat } => front::serve(&chat).await.map(|()| true),
    }
}
