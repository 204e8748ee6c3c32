//! REST v10, as far as this bot uses it: one door through which every message goes, so that limits
//! are kept, refusals are understood and tokens stay out of logs.
//!
//! serenity's own client is not used for this: with another address than Discord's it drops its
//! rate limits, it repeats 429 without an end, and it does not hand on the headers of refusals. It
//! keeps the gateway's address and autocompletion, whose answers are limited by the interaction
//! alone.

mod answer;
mod error;
mod limits;
mod route;

use std::{
    collections::HashSet,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use cutline_core::objects::Secret;
use reqwest::multipart;
use serde::Serialize;
use serde_json::Value;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use self::{
    answer::{is_away, told},
    error::{defect, refused},
    limits::{Admitted, Limits},
};
pub(super) use self::{
    error::{RestError, code},
    route::{Id, Route},
};
use super::payload::Upload;

/// Longest wait for an answer without files.
const ANSWER_MAX: Duration = Duration::from_secs(10);
/// Longest wait for the answer to an acknowledgement, which is asked for again then.
const CALLBACK_MAX: Duration = Duration::from_millis(1_200);
/// Longest upload: a replica that takes longer is believed dead soon after.
const UPLOAD_MAX: Duration = Duration::from_secs(240);
const CONNECT_MAX: Duration = Duration::from_secs(5);
/// Tries of one request that was refused by a limit or not answered.
const TRIES_MAX: u32 = 3;
/// Pause before a lost request is repeated.
const LOST_PAUSE: Duration = Duration::from_millis(300);
/// Expired tokens remembered, so that they are not tried again.
const EXPIRED_MAX: usize = 10_000;

/// A way to Discord's API.
#[derive(Debug)]
pub(super) struct Rest {
    client: reqwest::Client,
    /// Scheme and host, without a slash at the end.
    address: String,
    token: Secret,
    limits: Mutex<Limits>,
    expired: Mutex<HashSet<String>>,
    /// Fired when the bot's token turns out to be wrong: nothing can work any more.
    locked_out: CancellationToken,
}

impl Rest {
    /// A client that says it is at home at `home`; nothing is asked yet.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub(super) fn new(address: &str, token: Secret, home: &str) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder()
            // As documented for every client: `DiscordBot ($url, $versionNumber)`.
            .user_agent(format!("DiscordBot ({home}, {})", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_MAX)
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self {
            client,
            address: address.trim_end_matches('/').to_owned(),
            token,
            limits: Mutex::default(),
            expired: Mutex::default(),
            locked_out: CancellationToken::new(),
        })
    }

    /// Fires when Discord does not know the bot's token.
    pub(super) fn locked_out(&self) -> &CancellationToken {
        &self.locked_out
    }

    /// Sends JSON and waits at most `patience` for limits.
    pub(super) async fn send(
        &self,
        route: &Route,
        body: &impl Serialize,
        patience: Duration,
    ) -> Result<Value, RestError> {
        self.upload(route, body, &[], patience).await
    }

    /// Sends JSON with files.
    pub(super) async fn upload(
        &self,
        route: &Route,
        body: &impl Serialize,
        files: &[Upload],
        patience: Duration,
    ) -> Result<Value, RestError> {
        let body = serde_json::to_value(body)
            .map_err(|error| defect(format!("a body has no JSON: {error}")))?;
        let deadline = Instant::now() + patience;
        let (mut tries, mut lost) = (0, false);
        loop {
            tries += 1;
            let failed = match self.once(route, &body, files, deadline).await {
                Ok(answer) => return Ok(answer),
                // The first try's answer was lost, and it was done.
                Err(failed) if lost && failed.code() == Some(code::ACKNOWLEDGED) => {
                    return Ok(Value::Null);
                }
                Err(failed) => failed,
            };
            lost |= matches!(failed, RestError::Lost(_));
            let pause = match &failed {
                RestError::Wait(wait) => *wait,
                // Asked again only where doing it twice changes nothing.
                RestError::Lost(_) if is_repeatable(route, &body) => LOST_PAUSE * tries,
                _ => return Err(failed),
            };
            if tries >= TRIES_MAX || Instant::now() + pause > deadline {
                return Err(failed);
            }
            tracing::debug!(route = route.name(), error = %failed, "asking Discord again");
            tokio::time::sleep(pause).await;
        }
    }

    async fn once(
        &self,
        route: &Route,
        body: &Value,
        files: &[Upload],
        deadline: Instant,
    ) -> Result<Value, RestError> {
        if self.locked_out.is_cancelled() && !route.by_interaction() {
            return Err(refused(401, 0, "the bot's token is not known"));
        }
        if route.token().is_some_and(|token| lock(&self.expired).contains(token)) {
            return Err(RestError::Expired);
        }
        let key = route.key();
        let admitted = loop {
            let now = Instant::now();
            match Admitted::of(&self.limits, &key, now) {
                Ok(admitted) => break admitted,
                Err(wait) if now + wait > deadline => return Err(RestError::Wait(wait)),
                Err(wait) => tokio::time::sleep(wait).await,
            }
        };
        // Without the address: it may hold an interaction's token.
        let lost = |error: reqwest::Error| RestError::Lost(error.without_url().to_string());
        let answer = self.request(route, body, files)?.send().await.map_err(lost)?;
        let told = told(answer.headers());
        // A proxy's refusal says nothing about the route's limits: what is known stays.
        if told.limit.is_some() || !is_away(answer.status()) {
            admitted.answered(&told);
        } else {
            drop(admitted);
        }
        self.understand(route, answer).await
    }

    fn request(
        &self,
        route: &Route,
        body: &Value,
        files: &[Upload],
    ) -> Result<reqwest::RequestBuilder, RestError> {
        let address = format!("{}/api/v10{}", self.address, route.path());
        let mut request = self.client.request(route.method(), address);
        if !route.by_interaction() {
            request = request.header("authorization", format!("Bot {}", self.token.expose()));
        }
        if files.is_empty() {
            // Whoever waits for an acknowledgement does so for three seconds.
            let is_due = matches!(route, Route::Callback(..));
            request = request.timeout(if is_due { CALLBACK_MAX } else { ANSWER_MAX });
            return Ok(if body.is_null() { request } else { request.json(body) });
        }
        let mut form = multipart::Form::new().text("payload_json", body.to_string());
        for (number, file) in files.iter().enumerate() {
            let part = multipart::Part::stream_with_length(
                reqwest::Body::from(file.data.clone()),
                file.data.len() as u64,
            );
            let part = part.file_name(file.name.clone()).mime_str(file.mime());
            let part = part.map_err(|error| defect(format!("a file's kind: {error}")))?;
            form = form.part(format!("files[{number}]"), part);
        }
        Ok(request.timeout(UPLOAD_MAX).multipart(form))
    }

    /// Reads a file that Discord keeps, as far as `bytes_max` allows; `None` where it is larger.
    ///
    /// # Errors
    /// [`RestError::Lost`].
    pub(super) async fn download(
        &self,
        address: reqwest::Url,
        bytes_max: usize,
    ) -> Result<Option<Vec<u8>>, RestError> {
        let lost = |error: reqwest::Error| RestError::Lost(error.without_url().to_string());
        let request = self.client.get(address).timeout(ANSWER_MAX * 3);
        let mut answer = request.send().await.map_err(lost)?.error_for_status().map_err(lost)?;
        let told = usize::try_from(answer.content_length().unwrap_or(0)).unwrap_or(usize::MAX);
        if told > bytes_max {
            return Ok(None);
        }
        let mut bytes = Vec::with_capacity(told);
        while let Some(piece) = answer.chunk().await.map_err(lost)? {
            if bytes.len() + piece.len() > bytes_max {
                return Ok(None);
            }
            bytes.extend_from_slice(&piece);
        }
        Ok(Some(bytes))
    }

    /// The address that was configured.
    pub(super) fn address(&self) -> &str {
        &self.address
    }
}

