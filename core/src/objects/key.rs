//! Names of objects. A name that exists as an [`ObjectKey`] is safe as a path on disk and as a key
//! in a bucket, whoever typed it.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Retention;

/// Longest key: S3 allows 1024 bytes, file systems 255 a segment.
const KEY_BYTES_MAX: usize = 512;
const SEGMENT_BYTES_MAX: usize = 200;

/// An object's name: segments of `a–z A–Z 0–9 . _ -` joined by `/`; no segment is empty or begins
/// with a dot, so there is no way up and no hidden file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ObjectKey(String);

/// The beginning of keys: empty, or segments that end with `/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectPrefix(String);

/// Not a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{shown}” cannot be an object's name: {reason}")]
pub struct InvalidKey {
    /// The beginning of what was given, made printable.
    shown: String,
    reason: &'static str,
}

impl ObjectKey {
    /// Checks a name.
    ///
    /// # Errors
    /// [`InvalidKey`] naming the rule it breaks.
    pub fn parse(name: &str) -> Result<Self, InvalidKey> {
        check(name)?;
        Ok(Self(name.to_owned()))
    }

    /// A file of a finished video, below the time it is kept (lifecycle rules match prefixes) and
    /// below the fencing token of the worker that wrote it.
    ///
    /// # Errors
    /// [`InvalidKey`] for a bad `name`.
    pub fn result(
        retention: Retention,
        job: Uuid,
        token: i64,
        name: &str,
    ) -> Result<Self, InvalidKey> {
        Self::parse(&format!("{}{job}/{token}/{name}", retention.prefix()))
    }

    /// A checkpoint of a job.
    ///
    /// # Errors
    /// [`InvalidKey`] for a bad `name`.
    pub fn checkpoint(job: Uuid, name: &str) -> Result<Self, InvalidKey> {
        Self::parse(&format!("checkpoints/{job}/{name}"))
    }

    /// A picture that an account uploaded, under the hash of its bytes.
    ///
    /// # Errors
    /// [`InvalidKey`] for a bad hash or extension.
    pub fn upload(account: Uuid, sha256: &str, extension: &str) -> Result<Self, InvalidKey> {
        Self::parse(&format!("uploads/{account}/{sha256}.{extension}"))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What follows the last `/`.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.0.rsplit_once('/').map_or(&self.0, |(_, name)| name)
    }
}

impl ObjectPrefix {
    /// Everything.
    #[must_use]
    pub fn all() -> Self {
        Self(String::new())
    }

    /// Checks a prefix; `a/b` and `a/b/` are the same.
    ///
    /// # Errors
    /// [`InvalidKey`] naming the rule it breaks.
    pub fn parse(prefix: &str) -> Result<Self, InvalidKey> {
        let bare = prefix.strip_suffix('/').unwrap_or(prefix);
        check(bare)?;
        Ok(Self(format!("{bare}/")))
    }

    /// A job's checkpoints.
    #[must_use]
    pub fn checkpoints(job: Uuid) -> Self {
        Self(format!("checkpoints/{job}/"))
    }

    /// A job's results.
    #[must_use]
    pub fn results(retention: Retention, job: Uuid) -> Self {
        Self(format!("{}{job}/", retention.prefix()))
    }

    /// What keys begin with.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn check(name: &str) -> Result<(), InvalidKey> {
    let refuse = |reason| {
        let shown = name.chars().take(80).flat_map(char::escape_default).collect();
        Err(InvalidKey { shown, reason })
    };
    if name.len() > KEY_BYTES_MAX {
        return refuse("it is longer than 512 bytes");
    }
    for segment in name.split('/') {
        if segment.is_empty() {
            return refuse("it has an empty segment");
        }
        if segment.starts_with('.') {
            return refuse("a segment begins with a dot");
        }
        if segment.len() > SEGMENT_BYTES_MAX {
            return refuse("a segment is longer than 200 bytes");
        }
        if !segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte)) {
            return refuse("only letters, digits, “.”, “_” and “-” may stand in it");
        }
    }
    Ok(())
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ObjectKey {
    type Err = InvalidKey;

    fn from_str(name: &str) -> Result<Self, InvalidKey> {
        Self::parse(name)
    }
}

impl TryFrom<String> for ObjectKey {
    type Error = InvalidKey;

    fn try_from(name: String) -> Result<Self, InvalidKey> {
        check(&name)?;
        Ok(Self(name))
    }
}

impl From<ObjectKey> for String {
    fn from(key: ObjectKey) -> Self {
        key.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_leads_out_of_the_store_is_a_key() {
        let long = "a".repeat(201);
        for bad in [
            "",
            "/",
            "/etc/passwd",
            "a/",
            "a//b",
            "..",
            "a/../b",
            "a/..",
            ".",
            "a/./b",
            ".tmp/x",
            "a/.hidden",
            "a\\b",
            "a b",
            "a\0b",
            "a\nb",
            "ä",
            "a%2e%2e/b",
            "C:",
            "a?b",
            "a#b",
            &long,
        ] {
            assert!(ObjectKey::parse(bad).is_err(), "{bad:?}");
            assert!(serde_json::from_value::<ObjectKey>(bad.into()).is_err(), "{bad:?}");
        }
        assert!(ObjectKey::parse(&vec!["a".repeat(100); 6].join("/")).is_err());
        for good in ["a", "videos/day/x/1/master.mp4", "a-b_c.d/E.9", "a..b"] {
            assert_eq!(ObjectKey::parse(good).unwrap().as_str(), good);
        }
    }

    #[test]
    fn a_bad_name_cannot_break_a_log_line() {
        let error = ObjectKey::parse("a\n\u{1b}[31m").unwrap_err().to_string();
        assert!(error.chars().all(|c| !c.is_control()), "{error:?}");
    }

    #[test]
    fn results_stand_below_their_time_their_job_and_their_token() {
        let key = ObjectKey::result(Retention::Month, Uuid::nil(), 7, "master.mp4").unwrap();
        assert_eq!(key.as_str(), "videos/month/00000000-0000-0000-0000-000000000000/7/master.mp4");
        assert_eq!(key.file_name(), "master.mp4");
        assert!(ObjectKey::result(Retention::Day, Uuid::nil(), 7, "../master.mp4").is_err());
        assert!(ObjectKey::upload(Uuid::nil(), "../../x", "png").is_err());
        assert_eq!(ObjectPrefix::parse("a/b").unwrap(), ObjectPrefix::parse("a/b/").unwrap());
    }
}
