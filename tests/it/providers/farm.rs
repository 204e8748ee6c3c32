//! The cloud under a real worker with a real book: what is paid, refunded and kept secret.

use std::{io::ErrorKind, path::Path, time::Duration};

use anyhow::{Context, Result, bail, ensure};
use cutline_core::{
    actor::{Actor, Platform},
    clock::{Clock, SystemClock},
    config::DatabaseConfig,
    job::{JobId, JobRef, Mode, Origin},
    queue::{Queue, Subscription},
    store::{Store, Submission, Submitted},
};
use cutline_tests::{
    World,
    tasks::within,
    vendors::{Kind, TICKET, Vendors},
    web,
    world::{ProcessId, Role, files_below},
};
use serde_json::json;

/// A whole video, on the slowest machine, beside everybody else's tests.
pub(super) const VIDEO_MAX: Duration = Duration::from_secs(400);

async fn ask(world: &World, sentence: &str) -> Result<JobId> {
    asked(world, "ada", sentence, Mode::Standard, vec![]).await
}

/// Somebody's sentence, with pictures of theirs that are there already.
pub(super) async fn asked(
    world: &World,
    who: &str,
    sentence: &str,
    mode: Mode,
    uploads: Vec<String>,
) -> Result<JobId> {
    let url = world.database().url(Role::Bots);
    let store = Store::connect(&DatabaseConfig::at(url.as_str(), "test"))?;
    let request = Submission {
        job: JobId::fresh(),
        reference: JobRef::random(&mut rand::rng()),
        sentence: sentence.into(),
        mode,
        format: None,
        seed: 7,
        uploads,
        idempotency_key: sentence.into(),
        origin: Origin { platform: Platform::Console, place: json!({}) },
        again_of: None,
    };
    let actor = Actor::new(Platform::Console, who);
    match store.submit(&actor, &request, SystemClock.now()).await? {
        Submitted::Accepted { job, .. } => Ok(job),
        other => bail!("not accepted: {other:?}"),
    }
}

pub(super) async fn worker(
    world: &mut World,
    name: &str,
    vendors: &Vendors,
    kinds: &[Kind],
    failpoints: &str,
) -> Result<ProcessId> {
    // Nobody is slow here but this machine: a call that it answers late would count as lost.
    let patience = Duration::from_secs(20);
    patient(world, name, (vendors, kinds), failpoints, patience).await
}

/// A worker that waits so long for an answer.
pub(super) async fn patient(
    world: &mut World,
    name: &str,
    (vendors, kinds): (&Vendors, &[Kind]),
    failpoints: &str,
    patience: Duration,
) -> Result<ProcessId> {
    let mut launch = world.launch(
        name,
        "cutline-farm-under-test",
        Role::Farm,
        &["work", "--pipeline", "director", "--relay", "prompt"],
    );
    for (setting, value) in vendors.settings(kinds) {
        launch = launch.setting(&setting, &value);
    }
    launch
        .setting("CUTLINE_OPS_ADDRESS", "127.0.0.1:0")
        .setting("CUTLINE_WORKER_NAME", name)
        .setting("CUTLINE_LEASE_S", "3")
        .setting("CUTLINE_DRAIN_S", "0")
        .setting("CUTLINE_SPEND_PER_JOB", "1/1/1/1")
        .setting("CUTLINE_PROVIDER_TIMEOUT_S", &patience.as_secs().to_string())
        .setting("RUST_LOG", "debug")
        .failpoints(failpoints)
        .start()
        .await
}

async fn ends(world: &World, job: JobId) -> Result<String> {
    let owner = world.database().owner().await?;
    within(VIDEO_MAX, "the job ends", async || {
        let sql = "SELECT state FROM cutline.jobs WHERE id = $1 AND finished_at IS NOT NULL";
        Ok(owner.query_opt(sql, &[&job.0]).await?.map(|row| row.get(0)))
    })
    .await
}

/// Every row of every table, as text.
pub(super) async fn dump(world: &World) -> Result<String> {
    let owner = world.database().owner().await?;
    let sql = "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
               WHERE n.nspname = 'cutline' AND c.relkind = 'r'";
    let mut all = String::new();
    for table in owner.query(sql, &[]).await? {
        let table: String = table.get(0);
        let rows = format!("SELECT t::text FROM cutline.{table} t");
        for row in owner.query(&rows, &[]).await? {
            all.push_str(&row.get::<_, String>(0));
            all.push('\n');
        }
    }
    ensure!(all.len() > 500, "the dump holds something");
    Ok(all)
}

/// How a job ends, and every event on the way.
pub(super) async fn listened(world: &World, job: JobId) -> Result<(String, String)> {
    heard_until(world, ends(world, job)).await
}

/// What something ends with, and every event on the way.
pub(super) async fn heard_until<T>(
    world: &World,
    end: impl Future<Output = Result<T>>,
) -> Result<(T, String)> {
    let queue = Queue::new(world.amqp_url().as_str(), "listener")?;
    let mut events = queue.events(Subscription::Exclusive(Platform::Console));
    let mut heard = String::new();
    tokio::pin!(end);
    loop {
        tokio::select! {
            ended = &mut end => return Ok((ended?, heard)),
            event = events.next() => {
                heard.push_str(&serde_json::to_string(&event.event)?);
                event.ack().await;
            }
        }
    }
}

