//! The one home of spawning: work that blocks a thread.

use crate::context::StageError;

/// Runs blocking work on the blocking pool. The work goes on when the caller is dropped, so it must
/// watch a cancellation token itself.
///
/// # Errors
/// [`StageError::Invariant`] when the work panicked.
pub async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, StageError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| StageError::Invariant(format!("blocking work panicked: {error}")))
}
