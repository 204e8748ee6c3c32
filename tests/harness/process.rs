//! Our programs as processes: started with an environment of their own, their words kept in a file,
//! signals sent to them.

use std::{
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};

use crate::tasks::{PATIENCE, within};

/// How much of a process's words is shown when a test fails.
const LAST_LINES: usize = 60;

/// A program at work. Dropping it kills it.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: tokio::process::Child,
    pid: u32,
    log: PathBuf,
}

impl Process {
    /// Starts a command; what it says on either stream is added to `log`.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(name: &str, mut command: tokio::process::Command, log: PathBuf) -> Result<Self> {
        let file = std::fs::File::options().create(true).append(true).open(&log);
        let file = file.with_context(|| format!("{log:?}"))?;
        command.stdout(Stdio::from(file.try_clone()?)).stderr(Stdio::from(file));
        Self::spawn(name, command, log)
    }

    /// Starts a command whose standard streams the caller has arranged and reads.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn spawn(name: &str, mut command: tokio::process::Command, log: PathBuf) -> Result<Self> {
        let child = command.kill_on_drop(true).spawn();
        let child = child.with_context(|| format!("starting {name}: {command:?}"))?;
        let pid = child.id().with_context(|| format!("{name} ended at once"))?;
        Ok(Self { name: name.to_owned(), child, pid, log })
    }

    /// What the test calls it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The process's id; it may have ended.
    #[must_use]
    pub const fn pid(&self) -> u32 {
        self.pid
    }

    /// The process itself, for its streams.
    pub const fn child(&mut self) -> &mut tokio::process::Child {
        &mut self.child
    }

    /// How it ended; `None` while it runs.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Sends a signal by name ("STOP", "CONT", "TERM", "KILL").
    ///
    /// # Errors
    /// When it has ended.
    pub async fn signal(&self, name: &str) -> Result<()> {
        signal(self.pid, name).await.with_context(|| self.name.clone())
    }

    /// Kills it and waits for its end.
    ///
    /// # Errors
    /// When the system does not say.
    pub async fn kill(&mut self) -> Result<()> {
        self.child.kill().await.with_context(|| format!("killing {}", self.name))
    }

    /// Asks it to end (SIGTERM) and waits until it has.
    ///
    /// # Errors
    /// When it does not end in time, or not with success.
    pub async fn end(&mut self, patience: Duration) -> Result<()> {
        if self.ended()?.is_none() {
            self.signal("TERM").await?;
        }
        let Ok(status) = tokio::time::timeout(patience, self.child.wait()).await else {
            bail!("{} did not end within {patience:?} of SIGTERM", self.name);
        };
        let status = status?;
        ensure!(status.success(), "{} ended with {status}\n{}", self.name, self.last_words());
        Ok(())
    }

    /// Waits until it has ended by itself.
    ///
    /// # Errors
    /// When it does not in time.
    pub async fn wait(&mut self) -> Result<ExitStatus> {
        let waited = tokio::time::timeout(PATIENCE, self.child.wait()).await;
        Ok(waited.with_context(|| format!("{} did not end", self.name))??)
    }

    /// Waits until a line of what it says contains this.
    ///
    /// # Errors
    /// When it ends or time runs out before; with its last words.
    pub async fn says(&mut self, part: &str) -> Result<()> {
        let waited = within(PATIENCE, part, async || {
            if words(&self.log).lines().any(|line| line.contains(part)) {
                return Ok(Some(()));
            }
            match self.ended()? {
                Some(status) => bail!("ended with {status}"),
                None => Ok(None),
            }
        });
        let waited = waited.await;
        waited.with_context(|| format!("{} should say “{part}”\n{}", self.name, self.last_words()))
    }

    /// The end of what it said.
    #[must_use]
    pub fn last_words(&self) -> String {
        let words = words(&self.log);
        let lines: Vec<&str> = words.lines().collect();
        let last = &lines[lines.len().saturating_sub(LAST_LINES)..];
        format!("--- {}\n{}\n", self.name, last.join("\n"))
    }
}

fn words(log: &Path) -> String {
    std::fs::read(log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}

/// Sends a signal to a process. Through the shell, which needs no unsafe code.
///
/// # Errors
/// When there is no such process of ours.
pub(crate) async fn signal(pid: u32, name: &str) -> Result<()> {
    let mut command = tokio::process::Command::new("sh");
    let sent = command.arg("-c").arg(format!("kill -{name} {pid}")).output().await?;
    ensure!(sent.status.success(), "kill -{name} {pid}: {}", String::from_utf8_lossy(&sent.stderr));
    Ok(())
}

/// A program of ours that lies beside this one.
///
/// # Errors
/// When it was not built.
pub fn program(name: &str) -> Result<PathBuf> {
    let path = crate::servers::target_folder()?.join(name);
    ensure!(path.is_file(), "{path:?} is missing: cargo build -p cutline-tests --bins");
    Ok(path)
}
