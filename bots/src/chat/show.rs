//! A card as parts of plain text, for chats: the same words on every platform, which then only
//! decides about weights and widths. Nothing in here is markup.

use cutline_core::{
    card::{Button, Card, CardKind, CardProgress},
    words::Tongue,
};
use unicode_segmentation::UnicodeSegmentation;

use crate::words::{self, say};

/// Cells of a progress bar: fits one line of the narrowest telephone.
const BAR_CELLS: usize = 16;

/// Whether anything more will happen to the job on this card.
#[must_use]
pub fn is_under_way(card: &Card) -> bool {
    matches!(card.kind, CardKind::Queued | CardKind::Running | CardKind::Delivering)
}

/// The first line of a card about a job: `K7Q2M9 · Being made`; none for other cards, whose title
/// is their first line.
#[must_use]
pub fn heading(card: &Card) -> Option<String> {
    let reference = card.reference.as_ref()?;
    Some(format!("{reference} · {}", words::kind(card.tongue, card.kind)))
}

/// The lines that say how far a job is: a bar with its percentage, then the stage and the time
/// left. While it waits there is only the time, because the card's own words name the place.
#[must_use]
pub fn progress_lines(tongue: Tongue, progress: &CardProgress) -> Vec<String> {
    if progress.place.is_some() {
        let eta = progress.eta_ms.map(|eta_ms| say!(tongue, "done-in", clock = clock(eta_ms)));
        return eta.into_iter().collect();
    }
    // The last percent is the end's: 100 % and still waiting looks like a fault.
    let overall = progress.overall.clamp(0.0, 0.99);
    let percent = (overall * 100.0).floor() as u32;
    let doing = words::doing(tongue, progress.stage.as_deref());
    let doing = match progress.eta_ms {
        Some(eta_ms) => say!(tongue, "time-left", doing = doing, clock = clock(eta_ms)),
        None => doing,
    };
    vec![format!("{} {percent} %", bar(overall)), doing]
}

fn bar(overall: f32) -> String {
    let full = (overall * BAR_CELLS as f32).round() as usize;
    let full = full.min(BAR_CELLS);
    format!("{}{}", "▰".repeat(full), "▱".repeat(BAR_CELLS - full))
}

/// “1:05”; under a minute “40 s”, in steps of five, because a guess to the second pretends.
#[must_use]
pub fn clock(ms: u64) -> String {
    let seconds = (ms.div_ceil(5_000) * 5).max(5);
    if seconds < 60 {
        format!("{seconds} s")
    } else {
        format!("{}:{:02}", seconds / 60, seconds % 60)
    }
}

/// Why buttons are locked, a line each. Shown once for the same words.
#[must_use]
pub fn locked_lines(tongue: Tongue, buttons: &[Button]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for button in buttons {
        if let Some(why) = &button.locked {
            let line = say!(tongue, "locked", label = button.label.as_str(), why = why.as_str());
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
    }
    lines
}

/// Text whose every character stands for itself: what steers (controls, marks that turn the
/// direction of what follows, tags, zero-width joiners in bulk) is left out, so that it cannot
/// disguise or reorder what stands around it. Line breaks stay.
#[must_use]
pub fn harmless(text: &str) -> String {
    let kept = text.chars().filter_map(|c| match c {
        '\n' => Some('\n'),
        '\t' | '\r' => Some(' '),
        c if c.is_control() => None,
        // Bidirectional embeddings, overrides, isolates and marks (UAX #9).
        '\u{061c}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}' => None,
        // Line and paragraph separators, invisible operators, byte order mark, language tags.
        '\u{2028}' | '\u{2029}' => Some('\n'),
        '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}' => None,
        c => Some(c),
    });
    calm(&kept.collect::<String>())
}

/// Combining marks a letter may carry; what stacks more (“zalgo”) overwrites its neighbours.
const MARKS_MAX: usize = 4;

fn calm(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for cluster in text.graphemes(true) {
        let mut marks = 0;
        for c in cluster.chars() {
            let is_mark = matches!(c, '\u{0300}'..='\u{036f}' | '\u{0483}'..='\u{0489}'
                | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}'
                | '\u{fe20}'..='\u{fe2f}');
            marks += usize::from(is_mark);
            if !is_mark || marks <= MARKS_MAX {
                out.push(c);
            }
        }
    }
    out
}

/// The beginning of a text that has at most `most` units (as `unit` counts a grapheme cluster),
/// with an ellipsis where something is left out; never half a character as people see it.
#[must_use]
pub fn cut(text: &str, most: usize, unit: impl Fn(&str) -> usize) -> String {
    if unit(text) <= most {
        return text.to_owned();
    }
    let room = most.saturating_sub(unit("…"));
    let mut used = 0;
    let mut out = String::new();
    for cluster in text.graphemes(true) {
        used += unit(cluster);
        if used > room {
            break;
        }
        out.push_str(cluster);
    }
    out.truncate(out.trim_end().len());
    if most > 0 {
        out.push('…');
    }
    out
}

/// Length in UTF-16 units, as Telegram counts.
#[must_use]
pub fn utf16(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Length in characters, as Discord counts.
#[must_use]
pub fn characters(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_is_left_out_and_what_is_written_stays() {
        assert_eq!(harmless("a\u{202e}b\u{2066}c\u{0007}\td\r\ne"), "abc d \ne");
        assert_eq!(harmless("👩‍👩‍👧 é ñ 한국어 العربية"), "👩‍👩‍👧 é ñ 한국어 العربية");
        let zalgo = format!("Z{}algo", "\u{0300}".repeat(50));
        assert_eq!(harmless(&zalgo).chars().count(), 5 + MARKS_MAX);
    }

    #[test]
    fn a_text_is_cut_between_characters_as_people_see_them() {
        let family = "👩‍👩‍👧".repeat(10);
        let shown = cut(&family, 20, utf16);
        assert_eq!(shown, format!("{}…", "👩‍👩‍👧".repeat(2)));
        assert!(utf16(&shown) <= 20);
        assert_eq!(cut("short", 20, characters), "short");
        assert_eq!(cut("anything", 0, characters), "");
    }

    #[test]
    fn progress_reads_well() {
        let progress = CardProgress {
            stage: Some("voice".into()),
            overall: 0.42,
            eta_ms: Some(63_000),
            place: None,
        };
        assert_eq!(
            progress_lines(Tongue::English, &progress),
            ["▰▰▰▰▰▰▰▱▱▱▱▱▱▱▱▱ 42 %", "Recording the voice (5 of 12) · about 1:05 left"]
        );
        let waiting = CardProgress { stage: None, overall: 0.0, eta_ms: None, place: Some(2) };
        assert!(progress_lines(Tongue::English, &waiting).is_empty());
        assert_eq!(clock(1), "5 s");
    }
}
