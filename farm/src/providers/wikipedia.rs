//! Wikipedia as a source of facts: the beginning of the article that a subject leads to, sentence
//! by sentence, each with the article it is from. Needs no key. Where it cannot be reached the
//! video is made of what this machine knows; facts are an input, so the same ones give the same
//! video.

mod sentences;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use reqwest::{Url, header::HeaderMap};
use serde::Deserialize;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::{
    Fact, FactSource, ProviderError, Source,
    http::{Ask, Fault, Limits, Vendor, VendorSpec, Wire},
};

/// One after the other, as Wikimedia asks (mediawiki.org, API:Etiquette); nobody waits long for
/// facts.
const LIMITS: Limits = Limits {
    at_once: 1,
    per_minute: Some(120),
    answer_max: Duration::from_secs(4),
    patience: Duration::from_secs(6),
    tries_max: 2,
    backoff_min: Duration::from_millis(300),
    body_bytes_max: 2 << 20,
};
/// Most facts from one article.
const FACTS_MAX: usize = 5;
/// Longest extract asked for, in characters (the API's own maximum).
const CHARS_MAX: &str = "1200";

/// Wikipedia in all languages.
pub struct Wikipedia {
    wire: Wire,
    /// With `{language}` in it.
    address: String,
    version: String,
    /// One service a language, made when first asked for.
    services: Mutex<HashMap<String, Option<Arc<Vendor>>>>,
}

#[derive(Deserialize)]
struct Answered {
    #[serde(default)]
    query: Option<Query>,
}

#[derive(Deserialize)]
struct Query {
    #[serde(default)]
    pages: Vec<Page>,
}

#[derive(Deserialize)]
struct Page {
    title: String,
    #[serde(default)]
    index: u32,
    #[serde(default)]
    extract: String,
    #[serde(default)]
    fullurl: Option<String>,
    #[serde(default)]
    pageprops: Option<Value>,
}

impl Wikipedia {
    /// At an address with `{language}` in it, or at one for all languages.
    #[must_use]
    pub fn new(wire: &Wire, address: &str) -> Self {
        Self {
            wire: wire.clone(),
            address: address.to_owned(),
            version: format!("wikipedia-1 {address}"),
            services: Mutex::default(),
        }
    }

    /// The service of a language; `None` where no address can be made of it.
    pub fn service(&self, language: &str) -> Option<Arc<Vendor>> {
        let tag = cutline_speech::text::primary(language);
        let plain = (2..=3).contains(&tag.len()) && tag.chars().all(|c| c.is_ascii_lowercase());
        if !plain {
            return None;
        }
        let mut services = self.services.lock().unwrap_or_else(PoisonError::into_inner);
        let made = || {
            let base = Url::parse(&self.address.replace("{language}", tag)).ok()?;
            let spec = VendorSpec {
                name: "wikipedia",
                base,
                auth: None,
                headers: Vec::new(),
                hosts: &[],
                limits: LIMITS,
                judge,
            };
            Some(Vendor::new(&self.wire, spec))
        };
        services.entry(tag.to_owned()).or_insert_with(made).clone()
    }
}

/// 403 there means that our user agent is not liked, or an address is blocked.
fn judge(status: u16, _headers: &HeaderMap, _body: &Value) -> Option<Fault> {
    (status == 403).then_some(Fault::Refused(403))
}

#[async_trait]
impl FactSource for Wikipedia {
    fn version(&self) -> &str {
        &self.version
    }

    async fn facts(
        &self,
        subject: &str,
        language: &str,
        limit: usize,
    ) -> Result<Vec<Fact>, ProviderError> {
        let Some(service) = self.service(language) else { return Ok(Vec::new()) };
        let ask = Ask::get("w/api.php")
            .query("action", "query")
            .query("format", "json")
            .query("formatversion", "2")
            .query("redirects", "1")
            .query("generator", "search")
            .query("gsrsearch", subject)
            .query("gsrlimit", "3")
            .query("gsrnamespace", "0")
            .query("prop", "extracts|info|pageprops")
            .query("inprop", "url")
            .query("ppprop", "disambiguation")
            .query("exintro", "1")
            .query("explaintext", "1")
            .query("exchars", CHARS_MAX)
            .query("exlimit", "3")
            .query("maxlag", "5");
        let answer = service.call(ask, &CancellationToken::new()).await?;
        let answered: Answered = answer.json(&service)?;
        let mut pages = answered.query.map(|query| query.pages).unwrap_or_default();
        pages.sort_by_key(|page| page.index);
        let about = |page: &Page| {
            let ambiguous =
                page.pageprops.as_ref().is_some_and(|p| p.get("disambiguation").is_some());
            !ambiguous && sentences::names(&page.title, subject, language)
        };
        let Some(page) = pages.into_iter().find(about) else { return Ok(Vec::new()) };
        let source = Source {
            title: format!("Wikipedia: {}", page.title),
            licence: "CC BY-SA 4.0".to_owned(),
            url: page.fullurl,
        };
        let facts = sentences::of(&page.extract, language).into_iter();
        let fact = |text| Fact { text, source: Some(source.clone()) };
        Ok(facts.take(limit.clamp(1, FACTS_MAX)).map(fact).collect())
    }
}
