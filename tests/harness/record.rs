//! `cutline-tests record conversation`: one video asked for in Discord and one in Telegram, of the
//! real bots and the real worker, against the stand-ins; written into the README as text and into
//! `docs` as a picture. What is recorded is what the stand-ins show, with the seconds it took.

mod canvas;
mod moments;
mod picture;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use image::RgbaImage;

use self::{
    moments::{Seen, Tape},
    picture::Chat,
};
use crate::{
    discord::{Discord, Id},
    servers::{Servers, variable},
    tasks::within,
    telegram::{TOKEN, TelegramServer},
    world::{Role, World},
};

/// What is asked for in Discord.
const ASKED: &str = "Why octopuses have three hearts in 20 seconds";
/// What is asked for in Telegram, by somebody who has it in Spanish.
const ASKED_IN_SPANISH: &str = "Por qué los pulpos tienen tres corazones en 20 segundos";
/// Ada in Telegram, and her private chat.
const ADA: i64 = 42;
/// Where links lead.
const HOME: &str = "https://videos.example.org";
/// A video takes no longer, on the slowest machine.
const VIDEO_MAX: Duration = Duration::from_secs(1200);
/// The README's lines around what is recorded.
const BEGIN: &str = "<!-- cutline-tests record conversation -->";
const END: &str = "<!-- end of the recording -->";

/// Records, with servers in `folder`, and writes into `root`'s README.md and docs/card.png. With
/// `light`, the worker has no language model.
///
/// # Errors
/// When something does not start, or a conversation does not end with a video.
pub async fn conversation(folder: PathBuf, root: &Path, light: bool) -> Result<()> {
    let servers = Servers::private(folder).await?;
    let mut world = World::builder().servers(servers.clone()).start().await?;
    let recorded = record(&mut world, light).await;
    if recorded.is_err() {
        tracing::error!("{}", world.last_words());
    }
    drop(world);
    servers.end().await?;
    let recorded = recorded?;
    std::fs::write(root.join("docs/card.png"), recorded.picture)?;
    let readme = root.join("README.md");
    let text = std::fs::read_to_string(&readme)?;
    let (before, rest) = text.split_once(BEGIN).context("where the recording begins")?;
    let (_, after) = rest.split_once(END).context("where the recording ends")?;
    std::fs::write(readme, format!("{before}{BEGIN}\n{}\n{END}{after}", recorded.text))?;
    Ok(())
}

struct Recorded {
    text: String,
    picture: Vec<u8>,
}

async fn record(world: &mut World, light: bool) -> Result<Recorded> {
    let mut arguments = vec!["work", "--relay", "prompt"];
    arguments.extend(light.then_some("--light"));
    let data = data_folder()?;
    let worker = world.launch("worker", "cutline-farm-under-test", Role::Farm, &arguments);
    worker.setting("CUTLINE_DATA_DIR", &data).setting("CUTLINE_LOG_FORMAT", "text").start().await?;
    let discord = Discord::start().await?;
    let telegram = TelegramServer::start().await?;
    let mut bot = world.bots("discord", &["discord"]).setting("CUTLINE_PUBLIC_URL", HOME);
    for (variable, value) in discord.settings() {
        bot = bot.setting(variable, &value);
    }
    bot.start().await?;
    let bot = world.bots("telegram", &["telegram"]).setting("CUTLINE_TELEGRAM_TOKEN", TOKEN);
    let bot = bot.setting("CUTLINE_TELEGRAM_API_URL", &telegram.url());
    bot.setting("CUTLINE_PUBLIC_URL", HOME).start().await?;
    discord.connected(1).await?;
    let (left, in_discord) = in_discord(world, &discord).await?;
    let (right, in_telegram) = in_telegram(world, &telegram).await?;
    discord.finish()?;
    ensure!(telegram.invalid().is_empty(), "{:?}", telegram.invalid());
    let text = format!(
        "```\n{}```\n\nIn Telegram the card itself becomes the video. Ada has hers in Spanish here:\n\n\
         ```\n{}```",
        left.text(),
        right.text()
    );
    let picture = picture::draw(
        &of_tape(&left, &format!("/video sentence: {ASKED}"), &in_discord)?,
        &of_tape(&right, ASKED_IN_SPANISH, &in_telegram)?,
    )?;
    Ok(Recorded { text, picture })
}

/// Where voices and pictures are on this machine: the world's own folder has none.
fn data_folder() -> Result<String> {
    let config = cutline_farm::config::Config::from_lookup(variable)?;
    let folder = config.paths.data_dir;
    ensure!(folder.join("kokoro").exists(), "deploy/setup first: no voice in {}", folder.display());
    Ok(folder.display().to_string())
}

