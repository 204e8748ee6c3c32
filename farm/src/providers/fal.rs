//! fal: pictures made to order through its queue: submit, ask until it is done, fetch. The
//! request's id is noted as soon as it is known, so that a worker that takes the job over collects
//! what is already paid.

mod queue;

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use async_trait::async_trait;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::{
    FetchedPicture, PictureOffer, PictureSource, PictureWish, ProviderError, Source,
    http::{Ask, Auth, CallError, Effect, Fault, Limits, Vendor, VendorSpec, Wire},
    purse::{self, Delivered, Purse, Wanted},
};
use crate::config::cloud::Fal as Settings;
use queue::{Submitted, Ticket};

/// Two requests are worked on at once for a new account; those beyond wait in the queue, which has
/// no limit (fal.ai/docs, FAQ).
const LIMITS: Limits = Limits {
    at_once: 8,
    per_minute: Some(300),
    answer_max: Duration::from_secs(15),
    patience: Duration::from_secs(30),
    tries_max: 3,
    backoff_min: Duration::from_millis(300),
    body_bytes_max: 24 << 20,
};
/// Upright, both sides multiples of 32: 1.57 megapixels, billed as two.
const SIZE_PX: (u32, u32) = (896, 1600);
/// Longest prompt sent, in characters.
const PROMPT_CHARS_MAX: usize = 1_500;

/// The account's service. Shared by all jobs.
#[must_use]
pub fn vendor(wire: &Wire, settings: &Settings) -> Option<Arc<Vendor>> {
    let auth = Auth::new("authorization", "Key ", settings.account.key.as_ref()?)?;
    let spec = VendorSpec {
        name: "fal",
        base: settings.account.url.clone(),
        auth: Some(auth),
        headers: Vec::new(),
        hosts: &["fal.media"],
        limits: LIMITS,
        judge,
    };
    Some(Vendor::new(wire, spec))
}

/// Reads a refusal: model errors are `{"detail": [{"type"}]}`, others `{"detail": "…",
/// "error_type"}` (docs.fal.ai, errors). A locked account comes as 403 with its balance in the
/// words.
fn judge(status: u16, _headers: &HeaderMap, body: &Value) -> Option<Fault> {
    let kind = body.pointer("/detail/0/type").and_then(Value::as_str).unwrap_or_default();
    if kind == "content_policy_violation" {
        return Some(Fault::Moderated);
    }
    let detail = body.get("detail").and_then(Value::as_str).unwrap_or_default().to_lowercase();
    let empty = detail.contains("exhausted balance") || detail.contains("user is locked");
    (status == 403 && empty).then_some(Fault::Money)
}

/// fal's image model, for one job.
pub struct Fal {
    vendor: Arc<Vendor>,
    purse: Arc<Purse>,
    settings: Settings,
    version: String,
}

impl Fal {
    /// Its model, paid for from a purse by the megapixel.
    #[must_use]
    pub fn new(vendor: Arc<Vendor>, purse: Arc<Purse>, settings: Settings) -> Self {
        let version = format!("{} 1", settings.model);
        Self { vendor, purse, settings, version }
    }

    fn cost(&self) -> u64 {
        let pixels = u64::from(SIZE_PX.0) * u64::from(SIZE_PX.1);
        pixels.div_ceil(1_000_000) * self.settings.megapixel_microusd
    }

    /// Orders a picture and collects it. `missed` hears why one that was made did not come.
    async fn make(
        &self,
        body: &Value,
        sha256: [u8; 32],
        missed: &OnceLock<CallError>,
        cancel: &CancellationToken,
    ) -> Result<Delivered, CallError> {
        self.purse.note_none(&sha256).await;
        let ask = Ask::post(self.settings.model.clone(), body.clone(), Effect::Paid);
        let submitted: Submitted = self.vendor.call(ask, cancel).await?.json(&self.vendor)?;
        let foreign = || self.vendor.fault(Fault::Foreign).unknown();
        let ticket = self.ticket(submitted).ok_or_else(foreign)?;
        let note = serde_json::to_string(&ticket).map_err(|_| foreign())?;
        self.purse.note(&sha256, &note).await;
        let collected = self.collected(&ticket, missed, cancel).await;
        if let Err(CallError { fault: Fault::Cancelled | Fault::Silent, .. }) = collected {
            self.give_up(&ticket).await;
        }
        collected
    }

