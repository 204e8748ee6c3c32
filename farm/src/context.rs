//! What a stage is handed besides its input: providers, blobs, a way to report progress and to hear
//! that it was cancelled. A stage reaches the world through this and nothing else.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::{blob::Blobs, providers::Providers};

/// Handed to every stage.
#[derive(Clone)]
pub struct StageContext {
    /// Everything that may fail, cost or differ between machines.
    pub providers: Arc<Providers>,
    /// Content-addressed files.
    pub blobs: Blobs,
    /// Fires when the job is cancelled; long work checks it at least every 100 ms.
    pub cancel: CancellationToken,
    /// Reports 0–1 within the stage.
    pub progress: Progress,
    /// Finished parts of this stage (a shot's clip, a shot's segment) from before a crash.
    pub items: Arc<dyn Items>,
    /// Shows what is being made before it is there.
    pub preview: Preview,
}

/// Remembers the parts of a stage, so that a job taken up again repeats at most one of them. Keys
/// are chosen by the stage and must name everything the part depends on (a hash of its inputs).
pub trait Items: Send + Sync {
    /// A part finished before. The caller checks that the blobs it names are still there.
    fn get(&self, key: &str) -> Option<serde_json::Value>;
    /// Remembers a part durably.
    ///
    /// # Errors
    /// [`StageError::Io`] when it cannot be written.
    fn put(&self, key: &str, value: &serde_json::Value) -> Result<(), StageError>;
}

/// Reports a stage's own progress.
#[derive(Clone)]
pub struct Progress(Arc<dyn Fn(f32) + Send + Sync>);

impl Progress {
    /// Calls `report` with a fraction 0–1.
    pub fn new(report: impl Fn(f32) + Send + Sync + 'static) -> Self {
        Self(Arc::new(report))
    }

    /// Reports nowhere.
    #[must_use]
    pub fn silent() -> Self {
        Self::new(|_| {})
    }

    /// Sets the fraction done, 0–1.
    pub fn set(&self, fraction: f32) {
        (self.0)(fraction.clamp(0.0, 1.0));
    }
}

/// Takes a picture of what is being made, for whoever waits for it. It is no part of any output,
/// and whatever goes wrong with it is nobody's failure. By default nobody looks.
#[derive(Clone, Default)]
pub struct Preview(Option<Arc<dyn Fn(Vec<u8>) + Send + Sync>>);

impl Preview {
    /// Hands pictures to `show`, which must not block.
    pub fn new(show: impl Fn(Vec<u8>) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(show)))
    }

    /// Whether anybody looks: where nobody does, a picture is not worth its making.
    #[must_use]
    pub fn is_wanted(&self) -> bool {
        self.0.is_some()
    }

    /// Shows a JPEG.
    pub fn show(&self, jpeg: Vec<u8>) {
        if let Some(show) = &self.0 {
            show(jpeg);
        }
    }
}

/// What the runner does about a stage's failure (architecture, invariant 9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handling {
    /// The same again may work.
    Retry,
    /// The next provider may work.
    Fallback,
    /// Nothing will.
    Fail,
}

/// A stage's failure.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    /// The job was cancelled while the stage ran.
    #[error("cancelled")]
    Cancelled,
    /// The input is wrong; the person is told exactly this.
    #[error(transparent)]
    User(#[from] cutline_core::error::UserError),
    /// A file could not be read or written.
    #[error("{what}: {source}")]
    Io {
        /// What was being done, with the path.
        what: String,
        /// Why it failed.
        #[source]
        source: std::io::Error,
    },
    /// A provider or library failed.
    #[error("{what}: {source}")]
    Provider {
        /// Which one, doing what.
        what: String,
        /// What the runner should do about it.
        handling: Handling,
        /// Why it failed.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A rule of ours does not hold: a defect, or a checkpoint from elsewhere.
    #[error("{0}")]
    Invariant(String),
}
