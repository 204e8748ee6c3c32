//! One job, from its message to its acknowledgement: claim, keep the lease, make, store, settle,
//! acknowledge, and clean up on one path however it went.

use std::{sync::Arc, time::Duration};

use cutline_core::{
    failpoint,
    job::{FencingToken, JobId, JobSpec},
    queue::JobDelivery,
    store::{Claim, Ending, Heartbeat, Written},
};
use tokio::{sync::mpsc, time::Instant};
use tracing::Instrument;

use super::{
    Shared,
    checkpoints::{self, Remote},
    ending,
    leash::{Leash, Stop},
    pipeline::{Attempt, Failure, Made, Reporter},
    reporter,
    results::{self, Waste},
};
use crate::{
    context::StageError,
    runner::{checkpoints::Mirror, work::WorkDir},
    tasks,
};

/// Between two tries to reach the database when nothing else can be done.
const PAUSE: Duration = Duration::from_millis(500);
/// Settling is tried this long; then the lease runs out and another worker finishes the job.
const SETTLE_MAX: Duration = Duration::from_secs(120);
/// The reporter's last words are waited for this long.
const LAST_WORDS_MAX: Duration = Duration::from_secs(3);

/// Copies of checkpoints are waited for this long when a try ends early.
const LAST_COPIES_MAX: Duration = Duration::from_secs(5);

/// How a try ended, for the cleanup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Settled {
    Done,
    /// Failed or cancelled.
    Over,
    /// Queued again, or taken by another worker: checkpoints stay.
    GoesOn,
    /// The database never said; what is stored may be the video that stands.
    Unknown,
}

/// Works on one message. Everything that can go wrong ends in here.
pub(super) async fn work_on(shared: Arc<Shared>, delivery: JobDelivery) {
    let job = delivery.job;
    match claim(&shared, job).await {
        None => delivery.give_back().await,
        Some(Claim::Claimed { spec, token, cancel_requested }) => {
            failpoint!("worker.after_claim");
            let span = tracing::info_span!(
                "job",
                job = %job, account = %spec.account, reference = %spec.reference,
                token = token.0, attempt = spec.attempt
            );
            run(&shared, *spec, token, cancel_requested).instrument(span).await;
            failpoint!("worker.before_ack");
            delivery.ack().await;
            failpoint!("worker.after_ack");
        }
        // Somebody else is at it. Should they be lost, the reaper puts out a new message.
        Some(Claim::Held { until }) => {
            tracing::debug!(%job, %until, "held by another worker");
            delivery.ack().await;
        }
        Some(Claim::Ended(state)) => {
            tracing::debug!(%job, state = state.as_str(), "is over");
            delivery.ack().await;
        }
        Some(Claim::Unknown) => {
            tracing::error!(%job, "the database knows no such job: made a dead letter");
            delivery.reject().await;
        }
    }
}

/// Claims as soon as the database answers; `None` when this worker is to end first.
async fn claim(shared: &Shared, job: JobId) -> Option<Claim> {
    loop {
        match shared.store.claim(job, shared.id, shared.settings.lease).await {
            Ok(claim) => return Some(claim),
            Err(error) => {
                tracing::warn!(%job, %error, "not claimed yet");
                let pause = tokio::time::sleep(PAUSE);
                shared.draining.run_until_cancelled(pause).await?;
            }
        }
    }
}

