//! A conversation at the terminal: one line after the other, cards in between.

mod watch;

use std::collections::HashSet;

use cutline_core::{
    actor::Actor,
    card::Card,
    error::UserError,
    job::{JobRef, UploadRef},
    words::Tongue,
};
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::mpsc,
};
use uuid::Uuid;

use super::{
    card,
    completion::References,
    events::Hub,
    exit::ConsoleError,
    follow::{is_under_way, latest},
    origin,
    pictures::Files,
    prompt::{Above, Line, Prompt},
    save,
    screen::Screen,
};
use crate::{
    command::{self, Command},
    config::TerminalConfig,
    conversation::{self, Answer, Turn},
    front::Front,
    tasks::Group,
    words::say,
};

const PROMPT: &str = "› ";
const WELCOME: &str = "Cutline. Write a sentence, and it becomes a video. /help lists what else \
                       there is, Ctrl-D leaves.";

/// One person at one terminal.
pub(super) struct Session {
    front: Front,
    actor: Actor,
    hub: Hub,
    files: Files,
    prompt: Prompt,
    above: Above,
    screen: Screen,
    references: References,
    /// Pictures for the next video.
    images: Vec<UploadRef>,
    /// The card whose buttons are meant by a number.
    shown: Option<Card>,
    latest: Option<JobRef>,
    /// The page of the history that was last looked at, from 1.
    page: u32,
    /// Jobs whose end has been shown.
    told: HashSet<JobRef>,
    /// Jobs followed while the person goes on talking.
    away: Group<()>,
    ended_tx: mpsc::UnboundedSender<Card>,
    ended: mpsc::UnboundedReceiver<Card>,
    interrupt: Signal,
    terminate: Signal,
}

impl Session {
    pub(super) fn open(
        front: Front,
        actor: Actor,
        terminal: &TerminalConfig,
    ) -> Result<Self, ConsoleError> {
        let screen = Screen::output(terminal.colours);
        let references = References::default();
        let mut prompt =
            Prompt::open(terminal.history.clone(), references.clone(), screen.colours())?;
        let above = prompt.above();
        let listen = |kind| {
            signal(kind).map_err(|error| ConsoleError::Environment(format!("signals: {error}")))
        };
        let (ended_tx, ended) = mpsc::unbounded_channel();
        Ok(Self {
            hub: Hub::listen(&front.queue),
            files: Files { home: terminal.home.clone() },
            front,
            actor,
            prompt,
            above,
            screen,
            references,
            images: Vec::new(),
            shown: None,
            latest: None,
            page: 1,
            told: HashSet::new(),
            away: Group::default(),
            ended_tx,
            ended,
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
        })
    }

    /// Talks until the person leaves.
    pub(super) async fn talk(mut self) -> Result<(), ConsoleError> {
        self.screen.say(WELCOME);
        match latest(&self.front.desk, &self.actor).await {
            Ok(Some(card)) if is_under_way(&card) => {
                self.screen.say("A video of yours is still being made:");
                self.follow(card).await?;
            }
            Ok(_) => {}
            Err(error) => self.refused(&error),
        }
        loop {
            match self.line().await? {
                Line::Ended => break,
                Line::Interrupted => self.screen.say("Ctrl-D or /quit leaves the chat."),
                Line::Typed(line) if line.trim().is_empty() => {}
                Line::Typed(line) => {
                    if self.turn(&line).await?.is_break() {
                        break;
                    }
                }
            }
        }
        self.screen.say("Goodbye. Videos asked for go on being made; /history shows them.");
        Ok(())
    }

    /// Says these lines, one after the other.
    pub(super) async fn say(mut self, lines: &[String]) -> Result<(), ConsoleError> {
        for line in lines {
            if self.turn(line).await?.is_break() {
                break;
            }
        }
        Ok(())
    }

