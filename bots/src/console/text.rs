//! Text on a terminal: how wide it is, where it breaks, and what of it must not reach the terminal.
//! Everything that a person, a model or a provider wrote goes through [`harmless`] first, so that
//! no escape sequence of theirs is ever obeyed.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Fewest columns anything is laid out for.
pub const COLUMNS_MIN: usize = 20;

/// The text with control and direction characters shown instead of obeyed: ESC becomes `␛`, a
/// right-to-left override `\u{202e}`. Tabs become spaces; line ends stay (lines are laid out by
/// [`wrap`]).
#[must_use]
pub fn harmless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => out.push('\n'),
            '\t' => out.push(' '),
            '\0'..='\u{1f}' => {
                out.push(char::from_u32(0x2400 + u32::from(character)).unwrap_or('\u{fffd}'));
            }
            '\u{7f}' => out.push('␡'),
            '\u{80}'..='\u{9f}'
            | '\u{061c}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' => out.extend(character.escape_unicode()),
            other => out.push(other),
        }
    }
    out
}

/// Columns the text takes.
#[must_use]
pub fn columns(text: &str) -> usize {
    text.width()
}

/// Breaks a text into lines of at most `width` columns: at line ends, else at spaces, else between
/// wide characters (Chinese, Japanese), else anywhere between two characters.
#[must_use]
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(2);
    text.split('\n').flat_map(|line| wrap_line(line, width)).collect()
}

fn wrap_line(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    // Bytes of `line` up to which it may stay when the rest moves to the next line.
    let mut break_at: Option<usize> = None;
    for piece in text.graphemes(true).flat_map(|cluster| fitting(cluster, width)) {
        // The line is measured whole: beside a neighbour, a cluster may be wider or narrower.
        while !line.is_empty() && joined(&line, piece).width() > width {
            let rest = match piece {
                " " => String::new(),
                _ => break_at.map(|at| line.split_off(at)).unwrap_or_default(),
            };
            lines.push(line.trim_end().to_owned());
            line = rest;
            break_at = None;
        }
        if piece == " " && line.is_empty() && !lines.is_empty() {
            continue;
        }
        let wide = piece.width() >= 2;
        if wide && !line.is_empty() {
            break_at = Some(line.len());
        }
        line.push_str(piece);
        if piece == " " || wide {
            break_at = Some(line.len());
        }
    }
    lines.push(line.trim_end().to_owned());
    lines
}

fn joined(line: &str, piece: &str) -> String {
    format!("{line}{piece}")
}

/// A cluster whole, or character by character where it alone is wider than a line: some scripts'
/// vowel signs take a column of their own beside a wide base.
fn fitting(cluster: &str, width: usize) -> Vec<&str> {
    if cluster.width() <= width {
        vec![cluster]
    } else {
        cluster.split_inclusive(|_| true).collect()
    }
}

/// The text cut to `width` columns, with `…` where something was cut.
#[must_use]
pub fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    for piece in text.graphemes(true) {
        if joined(&out, piece).width() + 1 > width {
            break;
        }
        out.push_str(piece);
    }
    out.push('…');
    out
}

/// A bar of `width` columns, `fraction` (0–1) of it full.
#[must_use]
pub fn bar(fraction: f64, width: usize) -> String {
    let fraction = if fraction.is_finite() { fraction.clamp(0.0, 1.0) } else { 0.0 };
    let halves = (fraction * width as f64 * 2.0).floor() as usize;
    let full = halves / 2;
    let half = halves % 2;
    format!("{}{}{}", "━".repeat(full), "╸".repeat(half), "─".repeat(width - full - half))
}

/// `1:05`, `1:02:03`: rounded up to whole seconds.
#[must_use]
pub fn clock(ms: u64) -> String {
    let seconds = ms.div_ceil(1_000);
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn escape_sequences_are_shown_and_not_obeyed() {
        assert_eq!(harmless("a\u{1b}[31mred\u{7}"), "a␛[31mred␇");
        assert_eq!(harmless("x\u{9b}2J"), "x\\u{9b}2J");
        assert_eq!(harmless("pay\u{202e}yap"), "pay\\u{202e}yap");
        assert_eq!(harmless("a\r\nb\tc"), "a␍\nb c");
    }

    #[test]
    fn lines_break_at_spaces_and_between_wide_characters() {
        assert_eq!(wrap("one two three", 8), ["one two", "three"]);
        assert_eq!(wrap("one two", 3), ["one", "two"]);
        assert_eq!(wrap("猫はなぜ喉を鳴らす", 7), ["猫はな", "ぜ喉を", "鳴らす"]);
        assert_eq!(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrap("a\n\nb", 9), ["a", "", "b"]);
        assert_eq!(wrap("", 9), [""]);
        assert_eq!(wrap("⺛𑼾", 2), ["⺛", "𑼾"], "one cluster of three columns");
    }

    #[test]
    fn a_cut_text_says_that_it_was_cut() {
        assert_eq!(cut("octopus", 7), "octopus");
        assert_eq!(cut("octopus", 5), "octo…");
        assert_eq!(cut("猫と犬", 4), "猫…");
    }

    #[test]
    fn a_bar_is_as_full_as_it_says() {
        assert_eq!(bar(0.0, 4), "────");
        assert_eq!(bar(0.4, 4), "━╸──");
        assert_eq!(bar(1.0, 4), "━━━━");
        assert_eq!(bar(f64::NAN, 2), "──");
        assert_eq!(bar(7.0, 2), "━━");
    }

    #[test]
    fn clocks_round_up() {
        assert_eq!(clock(0), "0:00");
        assert_eq!(clock(64_001), "1:05");
        assert_eq!(clock(3_723_000), "1:02:03");
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_asked(text in "\\PC{0,200}", width in 2usize..60) {
            let text = harmless(&text);
            for line in wrap(&text, width) {
                prop_assert!(line.width() <= width, "{line:?}");
            }
            prop_assert!(cut(&text, width).width() <= width);
        }

        #[test]
        fn nothing_but_spaces_is_lost(text in "[a-c猫 ]{0,80}", width in 2usize..20) {
            let kept: String = wrap(&text, width).concat().replace(' ', "");
            prop_assert_eq!(kept, text.replace(' ', ""));
        }

        #[test]
        fn no_control_character_survives(text in any::<String>()) {
            prop_assert!(harmless(&text).chars().all(|c| c == '\n' || !c.is_control()));
        }
    }
}
