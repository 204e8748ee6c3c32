//! Shards: as many as Discord recommends, in one process or spread over several.

use anyhow::Result;
use cutline_tests::{discord::Id, tasks::eventually};

use super::Town;

/// A channel in a guild that belongs to this one of two shards.
async fn channel_of(town: &Town, shard: u64) -> Result<Id> {
    // docs: "Sharding": shard_id = (guild_id >> 22) % num_shards; what is shifted is a time.
    let guild = eventually("a guild of that shard", async || {
        let guild = town.discord.guild();
        Ok(((guild >> 22) % 2 == shard).then_some(guild))
    });
    Ok(town.discord.channel(guild.await?))
}

#[tokio::test(flavor = "multi_thread")]
async fn all_recommended_shards_are_held() -> Result<()> {
    let mut town = Town::open().await?;
    town.discord.recommend_shards(2);
    town.bot("bot", "").await?;
    town.discord.connected(2).await?;
    for shard in [0, 1] {
        let channel = channel_of(&town, shard).await?;
        let asked = town.discord.slash(town.ada, channel, "plan", &[])?;
        town.says(asked, "Free").await?;
    }
    town.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn shards_spread_over_processes_each_serve_their_guilds() -> Result<()> {
    let mut town = Town::open().await?;
    town.discord.recommend_shards(2);
    let left = town.bot_of_shards("left", "0/2", "").await?;
    town.bot_of_shards("right", "1/2", "").await?;
    town.discord.connected(2).await?;
    town.worker("stages=2,ms=400").await?;
    let ours = channel_of(&town, 1).await?;
    let theirs = channel_of(&town, 0).await?;
    let asked = town.discord.slash(town.ada, theirs, "plan", &[])?;
    town.says(asked, "Free").await?;
    // Whoever asked a process that is gone gets the video from the other.
    town.discord.slash(town.ada, theirs, "video", &[("sentence", super::SENTENCE.into())])?;
    eventually("the request is accepted", async || Ok((town.jobs().await? == 1).then_some(())))
        .await?;
    town.world[left].kill().await?;
    town.video(theirs).await?;
    let bea = town.discord.user("bea");
    town.discord.slash(bea, ours, "video", &[("sentence", super::SENTENCE.into())])?;
    town.video(ours).await?;
    town.settled().await?;
    town.close().await
}
