//! Showing things in Discord: under the interaction's token while it is good, under the bot's own
//! where it may speak, and by direct message where neither is left. What is repeated and how long
//! is decided by [`crate::chat`]; here is only which way there is.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use cutline_core::{actor::Platform, card::Card, clock::Clock};
use serde_json::{Value, json};

use super::{
    address::{Address, Own},
    look,
    payload::{Payload, Upload},
    rest::{Id, Rest, RestError, Route, code},
};
use crate::chat::{Chat, ChatError, MessageId, Place, Sheet, VideoFile, show::is_under_way};

/// Shortest time between two edits of a card (spec §2).
const EDIT_INTERVAL: Duration = Duration::from_secs(3);
/// Limits are waited for this long here; beyond it the follower waits, and shows what is newest
/// then.
const PATIENCE: Duration = Duration::from_millis(1_500);
/// An end is worth a longer wait.
const DELIVERY_PATIENCE: Duration = Duration::from_secs(6);

/// Discord as a chat.
pub(super) struct DiscordChat {
    pub(super) rest: Arc<Rest>,
    pub(super) application: Id,
    pub(super) clock: Arc<dyn Clock>,
}

/// Why a way is closed.
enum Closed {
    /// Try the next way.
    Way,
    /// The same, without replying to the status card.
    Reply,
    /// No other way would help.
    Fault(ChatError),
}

/// What a refusal under the bot's own token means.
fn under_own(error: RestError) -> Closed {
    match error.code() {
        Some(code::NO_HISTORY) => Closed::Reply,
        _ if is_closed(&error) => Closed::Way,
        _ => Closed::Fault(fault(error)),
    }
}

/// The bot may not speak there, or there is no such place any more.
pub(super) fn is_closed(error: &RestError) -> bool {
    matches!(
        error.code(),
        Some(
            code::MISSING_ACCESS
                | code::MISSING_PERMISSIONS
                | code::UNKNOWN_CHANNEL
                | code::UNKNOWN_GUILD
                | code::CANNOT_SEND
                | code::NO_COMMON_GUILD
                | code::ARCHIVED
        )
    )
}

fn fault(error: RestError) -> ChatError {
    match error {
        RestError::Wait(wait) => ChatError::RetryAfter(wait),
        RestError::Expired => ChatError::Expired,
        RestError::Lost(why) => ChatError::Temporary(why),
        RestError::Refused { code: code::UNKNOWN_MESSAGE, .. } => ChatError::Gone,
        RestError::Refused { code: code::TOO_LARGE, .. }
        | RestError::Refused { status: 413, .. } => ChatError::TooLarge,
        error @ RestError::Refused { .. } if is_closed(&error) => ChatError::Forbidden,
        // The bot's token is wrong: the process is about to end, and the next start goes on.
        error @ RestError::Refused { status: 401, .. } => ChatError::Temporary(error.to_string()),
        error @ RestError::Refused { .. } => ChatError::Refused(error.to_string()),
    }
}

fn message_id(answer: &Value) -> Result<MessageId, ChatError> {
    let id = answer["id"].as_str().map(|id| MessageId(id.to_owned()));
    id.ok_or_else(|| ChatError::Temporary("an answer without a message".into()))
}

impl DiscordChat {
    /// Changes the answer to the interaction, while its token is good. `None`: there is no such
    /// way.
    async fn by_token(
        &self,
        address: &Address,
        payload: &Payload,
        files: &[Upload],
    ) -> Option<Result<MessageId, ChatError>> {
        let token = address.token(self.clock.now())?;
        let route = Route::EditOriginal(self.application, token.to_owned());
        let patience = if files.is_empty() { PATIENCE } else { DELIVERY_PATIENCE };
        match self.rest.upload(&route, payload, files, patience).await {
            Ok(answer) => Some(message_id(&answer)),
            Err(RestError::Expired) => None,
            Err(error) => Some(Err(fault(error))),
        }
    }

    /// A new message under the bot's own token.
    async fn by_ourselves(
        &self,
        address: &Address,
        payload: &Payload,
        files: &[Upload],
    ) -> Result<MessageId, Closed> {
        if address.own == Own::Nothing {
            return Err(Closed::Way);
        }
        let route = Route::CreateMessage(address.channel);
        match self.rest.upload(&route, payload, files, DELIVERY_PATIENCE).await {
            Ok(answer) => message_id(&answer).map_err(Closed::Fault),
            Err(error) => Err(under_own(error)),
        }
    }

    /// Nobody has written down that the card stands: whoever posted it was killed just then. Where
    /// it does, or is “thinking…” still, it shows the end; where it does not, nothing is lost.
    async fn settle(&self, address: &Address, card: &Card) {
        if let Some(Err(error)) = self.by_token(address, &look::elsewhere(card), &[]).await {
            tracing::debug!(%error, "there is no card to bring to its end");
        }
    }

    /// The conversation goes on in direct messages: where they are, or that there are none.
    async fn move_to_direct(&self, address: &Address) -> ChatError {
        let wish = json!({"recipient_id": address.user.to_string()});
        match self.rest.send(&Route::CreateDm, &wish, DELIVERY_PATIENCE).await {
            Ok(answer) => {
                let channel = answer["id"].as_str().and_then(|id| id.parse::<Id>().ok());
                match channel {
                    // Already there, and not allowed: there is no other way.
                    Some(channel) if channel == address.channel => ChatError::Forbidden,
                    Some(channel) => match address.direct(channel).place() {
                        Ok(place) => ChatError::Moved(place),
                        Err(error) => error,
                    },
                    None => ChatError::Temporary("direct messages without a channel".into()),
                }
            }
            Err(error) => fault(error),
        }
    }
}

