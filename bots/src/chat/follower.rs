//! Following every job of a platform: events say "look", a sweep finds what no event told of. One
//! task for each job that needs looking at, and none for those that rest; what comes for a job
//! while its task is at work becomes one more look.

use std::{collections::HashMap, future::Future, time::Duration};

use cutline_core::{
    event::{EventKind, EventMessage},
    job::JobId,
    queue::{Receipt, Subscription},
};
use tokio::{sync::mpsc, time::MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use super::board::{Board, Next};
use crate::tasks::{Group, Panicked};

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
    receipt: Option<Receipt>,
}

/// Boxed: a channel has room for some dozens from the start, and nearly always none come.
type Nudges = mpsc::UnboundedReceiver<Box<Nudge>>;

/// The tasks of the jobs that are being seen to.
struct Jobs {
    board: Board,
    stop: CancellationToken,
    ways: HashMap<JobId, mpsc::UnboundedSender<Box<Nudge>>>,
    tasks: Group<JobId>,
}

/// Follows every job of the board's platform until `stop`; then finishes what is in hand.
pub async fn follow(board: Board, stop: CancellationToken) {
    let platform = board.chat().platform();
    let mut events = board.front().queue.events(Subscription::Durable(platform));
    let (ways, tasks) = (HashMap::new(), Group::default());
    let mut jobs = Jobs { board: board.clone(), stop: stop.clone(), ways, tasks };
    let mut sweep = tokio::time::interval(SWEEP);
    sweep.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut ended = ENDED_AT_START;
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => break,
            Some(over) = jobs.tasks.next() => jobs.over(over),
            delivery = events.next() => {
                let (about, receipt) = delivery.split();
                // Progress is superseded by the next; only what may not be lost waits for its look.
                let receipt = if matches!(about.kind, EventKind::Progress { .. }) {
                    receipt.ack().await;
                    None
                } else {
                    Some(receipt)
                };
                jobs.nudge(Nudge { about, receipt });
            }
            _ = sweep.tick() => {
                match board.front().store.cards_due(platform, ended, STALE, SWEEP_MAX).await {
                    Ok(due) => {
                        if due.len() < SWEEP_MAX as usize {
                            ended = ENDED_LATELY;
                        }
                        for about in due {
                            jobs.nudge(Nudge { about, receipt: None });
                        }
                    }
                    Err(error) => tracing::debug!(%error, "jobs without events are looked for later"),
                }
            }
        }
    }
    // Each task ends after the look it is at.
    let finished = async { while jobs.tasks.next().await.is_some() {} };
    if tokio::time::timeout(STOPPING, finished).await.is_err() {
        tracing::info!("some cards are left to the next start");
    }
}

impl Jobs {
    fn nudge(&mut self, nudge: Nudge) {
        let job = nudge.about.job;
        let unsent = match self.ways.get(&job) {
            Some(way) => match way.send(Box::new(nudge)) {
                Ok(()) => return,
                Err(unsent) => *unsent.0,
            },
            None => nudge,
        };
        let (way, nudges) = mpsc::unbounded_channel();
        self.ways.insert(job, way);
        self.tasks.start(see_to(self.board.clone(), unsent, nudges, self.stop.clone()));
    }

    fn over(&mut self, over: Result<JobId, Panicked>) {
        match over {
            // A task of the same job may have been started since: its way is open.
            Ok(job) => {
                if self.ways.get(&job).is_some_and(mpsc::UnboundedSender::is_closed) {
                    self.ways.remove(&job);
                }
            }
            Err(error) => {
                tracing::error!(%error, "following a job");
                self.ways.retain(|_, way| !way.is_closed());
            }
        }
    }
}

/// What looks at a job and says when to look again: the board.
trait Look: Send {
    fn look_at(&self, about: &EventMessage) -> impl Future<Output = Next> + Send;
}

impl Look for Board {
    async fn look_at(&self, about: &EventMessage) -> Next {
        self.look(about).await
    }
}

