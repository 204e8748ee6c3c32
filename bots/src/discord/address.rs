//! Where a conversation is in Discord, as it is stored with a job: enough to go on with the card
//! after any restart, and after the interaction's token has ended.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::rest::Id;
use crate::chat::{ChatError, Place};

/// Tokens are good for fifteen minutes from the interaction on; a minute is kept back for what is
/// under way and for clocks that differ.
const TOKEN_GOOD: TimeDelta = TimeDelta::minutes(14);
/// Discord's epoch: the first second of 2015 (docs: "Snowflakes").
const EPOCH_MS: i64 = 1_420_070_400_000;
/// What may be attached where nobody has bought more (docs: "Uploading Files").
pub(super) const ATTACHMENT_BYTES_DEFAULT: u64 = 10 << 20;

/// Permission bits that matter here (docs: "Permissions").
pub(super) mod permission {
    pub(in crate::discord) const VIEW_CHANNEL: u64 = 1 << 10;
    pub(in crate::discord) const SEND_MESSAGES: u64 = 1 << 11;
    pub(in crate::discord) const EMBED_LINKS: u64 = 1 << 14;
    pub(in crate::discord) const ATTACH_FILES: u64 = 1 << 15;
    pub(in crate::discord) const SEND_MESSAGES_IN_THREADS: u64 = 1 << 38;
}

/// A place in Discord.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Address {
    /// The channel, thread or direct messages.
    pub(super) channel: Id,
    /// Who asked: where nothing else is left, they are told directly.
    pub(super) user: Id,
    /// The interaction's token: answers without any permission, for fourteen minutes. It is
    /// worthless afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) token: Option<Token>,
    /// Whether the bot itself may speak there, as far as was known when the person asked.
    pub(super) own: Own,
    /// Most bytes of an attachment there.
    pub(super) attachment_bytes_max: u64,
}

/// An interaction's token.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Token {
    /// The secret.
    pub(super) secret: String,
    /// Until when it is used.
    pub(super) until: DateTime<Utc>,
}

impl std::fmt::Debug for Token {
    /// Without the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Token").field("until", &self.until).finish_non_exhaustive()
    }
}

/// What the bot's own token is good for in a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Own {
    /// Nothing: a user-installed app elsewhere, or the permission is missing.
    Nothing,
    /// Messages, without files.
    Words,
    /// Messages with files.
    Files,
}

impl Own {
    /// What permissions in a channel allow.
    pub(super) fn of(permissions: u64, is_thread: bool) -> Self {
        let sending = if is_thread {
            permission::SEND_MESSAGES_IN_THREADS
        } else {
            permission::SEND_MESSAGES
        };
        let words = permission::VIEW_CHANNEL | sending | permission::EMBED_LINKS;
        if permissions & words != words {
            Self::Nothing
        } else if permissions & permission::ATTACH_FILES == 0 {
            Self::Words
        } else {
            Self::Files
        }
    }
}

impl Address {
    /// The direct messages of whoever asked.
    pub(super) fn direct(&self, channel: Id) -> Self {
        Self {
            channel,
            user: self.user,
            token: None,
            own: Own::Files,
            attachment_bytes_max: ATTACHMENT_BYTES_DEFAULT,
        }
    }

    /// The same place without what turned out not to be allowed.
    pub(super) fn without_own(&self) -> Self {
        Self { own: Own::Nothing, ..self.clone() }
    }

    /// The interaction's token, while it is good.
    pub(super) fn token(&self, now: DateTime<Utc>) -> Option<&str> {
        self.token.as_ref().filter(|token| token.until > now).map(|token| token.secret.as_str())
    }

    /// For storing with a job.
    ///
    /// # Errors
    /// None in practice: all of it has JSON.
    pub(super) fn place(&self) -> Result<Place, ChatError> {
        Place::of(self)
    }
}

/// When the token of an interaction ends for us. The time is in the interaction's id.
pub(super) fn token_until(interaction: Id) -> DateTime<Utc> {
    let ms = i64::try_from(interaction >> 22).unwrap_or(i64::MAX).saturating_add(EPOCH_MS);
    DateTime::from_timestamp_millis(ms).unwrap_or_default() + TOKEN_GOOD
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_used_for_fourteen_minutes_and_never_shown() {
        // The documentation's example: 175928847299117063 is of 2016-04-30 11:18:25.796 UTC.
        let until = token_until(175_928_847_299_117_063);
        assert_eq!(until.to_rfc3339(), "2016-04-30T11:32:25.796+00:00");
        let token = Token { secret: "secret-secret".into(), until };
        let address = Address {
            channel: 1,
            user: 2,
            token: Some(token),
            own: Own::Files,
            attachment_bytes_max: 10,
        };
        assert!(!format!("{address:?}").contains("secret-secret"));
        assert!(address.token(until).is_none());
        assert!(address.token(until - TimeDelta::seconds(1)).is_some());
        assert_eq!(address.place().unwrap().read::<Address>().unwrap(), address);
    }

    #[test]
    fn permissions_say_what_the_bot_may_do_itself() {
        use permission::{ATTACH_FILES, EMBED_LINKS, SEND_MESSAGES, VIEW_CHANNEL};
        let words = VIEW_CHANNEL | SEND_MESSAGES | EMBED_LINKS;
        assert_eq!(Own::of(words | ATTACH_FILES, false), Own::Files);
        assert_eq!(Own::of(words, false), Own::Words);
        assert_eq!(Own::of(words | ATTACH_FILES, true), Own::Nothing);
        assert_eq!(Own::of(ATTACH_FILES, false), Own::Nothing);
    }
}
