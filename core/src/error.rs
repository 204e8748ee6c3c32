//! What a person is told. Operators get cause chains elsewhere; these words are shown as written.

use serde::{Deserialize, Serialize};

use crate::{
    job::failure,
    words::{Tongue, say},
};

/// Code of a sentence that the content policy refuses.
pub const CONTENT_REFUSED: &str = "CONTENT_REFUSED";

/// A refusal or failure in words meant for the person who asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{code} {field}: {message}")]
pub struct UserError {
    /// Stable machine code, such as `VALIDATION_FAILED`.
    pub code: String,
    /// The input the person can change (`sentence`, `images[1]`), or empty where none is to blame.
    pub field: String,
    /// What is wrong and how to mend it, one or two plain sentences.
    pub message: String,
}

impl UserError {
    /// A field-level validation failure.
    pub fn validation(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code: "VALIDATION_FAILED".into(), field: field.into(), message: message.into() }
    }

    /// A failure with nothing of the input to blame, in the words of its code ([`failure::said`]). They
    /// are English, as a job keeps them: a card says them anew in its reader's language.
    #[must_use]
    pub fn of_code(code: &str) -> Self {
        let message = failure::said(Tongue::English, code).unwrap_or_default();
        Self { code: code.into(), field: String::new(), message }
    }

    /// The content policy refuses the sentence. A card says it anew in its reader's language.
    #[must_use]
    pub fn content_refused(tongue: Tongue) -> Self {
        let message = say!(tongue, "sentence-policy");
        Self { code: CONTENT_REFUSED.into(), field: "sentence".into(), message }
    }
}
