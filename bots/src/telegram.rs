//! The Telegram bot: a message is a request, the answer is a message that is kept up to date and
//! becomes the video. Nothing outside this folder knows a type of Telegram's, and nothing in it
//! knows a rule: what may be had is the desk's, what is shown again after a crash is
//! [`crate::chat`]'s.

mod api;
mod button;
mod config;
mod draw;
mod errors;
mod files;
mod menu;
mod place;
mod turn;
mod understood;
mod updates;
mod webhook;

use std::{sync::Arc, time::Duration};

use teloxide::{payloads::DeleteWebhookSetters, prelude::Requester, types::Me};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub use config::{TelegramConfig, TelegramConfigError, VARIABLES, Webhook};

use self::{
    api::Telegram,
    errors::{Told, told},
    turn::Receiver,
};
use crate::{
    chat::{ChatError, board::Board, follower},
    front::Front,
    tasks::Group,
};

/// Pause before a call at the start is tried again: from, up to.
const START_AGAIN: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(30)];

/// The bot cannot run.
#[derive(Debug, thiserror::Error)]
pub enum TelegramError {
    /// An HTTP client cannot be made.
    #[error("{0}")]
    Client(String),
    /// Telegram does not know the token.
    #[error("Telegram refuses the token: is CUTLINE_TELEGRAM_TOKEN the one BotFather gave?")]
    Token,
    /// The webhook's address cannot be had.
    #[error("listening for updates: {0}")]
    Listen(#[from] std::io::Error),
}

/// Runs the bot until `stop`. Telegram, the database and the broker may be away at the start or
/// later: it waits for them.
///
/// # Errors
/// [`TelegramError`].
pub async fn run(
    front: Front,
    config: &TelegramConfig,
    stop: CancellationToken,
) -> Result<(), TelegramError> {
    let telegram = Telegram::new(config).map_err(TelegramError::Client)?;
    let Some(me) = introduced(&telegram, &stop).await? else { return Ok(()) };
    tracing::info!(bot = me.user.id.0, username = me.username(), "the bot is up");
    let queue = front.queue.clone();
    let board = Board::new(front, Arc::new(telegram.clone()));
    let receiver = Receiver::new(telegram, board.clone(), me.user.id.0, me.username());
    let mut beside = Group::default();
    beside.start(follower::follow(board, stop.clone()));
    beside.start(greet(receiver.clone(), config.webhook.clone(), stop.clone()));
    match &config.webhook {
        Some(webhook) => webhook::listen(receiver, webhook, stop.clone()).await?,
        None => updates::poll(receiver, Uuid::now_v7(), stop.clone()).await,
    }
    while let Some(ended) = beside.next().await {
        if let Err(error) = ended {
            tracing::error!(%error, "a part of the bot");
        }
    }
    // What was acknowledged last is on its way out.
    queue.close().await;
    Ok(())
}

/// Who we are; `None` when stopped before Telegram said so.
async fn introduced(
    telegram: &Telegram,
    stop: &CancellationToken,
) -> Result<Option<Me>, TelegramError> {
    let mut pause = START_AGAIN[0];
    loop {
        let asked = async { telegram.bot().get_me().await };
        let answer = tokio::select! {
            () = stop.cancelled() => return Ok(None),
            answer = asked => answer,
        };
        let error = match answer {
            Ok(me) => return Ok(Some(me)),
            Err(teloxide::RequestError::Api(teloxide::ApiError::InvalidToken)) => {
                return Err(TelegramError::Token);
            }
            Err(error) => told(error, None),
        };
        tracing::warn!(?error, "Telegram does not answer yet");
        tokio::select! {
            () = stop.cancelled() => return Ok(None),
            () = tokio::time::sleep(waiting(&error, pause)) => {}
        }
        pause = (pause * 2).min(START_AGAIN[1]);
    }
}

/// Sets the menu, and how updates come, as soon as Telegram lets us.
async fn greet(receiver: Receiver, webhook: Option<Webhook>, stop: CancellationToken) {
    let mut pause = START_AGAIN[0];
    loop {
        let greeted = async {
            match &webhook {
                Some(webhook) => webhook::announce(&receiver, webhook).await?,
                None => {
                    // While one is set, polls are refused.
                    let request = receiver.telegram().bot().delete_webhook();
                    let request = request.drop_pending_updates(false);
                    request.await.map_err(|error| told(error, None)).map_err(Told::chat)?;
                }
            }
            menu::set(receiver.telegram()).await
        };
        let error: ChatError = tokio::select! {
            () = stop.cancelled() => return,
            done = greeted => match done {
                Ok(()) => return,
                Err(error) => error,
            },
        };
        tracing::warn!(%error, "the menu is not set yet");
        if matches!(error, ChatError::Refused(_)) {
            return;
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(waiting(&Told::Chat(error), pause)) => {}
        }
        pause = (pause * 2).min(START_AGAIN[1]);
    }
}

fn waiting(error: &Told, pause: Duration) -> Duration {
    match error {
        Told::Chat(ChatError::RetryAfter(wait)) => *wait,
        _ => pause,
    }
}
