//! What a run tells the world while it goes on: stage, fraction, state, time left.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use serde::Serialize;
use serde_json::Value;

use super::{eta::Eta, millis};
use crate::{context::Preview, stages::Stage};

/// No two progress events of a run are closer than this, in milliseconds.
const PROGRESS_INTERVAL_MS_MIN: u64 = 100;

/// Something happened to a stage.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Event {
    /// Which.
    pub stage: Stage,
    /// What.
    pub state: State,
    /// Done of this stage, 0–1.
    pub fraction: f32,
    /// Done of the whole run, 0–1, by expected work.
    pub overall: f32,
    /// Expected time to the end of the run.
    pub eta_ms: u64,
    /// Since the stage started (for `finished`: its wall time).
    pub stage_ms: u64,
}

/// A stage's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It began.
    Started,
    /// It goes on.
    Running,
    /// It failed in a way that may pass, and begins again.
    Retrying,
    /// It is done.
    Finished,
    /// It was done before: a checkpoint stood in.
    Resumed,
    /// It failed for good.
    Failed,
    /// The job was cancelled while it ran.
    Cancelled,
}

/// Hears events, from any thread; must not block.
pub trait EventSink: Send + Sync {
    /// Something happened.
    fn event(&self, event: &Event);

    /// Where pictures of what is being made go; by default nobody looks at them.
    fn preview(&self) -> Preview {
        Preview::default()
    }
}

/// Hears nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl EventSink for Silent {
    fn event(&self, _event: &Event) {}
}

/// Turns what the runner sees into events with a time left.
pub(crate) struct Tracker {
    sink: Arc<dyn EventSink>,
    state: Mutex<Tracked>,
}

struct Tracked {
    eta: Eta,
    origin: Instant,
    started: [Option<Instant>; Stage::ALL.len()],
    last_progress_ms: Option<u64>,
}

impl Tracker {
    pub(crate) fn new(sink: Arc<dyn EventSink>, writes_prose: bool) -> Self {
        Self {
            sink,
            state: Mutex::new(Tracked {
                eta: Eta::new(writes_prose),
                origin: Instant::now(),
                started: [None; Stage::ALL.len()],
                last_progress_ms: None,
            }),
        }
    }

    pub(crate) fn started(&self, stage: Stage) {
        self.send(stage, State::Started, None, |tracked| {
            tracked.started[stage as usize] = Some(Instant::now());
        });
    }

    pub(crate) fn retrying(&self, stage: Stage) {
        self.send(stage, State::Retrying, None, |tracked| tracked.eta.progress(stage, 0.0));
    }

    pub(crate) fn failed(&self, stage: Stage, cancelled: bool) {
        let state = if cancelled { State::Cancelled } else { State::Failed };
        self.send(stage, state, None, |_| {});
    }

    /// A stage's output is there. The intent's tells how long the video will be, and so how long
    /// everything will take.
    pub(crate) fn finished(&self, stage: Stage, output: &Value, state: State, wall: Duration) {
        self.send(stage, state, Some(wall), |tracked| {
            if let Some(duration_s) = output.get("duration_s").and_then(Value::as_f64) {
                tracked.eta.set_duration(duration_s);
            }
            if state == State::Resumed {
                tracked.eta.resumed(stage);
            } else {
                tracked.eta.progress(stage, 1.0);
            }
        });
    }

    pub(crate) fn progressed(&self, stage: Stage, fraction: f32) {
        let due = {
            let mut tracked = self.lock();
            tracked.eta.progress(stage, f64::from(fraction));
            let now_ms = millis(tracked.origin.elapsed());
            let due = tracked
                .last_progress_ms
                .is_none_or(|last| now_ms >= last + PROGRESS_INTERVAL_MS_MIN);
            if due {
                tracked.last_progress_ms = Some(now_ms);
            }
            due
        };
        if due {
            self.send(stage, State::Running, None, |_| {});
        }
    }

    fn send(
        &self,
        stage: Stage,
        state: State,
        wall: Option<Duration>,
        change: impl FnOnce(&mut Tracked),
    ) {
        let event = {
            let mut tracked = self.lock();
            change(&mut tracked);
            let elapsed_ms = tracked.origin.elapsed().as_secs_f64() * 1000.0;
            let since_start = tracked.started[stage as usize].map(|at| at.elapsed());
            Event {
                stage,
                state,
                fraction: tracked.eta.fraction(stage) as f32,
                overall: tracked.eta.overall() as f32,
                eta_ms: tracked.eta.left_ms(elapsed_ms),
                stage_ms: wall.or(since_start).map_or(0, millis),
            }
        };
        self.sink.event(&event);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Tracked> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
