//! `doctor`: what is there on this machine, what is not, and what each absence costs.

use std::process::ExitCode;

use crate::{
    config::Config,
    providers::assemble::{self, Writers},
};

/// Runs the subcommand. It fails only when nothing could render: every part has a stand-in but the
/// cache folder.
pub async fn run(config: &Config) -> ExitCode {
    let providers = assemble::assemble(config, Writers::All).await;
    println!("data       {}", config.paths.data_dir.display());
    println!("cache      {}", config.paths.cache_dir.display());
    println!("threads    {}", config.machine.threads);
    for model in &providers.language {
        println!("language   {} {}", model.name(), model.version());
    }
    for facts in &providers.facts {
        println!("facts      {}", facts.version());
    }
    for voice in &providers.voices {
        println!("voice      {} {}", voice.name(), voice.version());
    }
    if let Some(set) = &providers.illustrations {
        println!("pictures   {}", set.version());
    }
    for missing in &providers.missing {
        println!("missing    {missing}");
    }
    let cache = &config.paths.cache_dir;
    let writable = std::fs::create_dir_all(cache)
        .and_then(|()| tempfile::tempfile_in(cache).map(drop))
        .map_err(|error| format!("{} cannot be written: {error}", cache.display()));
    match writable {
        Ok(()) => {
            println!("ready");
            ExitCode::SUCCESS
        }
        Err(why) => {
            println!("NOT READY  {why}");
            ExitCode::from(4)
        }
    }
}
