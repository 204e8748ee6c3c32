//! The line a person types on: history kept in the cache directory, completion of verbs, job
//! references and files, hints. Reads lines; understands none.

use std::{
    borrow::Cow,
    collections::BTreeSet,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use rustyline::{
    CompletionType, Config, Context, Editor,
    completion::{Completer, FilenameCompleter, Pair},
    error::ReadlineError,
    highlight::Highlighter,
    hint::Hinter,
    history::FileHistory,
};

use crate::{
    command::verbs::{self, Takes},
    tasks,
};

/// Lines that are remembered.
const HISTORY_LINES_MAX: usize = 2_000;

/// What came of asking for a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// This was typed.
    Typed(String),
    /// Ctrl-C.
    Interrupted,
    /// Ctrl-D, or the end of what was piped in.
    Ended,
}

/// The job references that completion offers; shared, so that it grows while a line is typed.
#[derive(Clone, Debug, Default)]
pub struct References(Arc<Mutex<BTreeSet<String>>>);

impl References {
    /// Offers this one from now on.
    pub fn learn(&self, reference: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(reference.to_owned());
    }

    fn starting(&self, start: &str) -> Vec<String> {
        let start = start.trim_start_matches('#').to_uppercase();
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().filter(|reference| reference.starts_with(&start)).cloned().collect()
    }
}

/// The prompt, on whatever standard input is.
pub struct Prompt {
    editor: Option<Editor<Helps, FileHistory>>,
    history: Option<PathBuf>,
}

/// Prints above the line that is being typed.
pub type Above = Box<dyn FnMut(String) + Send>;

impl Prompt {
    /// Opens the prompt with the history of earlier sessions, if it can be read: not being able to
    /// remember is no reason not to talk.
    ///
    /// # Errors
    /// When the terminal refuses.
    pub fn open(
        history: Option<PathBuf>,
        references: References,
        colours: bool,
    ) -> Result<Self, ReadlineError> {
        let config = Config::builder()
            .max_history_size(HISTORY_LINES_MAX)?
            .history_ignore_dups(true)?
            .history_ignore_space(true)
            .completion_type(CompletionType::List)
            .build();
        let mut editor = Editor::with_history(config.clone(), FileHistory::with_config(&config))?;
        editor.set_helper(Some(Helps { references, files: FilenameCompleter::new(), colours }));
        if let Some(history) = &history {
            if let Some(folder) = history.parent() {
                let _ = std::fs::create_dir_all(folder);
            }
            if let Err(error) = editor.load_history(history) {
                tracing::debug!(%error, "no history of earlier sessions");
            }
        }
        Ok(Self { editor: Some(editor), history })
    }

    /// Asks for a line; `question` stands in front of it.
    ///
    /// # Errors
    /// When standard input or the terminal fails.
    pub async fn ask(&mut self, question: &str) -> Result<Line, ReadlineError> {
        let Some(mut editor) = self.editor.take() else {
            return Err(ReadlineError::Eof);
        };
        let question = question.to_owned();
        let asked = tasks::blocking(move || {
            let line = editor.readline(&question);
            (editor, line)
        });
        let (mut editor, line) =
            asked.await.map_err(|error| ReadlineError::Io(std::io::Error::other(error)))?;
        let line = match line {
            Ok(line) => {
                self.remember(&mut editor, &line);
                Ok(Line::Typed(line))
            }
            Err(ReadlineError::Interrupted) => Ok(Line::Interrupted),
            Err(ReadlineError::Eof) => Ok(Line::Ended),
            Err(error) => Err(error),
        };
        self.editor = Some(editor);
        line
    }

    /// Something that prints above the line being typed; plain printing where there is no terminal.
    pub fn above(&mut self) -> Above {
        use rustyline::ExternalPrinter;
        match self.editor.as_mut().map(Editor::create_external_printer) {
            Some(Ok(mut printer)) => Box::new(move |text| {
                if let Err(error) = printer.print(text) {
                    tracing::debug!(%error, "nothing can be printed above the prompt");
                }
            }),
            _ => Box::new(|text| println!("{}", text.trim_end())),
        }
    }

    fn remember(&self, editor: &mut Editor<Helps, FileHistory>, line: &str) {
        // Numbers answer the card that was just shown; they mean nothing tomorrow.
        if line.trim().parse::<u32>().is_ok() {
            return;
        }
        let added = editor.add_history_entry(line);
        if let (Ok(true), Some(history)) = (added, &self.history)
            && let Err(error) = editor.append_history(history)
        {
            tracing::debug!(%error, "the history cannot be kept");
        }
    }
}

/// Completion and hints.
struct Helps {
    references: References,
    files: FilenameCompleter,
    colours: bool,
}

impl rustyline::Helper for Helps {}
impl rustyline::validate::Validator for Helps {}

impl Completer for Helps {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        pos: usize,
        context: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        match completing(line, pos) {
            Completing::Files => self.files.complete(line, pos, context),
            Completing::Job { start } => {
                Ok((start, pairs(self.references.starting(&line[start..pos]))))
            }
            Completing::Among { start, words } => Ok((start, pairs(words))),
            Completing::Nothing => Ok((pos, Vec::new())),
        }
    }
}

