//! A front end without a chat, for chaos runs: takes requests on standard input, submits them
//! through the store as a bot does, answers on standard output, and posts what becomes of the jobs
//! into a folder that stands for the chat. It is a process of its own so that it can be killed.
//!
//! A chat message is a file that is created once (`{job}.message`); that it was attempted at all is
//! a line in `{job}.posts`. What the person sees once is thus told apart from what was tried twice.

use std::{io::Write, path::Path, sync::Arc, time::Duration};

use anyhow::{Context, Result};
use cutline_core::{
    actor::{Actor, Platform},
    clock::{Clock, SystemClock},
    config::DatabaseConfig,
    job::{JobId, JobRef, Mode, Origin},
    queue::{Queue, Subscription},
    store::{PostClaim, Store, Submission, Submitted},
};
use serde::{Deserialize, Serialize};
use tokio::{sync::mpsc, task::JoinSet};
use uuid::Uuid;

use crate::{servers::variable, tasks::spawn};

/// Where the stand-in chats.
pub const PLATFORM: Platform = Platform::Telegram;
/// Between two tries when the database is away.
const PAUSE: Duration = Duration::from_millis(100);
/// A post that takes longer is another's to make.
const POST_LEASE: Duration = Duration::from_secs(2);

/// One wish, on one line.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Request {
    /// The idempotency key.
    pub key: String,
    /// Who asks.
    pub user: String,
    /// What for.
    pub sentence: String,
    /// How to make it.
    pub mode: Mode,
}

/// What became of a wish, on one line.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Answer {
    /// The request's key.
    pub key: String,
    /// The job, where there is one.
    pub job: Option<(JobId, JobRef)>,
    /// True when the key was known.
    pub duplicate: bool,
    /// Why there is none.
    pub refusal: Option<String>,
}

/// Serves until standard input ends.
///
/// # Errors
/// When a setting is missing or standard output is closed.
pub async fn serve(chat: &Path) -> Result<()> {
    let (store, queue) = connections("front")?;
    let posting = spawn(post(store.clone(), queue, chat.to_path_buf()));
    let (wishes, mut lines) = mpsc::channel::<std::io::Result<String>>(64);
    // Reading a pipe blocks a thread; this one ends with the process.
    drop(std::thread::spawn(move || {
        for line in std::io::stdin().lines() {
            if wishes.blocking_send(line).is_err() {
                break;
            }
        }
    }));
    let mut under_way = JoinSet::new();
    while let Some(line) = lines.recv().await {
        let request: Request = serde_json::from_str(&line?)?;
        let store = store.clone();
        under_way.spawn(async move {
            let answer = submit(&store, request).await;
            // An answer is a short line: a pipe takes it at once. A closed one ends this process.
            match serde_json::to_string(&answer) {
                Ok(line) => println!("{line}"),
                Err(error) => tracing::error!(%error, "an answer"),
            }
        });
        while under_way.try_join_next().is_some() {}
    }
    while under_way.join_next().await.is_some() {}
    posting.abort();
    Ok(())
}

fn connections(name: &'static str) -> Result<(Store, Queue)> {
    let database = variable("CUTLINE_DATABASE_URL").context("CUTLINE_DATABASE_URL")?;
    let amqp = variable("CUTLINE_AMQP_URL").context("CUTLINE_AMQP_URL")?;
    Ok((Store::connect(&DatabaseConfig::at(database, name))?, Queue::new(&amqp, name)?))
}

/// Asks until the database answers: the key makes it safe.
pub(crate) async fn submit(store: &Store, request: Request) -> Answer {
    let actor = Actor::new(PLATFORM, request.user.clone());
    let submission = submission(&request);
    let (mut job, mut duplicate, mut refusal) = (None, false, None);
    loop {
        match store.submit(&actor, &submission, SystemClock.now()).await {
            Ok(Submitted::Accepted { job: id, reference, .. }) => job = Some((id, reference)),
            Ok(Submitted::Duplicate { job: id, reference, .. }) => {
                (job, duplicate) = (Some((id, reference)), true);
            }
            Ok(other) => refusal = Some(format!("{other:?}")),
            Err(error) => {
                tracing::warn!(%error, key = request.key, "not submitted yet");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        }
        return Answer { key: request.key, job, duplicate, refusal };
    }
}

fn submission(request: &Request) -> Submission {
    Submission {
        job: JobId(Uuid::now_v7()),
        reference: JobRef::random(&mut rand::rng()),
        sentence: request.sentence.clone(),
        mode: request.mode,
        format: None,
        seed: 7,
        uploads: Vec::new(),
        idempotency_key: request.key.clone(),
        origin: Origin { platform: PLATFORM, place: serde_json::json!({"chat": request.user}) },
        again_of: None,
    }
}

/// Posts the end of every job, once.
async fn post(store: Store, queue: Queue, chat: std::path::PathBuf) {
    let mut events = queue.events(Subscription::Durable(PLATFORM));
    let chat: Arc<Path> = chat.into();
    loop {
        let delivery = events.next().await;
        if !delivery.event.kind.is_terminal() {
            delivery.ack().await;
            continue;
        }
        let job = delivery.event.job;
        let told = serde_json::json!({
            "kind": delivery.event.kind.as_str(), "at": delivery.event.at,
        });
        loop {
            match store.post_begin(job, PLATFORM, POST_LEASE).await {
                Ok(PostClaim::Posted) => break,
                Ok(PostClaim::Yes) => {
                    if let Err(error) = write_post(&chat, job, &told) {
                        tracing::error!(%error, %job, "the chat refuses");
                    }
                    if store.post_done(job, PLATFORM).await.is_ok() {
                        break;
                    }
                }
                Ok(PostClaim::Held) | Err(_) => {}
            }
            tokio::time::sleep(PAUSE).await;
        }
        delivery.ack().await;
    }
}

fn write_post(chat: &Path, job: JobId, told: &serde_json::Value) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    let mut tries = options.create(true).append(true).open(chat.join(format!("{job}.posts")))?;
    writeln!(tries, "{told}")?;
    let message = chat.join(format!("{job}.message"));
    match std::fs::OpenOptions::new().write(true).create_new(true).open(message) {
        Ok(mut message) => writeln!(message, "{told}"),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}
