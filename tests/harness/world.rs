//! A world for tests of the whole system: a database, a virtual host and a folder of its own on
//! real servers, our real programs started in it, and a final look at whether anything was left
//! behind.
//!
//! ```no_run
//! # async fn test() -> anyhow::Result<()> {
//! use cutline_tests::World;
//! let mut world = World::start().await?;
//! let worker = world.worker("one").start().await?;
//! world[worker].kill().await?;
//! world.finish().await
//! # }
//! ```

mod broker;
mod checks;
mod database;
mod programs;

use std::{
    ops::{Index, IndexMut},
    path::PathBuf,
    time::Duration,
};

use anyhow::{Result, bail};
use url::Url;

pub use broker::{QueueDepth, VirtualHost, published};
pub use checks::{broken_facts, files_below};
pub use database::{Database, Role, connect};
pub use programs::Launch;

use crate::{fault_proxy::FaultProxy, process::Process, servers::Servers};

/// A process asked to end has put its affairs in order by then.
const ENDING_MAX: Duration = Duration::from_secs(30);

/// A process that a world has started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProcessId(usize);

/// One test's world. End it with [`World::finish`]; dropped before that, it shows what its
/// processes said, and cleans up.
#[derive(Debug)]
pub struct World {
    servers: Servers,
    database: Database,
    broker: VirtualHost,
    folder: tempfile::TempDir,
    processes: Vec<Process>,
    proxies: Option<Proxies>,
    lease: Duration,
    finished: bool,
}

/// What stands between our programs and the servers.
#[derive(Debug)]
pub struct Proxies {
    /// In front of PostgreSQL.
    pub database: FaultProxy,
    /// In front of RabbitMQ.
    pub broker: FaultProxy,
}

/// How a world is made.
#[derive(Debug)]
pub struct WorldBuilder {
    servers: Option<Servers>,
    proxied: bool,
    lease: Duration,
}

impl Default for WorldBuilder {
    fn default() -> Self {
        Self { servers: None, proxied: false, lease: Duration::from_secs(30) }
    }
}

impl WorldBuilder {
    /// On these servers instead of the run's.
    #[must_use]
    pub fn servers(mut self, servers: Servers) -> Self {
        self.servers = Some(servers);
        self
    }

    /// With a fault proxy before each server.
    #[must_use]
    pub const fn proxied(mut self) -> Self {
        self.proxied = true;
        self
    }

    /// With leases of this length. Default: 30 s.
    #[must_use]
    pub const fn lease(mut self, lease: Duration) -> Self {
        self.lease = lease;
        self
    }

    /// Makes it.
    ///
    /// # Errors
    /// When the servers, or the programs that start them, refuse.
    pub async fn start(self) -> Result<World> {
        let servers = match self.servers {
            Some(servers) => servers,
            None => Servers::of_this_run().await?,
        };
        let database = Database::create(&servers).await?;
        let broker = VirtualHost::create(&servers).await?;
        let folder = tempfile::Builder::new().prefix("cutline-world-").tempdir()?;
        for name in ["home", "cache", "data", "tmp", "objects", "logs"] {
            std::fs::create_dir(folder.path().join(name))?;
        }
        let proxies = if self.proxied {
            Some(Proxies {
                database: FaultProxy::start(&host_and_port(&servers.database)?).await?,
                broker: FaultProxy::start(&host_and_port(&servers.amqp)?).await?,
            })
        } else {
            None
        };
        Ok(World {
            servers,
            database,
            broker,
            folder,
            processes: Vec::new(),
            proxies,
            lease: self.lease,
            finished: false,
        })
    }
}

fn host_and_port(url: &Url) -> Result<String> {
    match (url.host_str(), url.port()) {
        (Some(host), Some(port)) => Ok(format!("{host}:{port}")),
        _ => bail!("an address with host and port is needed, not {:?}", url.host_str()),
    }
}

impl World {
    /// A world as most tests need it.
    ///
    /// # Errors
    /// As [`WorldBuilder::start`].
    pub async fn start() -> Result<Self> {
        Self::builder().start().await
    }