/// A nonce of a job's status card: 25 characters at most, and another than its end's.
fn status_nonce(card: &Card) -> String {
    let job = card.job.map(|job| job.0.simple().to_string()).unwrap_or_default();
    // The end of a time-ordered id is its random part.
    format!("s{}", &job[job.len().saturating_sub(24)..])
}

#[async_trait]
impl Chat for DiscordChat {
    fn platform(&self) -> Platform {
        Platform::Discord
    }

    fn edit_interval(&self) -> Duration {
        EDIT_INTERVAL
    }

    fn delivers_in_place(&self) -> bool {
        false
    }

    fn takes_previews(&self) -> bool {
        false
    }

    fn upload_bytes_max(&self, place: &Place) -> u64 {
        let Ok(address) = place.read::<Address>() else { return 0 };
        if address.own == Own::Files || address.token(self.clock.now()).is_some() {
            address.attachment_bytes_max
        } else {
            0
        }
    }

    async fn post(&self, place: &Place, card: &Card) -> Result<MessageId, ChatError> {
        let address: Address = place.read()?;
        let payload = look::card(card, 1);
        if let Some(shown) = self.by_token(&address, &payload, &[]).await {
            return shown;
        }
        let payload = payload.once(&status_nonce(card));
        match self.by_ourselves(&address, &payload, &[]).await {
            Ok(message) => Ok(message),
            Err(Closed::Fault(error)) => Err(error),
            Err(_) => Err(self.move_to_direct(&address).await),
        }
    }

    async fn edit(
        &self,
        place: &Place,
        message: &MessageId,
        card: &Card,
        sheet: &Sheet,
    ) -> Result<(), ChatError> {
        let address: Address = place.read()?;
        let files: Vec<Upload> = match sheet {
            // Where files are not allowed, an end by link could not take the picture off again.
            Sheet::New(picture) if address.own != Own::Words => vec![Upload::of(picture)],
            _ => Vec::new(),
        };
        let payload = match address.own {
            // Where the end is a message of its own, it has the buttons and the files.
            Own::Files if !is_under_way(card) => look::elsewhere(card).with_files(&[]),
            // What is not listed goes; without a list, what is attached stays.
            _ if files.is_empty() => look::card(card, 1),
            _ => look::card(card, 1).with_files(&files),
        };
        if let Some(shown) = self.by_token(&address, &payload, &files).await {
            return shown.map(drop);
        }
        if address.own == Own::Nothing {
            return Err(self.move_to_direct(&address).await);
        }
        let message = message.0.parse().map_err(|_| ChatError::Gone)?;
        let route = Route::EditMessage(address.channel, message);
        match self.rest.upload(&route, &payload, &files, PATIENCE).await {
            Ok(_) => Ok(()),
            // Once the end is shown, a status card that cannot be reached is no loss.
            Err(error) if is_closed(&error) && !is_under_way(card) => Err(ChatError::Forbidden),
            Err(error) if is_closed(&error) => Err(self.move_to_direct(&address).await),
            Err(error) => Err(fault(error)),
        }
    }

    async fn deliver(
        &self,
        place: &Place,
        status: Option<&MessageId>,
        card: &Card,
        video: Option<VideoFile>,
        nonce: &str,
    ) -> Result<MessageId, ChatError> {
        let address: Address = place.read()?;
        let files: Vec<Upload> =
            video.map(|video| Upload::new(&video.name, video.data)).into_iter().collect();
        let payload = look::card(card, 1).with_files(&files);
        if address.own == Own::Words && !files.is_empty() {
            // Under the interaction's token files are allowed all the same.
            return match self.by_token(&address, &payload, &files).await {
                Some(shown) => shown,
                None => Err(ChatError::TooLarge),
            };
        }
        let mut ours = payload.clone().once(nonce);
        if let Some(status) = status.and_then(|status| status.0.parse().ok()) {
            ours = ours.replying_to(status);
        }
        let mut shown = self.by_ourselves(&address, &ours, &files).await;
        if matches!(shown, Err(Closed::Reply)) {
            // Replying needs the permission to read what was said before; speaking does not.
            shown = self.by_ourselves(&address, &payload.clone().once(nonce), &files).await;
        }
        match shown {
            Ok(message) => {
                if status.is_none() {
                    self.settle(&address, card).await;
                }
                Ok(message)
            }
            Err(Closed::Fault(error)) => Err(error),
            Err(Closed::Way | Closed::Reply) if address.own == Own::Nothing => {
                match self.by_token(&address, &payload, &files).await {
                    Some(shown) => shown,
                    None => Err(self.move_to_direct(&address).await),
                }
            }
            // The permission was lost meanwhile. Written down, so that nobody asks in vain again.
            Err(Closed::Way | Closed::Reply) => match address.token(self.clock.now()) {
                Some(_) => Err(ChatError::Moved(address.without_own().place()?)),
                None => Err(self.move_to_direct(&address).await),
            },
        }
    }

    async fn notice(
        &self,
        place: &Place,
        status: Option<&MessageId>,
        text: &str,
    ) -> Result<(), ChatError> {
        let address: Address = place.read()?;
        let mut payload = Payload::words(super::text::fitting(text, 2_000));
        if let Some(status) = status.and_then(|status| status.0.parse().ok()) {
            payload = payload.replying_to(status);
        }
        match self.by_ourselves(&address, &payload, &[]).await {
            Ok(_) => Ok(()),
            Err(Closed::Fault(error)) => Err(error),
            Err(_) => Err(ChatError::Forbidden),
        }
    }
}
