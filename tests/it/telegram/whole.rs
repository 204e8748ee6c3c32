//! Whole conversations.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use cutline_tests::{tasks::eventually, world::Role};
use serde_json::json;

use super::{ADA, Chatroom, QUICK, SENTENCE, labels, reference};

#[tokio::test(flavor = "multi_thread")]
async fn a_message_becomes_an_mp4_that_decodes_posted_by_upload() -> Result<()> {
    let telegram = cutline_tests::telegram::TelegramServer::start().await?;
    let mut room = Chatroom { world: cutline_tests::World::start().await?, telegram, bots: 0 };
    let arguments = ["work", "--light", "--relay", "prompt"];
    let worker = room.world.launch("worker", "cutline-farm-under-test", Role::Farm, &arguments);
    worker.setting("CUTLINE_LOG_FORMAT", "text").start().await?;
    room.bot("").await?;
    let asked = room.telegram.say(ADA, ADA, &format!("{SENTENCE} in 15 seconds"));

    let card = room.sees(ADA, "a card", |shown| labels(shown) == ["Cancel"]).await?;
    assert_eq!(card.reply_to, Some(asked));
    let video = tokio::time::timeout(Duration::from_secs(420), async {
        loop {
            match room.video(ADA).await {
                Err(error) if room.jobs().await? == 0 => return Err(error),
                Err(_) => {}
                found => return found,
            }
        }
    })
    .await??;
    // The card itself became the video, with what players want to know.
    assert_eq!(video.id, card.id);
    assert_eq!(labels(&video), ["🔒 Again", "Script", "Captions", "Credits"]);
    let facts = &video.facts;
    assert_eq!((&facts["width"], &facts["height"]), (&json!(720), &json!(1280)));
    assert_eq!(facts["supports_streaming"], json!(true));
    ensure!(facts["thumbnail"].as_u64() > Some(500), "{facts:?}");
    let seconds = facts["duration"].as_u64().context("a duration")?;
    ensure!((10..=35).contains(&seconds), "{seconds} s");

    // The file that was uploaded passes the gate, which decodes it.
    let (_, file) = video.media.clone().context("a file")?;
    let bytes = room.telegram.file(&file).context("its bytes")?;
    let path = room.world.folder("home").join("got.mp4");
    std::fs::write(&path, &bytes)?;
    let path = path.to_str().context("a path")?;
    let qc = room.world.launch("qc", "cutline-farm-under-test", Role::Farm, &["qc", path]);
    let qc = qc.start().await?;
    assert!(room.world[qc].wait().await?.success(), "{}", room.world[qc].last_words());

    // One short message says so, because a change notifies nobody.
    let told = room.sees(ADA, "a notice", |shown| shown.text.contains("is ready")).await?;
    assert_eq!(told.reply_to, Some(video.id));
    room.all_posted().await?;
    room.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_over_the_limit_becomes_a_link() -> Result<()> {
    let mut room = Chatroom::empty().await?;
    room.telegram.upload_bytes_max(10);
    room.worker(QUICK).await?;
    let public = [("CUTLINE_PUBLIC_URL", "https://videos.example.org")];
    room.bot_with("", &public).await?;
    room.telegram.say(ADA, ADA, SENTENCE);
    let done = room.sees(ADA, "the end", |shown| shown.text.contains("too large")).await?;
    assert!(done.media.is_none());
    let (label, link) = done.buttons[0][0].clone();
    assert_eq!(label, "Watch");
    assert!(link.starts_with("https://videos.example.org/v/"), "{link}");
    room.all_posted().await?;
    room.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn cancel_by_button_stops_a_job_that_is_being_made() -> Result<()> {
    let mut room = Chatroom::empty().await?;
    room.held_worker().await?;
    room.bot("").await?;
    room.telegram.say(ADA, ADA, SENTENCE);
    // A picture has a caption for its words, and keeps it to the end.
    let card = room.sheet(ADA).await?;
    assert!(card.text.contains("Being made") && labels(&card) == ["Cancel"], "{card:?}");
    let press = room.telegram.press(ADA, ADA, card.id, "Cancel")?;
    // A worker may have let go of it before the press is answered.
    let (told, alert) = room.pressed(&press).await?;
    assert!(alert && ["Being called off.", "Called off."].contains(&told.as_str()), "{told:?}");
    let over = room.sees(ADA, "called off", |shown| shown.text.contains("Called off.")).await?;
    assert_eq!(over.id, card.id);
    assert!(over.text.contains("does not count towards this month"), "{}", over.text);
    // The old button is pressed again: it says how things stand and breaks nothing.
    let press =
        room.telegram.press_data(ADA, ADA, card.id, &format!("cancel:{}", reference(&over)?));
    let (told, _) = room.pressed(&press).await?;
    assert_eq!(told, "There was nothing left to call off.");
    room.all_posted().await?;
    // Who called it off need not be told that it is over.
    assert_eq!(room.telegram.written(ADA).len(), 1);
    room.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn again_makes_another_take_and_script_captions_and_credits_answer() -> Result<()> {
    let mut room = Chatroom::open(QUICK).await?;
    room.plan(ADA, "professional").await?;
    room.telegram.say(ADA, ADA, SENTENCE);
    let first = room.video(ADA).await?;
    for label in ["Script", "Captions", "Credits"] {
        let press = room.telegram.press(ADA, ADA, first.id, label)?;
        room.pressed(&press).await?;
        let heading = format!("{} · {label}", reference(&first)?);
        let answer = room.sees(ADA, label, |shown| shown.text.starts_with(&heading)).await?;
        assert_eq!(answer.reply_to, Some(first.id));
    }
    let documents = room.telegram.calls_of("senddocument").len();
    assert_eq!(documents, 3, "a script and two caption files");
    let press = room.telegram.press(ADA, ADA, first.id, "Again")?;
    room.pressed(&press).await?;
    let second = room
        .sees(ADA, "another video", |shown| {
            shown.media.as_ref().is_some_and(|(kind, _)| kind == "video") && shown.id != first.id
        })
        .await?;
    assert_ne!(reference(&first)?, reference(&second)?);
    let seeds = "SELECT count(DISTINCT seed) FROM cutline.jobs";
    assert_eq!((room.jobs().await?, room.number(seeds).await?), (2, 2));
    room.all_posted().await?;
    room.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_menu_is_set_in_each_language() -> Result<()> {
    let mut room = Chatroom::empty().await?;
    room.bot("").await?;
    let menu = eventually("the menus", async || Ok(room.telegram.menu("es"))).await?;
    assert_eq!(menu[0]["command"], "video");
    assert!(menu[0]["description"].as_str().is_some_and(|about| about.contains("vídeo")));
    let english = room.telegram.menu("").context("a menu for everybody")?;
    assert_eq!(english[0]["description"], "Make a video. A plain sentence does the same.");
    room.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_telegram_in_spanish_is_answered_in_spanish() -> Result<()> {
    let mut room = Chatroom::empty().await?;
    room.bot("").await?;
    for (said, answered) in [("/plan", "Tu plan: Free"), ("ab", "La frase es demasiado corta")] {
        let asked = room.telegram.say_with(ADA, ADA, json!({"text": said, "language": "es"}));
        let answer = room.sees(ADA, said, |shown| shown.reply_to == Some(asked)).await?;
        ensure!(answer.text.starts_with(answered), "{}", answer.text);
    }
    room.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_presses_start_is_told_what_to_do() -> Result<()> {
    let mut room = Chatroom::empty().await?;
    room.bot("").await?;
    for said in ["/start", "/start from_a_link"] {
        let asked = room.telegram.say(ADA, ADA, said);
        let answer = room.sees(ADA, said, |shown| shown.reply_to == Some(asked)).await?;
        ensure!(answer.text.contains("/video"), "{}", answer.text);
    }
    room.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_telegram_hands_over_twice_is_made_once() -> Result<()> {
    let room = Chatroom::open(QUICK).await?;
    room.telegram.say(ADA, ADA, SENTENCE);
    room.video(ADA).await?;
    room.all_posted().await?;
    room.sees(ADA, "a notice", |shown| shown.text.contains("is ready")).await?;
    room.telegram.repeat_all();
    // Updates of a chat are answered in their order: after this one, the repeated one has been.
    room.telegram.say(ADA, ADA, "/history");
    room.sees(ADA, "the history", |shown| shown.text.contains("done, ")).await?;
    assert_eq!(room.jobs().await?, 1);
    let shown = room.telegram.written(ADA);
    assert_eq!(shown.iter().filter(|shown| shown.media.is_some()).count(), 1, "{shown:#?}");
    assert_eq!(shown.len(), 3, "the video, its notice, the history: {shown:#?}");
    room.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_text_shows_literally_and_names_nobody() -> Result<()> {
    let mut room = Chatroom::open(QUICK).await?;
    room.plan(ADA, "professional").await?;
    let zalgo = format!("Z{}algo about squids", "\u{0335}\u{0489}".repeat(40));
    let hostile = [
        "<b>@everyone</b> *bold* [squids](tg://user?id=1) `x` /ban".to_owned(),
        "Why \u{202e}sdiuqs\u{202c} swim\u{2066} backwards".to_owned(),
        zalgo,
        "🦑".repeat(300),
        "🦑".repeat(2_048),
    ];
    for sentence in &hostile {
        let asked = room.telegram.say(ADA, ADA, sentence);
        let answer = room
            .sees(ADA, sentence, |shown| {
                shown.reply_to == Some(asked) && shown.edits > 0
                    || shown.reply_to == Some(asked) && !shown.text.contains(" · ")
            })
            .await?;
        assert!(!answer.text.contains("@everyone"), "{}", answer.text);
        assert!(!answer.text.contains(['\u{202e}', '\u{2066}']), "{}", answer.text);
        let kinds = answer.entities.as_array().context("entities")?;
        assert!(kinds.iter().all(|entity| entity["type"] == "bold"), "{kinds:?}");
        room.all_posted().await?;
    }
    room.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn updates_come_by_webhook_only_with_the_secret() -> Result<()> {
    let mut room = Chatroom::empty().await?;
    room.worker(QUICK).await?;
    let port = tokio::net::TcpListener::bind("127.0.0.1:0").await?.local_addr()?.port();
    let address = format!("127.0.0.1:{port}");
    let url = format!("http://{address}/webhooks/telegram");
    let settings = [
        ("CUTLINE_TELEGRAM_WEBHOOK_URL", url.as_str()),
        ("CUTLINE_TELEGRAM_WEBHOOK_SECRET", "open-sesame"),
        ("CUTLINE_TELEGRAM_ADDRESS", address.as_str()),
    ];
    let bot = room.bot_with("", &settings).await?;
    room.world[bot].says("waiting for updates").await?;
    eventually("the webhook is set", async || {
        Ok((!room.telegram.calls_of("setmycommands").is_empty()).then_some(()))
    })
    .await?;
    let forged = json!({"update_id": 1, "message": {"message_id": 1, "date": 1, "text": SENTENCE,
        "chat": {"id": ADA, "type": "private", "first_name": "x"},
        "from": {"id": ADA, "is_bot": false, "first_name": "x"}}});
    for secret in ["wrong", ""] {
        let headers =
            [("X-Telegram-Bot-Api-Secret-Token", secret), ("Content-Type", "application/json")];
        let body = forged.to_string();
        let answer = cutline_tests::web::send("POST", &url, &headers, body.as_bytes()).await?;
        assert_eq!(answer.status, 401);
    }
    assert_eq!(room.jobs().await?, 0);
    room.telegram.say(ADA, ADA, SENTENCE);
    room.video(ADA).await?;
    room.all_posted().await?;
    assert_eq!(room.jobs().await?, 1);
    room.close().await
}
