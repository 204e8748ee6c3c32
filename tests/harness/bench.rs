//! `cutline-tests bench queue`: how fast requests get in and jobs get out, beside what the same
//! broker does with bare messages, in one run on private servers with fsync on.

mod baseline;
mod discord;
mod memory;
mod percentiles;
mod providers;
mod telegram;

use std::{
    fmt,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use cutline_core::{
    config::DatabaseConfig,
    job::Mode,
    objects::{Objects, ObjectsConfig},
    queue::{Pace, Queue, relay},
    store::Store,
};
use cutline_farm::worker::{self, Shared, standin::StandIn};
use tokio::task::JoinSet;
use tokio_postgres::Client;
use tokio_util::sync::CancellationToken;

pub use self::discord::{Crowd, discord};
use self::percentiles::Percentiles;
pub use self::providers::{Latencies, providers};
pub use self::telegram::{Conversations, telegram};
use crate::{
    front::{Request, submit},
    servers::Servers,
    tasks::{eventually, spawn, within},
    world::{Role, World},
};

/// Requests at once while the intake is measured: as a few busy front ends would have.
const CLIENTS: usize = 32;
/// Requests of the intake.
const SUBMITS: usize = 2_000;
/// Jobs whose way from commit to worker is timed, one at a time and evenly spaced.
const PACED: usize = 150;
/// Longer than one worker needs for a job, or the queue is measured and not the way.
const PACE: Duration = Duration::from_millis(200);
/// Workers of each drain.
const DRAINS: [usize; 4] = [1, 4, 16, 64];
/// Jobs of each drain: some seconds' worth.
const DRAINED: usize = 600;
/// No drain takes longer, on the slowest machine.
const DRAIN_MAX: Duration = Duration::from_secs(600);

/// What was measured.
#[derive(Debug)]
pub struct Figures {
    baseline: baseline::Figures,
    submit_rate: f64,
    through_rate: f64,
    submit: Percentiles,
    start: Percentiles,
    drains: Vec<(usize, f64)>,
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "broker alone (quorum queue, persistent, confirmed)")?;
        writeln!(
            f,
            "  publish, {} in flight   {:8.0} /s",
            baseline::IN_FLIGHT,
            self.baseline.publish_rate
        )?;
        writeln!(f, "  consume and ack          {:8.0} /s", self.baseline.consume_rate)?;
        writeln!(f, "  publish → consumer       {}", self.baseline.way)?;
        writeln!(f, "requests (limits + ledger + hold + job + outbox), {CLIENTS} at once")?;
        writeln!(
            f,
            "  committed                {:8.0} /s   each {}",
            self.submit_rate, self.submit
        )?;
        writeln!(f, "  confirmed by the broker  {:8.0} /s", self.through_rate)?;
        writeln!(f, "from commit to the worker's start, {} ms apart", PACE.as_millis())?;
        writeln!(f, "  one idle worker          {}", self.start)?;
        writeln!(f, "drained, jobs without work")?;
        for (workers, rate) in &self.drains {
            writeln!(f, "  {workers:2} workers               {rate:8.0} jobs/s")?;
        }
        Ok(())
    }
}

/// Measures everything, on private servers in `folder`, and hands the figures to `tell`. They are
/// told before the world is taken down: its tens of thousands of small files take a slow disk
/// minutes.
///
/// # Errors
/// When the servers do not start or something fails under way.
pub async fn queue(folder: PathBuf, tell: impl FnOnce(&Figures)) -> Result<()> {
    let servers = Servers::private(folder).await?;
    let world = World::builder().servers(servers.clone()).start().await?;
    let measured = measure(&world).await;
    if let Ok(figures) = &measured {
        tell(figures);
    }
    drop(world);
    servers.end().await?;
    measured.map(drop)
}

async fn measure(world: &World) -> Result<Figures> {
    let baseline = baseline::measure(world.amqp_url().as_str()).await?;
    let mut config = DatabaseConfig::at(world.database_url(Role::Bots), "cutline-tests bench");
    config.pool_max = 16;
    let bots = Bots {
        store: Store::connect(&config)?,
        queue: Queue::new(world.amqp_url().as_str(), "bench")?,
        owner: world.database().owner().await?,
    };
    bots.queue.declare().await;
    let stop = CancellationToken::new();
    let _ended = stop.clone().drop_guard();
    let (store, queue, ending) = (bots.store.clone(), bots.queue.clone(), stop.clone());
    let relaying = spawn(async move { relay(&store, &queue, Pace::Prompt, &ending).await });

    let (submit_rate, through_rate, submit) = intake(&bots).await?;
    tracing::info!(?baseline, submit_rate, through_rate, %submit, "intake measured");
    // What the intake left is the first drain's warm-up.
    drain(world, &bots, 4).await?;
    let start = starts(world, &bots).await?;
    tracing::info!(%start, "way to the worker measured");
    let mut drains = Vec::new();
    for workers in DRAINS {
        offer(&bots, &format!("drain-{workers}"), DRAINED).await?;
        bots.relayed().await?;
        drains.push((workers, drain(world, &bots, workers).await?));
        tracing::info!(?drains, "drain measured");
    }
    stop.cancel();
    relaying.await?;
    Ok(Figures { baseline, submit_rate, through_rate, submit, start, drains })
}

struct Bots {
    store: Store,
    queue: Queue,
    owner: Client,
}

impl Bots {
    async fn count(&self, sql: &str) -> Result<i64> {
        Ok(self.owner.query_one(sql, &[]).await?.get(0))
    }

