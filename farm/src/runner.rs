//! Runs the stages as a DAG: whatever is ready runs at once; finished outputs are checkpointed and
//! never made twice; failures are retried by their handling; cancel takes effect inside a stage.
//!
//! The runner knows stages only as JSON under names ([`crate::stages`] owns order and edges). It is
//! the one place of the pipeline that reads a clock, for events and the closing summary.

pub mod checkpoints;
pub mod eta;
pub mod events;
pub mod validate;
pub mod work;

use std::{collections::BTreeMap, sync::Arc, time::Duration, time::Instant};

use backon::{ExponentialBuilder, Retryable};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::{
    blob::Blobs,
    context::{Handling, StageContext, StageError},
    providers::Providers,
    runner::{
        checkpoints::{Checkpoints, StageItems},
        events::{EventSink, State, Tracker},
    },
    stages::{self, ProviderKind, Stage},
    tasks,
};

/// How long all stages together may take to end by themselves after a cancel, or after one of them
/// failed, before they are left behind. A cancel is promised to take effect within 500 ms: what
/// remains is for removing the work folder.
const CANCEL_GRACE: Duration = Duration::from_millis(150);
/// A stage is tried this often in all.
const TRIES_MAX: usize = 3;

/// Everything a run needs besides the request.
#[derive(Clone)]
pub struct Settings {
    /// Handed to the stages.
    pub providers: Arc<Providers>,
    /// Content-addressed files.
    pub blobs: Blobs,
    /// Outputs of finished stages.
    pub checkpoints: Checkpoints,
    /// Ends the run.
    pub cancel: CancellationToken,
    /// Hears about progress.
    pub events: Arc<dyn EventSink>,
}

/// A run's outputs and times.
#[derive(Clone, Debug)]
pub struct Finished {
    /// One a stage.
    pub outputs: BTreeMap<Stage, Value>,
    /// In the order in which they finished.
    pub times: Vec<StageTime>,
}

/// How long a stage took.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StageTime {
    /// Which.
    pub stage: Stage,
    /// Wall time; stages overlap, so these do not sum to the total.
    pub wall_ms: u64,
    /// True when a checkpoint from an earlier run stood in.
    pub resumed: bool,
}

/// A run ended without a video.
#[derive(Debug, thiserror::Error)]
#[error("stage `{}`: {source}", stage.name())]
pub struct RunError {
    /// The stage that ended it.
    pub stage: Stage,
    /// Why.
    #[source]
    pub source: StageError,
}

impl Finished {
    /// A stage's typed output.
    ///
    /// # Errors
    /// [`StageError::Invariant`] when it is missing or of another shape.
    pub fn output<T: DeserializeOwned>(&self, stage: Stage) -> Result<T, StageError> {
        let value = self.outputs.get(&stage).cloned().unwrap_or(Value::Null);
        serde_json::from_value(value).map_err(|error| {
            StageError::Invariant(format!("output of stage `{}`: {error}", stage.name()))
        })
    }
}

/// Runs all stages for a request.
///
/// # Errors
/// The first stage failure that retrying does not mend, or [`StageError::Cancelled`].
pub async fn run(
    request: &stages::intent::Request,
    settings: &Settings,
) -> Result<Finished, RunError> {
    let request = serde_json::to_value(request).map_err(|error| RunError {
        stage: Stage::Intent,
        source: StageError::Invariant(error.to_string()),
    })?;
    let tracker =
        Arc::new(Tracker::new(settings.events.clone(), !settings.providers.language.is_empty()));
    let cancel = settings.cancel.child_token();
    let mut finished = Finished { outputs: BTreeMap::new(), times: Vec::new() };
    let mut waiting: Vec<Stage> = Stage::ALL.to_vec();
    let mut group = tasks::Group::default();
    // One deadline for everything: stages that compute on do not add up.
    let overdue = grace(&settings.cancel);
    tokio::pin!(overdue);
    loop {
        waiting.retain(|&stage| {
            let ready = stage.needs().iter().all(|need| finished.outputs.contains_key(need));
            if ready {
                let input = input_of(stage, &request, &finished.outputs);
                let one = One {
                    stage,
                    settings: settings.clone(),
                    cancel: cancel.clone(),
                    tracker: tracker.clone(),
                };
                group.start_on_thread(move || async move { (stage, one.run(input).await) });
            }
            !ready
        });
        let joined = tokio::select! {
            biased;
            joined = group.next() => joined,
            () = &mut overdue => {
                let begun = |stage: &&Stage| {
                    !waiting.contains(stage) && !finished.outputs.contains_key(stage)
                };
                let stage = *Stage::ALL.iter().find(begun).unwrap_or(&Stage::Render);
                tracker.failed(stage, true);
                return Err(RunError { stage, source: StageError::Cancelled });
            }
        };
        let Some(joined) = joined else { break };
        let outcome = joined.map_err(|source| RunError { stage: Stage::Render, source }).and_then(
            |(stage, outcome)| {
                outcome.map_err(|source| RunError { stage, source }).map(|done| (stage, done))
            },
        );
        match outcome {
            Ok((stage, (output, time))) => {
                finished.outputs.insert(stage, output);
                finished.times.push(time);
                unload_unused(&settings.providers, &waiting, &finished.outputs).await;
            }
            Err(error) => {
                cancel.cancel();
                let drained = async { while group.next().await.is_some() {} };
                tokio::select! {
                    () = drained => {}
                    () = &mut overdue => {}
                    () = tokio::time::sleep(CANCEL_GRACE) => {}
                }
                tracker.failed(error.stage, matches!(error.source, StageError::Cancelled));
                return Err(error);
            }
        }
    }
    Ok(finished)
}

