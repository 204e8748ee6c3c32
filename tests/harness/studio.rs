//! A place for whole renders: a home, a cache and an output folder of its own, the real program run
//! in it, and its standard error read line by line while it works.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// No fact takes longer than this to come true, on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(300);

/// Arguments of a short, small render without the language model.
pub const SHORT: [&str; 5] =
    ["render", "Why octopuses have three hearts in 15 seconds", "--plan", "free", "--light"];

/// Folders of one test; removed when it is dropped.
#[derive(Debug)]
pub struct Studio {
    folder: tempfile::TempDir,
    program: PathBuf,
}

impl Studio {
    /// Empty folders. The data folder is empty too: the stand-ins work, quickly and everywhere.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn start(program: &str) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        for name in ["home", "cache", "data", "out"] {
            std::fs::create_dir(folder.path().join(name))?;
        }
        Ok(Self { folder, program: program.into() })
    }

    /// Where the program may keep work in progress.
    #[must_use]
    pub fn cache(&self) -> PathBuf {
        self.folder.path().join("cache")
    }

    /// Lays out parts of another data folder, so that the embedded pipeline works in this studio.
    ///
    /// # Errors
    /// When one is not there (`deploy/setup`), or cannot be linked.
    pub fn lay_out(&self, data: &Path, parts: &[&str]) -> Result<()> {
        for part in parts {
            let found = data.join(part);
            if !found.exists() {
                bail!("deploy/setup has not laid out {}", found.display());
            }
            let to = self.folder.path().join("data").join(part);
            std::fs::create_dir_all(to.parent().context("a folder")?)?;
            std::os::unix::fs::symlink(found, to)?;
        }
        Ok(())
    }

    /// Where videos are asked for.
    #[must_use]
    pub fn out(&self, name: &str) -> PathBuf {
        self.folder.path().join("out").join(name)
    }

    /// The program, in this studio.
    #[must_use]
    pub fn command(&self) -> Command {
        self.wrapped(&[])
    }

    /// The program started by another one (`sh -c …`), which gets its path and arguments appended.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the harness starts the program under test")]
    pub fn wrapped(&self, wrapper: &[&str]) -> Command {
        let mut command = match wrapper.split_first() {
            Some((first, rest)) => {
                let mut command = Command::new(first);
                command.args(rest).arg(&self.program);
                command
            }
            None => Command::new(&self.program),
        };
        let inside = |name: &str| self.folder.path().join(name);
        command
            .current_dir(inside("out"))
            .env("HOME", inside("home"))
            .env("CUTLINE_CACHE_DIR", inside("cache"))
            .env("CUTLINE_DATA_DIR", inside("data"))
            .env("CUTLINE_WIKIPEDIA_URL", "none")
            .env_remove("RUST_LOG")
            .stdin(Stdio::null());
        command
    }

    /// Renders [`SHORT`] to a name in the output folder, with more arguments.
    ///
    /// # Errors
    /// When the program cannot be started.
    pub fn render(&self, name: &str, more: &[&str]) -> Result<Run> {
        let mut command = self.command();
        command.args(SHORT).args(["--json", "-o"]).arg(self.out(name)).args(more);
        Run::start(command)
    }

    /// Every file below cache and output folder.
    #[must_use]
    pub fn files(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        for folder in ["cache", "out", "home"] {
            collect(&self.folder.path().join(folder), &mut files);
        }
        files.sort();
        files
    }

    /// The outputs of a kept work folder: (stage, checkpoint).
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn checkpoints(&self, work: &Path) -> Result<Vec<Value>> {
        let mut files: Vec<PathBuf> = std::fs::read_dir(work.join("checkpoints"))?
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.is_file())
            .collect();
        files.sort();
        files.iter().map(|file| Ok(serde_json::from_slice(&std::fs::read(file)?)?)).collect()
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            collect(&entry.path(), files);
        } else {
            files.push(entry.path());
        }
    }
}

/// The program at work.
#[derive(Debug)]
pub struct Run {
    child: Child,
    lines: Receiver<String>,
    said: Vec<String>,
    output: Option<JoinHandle<std::io::Result<String>>>,
}

/// How a run ended.
#[derive(Debug)]
pub struct Ended {
    /// Exit status.
    pub status: ExitStatus,
    /// Standard output.
    pub output: String,
    /// Standard error, line by line.
    pub said: Vec<String>,
}

impl Run {
    /// Starts a command.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(mut command: Command) -> Result<Self> {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("starting {command:?}"))?;
        let (sender, lines) = channel();
        let errors = child.stderr.take().context("standard error")?;
        std::thread::spawn(move || {
            for line in BufReader::new(errors).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        let output = child.stdout.take().context("standard output")?;
        let output = std::thread::spawn(move || std::io::read_to_string(output));
        Ok(Self { child, lines, said: Vec::new(), output: Some(output) })
    }

    /// Waits until a line on standard error has these words.
    ///
    /// # Errors
    /// When the program ends or time runs out before; with all it said.
    pub fn wait_for(&mut self, words: &str) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    self.said.push(line);
                    if self.said.last().is_some_and(|line| line.contains(words)) {
                        return Ok(());
                    }
                }
                Err(RecvTimeoutError::Timeout) => bail!("never said “{words}”: {:#?}", self.said),
                Err(RecvTimeoutError::Disconnected) => {
                    bail!("ended without saying “{words}”: {:#?}", self.said)
                }
            }
        }
    }

    /// Sends SIGKILL and waits for the end; what it said until then.
    ///
    /// # Errors
    /// When it had ended before.
    pub fn kill(mut self) -> Result<Vec<String>> {
        self.child.kill()?;
        self.child.wait()?;
        let rest: Vec<String> = self.lines.iter().collect();
        self.said.extend(rest);
        Ok(std::mem::take(&mut self.said))
    }

    /// Sends a signal ("INT", "TERM").
    ///
    /// # Errors
    /// When it cannot be sent.
    #[expect(clippy::disallowed_methods, reason = "the shell's kill sends signals without unsafe")]
    pub fn signal(&self, name: &str) -> Result<()> {
        let id = self.child.id();
        let sent = Command::new("sh").arg("-c").arg(format!("kill -{name} {id}")).status()?;
        if sent.success() { Ok(()) } else { bail!("kill -{name} {id} failed") }
    }

    /// Waits for the end.
    ///
    /// # Errors
    /// When it does not end in time.
    pub fn finish(mut self) -> Result<Ended> {
        // Standard error closes when the program ends, however it ends.
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => self.said.push(line),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    self.child.kill()?;
                    bail!("did not end: {:#?}", self.said)
                }
            }
        }
        let status = self.child.wait()?;
        let output = self.output.take().context("finished twice")?;
        let output = output.join().map_err(|_| anyhow::anyhow!("reading output panicked"))??;
        Ok(Ended { status, output, said: std::mem::take(&mut self.said) })
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Ended {
    /// The JSON result of a run that succeeded.
    ///
    /// # Errors
    /// When it failed; with all it said.
    pub fn result(&self) -> Result<Value> {
        if !self.status.success() {
            bail!("ended with {}: {}\n{:#?}", self.status, self.output, self.said);
        }
        serde_json::from_str(&self.output).with_context(|| format!("output: {}", self.output))
    }
}
