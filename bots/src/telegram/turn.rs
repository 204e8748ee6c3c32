//! One update, answered: what was said goes through the conversation to the desk, and the answer goes
//! where it belongs. Whatever is asked for twice (Telegram sends an update again when nobody confirmed
//! it) is done once: its key is the message's or the press's own id.

use std::{sync::Arc, time::Duration};

use cutline_core::{
    actor::{Actor, Platform},
    card::{Card, FileKind},
    error::UserError,
    failpoint,
    store::KeptPicture,
};
use teloxide::types::{CallbackQuery, MaybeInaccessibleMessage, Update, UpdateKind};

use super::{
    api::{ALERT_MAX, Telegram},
    button::{self, Pressed},
    draw,
    files::Attached,
    place::Address,
    understood::{self, Said},
    words,
};
use crate::{
    chat::{
        ChatError, Place,
        board::{Board, Stood},
        confirm, pictures,
        show::{cut, is_under_way, utf16},
    },
    command::{self, Command, admin::AdminCommand},
    conversation::{Answer, Pictures, Turn},
    front::Front,
};

/// Answering one update takes no longer; what is left is left (and said to be, in the log).
const ANSWER_MAX: Duration = Duration::from_secs(90);
/// A plain answer waits so long for its turn, then it is given up.
const SEND_PATIENCE: Duration = Duration::from_secs(40);
/// Between tries of a plain answer.
const SEND_AGAIN: Duration = Duration::from_secs(2);

/// Answers updates. Cheap to clone.
#[derive(Clone)]
pub(super) struct Receiver {
    telegram: Telegram,
    board: Board,
    me: u64,
    username: Arc<str>,
}

/// What a turn is about.
struct Asked<'a> {
    actor: &'a Actor,
    address: Address,
    key: String,
    pictures: Attached,
}

impl Receiver {
    pub(super) fn new(telegram: Telegram, board: Board, me: u64, username: &str) -> Self {
        Self { telegram, board, me, username: username.into() }
    }

    pub(super) fn me(&self) -> u64 {
        self.me
    }

    pub(super) fn front(&self) -> &Front {
        self.board.front()
    }

    pub(super) fn telegram(&self) -> &Telegram {
        &self.telegram
    }

    /// Answers an update. Never fails: whatever goes wrong is said to the person, or logged where
    /// nobody can be told.
    pub(super) async fn receive(&self, update: Update) {
        let id = update.id.0;
        failpoint!("chat.after_defer");
        let answering = async {
            match update.kind {
                UpdateKind::Message(message) => {
                    if let Some(said) = understood::message(&message, self.me, &self.username) {
                        self.said(said).await;
                    }
                }
                UpdateKind::CallbackQuery(query) => self.pressed(query).await,
                UpdateKind::MyChatMember(change) => {
                    tracing::info!(
                        chat = change.chat.id.0,
                        present = change.new_chat_member.is_present(),
                        "our place in a chat changed"
                    );
                }
                UpdateKind::Error(value) => {
                    let kinds: Vec<&String> =
                        value.as_object().map(|o| o.keys().collect()).unwrap_or_default();
                    tracing::warn!(?kinds, "an update that is not understood");
                }
                _ => {}
            }
        };
        if tokio::time::timeout(ANSWER_MAX, answering).await.is_err() {
            tracing::error!(update = id, "answering took too long; it is left");
        }
    }

    async fn said(&self, said: Said) {
        let operators = &self.front().operators;
        let actor = operators.actor(
            Platform::Telegram,
            said.person.id.to_string(),
            said.person.locale.clone(),
        );
        let asked = Asked {
            actor: &actor,
            address: said.address,
            key: format!("telegram:{}:{}", said.address.chat, said.message),
            pictures: Attached::new(self.telegram.clone(), said.picture.as_ref()),
        };
        if let Err(refusal) = self.heard(&asked, &said).await {
            self.say(asked.address, &refusal.message).await;
        }
    }