/// A stage's input from the outputs of those before it. A script in another language than the
/// sentence's (nobody could write that one) changes the language for all that comes after it.
fn input_of(stage: Stage, request: &Value, outputs: &BTreeMap<Stage, Value>) -> Value {
    if stage == Stage::Intent {
        return request.clone();
    }
    let mut input: Value = stage
        .needs()
        .iter()
        .filter_map(|need| Some((need.field().to_owned(), outputs.get(need)?.clone())))
        .collect::<serde_json::Map<_, _>>()
        .into();
    let language = outputs.get(&Stage::Script).and_then(|script| script.get("language"));
    if let (Some(language), Some(intent)) = (language, input.get_mut(Stage::Intent.field())) {
        intent["language"] = language.clone();
    }
    input
}

/// Frees models that no stage to come will use: they compete with the render for memory.
async fn unload_unused(providers: &Providers, waiting: &[Stage], outputs: &BTreeMap<Stage, Value>) {
    let done = |stage| outputs.contains_key(&stage);
    let unused = |kind: ProviderKind| {
        Stage::ALL.iter().all(|s| !s.uses().contains(&kind) || done(*s)) && !waiting.is_empty()
    };
    if unused(ProviderKind::Language) && !done(Stage::Voice) {
        for model in &providers.language {
            model.unload().await;
        }
    }
    if unused(ProviderKind::Voices) && !done(Stage::Timing) {
        for voice in &providers.voices {
            voice.unload().await;
        }
    }
}

/// One stage of one run.
struct One {
    stage: Stage,
    settings: Settings,
    cancel: CancellationToken,
    tracker: Arc<Tracker>,
}

impl One {
    async fn run(self, input: Value) -> Result<(Value, StageTime), StageError> {
        let started = Instant::now();
        let Self { stage, settings, cancel, tracker } = &self;
        let key = checkpoints::Key::of(*stage, &input, &settings.providers);
        let (store, blobs, wanted) =
            (settings.checkpoints.clone(), settings.blobs.clone(), key.clone());
        if let Some(output) = tasks::blocking(move || store.load(&wanted, &blobs)).await? {
            tracker.finished(*stage, &output, State::Resumed, started.elapsed());
            return Ok((output, time(*stage, started, true)));
        }
        tracker.started(*stage);
        if *stage == Stage::Render {
            validate::plan(&input, &settings.blobs)?;
        }
        let context = self.context(&key);
        let work = || async {
            tokio::select! {
                biased;
                outcome = stages::run_json(*stage, input.clone(), &context) => outcome,
                () = grace(cancel) => Err(StageError::Cancelled),
            }
        };
        let output = work
            .retry(
                ExponentialBuilder::default()
                    .with_min_delay(Duration::from_millis(400))
                    .with_max_delay(Duration::from_secs(8))
                    .with_jitter()
                    .with_max_times(TRIES_MAX - 1),
            )
            .when(|error| {
                matches!(error, StageError::Provider { handling: Handling::Retry, .. })
                    && !cancel.is_cancelled()
            })
            .notify(|error, _| {
                tracing::warn!(stage = stage.name(), %error, "trying again");
                tracker.retrying(*stage);
            })
            .await?;
        if cancel.is_cancelled() {
            return Err(StageError::Cancelled);
        }
        let (store, kept) = (settings.checkpoints.clone(), output.clone());
        tasks::blocking(move || store.save(&key, &input, &kept)).await??;
        cancel.run_until_cancelled(settings.checkpoints.settled()).await;
        tracker.finished(*stage, &output, State::Finished, started.elapsed());
        Ok((output, time(*stage, started, false)))
    }

    fn context(&self, key: &checkpoints::Key) -> StageContext {
        let (tracker, stage) = (self.tracker.clone(), self.stage);
        StageContext {
            providers: self.settings.providers.clone(),
            blobs: self.settings.blobs.clone(),
            cancel: self.cancel.clone(),
            progress: crate::context::Progress::new(move |fraction| {
                tracker.progressed(stage, fraction);
            }),
            items: Arc::new(StageItems::new(self.settings.checkpoints.clone(), key)),
            preview: self.settings.events.preview(),
        }
    }
}

/// Ends a little after the cancel, so that a stage may first close what it holds.
async fn grace(cancel: &CancellationToken) {
    cancel.cancelled().await;
    tokio::time::sleep(CANCEL_GRACE).await;
}

fn time(stage: Stage, started: Instant, resumed: bool) -> StageTime {
    StageTime { stage, wall_ms: millis(started.elapsed()), resumed }
}

/// A duration in whole milliseconds.
fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
