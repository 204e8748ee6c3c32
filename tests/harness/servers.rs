//! The real servers that tests talk to: those named by the environment, or private ones that
//! `deploy/servers` starts once per run and ends with it.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};
use tokio::io::AsyncWriteExt;
use url::Url;

use crate::{tasks::within, workspace_root};

/// A PostgreSQL and a RabbitMQ.
#[derive(Debug, Clone)]
pub struct Servers {
    /// The owner's way into the database server.
    pub database: Url,
    /// The way into the broker; the virtual host in it is the default one.
    pub amqp: Url,
    /// The folder of `deploy/servers`; `None` for servers that are not of our making.
    pub folder: Option<PathBuf>,
}

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Server {
    /// PostgreSQL.
    Database,
    /// RabbitMQ.
    Broker,
}

/// A killed server gives its memory and its port back by then.
const DYING_MAX: Duration = Duration::from_secs(30);

impl Server {
    const fn name(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Broker => "broker",
        }
    }
}

impl Servers {
    /// The servers of `TEST_DATABASE_URL` and `TEST_AMQP_URL`; without them, private ones that live
    /// as long as the program that runs the tests.
    ///
    /// # Errors
    /// When one variable is set without the other, or the servers do not start.
    pub async fn of_this_run() -> Result<Self> {
        match (variable("TEST_DATABASE_URL"), variable("TEST_AMQP_URL")) {
            (Some(database), Some(amqp)) => Ok(Self {
                database: database.parse().context("TEST_DATABASE_URL")?,
                amqp: amqp.parse().context("TEST_AMQP_URL")?,
                folder: variable("TEST_SERVERS_DIR").map(PathBuf::from),
            }),
            (None, None) => {
                let runner = std::os::unix::process::parent_id();
                let folder = target_folder()?.join(format!("servers-of-{runner}"));
                Self::up(folder, &["--while".to_owned(), runner.to_string()]).await
            }
            _ => bail!("set both TEST_DATABASE_URL and TEST_AMQP_URL, or neither"),
        }
    }

    /// Servers of one's own, to be restarted and killed; they end, and their folder goes, with this
    /// process.
    ///
    /// # Errors
    /// When they do not start.
    pub async fn private(folder: PathBuf) -> Result<Self> {
        Self::up(folder, &["--while".to_owned(), std::process::id().to_string()]).await
    }

    async fn up(folder: PathBuf, more: &[String]) -> Result<Self> {
        let said = script("up", &folder, more, "").await?;
        let value = |name: &str| {
            let found = said.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
            found.with_context(|| format!("deploy/servers printed no {name}"))
        };
        Ok(Self {
            database: value("TEST_DATABASE_URL")?.parse()?,
            amqp: value("TEST_AMQP_URL")?.parse()?,
            folder: Some(folder),
        })
    }

    fn folder(&self) -> Result<&Path> {
        self.folder.as_deref().context("these servers are not ours: there is no TEST_SERVERS_DIR")
    }

    /// Stops one server in an orderly way.
    ///
    /// # Errors
    /// When the servers are not ours.
    pub async fn stop(&self, server: Server) -> Result<()> {
        let only = ["--only", server.name()].map(str::to_owned);
        script("down", self.folder()?, &only, "").await.map(drop)
    }

    /// Starts one server again, at the same address.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start(&self, server: Server) -> Result<()> {
        let only = ["--only", server.name()].map(str::to_owned);
        script("up", self.folder()?, &only, "").await.map(drop)
    }

    /// Ends one server as a power cut would, and waits until it is gone: one that is still dying
    /// has its port, and would be taken for a server that runs.
    ///
    /// # Errors
    /// When the servers are not ours, or this one does not run.
    pub async fn kill(&self, server: Server) -> Result<()> {
        let file = self.folder()?.join(format!("{}.pid", server.name()));
        let record = tokio::fs::read_to_string(&file).await.with_context(|| format!("{file:?}"))?;
        let pid = record.split_whitespace().next().context("an empty pid file")?;
        crate::process::signal(pid.parse()?, "KILL").await?;
        within(DYING_MAX, "the server that was killed is gone", async || {
            let stat = tokio::fs::read_to_string(format!("/proc/{pid}/stat")).await;
            // Where nobody collects it, what stays of it is a name.
            Ok(stat.map_or(true, |stat| stat.contains(") Z ")).then_some(()))
        })
        .await
    }

    /// Stops both servers. The folder of private ones goes with the process they were started for.
    ///
    /// # Errors
    /// When they are not ours or do not stop.
    pub async fn end(&self) -> Result<()> {
        script("down", self.folder()?, &[], "").await.map(drop)
    }

    /// Evaluates Erlang inside the broker; the value's text.
    ///
    /// # Errors
    /// When the broker is not ours, or the evaluation fails.
    pub async fn ask_broker(&self, erlang: &str) -> Result<String> {
        let said = script("ask", self.folder()?, &[], &format!("{erlang}\n")).await?;
        match said.trim().strip_prefix("{ok, ").and_then(|rest| rest.strip_suffix('}')) {
            Some(value) => Ok(value.to_owned()),
            None => bail!("the broker says {said:?} to {erlang}"),
        }
    }
}

/// A variable of the environment; an empty one counts as unset.
#[expect(clippy::disallowed_methods, reason = "the harness reads its variables here")]
#[must_use]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Where cargo built the programs: ours lie beside us, or one folder up from a test.
///
/// # Errors
/// When this program does not know where it is.
pub(crate) fn target_folder() -> Result<PathBuf> {
    let here = std::env::current_exe()?;
    let folder = here.parent().context("a program lies in a folder")?;
    let folder = if folder.ends_with("deps") { folder.parent() } else { Some(folder) };
    Ok(folder.context("cargo's layout")?.to_path_buf())
}

/// No start or stop takes longer, on the slowest machine.
const SCRIPT_MAX: Duration = Duration::from_secs(120);

async fn script(verb: &str, folder: &Path, more: &[String], input: &str) -> Result<String> {
    let mut command = tokio::process::Command::new(workspace_root().join("deploy/servers"));
    command.arg(verb).arg("--dir").arg(folder).args(more).kill_on_drop(true);
    command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
    command.stderr(std::process::Stdio::piped());
    let mut child = command.spawn().context("deploy/servers")?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(input.as_bytes()).await?;
    }
    let output = tokio::time::timeout(SCRIPT_MAX, child.wait_with_output())
        .await
        .with_context(|| format!("deploy/servers {verb} takes longer than {SCRIPT_MAX:?}"))??;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "deploy/servers {verb}: {said}");
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
