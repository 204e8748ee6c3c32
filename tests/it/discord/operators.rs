//! Operators' commands in Discord: for those on the list, audited, confirmed where they take
//! something.

use anyhow::{Context, Result, ensure};
use cutline_tests::{
    discord::{Given, Id},
    tasks::eventually,
};

use super::{SENTENCE, Town};
use crate::operators::{DRAIN, Log, VERBS, Verb, about};

async fn audited(town: &Town) -> Result<i64> {
    let owner = town.world.database().owner().await?;
    let sql = "SELECT count(*) FROM cutline.audit_log WHERE actor LIKE 'discord:%'";
    Ok(owner.query_one(sql, &[]).await?.get(0))
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_rule_and_others_are_told_that_they_do_not() -> Result<()> {
    let (mut town, bot) = Town::running("stages=1,ms=20").await?;
    let eve = town.discord.user("eve");
    for (command, given) in
        [("admin queues", vec![]), ("admin ban", vec![("person_named", "discord:1".into())])]
    {
        let asked = town.discord.slash(eve, town.channel, command, &given)?;
        let answer = town.discord.answer(asked).await?;
        assert!(answer.is_ephemeral() && answer.text().contains("operators"), "{}", answer.text());
        assert!(answer.buttons().is_empty(), "nothing to confirm");
    }
    let looks: [(&str, &str); 5] = [
        ("admin queues", "jobs.standard"),
        ("admin farm", "worker"),
        ("admin dead list", ""),
        ("admin formats", ""),
        ("admin spend", ""),
    ];
    for (command, words) in looks {
        let asked = town.discord.slash(town.ada, town.channel, command, &[])?;
        let answer = town.discord.answer(asked).await?;
        assert!(answer.is_ephemeral() && answer.text().contains(words), "{}", answer.text());
    }
    // What takes something away is asked about; the question survives a restart and works once.
    let given =
        [("person_named", format!("discord:{eve}").as_str().into()), ("reason", "spam".into())];
    town.discord.slash(eve, town.channel, "plan", &[])?;
    let asked = town.discord.slash(town.ada, town.channel, "admin ban", &given)?;
    let question = town.says(asked, "Do this?").await?;
    town.world[bot].end(std::time::Duration::from_secs(30)).await?;
    town.bot("second", "").await?;
    let confirmed = town.discord.press(town.ada, question.id, "Do it")?;
    eventually("eve is banned", async || {
        let owner = town.world.database().owner().await?;
        let sql = "SELECT count(*) FROM cutline.accounts WHERE ban_reason IS NOT NULL";
        Ok((owner.query_one(sql, &[]).await?.get::<_, i64>(0) == 1).then_some(()))
    })
    .await?;
    let answered = town.discord.answer(confirmed).await?;
    assert!(answered.buttons().is_empty() || answered.id == question.id, "{answered:?}");
    let refused =
        town.discord.slash(eve, town.channel, "video", &[("sentence", SENTENCE.into())])?;
    eventually("eve is told why", async || {
        Ok(town.discord.answers(refused).iter().any(|m| m.text().contains("spam")).then_some(()))
    })
    .await?;
    assert!(audited(&town).await? >= 1);
    town.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_dead_bot_was_told_to_do_is_done_by_the_next_press() -> Result<()> {
    let mut town = Town::open().await?;
    let first = town.bot("first", "chat.before_confirmed=1*return").await?;
    let eve = town.discord.user("eve");
    let look = town.discord.slash(eve, town.channel, "plan", &[])?;
    town.says(look, "Free").await?;
    let given =
        [("person_named", format!("discord:{eve}").as_str().into()), ("reason", "spam".into())];
    let asked = town.discord.slash(town.ada, town.channel, "admin ban", &given)?;
    let question = town.says(asked, "Do this?").await?;
    town.discord.press(town.ada, question.id, "Do it")?;
    town.world[first].wait().await?;
    town.bot("second", "").await?;
    // Somebody may still be at it: the next press is told so, and nothing is lost.
    let pressed = town.discord.press(town.ada, question.id, "Do it")?;
    let told = async |pressed, words: &str| {
        eventually(words, async || {
            let told = town.discord.answers(pressed);
            Ok(told.iter().any(|m| m.text().contains(words)).then_some(()))
        })
        .await
    };
    told(pressed, "being done already").await?;
    let owner = town.world.database().owner().await?;
    // Nobody waits half a minute: what is written down says that it is over.
    let sql = "UPDATE cutline.chat_questions SET held_until = '-infinity'";
    assert_eq!(owner.execute(sql, &[]).await?, 1);
    town.discord.press(town.ada, question.id, "Do it")?;
    eventually("the question becomes its answer", async || {
        let shown = town.discord.original(asked);
        Ok(shown.is_some_and(|message| !message.text().contains("Do this?")).then_some(()))
    })
    .await?;
    let sql = "SELECT (SELECT count(*) FROM cutline.accounts WHERE ban_reason = 'spam'),
                      (SELECT count(*) FROM cutline.chat_questions)";
    let row = owner.query_one(sql, &[]).await?;
    assert_eq!((row.get::<_, i64>(0), row.get::<_, i64>(1)), (1, 0));
    town.close().await
}

/// Somebody who is no operator uses it, then the operator does, and means it.
async fn used_by_both(
    town: &Town,
    log: &mut Log,
    verb: &Verb,
    (bea, job): (Id, &str),
) -> Result<()> {
    let command = format!("admin {}", verb.command());
    let person = format!("discord:{bea}");
    let texts: Vec<(&str, String)> =
        verb.options.iter().map(|(name, text)| (*name, about(text, &person, job))).collect();
    let given = || -> Result<Vec<(&str, Given)>> {
        let value = |name: &str, text: &str| {
            anyhow::Ok(match name {
                "amount" => Given::from(text.parse::<i64>()?),
                "on" => Given::Value(text.parse::<bool>()?.into()),
                _ => Given::from(text),
            })
        };
        texts.iter().map(|(name, text)| Ok((*name, value(name, text)?))).collect()
    };
    let asked = town.discord.slash(bea, town.channel, &command, &given()?)?;
    let answer = town.discord.answer(asked).await?;
    ensure!(answer.text().contains("Only operators"), "{command}: {}", answer.text());
    ensure!(answer.is_ephemeral() && answer.buttons().is_empty(), "{command}: {answer:?}");
    let asked = town.discord.slash(town.ada, town.channel, &command, &given()?)?;
    let answer = town.discord.answer(asked).await?;
    let is_question = answer.buttons().iter().any(|(label, _)| label == "Do it");
    assert_eq!(is_question, verb.asked, "{command}: {}", answer.text());
    if verb.asked {
        log.is_silent(verb).await?;
        town.discord.press(town.ada, answer.id, "Do it")?;
    }
    log.tells(verb, &town.ada_named()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_verb_is_the_operators_alone_and_in_the_audit_log() -> Result<()> {
    let mut town = Town::open().await?;
    town.bot("bot", "").await?;
    // Without a worker the job waits, and is there to be looked at.
    let bea = town.discord.user("bea");
    let sentence = [("sentence", SENTENCE.into())];
    let asked = town.discord.slash(bea, town.channel, "video", &sentence)?;
    let card = town.says(asked, SENTENCE).await?;
    let footer = card.embeds[0]["footer"]["text"].as_str().context("a footer")?;
    let job = footer.split(' ').next().context("a reference")?.to_owned();
    let mut log = Log::open(town.world.database().owner().await?).await?;
    for verb in &VERBS {
        used_by_both(&town, &mut log, verb, (bea, &job)).await?;
    }
    // The cancelled job was tried again: a worker makes its video, and is then sent home.
    town.worker("stages=1,ms=20").await?;
    town.settled().await?;
    assert_eq!(town.jobs().await?, 2);
    for (command, option, meant) in [
        ("admin job", "reference", job.as_str()),
        ("admin drain", "worker", "worker"),
        ("admin dead replay", "which", "all"),
    ] {
        let typed = town.discord.typing(town.ada, town.channel, command, (option, meant))?;
        let suggested = town.discord.suggestions(typed).await?;
        ensure!(suggested.iter().any(|(_, what)| what == meant), "{command}: {suggested:?}");
        // It is not for others to see what there is.
        let typed = town.discord.typing(bea, town.channel, command, (option, ""))?;
        assert_eq!(town.discord.suggestions(typed).await?, [], "{command}");
    }
    used_by_both(&town, &mut log, &DRAIN, (bea, &job)).await?;
    town.close().await
}
