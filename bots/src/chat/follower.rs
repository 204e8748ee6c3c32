//! Following every job of a platform: events say "look", a sweep finds what no event told of. One
//! task for each job that needs looking at, and none for those that rest; what comes for a job
//! while its task is at work becomes one more look.

use std::{collections::HashMap, time::Duration};

use cutline_core::{
    event::{EventKind, EventMessage},
    job::JobId,
    queue::{EventDelivery, Subscription},
};
use tokio::{sync::mpsc, time::MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use super::board::{Board, Next};
use crate::tasks::Group;

/// How often jobs without events are looked for.
const SWEEP: Duration = Duration::from_secs(5);
/// A card that was not drawn for so long may be out of date: a waiting job's place changes without
/// an event.
const STALE: Duration = Duration::from_secs(20);
/// At the start, ends of so long ago are still posted; afterwards those that somebody dropped
/// lately.
const ENDED_AT_START: Duration = Duration::from_secs(24 * 3600);
const ENDED_LATELY: Duration = Duration::from_secs(3600);
/// Jobs found by one sweep; the next finds more.
const SWEEP_MAX: u32 = 200;
/// An event whose job has to wait longer is acknowledged all the same, so that it does not keep
/// others from coming; the job's own task remembers, and should that die, the sweep does.
const UNACKED_MAX: Duration = Duration::from_secs(5);
/// How long a stopping bot finishes what it has in hand.
const STOPPING: Duration = Duration::from_secs(10);

/// One thing that came for a job.
struct Nudge {
    about: EventMessage,
    /// To be acknowledged when the job has been seen to.
    delivery: Option<EventDelivery>,
}

/// Follows every job of the board's platform until `stop`; then finishes what is in hand.
pub async fn follow(board: Board, stop: CancellationToken) {
    let platform = board.chat().platform();
    let mut events = board.front().queue.events(Subscription::Durable(platform));
    let mut jobs: HashMap<JobId, mpsc::UnboundedSender<Nudge>> = HashMap::new();
    let mut tasks: Group<JobId> = Group::default();
    let mut sweep = tokio::time::interval(SWEEP);
    sweep.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut ended = ENDED_AT_START;
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => break,
            Some(over) = tasks.next() => {
                match over {
                    // A task of the same job may have been started since: its sender is open.
                    Ok(job) => if jobs.get(&job).is_some_and(mpsc::UnboundedSender::is_closed) {
                        jobs.remove(&job);
                    },
                    Err(error) => {
                        tracing::error!(%error, "following a job");
                        jobs.retain(|_, nudges| !nudges.is_closed());
                    }
                }
            }
            delivery = events.next() => {
                let about = delivery.event.clone();
                // Progress is superseded by the next; only what may not be lost waits for its look.
                let delivery = if matches!(about.kind, EventKind::Progress { .. }) {
                    delivery.ack().await;
                    None
                } else {
                    Some(delivery)
                };
                nudge(&board, &mut jobs, &mut tasks, Nudge { about, delivery });
            }
            _ = sweep.tick() => {
                match board.front().store.cards_due(platform, ended, STALE, SWEEP_MAX).await {
                    Ok(due) => {
                        if due.len() < SWEEP_MAX as usize {
                            ended = ENDED_LATELY;
                        }
                        for about in due {
                            nudge(&board, &mut jobs, &mut tasks, Nudge { about, delivery: None });
                        }
                    }
                    Err(error) => tracing::debug!(%error, "jobs without events are looked for later"),
                }
            }
        }
    }
    // No more nudges: each task ends after the look it is at.
    jobs.clear();
    let finished = async { while tasks.next().await.is_some() {} };
    if tokio::time::timeout(STOPPING, finished).await.is_err() {
        tracing::info!("some cards are left to the next start");
    }
}

fn nudge(
    board: &Board,
    jobs: &mut HashMap<JobId, mpsc::UnboundedSender<Nudge>>,
    tasks: &mut Group<JobId>,
    nudge: Nudge,
) {
    let job = nudge.about.job;
    let unsent = match jobs.get(&job) {
        Some(task) => match task.send(nudge) {
            Ok(()) => return,
            Err(unsent) => unsent.0,
        },
        None => nudge,
    };
    let (sender, nudges) = mpsc::unbounded_channel();
    let about = unsent.about.clone();
    // The receiver is in hand: it takes it.
    let _ = sender.send(unsent);
    jobs.insert(job, sender);
    tasks.start(see_to(board.clone(), about, nudges));
}

/// Looks at a job as often as it needs.
async fn see_to(
    board: Board,
    mut about: EventMessage,
    mut nudges: mpsc::UnboundedReceiver<Nudge>,
) -> JobId {
    let mut unacked: Vec<EventDelivery> = Vec::new();
    let mut closing = false;
    loop {
        while let Ok(nudge) = nudges.try_recv() {
            about = nudge.about;
            unacked.extend(nudge.delivery);
        }
        let next = board.look(&about).await;
        match next {
            Next::Again(wait) if !closing => {
                if wait > UNACKED_MAX {
                    acknowledge(&mut unacked).await;
                }
                wait_for(wait, &mut nudges, &mut about, &mut unacked, &mut closing).await;
            }
            // Stopping: what is not acknowledged comes to another, or to the next start.
            Next::Again(_) => return about.job,
            Next::Rest | Next::Over => {
                acknowledge(&mut unacked).await;
                // From here on a nudge starts a new task; what slipped in before is seen to.
                nudges.close();
                match nudges.try_recv() {
                    Ok(nudge) if !closing => {
                        about = nudge.about;
                        unacked.extend(nudge.delivery);
                    }
                    _ => return about.job,
                }
            }
        }
    }
}

/// Waits out a pause; what comes meanwhile is part of the next look, and an end does not wait for
/// it. A channel that was closed from the other side means that the bot is stopping.
async fn wait_for(
    wait: Duration,
    nudges: &mut mpsc::UnboundedReceiver<Nudge>,
    about: &mut EventMessage,
    unacked: &mut Vec<EventDelivery>,
    closing: &mut bool,
) {
    let pause = tokio::time::sleep(wait);
    tokio::pin!(pause);
    loop {
        tokio::select! {
            () = &mut pause => return,
            nudge = nudges.recv() => match nudge {
                Some(nudge) => {
                    *about = nudge.about;
                    unacked.extend(nudge.delivery);
                    if about.kind.is_terminal() {
                        return;
                    }
                }
                None => {
                    *closing = true;
                    return;
                }
            },
        }
    }
}

async fn acknowledge(unacked: &mut Vec<EventDelivery>) {
    for delivery in unacked.drain(..) {
        delivery.ack().await;
    }
}
