//! What happened to a job, as told to the platform that asked. Terminal events go through the
//! outbox (they commit with the state they tell of); progress goes straight to the broker and may
//! be lost.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    actor::Platform,
    job::{AccountId, JobId, JobRef, Origin},
};

/// The payload on exchange `events`, routing key [`EventMessage::routing_key`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventMessage {
    /// Which job.
    pub job: JobId,
    /// As the person knows it.
    pub reference: JobRef,
    /// Whose.
    pub account: AccountId,
    /// Who is to hear of it.
    pub platform: Platform,
    /// Where the card is.
    pub origin: Origin,
    /// What happened.
    #[serde(flatten)]
    pub kind: EventKind,
    /// When, by the database's clock.
    pub at: DateTime<Utc>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EventKind {
    /// The job moved on; superseded by the next.
    Progress {
        /// The stage's name.
        stage: String,
        /// 0–1 within the stage.
        fraction: f32,
        /// 0–1 of the whole.
        overall: f32,
        /// Estimated time to go.
        eta_ms: Option<u64>,
        /// There is a contact sheet to look at.
        #[serde(default)]
        sheet: bool,
    },
    /// The video is there.
    Done,
    /// There will be none.
    Failed,
    /// Called off.
    Cancelled,
    /// Waits again: its worker was lost, or the try failed.
    Requeued,
}

impl EventKind {
    /// The last word of the routing key.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Progress { .. } => "progress",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Requeued => "requeued",
        }
    }

    /// True for the last event of a job.
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }
}

impl EventMessage {
    /// `{platform}.{kind}`.
    #[must_use]
    pub fn routing_key(&self) -> String {
        format!("{}.{}", self.platform, self.kind.as_str())
    }
}

/// The payload on exchange `control`: workers act on what concerns them and ignore the rest. Losing
/// one costs time, never truth: the heartbeat says the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Control {
    /// Stop this job.
    Cancel {
        /// Which.
        job: JobId,
    },
    /// Take no more jobs and end.
    Drain {
        /// Which worker.
        worker: crate::job::WorkerId,
    },
}
