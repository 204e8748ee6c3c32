//! The Telegram bot as people meet it: real servers, a real worker, the bot as a process, and a
//! stand-in for Telegram that is as strict as the real one. A call that no correct bot makes fails
//! the test that caused it.

mod client;
mod crashes;
mod golden;
mod groups;
mod operators;
mod pictures;
mod storms;
mod whole;

use anyhow::{Context, Result, ensure};
use cutline_tests::{
    World,
    tasks::eventually,
    telegram::{Shown, TOKEN, TelegramServer},
    world::ProcessId,
};

/// Somebody, and their private chat.
const ADA: i64 = 42;
/// Stages that take no time to speak of.
const QUICK: &str = "stages=2,ms=40";
const SENTENCE: &str = "Why octopuses have three hearts";

/// A world with a chat in it.
struct Chatroom {
    world: World,
    telegram: TelegramServer,
    bots: usize,
}

impl Chatroom {
    /// A bot, and a worker whose stand-in pipeline does this.
    async fn open(standin: &str) -> Result<Self> {
        let mut room = Self::empty().await?;
        room.worker(standin).await?;
        room.bot("").await?;
        Ok(room)
    }

    /// Nobody there yet.
    async fn empty() -> Result<Self> {
        let telegram = TelegramServer::start().await?;
        telegram.any_video();
        Ok(Self { world: World::start().await?, telegram, bots: 0 })
    }

    async fn worker(&mut self, standin: &str) -> Result<ProcessId> {
        let launch = self.world.worker("worker").arguments(&["--relay", "prompt"]);
        launch.setting("CUTLINE_STANDIN", standin).setting("CUTLINE_DRAIN_S", "0").start().await
    }

    /// A worker that shows a contact sheet after the first stage and does not end before
    /// [`Self::let_go`].
    async fn held_worker(&mut self) -> Result<ProcessId> {
        let gate = self.gate();
        self.worker(&format!("stages=2,ms=40,sheet=1,hold={}", gate.display())).await
    }

    fn let_go(&self) -> Result<()> {
        Ok(std::fs::write(self.gate(), "go")?)
    }

    fn gate(&self) -> std::path::PathBuf {
        self.world.folder("data").join("go")
    }

    /// Another bot process, with failpoints armed.
    async fn bot(&mut self, failpoints: &str) -> Result<ProcessId> {
        self.bot_with(failpoints, &[]).await
    }

    async fn bot_with(&mut self, failpoints: &str, settings: &[(&str, &str)]) -> Result<ProcessId> {
        self.bots += 1;
        let name = format!("bot-{}", self.bots);
        let url = self.telegram.url();
        let mut launch = self
            .world
            .bots(&name, &["telegram"])
            .setting("CUTLINE_TELEGRAM_TOKEN", TOKEN)
            .setting("CUTLINE_TELEGRAM_API_URL", &url)
            .setting("CUTLINE_OPERATORS", "telegram:1")
            .setting("CUTLINE_LOG_FORMAT", "text")
            .failpoints(failpoints);
        for (name, value) in settings {
            launch = launch.setting(name, value);
        }
        launch.start().await
    }

    /// Puts somebody on a plan, as an operator in the chat does.
    async fn plan(&mut self, person: i64, plan: &str) -> Result<()> {
        // Nobody has an account before they have said something.
        let asked = self.telegram.say(person, person, "/plan");
        self.sees(person, "an account", |shown| shown.reply_to == Some(asked)).await?;
        let words = ["admin", "plan", &format!("telegram:{person}"), plan, "test"];
        let id = self
            .world
            .bots(&format!("plan-{person}-{plan}"), &words)
            .setting("CUTLINE_OPERATORS", &format!("console:{}", user().await?))
            .start()
            .await?;
        let status = self.world[id].wait().await?;
        ensure!(status.success(), "{}", self.world[id].last_words());
        Ok(())
    }

