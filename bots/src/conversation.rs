//! One turn of a conversation: a [`Command`] goes to the front desk, a [`Card`] comes back. The
//! same for every chat; what differs between chats (where pictures come from, where the card will
//! stand) is handed in. It decides nothing: entitlement, limits and money are the desk's.

use std::future::Future;

use cutline_core::{
    actor::{Actor, Platform},
    card::{Action, Card, CardKind},
    desk::{BrandChange, Desk, SubmitRequest},
    error::UserError,
    job::{JobRef, Origin, UploadRef},
    words::Tongue,
};

use crate::{
    command::{
        BrandCommand, Command,
        verbs::{self, Takes, Verb},
    },
    words::{self, say},
};

/// A picture's bytes and the name it came under.
#[derive(Clone, Debug)]
pub struct Picture {
    /// The file's own name.
    pub name: String,
    /// As received; the desk checks and cleans it.
    pub bytes: Vec<u8>,
}

/// Fetches what a person named as a picture: a path on this machine, an attachment of a chat.
pub trait Pictures {
    /// The bytes.
    ///
    /// # Errors
    /// A [`UserError`] that says which picture cannot be had, and why.
    fn fetch(&self, named: &str) -> impl Future<Output = Result<Picture, UserError>> + Send;
}

/// What a turn stands on.
#[derive(Debug)]
pub struct Turn<'a, P> {
    /// The one door.
    pub desk: &'a Desk,
    /// Who speaks.
    pub actor: &'a Actor,
    /// Where pictures come from.
    pub pictures: &'a P,
    /// The same for the same message, however often it arrives.
    pub idempotency_key: String,
    /// Where the card will stand.
    pub origin: Origin,
    /// Pictures to use in the video that this turn asks for.
    pub images: Vec<UploadRef>,
    /// The job a person means who names none; where even that is not known, their latest.
    pub latest: Option<JobRef>,
}

/// What a turn came to.
#[derive(Debug)]
pub enum Answer {
    /// Show this.
    Card(Card),
    /// Pictures were stored for the next video.
    Images(Vec<UploadRef>),
    /// Put the files of this card where the person wants them, if this chat can.
    Save {
        /// The finished video.
        card: Card,
        /// Under which name, if they said.
        file: Option<String>,
    },
    /// The person leaves.
    Goodbye,
}

impl<P: Pictures> Turn<'_, P> {
    /// Does what was asked.
    ///
    /// # Errors
    /// The front desk's [`UserError`], to be shown as written.
    pub async fn answer(self, command: Command) -> Result<Answer, UserError> {
        let (desk, actor) = (self.desk, self.actor);
        let card = match command {
            Command::Video { sentence } => {
                let request = SubmitRequest {
                    images: self.images,
                    ..SubmitRequest::new(sentence, self.idempotency_key, self.origin)
                };
                desk.submit(actor, request).await?
            }
            Command::Image { files } => return self.images(files).await.map(Answer::Images),
            Command::Status(job) => {
                let job = job.or(self.latest);
                desk.status(actor, job.as_ref()).await?
            }
            Command::Cancel(job) => desk.cancel(actor, &self.job(job).await?).await?,
            Command::Again(job) => {
                let job = self.job(job).await?;
                desk.again(actor, &job, self.idempotency_key, self.origin).await?
            }
            Command::Script(job) => desk.script(actor, &self.job(job).await?).await?,
            Command::Captions(job) => desk.captions(actor, &self.job(job).await?).await?,
            Command::Credits(job) => desk.credits(actor, &self.job(job).await?).await?,
            Command::History { page } => desk.history(actor, page.saturating_sub(1)).await?,
            Command::Plan => desk.plan(actor).await?,
            Command::Upgrade => desk.upgrade(actor).await?,
            Command::Brand(change) => self.brand(change).await?,
            Command::ApiKey => desk.api_key(actor).await?,
            Command::Link { code: None } => desk.link_start(actor).await?,
            Command::Link { code: Some(code) } => desk.link_finish(actor, &code).await?,
            Command::Help(verb) => help(actor.tongue(), self.origin.platform, verb, actor.operator),
            Command::Save { job, file } => {
                let card = desk.status(actor, Some(&self.job(job).await?)).await?;
                return Ok(Answer::Save { card, file });
            }
            Command::Quit => return Ok(Answer::Goodbye),
            Command::Admin(command) => {
                crate::admin::answer(desk, actor, command, &self.idempotency_key).await?
            }
        };
        Ok(Answer::Card(card))
    }

    /// The job that was named, else the one the conversation is about, else the latest there is.
    async fn job(&self, named: Option<JobRef>) -> Result<JobRef, UserError> {
        if let Some(job) = named.or_else(|| self.latest.clone()) {
            return Ok(job);
        }
        let latest = self.desk.status(self.actor, None).await?;
        latest
            .reference
            .ok_or_else(|| UserError::validation("job", say!(self.actor.tongue(), "no-video-yet")))
    }

    async fn images(&self, files: Vec<String>) -> Result<Vec<UploadRef>, UserError> {
        let mut uploads = Vec::with_capacity(files.len());
        for file in files {
            uploads.push(self.upload(&file).await?);
        }
        Ok(uploads)
    }

    async fn upload(&self, named: &str) -> Result<UploadRef, UserError> {
        let picture = self.pictures.fetch(named).await?;
        self.desk.upload(self.actor, &picture.name, picture.bytes).await
    }

    async fn brand(&self, command: BrandCommand) -> Result<Card, UserError> {
        let change = match command {
            BrandCommand::Show => return self.desk.brand_show(self.actor).await,
            BrandCommand::Clear => return self.desk.brand_clear(self.actor).await,
            BrandCommand::Colours(colours) => BrandChange::Colours(colours),
            BrandCommand::Require(phrases) => BrandChange::Require(phrases),
            BrandCommand::Ban(phrases) => BrandChange::Ban(phrases),
            BrandCommand::Logo(file) => BrandChange::Logo(self.upload(&file).await?),
            BrandCommand::Photo(file) => BrandChange::Photo(self.upload(&file).await?),
        };
        self.desk.brand_set(self.actor, change).await
    }
}