    async fn heard(&self, asked: &Asked<'_>, said: &Said) -> Result<(), UserError> {
        match (&said.picture, &said.album) {
            (Some(picture), Some(album)) => self.album(asked, said, &picture.id, album).await,
            (Some(picture), None) => match with_picture(&said.text, &picture.id) {
                WithPicture::Keep => {
                    let image = self.upload(asked, &picture.id).await?;
                    let count = self.keep_for_next(asked, said.message, image).await?;
                    self.say(asked.address, &crate::words::pictures_ready(count as usize)).await;
                    Ok(())
                }
                WithPicture::Request(sentence) => {
                    let image = self.upload(asked, &picture.id).await?;
                    self.video(asked, sentence, vec![image]).await
                }
                WithPicture::Command(text) => self.command(asked, &text).await,
            },
            (None, _) if said.unusable => {
                // In a group nobody asked for an opinion on stickers.
                if !asked.address.is_group() {
                    self.say(asked.address, words::UNUSABLE).await;
                }
                Ok(())
            }
            (None, _) if said.text.is_empty() => {
                self.say(asked.address, words::NOTHING_SAID).await;
                Ok(())
            }
            (None, _) => self.command(asked, &said.text).await,
        }
    }

    /// One part of an album; whoever finds it complete answers for all of it.
    async fn album(
        &self,
        asked: &Asked<'_>,
        said: &Said,
        picture: &str,
        album: &str,
    ) -> Result<(), UserError> {
        let store = &self.front().store;
        let scope = pictures::album(&format!("{}:{album}", asked.address.conversation()));
        let image = match self.upload(asked, picture).await {
            Ok(image) => Some(image),
            Err(refusal) => {
                self.say(asked.address, &refusal.message).await;
                None
            }
        };
        let words = Some(said.text.clone()).filter(|text| !text.is_empty());
        let part = KeptPicture { part: format!("{:012}", said.message), image, words };
        pictures::keep(store, asked.actor, &scope, &part).await?;
        let Some(all) = pictures::complete(store, asked.actor, &scope).await? else {
            return Ok(());
        };
        let done = match &all.words {
            // One of them was refused, and that was said.
            _ if all.images.is_empty() => Ok(()),
            Some(words) => {
                let text = words.strip_prefix("/video").map_or(words.as_str(), str::trim);
                self.video(asked, text.to_owned(), all.images.clone()).await
            }
            None => {
                let mut count = 0;
                for (at, image) in all.images.iter().enumerate() {
                    let message = said.message.saturating_add(i32::try_from(at).unwrap_or(0));
                    count = self.keep_for_next(asked, message, image.clone()).await?;
                }
                self.say(asked.address, &crate::words::pictures_ready(count as usize)).await;
                Ok(())
            }
        };
        pictures::used(store, asked.actor, &scope, &all).await;
        done
    }

    async fn upload(
        &self,
        asked: &Asked<'_>,
        picture: &str,
    ) -> Result<cutline_core::job::UploadRef, UserError> {
        let picture = asked.pictures.fetch(picture).await?;
        self.front().desk.upload(asked.actor, &picture.name, picture.bytes).await
    }

    async fn keep_for_next(
        &self,
        asked: &Asked<'_>,
        message: i32,
        image: cutline_core::job::UploadRef,
    ) -> Result<u32, UserError> {
        let scope = pictures::next(&asked.address.conversation());
        let part = KeptPicture { part: format!("{message:012}"), image: Some(image), words: None };
        pictures::keep(&self.front().store, asked.actor, &scope, &part).await
    }

    async fn video(
        &self,
        asked: &Asked<'_>,
        sentence: String,
        images: Vec<cutline_core::job::UploadRef>,
    ) -> Result<(), UserError> {
        self.turn(asked, Command::Video { sentence }, images).await
    }