async fn run(shared: &Arc<Shared>, spec: JobSpec, token: FencingToken, cancel_requested: bool) {
    let leash = Arc::new(Leash::default());
    if cancel_requested {
        leash.end(Stop::Cancelled);
    }
    let _entry = shared.enter(spec.job, leash.clone());
    let mut background = tasks::Group::default();
    background.start(keep_lease(shared.clone(), spec.job, token, leash.clone()));
    background.start(limit_time(shared.settings.job_limit, leash.clone()));
    let name = format!("{}-{token}", spec.job);
    let settled = match WorkDir::open(&shared.settings.folder, &name) {
        Ok(folder) => {
            let outcome = attempt(shared, &spec, token, &leash, &folder).await;
            let settled = settle(shared, &spec, token, &leash, outcome).await;
            let removed = tasks::blocking(move || folder.remove()).await;
            if let Err(error) = removed {
                tracing::error!(%error, "removing the work folder");
            }
            settled
        }
        Err(error) => {
            let source = std::io::Error::other(error.to_string());
            let what = "opening the work folder".to_owned();
            let failure = Failure::new("start", StageError::Io { what, source });
            settle(shared, &spec, token, &leash, Err(failure)).await
        }
    };
    drop(background);
    let waste = match settled {
        Settled::Done => Waste::AllButThis,
        Settled::Over => Waste::Everything,
        Settled::GoesOn => Waste::ThisAlone,
        Settled::Unknown => return,
    };
    results::clear(&shared.objects, &spec, token, waste).await;
}

/// Makes the video and stores it.
async fn attempt(
    shared: &Arc<Shared>,
    spec: &JobSpec,
    token: FencingToken,
    leash: &Leash,
    folder: &WorkDir,
) -> Result<Ending, Failure> {
    let cancel = leash.token();
    let at_start = |source| Failure::new("start", source);
    let fetched = checkpoints::fetch(&shared.objects, spec.job, folder.root());
    let found = cancel.run_until_cancelled(fetched).await.ok_or(StageError::Cancelled);
    let found = found.map_err(at_start)?;
    tracing::info!(checkpoints = found, pipeline_attempt = spec.attempt, "begins");
    let (mirror, _copying) =
        Remote::start(shared.objects.clone(), spec.job, folder.root().to_path_buf());
    let (sender, reports) = mpsc::unbounded_channel();
    let mut reporting = tasks::Group::default();
    reporting.start(reporter::report(shared.clone(), spec.clone(), token, reports));
    let attempt = Attempt {
        spec: spec.clone(),
        token,
        folder: folder.root().to_path_buf(),
        mirror: mirror.clone() as Arc<dyn Mirror>,
        cancel: cancel.clone(),
        reporter: Reporter(sender),
        store: shared.store.clone(),
        objects: shared.objects.clone(),
    };
    let made = shared.pipeline.make(&attempt).await;
    // Its last reports go out before the end does.
    drop(attempt);
    let _ = tokio::time::timeout(LAST_WORDS_MAX, reporting.next()).await;
    if made.is_err() && !matches!(leash.reason(), Some(Stop::Stale | Stop::Cancelled)) {
        // Whoever goes on finds as much as there is.
        let _ = tokio::time::timeout(LAST_COPIES_MAX, mirror.settled()).await;
    }
    let made = made?;
    let stored = cancel.run_until_cancelled(deliver(shared, spec, token, leash, &made)).await;
    stored.unwrap_or(Err(Failure::new("deliver", StageError::Cancelled)))
}

