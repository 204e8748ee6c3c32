//! The processes of a chaos run: workers, a relay, a front end. Whoever dies is started again, as a
//! service manager would, with the next failpoint armed while the schedule has any.

use std::{
    collections::{BTreeMap, VecDeque},
    os::unix::process::ExitStatusExt,
    time::Duration,
};

use anyhow::{Context, Result};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    process::ChildStdin,
    sync::mpsc,
};

use super::schedule::Schedule;
use crate::{
    front::{Answer, Request},
    process::Process,
    tasks::spawn,
    world::{Role, World},
};

/// An orderly end takes no longer.
const ENDING_MAX: Duration = Duration::from_secs(60);
const SIGKILL: i32 = 9;

/// What a process is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Worker(usize),
    Relay,
    Front,
}

#[derive(Debug)]
struct Member {
    part: Part,
    process: Process,
    /// The failpoint it was started with.
    armed: Option<String>,
    /// We killed it ourselves.
    killed: bool,
}

/// The processes.
#[derive(Debug)]
pub(super) struct Fleet {
    members: Vec<Member>,
    points: [VecDeque<String>; 3],
    requests: Option<ChildStdin>,
    /// What the front end answers.
    pub(super) answers: mpsc::UnboundedReceiver<Answer>,
    answered: mpsc::UnboundedSender<Answer>,
    /// Counts up with each new front end: whatever was asked of the last one is asked again.
    pub(super) fronts: u32,
    /// Deaths at each failpoint.
    pub(super) deaths: BTreeMap<String, u32>,
    /// Kills from outside.
    pub(super) kills: u32,
    /// Deaths that nobody ordered, with last words.
    pub(super) unexpected: Vec<String>,
}

impl Fleet {
    /// Starts everything.
    ///
    /// # Errors
    /// When a program was not built or does not start.
    pub(super) async fn start(
        world: &mut World,
        schedule: &Schedule,
        workers: usize,
    ) -> Result<Self> {
        let (answered, answers) = mpsc::unbounded_channel();
        let points = [&schedule.worker_points, &schedule.relay_points, &schedule.front_points]
            .map(|points| points.iter().cloned().collect());
        let mut fleet = Self {
            members: Vec::new(),
            points,
            requests: None,
            answers,
            answered,
            fronts: 0,
            deaths: BTreeMap::new(),
            kills: 0,
            unexpected: Vec::new(),
        };
        let parts = (0..workers).map(Part::Worker).chain([Part::Relay, Part::Front]);
        for part in parts {
            let member = fleet.launch(world, part).await?;
            fleet.members.push(member);
        }
        Ok(fleet)
    }

    /// No more failpoints: whoever is still armed is killed, so that nobody dies from now on.
    ///
    /// # Errors
    /// When the system does not say how a process is.
    pub(super) async fn calm(&mut self, world: &mut World) -> Result<()> {
        self.points.iter_mut().for_each(VecDeque::clear);
        for member in &mut self.members {
            if member.armed.take().is_some() && member.process.ended()?.is_none() {
                member.killed = true;
                member.process.kill().await?;
                self.kills += 1;
            }
        }
        self.tend(world).await
    }

    /// Starts whoever has died again.
    ///
    /// # Errors
    /// When a program does not start.
    pub(super) async fn tend(&mut self, world: &mut World) -> Result<()> {
        for index in 0..self.members.len() {
            let member = &mut self.members[index];
            let Some(status) = member.process.ended()? else { continue };
            match &member.armed {
                _ if member.killed => {}
                Some(point) if status.signal() == Some(SIGKILL) => {
                    let name = point.split('=').next().unwrap_or_default().to_owned();
                    *self.deaths.entry(name).or_default() += 1;
                }
                _ => self.unexpected.push(format!("{status}\n{}", member.process.last_words())),
            }
            let part = member.part;
            self.members[index] = self.launch(world, part).await?;
        }
        Ok(())
    }

