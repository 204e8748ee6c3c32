//! What lies on an account of a vendor of talking characters, and how its deletions are answered.

use std::sync::Arc;

use serde_json::Value;
use tokio::sync::Barrier;

use super::{Asked, StandIn, State, lock};

/// What a vendor of talking characters keeps.
#[derive(Debug, Default)]
pub(crate) struct Account {
    /// HeyGen: id, name and age of every avatar.
    pub(crate) avatars: Vec<(String, String, u64)>,
    /// HeyGen: refuses every new avatar for want of room, whatever is deleted.
    pub(crate) always_full: bool,
    /// HeyGen: answers by idempotency key.
    pub(crate) answered: Vec<(String, Value)>,
    /// HeyGen: lengths of the assets, in bytes.
    pub(crate) assets: Vec<usize>,
    /// VEO: so many films to come are blocked.
    pub(crate) blocks: usize,
    /// How long each film lasts, in order.
    pub(crate) films_s: Vec<f64>,
}

impl StandIn {
    /// HeyGen: an avatar on the account, of this age in seconds.
    pub fn store_avatar(&self, id: &str, name: &str, age_s: u64) {
        lock(&self.state.account).avatars.push((id.to_owned(), name.to_owned(), age_s));
    }

    /// HeyGen: somebody deleted everything on the account.
    pub fn lose_avatars(&self) {
        lock(&self.state.account).avatars.clear();
    }

    /// HeyGen: the avatars on the account.
    #[must_use]
    pub fn avatars(&self) -> Vec<String> {
        lock(&self.state.account).avatars.iter().map(|(id, _, _)| id.clone()).collect()
    }

    /// HeyGen: from now on there is no room, whatever is deleted.
    pub fn is_always_full(&self) {
        lock(&self.state.account).always_full = true;
    }

    /// VEO: blocks the next films for their content.
    pub fn block(&self, films: usize) {
        lock(&self.state.account).blocks = films;
    }

    /// Deletions are answered in batches of these sizes: each when all of its batch have come.
    pub fn gather(&self, batches: &[usize]) {
        let barriers = batches.iter().flat_map(|size| {
            let barrier = Arc::new(Barrier::new(*size));
            std::iter::repeat_n(barrier, *size)
        });
        let mut barriers: Vec<_> = barriers.collect();
        barriers.reverse();
        *lock(&self.state.gather) = barriers;
    }
}

impl State {
    /// What a deletion waits for.
    pub(crate) fn gathering(&self, asked: &Asked) -> Option<Arc<Barrier>> {
        if asked.method == "DELETE" { lock(&self.gather).pop() } else { None }
    }
}
