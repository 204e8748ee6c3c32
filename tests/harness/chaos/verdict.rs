//! What a chaos run has to show for itself: every number counted from what is stored, independently
//! of what the programs say of themselves.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt,
    time::Duration,
};

use anyhow::Result;
use cutline_core::{
    clock::{Clock, SystemClock},
    config::DatabaseConfig,
    job::{FencingToken, JobId},
    objects::{Objects, ObjectsConfig},
    store::{Ending, Heartbeat, ProgressReport, StageReport, Store, Written},
};
use cutline_farm::worker::orphans;
use tokio_postgres::Client;
use uuid::Uuid;

use super::customers::Customers;
use crate::world::{Role, World, files_below};

/// Stages of the stand-in that make a paid call, and what one costs.
const PAID_STAGES: i64 = 2;
const CALL_MICROUSD: i64 = 1_000;
/// Ended jobs on which stale writes are tried.
const STALE_TRIED: usize = 200;

/// What was found.
#[derive(Debug, Default)]
pub struct Report {
    /// The seed, to run it again.
    pub seed: u64,
    /// From the first wish to the last end.
    pub load: Duration,
    /// From there until everything had settled.
    pub quiet: Duration,
    /// Faults of the schedule that happened.
    pub faults: usize,
    /// Processes killed from outside.
    pub kills: u32,
    /// Processes that died at each failpoint.
    pub deaths: BTreeMap<String, u32>,
    /// Requests sent though they had been sent before.
    pub repeated_requests: u32,
    /// Requests answered with the job that was there.
    pub recognised_requests: u32,
    /// Cancels made.
    pub cancels: u32,
    /// Jobs by state.
    pub states: BTreeMap<String, usize>,
    /// Jobs that more than one worker (or try) had hold of, and that ended all the same.
    pub recovered: usize,
    /// Failed after three tries, with the hold released.
    pub given_up: usize,
    /// Paid calls that reached the provider a second time and were recognised by their key.
    pub calls_recognised: usize,
    /// Posts that were tried a second time and recognised.
    pub posts_recognised: usize,
    /// Writes with a stale token that were tried by the run itself and changed nothing.
    pub stale_refused: usize,
    /// Objects of workers that lost their job, which the hourly sweep removed.
    pub swept: u64,
    /// Accepted and gone, or without an end.
    pub lost: Vec<String>,
    /// Delivered, ended, captured, posted or charged twice.
    pub duplicated: Vec<String>,
    /// Anything else that should not be.
    pub unexpected: Vec<String>,
    /// What the world's own look at the end found.
    pub left_behind: Vec<String>,
    /// What the processes said last, where something is wrong.
    pub words: String,
}

impl Report {
    /// Whether every invariant held.
    #[must_use]
    pub fn is_good(&self) -> bool {
        [&self.lost, &self.duplicated, &self.unexpected, &self.left_behind]
            .iter()
            .all(|complaints| complaints.is_empty())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let jobs: usize = self.states.values().sum();
        let deaths: u32 = self.deaths.values().sum();
        writeln!(f, "chaos, seed {}", self.seed)?;
        writeln!(f, "  jobs        {jobs} {:?} in {:.1?}", self.states, self.load)?;
        writeln!(f, "  settled     {:.1?} after the last end", self.quiet)?;
        writeln!(
            f,
            "  faults      {} of the schedule, {} kills from outside",
            self.faults, self.kills
        )?;
        writeln!(f, "  deaths      {deaths} at failpoints {:?}", self.deaths)?;
        writeln!(
            f,
            "  requests    {} repeated, {} recognised, {} cancels",
            self.repeated_requests, self.recognised_requests, self.cancels
        )?;
        writeln!(
            f,
            "  recovered   {} ({} given up after three tries)",
            self.recovered, self.given_up
        )?;
        writeln!(
            f,
            "  recognised  {} paid calls, {} posts tried again under the same key",
            self.calls_recognised, self.posts_recognised
        )?;
        writeln!(f, "  stale       {} writes tried, none changed anything", self.stale_refused)?;
        writeln!(f, "  swept       {} objects of workers that lost their job", self.swept)?;
        writeln!(f, "  lost        {}", self.lost.len())?;
        writeln!(f, "  duplicated  {}", self.duplicated.len())?;
        writeln!(f, "  unexpected  {}", self.unexpected.len() + self.left_behind.len())?;
        let groups = [&self.lost, &self.duplicated, &self.unexpected, &self.left_behind];
        for complaint in groups.into_iter().flatten() {
            writeln!(f, "  ! {complaint}")?;
        }
        f.write_str(&self.words)
    }
}

