//! The stand-in for Telegram, held to a client that nobody here wrote: aiogram 3 logs in, polls,
//! sends, changes, uploads, answers, and is refused what Telegram refuses.

use std::io::Cursor;

use anyhow::{Context, Result, ensure};
use cutline_tests::{
    clients,
    process::Process,
    tasks::eventually,
    telegram::{Fault, TOKEN, TelegramServer},
    workspace_root,
};
use serde_json::json;

/// The smallest thing that begins as an MP4 does.
const MP4: &[u8] = b"\0\0\0\x18ftypisom\0\0\x02\0isomiso2";
const BOB: i64 = 9;

#[tokio::test(flavor = "multi_thread")]
async fn aiogram_meets_what_it_knows_from_telegram() -> Result<()> {
    let python = clients::folder("telegram", "venv/bin/python")?.join("venv/bin/python");
    let telegram = TelegramServer::start().await?;
    let folder = tempfile::tempdir()?;
    let video = folder.path().join("hearts.mp4");
    std::fs::write(&video, MP4)?;
    let mut jpeg = Vec::new();
    image::RgbImage::new(180, 320)
        .write_to(&mut Cursor::new(&mut jpeg), image::ImageFormat::Jpeg)?;
    std::fs::write(video.with_extension("jpg"), jpeg)?;
    let mut command = tokio::process::Command::new(python);
    command.arg(workspace_root().join("tests/clients/telegram/client.py"));
    command.args([&telegram.url(), TOKEN]).arg(&video);
    let mut client = Process::start("aiogram", command, folder.path().join("client.log"))?;

    client.says("logged in").await?;
    let photo = telegram.photo(b"0123456789".to_vec());
    telegram.say_with(BOB, BOB, json!({"photo": photo, "media_group_id": "g1"}));
    client.says("photo 10 g1").await?;
    telegram.say(BOB, BOB, "hello");
    client.says("limits").await?;
    let card = telegram.written(BOB).into_iter().next().context("a card")?;
    assert_eq!((card.text.as_str(), card.edits), ("K7Q2M9 · Being made", 1));
    let press = telegram.press(BOB, BOB, card.id, "Go on")?;
    client.says("no text").await?;
    let answer = eventually("an answer", async || Ok(telegram.answer_to(&press))).await?;
    assert_eq!(answer, ("Here it is".into(), true));
    let card = telegram.message(BOB, card.id)?;
    assert_eq!(card.text, "K7Q2M9 · Done");
    assert_eq!(
        (&card.facts["height"], &card.facts["supports_streaming"]),
        (&json!(1280), &json!(true))
    );
    ensure!(card.facts.contains_key("thumbnail"), "{card:?}");

    telegram.fault("sendmessage", Fault::Wait(1));
    telegram.fault("sendvideo", Fault::Answer(413, "Request Entity Too Large".into()));
    let blocked = "Forbidden: bot was blocked by the user".to_owned();
    telegram.say(BOB, BOB, "limits");
    client.says("told to wait").await?;
    telegram.fault("sendmessage", Fault::Answer(403, blocked));
    client.says("over").await?;
    let status = client.wait().await?;
    ensure!(status.success(), "{status}\n{}", client.last_words());
    Ok(())
}
