//! REST v10 over HTTP/1.1: reads a request, holds it to the rules that count for every endpoint,
//! and writes down what came and what was answered.

use std::{sync::Arc, time::Instant};

use axum::body::{Body, Bytes, to_bytes};
use cutline_bots::tasks::Group;
use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use serde_json::Value;
use tokio::net::TcpListener;

use super::{
    Shared, TOKEN, endpoints,
    limits::Headers,
    multipart,
    refusal::{NOT_FOUND, NOT_JSON, Refusal, TOO_LARGE, UNAUTHORIZED},
    route::Route,
    weather::Fault,
};

/// Nothing larger is read, whatever the channel allows.
const BODY_BYTES_MAX: usize = 128 << 20;

/// A request that came, and what was answered.
#[derive(Clone, Debug)]
pub struct Seen {
    /// When.
    pub at: Instant,
    /// The method.
    pub method: String,
    /// Behind `/api/v10`.
    pub path: String,
    /// The JSON body, or the form's `payload_json`.
    pub body: Value,
    /// Names and sizes of the files.
    pub files: Vec<(String, usize)>,
    /// The answer's status; 0 where the connection was cut.
    pub status: u16,
    /// The answer's JSON error code.
    pub code: Option<i64>,
    /// The scope of a 429.
    pub scope: Option<String>,
}

impl Seen {
    /// Counts towards the 10,000 in ten minutes (docs: "Invalid Request Limit").
    #[must_use]
    pub fn counts_as_invalid(&self) -> bool {
        match self.status {
            401 | 403 => true,
            429 => self.scope.as_deref() != Some("shared"),
            _ => false,
        }
    }
}

/// A request, read.
pub(super) struct Asked {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) query: String,
    pub(super) body: Value,
    pub(super) files: Vec<File>,
}

/// A file of a form: its number, name and bytes.
pub(super) struct File {
    pub(super) number: u64,
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

/// An answer before it is written.
pub(super) struct Reply {
    status: u16,
    headers: Headers,
    body: Option<Value>,
}

/// The connection is to be cut.
#[derive(Debug)]
struct Cut;

impl std::fmt::Display for Cut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("cut off on request")
    }
}

impl std::error::Error for Cut {}

pub(super) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = Group::default();
    loop {
        tokio::select! {
            Ok((stream, _)) = listener.accept() => {
                let shared = Arc::clone(&shared);
                connections.start(async move {
                    let service = service_fn(move |request| answer(Arc::clone(&shared), request));
                    let mut server = http1::Builder::new();
                    server.timer(TokioTimer::new());
                    // Cut connections are part of the tests.
                    let _ = server.serve_connection(TokioIo::new(stream), service).await;
                });
            }
            Some(_) = connections.next() => {}
        }
    }
}

async fn answer(shared: Arc<Shared>, request: Request<Incoming>) -> Result<Response<Body>, Cut> {
    let (head, body) = request.into_parts();
    let path = head.uri.path().to_owned();
    if let Some(file) = path.strip_prefix("/attachments/") {
        return Ok(download(&shared, file));
    }
    let method = head.method.to_string();
    let Ok(bytes) = to_bytes(Body::new(body), BODY_BYTES_MAX).await else { return Err(Cut) };
    let header = |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok());
    let Some(path) = path.strip_prefix("/api/v10").map(str::to_owned) else {
        shared.state().complain(format!("{method} {path} is not version 10 of the API"));
        return Ok(write(refused(&NOT_FOUND, Headers::new())));
    };
    if !header("user-agent").is_some_and(|agent| agent.starts_with("DiscordBot (")) {
        shared.state().complain(format!("{method} {path} without a User-Agent as documented"));
    }
    let query = head.uri.query().unwrap_or_default().to_owned();
    let read = read(header("content-type"), &bytes);
    let (body, files) = match read {
        Ok(read) => read,
        Err(refusal) => {
            shared.state().complain(format!("{method} {path} has no body that can be read"));
            return Ok(write(refused(&refusal, Headers::new())));
        }
    };
    let authorised = header("authorization") == Some(&format!("Bot {TOKEN}"));
    let asked = Asked { method, path, query, body, files };
    let fault = shared.state().weather.meets(&asked.method, &asked.path);
    let began = Instant::now();
    match &fault {
        Some(Fault::Drop) => {
            note(&shared, &asked, began, 0, None);
            return Err(Cut);
        }
        Some(Fault::Slow(time)) => tokio::time::sleep(*time).await,
        _ => {}
    }
    let reply = match &fault {
        Some(Fault::Status(status)) => {
            Reply { status: *status, headers: Headers::new(), body: None }
        }
        Some(Fault::Storm(storm)) => {
            let refusal = storm.refusal();
            Reply { status: 429, headers: refusal.headers, body: Some(refusal.body) }
        }
        _ => decide(&shared, &asked, authorised),
    };
    note(&shared, &asked, began, reply.status, Some(&reply));
    if fault == Some(Fault::LoseAnswer) { Err(Cut) } else { Ok(write(reply)) }
}

