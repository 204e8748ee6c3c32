//! The account's avatars: found by their photograph, made, and cleared away when the account is
//! full (code 401028; spec §7).

use futures::future::join_all;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{DONE_MAX, HeyGen, KEY, LOOK_MIN, STAGE, repeated, shelf::Avatar};
use crate::providers::{
    http::{Ask, CallError, Effect, Fault},
    purse::{Delivered, Wanted, name_of},
    take::{PhotoTake, TakeError},
};

/// Avatars that an account stores (spec §7): so many less one may stay when room is made.
const STORED_MAX: usize = 3;
/// Deletions under way at once (spec §7).
const BATCH: usize = 10;
/// Groups a page; the most there is.
const PAGE: &str = "50";
/// Pages read: nobody stores more.
const PAGES_MAX: usize = 40;
/// Before the photograph's hash in the name of an avatar of ours: whichever worker lists the
/// account knows whose it is.
const MARK: &str = "cutline-";
/// Codes of an account that stores as many avatars as it may: the number that HeyGen has long used,
/// and the word for it in version 3.
const FULL: [&str; 2] = ["401028", "resource_limit_exceeded"];

#[derive(Clone, Deserialize)]
struct Group {
    id: String,
    #[serde(default)]
    name: String,
    /// Seconds since 1970.
    #[serde(default)]
    created_at: u64,
}

#[derive(Deserialize)]
struct Groups {
    data: Vec<Group>,
    #[serde(default)]
    has_more: bool,
    next_token: Option<String>,
}

#[derive(Deserialize)]
struct Looks {
    data: Vec<Look>,
}

#[derive(Deserialize)]
struct Look {
    id: String,
    group_id: Option<String>,
    status: Option<String>,
}

#[derive(Deserialize)]
struct Created {
    avatar_item: Look,
    avatar_group: Option<GroupId>,
}

#[derive(Deserialize)]
struct GroupId {
    id: String,
}

/// What is kept of a purchase: the avatar, or that the photograph cannot be one.
#[derive(Serialize, Deserialize)]
enum Made {
    Avatar(Avatar),
    Unfit,
}

impl HeyGen {
    /// The avatar of a photograph: known here, found on the account, or made.
    pub(super) async fn avatar(
        &self,
        take: &PhotoTake,
        cancel: &CancellationToken,
    ) -> Result<Avatar, TakeError> {
        let sha256 = &take.photo_sha256;
        if let Some(known) = self.shelf.take(sha256).await {
            return Ok(known);
        }
        let mark = mark(sha256);
        let groups = self.groups(cancel).await?;
        for group in groups.into_iter().filter(|group| group.name == mark) {
            if let Some(avatar) = self.of_group(group, cancel).await? {
                self.shelf.keep(sha256, avatar.clone()).await;
                return Ok(avatar);
            }
        }
        let input = json!(["avatar", sha256, self.shelf.lost(sha256).await]);
        let wanted = Wanted {
            vendor: self.vendor.name(),
            stage: STAGE,
            item: "avatar",
            input: &input,
            estimate_microusd: self.settings.avatar_microusd,
        };
        let kind = if take.photo_ext == "png" { "image/png" } else { "image/jpeg" };
        let file = format!("photo.{}", take.photo_ext);
        let asset = self.asset((&file, kind), &take.photo, &name_of(&wanted), cancel).await?;
        let avatar = match self.create(take, &wanted, (&asset, 1), cancel).await {
            Err(TakeError::Full(error)) => {
                tracing::warn!(%error, "the account is full of avatars: room is made");
                self.make_room(cancel).await?;
                self.create(take, &wanted, (&asset, 2), cancel).await
            }
            other => other,
        };
        match &avatar {
            Ok(avatar) => self.shelf.keep(sha256, avatar.clone()).await,
            // Refusals are remembered under their keys: asked for again, it has others.
            Err(TakeError::Full(_)) => self.shelf.refused(sha256).await,
            Err(_) => {}
        }
        avatar
    }

    /// Every avatar of the account's own.
    async fn groups(&self, cancel: &CancellationToken) -> Result<Vec<Group>, CallError> {
        let mut all = Vec::new();
        let mut token: Option<String> = None;
        for _ in 0..PAGES_MAX {
            let mut ask = Ask::get("v3/avatars").query("ownership", "private").query("limit", PAGE);
            if let Some(token) = &token {
                ask = ask.query("token", token);
            }
            let page: Groups = self.vendor.call(ask, cancel).await?.json(&self.vendor)?;
            all.extend(page.data);
            token = page.next_token.filter(|_| page.has_more);
            if token.is_none() {
                break;
            }
        }
        Ok(all)
    }

    async fn of_group(
        &self,
        group: Group,
        cancel: &CancellationToken,
    ) -> Result<Option<Avatar>, CallError> {
        let ask = Ask::get("v3/avatars/looks").query("group_id", &*group.id);
        let looks: Looks = self.vendor.call(ask, cancel).await?.json(&self.vendor)?;
        let done = |look: &Look| look.status.as_deref().is_none_or(|status| status == "completed");
        let look = looks.data.into_iter().find(done);
        look.map(|look| Ok(Avatar { look: self.id(look.id)?, group: group.id })).transpose()
    }

