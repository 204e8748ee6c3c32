//! discord.js 14 against the stand-in: what that library understands and is understood in,
//! Discord's other clients are too.

use anyhow::{Context, Result, ensure};
use cutline_tests::{
    clients,
    discord::{Discord, Fault, Id, Storm, TOKEN, Upload},
    process::Process,
    tasks::eventually,
    workspace_root,
};

/// A discord.js bot in a folder of its own.
struct Client {
    discord: Discord,
    process: Process,
    _folder: tempfile::TempDir,
    ada: Id,
    guild: Id,
    channel: Id,
}

impl Client {
    async fn start() -> Result<Self> {
        let discord = Discord::start().await?;
        let ada = discord.user("ada");
        let guild = discord.guild();
        let channel = discord.channel(guild);
        let folder = tempfile::tempdir()?;
        let mut command = tokio::process::Command::new("node");
        command
            .arg(workspace_root().join("tests/clients/discord/client.mjs"))
            .env("DISCORD_API", discord.address())
            .env("DISCORD_TOKEN", TOKEN)
            .env(
                "CLIENT_MODULES",
                clients::folder("discord", "node_modules/discord.js/package.json")?,
            );
        let log = folder.path().join("client.log");
        let process = Process::start("discord.js", command, log)?;
        let mut client = Self { discord, process, _folder: folder, ada, guild, channel };
        client.process.says("ready as Cutline").await?;
        Ok(client)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_logs_in_registers_defers_edits_uploads_and_whispers() -> Result<()> {
    let mut client = Client::start().await?;
    let (ada, channel) = (client.ada, client.channel);
    let picture = Upload { name: "bee.png".into(), bytes: vec![7; 1234] };
    let given = [("title", "Bees".into()), ("picture", picture.into())];
    let asked = client.discord.slash(ada, channel, "film", &given)?;
    client.process.says("edited").await?;
    let answer = client.discord.answer(asked).await?;
    assert_eq!(answer.text(), "Bees\nwith bee.png, 1234 bytes\nbeing made");
    // What is attached stays until the list of attachments leaves it out.
    client.process.says("kept sheet.jpg, then none").await?;
    client.process.says("uploaded film.mp4 15").await?;
    client.process.says("whispered").await?;
    let answers = client.discord.answers(asked);
    assert_eq!(answers.len(), 3);
    assert_eq!(client.discord.file(answers[1].id, "film.mp4"), Some(b"the film itself".to_vec()));
    assert!(answers[2].is_ephemeral() && !answers[1].is_ephemeral());

    let pressed = client.discord.press(ada, answer.id, "Stop")?;
    client.process.says("stopped").await?;
    let stopped = client.discord.original(pressed).context("the message with the button")?;
    assert_eq!((stopped.id, stopped.text().as_str()), (answer.id, "Stopped"));
    assert!(stopped.buttons().is_empty());

    let typed = client.discord.typing(ada, channel, "film", ("title", "be"))?;
    assert_eq!(client.discord.suggestions(typed).await?, [("be!".into(), "be".into())]);

    let message = client.discord.write(ada, channel, "Why bees dance", &[]);
    let asked = client.discord.context(ada, message, "Film this")?;
    assert_eq!(client.discord.answer(asked).await?.text(), "You said: Why bees dance");
    client.discord.finish()?;
    client.process.end(std::time::Duration::from_secs(20)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn it_resumes_what_it_missed_and_waits_where_it_is_told_to() -> Result<()> {
    let mut client = Client::start().await?;
    let (ada, channel) = (client.ada, client.channel);
    client.discord.cut_gateway();
    // What happens while the line is cut comes with the resume.
    let asked = client.discord.slash(ada, channel, "film", &[("title", "Bees".into())])?;
    client.process.says("resumed").await?;
    client.discord.answer(asked).await?;
    client.process.says("whispered").await?;
    ensure!(client.discord.resumes() == 1, "{} resumes", client.discord.resumes());

    let storm = Storm { retry_after: std::time::Duration::from_millis(300), scope: "user" };
    client.discord.plan("PATCH", "/webhooks/", 2, Fault::Storm(storm));
    let asked = client.discord.slash(ada, channel, "film", &[("title", "Ants".into())])?;
    client.discord.answer(asked).await?;
    assert_eq!((client.discord.planned(), client.discord.invalid_requests()), (0, 2));

    // An invalid session is begun again.
    client.discord.invalidate_sessions();
    eventually("a new session", async || {
        Ok((client.discord.identifies().len() == 2 && client.discord.connections() == 1)
            .then_some(()))
    })
    .await?;
    client.discord.membership(client.guild, false);
    assert!(client.discord.slash(ada, channel, "film", &[]).is_err(), "the bot is not there");
    client.discord.finish()?;
    client.process.end(std::time::Duration::from_secs(20)).await
}
