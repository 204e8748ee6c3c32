//! The worker: takes jobs from the queue, holds each under a lease with a fencing token, runs the
//! pipeline, and settles. A worker may die at any instruction: PostgreSQL knows what is true,
//! another worker goes on from the checkpoints, and whatever this one left behind is swept.
//!
//! No lock and no transaction is held while a stage runs.

pub mod book;
pub mod checkpoints;
mod chores;
pub mod director;
pub mod ending;
mod hardware;
mod job;
pub mod leash;
pub mod orphans;
pub mod pipeline;
mod reporter;
pub mod results;
#[cfg(feature = "failpoints")]
pub mod standin;

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::Duration,
};

use cutline_core::{
    event::Control,
    job::{JobId, WorkerId},
    objects::Objects,
    queue::{Controls, Pace, Queue, relay},
    store::Store,
};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use self::{
    leash::{Leash, Stop},
    pipeline::Pipeline,
};
use crate::tasks;

/// Jobs that were told to end at the drain's deadline get this long to hand themselves back.
const HAND_BACK_MAX: Duration = Duration::from_secs(10);

/// How a worker works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// As operators know it.
    pub name: String,
    /// Jobs at once.
    pub slots: usize,
    /// How long it may be silent before its jobs are given to others.
    pub lease: Duration,
    /// A job that takes longer has failed.
    pub job_limit: Duration,
    /// Jobs get this long to finish when the worker is to end; then they are handed back.
    pub drain: Duration,
    /// A queued job is told to the queue again after this: its message may be lost.
    pub lost_after: Duration,
    /// Work folders are below it, under `work/`.
    pub folder: PathBuf,
    /// How eagerly this worker's relay moves messages.
    pub relay: Pace,
}

/// What the parts of a running worker share.
pub struct Shared {
    /// This run of it.
    pub id: WorkerId,
    /// How it works.
    pub settings: Settings,
    /// The truth.
    pub store: Store,
    /// Messages.
    pub queue: Queue,
    /// Files.
    pub objects: Objects,
    /// Makes videos.
    pub pipeline: Arc<dyn Pipeline>,
    /// Fires when no more jobs are to be taken.
    pub draining: CancellationToken,
    jobs: Mutex<HashMap<JobId, Arc<Leash>>>,
    /// Why the worker is not warm yet; `None` when it is.
    cold: RwLock<Option<String>>,
}

/// A job's place among the running ones; leaving frees it.
struct Entry<'a> {
    shared: &'a Shared,
    job: JobId,
    leash: Arc<Leash>,
}

impl Drop for Entry<'_> {
    fn drop(&mut self) {
        let mut jobs = self.shared.jobs();
        if jobs.get(&self.job).is_some_and(|current| Arc::ptr_eq(current, &self.leash)) {
            jobs.remove(&self.job);
        }
    }
}

impl Shared {
    /// A worker that has not begun.
    #[must_use]
    pub fn new(
        settings: Settings,
        store: Store,
        queue: Queue,
        objects: Objects,
        pipeline: Arc<dyn Pipeline>,
    ) -> Arc<Self> {
        Arc::new(Self {
            id: WorkerId::fresh(),
            settings,
            store,
            queue,
            objects,
            pipeline,
            draining: CancellationToken::new(),
            jobs: Mutex::default(),
            cold: RwLock::new(Some("starting".into())),
        })
    }

    /// Jobs held now.
    #[must_use]
    pub fn busy(&self) -> usize {
        self.jobs().len()
    }

    /// Why the worker is not warm yet, in plain words.
    #[must_use]
    pub fn cold(&self) -> Option<String> {
        self.cold.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_cold(&self, why: Option<String>) {
        *self.cold.write().unwrap_or_else(PoisonError::into_inner) = why;
    }

    fn enter(&self, job: JobId, leash: Arc<Leash>) -> Entry<'_> {
        let before = self.jobs().insert(job, leash.clone());
        // Our own lease on it ran out and the job came back to us: the earlier try is stale.
        if let Some(earlier) = before {
            earlier.end(Stop::Stale);
        }
        Entry { shared: self, job, leash }
    }

