//! What can be lost on the way: the line, the session, answers, patience, tokens, messages,
//! permissions. Nothing of the person's is, and nobody floods Discord about it.

use std::time::Duration;

use anyhow::{Result, ensure};
use cutline_tests::{
    World,
    discord::{Fault, Storm, permission},
    tasks::eventually,
};

use super::Town;

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_line_is_resumed_and_an_invalid_session_begun_again() -> Result<()> {
    let (town, _) = Town::running("stages=1,ms=20").await?;
    let direct = town.discord.bot_dm(town.ada);
    town.subscribe().await?;
    let resumed = |times: usize| {
        let town = &town;
        async move {
            eventually("the session is resumed", async || {
                Ok((town.discord.resumes() == times).then_some(()))
            })
            .await
        }
    };
    // Asked while the line may be down: the resume brings it.
    let ask = || town.discord.slash(town.ada, direct, "plan", &[]);
    town.discord.cut_gateway();
    let asked = ask()?;
    resumed(1).await?;
    town.says(asked, "Professional").await?;
    town.discord.ask_to_reconnect();
    let asked = ask()?;
    resumed(2).await?;
    town.says(asked, "Professional").await?;
    town.discord.close_gateway(4000);
    let asked = ask()?;
    resumed(3).await?;
    town.says(asked, "Professional").await?;
    assert_eq!((town.discord.identifies().len(), town.discord.resumes()), (1, 3));
    // What cannot be resumed is begun anew.
    town.discord.invalidate_sessions();
    eventually("a new session", async || Ok((town.discord.identifies().len() == 2).then_some(())))
        .await?;
    town.says(ask()?, "Professional").await?;
    assert_eq!((town.discord.identifies().len(), town.discord.resumes()), (2, 0));
    town.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn storms_of_429_are_waited_out() -> Result<()> {
    let (town, _) = Town::running("stages=3,ms=1000").await?;
    let storm = |ms, scope| Fault::Storm(Storm { retry_after: Duration::from_millis(ms), scope });
    town.discord.plan("PATCH", "/webhooks/", 4, storm(700, "user"));
    town.discord.plan("POST", "/channels/", 2, storm(900, "shared"));
    town.discord.plan("POST", "/channels/", 2, storm(1_200, "global"));
    let asked = town.ask()?;
    town.video(town.channel).await?;
    town.says(asked, "Done").await?;
    town.settled().await?;
    assert_eq!(town.discord.planned(), 0, "all of the storm was met");
    assert_eq!(town.videos(town.channel).len(), 1);
    // The storm itself, and not one request more into it.
    assert_eq!(town.discord.invalid_requests(), 6);
    town.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_answers_and_failing_servers_post_nothing_twice() -> Result<()> {
    let (town, _) = Town::running("stages=2,ms=400").await?;
    town.discord.plan("POST", "/interactions/", 1, Fault::LoseAnswer);
    town.discord.plan("PATCH", "/webhooks/", 1, Fault::LoseAnswer);
    town.discord.plan("PATCH", "/webhooks/", 1, Fault::Status(502));
    town.discord.plan("POST", "/channels/", 1, Fault::LoseAnswer);
    town.discord.plan("POST", "/channels/", 1, Fault::Drop);
    town.discord.plan("POST", "/channels/", 1, Fault::Status(503));
    let asked = town.ask()?;
    town.video(town.channel).await?;
    town.settled().await?;
    town.says(asked, "Done").await?;
    assert_eq!(town.discord.planned(), 0);
    assert_eq!((town.videos(town.channel).len(), town.jobs().await?), (1, 1));
    assert_eq!(town.discord.messages(town.channel).len(), 2);
    town.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_fourteenth_minute_on_the_bot_uses_its_own_token() -> Result<()> {
    let (town, _) = Town::running("stages=3,ms=1500").await?;
    let asked = town.ask()?;
    let card = town.says(asked, " %").await?;
    // Nobody waits fourteen minutes: what is written down about the token says that they are over.
    let owner = town.world.database().owner().await?;
    let sql = r#"UPDATE cutline.chat_cards
                 SET place = jsonb_set(place, '{token,until}', '"2020-02-02T02:02:02Z"')"#;
    assert_eq!(owner.execute(sql, &[]).await?, 1);
    town.video(town.channel).await?;
    town.settled().await?;
    town.says(asked, "Done").await?;
    let requests = town.discord.requests();
    let last = requests.iter().rev().find(|seen| seen.method == "PATCH");
    let ours = format!("/channels/{}/messages/{}", town.channel, card.id);
    ensure!(last.is_some_and(|seen| seen.path == ours), "{last:?}");
    assert_eq!(town.discord.invalid_requests(), 0);
    town.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn after_fifteen_minutes_the_bot_goes_on_by_itself() -> Result<()> {
    let (town, _) = Town::running("stages=3,ms=1500").await?;
    let asked = town.ask()?;
    town.says(asked, " %").await?;
    town.discord.expire(asked);
    town.video(town.channel).await?;
    town.settled().await?;
    town.says(asked, "Done").await?;
    let refused = town.discord.requests().into_iter().filter(|seen| seen.code == Some(50027));
    ensure!(refused.count() <= 1, "an expired token is tried once");
    town.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_bot_is_not_the_end_comes_as_a_direct_message() -> Result<()> {
    let (town, _) = Town::running("stages=3,ms=1500").await?;
    town.discord.install(town.ada);
    let friends = town.discord.private_dm(town.ada);
    let sentence = [("sentence", super::SENTENCE.into())];
    let asked = town.discord.slash(town.ada, friends, "video", &sentence)?;
    town.says(asked, " %").await?;
    town.discord.expire(asked);
    eventually("a direct message with the video", async || {
        let received = town.discord.received(town.ada);
        Ok(received.iter().any(|message| !message.files().is_empty()).then_some(()))
    })
    .await?;
    town.settled().await?;
    let videos = town.discord.received(town.ada).into_iter().filter(|m| !m.files().is_empty());
    assert_eq!(videos.count(), 1);
    town.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_card_is_not_put_back_and_the_video_comes_all_the_same() -> Result<()> {
    let (town, _) = Town::running("stages=3,ms=1500").await?;
    let asked = town.ask()?;
    let card = town.says(asked, " %").await?;
    town.discord.delete(card.id);
    town.video(town.channel).await?;
    town.settled().await?;
    assert_eq!(town.discord.messages(town.channel).len(), 1);
    let unknown = town.discord.requests().into_iter().filter(|seen| seen.code == Some(10008));
    ensure!(unknown.count() <= 3, "a deleted card is left alone");
    town.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_permission_leaves_the_token_and_then_direct_messages() -> Result<()> {
    let (town, _) = Town::running("stages=3,ms=1500").await?;
    // The permission goes while the token is good: the card itself becomes the video.
    let asked = town.ask()?;
    town.says(asked, " %").await?;
    town.discord.permit(town.channel, permission::VIEW_CHANNEL);
    let video = town.video(town.channel).await?;
    ensure!(video.interaction.is_some(), "{video:?}");
    town.settled().await?;
    // Both go: a direct message.
    let bea = town.discord.user("bea");
    let channel = town.discord.channel(town.guild);
    let asked =
        town.discord.slash(bea, channel, "video", &[("sentence", super::SENTENCE.into())])?;
    town.says(asked, " %").await?;
    town.discord.permit(channel, 0);
    town.discord.expire(asked);
    eventually("bea gets it directly", async || {
        let received = town.discord.received(bea);
        Ok(received.iter().any(|message| !message.files().is_empty()).then_some(()))
    })
    .await?;
    town.settled().await?;
    // All three go: nobody can be told, and nobody is pestered.
    let cem = town.discord.user("cem");
    let channel = town.discord.channel(town.guild);
    let asked =
        town.discord.slash(cem, channel, "video", &[("sentence", super::SENTENCE.into())])?;
    town.says(asked, " %").await?;
    town.discord.block(cem);
    town.discord.permit(channel, 0);
    town.discord.expire(asked);
    town.settled().await?;
    ensure!(town.discord.received(cem).is_empty());
    let invalid = town.discord.invalid_requests();
    ensure!(invalid <= 12, "{invalid} invalid requests");
    town.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_database_is_frozen_questions_are_acknowledged_all_the_same() -> Result<()> {
    let mut town = Town::open_in(World::builder().proxied().start().await?).await?;
    town.bot("bot", "").await?;
    let warm = town.discord.slash(town.ada, town.channel, "plan", &[])?;
    town.says(warm, "Free").await?;
    town.world.proxies()?.database.blackhole();
    let asked = town.discord.slash(town.ada, town.channel, "plan", &[])?;
    // The stand-in takes no acknowledgement after three seconds.
    eventually("it is acknowledged", async || Ok(town.discord.acknowledged(asked))).await?;
    ensure!(town.discord.original(asked).is_some_and(|message| message.is_loading()));
    town.world.proxies()?.database.restore();
    town.discord.answer(asked).await?;
    let again = town.discord.slash(town.ada, town.channel, "plan", &[])?;
    town.says(again, "Free").await?;
    town.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn where_files_are_not_allowed_words_and_a_link_stand_for_them() -> Result<()> {
    let mut town = Town::open().await?;
    town.bot("bot", "").await?;
    town.held_worker().await?;
    town.discord.permit(town.channel, permission::GRANTED & !permission::ATTACH_FILES);
    let asked = town.ask()?;
    let early = town.says(asked, " %").await?;
    // The sheet is there by now, and is not shown.
    let shown = "SELECT count(*) FROM cutline.jobs WHERE sheet_token IS NOT NULL";
    let owner = town.world.database().owner().await?;
    eventually("there is a sheet", async || {
        Ok((owner.query_one(shown, &[]).await?.get::<_, i64>(0) == 1).then_some(()))
    })
    .await?;
    eventually("the card goes on", async || {
        Ok(town.discord.original(asked).filter(|later| later.edits > early.edits))
    })
    .await?;
    assert_eq!(town.sheets_sent(), 0);
    // The token, under which files would be allowed, ends before the video is there.
    town.discord.expire(asked);
    town.let_go()?;
    town.settled().await?;
    let messages = town.discord.messages(town.channel);
    let ends = messages.iter().filter(|message| message.reply_to.is_some());
    let ends: Vec<_> = ends.collect();
    assert_eq!((messages.len(), ends.len()), (2, 1), "{messages:?}");
    ensure!(messages.iter().all(|message| message.files().is_empty()), "{messages:?}");
    ensure!(ends[0].text().contains("the link opens it"), "{}", ends[0].text());
    ensure!(ends[0].buttons().iter().any(|(label, _)| label == "Watch"), "{:?}", ends[0]);
    let refused = town.discord.requests().into_iter().filter(|seen| seen.code == Some(50013));
    assert_eq!(refused.count(), 0, "nothing is tried that is known to be refused");
    town.close().await
}
