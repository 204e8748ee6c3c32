//! Where cards appear: redrawn in place on a terminal, one plain line a change anywhere else.

use std::io::Write;

use ::console::Term;
use cutline_core::card::Card;

use super::{
    card::{self, Look},
    text,
};

/// Columns assumed where nobody says.
const COLUMNS_UNKNOWN: usize = 80;

/// A place to show cards.
#[derive(Debug)]
pub struct Screen {
    out: Term,
    live: bool,
    colours: bool,
    /// The live card as drawn, so that it can be drawn over.
    drawn: Vec<String>,
    /// The last plain line's worth.
    told: Option<String>,
}

impl Screen {
    /// On standard output: the chat.
    #[must_use]
    pub fn output(colours_welcome: bool) -> Self {
        Self::on(Term::stdout(), colours_welcome)
    }

    /// On standard error: scripts keep standard output for the result.
    #[must_use]
    pub fn errors(colours_welcome: bool) -> Self {
        Self::on(Term::stderr(), colours_welcome)
    }

    fn on(out: Term, colours_welcome: bool) -> Self {
        let live = out.is_term();
        Self { out, live, colours: live && colours_welcome, drawn: Vec::new(), told: None }
    }

    /// Whether colours are used.
    #[must_use]
    pub fn colours(&self) -> bool {
        self.colours
    }

    /// How cards are laid out now; the terminal may have been resized.
    #[must_use]
    pub fn look(&self) -> Look {
        let columns =
            self.out.size_checked().map_or(COLUMNS_UNKNOWN, |(_, columns)| columns.into());
        Look { columns, colours: self.colours }
    }

    /// Shows a card that will change: over its last drawing, or as a line if enough has changed.
    pub fn live(&mut self, card: &Card) {
        if !self.live {
            let change = format!("{:?}", card::plain_change(card));
            if self.told.as_ref() != Some(&change) {
                self.told = Some(change);
                self.write(&format!("{}\n", card::plain_line(card)));
            }
            return;
        }
        let mut lines = card::lines(card, self.look());
        // What has scrolled off the top cannot be drawn over.
        lines.truncate(self.rows().saturating_sub(1).max(1));
        if lines == self.drawn {
            return;
        }
        let text = format!("{}{}\n", self.erase(), lines.join("\n"));
        self.write(&text);
        self.drawn = lines;
    }

    /// Shows a card that stays as it is, in place of the live one.
    pub fn settle(&mut self, card: &Card) {
        let text = format!("{}{}\n", self.erase(), card::lines(card, self.look()).join("\n"));
        self.write(&text);
        self.forget();
    }

    /// Leaves the live card where it stands; what comes next is shown below it.
    pub fn forget(&mut self) {
        self.drawn.clear();
        self.told = None;
    }

    /// Shows words of ours below whatever is there.
    pub fn say(&mut self, words: &str) {
        self.forget();
        let lines = text::wrap(&text::harmless(words), self.look().columns);
        self.write(&format!("{}\n", lines.join("\n")));
    }

    /// Moves to where the live card began and clears from there.
    fn erase(&self) -> String {
        let columns = self.look().columns.max(1);
        let rows: usize = self.drawn.iter().map(|line| rows_of(line, columns)).sum();
        if rows == 0 { String::new() } else { format!("\u{1b}[{rows}A\r\u{1b}[J") }
    }

    fn rows(&self) -> usize {
        self.out.size_checked().map_or(24, |(rows, _)| rows.into())
    }

    fn write(&mut self, text: &str) {
        // One write, so that a drawing is never seen half; a closed terminal is found out when the
        // next line is asked for.
        if let Err(error) = self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush()) {
            tracing::debug!(%error, "nothing can be shown");
        }
    }
}

/// Rows that a line takes on a terminal of so many columns; our own colours take none.
fn rows_of(line: &str, columns: usize) -> usize {
    let mut visible = String::new();
    let mut rest = line;
    while let Some(at) = rest.find("\u{1b}[") {
        visible.push_str(&rest[..at]);
        rest = rest[at..].split_once('m').map_or("", |(_, after)| after);
    }
    visible.push_str(rest);
    text::columns(&visible).div_ceil(columns).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_take_no_room() {
        assert_eq!(rows_of("\u{1b}[36mabcd\u{1b}[0m", 4), 1);
        assert_eq!(rows_of("\u{1b}[36mabcd\u{1b}[0me", 4), 2);
        assert_eq!(rows_of("", 4), 1);
        assert_eq!(rows_of("猫猫猫", 4), 2);
    }
}
