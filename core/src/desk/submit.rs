//! Asking for a video: judged here in full before anything is charged, then once more, and finally,
//! by the database in the transaction that accepts it.

use chrono::{DateTime, Utc};

use super::{
    Desk, broken, cards,
    entitlement::{self, Wish},
    refusals,
};
use crate::{
    actor::Actor,
    brief,
    card::Card,
    error::UserError,
    format::Format,
    job::{JobId, JobRef, Mode, Origin, UploadRef},
    rate_limit::Rate,
    store::{JobView, Standing, Submission, Submitted},
    words::{Tongue, say},
};

/// Most pictures of one's own in a video.
const IMAGES_MAX: usize = 12;
/// Longest idempotency key, in bytes.
const KEY_BYTES_MAX: usize = 200;
/// Most bytes a front end may keep about where its card is.
const PLACE_BYTES_MAX: usize = 3_000;

/// A wish for a video.
#[derive(Clone, Debug, PartialEq)]
pub struct SubmitRequest {
    /// As typed.
    pub sentence: String,
    /// Pictures to use, as [`Desk::upload`] returned them.
    pub images: Vec<UploadRef>,
    /// The same key is the same request: the platform's id of the message or interaction.
    pub idempotency_key: String,
    /// Where the card will stand.
    pub origin: Origin,
    /// How to make it.
    pub mode: Mode,
    /// A format to keep to.
    pub format: Option<Format>,
    /// Everything random comes from it; none: drawn here. The top bit is not used.
    pub seed: Option<u64>,
}

impl SubmitRequest {
    /// A plain wish.
    pub fn new(
        sentence: impl Into<String>,
        idempotency_key: impl Into<String>,
        origin: Origin,
    ) -> Self {
        Self {
            sentence: sentence.into(),
            images: Vec::new(),
            idempotency_key: idempotency_key.into(),
            origin,
            mode: Mode::Standard,
            format: None,
            seed: None,
        }
    }
}

impl Desk {
    /// Accepts a request, or the job it already is.
    ///
    /// # Errors
    /// What is wrong with the request, or why it cannot be taken now, and what to do.
    pub async fn submit(&self, actor: &Actor, request: SubmitRequest) -> Result<Card, UserError> {
        let entered = self.store.enter(actor, None, self.now()).await;
        let standing = entered.map_err(|e| broken(actor.tongue(), &e))?;
        self.take(actor, &standing, request, None).await
    }

    /// The same sentence and pictures once more, another take.
    ///
    /// # Errors
    /// As for [`Self::submit`]; `NOT_FOUND` when the actor has no such job.
    pub async fn again(
        &self,
        actor: &Actor,
        reference: &JobRef,
        idempotency_key: impl Into<String>,
        origin: Origin,
    ) -> Result<Card, UserError> {
        let tongue = actor.tongue();
        let entered = self.store.enter(actor, None, self.now()).await;
        let standing = entered.map_err(|e| broken(tongue, &e))?;
        let old = self.job_of(&standing, reference).await?;
        let mut images = Vec::with_capacity(old.uploads.len());
        for (index, sha256) in old.uploads.iter().enumerate() {
            let found = self.store.upload(standing.account, sha256).await;
            let found = found.map_err(|e| broken(tongue, &e))?;
            images.push(found.ok_or_else(|| refusals::unknown_upload(tongue, index))?);
        }
        let request = SubmitRequest {
            images,
            mode: old.mode,
            format: old.format,
            ..SubmitRequest::new(old.sentence, idempotency_key, origin)
        };
        self.take(actor, &standing, request, Some(old.job)).await
    }

    async fn take(
        &self,
        actor: &Actor,
        standing: &Standing,
        request: SubmitRequest,
        again_of: Option<JobId>,
    ) -> Result<Card, UserError> {
        let (now, tongue) = (self.now(), standing.tongue);
        let sentence = validated(&request, tongue)?;
        if !self.modes.contains(&request.mode) {
            return Err(refusals::mode_not_offered(tongue, request.mode));
        }
        let mode = self.mode(&request, &sentence, standing, now);
        let inferred = mode != request.mode;
        if inferred && mode == Mode::Studio && request.images.is_empty() {
            return Err(refusals::photo_needed(tongue));
        }
        let wish = Wish {
            mode,
            uploads: !request.images.is_empty(),
            pinned_format: request.format.is_some(),
        };
        if let Err(refusal) = entitlement::judge(standing, wish, now) {
            // The second arrival of a request that was accepted is no second request.
            let known = self.store.job_by_key(standing.account, &request.idempotency_key).await;
            return match known.map_err(|e| broken(tongue, &e))? {
                Some(job) => self.card(standing, &job).await,
                None => Err(refusal),
            };
        }
        let seed = request.seed.unwrap_or_else(rand::random) & (u64::MAX >> 1);
        let submission = Submission {
            job: JobId::fresh(),
            reference: JobRef::random(&mut rand::rng()),
            sentence,
            mode,
            format: request.format,
            seed,
            uploads: request.images.into_iter().map(|image| image.sha256).collect(),
            idempotency_key: request.idempotency_key,
            origin: request.origin,
            again_of,
        };
        let outcome = self.store.submit(actor, &submission, now).await;
        self.answer(standing, &submission, outcome.map_err(|e| broken(tongue, &e))?).await
    }

