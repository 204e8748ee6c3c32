//! `render`: a sentence in, a finished video out.

use std::{
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
    time::{Instant, SystemTime},
};

use clap::ValueEnum;
use cutline_core::{
    brief::{self, validate_sentence},
    error::UserError,
    job::Mode,
    plan::{Feature, Plan},
};
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;

use super::{
    exit::CliError,
    output::{self, Files},
    progress,
    summary::Summary,
};
use crate::{
    blob::Blobs,
    config::Config,
    images::{self, Prepared},
    providers::{
        Providers,
        assemble::{self, Writers},
    },
    runner::{
        self, Settings,
        work::{self, WorkDir},
    },
    stages::{
        Stage,
        deliver::Delivery,
        intent::{Phrases, Request, Upload},
    },
    tasks,
};

/// Arguments of `render`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What the video should be about, one sentence of 3 to 500 characters in any language.
    pub sentence: String,
    /// Where to put the video; captions, poster, contact sheet and script go beside it.
    /// [default: ./<title>.mp4]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// A picture of your own to use (PNG, JPEG, WebP, GIF, SVG); may be given up to 12 times.
    #[arg(long = "image", value_name = "FILE")]
    pub images: Vec<PathBuf>,
    /// Another number gives another take. [default: from the sentence]
    #[arg(long)]
    pub seed: Option<u64>,
    /// Print the result as JSON on standard output.
    #[arg(long)]
    pub json: bool,
    /// Keep the work folder (stages' inputs and outputs, clips, pictures).
    #[arg(long)]
    pub keep_work: bool,
    /// Decides the longest duration and the picture's size.
    #[arg(long, value_enum, default_value_t = PlanArg::Professional)]
    pub plan: PlanArg,
    /// Do not use the language model: quicker, plainer words.
    #[arg(long)]
    pub light: bool,
    /// Lay film grain over the picture.
    #[arg(long)]
    pub grain: bool,
}

/// The plans, as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PlanArg {
    /// 720×1280, at most 30 s.
    Free,
    /// 1080×1920, at most 60 s.
    Beginner,
    /// 1080×1920, at most 90 s.
    Professional,
    /// 1080×1920, at most 180 s.
    Enterprise,
}

impl From<PlanArg> for Plan {
    fn from(plan: PlanArg) -> Self {
        match plan {
            PlanArg::Free => Self::Free,
            PlanArg::Beginner => Self::Beginner,
            PlanArg::Professional => Self::Professional,
            PlanArg::Enterprise => Self::Enterprise,
        }
    }
}

/// Runs the subcommand: everything that can be refused is refused before any work.
///
/// # Errors
/// [`CliError`]; after any of them nothing is left but what `--keep-work` asked for.
pub async fn run(args: Args, config: &Config) -> Result<ExitCode, CliError> {
    let started = Instant::now();
    let sentence = validate_sentence(&args.sentence)?;
    let files = args.images.clone();
    let pictures = tasks::blocking(move || images::prepare(&files)).await??;
    output::check_writable(args.output.as_deref())?;

    let cancel = CancellationToken::new();
    let mut signals = tasks::Group::default();
    signals.start(tasks::cancel_on_signal(cancel.clone()));

    let writers = if args.light { Writers::Outline } else { Writers::All };
    let seed = args.seed.unwrap_or_else(|| seed_of(&sentence));
    let mut request = request(sentence, seed, args.plan.into(), &pictures, config)?;
    request.grain = args.grain;
    let opened = cancel.run_until_cancelled(providers(config, writers, &request)).await;
    let providers = Arc::new(opened.ok_or(CliError::Cancelled)?);
    work::sweep_forgotten(&config.paths.cache_dir, now());
    let folder = WorkDir::open(&config.paths.cache_dir, &work::name_of(&request, &providers))?;

    let made = make(&args, &request, &pictures, &folder, providers.clone(), cancel).await;
    let kept = args.keep_work.then(|| folder.root().to_path_buf());
    if !args.keep_work {
        folder.remove();
    }
    let (finished, files) = made?;
    let wall_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let summary = Summary::of(&request, &finished, &providers, files, kept, wall_ms)?;
    if args.json {
        println!("{}", summary.json()?);
    } else {
        print!("{}", summary.text());
    }
    if summary.qc.passed() {
        return Ok(ExitCode::SUCCESS);
    }
    Err(CliError::Render("the video was written but does not pass the quality gate".into()))
}

