//! The command line of `cutline-bots`. Results go to standard output, everything else to standard
//! error.

use std::{io::IsTerminal, path::PathBuf, process::ExitCode, sync::Arc};

use clap::{Parser, Subcommand};
use cutline_core::{
    clock::SystemClock,
    config::{self as shared, DatabaseConfig, DeskConfig},
    objects::Objects,
    queue::{self, Pace, Queue},
    store::{self, Store},
    telemetry,
    words::Tongue,
};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

use crate::{
    command,
    config::{self, FrontConfig, TerminalConfig, environment},
    console::{
        self, card,
        exit::{self, ConsoleError, EXIT_CODES},
        once::{self, Wanted},
        pictures::Files,
        screen::Screen,
    },
    discord::{self, DiscordConfig},
    front::Front,
    gateway::{self, GatewayConfig},
    tasks,
    telegram::{self, TelegramConfig},
};

/// The front ends of Cutline: one sentence in, one finished vertical video out.
#[derive(Debug, Parser)]
#[command(name = "cutline-bots", version, about, after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Sub,
}

#[derive(Debug, Subcommand)]
enum Sub {
    /// Chat in this terminal; with --once, make one video and end.
    Console(ConsoleArgs),
    /// Serve watch links, and hear of payments.
    Gateway,
    /// Be a bot on Discord (CUTLINE_DISCORD_TOKEN; see docs/discord.md).
    Discord,
    /// Be a bot on Telegram (CUTLINE_TELEGRAM_TOKEN; see docs/telegram.md).
    Telegram,
    /// Carry messages from the database to the broker, and nothing else.
    Relay,
    /// Bring the database up to date (as its owner, CUTLINE_DATABASE_OWNER_URL).
    Migrate {
        /// Put the lifecycle and CORS rules on the bucket too.
        #[arg(long)]
        bucket: bool,
    },
    /// What operators can do in the chat, for scripts: `admin queues`.
    Admin {
        /// The words that follow /admin in the chat.
        #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
        words: Vec<String>,
    },
}

#[derive(Debug, clap::Args)]
struct ConsoleArgs {
    /// Make a video of this sentence, wait for it, and end.
    #[arg(long, value_name = "SENTENCE")]
    once: Option<String>,
    /// Say this as if it were typed, show the answer, and end; may be given many times.
    #[arg(long, value_name = "LINE", conflicts_with = "once")]
    say: Vec<String>,
    /// A picture of your own to use; may be given up to 12 times.
    #[arg(long = "image", value_name = "FILE", requires = "once")]
    images: Vec<String>,
    /// Where to save the video; poster, contact sheet, captions and script go beside it.
    #[arg(short, long, value_name = "FILE", requires = "once")]
    output: Option<PathBuf>,
    /// Another number gives another take. [default: from the sentence]
    #[arg(long, requires = "once")]
    seed: Option<u64>,
    /// Print the result as JSON.
    #[arg(long, requires = "once")]
    json: bool,
    /// The same key gives the same video, however often this is run. [default: a new one]
    #[arg(long, requires = "once")]
    key: Option<String>,
    /// Ask for the video and end at once.
    #[arg(long, requires = "once", conflicts_with = "output")]
    detach: bool,
}

/// Threads for files on disk and previews. tokio's 512 would each read a video at once.
const BLOCKING_THREADS_MAX: usize = 16;

/// Parses the arguments, runs the subcommand, and says how it ended.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    start_logging(&cli.command);
    let as_json = matches!(&cli.command, Sub::Console(args) if args.json);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(BLOCKING_THREADS_MAX)
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            let error = ConsoleError::Environment(format!("starting threads: {error}"));
            return exit::report(&error, as_json);
        }
    };
    let outcome = runtime.block_on(run(cli.command));
    // A prompt that still waits for a line is not waited for.
    runtime.shutdown_background();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => exit::report(&error, as_json),
    }
}

/// A chat is no place for log lines unless they are asked for; a service is.
fn start_logging(command: &Sub) {
    if matches!(command, Sub::Gateway | Sub::Relay | Sub::Discord | Sub::Telegram) {
        let format = telemetry::Format::chosen(environment, std::io::stderr().is_terminal());
        telemetry::start(format);
    } else {
        let asked = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("off"));
        tracing_subscriber::fmt().with_writer(std::io::stderr).with_env_filter(asked).init();
    }
}

fn unusable(error: impl std::fmt::Display) -> ConsoleError {
    ConsoleError::Environment(error.to_string())
}

async fn run(command: Sub) -> Result<(), ConsoleError> {
    match command {
        Sub::Console(args) => console(args).await,
        Sub::Gateway => gateway().await,
        Sub::Discord => discord().await,
        Sub::Relay => relay().await,
        Sub::Telegram => telegram().await,
        Sub::Migrate { bucket } => migrate(bucket).await,
        Sub::Admin { words } => admin(words).await,
    }
}