/// All files below a folder, as text. A worker that has told how a job ended still clears up after
/// it: what is gone by the time it is its turn tells nothing any more.
pub(super) fn text_below(folder: &Path) -> Result<String> {
    let mut all = String::new();
    for file in files_below(folder) {
        match std::fs::read(&file) {
            Ok(bytes) => all.push_str(&String::from_utf8_lossy(&bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error).with_context(|| file.display().to_string()),
        }
    }
    ensure!(!all.is_empty(), "nothing is kept below {}", folder.display());
    Ok(all)
}

/// A worker's metrics, from the operator port that its log names.
pub(super) async fn metrics(world: &World, name: &str) -> Result<String> {
    let mut logs = String::new();
    for file in files_below(&world.folder("logs")) {
        if file.file_name().is_some_and(|file| file.to_string_lossy().starts_with(name)) {
            logs.push_str(&std::fs::read_to_string(&file)?);
        }
    }
    let line = logs.lines().rfind(|line| line.contains("operator port")).context("its port")?;
    let at = line.find("127.0.0.1:").context("its address")?;
    let address: String =
        line[at..].chars().take_while(|c| c.is_ascii_digit() || ".:".contains(*c)).collect();
    Ok(web::get(&format!("http://{address}/metrics")).await?.text())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_sentence_is_refunded_and_nothing_is_bought() -> Result<()> {
    let vendors = Vendors::start().await?;
    let mut world = World::builder().lease(Duration::from_secs(3)).start().await?;
    worker(&mut world, "one", &vendors, &Kind::ALL, "").await?;
    let job = ask(&world, "Why octopuses like the forbiddenword").await?;
    ensure!(ends(&world, job).await? == "failed");
    let owner = world.database().owner().await?;
    let sql = "SELECT h.state, j.cost_microusd, j::text FROM cutline.jobs j \
               JOIN cutline.holds h ON h.job_id = j.id WHERE j.id = $1";
    let row = owner.query_one(sql, &[&job.0]).await?;
    ensure!(row.get::<_, String>(0) == "released" && row.get::<_, i64>(1) == 0);
    ensure!(row.get::<_, String>(2).contains("content policy"), "what the person is told");
    for kind in Kind::ALL {
        ensure!(vendors.of(kind).sold() == 0, "{kind:?} sold something");
    }
    world.finish().await?;
    vendors.finish()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_dies_with_a_paid_answer_in_hand_leaves_it_to_the_next() -> Result<()> {
    let vendors = Vendors::start().await?;
    let kinds = [Kind::OpenRouter, Kind::ElevenLabs, Kind::Unsplash, Kind::Pexels];
    let mut world = World::builder().lease(Duration::from_secs(3)).start().await?;
    let first =
        worker(&mut world, "first", &vendors, &kinds, "worker.after_provider=1*return").await?;
    let job = ask(&world, "Why octopuses have three hearts in 15 seconds").await?;
    within(VIDEO_MAX, "the first worker is dead", async || Ok(world[first].ended()?.map(drop)))
        .await?;
    ensure!(vendors.of(Kind::OpenRouter).sold() == 1);
    worker(&mut world, "second", &vendors, &kinds, "").await?;
    let (state, heard) = listened(&world, job).await?;
    ensure!(state == "done" && heard.contains("progress"), "{state}: {heard}");
    let metrics = metrics(&world, "second").await?;
    ensure!(metrics.contains("cutline_provider_spend_microusd_total"), "{metrics}");
    ensure!(vendors.of(Kind::OpenRouter).sold() == 1, "the script was paid for twice");
    let owner = world.database().owner().await?;
    let sql = "SELECT j.cost_microusd, (SELECT sum(c.cost_microusd)::bigint FROM cutline.paid_calls c \
               WHERE c.job_id = j.id AND c.state = 'done'), j.result::text FROM cutline.jobs j \
               WHERE j.id = $1";
    let row = owner.query_one(sql, &[&job.0]).await?;
    let (cost, calls): (i64, i64) = (row.get(0), row.get(1));
    ensure!(cost == calls && cost > 2_100, "the job cost {cost}, its calls {calls}");
    let result: String = row.get(2);
    ensure!(result.contains("Photo by Ada Lens on Unsplash"), "{result}");
    let farm = Store::connect(&DatabaseConfig::at(world.database().url(Role::Farm).as_str(), "t"))?;
    ensure!(farm.paid_today().await? == u64::try_from(cost)?);

    let told = [heard, metrics, text_below(&world.folder("logs"))?].concat();
    let kept =
        [text_below(&world.folder("objects"))?, text_below(&world.folder("cache"))?].concat();
    let rows = dump(&world).await?;
    let everywhere = [&*told, &*kept, &*rows].concat();
    for kind in Kind::ALL {
        ensure!(!everywhere.contains(&kind.key()), "the key of {kind:?} is somewhere");
    }
    ensure!(!everywhere.contains("You write the spoken narration"), "a prompt is somewhere");
    ensure!(!everywhere.contains(TICKET), "the address of a file is somewhere");
    // The sentence is the person's own: their rows have it, logs, events and metrics do not.
    ensure!(rows.contains("have three hearts"), "the sentence is where it belongs");
    ensure!(!told.contains("have three hearts"), "a sentence is told to everybody");
    world.finish().await?;
    vendors.finish()
}
