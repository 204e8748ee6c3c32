//! The watch link: `/v/{short}` and the files behind it, and what Stripe tells of payments, over
//! plain HTTP/1.1 (TLS ends in front).
//!
//! A thin adapter: which video a short link means is [`Videos`]' answer, where its files are is the
//! object store's. Files on disk are served from here with ranges; a bucket's video is a redirect
//! to a presigned address, its small files (poster, captions) pass through, so that the page needs
//! no permission from the bucket to show them.

mod answer;
mod config;
mod files;
mod headers;
mod html;
mod metrics;
mod page;
pub mod range;
mod serve;
mod stripe;
mod videos;

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{Path, Query, State},
    http::{HeaderMap, Method, StatusCode, header},
    middleware,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use cutline_core::{
    clock::Clock,
    objects::{ObjectKey, Objects},
};

use self::{answer::Problem, page::Site};
pub use self::{
    config::{GatewayConfig, GatewayConfigError, VARIABLES},
    serve::{Gateway, serve},
    stripe::Payments,
    videos::{Credit, Videos, VideosError, WatchVideo, Watched},
};

/// Longest wait for the database or the object store before a request is told to come back.
const LOOKUP_TIMEOUT: Duration = Duration::from_secs(5);
/// Short links have letters, digits, `-` and `_`; anything else is not looked up.
const SHORT_LENGTHS: std::ops::RangeInclusive<usize> = 4..=64;

/// What every handler works with.
#[derive(Clone)]
struct Shared {
    videos: Arc<dyn Videos>,
    objects: Objects,
    clock: Arc<dyn Clock>,
    site: Arc<Site>,
    config: Arc<GatewayConfig>,
}

