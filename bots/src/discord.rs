//! The Discord bot: slash commands, buttons and one message command in, the desk's cards out. A
//! thin adapter: what is asked becomes a [`crate::command::Command`], what is answered is the
//! conversation's, and how a job's card lives on is [`crate::chat`]'s.
//!
//! The gateway is serenity's, without any intent: interactions need none. Commands are poise's.
//! Every message goes through [`rest`], which keeps Discord's limits.

mod address;
mod asked;
mod attachments;
mod bot;
mod buttons;
mod chat;
mod commands;
mod config;
mod look;
mod payload;
mod presses;
mod rest;
mod suggestions;
mod text;
mod turn;
mod unanswered;

use std::{convert::Infallible, future::Future, pin::Pin, sync::Arc, time::Duration};

use cutline_core::clock::SystemClock;
use serde_json::Value;
use serenity::{
    all::{FullEvent, GatewayIntents, Interaction},
    gateway::{GatewayError, ShardManager},
    http::{HttpBuilder, StatusCode},
};
use tokio_util::sync::CancellationToken;

pub use self::config::{DiscordConfig, DiscordConfigError, Shards, VARIABLES};
use self::{
    asked::Asked,
    bot::Bot,
    chat::DiscordChat,
    rest::{Id, Rest, RestError, Route},
};
use crate::{
    chat::{board::Board, follower},
    front::Front,
    tasks::Group,
};

/// Longest pause between two tries to reach Discord at the start.
const START_PAUSE_MAX: Duration = Duration::from_secs(60);
/// Patience with limits at the start.
const START_PATIENCE: Duration = Duration::from_secs(30);
/// Said to be our home where no public address is set (`.invalid` is reserved for that, RFC 2606).
const NO_HOME: &str = "https://cutline.invalid";

/// Why the bot cannot go on. Everything that may pass is waited for instead.
#[derive(Debug, thiserror::Error)]
pub enum DiscordError {
    /// TLS cannot be set up.
    #[error("the HTTP client: {0}")]
    Client(String),
    /// Discord does not know the token.
    #[error(
        "Discord does not know CUTLINE_DISCORD_TOKEN; docs/discord.md says how to get a new one"
    )]
    Token,
    /// Discord does not take our commands: a defect of ours.
    #[error("Discord refuses the commands: {0}")]
    Commands(String),
    /// The gateway refuses for good.
    #[error("Discord's gateway: {0}")]
    Gateway(String),
}

/// Serves until `stop`, then finishes what it has in hand.
///
/// # Errors
/// [`DiscordError`].
pub async fn run(
    config: &DiscordConfig,
    front: Front,
    home: Option<&str>,
    stop: CancellationToken,
) -> Result<(), DiscordError> {
    let rest = Rest::new(&config.api, config.token.clone(), home.unwrap_or(NO_HOME));
    let rest = Arc::new(rest.map_err(|error| DiscordError::Client(error.to_string()))?);
    let starting = async {
        let application = application(&rest).await?;
        register(&rest, application).await?;
        Ok::<Id, DiscordError>(application)
    };
    let application = tokio::select! {
        started = starting => started?,
        () = stop.cancelled() => return Ok(()),
    };
    let chat = DiscordChat { rest: Arc::clone(&rest), application, clock: Arc::new(SystemClock) };
    let board = Board::new(front.clone(), Arc::new(chat));
    let (bot, answered) = Bot::new(front, board.clone(), Arc::clone(&rest), application);
    let bot = Arc::new(bot);
    let (ending, answers_ending) = (stop.child_token(), CancellationToken::new());
    let mut following = Group::default();
    following.start(follower::follow(board, ending.clone()));
    following.start(unanswered::watch(Arc::clone(&bot), answered, answers_ending.clone()));
    let served = serve(config, &bot, &stop).await;
    bot.finish().await;
    ending.cancel();
    answers_ending.cancel();
    while following.next().await.is_some() {}
    served
}

/// Holds the gateway until it ends for good or `stop` fires.
async fn serve(
    config: &DiscordConfig,
    bot: &Arc<Bot>,
    stop: &CancellationToken,
) -> Result<(), DiscordError> {
    let mut pause = Duration::from_secs(1);
    loop {
        let error = match session(config, bot, stop).await {
            Ok(()) => return Ok(()),
            Err(serenity::Error::Http(error))
                if error.status_code() == Some(StatusCode::UNAUTHORIZED) =>
            {
                return Err(DiscordError::Token);
            }
            Err(serenity::Error::Http(error)) => error,
            Err(error) => return Err(gateway_error(&error)),
        };
        tracing::warn!(%error, wait_ms = pause.as_millis(), "where the gateway is was not told");
        tokio::select! {
            () = tokio::time::sleep(pause) => pause = (pause * 2).min(START_PAUSE_MAX),
            () = stop.cancelled() => return Ok(()),
        }
    }
}

