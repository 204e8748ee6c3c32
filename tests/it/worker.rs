//! Workers among themselves, on real servers: whatever happens to one, each job ends once.

use std::{path::Path, time::Duration};

use anyhow::{Context, Result};
use cutline_core::{
    actor::{Actor, Platform},
    clock::{Clock, SystemClock},
    config::DatabaseConfig,
    job::{JobId, JobRef, Mode, Origin},
    queue::{Outgoing, Queue, Route, Which},
    store::{Store, Submission, Submitted},
};
use cutline_tests::{
    World,
    tasks::{eventually, within},
    world::{ProcessId, Role, published},
};
use serde_json::json;

/// A world with a short lease, someone who asks for videos, and a look at what became of them.
struct Office {
    world: World,
    store: Store,
    owner: tokio_postgres::Client,
}

impl Office {
    async fn open() -> Result<Self> {
        Self::on(World::builder().lease(Duration::from_secs(2)).start().await?).await
    }

    async fn on(world: World) -> Result<Self> {
        let url = world.database().url(Role::Bots);
        let store = Store::connect(&DatabaseConfig::at(url.as_str(), "test"))?;
        let owner = world.database().owner().await?;
        Ok(Self { world, store, owner })
    }

    /// Asks for a video as somebody who has not asked before.
    async fn ask(&self, who: &str) -> Result<(JobId, JobRef)> {
        let request = Submission {
            job: JobId::fresh(),
            reference: reference(),
            sentence: format!("Why {who} has three hearts"),
            mode: Mode::Standard,
            format: None,
            seed: 7,
            uploads: vec![],
            idempotency_key: format!("key of {who}"),
            origin: Origin { platform: Platform::Console, place: json!({}) },
            again_of: None,
        };
        let actor = Actor::new(Platform::Console, who);
        match self.store.submit(&actor, &request, SystemClock.now()).await? {
            Submitted::Accepted { job, reference, .. } => Ok((job, reference)),
            other => anyhow::bail!("not accepted: {other:?}"),
        }
    }

    /// A worker whose stand-in takes `stages` stages of `ms` milliseconds.
    async fn worker(&mut self, name: &str, standin: &str, failpoints: &str) -> Result<ProcessId> {
        let launch = self.world.worker(name).arguments(&["--relay", "prompt"]);
        launch
            .setting("CUTLINE_STANDIN", standin)
            .setting("CUTLINE_FAILPOINTS", failpoints)
            .setting("CUTLINE_DRAIN_S", "0")
            .start()
            .await
    }

    async fn text(&self, sql: &str, job: JobId) -> Result<Option<String>> {
        let row = self.owner.query_opt(sql, &[&job.0]).await?;
        Ok(row.and_then(|row| row.get(0)))
    }

    async fn state(&self, job: JobId) -> Result<String> {
        let state = self.text("SELECT state FROM cutline.jobs WHERE id = $1", job).await?;
        state.context("no such job")
    }

    async fn number(&self, sql: &str, job: JobId) -> Result<i64> {
        Ok(self.owner.query_one(sql, &[&job.0]).await?.get(0))
    }

    async fn becomes(&self, job: JobId, wanted: &str) -> Result<()> {
        eventually(&format!("job {job} is {wanted}"), async || {
            Ok((self.state(job).await? == wanted).then_some(()))
        })
        .await
    }

    /// Waits until a stage of the job is written down as done.
    async fn stages_done(&self, job: JobId, stages: i64) -> Result<()> {
        let sql = "SELECT count(*) FROM cutline.job_stages WHERE job_id = $1";
        eventually(&format!("{stages} stages of job {job} are done"), async || {
            Ok((self.number(sql, job).await? >= stages).then_some(()))
        })
        .await
    }

    /// Where the finished video's files lie, and that they do.
    async fn results(&self, job: JobId) -> Result<String> {
        let sql = "SELECT result ->> 'master' FROM cutline.jobs WHERE id = $1";
        let key = self.text(sql, job).await?.context("no result")?;
        let file = self.world.folder("objects").join(&key);
        let text = std::fs::read_to_string(&file).with_context(|| key.clone())?;
        anyhow::ensure!(text.contains(&job.to_string()), "{key} holds {text}");
        Ok(key)
    }

