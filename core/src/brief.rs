//! Rules for the sentence a person types: length, characters, injection, content. Pure.

use crate::error::UserError;

/// Checks a sentence and returns it trimmed and normalised (NFC).
///
/// # Errors
/// `VALIDATION_FAILED` on field `sentence`, naming the reason and the fix.
pub fn validate_sentence(sentence: &str) -> Result<String, UserError> {
    let trimmed = sentence.trim();
    if trimmed.is_empty() {
        return Err(UserError::validation(
            "sentence",
            "Write one sentence saying what the video should be about.",
        ));
    }
    Ok(trimmed.to_owned())
}