/// Running → delivering, then the files.
async fn deliver(
    shared: &Shared,
    spec: &JobSpec,
    token: FencingToken,
    leash: &Leash,
    made: &Made,
) -> Result<Ending, Failure> {
    failpoint!("worker.before_upload");
    loop {
        match shared.store.deliver(spec.job, token).await {
            Ok(Written::Yes) => break,
            Ok(Written::Stale) => {
                leash.end(Stop::Stale);
                return Err(Failure::new("deliver", StageError::Cancelled));
            }
            Err(error) => {
                tracing::warn!(%error, "not delivering yet");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    let video = results::upload(&shared.objects, spec, token, made).await;
    let video = video.map_err(|error| Failure::new("deliver", error))?;
    failpoint!("worker.after_upload");
    Ok(Ending::Done(Box::new(video)))
}

/// Writes the end into the database, in one transaction, and says what became of the job.
async fn settle(
    shared: &Shared,
    spec: &JobSpec,
    token: FencingToken,
    leash: &Leash,
    outcome: Result<Ending, Failure>,
) -> Settled {
    let stopped = leash.reason();
    let ending = match &outcome {
        Ok(ending) => Some(ending.clone()),
        Err(failure) => {
            tracing::info!(?stopped, detail = ending::chain(failure), "ended without a video");
            ending::of_failure(failure, stopped)
        }
    };
    let Some(ending) = ending else {
        return if stopped == Some(Stop::HandedBack) {
            hand_back(shared, spec.job, token).await
        } else {
            Settled::GoesOn
        };
    };
    failpoint!("worker.before_settle");
    let deadline = Instant::now() + SETTLE_MAX;
    loop {
        match shared.store.finish(spec.job, token, &ending).await {
            Ok(Written::Yes) => break,
            Ok(Written::Stale) => {
                tracing::warn!("the job is another worker's: nothing was written");
                metrics::counter!("cutline_stale_writes_total").increment(1);
                return Settled::GoesOn;
            }
            Err(error) if Instant::now() < deadline => {
                tracing::warn!(%error, "not settled yet");
                tokio::time::sleep(PAUSE).await;
            }
            Err(error) => {
                tracing::error!(%error, "not settled: the lease runs out and another finishes it");
                return Settled::Unknown;
            }
        }
    }
    failpoint!("worker.after_settle");
    let (word, settled) = match &ending {
        Ending::Done(_) => ("done", Settled::Done),
        Ending::Cancelled => ("cancelled", Settled::Over),
        // Whether tries are left the database knows; keeping checkpoints of a job that is over
        // costs space until the sweep, throwing away those of one that goes on costs its work.
        Ending::Failed { retry: true, .. } => ("failed, to be tried again", Settled::GoesOn),
        Ending::Failed { .. } => ("failed", Settled::Over),
    };
    metrics::counter!("cutline_jobs_total", "end" => word).increment(1);
    tracing::info!(end = word, "settled");
    if spec.attempt >= cutline_core::job::TRIES_MAX && settled == Settled::GoesOn {
        return Settled::Over;
    }
    settled
}

async fn hand_back(shared: &Shared, job: JobId, token: FencingToken) -> Settled {
    for _ in 0..3 {
        match shared.store.hand_back(job, token).await {
            Ok(_) => {
                tracing::info!("handed back");
                return Settled::GoesOn;
            }
            Err(error) => tracing::warn!(%error, "not handed back yet"),
        }
        tokio::time::sleep(PAUSE).await;
    }
    // The lease runs out instead.
    Settled::GoesOn
}

/// Renews the lease until dropped; ends the run when it is lost or the person called the job off.
async fn keep_lease(shared: Arc<Shared>, job: JobId, token: FencingToken, leash: Arc<Leash>) {
    let lease = shared.settings.lease;
    let mut known_until = Instant::now() + lease;
    loop {
        tokio::time::sleep(lease / 3).await;
        let asked_at = Instant::now();
        let renewed = tokio::time::timeout(lease / 3, shared.store.heartbeat(job, token, lease));
        match renewed.await {
            Ok(Ok(Heartbeat::Current { cancel_requested })) => {
                known_until = asked_at + lease;
                if cancel_requested {
                    leash.end(Stop::Cancelled);
                }
            }
            Ok(Ok(Heartbeat::Stale)) => return leash.end(Stop::Stale),
            Ok(Err(error)) => tracing::warn!(%job, %error, "no heartbeat"),
            Err(_) => tracing::warn!(%job, "no heartbeat: the database is slow"),
        }
        if Instant::now() >= known_until {
            tracing::warn!(%job, "the lease has run out unheard: stopping");
            return leash.end(Stop::Stale);
        }
    }
}

async fn limit_time(limit: Duration, leash: Arc<Leash>) {
    tokio::time::sleep(limit).await;
    leash.end(Stop::TooLong);
}