/// The rules for every endpoint, then the endpoint.
fn decide(shared: &Shared, asked: &Asked, authorised: bool) -> Reply {
    let Some(route) = Route::of(&asked.method, &asked.path) else {
        let words = format!("{} {} is no endpoint that is known here", asked.method, asked.path);
        shared.state().complain(words);
        return refused(&NOT_FOUND, Headers::new());
    };
    if !authorised && !route.by_interaction() && route != Route::Gateway {
        return refused(&UNAUTHORIZED, Headers::new());
    }
    let limited = {
        let mut state = shared.state();
        let global = if route.by_interaction() { Ok(()) } else { state.limits.take_global() };
        global.and_then(|()| match route.limit(&asked.method) {
            Some((rule, major)) => state.limits.take(rule, major),
            None => Ok(Headers::new()),
        })
    };
    let headers = match limited {
        Ok(headers) => headers,
        Err(refusal) => {
            return Reply { status: 429, headers: refusal.headers, body: Some(refusal.body) };
        }
    };
    match endpoints::answer(shared, &route, asked) {
        Ok((status, body)) => Reply { status, headers, body },
        Err(refusal) => {
            // A malformed request is a defect of the bot, whatever it does about it.
            if refusal.code == 50035 || refusal.code == 50006 {
                let errors = refusal.errors.clone().unwrap_or_default();
                let words = format!("{} {} is malformed: {errors}", asked.method, asked.path);
                shared.state().complain(words);
            }
            refused(&refusal, headers)
        }
    }
}

/// The JSON of a body, and the files that came with it.
fn read(content_type: Option<&str>, bytes: &Bytes) -> Result<(Value, Vec<File>), Refusal> {
    if bytes.is_empty() {
        return Ok((Value::Null, Vec::new()));
    }
    let json = |bytes: &[u8]| serde_json::from_slice(bytes).map_err(|_| NOT_JSON);
    match content_type {
        Some(kind) if kind.starts_with("application/json") => Ok((json(bytes)?, Vec::new())),
        Some(kind) if kind.starts_with("multipart/form-data") => {
            let (mut body, mut files) = (Value::Object(serde_json::Map::new()), Vec::new());
            for part in multipart::parts(kind, bytes).ok_or(NOT_JSON)? {
                let number = part.name.strip_prefix("files[").and_then(|n| n.strip_suffix(']'));
                match (part.name.as_str(), number, part.file) {
                    ("payload_json", _, _) => body = json(&part.bytes)?,
                    (_, Some(number), Some(name)) => {
                        let number = number.parse().map_err(|_| NOT_JSON)?;
                        files.push(File { number, name, bytes: part.bytes });
                    }
                    _ => return Err(NOT_JSON),
                }
            }
            Ok((body, files))
        }
        _ => Err(NOT_JSON),
    }
}

fn refused(refusal: &Refusal, headers: Headers) -> Reply {
    Reply { status: refusal.status, headers, body: Some(refusal.body()) }
}

fn write(reply: Reply) -> Response<Body> {
    let mut response = Response::builder().status(reply.status);
    for (name, value) in reply.headers {
        response = response.header(name, value);
    }
    let body = match reply.body {
        Some(body) => {
            response = response.header("content-type", "application/json");
            Body::from(body.to_string())
        }
        None => Body::empty(),
    };
    response.body(body).unwrap_or_else(|_| Response::new(Body::empty()))
}

fn note(shared: &Shared, asked: &Asked, at: Instant, status: u16, reply: Option<&Reply>) {
    let header = |reply: &Reply, name: &str| {
        reply.headers.iter().find(|(header, _)| *header == name).map(|(_, value)| value.clone())
    };
    let code =
        reply.and_then(|reply| reply.body.as_ref()?["code"].as_i64()).filter(|_| status >= 400);
    shared.state().requests.push(Seen {
        at,
        method: asked.method.clone(),
        path: asked.path.clone(),
        body: asked.body.clone(),
        files: asked.files.iter().map(|file| (file.name.clone(), file.bytes.len())).collect(),
        status,
        code,
        scope: reply.and_then(|reply| header(reply, "x-ratelimit-scope")),
    });
}

/// A file that somebody attached: `/attachments/{channel}/{id}/{name}`.
fn download(shared: &Shared, path: &str) -> Response<Body> {
    let id = path.split('/').nth(1).and_then(|id| id.parse().ok());
    let bytes = id.and_then(|id: u64| shared.state().files.get(&id).cloned());
    let (status, body) = match bytes {
        Some(bytes) => (200, Body::from(bytes)),
        None => (404, Body::empty()),
    };
    let response = Response::builder().status(status).body(body);
    response.unwrap_or_else(|_: hyper::http::Error| Response::new(Body::empty()))
}

/// The most bytes a message's files may have together.
pub(super) fn check_size(files: &[File], most: u64) -> Result<(), Refusal> {
    let bytes: u64 = files.iter().map(|file| file.bytes.len() as u64).sum();
    if bytes > most { Err(TOO_LARGE) } else { Ok(()) }
}
