//! What a worker does beside its jobs: says that it is there, takes jobs from workers that are not,
//! and sweeps what the dead left behind.

use std::{sync::Arc, time::Duration};

use cutline_core::{
    clock::{Clock, SystemClock},
    store::WorkerReport,
};
use rand::Rng;
use tokio_util::sync::CancellationToken;

use super::{Shared, hardware, orphans};
use crate::{runner::work, tasks};

const SEEN_EVERY: Duration = Duration::from_secs(5);
/// A lost job waits for this at most after its lease has run out.
const REAP_EVERY: Duration = Duration::from_secs(1);
/// Work folders of dead workers on this machine.
const FOLDERS_EVERY: Duration = Duration::from_secs(20);
const FOLDER_AGE_MIN: Duration = Duration::from_secs(2);
/// Objects of jobs that ended (spec §4, Orphans).
const OBJECTS_EVERY: Duration = Duration::from_secs(3600);

/// Reports hardware and load, and hears whether to drain.
pub(super) async fn register(shared: Arc<Shared>, ended: CancellationToken) {
    let mut hardware = hardware::probe(shared.pipeline.describe()).await;
    loop {
        if let Some(fields) = hardware.as_object_mut() {
            fields.insert("load_1m".into(), hardware::load_1m().await.into());
            fields.insert("warm".into(), shared.cold().is_none().into());
        }
        let report = WorkerReport {
            id: shared.id,
            name: shared.settings.name.clone(),
            slots: u32::try_from(shared.settings.slots).unwrap_or(u32::MAX),
            busy: u32::try_from(shared.busy()).unwrap_or(u32::MAX),
            hardware: hardware.clone(),
            draining: shared.draining.is_cancelled(),
        };
        metrics::gauge!("cutline_worker_busy").set(f64::from(report.busy));
        metrics::gauge!("cutline_worker_slots").set(f64::from(report.slots));
        match shared.store.worker_seen(&report).await {
            Ok(orders) if orders.drain && !shared.draining.is_cancelled() => {
                tracing::info!("an operator says to drain");
                shared.draining.cancel();
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "not registered"),
        }
        if paused(SEEN_EVERY, &ended).await {
            return;
        }
    }
}

/// Gives the jobs of lost workers back to the queue.
pub(super) async fn reap(shared: Arc<Shared>, ended: CancellationToken) {
    while !paused(jittered(REAP_EVERY), &ended).await {
        match shared.store.requeue_lost(shared.settings.lost_after).await {
            Ok(lost) => {
                for one in lost {
                    metrics::counter!("cutline_jobs_requeued_total").increment(1);
                    tracing::warn!(job = %one.job, now = one.state.as_str(), "its worker was lost");
                }
            }
            Err(error) => tracing::warn!(%error, "lost jobs were not looked for"),
        }
    }
}

/// Removes work folders and objects that belong to nobody.
pub(super) async fn sweep(shared: Arc<Shared>, ended: CancellationToken) {
    // Workers that start together do not sweep together.
    let first = jittered(OBJECTS_EVERY / 10);
    let mut objects_due = tokio::time::Instant::now() + first;
    loop {
        sweep_folders(&shared).await;
        if tokio::time::Instant::now() >= objects_due {
            objects_due = tokio::time::Instant::now() + OBJECTS_EVERY;
            sweep_objects(&shared).await;
        }
        if paused(FOLDERS_EVERY, &ended).await {
            return;
        }
    }
}

/// Removes the work folders of workers that died on this machine.
pub(super) async fn sweep_folders(shared: &Shared) {
    let folder = shared.settings.folder.clone();
    let swept = tasks::blocking(move || work::sweep_abandoned(&folder, FOLDER_AGE_MIN)).await;
    if let Err(error) = swept {
        tracing::error!(%error, "sweeping work folders");
    }
}

async fn sweep_objects(shared: &Shared) {
    match shared.objects.sweep(SystemClock.now()).await {
        Ok(swept) => tracing::info!(?swept, "swept the object store"),
        Err(error) => tracing::warn!(%error, "the object store was not swept"),
    }
    if let Err(error) = orphans::sweep(&shared.store, &shared.objects).await {
        tracing::warn!(%error, "objects of ended jobs were not swept");
    }
}

/// Workers do not do the same thing at the same moment.
fn jittered(every: Duration) -> Duration {
    every.mul_f64(rand::rng().random_range(0.7..1.3))
}

/// Waits; `true` when the worker ends meanwhile.
async fn paused(pause: Duration, ended: &CancellationToken) -> bool {
    ended.run_until_cancelled(tokio::time::sleep(pause)).await.is_none()
}
