//! An article's beginning as sentences that can stand alone. Pure.

use std::borrow::Cow;

use crate::language;

/// Shortest and longest fact in characters: a shorter one is a fragment, a longer one cannot be
/// said.
const CHARS: (usize, usize) = (25, 260);
/// Abbreviations whose stop ends no sentence.
const ABBREVIATIONS: [&str; 30] = [
    "mr", "mrs", "ms", "dr", "prof", "st", "vs", "etc", "approx", "ca", "c", "e.g", "i.e", "cf",
    "no", "vol", "fig", "jr", "sr", "inc", "ltd", "co", "bzw", "z.b", "u.a", "d.h", "usw", "sp",
    "spp", "al",
];

/// Sentences that can be said as they are.
pub(super) fn of(extract: &str, tag: &str) -> Vec<String> {
    // Spaces of no width stand where references were.
    let seen = extract.replace(['\u{200b}', '\u{feff}', '\u{2060}'], "");
    let flat = without_brackets(&seen);
    let mut kept = Vec::new();
    for paragraph in flat.lines() {
        for sentence in split(paragraph) {
            let text = sentence.split_whitespace().collect::<Vec<_>>().join(" ");
            let length = text.chars().count();
            let floor = if language::is_spaceless(tag) { 8 } else { CHARS.0 };
            let odd = text.contains(['=', '|', '{', '}', '…', '\u{fffd}']) || text.ends_with("...");
            if (floor..=CHARS.1).contains(&length) && !odd {
                kept.push(text);
            }
        }
    }
    kept
}

/// Drops what stands in brackets: pronunciations, dates of birth, other names. An unclosed bracket
/// takes nothing with it.
fn without_brackets(text: &str) -> Cow<'_, str> {
    if !text.contains(['(', '（', '[']) {
        return Cow::Borrowed(text);
    }
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find(['(', '（', '[']) {
        let (mut depth, mut end) = (0_u32, None);
        for (at, c) in rest[open..].char_indices() {
            match c {
                '(' | '（' | '[' => depth += 1,
                ')' | '）' | ']' => depth = depth.saturating_sub(1),
                '\n' => break,
                _ => {}
            }
            if depth == 0 {
                end = Some(open + at + c.len_utf8());
                break;
            }
        }
        let Some(end) = end else {
            kept.push_str(rest);
            return Cow::Owned(kept);
        };
        kept.push_str(rest[..open].trim_end_matches(' '));
        rest = &rest[end..];
    }
    kept.push_str(rest);
    Cow::Owned(kept)
}

/// A paragraph's sentences, their final marks kept.
fn split(paragraph: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    let mut from = 0;
    let mut letters = paragraph.char_indices().peekable();
    while let Some((at, c)) = letters.next() {
        let end = at + c.len_utf8();
        let ends = match c {
            '。' | '！' | '？' => true,
            '.' | '!' | '?' => {
                let next = letters.peek().map(|(_, next)| *next);
                let spaced = next.is_none_or(char::is_whitespace);
                let upper = paragraph[end..].trim_start().chars().next();
                spaced
                    && upper.is_none_or(|c| !c.is_lowercase())
                    && !(c == '.' && abbreviated(&paragraph[from..at]))
            }
            _ => false,
        };
        if ends {
            sentences.push(paragraph[from..end].trim());
            from = end;
        }
    }
    let rest = paragraph[from..].trim();
    // Without its end it was cut off by the length asked for.
    if rest.ends_with(['.', '!', '?', '。', '！', '？']) {
        sentences.push(rest);
    }
    sentences
}

fn abbreviated(before: &str) -> bool {
    let last = before.rsplit([' ', '(', '\u{a0}']).next().unwrap_or_default();
    let single = last.chars().count() == 1 && last.chars().all(char::is_alphabetic);
    single || ABBREVIATIONS.contains(&last.to_lowercase().as_str())
}

/// Whether an article's title is about a subject: it shares a content word with it. A search always
/// finds something.
pub(super) fn names(title: &str, subject: &str, tag: &str) -> bool {
    let title = title.split(['(', '（']).next().unwrap_or(title);
    if language::is_spaceless(tag) {
        return subject.contains(title.trim()) || title.contains(subject.trim());
    }
    let stems = |text: &str| -> Vec<String> {
        language::words(text, tag)
            .iter()
            .map(|word| word.text.to_lowercase())
            .filter(|word| !language::is_stop_word(word, tag))
            .map(|word| word.chars().take(5).collect())
            .collect()
    };
    let (title, subject) = (stems(title), stems(subject));
    !title.is_empty() && title.iter().all(|word| subject.contains(word))
        || (!subject.is_empty() && subject.iter().all(|word| title.contains(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extract_becomes_sentences_one_can_say() {
        let extract = "An octopus (pl.: octopuses or octopodes, see below) is a soft-bodied, \
                       eight-limbed mollusc of the order Octopoda. It was described by J. E. Gray in \
                       1849.\u{200b}\u{200b} The order consists of some 300 species, e.g. the blue-ringed octopus. Sho.\n\
                       Like other cephalopods, an octopus is bilaterally symmetric and has two eyes and a";
        assert_eq!(
            of(extract, "en"),
            [
                "An octopus is a soft-bodied, eight-limbed mollusc of the order Octopoda.",
                "It was described by J. E. Gray in 1849.",
                "The order consists of some 300 species, e.g. the blue-ringed octopus.",
            ]
        );
    }

    #[test]
    fn an_unclosed_bracket_takes_nothing_with_it() {
        assert_eq!(without_brackets("A (b is c."), "A (b is c.");
        assert_eq!(without_brackets("A (b (c) d) e [f] g"), "A e g");
        assert_eq!(without_brackets("A (b\nC) d"), "A (b\nC) d");
    }

    #[test]
    fn the_article_is_about_the_subject_or_is_not_taken() {
        assert!(names("Octopus", "octopuses", "en"));
        assert!(names("Mercury (planet)", "Mercury", "en"));
        assert!(names("Compound interest", "compound interest", "en"));
        assert!(!names("List of James Bond films", "octopuses", "en"));
        assert!(!names("The Beatles", "blue whales", "en"));
        assert!(names("章鱼", "章鱼的三颗心脏", "zh"));
    }
}
