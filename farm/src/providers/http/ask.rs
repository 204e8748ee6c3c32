//! A call, described: what is asked for, what may come back, whether it costs.

use std::time::Duration;

use reqwest::Method;
use serde_json::Value;

/// What kind of answer is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accept {
    /// `application/json`.
    Json,
    /// Any of these types, or what begins with one that ends in `/`.
    Bytes(&'static [&'static str]),
}

/// Whether a call costs something each time it is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Repeating it is harmless.
    Free,
    /// A try whose outcome is unknown must not be repeated.
    Paid,
}

/// One call.
#[derive(Clone, Debug)]
pub struct Ask {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) query: Vec<(&'static str, String)>,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Option<Value>,
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
        Self { method: Method::POST, body: Some(body), effect, ..Self::get(path) }
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

    /// With time limits of its own: for one try and for all.
    #[must_use]
    pub fn within(mut self, answer_max: Duration, patience: Duration) -> Self {
        self.answer_max = Some(answer_max);
        self.patience = Some(patience);
        self
    }
}
