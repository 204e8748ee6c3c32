//! Every way in which a vendor fails.

use std::time::Duration;

/// What is wrong with a vendor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The key is not known (any more).
    Key,
    /// The account is empty.
    Money,
    /// Too many calls, with or without `Retry-After`.
    Busy(Option<u64>),
    /// 503.
    Down,
    /// 504: somebody on the way gave up waiting for an answer.
    Gateway,
    /// Answers well, after this long.
    Slow(Duration),
    /// The connection ends in the middle of the body.
    Truncated,
    /// A stream ends in the middle of what it had to say, as if that were all.
    Unfinished,
    /// The body begins, and then nothing more comes.
    Stalled,
    /// The head of the answer comes, and then nothing.
    HeadOnly,
    /// 404: it was there once, or never.
    Gone,
    /// 200 and a page of HTML.
    WrongType,
    /// Accepts, and never answers.
    Hung,
    /// The content is refused.
    Moderated,
}

impl Trouble {
    /// Whether the answer is the right one, as far as it comes.
    pub(crate) fn cuts(self) -> bool {
        self == Self::Truncated || self == Self::Unfinished || self.keeps_open()
    }

    /// Whether what is missing of the answer is waited for until the other side has had enough.
    pub(crate) fn keeps_open(self) -> bool {
        self == Self::Stalled || self == Self::HeadOnly
    }
}