    async fn create(
        &self,
        take: &PhotoTake,
        wanted: &Wanted<'_>,
        (asset, attempt): (&str, u32),
        cancel: &CancellationToken,
    ) -> Result<Avatar, TakeError> {
        let made = |sha256: [u8; 32]| async move {
            // A refusal is remembered under its key as well: the second attempt has its own.
            let key = format!("cutline-{}-{attempt}", hex::encode(&sha256[..24]));
            self.created(take, asset, key, cancel).await
        };
        let bought = match self.purse.buy(wanted, made).await {
            Err(error) if error.fault == Fault::Unsure => {
                // The key makes it the same avatar, for as long as HeyGen remembers.
                let again = async {
                    let again = made(name_of(wanted)).await;
                    again.map_err(|error| if is_full(&error) { error } else { repeated(error) })
                };
                self.purse.collect(wanted, again).await
            }
            other => other,
        };
        let bought = bought.map_err(|error| match is_full(&error) {
            true => TakeError::Full(error.into()),
            false => error.into(),
        })?;
        match serde_json::from_slice(&bought.bytes) {
            Ok(Made::Avatar(avatar)) => Ok(avatar),
            Ok(Made::Unfit) => Err(TakeError::Unfit(self.vendor.fault(Fault::Refused(422)).into())),
            Err(_) => Err(self.vendor.fault(Fault::Lost).into()),
        }
    }

    async fn created(
        &self,
        take: &PhotoTake,
        asset: &str,
        key: String,
        cancel: &CancellationToken,
    ) -> Result<Delivered, CallError> {
        let body = json!({
            "type": "photo",
            "name": mark(&take.photo_sha256),
            "file": {"type": "asset_id", "asset_id": asset},
        });
        let ask = Ask::post("v3/avatars", body, Effect::Keyed).header(KEY, key);
        let created: Created = self.read(&self.vendor.call(ask, cancel).await?)?;
        let group = created.avatar_group.map(|group| group.id).or(created.avatar_item.group_id);
        let group = group.ok_or_else(|| self.vendor.fault(Fault::Foreign).unknown())?;
        let avatar = Avatar { look: self.id(created.avatar_item.id)?, group: self.id(group)? };
        let fits = self.ready(&avatar.look, cancel).await?;
        let made = if fits { Made::Avatar(avatar) } else { Made::Unfit };
        let bytes = serde_json::to_vec(&made).map_err(|_| self.vendor.fault(Fault::Foreign))?;
        let cost_microusd = self.settings.avatar_microusd;
        Ok(Delivered { bytes: bytes.into(), cost_microusd, request_id: None })
    }

    /// Waits until an avatar can be used; `false` when its photograph cannot be one.
    async fn ready(&self, look: &str, cancel: &CancellationToken) -> Result<bool, CallError> {
        let deadline = Instant::now() + DONE_MAX;
        let mut wait = LOOK_MIN;
        loop {
            let asked =
                self.vendor.call(Ask::get(format!("v3/avatars/looks/{look}")), cancel).await;
            let found: Look = self.read(&asked.map_err(CallError::unknown)?)?;
            match found.status.as_deref() {
                Some("completed") | None => return Ok(true),
                Some("failed" | "pending_consent") => return Ok(false),
                Some(_) => self.pause(&mut wait, deadline, cancel).await?,
            }
        }
    }

    /// Deletes what no photograph of ours belongs to, oldest first, ten at a time; then, of ours,
    /// what was not used for longest, until there is room for one.
    async fn make_room(&self, cancel: &CancellationToken) -> Result<(), CallError> {
        let kept = self.shelf.all().await;
        let mut groups = self.groups(cancel).await?;
        groups.sort_by_key(|group| group.created_at);
        let known = |group: &Group| kept.iter().find(|(_, avatar, _)| avatar.group == group.id);
        let (ours, orphans): (Vec<Group>, Vec<Group>) = groups
            .into_iter()
            .partition(|group| known(group).is_some() || group.name.starts_with(MARK));
        self.delete(&orphans, cancel).await?;
        // Another worker's: used when it was made, as far as is known here.
        let used = |group: &Group| known(group).map_or(group.created_at, |(_, _, used)| *used);
        let mut ours: Vec<(u64, Group)> = ours.into_iter().map(|one| (used(&one), one)).collect();
        ours.sort_by_key(|(used, _)| *used);
        let spare = ours.len().saturating_sub(STORED_MAX - 1);
        let least: Vec<Group> = ours.into_iter().take(spare).map(|(_, group)| group).collect();
        self.delete(&least, cancel).await?;
        for (sha256, avatar, _) in &kept {
            if least.iter().any(|group| group.id == avatar.group) {
                self.shelf.forget(sha256).await;
            }
        }
        Ok(())
    }

    /// Deletes avatars in batches. One that cannot be deleted is left to the next time.
    async fn delete(&self, groups: &[Group], cancel: &CancellationToken) -> Result<(), CallError> {
        for batch in groups.chunks(BATCH) {
            let deletions = batch.iter().map(|group| async {
                let id = self.id(group.id.clone())?;
                self.vendor.call(Ask::delete(format!("v3/avatars/{id}")), cancel).await
            });
            for outcome in join_all(deletions).await {
                match outcome {
                    Err(error) if error.fault == Fault::Cancelled => return Err(error),
                    Err(error) if error.fault != Fault::Missing => {
                        tracing::warn!(%error, "an avatar could not be deleted");
                    }
                    _ => {}
                }
            }
        }
        tracing::info!(avatars = groups.len(), "avatars deleted");
        Ok(())
    }
}

/// Whether the account has no room for another avatar.
fn is_full(error: &CallError) -> bool {
    error.code.as_deref().is_some_and(|code| FULL.contains(&code))
}

/// The name of the avatar of a photograph.
fn mark(sha256: &str) -> String {
    format!("{MARK}{sha256}")
}