async fn front(name: &'static str) -> Result<Front, ConsoleError> {
    let config = FrontConfig::from_lookup(&environment, name).map_err(unusable)?;
    Front::open(&config, name).await.map_err(unusable)
}

async fn console(args: ConsoleArgs) -> Result<(), ConsoleError> {
    let terminal = TerminalConfig::from_lookup(&environment);
    let front = front("cutline-console").await?;
    let Some(sentence) = args.once else {
        return console::chat(front, &terminal, args.say).await;
    };
    let actor = console::actor(&front, &terminal)?;
    let wanted = Wanted {
        sentence,
        images: args.images,
        seed: args.seed,
        output: args.output,
        json: args.json,
        key: args.key,
        detach: args.detach,
    };
    let files = Files { home: terminal.home };
    once::run(&front, &actor, &files, Screen::errors(terminal.colours), &wanted).await
}

async fn gateway() -> Result<(), ConsoleError> {
    let config = GatewayConfig::from_lookup(environment).map_err(unusable)?;
    let database = DatabaseConfig::from_lookup(&environment, "cutline-gateway");
    let store = Store::connect(&database.map_err(unusable)?).map_err(unusable)?;
    let objects = config::objects(&environment).map_err(unusable)?;
    let objects = Objects::open(&objects).await.map_err(unusable)?;
    let (stop, _signals) = until_signal();
    let store = Arc::new(store);
    let served =
        gateway::serve(&config, store.clone(), store, objects, Arc::new(SystemClock), stop);
    served.await.map_err(|error| {
        ConsoleError::Environment(format!("listening on {}: {error}", config.address))
    })
}

async fn telegram() -> Result<(), ConsoleError> {
    let config = TelegramConfig::from_lookup(&environment).map_err(unusable)?;
    let front = front("cutline-telegram").await?;
    let (stop, _signals) = until_signal();
    telegram::run(front, &config, stop).await.map_err(unusable)
}

async fn discord() -> Result<(), ConsoleError> {
    let config = DiscordConfig::from_lookup(&environment).map_err(unusable)?;
    let shared = FrontConfig::from_lookup(&environment, "cutline-discord").map_err(unusable)?;
    let front = Front::open(&shared, "cutline-discord").await.map_err(unusable)?;
    let (stop, _signals) = until_signal();
    let home = shared.desk.public_url.as_deref();
    discord::run(&config, front, home, stop).await.map_err(unusable)
}

async fn relay() -> Result<(), ConsoleError> {
    let database = DatabaseConfig::from_lookup(&environment, "cutline-relay").map_err(unusable)?;
    let store = Store::connect(&database).map_err(unusable)?;
    let amqp_url = shared::amqp_url(&environment).map_err(unusable)?;
    let queue = Queue::new(&amqp_url, "cutline-relay").map_err(unusable)?;
    let (stop, _signals) = until_signal();
    queue::relay(&store, &queue, Pace::Prompt, &stop).await;
    Ok(())
}

/// Fires on Ctrl-C or SIGTERM, as long as the group is kept.
fn until_signal() -> (CancellationToken, tasks::Group<()>) {
    let stop = CancellationToken::new();
    let mut signals = tasks::Group::default();
    signals.start(tasks::cancel_on_signal(stop.clone()));
    (stop, signals)
}

async fn migrate(bucket: bool) -> Result<(), ConsoleError> {
    let url = shared::owner_url(&environment).map_err(unusable)?;
    match store::migrate(&url).await.map_err(unusable)? {
        0 => eprintln!("The database is up to date."),
        1 => eprintln!("One migration applied."),
        many => eprintln!("{many} migrations applied."),
    }
    if !bucket {
        return Ok(());
    }
    let objects = config::objects(&environment).map_err(unusable)?;
    let objects = Objects::open(&objects).await.map_err(unusable)?;
    let desk = DeskConfig::from_lookup(&environment).map_err(unusable)?;
    let origins: Vec<String> = desk.public_url.into_iter().collect();
    match objects.apply_rules(&origins).await.map_err(unusable)? {
        Some(rules) => eprintln!("The bucket's rules are in place: {rules:?}"),
        None => eprintln!("Objects are files on disk, which need no rules: workers sweep them."),
    }
    Ok(())
}

async fn admin(words: Vec<String>) -> Result<(), ConsoleError> {
    let terminal = TerminalConfig::from_lookup(&environment);
    let tongue = Tongue::of(terminal.locale.as_deref());
    let command = command::parse_admin(tongue, words)?;
    let front = front("cutline-admin").await?;
    let actor = console::actor(&front, &terminal)?;
    // An operator is an account like any other, and begins to be one by looking in.
    if let Err(error) = front.desk.status(&actor, None).await {
        tracing::debug!(%error, "the operator could not look in first");
    }
    // Typed once, so a key of its own.
    let key = uuid::Uuid::now_v7().to_string();
    let answer = crate::admin::answer(&front.desk, &actor, command, &key).await?;
    let look = Screen::output(terminal.colours).look();
    println!("{}", card::lines(&answer, look).join("\n"));
    Ok(())
}
