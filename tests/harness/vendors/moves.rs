//! Files that really lie on another server, as they do at Google's: whoever asks for one is sent on
//! there, and is to come without a key.

use std::sync::Arc;

use super::{Asked, Reply, StandIn, State, lock, state::TICKET};

/// Below it lie the files of others.
const SHELF: &str = "/elsewhere/";

/// Where files were moved to.
#[derive(Debug)]
pub(crate) struct Moved {
    /// Which calls ask for them ([`Asked::meets`]).
    part: &'static str,
    /// Its host, as it is named to whoever is sent there.
    host: &'static str,
    to: Arc<State>,
}

impl StandIn {
    /// From now on `other` gives out the files that calls which meet `part` ask for, under its port
    /// at `host`.
    pub fn keeps_files_at(&self, part: &'static str, host: &'static str, other: &Self) {
        *lock(&self.state.moved) = Some(Moved { part, host, to: other.state.clone() });
    }
}

impl State {
    /// The reply itself, or where it is to be had.
    pub(crate) fn sent_on(&self, asked: &Asked, reply: Reply) -> Reply {
        let moved = lock(&self.moved);
        let Some(moved) = moved.as_ref().filter(|to| reply.is_ok() && asked.meets(to.part)) else {
            return reply;
        };
        let mut shelf = lock(&moved.to.shelf);
        let path = format!("{SHELF}{}", shelf.len());
        let (host, port) = (moved.host, moved.to.address.port());
        let to = format!("http://{host}:{port}{path}?X-Signature={TICKET}");
        shelf.insert(path, reply);
        Reply::bytes(302, "text/plain", Vec::new()).header("location", &to)
    }

    /// A file of another stand-in; `None` where something else was asked for.
    pub(crate) fn kept(&self, asked: &Asked) -> Option<Reply> {
        asked.path.starts_with(SHELF).then(|| {
            let kept = lock(&self.shelf).get(&asked.path).cloned();
            let missing = || self.complain(asked, "no such file");
            self.no_file(asked).or(kept).unwrap_or_else(missing)
        })
    }
}
