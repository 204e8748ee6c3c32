//! What can go wrong with a call, and the one classifier: what is done about it.

use std::{fmt, time::Duration};

use reqwest::StatusCode;

use crate::{context::Handling, providers::ProviderError};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The key is refused (401, 403).
    Key,
    /// The account has no money or quota left (402 and what vendors say instead).
    Money,
    /// Too many calls (429); the vendor may have said for how long.
    Busy(Option<Duration>),
    /// The vendor's fault (5xx, 408, 425).
    Down(u16),
    /// No connection: nothing was sent.
    Unreachable,
    /// No answer in time.
    Silent,
    /// The connection ended inside the answer.
    Broken,
    /// The answer is not what it should be: another type, another shape.
    Foreign,
    /// The answer is longer than taken.
    TooLarge,
    /// The content is refused by the vendor's policy.
    Moderated,
    /// There is no such thing there (404, 410).
    Missing,
    /// The request is refused (other 4xx): a defect of ours or a setting that does not fit.
    Refused(u16),
    /// The circuit is open: the vendor failed too often lately.
    Open,
    /// The job's or the day's spending limit.
    Ceiling,
    /// A call like this was begun before and nobody knows how it ended: it is not repeated.
    Unsure,
    /// What was paid for before cannot be found again; it is not paid for twice.
    Lost,
    /// The book of paid calls cannot be written: no call without it.
    Book,
    /// The job was called off, or is another worker's now.
    Cancelled,
}

impl Fault {
    /// The classifier (architecture, invariant 9). `Retry` is for the layer below: when its tries
    /// are used up, the caller goes on to the next provider.
    #[must_use]
    pub fn handling(self) -> Handling {
        match self {
            Self::Busy(_) | Self::Down(_) | Self::Unreachable | Self::Silent | Self::Broken => {
                Handling::Retry
            }
            Self::Key
            | Self::Money
            | Self::Foreign
            | Self::TooLarge
            | Self::Moderated
            | Self::Missing
            | Self::Refused(_)
            | Self::Open
            | Self::Ceiling
            | Self::Unsure
            | Self::Lost
            | Self::Book => Handling::Fallback,
            Self::Cancelled => Handling::Fail,
        }
    }

    /// A status without any more to go by.
    #[must_use]
    pub fn of_status(status: u16) -> Self {
        match status {
            401 | 403 => Self::Key,
            402 => Self::Money,
            404 | 410 => Self::Missing,
            408 | 425 | 500.. => Self::Down(status),
            429 => Self::Busy(None),
            _ => Self::Refused(status),
        }
    }

    /// One word for metrics.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Money => "money",
            Self::Busy(_) => "busy",
            Self::Down(_) => "down",
            Self::Unreachable => "unreachable",
            Self::Silent => "silent",
            Self::Broken => "broken",
            Self::Foreign => "foreign",
            Self::TooLarge => "too_large",
            Self::Moderated => "moderated",
            Self::Missing => "missing",
            Self::Refused(_) => "refused",
            Self::Open => "open",
            Self::Ceiling => "ceiling",
            Self::Unsure => "unsure",
            Self::Lost => "lost",
            Self::Book => "book",
            Self::Cancelled => "cancelled",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key => f.write_str("the key is refused"),
            Self::Money => f.write_str("the account has no credit or quota left"),
            Self::Busy(None) => f.write_str("too many calls"),
            Self::Busy(Some(wait)) => {
                write!(f, "too many calls; asked to wait {:.0} s", wait.as_secs_f32())
            }
            Self::Down(status) => write!(f, "it is out of order ({status})"),
            Self::Unreachable => f.write_str("it cannot be reached"),
            Self::Silent => f.write_str("it did not answer in time"),
            Self::Broken => f.write_str("its answer broke off"),
            Self::Foreign => f.write_str("its answer is not of the kind asked for"),
            Self::TooLarge => f.write_str("its answer is too long"),
            Self::Moderated => f.write_str("it refuses the content"),
            Self::Missing => f.write_str("it has no such thing"),
            Self::Refused(status) => write!(f, "it refuses the request ({status})"),
            Self::Open => f.write_str("it failed too often lately and is left alone for a while"),
            Self::Ceiling => f.write_str("the spending limit is reached"),
            Self::Unsure => f.write_str(
                "this call was begun before with an unknown outcome; it is not repeated",
            ),
            Self::Lost => f.write_str("what it was paid for before cannot be found again"),
            Self::Book => f.write_str("the call could not be written into the book"),
            Self::Cancelled => f.write_str("cancelled"),
        }
    }
}

/// A call failed. Holds nothing that a vendor or a person wrote but checked tokens.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct CallError {
    /// Which vendor.
    pub vendor: &'static str,
    /// What happened.
    pub fault: Fault,
    /// The vendor's own error code.
    pub code: Option<String>,
    /// The vendor's id of the call.
    pub request_id: Option<String>,
    /// Whether the vendor may have done (and charged) the work all the same.
    pub outcome_unknown: bool,
    /// Tries made.
    pub tries: u32,
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.fault)?;
        if let Some(code) = &self.code {
            write!(f, ", code {code}")?;
        }
        if let Some(id) = &self.request_id {
            write!(f, ", request {id}")?;
        }
        if self.tries > 1 {
            write!(f, ", after {} tries", self.tries)?;
        }
        if self.outcome_unknown { f.write_str(", outcome unknown") } else { Ok(()) }
    }
}

impl CallError {
    /// A failure without an answer.
    #[must_use]
    pub fn new(vendor: &'static str, fault: Fault) -> Self {
        Self { vendor, fault, code: None, request_id: None, outcome_unknown: false, tries: 0 }
    }

    /// With the vendor's id of the call.
    #[must_use]
    pub fn with_request_id(mut self, id: Option<String>) -> Self {
        self.request_id = id;
        self
    }

    /// The work may have been done.
    #[must_use]
    pub fn unknown(mut self) -> Self {
        self.outcome_unknown = true;
        self
    }
}

impl From<CallError> for ProviderError {
    fn from(error: CallError) -> Self {
        let handling = match error.fault.handling() {
            // Its tries are used up.
            Handling::Retry => Handling::Fallback,
            other => other,
        };
        Self { provider: error.vendor.to_owned(), message: error.to_string(), handling }
    }
}

/// Whether a status may come from a server between us and the vendor that has passed the call on
/// and given up waiting: the work may be done, and charged, all the same. 408, 502 and 504 as in
/// RFC 9110, 15.5.9, 15.6.3 and 15.6.5; 520 to 524 are Cloudflare's
/// (developers.cloudflare.com, error 5xx errors), behind which most vendors stand.
#[must_use]
pub(super) fn is_between(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 502 | 504 | 520..=524)
}

/// Longest token that is believed to be one.
const TOKEN_CHARS_MAX: usize = 80;

/// A vendor's code or id, when it looks like one: no spaces, no quotes, short, and not the key.
#[must_use]
pub(super) fn token(text: &str, secret: Option<&str>) -> Option<String> {
    let text = text.trim();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.:/".contains(c);
    let fits = (1..=TOKEN_CHARS_MAX).contains(&text.len()) && text.chars().all(plain);
    let leaks =
        secret.is_some_and(|key| !key.is_empty() && (text.contains(key) || key.contains(text)));
    (fits && !leaks).then(|| text.to_owned())
}