/// The routes, with the headers that every answer carries.
fn router(
    config: &GatewayConfig,
    videos: Arc<dyn Videos>,
    payments: Arc<dyn Payments>,
    objects: Objects,
    clock: Arc<dyn Clock>,
) -> Router {
    let till = stripe::Till {
        payments,
        clock: Arc::clone(&clock),
        secrets: config.stripe_secrets.clone().into(),
    };
    let site = Arc::new(Site::new(&config.public_url));
    let security = headers::Security::new(objects.public_origin().as_deref());
    let shared = Shared { videos, objects, clock, site, config: Arc::new(config.clone()) };
    let till = if till.secrets.is_empty() {
        Router::new()
    } else {
        let webhook = post(stripe::webhook).fallback(stripe::other_method).with_state(till);
        Router::new().route("/webhooks/stripe", webhook)
    };
    Router::new()
        .route("/v/{short}", get(watch))
        .route("/v/{short}/video.mp4", get(video))
        .route("/v/{short}/chat.mp4", get(chat))
        .route("/v/{short}/poster.png", get(poster))
        .route("/v/{short}/captions.vtt", get(captions_vtt))
        .route("/v/{short}/captions.srt", get(captions_srt))
        .route("/oembed", get(oembed))
        .route("/robots.txt", get(|| async { ROBOTS }))
        .route("/healthz", get(|| async { "alive\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics_text))
        .fallback(|| async { Problem::NoSuchPage })
        .method_not_allowed_fallback(|| async { Problem::WrongMethod })
        .with_state(shared)
        .merge(till)
        .layer(middleware::from_fn(metrics::measure))
        .layer(middleware::from_fn_with_state(Arc::new(security), headers::add))
}

/// Links are secrets that people share: no search engine is to list them. Chats may still look.
const ROBOTS: &str = "User-agent: *\nDisallow:\n";

impl Shared {
    /// The video behind a short link.
    async fn find(&self, short: &str) -> Result<WatchVideo, Problem> {
        let plausible = SHORT_LENGTHS.contains(&short.len())
            && short.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        if !plausible {
            return Err(Problem::Unknown);
        }
        let now = self.clock.now();
        let found = tokio::time::timeout(LOOKUP_TIMEOUT, self.videos.video(short, now)).await;
        match found {
            Ok(Ok(Watched::Video(video))) if video.expires_at > now => Ok(*video),
            Ok(Ok(Watched::Video(_) | Watched::Expired)) => Err(Problem::Expired),
            Ok(Ok(Watched::Unknown)) => Err(Problem::Unknown),
            Ok(Err(error)) => {
                tracing::error!(error = %error, "a watch link could not be looked up");
                Err(Problem::Away)
            }
            Err(_) => {
                tracing::error!("looking up a watch link took longer than {LOOKUP_TIMEOUT:?}");
                Err(Problem::Away)
            }
        }
    }

    async fn file(
        &self,
        request: (Method, HeaderMap),
        video: &WatchVideo,
        key: &ObjectKey,
        how: files::How<'_>,
    ) -> Response {
        let left = video.expires_at - self.clock.now();
        let (method, headers) = request;
        let request = files::Request { head: method == Method::HEAD, headers: &headers, left };
        files::answer(&self.objects, key, &request, how)
            .await
            .unwrap_or_else(Problem::into_response)
    }
}

async fn watch(State(shared): State<Shared>, Path(short): Path<String>) -> Response {
    match shared.find(&short).await {
        Ok(video) => {
            let left = video.expires_at - shared.clock.now();
            let text = page::watch(&shared.site, &video);
            let cache = cutline_core::objects::cache_control(left.min(PAGE_CACHED));
            ([(header::CACHE_CONTROL, cache)], axum::response::Html(text)).into_response()
        }
        Err(problem) => problem.into_response(),
    }
}

/// The page is cheap, and a video may be taken down: caches ask again soon.
const PAGE_CACHED: chrono::TimeDelta = chrono::TimeDelta::minutes(5);

/// `?download` saves the file instead of playing it.
#[derive(serde::Deserialize)]
struct VideoQuery {
    download: Option<String>,
}

async fn video(
    State(shared): State<Shared>,
    Path(short): Path<String>,
    Query(query): Query<VideoQuery>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    match shared.find(&short).await {
        Ok(video) => {
            let name = query.download.map(|_| page::file_name(&video.title));
            let how = files::How::Large { download_as: name.as_deref() };
            shared.file((method, headers), &video, &video.master, how).await
        }
        Err(problem) => problem.into_response(),
    }
}

async fn chat(
    State(shared): State<Shared>,
    Path(short): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    match shared.find(&short).await {
        Ok(video) => {
            let key = video.chat.as_ref().unwrap_or(&video.master);
            let how = files::How::Large { download_as: None };
            shared.file((method, headers), &video, key, how).await
        }
        Err(problem) => problem.into_response(),
    }
}

/// Answers with one of a video's small files.
macro_rules! small_file {
    ($name:ident, $field:ident) => {
        async fn $name(
            State(shared): State<Shared>,
            Path(short): Path<String>,
            method: Method,
            headers: HeaderMap,
        ) -> Response {
            match shared.find(&short).await {
                Ok(video) => {
                    shared.file((method, headers), &video, &video.$field, files::How::Small).await
                }
                Err(problem) => problem.into_response(),
            }
        }
    };
}

small_file!(poster, poster);
small_file!(captions_vtt, captions_vtt);
small_file!(captions_srt, captions_srt);

#[derive(serde::Deserialize)]
struct OembedQuery {
    url: String,
    format: Option<String>,
}

/// oEmbed 1.0, section 2: what a chat shows of a link.
async fn oembed(
    State(shared): State<Shared>,
    query: Result<Query<OembedQuery>, axum::extract::rejection::QueryRejection>,
) -> Response {
    let Ok(Query(query)) = query else { return Problem::Unknown.into_response() };
    if query.format.as_deref().is_some_and(|format| format != "json") {
        return StatusCode::NOT_IMPLEMENTED.into_response();
    }
    let Some(short) = shared.site.short_in(&query.url) else {
        return Problem::Unknown.into_response();
    };
    match shared.find(short).await {
        Ok(video) => axum::Json(page::oembed(&shared.site, &video)).into_response(),
        Err(problem) => problem.into_response(),
    }
}

async fn ready(State(shared): State<Shared>) -> Response {
    let checks = async { tokio::join!(shared.videos.check(), shared.objects.check()) };
    let Ok((videos, objects)) = tokio::time::timeout(LOOKUP_TIMEOUT, checks).await else {
        return (StatusCode::SERVICE_UNAVAILABLE, "not ready: no answer in time\n").into_response();
    };
    if let Err(error) = &videos {
        tracing::warn!(error = %error, "not ready: the database");
    }
    if let Err(error) = &objects {
        tracing::warn!(error = %error, "not ready: the object store");
    }
    match (videos.is_ok(), objects.is_ok()) {
        (true, true) => "ready\n".into_response(),
        // What is wrong is in the log: this answer may be read by anybody.
        (false, _) => (StatusCode::SERVICE_UNAVAILABLE, "not ready: database\n").into_response(),
        (_, false) => {
            (StatusCode::SERVICE_UNAVAILABLE, "not ready: object store\n").into_response()
        }
    }
}

async fn metrics_text(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    if let Some(token) = &shared.config.ops_token {
        let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let given = given.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
        if !same(given.as_bytes(), token.expose().as_bytes()) {
            let ask = [(header::WWW_AUTHENTICATE, "Bearer")];
            return (StatusCode::UNAUTHORIZED, ask, "operators only\n").into_response();
        }
    }
    metrics::render().into_response()
}

/// Compares in a time that depends on the lengths alone.
fn same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len()
        && one.iter().zip(other).fold(0, |differences, (a, b)| differences | (a ^ b)) == 0
}
