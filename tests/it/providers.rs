//! The cloud's providers against strict stand-ins: every way in which a vendor fails, what is tried
//! again, what is fallen back to, what is paid, what is said.

mod credits;
mod deeds;
mod endings;
mod farm;
mod imagery;
mod later;
mod limits;
mod matrix;
mod people;
mod program;
mod redirects;
mod scenes;
mod strict;
mod talkers;
mod tenants;

use std::sync::Arc;

use anyhow::{Context, Result};
use async_trait::async_trait;
use cutline_core::{clock::SystemClock, job::Mode, plan::Plan};
use cutline_farm::{
    blob::Blobs,
    config::cloud::CloudConfig,
    context::{Items, Preview, Progress, StageContext, StageError},
    providers::{
        Illustration, Illustrations, Providers, Source,
        cloud::Cloud,
        purse::{Purse, book::Book, local::LocalBook},
    },
};
use cutline_tests::vendors::{Kind, Vendors};
use tokio_util::sync::CancellationToken;

/// The cloud with keys for some vendors, and one job's purse.
struct Desk {
    cloud: Cloud,
    purse: Arc<Purse>,
    folder: tempfile::TempDir,
}

impl Desk {
    fn open(vendors: &Vendors, kinds: &[Kind]) -> Result<Self> {
        Self::with(vendors, kinds, &[])
    }

    fn with(vendors: &Vendors, kinds: &[Kind], more: &[(&str, &str)]) -> Result<Self> {
        let mut settings: Vec<(String, String)> =
            more.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        // The first of a name counts.
        settings.extend(vendors.settings(kinds));
        let lookup = |name: &str| {
            settings.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
        };
        let config = CloudConfig::from_lookup(&lookup)?;
        let folder = tempfile::tempdir()?;
        let cloud = Cloud::open(config, folder.path().into())?.context("keys are set")?;
        let purse = cloud.local_purse(Plan::Professional, Mode::Standard);
        Ok(Self { cloud, purse, folder })
    }

    fn providers(&self) -> Providers {
        self.hand(&self.purse)
    }

    /// The providers of another life of the job: the same book and cache, an empty memory.
    fn again(&self) -> Providers {
        self.hand(&self.next())
    }

    /// The purse of another life.
    fn next(&self) -> Arc<Purse> {
        self.cloud.local_purse(Plan::Professional, Mode::Standard)
    }

    /// What all lives together have in the book.
    async fn booked(&self) -> Result<u64> {
        let book = LocalBook::new(self.cloud.book_folder(), Arc::new(SystemClock));
        Ok(book.today().await?)
    }

    fn hand(&self, purse: &Arc<Purse>) -> Providers {
        let own = Providers { illustrations: Some(Arc::new(Drawn)), ..Providers::default() };
        self.cloud.hand(&own, purse)
    }

    fn context(&self) -> Result<StageContext> {
        Ok(StageContext {
            providers: Arc::new(self.providers()),
            blobs: Blobs::open(self.folder.path().join("blobs"))?,
            cancel: CancellationToken::new(),
            progress: Progress::silent(),
            items: Arc::new(NothingKept),
            preview: Preview::default(),
        })
    }
}

/// Forgets.
struct NothingKept;

impl Items for NothingKept {
    fn get(&self, _key: &str) -> Option<serde_json::Value> {
        None
    }

    fn put(&self, _key: &str, _value: &serde_json::Value) -> Result<(), StageError> {
        Ok(())
    }
}

/// Draws everything that is asked for.
struct Drawn;

#[async_trait]
impl Illustrations for Drawn {
    fn version(&self) -> &'static str {
        "drawn-1"
    }

    fn find(&self, phrase: &str, _language: &str, _limit: usize) -> Vec<Illustration> {
        vec![Illustration { id: phrase.into(), name: phrase.into(), score: 0.9 }]
    }

    fn svg(&self, _id: &str) -> Option<String> {
        Some(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><circle r="8"/></svg>"#
                .into(),
        )
    }

    fn source(&self) -> Source {
        Source { title: "Drawn".into(), licence: "MIT".into(), url: None }
    }
}
