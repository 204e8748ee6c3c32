//! `doctor`: what is there on this machine, what is not, and what each absence costs; with
//! `--providers` also whether the cloud's keys work.

use std::process::ExitCode;

use crate::{
    config::Config,
    providers::{
        assemble::{self, Writers},
        cloud::check,
    },
};

/// Arguments of `doctor`.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Args {
    /// Try every key of a cloud provider with a call that costs nothing, and say what a typical
    /// video (half a minute, ten shots) costs.
    #[arg(long)]
    pub providers: bool,
}

/// Runs the subcommand. It fails only when nothing could render: every part has a stand-in but the
/// cache folder. With `--providers` it also fails when a key that is set does not work.
pub async fn run(args: Args, config: &Config) -> ExitCode {
    let mut providers = assemble::assemble(config, Writers::All).await;
    let cloud = assemble::cloud(config, Writers::All, &mut providers.missing);
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
    let mut keys_work = true;
    match (&cloud, args.providers) {
        (Some(cloud), true) => keys_work = told(&cloud.check().await, &config.cloud.limits),
        (Some(cloud), false) => {
            println!("cloud      {} (--providers tries the keys)", cloud.names().join(", "));
        }
        (None, true) => {
            println!("cloud      no provider is set: everything is made on this machine")
        }
        (None, false) => {}
    }
    let cache = &config.paths.cache_dir;
    let writable = std::fs::create_dir_all(cache)
        .and_then(|()| tempfile::tempfile_in(cache).map(drop))
        .map_err(|error| format!("{} cannot be written: {error}", cache.display()));
    match writable {
        Ok(()) if keys_work => {
            println!("ready");
            ExitCode::SUCCESS
        }
        Ok(()) => {
            println!("NOT READY  a provider that is set cannot be used");
            ExitCode::from(4)
        }
        Err(why) => {
            println!("NOT READY  {why}");
            ExitCode::from(4)
        }
    }
}

/// Prints the findings; whether all of them are good.
fn told(findings: &[check::Finding], limits: &crate::providers::purse::Limits) -> bool {
    for one in findings {
        let verdict = match (one.works, one.set) {
            (true, _) => "works",
            (false, true) => "FAILS",
            (false, false) => "is not there",
        };
        println!("cloud      {} {verdict}: {}", one.vendor, one.words);
        let cost = match one.video_microusd {
            None => String::new(),
            Some(0) => ", free".to_owned(),
            Some(cost) => format!(", about {} a video", check::dollars(cost)),
        };
        println!("           for {}{cost}", one.used_for);
    }
    let total: u64 =
        findings.iter().filter(|one| one.works).filter_map(|one| one.video_microusd).sum();
    println!("costs      a typical video about {}", check::dollars(total));
    let jobs = limits.job_microusd.map(check::dollars).join(" / ");
    println!("limits     a job {jobs} by plan; a day {}", check::dollars(limits.day_microusd));
    let [photo, film] = limits.talker_microusd.map(check::dollars);
    println!("           a photograph that talks {photo} on top, a talking film {film}");
    findings.iter().all(|one| one.works || !one.set)
}
