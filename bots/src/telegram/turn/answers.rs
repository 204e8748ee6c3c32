//! Giving an answer that follows no job, with some patience, and in private where it is private.

use std::time::Duration;

use bytes::Bytes;
use cutline_core::{
    card::{Card, CardKind, FileKind},
    error::UserError,
    words::Tongue,
};

use super::Receiver;
use crate::{
    chat::ChatError,
    telegram::{draw, place::Address},
    words::say,
};

/// A plain answer waits so long for its turn, then it is given up.
const SEND_PATIENCE: Duration = Duration::from_secs(40);

/// Between tries of a plain answer.
const SEND_AGAIN: Duration = Duration::from_secs(2);

/// Something to send.
enum Sending<'a> {
    Words(draw::Drawn),
    /// A text file by its name.
    File(&'a str, Bytes),
}

impl Receiver {
    /// Shows a card that does not follow a job, with its text files; where, if it could be shown.
    pub(super) async fn show(&self, address: Address, card: &Card, page: u32) -> Option<Address> {
        let drawn = draw::card(card, draw::TEXT_MAX, page);
        let private = card.private.then_some(card.tongue);
        let address = self.tell(address, drawn, private).await?;
        for file in card.files.iter().filter(|file| file.kind == FileKind::Text) {
            // A finished video's own card has the video's files: they come with the video.
            if card.kind == CardKind::Done {
                break;
            }
            let sent = match self.front().objects.get(&file.key).await {
                Ok(data) => self.sent(address, Sending::File(&file.name, data)).await,
                Err(error) => Err(ChatError::Temporary(error.to_string())),
            };
            if let Err(error) = sent {
                tracing::info!(%error, name = file.name, "a text file was not sent; its words were");
            }
        }
        Some(address)
    }

    pub(super) async fn say(&self, address: Address, text: &str) {
        self.tell(address, draw::words(text), None).await;
    }

    /// Says no, to the person alone: what is wrong with their plan or their words is nobody else's.
    pub(super) async fn refuse(&self, address: Address, tongue: Tongue, refusal: &UserError) {
        self.tell(address, draw::words(&refusal.message), Some(tongue)).await;
    }

    /// Sends an answer, in private where it is only for who asked (with their language, in which
    /// they are told where that cannot be); where it went.
    pub(super) async fn tell(
        &self,
        asked: Address,
        drawn: draw::Drawn,
        private: Option<Tongue>,
    ) -> Option<Address> {
        let address = if private.is_some() && asked.is_group() { asked.private()? } else { asked };
        match self.sent(address, Sending::Words(drawn)).await {
            Ok(()) => Some(address),
            Err(ChatError::Forbidden) if address != asked => {
                let bot = &*self.username;
                let words = say!(private.unwrap_or_default(), "write-first", bot = bot);
                let words = Sending::Words(draw::words(&words));
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
    async fn sent(&self, address: Address, what: Sending<'_>) -> Result<(), ChatError> {
        let deadline = tokio::time::Instant::now() + SEND_PATIENCE;
        let mut address = address;
        loop {
            let sent = match &what {
                Sending::Words(drawn) => self.telegram.send(address, drawn.clone()).await.map(drop),
                Sending::File(name, data) => {
                    self.telegram.send_file(address, name, data.clone()).await
                }
            };
            let Err(error) = sent else { return Ok(()) };
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