/// One job as the database has it.
struct Row {
    id: Uuid,
    state: String,
    attempts: i32,
    token: i64,
    cost: i64,
    code: Option<String>,
    sentence: String,
    master: Option<String>,
}

/// Looks at everything that is stored.
///
/// # Errors
/// When it cannot be read.
pub(super) async fn examine(
    world: &World,
    customers: &Customers,
    report: &mut Report,
) -> Result<()> {
    let owner = world.database().owner().await?;
    let rows = jobs(&owner).await?;
    states(&rows, customers, report);
    money(&owner, report).await?;
    calls(world, &rows, report)?;
    posts(world, &rows, report)?;
    results(world, &rows, report).await?;
    stale_writes(world, &owner, &rows, report).await
}

async fn jobs(owner: &Client) -> Result<Vec<Row>> {
    let sql = "SELECT id, state, attempts, fencing_token, cost_microusd, error_code, sentence,
               result ->> 'master' FROM cutline.jobs";
    let rows = owner.query(sql, &[]).await?;
    Ok(rows
        .iter()
        .map(|row| Row {
            id: row.get(0),
            state: row.get(1),
            attempts: row.get(2),
            token: row.get(3),
            cost: row.get(4),
            code: row.get(5),
            sentence: row.get(6),
            master: row.get(7),
        })
        .collect())
}

/// Every wish has one job, and every job one end.
fn states(rows: &[Row], customers: &Customers, report: &mut Report) {
    let known: BTreeSet<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut named = BTreeSet::new();
    for (key, job) in customers.granted() {
        if !known.contains(&job.0) {
            report.lost.push(format!("{key} was accepted as {job}, which is nowhere"));
        }
        if !named.insert(job.0) {
            report.duplicated.push(format!("{key} shares its job {job} with another wish"));
        }
    }
    for row in rows {
        *report.states.entry(row.state.clone()).or_default() += 1;
        if !named.contains(&row.id) {
            report.unexpected.push(format!("job {} was granted to nobody", row.id));
        }
        match row.state.as_str() {
            "done" | "cancelled" => {}
            // Three workers were killed under it: that is the rule, and it was paid back.
            "failed" if row.attempts == 3 => report.given_up += 1,
            "failed" => {
                report.unexpected.push(format!("{} failed: {:?}", row.id, row.code));
            }
            state => report.lost.push(format!("{} is {state} for ever", row.id)),
        }
        report.recovered += usize::from(row.state == "done" && row.token > 1);
    }
}

/// A hold is resolved once. That the sums are right, the world's own look says.
async fn money(owner: &Client, report: &mut Report) -> Result<()> {
    let sql = "SELECT job_id::text, count(*) FILTER (WHERE credit_book = 'held'),
               count(*) FILTER (WHERE debit_book = 'held')
               FROM cutline.ledger WHERE job_id IS NOT NULL GROUP BY job_id";
    for row in owner.query(sql, &[]).await? {
        let (job, held, resolved): (String, i64, i64) = (row.get(0), row.get(1), row.get(2));
        if (held, resolved) != (1, 1) {
            let sentence = format!("{job}: held {held} times, resolved {resolved} times");
            report.duplicated.push(sentence);
        }
    }
    Ok(())
}

/// The provider's books against ours.
fn calls(world: &World, rows: &[Row], report: &mut Report) -> Result<()> {
    let mut charges: HashMap<String, i64> = HashMap::new();
    for file in files_below(&world.folder("provider")) {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if file.extension().is_some_and(|extension| extension == "calls") {
            let called = std::fs::read_to_string(&file)?.lines().count();
            report.calls_recognised += called.saturating_sub(1);
        } else {
            // `{job}-{stage}-{item}`: a uuid is 36 characters long.
            *charges.entry(name.chars().take(36).collect()).or_default() += 1;
        }
    }
    for row in rows {
        let charged = charges.get(&row.id.to_string()).copied().unwrap_or(0);
        if charged > PAID_STAGES {
            report.duplicated.push(format!("{}: {charged} charges", row.id));
        }
        if row.state == "done" && row.cost != PAID_STAGES * CALL_MICROUSD {
            report.duplicated.push(format!("{}: cost {} microusd in our books", row.id, row.cost));
        }
    }
    Ok(())
}

