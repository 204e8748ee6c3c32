//! Clips, photographs and pictures made to order, asked for in the chain's order. Nothing here can
//! fail a shot: what cannot be found, fetched, read or told from another picture is left to the
//! next source, and in the end to the illustrator.

mod clips;
mod footage;
mod inspect;
mod rank;
mod wish;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use cutline_core::format::Format;
use futures::{StreamExt, stream};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::time::Instant;

use self::inspect::Inspected;
use super::{Input, Picture};
use crate::{
    context::StageContext,
    providers::{PictureOffer, PictureSource, PictureWish, ProviderError, Source},
    stages::intent::Intent,
    tasks,
};

/// Shots that look for a picture at once: as many as most videos have. A vendor allows as many
/// calls as it takes.
const SHOTS_AT_ONCE: usize = 12;
/// A shot looks no longer than this: the illustrator draws in a moment.
const SHOT_TIME_MAX: Duration = Duration::from_secs(150);
/// All shots together.
const STAGE_TIME_MAX: Duration = Duration::from_secs(240);
/// Searches a shot and source.
const QUERIES_MAX: usize = 3;
/// Pictures of one search that are fetched before the next search.
const FETCHES_MAX: usize = 3;

/// A shot's picture, and what is to be said of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Chosen {
    pub picture: Picture,
    pub origin: String,
    pub source: Option<Source>,
    pub cost_microusd: u64,
    /// Near-duplicates have near hashes.
    pub hash: [u64; 2],
    /// At its source.
    pub id: String,
}

/// Which pictures this video has already.
#[derive(Debug, Default)]
struct Used {
    ids: BTreeSet<String>,
    hashes: Vec<[u64; 2]>,
}

/// What the shots share while they look.
struct Search<'a> {
    input: &'a Input,
    context: &'a StageContext,
    used: Mutex<Used>,
    /// Answers by source and query: many shots ask for the same.
    asked: Mutex<BTreeMap<(String, String), Vec<PictureOffer>>>,
    deadline: Instant,
}

/// Whether a video shows photographs. Chats, stick figures, quotes and cartoons are drawn worlds of
/// their own: a stock photograph in them is a foreign body.
fn takes(intent: &Intent) -> bool {
    let drawn = matches!(intent.format, Format::FakeText | Format::StickAnimation | Format::Quote);
    !drawn && intent.character.is_none()
}

/// Pictures for the shots at these places; `None` where the illustrator is to draw.
pub(super) async fn find(
    input: &Input,
    open: &[usize],
    context: &StageContext,
) -> BTreeMap<usize, Chosen> {
    let providers = &context.providers;
    if (providers.pictures.is_empty() && providers.clips.is_empty()) || !takes(&input.intent) {
        return BTreeMap::new();
    }
    let search = Search {
        input,
        context,
        used: Mutex::default(),
        asked: Mutex::default(),
        deadline: Instant::now() + STAGE_TIME_MAX,
    };
    let done = std::sync::atomic::AtomicUsize::new(0);
    let looks = open.iter().map(|at| {
        let (search, done) = (&search, &done);
        async move {
            let until = search.deadline.min(Instant::now() + SHOT_TIME_MAX);
            let found =
                tokio::time::timeout_at(until, search.shot(*at)).await.unwrap_or_else(|_| {
                    tracing::warn!(shot = at, "no picture in time: it is drawn");
                    None
                });
            let finished = done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
            context.progress.set(0.2 + 0.5 * finished as f32 / open.len().max(1) as f32);
            found.map(|chosen| (*at, chosen))
        }
    });
    let found: Vec<_> = stream::iter(looks).buffer_unordered(SHOTS_AT_ONCE).collect().await;
    found.into_iter().flatten().collect()
}

