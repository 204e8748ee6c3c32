//! The bot is killed at each step of a conversation and started again, and several bots share one
//! conversation: the card goes on, the end is posted once, old buttons work.

use anyhow::{Result, ensure};
use cutline_tests::tasks::eventually;

use super::Town;

/// Kills the bot at a step, starts another, and follows the conversation to its end.
async fn killed_at(step: &str) -> Result<()> {
    let mut town = Town::open().await?;
    let first = town.bot("first", &format!("{step}=1*return")).await?;
    town.worker("stages=2,ms=400").await?;
    let asked = town.ask()?;
    town.world[first].wait().await?;
    town.bot("second", "").await?;
    let video = town.video(town.channel).await?;
    town.settled().await?;
    let card = town.says(asked, "Done").await?;
    assert_eq!(town.jobs().await?, 1, "{step}");
    assert_eq!(town.videos(town.channel).len(), 1, "{step}: the video is posted once");
    let cards = town.discord.messages(town.channel).len();
    assert_eq!(cards, 2, "{step}: one card, one video: {card:?}");
    // A button that the dead bot may have made.
    let pressed = town.discord.press(town.ada, video.id, "Script")?;
    town.says(pressed, "Script:").await?;
    assert_eq!(town.discord.invalid_requests(), 0, "{step}");
    town.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_before_the_card_is_posted() -> Result<()> {
    killed_at("chat.before_post").await
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_after_the_card_is_posted_and_before_that_is_written_down() -> Result<()> {
    killed_at("chat.after_post").await
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_before_the_video_is_sent() -> Result<()> {
    killed_at("chat.before_deliver").await
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_after_the_video_is_sent_and_before_that_is_written_down() -> Result<()> {
    killed_at("chat.after_deliver").await
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_after_the_video_is_written_down() -> Result<()> {
    killed_at("chat.after_record").await
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_after_the_acknowledgement_nothing_is_charged_and_the_next_says_so() -> Result<()> {
    let mut town = Town::open().await?;
    let first = town.bot("first", "chat.after_defer=1*return").await?;
    town.worker("stages=1,ms=20").await?;
    let asked = town.ask()?;
    town.world[first].wait().await?;
    ensure!(town.discord.original(asked).is_some_and(|message| message.is_loading()));
    assert_eq!(town.jobs().await?, 0);
    // The month's one video is still there.
    town.bot("second", "").await?;
    let again = town.ask()?;
    town.video(town.channel).await?;
    town.settled().await?;
    // “Is thinking…” does not stand until Discord takes it away; what was answered stays as it is.
    town.says(asked, "Ask again").await?;
    town.says(again, "Done").await?;
    let owner = town.world.database().owner().await?;
    let waiting = "SELECT count(*) FROM cutline.chat_unanswered";
    eventually("nobody waits for an answer", async || {
        let waiting: i64 = owner.query_one(waiting, &[]).await?.get(0);
        Ok((waiting == 0).then_some(()))
    })
    .await?;
    assert_eq!(town.discord.invalid_requests(), 0);
    town.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_after_the_sheet_is_shown_and_before_that_is_written_down() -> Result<()> {
    let mut town = Town::open().await?;
    let first = town.bot("first", "chat.after_sheet=1*return").await?;
    town.held_worker().await?;
    let asked = town.ask()?;
    town.world[first].wait().await?;
    town.sheet(asked).await?;
    town.bot("second", "").await?;
    // The next bot cannot know: it sends the sheet again, in place of the first.
    eventually("the sheet is sent again", async || Ok((town.sheets_sent() == 2).then_some(())))
        .await?;
    assert_eq!(town.sheet(asked).await?.files().len(), 1);
    town.let_go()?;
    town.video(town.channel).await?;
    town.settled().await?;
    assert!(town.says(asked, "Done").await?.files().is_empty());
    assert_eq!(town.discord.messages(town.channel).len(), 2, "one card, one video");
    assert_eq!(town.discord.invalid_requests(), 0);
    town.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_bots_share_the_work_and_do_none_of_it_twice() -> Result<()> {
    let mut town = Town::open().await?;
    let first = town.bot("first", "").await?;
    town.bot("second", "").await?;
    town.worker("stages=3,ms=800").await?;
    let mut channels = Vec::new();
    for number in 0..6 {
        let (who, channel) =
            (town.discord.user(&format!("person {number}")), town.discord.channel(town.guild));
        town.discord.slash(who, channel, "video", &[("sentence", super::SENTENCE.into())])?;
        channels.push(channel);
    }
    town.video(channels[0]).await?;
    town.world[first].kill().await?;
    for channel in channels {
        town.video(channel).await?;
        eventually("one card, one video", async || {
            Ok((town.discord.messages(channel).len() == 2).then_some(()))
        })
        .await?;
    }
    town.settled().await?;
    assert_eq!(town.jobs().await?, 6);
    town.close().await
}
