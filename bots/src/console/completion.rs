//! Completion and hints for the line being typed: verbs, job references, files. All from the table
//! of verbs.

use std::{
    borrow::Cow,
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use rustyline::{
    Context,
    completion::{Completer, FilenameCompleter, Pair},
    highlight::Highlighter,
    hint::{Hint, Hinter},
};

use crate::command::verbs::{self, Takes};

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

/// Completion and hints.
pub(super) struct Helps {
    references: References,
    files: FilenameCompleter,
    colours: bool,
}

impl Helps {
    pub(super) fn new(references: References, colours: bool) -> Self {
        Self { references, files: FilenameCompleter::new(), colours }
    }
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
    type Hint = Hinted;

    fn hint(&self, line: &str, pos: usize, _context: &Context<'_>) -> Option<Hinted> {
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

/// What is shown, dimly, after the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Hinted {
    /// The rest of a word, which the right arrow takes over.
    Rest(&'static str),
    /// What may follow; nothing to take over.
    May(String),
}

impl Hint for Hinted {
    fn display(&self) -> &str {
        match self {
            Self::Rest(text) => text,
            Self::May(text) => text,
        }
    }

    fn completion(&self) -> Option<&str> {
        match self {
            Self::Rest(text) => Some(text),
            Self::May(_) => None,
        }
    }
}

/// The rest of a verb begun without doubt, or what may follow a whole one.
fn hint(line: &str) -> Option<Hinted> {
    let begun = line.strip_prefix('/').filter(|begun| !begun.is_empty())?;
    if let Some(verb) = verbs::find(begun.trim_end()) {
        let space = if begun.ends_with(' ') { "" } else { " " };
        let arguments = Some(verb.arguments).filter(|arguments| !arguments.is_empty())?;
        return Some(Hinted::May(format!("{space}{arguments}")));
    }
    let mut names = verbs::names().filter(|name| name.starts_with(begun));
    match (names.next(), names.next()) {
        (Some(name), None) => Some(Hinted::Rest(&name[begun.len()..])),
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
        assert_eq!(hint("/hist"), Some(Hinted::Rest("ory")));
        assert_eq!(hint("/status"), Some(Hinted::May(" [REFERENCE]".into())));
        assert_eq!(hint("/status "), Some(Hinted::May("[REFERENCE]".into())));
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
