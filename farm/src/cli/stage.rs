//! `stage`: any stage by itself, from JSON to JSON.

use std::{io::Read, path::PathBuf, process::ExitCode, sync::Arc};

use cutline_core::error::UserError;
use serde::Deserialize;
use tokio_util::sync::CancellationToken;

use super::exit::CliError;
use crate::{
    config::Config,
    context::{Preview, Progress, StageContext},
    providers::assemble::{self, Writers},
    runner::{
        checkpoints::{Checkpoints, Key, StageItems},
        validate,
    },
    stages::{self, Stage},
    tasks,
};

/// Longest input read.
const INPUT_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Arguments of `stage`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Which stage.
    #[arg(value_enum)]
    pub name: Stage,
    /// Folder whose `blobs/` holds the files that inputs and outputs name, such as one kept by
    /// `render --keep-work`. [default: the cache folder's `stage`]
    #[arg(long, value_name = "DIR")]
    pub work: Option<PathBuf>,
    /// Do not use the language model.
    #[arg(long)]
    pub light: bool,
}

/// Runs the subcommand.
///
/// # Errors
/// [`CliError`]: the stage's own failure, or `VALIDATION_FAILED` on `input`.
pub async fn run(args: Args, config: &Config) -> Result<ExitCode, CliError> {
    let mut text = String::new();
    std::io::stdin()
        .take(INPUT_BYTES_MAX)
        .read_to_string(&mut text)
        .map_err(|error| CliError::Environment(format!("reading standard input: {error}")))?;
    let mut deserializer = serde_json::Deserializer::from_str(&text);
    let input = serde_json::Value::deserialize(&mut deserializer).map_err(|error| {
        UserError::validation("input", format!("Standard input is not JSON: {error}."))
    })?;
    let root = args.work.unwrap_or_else(|| config.paths.cache_dir.join("stage"));
    let writers = if args.light { Writers::Outline } else { Writers::All };
    let providers = Arc::new(assemble::assemble(config, writers).await);
    let blobs = crate::blob::Blobs::open(root.join("blobs"))?;
    let checkpoints = Checkpoints::open(root.join("checkpoints"))?;
    let key = Key::of(args.name, &input, &providers);
    let cancel = CancellationToken::new();
    let mut signals = tasks::Group::default();
    signals.start(tasks::cancel_on_signal(cancel.clone()));
    if args.name == Stage::Render {
        validate::plan(&input, &blobs)?;
    }
    let context = StageContext {
        providers,
        blobs,
        cancel,
        progress: Progress::silent(),
        items: Arc::new(StageItems::new(checkpoints, &key)),
        preview: Preview::default(),
    };
    let output = stages::run_json(args.name, input, &context).await?;
    println!("{output}");
    Ok(ExitCode::SUCCESS)
}
