//! The outbox relay: what committed in the database becomes messages on the broker, at least once.
//!
//! A relay claims rows for a short while, publishes them, and removes what the broker confirmed.
//! One that dies in between leaves its rows to the next claim, so a message may be published twice
//! and never not at all; whoever reads a message asks the database what is true. Any number of
//! relays may run, each on its own.

use std::time::Duration;

use futures::{StreamExt, stream::FuturesUnordered};
use rand::Rng;
use tokio_util::sync::CancellationToken;

use super::{Outgoing, Queue, Route};
use crate::{
    failpoint,
    store::{OutboxRow, Store, StoreError, Topic},
};

/// Rows in one claim.
const BATCH: usize = 256;
/// Batches on their way at once: a row that commits while others wait for their confirmation does
/// not wait for it too.
const PASSES_MAX: usize = 4;
/// A prompt relay looks at least this often, should a wake-up be lost.
const LOOK_PROMPT: Duration = Duration::from_secs(1);
/// A backstop looks this often.
const LOOK_BACKSTOP: Duration = Duration::from_secs(3);
/// After a failure the relay waits this long, and twice as long each time up to the maximum.
const PAUSE_MIN: Duration = Duration::from_millis(100);
const PAUSE_MAX: Duration = Duration::from_secs(5);
/// Batches on their way, and a last one, get this long when the relay is stopped.
const STOP_MAX: Duration = Duration::from_secs(5);

/// How eager a relay is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// Woken by every commit that leaves a message: for processes that write many, and for one that
    /// runs alone.
    Prompt,
    /// Looks every few seconds: for the many workers, so that messages move even where no prompt
    /// relay is up, without a stampede at every commit.
    Backstop,
}

enum Pass {
    Nothing,
    Moved { full: bool },
    Failed,
}

/// Moves messages until `stop`; survives both servers going away.
pub async fn relay(store: &Store, queue: &Queue, pace: Pace, stop: &CancellationToken) {
    let mut listener = store.outbox_listener();
    let mut passes = FuturesUnordered::new();
    let (mut due, mut failures) = (true, 0u32);
    loop {
        if due && passes.len() < PASSES_MAX {
            passes.push(pass(store, queue));
            due = false;
        }
        tokio::select! {
            biased;
            () = stop.cancelled() => break,
            Some(outcome) = passes.next() => match outcome {
                Pass::Nothing => {}
                Pass::Moved { full } => {
                    failures = 0;
                    due |= full;
                }
                Pass::Failed => {
                    stop.run_until_cancelled(tokio::time::sleep(pause(failures))).await;
                    failures = failures.saturating_add(1);
                    due = true;
                }
            },
            () = woken(&mut listener, pace), if !due => due = true,
        }
    }
    // What this process committed last goes out with it, not with somebody else's next look.
    passes.push(pass(store, queue));
    let rest = async { while passes.next().await.is_some() {} };
    if tokio::time::timeout(STOP_MAX, rest).await.is_err() {
        tracing::warn!("the relay stopped with messages on their way; they will be sent again");
    }
}

async fn woken(listener: &mut crate::store::OutboxListener, pace: Pace) {
    match pace {
        Pace::Prompt => listener.wait(LOOK_PROMPT).await,
        Pace::Backstop => {
            let factor = rand::rng().random_range(0.7..1.3);
            tokio::time::sleep(LOOK_BACKSTOP.mul_f64(factor)).await;
        }
    }
}

fn pause(failures: u32) -> Duration {
    let doubled = PAUSE_MIN * 2u32.saturating_pow(failures.min(10));
    doubled.min(PAUSE_MAX).mul_f64(rand::rng().random_range(0.5..1.0))
}

async fn pass(store: &Store, queue: &Queue) -> Pass {
    match moved(store, queue).await {
        Ok(pass) => pass,
        Err(error) => {
            tracing::warn!(%error, "the relay cannot reach the outbox");
            Pass::Failed
        }
    }
}

async fn moved(store: &Store, queue: &Queue) -> Result<Pass, StoreError> {
    let rows = store.outbox_claim(BATCH).await?;
    if rows.is_empty() {
        return Ok(Pass::Nothing);
    }
    failpoint!("relay.before_publish");
    let batch: Vec<Outgoing> = rows.iter().map(outgoing).collect();
    let outcomes = queue.publish_noting(&batch, &|| failpoint!("relay.after_publish")).await;
    failpoint!("relay.after_confirm");
    let (mut done, mut kept) = (Vec::new(), Vec::new());
    for (row, outcome) in rows.iter().zip(outcomes) {
        match outcome {
            Ok(()) => done.push(row.id),
            Err(error) => {
                tracing::warn!(id = row.id, topic = ?row.topic, %error, "not published yet");
                kept.push(row.id);
            }
        }
    }
    metrics::counter!("cutline_outbox_published_total").increment(done.len() as u64);
    if !done.is_empty() {
        store.outbox_done(&done).await?;
    }
    if kept.is_empty() {
        return Ok(Pass::Moved { full: rows.len() == BATCH });
    }
    metrics::counter!("cutline_outbox_failed_total").increment(kept.len() as u64);
    store.outbox_release(&kept).await?;
    Ok(Pass::Failed)
}

fn outgoing(row: &OutboxRow) -> Outgoing {
    let route = match row.topic {
        Topic::Job(queue) => Route::Job(queue),
        Topic::Event { platform } => {
            let kind = row.payload.get("kind").and_then(|kind| kind.as_str()).unwrap_or("other");
            Route::Event { platform, kind: kind.to_owned() }
        }
        Topic::Control => Route::Control,
    };
    Outgoing { route, payload: row.payload.clone() }
}
