//! What lies on a vendor's account, how what is ordered on it ends, and how deletions are answered.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use serde_json::Value;
use tokio::sync::Barrier;

use super::{Asked, Reply, StandIn, State, lock};

/// A call that carried an idempotency key.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    /// The endpoint and the key.
    pub(crate) name: String,
    pub(crate) body: Vec<u8>,
    pub(crate) reply: Reply,
}

/// A file that was uploaded, by what its bytes are.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Asset {
    Image,
    /// So long, in seconds.
    Audio(f64),
}

/// What a vendor keeps.
#[derive(Debug, Default)]
pub(crate) struct Account {
    /// HeyGen: id, name and age of every avatar.
    pub(crate) avatars: Vec<(String, String, u64)>,
    /// HeyGen: refuses every new avatar for want of room, whatever is deleted.
    pub(crate) always_full: bool,
    /// HeyGen: calls by idempotency key, those refused among them.
    pub(crate) answered: Vec<Known>,
    /// HeyGen: the assets.
    pub(crate) assets: Vec<Asset>,
    /// How orders to come end; `None` is well.
    pub(crate) to_come: VecDeque<Option<Value>>,
    /// How orders end, by their id.
    pub(crate) endings: HashMap<String, Value>,
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

    /// HeyGen: from now on there is no room, whatever is deleted; or there is again.
    pub fn is_always_full(&self, full: bool) {
        lock(&self.state.account).always_full = full;
    }

    /// VEO: blocks the next films for their content.
    pub fn block(&self, films: usize) {
        self.block_after(0, films);
    }

    /// VEO: blocks as many films, after some more that pass.
    pub fn block_after(&self, passing: usize, films: usize) {
        let blocked = serde_json::json!({"response": {"raiMediaFilteredCount": 1,
            "raiMediaFilteredReasons": ["A quoted prompt is unsafe."]}});
        self.orders_pass(passing);
        lock(&self.state.account).to_come.extend(std::iter::repeat_n(Some(blocked), films));
    }

    /// So many orders end well.
    pub fn orders_pass(&self, orders: usize) {
        lock(&self.state.account).to_come.extend(std::iter::repeat_n(None, orders));
    }

    /// The next order ends like this, and is not charged. VEO: with an operation's `error` or
    /// another `response`. HeyGen: with these fields of the video or the look. fal: with these
    /// fields of the result, refused with the code in `refused`, or `failed` with a status and an
    /// `error_type`.
    pub fn next_ends(&self, ending: Value) {
        lock(&self.state.account).to_come.push_back(Some(ending));
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
    /// An order is taken: how it ends is decided now.
    pub(crate) fn order(&self, id: &str) {
        let ending = lock(&self.account).to_come.pop_front().flatten();
        match ending {
            Some(ending) => drop(lock(&self.account).endings.insert(id.to_owned(), ending)),
            None => self.sell(),
        }
    }

    /// How an order ends, where not well.
    pub(crate) fn ending(&self, id: &str) -> Option<Value> {
        lock(&self.account).endings.get(id).cloned()
    }

    /// What a deletion waits for.
    pub(crate) fn gathering(&self, asked: &Asked) -> Option<Arc<Barrier>> {
        if asked.method == "DELETE" { lock(&self.gather).pop() } else { None }
    }
}
