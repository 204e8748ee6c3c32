//! A brand kit's phrases: what is banned is neither said nor shown, what is required is said. It
//! enriches and never steers: the script is written first and then made to keep to the kit. Pure.

use cutline_core::error::UserError;
use regex::{Regex, RegexBuilder};

use super::{Script, sentence_case, titles::ON_SCREEN_WORDS_MAX};
use crate::stages::intent::Phrases;

/// A kit's phrases, ready to be looked for.
pub(in crate::stages) struct Keeper<'a> {
    required: &'a [String],
    banned: Vec<Regex>,
}

impl<'a> Keeper<'a> {
    /// Prepares the phrases. Case and the width of spaces do not matter; a phrase is found as whole
    /// words where its script has words.
    pub(in crate::stages) fn new(phrases: &'a Phrases) -> Self {
        let banned = phrases.banned.iter().filter_map(|phrase| pattern(phrase)).collect();
        Self { required: &phrases.required, banned }
    }

    /// Whether a text says something banned.
    pub(in crate::stages) fn bans(&self, text: &str) -> bool {
        self.banned.iter().any(|phrase| phrase.is_match(text))
    }

    /// A text without what is banned: without the sentences that say it, or, where that leaves
    /// nothing, without the phrase itself. May be empty.
    pub(in crate::stages) fn allowed(&self, text: &str) -> String {
        if !self.bans(text) {
            return text.to_owned();
        }
        let kept: Vec<&str> = sentences(text).filter(|sentence| !self.bans(sentence)).collect();
        if !kept.is_empty() {
            return kept.concat().trim().to_owned();
        }
        // What is left may hold the phrase again ("cheap" out of "checheapap"), in a shorter text.
        let mut left = text.to_owned();
        while let Some(phrase) = self.banned.iter().find(|phrase| phrase.is_match(&left)) {
            left = phrase.replace_all(&left, "").into_owned();
        }
        let left = left.split_whitespace().collect::<Vec<_>>().join(" ");
        let left = left.replace(" ,", ",").replace(" .", ".").replace(" !", "!").replace(" ?", "?");
        let left = left.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '"' && c != '“');
        if left.chars().any(char::is_alphanumeric) { sentence_case(left) } else { String::new() }
    }

    /// Makes a script keep to the kit. `spare` has a line for each shot to fall back on.
    ///
    /// # Errors
    /// [`UserError`] on `brand` where the banned phrases leave a shot nothing to say.
    pub(super) fn keep(&self, script: &mut Script, spare: &[String]) -> Result<(), UserError> {
        for (shot, spare) in script.shots.iter_mut().zip(spare) {
            let said = self.allowed(&shot.narration);
            shot.narration = if said.is_empty() { self.allowed(spare) } else { said };
            shot.on_screen =
                shot.on_screen.take().map(|text| self.allowed(&text)).filter(|t| !t.is_empty());
        }
        script.title = self.allowed(&script.title);
        self.require(script);
        if script.shots.iter().any(|shot| shot.narration.is_empty()) {
            return Err(UserError::validation(
                "brand",
                "The phrases your brand kit bans leave this video nothing to say. Change them with \
                 /brand ban, or ask for another video.",
            ));
        }
        if script.title.is_empty() {
            script.title =
                script.shots.first().map_or_else(String::new, |s| first_words(&s.narration));
        }
        Ok(())
    }

    /// Says what is missing at the end, and shows the last of it where there is room.
    fn require(&self, script: &mut Script) {
        for required in self.required {
            let said = pattern(required).is_none_or(|phrase| {
                script.shots.iter().any(|shot| phrase.is_match(&shot.narration))
            });
            let Some(last) = script.shots.last_mut().filter(|_| !said) else { continue };
            let before = last.narration.trim_end();
            let open = !before.is_empty() && !before.ends_with(END_MARKS);
            let stop = if required.ends_with(END_MARKS) { "" } else { "." };
            last.narration = format!("{before}{} {required}{stop}", if open { "." } else { "" })
                .trim()
                .to_owned();
            if last.on_screen.is_none()
                && required.split_whitespace().count() <= ON_SCREEN_WORDS_MAX
            {
                last.on_screen = Some(required.clone());
            }
        }
    }
}

const END_MARKS: [char; 7] = ['.', '!', '?', '…', '。', '！', '？'];

/// The sentences of a text, each with its mark and the space behind it.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(END_MARKS)
}

fn first_words(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().take(super::titles::TITLE_WORDS_MAX).collect();
    words.join(" ").trim_end_matches(END_MARKS).to_owned()
}