    /// Something that was said in words.
    async fn command(&self, asked: &Asked<'_>, text: &str) -> Result<(), UserError> {
        match command::parse(text)? {
            Command::Admin(command) => self.admin(asked, command, text).await,
            Command::Quit => {
                self.say(asked.address, words::QUIT).await;
                Ok(())
            }
            Command::Save { .. } => {
                self.say(asked.address, words::SAVE).await;
                Ok(())
            }
            Command::Video { sentence } => {
                let scope = pictures::next(&asked.address.conversation());
                let store = &self.front().store;
                let waiting = pictures::waiting(store, asked.actor, &scope).await?;
                self.video(asked, sentence, waiting.images.clone()).await?;
                pictures::used(store, asked.actor, &scope, &waiting).await;
                Ok(())
            }
            command => self.turn(asked, command, Vec::new()).await,
        }
    }

    async fn turn(
        &self,
        asked: &Asked<'_>,
        command: Command,
        images: Vec<cutline_core::job::UploadRef>,
    ) -> Result<(), UserError> {
        let makes = matches!(command, Command::Video { .. } | Command::Again(_));
        let page = match &command {
            Command::History { page } => *page,
            _ => 1,
        };
        let place = asked.address.place().map_err(|error| defect(&error))?;
        let turn = Turn {
            desk: &self.front().desk,
            actor: asked.actor,
            pictures: &asked.pictures,
            idempotency_key: asked.key.clone(),
            origin: self.board.origin(&place),
            images,
            latest: None,
        };
        match turn.answer(command).await? {
            Answer::Card(card) if makes && card.job.is_some() => {
                self.stand(asked, &place, &card).await;
                Ok(())
            }
            Answer::Card(card) | Answer::Save { card, .. } => {
                self.show(asked.address, &card, page).await;
                Ok(())
            }
            Answer::Images(images) => {
                let mut count = 0;
                for (at, image) in images.into_iter().enumerate() {
                    let message = asked.address.reply_to.unwrap_or(0);
                    let message = message.saturating_add(i32::try_from(at).unwrap_or(0));
                    count = self.keep_for_next(asked, message, image).await?;
                }
                self.say(asked.address, &crate::words::pictures_ready(count as usize)).await;
                Ok(())
            }
            Answer::Goodbye => Ok(()),
        }
    }

    /// The card of a job that was asked for.
    async fn stand(&self, asked: &Asked<'_>, place: &Place, card: &Card) {
        match self.board.stand(place, card).await {
            Stood::Posted(_) | Stood::Already => {}
            Stood::Later => tracing::info!(job = ?card.job, "a card comes later"),
            Stood::Nowhere => {
                tracing::info!(chat = asked.address.chat, job = ?card.job, "no card can stand there");
            }
        }
    }

    async fn admin(
        &self,
        asked: &Asked<'_>,
        command: AdminCommand,
        text: &str,
    ) -> Result<(), UserError> {
        // Who is no operator is told so before anything is asked or kept.
        let _allowed = self.front().desk.admin(asked.actor)?;
        if confirm::is_destructive(&command) {
            let question = confirm::ask(&self.front().store, asked.actor, text).await?;
            let drawn = draw::question(&question.card, &question.id);
            self.tell(asked.address, drawn, true).await;
            return Ok(());
        }
        let desk = &self.front().desk;
        let card = crate::admin::answer(desk, asked.actor, command, &asked.key).await?;
        self.show(asked.address, &card, 1).await;
        Ok(())
    }

