//! Why a request came to nothing, and Discord's numbers for it.

use std::time::Duration;

/// Discord's JSON error codes that mean something here (docs: "Opcodes and Status Codes").
pub(in crate::discord) mod code {
    /// Unknown channel.
    pub(in crate::discord) const UNKNOWN_CHANNEL: i64 = 10003;
    /// Unknown guild.
    pub(in crate::discord) const UNKNOWN_GUILD: i64 = 10004;
    /// Unknown message.
    pub(in crate::discord) const UNKNOWN_MESSAGE: i64 = 10008;
    /// Unknown webhook: the interaction was not answered in time.
    pub(in crate::discord) const UNKNOWN_WEBHOOK: i64 = 10015;
    /// Unknown interaction: the three seconds are over.
    pub(in crate::discord) const UNKNOWN_INTERACTION: i64 = 10062;
    /// Request entity too large.
    pub(in crate::discord) const TOO_LARGE: i64 = 40005;
    /// Interaction has already been acknowledged.
    pub(in crate::discord) const ACKNOWLEDGED: i64 = 40060;
    /// Missing access.
    pub(in crate::discord) const MISSING_ACCESS: i64 = 50001;
    /// Missing permissions.
    pub(in crate::discord) const MISSING_PERMISSIONS: i64 = 50013;
    /// Cannot send messages to this user.
    pub(in crate::discord) const CANNOT_SEND: i64 = 50007;
    /// Invalid webhook token: the fifteen minutes are over.
    pub(in crate::discord) const INVALID_TOKEN: i64 = 50027;
    /// Thread is archived.
    pub(in crate::discord) const ARCHIVED: i64 = 50083;
    /// Cannot send messages to this user for want of a common guild.
    pub(in crate::discord) const NO_COMMON_GUILD: i64 = 50278;
    /// Cannot reply without permission to read message history.
    pub(in crate::discord) const NO_HISTORY: i64 = 160_002;
}

/// Why a request came to nothing.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub(in crate::discord) enum RestError {
    /// A limit: not before this time has passed.
    #[error("Discord asks to wait {} ms", .0.as_millis())]
    Wait(Duration),
    /// Discord refuses.
    #[error("Discord refuses with {status}, code {code}: {message}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// JSON error code; 0 where there was none.
        code: i64,
        /// Discord's words, and the places of mistakes.
        message: String,
    },
    /// The interaction's token is good no longer.
    #[error("the interaction's token has expired")]
    Expired,
    /// No answer, or a server's error; whether it was done is not known.
    #[error("Discord does not answer: {0}")]
    Lost(String),
}

impl RestError {
    /// Discord's JSON error code.
    pub(in crate::discord) fn code(&self) -> Option<i64> {
        match self {
            Self::Refused { code, .. } => Some(*code),
            _ => None,
        }
    }
}

pub(super) fn refused(status: u16, code: i64, message: &str) -> RestError {
    RestError::Refused { status, code, message: message.to_owned() }
}

pub(super) fn defect(message: String) -> RestError {
    RestError::Refused { status: 0, code: 0, message }
}