    async fn launch(&mut self, world: &mut World, part: Part) -> Result<Member> {
        let (name, queue, mut launch) = match part {
            Part::Worker(number) => {
                let name = format!("worker-{number}");
                let provider = world.folder("provider");
                let standin = format!("stages=3,ms=40,paid=2,provider={}", provider.display());
                let launch = world
                    .worker(&name)
                    .setting("CUTLINE_STANDIN", &standin)
                    .setting("CUTLINE_SLOTS", "2")
                    .setting("CUTLINE_DRAIN_S", "20")
                    .setting("CUTLINE_LOST_AFTER_S", "5");
                (name, 0, launch)
            }
            Part::Relay => ("relay".to_owned(), 1, world.bots("relay", &["relay"])),
            Part::Front => {
                let chat = world.folder("chat").display().to_string();
                let launch = world.launch("front", "cutline-tests", Role::Bots, &["front", &chat]);
                ("front".to_owned(), 2, launch)
            }
        };
        let armed = self.points[queue].pop_front();
        if let Some(point) = &armed {
            launch = launch.failpoints(point);
        }
        let process = if part == Part::Front {
            let mut process = launch.start_piped()?;
            self.fronts += 1;
            self.listen(&mut process)?;
            process
        } else {
            launch.start_apart()?
        };
        tracing::debug!(name, pid = process.pid(), ?armed, "started");
        Ok(Member { part, process, armed, killed: false })
    }

    fn listen(&mut self, front: &mut Process) -> Result<()> {
        self.requests = front.child().stdin.take();
        let output = front.child().stdout.take().context("the front end's answers")?;
        let answered = self.answered.clone();
        drop(spawn(async move {
            let mut lines = BufReader::new(output).lines();
            while let Ok(Some(line)) = lines.next_line().await {
                match serde_json::from_str(&line) {
                    Ok(answer) => drop(answered.send(answer)),
                    // Killed in the middle of a line.
                    Err(_) => tracing::debug!(line, "half an answer"),
                }
            }
        }));
        Ok(())
    }

    /// Asks the front end; whether it was there to hear.
    pub(super) async fn ask(&mut self, request: &Request) -> bool {
        let (Some(requests), Ok(line)) = (&mut self.requests, serde_json::to_string(request))
        else {
            return false;
        };
        requests.write_all(format!("{line}\n").as_bytes()).await.is_ok()
    }

    fn member(&mut self, part: Part) -> Result<&mut Member> {
        self.members.iter_mut().find(|member| member.part == part).context("no such member")
    }

    async fn kill(&mut self, part: Part) -> Result<()> {
        let member = self.member(part)?;
        if member.process.ended()?.is_none() {
            member.killed = true;
            member.process.kill().await?;
            self.kills += 1;
        }
        Ok(())
    }

    /// Kills a worker.
    ///
    /// # Errors
    /// When there is none of that number.
    pub(super) async fn kill_worker(&mut self, number: usize) -> Result<()> {
        self.kill(Part::Worker(number)).await
    }

    /// Kills the relay.
    ///
    /// # Errors
    /// When the system refuses.
    pub(super) async fn kill_relay(&mut self) -> Result<()> {
        self.kill(Part::Relay).await
    }

    /// Kills the front end.
    ///
    /// # Errors
    /// When the system refuses.
    pub(super) async fn kill_front(&mut self) -> Result<()> {
        self.kill(Part::Front).await
    }

    /// Sends a worker a signal; nothing happens to one that has just died.
    ///
    /// # Errors
    /// When there is none of that number.
    pub(super) async fn signal_worker(&mut self, number: usize, signal: &str) -> Result<()> {
        let member = self.member(Part::Worker(number))?;
        if member.process.ended()?.is_none() {
            member.process.signal(signal).await?;
        }
        Ok(())
    }

    /// Ends everything in an orderly way; complaints about who did not end so.
    pub(super) async fn end(&mut self) -> Vec<String> {
        // The front end stops when nobody asks any more.
        self.requests = None;
        let ends = self.members.iter_mut().map(async |member| match member.part {
            Part::Front => member.process.wait().await.map(drop),
            _ => member.process.end(ENDING_MAX).await,
        });
        let ends = futures::future::join_all(ends).await.into_iter();
        ends.filter_map(|ended| ended.err().map(|error| format!("{error:#}"))).collect()
    }

    /// What everybody said last.
    #[must_use]
    pub(super) fn last_words(&self) -> String {
        self.members.iter().map(|member| member.process.last_words()).collect()
    }
}
