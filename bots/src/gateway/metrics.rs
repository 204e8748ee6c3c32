//! What the gateway counts, and how it is read.

use std::{sync::OnceLock, time::Instant};

use axum::{
    extract::Request,
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};

static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();

/// Answers within these many seconds are told apart.
const BUCKETS_S: [f64; 8] = [0.001, 0.005, 0.02, 0.05, 0.1, 0.5, 1.0, 5.0];

/// Starts counting, once a process.
///
/// # Errors
/// When something else counts already.
pub(super) fn start() -> Result<(), BuildError> {
    if HANDLE.get().is_some() {
        return Ok(());
    }
    match PrometheusBuilder::new().set_buckets(&BUCKETS_S)?.install_recorder() {
        Ok(handle) => {
            metrics::describe_counter!(
                "cutline_gateway_requests_total",
                "Answers, by route and status"
            );
            metrics::describe_counter!(
                "cutline_gateway_stripe_events_total",
                "Events of Stripe's, by what came of them"
            );
            metrics::describe_histogram!(
                "cutline_gateway_answer_seconds",
                "Time until an answer begins"
            );
            HANDLE.get_or_init(|| handle);
            Ok(())
        }
        // Another gateway of this process was quicker.
        Err(_) if HANDLE.get().is_some() => Ok(()),
        Err(error) => Err(error),
    }
}

/// The counts in Prometheus' text format.
pub(super) fn render() -> Response {
    match HANDLE.get() {
        Some(handle) => {
            handle.run_upkeep();
            let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
            (kind, handle.render()).into_response()
        }
        None => (StatusCode::SERVICE_UNAVAILABLE, "nothing is counted\n").into_response(),
    }
}

/// Counts and logs a request. The log names no link: whoever reads logs should not be handed
/// videos.
pub(super) async fn measure(request: Request, next: Next) -> Response {
    let route = route_of(request.uri().path());
    let method = request.method().clone();
    let begun = Instant::now();
    let response = next.run(request).await;
    let (status, took) = (response.status(), begun.elapsed());
    metrics::counter!(
        "cutline_gateway_requests_total",
        "route" => route,
        "status" => status.as_str().to_owned()
    )
    .increment(1);
    metrics::histogram!("cutline_gateway_answer_seconds", "route" => route).record(took);
    tracing::info!(%method, route, status = status.as_u16(), took_ms = took.as_millis(), "answered");
    response
}

/// A bounded set of names for paths.
fn route_of(path: &str) -> &'static str {
    match path {
        "/healthz" => "/healthz",
        "/readyz" => "/readyz",
        "/metrics" => "/metrics",
        "/oembed" => "/oembed",
        "/webhooks/stripe" => "/webhooks/stripe",
        _ => match path.strip_prefix("/v/").and_then(|rest| rest.split_once('/')) {
            Some((_, "video.mp4")) => "/v/video.mp4",
            Some((_, "chat.mp4")) => "/v/chat.mp4",
            Some((_, "poster.png")) => "/v/poster.png",
            Some((_, "captions.vtt")) => "/v/captions.vtt",
            Some((_, "captions.srt")) => "/v/captions.srt",
            None if path.starts_with("/v/") => "/v",
            _ => "other",
        },
    }
}
