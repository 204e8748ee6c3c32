//! Unsplash: photographs, upright first. Its guidelines are part of the code: fetched from the
//! address it gives, credited with a link that names us, and told when one is used.

use std::sync::Arc;

use async_trait::async_trait;
use reqwest::header::HeaderMap;
use serde::Deserialize;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::{
    FetchedPicture, PictureOffer, PictureSource, PictureWish, ProviderError, Source,
    http::{Ask, Auth, Fault, Vendor, VendorSpec, Wire},
    photos,
};
use crate::config::cloud::Account;

/// Wide enough to cover 1080×1920 at the end of a slow zoom, in a picture of 2:3.
const WIDTH_PX: &str = "1600";
/// How links back name us, as its guidelines ask.
const REFERRAL: &str = "utm_source=cutline&utm_medium=referral";
/// The account's service. Shared by all jobs. 50 calls an hour for a new application, 1000 for an
/// approved one (unsplash.com/documentation, rate limiting).
#[must_use]
pub fn vendor(wire: &Wire, account: &Account) -> Option<Arc<Vendor>> {
    let auth = Auth::new("authorization", "Client-ID ", account.key.as_ref()?)?;
    let spec = VendorSpec {
        name: "unsplash",
        base: account.url.clone(),
        auth: Some(auth),
        headers: vec![("accept-version", "v1")],
        hosts: &["images.unsplash.com"],
        limits: photos::LIMITS,
        judge,
    };
    Some(Vendor::new(wire, spec))
}

/// A used-up hour comes as 403 (or 429) with nothing left in its header.
fn judge(status: u16, headers: &HeaderMap, _body: &Value) -> Option<Fault> {
    let left = headers.get("x-ratelimit-remaining").and_then(|left| left.to_str().ok());
    (status == 403 && left == Some("0")).then_some(Fault::Busy(None))
}

/// Unsplash's photographs.
pub struct Unsplash {
    vendor: Arc<Vendor>,
}

#[derive(Deserialize)]
struct Found {
    results: Vec<Photo>,
}

#[derive(Deserialize)]
struct Photo {
    id: String,
    width: u32,
    height: u32,
    description: Option<String>,
    alt_description: Option<String>,
    urls: Urls,
    links: Links,
    user: User,
    #[serde(default)]
    tags: Vec<Tag>,
}

#[derive(Deserialize)]
struct Urls {
    raw: String,
}

#[derive(Deserialize)]
struct Links {
    html: String,
    download_location: String,
}

#[derive(Deserialize)]
struct User {
    name: String,
}

#[derive(Deserialize)]
struct Tag {
    title: String,
}

impl Unsplash {
    /// Photographs from an account.
    #[must_use]
    pub fn new(vendor: Arc<Vendor>) -> Self {
        Self { vendor }
    }
}

fn offer(photo: Photo) -> PictureOffer {
    let tags = photo.tags.into_iter().map(|tag| tag.title);
    let words: Vec<String> =
        photo.alt_description.into_iter().chain(photo.description).chain(tags).collect();
    PictureOffer {
        id: format!("unsplash-{}", photo.id),
        words: words.join(", "),
        width_px: photo.width,
        height_px: photo.height,
        address: photos::with_parameters(
            &photo.urls.raw,
            &format!("w={WIDTH_PX}&fit=max&fm=jpg&q=80"),
        ),
        report: Some(photo.links.download_location),
        source: Source {
            title: format!("Photo by {} on Unsplash", photo.user.name),
            licence: "Unsplash License".to_owned(),
            url: Some(photos::with_parameters(&photo.links.html, REFERRAL)),
        },
    }
}

#[async_trait]
impl PictureSource for Unsplash {
    fn name(&self) -> &str {
        "unsplash"
    }

    fn version(&self) -> &str {
        "unsplash-1"
    }

    async fn offers(
        &self,
        query: &str,
        wish: &PictureWish,
        cancel: &CancellationToken,
    ) -> Result<Vec<PictureOffer>, ProviderError> {
        let ask = Ask::get("search/photos")
            .query("query", query)
            .query("per_page", photos::PER_PAGE)
            .query("orientation", "portrait")
            .query("content_filter", "high")
            .query("lang", cutline_speech::text::primary(&wish.language));
        let found: Found = self.vendor.call(ask, cancel).await?.json(&self.vendor)?;
        // Pictures of the paid collection carry a watermark.
        let free = |photo: &Photo| !photo.urls.raw.contains("://plus.unsplash.com/");
        Ok(found.results.into_iter().filter(free).map(offer).collect())
    }

    async fn fetch(
        &self,
        offer: &PictureOffer,
        _wish: &PictureWish,
        cancel: &CancellationToken,
    ) -> Result<FetchedPicture, ProviderError> {
        photos::fetch(&self.vendor, offer, cancel).await
    }

    async fn used(&self, offer: &PictureOffer, cancel: &CancellationToken) {
        let path = offer.report.as_deref().and_then(|address| self.vendor.own_path(address));
        let Some(path) = path else { return };
        if let Err(error) = self.vendor.call(Ask::get(path), cancel).await {
            tracing::info!(vendor = "unsplash", %error, "a download was not reported");
        }
    }
}
