//! The embedded illustrator's pictures: Fluent Emoji (Microsoft, MIT), searched by keyword in ten
//! languages and by meaning. Owns the cache beside the set; knows nothing of shots or scenes.

mod bert;
mod build;
mod concepts;
mod document;
mod embed;
mod index;
mod keywords;
mod matcher;
mod stream;
#[cfg(test)]
mod tests;
mod words;

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use self::{
    embed::Embedder,
    index::{Bodies, Index},
};
use super::{Illustration, Illustrations, Source};

/// Why the set cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FluentError {
    /// A file of the set, the cache or the model could not be read.
    #[error("reading {path}: {source}")]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The cache could not be written.
    #[error("writing {path}: {source}")]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A source file is not what it should be.
    #[error("{path} is not the illustration set: {reason}")]
    Set {
        /// Which.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The cache is from another version or damaged.
    #[error("{path} is not a usable cache: {reason}")]
    Cache {
        /// Which.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The embedding model failed.
    #[error("sentence embedding: {0}")]
    Model(String),
}

/// The set, opened.
pub struct Fluent {
    index: Index,
    bodies: Bodies,
    version: String,
    data_dir: PathBuf,
    model: Mutex<Model>,
}

/// The embedding model, loaded when words first miss.
enum Model {
    Unloaded,
    Loaded(Box<Embedder>),
    /// Missing or unusable: words alone decide.
    Absent,
}

/// Builds the cache under `<data>/fluent-emoji`, reporting 0–1. Setup calls it; [`Fluent::open`]
/// does so itself when the cache is missing or older than its sources.
///
/// # Errors
/// [`FluentError`] when the set is missing or unusable, or the folder cannot be written.
pub fn build_index(data_dir: &Path, progress: &dyn Fn(f32)) -> Result<(), FluentError> {
    build::build(data_dir, progress)
}

/// Whether the cache is there and belongs to the sources beside it.
#[must_use]
pub fn index_is_current(data_dir: &Path) -> bool {
    current(data_dir).is_some()
}

/// The cache, if it belongs to the sources beside it.
fn current(data_dir: &Path) -> Option<(Index, Bodies)> {
    let (index, bodies) = index::load(&build::cache_path(data_dir)).ok()?;
    (index.fingerprint == build::fingerprint(data_dir)).then_some((index, bodies))
}

/// Builds the cache unless another process just did: whoever comes second waits for the first.
fn build_once(data_dir: &Path) -> Result<(Index, Bodies), FluentError> {
    let path = build::cache_path(data_dir).with_extension("lock");
    let lock = std::fs::File::create(&path).and_then(|file| file.lock().map(|()| file));
    let _lock = lock.map_err(|source| FluentError::Write { path, source })?;
    if let Some(opened) = current(data_dir) {
        return Ok(opened);
    }
    tracing::info!("indexing the illustrations, once: about half a minute");
    build::build(data_dir, &|_| {})?;
    index::load(&build::cache_path(data_dir))
}

impl Fluent {
    /// Opens the set in `data_dir`, building its cache first where that is missing or stale (half a
    /// minute). `None` when the set is not there.
    ///
    /// # Errors
    /// [`FluentError`] when the set is there and cannot be used.
    pub fn open(data_dir: &Path) -> Result<Option<Self>, FluentError> {
        if !build::source_present(data_dir) {
            return Ok(None);
        }
        let (index, bodies) = match current(data_dir) {
            Some(opened) => opened,
            None => build_once(data_dir)?,
        };
        Ok(Some(Self::new(index, bodies, data_dir)))
    }

    fn new(index: Index, bodies: Bodies, data_dir: &Path) -> Self {
        let semantic = !index.vectors.is_empty() && embed::present(data_dir);
        let meaning = if semantic { "minilm-l6" } else { "words" };
        let version = format!("{}+{meaning}+{}", index.set_version, concepts::fingerprint());
        let model = Mutex::new(if semantic { Model::Unloaded } else { Model::Absent });
        Self { index, bodies, version, data_dir: data_dir.to_owned(), model }
    }

    /// The phrase's vector; `None` without a model.
    fn vector(&self, phrase: &str) -> Option<Vec<f32>> {
        self.vectors(&[phrase])?.pop()
    }

    /// The texts' vectors; `None` without a model.
    fn vectors(&self, texts: &[&str]) -> Option<Vec<Vec<f32>>> {
        let mut model = self.model.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*model, Model::Unloaded) {
            *model = match Embedder::open(&self.data_dir) {
                Ok(embedder) => Model::Loaded(Box::new(embedder)),
                Err(error) => {
                    tracing::warn!(%error, "illustrations are searched by words alone");
                    Model::Absent
                }
            };
        }
        let Model::Loaded(embedder) = &*model else { return None };
        embedder.embed(texts).ok()
    }
}

impl Illustrations for Fluent {
    fn version(&self) -> &str {
        &self.version
    }

    fn find(&self, phrase: &str, language: &str, limit: usize) -> Vec<Illustration> {
        let mut scores = matcher::by_words(&self.index, phrase, language);
        let sure = scores.values().any(|score| *score >= matcher::SCORE_SURE);
        let folded = words::fold(phrase);
        if !sure
            && words::primary(language) == "en"
            && !concepts::shows_nothing("en", &folded)
            && folded.split(' ').any(|word| word.len() > 2 && !words::is_filler(word))
            && let Some(vector) = self.vector(&folded)
        {
            matcher::by_meaning(&self.index, &vector, &mut scores);
        }
        matcher::best(&self.index, scores, limit)
            .into_iter()
            .map(|(at, score)| {
                let icon = &self.index.icons[at];
                Illustration { id: icon.id.clone(), name: icon.name.clone(), score }
            })
            .collect()
    }

    fn svg(&self, id: &str) -> Option<String> {
        let icon = &self.index.icons[self.index.position(id)?];
        match self.bodies.read(icon) {
            Ok(body) => Some(document::complete(id, &body, icon.width, icon.height)),
            Err(error) => {
                tracing::warn!(%error, id, "an illustration could not be read");
                None
            }
        }
    }

    fn source(&self) -> Source {
        Source {
            title: "Fluent Emoji by Microsoft".to_owned(),
            licence: "MIT".to_owned(),
            url: Some("https://github.com/microsoft/fluentui-emoji".to_owned()),
        }
    }

    fn likeness(&self, phrase: &str, texts: &[&str]) -> Option<Vec<f32>> {
        let all: Vec<&str> = [phrase].iter().chain(texts).copied().collect();
        let vectors = self.vectors(&all)?;
        let (first, rest) = vectors.split_first()?;
        Some(rest.iter().map(|text| embed::cosine(first, text)).collect())
    }

    fn unload(&self) {
        let mut model = self.model.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*model, Model::Loaded(_)) {
            *model = Model::Unloaded;
        }
    }
}