    fn end(&self, job: JobId, why: Stop) {
        if let Some(leash) = self.jobs().get(&job) {
            leash.end(why);
        }
    }

    fn end_all(&self, why: Stop) {
        for leash in self.jobs().values() {
            leash.end(why);
        }
    }

    fn jobs(&self) -> std::sync::MutexGuard<'_, HashMap<JobId, Arc<Leash>>> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Works until `shared.draining` fires, then finishes or hands back what it holds, and ends.
pub async fn work(shared: Arc<Shared>) {
    let ended = CancellationToken::new();
    let mut background = tasks::Group::default();
    background.start(chores::register(shared.clone(), ended.clone()));
    background.start(chores::reap(shared.clone(), ended.clone()));
    background.start(chores::sweep(shared.clone(), ended.clone()));
    background.start(obey(shared.clone()));
    let mut relaying = tasks::Group::default();
    relaying.start(relayed(shared.clone(), ended.clone()));
    if warm_up(&shared).await {
        take_jobs(&shared).await;
    }
    ended.cancel();
    if let Err(error) = shared.store.worker_gone(shared.id).await {
        tracing::warn!(%error, "the database did not hear the goodbye");
    }
    // Its last messages go out before the connection does.
    relaying.next().await;
    shared.queue.close().await;
    drop(background);
    chores::sweep_folders(&shared).await;
    tracing::info!("ended");
}

/// Tries until it is warm; `false` when it is to end first.
async fn warm_up(shared: &Shared) -> bool {
    loop {
        let warmed = shared.draining.run_until_cancelled(shared.pipeline.warm()).await;
        match warmed {
            None => return false,
            Some(Ok(())) => break,
            Some(Err(error)) => {
                let why = ending::chain(&error);
                tracing::error!(why, "cannot make videos; trying again");
                shared.set_cold(Some(why));
                let pause = tokio::time::sleep(Duration::from_secs(5));
                if shared.draining.run_until_cancelled(pause).await.is_none() {
                    return false;
                }
            }
        }
    }
    shared.set_cold(None);
    tracing::info!(slots = shared.settings.slots, "warm");
    true
}

async fn take_jobs(shared: &Arc<Shared>) {
    let mut waiting =
        shared.queue.consume_jobs(shared.settings.slots, shared.draining.child_token());
    let mut running = tasks::Group::default();
    while let Some(delivery) = waiting.recv().await {
        if shared.draining.is_cancelled() {
            delivery.give_back().await;
            continue;
        }
        running.start(job::work_on(shared.clone(), delivery));
        while let Some(ended) = running.try_next() {
            note(ended);
        }
    }
    tracing::info!(jobs = shared.busy(), "takes no more jobs");
    let deadline = Instant::now() + shared.settings.drain;
    if !finished(&mut running, deadline).await {
        tracing::warn!(jobs = shared.busy(), "the deadline is here: handing back");
        shared.end_all(Stop::HandedBack);
        if !finished(&mut running, Instant::now() + HAND_BACK_MAX).await {
            tracing::error!("ending with jobs held; their leases run out");
        }
    }
}

async fn finished(running: &mut tasks::Group<()>, deadline: Instant) -> bool {
    let all = async {
        while let Some(ended) = running.next().await {
            note(ended);
        }
    };
    tokio::time::timeout_at(deadline, all).await.is_ok()
}

fn note(ended: Result<(), crate::context::StageError>) {
    if let Err(error) = ended {
        // Its lease runs out, and another worker takes it up.
        tracing::error!(%error, "a job's task panicked");
    }
}

/// Does what the control channel says; the heartbeat says the same a little later.
async fn obey(shared: Arc<Shared>) {
    let mut controls: Controls = shared.queue.control();
    loop {
        match controls.next().await {
            Control::Cancel { job } => shared.end(job, Stop::Cancelled),
            Control::Drain { worker } if worker == shared.id => shared.draining.cancel(),
            Control::Drain { .. } => {}
        }
    }
}

async fn relayed(shared: Arc<Shared>, ended: CancellationToken) {
    relay(&shared.store, &shared.queue, shared.settings.relay, &ended).await;
}
