//! A bot that is killed at each step: the next one goes on, and nothing is there twice.

use anyhow::{Result, ensure};

use cutline_tests::tasks::eventually;

use super::{ADA, Chatroom, QUICK, SENTENCE, is, labels};

/// One job, asked of a bot that dies at a step; then another bot.
async fn killed_at(step: &str) -> Result<()> {
    let mut room = Chatroom::empty().await?;
    let first = room.bot(&format!("{step}=1*return")).await?;
    room.telegram.say(ADA, ADA, SENTENCE);
    // What dies before or after the card is posted dies without a worker.
    if !matches!(step, "chat.before_deliver" | "chat.after_deliver" | "chat.after_record") {
        room.world[first].wait().await?;
        room.worker(QUICK).await?;
    } else {
        room.worker(QUICK).await?;
        room.world[first].wait().await?;
    }
    room.bot("").await?;
    let video = room.video(ADA).await?;
    room.all_posted().await?;
    assert_eq!(room.jobs().await?, 1, "the request was made twice");
    let shown = room.telegram.written(ADA);
    let videos = shown.iter().filter(|shown| shown.media.is_some()).count();
    assert_eq!(videos, 1, "{shown:#?}");
    let notices = shown.iter().filter(|shown| shown.text.contains("is ready")).count();
    ensure!(notices <= 1, "{shown:#?}");
    // A card that nobody could remember having posted may be left behind, never more.
    let cards = shown.len() - videos - notices;
    ensure!(cards <= usize::from(step == "chat.after_post"), "{shown:#?}");
    // Buttons of before the crash work.
    let press = room.telegram.press(ADA, ADA, video.id, "Credits")?;
    room.pressed(&press).await?;
    room.sees(ADA, "the credits", |shown| shown.text.contains("· Credits")).await?;
    room.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_after_hearing_the_request() -> Result<()> {
    killed_at("chat.after_defer").await
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_before_the_card_is_posted() -> Result<()> {
    killed_at("chat.before_post").await
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_after_the_card_is_posted() -> Result<()> {
    killed_at("chat.after_post").await
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_before_the_video_is_delivered() -> Result<()> {
    killed_at("chat.before_deliver").await
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_between_delivering_and_writing_it_down() -> Result<()> {
    killed_at("chat.after_deliver").await
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_after_it_is_written_down() -> Result<()> {
    killed_at("chat.after_record").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_goes_on_when_its_bot_is_killed_and_replaced() -> Result<()> {
    let mut room = Chatroom::empty().await?;
    room.held_worker().await?;
    let first = room.bot("").await?;
    room.telegram.say(ADA, ADA, SENTENCE);
    let card = room.sheet(ADA).await?;
    // What follows changes the words below the pictures.
    let later = room.sees(ADA, "more news", |shown| shown.edits > card.edits).await?;
    assert_eq!((&later.media, room.sheets_sent()), (&card.media, 1));
    room.world[first].kill().await?;
    room.bot("").await?;
    // The next bot cannot know what the card shows: it puts the pictures there once more.
    eventually("the card goes on", async || Ok((room.sheets_sent() == 2).then_some(()))).await?;
    room.let_go()?;
    let video = room.video(ADA).await?;
    assert_eq!(video.id, card.id);
    room.all_posted().await?;
    let shown = room.telegram.written(ADA);
    assert!(shown.iter().all(|shown| !is(shown, "photo")), "{shown:#?}");
    room.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_replicas_share_the_work_and_post_once() -> Result<()> {
    let mut room = Chatroom::empty().await?;
    room.worker(QUICK).await?;
    room.bot("").await?;
    room.bot("").await?;
    for person in ADA..ADA + 6 {
        room.telegram.say(person, person, SENTENCE);
    }
    for person in ADA..ADA + 6 {
        let video = room.video(person).await?;
        assert_eq!(labels(&video).len(), 4);
    }
    room.all_posted().await?;
    for person in ADA..ADA + 6 {
        let shown = room.telegram.written(person);
        ensure!(shown.len() <= 2, "{shown:#?}");
    }
    assert_eq!(room.jobs().await?, 6);
    room.close_excusing(&["Conflict"]).await
}
