//! Telegram says “not now”, “not there” or nothing at all: nothing is lost, nothing loops, and
//! nobody who was told to wait calls again before.

use std::time::Duration;

use anyhow::{Result, ensure};
use cutline_tests::telegram::{Fault, Shown};

use super::{ADA, Chatroom, QUICK, SENTENCE, labels};

#[tokio::test(flavor = "multi_thread")]
async fn told_to_wait_everybody_waits_edits_included() -> Result<()> {
    let room = Chatroom::open("stages=3,ms=3000").await?;
    for method in ["sendmessage", "editmessagetext", "editmessagemedia"] {
        for _ in 0..3 {
            room.telegram.fault(method, Fault::Wait(2));
        }
    }
    room.telegram.say(ADA, ADA, SENTENCE);
    room.video(ADA).await?;
    room.all_posted().await?;
    let refused = room.telegram.calls().iter().filter(|call| call.status == 429).count();
    ensure!((3..=9).contains(&refused), "{refused} calls were told to wait");
    // close() fails where a call came although it was told to wait.
    room.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storm_of_refusals_over_many_chats_loses_nothing() -> Result<()> {
    let room = Chatroom::open(QUICK).await?;
    for wait in 0..40 {
        room.telegram.fault("*", Fault::Wait(1 + wait % 3));
    }
    let people = ADA..ADA + 8;
    for person in people.clone() {
        room.telegram.say(person, person, SENTENCE);
    }
    for person in people.clone() {
        room.video(person).await?;
    }
    room.all_posted_of(8).await?;
    for person in people {
        let videos = room.telegram.written(person).iter().filter(|m| m.media.is_some()).count();
        assert_eq!(videos, 1);
    }
    let refused = room.telegram.calls().iter().filter(|call| call.status == 429).count();
    ensure!((20..=40).contains(&refused), "{refused} calls were told to wait");
    room.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_card_cannot_become_a_video_the_video_is_sent_beside_it() -> Result<()> {
    let room = Chatroom::open(QUICK).await?;
    // As a Bot API server of one's own says that is too old for it.
    let refused = "Bad Request: there is no media in the message to edit";
    room.telegram.fault("editmessagemedia", Fault::Answer(400, refused.into()));
    let asked = room.telegram.say(ADA, ADA, SENTENCE);
    let video = room.video(ADA).await?;
    assert_eq!(video.reply_to, Some(asked));
    assert_eq!(labels(&video), ["🔒 Again", "Script", "Captions", "Credits"]);
    assert_eq!(video.facts["supports_streaming"], true);
    room.all_posted().await?;
    let sent = room.telegram.calls_of("sendvideo");
    assert_eq!(sent.len(), 1, "{sent:?}");
    // The card says that it is done, and does not offer to cancel what is over.
    let ended = |shown: &Shown| shown.media.is_none() && shown.text.contains("· Done");
    let card = room.sees(ADA, "the card's end", ended).await?;
    ensure!(!labels(&card).contains(&"Cancel"), "{card:?}");
    room.close_excusing(&[refused]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_video_beside_its_card_is_sent_once_whatever_becomes_of_the_answer() -> Result<()> {
    let room = Chatroom::open(QUICK).await?;
    let refused = "Bad Request: there is no media in the message to edit";
    for _ in 0..2 {
        room.telegram.fault("editmessagemedia", Fault::Answer(400, refused.into()));
    }
    room.telegram.fault("sendvideo", Fault::CutAfter);
    room.telegram.say(ADA, ADA, SENTENCE);
    let ended = |shown: &Shown| shown.media.is_none() && shown.text.contains("· Done");
    let card = room.sees(ADA, "the card's end", ended).await?;
    room.all_posted().await?;
    // Whether it arrived is not known to the bot: the link is there all the same.
    ensure!(card.text.contains("Should it not be here") && card.text.contains("Watch"), "{card:?}");
    assert_eq!(room.telegram.calls_of("sendvideo").len(), 1);
    let videos = room.telegram.written(ADA).iter().filter(|shown| shown.media.is_some()).count();
    assert_eq!(videos, 1);
    room.close_excusing(&[refused]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_connections_and_bad_gateways_lose_nothing() -> Result<()> {
    let room = Chatroom::open(QUICK).await?;
    room.telegram.fault("sendmessage", Fault::Cut);
    room.telegram.fault("editmessagemedia", Fault::Cut);
    room.telegram.fault("editmessagemedia", Fault::CutAfter);
    room.telegram.fault("editmessagemedia", Fault::Answer(502, "Bad Gateway".into()));
    room.telegram.say(ADA, ADA, SENTENCE);
    room.video(ADA).await?;
    room.all_posted().await?;
    let videos = room.telegram.written(ADA).iter().filter(|shown| shown.media.is_some()).count();
    assert_eq!(videos, 1);
    room.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_shows_it_already_is_done_with() -> Result<()> {
    let mut room = Chatroom::empty().await?;
    // Too large for an upload: the end is words.
    room.telegram.upload_bytes_max(10);
    room.worker(QUICK).await?;
    room.bot("").await?;
    for _ in 0..2 {
        room.telegram.fault("editmessagetext", Fault::CutAfter);
    }
    room.telegram.say(ADA, ADA, SENTENCE);
    room.sees(ADA, "the end", |shown| shown.text.contains("too large")).await?;
    room.all_posted().await?;
    let edits = room.telegram.calls_of("editmessagetext");
    ensure!(edits.iter().any(|call| call.description.contains("not modified")), "{edits:#?}");
    ensure!(edits.len() <= 4, "{edits:#?}");
    room.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_card_is_left_alone_and_the_video_comes_all_the_same() -> Result<()> {
    let room = Chatroom::open("stages=2,ms=6000").await?;
    room.telegram.say(ADA, ADA, SENTENCE);
    let card = room.sees(ADA, "being made", |shown| shown.text.contains("Being made")).await?;
    room.telegram.delete(ADA, card.id);
    let video = room.video(ADA).await?;
    assert_ne!(video.id, card.id);
    room.all_posted().await?;
    let lost = room.telegram.calls().iter().filter(|call| call.status == 400).count();
    ensure!(lost <= 2, "{lost} calls about a message that is gone");
    room.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_blocks_the_bot_is_left_in_peace() -> Result<()> {
    let room = Chatroom::open("stages=3,ms=3000").await?;
    room.telegram.say(ADA, ADA, SENTENCE);
    room.sees(ADA, "being made", |shown| shown.text.contains("Being made")).await?;
    room.telegram.bar(ADA, Some((403, "Forbidden: bot was blocked by the user")));
    room.all_posted().await?;
    let blocked = room.telegram.calls().iter().filter(|call| call.status == 403).count();
    ensure!((1..=4).contains(&blocked), "{blocked} calls to somebody who blocked the bot");
    // Back again, they find their video.
    room.telegram.bar(ADA, None);
    room.telegram.say(ADA, ADA, "/history");
    room.sees(ADA, "the history", |shown| shown.text.contains("done, ")).await?;
    room.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_that_may_not_write_in_a_group_any_more_stops_trying() -> Result<()> {
    let room = Chatroom::open("stages=3,ms=3000").await?;
    let group = -10_005;
    room.telegram.say(group, ADA, &format!("/video {SENTENCE}"));
    room.sees(group, "being made", |shown| shown.text.contains("Being made")).await?;
    let why = "Bad Request: not enough rights to send text messages to the chat";
    room.telegram.bar(group, Some((400, why)));
    room.all_posted().await?;
    let refused = room.telegram.calls().iter().filter(|call| call.status == 400).count();
    ensure!((1..=4).contains(&refused), "{refused} calls");
    room.close_excusing(&["not enough rights"]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_that_is_thrown_out_of_a_group_is_not_heard_of_again() -> Result<()> {
    let room = Chatroom::open("stages=3,ms=3000").await?;
    let group = -10_006;
    room.telegram.say(group, ADA, &format!("/video {SENTENCE}"));
    room.sees(group, "being made", |shown| shown.text.contains("Being made")).await?;
    room.telegram.bar(group, Some((403, "Forbidden: bot was kicked from the supergroup chat")));
    room.all_posted().await?;
    let refused = room.telegram.calls().iter().filter(|call| call.status == 403).count();
    ensure!((1..=4).contains(&refused), "{refused} calls to a group that threw the bot out");
    // Who asked still has their video.
    room.telegram.say(ADA, ADA, "/history");
    room.sees(ADA, "the history", |shown| shown.text.contains("done, ")).await?;
    room.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_that_moves_takes_its_card_along() -> Result<()> {
    let room = Chatroom::open("stages=3,ms=3000").await?;
    let (group, moved) = (-5, -10_700);
    room.telegram.say(group, ADA, &format!("/video {SENTENCE}"));
    room.sees(group, "being made", |shown| shown.text.contains("Being made")).await?;
    room.telegram.migrate(group, moved);
    room.video(moved).await?;
    room.all_posted().await?;
    room.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn cards_are_edited_no_oftener_than_every_five_seconds() -> Result<()> {
    let room = Chatroom::open("stages=40,ms=500").await?;
    room.telegram.say(ADA, ADA, SENTENCE);
    room.video(ADA).await?;
    room.all_posted().await?;
    let edits = room.telegram.calls_of("editmessagetext");
    for pair in edits.windows(2) {
        let apart = pair[1].at.duration_since(pair[0].at);
        ensure!(apart >= Duration::from_millis(4_990), "{apart:?} between two edits");
    }
    ensure!(edits.len() >= 2, "{} edits in some 20 s", edits.len());
    room.close().await
}
