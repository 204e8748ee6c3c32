//! One update, answered: what was said goes through the conversation to the desk, and the answer
//! goes where it belongs. Whatever is asked for twice (Telegram sends an update again when nobody
//! confirmed it) is done once: its key is the message's or the press's own id.

mod answers;
mod operators;
mod photos;
mod pressed;

use std::{sync::Arc, time::Duration};

use cutline_core::{
    actor::{Actor, Platform},
    card::Card,
    error::UserError,
    failpoint,
    job::UploadRef,
    words::Tongue,
};
use teloxide::types::{Update, UpdateKind};

use self::{
    photos::{WithPicture, part, with_picture},
    pressed::pressed_at,
};
use super::{
    api::Telegram,
    files::Attached,
    place::Address,
    understood::{self, Said},
};
use crate::{
    chat::{
        ChatError, Place,
        board::{Board, Stood},
        pictures,
    },
    command::{self, Command},
    conversation::{Answer, Turn},
    front::Front,
    words::{pictures_ready, say},
};

/// Answering one update takes no longer; what is left is left, and the person is told.
const ANSWER_MAX: Duration = Duration::from_secs(90);

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
        let asker = asker(&update.kind, self.me, &self.username);
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
            if let Some((address, tongue)) = asker {
                self.say(address, &say!(tongue, "took-too-long")).await;
            }
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
            pictures: Attached::new(self.telegram.clone(), said.picture.as_ref(), actor.tongue()),
        };
        if let Err(refusal) = self.heard(&asked, &said).await {
            self.refuse(asked.address, actor.tongue(), &refusal).await;
        }
    }

    async fn heard(&self, asked: &Asked<'_>, said: &Said) -> Result<(), UserError> {
        match (&said.picture, &said.album) {
            (Some(picture), Some(album)) => self.album(asked, said, &picture.id, album).await,
            (Some(picture), None) => match with_picture(&said.text, &picture.id) {
                WithPicture::Keep => {
                    let image = self.upload(asked, &picture.id).await?;
                    let count = self.keep_for_next(asked, part(said.message, 0), image).await?;
                    self.say(asked.address, &pictures_ready(asked.actor.tongue(), count as usize))
                        .await;
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
                    self.say(asked.address, &say!(asked.actor.tongue(), "unusable")).await;
                }
                Ok(())
            }
            (None, _) if said.text.is_empty() => {
                self.say(asked.address, &say!(asked.actor.tongue(), "nothing-said")).await;
                Ok(())
            }
            (None, _) => self.command(asked, &said.text).await,
        }
    }

    async fn video(
        &self,
        asked: &Asked<'_>,
        sentence: String,
        images: Vec<UploadRef>,
    ) -> Result<(), UserError> {
        self.turn(asked, Command::Video { sentence }, images).await.map(drop)
    }

    /// Something that was said in words.
    async fn command(&self, asked: &Asked<'_>, text: &str) -> Result<(), UserError> {
        match command::parse_in(asked.actor.tongue(), text)? {
            Command::Admin(command) => self.admin(asked, command, text).await,
            Command::Quit => {
                self.say(asked.address, &say!(asked.actor.tongue(), "quit-here")).await;
                Ok(())
            }
            Command::Save { .. } => {
                self.say(asked.address, &say!(asked.actor.tongue(), "save-here")).await;
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
            command => self.turn(asked, command, Vec::new()).await.map(drop),
        }
    }

    /// Takes a command to the desk and shows the answer; where it was shown, if it was.
    async fn turn(
        &self,
        asked: &Asked<'_>,
        command: Command,
        images: Vec<UploadRef>,
    ) -> Result<Option<Address>, UserError> {
        let makes = matches!(command, Command::Video { .. } | Command::Again(_));
        let page = match &command {
            Command::History { page } => *page,
            _ => 1,
        };
        let place = asked.address.place().map_err(|error| defect(asked.actor.tongue(), &error))?;
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
                Ok(Some(asked.address))
            }
            Answer::Card(card) | Answer::Save { card, .. } => {
                Ok(self.show(asked.address, &card, page).await)
            }
            Answer::Images(images) => {
                let mut count = 0;
                for (at, image) in images.into_iter().enumerate() {
                    let part = part(asked.address.reply_to.unwrap_or(0), at);
                    count = self.keep_for_next(asked, part, image).await?;
                }
                self.say(asked.address, &pictures_ready(asked.actor.tongue(), count as usize))
                    .await;
                Ok(Some(asked.address))
            }
            Answer::Goodbye => Ok(None),
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
}

/// Who is waiting for an answer to an update, if anybody is.
fn asker(kind: &UpdateKind, me: u64, username: &str) -> Option<(Address, Tongue)> {
    match kind {
        UpdateKind::Message(message) => {
            let said = understood::message(message, me, username)?;
            Some((said.address, Tongue::of(said.person.locale.as_deref())))
        }
        UpdateKind::CallbackQuery(query) => {
            let tongue = Tongue::of(query.from.language_code.as_deref());
            pressed_at(query).map(|address| (address, tongue))
        }
        _ => None,
    }
}

fn defect(tongue: Tongue, error: &ChatError) -> UserError {
    tracing::error!(%error, "an address of ours");
    UserError { code: "UNAVAILABLE".into(), field: String::new(), message: say!(tongue, "broken") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn whoever_waits_in_vain_can_be_told_in_their_language() {
        let asked = |chat: i64, text: &str| {
            let kind = if chat < 0 { "supergroup" } else { "private" };
            let message = json!({"message_id": 5, "date": 1, "text": text,
                "chat": {"id": chat, "type": kind, "title": "G", "first_name": "Ada"},
                "from": {"id": 42, "is_bot": false, "first_name": "Ada", "language_code": "es"}});
            let kind = UpdateKind::Message(serde_json::from_value(message).unwrap());
            asker(&kind, 777, "CutlineBot")
                .map(|(address, tongue)| (address.chat, address.reply_to, tongue))
        };
        assert_eq!(asked(42, "Why cats purr"), Some((42, Some(5), Tongue::Spanish)));
        assert_eq!(asked(-100, "/plan"), Some((-100, Some(5), Tongue::Spanish)));
        assert_eq!(asked(-100, "talk among people"), None);
    }
}
