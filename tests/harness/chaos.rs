//! A chaos run: a load of short jobs through the real programs while everything goes wrong on a
//! schedule drawn from a seed; then the question whether anything was lost, made twice, paid twice
//! or left behind.
//!
//! The pipeline is a stand-in of short stages with paid calls; the worker, the relay, the database,
//! the broker and the object store are the real ones.

mod customers;
mod fleet;
mod schedule;
mod verdict;

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use cutline_core::{config::DatabaseConfig, store::Store};
use tokio_postgres::Client;

use self::{
    customers::Customers,
    fleet::Fleet,
    schedule::{Fault, SLOWNESS, Schedule, WEATHER},
};
use crate::{
    fault_proxy::FaultProxy,
    servers::{Server, Servers},
    world::{Role, World, files_below},
};

pub use verdict::Report;

/// As short as leases may be: a lost job waits for little else.
const LEASE: Duration = Duration::from_secs(2);
/// A stalled worker stands still for this long.
const STALL: Duration = Duration::from_millis(3_500);
/// The run looks after everything this often.
const TICK: Duration = Duration::from_millis(50);
/// Without a job ending for so long, the run is stuck.
const STUCK: Duration = Duration::from_secs(120);
/// Afterwards, what the dead left behind is swept by the living within this time.
const SWEPT_MAX: Duration = Duration::from_secs(90);

/// What to run.
#[derive(Debug, Clone)]
pub struct Options {
    /// Decides everything that is drawn.
    pub seed: u64,
    /// How many wishes.
    pub jobs: usize,
    /// How many workers, of two slots each.
    pub workers: usize,
    /// Where the private servers' folder goes.
    pub folder: PathBuf,
}

/// Runs it.
///
/// # Errors
/// When the run itself could not be made; what it found wrong is in the report.
pub async fn run(options: &Options) -> Result<Report> {
    let servers = Servers::private(options.folder.clone()).await?;
    let outcome = run_on(options, &servers).await;
    servers.end().await?;
    outcome
}

async fn run_on(options: &Options, servers: &Servers) -> Result<Report> {
    let world = World::builder().servers(servers.clone()).proxied().lease(LEASE);
    let mut world = world.start().await?;
    for folder in ["chat", "provider"] {
        std::fs::create_dir(world.folder(folder))?;
    }
    let schedule = Schedule::draw(options.seed, options.jobs, options.workers);
    let database = world.database().url(Role::Bots);
    let store = Store::connect(&DatabaseConfig::at(database, "cutline-tests chaos"))?;
    let customers = Customers::gather(&world, &store, options.seed, options.jobs).await?;
    let fleet = Fleet::start(&mut world, &schedule, options.workers).await?;
    let mut run = Run {
        observer: Observer { url: world.database().url(Role::Owner).to_string(), client: None },
        world,
        store,
        fleet,
        customers,
        faults: 0,
        begun: Instant::now(),
    };
    match run.through(options, &schedule).await {
        Ok(()) => run.judge(options).await,
        Err(error) => bail!("{error:#}\n{}", run.fleet.last_words()),
    }
}

struct Run {
    world: World,
    store: Store,
    observer: Observer,
    fleet: Fleet,
    customers: Customers,
    faults: usize,
    begun: Instant,
}

/// The run's own look into the database, straight, again and again connected.
struct Observer {
    url: String,
    client: Option<Client>,
}

impl Observer {
    /// How many jobs have ended and how many there are; `None` while the database is away.
    async fn counts(&mut self) -> Option<(usize, usize)> {
        if self.client.is_none() {
            self.client = crate::world::connect(&self.url).await.ok();
        }
        let sql = "SELECT count(finished_at), count(*) FROM cutline.jobs";
        let Ok(row) = self.client.as_ref()?.query_one(sql, &[]).await else {
            self.client = None;
            return None;
        };
        let count = |index| usize::try_from(row.get::<_, i64>(index)).unwrap_or(0);
        Some((count(0), count(1)))
    }
}

impl Run {
    /// The load and the faults, until every wish has come to an end.
    async fn through(&mut self, options: &Options, schedule: &Schedule) -> Result<()> {
        let mut due = schedule.faults.iter().peekable();
        let (mut ended, mut progressed) = (0, Instant::now());
        let mut calm = false;
        loop {
            self.fleet.tend(&mut self.world).await?;
            if let Some((now_ended, jobs)) = self.observer.counts().await {
                if now_ended > ended {
                    (ended, progressed) = (now_ended, Instant::now());
                }
                if self.customers.content() && ended == jobs {
                    break;
                }
            }
            self.customers.act(&mut self.fleet, &self.store, ended).await;
            if let Some(planned) = due.next_if(|planned| planned.ended <= ended) {
                tracing::info!(ended, fault = ?planned.fault, "goes wrong");
                self.happen(planned.fault).await?;
                self.faults += 1;
            }
            if !calm && ended >= options.jobs * 19 / 20 {
                calm = true;
                self.fleet.calm(&mut self.world).await?;
            }
            if progressed.elapsed() > STUCK {
                bail!("stuck for {STUCK:?}: {ended} of {} jobs have ended", options.jobs);
            }
            tokio::time::sleep(TICK).await;
        }
        self.fleet.calm(&mut self.world).await
    }

