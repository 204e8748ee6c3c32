//! What a model wrote, judged by the content policy before it is spoken or filmed: before money is
//! spent on it. The outline's own words are not judged: they are the sentence's, and it was.

use super::outline::Line;
use crate::context::{StageContext, StageError};

/// Whether lines may be used. A judge that cannot be asked refuses nothing: the sentence itself was
/// judged before, if only by the desk's rules.
///
/// # Errors
/// [`StageError::Cancelled`].
pub(super) async fn passes(
    lines: &[Line],
    title: Option<&str>,
    context: &StageContext,
) -> Result<bool, StageError> {
    let shown = lines.iter().filter_map(|line| line.on_screen.as_deref());
    let said = lines.iter().map(|line| line.text.as_str());
    let text: Vec<&str> = said.chain(shown).chain(title).collect();
    passes_text(&text.join("\n"), context).await
}

/// The same for a text.
///
/// # Errors
/// As [`passes`].
pub(super) async fn passes_text(text: &str, context: &StageContext) -> Result<bool, StageError> {
    let Some(judge) = &context.providers.moderator else { return Ok(true) };
    let objections = judge.objections(text, &context.cancel).await;
    if context.cancel.is_cancelled() {
        return Err(StageError::Cancelled);
    }
    match objections {
        Ok(objections) if objections.is_empty() => Ok(true),
        Ok(objections) => {
            tracing::warn!(?objections, "a model's words are refused by the content policy");
            Ok(false)
        }
        Err(error) => {
            tracing::warn!(%error, "a model's words were not judged");
            Ok(true)
        }
    }
}

#[cfg(test)]
mod tests;
