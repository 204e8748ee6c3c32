//! What can go wrong on the way to the database, and whether trying again may help.

use tokio_postgres::error::SqlState;

/// A call to the database failed. People are told only that we are out of order; operators see
/// this.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The server cannot be reached, is restarting, or did not answer in time.
    #[error("{what}: the database does not answer: {source}")]
    Unavailable {
        /// Which call.
        what: &'static str,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The server refused the statement.
    #[error("{what}: {source}")]
    Query {
        /// Which call.
        what: &'static str,
        /// Why.
        #[source]
        source: tokio_postgres::Error,
    },
    /// The server's answer is not of the shape this program knows.
    #[error("{what}: unexpected answer: {detail}")]
    Shape {
        /// Which call.
        what: &'static str,
        /// What was unexpected.
        detail: String,
    },
    /// A setting cannot be used.
    #[error("{variable}: {detail}")]
    Setting {
        /// The variable.
        variable: &'static str,
        /// What is wrong, without the value (it may hold a password).
        detail: String,
    },
    /// Migrations did not run.
    #[error("migration: {0}")]
    Migration(#[from] Box<refinery::Error>),
}

impl StoreError {
    /// Whether the same call may succeed later.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable { .. })
    }

    pub(super) fn from_query(what: &'static str, source: tokio_postgres::Error) -> Self {
        if passes(&source) {
            Self::Unavailable { what, source: source.into() }
        } else {
            Self::Query { what, source }
        }
    }

    pub(super) fn shape(what: &'static str, detail: impl ToString) -> Self {
        Self::Shape { what, detail: detail.to_string() }
    }
}

/// Whether an error passes by itself: lost connections, restarts, locks and timeouts.
fn passes(error: &tokio_postgres::Error) -> bool {
    let Some(code) = error.code() else {
        // Without a code it is not the server speaking: the connection broke, or an argument of
        // ours could not be encoded (which a repeat does not mend, nor harm).
        return error.is_closed()
            || std::error::Error::source(error).is_some_and(|s| s.is::<std::io::Error>());
    };
    let passing = [
        SqlState::ADMIN_SHUTDOWN,
        SqlState::CRASH_SHUTDOWN,
        SqlState::CANNOT_CONNECT_NOW,
        SqlState::TOO_MANY_CONNECTIONS,
        SqlState::QUERY_CANCELED,
        SqlState::LOCK_NOT_AVAILABLE,
        SqlState::T_R_DEADLOCK_DETECTED,
        SqlState::T_R_SERIALIZATION_FAILURE,
        SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
    ];
    passing.contains(code) || code.code().starts_with("08") || code.code().starts_with("53")
}