    /// Waits until the broker has confirmed everything.
    async fn relayed(&self) -> Result<()> {
        eventually("the outbox is empty", async || {
            Ok((self.count("SELECT count(*) FROM cutline.outbox").await? == 0).then_some(()))
        })
        .await
    }
}

/// Submits as many requests as [`CLIENTS`] get through; each of its own account, as limits demand.
/// How long each took.
async fn offer(bots: &Bots, name: &str, count: usize) -> Result<Vec<Duration>> {
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        let (store, name) = (bots.store.clone(), name.to_owned());
        clients.spawn(async move {
            let mut took = Vec::new();
            for number in (client..count).step_by(CLIENTS) {
                let begun = Instant::now();
                let answer = submit(&store, wish(format!("{name}-{number}"))).await;
                took.push(begun.elapsed());
                ensure!(answer.job.is_some(), "refused: {:?}", answer.refusal);
            }
            Ok(took)
        });
    }
    let mut took = Vec::new();
    while let Some(client) = clients.join_next().await {
        took.extend(client??);
    }
    Ok(took)
}

fn wish(user: String) -> Request {
    Request { key: "1".into(), user, sentence: "How fast is this?".into(), mode: Mode::Standard }
}

async fn intake(bots: &Bots) -> Result<(f64, f64, Percentiles)> {
    let begun = Instant::now();
    let took = offer(bots, "intake", SUBMITS).await?;
    let committed = begun.elapsed();
    bots.relayed().await?;
    let through = begun.elapsed();
    let rate = |elapsed: Duration| SUBMITS as f64 / elapsed.as_secs_f64();
    Ok((rate(committed), rate(through), Percentiles::of(took)))
}

/// Evenly spaced requests and one idle worker: both times are the database's own.
async fn starts(world: &World, bots: &Bots) -> Result<Percentiles> {
    let workers = Workers::start(world, 1).await?;
    let mut beats = tokio::time::interval(PACE);
    for number in 0..PACED {
        beats.tick().await;
        let answer = submit(&bots.store, wish(format!("paced-{number}"))).await;
        ensure!(answer.job.is_some(), "refused: {:?}", answer.refusal);
    }
    bots_done(bots).await?;
    workers.end().await;
    let sql = "SELECT extract(epoch FROM j.started_at - j.created_at)::float8 FROM cutline.jobs j
               JOIN cutline.identities USING (account_id) WHERE user_id LIKE 'paced-%'";
    let rows = bots.owner.query(sql, &[]).await?;
    let way = rows.iter().map(|row| Duration::try_from_secs_f64(row.get(0)).unwrap_or_default());
    Ok(Percentiles::of(way.collect()))
}

async fn bots_done(bots: &Bots) -> Result<()> {
    within(DRAIN_MAX, "every job has ended", async || {
        let sql = "SELECT count(*) FROM cutline.jobs WHERE finished_at IS NULL";
        Ok((bots.count(sql).await? == 0).then_some(()))
    })
    .await
}

/// Lets so many workers loose on what waits; jobs a second, from the first start to the last end.
async fn drain(world: &World, bots: &Bots, workers: usize) -> Result<f64> {
    let sql = "SELECT count(*) FROM cutline.jobs WHERE finished_at IS NULL";
    let waiting = bots.count(sql).await?;
    let begun = bots.count("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::int8").await?;
    let workers = Workers::start(world, workers).await?;
    bots_done(bots).await?;
    workers.end().await;
    let sql = format!(
        "SELECT coalesce((extract(epoch FROM max(finished_at) - min(started_at)) * 1000)::int8, 0)
         FROM cutline.jobs WHERE extract(epoch FROM finished_at) * 1000 >= {begun}"
    );
    let took_ms = bots.count(&sql).await?.max(1);
    Ok(waiting as f64 * 1000.0 / took_ms as f64)
}

/// Workers in this process, one slot each, with jobs that are nothing but their messages, leases,
/// transactions and files.
struct Workers {
    shared: Vec<Arc<Shared>>,
    working: JoinSet<()>,
}

impl Workers {
    async fn start(world: &World, count: usize) -> Result<Self> {
        let url = world.objects_url();
        let lookup = |name: &str| (name == "CUTLINE_OBJECTS").then(|| url.clone());
        let objects = ObjectsConfig::from_lookup(lookup, &world.folder("objects"));
        let objects = Objects::open(&objects?).await?;
        let mut config = DatabaseConfig::at(world.database_url(Role::Farm), "cutline-tests bench");
        config.pool_max = 2;
        let (mut shared, mut working) = (Vec::new(), JoinSet::new());
        for number in 0..count {
            let settings = worker::Settings {
                name: format!("bench-{number}"),
                slots: 1,
                lease: Duration::from_secs(30),
                job_limit: Duration::from_secs(60),
                drain: Duration::from_secs(30),
                lost_after: Duration::from_secs(600),
                folder: world.folder("cache").join("farm"),
                relay: Pace::Backstop,
            };
            let pipeline = StandIn { stages: 0, each: Duration::ZERO, ..StandIn::default() };
            let queue = Queue::new(world.amqp_url().as_str(), &settings.name)?;
            let store = Store::connect(&config).context("a worker's database")?;
            let one = Shared::new(settings, store, queue, objects.clone(), Arc::new(pipeline));
            working.spawn(worker::work(one.clone()));
            shared.push(one);
        }
        Ok(Self { shared, working })
    }

    async fn end(mut self) {
        for shared in &self.shared {
            shared.draining.cancel();
        }
        while self.working.join_next().await.is_some() {}
    }
}
