//! Clips for the shots that ask for a moving picture, looked for before photographs. Whatever goes
//! wrong, the shot goes on to photographs as if it had never asked.

use std::time::Duration;

use cutline_compositor::clip::ClipEnd;
use serde_json::json;
use tokio::time::Instant;

use super::{Chosen, Search, footage, rank};
use crate::{
    providers::{ClipOffer, ClipSource, ClipWish, ProviderError},
    stages::imagery::Picture,
    tasks,
};

/// A shot looks for a clip no longer than this: photographs are to have their turn.
const CLIP_TIME_MAX: Duration = Duration::from_secs(45);
/// Searches a shot and source.
const QUERIES_MAX: usize = 2;
/// Clips of one search that are fetched: they are large.
const FETCHES_MAX: usize = 2;
/// Spoken lines run over their budgets by about so much.
const SPARE: f32 = 1.2;

impl Search<'_> {
    /// A clip for the shot, if it asks for one and there is one.
    pub(super) async fn clip(&self, at: usize) -> Option<Chosen> {
        let shot = &self.input.queries.shots[at];
        let moving = shot.moving.as_deref()?;
        let sources = &self.context.providers.clips;
        if sources.is_empty() {
            return None;
        }
        let budget_ms = self.input.shots.shots.get(at).map_or(4_000, |shot| shot.budget_ms);
        let wish = ClipWish {
            language: &self.input.intent.language,
            picture_px: self.input.intent.picture_px,
            shown_ms: (budget_ms as f32 * SPARE) as u32,
        };
        let mut queries = vec![format!("{} {moving}", shot.subject), shot.query.clone()];
        queries.retain(|query| !query.trim().is_empty());
        let versions: Vec<&str> = sources.iter().map(|source| source.version()).collect();
        let key = self.key("clip", &json!([wish, queries, versions, shot.shot]));
        if let Some(kept) = self.remembered(&key) {
            return Some(kept);
        }
        let until = self.deadline.min(Instant::now() + CLIP_TIME_MAX);
        for source in sources {
            let found = self.clip_from(&**source, at, &wish, &queries);
            match tokio::time::timeout_at(until, found).await {
                Ok(Ok(Some(chosen))) => {
                    self.remember(&key, &chosen);
                    return Some(chosen);
                }
                Ok(Ok(None)) => tracing::debug!(shot = shot.shot, "no clip fits"),
                Ok(Err(error)) => tracing::warn!(shot = shot.shot, %error, "no clip: a picture"),
                Err(_) => tracing::warn!(shot = shot.shot, "no clip in time: a picture"),
            }
        }
        None
    }

    /// The best fitting clip of one source.
    async fn clip_from(
        &self,
        source: &dyn ClipSource,
        at: usize,
        wish: &ClipWish<'_>,
        queries: &[String],
    ) -> Result<Option<Chosen>, ProviderError> {
        for query in queries.iter().take(QUERIES_MAX) {
            let offers = source.offers(query, wish, &self.context.cancel).await?;
            let offers = self.ranked_clips(at, offers, wish.shown_ms).await;
            for offer in offers.into_iter().take(FETCHES_MAX) {
                if !self.claim(&offer.file.id) {
                    continue;
                }
                // One file may be gone; a source that is down says so at the next search.
                let fetched = match source.fetch(&offer, &self.context.cancel).await {
                    Ok(fetched) => fetched,
                    Err(error) => {
                        tracing::info!(source = source.name(), %error, "a clip was not fetched");
                        continue;
                    }
                };
                let (blobs, shown_ms) = (self.context.blobs.clone(), wish.shown_ms);
                let bytes = fetched.bytes;
                let seen =
                    tasks::blocking(move || footage::inspect(&bytes, shown_ms, &blobs)).await;
                let seen = seen.map_err(|error| error.to_string());
                match seen.and_then(|seen| seen.map_err(|unfit| unfit.to_string())) {
                    Ok(seen) if self.is_new(seen.hash) => {
                        return Ok(Some(Chosen {
                            picture: Picture::Clip {
                                blob: seen.blob,
                                width_px: seen.width_px,
                                height_px: seen.height_px,
                                length_ms: seen.length_ms,
                                from_ms: 0,
                                ends: ClipEnd::Loop,
                                focus: [0.5, 0.5],
                            },
                            origin: source.name().to_owned(),
                            source: Some(offer.file.source),
                            cost_microusd: fetched.cost_microusd,
                            hash: seen.hash,
                            id: offer.file.id,
                        }));
                    }
                    Ok(_) => tracing::info!(source = source.name(), "a clip looks like a picture"),
                    Err(why) => tracing::info!(source = source.name(), why, "a clip is unfit"),
                }
            }
        }
        Ok(None)
    }

    /// Fitting clips, best first as pictures are, those long enough before those that would repeat.
    async fn ranked_clips(
        &self,
        at: usize,
        offers: Vec<ClipOffer>,
        shown_ms: u32,
    ) -> Vec<ClipOffer> {
        let files = offers.iter().map(|offer| offer.file.clone()).collect();
        let order = rank::ranked(self.input, at, files, false, self.context).await;
        let mut ranked: Vec<ClipOffer> = order
            .into_iter()
            .filter_map(|file| offers.iter().find(|offer| offer.file.id == file.id).cloned())
            .collect();
        ranked.sort_by_key(|offer| offer.length_ms < shown_ms);
        ranked
    }
}
