//! Prose by a language model: one call for everything, each sentence judged, bad ones asked for
//! again, and the outline's sentence where the model does not deliver.

use std::time::Duration;

use cutline_core::format::Format;

use super::{
    Input, facts,
    frames::{self, Frames},
    outline::Line,
    prompt, score, sentence_case,
};
use crate::{
    context::{StageContext, StageError},
    language,
    providers::{LanguageModel, ProseRequest, wordnet::WordNet},
    stages::shots::Role,
};

/// Single sentences asked for again at most, so that a script stays within its time.
const REPAIRS_MAX: usize = 4;

/// Writes over the outline's lines; `None` when the model delivered too little to be a script.
///
/// # Errors
/// [`StageError::Cancelled`].
pub(super) async fn write(
    input: &Input,
    outline: &[Line],
    model: &dyn LanguageModel,
    context: &StageContext,
) -> Result<Option<Vec<Line>>, StageError> {
    let lexicon = context.providers.lexicon.as_deref();
    let seed = input.intent.seed;
    let (_, most) = prompt::length(input);
    let wanted = prompt::wanted(input);
    let listed = matches!(input.intent.format, Format::Listicle | Format::HowTo);
    // A title and its colon come on top of the reason.
    let most = if listed { most + 5 } else { most };
    let Some(answer) = ask(model, &prompt::whole(input, lexicon, seed), context).await? else {
        return Ok(None);
    };
    context.progress.set(0.7);
    let mut kept: Vec<Option<String>> = Vec::new();
    let mut told: Vec<String> = Vec::new();
    for sentence in split(&answer).into_iter().take(wanted) {
        let fault = score::fault(&sentence, &told, most, input);
        if let Some(fault) = fault {
            tracing::debug!(fault, sentence, "sentence refused");
        } else {
            told.push(sentence.clone());
        }
        kept.push(Some(sentence).filter(|_| fault.is_none()));
    }
    kept.resize(wanted, None);
    if kept.iter().flatten().count() * 2 < wanted {
        return Ok(None);
    }
    let missing: Vec<usize> = (0..wanted).filter(|at| kept[*at].is_none()).collect();
    for (repair, at) in missing.into_iter().enumerate().take(REPAIRS_MAX) {
        if listed {
            break;
        }
        let before: Vec<String> = kept[..at].iter().flatten().cloned().collect();
        let request = prompt::again(input, lexicon, &before, at, seed + 1 + repair as u64);
        let Some(answer) = ask(model, &request, context).await? else { break };
        let all: Vec<String> = kept.iter().flatten().cloned().collect();
        kept[at] = split(&answer)
            .into_iter()
            .next()
            .filter(|sentence| score::fault(sentence, &all, most, input).is_none());
        context.progress.set(0.7 + 0.3 * (repair + 1) as f32 / REPAIRS_MAX as f32);
    }
    // A list's items stand beside other lines of the outline.
    if !listed {
        say_once(&mut kept, outline, &input.intent.language);
    }
    // The outline's lines would stand among the model's in another language.
    if !frames::written(&input.intent.language) && kept.iter().any(Option::is_none) {
        return Ok(None);
    }
    Ok(Some(if listed {
        items(input, outline, &kept)
    } else {
        lines(input, outline, &kept, lexicon)
    }))
}

/// Where the outline's line stands in for a bad one, it may say what the model says elsewhere: that
/// is left to the outline too.
fn say_once(kept: &mut [Option<String>], outline: &[Line], tag: &str) {
    let mut fallen: Vec<usize> = (0..kept.len()).filter(|at| kept[*at].is_none()).collect();
    while let Some(at) = fallen.pop() {
        let Some(line) = outline.get(at) else { continue };
        for (other, sentence) in kept.iter_mut().enumerate() {
            if sentence.as_ref().is_some_and(|text| score::alike(text, &line.text, tag)) {
                *sentence = None;
                fallen.push(other);
            }
        }
    }
}

/// The longest one answer may take. An idle machine needs about 20 s for a whole script; one that
/// cannot keep up gets the outline instead of a video that never comes.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(75);

/// The model's raw answer; a failure is logged and costs the model, not the video.
pub(super) async fn ask(
    model: &dyn LanguageModel,
    request: &ProseRequest,
    context: &StageContext,
) -> Result<Option<String>, StageError> {
    let patience = context.cancel.child_token();
    let answer = tokio::time::timeout(ANSWER_TIME_MAX, model.write(request, &patience)).await;
    if context.cancel.is_cancelled() {
        return Err(StageError::Cancelled);
    }
    let Ok(answer) = answer else {
        patience.cancel();
        tracing::warn!(model = model.name(), "the language model took too long");
        return Ok(None);
    };
    Ok(answer.inspect_err(|error| tracing::warn!(%error, "the language model failed")).ok())
}

