//! Objects of jobs that are over: the backstop behind each try's own cleanup (spec §4, Orphans).
//!
//! Only what the database says is over goes: a job it does not answer for keeps everything.

use std::collections::BTreeSet;

use cutline_core::{
    job::JobId,
    objects::{ObjectKey, ObjectPrefix, Objects, ObjectsError, Retention},
    store::{Store, StoreError},
};

use super::results::clear_results;

/// Objects in a page of a listing.
const PAGE: usize = 1_000;

/// Why a sweep ended early; the next one goes on.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// The object store.
    #[error(transparent)]
    Objects(#[from] ObjectsError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Deletes checkpoints of ended jobs, and results that are not those a job was done with; returns
/// how many objects went.
///
/// # Errors
/// [`SweepError`]; the next sweep goes on.
pub async fn sweep(store: &Store, objects: &Objects) -> Result<u64, SweepError> {
    let mut deleted = 0;
    for (place, results) in places() {
        let mut after: Option<ObjectKey> = None;
        while let Some(jobs) = page(objects, &place, &mut after).await? {
            for ended in store.ended_among(&jobs).await? {
                let Ok(below) = ObjectPrefix::parse(&format!("{}{}", place.as_str(), ended.job))
                else {
                    continue;
                };
                deleted += if results {
                    clear_results(objects, &below, ended.winner).await?
                } else {
                    objects.delete_below(&below).await?
                };
            }
        }
    }
    if deleted > 0 {
        tracing::info!(deleted, "swept objects of ended jobs");
    }
    Ok(deleted)
}

/// Where jobs have objects, and whether those are results.
fn places() -> Vec<(ObjectPrefix, bool)> {
    let results = Retention::ALL.iter().map(|retention| (retention.prefix(), true));
    std::iter::once(("checkpoints/", false))
        .chain(results)
        .filter_map(|(prefix, results)| Some((ObjectPrefix::parse(prefix).ok()?, results)))
        .collect()
}

/// The jobs of the next page of objects; `None` after the last.
async fn page(
    objects: &Objects,
    place: &ObjectPrefix,
    after: &mut Option<ObjectKey>,
) -> Result<Option<Vec<JobId>>, ObjectsError> {
    let found = objects.list(place, after.as_ref(), PAGE).await?;
    let Some(last) = found.last() else { return Ok(None) };
    *after = Some(last.key.clone());
    let jobs: BTreeSet<JobId> = found
        .iter()
        .filter_map(|listed| listed.key.as_str().strip_prefix(place.as_str())?.split('/').next())
        .filter_map(|name| name.parse().ok().map(JobId))
        .collect();
    Ok(Some(jobs.into_iter().collect()))
}