    fn proxy(&self, server: Server) -> Result<&FaultProxy> {
        let proxies = self.world.proxies()?;
        Ok(match server {
            Server::Database => &proxies.database,
            Server::Broker => &proxies.broker,
        })
    }

    async fn happen(&mut self, fault: Fault) -> Result<()> {
        match fault {
            Fault::KillWorker(number) => self.fleet.kill_worker(number).await?,
            Fault::StallWorker(number) => {
                self.fleet.signal_worker(number, "STOP").await?;
                self.meanwhile(STALL).await?;
                self.fleet.signal_worker(number, "CONT").await?;
            }
            Fault::KillRelay => self.fleet.kill_relay().await?,
            Fault::KillFront => self.fleet.kill_front().await?,
            Fault::Restart(server) => {
                self.world.servers().stop(server).await?;
                self.world.servers().start(server).await?;
            }
            Fault::PowerCut(server) => {
                self.world.servers().kill(server).await?;
                self.world.servers().start(server).await?;
            }
            Fault::Cut(server) => self.proxy(server)?.cut(),
            Fault::HalfOpen(server) => self.proxy(server)?.half_open(),
            Fault::Blackhole(server) => {
                self.proxy(server)?.blackhole();
                self.meanwhile(WEATHER).await?;
                self.proxy(server)?.restore();
            }
            Fault::Slow(server) => {
                self.proxy(server)?.delay(SLOWNESS);
                self.meanwhile(WEATHER).await?;
                self.proxy(server)?.restore();
            }
            Fault::Redeliver => self.redeliver().await?,
        }
        Ok(())
    }

    /// Life goes on while something lasts.
    async fn meanwhile(&mut self, lasting: Duration) -> Result<()> {
        let until = Instant::now() + lasting;
        while Instant::now() < until {
            self.fleet.tend(&mut self.world).await?;
            let ended = self.observer.counts().await.map_or(0, |(ended, _)| ended);
            self.customers.act(&mut self.fleet, &self.store, ended).await;
            tokio::time::sleep(TICK).await;
        }
        Ok(())
    }

    /// Sends the messages of some jobs once more, in whatever state they are.
    async fn redeliver(&self) -> Result<()> {
        let owner = self.world.database().owner().await?;
        let sql = "INSERT INTO cutline.outbox (topic, payload)
                   SELECT 'job.' || queue, jsonb_build_object('job', id) FROM
                   (SELECT * FROM cutline.jobs ORDER BY created_at DESC LIMIT 30) newest";
        owner.execute(sql, &[]).await.context("sending messages again")?;
        Ok(())
    }

    /// Waits until the living have swept up after the dead, ends everybody, and looks.
    async fn judge(mut self, options: &Options) -> Result<Report> {
        let load = self.begun.elapsed();
        let until = Instant::now() + SWEPT_MAX;
        while Instant::now() < until && !self.is_quiet().await? {
            self.fleet.tend(&mut self.world).await?;
            tokio::time::sleep(TICK * 5).await;
        }
        let quiet = self.begun.elapsed() - load;
        let mut report = Report { seed: options.seed, load, quiet, ..Report::default() };
        report.faults = self.faults;
        report.kills = self.fleet.kills;
        report.deaths = self.fleet.deaths.clone();
        report.repeated_requests = self.customers.repeated;
        report.recognised_requests = self.customers.recognised;
        report.cancels = self.customers.cancels;
        report.unexpected.append(&mut self.fleet.unexpected);
        report.unexpected.append(&mut self.customers.complaints);
        report.unexpected.extend(self.fleet.end().await);
        verdict::examine(&self.world, &self.customers, &mut report).await?;
        if !report.is_good() {
            report.words = self.fleet.last_words();
        }
        if let Err(error) = self.world.finish().await {
            report.left_behind.push(format!("{error:#}"));
        }
        Ok(report)
    }

    /// No message on its way, every end posted, no folder of a dead worker.
    async fn is_quiet(&mut self) -> Result<bool> {
        let Some((ended, _)) = self.observer.counts().await else { return Ok(false) };
        let Some(client) = &self.observer.client else { return Ok(false) };
        let outbox = client.query_one("SELECT count(*) FROM cutline.outbox", &[]).await?;
        let depths = self.world.broker().depths().await?;
        let posted = files_below(&self.world.folder("chat")).into_iter();
        let posted = posted.filter(|file| file.extension().is_some_and(|e| e == "message")).count();
        Ok(outbox.get::<_, i64>(0) == 0
            && depths.iter().all(|queue| queue.ready + queue.unacknowledged == 0)
            && posted == ended
            && files_below(&self.world.folder("cache").join("farm/work")).is_empty())
    }
}
