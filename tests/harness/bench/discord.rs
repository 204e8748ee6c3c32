//! `cutline-tests bench discord`: many conversations at once through one bot process, against the
//! stand-in for Discord with its limits on. What is measured is what people notice (how soon they
//! are answered) and what operators do (memory, requests, requests told to wait). Three
//! waves of people, so that memory which is never given back would show.

use std::{
    collections::HashMap,
    fmt,
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};

use super::{memory::resident_kib, percentiles::Percentiles};
use crate::{
    discord::{Discord, Id},
    servers::Servers,
    tasks::within,
    world::{ProcessId, World},
};

/// Requests come this far apart: a wave of 500 people asks within ten seconds.
const APART: Duration = Duration::from_millis(20);
/// Jobs long enough for all to be under way at once, with news as often as a card may be edited,
/// and files of a video's size.
const STANDIN: &str = "stages=40,ms=3000,sheet=1,bytes=1000000";
/// Slots of each of the two workers.
const SLOTS: &str = "256";
/// How often memory is looked at.
const LOOK: Duration = Duration::from_secs(2);
/// A wave takes no longer.
const WAVE_MAX: Duration = Duration::from_secs(420);
/// Waves.
const WAVES: usize = 3;

/// What one wave came to.
#[derive(Debug)]
struct Wave {
    acknowledged: Percentiles,
    shown: Percentiles,
    under_way_max: usize,
    memory_kib_max: u64,
    memory_kib_end: u64,
    took: Duration,
}

/// What was measured.
#[derive(Debug)]
pub struct Crowd {
    people: usize,
    memory_kib_before: u64,
    waves: Vec<Wave>,
    requests: usize,
    edits: usize,
    own_per_second_max: usize,
    edit_apart_min: Option<Duration>,
    told_to_wait: usize,
    invalid: usize,
}

impl fmt::Display for Crowd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mib = |kib: u64| kib as f64 / 1024.0;
        let (people, apart) = (self.people, APART.as_millis());
        writeln!(f, "{people} conversations, one bot process, a request every {apart} ms")?;
        writeln!(f, "memory before              {:.1} MiB", mib(self.memory_kib_before))?;
        for (number, wave) in self.waves.iter().enumerate() {
            writeln!(f, "wave {}", number + 1)?;
            writeln!(f, "  command → acknowledged   {}", wave.acknowledged)?;
            writeln!(f, "  command → card           {}", wave.shown)?;
            writeln!(f, "  cards under way at once  {}", wave.under_way_max)?;
            let (most, end) = (mib(wave.memory_kib_max), mib(wave.memory_kib_end));
            writeln!(f, "  memory                   {most:.1} MiB at most, {end:.1} at the end")?;
            writeln!(f, "  every video posted once  after {:.0} s", wave.took.as_secs_f64())?;
        }
        let (requests, edits, own) = (self.requests, self.edits, self.own_per_second_max);
        writeln!(f, "requests                   {requests} ({edits} edits)")?;
        writeln!(f, "under the bot's own token  at most {own} in a second (Discord takes 50)")?;
        if let Some(apart) = self.edit_apart_min {
            let apart = apart.as_secs_f64();
            writeln!(f, "two edits of one card      at least {apart:.2} s apart")?;
        }
        writeln!(f, "told to wait {}, invalid {}", self.told_to_wait, self.invalid)
    }
}

/// Measures waves of `people` conversations on private servers in `folder`.
///
/// # Errors
/// When the servers do not start, or a conversation did not end with one video.
pub async fn discord(folder: PathBuf, people: usize) -> Result<Crowd> {
    let servers = Servers::private(folder).await?;
    let mut world = World::builder().servers(servers.clone()).start().await?;
    let measured = measure(&mut world, people).await;
    if measured.is_err() {
        tracing::error!("{}", world.last_words());
    }
    drop(world);
    servers.end().await?;
    measured
}

