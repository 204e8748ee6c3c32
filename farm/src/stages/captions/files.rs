//! The .srt and .vtt files: readable cues of up to two lines, as written, punctuation and all.

use super::{Input, words};
use crate::{context::StageError, stages::timing::TimedWord};

/// Letters on a line of a cue (the usual subtitle width).
const LINE_LETTERS_MAX: usize = 42;
/// Lines of a cue.
const LINES_MAX: usize = 2;
/// A cue stays this long after its last word when it may.
const LINGER_MS: u32 = 200;
/// Nobody reads faster than this.
const CUE_MS_MIN: u32 = 700;

/// A cue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cue {
    start_ms: u32,
    end_ms: u32,
    speaker: Option<String>,
    lines: Vec<String>,
}

/// Groups the words of each shot into cues.
pub(super) fn cues(input: &Input) -> Result<Vec<Cue>, StageError> {
    let mut cues: Vec<Cue> = Vec::new();
    for span in &input.timeline.shots {
        let script =
            input.script.shots.iter().find(|shot| shot.shot == span.shot).ok_or_else(|| {
                StageError::Invariant(format!("shot {} has a span and no script", span.shot))
            })?;
        let speaker = script
            .speaker
            .and_then(|index| input.intent.speakers.get(usize::try_from(index).ok()?))
            .map(|talker| talker.name.clone());
        let mut rest = &span.words[..];
        while !rest.is_empty() {
            let (taken, lines) = fill(rest);
            let (head, tail) = rest.split_at(taken);
            if let (Some(first), Some(last)) = (head.first(), head.last()) {
                cues.push(Cue {
                    start_ms: first.start_ms,
                    end_ms: last.end_ms,
                    speaker: speaker.clone(),
                    lines,
                });
            }
            rest = tail;
        }
    }
    let video_ms = input.timeline.frames * 1000 / crate::stages::timing::FPS;
    for index in 0..cues.len() {
        let limit = cues.get(index + 1).map_or(video_ms, |next| next.start_ms);
        let cue = &mut cues[index];
        let wanted = (cue.end_ms + LINGER_MS).max(cue.start_ms + CUE_MS_MIN);
        cue.end_ms = wanted.min(limit).max(cue.start_ms + 1);
    }
    Ok(cues)
}

/// How many words a cue takes (it ends with a sentence where it can), and its lines.
fn fill(words: &[TimedWord]) -> (usize, Vec<String>) {
    let mut lines = vec![String::new()];
    for (index, word) in words.iter().enumerate() {
        let line = lines.last().cloned().unwrap_or_default();
        let space = if line.is_empty() || words::joined(&line, &word.text) { "" } else { " " };
        let longer = format!("{line}{space}{}", word.text);
        if words::width(&longer) <= LINE_LETTERS_MAX || line.is_empty() {
            lines.pop();
            lines.push(longer);
        } else if lines.len() < LINES_MAX {
            lines.push(word.text.clone());
        } else {
            return (index, lines);
        }
        if words::closes(&word.text) == 2 {
            return (index + 1, lines);
        }
    }
    (words.len(), lines)
}

/// SubRip: numbered cues, a comma before the milliseconds.
pub(super) fn srt(cues: &[Cue]) -> String {
    let mut file = String::new();
    for (index, cue) in cues.iter().enumerate() {
        let who = cue.speaker.as_ref().map_or_else(String::new, |name| format!("{name}: "));
        file.push_str(&format!(
            "{}\n{} --> {}\n{who}{}\n\n",
            index + 1,
            clock(cue.start_ms, ','),
            clock(cue.end_ms, ','),
            cue.lines.join("\n"),
        ));
    }
    file
}

/// WebVTT: voice tags for speakers, a dot before the milliseconds.
pub(super) fn vtt(cues: &[Cue]) -> String {
    let mut file = String::from("WEBVTT\n\n");
    for cue in cues {
        let who = cue.speaker.as_ref().map_or_else(String::new, |n| format!("<v {}>", escape(n)));
        file.push_str(&format!(
            "{} --> {}\n{who}{}\n\n",
            clock(cue.start_ms, '.'),
            clock(cue.end_ms, '.'),
            escape(&cue.lines.join("\n")),
        ));
    }
    file
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn clock(ms: u32, point: char) -> String {
    let (seconds, ms) = (ms / 1000, ms % 1000);
    format!("{:02}:{:02}:{:02}{point}{ms:03}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}
