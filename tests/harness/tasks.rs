//! The harness's one home of spawning, and of waiting for a fact.

use std::{
    future::Future,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};

/// No fact takes longer than this to come true, on the slowest machine.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// How often a fact is looked at. Short: what is waited for should be the fact, not the look.
const GLANCE: Duration = Duration::from_millis(10);

/// Runs a future beside the caller, for as long as the returned handle's task lives.
#[expect(clippy::disallowed_methods, reason = "the harness's one home of spawning")]
pub fn spawn<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> tokio::task::JoinHandle<T> {
    tokio::spawn(work)
}

/// Looks again and again until `look` finds something.
///
/// # Errors
/// When `look` fails, or [`PATIENCE`] ends before.
pub async fn eventually<T>(what: &str, look: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    within(PATIENCE, what, look).await
}

/// Looks again and again until `look` finds something, for a limited time.
///
/// # Errors
/// When `look` fails, or the time ends before.
pub async fn within<T>(
    patience: Duration,
    what: &str,
    mut look: impl AsyncFnMut() -> Result<Option<T>>,
) -> Result<T> {
    let deadline = Instant::now() + patience;
    loop {
        if let Some(found) = look().await? {
            return Ok(found);
        }
        if Instant::now() >= deadline {
            bail!("not within {patience:?}: {what}");
        }
        tokio::time::sleep(GLANCE).await;
    }
}