async fn measure(world: &mut World, people: usize) -> Result<Crowd> {
    let discord = Discord::start().await?;
    for name in ["one", "two"] {
        let worker = world.worker(name).arguments(&["--relay", "prompt"]);
        let worker = worker.setting("CUTLINE_STANDIN", STANDIN).setting("CUTLINE_SLOTS", SLOTS);
        worker.setting("CUTLINE_DATABASE_POOL", "16").start().await?;
    }
    let mut bot = world.bots("bot", &["discord"]).setting("CUTLINE_LOG_FORMAT", "text");
    for (variable, value) in discord.settings() {
        bot = bot.setting(variable, &value);
    }
    let bot = bot.start().await?;
    discord.connected(1).await?;
    let memory_kib_before = resident_kib(world, bot).await?;
    let mut waves = Vec::new();
    for _ in 0..WAVES {
        waves.push(wave(world, &discord, bot, people).await?);
        tracing::info!(wave = ?waves.last(), "a wave was measured");
    }
    discord.finish()?;
    let requests = discord.requests();
    let mut edited: HashMap<&str, Instant> = HashMap::new();
    let (mut edits, mut edit_apart_min) = (0, None::<Duration>);
    let mut seconds: HashMap<u64, usize> = HashMap::new();
    let first = requests.first().context("requests")?.at;
    for seen in &requests {
        if seen.path.starts_with("/channels/") {
            *seconds.entry(seen.at.duration_since(first).as_secs()).or_default() += 1;
        }
        // A card under way has a bar.
        if seen.method == "PATCH" && seen.status == 200 && seen.body.to_string().contains('▰') {
            edits += 1;
            if let Some(before) = edited.insert(&seen.path, seen.at) {
                let apart = seen.at.duration_since(before);
                edit_apart_min = Some(edit_apart_min.map_or(apart, |least| least.min(apart)));
            }
        }
    }
    Ok(Crowd {
        people,
        memory_kib_before,
        waves,
        requests: requests.len(),
        edits,
        own_per_second_max: seconds.into_values().max().unwrap_or_default(),
        edit_apart_min,
        told_to_wait: requests.iter().filter(|seen| seen.status == 429).count(),
        invalid: discord.invalid_requests(),
    })
}

/// So many people ask, each in a channel of their own, and get their video.
async fn wave(world: &World, discord: &Discord, bot: ProcessId, people: usize) -> Result<Wave> {
    let guild = discord.guild();
    let places: Vec<(Id, Id)> = (0..people)
        .map(|n| (discord.user(&format!("person {n}")), discord.channel(guild)))
        .collect();
    let owner = world.database().owner().await?;
    let sql = "SELECT count(*) FILTER (WHERE j.finished_at IS NULL),
                      count(*) FILTER (WHERE p.posted_at IS NOT NULL)
               FROM cutline.jobs j LEFT JOIN cutline.posts p ON p.job_id = j.id";
    let before: i64 = owner.query_one(sql, &[]).await?.get(1);
    let (started, mut asked) = (Instant::now(), Vec::new());
    let mut beats = tokio::time::interval(APART);
    for (who, channel) in &places {
        beats.tick().await;
        let sentence = [("sentence", "Why octopuses have three hearts".into())];
        asked.push(discord.slash(*who, *channel, "video", &sentence)?);
    }
    let (mut under_way_max, mut memory_kib_max) = (0, 0);
    let mut looked = None::<Instant>;
    within(WAVE_MAX, "every video is posted", async || {
        if looked.is_some_and(|at| at.elapsed() < LOOK) {
            return Ok(None);
        }
        looked = Some(Instant::now());
        let row = owner.query_one(sql, &[]).await?;
        let (live, posted): (i64, i64) = (row.get(0), row.get(1));
        under_way_max = under_way_max.max(usize::try_from(live)?);
        memory_kib_max = memory_kib_max.max(resident_kib(world, bot).await?);
        Ok((usize::try_from(posted - before)? >= people).then_some(()))
    })
    .await?;
    for (_, channel) in &places {
        let messages = discord.messages(*channel);
        let videos = messages.iter().filter(|message| !message.files().is_empty()).count();
        ensure!(videos == 1, "{videos} videos in a channel: {messages:?}");
    }
    let acknowledged: Option<Vec<Duration>> =
        asked.iter().map(|interaction| discord.acknowledged(*interaction)).collect();
    let shown: Option<Vec<Duration>> =
        asked.iter().map(|interaction| discord.shown(*interaction)).collect();
    Ok(Wave {
        acknowledged: Percentiles::of(acknowledged.context("all were acknowledged")?),
        shown: Percentiles::of(shown.context("all were shown a card")?),
        under_way_max,
        memory_kib_max,
        memory_kib_end: resident_kib(world, bot).await?,
        took: started.elapsed(),
    })
}