    /// A button.
    async fn pressed(&self, query: CallbackQuery) {
        let Some(message) = &query.message else { return };
        let chat = message.chat();
        let thread = match message {
            MaybeInaccessibleMessage::Regular(message) if message.is_topic_message => {
                message.thread_id.map(|id| id.0.0)
            }
            _ => None,
        };
        let address = Address {
            chat: chat.id.0,
            thread,
            reply_to: Some(message.id().0),
            person: query.from.id.0,
        };
        let actor = self.front().operators.actor(
            Platform::Telegram,
            query.from.id.0.to_string(),
            query.from.language_code.clone(),
        );
        let asked = Asked {
            actor: &actor,
            address,
            key: format!("telegram:press:{}", query.id.0),
            pictures: Attached::new(self.telegram.clone(), None),
        };
        let wish = query.data.as_deref().and_then(button::read);
        let done = match wish {
            Some(Pressed::Command(command)) => self.button(&asked, command, message.id().0).await,
            Some(Pressed::Yes(id)) => self.yes(&asked, &id, message.id().0).await,
            Some(Pressed::No(id)) => self.no(&asked, &id, message.id().0).await,
            None => Ok(Some(words::OLD_BUTTON.to_owned())),
        };
        let words = match done {
            Ok(words) => words,
            Err(refusal) => {
                if utf16(&refusal.message) > ALERT_MAX {
                    self.say(address, &refusal.message).await;
                }
                Some(refusal.message)
            }
        };
        let words = words.map(|words| cut(&words, ALERT_MAX, utf16));
        self.telegram.answer(query.id, words.as_deref()).await;
    }

    /// What a button stands for; what to tell who pressed it.
    async fn button(
        &self,
        asked: &Asked<'_>,
        command: Command,
        message: i32,
    ) -> Result<Option<String>, UserError> {
        let desk = &self.front().desk;
        match command {
            Command::Cancel(Some(job)) => {
                let card = desk.cancel(asked.actor, &job).await?;
                let place = asked.address.place().map_err(|error| defect(&error))?;
                self.board.redraw(&place, &card).await;
                Ok(is_under_way(&card).then(|| words::STOPPING.to_owned()))
            }
            Command::History { page } => {
                let card = desk.history(asked.actor, page.saturating_sub(1)).await?;
                let drawn = draw::card(&card, draw::TEXT_MAX, page);
                if let Err(error) = self.telegram.change(asked.address, message, drawn).await {
                    tracing::info!(?error, "a page was not turned");
                }
                Ok(None)
            }
            command => {
                self.turn(asked, command, Vec::new()).await?;
                Ok(asked.address.is_group().then(|| words::IN_PRIVATE.to_owned()))
            }
        }
    }

    async fn yes(
        &self,
        asked: &Asked<'_>,
        id: &str,
        message: i32,
    ) -> Result<Option<String>, UserError> {
        let _allowed = self.front().desk.admin(asked.actor)?;
        let command = confirm::answered(&self.front().store, asked.actor, id).await?;
        let desk = &self.front().desk;
        let done = crate::admin::answer(desk, asked.actor, command, &format!("confirm:{id}")).await;
        let drawn = match &done {
            Ok(card) => draw::card(card, draw::TEXT_MAX, 1),
            Err(refusal) => draw::words(&refusal.message),
        };
        // The question becomes its answer: nobody presses it again.
        if let Err(error) = self.telegram.change(asked.address, message, drawn.clone()).await {
            tracing::info!(?error, "a question was not replaced by its answer");
            self.tell(asked.address, drawn, true).await;
        }
        Ok(None)
    }

    async fn no(
        &self,
        asked: &Asked<'_>,
        id: &str,
        message: i32,
    ) -> Result<Option<String>, UserError> {
        drop(confirm::answered(&self.front().store, asked.actor, id).await?);
        let changed = self.telegram.change(asked.address, message, draw::words(words::LEFT)).await;
        if let Err(error) = changed {
            tracing::info!(?error, "a question stands although it was answered");
        }
        Ok(None)
    }

    /// Shows a card that does not follow a job, with its text files.
    async fn show(&self, address: Address, card: &Card, page: u32) {
        let drawn = draw::card(card, draw::TEXT_MAX, page);
        let Some(address) = self.tell(address, drawn, card.private).await else { return };
        for file in card.files.iter().filter(|file| file.kind == FileKind::Text) {
            // A finished video's own card has the video's files: they come with the video.
            if card.kind == cutline_core::card::CardKind::Done {
                break;
            }
            let sent = match self.front().objects.get(&file.key).await {
                Ok(data) => self.telegram.send_file(address, &file.name, data).await,
                Err(error) => Err(ChatError::Temporary(error.to_string())),
            };
            if let Err(error) = sent {
                tracing::info!(%error, name = file.name, "a text file was not sent; its words were");
            }
        }
    }