/// One client of the gateway. It reconnects and resumes by itself; what it gives up at is told.
async fn session(
    config: &DiscordConfig,
    bot: &Arc<Bot>,
    stop: &CancellationToken,
) -> Result<(), serenity::Error> {
    let http = HttpBuilder::new(config.token.expose())
        .application_id(serenity::all::ApplicationId::new(bot.application))
        // Another address takes effect only without serenity's limits; what is left to this client
        // (the gateway's address, suggestions) needs none.
        .ratelimiter_disabled(true)
        .proxy(&config.api)
        .build();
    let connecting = serenity::client::ClientBuilder::new_with_http(http, GatewayIntents::empty())
        .framework(framework(Arc::clone(bot)));
    let mut client = connecting.await?;
    let shards: Arc<ShardManager> = Arc::clone(&client.shard_manager);
    tracing::info!(application = bot.application, "serving Discord");
    let running = async {
        match config.shards {
            Shards::Auto => client.start_autosharded().await,
            // serenity's range includes its end.
            Shards::Range { first, last, total } => {
                client.start_shard_range(first..last, total).await
            }
        }
    };
    tokio::select! {
        ended = running => ended,
        () = bot.rest.locked_out().cancelled() => {
            shards.shutdown_all().await;
            Err(serenity::Error::Gateway(GatewayError::InvalidAuthentication))
        }
        () = stop.cancelled() => {
            shards.shutdown_all().await;
            Ok(())
        }
    }
}

fn gateway_error(error: &serenity::Error) -> DiscordError {
    match error {
        serenity::Error::Gateway(
            GatewayError::InvalidAuthentication | GatewayError::NoAuthentication,
        ) => DiscordError::Token,
        other => DiscordError::Gateway(other.to_string()),
    }
}

fn framework(bot: Arc<Bot>) -> poise::Framework<Arc<Bot>, Infallible> {
    let options = poise::FrameworkOptions {
        commands: commands::all(),
        on_error: |error| Box::pin(failed(error)),
        event_handler: |framework, event| Box::pin(heard(framework.user_data, event)),
        // Operators are listed by user id in CUTLINE_OPERATORS.
        initialize_owners: false,
        skip_checks_for_owners: false,
        // No command has a cooldown of poise's: the desk counts. Its books would only grow, by
        // person, channel and guild.
        manual_cooldowns: true,
        ..Default::default()
    };
    poise::Framework::builder()
        .options(options)
        .setup(move |_, ready, _| {
            tracing::info!(shard = ?ready.shard, guilds = ready.guilds.len(), "connected");
            Box::pin(async move { Ok(bot) })
        })
        .build()
}

/// What is no command: pressed buttons.
async fn heard(bot: &Arc<Bot>, event: &FullEvent) -> Result<(), Infallible> {
    match event {
        FullEvent::InteractionCreate { interaction: Interaction::Component(pressed) } => {
            bot.press(pressed).await;
        }
        FullEvent::Resume { .. } => tracing::info!("the gateway's session was resumed"),
        FullEvent::Ready { data_about_bot } => {
            tracing::info!(shard = ?data_about_bot.shard, "the gateway is ready");
        }
        _ => {}
    }
    Ok(())
}

type Broken<'a> = poise::FrameworkError<'a, Arc<Bot>, Infallible>;

/// What poise could not do: the person is told, the log's reader learns why.
fn failed(error: Broken<'_>) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
    Box::pin(async move {
        let (bot, interaction) = match &error {
            poise::FrameworkError::CommandPanic { ctx, .. } => match ctx {
                poise::Context::Application(ctx) => (ctx.framework.user_data, ctx.interaction),
                poise::Context::Prefix(_) => return,
            },
            poise::FrameworkError::ArgumentParse { ctx, .. } => match ctx {
                poise::Context::Application(ctx) => (ctx.framework.user_data, ctx.interaction),
                poise::Context::Prefix(_) => return,
            },
            poise::FrameworkError::CommandStructureMismatch { ctx, .. } => {
                (ctx.framework.user_data, ctx.interaction)
            }
            poise::FrameworkError::UnknownInteraction { framework, interaction, .. } => {
                (framework.user_data, *interaction)
            }
            other => return tracing::error!(error = %other, "poise"),
        };
        tracing::error!(%error, command = interaction.data.name, "a command was not answered");
        let asked = Asked::from(interaction);
        bot.apologise(&asked).await;
    })
}

/// Who we are. Asks until Discord says: a bot that starts before its network is no failure.
async fn application(rest: &Rest) -> Result<Id, DiscordError> {
    let answer = insist(rest, &Route::Application, &Value::Null).await.map_err(|error| {
        tracing::debug!(%error, "asking who we are");
        DiscordError::Token
    })?;
    let id = answer["id"].as_str().and_then(|id| id.parse().ok()).filter(|id| *id > 0);
    id.ok_or_else(|| DiscordError::Gateway("an application without an id".into()))
}

/// Tells Discord which commands there are, everywhere. What is the same stays the same.
async fn register(rest: &Rest, application: Id) -> Result<(), DiscordError> {
    let commands = commands::registration();
    let commands = commands.map_err(|error| DiscordError::Commands(error.to_string()))?;
    let count = commands.as_array().map_or(0, Vec::len);
    match insist(rest, &Route::Commands(application), &commands).await {
        Ok(_) => {
            tracing::info!(count, "commands are registered");
            Ok(())
        }
        Err(RestError::Refused { status: 401, .. }) => Err(DiscordError::Token),
        Err(error) => Err(DiscordError::Commands(error.to_string())),
    }
}

/// Asks until there is an answer or a refusal.
async fn insist(rest: &Rest, route: &Route, body: &Value) -> Result<Value, RestError> {
    let mut pause = Duration::from_secs(1);
    loop {
        match rest.send(route, body, START_PATIENCE).await {
            Err(error @ (RestError::Lost(_) | RestError::Wait(_))) => {
                let wait = match error {
                    RestError::Wait(wait) => wait.max(pause),
                    _ => pause,
                };
                tracing::warn!(%error, wait_ms = wait.as_millis(), "Discord is not reached yet");
                tokio::time::sleep(wait).await;
                pause = (pause * 2).min(START_PAUSE_MAX);
            }
            answer => return answer,
        }
    }
}
