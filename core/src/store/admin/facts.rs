//! What operators are told, as the database's documents name it.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;

use crate::{
    job::{AccountId, JobId, JobRef, JobState, Mode, WorkerId},
    plan::Plan,
};

/// All about an account.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[expect(missing_docs, reason = "the names are those of the columns")]
pub struct AccountFacts {
    pub account: AccountId,
    pub plan: Plan,
    pub plan_paid: Plan,
    pub plan_until: Option<DateTime<Utc>>,
    pub banned: Option<String>,
    pub wallet: i64,
    pub held: i64,
    pub used: u32,
    pub live: u32,
    pub created_at: DateTime<Utc>,
    /// `platform:user_id`.
    pub identities: Vec<String>,
    /// The newest eight: reference and state.
    pub jobs: Vec<String>,
    /// The newest ten.
    pub ledger: Vec<TransferFacts>,
}

/// One transfer of the ledger.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[expect(missing_docs, reason = "the names are those of the columns")]
pub struct TransferFacts {
    pub at: DateTime<Utc>,
    pub unit: String,
    pub debit_book: String,
    pub credit_book: String,
    pub amount: i64,
    pub reason: String,
    pub job_id: Option<JobId>,
    pub actor: String,
}

/// All about a job.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[expect(missing_docs, reason = "the names are those of the columns")]
pub struct JobFacts {
    pub job: JobId,
    pub reference: JobRef,
    pub account: AccountId,
    pub state: JobState,
    pub sentence: String,
    pub mode: Mode,
    pub plan: Plan,
    pub queue: String,
    pub attempts: u32,
    pub created_at: DateTime<Utc>,
    pub started_at: Option<DateTime<Utc>>,
    pub finished_at: Option<DateTime<Utc>>,
    pub cancel_requested: bool,
    /// The name of the worker that holds it.
    pub worker: Option<String>,
    pub lease_until: Option<DateTime<Utc>>,
    pub token: i64,
    pub stage: Option<String>,
    pub overall: f32,
    pub error_code: Option<String>,
    pub error_message: Option<String>,
    pub error_detail: Option<String>,
    pub refunded: bool,
    pub cost_microusd: i64,
    pub short: Option<String>,
    pub origin: Value,
    /// Kind, amount, state.
    pub hold: Option<String>,
    pub stages: Vec<StageFacts>,
    pub shots: Vec<ShotFacts>,
    pub calls: Vec<CallFacts>,
}

/// A stage of one try.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[expect(missing_docs, reason = "the names are those of the columns")]
pub struct StageFacts {
    pub stage: String,
    pub attempt: u32,
    pub wall_ms: i64,
    pub resumed: bool,
    pub cost_microusd: i64,
}

/// Where a shot's picture came from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[expect(missing_docs, reason = "the names are those of the columns")]
pub struct ShotFacts {
    pub shot: u32,
    pub provider: String,
    pub licence: String,
    pub cost_microusd: i64,
}

/// A paid call.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[expect(missing_docs, reason = "the names are those of the columns")]
pub struct CallFacts {
    pub stage: String,
    pub item: String,
    pub state: String,
    pub cost_microusd: i64,
    pub request_id: Option<String>,
}

/// What waits and runs, by the database.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct QueueFacts {
    /// One a queue that has any.
    pub queues: Vec<LaneFacts>,
    /// Messages not yet with the broker.
    pub outbox: i64,
    /// Since when the oldest of them waits.
    pub outbox_oldest: Option<DateTime<Utc>>,
    /// What is said while nothing new is accepted.
    pub maintenance: Option<String>,
}

/// A queue's jobs.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[expect(missing_docs, reason = "the names are those of the columns")]
pub struct LaneFacts {
    pub queue: String,
    pub waiting: i64,
    pub running: i64,
    pub oldest: Option<DateTime<Utc>>,
}

/// A job as it is told from others.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[expect(missing_docs, reason = "the names are those of the columns")]
pub struct JobGlance {
    pub reference: JobRef,
    pub state: JobState,
    pub created_at: DateTime<Utc>,
}

/// A worker seen within the hour.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[expect(missing_docs, reason = "the names are those of the columns")]
pub struct WorkerFacts {
    pub id: WorkerId,
    pub name: String,
    pub slots: u32,
    pub busy: u32,
    pub hardware: Value,
    pub draining: bool,
    pub since: DateTime<Utc>,
    /// Seconds since it was last seen, by the database's clock.
    pub seen_s: i64,
    /// References of the jobs it holds.
    pub jobs: Vec<String>,
}

/// How often a format was made and what that cost.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[expect(missing_docs, reason = "the names are those of the columns")]
pub struct FormatFacts {
    pub format: String,
    pub videos: i64,
    pub failed: i64,
    pub cost_microusd: i64,
}
