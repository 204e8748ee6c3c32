//! What Telegram's answers mean for us. Descriptions are matched where the Bot API has no codes
//! (github.com/tdlib/telegram-bot-api, `Client.cpp`); what nobody knows is a defect of ours and
//! never repeated.

use std::time::Duration;

use teloxide::{ApiError, RequestError};

use super::place::Address;
use crate::chat::ChatError;

/// An answer that is no plain success.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Told {
    /// It shows that already: success.
    NotModified,
    /// The message is a video or picture, whose words are its caption.
    NoText,
    /// The press of a button is too old to be answered.
    TooOld,
    /// Another process reads the updates.
    Conflict,
    /// Everything that the shared part knows how to treat.
    Chat(ChatError),
}

impl From<ChatError> for Told {
    fn from(error: ChatError) -> Self {
        Self::Chat(error)
    }
}

impl Told {
    /// For calls to which the special cases cannot happen.
    pub(super) fn chat(self) -> ChatError {
        match self {
            Self::Chat(error) => error,
            Self::NotModified => ChatError::Refused("not modified".into()),
            Self::NoText => ChatError::Refused("no text to edit".into()),
            Self::TooOld => ChatError::Expired,
            Self::Conflict => ChatError::Temporary("another reads the updates".into()),
        }
    }
}

/// Reads an error; `address` is where the call went to.
pub(super) fn told(error: RequestError, address: Option<Address>) -> Told {
    let error = match error {
        RequestError::RetryAfter(wait) => ChatError::RetryAfter(wait.duration()),
        RequestError::MigrateToChatId(chat) => {
            let moved = address.map(|address| Address { chat: chat.0, reply_to: None, ..address });
            match moved.map(Address::place) {
                Some(Ok(place)) => ChatError::Moved(place),
                Some(Err(error)) => error,
                None => ChatError::Refused("a call without a chat moved".into()),
            }
        }
        // teloxide has taken the token out of the address.
        RequestError::Network(error) => ChatError::Temporary(chain(&*error)),
        RequestError::Io(error) => ChatError::Temporary(error.to_string()),
        RequestError::InvalidJson { source, raw } => unreadable(&source.to_string(), &raw),
        RequestError::Api(error) => return api(error),
    };
    Told::Chat(error)
}

fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

/// A proxy in between answers with a page of its own.
fn unreadable(why: &str, raw: &str) -> ChatError {
    if raw.contains("413 Request Entity Too Large") {
        return ChatError::TooLarge;
    }
    ChatError::Temporary(format!("an answer that is no JSON ({why})"))
}

fn api(error: ApiError) -> Told {
    Told::Chat(match error {
        ApiError::MessageNotModified => return Told::NotModified,
        ApiError::InvalidQueryId => return Told::TooOld,
        ApiError::TerminatedByOtherGetUpdates | ApiError::CantGetUpdates => return Told::Conflict,
        ApiError::MessageToEditNotFound
        | ApiError::MessageIdInvalid
        | ApiError::MessageCantBeEdited => ChatError::Gone,
        ApiError::BotBlocked
        | ApiError::BotKicked
        | ApiError::BotKickedFromSupergroup
        | ApiError::BotKickedFromChannel
        | ApiError::UserDeactivated
        | ApiError::CantInitiateConversation
        | ApiError::CantTalkWithBots
        | ApiError::ChatNotFound
        | ApiError::UserNotFound
        | ApiError::GroupDeactivated
        | ApiError::NotEnoughRightsToPostMessages => ChatError::Forbidden,
        ApiError::RequestEntityTooLarge => ChatError::TooLarge,
        // The operators changed or lost the token: nothing of the people's is to blame.
        ApiError::InvalidToken => ChatError::Temporary("the bot's token is refused".into()),
        ApiError::Unknown(text) => return unknown(&text),
        other => ChatError::Refused(other.to_string()),
    })
}

fn unknown(text: &str) -> Told {
    let lower = text.to_lowercase();
    let has = |part: &str| lower.contains(part);
    Told::Chat(if has("message is not modified") {
        return Told::NotModified;
    } else if has("there is no text in the message to edit") {
        return Told::NoText;
    } else if has("query is too old") {
        return Told::TooOld;
    } else if lower.starts_with("conflict") {
        return Told::Conflict;
    } else if has("message to edit not found") || has("message can't be edited") {
        ChatError::Gone
    } else if lower.starts_with("forbidden")
        || has("not enough rights")
        || has("have no rights to send")
        || has("chat_write_forbidden")
        || has("chat_restricted")
        || has("topic_closed")
        || has("topic_deleted")
        || has("message thread not found")
        || has("peer_id_invalid")
    {
        ChatError::Forbidden
    } else if has("too big") || has("too large") {
        ChatError::TooLarge
    } else if has("internal server error")
        || has("bad gateway")
        || has("gateway timeout")
        || has("service unavailable")
        || has("restart")
    {
        ChatError::Temporary(text.to_owned())
    } else if has("too many requests") {
        ChatError::RetryAfter(Duration::from_secs(5))
    } else {
        ChatError::Refused(text.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use teloxide::types::{ChatId, Seconds};

    use super::*;

    #[test]
    fn what_telegram_says_is_understood() {
        let address = Address { chat: -5, thread: Some(1), reply_to: Some(2), person: 9 };
        let told = |error| told(error, Some(address));
        assert_eq!(
            told(RequestError::RetryAfter(Seconds::from_seconds(7))),
            Told::Chat(ChatError::RetryAfter(Duration::from_secs(7)))
        );
        let moved = Address { chat: -1007, reply_to: None, ..address };
        assert_eq!(
            told(RequestError::MigrateToChatId(ChatId(-1007))),
            Told::Chat(ChatError::Moved(moved.place().unwrap()))
        );
        assert_eq!(told(RequestError::Api(ApiError::MessageNotModified)), Told::NotModified);
        for (text, meant) in [
            ("Forbidden: bot was blocked by the user", ChatError::Forbidden),
            ("Forbidden: bot was kicked from the group chat", ChatError::Forbidden),
            ("Bad Request: not enough rights to send videos to the chat", ChatError::Forbidden),
            ("Bad Request: message thread not found", ChatError::Forbidden),
            ("Bad Request: message to edit not found", ChatError::Gone),
            ("Request Entity Too Large", ChatError::TooLarge),
            ("Bad Request: file is too big", ChatError::TooLarge),
            ("Bad Gateway", ChatError::Temporary("Bad Gateway".into())),
            ("Bad Request: what", ChatError::Refused("Bad Request: what".into())),
        ] {
            assert_eq!(unknown(text), Told::Chat(meant), "{text}");
        }
        assert_eq!(
            unreadable("x", "<html><h1>413 Request Entity Too Large</h1>"),
            ChatError::TooLarge
        );
    }
}
