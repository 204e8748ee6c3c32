//! Stand-ins for the vendors of words, voices and pictures: as strict as the vendors (headers,
//! fields, limits, error shapes), troubled on request. They remember what they were asked, and
//! complain about everything that the vendor would refuse: a test that made us send such a thing
//! fails.
//!
//! Every refusal quotes the key and the request, as real ones do: nothing of that may come out
//! anywhere.

mod account;
mod all;
mod elevenlabs;
mod fal;
mod footage;
mod heygen;
mod moves;
mod openai;
mod pexels;
mod reels;
mod refusals;
mod scenes;
mod state;
mod trouble;
mod unsplash;
mod veo;
mod wikipedia;
mod wire;

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use anyhow::{Result, bail};
use tokio::{net::TcpListener, sync::Barrier, task::JoinHandle};

pub(crate) use account::Account;
pub use all::Vendors;
pub use state::TICKET;
use state::{unknown_fields, with};
pub use trouble::Trouble;
pub use wire::{Asked, Reply};

use crate::tasks;

/// Which vendor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum Kind {
    OpenRouter,
    OpenAi,
    ElevenLabs,
    Unsplash,
    Fal,
    Pexels,
    HeyGen,
    Veo,
    Wikipedia,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::OpenRouter,
        Self::OpenAi,
        Self::ElevenLabs,
        Self::Unsplash,
        Self::Fal,
        Self::Pexels,
        Self::HeyGen,
        Self::Veo,
        Self::Wikipedia,
    ];

    /// Whether only talking characters need it.
    #[must_use]
    pub const fn is_talker(self) -> bool {
        matches!(self, Self::HeyGen | Self::Veo)
    }

    /// The middle of its settings' names.
    #[must_use]
    pub const fn setting(self) -> &'static str {
        match self {
            Self::OpenRouter => "OPENROUTER",
            Self::OpenAi => "OPENAI",
            Self::ElevenLabs => "ELEVENLABS",
            Self::Unsplash => "UNSPLASH",
            Self::Fal => "FAL",
            Self::Pexels => "PEXELS",
            Self::HeyGen => "HEYGEN",
            Self::Veo => "VEO",
            Self::Wikipedia => "WIKIPEDIA",
        }
    }

    /// The only key it takes.
    #[must_use]
    pub fn key(self) -> String {
        format!("canary-key-{}-7f3a9c", self.setting().to_lowercase())
    }
}

/// A vendor's stand-in.
#[derive(Debug)]
pub struct StandIn {
    kind: Kind,
    address: SocketAddr,
    state: Arc<State>,
    server: JoinHandle<()>,
}

/// What a stand-in knows.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) kind: Kind,
    pub(crate) address: SocketAddr,
    /// What, for how many calls more, and for which; the first that fits.
    trouble: Mutex<Vec<(Trouble, usize, &'static str)>>,
    /// Pictures made beforehand, so that making them takes no time when they are asked for.
    stock: Mutex<Vec<Vec<u8>>>,
    /// How long answers take, by a part of the path.
    latency: Mutex<Option<(&'static str, Duration)>>,
    asked: Mutex<Vec<Asked>>,
    complaints: Mutex<Vec<String>>,
    /// Calls that cost money and were answered with goods.
    sold: Mutex<usize>,
    /// Calls under way, and most of them at once.
    pub(crate) under_way: Mutex<(usize, usize)>,
    /// Requests, operations or videos in its queue and how often each was looked at.
    pub(crate) queue: Mutex<Vec<(String, u32)>>,
    /// What lies on its account.
    pub(crate) account: Mutex<Account>,
    /// Deletions are answered when so many have come.
    gather: Mutex<Vec<Arc<Barrier>>>,
    /// Where the files that some calls ask for really lie.
    moved: Mutex<Option<moves::Moved>>,
    /// Files of another stand-in, by their paths.
    shelf: Mutex<HashMap<String, Reply>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl StandIn {
    /// A healthy one on a free port.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(kind: Kind) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let state = Arc::new(State {
            kind,
            address,
            trouble: Mutex::default(),
            stock: Mutex::default(),
            latency: Mutex::default(),
            asked: Mutex::default(),
            complaints: Mutex::default(),
            sold: Mutex::default(),
            under_way: Mutex::default(),
            queue: Mutex::default(),
            account: Mutex::default(),
            gather: Mutex::default(),
            moved: Mutex::default(),
            shelf: Mutex::default(),
        });
        let served = state.clone();
        let server = tasks::spawn(async move {
            loop {
                if let Ok((stream, _)) = listener.accept().await {
                    tasks::spawn(wire::serve(stream, served.clone()));
                }
            }
        });
        Ok(Self { kind, address, state, server })
    }

    /// Which.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The value of its address setting.
    #[must_use]
    pub fn url(&self) -> String {
        let base = format!("http://{}", self.address);
        match self.kind {
            Kind::OpenRouter => format!("{base}/api/v1"),
            Kind::OpenAi => format!("{base}/v1"),
            Kind::Veo => format!("{base}/v1beta"),
            _ => base,
        }
    }

    /// Its settings.
    #[must_use]
    pub fn settings(&self) -> Vec<(String, String)> {
        let name = self.kind.setting();
        let mut settings = vec![(format!("CUTLINE_{name}_URL"), self.url())];
        if self.kind != Kind::Wikipedia {
            settings.push((format!("CUTLINE_{name}_KEY"), self.kind.key()));
        }
        settings
    }

    /// The next `times` calls go like this.
    pub fn trouble(&self, trouble: Trouble, times: usize) {
        self.trouble_at("", trouble, times);
    }

    /// The next `times` calls that meet `part` ([`Asked::meets`]) go like this.
    pub fn trouble_at(&self, part: &'static str, trouble: Trouble, times: usize) {
        *lock(&self.state.trouble) = vec![(trouble, times, part)];
    }

    /// And the calls after those like this.
    pub fn then_at(&self, part: &'static str, trouble: Trouble, times: usize) {
        lock(&self.state.trouble).push((trouble, times, part));
    }

    /// Makes so many pictures beforehand: what is measured is not how long ours take to draw.
    pub fn stock(&self, pictures: usize) {
        let made = (0..pictures).map(|n| scenes::picture(&format!("stock {n}"), 1024, 1536));
        lock(&self.state.stock).extend(made);
    }

    /// From now on, calls whose path contains `part` take this long, as they do at the vendor's.
    pub fn takes(&self, part: &'static str, latency: Duration) {
        *lock(&self.state.latency) = Some((part, latency));
    }

    /// All is well again, and what was asked is forgotten; complaints are not.
    pub fn recover(&self) {
        lock(&self.state.trouble).clear();
        lock(&self.state.asked).clear();
        lock(&self.state.moved).take();
        *lock(&self.state.sold) = 0;
    }

    /// Every call since the last recovery.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        lock(&self.state.asked).clone()
    }

    /// How often something was sold since then.
    #[must_use]
    pub fn sold(&self) -> usize {
        *lock(&self.state.sold)
    }

    /// The most calls that were ever under way at once.
    #[must_use]
    pub fn most_at_once(&self) -> usize {
        lock(&self.state.under_way).1
    }

    /// Ends it.
    ///
    /// # Errors
    /// When it was asked for something that the vendor would have refused.
    pub fn finish(self) -> Result<()> {
        let complaints = lock(&self.state.complaints).clone();
        if complaints.is_empty() {
            return Ok(());
        }
        bail!("{:?} complains:\n- {}", self.kind, complaints.join("\n- "))
    }
}
