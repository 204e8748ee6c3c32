//! The one home of spawning: blocking work, groups of tasks that end together, other programs.

use std::future::Future;

use tokio_util::sync::CancellationToken;

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

/// Tasks that run at once; dropping the group aborts those that are not on threads of their own.
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

    /// Starts a future on a thread of its own: it may compute for long without keeping others
    /// waiting. Dropping the group does not end it; it must watch a cancellation token itself.
    pub fn start_on_thread<F: Future<Output = T>>(
        &mut self,
        work: impl FnOnce() -> F + Send + 'static,
    ) {
        let runtime = tokio::runtime::Handle::current();
        self.0.spawn_blocking(move || runtime.block_on(work()));
    }

    /// A task that has finished already, if any.
    pub fn try_next(&mut self) -> Option<Result<T, StageError>> {
        self.0.try_join_next().map(|joined| {
            joined.map_err(|error| StageError::Invariant(format!("a task panicked: {error}")))
        })
    }

    /// The next task to finish; `None` when none is left.
    ///
    /// # Errors
    /// [`StageError::Invariant`] when a task panicked.
    pub async fn next(&mut self) -> Option<Result<T, StageError>> {
        self.0.join_next().await.map(|joined| {
            joined.map_err(|error| StageError::Invariant(format!("a task panicked: {error}")))
        })
    }
}

/// Cancels on Ctrl-C or SIGTERM. The next signal then ends the process at once.
pub async fn cancel_on_signal(cancel: CancellationToken) {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        tracing::warn!("signals cannot be heard: Ctrl-C will leave the work folder behind");
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

/// A program to be run, killed when the handle to it is dropped.
#[must_use]
pub fn program(name: &str) -> tokio::process::Command {
    let mut command = tokio::process::Command::new(name);
    command.kill_on_drop(true);
    command
}
