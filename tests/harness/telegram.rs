//! A stand-in for Telegram's Bot API (core.telegram.org/bots/api), as strict as the real one and
//! stricter: unknown parameters are refused, limits hold, and every call is kept for the tests to
//! look at. People and their chats are played by the tests.
//!
//! A bot that makes an invalid call fails its test: [`TelegramServer::invalid`] names them.

mod calls;
mod form;
mod limits;
mod media;
mod people;
mod room;
mod schema;
mod seen;
mod state;

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard},
    time::{Duration, Instant},
};

use anyhow::Result;
use axum::{
    Router,
    body::{Body, Bytes},
    extract::{DefaultBodyLimit, Path, Request, State as Shared},
    http::{Response, StatusCode, header::CONTENT_TYPE},
    routing::{any, get},
};
use serde_json::{Map, Value, json};
use tokio::{net::TcpListener, sync::Notify, task::JoinHandle};

pub use form::{Form, Upload};
use room::Refusal;
pub use room::Shown;
use state::State;
pub use state::{BOT_ID, BOT_NAME, UPLOAD_BYTES_MAX};

use crate::tasks::spawn;

/// The token the stand-in knows.
pub const TOKEN: &str = "777000001:AAF-stand_in-token-of-the-tests";
/// Between two tries to hand an update to a webhook.
const PUSH_AGAIN: Duration = Duration::from_millis(200);
/// More than an upload may have, so that the limit's own answer is seen.
const BODY_BYTES_MAX: usize = 80_000_000;

/// A call that was made.
#[derive(Debug, Clone)]
pub struct Call {
    /// Its name in lower case.
    pub method: String,
    /// Its parameters.
    pub values: Map<String, Value>,
    /// Names and sizes of its files.
    pub files: Vec<(String, usize)>,
    /// How it was answered.
    pub status: u16,
    /// What was said to a call that failed.
    pub description: String,
    /// When.
    pub at: Instant,
}

/// Something to go wrong with the next calls.
#[derive(Debug, Clone)]
pub enum Fault {
    /// Answered with this status and description.
    Answer(u16, String),
    /// Told to wait.
    Wait(u64),
    /// The connection is closed without an answer, before the call is acted on.
    Cut,
    /// Acted on, and the connection is closed without an answer.
    CutAfter,
    /// Answered after a while.
    Slow(Duration),
}

#[derive(Debug, Default)]
pub(crate) struct Inner {
    pub(crate) state: State,
    calls: Vec<Call>,
    /// By method (“*”: any).
    faults: VecDeque<(String, Fault)>,
    upload_bytes_max: usize,
}

#[derive(Clone)]
pub(crate) struct Door {
    inner: Arc<Mutex<Inner>>,
    news: Arc<Notify>,
}

/// The stand-in. Dropping it ends it.
pub struct TelegramServer {
    address: SocketAddr,
    door: Door,
    serving: JoinHandle<()>,
    pushing: JoinHandle<()>,
}

impl Drop for TelegramServer {
    fn drop(&mut self) {
        self.serving.abort();
        self.pushing.abort();
    }
}

impl TelegramServer {
    /// Starts one on a free port.
    ///
    /// # Errors
    /// When there is none.
    pub async fn start() -> Result<Self> {
        let mut inner = Inner { upload_bytes_max: UPLOAD_BYTES_MAX, ..Inner::default() };
        inner.state.limits = true;
        let door = Door { inner: Arc::new(Mutex::new(inner)), news: Arc::default() };
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let routes = Router::new()
            .route("/{bot}/{method}", any(call))
            .route("/file/{bot}/{*path}", get(file))
            .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
            .with_state(door.clone());
        let serving = spawn(async move {
            if let Err(error) = axum::serve(listener, routes).await {
                tracing::error!(%error, "the stand-in for Telegram");
            }
        });
        let pushing = spawn(push(door.clone()));
        Ok(Self { address, door, serving, pushing })
    }

    /// Where it listens: `http://127.0.0.1:port`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.door.lock()
    }
}

