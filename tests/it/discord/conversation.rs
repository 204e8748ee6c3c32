//! A conversation from the question to the video, and everything around it.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use cutline_tests::{
    tasks::{eventually, within},
    world::Role,
};

use super::{EDITS_APART, SENTENCE, Town};

/// A render on a busy machine takes no longer.
const RENDER_MAX: Duration = Duration::from_secs(220);

#[tokio::test(flavor = "multi_thread")]
async fn a_sentence_becomes_a_video_in_the_same_channel() -> Result<()> {
    let mut town = Town::open().await?;
    town.bot("bot", "").await?;
    town.held_worker().await?;
    let asked = town.ask()?;
    let card = town.says(asked, SENTENCE).await?;
    // The stand-in takes no acknowledgement after three seconds.
    ensure!(town.discord.acknowledged(asked).is_some(), "acknowledged");
    assert!(card.buttons().iter().any(|(label, _)| label == "Cancel"), "{:?}", card.buttons());
    town.says(asked, " %").await?;
    // Once there are pictures, the card shows them; later edits leave them where they are.
    let shown = town.sheet(asked).await?;
    let sheet = town.discord.file(shown.id, "why-octopuses-have-three-hearts-sheet.jpg");
    image::load_from_memory(&sheet.context("its bytes")?)?;
    eventually("the card goes on", async || {
        Ok(town.discord.original(asked).filter(|later| later.edits > shown.edits))
    })
    .await?;
    assert_eq!(town.sheet(asked).await?.attachments, shown.attachments);
    assert_eq!(town.sheets_sent(), 1);
    town.let_go()?;

    let video = town.video(town.channel).await?;
    assert_eq!(video.files().len(), 1, "{video:?}");
    assert_eq!(video.reply_to, Some(card.id), "the video stands below its card");
    let labels: Vec<String> = video.buttons().into_iter().map(|(label, _)| label).collect();
    assert_eq!(labels, ["Watch", "🔒 Again", "Script", "Captions", "Credits"]);
    town.settled().await?;
    // The card stays, says that it is done, and leaves buttons and pictures to the video.
    let last = town.says(asked, "Done").await?;
    assert!(last.buttons().is_empty() && last.edits >= 2, "{last:?}");
    assert!(last.files().is_empty(), "{last:?}");
    assert_eq!(town.videos(town.channel).len(), 1);

    let edits: Vec<_> = town
        .discord
        .requests()
        .into_iter()
        .filter(|seen| seen.method == "PATCH" && seen.body.to_string().contains("▰"))
        .map(|seen| seen.at)
        .collect();
    // A little less: the database, whose clock counts, and this one may differ.
    for pair in edits.windows(2) {
        let apart = pair[1] - pair[0];
        ensure!(apart + Duration::from_millis(10) >= EDITS_APART, "{apart:?} between two edits");
    }
    ensure!(edits.len() >= 2, "{} edits", edits.len());
    assert_eq!(town.discord.invalid_requests(), 0);
    assert_eq!(town.discord.identifies(), [0], "no intent is asked for");
    town.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_real_pipelines_mp4_is_uploaded_and_decodes() -> Result<()> {
    let mut town = Town::open().await?;
    town.bot("bot", "").await?;
    let arguments = ["work", "--light", "--relay", "prompt"];
    let worker = town.world.launch("worker", "cutline-farm-under-test", Role::Farm, &arguments);
    worker.setting("CUTLINE_LOG_FORMAT", "text").start().await?;
    town.give_credits(1).await?;
    let sentence = "Why octopuses have three hearts in 15 seconds";
    town.discord.slash(town.ada, town.channel, "video", &[("sentence", sentence.into())])?;
    let message =
        within(RENDER_MAX, "the video", async || Ok(town.videos(town.channel).into_iter().next()))
            .await?;
    let (name, _) = message.files().into_iter().next().context("a file")?;
    let file = town.world.folder("home").join("hearts.mp4");
    std::fs::write(&file, town.discord.file(message.id, &name).context("its bytes")?)?;
    let file = file.to_str().context("a path")?;
    let qc = town.world.launch("qc", "cutline-farm-under-test", Role::Farm, &["qc", file]);
    let qc = qc.start().await?;
    assert!(town.world[qc].wait().await?.success(), "{}", town.world[qc].last_words());
    for (button, words) in
        [("Script", "Script:"), ("Captions", "Captions:"), ("Credits", "Pictures:")]
    {
        let pressed = town.discord.press(town.ada, message.id, button)?;
        let answer = town.says(pressed, words).await?;
        assert!(answer.is_ephemeral(), "{button}");
        let files = answer.files().len();
        assert_eq!(
            files,
            match button {
                "Script" => 1,
                "Captions" => 2,
                _ => 0,
            },
            "{button}"
        );
    }
    // Another take of it looks otherwise.
    town.discord.press(town.ada, message.id, "Again (1 credit)")?;
    within(RENDER_MAX, "another video", async || {
        Ok((town.videos(town.channel).len() == 2).then_some(()))
    })
    .await?;
    town.settled().await?;
    // Both cards had a sheet to show while they were made, and nothing is left of it.
    let owner = town.world.database().owner().await?;
    let sql = "SELECT count(*) FROM cutline.jobs WHERE sheet_token = fencing_token";
    assert_eq!(owner.query_one(sql, &[]).await?.get::<_, i64>(0), 2);
    eventually("the sheets are taken away", async || {
        let kept = cutline_tests::world::files_below(&town.world.folder("objects"));
        Ok((!kept.iter().any(|file| file.ends_with("running.jpg"))).then_some(()))
    })
    .await?;
    let [first, second] = sheets(&town).await?;
    // Another number of shots is another video. Many hooks of one sentence look alike: the whole is
    // looked at, and of that what somebody would see.
    if first.dimensions() == second.dimensions() {
        let pixels = first.pixels().zip(second.pixels());
        let differ = pixels
            .filter(|(one, other)| one.0.iter().zip(other.0).any(|(a, b)| a.abs_diff(b) > 24));
        let share = differ.count() as f64 / f64::from(first.width() * first.height());
        ensure!(share > 0.02, "only {:.1} % of the pictures is another", share * 100.0);
    }
    town.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn cancel_stops_the_real_pipeline_in_the_middle_of_its_render() -> Result<()> {
    let mut town = Town::open().await?;
    town.bot("bot", "").await?;
    let arguments = ["work", "--light", "--relay", "prompt"];
    let worker = town.world.launch("worker", "cutline-farm-under-test", Role::Farm, &arguments);
    worker.setting("CUTLINE_LOG_FORMAT", "text").start().await?;
    let asked = town.ask()?;
    let card = within(RENDER_MAX, "it is being painted", async || {
        Ok(town.discord.original(asked).filter(|card| card.text().contains("Painting and mixing")))
    })
    .await?;
    town.discord.press(town.ada, card.id, "Cancel")?;
    let pressed = std::time::Instant::now();
    eventually("the end is posted", async || {
        let messages = town.discord.messages(town.channel).into_iter();
        Ok(messages
            .filter(|m| m.reply_to == Some(card.id))
            .find(|m| m.text().contains("Called off")))
    })
    .await?;
    ensure!(pressed.elapsed() < Duration::from_secs(20), "{:?}", pressed.elapsed());
    town.settled().await?;
    assert!(town.videos(town.channel).is_empty());
    let owner = town.world.database().owner().await?;
    let sql = "SELECT count(*) FROM cutline.jobs WHERE state = 'cancelled' AND refunded";
    assert_eq!(owner.query_one(sql, &[]).await?.get::<_, i64>(0), 1);
    town.close().await
}

/// A still of every shot, of both videos.
async fn sheets(town: &Town) -> Result<[image::RgbImage; 2]> {
    let owner = town.world.database().owner().await?;
    let sql = "SELECT result ->> 'sheet' FROM cutline.jobs ORDER BY created_at";
    let mut found = Vec::new();
    for row in owner.query(sql, &[]).await? {
        let path = town.world.folder("objects").join(row.get::<_, String>(0));
        found.push(image::load_from_memory(&std::fs::read(path)?)?.to_rgb8());
    }
    found.try_into().map_err(|found: Vec<_>| anyhow::anyhow!("{} sheets", found.len()))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_large_becomes_a_link() -> Result<()> {
    let (town, _) = Town::running("stages=2,ms=600").await?;
    // Known beforehand, from the interaction; and found out, with 413.
    for found_out in [false, true] {
        let ada = town.discord.user("somebody");
        let channel = town.discord.channel(town.guild);
        if !found_out {
            town.discord.attachment_limit(town.guild, 10);
        } else {
            town.discord.attachment_limit(town.guild, 10 << 20);
        }
        town.discord.slash(ada, channel, "video", &[("sentence", SENTENCE.into())])?;
        town.discord.attachment_limit(town.guild, 10);
        let message = eventually("the link is posted", async || {
            let messages = town.discord.messages(channel).into_iter();
            Ok(messages.filter(|m| m.reply_to.is_some()).find(|m| m.text().contains("too large")))
        })
        .await?;
        assert!(message.files().is_empty());
        let (_, link) =
            message.buttons().into_iter().find(|(l, _)| l == "Watch").context("a link")?;
        assert!(link.starts_with("http") && link.len() <= 512, "{link}");
    }
    let too_large = |seen: &cutline_tests::discord::Seen| seen.status == 413;
    assert_eq!(town.discord.requests().iter().filter(|seen| too_large(seen)).count(), 1);
    town.settled().await?;
    town.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_video_is_called_off_by_its_button_and_asked_for_again() -> Result<()> {
    let (town, _) = Town::running("stages=2,ms=4000").await?;
    town.subscribe().await?;
    let asked = town.ask()?;
    let card = town.says(asked, " %").await?;
    let pressed = town.discord.press(town.ada, card.id, "Cancel")?;
    let ended = eventually("the end is posted", async || {
        let messages = town.discord.messages(town.channel).into_iter();
        Ok(messages
            .filter(|m| m.reply_to == Some(card.id))
            .find(|m| m.text().contains("Called off")))
    })
    .await?;
    // The card is drawn in its turn and never under the press's token: that could come too late.
    let by_press = format!(".{pressed}.");
    let drawn = town.discord.requests().into_iter();
    let drawn = drawn.filter(|seen| seen.method == "PATCH" && seen.path.contains(&by_press));
    assert_eq!(drawn.count(), 0);
    // Again is another job with a card of its own; a stranger is told that it is none of theirs.
    let stranger = town.discord.user("eve");
    let refused = town.discord.press(stranger, ended.id, "Again")?;
    eventually("eve alone is told", async || {
        let told = town.discord.answers(refused);
        Ok(told.iter().any(|m| m.is_ephemeral() && m.text().contains("no video")).then_some(()))
    })
    .await
    .with_context(|| format!("{:?}", town.discord.answers(refused)))?;
    let again = town.discord.press(town.ada, ended.id, "Again")?;
    town.says(again, SENTENCE).await?;
    town.video(town.channel).await?;
    town.settled().await?;
    assert_eq!(town.jobs().await?, 2);
    town.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn it_works_in_threads_in_direct_messages_and_where_only_the_user_has_it() -> Result<()> {
    let (town, _) = Town::running("stages=1,ms=200").await?;
    let thread = town.discord.thread(town.guild, town.channel);
    let direct = town.discord.bot_dm(town.ada);
    let (bea, cem) = (town.discord.user("bea"), town.discord.user("cem"));
    town.discord.install(cem);
    let (friends, foreign) = (town.discord.private_dm(cem), town.discord.guild());
    town.discord.membership(foreign, false);
    let foreign = town.discord.channel(foreign);
    let dan = town.discord.user("dan");
    town.discord.install(dan);
    for (who, place) in [(bea, thread), (town.ada, direct), (cem, friends), (dan, foreign)] {
        town.discord.slash(who, place, "video", &[("sentence", SENTENCE.into())])?;
        let video = town.video(place).await?;
        assert_eq!(town.videos(place).len(), 1);
        // Where the bot itself may not speak, the card becomes the video.
        let in_place = place == friends || place == foreign;
        assert_eq!(video.interaction.is_some(), in_place, "{video:?}");
        assert!(video.buttons().iter().any(|(label, _)| label == "Script"), "{video:?}");
    }
    town.settled().await?;
    assert_eq!(town.discord.invalid_requests(), 0, "nothing is tried that is known to be refused");
    town.close().await
}
