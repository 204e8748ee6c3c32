//! Arguments as words, the way a shell parts them: spaces part, quotes hold together.

use cutline_core::{error::UserError, words::Tongue};

use crate::words::say;

/// Words still to be read, first to last.
#[derive(Clone, Debug, Default)]
pub struct Words(std::collections::VecDeque<String>);

impl From<Vec<String>> for Words {
    fn from(words: Vec<String>) -> Self {
        Self(words.into())
    }
}

impl Words {
    /// Parts a text at spaces; `"two words"` and `'two words'` are one, and `\` takes the next
    /// character as it is.
    ///
    /// # Errors
    /// A [`UserError`] when a quotation is left open.
    pub fn of(tongue: Tongue, text: &str) -> Result<Self, UserError> {
        let mut words = Self::default();
        let mut word: Option<String> = None;
        let mut quote: Option<char> = None;
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            match (character, quote) {
                ('\\', None | Some('"')) => {
                    word.get_or_insert_default().extend(characters.next());
                }
                (close, Some(open)) if close == open => quote = None,
                (inside, Some(_)) => word.get_or_insert_default().push(inside),
                // An apostrophe inside a word is one: don't.
                ('\'', None) if word.as_ref().is_some_and(|word| !word.is_empty()) => {
                    word.get_or_insert_default().push('\'');
                }
                (open @ ('"' | '\''), None) => {
                    quote = Some(open);
                    word.get_or_insert_default();
                }
                (space, None) if space.is_whitespace() => words.0.extend(word.take()),
                (other, None) => word.get_or_insert_default().push(other),
            }
        }
        if let Some(open) = quote {
            return Err(UserError::validation(
                "command",
                say!(tongue, "open-quotation", mark = open.to_string()),
            ));
        }
        words.0.extend(word);
        Ok(words)
    }

    /// The next word.
    pub fn next_word(&mut self) -> Option<String> {
        self.0.pop_front()
    }

    /// All that is left.
    #[must_use]
    pub fn rest(self) -> Vec<String> {
        self.0.into()
    }

    /// Whether nothing is left.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        Words::of(Tongue::English, text).unwrap().rest()
    }

    #[test]
    fn quotes_hold_words_together() {
        assert_eq!(words(r#"a  "b c" 'd e'"#), ["a", "b c", "d e"]);
        assert_eq!(words(r"my\ file.png"), ["my file.png"]);
        assert_eq!(words(r#""" x"#), ["", "x"]);
        assert_eq!(words("  "), Vec::<String>::new());
    }

    #[test]
    fn an_apostrophe_inside_a_word_is_no_quotation() {
        assert_eq!(words("ban user don't"), ["ban", "user", "don't"]);
    }

    #[test]
    fn an_open_quotation_is_said_to_be_open() {
        let error = Words::of(Tongue::English, "\"half").unwrap_err();
        assert!(error.message.contains("left open"), "{error}");
    }
}
