//! Somebody with credits and a photograph, and what became of what they asked for.

use std::io::Cursor;

use anyhow::{Result, ensure};
use cutline_core::{
    actor::{Actor, Platform},
    clock::{Clock, SystemClock},
    config::DatabaseConfig,
    job::{AccountId, JobId, UploadRef},
    objects::{ObjectKey, ObjectMeta, Objects, ObjectsConfig},
    plan::Plan,
    store::{Kept, Store},
};
use cutline_tests::{World, world::Role};
use sha2::{Digest, Sha256};

/// Somebody with a plan and credits.
pub(super) struct Person {
    pub(super) name: &'static str,
    actor: Actor,
    pub(super) account: AccountId,
    bots: Store,
}

impl Person {
    /// Somebody on the largest plan.
    pub(super) async fn new(world: &World, name: &'static str, credits: i64) -> Result<Self> {
        Self::on(world, Plan::Enterprise, name, credits).await
    }

    pub(super) async fn on(
        world: &World,
        plan: Plan,
        name: &'static str,
        credits: i64,
    ) -> Result<Self> {
        let store =
            |role| Store::connect(&DatabaseConfig::at(world.database().url(role).as_str(), "test"));
        let (admin, bots) = (store(Role::Admin)?, store(Role::Bots)?);
        let actor = Actor::new(Platform::Console, name);
        let account = bots.enter(&actor, None, SystemClock.now()).await?.account;
        admin.admin_set_plan(account, Some(plan), None, "test", "test").await?;
        admin.adjust_credits(account, credits, name, "test", "test").await?;
        Ok(Self { name, actor, account, bots })
    }

    /// What is there, and what is set aside.
    pub(super) async fn credits(&self) -> Result<(i64, i64)> {
        let balance = self.bots.enter(&self.actor, None, SystemClock.now()).await?.balance;
        Ok((balance.wallet, balance.held))
    }

    /// A photograph of theirs, stored as the desk stores it.
    pub(super) async fn photo(&self, world: &World) -> Result<String> {
        let mut bytes = Cursor::new(Vec::new());
        image::RgbImage::from_fn(400, 600, |x, y| image::Rgb([x as u8, y as u8, 90]))
            .write_to(&mut bytes, image::ImageFormat::Png)?;
        let bytes = bytes.into_inner();
        let sha256 = hex::encode(Sha256::digest(&bytes));
        let key = ObjectKey::upload(self.account.0, &sha256, "png")?;
        let (size, name) = (bytes.len() as u64, "me.png".to_owned());
        let objects = Objects::open(&ObjectsConfig::disk(world.folder("objects"))).await?;
        objects.put(&key, bytes, &ObjectMeta::of_name(key.as_str())).await?;
        let upload = UploadRef {
            sha256: sha256.clone(),
            key,
            width_px: 400,
            height_px: 600,
            bytes: size,
            name,
        };
        let kept = self.bots.upload_add(self.account, &upload, SystemClock.now()).await?;
        ensure!(kept == Kept::Yes, "uploads are in the plan");
        Ok(sha256)
    }
}

/// How a job ended: its hold, its code, its words, how often it was tried, and what it cost.
pub(super) async fn verdict(
    world: &World,
    job: JobId,
) -> Result<(String, String, String, i64, i64)> {
    let owner = world.database().owner().await?;
    let sql = "SELECT h.state, coalesce(j.error_code, ''), coalesce(j.error_message, ''), \
               j.attempts::bigint, j.cost_microusd FROM cutline.jobs j \
               JOIN cutline.holds h ON h.job_id = j.id WHERE j.id = $1";
    let row = owner.query_one(sql, &[&job.0]).await?;
    Ok((row.get(0), row.get(1), row.get(2), row.get(3), row.get(4)))
}

/// The job's page of the book: purchases that are done and those of unknown outcome, each with
/// their sum.
pub(super) async fn book(world: &World, job: JobId) -> Result<[(usize, i64); 2]> {
    let owner = world.database().owner().await?;
    let sql = "SELECT state = 'done', cost_microusd FROM cutline.paid_calls WHERE job_id = $1";
    let mut sums = [(0, 0); 2];
    for row in owner.query(sql, &[&job.0]).await? {
        let (calls, cost) = &mut sums[usize::from(!row.get::<_, bool>(0))];
        (*calls, *cost) = (*calls + 1, *cost + row.get::<_, i64>(1));
    }
    Ok(sums)
}