/// Doing it twice changes nothing: edits, and messages that Discord shows once for each nonce. A
/// callback's second try finds the first ("already acknowledged").
fn is_repeatable(route: &Route, body: &Value) -> bool {
    match route {
        Route::Followup(..) => false,
        Route::CreateMessage(_) => body["enforce_nonce"] == Value::Bool(true),
        _ => true,
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is in there is valid after each step.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::{limits::Told, *};

    #[tokio::test]
    async fn requests_that_nobody_waits_for_any_more_give_their_places_back() {
        let nowhere = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", nowhere.local_addr().unwrap());
        let rest = Rest::new(&address, Secret::new("token"), "https://x.test").unwrap();
        let route = Route::CreateMessage(1);
        let key = route.key();
        let told = Told {
            bucket: Some("abc".into()),
            limit: Some(5),
            remaining: Some(5),
            reset_after: Some(Duration::from_secs(1)),
        };
        let now = Instant::now();
        Admitted::of(&rest.limits, &key, now).unwrap().answered(&told);
        // Each is asked for once, is on its way then, and is dropped.
        for _ in 0..5 {
            assert!(rest.send(&route, &Value::Null, PATIENCE).now_or_never().is_none());
        }
        assert!(Admitted::of(&rest.limits, &key, now).is_err(), "they went out: they count");
        let reset = now + PATIENCE;
        let again: Vec<_> =
            (0..5).map(|_| Admitted::of(&rest.limits, &key, reset).unwrap()).collect();
        assert!(Admitted::of(&rest.limits, &key, reset).is_err());
        drop(again);
    }

    const PATIENCE: Duration = Duration::from_secs(9);
}
