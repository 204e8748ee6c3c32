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
    let mut all = text.chars().peekable();
    let (mut letters, mut digits) = (0, 0);
    while let Some(character) = all.next() {
        // A digit on a keycap and a letter in a button are pictures of themselves.
        if all.next_if(|next| matches!(next, '\u{fe0f}' | '\u{20e3}')).is_some() {
            continue;
        }
        letters += u32::from(character.is_alphabetic() && !is_button(character));
        digits += u32::from(character.is_numeric() && !is_button(character));
    }
    letters >= 2 || (letters >= 1 && text.chars().any(is_ideograph)) || digits >= 3
}

/// Letters and digits that Unicode has as emoji or in circles and squares: the blocks Enclosed
/// Alphanumerics and Enclosed Alphanumeric Supplement, and the information source (emoji-data.txt).
fn is_button(character: char) -> bool {
    matches!(character, '\u{2139}' | '\u{2460}'..='\u{24ff}' | '\u{1f100}'..='\u{1f1ff}')
}

/// One ideograph is a word already.
fn is_ideograph(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}
