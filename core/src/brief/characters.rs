//! Which characters a sentence may be made of.

use super::Fault;

/// Why the characters of a sentence are refused, if they are.
pub(super) fn refusal(text: &str) -> Option<Fault> {
    let mut in_flag = false;
    for character in text.chars() {
        // U+1F3F4 followed by tag characters is a subdivision flag (UTS #51, emoji tag sequence).
        in_flag = character == '\u{1f3f4}' || (in_flag && is_tag(character));
        if character.is_control() || matches!(character, '\u{2028}' | '\u{2029}') {
            return Some(Fault::Control);
        }
        if matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') {
            return Some(Fault::Direction);
        }
        if is_invisible(character) && !in_flag {
            return Some(Fault::Invisible);
        }
    }
    None
}

fn is_tag(character: char) -> bool {
    matches!(character, '\u{e0020}'..='\u{e007f}')
}

/// Characters that show nothing and join nothing: used to hide text from people and filters. The
/// joiners U+200C and U+200D, the soft hyphen and variation selectors stay: words and emoji need
/// them.
fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{200b}' | '\u{2060}'..='\u{2064}' | '\u{206a}'..='\u{206f}' | '\u{feff}' | '\u{180e}'
        | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}'
        | '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}')
        || (character as u32 & 0xfffe) == 0xfffe
}

/// Whether there is at least one word (or a number of three digits, such as a year) in it.
pub(super) fn says_something(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let digits = text.chars().filter(|c| c.is_numeric()).count();
    letters >= 2 || (letters >= 1 && text.chars().any(is_ideograph)) || digits >= 3
}

/// One ideograph is a word already.
fn is_ideograph(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}
