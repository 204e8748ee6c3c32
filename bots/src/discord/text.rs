//! Text for Discord: whatever somebody wrote is shown letter for letter, whichever of its
//! characters Discord would take for markup, mentions, addresses or emoji (docs: "Message
//! Formatting").

use crate::chat::show::{cut, harmless};

/// Longest title of an embed.
pub(super) const TITLE_MAX: usize = 256;
/// Longest description; all of an embed together may have 6,000.
pub(super) const DESCRIPTION_MAX: usize = 4096;
/// Longest label of a button.
pub(super) const LABEL_MAX: usize = 80;
/// Longest name or value of a suggestion.
pub(super) const CHOICE_MAX: usize = 100;

/// Length as Discord's clients count it, in UTF-16 units; never less than the server's count.
pub(super) fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// A text as it is to be read, with everything that Discord would interpret escaped.
pub(super) fn literal(text: &str) -> String {
    let text = harmless(text);
    let mut out = String::with_capacity(text.len() + 16);
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            out.push('\n');
        }
        push_line(&mut out, line);
    }
    out
}

fn push_line(out: &mut String, line: &str) {
    let bare = line.trim_start();
    let indent = line.len() - bare.len();
    out.push_str(&line[..indent]);
    let digits = bare.bytes().take_while(u8::is_ascii_digit).count();
    for (at, c) in bare.char_indices() {
        let rest = &bare[at + c.len_utf8()..];
        let is_markup = match c {
            // Emphasis, code, spoilers, links, mentions, custom emoji, times, escapes.
            '\\' | '*' | '_' | '~' | '`' | '|' | '[' | ']' | '<' | '@' => true,
            // Addresses become links of their own; ours are on buttons.
            ':' => rest.starts_with("//"),
            // Headings, quotes, lists: only where a line begins.
            '#' | '>' | '-' | '+' => at == 0,
            '.' | ')' => at > 0 && at == digits,
            _ => false,
        };
        if is_markup {
            out.push('\\');
        }
        out.push(c);
    }
}

/// As [`literal`], cut to `most` units where people see a character end.
pub(super) fn fitting(text: &str, most: usize) -> String {
    // Escapes make it longer: shorten what is escaped until it fits.
    let mut room = most;
    loop {
        let shown = literal(&cut(&harmless(text), room, length));
        let over = length(&shown).saturating_sub(most);
        if over == 0 {
            return shown;
        }
        room = room.saturating_sub(over.max(1));
    }
}

/// Plain text where Discord interprets nothing (labels, footers, suggestions).
pub(super) fn plain(text: &str, most: usize) -> String {
    cut(&harmless(text), most, length)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn markup_is_shown_as_it_was_written() {
        for (written, shown) in [
            ("@everyone <@1> **b** `c`", r"\@everyone \<\@1> \*\*b\*\* \`c\`"),
            ("# big", r"\# big"),
            ("> quote\n- one\n1. two", "\\> quote\n\\- one\n1\\. two"),
            ("[x](https://evil.test)", r"\[x\](https\://evil.test)"),
            ("||spoiler|| ~~no~~ a_b", r"\|\|spoiler\|\| \~\~no\~\~ a\_b"),
            ("3.5 of 10 - fine", "3\\.5 of 10 - fine"),
            ("<t:1700000000:R> <:a:1>", r"\<t:1700000000:R> \<:a:1>"),
        ] {
            assert_eq!(literal(written), shown);
        }
    }

    #[test]
    fn four_thousand_emoji_fit_and_none_is_cut_in_half() {
        let shown = fitting(&"👩‍👩‍👧".repeat(4_000), DESCRIPTION_MAX);
        assert!(length(&shown) <= DESCRIPTION_MAX && shown.ends_with("👩‍👩‍👧…"));
    }

    proptest! {
        #[test]
        fn everything_fits_and_nothing_unescaped_mentions(text in "[@<>*_`#a\\\\ 👍\n]{0,300}", most in 1_usize..200) {
            let shown = fitting(&text, most);
            prop_assert!(length(&shown) <= most, "{shown:?}");
            let mut escaped = false;
            for c in shown.chars() {
                prop_assert!(escaped || !"@<*_`".contains(c), "{shown:?}");
                escaped = c == '\\' && !escaped;
            }
        }
    }
}