    async fn say(&self, address: Address, text: &str) {
        self.tell(address, draw::words(text), false).await;
    }

    /// Sends an answer, in private where it is only for who asked; where it went.
    async fn tell(&self, asked: Address, drawn: draw::Drawn, private: bool) -> Option<Address> {
        let address = if private && asked.is_group() { asked.private()? } else { asked };
        match self.sent(address, drawn).await {
            Ok(()) => Some(address),
            Err(ChatError::Forbidden) if address != asked => {
                let words = draw::words(&words::write_first(&self.username));
                if let Err(error) = self.sent(asked, words).await {
                    tracing::info!(%error, chat = asked.chat, "nobody could be told");
                }
                None
            }
            Err(error) => {
                tracing::info!(%error, chat = address.chat, "an answer was not given");
                None
            }
        }
    }

    /// Sends with some patience.
    async fn sent(&self, address: Address, drawn: draw::Drawn) -> Result<(), ChatError> {
        let deadline = tokio::time::Instant::now() + SEND_PATIENCE;
        let mut address = address;
        loop {
            let error = match self.telegram.send(address, drawn.clone()).await {
                Ok(_) => return Ok(()),
                Err(error) => error,
            };
            let wait = match &error {
                ChatError::RetryAfter(wait) => *wait,
                ChatError::Temporary(_) => SEND_AGAIN,
                ChatError::Moved(place) => {
                    address = Address::of(place)?;
                    Duration::ZERO
                }
                _ => return Err(error),
            };
            if tokio::time::Instant::now() + wait > deadline {
                return Err(error);
            }
            tokio::time::sleep(wait).await;
        }
    }
}

/// A picture with words.
enum WithPicture {
    /// No words: for the next sentence.
    Keep,
    /// What the video is to be about.
    Request(String),
    /// A command that takes the picture.
    Command(String),
}

/// What a caption says about its picture, whose name is `file`.
fn with_picture(caption: &str, file: &str) -> WithPicture {
    let caption = caption.trim();
    if caption.is_empty() {
        return WithPicture::Keep;
    }
    let words: Vec<String> =
        caption.split_whitespace().take(3).map(|word| word.to_lowercase()).collect();
    let first = words.first().map_or("", |word| word.split('@').next().unwrap_or_default());
    match (first, words.get(1).map(String::as_str), words.len()) {
        ("/image", None, _) => WithPicture::Keep,
        ("/brand", Some("logo" | "photo"), 2) => WithPicture::Command(format!("{caption} {file}")),
        ("/video", Some(_), _) => {
            let sentence = caption.split_once(char::is_whitespace).map_or("", |(_, rest)| rest);
            WithPicture::Request(sentence.trim().to_owned())
        }
        (word, _, _) if word.starts_with('/') => WithPicture::Command(caption.to_owned()),
        _ => WithPicture::Request(caption.to_owned()),
    }
}

fn defect(error: &ChatError) -> UserError {
    tracing::error!(%error, "an address of ours");
    UserError {
        code: "UNAVAILABLE".into(),
        field: String::new(),
        message:
            "Something of ours is out of order, and nothing was charged. Try again in a minute."
                .into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caption_says_what_its_picture_is_for() {
        let read = |caption: &str| match with_picture(caption, "F1") {
            WithPicture::Keep => "keep".to_owned(),
            WithPicture::Request(sentence) => format!("video of {sentence}"),
            WithPicture::Command(text) => text,
        };
        assert_eq!(read(" "), "keep");
        assert_eq!(read("/image"), "keep");
        assert_eq!(read("/image@CutlineBot"), "keep");
        assert_eq!(read("Why bees dance"), "video of Why bees dance");
        assert_eq!(read("/video Why bees dance"), "video of Why bees dance");
        assert_eq!(read("/brand logo"), "/brand logo F1");
        assert_eq!(read("/plan"), "/plan");
    }
}
