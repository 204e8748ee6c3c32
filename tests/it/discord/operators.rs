//! Operators' commands in Discord: for those on the list, audited, confirmed where they take something.

use anyhow::Result;
use cutline_tests::tasks::eventually;

use super::Town;

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
    let confirmed = town.discord.press(town.ada, question.id, "Yes")?;
    eventually("eve is banned", async || {
        let owner = town.world.database().owner().await?;
        let sql = "SELECT count(*) FROM cutline.accounts WHERE ban_reason IS NOT NULL";
        Ok((owner.query_one(sql, &[]).await?.get::<_, i64>(0) == 1).then_some(()))
    })
    .await?;
    let answered = town.discord.answer(confirmed).await?;
    assert!(answered.buttons().is_empty() || answered.id == question.id, "{answered:?}");
    let refused =
        town.discord.slash(eve, town.channel, "video", &[("sentence", super::SENTENCE.into())])?;
    eventually("eve is told why", async || {
        Ok(town.discord.answers(refused).iter().any(|m| m.text().contains("spam")).then_some(()))
    })
    .await?;
    assert!(audited(&town).await? >= 1);
    town.close().await
}