    /// The next line; jobs that end meanwhile are shown above it.
    async fn line(&mut self) -> Result<Line, ConsoleError> {
        let ask = self.prompt.ask(PROMPT);
        tokio::pin!(ask);
        loop {
            tokio::select! {
                line = &mut ask => return Ok(line?),
                Some(card) = self.ended.recv() => {
                    let first = card.reference.clone().is_none_or(|job| self.told.insert(job));
                    if !first {
                        continue;
                    }
                    let lines = card::lines(&card, self.screen.look());
                    (self.above)(format!("{}\n", lines.join("\n")));
                    self.latest.clone_from(&card.reference);
                    self.shown = Some(card);
                }
                // Only where the terminal does not hand Ctrl-C to the prompt.
                _ = self.interrupt.recv() => return Ok(Line::Ended),
                _ = self.terminate.recv() => return Ok(Line::Ended),
            }
        }
    }

    async fn turn(&mut self, line: &str) -> Result<std::ops::ControlFlow<()>, ConsoleError> {
        let command = match self.understood(line) {
            Ok(command) => command,
            Err(error) => {
                self.refused(&error);
                return Ok(std::ops::ControlFlow::Continue(()));
            }
        };
        let follows =
            matches!(command, Command::Video { .. } | Command::Again(_) | Command::Status(_));
        let turn = Turn {
            desk: &self.front.desk,
            actor: &self.actor,
            pictures: &self.files,
            idempotency_key: Uuid::now_v7().to_string(),
            origin: origin(),
            images: self.images.clone(),
            latest: self.latest.clone(),
        };
        let makes_video = matches!(command, Command::Video { .. });
        if let Command::History { page } = command {
            self.page = page;
        }
        match turn.answer(command).await {
            Err(error) => self.refused(&error),
            Ok(Answer::Goodbye) => return Ok(std::ops::ControlFlow::Break(())),
            Ok(Answer::Images(images)) => {
                self.images.extend(images);
                let count = self.images.len();
                self.screen.say(&format!(
                    "{count} {} for the next video: write what it is about.",
                    if count == 1 { "picture is ready" } else { "pictures are ready" }
                ));
            }
            Ok(Answer::Save { card, file }) => self.save(&card, file).await,
            Ok(Answer::Card(card)) => {
                if makes_video {
                    self.images.clear();
                }
                if follows && is_under_way(&card) {
                    self.follow(card).await?;
                } else {
                    self.show(card);
                }
            }
        }
        Ok(std::ops::ControlFlow::Continue(()))
    }

    /// A number or label answers the card above; everything else is a command or a sentence.
    fn understood(&self, line: &str) -> Result<Command, UserError> {
        let pressed = self.shown.as_ref().and_then(|card| {
            let action = card::chosen(&card.buttons, line)?;
            Some((action, card))
        });
        let line = line.trim();
        match pressed {
            None if line.len() <= 2 && line.parse::<u8>().is_ok() => Err(UserError::validation(
                "command",
                say!(self.tongue(), "no-such-choice", number = line),
            )),
            Some((action, card)) => {
                conversation::pressed(action, card, self.page).ok_or_else(|| UserError {
                    code: "NOT_HERE".into(),
                    field: String::new(),
                    message: say!(self.tongue(), "not-in-terminal"),
                })
            }
            None => command::parse_in(self.tongue(), line),
        }
    }

    fn tongue(&self) -> Tongue {
        self.actor.tongue()
    }

    fn show(&mut self, card: Card) {
        self.learn(&card);
        self.screen.settle(&card);
        self.shown = Some(card);
    }

    fn learn(&mut self, card: &Card) {
        if let Some(reference) = &card.reference {
            self.references.learn(reference.as_str());
            if !is_under_way(card) {
                self.told.insert(reference.clone());
            }
            self.latest = Some(reference.clone());
        }
    }

    fn refused(&mut self, error: &UserError) {
        self.screen.say(&error.message);
    }

    async fn save(&mut self, card: &Card, file: Option<String>) {
        let path = file.map_or_else(|| save::default_name(card), Into::into);
        let words = match save::save(&self.front.objects, card, &path).await {
            Ok(files) => {
                let names: Vec<String> = files.iter().map(|f| f.display().to_string()).collect();
                format!("Saved {}.", names.join(", "))
            }
            Err(error) => format!("It could not be saved: {error}."),
        };
        self.screen.say(&words);
    }
}
