//! Tells the database and the front end how a try goes: finished stages one by one, progress
//! coalesced to what a person can follow.

use std::time::Duration;

use cutline_core::{
    clock::{Clock, SystemClock},
    event::{EventKind, EventMessage},
    job::{FencingToken, JobSpec},
    queue::Queue,
    store::{ProgressReport, Store, StoreError, Written},
};
use tokio::{sync::mpsc, time::Instant};

use super::pipeline::Report;

/// No two progress messages of a job are closer; what comes between is dropped for the newest.
const INTERVAL: Duration = Duration::from_secs(1);
/// A finished stage is told this often before it is given up: the job's end tells enough.
const TRIES: u32 = 3;

/// Reads reports until all senders are gone. Nothing here can fail a job.
pub(super) async fn report(
    store: &Store,
    queue: &Queue,
    spec: &JobSpec,
    token: FencingToken,
    mut reports: mpsc::UnboundedReceiver<Report>,
) {
    let mut newest: Option<ProgressReport> = None;
    let mut due = Instant::now();
    loop {
        let report = if newest.is_some() {
            tokio::select! {
                biased;
                () = tokio::time::sleep_until(due) => {
                    if let Some(progress) = newest.take() {
                        tell(store, queue, spec, token, &progress).await;
                    }
                    due = Instant::now() + INTERVAL;
                    continue;
                }
                report = reports.recv() => report,
            }
        } else {
            reports.recv().await
        };
        match report {
            None => return,
            Some(Report::Progress { stage, fraction, overall, eta_ms }) => {
                newest = Some(ProgressReport { stage, fraction, overall, eta_ms: Some(eta_ms) });
            }
            Some(Report::Stage(stage)) => {
                metrics::histogram!("cutline_stage_seconds", "stage" => stage.stage.clone())
                    .record(stage.wall_ms as f64 / 1000.0);
                for _ in 0..TRIES {
                    if heard(store.stage_done(spec.job, token, &stage).await) {
                        break;
                    }
                }
            }
            Some(Report::Shots(shots)) => {
                for _ in 0..TRIES {
                    if heard(store.shots_done(spec.job, token, &shots).await) {
                        break;
                    }
                }
            }
        }
    }
}

fn heard(answer: Result<Written, StoreError>) -> bool {
    answer.inspect_err(|error| tracing::warn!(%error, "a report did not arrive")).is_ok()
}

async fn tell(
    store: &Store,
    queue: &Queue,
    spec: &JobSpec,
    token: FencingToken,
    progress: &ProgressReport,
) {
    match store.progress(spec.job, token, progress).await {
        Ok(Written::Yes) => {}
        // Another worker's progress is the true one.
        Ok(Written::Stale) => return,
        Err(error) => tracing::debug!(%error, "progress did not reach the database"),
    }
    let event = EventMessage {
        job: spec.job,
        reference: spec.reference.clone(),
        account: spec.account,
        platform: spec.origin.platform,
        origin: spec.origin.clone(),
        kind: EventKind::Progress {
            stage: progress.stage.clone(),
            fraction: progress.fraction,
            overall: progress.overall,
            eta_ms: progress.eta_ms,
        },
        at: SystemClock.now(),
    };
    if let Err(error) = queue.publish_event(&event).await {
        tracing::debug!(%error, "progress did not reach the broker");
    }
}
