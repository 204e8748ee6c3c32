//! Which family draws which stretch of a text. cosmic-text falls back by itself where a family is
//! missing; naming the right one first keeps weight and style even and takes emoji in colour.

/// Groups of letters that want a family of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Script {
    /// Whatever the block's own family covers.
    Own,
    Arabic,
    Hebrew,
    Devanagari,
    Bengali,
    Tamil,
    Thai,
    Han,
    Emoji,
}

impl Script {
    /// Its family; `han` is the one for this text's language.
    pub(super) const fn family(self, han: &'static str) -> Option<&'static str> {
        match self {
            Self::Own => None,
            Self::Arabic => Some("Noto Sans Arabic"),
            Self::Hebrew => Some("Noto Sans Hebrew"),
            Self::Devanagari => Some("Noto Sans Devanagari"),
            Self::Bengali => Some("Noto Sans Bengali"),
            Self::Tamil => Some("Noto Sans Tamil"),
            Self::Thai => Some("Noto Sans Thai"),
            Self::Han => Some(han),
            Self::Emoji => Some("Noto Color Emoji"),
        }
    }

    /// True where letters join or stack, so that tracking would tear them.
    pub(super) const fn joins(self) -> bool {
        matches!(self, Self::Arabic | Self::Devanagari | Self::Bengali | Self::Tamil | Self::Thai)
    }

    /// `None` for what goes along with its neighbours: spaces, digits, punctuation, joiners.
    fn of(letter: char) -> Option<Self> {
        Some(match u32::from(letter) {
            0x0590..=0x05FF | 0xFB1D..=0xFB4F => Self::Hebrew,
            0x0600..=0x06FF | 0x0750..=0x077F | 0x08A0..=0x08FF => Self::Arabic,
            0xFB50..=0xFDFF | 0xFE70..=0xFEFC => Self::Arabic,
            0x0900..=0x097F => Self::Devanagari,
            0x0980..=0x09FF => Self::Bengali,
            0x0B80..=0x0BFF => Self::Tamil,
            0x0E00..=0x0E7F => Self::Thai,
            0x1100..=0x11FF | 0x2E80..=0x9FFF | 0xA960..=0xA97F => Self::Han,
            0xAC00..=0xD7FF | 0xF900..=0xFAFF | 0xFF00..=0xFFEF | 0x20000..=0x3FFFF => Self::Han,
            0x1F000..=0x1FAFF | 0xFE0F => Self::Emoji,
            _ if is_emoji_by_default(letter) => Self::Emoji,
            _ if letter.is_alphabetic() => Self::Own,
            _ => return None,
        })
    }
}

/// Emoji without a selector, below the emoji blocks: `Emoji_Presentation` of emoji-data.txt
/// (Unicode 16) between U+231A and U+2B55.
fn is_emoji_by_default(letter: char) -> bool {
    matches!(
        u32::from(letter),
        0x231A..=0x231B | 0x23E9..=0x23EC | 0x23F0 | 0x23F3 | 0x25FD..=0x25FE | 0x2614..=0x2615
            | 0x2648..=0x2653 | 0x267F | 0x2693 | 0x26A1 | 0x26AA..=0x26AB | 0x26BD..=0x26BE
            | 0x26C4..=0x26C5 | 0x26CE | 0x26D4 | 0x26EA | 0x26F2..=0x26F3 | 0x26F5 | 0x26FA
            | 0x26FD | 0x2705 | 0x270A..=0x270B | 0x2728 | 0x274C | 0x274E | 0x2753..=0x2755
            | 0x2757 | 0x2795..=0x2797 | 0x27B0 | 0x27BF | 0x2B1B..=0x2B1C | 0x2B50 | 0x2B55
    )
}

/// Cuts a text where the script changes. Neutral characters stay with what is before them; an
/// emoji variation selector takes the character before it along.
pub(super) fn stretches(text: &str) -> impl Iterator<Item = (&str, Script)> {
    let mut cuts: Vec<(usize, Script)> = Vec::new();
    let mut before = 0;
    for (at, letter) in text.char_indices() {
        if let Some(script) = Script::of(letter) {
            let start = if letter == '\u{FE0F}' { before } else { at };
            match cuts.last().copied() {
                None => cuts.push((0, script)),
                Some((_, last)) if last != script => cuts.push((start, script)),
                Some(_) => {}
            }
        } else if cuts.last().is_some_and(|&(_, last)| last == Script::Emoji)
            && !matches!(letter, '\u{200D}' | '\u{20E3}' | '\u{E0020}'..='\u{E007F}')
        {
            // The emoji font has digits and a space of its own, and they are ugly.
            cuts.push((at, Script::Own));
        }
        before = at;
    }
    if cuts.is_empty() {
        cuts.push((0, Script::Own));
    }
    let ends: Vec<usize> = cuts.iter().skip(1).map(|cut| cut.0).chain([text.len()]).collect();
    cuts.into_iter()
        .zip(ends)
        .filter(|((start, _), end)| start < end)
        .map(|((start, script), end)| (&text[start..end], script))
}

/// Han characters look different by language; kana and hangul tell which. (A block carries no
/// language tag; Han alone is taken for Simplified Chinese.)
pub(super) fn han_family(text: &str) -> &'static str {
    let has = |low: u32, high: u32| text.chars().any(|c| (low..=high).contains(&u32::from(c)));
    if has(0x3040, 0x30FF) {
        "Noto Sans CJK JP"
    } else if has(0xAC00, 0xD7AF) {
        "Noto Sans CJK KR"
    } else {
        "Noto Sans CJK SC"
    }
}

/// Scripts that are written without spaces between words.
pub(super) fn is_spaceless(letter: char) -> bool {
    matches!(
        u32::from(letter),
        0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF
            | 0x3000..=0x30FF | 0x3400..=0x9FFF | 0xF900..=0xFAFF | 0xFF00..=0xFFEF
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_where_its_script_changes() {
        let cut = |text: &str| {
            stretches(text).map(|(part, script)| (part.to_owned(), script)).collect::<Vec<_>>()
        };
        assert_eq!(cut("plain, text 12"), [("plain, text 12".to_owned(), Script::Own)]);
        assert_eq!(
            cut("ABC שלום 12 x"),
            [
                ("ABC ".to_owned(), Script::Own),
                ("שלום 12 ".to_owned(), Script::Hebrew),
                ("x".to_owned(), Script::Own)
            ]
        );
        assert_eq!(
            cut("I ❤\u{FE0F} it 👩\u{200D}🚀!"),
            [
                ("I ".to_owned(), Script::Own),
                ("❤\u{FE0F}".to_owned(), Script::Emoji),
                (" it ".to_owned(), Script::Own),
                ("👩\u{200D}🚀".to_owned(), Script::Emoji),
                ("!".to_owned(), Script::Own)
            ]
        );
        for emoji in ["⭐", "✅", "⚡", "⏰"] {
            let expected = [("ok ".to_owned(), Script::Own), (emoji.to_owned(), Script::Emoji)];
            assert_eq!(cut(&format!("ok {emoji}")), expected);
        }
        assert_eq!(cut("a → b ✓"), [("a → b ✓".to_owned(), Script::Own)]);
    }
}
