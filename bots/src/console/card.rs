//! A card as lines of text. Pure: a width and whether colours are welcome in, lines out. Whatever a
//! person, a model or a provider wrote is made harmless here, once.

use cutline_core::{
    card::{Action, Button, Card, CardKind, CardProgress},
    words::Tongue,
};

use super::text::{COLUMNS_MIN, bar, clock, columns, cut, harmless, wrap};
use crate::words::{self, say};

/// How cards are to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Columns of the terminal.
    pub columns: usize,
    /// Whether colours and weights may be used.
    pub colours: bool,
}

/// Columns a card never exceeds, for the sake of the eye.
const COLUMNS_MAX: usize = 96;
const BAR_COLUMNS_MAX: usize = 32;
const MARGIN: &str = "│ ";

#[derive(Clone, Copy)]
enum Ink {
    Plain,
    Bold,
    Dim,
    Good,
    Bad,
    Accent,
}

impl Look {
    fn text_columns(self) -> usize {
        self.columns.clamp(COLUMNS_MIN, COLUMNS_MAX) - columns(MARGIN)
    }

    fn ink(self, ink: Ink, text: &str) -> String {
        let code = match ink {
            _ if !self.colours => return text.to_owned(),
            Ink::Plain => return text.to_owned(),
            Ink::Bold => "1",
            Ink::Dim => "2",
            Ink::Good => "32",
            Ink::Bad => "31",
            Ink::Accent => "36",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}

/// The whole card, a line an item.
#[must_use]
pub fn lines(card: &Card, look: Look) -> Vec<String> {
    let width = look.text_columns();
    let edge = edge(card.kind);
    let mut inside = Vec::new();
    if card.reference.is_some() {
        push(&mut inside, look, Ink::Bold, &card.title, width);
    }
    for line in &card.lines {
        push(&mut inside, look, Ink::Plain, line, width);
    }
    if let Some(progress) = &card.progress {
        inside.extend(progress_lines(card.tongue, progress, look, width));
    }
    for link in &card.links {
        // Never wrapped: a broken address cannot be clicked or copied.
        inside.push(format!("{}: {}", harmless(&link.label), harmless(&link.url)));
    }
    inside.extend(button_lines(&card.buttons, look, width));

    let head = match &card.reference {
        Some(reference) => format!("{reference} · {}", words::kind(card.tongue, card.kind)),
        None => harmless(&card.title).replace('\n', " "),
    };
    let head = cut(&head, width);
    let mut out = vec![format!("{}{}", look.ink(edge, "╭ "), look.ink(edge, &head))];
    let last = inside.len();
    for (at, line) in inside.into_iter().enumerate() {
        let margin = if at + 1 == last { "╰ " } else { MARGIN };
        out.push(format!("{}{line}", look.ink(edge, margin)));
    }
    out
}

fn push(out: &mut Vec<String>, look: Look, ink: Ink, text: &str, width: usize) {
    for line in wrap(&harmless(text), width) {
        out.push(if line.is_empty() { line } else { look.ink(ink, &line) });
    }
}

fn edge(kind: CardKind) -> Ink {
    match kind {
        CardKind::Done => Ink::Good,
        CardKind::Failed => Ink::Bad,
        CardKind::Cancelled => Ink::Dim,
        CardKind::Queued | CardKind::Running | CardKind::Delivering => Ink::Accent,
        _ => Ink::Plain,
    }
}

fn progress_lines(
    tongue: Tongue,
    progress: &CardProgress,
    look: Look,
    width: usize,
) -> Vec<String> {
    if progress.place.is_some() {
        // The place itself is in the card's own words.
        let eta = progress.eta_ms.map(|eta_ms| say!(tongue, "done-in", clock = clock(eta_ms)));
        return eta.map(|eta| wrap(&eta, width)).unwrap_or_default();
    }
    let percent = format!(" {:>3} %", percent(progress));
    let bar_columns = width.saturating_sub(columns(&percent)).min(BAR_COLUMNS_MAX);
    let bar = look.ink(Ink::Accent, &bar(f64::from(progress.overall), bar_columns));
    let mut lines = vec![format!("{bar}{percent}")];
    lines.extend(wrap(&stage(tongue, progress), width));
    lines
}

fn waiting(tongue: Tongue, place: u32, eta_ms: Option<u64>) -> String {
    let place = match place {
        0 | 1 => say!(tongue, "line-next"),
        place => say!(tongue, "line-place", place = place),
    };
    match eta_ms {
        Some(eta_ms) => say!(tongue, "line-done-in", place = place, clock = clock(eta_ms)),
        None => place,
    }
}

fn percent(progress: &CardProgress) -> u32 {
    // The last percent is the end's: 100 % and still waiting looks like a fault.
    (progress.overall.clamp(0.0, 0.99) * 100.0).floor() as u32
}

fn stage(tongue: Tongue, progress: &CardProgress) -> String {
    let doing = harmless(&words::doing(tongue, progress.stage.as_deref()));
    match progress.eta_ms {
        Some(eta_ms) => say!(tongue, "time-left", doing = doing, clock = clock(eta_ms)),
        None => doing,
    }
}

fn button_lines(buttons: &[Button], look: Look, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (at, button) in choices(buttons).enumerate() {
        let button = format!("[{}] {}", at + 1, harmless(&button.label));
        match lines.last_mut() {
            // A number and its label stay together.
            Some(line) if columns(line) + 3 + columns(&button) <= width => {
                line.push_str("   ");
                line.push_str(&button);
            }
            _ => lines.extend(wrap(&button, width)),
        }
    }
    for button in buttons {
        if let Some(why) = &button.locked {
            let locked = format!("{} (locked): {}", harmless(&button.label), harmless(why));
            lines.extend(wrap(&locked, width).iter().map(|line| look.ink(Ink::Dim, line)));
        }
    }
    lines
}

/// The buttons that can be pressed, in the order they are numbered.
pub fn choices(buttons: &[Button]) -> impl Iterator<Item = &Button> {
    buttons.iter().filter(|button| button.locked.is_none())
}

/// The button that a person means by its number or its label.
#[must_use]
pub fn chosen(buttons: &[Button], typed: &str) -> Option<Action> {
    let typed = typed.trim();
    if let Ok(number) = typed.parse::<usize>() {
        return choices(buttons).nth(number.checked_sub(1)?).map(|button| button.action);
    }
    choices(buttons)
        .find(|button| button.label.eq_ignore_ascii_case(typed))
        .map(|button| button.action)
}

/// A job under way in one plain line, for logs and pipes: `K7Q2M9: Recording the voice …`.
#[must_use]
pub fn plain_line(card: &Card) -> String {
    let reference = card.reference.as_ref().map(ToString::to_string).unwrap_or_default();
    let what = match &card.progress {
        Some(CardProgress { place: Some(place), eta_ms, .. }) => {
            waiting(card.tongue, *place, *eta_ms)
        }
        Some(progress) => {
            format!("{:>3} %  {}", percent(progress), stage(card.tongue, progress))
        }
        None => words::kind(card.tongue, card.kind),
    };
    format!("{reference}: {what}")
}

/// What has to differ for another [`plain_line`] to be worth a line of its own: the kind, the place
/// in the queue, the stage, and whole tenths of the way.
#[must_use]
pub fn plain_change(card: &Card) -> impl PartialEq + Clone + std::fmt::Debug + use<> {
    let progress = card.progress.as_ref();
    (
        card.kind,
        progress.and_then(|progress| progress.place),
        progress.and_then(|progress| progress.stage.clone()),
        progress.map(|progress| percent(progress) / 10),
    )
}

#[cfg(test)]
mod tests;
