//! Pexels: photographs, upright first, credited with a link to the photo's page.

pub mod videos;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use reqwest::header::HeaderMap;
use serde::Deserialize;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::{
    FetchedPicture, PictureOffer, PictureSource, PictureWish, ProviderError, Source,
    http::{Ask, Auth, Fault, Limits, Vendor, VendorSpec, Wire},
    photos,
};
use crate::config::cloud::Account;

/// 200 calls an hour by default (pexels.com/api/documentation, guidelines). Clips are larger than
/// pictures: ten megabytes come in that time over any line that a worker has, and twenty seconds of
/// Full HD fit.
const LIMITS: Limits = Limits {
    answer_max: Duration::from_secs(20),
    patience: Duration::from_secs(30),
    body_bytes_max: 48 << 20,
    ..photos::LIMITS
};
/// Sized by Pexels' own image server, by the parameters that its ready-made addresses carry.
const SIZED: &str = "auto=compress&cs=tinysrgb&w=1600";
/// Locales it searches in (pexels.com/api/documentation, search).
const LOCALES: [(&str, &str); 28] = [
    ("en", "en-US"),
    ("pt", "pt-BR"),
    ("es", "es-ES"),
    ("ca", "ca-ES"),
    ("de", "de-DE"),
    ("it", "it-IT"),
    ("fr", "fr-FR"),
    ("sv", "sv-SE"),
    ("id", "id-ID"),
    ("pl", "pl-PL"),
    ("ja", "ja-JP"),
    ("zh", "zh-CN"),
    ("ko", "ko-KR"),
    ("th", "th-TH"),
    ("nl", "nl-NL"),
    ("hu", "hu-HU"),
    ("vi", "vi-VN"),
    ("cs", "cs-CZ"),
    ("da", "da-DK"),
    ("fi", "fi-FI"),
    ("uk", "uk-UA"),
    ("el", "el-GR"),
    ("ro", "ro-RO"),
    ("nb", "nb-NO"),
    ("no", "nb-NO"),
    ("sk", "sk-SK"),
    ("tr", "tr-TR"),
    ("ru", "ru-RU"),
];

/// The account's service. Shared by all jobs.
#[must_use]
pub fn vendor(wire: &Wire, account: &Account) -> Option<Arc<Vendor>> {
    // The key stands alone in the header, without a scheme.
    let auth = Auth::new("authorization", "", account.key.as_ref()?)?;
    let spec = VendorSpec {
        name: "pexels",
        base: account.url.clone(),
        auth: Some(auth),
        headers: Vec::new(),
        hosts: &["images.pexels.com", "videos.pexels.com"],
        limits: LIMITS,
        judge: |_: u16, _: &HeaderMap, _: &Value| -> Option<Fault> { None },
    };
    Some(Vendor::new(wire, spec))
}

/// Pexels' photographs.
pub struct Pexels {
    vendor: Arc<Vendor>,
}

#[derive(Deserialize)]
struct Found {
    photos: Vec<Photo>,
}

#[derive(Deserialize)]
struct Photo {
    id: u64,
    width: u32,
    height: u32,
    url: String,
    photographer: String,
    #[serde(default)]
    alt: Option<String>,
    src: Src,
}

#[derive(Deserialize)]
struct Src {
    original: String,
}

impl Pexels {
    /// Photographs from an account.
    #[must_use]
    pub fn new(vendor: Arc<Vendor>) -> Self {
        Self { vendor }
    }
}

/// The locale to search in for a BCP 47 language.
fn locale(language: &str) -> Option<&'static str> {
    let language = cutline_speech::text::primary(language);
    LOCALES.iter().find(|(tag, _)| *tag == language).map(|(_, locale)| *locale)
}

/// The words of a page's address ("…/photo/octopus-under-water-417173/"): often better than none.
fn words_of(url: &str) -> String {
    let slug = url.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let words = slug.split('-').filter(|word| !word.chars().all(|c| c.is_ascii_digit()));
    words.collect::<Vec<_>>().join(" ")
}

fn offer(photo: Photo) -> PictureOffer {
    let alt = photo.alt.filter(|alt| !alt.trim().is_empty());
    PictureOffer {
        id: format!("pexels-{}", photo.id),
        words: alt.unwrap_or_else(|| words_of(&photo.url)),
        width_px: photo.width,
        height_px: photo.height,
        address: photos::with_parameters(&photo.src.original, SIZED),
        report: None,
        source: Source {
            title: format!("Photo by {} on Pexels", photo.photographer),
            licence: "Pexels License".to_owned(),
            url: Some(photo.url),
        },
    }
}

#[async_trait]
impl PictureSource for Pexels {
    fn name(&self) -> &str {
        "pexels"
    }

    fn version(&self) -> &str {
        "pexels-1"
    }

    async fn offers(
        &self,
        query: &str,
        wish: &PictureWish,
        cancel: &CancellationToken,
    ) -> Result<Vec<PictureOffer>, ProviderError> {
        let mut ask = Ask::get("v1/search")
            .query("query", query)
            .query("per_page", photos::PER_PAGE)
            .query("orientation", "portrait");
        if let Some(locale) = locale(&wish.language) {
            ask = ask.query("locale", locale);
        }
        let found: Found = self.vendor.call(ask, cancel).await?.json(&self.vendor)?;
        Ok(found.photos.into_iter().map(offer).collect())
    }

    async fn fetch(
        &self,
        offer: &PictureOffer,
        _wish: &PictureWish,
        cancel: &CancellationToken,
    ) -> Result<FetchedPicture, ProviderError> {
        photos::fetch(&self.vendor, offer, cancel).await
    }
}
