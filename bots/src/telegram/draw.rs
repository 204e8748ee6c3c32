//! A card as a Telegram message: plain text with entities (never markup, so nothing anybody wrote
//! is ever read as such) and an inline keyboard.

use cutline_core::card::{Button, Card};
use teloxide::types::{InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity};

use super::button;
use crate::{
    chat::show::{cut, harmless, heading, locked_lines, progress_lines, utf16},
    words::say,
};

/// Longest text of a message, after entities (core.telegram.org/bots/api#sendmessage), in UTF-16
/// units.
pub(super) const TEXT_MAX: usize = 4096;
/// Longest caption (core.telegram.org/bots/api#sendvideo), in UTF-16 units.
pub(super) const CAPTION_MAX: usize = 1024;
/// Buttons in a row: three short words fit a telephone.
const ROW: usize = 3;
/// Longest title that is shown whole, in UTF-16 units.
const TITLE_MAX: usize = 300;
/// Stands between `@` and a name so that it names nobody: it has no width, and nothing is found to
/// be a mention across it.
const JOINER: char = '\u{2060}';

/// What a message says.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Drawn {
    pub(super) text: String,
    pub(super) entities: Vec<MessageEntity>,
    pub(super) keyboard: InlineKeyboardMarkup,
}

/// Draws a card in at most `most` UTF-16 units. `page` is the history's that is shown.
pub(super) fn card(card: &Card, most: usize, page: u32) -> Drawn {
    let mut page_of = Page::new(most);
    match heading(card) {
        Some(heading) => {
            page_of.bold(&heading);
            page_of.plain(&cut(&shown(&card.title), TITLE_MAX, utf16));
        }
        None => page_of.bold(&cut(&shown(&card.title), TITLE_MAX, utf16)),
    }
    // What must not be cut off is set apart first: how far it is, links, why buttons are locked.
    let mut end: Vec<String> =
        card.progress.iter().flat_map(|progress| progress_lines(card.tongue, progress)).collect();
    let (opened, written): (Vec<_>, Vec<_>) =
        card.links.iter().partition(|link| opens_by_button(&link.url));
    end.extend(written.iter().map(|link| format!("{}: {}", link.label, link.url)));
    end.extend(locked_lines(card.tongue, &card.buttons));
    let end: Vec<String> = end.iter().map(|line| shown(line)).collect();
    let reserved: usize = end.iter().map(|line| utf16(line) + 1).sum();
    page_of.until(most.saturating_sub(reserved));
    for line in &card.lines {
        page_of.plain(&shown(line));
    }
    page_of.until(most);
    for line in end {
        page_of.plain(&line);
    }
    let links = opened.iter().filter_map(|link| {
        let url = link.url.parse().ok()?;
        Some(vec![InlineKeyboardButton::url(harmless(&link.label), url)])
    });
    let mut rows: Vec<Vec<InlineKeyboardButton>> = links.collect();
    let buttons: Vec<_> = card.buttons.iter().filter_map(|b| pressable(b, card, page)).collect();
    rows.extend(buttons.chunks(ROW).map(<[_]>::to_vec));
    Drawn {
        text: page_of.text,
        entities: page_of.entities,
        keyboard: InlineKeyboardMarkup::new(rows),
    }
}

/// Words without a card.
pub(super) fn words(text: &str) -> Drawn {
    let text = cut(&shown(text), TEXT_MAX, utf16);
    Drawn { text, entities: Vec::new(), keyboard: InlineKeyboardMarkup::default() }
}

/// A question's card with its two buttons.
pub(super) fn question(asked: &Card, id: &str) -> Drawn {
    let mut drawn = card(asked, TEXT_MAX, 1);
    drawn.keyboard = InlineKeyboardMarkup::new([[
        InlineKeyboardButton::callback(say!(asked.tongue, "operator-yes"), button::yes(id)),
        InlineKeyboardButton::callback(say!(asked.tongue, "operator-no"), button::no(id)),
    ]]);
    drawn
}

fn pressable(button: &Button, card: &Card, page: u32) -> Option<InlineKeyboardButton> {
    let data = button::data(button.action, card, page)?;
    let label = harmless(&button.label);
    // A locked button asks the desk all the same, and the desk's refusal says why.
    let label = if button.locked.is_some() { format!("🔒 {label}") } else { label };
    Some(InlineKeyboardButton::callback(label, data))
}

/// Telegram refuses addresses in buttons that nobody else could open.
fn opens_by_button(url: &str) -> bool {
    url.starts_with("https://")
}

/// Text that shows literally and names nobody.
fn shown(text: &str) -> String {
    let text = harmless(text);
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        out.push(c);
        if c == '@' {
            out.push(JOINER);
        }
    }
    out
}

/// A text that grows line by line up to a length.
struct Page {
    text: String,
    entities: Vec<MessageEntity>,
    used: usize,
    most: usize,
}