/// Every end was posted, once, and every post of a job tells the same end.
fn posts(world: &World, rows: &[Row], report: &mut Report) -> Result<()> {
    let chat = world.folder("chat");
    for row in rows {
        let posts = chat.join(format!("{}.posts", row.id));
        let Ok(text) = std::fs::read_to_string(&posts) else {
            report.lost.push(format!("{}: its end ({}) was never posted", row.id, row.state));
            continue;
        };
        let told: Vec<serde_json::Value> =
            text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
        report.posts_recognised += told.len().saturating_sub(1);
        let ends: BTreeSet<String> =
            told.iter().map(|told| format!("{} {}", told["kind"], told["at"])).collect();
        if ends.len() > 1 {
            report.duplicated.push(format!("{} ended more than once: {ends:?}", row.id));
        }
        if told.iter().any(|told| told["kind"] != row.state.as_str()) {
            report.unexpected.push(format!("{} is {}, told {told:?}", row.id, row.state));
        }
    }
    Ok(())
}

/// A done job's files are there, whole, under the winner's token.
async fn results(world: &World, rows: &[Row], report: &mut Report) -> Result<()> {
    let root = world.folder("objects");
    let mut winners = BTreeSet::new();
    for row in rows.iter().filter(|row| row.state == "done") {
        let key = row.master.clone().unwrap_or_default();
        let text = std::fs::read_to_string(root.join(&key)).unwrap_or_default();
        if text != format!("{} {}\n", row.id, row.sentence) {
            report.lost.push(format!("{}: its video {key:?} is not there", row.id));
        }
        if let Some((folder, _)) = key.rsplit_once('/') {
            winners.insert(root.join(folder));
        }
    }
    // The sweep that workers make every hour, made now.
    let url = world.objects_url();
    let lookup = |name: &str| (name == "CUTLINE_OBJECTS").then(|| url.clone());
    let objects = Objects::open(&ObjectsConfig::from_lookup(lookup, &root)?).await?;
    objects.sweep(SystemClock.now() + chrono::TimeDelta::hours(2)).await?;
    let url = world.database().url(Role::Farm);
    let store = Store::connect(&DatabaseConfig::at(url, "cutline-tests sweep"))?;
    report.swept = orphans::sweep(&store, &objects).await?;
    let results = files_below(&root.join("videos")).into_iter();
    let left = results
        .filter(|file| !file.parent().is_some_and(|folder| winners.contains(folder)))
        .chain(files_below(&root.join("checkpoints")));
    report.left_behind.extend(left.map(|file| format!("an orphan: {}", file.display())));
    Ok(())
}

/// A worker that comes back after its job has ended says everything it might want to say.
async fn stale_writes(
    world: &World,
    owner: &Client,
    rows: &[Row],
    report: &mut Report,
) -> Result<()> {
    let url = world.database().url(Role::Farm);
    let store = Store::connect(&DatabaseConfig::at(url, "cutline-tests stale"))?;
    let sql = "SELECT (j.*)::text || coalesce((SELECT string_agg((s.*)::text, '' ORDER BY stage,
               attempt) FROM cutline.job_stages s WHERE s.job_id = j.id), '')
               FROM cutline.jobs j WHERE id = $1";
    for row in rows.iter().filter(|row| row.token > 0).take(STALE_TRIED) {
        let before: String = owner.query_one(sql, &[&row.id]).await?.get(0);
        let (job, token) = (JobId(row.id), FencingToken(row.token - 1));
        let ending = Ending::Failed {
            code: "STALE".into(),
            message: String::new(),
            detail: String::new(),
            retry: true,
        };
        let progress =
            ProgressReport { stage: "stale".into(), fraction: 0.5, overall: 0.5, eta_ms: None };
        let stage =
            StageReport { stage: "stale".into(), wall_ms: 1, resumed: false, cost_microusd: 9 };
        let lease = Duration::from_secs(600);
        let refused = [
            store.heartbeat(job, token, lease).await? == Heartbeat::Stale,
            store.progress(job, token, &progress).await? == Written::Stale,
            store.stage_done(job, token, &stage).await? == Written::Stale,
            store.deliver(job, token).await? == Written::Stale,
            store.finish(job, token, &ending).await? == Written::Stale,
            store.hand_back(job, token).await? == Written::Stale,
        ];
        let after: String = owner.query_one(sql, &[&row.id]).await?.get(0);
        if before != after || refused.contains(&false) {
            let sentence = format!("{job}: a stale write changed something ({refused:?})");
            report.unexpected.push(sentence);
        }
        report.stale_refused += refused.len();
    }
    Ok(())
}