    /// How to make it: as asked, or as the sentence says ("a talking coffee mug explains…") where
    /// the account may have that now and this farm makes it. A film that cannot be had is drawn.
    /// Nobody is refused a video for a word.
    fn mode(
        &self,
        request: &SubmitRequest,
        sentence: &str,
        standing: &Standing,
        now: DateTime<Utc>,
    ) -> Mode {
        if request.mode != Mode::Standard {
            return request.mode;
        }
        let may_have = |mode: &&Mode| {
            let wish = Wish {
                mode: **mode,
                uploads: !request.images.is_empty(),
                pinned_format: request.format.is_some(),
            };
            self.modes.contains(mode) && entitlement::judge(standing, wish, now).is_ok()
        };
        brief::tellings(sentence).iter().find(may_have).copied().unwrap_or(request.mode)
    }

    async fn answer(
        &self,
        standing: &Standing,
        submission: &Submission,
        outcome: Submitted,
    ) -> Result<Card, UserError> {
        let (now, tongue) = (self.now(), standing.tongue);
        match outcome {
            Submitted::Accepted { job, reference, payment } => {
                tracing::info!(%job, %reference, account = %standing.account, "job accepted");
                let outlook = self.store.outlook(job).await.ok();
                let view = JobView::fresh(job, standing, submission, payment, now);
                Ok(cards::job(&view, standing, outlook, &self.config, now))
            }
            Submitted::Duplicate { job, .. } => {
                let view = self.store.job(standing.account, job).await;
                match view.map_err(|e| broken(tongue, &e))? {
                    Some(view) => self.card(standing, &view).await,
                    None => Err(refusals::out_of_order(tongue)),
                }
            }
            Submitted::Banned { reason } => Err(refusals::banned(tongue, &reason)),
            Submitted::Maintenance { message } => Err(refusals::maintenance(tongue, &message)),
            Submitted::RateLimited { again_at } => {
                Err(refusals::too_often(tongue, Rate::Generate, again_at, now))
            }
            Submitted::NotInPlan(feature) => {
                Err(refusals::not_in_plan(tongue, feature, standing.plan))
            }
            Submitted::TooManyAtOnce { .. } => {
                Err(refusals::too_many_at_once(tongue, standing.plan))
            }
            Submitted::CreditsMissing { price, wallet, month_used_up: true } => {
                Err(refusals::month_used_up(tongue, standing.plan, price, wallet, now))
            }
            Submitted::CreditsMissing { price, wallet, month_used_up: false } => {
                Err(refusals::credits_missing(tongue, submission.mode, price, wallet))
            }
            Submitted::UnknownUpload { index } => {
                Err(refusals::unknown_upload(tongue, index as usize))
            }
        }
    }
}

/// Everything that can be wrong with a request by itself.
fn validated(request: &SubmitRequest, tongue: Tongue) -> Result<String, UserError> {
    let sentence = brief::validate_sentence_in(tongue, &request.sentence)?;
    if request.images.len() > IMAGES_MAX {
        return Err(UserError::validation(
            format!("images[{IMAGES_MAX}]"),
            say!(tongue, "too-many-images", count = request.images.len(), most = IMAGES_MAX),
        ));
    }
    if request.idempotency_key.is_empty() || request.idempotency_key.len() > KEY_BYTES_MAX {
        return Err(UserError::validation(
            "idempotency_key",
            format!("The idempotency key must have 1 to {KEY_BYTES_MAX} bytes."),
        ));
    }
    if request.origin.place.to_string().len() > PLACE_BYTES_MAX {
        return Err(UserError::validation(
            "origin",
            "The place of the card is described at too great a length.",
        ));
    }
    Ok(sentence)
}
