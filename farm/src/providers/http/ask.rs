//! A call, described: what is asked for, what may come back, whether it costs.

use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};
use reqwest::Method;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// What kind of answer is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accept {
    /// `application/json`.
    Json,
    /// Any of these types, or what begins with one that ends in `/`.
    Bytes(&'static [&'static str]),
    /// `text/event-stream`, heard to its last event; JSON where a service knows no streams.
    Events(Events),
}

/// How a stream of events is listened to (WHATWG HTML, server-sent events).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Events {
    /// Something must have come by then: an event, or a comment that says that there will be one.
    pub first_max: Duration,
    /// From then on, a silence this long is the end.
    pub silence_max: Duration,
    /// The line after which nothing comes.
    pub last: &'static str,
}

/// Whether a call costs something each time it is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Repeating it is harmless.
    Free,
    /// It costs, but the vendor answers under the call's key as it did the first time: repeated.
    Keyed,
    /// A try whose outcome is unknown must not be repeated.
    Paid,
}

/// What a call carries.
#[derive(Clone, Debug)]
pub(super) enum Body {
    Json(Value),
    /// A file, as browsers send forms (RFC 7578).
    Form {
        boundary: String,
        bytes: Bytes,
    },
}

/// One call.
#[derive(Clone, Debug)]
pub struct Ask {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) query: Vec<(&'static str, String)>,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Option<Body>,
    pub(super) accept: Accept,
    pub(super) effect: Effect,
    pub(super) answer_max: Option<Duration>,
    pub(super) patience: Option<Duration>,
}

impl Ask {
    /// A GET for JSON.
    #[must_use]
    pub fn get(path: impl Into<String>) -> Self {
        Self {
            method: Method::GET,
            path: path.into(),
            query: Vec::new(),
            headers: Vec::new(),
            body: None,
            accept: Accept::Json,
            effect: Effect::Free,
            answer_max: None,
            patience: None,
        }
    }

    /// A POST of JSON for JSON.
    #[must_use]
    pub fn post(path: impl Into<String>, body: Value, effect: Effect) -> Self {
        let body = Some(Body::Json(body));
        Self { method: Method::POST, body, effect, ..Self::get(path) }
    }

    /// A POST of one file as the form field `file`, for JSON. Its bytes decide the boundary, so
    /// that the same file makes the same request.
    #[must_use]
    pub fn upload(path: impl Into<String>, name: &str, kind: &str, file: &[u8]) -> Self {
        // No file holds the hash of itself.
        let boundary = hex::encode(&Sha256::digest(file)[..16]);
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: {kind}\r\n\r\n"
        );
        let tail = format!("\r\n--{boundary}--\r\n");
        let mut bytes = BytesMut::with_capacity(head.len() + file.len() + tail.len());
        bytes.put_slice(head.as_bytes());
        bytes.put_slice(file);
        bytes.put_slice(tail.as_bytes());
        let body = Some(Body::Form { boundary, bytes: bytes.freeze() });
        Self { method: Method::POST, body, ..Self::get(path) }
    }

    /// A DELETE.
    #[must_use]
    pub fn delete(path: impl Into<String>) -> Self {
        Self { method: Method::DELETE, ..Self::get(path) }
    }

    /// A PUT without a body.
    #[must_use]
    pub fn put(path: impl Into<String>) -> Self {
        Self { method: Method::PUT, ..Self::get(path) }
    }

    /// With a query parameter.
    #[must_use]
    pub fn query(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    /// With a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// For bytes of one of these types.
    #[must_use]
    pub fn accept(mut self, types: &'static [&'static str]) -> Self {
        self.accept = Accept::Bytes(types);
        self
    }

    /// For a stream of events.
    #[must_use]
    pub fn events(mut self, events: Events) -> Self {
        self.accept = Accept::Events(events);
        self
    }

    /// With time limits of its own: for one try and for all.
    #[must_use]
    pub fn within(mut self, answer_max: Duration, patience: Duration) -> Self {
        self.answer_max = Some(answer_max);
        self.patience = Some(patience);
        self
    }
}
