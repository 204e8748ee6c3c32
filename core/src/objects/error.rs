//! What can go wrong with an object store, sorted by what a caller can do about it.

use std::{io, ops::Range, path::Path};

use super::ObjectKey;

/// What a caller can do about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// There is no such object.
    NotFound,
    /// There is one, and the write was to create it.
    AlreadyThere,
    /// Wrong credentials, or no right to do this: an operator must look.
    Denied,
    /// No room: an operator must look; the same write succeeds once there is room.
    Full,
    /// The network or the store faltered, retries included: later may work.
    Transient,
    /// The request itself is at fault; the same again fails again.
    Refused,
}

/// An object store's failure. Never holds a secret: only the store's own error code and message.
#[derive(Debug, thiserror::Error)]
pub enum ObjectsError {
    /// There is no such object.
    #[error("there is no object {0}")]
    NotFound(ObjectKey),
    /// There is one, and the write was to create it.
    #[error("there is an object {0} already")]
    AlreadyThere(ObjectKey),
    /// A range that is empty, too long, or behind the object's end.
    #[error("bytes {} to {} of {key} cannot be read at once", range.start, range.end)]
    Range {
        /// The object.
        key: ObjectKey,
        /// What was asked for.
        range: Range<u64>,
    },
    /// A body or an object longer than allowed.
    #[error("{what} has {size_bytes} bytes, more than the {max_bytes} allowed")]
    TooLong {
        /// What it is.
        what: String,
        /// Its length.
        size_bytes: u64,
        /// The longest allowed.
        max_bytes: u64,
    },
    /// A file could not be read or written.
    #[error("{what}: {source}")]
    Io {
        /// What was being done, with the path.
        what: String,
        /// Why it failed.
        #[source]
        source: io::Error,
    },
    /// The store answered with an error, or not at all.
    #[error("{what}: {cause}")]
    Store {
        /// What was being done, with the key.
        what: String,
        /// Sorted.
        kind: ErrorKind,
        /// The store's error code and message, or what became of the connection.
        cause: String,
    },
}

impl ObjectsError {
    /// An error of the operating system.
    pub(super) fn io(doing: &str, path: &Path, source: io::Error) -> Self {
        Self::Io { what: format!("{doing} {}", path.display()), source }
    }

    /// What a caller can do about it.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound(_) => ErrorKind::NotFound,
            Self::AlreadyThere(_) => ErrorKind::AlreadyThere,
            Self::Range { .. } | Self::TooLong { .. } => ErrorKind::Refused,
            Self::Store { kind, .. } => *kind,
            Self::Io { source, .. } => match source.kind() {
                io::ErrorKind::StorageFull
                | io::ErrorKind::QuotaExceeded
                | io::ErrorKind::FileTooLarge => ErrorKind::Full,
                io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                    ErrorKind::Denied
                }
                io::ErrorKind::NotFound => ErrorKind::NotFound,
                io::ErrorKind::Interrupted
                | io::ErrorKind::TimedOut
                | io::ErrorKind::ResourceBusy
                | io::ErrorKind::StaleNetworkFileHandle => ErrorKind::Transient,
                _ => ErrorKind::Refused,
            },
        }
    }

    /// Whether the same again may work later.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        self.kind() == ErrorKind::Transient
    }
}
