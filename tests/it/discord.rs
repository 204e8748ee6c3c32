//! Discord: the stand-in held to a client that nobody here wrote, and the bot held to the stand-in,
//! with real servers and a real worker between the question and the video.

mod client;
mod commands;
mod conversation;
mod deaths;
mod losses;
mod operators;
mod shards;
mod words;

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use cutline_tests::{
    World,
    discord::{Discord, Given, Id, Message},
    tasks::eventually,
    world::ProcessId,
};

/// What people ask for here.
const SENTENCE: &str = "Why octopuses have three hearts";

/// A world with a Discord, a guild in it, and Ada in a channel.
struct Town {
    world: World,
    discord: Discord,
    ada: Id,
    guild: Id,
    channel: Id,
}

impl Town {
    async fn open() -> Result<Self> {
        Self::open_in(World::start().await?).await
    }

    async fn open_in(world: World) -> Result<Self> {
        let discord = Discord::start().await?;
        let ada = discord.user("ada");
        let guild = discord.guild();
        let channel = discord.channel(guild);
        Ok(Self { world, discord, ada, guild, channel })
    }

    /// With a bot and a worker whose stand-in takes `stages` of so many milliseconds.
    async fn running(standin: &str) -> Result<(Self, ProcessId)> {
        let mut town = Self::open().await?;
        let bot = town.bot("bot", "").await?;
        town.worker(standin).await?;
        Ok((town, bot))
    }

    /// Starts a bot and waits until it is connected.
    async fn bot(&mut self, name: &str, failpoints: &str) -> Result<ProcessId> {
        self.bot_of_shards(name, "auto", failpoints).await
    }

    /// The same for some of the gateway's shards.
    async fn bot_of_shards(
        &mut self,
        name: &str,
        shards: &str,
        failpoints: &str,
    ) -> Result<ProcessId> {
        let before = self.discord.identifies().len();
        let operators = format!("discord:{}", self.ada);
        let mut launch = self
            .world
            .bots(name, &["discord"])
            .setting("CUTLINE_OPERATORS", &operators)
            .setting("CUTLINE_DISCORD_SHARDS", shards)
            .setting("CUTLINE_LOG_FORMAT", "text")
            // An event that the library does not understand is only told of at this level.
            .setting("RUST_LOG", "info,cutline_bots=debug,serenity::client::dispatch=debug")
            .failpoints(failpoints);
        for (variable, value) in self.discord.settings() {
            launch = launch.setting(variable, &value);
        }
        let bot = launch.start().await?;
        eventually("the bot is connected", async || {
            Ok((self.discord.identifies().len() > before).then_some(()))
        })
        .await?;
        Ok(bot)
    }

    async fn worker(&mut self, standin: &str) -> Result<ProcessId> {
        let launch = self.world.worker("worker").arguments(&["--relay", "prompt"]);
        launch.setting("CUTLINE_STANDIN", standin).setting("CUTLINE_DRAIN_S", "0").start().await
    }

    /// A worker that shows a contact sheet after the first stage and does not end before
    /// [`Self::let_go`].
    async fn held_worker(&mut self) -> Result<ProcessId> {
        let gate = self.gate();
        self.worker(&format!("stages=2,ms=200,sheet=1,hold={}", gate.display())).await
    }

    fn let_go(&self) -> Result<()> {
        Ok(std::fs::write(self.gate(), "go")?)
    }

    fn gate(&self) -> std::path::PathBuf {
        self.world.folder("data").join("go")
    }

    /// Waits until an interaction's message shows the contact sheet, besides which it has no file.
    async fn sheet(&self, interaction: Id) -> Result<Message> {
        eventually("the sheet is on the card", async || {
            let shown = self.discord.original(interaction).filter(|m| !m.files().is_empty());
            Ok(shown.filter(|m| m.files().iter().all(|(name, _)| name.ends_with("-sheet.jpg"))))
        })
        .await
    }

    /// How often a contact sheet was sent.
    fn sheets_sent(&self) -> usize {
        let is_sheet = |(name, _): &(String, usize)| name.ends_with("-sheet.jpg");
        let requests = self.discord.requests();
        requests.iter().filter(|seen| seen.status == 200 && seen.files.iter().any(is_sheet)).count()
    }