impl Page {
    fn new(most: usize) -> Self {
        Self { text: String::new(), entities: Vec::new(), used: 0, most }
    }

    fn until(&mut self, most: usize) {
        self.most = most;
    }

    fn bold(&mut self, line: &str) {
        if let Some((offset, length)) = self.push(line)
            && length > 0
        {
            self.entities.push(MessageEntity::bold(offset, length));
        }
    }

    fn plain(&mut self, line: &str) {
        self.push(line);
    }

    /// Adds a line, cut to what is left; where it stands, in UTF-16 units.
    fn push(&mut self, line: &str) -> Option<(usize, usize)> {
        let between = usize::from(!self.text.is_empty());
        let room = self.most.saturating_sub(self.used + between);
        if room == 0 || line.is_empty() {
            return None;
        }
        let line = cut(line, room, utf16);
        if between == 1 {
            self.text.push('\n');
        }
        let (offset, length) = (self.used + between, utf16(&line));
        self.text.push_str(&line);
        self.used = offset + length;
        Some((offset, length))
    }
}

#[cfg(test)]
mod tests {
    use cutline_core::card::{Action, CardKind, CardProgress, Link};
    use teloxide::types::{InlineKeyboardButtonKind, MessageEntityKind};

    use super::*;

    fn job(title: &str) -> Card {
        let mut card = Card::new(CardKind::Running, title);
        card.reference = Some("K7Q2M9".parse().unwrap());
        card
    }

    fn labels(drawn: &Drawn) -> Vec<Vec<String>> {
        let rows = drawn.keyboard.inline_keyboard.iter();
        rows.map(|row| row.iter().map(|button| button.text.clone()).collect()).collect()
    }

    #[test]
    fn a_card_is_plain_text_with_its_heading_in_bold() {
        let mut asked = job("Why <b>octopuses</b> have *three* hearts");
        asked.progress = Some(CardProgress {
            stage: Some("voice".into()),
            overall: 0.5,
            eta_ms: None,
            place: None,
        });
        asked.buttons = vec![Button::open(Action::Cancel, "Cancel")];
        let drawn = card(&asked, TEXT_MAX, 1);
        assert_eq!(
            drawn.text,
            "K7Q2M9 · Being made\nWhy <b>octopuses</b> have *three* hearts\n▰▰▰▰▰▰▰▰▱▱▱▱▱▱▱▱ 50 \
             %\nRecording the voice (5 of 12)"
        );
        assert_eq!(drawn.entities, [MessageEntity::bold(0, 19)]);
        assert_eq!(labels(&drawn), [["Cancel"]]);
    }

    #[test]
    fn hostile_text_shows_literally_and_names_nobody() {
        let drawn = card(
            &job("@everyone @channel \u{202e}live\u{202c} *b* [x](tg://user?id=1)"),
            TEXT_MAX,
            1,
        );
        assert!(drawn.text.contains("@\u{2060}everyone @\u{2060}channel live *b* [x](tg://user"));
        assert!(drawn.entities.iter().all(|e| e.kind == MessageEntityKind::Bold));
        let emoji = card(&job(&"👩‍👩‍👧".repeat(4_000)).line("🦑".repeat(4_000)), CAPTION_MAX, 1);
        assert!(utf16(&emoji.text) <= CAPTION_MAX);
        let bold = &emoji.entities[0];
        assert_eq!((bold.offset, bold.length), (0, 19));
    }

    #[test]
    fn a_long_card_keeps_its_links_and_reasons() {
        let mut long = job("Hearts").line("word ".repeat(3_000));
        long.links.push(Link { label: "Watch".into(), url: "http://127.0.0.1:8700/v/abc".into() });
        long.buttons.push(Button::locked(Action::Again, "Again", "The month is used up."));
        let drawn = card(&long, TEXT_MAX, 1);
        assert!(utf16(&drawn.text) <= TEXT_MAX);
        assert!(drawn.text.contains("…\nWatch: http://127.0.0.1:8700/v/abc"));
        assert!(drawn.text.ends_with("Again (locked): The month is used up."));
        assert_eq!(labels(&drawn), [["🔒 Again"]]);
    }

    #[test]
    fn a_link_that_everybody_can_open_is_a_button() {
        let mut done = job("Hearts");
        done.links.push(Link { label: "Watch".into(), url: "https://x.test/v/abc".into() });
        let drawn = card(&done, TEXT_MAX, 1);
        let button = &drawn.keyboard.inline_keyboard[0][0];
        assert!(
            matches!(&button.kind, InlineKeyboardButtonKind::Url(url) if url.as_str() == "https://x.test/v/abc")
        );
        assert!(!drawn.text.contains("https"));
    }

    #[test]
    fn an_operators_question_has_two_answers() {
        let drawn =
            question(&Card::new(CardKind::Admin, "Do this?").line("/admin ban x"), "0123abcd");
        assert_eq!(labels(&drawn), [["Do it", "Leave it"]]);
    }
}
