//! What tests of the front desk stand on: a world's database seen through all three roles, a clock
//! that a test sets, and a desk.

use std::sync::Arc;

use anyhow::{Context, Result, bail};
use chrono::{DateTime, TimeDelta, Utc};
use cutline_core::{
    actor::{Actor, Platform},
    clock::{Clock, FixedClock},
    config::{DatabaseConfig, DeskConfig, Operators},
    desk::Desk,
    job::{DeliveredVideo, FencingToken, JobId, JobRef, JobSpec, Mode, Origin, WorkerId},
    objects::{ObjectKey, Objects, ObjectsConfig},
    plan::Plan,
    queue::Queue,
    store::{Claim, Ending, Store, Submission, Submitted, Written},
};
use cutline_tests::{World, world::Role};

/// Long enough that no lease ends by itself in a test.
pub(crate) const LEASE: std::time::Duration = std::time::Duration::from_secs(600);

/// A world with a counter in it.
pub(crate) struct Counter {
    pub(crate) world: World,
    pub(crate) bots: Store,
    pub(crate) farm: Store,
    pub(crate) admin: Store,
    pub(crate) clock: FixedClock,
    pub(crate) desk: Desk,
}

impl Counter {
    /// Opens at noon, in the middle of a month.
    pub(crate) async fn open() -> Result<Self> {
        let world = World::start().await?;
        let clock = FixedClock::at(moment("2026-11-22T12:00:00Z")?);
        let [bots, farm, admin] = [Role::Bots, Role::Farm, Role::Admin]
            .map(|role| Store::connect(&DatabaseConfig::at(world.database_url(role), "test")));
        let (bots, farm, admin) = (bots?, farm?, admin?);
        let objects = ObjectsConfig::disk(world.folder("objects"));
        let config = DeskConfig {
            public_url: Some("https://cutline.test".into()),
            operators: Operators::default(),
            talkers: Vec::new(),
            credits_url: Some("https://buy.stripe.test/b/1?locale=auto".parse()?),
        };
        let desk = Desk::new(
            bots.clone(),
            Some(admin.clone()),
            Queue::new(world.amqp_url().as_str(), "test")?,
            Objects::open(&objects).await?,
            Arc::new(clock.clone()),
            config,
        )
        .offering(&Mode::ALL);
        Ok(Self { world, bots, farm, admin, clock, desk })
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub(crate) fn later(&self, by: TimeDelta) {
        self.clock.advance(by);
    }

    /// Puts somebody on a plan.
    pub(crate) async fn put_on(&self, actor: &Actor, plan: Plan) -> Result<()> {
        let account = self.bots.enter(actor, None, self.now()).await?.account;
        Ok(self.admin.admin_set_plan(account, Some(plan), None, "test", "test").await?)
    }

    /// Gives somebody credits.
    pub(crate) async fn give(&self, actor: &Actor, credits: i64, key: &str) -> Result<()> {
        let account = self.bots.enter(actor, None, self.now()).await?.account;
        self.admin.adjust_credits(account, credits, key, "test", "test").await?;
        Ok(())
    }

    /// Asks the database itself: no desk before it.
    pub(crate) async fn ask(&self, actor: &Actor, wish: &Submission) -> Result<Submitted> {
        Ok(self.bots.submit(actor, wish, self.now()).await?)
    }

    /// Asks for a plain video that must be accepted.
    pub(crate) async fn accepted(&self, actor: &Actor, key: &str) -> Result<JobId> {
        match self.ask(actor, &wish(key)).await? {
            Submitted::Accepted { job, .. } => Ok(job),
            other => bail!("{key}: {other:?}"),
        }
    }

    /// A worker takes a job.
    pub(crate) async fn claimed(&self, job: JobId) -> Result<(Box<JobSpec>, FencingToken)> {
        match self.farm.claim(job, WorkerId::fresh(), LEASE).await? {
            Claim::Claimed { spec, token, .. } => Ok((spec, token)),
            other => bail!("{job}: {other:?}"),
        }
    }

    /// A worker takes a job and ends it so.
    pub(crate) async fn ended(&self, job: JobId, ending: &Ending) -> Result<()> {
        let (_, token) = self.claimed(job).await?;
        let written = self.farm.finish(job, token, ending).await?;
        anyhow::ensure!(written == Written::Yes, "{job}: {written:?}");
        Ok(())
    }

    /// A worker makes a job's video.
    pub(crate) async fn made(&self, job: JobId) -> Result<()> {
        self.ended(job, &Ending::Done(Box::new(video()?))).await
    }

    /// Empties the outbox, as a relay would, and returns what was in it.
    pub(crate) async fn relayed(&self) -> Result<Vec<cutline_core::store::OutboxRow>> {
        let mut all = Vec::new();
        loop {
            let rows = self.bots.outbox_claim(500).await?;
            if rows.is_empty() {
                return Ok(all);
            }
            let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
            self.bots.outbox_done(&ids).await?;
            all.extend(rows);
        }
    }

    /// Ends whatever is under way, and the world, which looks whether everything adds up.
    pub(crate) async fn close(self) -> Result<()> {
        let owner = self.world.database().owner().await?;
        let sql = "SELECT ref FROM cutline.jobs WHERE finished_at IS NULL ORDER BY ref";
        for row in owner.query(sql, &[]).await? {
            let reference: JobRef = row.get::<_, String>(0).parse()?;
            self.admin.admin_cancel(&reference, "test").await?;
        }
        let sql = "SELECT id, fencing_token FROM cutline.jobs WHERE finished_at IS NULL";
        for row in owner.query(sql, &[]).await? {
            let (job, token) = (JobId(row.get(0)), FencingToken(row.get(1)));
            let written = self.farm.finish(job, token, &Ending::Cancelled).await?;
            anyhow::ensure!(written == Written::Yes, "{job}");
        }
        self.relayed().await?;
        drop(owner);
        self.world.finish().await
    }
}

pub(crate) fn moment(text: &str) -> Result<DateTime<Utc>> {
    text.parse().context("a moment")
}

pub(crate) fn somebody(name: &str) -> Actor {
    Actor::new(Platform::Console, name)
}

pub(crate) fn origin() -> Origin {
    Origin { platform: Platform::Console, place: serde_json::Value::Null }
}

/// A plain wish under a key.
pub(crate) fn wish(key: &str) -> Submission {
    let id = JobId::fresh();
    // A reference drawn from the id's random end: tests need no generator of their own.
    let letters = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let tail = &id.0.as_bytes()[10..16];
    let reference: String = tail.iter().map(|b| char::from(letters[usize::from(b % 32)])).collect();
    Submission {
        job: id,
        reference: reference.parse().unwrap_or_else(|_| unreachable!("only allowed letters")),
        sentence: "Why cats purr".into(),
        mode: Mode::Standard,
        format: None,
        seed: 7,
        uploads: Vec::new(),
        idempotency_key: key.into(),
        origin: origin(),
        again_of: None,
    }
}

/// A finished video that every plan allows.
pub(crate) fn video() -> Result<DeliveredVideo> {
    let key = |name: &str| ObjectKey::parse(&format!("videos/day/test/1/{name}"));
    Ok(DeliveredVideo {
        master: key("master.mp4")?,
        chat: None,
        chat_bytes: None,
        poster: key("poster.jpg")?,
        captions_vtt: key("captions.vtt")?,
        captions_srt: key("captions.srt")?,
        script: key("script.txt")?,
        sheet: key("sheet.png")?,
        duration_ms: 20_000,
        width_px: 720,
        height_px: 1280,
        bytes: 1_000_000,
        title: "Why cats purr".into(),
        format: None,
        credits: Vec::new(),
        notices: Vec::new(),
    })
}

/// A failure after which trying again is of no use.
pub(crate) fn failure() -> Ending {
    Ending::Failed {
        code: "RENDER_FAILED".into(),
        message: "The picture could not be drawn.".into(),
        detail: "test".into(),
        retry: false,
    }
}
