//! The operator port: is the worker alive, is it ready, what does it measure, and any stage by
//! itself. For operators and their tools, never for the public.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use metrics_exporter_prometheus::PrometheusHandle;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;

use crate::{context::StageError, worker::Shared, worker::ending};

/// Longest input of a stage.
const BODY_BYTES_MAX: usize = 16 * 1024 * 1024;

/// What the port stands on.
#[derive(Clone)]
pub struct Ops {
    /// The worker.
    pub shared: Arc<Shared>,
    /// `CUTLINE_OPS_TOKEN`; without one no stage can be run.
    pub token: Option<Arc<str>>,
    /// Renders the metrics.
    pub metrics: PrometheusHandle,
}

/// The port could not be opened or broke down.
#[derive(Debug, thiserror::Error)]
#[error("operator port {address}: {source}")]
pub struct OpsError {
    /// Which.
    pub address: SocketAddr,
    /// Why.
    #[source]
    pub source: std::io::Error,
}

/// Opens the port; the address says which one where the setting said 0.
///
/// # Errors
/// [`OpsError`].
pub async fn bind(address: SocketAddr) -> Result<tokio::net::TcpListener, OpsError> {
    let bound = tokio::net::TcpListener::bind(address).await;
    bound.map_err(|source| OpsError { address, source })
}

/// Serves until `stop`.
///
/// # Errors
/// When the socket breaks down.
pub async fn serve(
    listener: tokio::net::TcpListener,
    ops: Ops,
    stop: CancellationToken,
) -> std::io::Result<()> {
    let router = Router::new()
        .route("/healthz", get(async || "alive\n"))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics_text))
        .route("/stages/{name}", post(stage))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(ops);
    axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned()).await
}

/// Ready only when a job that came now would be worked on at once.
async fn readyz(State(ops): State<Ops>) -> Response {
    let shared = &ops.shared;
    let (broker, database) = tokio::join!(shared.queue.is_ready(), shared.store.check());
    let mut lacking = Vec::new();
    if let Some(why) = shared.cold() {
        lacking.push(format!("not warm: {why}"));
    }
    if !broker {
        lacking.push("the broker does not answer".to_owned());
    }
    if let Err(error) = database {
        tracing::debug!(%error, "not ready");
        lacking.push("the database does not answer".to_owned());
    }
    if let Err(error) = shared.objects.check().await {
        tracing::debug!(%error, "not ready");
        lacking.push("the object store does not answer".to_owned());
    }
    if shared.draining.is_cancelled() {
        lacking.push("draining".to_owned());
    }
    let status = if lacking.is_empty() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(json!({"ready": lacking.is_empty(), "lacking": lacking}))).into_response()
}

async fn metrics_text(State(ops): State<Ops>) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], ops.metrics.render()).into_response()
}

/// One stage from JSON to JSON.
async fn stage(
    State(ops): State<Ops>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some(token) = &ops.token else {
        return refusal(StatusCode::FORBIDDEN, "NO_TOKEN", "CUTLINE_OPS_TOKEN is not set.");
    };
    let shown = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .unwrap_or_default();
    if !same(shown, token) {
        return refusal(StatusCode::UNAUTHORIZED, "WRONG_TOKEN", "The token is not the one set.");
    }
    let input: Value = match serde_json::from_slice(&body) {
        Ok(input) => input,
        Err(error) => {
            let message = format!("The body is not JSON: {error}.");
            return refusal(StatusCode::BAD_REQUEST, "VALIDATION_FAILED", &message);
        }
    };
    // Ends the stage when the caller hangs up: axum drops this future then.
    let cancel = CancellationToken::new();
    let _hung_up = cancel.clone().drop_guard();
    match ops.shared.pipeline.stage(&name, input, cancel).await {
        Ok(output) => Json(output).into_response(),
        Err(StageError::User(error)) => {
            (StatusCode::UNPROCESSABLE_ENTITY, Json(json!(error))).into_response()
        }
        Err(error) => {
            let detail = ending::chain(&error);
            tracing::warn!(stage = name, detail, "a stage failed on the operator port");
            refusal(StatusCode::INTERNAL_SERVER_ERROR, "STAGE_FAILED", &detail)
        }
    }
}

fn refusal(status: StatusCode, code: &str, message: &str) -> Response {
    (status, Json(json!({"code": code, "message": message}))).into_response()
}

/// Compares in a time that tells nothing about where two tokens differ: their hashes have one
/// length, and every byte of them is looked at.
fn same(shown: &str, wanted: &str) -> bool {
    let (shown, wanted) = (Sha256::digest(shown), Sha256::digest(wanted));
    let difference = shown.iter().zip(wanted.iter()).fold(0, |sum, (a, b)| sum | (a ^ b));
    std::hint::black_box(difference) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_very_token_is_the_token() {
        assert!(same("0123456789abcdef", "0123456789abcdef"));
        for wrong in ["", "0123456789abcde", "0123456789abcdef0", "0123456789abcdeF"] {
            assert!(!same(wrong, "0123456789abcdef"), "{wrong}");
        }
    }
}
