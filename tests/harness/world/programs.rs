//! How a world starts our programs: their settings, with defaults that suit a test.

use std::process::Stdio;

use anyhow::Result;

use super::{ProcessId, Role, World};
use crate::process::{Process, program};

/// A program about to be started in a world.
#[derive(Debug)]
#[must_use = "a launch does nothing until it is started"]
pub struct Launch<'a> {
    world: &'a mut World,
    name: String,
    command: tokio::process::Command,
}

impl World {
    /// A worker (`cutline-farm work`) with the stand-in pipeline: stages of milliseconds, whose
    /// results can be checked.
    pub fn worker(&mut self, name: &str) -> Launch<'_> {
        let lease = self.lease.as_secs().max(1).to_string();
        self.launch(name, "cutline-farm-under-test", Role::Farm, &["work", "--pipeline", "standin"])
            .setting("CUTLINE_WORKER_NAME", name)
            .setting("CUTLINE_OPS_ADDRESS", "127.0.0.1:0")
            .setting("CUTLINE_SLOTS", "1")
            .setting("CUTLINE_LEASE_S", &lease)
    }

    /// A front end (`cutline-bots …`).
    pub fn bots(&mut self, name: &str, arguments: &[&str]) -> Launch<'_> {
        self.launch(name, "cutline-bots-under-test", Role::Bots, arguments)
            .setting("CUTLINE_GATEWAY_ADDRESS", "127.0.0.1:0")
            .setting("CUTLINE_OPERATORS", "console:root")
    }

    /// Any program of ours, logged in as a role.
    pub fn launch(&mut self, name: &str, file: &str, role: Role, arguments: &[&str]) -> Launch<'_> {
        // A program that was not built is reported when it is started.
        let path = program(file).unwrap_or_else(|_| file.into());
        let mut command = tokio::process::Command::new(path);
        command
            .args(arguments)
            .current_dir(self.folder("home"))
            .env("HOME", self.folder("home"))
            .env("TMPDIR", self.folder("tmp"))
            .env("CUTLINE_CACHE_DIR", self.folder("cache"))
            .env("CUTLINE_DATA_DIR", self.folder("data"))
            .env("CUTLINE_DATABASE_URL", self.database_url(role).as_str())
            .env("CUTLINE_DATABASE_ADMIN_URL", self.database_url(Role::Admin).as_str())
            .env("CUTLINE_AMQP_URL", self.amqp_url().as_str())
            .env("CUTLINE_OBJECTS", self.objects_url())
            .env("CUTLINE_PUBLIC_URL", "http://127.0.0.1:8080")
            .env("CUTLINE_WIKIPEDIA_URL", "none")
            .env_remove("RUST_LOG")
            .env_remove("CUTLINE_FAILPOINTS")
            .stdin(Stdio::null());
        Launch { world: self, name: name.to_owned(), command }
    }
}

impl Launch<'_> {
    /// With this environment variable.
    pub fn setting(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// With these environment variables.
    pub fn settings<'s>(
        mut self,
        settings: impl IntoIterator<Item = &'s (&'static str, String)>,
    ) -> Self {
        self.command.envs(settings.into_iter().map(|(name, value)| (name, value)));
        self
    }

    /// With these failpoints armed, e.g. `worker.after_claim=1*return`.
    pub fn failpoints(self, armed: &str) -> Self {
        self.setting("CUTLINE_FAILPOINTS", armed)
    }

    /// With more arguments.
    pub fn arguments(mut self, more: &[&str]) -> Self {
        self.command.args(more);
        self
    }

    fn log(&self) -> std::path::PathBuf {
        self.world.folder("logs").join(format!("{}.log", self.name))
    }

    /// Starts it for a caller who looks after it.
    ///
    /// # Errors
    /// When the program was not built or cannot be started.
    pub fn start_apart(self) -> Result<Process> {
        let log = self.log();
        Process::start(&self.name, self.command, log)
    }

    /// The same, with standard input and output as pipes.
    ///
    /// # Errors
    /// When the program was not built or cannot be started.
    pub fn start_piped(mut self) -> Result<Process> {
        let log = self.log();
        let errors = std::fs::File::options().create(true).append(true).open(&log)?;
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::from(errors));
        Process::spawn(&self.name, self.command, log)
    }

    /// Starts it; the world looks after it.
    ///
    /// # Errors
    /// When the program was not built or cannot be started.
    pub async fn start(self) -> Result<ProcessId> {
        let log = self.log();
        self.world.processes.push(Process::start(&self.name, self.command, log)?);
        Ok(ProcessId(self.world.processes.len() - 1))
    }
}