/// A phrase as a pattern; `None` where there is nothing to look for.
fn pattern(phrase: &str) -> Option<Regex> {
    let words: Vec<String> = phrase.split_whitespace().map(regex::escape).collect();
    if words.is_empty() {
        return None;
    }
    let worded = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !spaceless(c));
    let start = if worded(phrase.trim().chars().next()) { r"\b{start-half}" } else { "" };
    let end = if worded(phrase.trim().chars().last()) { r"\b{end-half}" } else { "" };
    let built = RegexBuilder::new(&format!("{start}{}{end}", words.join(r"\s+")))
        .case_insensitive(true)
        .build();
    // Escaped words between known pieces always compile; one that did not must not pass for absent.
    built.inspect_err(|error| tracing::error!(%error, "a phrase is no pattern")).ok()
}

/// Scripts that put no space between words.
fn spaceless(c: char) -> bool {
    matches!(u32::from(c), 0x0e00..=0x0eff | 0x3040..=0x30ff | 0x3400..=0x9fff | 0x2_0000..=0x3_ffff)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::stages::script::ShotScript;

    fn phrases(required: &[&str], banned: &[&str]) -> Phrases {
        let owned = |list: &[&str]| list.iter().map(|&phrase| phrase.to_owned()).collect();
        Phrases { required: owned(required), banned: owned(banned) }
    }

    fn script(lines: &[&str]) -> Script {
        let shot = |(at, line): (usize, &&str)| ShotScript {
            shot: at as u32,
            narration: (*line).to_owned(),
            speaker: None,
            on_screen: Some(first_words(line)),
            facts: Vec::new(),
        };
        Script {
            title: first_words(lines[0]),
            shots: lines.iter().enumerate().map(shot).collect(),
            verified: true,
            writer: "outline".into(),
            notices: vec![],
            language: None,
            reel: None,
        }
    }

    #[test]
    fn a_banned_phrase_is_found_as_words_in_any_case_and_spacing() {
        let phrases = phrases(&[], &["cheap wine", "50% off!", "便宜"]);
        let keeper = Keeper::new(&phrases);
        for banned in ["Cheap  Wine is wine.", "Now 50% off!", "这个便宜的东西"] {
            assert!(keeper.bans(banned), "{banned}");
        }
        for fine in ["Cheap winemakers", "50% offal", "A wine that is cheap"] {
            assert!(!keeper.bans(fine), "{fine}");
        }
    }

    #[test]
    fn the_sentence_goes_before_the_phrase_does() {
        let phrases = phrases(&[], &["cheap"]);
        let keeper = Keeper::new(&phrases);
        assert_eq!(keeper.allowed("Wine is old. Cheap wine is not."), "Wine is old.");
        assert_eq!(keeper.allowed("How cheap wine is made."), "How wine is made.");
        assert_eq!(keeper.allowed("Cheap, and good."), "And good.");
        assert_eq!(keeper.allowed("Cheap!"), "");
    }

    #[test]
    fn what_is_required_is_said_once_at_the_end() {
        let phrases = phrases(&["Made by hand", "Wine is old"], &[]);
        let mut made = script(&["Wine is old.", "It lasts"]);
        Keeper::new(&phrases).keep(&mut made, &[String::new(), String::new()]).unwrap();
        assert_eq!(made.shots[0].narration, "Wine is old.");
        assert_eq!(made.shots[1].narration, "It lasts. Made by hand.");
    }

    #[test]
    fn a_kit_that_leaves_nothing_to_say_is_told_to_the_person() {
        let phrases = phrases(&[], &["wine", "grapes"]);
        let mut made = script(&["Wine."]);
        let error = Keeper::new(&phrases).keep(&mut made, &["Grapes!".into()]).unwrap_err();
        assert_eq!(error.field, "brand");
        let mut made = script(&["Wine."]);
        Keeper::new(&phrases).keep(&mut made, &["A drink of old.".into()]).unwrap();
        assert_eq!(made.shots[0].narration, "A drink of old.");
        assert_eq!(made.title, "A drink of old");
    }

    proptest! {
        #[test]
        fn nothing_banned_survives_and_everything_required_is_there(
            lines in proptest::collection::vec("[a-c]{1,3}( [a-c]{1,3}){0,6}[.!]?", 1..5),
            banned in proptest::collection::vec("[a-c]{1,2}( [a-c]{1,2})?", 0..3),
            required in proptest::collection::vec("[x-z]{2,4}( [x-z]{2,4})?", 0..3),
        ) {
            let phrases = Phrases { required, banned };
            let keeper = Keeper::new(&phrases);
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            let mut made = script(&lines);
            let spare = vec!["Nothing of it.".to_owned(); lines.len()];
            keeper.keep(&mut made, &spare).unwrap();
            for shot in &made.shots {
                prop_assert!(!keeper.bans(&shot.narration), "{shot:?}");
                prop_assert!(!shot.on_screen.as_ref().is_some_and(|text| keeper.bans(text)));
            }
            prop_assert!(!keeper.bans(&made.title));
            let all: String = made.shots.iter().map(|shot| shot.narration.clone() + " ").collect();
            for phrase in &phrases.required {
                prop_assert!(all.contains(phrase.as_str()), "{all}");
            }
        }
    }
}
