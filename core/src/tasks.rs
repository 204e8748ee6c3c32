//! The one home of spawning in this crate: background tasks that end with the handle to them.

use std::future::Future;

use tokio::task::JoinHandle;

/// A task in the background; dropping the handle ends it at its next await.
#[derive(Debug)]
#[must_use = "a task ends when its handle is dropped"]
pub struct Task<T>(Option<JoinHandle<T>>);

/// Starts a task.
#[expect(clippy::disallowed_methods, reason = "the one place of this crate that spawns")]
pub fn start<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> Task<T> {
    Task(Some(tokio::spawn(work)))
}

impl<T> Task<T> {
    /// Waits for the end; `None` when the task panicked.
    pub async fn join(mut self) -> Option<T> {
        match self.0.as_mut() {
            Some(handle) => handle.await.ok(),
            None => None,
        }
    }

    /// Lets the task go on by itself.
    pub fn detach(mut self) {
        self.0 = None;
    }

    /// Whether it has ended, by itself or by a panic.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.0.as_ref().is_none_or(JoinHandle::is_finished)
    }
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        if let Some(handle) = &self.0 {
            handle.abort();
        }
    }
}
