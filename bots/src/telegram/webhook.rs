//! Updates by webhook: Telegram sends each until it is answered with 200, which happens when it has
//! been acted on. Whoever does not know the secret is told nothing.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, StatusCode},
    routing::{get, post},
};
use cutline_core::objects::Secret;
use sha2::{Digest, Sha256};
use teloxide::{payloads::SetWebhookSetters, prelude::Requester, types::Update};
use tokio::{net::TcpListener, sync::Semaphore};
use tokio_util::sync::CancellationToken;

use super::{
    config::Webhook,
    errors::{Told, told},
    turn::Receiver,
    updates::KINDS,
};
use crate::chat::ChatError;

/// An update is some kilobytes.
const BODY_BYTES_MAX: usize = 1 << 20;
/// Updates answered at once; more wait, and Telegram waits with them.
const AT_ONCE: usize = 256;
/// Connections Telegram may open (core.telegram.org/bots/api#setwebhook), its most.
const CONNECTIONS: u8 = 100;
/// The header with the secret.
const SECRET_HEADER: &str = "x-telegram-bot-api-secret-token";
/// How long answers may go on once the process is told to end.
const DRAIN: Duration = Duration::from_secs(15);

#[derive(Clone)]
struct Door {
    receiver: Receiver,
    secret: Secret,
    places: Arc<Semaphore>,
}

/// Tells Telegram where to send updates.
///
/// # Errors
/// Telegram's.
pub(super) async fn announce(receiver: &Receiver, webhook: &Webhook) -> Result<(), ChatError> {
    let bot = receiver.telegram().bot();
    let request = bot
        .set_webhook(webhook.url.clone())
        .secret_token(webhook.secret.expose())
        .allowed_updates(KINDS)
        .max_connections(CONNECTIONS);
    request.await.map(drop).map_err(|error| told(error, None)).map_err(Told::chat)
}

/// Listens until `stop`; updates under way are finished then.
///
/// # Errors
/// When the address cannot be had.
pub(super) async fn listen(
    receiver: Receiver,
    webhook: &Webhook,
    stop: CancellationToken,
) -> std::io::Result<()> {
    let listener = TcpListener::bind(webhook.address).await?;
    tracing::info!(address = %listener.local_addr()?, "waiting for updates");
    let door = Door {
        receiver,
        secret: webhook.secret.clone(),
        places: Arc::new(Semaphore::new(AT_ONCE)),
    };
    let routes = Router::new()
        .route(webhook.url.path(), post(update))
        .route("/healthz", get(async || "ok"))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(door);
    let stopped = stop.clone();
    let serving = axum::serve(listener, routes)
        .with_graceful_shutdown(async move { stopped.cancelled().await });
    tokio::select! {
        served = serving.into_future() => served,
        () = async { stop.cancelled().await; tokio::time::sleep(DRAIN).await } => Ok(()),
    }
}

async fn update(State(door): State<Door>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let shown = headers.get(SECRET_HEADER).map(|value| value.as_bytes()).unwrap_or_default();
    // Hashes are compared, so that the time it takes says nothing about the secret.
    if Sha256::digest(shown) != Sha256::digest(door.secret.expose()) {
        tracing::warn!("an update without the secret");
        return StatusCode::UNAUTHORIZED;
    }
    let update: Update = match serde_json::from_slice(&body) {
        Ok(update) => update,
        Err(error) => {
            // Sent again it would be no better.
            tracing::error!(%error, "an update that cannot be read; dropped");
            return StatusCode::OK;
        }
    };
    let Ok(_place) = door.places.acquire().await else { return StatusCode::SERVICE_UNAVAILABLE };
    door.receiver.receive(update).await;
    StatusCode::OK
}