    /// Ada asks for a video.
    fn ask(&self) -> Result<Id> {
        self.discord.slash(self.ada, self.channel, "video", &[("sentence", Given::from(SENTENCE))])
    }

    /// The finished videos' messages in a channel: those with an MP4.
    fn videos(&self, channel: Id) -> Vec<Message> {
        let is_video =
            |message: &Message| message.files().iter().any(|(name, _)| name.ends_with(".mp4"));
        self.discord.messages(channel).into_iter().filter(is_video).collect()
    }

    /// Waits for the video in a channel.
    async fn video(&self, channel: Id) -> Result<Message> {
        eventually("the video is posted", async || Ok(self.videos(channel).into_iter().next()))
            .await
    }

    /// Waits until the message that answers an interaction says this.
    async fn says(&self, interaction: Id, words: &str) -> Result<Message> {
        eventually(&format!("the answer says “{words}”"), async || {
            Ok(self.discord.original(interaction).filter(|m| m.text().contains(words)))
        })
        .await
        .with_context(|| format!("{:?}", self.discord.original(interaction)))
    }

    /// Waits until every job has ended and its end is written down as posted.
    async fn settled(&self) -> Result<()> {
        let owner = self.world.database().owner().await?;
        let sql = "SELECT (SELECT count(*) FROM cutline.jobs j WHERE j.finished_at IS NULL
                           OR NOT EXISTS (SELECT 1 FROM cutline.posts p
                                          WHERE p.job_id = j.id AND p.posted_at IS NOT NULL))";
        eventually("all ends are posted", async || {
            let open: i64 = owner.query_one(sql, &[]).await?.get(0);
            Ok((open == 0).then_some(()))
        })
        .await
    }

    /// How many jobs there are.
    async fn jobs(&self) -> Result<i64> {
        let owner = self.world.database().owner().await?;
        Ok(owner.query_one("SELECT count(*) FROM cutline.jobs", &[]).await?.get(0))
    }

    /// Puts Ada on a plan that allows more than one video.
    async fn subscribe(&self) -> Result<()> {
        let look = self.discord.slash(self.ada, self.channel, "plan", &[])?;
        self.says(look, "Free").await?;
        let question = self.discord.slash(
            self.ada,
            self.channel,
            "admin plan",
            &[("plan", "professional".into()), ("person_named", self.ada_named().as_str().into())],
        )?;
        let asked = self.says(question, "Do this?").await?;
        self.discord.press(self.ada, asked.id, "Do it")?;
        self.says(question, "Professional").await?;
        Ok(())
    }

    /// Gives Ada credits, as an operator does.
    async fn give_credits(&self, amount: i64) -> Result<()> {
        let look = self.discord.slash(self.ada, self.channel, "plan", &[])?;
        self.says(look, "Free").await?;
        let given = [("amount", amount.into()), ("person_named", self.ada_named().as_str().into())];
        let asked = self.discord.slash(self.ada, self.channel, "admin credits", &given)?;
        self.says(asked, "Now ").await.map(drop)
    }

    fn ada_named(&self) -> String {
        format!("discord:{}", self.ada)
    }

    /// Everything the bots logged.
    fn words(&self) -> Result<String> {
        let mut words = String::new();
        for entry in std::fs::read_dir(self.world.folder("logs"))? {
            words.push_str(&std::fs::read_to_string(entry?.path())?);
        }
        Ok(words)
    }

    /// Ends everything; the bot must have behaved, and understood all it was told.
    async fn close(self) -> Result<()> {
        let words = self.words()?;
        for trouble in ["unknown event", "Err deserializing", "stand-in.c2VjcmV0", "panicked"] {
            ensure!(!words.contains(trouble), "the log says “{trouble}”:\n{words}");
        }
        self.discord.finish()?;
        self.world.finish().await
    }
}

/// Edits of a card are no more frequent (spec §2).
const EDITS_APART: Duration = Duration::from_secs(3);
