//! One request, one transaction: limits, entitlement, hold, job and message commit together.

use chrono::{DateTime, Utc};

use super::{
    Store,
    call::{column, word},
    error::StoreError,
};
use crate::{
    actor::Actor,
    credits::Payment,
    failpoint,
    format::Format,
    job::{JobId, JobRef, JobState, Mode, Origin},
    plan::Feature,
};

/// A validated request.
#[derive(Clone, Debug, PartialEq)]
pub struct Submission {
    /// The id it will have, unless the key is known.
    pub job: JobId,
    /// The reference it will have, unless the key is known.
    pub reference: JobRef,
    /// Validated and tidied.
    pub sentence: String,
    /// How to make it.
    pub mode: Mode,
    /// A format to keep to.
    pub format: Option<Format>,
    /// Below 2^63: the database counts with a sign.
    pub seed: u64,
    /// SHA-256 of the account's uploads to use, in order.
    pub uploads: Vec<String>,
    /// The same key is the same request; 1–200 bytes.
    pub idempotency_key: String,
    /// Where to show the card.
    pub origin: Origin,
    /// The job it is another take of.
    pub again_of: Option<JobId>,
}

/// What the database made of a request. Everything but `Accepted` changed nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Submitted {
    /// A new job waits.
    Accepted {
        /// Its id.
        job: JobId,
        /// Its reference.
        reference: JobRef,
        /// What pays for it.
        payment: Payment,
    },
    /// The key is known: this is that job.
    Duplicate {
        /// Its id.
        job: JobId,
        /// Its reference.
        reference: JobRef,
        /// How it is.
        state: JobState,
    },
    /// The account is banned.
    Banned {
        /// What operators wrote.
        reason: String,
    },
    /// Nothing new is accepted.
    Maintenance {
        /// What operators say.
        message: String,
    },
    /// Five videos were asked for within the hour.
    RateLimited {
        /// From then on again.
        again_at: DateTime<Utc>,
    },
    /// The plan lacks something.
    NotInPlan(Feature),
    /// As many jobs as the plan allows are under way.
    TooManyAtOnce {
        /// How many that is.
        most: u32,
    },
    /// The month's videos are used and credits do not suffice; or the mode costs credits.
    CreditsMissing {
        /// What it costs.
        price: u32,
        /// What there is.
        wallet: i64,
        /// True when the month's videos would otherwise have covered it.
        month_used_up: bool,
    },
    /// One of the uploads is not there (any more).
    UnknownUpload {
        /// Which, from 0.
        index: u32,
    },
}

const SQL: &str = "SELECT outcome, job_id, ref, state, again_at, amount, wallet, detail \
                   FROM cutline.submit_job($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15)";

impl Store {
    /// Judges and accepts a request, in one round trip. Safe to repeat: the key decides.
    ///
    /// # Errors
    /// [`StoreError`]; asking again with the same key tells what happened.
    pub async fn submit(
        &self,
        actor: &Actor,
        request: &Submission,
        now: DateTime<Utc>,
    ) -> Result<Submitted, StoreError> {
        let what = "submit";
        let origin = serde_json::to_value(&request.origin)
            .map_err(|error| StoreError::shape(what, error))?;
        let format = request.format.map(Format::as_str);
        let seed = i64::try_from(request.seed & (u64::MAX >> 1)).unwrap_or(0);
        failpoint!("submit.before_commit");
        let row = self
            .row_and_wake(
                what,
                SQL,
                &[
                    &request.job.0,
                    &request.reference.as_str(),
                    &actor.platform.as_str(),
                    &actor.user_id,
                    &actor.locale,
                    &request.idempotency_key,
                    &request.sentence,
                    &request.mode.as_str(),
                    &format,
                    &seed,
                    &request.uploads,
                    &origin,
                    &request.again_of.map(|job| job.0),
                    &now,
                    &request.origin.platform.as_str(),
                ],
            )
            .await?;
        failpoint!("submit.after_commit");
        outcome(what, &row)
    }
}

fn outcome(what: &'static str, row: &tokio_postgres::Row) -> Result<Submitted, StoreError> {
    let text = |name| column::<Option<String>>(what, row, name).map(Option::unwrap_or_default);
    let number = |name| column::<Option<i64>>(what, row, name).map(Option::unwrap_or_default);
    let count = |name| number(name).map(|n| u32::try_from(n).unwrap_or(0));
    let job = || column(what, row, "job_id").map(JobId);
    let reference = || word(what, row, "ref", |text| text.parse().ok());
    Ok(match column::<&str>(what, row, "outcome")? {
        "accepted" => {
            let payment = match count("amount")? {
                0 => Payment::Allowance,
                amount => Payment::Credits { amount },
            };
            Submitted::Accepted { job: job()?, reference: reference()?, payment }
        }
        "duplicate" => Submitted::Duplicate {
            job: job()?,
            reference: reference()?,
            state: word(what, row, "state", JobState::named)?,
        },
        "banned" => Submitted::Banned { reason: text("detail")? },
        "maintenance" => Submitted::Maintenance { message: text("detail")? },
        "rate" => Submitted::RateLimited { again_at: column(what, row, "again_at")? },
        "not_in_plan" => Submitted::NotInPlan(word(what, row, "detail", Feature::named)?),
        "too_many" => Submitted::TooManyAtOnce { most: count("amount")? },
        "credits" => Submitted::CreditsMissing {
            price: count("amount")?,
            wallet: number("wallet")?,
            month_used_up: text("detail")? == "month",
        },
        "unknown_upload" => Submitted::UnknownUpload { index: count("amount")? },
        other => return Err(StoreError::shape(what, other)),
    })
}
