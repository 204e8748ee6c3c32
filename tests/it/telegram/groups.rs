//! Manners in groups: only what is said to the bot is answered, where it was said, and what is
//! private is said in private.

use anyhow::{Result, ensure};
use serde_json::json;

use super::{ADA, Chatroom, QUICK, SENTENCE, labels};

const GROUP: i64 = -10_042;
const BOB: i64 = 43;

#[tokio::test(flavor = "multi_thread")]
async fn only_commands_and_mentions_are_answered_in_their_thread() -> Result<()> {
    let room = Chatroom::open(QUICK).await?;
    room.telegram.say(GROUP, BOB, "anybody seen my keys?");
    room.telegram.say(GROUP, BOB, "/weather");
    room.telegram.say(GROUP, BOB, "/status@SomeOtherBot");
    let topic = json!({"text": format!("@CutlineTestBot {SENTENCE}"), "message_thread_id": 9,
        "is_topic_message": true});
    let asked = room.telegram.say_with(GROUP, ADA, topic);
    let video = room.video(GROUP).await?;
    assert_eq!((video.reply_to, video.thread), (Some(asked), Some(9)));
    ensure!(video.text.contains(SENTENCE), "{}", video.text);
    room.all_posted().await?;
    let answered: Vec<_> = room.telegram.written(GROUP).into_iter().map(|m| m.reply_to).collect();
    ensure!(answered.iter().all(|reply| *reply >= Some(asked)), "{answered:?}");
    room.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_private_is_said_in_private() -> Result<()> {
    let room = Chatroom::open(QUICK).await?;
    // Ada has written to the bot before; Bob has not.
    room.telegram.say(ADA, ADA, "/help");
    room.sees(ADA, "help", |shown| shown.text.contains("/video")).await?;
    room.telegram.say(GROUP, ADA, "/plan");
    room.sees(ADA, "the plan", |shown| shown.text.contains("Your plan: Free")).await?;
    // What is wrong with her plan is nobody else's either.
    room.telegram.say(GROUP, ADA, "/apikey");
    room.sees(ADA, "the refusal", |shown| shown.text.contains("You are on Free")).await?;
    room.telegram.say(BOB, BOB, "hi");
    room.sees(BOB, "an answer", |_| true).await?;
    room.telegram.bar(BOB, Some((403, "Forbidden: bot can't initiate conversation with a user")));
    room.telegram.say(GROUP, BOB, "/plan");
    room.sees(GROUP, "how to", |shown| shown.text.contains("t.me/CutlineTestBot")).await?;
    let asked = room.telegram.say(GROUP, BOB, "/apikey");
    let told = room.sees(GROUP, "how to", |shown| shown.reply_to == Some(asked)).await?;
    ensure!(told.text.contains("t.me/CutlineTestBot"), "{}", told.text);
    for shown in room.telegram.written(GROUP) {
        ensure!(!shown.text.contains("Your plan") && !shown.text.contains("Free"), "{shown:?}");
    }
    room.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn buttons_in_a_group_answer_where_the_answer_belongs() -> Result<()> {
    let mut room = Chatroom::open(QUICK).await?;
    room.plan(ADA, "professional").await?;
    room.telegram.say(GROUP, ADA, &format!("/video {SENTENCE}"));
    let first = room.video(GROUP).await?;
    let press = room.telegram.press(GROUP, ADA, first.id, "Script")?;
    ensure!(room.pressed(&press).await?.0.contains("in private"));
    room.sees(ADA, "the script", |shown| shown.text.contains("· Script")).await?;
    ensure!(!room.telegram.written(GROUP).iter().any(|shown| shown.text.contains("· Script")));
    // Another take is for all who see the first.
    let press = room.telegram.press(GROUP, ADA, first.id, "Again")?;
    ensure!(room.pressed(&press).await?.0.is_empty());
    room.sees(GROUP, "another", |shown| shown.media.is_some() && shown.id != first.id).await?;
    room.all_posted().await?;
    room.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_presses_somebody_elses_buttons() -> Result<()> {
    let room = Chatroom::open("stages=1,ms=8000").await?;
    room.telegram.say(GROUP, ADA, &format!("/video {SENTENCE}"));
    let card = room.sees(GROUP, "a card", |shown| labels(shown) == ["Cancel"]).await?;
    let press = room.telegram.press(GROUP, BOB, card.id, "Cancel")?;
    let (words, alert) = room.pressed(&press).await?;
    ensure!(alert && words.contains("You have no video"), "{words}");
    room.video(GROUP).await?;
    room.all_posted().await?;
    room.close().await
}