/// The numbered lines of an answer without their numbers, tidied.
pub(super) fn split(answer: &str) -> Vec<String> {
    answer
        .lines()
        .filter_map(|line| {
            let line = line.trim();
            let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
            let numbered = rest.len() < line.len() && rest.starts_with(['.', ')', '、', ':', '．']);
            numbered.then(|| tidy(rest.trim_start_matches(['.', ')', '、', ':', '．', ' '])))
        })
        .filter(|line| !line.is_empty())
        .collect()
}

/// Drops wrapping quotes, stray marks and everything after the second sentence.
fn tidy(line: &str) -> String {
    let line = line.trim().trim_matches(['"', '“', '”', '*', '`']).trim();
    // "Cat: Where is my dinner?" – the speaker is known.
    let line = match line.split_once(": ") {
        Some((name, rest))
            if !name.contains(' ')
                && rest.contains(' ')
                && name.len() < 10
                && ["cat", "owner", "me", "you", "a", "b"]
                    .contains(&name.to_lowercase().as_str()) =>
        {
            rest
        }
        _ => line,
    };
    let ends: Vec<usize> = line
        .char_indices()
        .filter(|(_, c)| ['.', '!', '?', '。', '！', '？'].contains(c))
        .map(|(at, c)| at + c.len_utf8())
        .collect();
    let end = match ends.as_slice() {
        [_, second, ..] => *second,
        _ => line.len(),
    };
    let mut kept = line[..end].split_whitespace().collect::<Vec<_>>().join(" ");
    // Half of a quotation was cut off, or its other half trimmed away.
    if kept.matches('"').count() % 2 == 1 {
        kept.retain(|c| c != '"');
    }
    sentence_case(&kept)
}

/// One sentence a shot.
fn lines(
    input: &Input,
    outline: &[Line],
    kept: &[Option<String>],
    lexicon: Option<&WordNet>,
) -> Vec<Line> {
    let mut lines: Vec<Line> = kept
        .iter()
        .zip(outline)
        .map(|(sentence, fallback)| match sentence {
            Some(text) => {
                Line { facts: facts::carried_by(text, input), text: text.clone(), on_screen: None }
            }
            None => Line { on_screen: None, ..fallback.clone() },
        })
        .collect();
    if let Some(hook) = lines.first_mut().filter(|_| input.intent.format != Format::FakeText) {
        hook.on_screen = super::titles::over(&hook.text, &input.intent, lexicon);
    }
    lines
}

/// Items "Title: reason" on the outline's hook and close; an item that is missing keeps the
/// outline's.
fn items(input: &Input, outline: &[Line], kept: &[Option<String>]) -> Vec<Line> {
    let frames = Frames::of(&input.intent.language);
    let label =
        frames.word(if input.intent.format == Format::Listicle { "listicle" } else { "how_to" });
    let mut lines = outline.to_vec();
    let shots = &input.shots.shots;
    let mut at = 0;
    while at < shots.len() {
        let Role::Item { n, of } = shots[at].role else {
            at += 1;
            continue;
        };
        let until = (at..shots.len())
            .find(|next| shots[*next].role != Role::Item { n, of })
            .unwrap_or(shots.len());
        // Items are shown as a countdown: the model's first is the one that comes first.
        let order = if input.intent.format == Format::Listicle { of - n } else { n - 1 } as usize;
        if let Some((title, reason)) =
            kept.get(order).cloned().flatten().as_deref().and_then(titled)
        {
            let opening = label.replace("{n}", &frames.number(n));
            let gap = if language::is_spaceless(&input.intent.language) { "" } else { " " };
            let stop = if gap.is_empty() { "。" } else { "." };
            let first = if until - at == 1 {
                format!("{opening}{gap}{title}{stop}{gap}{reason}")
            } else {
                format!("{opening}{gap}{title}{stop}")
            };
            lines[at] = Line { text: first, on_screen: Some(title), facts: Vec::new() };
            if until - at > 1 {
                lines[at + 1] = Line {
                    facts: facts::carried_by(&reason, input),
                    text: reason,
                    on_screen: None,
                };
            }
        }
        at = until;
    }
    lines
}

/// "Drink water: it wakes you up." → title and reason.
fn titled(sentence: &str) -> Option<(String, String)> {
    let (title, reason) =
        sentence.split_once([':', '：']).or_else(|| sentence.split_once(" - "))?;
    let title = title.trim().trim_matches('*');
    let reason = super::sentence_case(reason.trim());
    let words = title.split_whitespace().count();
    ((1..=super::titles::ON_SCREEN_WORDS_MAX).contains(&words) && !reason.is_empty())
        .then(|| (super::sentence_case(title), reason))
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn answers_become_whole_tidy_sentences() {
        let answer = "1. \"patience is slow.\n2) The ghost says, \"I have been waiting. For you. Now.\"\n\
                      Note: three\n3. \"Come in.\"";
        assert_eq!(
            split(answer),
            ["Patience is slow.", "The ghost says, I have been waiting. For you.", "Come in."]
        );
    }
}
