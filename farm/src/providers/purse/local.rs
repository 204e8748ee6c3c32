//! The book of one machine without a database: a folder a day, a file a call in it. What was begun
//! yesterday without an answer may be tried again today: there is no job any more that it could be
//! charged to twice.

use std::{
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use async_trait::async_trait;
use cutline_core::clock::Clock;
use serde_json::{Value, json};

use super::book::{Begun, Book, BookError, Entry};
use crate::tasks;

/// A book in a folder.
#[derive(Clone, Debug)]
pub struct LocalBook {
    folder: PathBuf,
    clock: Arc<dyn Clock>,
}

impl LocalBook {
    /// Keeps it below `folder`, which is made when first written to.
    #[must_use]
    pub fn new(folder: PathBuf, clock: Arc<dyn Clock>) -> Self {
        Self { folder, clock }
    }

    fn day_folder(&self) -> PathBuf {
        self.folder.join(self.clock.now().format("%Y-%m-%d").to_string())
    }

    fn call(&self, entry: &Entry<'_>) -> PathBuf {
        self.day_folder().join(format!("{}.json", hex::encode(entry.sha256)))
    }
}

/// Days kept, so that an operator can look back a little.
const DAYS_MAX: usize = 8;

/// Removes the oldest days.
fn sweep(book: &Path) {
    let days = std::fs::read_dir(book).into_iter().flatten().flatten();
    let mut days: Vec<PathBuf> = days.map(|day| day.path()).collect();
    days.sort();
    for old in days.iter().take(days.len().saturating_sub(DAYS_MAX)) {
        if let Err(error) = std::fs::remove_dir_all(old) {
            tracing::debug!(%error, "an old day of the book stays");
        }
    }
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> BookError {
    BookError(Box::new(error))
}

async fn on_disk<T: Send + 'static>(
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> Result<T, BookError> {
    tasks::blocking(work).await.map_err(failed)?.map_err(failed)
}

#[async_trait]
impl Book for LocalBook {
    async fn begin(&self, entry: &Entry<'_>) -> Result<Begun, BookError> {
        let path = self.call(entry);
        let line = json!({
            "state": "begun", "stage": entry.stage, "item": entry.item,
            "cost_microusd": entry.estimate_microusd,
        });
        let line = line.to_string();
        on_disk(move || {
            let day = path.parent().unwrap_or(Path::new("."));
            if !day.is_dir() {
                std::fs::create_dir_all(day)?;
                sweep(day.parent().unwrap_or(day));
            }
            match std::fs::OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(mut file) => {
                    file.write_all(line.as_bytes())?;
                    file.sync_all()?;
                    Ok(Begun::New)
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                    let done = line_of(&path)?.is_some_and(|line| line["state"] == "done");
                    Ok(if done { Begun::Done } else { Begun::Unsure })
                }
                Err(error) => Err(error),
            }
        })
        .await
    }

    async fn done(
        &self,
        entry: &Entry<'_>,
        cost_microusd: u64,
        request_id: Option<&str>,
    ) -> Result<bool, BookError> {
        let path = self.call(entry);
        let line = json!({
            "state": "done", "stage": entry.stage, "item": entry.item,
            "cost_microusd": cost_microusd, "request_id": request_id,
        });
        on_disk(move || {
            let folder = path.parent().unwrap_or(Path::new("."));
            let mut file = tempfile::NamedTempFile::new_in(folder)?;
            file.write_all(line.to_string().as_bytes())?;
            file.persist(&path).map_err(|error| error.error)?;
            Ok(true)
        })
        .await
    }

    async fn forget(&self, entry: &Entry<'_>) -> Result<(), BookError> {
        let path = self.call(entry);
        on_disk(move || match std::fs::remove_file(path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        })
        .await
    }

    /// There are no jobs here, so none has a past: what a run that died has begun counts in the
    /// day's sum, and not in the next run's.
    async fn before(&self) -> Result<u64, BookError> {
        Ok(0)
    }

    async fn today(&self) -> Result<u64, BookError> {
        let day = self.day_folder();
        on_disk(move || match std::fs::read_dir(day) {
            Ok(calls) => Ok(calls.flatten().filter_map(|call| cost(&call.path())).sum()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(0),
            Err(error) => Err(error),
        })
        .await
    }
}

/// What a call's file says; `None` when its writer died over it.
fn line_of(call: &Path) -> std::io::Result<Option<Value>> {
    Ok(serde_json::from_slice(&std::fs::read(call)?).ok())
}

/// What a call cost, or may have cost.
fn cost(call: &Path) -> Option<u64> {
    line_of(call).ok()??["cost_microusd"].as_u64()
}