    /// Waits for a request and fetches its picture. One that is made, and does not come, is bought
    /// all the same: what is kept of it is the ticket, with which it is asked for again.
    async fn collected(
        &self,
        ticket: &Ticket,
        missed: &OnceLock<CallError>,
        cancel: &CancellationToken,
    ) -> Result<Delivered, CallError> {
        let failed = self.ended(ticket, cancel).await.map_err(CallError::unknown)?;
        let bytes = match self.received(ticket, cancel).await {
            Ok(bytes) => bytes,
            Err(error) if queue::is_its_own(&error) => return Err(error),
            // What it failed of, and whether that was charged, stands in the result alone.
            Err(error) if failed => return Err(error.unknown()),
            Err(error) => {
                tracing::warn!(vendor = "fal", %error, "a picture is bought and was not received");
                let kept = serde_json::to_vec(ticket).map_err(|_| error.clone().unknown())?;
                missed.get_or_init(|| error);
                kept.into()
            }
        };
        let request_id = Some(ticket.id.clone());
        Ok(Delivered { bytes, cost_microusd: self.cost(), request_id })
    }
}

#[async_trait]
impl PictureSource for Fal {
    fn name(&self) -> &str {
        "fal"
    }

    fn version(&self) -> &str {
        &self.version
    }

    fn makes(&self) -> bool {
        true
    }

    async fn offers(
        &self,
        query: &str,
        wish: &PictureWish,
        _cancel: &CancellationToken,
    ) -> Result<Vec<PictureOffer>, ProviderError> {
        let source = Source {
            title: format!("Generated by {} (fal)", self.settings.model),
            licence: "Apache-2.0 model output".to_owned(),
            url: None,
        };
        Ok(vec![PictureOffer::to_order(self.name(), query, wish, SIZE_PX, source)])
    }

    async fn fetch(
        &self,
        _offer: &PictureOffer,
        wish: &PictureWish,
        cancel: &CancellationToken,
    ) -> Result<FetchedPicture, ProviderError> {
        let prompt: String = wish.prompt.chars().take(PROMPT_CHARS_MAX).collect();
        let body = json!({
            "prompt": prompt,
            "image_size": {"width": SIZE_PX.0, "height": SIZE_PX.1},
            "num_inference_steps": 4,
            "num_images": 1,
            "enable_safety_checker": true,
            "output_format": "jpeg",
            "seed": wish.seed & 0x7fff_ffff,
        });
        let input = json!([self.settings.model, body]);
        let wanted = Wanted {
            vendor: self.vendor.name(),
            stage: "imagery",
            item: &format!("shot {}", wish.shot),
            input: &input,
            estimate_microusd: self.cost(),
        };
        let missed = OnceLock::new();
        let made = |sha256| self.make(&body, sha256, &missed, cancel);
        let bought = match self.purse.buy(&wanted, made).await {
            Err(error) if error.fault == Fault::Unsure => {
                // Begun in an earlier life of the job: fal still knows how it ended.
                let noted = self.purse.noted(&purse::name_of(&wanted)).await;
                let ticket = noted.and_then(|note| serde_json::from_str::<Ticket>(&note).ok());
                let Some(ticket) = ticket else { return Err(error.into()) };
                self.purse.collect(&wanted, self.collected(&ticket, &missed, cancel)).await?
            }
            other => other?,
        };
        // No picture is JSON.
        let bytes = match (serde_json::from_slice::<Ticket>(&bought.bytes), missed.into_inner()) {
            (Err(_), _) => bought.bytes,
            (Ok(_), Some(error)) => return Err(error.into()),
            // Bought in an earlier life, and not received then.
            (Ok(ticket), None) => self.received(&ticket, cancel).await?,
        };
        if bytes.is_empty() {
            return Err(self.vendor.fault(Fault::Moderated).into());
        }
        Ok(FetchedPicture { bytes, cost_microusd: bought.cost_microusd })
    }
}