    /// A world with wishes.
    #[must_use]
    pub fn builder() -> WorldBuilder {
        WorldBuilder::default()
    }

    /// The address of this world's database for a role, through the proxy where there is one.
    #[must_use]
    pub fn database_url(&self, role: Role) -> Url {
        let url = self.database.url(role);
        match &self.proxies {
            Some(proxies) => behind(&proxies.database, url),
            None => url,
        }
    }

    /// The address of this world's virtual host, through the proxy where there is one.
    #[must_use]
    pub fn amqp_url(&self) -> Url {
        let url = self.broker.url();
        match &self.proxies {
            Some(proxies) => behind(&proxies.broker, url),
            None => url,
        }
    }

    /// The database, straight.
    #[must_use]
    pub const fn database(&self) -> &Database {
        &self.database
    }

    /// The virtual host, straight.
    #[must_use]
    pub const fn broker(&self) -> &VirtualHost {
        &self.broker
    }

    /// The servers this world lives on.
    #[must_use]
    pub const fn servers(&self) -> &Servers {
        &self.servers
    }

    /// What stands before the servers.
    ///
    /// # Errors
    /// When this world was made without.
    pub fn proxies(&self) -> Result<&Proxies> {
        match &self.proxies {
            Some(proxies) => Ok(proxies),
            None => bail!("this world has no proxies: World::builder().proxied()"),
        }
    }

    /// The lease its workers take.
    #[must_use]
    pub const fn lease(&self) -> Duration {
        self.lease
    }

    /// A folder of this world: "objects", "cache", "tmp", "home", "data" or "logs".
    #[must_use]
    pub fn folder(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The value of `CUTLINE_OBJECTS`: files in a folder.
    #[must_use]
    pub fn objects_url(&self) -> String {
        format!("file://{}", self.folder("objects").display())
    }

    /// Ends every process in an orderly way, looks whether anything is left, and takes the world
    /// down.
    ///
    /// # Errors
    /// With everything that is not as it should be.
    pub async fn finish(mut self) -> Result<()> {
        let mut complaints = Vec::new();
        for process in &mut self.processes {
            // One that the test has killed has ended; that is the test's business.
            if process.ended()?.is_none()
                && let Err(error) = process.end(ENDING_MAX).await
            {
                complaints.push(format!("{error:#}"));
            }
        }
        complaints.extend(checks::leftovers(&self).await?);
        if !complaints.is_empty() {
            // Dropping shows what the processes said, and cleans up.
            bail!("left behind:\n- {}", complaints.join("\n- "));
        }
        self.finished = true;
        self.database.remove().await?;
        self.broker.remove().await
    }

    /// What every process said last.
    #[must_use]
    pub fn last_words(&self) -> String {
        self.processes.iter().map(Process::last_words).collect()
    }
}

fn behind(proxy: &FaultProxy, mut url: Url) -> Url {
    // Neither can fail: the address has a host.
    let _ = url.set_host(Some(&proxy.address().ip().to_string()));
    let _ = url.set_port(Some(proxy.address().port()));
    url
}

impl Index<ProcessId> for World {
    type Output = Process;

    fn index(&self, id: ProcessId) -> &Process {
        &self.processes[id.0]
    }
}

impl IndexMut<ProcessId> for World {
    fn index_mut(&mut self, id: ProcessId) -> &mut Process {
        &mut self.processes[id.0]
    }
}

impl Drop for World {
    #[expect(clippy::print_stderr, reason = "the words of a failed test's processes are wanted")]
    fn drop(&mut self) {
        if self.finished {
            return;
        }
        eprintln!("{}", self.last_words());
        self.processes.clear();
        // On a thread and a runtime of its own: this one may be inside another, or unwinding.
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                let Ok(runtime) = runtime else { return };
                runtime.block_on(async {
                    for removed in [self.database.remove().await, self.broker.remove().await] {
                        if let Err(error) = removed {
                            eprintln!("not cleaned up: {error:#}");
                        }
                    }
                });
            });
        });
    }
}
