//! `work`: a worker of the farm, until it is told to end.

use std::{io::IsTerminal, process::ExitCode, sync::Arc};

use clap::ValueEnum;
use cutline_core::{
    config::DatabaseConfig,
    objects::{Objects, ObjectsConfig},
    queue::{Pace, Queue},
    store::Store,
    telemetry,
};
use metrics_exporter_prometheus::PrometheusBuilder;
use tokio_util::sync::CancellationToken;

use super::exit::CliError;
use crate::{
    config::{Config, WorkConfig},
    ops::{self, Ops},
    providers::assemble::Writers,
    tasks,
    worker::{self, Shared, director::Director, pipeline::Pipeline},
};

/// Arguments of `work`. Everything else is in the environment (see `.env.sample`).
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Jobs at once. [default: CUTLINE_SLOTS, else 1]
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub slots: Option<u16>,
    /// Do not use the language model.
    #[arg(long)]
    pub light: bool,
    /// How eagerly this worker moves messages from the outbox to the broker: `prompt` where no
    /// front end does.
    #[arg(long, value_enum, default_value_t = RelayArg::Backstop)]
    pub relay: RelayArg,
    /// What makes the videos.
    #[arg(long, value_enum, default_value_t = PipelineArg::Director)]
    pub pipeline: PipelineArg,
}

/// How eager the relay is, as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RelayArg {
    /// At every commit.
    Prompt,
    /// Every few seconds.
    Backstop,
}

/// What makes the videos, as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PipelineArg {
    /// The twelve stages.
    Director,
    /// A few short stages that make no video, for chaos runs.
    #[cfg(feature = "failpoints")]
    Standin,
}

/// Runs the subcommand.
///
/// # Errors
/// [`CliError::Environment`] for settings that cannot be used and a port that cannot be opened. A
/// server that is down is waited for.
pub async fn run(args: Args, config: &Config) -> Result<ExitCode, CliError> {
    let unusable = |error: &dyn std::fmt::Display| CliError::Environment(error.to_string());
    let lookup = crate::config::lookup;
    let work = WorkConfig::from_lookup(&lookup).map_err(|error| unusable(&error))?;
    let database = DatabaseConfig::from_lookup(&lookup, "cutline-farm");
    let store = Store::connect(&database.map_err(|error| unusable(&error))?);
    let store = store.map_err(|error| unusable(&error))?;
    let objects = ObjectsConfig::from_lookup(lookup, &config.paths.cache_dir.join("objects"));
    let objects = Objects::open(&objects.map_err(|error| unusable(&error))?).await;
    let objects = objects.map_err(|error| unusable(&error))?;
    let settings = settings(&args, &work, config);
    let queue = Queue::new(&work.amqp_url, &format!("cutline-farm {}", settings.name));
    let queue = queue.map_err(|error| unusable(&error))?;
    let pipeline = pipeline(&args, config).await?;
    let metrics = PrometheusBuilder::new().install_recorder().map_err(|error| unusable(&error))?;

    let shared = Shared::new(settings, store, queue, objects, pipeline);
    let mut signals = tasks::Group::default();
    signals.start(tasks::cancel_on_signal(shared.draining.clone()));
    let stop = CancellationToken::new();
    let mut port = tasks::Group::default();
    if let Some(address) = work.ops_address {
        let listener = ops::bind(address).await.map_err(|error| unusable(&error))?;
        let local = listener.local_addr().map_err(|error| unusable(&error))?;
        tracing::info!(worker = %shared.id, address = %local, "operator port");
        let ops = Ops { shared: shared.clone(), token: work.ops_token.clone(), metrics };
        port.start(ops::serve(listener, ops, stop.clone()));
    }
    tracing::info!(worker = %shared.id, name = shared.settings.name, "begins");
    worker::work(shared).await;
    stop.cancel();
    Ok(ExitCode::SUCCESS)
}

/// How a worker's own words are written: text for people, JSON for machines.
#[must_use]
pub fn log_format() -> telemetry::Format {
    telemetry::Format::chosen(crate::config::lookup, std::io::stderr().is_terminal())
}

fn settings(args: &Args, work: &WorkConfig, config: &Config) -> worker::Settings {
    worker::Settings {
        name: work.name.clone(),
        slots: args.slots.map_or(work.slots, usize::from),
        lease: work.lease,
        job_limit: work.job_limit,
        drain: work.drain,
        lost_after: work.lost_after,
        folder: config.paths.cache_dir.join("farm"),
        relay: match args.relay {
            RelayArg::Prompt => Pace::Prompt,
            RelayArg::Backstop => Pace::Backstop,
        },
    }
}

async fn pipeline(args: &Args, config: &Config) -> Result<Arc<dyn Pipeline>, CliError> {
    match args.pipeline {
        PipelineArg::Director => {
            let writers = if args.light { Writers::Outline } else { Writers::All };
            Ok(Arc::new(Director::assemble(config, writers).await))
        }
        #[cfg(feature = "failpoints")]
        PipelineArg::Standin => {
            let plan = worker::standin::StandIn::from_lookup(&crate::config::lookup);
            Ok(Arc::new(plan.map_err(CliError::Environment)?))
        }
    }
}