/// The command that pressing a button on a card stands for; `page` is the history's that is shown.
#[must_use]
pub fn pressed(action: Action, card: &Card, page: u32) -> Option<Command> {
    let job = card.reference.clone();
    Some(match action {
        Action::Cancel => Command::Cancel(job),
        Action::Again => Command::Again(job),
        Action::Script => Command::Script(job),
        Action::Captions => Command::Captions(job),
        Action::Credits => Command::Credits(job),
        Action::Upgrade => Command::Upgrade,
        Action::Brand => Command::Brand(BrandCommand::Show),
        Action::ApiKey => Command::ApiKey,
        Action::Uploads => Command::Help(verbs::find("image")),
        Action::Older => Command::History { page: page.saturating_add(1) },
        Action::Newer => Command::History { page: page.saturating_sub(1).max(1) },
        _ => return None,
    })
}

/// All verbs, or one in detail, as they are said on a platform. Operators' verbs are shown to
/// operators.
#[must_use]
pub fn help(tongue: Tongue, platform: Platform, verb: Option<&Verb>, operator: bool) -> Card {
    let has_files = !matches!(platform, Platform::Discord | Platform::Telegram);
    let written = |verb: &Verb| match verb.takes {
        Takes::Files if !has_files => format!("/{}", verb.name),
        _ => format!("/{} {}", verb.name, verb.arguments).trim_end().to_owned(),
    };
    if let Some(verb) = verb {
        let about = words::verb(tongue, verb.name);
        let pictures = match platform {
            _ if verb.takes != Takes::Files => None,
            Platform::Discord => Some(say!(tongue, "pictures-discord")),
            Platform::Telegram => Some(say!(tongue, "pictures-telegram")),
            _ => None,
        };
        if let Some(how) = pictures {
            return Card::new(CardKind::Help, about).line(how);
        }
        let mut card = Card::new(CardKind::Help, written(verb)).line(about).line(say!(
            tongue,
            "help-example",
            example = verb.example
        ));
        if verb.name == "admin" {
            for (written, name) in crate::admin::VERBS {
                let about = words::operators_verb(tongue, name);
                card = card.line(format!("/admin {written}: {about}"));
            }
        }
        return card;
    }
    let mut card = Card::new(CardKind::Help, say!(tongue, "help-title")).line(say!(
        tongue,
        "help-example",
        example = "Why octopuses have three hearts"
    ));
    for verb in verbs::ALL.iter().filter(|verb| operator || verb.name != "admin") {
        card = card.line(format!("{}: {}", written(verb), words::verb(tongue, verb.name)));
    }
    card
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_pictures_are_no_files_help_says_how_they_are_sent() {
        let image = verbs::find("image");
        for tongue in Tongue::ALL {
            let said = |platform| help(tongue, platform, image, false).lines.join(" ");
            assert!(said(Platform::Console).contains("/image roses.jpg"));
            assert!(said(Platform::Discord).contains("/video"), "{}", said(Platform::Discord));
            for platform in [Platform::Discord, Platform::Telegram] {
                assert!(!said(platform).contains(".jpg"), "{}", said(platform));
                let all = help(tongue, platform, None, false);
                assert!(!all.lines.iter().any(|line| line.contains("FILE…")), "{all:?}");
            }
        }
    }
}
