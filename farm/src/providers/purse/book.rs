//! The book of paid calls: the intention before the call, the cost after it.

use async_trait::async_trait;

/// A line of the book.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// In which stage.
    pub stage: &'static str,
    /// For which part of it.
    pub item: &'a str,
    /// The hash of everything the call depends on.
    pub sha256: &'a [u8; 32],
    /// What it counts as until it is answered.
    pub estimate_microusd: u64,
}

/// The answer to an intention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begun {
    /// It is in the book now: go ahead.
    New,
    /// It was begun before and has no answer.
    Unsure,
    /// It was answered before.
    Done,
    /// The job is another worker's.
    Stale,
}

/// The book cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[error("the book of paid calls: {0}")]
pub struct BookError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// Keeps the book.
#[async_trait]
pub trait Book: Send + Sync {
    /// Writes down the intention.
    ///
    /// # Errors
    /// [`BookError`]: do not make the call.
    async fn begin(&self, entry: &Entry<'_>) -> Result<Begun, BookError>;

    /// Writes down what it cost; `false` when the job is another worker's.
    ///
    /// # Errors
    /// [`BookError`]: the call then stays begun.
    async fn done(
        &self,
        entry: &Entry<'_>,
        cost_microusd: u64,
        request_id: Option<&str>,
    ) -> Result<bool, BookError>;

    /// Strikes out a call that was refused and so cost nothing.
    ///
    /// # Errors
    /// [`BookError`]: the call then stays begun.
    async fn forget(&self, entry: &Entry<'_>) -> Result<(), BookError>;

    /// What the job has cost in its earlier lives, in millionths of a dollar; calls without an
    /// answer at their estimates.
    ///
    /// # Errors
    /// [`BookError`].
    async fn before(&self) -> Result<u64, BookError>;

    /// What was spent today (UTC), in millionths of a dollar; calls without an answer, those under
    /// way among them, at their estimates.
    ///
    /// # Errors
    /// [`BookError`].
    async fn today(&self) -> Result<u64, BookError>;
}
