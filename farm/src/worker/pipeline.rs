//! What a worker does with a job once it holds it: turn the spec into files. The lease, the queue
//! and the money are not its business.

use std::{path::PathBuf, sync::Arc};

use async_trait::async_trait;
use cutline_core::{
    format::Format,
    job::{CreditLine, FencingToken, JobSpec, Notice},
    objects::Objects,
    store::{ShotReport, StageReport, Store},
};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::{context::StageError, runner::checkpoints::Mirror};

/// One try at one job.
pub struct Attempt {
    /// What to make.
    pub spec: JobSpec,
    /// Shown with every write.
    pub token: FencingToken,
    /// A folder of this try alone; what earlier workers kept of the job is in it already.
    pub folder: PathBuf,
    /// Copies checkpoints to where the next worker finds them.
    pub mirror: Arc<dyn Mirror>,
    /// Ends the try; long work looks at it at least every 100 ms.
    pub cancel: CancellationToken,
    /// Hears about progress.
    pub reporter: Reporter,
    /// For paid calls alone (invariant 6).
    pub store: Store,
    /// For the person's own pictures.
    pub objects: Objects,
}

/// A finished video on this disk.
#[derive(Clone, Debug)]
pub struct Made {
    /// The MP4.
    pub master: PathBuf,
    /// The MP4 under the chats' byte budget, where the master is over it.
    pub chat: Option<PathBuf>,
    /// Poster frame (PNG).
    pub poster: PathBuf,
    /// Contact sheet (PNG).
    pub sheet: PathBuf,
    /// WebVTT.
    pub vtt: PathBuf,
    /// SubRip.
    pub srt: PathBuf,
    /// The script as text.
    pub script: PathBuf,
    /// Length.
    pub duration_ms: u64,
    /// Width and height.
    pub picture_px: (u32, u32),
    /// Title.
    pub title: String,
    /// What the director chose.
    pub format: Option<Format>,
    /// A line a shot.
    pub credits: Vec<CreditLine>,
    /// Said to the person.
    pub notices: Vec<Notice>,
}

/// A try failed; the words are for operators and for [`super::ending`] to judge.
#[derive(Debug, thiserror::Error)]
#[error("stage `{stage}`: {source}")]
pub struct Failure {
    /// Where.
    pub stage: String,
    /// Why.
    #[source]
    pub source: StageError,
}

impl Failure {
    /// A failure in a stage.
    pub fn new(stage: impl Into<String>, source: impl Into<StageError>) -> Self {
        Self { stage: stage.into(), source: source.into() }
    }
}

/// Makes videos.
#[async_trait]
pub trait Pipeline: Send + Sync {
    /// Loads and checks what the first job would otherwise wait for.
    ///
    /// # Errors
    /// What keeps this machine from making any video.
    async fn warm(&self) -> Result<(), StageError>;

    /// Makes the video, or as much of it as the folder does not hold yet.
    ///
    /// # Errors
    /// [`Failure`]; [`StageError::Cancelled`] when `attempt.cancel` fired.
    async fn make(&self, attempt: &Attempt) -> Result<Made, Failure>;

    /// What can do the work here, for operators.
    fn describe(&self) -> serde_json::Value;

    /// Runs one stage by itself, from JSON to JSON (operator port).
    ///
    /// # Errors
    /// The stage's own.
    async fn stage(
        &self,
        name: &str,
        input: serde_json::Value,
        cancel: CancellationToken,
    ) -> Result<serde_json::Value, StageError>;
}

/// What a try tells while it goes on.
#[derive(Clone, Debug, PartialEq)]
pub enum Report {
    /// It moved on; superseded by the next.
    Progress {
        /// The stage's name.
        stage: String,
        /// 0–1 within the stage.
        fraction: f32,
        /// 0–1 of the whole.
        overall: f32,
        /// Expected time to the end.
        eta_ms: u64,
    },
    /// A stage is done.
    Stage(StageReport),
    /// The pictures are chosen.
    Shots(Vec<ShotReport>),
    /// A still of every shot as it will be (JPEG), while the video is being made.
    Sheet(Vec<u8>),
}

/// Takes reports from any thread; never blocks. The runner sends at most some ten a second.
#[derive(Clone, Debug)]
pub struct Reporter(pub(super) mpsc::UnboundedSender<Report>);

impl Reporter {
    /// Tells.
    pub fn tell(&self, report: Report) {
        // Nobody listens any more once the try has ended.
        let _ = self.0.send(report);
    }
}
