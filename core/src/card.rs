//! What every front end shows, as data. An adapter turns a card into its platform's widgets and
//! adds no rules: which buttons there are, which are locked and why, is decided at the desk.

use serde::{Deserialize, Serialize};

use crate::{
    job::{JobId, JobRef, JobState},
    objects::ObjectKey,
    words::Tongue,
};

/// What a card is about; adapters choose colours and icons by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardKind {
    /// A job that waits.
    Queued,
    /// A job under way.
    Running,
    /// A job whose files are being stored.
    Delivering,
    /// A finished video.
    Done,
    /// A job that failed.
    Failed,
    /// A job called off.
    Cancelled,
    /// Earlier jobs.
    History,
    /// Plan, month and credits.
    Plan,
    /// The brand kit.
    Brand,
    /// A stored picture.
    Upload,
    /// Linking accounts.
    Link,
    /// What one can do.
    Help,
    /// A video's script.
    Script,
    /// A video's captions.
    Captions,
    /// Whose pictures a video uses.
    Credits,
    /// An operator's answer.
    Admin,
}

impl From<JobState> for CardKind {
    fn from(state: JobState) -> Self {
        match state {
            JobState::Queued => Self::Queued,
            JobState::Running => Self::Running,
            JobState::Delivering => Self::Delivering,
            JobState::Done => Self::Done,
            JobState::Failed => Self::Failed,
            JobState::Cancelled => Self::Cancelled,
        }
    }
}

/// Something to show.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// What it is about.
    pub kind: CardKind,
    /// The job's short reference; on every card about a job.
    pub reference: Option<JobRef>,
    /// The job, for buttons and for editing the card in place.
    pub job: Option<JobId>,
    /// One line.
    pub title: String,
    /// Plain text, one paragraph an item; no markup.
    pub lines: Vec<String>,
    /// For jobs under way.
    pub progress: Option<CardProgress>,
    /// Addresses to open.
    pub links: Vec<Link>,
    /// Files to attach.
    pub files: Vec<CardFile>,
    /// In the order to show them.
    pub buttons: Vec<Button>,
    /// Only for the person who asked (balances, codes, operators' answers).
    pub private: bool,
    /// The language it is written in, for the words that an adapter adds.
    #[serde(default)]
    pub tongue: Tongue,
}

/// How far a job is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CardProgress {
    /// The stage's name, while one runs.
    pub stage: Option<String>,
    /// 0–1 of the whole.
    pub overall: f32,
    /// Estimated time to go.
    pub eta_ms: Option<u64>,
    /// Place in the queue from 1, while waiting.
    pub place: Option<u32>,
}

/// An address with a label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// What it opens.
    pub label: String,
    /// At most 512 characters.
    pub url: String,
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// The video in full quality.
    Master,
    /// The video under the chats' byte budget.
    Chat,
    /// A still.
    Poster,
    /// All shots at a glance.
    Sheet,
    /// Captions or script.
    Text,
}

/// A stored file that an adapter may attach, if it fits the platform's limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardFile {
    /// What it is.
    pub kind: FileKind,
    /// Where the bytes are.
    pub key: ObjectKey,
    /// A name for people, with extension.
    pub name: String,
    /// Its size, where known without asking the store.
    pub bytes: Option<u64>,
}

/// What a button does; its state lives in the database, so it works after a restart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Stop the job.
    Cancel,
    /// The same sentence, another take.
    Again,
    /// Show the script.
    Script,
    /// Show the captions.
    Captions,
    /// Show whose pictures were used.
    Credits,
    /// See the plans.
    Upgrade,
    /// Use pictures of one's own.
    Uploads,
    /// Edit the brand kit.
    Brand,
    /// Make it with a drawn talking object.
    Cartoon,
    /// Make it with a talking photograph.
    Studio,
    /// Make it as a talking film.
    Cinematic,
    /// Get a key to the HTTP API.
    ApiKey,
    /// Choose the format.
    PinFormat,
    /// The next page.
    Older,
    /// The previous page.
    Newer,
}

/// A button; locked ones are shown with the reason and do nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// What it does.
    pub action: Action,
    /// What it says.
    pub label: String,
    /// Why it cannot be pressed, in words for the person.
    pub locked: Option<String>,
}

impl Button {
    /// A button that works.
    pub fn open(action: Action, label: impl Into<String>) -> Self {
        Self { action, label: label.into(), locked: None }
    }

    /// A button that says why it does not.
    pub fn locked(action: Action, label: impl Into<String>, why: impl Into<String>) -> Self {
        Self { action, label: label.into(), locked: Some(why.into()) }
    }
}

impl Card {
    /// A card without anything on it but a title.
    pub fn new(kind: CardKind, title: impl Into<String>) -> Self {
        Self {
            kind,
            reference: None,
            job: None,
            title: title.into(),
            lines: Vec::new(),
            progress: None,
            links: Vec::new(),
            files: Vec::new(),
            buttons: Vec::new(),
            private: false,
            tongue: Tongue::default(),
        }
    }

    /// Adds a paragraph.
    #[must_use]
    pub fn line(mut self, line: impl Into<String>) -> Self {
        self.lines.push(line.into());
        self
    }

    /// Adds a button.
    #[must_use]
    pub fn button(mut self, button: Button) -> Self {
        self.buttons.push(button);
        self
    }

    /// Says in which language it is written.
    #[must_use]
    pub fn in_tongue(mut self, tongue: Tongue) -> Self {
        self.tongue = tongue;
        self
    }

    /// Shown only to the person who asked.
    #[must_use]
    pub fn for_their_eyes(mut self) -> Self {
        self.private = true;
        self
    }
}
