//! What goes wrong on request: lost connections, slow and failing answers, storms of 429.

use std::time::Duration;

use super::{Discord, limits::TooMany};

/// What happens to a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// The connection is cut before anything is done.
    Drop,
    /// It is done, and the connection is cut before the answer.
    LoseAnswer,
    /// It waits, then it is done.
    Slow(Duration),
    /// A server error, as a proxy in front gives it: no JSON.
    Status(u16),
    /// Too many requests.
    Storm(Storm),
}

/// A 429 out of the blue.
#[derive(Clone, Debug, PartialEq)]
pub struct Storm {
    /// How long to wait.
    pub retry_after: Duration,
    /// `user`, `global` or `shared`.
    pub scope: &'static str,
}

#[derive(Clone, Debug)]
struct Planned {
    method: String,
    path: String,
    fault: Fault,
    times: usize,
}

#[derive(Debug, Default)]
pub(super) struct Weather(Vec<Planned>);

impl Weather {
    /// The fault that awaits this request, used up by it.
    pub(super) fn meets(&mut self, method: &str, path: &str) -> Option<Fault> {
        let at = self.0.iter().position(|planned| {
            planned.times > 0 && planned.method == method && path.contains(&planned.path)
        })?;
        self.0[at].times -= 1;
        Some(self.0[at].fault.clone())
    }
}

impl Storm {
    pub(super) fn refusal(&self) -> TooMany {
        TooMany::new(self.retry_after, self.scope, Vec::new())
    }
}

impl Discord {
    /// The next `times` requests of this method whose path contains `path` meet `fault`.
    pub fn plan(&self, method: &str, path: &str, times: usize, fault: Fault) {
        let (method, path) = (method.to_owned(), path.to_owned());
        self.shared.state().weather.0.push(Planned { method, path, fault, times });
    }

    /// How many planned faults have not been met yet.
    #[must_use]
    pub fn planned(&self) -> usize {
        self.shared.state().weather.0.iter().map(|planned| planned.times).sum()
    }

    /// Fair weather from now on.
    pub fn clear_up(&self) {
        self.shared.state().weather.0.clear();
    }
}
