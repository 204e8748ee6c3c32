//! What jobs, accounts and workers are called.

use std::{fmt, str::FromStr};

use rand::Rng;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! uuid_name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

uuid_name!(
    /// A job, for programs. Time-ordered (UUID v7).
    JobId
);
uuid_name!(
    /// An account: who pays and whose videos these are. One person may reach it from many
    /// platforms.
    AccountId
);
uuid_name!(
    /// One run of one worker process.
    WorkerId
);

impl JobId {
    /// A new id.
    #[must_use]
    pub fn fresh() -> Self {
        Self(Uuid::now_v7())
    }
}

impl WorkerId {
    /// A new id, for a worker that starts.
    #[must_use]
    pub fn fresh() -> Self {
        Self(Uuid::now_v7())
    }
}

/// Who may write about a job: each claim makes a greater one, and only the greatest is current.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FencingToken(pub i64);

impl fmt::Display for FencingToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Letters of a [`JobRef`]: none that is mistaken for another when read aloud or copied by hand.
const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// 32^6 ≈ 1.1e9 references; a collision is met by drawing again.
const LETTER_COUNT: usize = 6;

/// A job's short reference, such as `K7Q2M9`: on every card, and the key to its logs and costs.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct JobRef(String);

/// A text that cannot be a job reference.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a job reference: those have {LETTER_COUNT} letters and digits, like K7Q2M9")]
pub struct NotAReference(pub String);

impl JobRef {
    /// A random reference.
    #[must_use]
    pub fn random(random: &mut impl Rng) -> Self {
        let letter = |_| char::from(LETTERS[random.random_range(0..LETTERS.len())]);
        Self((0..LETTER_COUNT).map(letter).collect())
    }

    /// The reference as written on cards.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for JobRef {
    type Err = NotAReference;

    /// Reads a reference as people type it: any case, with `#` or spaces around it, `O` and `I` for
    /// nothing (they do not occur).
    fn from_str(text: &str) -> Result<Self, NotAReference> {
        let tidy = text.trim().trim_start_matches('#').to_ascii_uppercase();
        let fits = tidy.len() == LETTER_COUNT && tidy.bytes().all(|b| LETTERS.contains(&b));
        if fits { Ok(Self(tidy)) } else { Err(NotAReference(text.chars().take(40).collect())) }
    }
}

impl TryFrom<String> for JobRef {
    type Error = NotAReference;

    fn try_from(text: String) -> Result<Self, NotAReference> {
        text.parse()
    }
}

impl From<JobRef> for String {
    fn from(reference: JobRef) -> Self {
        reference.0
    }
}

impl fmt::Display for JobRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_survives_being_typed_by_hand() {
        let reference = JobRef::random(&mut rand::rng());
        let typed = format!(" #{} ", reference.as_str().to_lowercase());
        assert_eq!(typed.parse(), Ok(reference));
        for wrong in ["", "K7Q2M", "K7Q2M99", "K7Q2MO", "K7Q2M!", "../../x"] {
            assert!(wrong.parse::<JobRef>().is_err(), "{wrong}");
        }
    }
}
