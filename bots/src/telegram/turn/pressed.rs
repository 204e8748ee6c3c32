//! A button that was pressed.

use cutline_core::{actor::Platform, error::UserError};
use teloxide::types::{CallbackQuery, MaybeInaccessibleMessage};

use super::{Asked, Receiver, defect};
use crate::{
    chat::show::{cut, is_under_way, utf16},
    command::Command,
    telegram::{
        api::ALERT_MAX,
        button::{self, Pressed},
        draw,
        files::Attached,
        place::Address,
    },
    words::say,
};

impl Receiver {
    /// A button.
    pub(super) async fn pressed(&self, query: CallbackQuery) {
        let (Some(message), Some(address)) = (&query.message, pressed_at(&query)) else { return };
        let actor = self.front().operators.actor(
            Platform::Telegram,
            query.from.id.0.to_string(),
            query.from.language_code.clone(),
        );
        let asked = Asked {
            actor: &actor,
            address,
            key: format!("telegram:press:{}", query.id.0),
            pictures: Attached::new(self.telegram.clone(), None, actor.tongue()),
        };
        let wish = query.data.as_deref().and_then(button::read);
        let done = match wish {
            Some(Pressed::Command(command)) => self.button(&asked, command, message.id().0).await,
            Some(Pressed::Yes(id)) => self.yes(&asked, &id, message.id().0).await,
            Some(Pressed::No(id)) => self.no(&asked, &id, message.id().0).await,
            None => Ok(Some(say!(actor.tongue(), "old-button"))),
        };
        let words = match done {
            Ok(words) => words,
            Err(refusal) => {
                if utf16(&refusal.message) > ALERT_MAX {
                    self.refuse(address, actor.tongue(), &refusal).await;
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
                let place =
                    asked.address.place().map_err(|error| defect(asked.actor.tongue(), &error))?;
                self.board.redraw(&place, &card).await;
                if is_under_way(&card) {
                    return Ok(Some(say!(asked.actor.tongue(), "stopping")));
                }
                // Over already, by this press or before it: the card's first line says which.
                Ok(card.lines.first().cloned())
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
                let shown = self.turn(asked, command, Vec::new()).await?;
                let elsewhere = shown.is_some_and(|shown| shown.chat != asked.address.chat);
                Ok(elsewhere.then(|| say!(asked.actor.tongue(), "in-private")))
            }
        }
    }
}

/// Where a button was pressed, and by whom.
pub(super) fn pressed_at(query: &CallbackQuery) -> Option<Address> {
    let message = query.message.as_ref()?;
    let thread = match message {
        MaybeInaccessibleMessage::Regular(message) if message.is_topic_message => {
            message.thread_id.map(|id| id.0.0)
        }
        _ => None,
    };
    let (chat, reply_to) = (message.chat().id.0, Some(message.id().0));
    Some(Address { chat, thread, reply_to, person: query.from.id.0 })
}
