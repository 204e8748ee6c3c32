//! The one home of spawning: groups of tasks that end together, blocking work, signals.

use std::future::Future;

use tokio_util::sync::CancellationToken;

/// Tasks that run at once; dropping the group aborts them.
#[derive(Debug)]
pub struct Group<T>(tokio::task::JoinSet<T>);

impl<T: Send + 'static> Default for Group<T> {
    fn default() -> Self {
        Self(tokio::task::JoinSet::new())
    }
}

impl<T: Send + 'static> Group<T> {
    /// Starts a task.
    pub fn start(&mut self, work: impl Future<Output = T> + Send + 'static) {
        self.0.spawn(work);
    }

    /// The next task to finish, `None` when none is left; a task that panicked counts as an error.
    pub async fn next(&mut self) -> Option<Result<T, Panicked>> {
        self.0.join_next().await.map(|joined| joined.map_err(|error| Panicked(error.to_string())))
    }
}

/// A task panicked.
#[derive(Debug, thiserror::Error)]
#[error("a task panicked: {0}")]
pub struct Panicked(String);

/// Runs blocking work (a prompt, a file) on the blocking pool.
///
/// # Errors
/// [`Panicked`].
pub async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Panicked> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Panicked(error.to_string()))
}

/// Cancels on Ctrl-C or SIGTERM. The next signal then ends the process at once.
pub async fn cancel_on_signal(cancel: CancellationToken) {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        tracing::warn!("signals cannot be heard: this process ends only by force");
        return;
    };
    let mut signalled = async || {
        tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
    };
    signalled().await;
    cancel.cancel();
    signalled().await;
    std::process::exit(130);
}
