//! The line a person types on, with the history of earlier sessions. Reads lines; understands none.

use std::path::PathBuf;

use rustyline::{CompletionType, Config, Editor, error::ReadlineError, history::FileHistory};

use super::completion::{Helps, References};
use crate::tasks;

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
        editor.set_helper(Some(Helps::new(references, colours)));
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
