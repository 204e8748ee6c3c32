//! The script by a model that fills forms: the whole of it in one answer of a known shape, judged
//! line by line, mended once, and the outline's line where the model does not deliver.

mod judge;
mod schema;
mod task;

use cutline_core::format::Format;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Input, facts, frames,
    outline::Line,
    titles::{ON_SCREEN_WORDS_MAX, TITLE_WORDS_MAX},
};
use crate::{
    context::{Handling, StageContext, StageError},
    providers::{FormFiller, FormRequest},
};

/// Tokens a line takes at most, with its JSON around it.
const TOKENS_A_LINE: usize = 120;
/// More faulty lines than this share of all, and the script is another model's to write.
const FAULTY_MAX: f32 = 0.4;

/// What the model fills in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Draft {
    /// A title of at most six words.
    pub title: String,
    /// One line for every shot, in order.
    pub lines: Vec<DraftLine>,
}

/// A shot's words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DraftLine {
    /// What is said, and nothing else.
    pub narration: String,
    /// At most five words that stand big on screen, or null.
    pub on_screen: Option<String>,
    /// Numbers of the given facts that the line rests on.
    pub facts: Vec<u32>,
}

/// A script, and how much of it is the model's.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Written {
    pub title: Option<String>,
    pub lines: Vec<Line>,
}

/// Writes over the outline's lines; `None` when the model delivered too little to be a script.
///
/// # Errors
/// [`StageError::Cancelled`].
pub(super) async fn write(
    input: &Input,
    outline: &[Line],
    model: &dyn FormFiller,
    context: &StageContext,
) -> Result<Option<Written>, StageError> {
    let mut request = FormRequest {
        name: "script".to_owned(),
        schema: schema::strict::<Draft>(),
        system: task::system(input),
        turns: vec![(task::whole(input), None)],
        tokens_max: input.shots.shots.len() * TOKENS_A_LINE + 200,
        seed: input.intent.seed,
    };
    let Some(first) = ask(model, &request, context).await? else { return Ok(None) };
    context.progress.set(0.6);
    let mut draft = read(&first);
    let complaints = judge::complaints(input, draft.as_ref());
    if !complaints.is_empty() {
        tracing::debug!(faults = complaints.len(), "the script is asked for again");
        if let Some(open) = request.turns.last_mut() {
            open.1 = Some(first);
        }
        request.turns.push((task::again(&complaints), None));
        // The first answer is still there should the second be worse.
        if let Some(second) = ask(model, &request, context).await? {
            let mended = read(&second);
            if judge::complaints(input, mended.as_ref()).len() < complaints.len() {
                draft = mended;
            }
        }
    }
    context.progress.set(0.95);
    Ok(draft.and_then(|draft| assembled(input, outline, draft)))
}

/// The model's raw answer; a failure is logged and costs the model, not the video.
async fn ask(
    model: &dyn FormFiller,
    request: &FormRequest,
    context: &StageContext,
) -> Result<Option<String>, StageError> {
    let answer = model.fill(request, &context.cancel).await;
    if context.cancel.is_cancelled() {
        return Err(StageError::Cancelled);
    }
    match answer {
        Ok(answer) => Ok(Some(answer)),
        // The job is another worker's: nothing more is to be bought for it.
        Err(error) if error.handling == Handling::Fail => Err(StageError::Cancelled),
        Err(error) => {
            tracing::warn!(%error, "the language model failed");
            Ok(None)
        }
    }
}

/// A draft from an answer: the JSON itself, or the object inside fences and small talk.
fn read(answer: &str) -> Option<Draft> {
    let answer = answer.trim();
    if let Ok(draft) = serde_json::from_str(answer) {
        return Some(draft);
    }
    let inner = answer.get(answer.find('{')?..=answer.rfind('}')?)?;
    serde_json::from_str(inner).ok()
}

/// Lines that hold, with the outline's in place of those that do not.
fn assembled(input: &Input, outline: &[Line], draft: Draft) -> Option<Written> {
    let faults = judge::faults(input, &draft);
    let faulty = faults.iter().filter(|fault| fault.is_some()).count();
    if draft.lines.len() != outline.len() || faulty as f32 > FAULTY_MAX * outline.len() as f32 {
        tracing::warn!(faulty, lines = draft.lines.len(), "the script does not hold");
        return None;
    }
    // A chat's joke and a quote's thought do not survive a foreign line, nor does any script one in
    // another language.
    let whole = matches!(input.intent.format, Format::FakeText | Format::Quote)
        || !frames::written(&input.intent.language);
    if whole && faulty > 0 {
        return None;
    }
    let lines = draft.lines.iter().zip(faults).zip(outline).map(|((line, fault), own)| {
        if let Some(fault) = fault {
            tracing::debug!(fault, "the outline's line stands in");
            return own.clone();
        }
        Line {
            text: judge::tidy(&line.narration),
            on_screen: on_screen(line.on_screen.as_deref()),
            facts: rests_on(line, input),
        }
    });
    let words = |title: &str| title.split_whitespace().count();
    let title = judge::tidy(&draft.title);
    let fits = !title.is_empty() && title.chars().count() <= 60 && words(&title) <= TITLE_WORDS_MAX;
    Some(Written { title: fits.then_some(title), lines: lines.collect() })
}

fn on_screen(text: Option<&str>) -> Option<String> {
    let text = judge::tidy(text?);
    let count = text.split_whitespace().count();
    let fits = (1..=ON_SCREEN_WORDS_MAX).contains(&count) && text.chars().count() <= 40;
    fits.then(|| text.trim_end_matches(['.', ',', ':', ';']).to_owned())
}

/// The facts a line rests on: those whose words carry it, and those the model names as far as they
/// share words with it.
fn rests_on(line: &DraftLine, input: &Input) -> Vec<u32> {
    let mut found = facts::carried_by(&line.narration, input);
    let named = line.facts.iter().filter_map(|number| number.checked_sub(1));
    found.extend(named.filter(|at| facts::touches(&line.narration, *at, input)));
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests;
