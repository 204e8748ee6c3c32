//! `cutline-tests bench telegram`: many conversations at once through one bot process, against the
//! stand-in for Telegram with its limits on. What is measured is what people notice (how soon they
//! are answered) and what operators do (memory, calls, calls told to wait).

use std::{
    collections::HashMap,
    fmt,
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};

use super::{memory::resident_kib, percentiles::Percentiles};
use crate::{
    servers::Servers,
    tasks::within,
    telegram::{TOKEN, TelegramServer},
    world::{ProcessId, World},
};

/// Requests come this far apart: eight a second. Telegram takes some 30 calls a second from a bot,
/// so many more people could not be answered within one.
const APART: Duration = Duration::from_millis(125);
/// Jobs long enough for all to be under way at once.
const STANDIN: &str = "stages=8,ms=15000,sheet=1";
/// Slots of each of the two workers.
const SLOTS: &str = "256";
/// How often memory is looked at.
const LOOK: Duration = Duration::from_secs(2);
/// Everything takes no longer.
const ALL_MAX: Duration = Duration::from_secs(900);
/// So many conversations come again, from other people, when the first are over: memory that grows
/// then grows for ever.
const WAVES: usize = 2;
/// People's ids begin here.
const FIRST: i64 = 1_000;

/// What was measured.
#[derive(Debug)]
pub struct Conversations {
    chats: usize,
    answered: Percentiles,
    calls: usize,
    edits: usize,
    told_to_wait: usize,
    invalid: usize,
    per_second_max: usize,
    edit_apart_min: Option<Duration>,
    under_way_max: usize,
    memory_kib: Vec<u64>,
    memory_after_kib: Vec<u64>,
    took: Duration,
}

impl fmt::Display for Conversations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mib = |kib: u64| kib as f64 / 1024.0;
        let peak = self.memory_kib.iter().copied().max().unwrap_or_default();
        writeln!(
            f,
            "{WAVES} waves of {} conversations, one bot process, a request every {} ms",
            self.chats,
            APART.as_millis()
        )?;
        writeln!(f, "  request → card           {}", self.answered)?;
        writeln!(f, "  cards under way at once  {}", self.under_way_max)?;
        writeln!(
            f,
            "  calls                    {} ({} edits), at most {} in a second",
            self.calls, self.edits, self.per_second_max
        )?;
        if let Some(apart) = self.edit_apart_min {
            writeln!(f, "  two edits of one card    at least {:.2} s apart", apart.as_secs_f64())?;
        }
        writeln!(f, "  told to wait {}, invalid {}", self.told_to_wait, self.invalid)?;
        let before = self.memory_kib.first().copied().unwrap_or_default();
        let after: Vec<String> =
            self.memory_after_kib.iter().map(|kib| format!("{:.1}", mib(*kib))).collect();
        writeln!(
            f,
            "  memory                   {:.1} MiB before, {:.1} at most, after each wave {}",
            mib(before),
            mib(peak),
            after.join(" and ")
        )?;
        writeln!(f, "  every video posted once, after {:.0} s", self.took.as_secs_f64())
    }
}

/// Measures `chats` conversations on private servers in `folder`.
///
/// # Errors
/// When the servers do not start, or a conversation did not end with one video.
pub async fn telegram(folder: PathBuf, chats: usize) -> Result<Conversations> {
    let servers = Servers::private(folder).await?;
    let mut world = World::builder().servers(servers.clone()).start().await?;
    let measured = measure(&mut world, chats).await;
    // Nothing may be left and every sum must be right; after a failure the processes' words are
    // shown.
    let finished = match measured {
        Ok(_) => world.finish().await,
        Err(_) => {
            drop(world);
            Ok(())
        }
    };
    servers.end().await?;
    finished.and(measured)
}

async fn measure(world: &mut World, chats: usize) -> Result<Conversations> {
    let telegram = TelegramServer::start().await?;
    telegram.any_video();
    for name in ["one", "two"] {
        let worker = world.worker(name).arguments(&["--relay", "prompt"]);
        let worker = worker.setting("CUTLINE_STANDIN", STANDIN).setting("CUTLINE_SLOTS", SLOTS);
        worker.setting("CUTLINE_DATABASE_POOL", "16").start().await?;
    }
    let bot = world
        .bots("bot", &["telegram"])
        .setting("CUTLINE_TELEGRAM_TOKEN", TOKEN)
        .setting("CUTLINE_TELEGRAM_API_URL", &telegram.url())
        .setting("CUTLINE_LOG_FORMAT", "text")
        .start()
        .await?;
    within(Duration::from_secs(60), "the bot is up", async || {
        Ok((telegram.calls_of("setmycommands").len() >= 2).then_some(()))
    })
    .await?;
    let started = Instant::now();
    let mut seen = Seen { memory_kib: vec![resident_kib(world, bot).await?], ..Seen::default() };
    for number in 0..WAVES {
        wave(world, bot, &telegram, number, chats, &mut seen).await?;
        seen.memory_after_kib.push(resident_kib(world, bot).await?);
    }
    for person in seen.asked.keys() {
        let videos = telegram.written(*person).iter().filter(|m| m.media.is_some()).count();
        ensure!(videos == 1, "{videos} videos in chat {person}");
    }
    figures(&telegram, seen, chats, started)
}