    /// The first message of the bot's in a chat that is as wanted.
    async fn sees(&self, chat: i64, what: &str, wanted: impl Fn(&Shown) -> bool) -> Result<Shown> {
        let found = eventually(what, async || {
            Ok(self.telegram.written(chat).into_iter().find(|shown| wanted(shown)))
        })
        .await;
        found.with_context(|| format!("{chat} shows {:#?}", self.telegram.messages(chat)))
    }

    /// The message that became a video.
    async fn video(&self, chat: i64) -> Result<Shown> {
        self.sees(chat, "the video", |shown| is(shown, "video")).await
    }

    /// The message that got a contact sheet.
    async fn sheet(&self, chat: i64) -> Result<Shown> {
        self.sees(chat, "the sheet", |shown| is(shown, "photo")).await
    }

    /// How often a contact sheet was sent.
    fn sheets_sent(&self) -> usize {
        let calls = self.telegram.calls_of("editmessagemedia");
        let photo = |value: &serde_json::Value| value.to_string().contains("photo");
        calls.iter().filter(|call| call.values.get("media").is_some_and(photo)).count()
    }

    /// How a press was answered.
    async fn pressed(&self, press: &str) -> Result<(String, bool)> {
        eventually("the press is answered", async || Ok(self.telegram.answer_to(press))).await
    }

    /// One number from the database.
    async fn number(&self, sql: &str) -> Result<i64> {
        let owner = self.world.database().owner().await?;
        Ok(owner.query_one(sql, &[]).await?.get(0))
    }

    async fn jobs(&self) -> Result<i64> {
        self.number("SELECT count(*) FROM cutline.jobs").await
    }

    /// Waits until every job's end is written down as posted.
    async fn all_posted(&self) -> Result<()> {
        let sql = "SELECT count(*) FROM cutline.jobs j LEFT JOIN cutline.posts p \
                   ON p.job_id = j.id WHERE p.posted_at IS NULL";
        eventually("every end is posted", async || Ok((self.number(sql).await? == 0).then_some(())))
            .await
    }

    /// Waits until so many jobs are there and every end is posted.
    async fn all_posted_of(&self, jobs: i64) -> Result<()> {
        eventually("every request is accepted", async || {
            Ok((self.jobs().await? >= jobs).then_some(()))
        })
        .await?;
        self.all_posted().await
    }

    /// Ends everything; nothing may be left, and nothing invalid may have been asked of Telegram.
    async fn close(self) -> Result<()> {
        self.close_excusing(&[]).await
    }

    /// The same, where the test itself made some calls go wrong.
    async fn close_excusing(self, excused: &[&str]) -> Result<()> {
        let logs = self.world.folder("logs");
        let telegram = self.telegram;
        let mut invalid = telegram.invalid();
        invalid.retain(|call| !excused.iter().any(|part| call.contains(part)));
        ensure!(invalid.is_empty(), "invalid calls:\n{}", invalid.join("\n"));
        for entry in std::fs::read_dir(logs)? {
            let words = std::fs::read_to_string(entry?.path())?;
            ensure!(!words.contains("stand_in-token"), "a log holds the token");
        }
        self.world.finish().await
    }
}

/// Who runs the tests, as the console knows them.
async fn user() -> Result<String> {
    let user = tokio::process::Command::new("id").arg("-un").output().await?;
    Ok(String::from_utf8(user.stdout)?.trim().to_owned())
}

/// The reference on a card's first line.
fn reference(shown: &Shown) -> Result<String> {
    let first = shown.text.split(' ').next().unwrap_or_default();
    ensure!(first.len() == 6, "no reference in {}", shown.text);
    Ok(first.to_owned())
}

/// Whether a message shows a file of this kind.
fn is(shown: &Shown, kind: &str) -> bool {
    shown.media.as_ref().is_some_and(|(of, _)| of == kind)
}

fn labels(shown: &Shown) -> Vec<&str> {
    shown.buttons.iter().flatten().map(|(label, _)| label.as_str()).collect()
}
