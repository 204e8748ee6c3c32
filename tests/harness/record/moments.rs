//! What a chat shows, moment by moment, as both stand-ins tell it; and as text.

use std::{
    collections::HashMap,
    fmt::Write,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{discord::Message, telegram::Shown};

/// Widest line of the text.
const WIDTH: usize = 92;
/// Lines of a long answer that are kept.
const LINES_MAX: usize = 7;

/// A message as people see it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Seen {
    /// The heading, which is bold.
    pub(super) title: String,
    /// The words below it.
    pub(super) lines: Vec<String>,
    /// Small, at the end.
    pub(super) footer: Option<String>,
    /// The colour at its edge, where it has one.
    pub(super) edge: Option<u32>,
    /// Rows of labels, each with a style of Discord's.
    pub(super) buttons: Vec<Vec<(String, u64)>>,
    /// A file's name and bytes.
    pub(super) file: Option<(String, u64)>,
    /// For one person's eyes.
    pub(super) private: bool,
}

/// Something that is said, shown or changed.
#[derive(Clone, Debug)]
pub(super) struct Moment {
    /// Since the question.
    pub(super) at: Duration,
    /// What a person does; `None` where the bot shows something.
    pub(super) person: Option<String>,
    /// What is shown.
    pub(super) seen: Option<Seen>,
    /// The message was there before.
    pub(super) changed: bool,
}

/// Moments of one chat.
#[derive(Debug)]
pub(super) struct Tape {
    begun: Instant,
    known: HashMap<i128, String>,
    /// In their order.
    pub(super) moments: Vec<Moment>,
}

impl Tape {
    /// Begins with what somebody does.
    pub(super) fn begin(person: &str) -> Self {
        let mut tape = Self { begun: Instant::now(), known: HashMap::new(), moments: Vec::new() };
        tape.does(person);
        tape
    }

    /// Somebody does something.
    pub(super) fn does(&mut self, what: &str) {
        self.moments.push(Moment {
            at: self.begun.elapsed(),
            person: Some(what.to_owned()),
            seen: None,
            changed: false,
        });
    }

    /// Looks at a message: what is new is kept. A bar that moved is not new, a stage that began is.
    pub(super) fn look(&mut self, id: i128, seen: Seen) {
        let still = |c: char| !c.is_ascii_digit() && !"▰▱".contains(c);
        let words: String = format!("{:?}", (&seen.title, &seen.lines, &seen.buttons, &seen.file));
        let words: String = words.chars().filter(|c| still(*c)).collect();
        let before = self.known.insert(id, words.clone());
        if before.as_ref() == Some(&words) {
            return;
        }
        let at = self.begun.elapsed();
        let changed = before.is_some();
        self.moments.push(Moment { at, person: None, seen: Some(seen), changed });
    }

    /// As text, a block a moment.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for moment in &self.moments {
            let seconds = moment.at.as_secs();
            let clock = format!("{}:{:02}", seconds / 60, seconds % 60);
            if let Some(what) = &moment.person {
                let _ = writeln!(text, "{clock:>5}  Ada      {what}");
            }
            if let Some(seen) = &moment.seen {
                let how = if seen.private {
                    "Cutline, to Ada alone"
                } else if moment.changed {
                    "Cutline, the same message"
                } else {
                    "Cutline"
                };
                let _ = writeln!(text, "{clock:>5}  {how}");
                for line in seen.told() {
                    let _ = writeln!(text, "         │ {line}");
                }
            }
        }
        text
    }
}

impl Seen {
    /// Its lines, buttons included.
    fn told(&self) -> Vec<String> {
        let mut told = Vec::new();
        if let Some((name, bytes)) = &self.file {
            told.push(match *bytes {
                bytes if bytes >= 100_000 => format!("▶ {name} ({:.1} MB)", bytes as f64 / 1e6),
                bytes => format!("📎 {name} ({:.1} kB)", bytes as f64 / 1e3),
            });
        }
        told.push(self.title.clone());
        let left_out = self.lines.len().saturating_sub(LINES_MAX);
        told.extend(self.lines.iter().take(LINES_MAX).cloned());
        if left_out > 0 {
            told.push(format!("… (lines left out here: {left_out})"));
        }
        told.extend(self.footer.clone());
        for row in &self.buttons {
            told.push(
                row.iter().map(|(label, _)| format!("[{label}]")).collect::<Vec<_>>().join(" "),
            );
        }
        told.retain(|line| !line.is_empty());
        told.iter().flat_map(|line| wrapped(line)).collect()
    }

    /// A message of Discord's, with its markup as clients show it.
    pub(super) fn of_discord(message: &Message) -> Self {
        let embed = message.embeds.first().cloned().unwrap_or_default();
        let word = |value: &Value| value.as_str().map(unescaped);
        let rows = message.components.iter().filter_map(|row| row["components"].as_array());
        let button = |button: &Value| {
            let label = button["label"].as_str().unwrap_or_default().to_owned();
            (label, button["style"].as_u64().unwrap_or(2))
        };
        let lines = word(&embed["description"]).unwrap_or_default();
        Self {
            title: word(&embed["title"]).unwrap_or_else(|| unescaped(&message.content)),
            lines: lines.lines().map(str::to_owned).collect(),
            footer: word(&embed["footer"]["text"]),
            edge: embed["color"].as_u64().and_then(|colour| u32::try_from(colour).ok()),
            buttons: rows.map(|row| row.iter().map(button).collect()).collect(),
            file: message.files().into_iter().next(),
            private: message.is_ephemeral(),
        }
    }

    /// A video, and no still of one that is being made.
    pub(super) fn shows_a_video(&self) -> bool {
        self.file.as_ref().is_some_and(|(name, _)| name == "video" || name.ends_with(".mp4"))
    }

    /// A message of Telegram's.
    pub(super) fn of_telegram(shown: &Shown, file_bytes: Option<u64>) -> Self {
        let mut lines = shown.text.lines().map(|line| line.replace('\u{2060}', ""));
        let label = |(label, _): &(String, String)| (label.clone(), 2);
        let name = shown.media.as_ref().map(|(kind, _)| kind.clone());
        Self {
            title: lines.next().unwrap_or_default(),
            lines: lines.collect(),
            footer: None,
            edge: None,
            buttons: shown.buttons.iter().map(|row| row.iter().map(label).collect()).collect(),
            file: name.zip(file_bytes),
            private: false,
        }
    }
}

/// Without the signs that only tell a client to leave a character alone.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let escapes = c == '\\' && chars.peek().is_some_and(char::is_ascii_punctuation);
        if !escapes {
            out.push(c);
        } else if let Some(next) = chars.next() {
            out.push(next);
        }
    }
    out
}

fn wrapped(line: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in line.split(' ') {
        let last = lines.last_mut().filter(|last| !last.is_empty());
        match last {
            Some(last) if last.chars().count() + 1 + word.chars().count() <= WIDTH => {
                last.push(' ');
                last.push_str(word);
            }
            Some(_) => lines.push(word.to_owned()),
            None => lines = vec![word.to_owned()],
        }
    }
    lines
}