impl Hinter for Helps {
    type Hint = String;

    fn hint(&self, line: &str, pos: usize, _context: &Context<'_>) -> Option<String> {
        if pos < line.len() { None } else { hint(line) }
    }
}

impl Highlighter for Helps {
    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        if self.colours { Cow::Owned(format!("\u{1b}[2m{hint}\u{1b}[0m")) } else { hint.into() }
    }
}

fn pairs(words: Vec<String>) -> Vec<Pair> {
    words.into_iter().map(|word| Pair { display: word.clone(), replacement: word }).collect()
}

/// What stands at the cursor.
#[derive(Debug, PartialEq, Eq)]
enum Completing {
    /// One of these words, instead of what begins at `start`.
    Among { start: usize, words: Vec<String> },
    /// A job reference, instead of what begins at `start`.
    Job { start: usize },
    /// The name of a file.
    Files,
    /// A sentence of the person's own.
    Nothing,
}

fn completing(line: &str, pos: usize) -> Completing {
    let Some(before) = line.get(..pos).filter(|before| before.starts_with('/')) else {
        return Completing::Nothing;
    };
    let start = before
        .rfind(char::is_whitespace)
        .map_or(0, |space| space + before[space..].chars().next().map_or(1, char::len_utf8));
    let word = &before[start..];
    let earlier: Vec<&str> = before[..start].split_whitespace().collect();
    let among = |all: &mut dyn Iterator<Item = &'static str>, space: bool| {
        let words = all
            .filter(|known| known.starts_with(word.trim_start_matches('/')))
            .map(|known| {
                let slash = if word.starts_with('/') { "/" } else { "" };
                format!("{slash}{known}{}", if space { " " } else { "" })
            })
            .collect();
        Completing::Among { start, words }
    };
    let Some((verb, earlier)) = earlier.split_first() else {
        return among(&mut verbs::names(), true);
    };
    match verbs::find(verb.trim_start_matches('/')).map(|verb| (verb.name, verb.takes)) {
        Some(("brand", _)) if matches!(earlier, ["logo" | "photo", ..]) => Completing::Files,
        Some(("admin", _)) if matches!(earlier, ["job" | "retry" | "cancel"]) => {
            Completing::Job { start }
        }
        Some((_, Takes::Files)) => Completing::Files,
        Some((_, Takes::Job)) if earlier.is_empty() => Completing::Job { start },
        Some((_, Takes::OneOf(words))) if earlier.is_empty() => {
            among(&mut words.iter().copied(), true)
        }
        Some((_, Takes::Verb)) if earlier.is_empty() => among(&mut verbs::names(), false),
        _ => Completing::Nothing,
    }
}

/// The rest of a verb begun without doubt, or what may follow a whole one.
fn hint(line: &str) -> Option<String> {
    let begun = line.strip_prefix('/').filter(|begun| !begun.is_empty())?;
    if let Some(verb) = verbs::find(begun.trim_end()) {
        let space = if begun.ends_with(' ') { "" } else { " " };
        return Some(verb.arguments).filter(|s| !s.is_empty()).map(|s| format!("{space}{s}"));
    }
    let mut names = verbs::names().filter(|name| name.starts_with(begun));
    match (names.next(), names.next()) {
        (Some(name), None) => Some(name[begun.len()..].to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        match completing(line, line.len()) {
            Completing::Among { words, .. } => words,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn verbs_complete_by_their_beginning() {
        assert_eq!(words("/ca"), ["/cancel ", "/captions "]);
        assert_eq!(words("/help ca"), ["cancel", "captions"]);
        assert_eq!(words("/brand lo"), ["logo "]);
        assert_eq!(words("/admin dr"), ["drain "]);
    }

    #[test]
    fn jobs_and_files_complete_where_they_belong() {
        assert_eq!(completing("/status k7", 10), Completing::Job { start: 8 });
        assert_eq!(completing("/admin retry ", 13), Completing::Job { start: 13 });
        assert_eq!(completing("/image ro", 9), Completing::Files);
        assert_eq!(completing("/brand logo ", 12), Completing::Files);
        assert_eq!(completing("Why octo", 8), Completing::Nothing);
        let references = References::default();
        references.learn("K7Q2M9");
        assert_eq!(references.starting("#k7"), ["K7Q2M9"]);
    }

    #[test]
    fn hints_show_what_may_follow() {
        assert_eq!(hint("/hist").as_deref(), Some("ory"));
        assert_eq!(hint("/status").as_deref(), Some(" [REFERENCE]"));
        assert_eq!(hint("/status ").as_deref(), Some("[REFERENCE]"));
        assert_eq!(hint("/c"), None);
        assert_eq!(hint("Why"), None);
    }

    proptest::proptest! {
        #[test]
        fn no_line_breaks_completion(line in "/?[\\PC]{0,40}", at in 0usize..45) {
            completing(&line, at.min(line.len()));
            hint(&line);
        }
    }
}
