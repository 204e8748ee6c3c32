//! Judges a filled form. Pure.

use super::{Draft, Input};
use crate::{
    language::{self, spoken::words_in},
    stages::script::score,
};

/// What is wrong with each line; one entry a shot of the input.
pub(super) fn faults(input: &Input, draft: &Draft) -> Vec<Option<&'static str>> {
    let mut told: Vec<String> = Vec::new();
    let shots = input.shots.shots.iter().enumerate();
    shots
        .map(|(at, shot)| {
            let Some(line) = draft.lines.get(at) else { return Some("missing") };
            let text = tidy(&line.narration);
            let fault = if text.contains('\n') || text.chars().any(char::is_control) {
                Some("more than one line")
            } else {
                score::fault(&text, &told, words_max(shot.budget_ms, input), input)
            };
            if fault.is_none() {
                told.push(text);
            }
            fault
        })
        .collect()
}

/// What the model is told about its answer; empty when nothing is wrong.
pub(super) fn complaints(input: &Input, draft: Option<&Draft>) -> Vec<String> {
    let Some(draft) = draft else {
        return vec!["The answer was not JSON of the given schema.".to_owned()];
    };
    let mut complaints = Vec::new();
    let (given, wanted) = (draft.lines.len(), input.shots.shots.len());
    if given != wanted {
        complaints.push(format!("There must be {wanted} lines, one a shot; there were {given}."));
    }
    for (at, fault) in faults(input, draft).into_iter().enumerate() {
        if let Some(fault) = fault.filter(|fault| *fault != "missing") {
            complaints.push(format!("Line {}: {}.", at + 1, advice(fault)));
        }
    }
    complaints
}

/// A fault in words that help.
fn advice(fault: &str) -> &str {
    match fault {
        "too short" => "it is too short; say a little more",
        "too long" => "it is too long; keep to the number of words given for the shot",
        "talks about itself" => "it talks about the video or to the viewers; tell the thing itself",
        "artefact" => "it has markup or brackets in it; plain words only",
        "cut off" => "it does not end with a full stop, question mark or exclamation mark",
        "a number nobody gave" => "it has a number that is neither in the topic nor in the facts",
        "wrong language" => "it is in the wrong language",
        "repeats" => "it repeats an earlier line; say something new",
        other => other,
    }
}

/// Most words a shot has room for.
pub(super) fn words_max(budget_ms: u32, input: &Input) -> usize {
    let most = words_in(budget_ms.saturating_sub(250), &input.intent.language);
    let least = if language::is_spaceless(&input.intent.language) { 8 } else { 5 };
    most.clamp(least, 40)
}

/// Spaces put in order, wrapping quotes and stray marks dropped.
pub(super) fn tidy(text: &str) -> String {
    let text = text.trim().trim_matches(['"', '“', '”', '*', '`']).trim();
    text.split([' ', '\t', '\u{a0}']).filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ")
}
