//! Words as people see them: what somebody wrote shows as it is, and the bot speaks as they do.

use anyhow::Result;
use cutline_tests::tasks::eventually;
use serde_json::Value;

use super::Town;

#[tokio::test(flavor = "multi_thread")]
async fn hostile_words_are_shown_as_they_are_and_ping_nobody() -> Result<()> {
    let (town, _) = Town::running("stages=1,ms=20").await?;
    town.subscribe().await?;
    for (sentence, shown) in [
        (
            "@everyone **bold** <@1> [x](https://evil.test)",
            r"\@everyone \*\*bold\*\* \<\@1> \[x\](https\://evil.test)",
        ),
        ("# Title of a > quote ||spoiler||", r"\# Title of a > quote \|\|spoiler\|\|"),
    ] {
        let asked = town.discord.slash(
            town.ada,
            town.channel,
            "video",
            &[("sentence", sentence.into())],
        )?;
        town.says(asked, shown).await?;
    }
    let zalgo = format!("Z{}algo rises over the bees", "\u{301}\u{302}\u{303}".repeat(40));
    town.discord.slash(town.ada, town.channel, "video", &[("sentence", zalgo.as_str().into())])?;
    let emoji = town.discord.write(town.ada, town.channel, &"👩‍👩‍👧".repeat(500), &[]);
    let asked = town.discord.context(town.ada, emoji, "Make a video of this")?;
    eventually("four thousand emoji are refused kindly", async || {
        Ok(town.discord.answers(asked).iter().any(|m| m.is_ephemeral()).then_some(()))
    })
    .await?;
    town.settled().await?;
    for seen in town.discord.requests() {
        let body = seen.body.get("data").unwrap_or(&seen.body);
        if body.get("embeds").is_some() {
            assert_eq!(body["allowed_mentions"]["parse"], Value::Array(vec![]), "{seen:?}");
        }
    }
    town.close().await
}