impl Door {
    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

fn answered(status: u16, body: &Value) -> Response<Body> {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    response.headers_mut().insert(CONTENT_TYPE, "application/json".parse().expect("a header"));
    response
}

/// An answer that never comes: the connection breaks off in the middle of it.
fn cut() -> Response<Body> {
    let broken = futures::stream::iter([
        Ok(Bytes::from_static(b"{")),
        Err(std::io::Error::other("cut by the test")),
    ]);
    Response::new(Body::from_stream(broken))
}

async fn call(
    Shared(door): Shared<Door>,
    Path((bot, method)): Path<(String, String)>,
    request: Request,
) -> Response<Body> {
    let method = method.to_lowercase();
    let fault = {
        let mut inner = door.lock();
        let at = inner
            .faults
            .iter()
            .position(|(of, _)| *of == method || (of == "*" && method != "getupdates"));
        at.and_then(|at| inner.faults.remove(at)).map(|(_, fault)| fault)
    };
    let form = match read(request).await {
        Ok(form) => form,
        Err(error) => {
            return finish(
                &door,
                &method,
                &Form::default(),
                Err(Refusal::bad(format!("Bad Request: {error:#}"))),
            );
        }
    };
    match &fault {
        Some(Fault::Cut) => return cut(),
        Some(Fault::Slow(for_time)) => tokio::time::sleep(*for_time).await,
        Some(Fault::Answer(code, description)) => {
            let refusal =
                Refusal { code: *code, description: description.clone(), parameters: None };
            return finish(&door, &method, &form, Err(refusal));
        }
        Some(Fault::Wait(seconds)) => {
            if let Some(chat) = form.values.get("chat_id").and_then(number) {
                let until = Instant::now() + Duration::from_secs(*seconds);
                door.lock().state.room(chat).wait_until = Some(until);
            }
            return finish(&door, &method, &form, Err(Refusal::wait(*seconds)));
        }
        _ => {}
    }
    let answer = if bot.strip_prefix("bot") == Some(TOKEN) {
        calls::answer(&door, &method, &form).await
    } else {
        Err(Refusal { code: 401, description: "Unauthorized".into(), parameters: None })
    };
    let response = finish(&door, &method, &form, answer);
    if matches!(fault, Some(Fault::CutAfter)) { cut() } else { response }
}

fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

async fn read(request: Request) -> Result<Form> {
    let query = request.uri().query().unwrap_or_default().to_owned();
    let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let kind = kind.unwrap_or_default().to_owned();
    let body = axum::body::to_bytes(request.into_body(), BODY_BYTES_MAX).await?;
    Form::read(&query, &kind, &body)
}

/// Writes a call down and answers it.
fn finish(
    door: &Door,
    method: &str,
    form: &Form,
    answer: Result<Value, Refusal>,
) -> Response<Body> {
    let (status, description, body) = match answer {
        Ok(result) => (200, String::new(), json!({"ok": true, "result": result})),
        Err(refusal) => {
            let mut body = json!({"ok": false, "error_code": refusal.code,
                "description": refusal.description});
            if let Some(parameters) = refusal.parameters {
                body["parameters"] = parameters;
            }
            (refusal.code, refusal.description, body)
        }
    };
    if method != "getupdates" || status != 200 {
        let files = form.files.iter().map(|(name, file)| (name.clone(), file.bytes.len()));
        door.lock().calls.push(Call {
            method: method.to_owned(),
            values: form.values.clone(),
            files: files.collect(),
            status,
            description,
            at: Instant::now(),
        });
    }
    answered(status, &body)
}

async fn file(
    Shared(door): Shared<Door>,
    Path((bot, path)): Path<(String, String)>,
) -> Response<Body> {
    let found = door.lock().state.files.get(&path).cloned();
    match found.filter(|_| bot.strip_prefix("bot") == Some(TOKEN)) {
        Some(bytes) => Response::new(Body::from(bytes)),
        None => answered(404, &json!({"ok": false, "error_code": 404, "description": "Not Found"})),
    }
}

/// Sends updates to the webhook, each until it is taken, while one is set.
async fn push(door: Door) {
    loop {
        // Made before the look: what comes after it is heard.
        let news = door.news.notified();
        let next = {
            let inner = door.lock();
            let webhook = inner.state.webhook.clone();
            webhook.zip(inner.state.updates.front().cloned())
        };
        let Some(((url, secret), update)) = next else {
            news.await;
            continue;
        };
        let mut headers = vec![("Content-Type", "application/json")];
        if let Some(secret) = &secret {
            headers.push(("X-Telegram-Bot-Api-Secret-Token", secret));
        }
        let sent = crate::web::send("POST", &url, &headers, update.to_string().as_bytes()).await;
        if matches!(sent, Ok(answer) if answer.status == 200) {
            let mut inner = door.lock();
            if inner.state.updates.front() == Some(&update) {
                inner.state.updates.pop_front();
            }
        } else {
            // Whoever does not take an update is asked again after a while, as Telegram does.
            tokio::time::sleep(PUSH_AGAIN).await;
        }
    }
}