impl Search<'_> {
    async fn shot(&self, at: usize) -> Option<Chosen> {
        if let Some(clip) = self.clip(at).await {
            return Some(clip);
        }
        let wish = self.wish(at);
        let queries = self.queries(at);
        let sources: Vec<&str> =
            self.context.providers.pictures.iter().map(|source| source.version()).collect();
        let key = self.key("picture", &json!([wish, queries, sources]));
        if let Some(kept) = self.remembered(&key) {
            return Some(kept);
        }
        for source in &self.context.providers.pictures {
            if self.context.cancel.is_cancelled() {
                return None;
            }
            match self.from(&**source, at, &wish, &queries).await {
                Ok(Some(chosen)) => {
                    self.remember(&key, &chosen);
                    return Some(chosen);
                }
                Ok(None) => {
                    tracing::debug!(shot = wish.shot, source = source.name(), "nothing fits")
                }
                Err(error) => {
                    tracing::warn!(shot = wish.shot, source = source.name(), %error, "next source");
                }
            }
        }
        None
    }

    /// The best fitting picture of one source.
    async fn from(
        &self,
        source: &dyn PictureSource,
        at: usize,
        wish: &PictureWish,
        queries: &[String],
    ) -> Result<Option<Chosen>, ProviderError> {
        for query in queries.iter().take(if source.makes() { 1 } else { QUERIES_MAX }) {
            let offers = self.offers(source, query, wish).await?;
            let ranked = rank::ranked(self.input, at, offers, source.makes(), self.context).await;
            for offer in ranked.into_iter().take(FETCHES_MAX) {
                if !self.claim(&offer.id) {
                    continue;
                }
                let fetched = source.fetch(&offer, wish, &self.context.cancel).await;
                let fetched = match fetched {
                    Ok(fetched) => fetched,
                    // One file may be gone; a source that is down says so again at the next search.
                    Err(error) if !source.makes() => {
                        tracing::info!(source = source.name(), %error, "a picture was not fetched");
                        continue;
                    }
                    Err(error) => return Err(error),
                };
                let blobs = self.context.blobs.clone();
                let bytes = fetched.bytes;
                let seen = tasks::blocking(move || inspect::picture(&bytes, &blobs)).await;
                match seen
                    .map_err(|error| error.to_string())
                    .and_then(|seen| seen.map_err(|unfit| unfit.to_string()))
                {
                    Ok(seen) if self.is_new(seen.hash) => {
                        source.used(&offer, &self.context.cancel).await;
                        return Ok(Some(chosen(source, offer, seen, fetched.cost_microusd)));
                    }
                    Ok(_) => tracing::info!(source = source.name(), "looks like another one"),
                    Err(why) => tracing::info!(source = source.name(), why, "a picture is unfit"),
                }
            }
        }
        Ok(None)
    }

    async fn offers(
        &self,
        source: &dyn PictureSource,
        query: &str,
        wish: &PictureWish,
    ) -> Result<Vec<PictureOffer>, ProviderError> {
        if source.makes() {
            return source.offers(query, wish, &self.context.cancel).await;
        }
        let key = (source.name().to_owned(), query.to_lowercase());
        let known = lock(&self.asked).get(&key).cloned();
        if let Some(offers) = known {
            return Ok(offers);
        }
        let offers = source.offers(query, wish, &self.context.cancel).await?;
        lock(&self.asked).insert(key, offers.clone());
        Ok(offers)
    }

    /// Takes a picture for one shot; `false` when another has it.
    fn claim(&self, id: &str) -> bool {
        lock(&self.used).ids.insert(id.to_owned())
    }

    /// Whether no picture of this video looks like it; it is then one of them.
    fn is_new(&self, hash: [u64; 2]) -> bool {
        let mut used = lock(&self.used);
        let new = used.hashes.iter().all(|known| !inspect::alike(*known, hash));
        if new {
            used.hashes.push(hash);
        }
        new
    }

    /// A picture from before a crash, if its file is still there and no other shot has it.
    fn remembered(&self, key: &str) -> Option<Chosen> {
        let kept: Chosen = serde_json::from_value(self.context.items.get(key)?).ok()?;
        let (Picture::Photo { blob, .. } | Picture::Clip { blob, .. }) = &kept.picture else {
            return None;
        };
        if !self.context.blobs.path(blob).is_file() || !self.claim(&kept.id) {
            return None;
        }
        lock(&self.used).hashes.push(kept.hash);
        Some(kept)
    }

    fn remember(&self, key: &str, chosen: &Chosen) {
        let kept = serde_json::to_value(chosen).unwrap_or_default();
        if let Err(error) = self.context.items.put(key, &kept) {
            tracing::warn!(%error, "a picture was not remembered");
        }
    }

    /// The name under which a picture is remembered that depends on all this.
    fn key(&self, kind: &str, on: &serde_json::Value) -> String {
        format!("{kind}-{}", hex::encode(Sha256::digest(on.to_string().as_bytes())))
    }
}

fn chosen(
    source: &dyn PictureSource,
    offer: PictureOffer,
    seen: Inspected,
    cost_microusd: u64,
) -> Chosen {
    Chosen {
        picture: Picture::Photo {
            blob: seen.blob,
            width_px: seen.width_px,
            height_px: seen.height_px,
            focus: seen.focus,
        },
        origin: source.name().to_owned(),
        source: Some(offer.source),
        cost_microusd,
        hash: seen.hash,
        id: offer.id,
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
