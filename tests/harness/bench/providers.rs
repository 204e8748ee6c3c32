//! `cutline-tests bench providers`: a video made by vendors that are as slow as real ones (recorded
//! latencies), beside the least that it could take: the words, then the slower of voice and
//! pictures, each as many at once as the vendor takes, then the encode.

use std::{fmt, path::PathBuf, time::Duration};

use anyhow::{Context, Result, ensure};
use cutline_core::{config::DatabaseConfig, job::Mode, store::Store};

use crate::{
    front::{Request, submit},
    servers::Servers,
    tasks::within,
    vendors::{Kind, Vendors},
    world::{Role, World},
};

/// How long a script takes.
const LANGUAGE: Duration = Duration::from_secs(6);
/// How long a shot's voice takes, and how many at once the account has.
const VOICE: (Duration, u32) = (Duration::from_secs(2), 12);
/// How long a shot's picture takes, and how many at once the vendor is asked for.
const PICTURE: (Duration, u32) = (Duration::from_secs(3), 8);
/// More than a video has shots.
const PICTURES: usize = 16;
/// What is promised: from the request to the video, over the least it could take.
const PROMISED: f64 = 1.10;
/// One video takes no longer, on the slowest machine.
const VIDEO_MAX: Duration = Duration::from_secs(600);

/// One video.
#[derive(Debug)]
struct Video {
    shots: u32,
    /// From the request to the end, by the database's clock.
    took: Duration,
    /// By stage, in the order in which they ended.
    stages: Vec<(String, Duration)>,
}

impl Video {
    fn stage(&self, name: &str) -> Duration {
        self.stages
            .iter()
            .find(|(stage, _)| stage == name)
            .map(|(_, took)| *took)
            .unwrap_or_default()
    }

    /// The slower of the two chains.
    fn chain(&self) -> Duration {
        [VOICE, PICTURE]
            .map(|(each, at_once)| each * self.shots.div_ceil(at_once))
            .into_iter()
            .max()
            .unwrap_or_default()
    }

    fn least(&self) -> Duration {
        LANGUAGE + self.chain() + self.stage("render")
    }

    fn ratio(&self) -> f64 {
        self.took.as_secs_f64() / self.least().as_secs_f64()
    }
}

/// What was measured.
#[derive(Debug)]
pub struct Latencies(Vec<Video>);

impl Latencies {
    /// Whether every video kept what is promised.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.0.iter().all(|video| video.ratio() <= PROMISED)
    }
}

impl fmt::Display for Latencies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, video) in self.0.iter().enumerate() {
            writeln!(
                f,
                "video {}: {} shots, {:.1} s; words {:.0} s, slowest chain {:.0} s, encode {:.1} s \
                 make {:.1} s; ratio {:.3} (promised {PROMISED:.2})",
                number + 1,
                video.shots,
                video.took.as_secs_f64(),
                LANGUAGE.as_secs_f64(),
                video.chain().as_secs_f64(),
                video.stage("render").as_secs_f64(),
                video.least().as_secs_f64(),
                video.ratio(),
            )?;
            for (stage, took) in &video.stages {
                writeln!(f, "    {stage:9} {:7.2} s", took.as_secs_f64())?;
            }
        }
        Ok(())
    }
}

/// Makes so many videos, one after the other, on private servers in `folder`.
///
/// # Errors
/// When the servers do not start, or a video is not made.
pub async fn providers(folder: PathBuf, videos: usize) -> Result<Latencies> {
    let servers = Servers::private(folder).await?;
    let mut all = Vec::with_capacity(videos);
    for number in 0..videos {
        // A world of its own each time: what one video bought would be there for the next.
        let mut world = World::builder().servers(servers.clone()).start().await?;
        all.push(measure(&mut world).await?);
        world.finish().await?;
        tracing::info!(number, ratio = all[number].ratio(), "a video is made");
    }
    servers.end().await?;
    Ok(Latencies(all))
}

async fn measure(world: &mut World) -> Result<Video> {
    let vendors = Vendors::start().await?;
    vendors.of(Kind::OpenRouter).takes("/chat/completions", LANGUAGE);
    vendors.of(Kind::ElevenLabs).takes("/text-to-speech", VOICE.0);
    vendors.of(Kind::OpenAi).takes("/images/", PICTURE.0);
    vendors.of(Kind::OpenAi).stock(PICTURES);
    let arguments = ["work", "--pipeline", "director", "--relay", "prompt"];
    let mut launch = world.launch("worker", "cutline-farm-under-test", Role::Farm, &arguments);
    for (name, value) in vendors.settings(&[Kind::OpenRouter, Kind::OpenAi, Kind::ElevenLabs]) {
        launch = launch.setting(&name, &value);
    }
    launch
        .setting("CUTLINE_OPENAI_MODEL", "none")
        .setting("CUTLINE_OPENAI_SPEECH_MODEL", "none")
        .setting("CUTLINE_ELEVENLABS_AT_ONCE", &VOICE.1.to_string())
        .setting("CUTLINE_PROVIDER_TIMEOUT_S", "60")
        .setting("CUTLINE_SPEND_PER_JOB", "1/1/1/1")
        .setting("CUTLINE_OPS_ADDRESS", "127.0.0.1:0")
        .start()
        .await?;
    let made = video(world).await?;
    vendors.finish()?;
    Ok(made)
}

async fn video(world: &World) -> Result<Video> {
    let url = world.database_url(Role::Bots);
    let store = Store::connect(&DatabaseConfig::at(url, "cutline-tests bench"))?;
    let owner = world.database().owner().await?;
    within(VIDEO_MAX, "a worker is warm", async || {
        let sql = "SELECT count(*) FROM cutline.workers WHERE gone_at IS NULL";
        Ok((owner.query_one(sql, &[]).await?.get::<_, i64>(0) > 0).then_some(()))
    })
    .await?;
    let sentence = "Why octopuses have three hearts".into();
    let wish = Request { key: "1".into(), user: "ada".into(), sentence, mode: Mode::Standard };
    let answer = submit(&store, wish).await;
    let (job, _) = answer.job.with_context(|| format!("refused: {:?}", answer.refusal))?;
    let row = within(VIDEO_MAX, "the video is made", async || {
        let sql = "SELECT state, extract(epoch FROM finished_at - created_at)::float8, \
                   (SELECT count(*) FROM cutline.job_shots s WHERE s.job_id = j.id) \
                   FROM cutline.jobs j WHERE id = $1 AND finished_at IS NOT NULL";
        Ok(owner.query_opt(sql, &[&job.0]).await?)
    })
    .await?;
    let state: String = row.get(0);
    ensure!(state == "done", "the job ended {state}");
    let sql = "SELECT stage, wall_ms FROM cutline.job_stages WHERE job_id = $1 ORDER BY at";
    let stages = owner.query(sql, &[&job.0]).await?.into_iter().map(|row| {
        let wall_ms: i64 = row.get(1);
        (row.get(0), Duration::from_millis(wall_ms.unsigned_abs()))
    });
    Ok(Video {
        shots: u32::try_from(row.get::<_, i64>(2))?,
        took: Duration::try_from_secs_f64(row.get(1))?,
        stages: stages.collect(),
    })
}