/// Looks at a job as often as it needs.
async fn see_to(
    looking: impl Look,
    first: Nudge,
    mut nudges: Nudges,
    stop: CancellationToken,
) -> JobId {
    let mut about = first.about;
    let mut unacked: Vec<Receipt> = first.receipt.into_iter().collect();
    loop {
        while let Ok(nudge) = nudges.try_recv() {
            about = nudge.about;
            unacked.extend(nudge.receipt);
        }
        match looking.look_at(&about).await {
            // Stopping: what is not acknowledged comes to another, or to the next start.
            Next::Again(_) if stop.is_cancelled() => return about.job,
            Next::Again(wait) => {
                if wait > UNACKED_MAX {
                    acknowledge(&mut unacked).await;
                }
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = wait_for(wait, &mut nudges, &mut about, &mut unacked) => {}
                }
            }
            Next::Rest | Next::Over => {
                acknowledge(&mut unacked).await;
                // From here on a nudge starts a new task; what slipped in before is seen to.
                nudges.close();
                match nudges.try_recv() {
                    Ok(nudge) if !stop.is_cancelled() => {
                        about = nudge.about;
                        unacked.extend(nudge.receipt);
                    }
                    _ => return about.job,
                }
            }
        }
    }
}

/// Waits out a pause; what comes meanwhile is part of the next look, and an end does not wait for
/// it. Cancel-safe.
async fn wait_for(
    wait: Duration,
    nudges: &mut Nudges,
    about: &mut EventMessage,
    unacked: &mut Vec<Receipt>,
) {
    let pause = tokio::time::sleep(wait);
    tokio::pin!(pause);
    loop {
        tokio::select! {
            () = &mut pause => return,
            // Once we have closed it ourselves nothing more comes: the pause is waited out.
            Some(nudge) = nudges.recv() => {
                *about = nudge.about;
                unacked.extend(nudge.receipt);
                if about.kind.is_terminal() {
                    return;
                }
            }
        }
    }
}

async fn acknowledge(unacked: &mut Vec<Receipt>) {
    for receipt in unacked.drain(..) {
        receipt.ack().await;
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::VecDeque, sync::Mutex};

    use serde_json::json;

    use super::*;

    /// Says what it is to say, one after the other; a nudge comes in the middle of its first look.
    struct Script {
        says: Mutex<VecDeque<Next>>,
        way: Mutex<Option<mpsc::UnboundedSender<Box<Nudge>>>>,
    }

    impl Look for &Script {
        async fn look_at(&self, _: &EventMessage) -> Next {
            if let Some(way) = self.way.lock().unwrap().take() {
                way.send(Box::new(nudge())).unwrap();
            }
            self.says.lock().unwrap().pop_front().unwrap_or(Next::Over)
        }
    }

    fn nudge() -> Nudge {
        let about = json!({
            "job": "0199aaaa-0000-7000-8000-000000000001", "reference": "K7Q2M9",
            "account": "0199aaaa-0000-7000-8000-000000000002", "platform": "discord",
            "origin": {"platform": "discord", "place": {}}, "at": "2026-11-22T10:00:00Z",
            "kind": "requeued",
        });
        Nudge { about: serde_json::from_value(about).unwrap(), receipt: None }
    }

    #[tokio::test]
    async fn what_came_during_the_last_look_is_seen_to_as_often_as_it_needs() {
        let (way, nudges) = mpsc::unbounded_channel();
        let soon = Next::Again(Duration::from_millis(1));
        let script = Script {
            says: Mutex::new([Next::Rest, soon, soon, soon, Next::Rest].into()),
            way: Mutex::new(Some(way)),
        };
        see_to(&script, nudge(), nudges, CancellationToken::new()).await;
        // Its channel was closed by itself after the first look, which is no reason to give up.
        assert!(script.says.lock().unwrap().is_empty());
    }
}
