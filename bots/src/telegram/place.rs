//! Where a card stands in Telegram, as it travels with a job.

use serde::{Deserialize, Serialize};

use crate::chat::{ChatError, MessageId, Place};

/// A conversation, and the message in it that is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Address {
    /// The chat's id; negative for groups.
    pub(super) chat: i64,
    /// The topic of a forum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) thread: Option<i32>,
    /// The message that is answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) reply_to: Option<i32>,
    /// Who asked.
    pub(super) person: u64,
}

impl Address {
    /// More than one person reads there (core.telegram.org/bots/api#chat: only users' chats have
    /// positive ids).
    pub(super) fn is_group(self) -> bool {
        self.chat < 0
    }

    /// The same person's private chat, which has the person's own id.
    pub(super) fn private(self) -> Option<Self> {
        let chat = i64::try_from(self.person).ok()?;
        Some(Self { chat, thread: None, reply_to: None, person: self.person })
    }

    /// For pictures that wait: the conversation's name.
    pub(super) fn conversation(self) -> String {
        match self.thread {
            Some(thread) => format!("{}/{thread}", self.chat),
            None => self.chat.to_string(),
        }
    }

    pub(super) fn of(place: &Place) -> Result<Self, ChatError> {
        place.read()
    }

    pub(super) fn place(self) -> Result<Place, ChatError> {
        Place::of(&self)
    }
}

/// A message's id as Telegram counts.
pub(super) fn number(message: &MessageId) -> Result<i32, ChatError> {
    message.0.parse().map_err(|_| ChatError::Refused(format!("message id {}", message.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_survives_its_way_through_the_database() {
        let group = Address { chat: -100, thread: Some(7), reply_to: Some(3), person: 42 };
        assert_eq!(Address::of(&group.place().unwrap()), Ok(group));
        assert!(group.is_group() && !group.private().unwrap().is_group());
        assert_eq!(group.private().unwrap().chat, 42);
        let foreign = Place(serde_json::json!({"channel": "1"}));
        assert!(matches!(Address::of(&foreign), Err(ChatError::Refused(_))));
    }
}
