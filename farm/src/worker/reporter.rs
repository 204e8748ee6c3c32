//! Tells the database and the front end how a try goes: finished stages one by one, progress
//! coalesced to what a person can follow.

use std::{sync::Arc, time::Duration};

use cutline_core::{
    clock::{Clock, SystemClock},
    event::{EventKind, EventMessage},
    job::{FencingToken, JobSpec},
    store::{ProgressReport, StoreError, Written},
};
use tokio::{sync::mpsc, time::Instant};

use super::{Shared, ending::chain, pipeline::Report, results};
use crate::tasks;

/// No two progress messages of a job are closer; what comes between is dropped for the newest.
const INTERVAL: Duration = Duration::from_secs(1);
/// A finished stage is told this often before it is given up: the job's end tells enough.
const TRIES: u32 = 3;
/// A contact sheet that takes longer to store is given up.
const SHEET_MAX: Duration = Duration::from_secs(20);

/// What is told of one try.
struct Telling {
    shared: Arc<Shared>,
    spec: JobSpec,
    token: FencingToken,
    /// There is a contact sheet to look at.
    sheet: bool,
}

/// Reads reports until all senders are gone. Nothing here can fail a job.
pub(super) async fn report(
    shared: Arc<Shared>,
    spec: JobSpec,
    token: FencingToken,
    mut reports: mpsc::UnboundedReceiver<Report>,
) {
    let mut telling = Telling { shared, spec, token, sheet: false };
    let (mut newest, mut told) = (None::<ProgressReport>, None::<ProgressReport>);
    let mut due = Instant::now();
    // Beside the rest, because it takes as long as the object store likes; what is not stored when
    // the try ends is not wanted any more.
    let mut sheets = tasks::Group::default();
    loop {
        let report = tokio::select! {
            biased;
            () = tokio::time::sleep_until(due), if newest.is_some() => {
                told = newest.take();
                if let Some(progress) = &told {
                    telling.tell(progress).await;
                }
                due = Instant::now() + INTERVAL;
                continue;
            }
            Some(stored) = sheets.next() => {
                telling.sheet |= matches!(stored, Ok(true));
                // Where the job is has been told before; that there is something to see has not.
                newest = newest.or_else(|| told.clone());
                continue;
            }
            report = reports.recv() => report,
        };
        match report {
            None => return,
            Some(Report::Progress { stage, fraction, overall, eta_ms }) => {
                newest = Some(ProgressReport { stage, fraction, overall, eta_ms: Some(eta_ms) });
            }
            Some(Report::Stage(stage)) => {
                metrics::histogram!("cutline_stage_seconds", "stage" => stage.stage.clone())
                    .record(stage.wall_ms as f64 / 1000.0);
                let store = &telling.shared.store;
                for _ in 0..TRIES {
                    if heard(store.stage_done(telling.spec.job, token, &stage).await) {
                        break;
                    }
                }
            }
            Some(Report::Shots(shots)) => {
                let store = &telling.shared.store;
                for _ in 0..TRIES {
                    if heard(store.shots_done(telling.spec.job, token, &shots).await) {
                        break;
                    }
                }
            }
            Some(Report::Sheet(jpeg)) => {
                let (shared, spec) = (telling.shared.clone(), telling.spec.clone());
                sheets.start(show(shared, spec, token, jpeg));
            }
        }
    }
}

fn heard(answer: Result<Written, StoreError>) -> bool {
    answer.inspect_err(|error| tracing::warn!(%error, "a report did not arrive")).is_ok()
}

/// Stores a contact sheet; whether it is there.
async fn show(shared: Arc<Shared>, spec: JobSpec, token: FencingToken, jpeg: Vec<u8>) -> bool {
    let stored = results::show(&shared.objects, &shared.store, &spec, token, jpeg);
    match tokio::time::timeout(SHEET_MAX, stored).await {
        Ok(Ok(Written::Yes)) => true,
        // Another worker's pictures are the true ones.
        Ok(Ok(Written::Stale)) => false,
        Ok(Err(error)) => {
            tracing::info!(job = %spec.job, error = chain(&error), "a card goes without its sheet");
            false
        }
        Err(_) => {
            tracing::info!(job = %spec.job, "a card goes without its sheet: the store is slow");
            false
        }
    }
}

impl Telling {
    async fn tell(&self, progress: &ProgressReport) {
        let spec = &self.spec;
        match self.shared.store.progress(spec.job, self.token, progress).await {
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
                sheet: self.sheet,
            },
            at: SystemClock.now(),
        };
        if let Err(error) = self.shared.queue.publish_event(&event).await {
            tracing::debug!(%error, "progress did not reach the broker");
        }
    }
}