    fn objects_below(&self, prefix: &str) -> usize {
        let folder = self.world.folder("objects").join(prefix);
        cutline_tests::world::files_below(&folder).len()
    }

    async fn close(self) -> Result<()> {
        self.world.finish().await
    }
}

fn reference() -> JobRef {
    JobRef::random(&mut rand::rng())
}

/// How often the stand-in's provider charged, and how often it was called.
fn charges(provider: &Path) -> Result<(usize, usize)> {
    let (mut charges, mut calls) = (0, 0);
    for entry in std::fs::read_dir(provider)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ext| ext == "calls") {
            calls += std::fs::read_to_string(&path)?.lines().count();
        } else {
            charges += 1;
        }
    }
    Ok((charges, calls))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_claimed_made_stored_and_settled_once() -> Result<()> {
    let mut office = Office::open().await?;
    office.worker("one", "stages=3,ms=20", "").await?;
    let (job, _) = office.ask("an octopus").await?;
    office.becomes(job, "done").await?;
    office.results(job).await?;
    office.stages_done(job, 3).await?;
    eventually("the checkpoints are cleared away", async || {
        Ok((office.objects_below(&format!("checkpoints/{job}")) == 0).then_some(()))
    })
    .await?;
    let sql = "SELECT state FROM cutline.holds WHERE job_id = $1";
    assert_eq!(office.text(sql, job).await?.as_deref(), Some("captured"));
    office.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn another_worker_finishes_a_killed_workers_job_and_pays_nothing_twice() -> Result<()> {
    let mut office = Office::open().await?;
    let provider = tempfile::tempdir()?;
    let standin = format!("stages=4,ms=300,paid=2,provider={}", provider.path().display());
    let first = office.worker("first", &standin, "").await?;
    let (job, _) = office.ask("an octopus").await?;
    office.stages_done(job, 2).await?;
    office.world[first].kill().await?;
    office.worker("second", &standin, "").await?;
    let limit = office.world.lease() + Duration::from_secs(10);
    within(limit, "the second worker finishes", async || {
        Ok((office.state(job).await? == "done").then_some(()))
    })
    .await?;
    office.results(job).await?;
    let sql = "SELECT count(*) FROM cutline.job_stages WHERE job_id = $1 AND resumed";
    assert!(office.number(sql, job).await? >= 1, "nothing was resumed");
    assert_eq!(charges(provider.path())?, (2, 2));
    office.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_whose_answer_was_lost_is_looked_up_and_not_repeated() -> Result<()> {
    let mut office = Office::open().await?;
    let provider = tempfile::tempdir()?;
    let standin = format!("stages=2,ms=20,paid=1,provider={}", provider.path().display());
    let first = office.worker("first", &standin, "worker.after_provider=1*return").await?;
    let (job, _) = office.ask("an octopus").await?;
    office.world[first].wait().await?;
    office.worker("second", &standin, "").await?;
    office.becomes(job, "done").await?;
    assert_eq!(charges(provider.path())?, (1, 1));
    let sql = "SELECT cost_microusd FROM cutline.jobs WHERE id = $1";
    assert_eq!(office.number(sql, job).await?, 1_000);
    office.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_slept_beyond_its_lease_changes_nothing() -> Result<()> {
    let mut office = Office::open().await?;
    let first = office.worker("first", "stages=2,ms=500", "").await?;
    let (job, _) = office.ask("an octopus").await?;
    office.stages_done(job, 1).await?;
    office.world[first].signal("STOP").await?;
    office.worker("second", "stages=2,ms=500", "").await?;
    office.becomes(job, "done").await?;
    let key = office.results(job).await?;
    let sql = "SELECT fencing_token FROM cutline.jobs WHERE id = $1";
    let token = office.number(sql, job).await?;
    office.world[first].signal("CONT").await?;
    office.world[first].says("ended without a video").await?;
    assert_eq!(office.number(sql, job).await?, token);
    assert_eq!(office.results(job).await?, key);
    assert!(key.contains(&format!("/{token}/")), "{key} is not of token {token}");
    office.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_takes_effect_inside_a_stage() -> Result<()> {
    let mut office = Office::open().await?;
    // One stage of a minute: only a cancel inside it can be quick.
    office.worker("one", "stages=1,ms=60000", "").await?;
    let (job, reference) = office.ask("an octopus").await?;
    office.becomes(job, "running").await?;
    let sql = "SELECT account_id FROM cutline.jobs WHERE id = $1";
    let account = office.owner.query_one(sql, &[&job.0]).await?.get(0);
    let account = cutline_core::job::AccountId(account);
    office.store.cancel(account, &reference, "console:octopus").await?;
    within(Duration::from_secs(15), "the job is cancelled", async || {
        Ok((office.state(job).await? == "cancelled").then_some(()))
    })
    .await?;
    let sql = "SELECT state FROM cutline.holds WHERE job_id = $1";
    assert_eq!(office.text(sql, job).await?.as_deref(), Some("released"));
    assert_eq!(office.objects_below("videos"), 0);
    office.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drained_worker_hands_its_job_back_and_the_try_does_not_count() -> Result<()> {
    let mut office = Office::open().await?;
    let first = office.worker("first", "stages=3,ms=400", "").await?;
    let (job, _) = office.ask("an octopus").await?;
    office.stages_done(job, 1).await?;
    office.world[first].end(Duration::from_secs(20)).await?;
    assert_eq!(office.state(job).await?, "queued");
    let sql = "SELECT attempts::bigint FROM cutline.jobs WHERE id = $1";
    assert_eq!(office.number(sql, job).await?, 0);
    office.worker("second", "stages=3,ms=400", "").await?;
    office.becomes(job, "done").await?;
    assert_eq!(office.number(sql, job).await?, 1);
    office.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn both_servers_may_drop_every_connection_at_any_time() -> Result<()> {
    let world = World::builder().proxied().lease(Duration::from_secs(4)).start().await?;
    let mut office = Office::on(world).await?;
    office.worker("one", "stages=3,ms=100", "").await?;
    for who in ["a cat", "a dog", "an eel"] {
        let (job, _) = office.ask(who).await?;
        office.becomes(job, "running").await?;
        office.world.proxies()?.broker.cut();
        office.world.proxies()?.database.cut();
        office.becomes(job, "done").await?;
        office.results(job).await?;
    }
    let sql = "SELECT count(*) FROM cutline.jobs WHERE attempts > 1 AND id <> $1";
    assert_eq!(office.number(sql, JobId::fresh()).await?, 0, "a cut cost a try");
    // What was cut off before its acknowledgement comes again, and is found to be over.
    eventually("no message is left", async || {
        let depths = office.world.broker().depths().await?;
        let left: u64 = depths.iter().map(|queue| queue.ready + queue.unacknowledged).sum();
        Ok((left == 0).then_some(()))
    })
    .await?;
    office.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_names_no_job_of_ours_ends_among_the_dead_letters() -> Result<()> {
    let mut office = Office::open().await?;
    let worker = office.worker("one", "stages=1,ms=20", "").await?;
    let queue = Queue::new(office.world.amqp_url().as_str(), "test")?;
    let route = Route::Job(cutline_core::job::Queue::Standard);
    // All at once: what arrives behind a message that is no job is read too.
    let messages: Vec<Outgoing> = (0..20)
        .map(|n| if n % 4 == 3 { json!({"job": JobId::fresh()}) } else { json!("junk") })
        .map(|payload| Outgoing { route: route.clone(), payload })
        .collect();
    let published = messages.iter().map(|message| published(&queue, message));
    futures::future::try_join_all(published).await?;
    eventually("all are dead letters", async || {
        Ok((queue.dead_letters(50).await?.len() == messages.len()).then_some(()))
    })
    .await?;
    let (job, _) = office.ask("an octopus").await?;
    office.becomes(job, "done").await?;
    assert_eq!(queue.drop_dead(Which::All).await?, messages.len());
    office.world[worker].end(Duration::from_secs(20)).await?;
    queue.close().await;
    office.close().await
}
