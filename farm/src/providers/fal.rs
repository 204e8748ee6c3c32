//! fal: pictures made to order through its queue: submit, ask until it is done, fetch. The
//! request's id is noted as soon as it is known, so that a worker that takes the job over collects
//! what is already paid.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use reqwest::header::HeaderMap;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{
    FetchedPicture, PictureOffer, PictureSource, PictureWish, ProviderError, Source,
    http::{Ask, Auth, CallError, Effect, Fault, Limits, Vendor, VendorSpec, Wire},
    photos::PICTURES,
    purse::{Delivered, Purse, Wanted},
};
use crate::config::cloud::Fal as Settings;

/// Ten requests at once on a new account; the queue itself has no limit.
const LIMITS: Limits = Limits {
    at_once: 8,
    per_minute: Some(300),
    answer_max: Duration::from_secs(15),
    patience: Duration::from_secs(30),
    tries_max: 3,
    backoff_min: Duration::from_millis(300),
    body_bytes_max: 24 << 20,
};
/// A picture takes a second; one that takes this long waits behind too many others.
const DONE_MAX: Duration = Duration::from_secs(60);
/// Between two looks at first; grows.
const LOOK_MIN: Duration = Duration::from_millis(250);
const LOOK_MAX: Duration = Duration::from_secs(2);
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

#[derive(Deserialize)]
struct Submitted {
    request_id: String,
    status_url: String,
    response_url: String,
    cancel_url: String,
}

/// Where a request is asked after: the paths of the addresses that fal gave (they are not to be
/// built by oneself: docs.fal.ai, queue). Noted, so that another worker can collect what is paid.
#[derive(Serialize, Deserialize)]
struct Ticket {
    id: String,
    status: String,
    response: String,
    cancel: String,
}

#[derive(Deserialize)]
struct Status {
    status: String,
}

#[derive(Deserialize)]
struct Made {
    images: Vec<Image>,
    #[serde(default)]
    has_nsfw_concepts: Vec<bool>,
}

#[derive(Deserialize)]
struct Image {
    url: String,
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

    async fn make(
        &self,
        body: &Value,
        sha256: [u8; 32],
        cancel: &CancellationToken,
    ) -> Result<Delivered, CallError> {
        self.purse.note_none(&sha256).await;
        let ask = Ask::post(self.settings.model.clone(), body.clone(), Effect::Paid);
        let submitted: Submitted = self.vendor.call(ask, cancel).await?.json(&self.vendor)?;
        let foreign = || self.vendor.fault(Fault::Foreign).unknown();
        let ticket = self.ticket(submitted).ok_or_else(foreign)?;
        let note = serde_json::to_string(&ticket).map_err(|_| foreign())?;
        self.purse.note(&sha256, &note).await;
        let collected = self.collected(&ticket, cancel).await;
        if let Err(CallError { fault: Fault::Cancelled | Fault::Silent, .. }) = collected {
            self.give_up(&ticket).await;
        }
        collected
    }

    /// `None` when an address leads elsewhere: the key goes to fal alone.
    fn ticket(&self, submitted: Submitted) -> Option<Ticket> {
        let path = |address: &str| self.vendor.own_path(address);
        let id = submitted.request_id;
        let plain = id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        Some(Ticket {
            status: path(&submitted.status_url)?,
            response: path(&submitted.response_url)?,
            cancel: path(&submitted.cancel_url)?,
            id: Some(id).filter(|id| plain && !id.is_empty())?,
        })
    }

    /// Waits for a request and fetches its picture. What it says of itself to have failed is not
    /// charged; of anything else nobody knows.
    async fn collected(
        &self,
        ticket: &Ticket,
        cancel: &CancellationToken,
    ) -> Result<Delivered, CallError> {
        let looked = self.looked_after(ticket, cancel).await;
        looked.map_err(|error| match error.fault {
            Fault::Moderated | Fault::Refused(_) => error,
            _ => error.unknown(),
        })
    }

    async fn looked_after(
        &self,
        ticket: &Ticket,
        cancel: &CancellationToken,
    ) -> Result<Delivered, CallError> {
        let deadline = Instant::now() + DONE_MAX;
        let mut look = LOOK_MIN;
        loop {
            let ask = Ask::get(&*ticket.status);
            let status: Status = self.vendor.call(ask, cancel).await?.json(&self.vendor)?;
            match status.status.as_str() {
                "COMPLETED" => break,
                "IN_QUEUE" | "IN_PROGRESS" => {}
                _ => return Err(self.vendor.fault(Fault::Foreign)),
            }
            if Instant::now() + look > deadline {
                let id = Some(ticket.id.clone());
                return Err(self.vendor.fault(Fault::Silent).with_request_id(id));
            }
            let waited = cancel.run_until_cancelled(tokio::time::sleep(look)).await;
            waited.ok_or_else(|| self.vendor.fault(Fault::Cancelled))?;
            look = (look * 3 / 2).min(LOOK_MAX);
        }
        // A request that failed answers here with its own error and is not charged.
        let ask = Ask::get(&*ticket.response);
        let made: Made = self.vendor.call(ask, cancel).await?.json(&self.vendor)?;
        let request_id = Some(ticket.id.clone());
        let delivered = |bytes| Delivered { bytes, cost_microusd: self.cost(), request_id };
        if made.has_nsfw_concepts.first() == Some(&true) {
            // It is charged all the same; nothing is kept of it.
            return Ok(delivered(bytes::Bytes::new()));
        }
        let Some(image) = made.images.first() else {
            return Err(self.vendor.fault(Fault::Foreign).unknown());
        };
        let fetched = self.vendor.fetch(&image.url, &PICTURES, cancel).await;
        Ok(delivered(fetched.map_err(CallError::unknown)?.bytes))
    }

    /// Takes a request out of the queue, as far as that is still possible.
    async fn give_up(&self, ticket: &Ticket) {
        let quick = Duration::from_secs(2);
        let ask = Ask::put(&*ticket.cancel).within(quick, quick);
        if let Err(error) = self.vendor.call(ask, &CancellationToken::new()).await {
            tracing::debug!(vendor = "fal", %error, "a request could not be called off");
        }
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
        let bought = match self.purse.buy(&wanted, |sha| self.make(&body, sha, cancel)).await {
            Err(error) if error.fault == Fault::Unsure => {
                // Begun in an earlier life of the job: fal still knows how it ended.
                let sha256 = super::purse::name_of(&wanted);
                let noted = self.purse.noted(&sha256).await;
                let ticket = noted.and_then(|note| serde_json::from_str::<Ticket>(&note).ok());
                let Some(ticket) = ticket else { return Err(error.into()) };
                self.purse.collect(&wanted, self.collected(&ticket, cancel)).await?
            }
            other => other?,
        };
        if bought.bytes.is_empty() {
            return Err(self.vendor.fault(Fault::Moderated).into());
        }
        Ok(FetchedPicture { bytes: bought.bytes, cost_microusd: bought.cost_microusd })
    }
}