/// What is on this machine, and in front of it what the cloud offers where there are keys.
async fn providers(config: &Config, writers: Writers, request: &Request) -> Providers {
    let mut own = assemble::assemble(config, writers).await;
    match assemble::cloud(config, writers, &mut own.missing) {
        None => own,
        Some(cloud) => cloud.hand(&own, &cloud.local_purse(request.plan, request.mode)),
    }
}

async fn make(
    args: &Args,
    request: &Request,
    pictures: &[Prepared],
    folder: &WorkDir,
    providers: Arc<Providers>,
    cancel: CancellationToken,
) -> Result<(runner::Finished, Files), CliError> {
    let blobs = folder.blobs()?;
    for picture in pictures {
        blobs.put(&picture.bytes, picture.ext)?;
    }
    let settings = Settings {
        providers,
        blobs: blobs.clone(),
        checkpoints: folder.checkpoints()?,
        cancel: cancel.clone(),
        events: progress::sink(),
    };
    let finished = runner::run(request, &settings).await?;
    if cancel.is_cancelled() {
        return Err(CliError::Cancelled);
    }
    let files = place(args, &finished, blobs).await?;
    Ok((finished, files))
}

async fn place(args: &Args, finished: &runner::Finished, blobs: Blobs) -> Result<Files, CliError> {
    let delivery: Delivery = finished.output(Stage::Deliver)?;
    let script: crate::stages::script::Script = finished.output(Stage::Script)?;
    let video = args
        .output
        .clone()
        .unwrap_or_else(|| output::default_path(&script.title, output::is_taken));
    tasks::blocking(move || output::place(&delivery, &blobs, video)).await?
}

fn request(
    sentence: String,
    seed: u64,
    plan: Plan,
    pictures: &[Prepared],
    config: &Config,
) -> Result<Request, UserError> {
    let images: Vec<Upload> = pictures
        .iter()
        .map(|picture| Upload {
            blob: Blobs::name(&picture.bytes, picture.ext),
            width_px: picture.width_px,
            height_px: picture.height_px,
            name: picture.name.clone(),
        })
        .collect();
    let mode = mode(&sentence, plan, config);
    if mode == Mode::Studio && images.is_empty() {
        let needed = UserError::of_code("PHOTO_NEEDED");
        return Err(UserError::validation("image", needed.message));
    }
    let phrases = Phrases::default();
    Ok(Request { sentence, images, seed, plan, mode, format: None, phrases, grain: false })
}

/// As the desk infers it: what the sentence asks for, where the plan has it and there is a key for
/// it. A film that cannot be had is drawn.
fn mode(sentence: &str, plan: Plan, config: &Config) -> Mode {
    let may_have = |mode: &&Mode| {
        let keyed = match mode {
            Mode::Studio => config.cloud.heygen.is_some(),
            Mode::Cinematic => config.cloud.veo.is_some(),
            Mode::Standard | Mode::Cartoon => true,
        };
        keyed && Feature::of_mode(**mode).is_none_or(|feature| plan.has(feature))
    };
    brief::tellings(sentence).iter().find(may_have).copied().unwrap_or(Mode::Standard)
}

/// The same sentence gives the same video unless a seed says otherwise.
fn seed_of(sentence: &str) -> u64 {
    let digest = Sha256::digest(sentence.as_bytes());
    digest.iter().take(4).fold(0, |seed, byte| seed << 8 | u64::from(*byte))
}

#[expect(clippy::disallowed_methods, reason = "the command line is where the time comes from")]
fn now() -> SystemTime {
    SystemTime::now()
}
