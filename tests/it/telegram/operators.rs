//! Operators in the chat: the same words as on the command line, audited, and asked again before
//! anything is taken away.

use anyhow::{Result, ensure};
use cutline_tests::tasks::eventually;
use serde_json::json;

use super::{ADA, Chatroom, QUICK, SENTENCE, labels, reference};
use crate::operators::{DRAIN, Log, VERBS, Verb, about};

/// The operator of the tests' bots.
const BOSS: i64 = 1;

#[tokio::test(flavor = "multi_thread")]
async fn what_takes_away_is_asked_about_and_done_once() -> Result<()> {
    let mut room = Chatroom::empty().await?;
    let first = room.bot("").await?;
    room.telegram.say(ADA, ADA, "/plan");
    room.sees(ADA, "the plan", |shown| shown.text.contains("Free")).await?;
    room.telegram.say(BOSS, BOSS, "/admin credits telegram:42 5 goodwill");
    room.sees(BOSS, "given", |shown| shown.text.contains('5')).await?;
    room.telegram.say(BOSS, BOSS, "/admin ban telegram:42 spam");
    let question =
        room.sees(BOSS, "a question", |shown| labels(shown) == ["Do it", "Leave it"]).await?;
    let banned = "SELECT count(*) FROM cutline.accounts WHERE ban_reason IS NOT NULL";
    assert_eq!(room.number(banned).await?, 0);
    // The question outlives the bot; somebody else's yes is none.
    room.world[first].kill().await?;
    room.bot("").await?;
    let forged = question.buttons[0][0].1.clone();
    let press = room.telegram.press_data(BOSS, ADA, question.id, &forged);
    let (words, _) = room.pressed(&press).await?;
    ensure!(words.contains("Only operators"), "{words}");
    assert_eq!(room.number(banned).await?, 0);
    let press = room.telegram.press(BOSS, BOSS, question.id, "Do it")?;
    room.pressed(&press).await?;
    assert_eq!(room.number(banned).await?, 1);
    let answer = room.telegram.message(BOSS, question.id)?;
    ensure!(answer.buttons.is_empty() && !answer.text.contains("Do this?"), "{answer:?}");
    let press = room.telegram.press_data(BOSS, BOSS, question.id, &forged);
    let (words, _) = room.pressed(&press).await?;
    ensure!(words.contains("answered already"), "{words}");
    // Who has Telegram in Spanish rules in Spanish.
    for (said, answered) in [
        ("/admin queues", "Colas\nNada espera"),
        ("/admin account telegram:42", "BLOQUEADO: spam"),
        ("/admin drain", "¿Qué máquina?"),
        ("/admin maintenance on Ya", "¿Hacer esto?"),
    ] {
        let asked = room.telegram.say_with(BOSS, BOSS, json!({"text": said, "language": "es"}));
        let answer = room.sees(BOSS, said, |shown| shown.reply_to == Some(asked)).await?;
        ensure!(answer.text.contains(answered), "{}", answer.text);
        let is_question = labels(&answer) == ["Hazlo", "Déjalo"];
        assert_eq!(is_question, answered.starts_with("¿Hacer"), "{answer:?}");
    }
    let audited = "SELECT count(*) FROM cutline.audit_log WHERE actor = 'telegram:1'";
    eventually("it is in the audit log", async || {
        Ok((room.number(audited).await? >= 2).then_some(()))
    })
    .await?;
    room.close().await
}

/// Somebody who is no operator says it, then the operator does, and means it.
async fn said_by_both(room: &Chatroom, log: &mut Log, verb: &Verb, job: &str) -> Result<()> {
    let text = format!("/admin {}", about(verb.words, "telegram:42", job));
    let asked = room.telegram.say(ADA, ADA, &text);
    let answer = room.sees(ADA, &text, |shown| shown.reply_to == Some(asked)).await?;
    ensure!(answer.text.contains("Only operators"), "{text}: {}", answer.text);
    ensure!(answer.buttons.is_empty(), "{text}: nothing to confirm");
    let asked = room.telegram.say(BOSS, BOSS, &text);
    let answer = room.sees(BOSS, &text, |shown| shown.reply_to == Some(asked)).await?;
    assert_eq!(labels(&answer) == ["Do it", "Leave it"], verb.asked, "{text}: {}", answer.text);
    if verb.asked {
        log.is_silent(verb).await?;
        let press = room.telegram.press(BOSS, BOSS, answer.id, "Do it")?;
        room.pressed(&press).await?;
    }
    log.tells(verb, "telegram:1").await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_verb_is_the_operators_alone_and_in_the_audit_log() -> Result<()> {
    let mut room = Chatroom::empty().await?;
    room.bot("").await?;
    // Without a worker the job waits, and is there to be looked at.
    room.telegram.say(ADA, ADA, SENTENCE);
    let card = room.sees(ADA, "a card", |shown| labels(shown) == ["Cancel"]).await?;
    let job = reference(&card)?;
    let mut log = Log::open(room.world.database().owner().await?).await?;
    for verb in &VERBS {
        said_by_both(&room, &mut log, verb, &job).await?;
    }
    // The cancelled job was tried again: a worker makes its video, and is then sent home.
    room.worker(QUICK).await?;
    room.all_posted_of(2).await?;
    said_by_both(&room, &mut log, &DRAIN, &job).await?;
    room.close().await
}