async fn in_discord(world: &mut World, discord: &Discord) -> Result<(Tape, RgbaImage)> {
    let (ada, guild) = (discord.user("ada"), discord.guild());
    let channel = discord.channel(guild);
    let look = discord.slash(ada, channel, "plan", &[])?;
    discord.answer(look).await?;
    beginner(world, &format!("discord:{ada}")).await?;
    let mut tape = Tape::begin(&format!("/video sentence: {ASKED}"));
    let asked = discord.slash(ada, channel, "video", &[("sentence", ASKED.into())])?;
    let done = within(VIDEO_MAX, "the video in Discord", async || {
        watch_discord(&mut tape, discord, channel, asked);
        let messages = discord.messages(channel).into_iter();
        let card = discord.original(asked).is_some_and(|card| card.text().contains("Done"));
        Ok(messages.into_iter().find(|message| card && Seen::of_discord(message).shows_a_video()))
    })
    .await?;
    tape.does("presses Script");
    let pressed = discord.press(ada, done.id, "Script")?;
    let answer = discord.answer(pressed).await?;
    tape.look(answer.id.into(), Seen::of_discord(&answer));
    Ok((tape, poster(world, "discord").await?))
}

fn watch_discord(tape: &mut Tape, discord: &Discord, channel: Id, asked: Id) {
    let Some(card) = discord.original(asked) else { return };
    let mut messages = discord.messages(channel);
    messages.retain(|message| message.id != card.id && message.id > asked);
    messages.insert(0, card);
    for message in messages.iter().filter(|message| !message.is_loading()) {
        tape.look(message.id.into(), Seen::of_discord(message));
    }
}

async fn in_telegram(world: &mut World, telegram: &TelegramServer) -> Result<(Tape, RgbaImage)> {
    let says = |text: &str| {
        telegram.say_with(ADA, ADA, serde_json::json!({"text": text, "language": "es"}))
    };
    let answered = async |asked: i64| {
        within(VIDEO_MAX, "an answer", async || {
            Ok(telegram.written(ADA).into_iter().find(|shown| shown.reply_to == Some(asked)))
        })
        .await
    };
    answered(says("/plan")).await?;
    beginner(world, &format!("telegram:{ADA}")).await?;
    let mut tape = Tape::begin(ASKED_IN_SPANISH);
    let asked = says(ASKED_IN_SPANISH);
    let done = within(VIDEO_MAX, "the video in Telegram", async || {
        let mut written = telegram.written(ADA);
        written.retain(|shown| shown.id > asked);
        for shown in &written {
            let bytes = shown.media.as_ref().and_then(|(_, file)| telegram.file(file));
            let bytes = bytes.map(|bytes| bytes.len() as u64);
            tape.look(shown.id.into(), Seen::of_telegram(shown, bytes));
        }
        // The notice comes last.
        let mut pieces = written.iter().filter(|shown| shown.media.is_some());
        let video = pieces.find(|shown| Seen::of_telegram(shown, Some(0)).shows_a_video());
        Ok(video.filter(|_| written.len() > 1).cloned())
    })
    .await?;
    tape.does("presses Guion");
    let last = telegram.messages(ADA).last().map_or(0, |shown| shown.id);
    telegram.press(ADA, ADA, done.id, "Guion")?;
    let answer = within(VIDEO_MAX, "a script", async || {
        Ok(telegram.written(ADA).into_iter().find(|shown| shown.id > last))
    })
    .await?;
    tape.look(answer.id.into(), Seen::of_telegram(&answer, None));
    Ok((tape, poster(world, "telegram").await?))
}

/// Puts somebody on the Beginner plan: a second video a month, and the large picture.
async fn beginner(world: &mut World, person: &str) -> Result<()> {
    let user = tokio::process::Command::new("id").arg("-un").output().await?;
    let operator = format!("console:{}", String::from_utf8(user.stdout)?.trim());
    let words = ["admin", "plan", person, "beginner", "recording"];
    let name = format!("plan of {person}");
    let id = world.bots(&name, &words).setting("CUTLINE_OPERATORS", &operator).start().await?;
    let ended = world[id].wait().await?;
    ensure!(ended.success(), "{}", world[id].last_words());
    Ok(())
}

/// The poster of the only video of a platform.
async fn poster(world: &World, platform: &str) -> Result<RgbaImage> {
    let owner = world.database().owner().await?;
    let sql = "SELECT result ->> 'poster' FROM cutline.jobs WHERE origin ->> 'platform' = $1";
    let key: String = owner.query_one(sql, &[&platform]).await?.get(0);
    let path = world.folder("objects").join(key);
    Ok(image::load_from_memory(&std::fs::read(path)?)?.to_rgba8())
}

/// What is drawn of a recorded conversation.
fn of_tape<'a>(tape: &'a Tape, asked: &'a str, poster: &'a RgbaImage) -> Result<Chat<'a>> {
    let seen = || tape.moments.iter().filter_map(|moment| moment.seen.as_ref());
    let bar = |seen: &&Seen| seen.lines.iter().any(|line| line.contains('▰'));
    let done = seen().position(Seen::shows_a_video).context("a video")?;
    Ok(Chat {
        asked,
        under_way: seen().rfind(bar).context("a bar")?,
        done: seen().nth(done).context("a video")?,
        poster,
        notice: seen().skip(done + 1).find(|seen| seen.buttons.is_empty() && seen.lines.is_empty()),
    })
}