/// What was seen meanwhile.
#[derive(Default)]
struct Seen {
    asked: HashMap<i64, Instant>,
    memory_kib: Vec<u64>,
    memory_after_kib: Vec<u64>,
    under_way_max: usize,
}

/// So many people ask, one after the other; ends when everybody has their video.
async fn wave(
    world: &World,
    bot: ProcessId,
    telegram: &TelegramServer,
    number: usize,
    chats: usize,
    seen: &mut Seen,
) -> Result<()> {
    let (started, mut looked) = (Instant::now(), Instant::now());
    let first = FIRST + i64::try_from(number * chats)?;
    for person in first..first + i64::try_from(chats)? {
        seen.asked.insert(person, Instant::now());
        telegram.say(person, person, "Why octopuses have three hearts");
        tokio::time::sleep(APART).await;
        if looked.elapsed() >= LOOK {
            seen.memory_kib.push(resident_kib(world, bot).await?);
            looked = Instant::now();
        }
    }
    let owner = world.database().owner().await?;
    loop {
        let sql = "SELECT count(*) FILTER (WHERE j.finished_at IS NULL), \
                   count(*) FILTER (WHERE p.posted_at IS NOT NULL) \
                   FROM cutline.jobs j LEFT JOIN cutline.posts p ON p.job_id = j.id";
        let row = owner.query_one(sql, &[]).await?;
        let (live, posted): (i64, i64) = (row.get(0), row.get(1));
        seen.under_way_max = seen.under_way_max.max(usize::try_from(live)?);
        seen.memory_kib.push(resident_kib(world, bot).await?);
        if usize::try_from(posted)? >= chats * (number + 1) {
            return Ok(());
        }
        ensure!(started.elapsed() < ALL_MAX, "{posted} posted after {ALL_MAX:?}");
        tokio::time::sleep(LOOK).await;
    }
}

fn is_video(values: &serde_json::Map<String, serde_json::Value>) -> bool {
    values.get("media").is_some_and(|media| media.to_string().contains("video"))
}

fn figures(
    telegram: &TelegramServer,
    seen: Seen,
    chats: usize,
    started: Instant,
) -> Result<Conversations> {
    let calls = telegram.calls();
    let chat = |values: &serde_json::Map<String, serde_json::Value>| {
        let chat = values.get("chat_id")?;
        chat.as_i64().or_else(|| chat.as_str()?.parse().ok())
    };
    let mut answered: HashMap<i64, Duration> = HashMap::new();
    let mut edited: HashMap<i64, Instant> = HashMap::new();
    let (mut edits, mut edit_apart_min) = (0, None::<Duration>);
    let mut seconds: HashMap<u64, usize> = HashMap::new();
    for call in &calls {
        let second = call.at.saturating_duration_since(started).as_secs();
        *seconds.entry(second).or_default() += 1;
        let Some(chat) = chat(&call.values) else { continue };
        match call.method.as_str() {
            "sendmessage" if call.status == 200 => {
                let since = seen.asked.get(&chat).context("somebody who asked")?;
                answered.entry(chat).or_insert(call.at.saturating_duration_since(*since));
            }
            // A card under way is text, then a picture with a caption; as a video it is at its end.
            "editmessagetext" | "editmessagecaption" | "editmessagemedia"
                if call.status == 200 && !is_video(&call.values) =>
            {
                edits += 1;
                if let Some(before) = edited.insert(chat, call.at) {
                    let apart = call.at.duration_since(before);
                    edit_apart_min = Some(edit_apart_min.map_or(apart, |least| least.min(apart)));
                }
            }
            _ => {}
        }
    }
    let asked = seen.asked.len();
    ensure!(answered.len() == asked, "{} of {asked} answered", answered.len());
    Ok(Conversations {
        chats,
        answered: Percentiles::of(answered.into_values().collect()),
        calls: calls.len(),
        edits,
        told_to_wait: calls.iter().filter(|call| call.status == 429).count(),
        invalid: telegram.invalid().len(),
        per_second_max: seconds.into_values().max().unwrap_or_default(),
        edit_apart_min,
        under_way_max: seen.under_way_max,
        memory_kib: seen.memory_kib,
        memory_after_kib: seen.memory_after_kib,
        took: started.elapsed(),
    })
}
