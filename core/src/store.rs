//! All SQL. A [`Store`] is a pool of connections of one role; every method is one round trip or one
//! short transaction, reconnects by itself, and ends within a bounded time.
//!
//! The rules (limits, entitlement, money, leases) live in the database's own functions, so that
//! they hold whatever program calls them; the methods here carry arguments in and outcomes out.
//! Reads on behalf of one account run under row-level security with the account set for that
//! transaction.

mod accounts;
mod admin;
mod api_keys;
mod brand;
mod call;
mod chat_waiting;
mod chats;
mod error;
mod jobs;
mod leases;
mod link;
mod listen;
mod migrate;
mod outbox;
mod paid_calls;
mod payments;
mod posts;
mod submit;
mod sweep;
mod watch;
mod workers;

pub use accounts::{Movement, Standing};
pub use admin::{
    AccountFacts, Adjusted, CallFacts, FormatFacts, JobFacts, JobGlance, LaneFacts, QueueFacts,
    Retried, ShotFacts, StageFacts, TransferFacts, WorkerFacts,
};
pub use brand::Kept;
pub use call::Store;
pub use chat_waiting::{AlbumClaim, KeptPicture, QuestionClaim};
pub use chats::{CardPlace, Draw, Drawing, Drawn};
pub use error::StoreError;
pub use jobs::{CancelOutcome, JobView, Outlook};
pub use leases::{
    Claim, Ending, Heartbeat, ProgressReport, Requeued, ShotReport, StageReport, Written,
};
pub use link::LinkOutcome;
pub use listen::OutboxListener;
pub use migrate::migrate;
pub use outbox::{OutboxRow, Topic};
pub use paid_calls::{PaidCall, PaidCallKey};
pub use payments::{Paid, Payment, Reversal};
pub use posts::PostClaim;
pub use submit::{Submission, Submitted};
pub use sweep::EndedJob;
pub use watch::{WatchVideo, Watched};
pub use workers::{WorkerOrders, WorkerReport};
