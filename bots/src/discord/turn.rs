//! Answers a command: through the conversation that all chats share, shown as Discord shows things.

use cutline_core::{
    card::{Card, CardFile, CardKind, FileKind},
    error::UserError,
    job::UploadRef,
    words::Tongue,
};
use serenity::model::channel::Attachment;

use super::{
    asked::Asked,
    attachments::Attachments,
    bot::{Acknowledged, Bot, Turn},
    commands::help_card,
    look,
    payload::Upload,
};
use crate::{
    chat::{
        UPLOAD_BYTES_MAX,
        board::Stood,
        confirm::{self, is_destructive},
        show::is_under_way,
    },
    command::{self, Command, admin::AdminCommand},
    conversation::{self, Answer},
    words::say,
};

/// Longest text file that is attached to an answer.
const TEXT_BYTES_MAX: u64 = 1 << 20;

impl Bot {
    /// Acknowledges, does what was asked, and shows it.
    pub(super) async fn converse(
        &self,
        asked: Asked,
        how: Acknowledged,
        command: Command,
        files: Vec<Attachment>,
    ) {
        let Some(turn) = self.acknowledge(&asked, how).await else { return };
        self.take(&asked, &turn, command, files).await;
    }

    /// The same for something that was acknowledged already.
    pub(super) async fn take(
        &self,
        asked: &Asked,
        turn: &Turn,
        command: Command,
        files: Vec<Attachment>,
    ) {
        let page = if let Command::History { page } = command { page } else { 1 };
        let starts = matches!(command, Command::Video { .. } | Command::Again(_));
        match self.think(asked, command, files).await {
            Ok(card) if starts && turn.how == Acknowledged::Openly => {
                self.stand(asked, &card).await
            }
            Ok(card) => self.show(asked, &card, page).await,
            Err(refusal) => self.refuse(asked, turn, &refusal.message).await,
        }
    }

    async fn think(
        &self,
        asked: &Asked,
        command: Command,
        files: Vec<Attachment>,
    ) -> Result<Card, UserError> {
        let actor = self.actor(asked);
        if command == Command::Help(None) {
            return Ok(help_card(actor.tongue(), actor.operator));
        }
        let pictures = Attachments { rest: self.rest.clone(), files, tongue: asked.tongue() };
        let place = asked.address.place().map_err(|error| {
            tracing::error!(%error, "a place cannot be written down");
            broken(asked.tongue())
        })?;
        let turn = |images: Vec<UploadRef>| conversation::Turn {
            desk: &self.front.desk,
            actor: &actor,
            pictures: &pictures,
            idempotency_key: asked.key(),
            origin: self.board.origin(&place),
            images,
            latest: None,
        };
        let mut images = Vec::new();
        if matches!(command, Command::Video { .. }) && !pictures.files.is_empty() {
            let files = pictures.names();
            match turn(Vec::new()).answer(Command::Image { files }).await? {
                Answer::Images(stored) => images = stored,
                _ => return Err(broken(asked.tongue())),
            }
        }
        if matches!(command, Command::Video { .. } | Command::Again(_) | Command::Cancel(_)) {
            self.suggestions.forget(asked.user);
        }
        match turn(images).answer(command).await? {
            Answer::Card(card) => Ok(card),
            Answer::Images(_) | Answer::Save { .. } | Answer::Goodbye => Err(UserError {
                code: "NOT_HERE".into(),
                field: String::new(),
                message: say!(asked.tongue(), "not-here"),
            }),
        }
    }

    /// A job that was just accepted: its card is the acknowledgement's message from now on.
    async fn stand(&self, asked: &Asked, card: &Card) {
        let Ok(place) = asked.address.place() else { return };
        match self.board.stand(&place, card).await {
            Stood::Posted(_) | Stood::Already => {}
            Stood::Later => {
                tracing::info!(interaction = asked.id, "a card is posted by the follower");
            }
            Stood::Nowhere => {
                tracing::info!(interaction = asked.id, "a card could not be posted");
            }
        }
    }

    /// Any other card, with what belongs to it.
    pub(super) async fn show(&self, asked: &Asked, card: &Card, page: u32) {
        // As for an end: so many videos are in memory at once, and no more.
        let _turn = match card.kind {
            CardKind::Done => self.board.upload_turn().await,
            _ => None,
        };
        let files = self.files(asked, card).await;
        let payload = look::card(card, page);
        let shown = if files.is_empty() {
            self.answer(asked, &payload, &[]).await
        } else {
            self.answer(asked, &payload.clone().with_files(&files), &files).await
        };
        if let Err(error) = shown {
            // Larger than they said, perhaps: the words are better than nothing.
            tracing::info!(interaction = asked.id, %error, "an answer is shown without its files");
            self.say(asked, &payload).await;
        }
    }

    /// Script and captions as files; of a finished video, the best file that fits.
    async fn files(&self, asked: &Asked, card: &Card) -> Vec<Upload> {
        let most = asked.address.attachment_bytes_max.min(UPLOAD_BYTES_MAX);
        let wanted: Vec<&CardFile> = match card.kind {
            CardKind::Script | CardKind::Captions => {
                card.files.iter().filter(|file| file.kind == FileKind::Text).collect()
            }
            CardKind::Done if !is_under_way(card) => {
                let videos = card.files.iter();
                let fits = |file: &&CardFile| file.bytes.is_some_and(|bytes| bytes <= most);
                let is = |kind| move |file: &&CardFile| file.kind == kind;
                let master = videos.clone().filter(is(FileKind::Master)).find(fits);
                master
                    .or_else(|| videos.filter(is(FileKind::Chat)).find(fits))
                    .into_iter()
                    .collect()
            }
            _ => return Vec::new(),
        };
        let mut files = Vec::with_capacity(wanted.len());
        for file in wanted {
            let limit = if file.kind == FileKind::Text { TEXT_BYTES_MAX.min(most) } else { most };
            match self.front.objects.get(&file.key).await {
                Ok(bytes) if bytes.len() as u64 <= limit => {
                    files.push(Upload::new(&file.name, bytes));
                }
                Ok(_) => {}
                Err(error) => tracing::info!(key = %file.key, %error, "a file is not attached"),
            }
        }
        files
    }

    /// An operator's command, as the words it would be typed in: asked about first where it cannot
    /// be taken back.
    pub(super) async fn operate(&self, asked: Asked, text: String) {
        let Some(turn) = self.acknowledge(&asked, Acknowledged::Privately).await else { return };
        let actor = self.actor(&asked);
        // Whoever is no operator leaves no question behind.
        let allowed = self.front.desk.admin(&actor).map(drop);
        let command = allowed.and_then(|()| match command::parse_in(asked.tongue(), &text)? {
            Command::Admin(command) => Ok(command),
            _ => Err(broken(asked.tongue())),
        });
        let command: AdminCommand = match command {
            Ok(command) => command,
            Err(refusal) => return self.refuse(&asked, &turn, &refusal.message).await,
        };
        if !is_destructive(&command) {
            return self.take(&asked, &turn, Command::Admin(command), Vec::new()).await;
        }
        match confirm::ask(&self.front.store, &actor, &text).await {
            Ok(question) => {
                self.say(&asked, &look::question(&question.card, &question.id)).await;
            }
            Err(refusal) => self.refuse(&asked, &turn, &refusal.message).await,
        }
    }
}

/// What a person is told about a defect of ours.
pub(super) fn broken(tongue: Tongue) -> UserError {
    UserError { code: "UNAVAILABLE".into(), field: String::new(), message: say!(tongue, "broken") }
}
