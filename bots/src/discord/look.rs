//! A card as a Discord message: one embed, rows of buttons. Pure; adds no rule and no words but the
//! few that only a chat needs.

use cutline_core::card::{Action, Button, Card, CardKind};
use serenity::{
    builder::{CreateActionRow, CreateButton, CreateEmbed, CreateEmbedFooter},
    model::application::ButtonStyle,
};

use super::{
    buttons::{Pressed, written},
    payload::Payload,
    text::{DESCRIPTION_MAX, LABEL_MAX, TITLE_MAX, fitting, length, literal, plain},
};
use crate::{
    chat::show::{heading, locked_lines, progress_lines},
    words::say,
};

/// Most buttons in a row, and most rows (docs: "Action Row").
const ROW_BUTTONS_MAX: usize = 5;
const ROWS_MAX: usize = 5;
/// Longest address of a link button.
const LINK_MAX: usize = 512;
/// Longest footer we write; Discord allows 2,048.
const FOOTER_MAX: usize = 200;

/// The colour at an embed's edge.
const fn colour(kind: CardKind) -> u32 {
    match kind {
        CardKind::Queued => 0x6b_72_80,
        CardKind::Running | CardKind::Delivering => 0x25_63_eb,
        CardKind::Done => 0x16_a3_4a,
        CardKind::Failed => 0xdc_26_26,
        CardKind::Cancelled => 0x9c_a3_af,
        _ => 0x7c_3a_ed,
    }
}

/// The whole card; `page` is the history's, from 1.
pub(super) fn card(card: &Card, page: u32) -> Payload {
    Payload::new(embed(card), rows(card, page))
}

/// A status card whose end is a message of its own further down.
pub(super) fn elsewhere(card: &Card) -> Payload {
    Payload::new(embed(card), Vec::new())
}

/// What a person is told where no card can be shown.
pub(super) fn refusal(message: &str) -> Payload {
    let embed = CreateEmbed::new().description(fitting(message, DESCRIPTION_MAX));
    Payload::new(embed.colour(0xd9_77_06), Vec::new())
}

/// An operator's question with its two answers.
pub(super) fn question(card: &Card, id: &str) -> Payload {
    let yes = CreateButton::new(written(&Pressed::Confirm { question: id.to_owned() }))
        .label(say!(card.tongue, "operator-yes"))
        .style(ButtonStyle::Danger);
    let no = CreateButton::new(written(&Pressed::Decline))
        .label(say!(card.tongue, "operator-no"))
        .style(ButtonStyle::Secondary);
    Payload::new(embed(card), vec![CreateActionRow::Buttons(vec![yes, no])])
}

fn embed(card: &Card) -> CreateEmbed {
    let mut lines: Vec<String> = Vec::new();
    if let Some(progress) = &card.progress {
        lines.extend(progress_lines(card.tongue, progress));
    }
    lines.extend(card.lines.iter().cloned());
    lines.extend(locked_lines(card.tongue, &card.buttons));
    let mut embed =
        CreateEmbed::new().title(fitting(&card.title, TITLE_MAX)).colour(colour(card.kind));
    let description = description(&lines);
    if !description.is_empty() {
        embed = embed.description(description);
    }
    if let Some(heading) = heading(card) {
        embed = embed.footer(CreateEmbedFooter::new(plain(&heading, FOOTER_MAX)));
    }
    embed
}

/// Paragraphs as they fit; the last one that does not is cut.
fn description(lines: &[String]) -> String {
    let mut text = String::new();
    for line in lines {
        let gap = if text.is_empty() { 0 } else { 1 };
        let room = DESCRIPTION_MAX - length(&text) - gap;
        if room < 2 {
            break;
        }
        if gap > 0 {
            text.push('\n');
        }
        let whole = literal(line);
        if length(&whole) <= room {
            text.push_str(&whole);
        } else {
            text.push_str(&fitting(line, room));
            break;
        }
    }
    text
}

fn rows(card: &Card, page: u32) -> Vec<CreateActionRow> {
    let buttons = card.buttons.iter().map(|button| shown(card, button, page));
    let links = card.links.iter().filter(|link| link.url.len() <= LINK_MAX);
    let links = links
        .map(|link| CreateButton::new_link(link.url.clone()).label(plain(&link.label, LABEL_MAX)));
    let all: Vec<CreateButton> = links.chain(buttons).take(ROW_BUTTONS_MAX * ROWS_MAX).collect();
    all.chunks(ROW_BUTTONS_MAX).map(|row| CreateActionRow::Buttons(row.to_vec())).collect()
}

fn shown(card: &Card, button: &Button, page: u32) -> CreateButton {
    let id = written(&Pressed::Action { action: button.action, job: card.reference.clone(), page });
    let style = match button.action {
        _ if button.locked.is_some() => ButtonStyle::Secondary,
        Action::Cancel => ButtonStyle::Danger,
        Action::Again | Action::Upgrade => ButtonStyle::Primary,
        _ => ButtonStyle::Secondary,
    };
    // A locked button can be pressed: it then says why it does nothing, as the rule is at that
    // moment.
    let label = if button.locked.is_some() {
        format!("🔒 {}", button.label)
    } else {
        button.label.clone()
    };
    CreateButton::new(id).label(plain(&label, LABEL_MAX)).style(style)
}

#[cfg(test)]
mod tests {
    use cutline_core::card::{CardProgress, Link};
    use serde_json::Value;

    use super::*;

    fn json(shown: &Card) -> Value {
        serde_json::to_value(card(shown, 1)).unwrap()
    }

    fn running() -> Card {
        let mut card = Card::new(CardKind::Running, "Why **bees** dance @everyone");
        card.reference = Some("K7Q2M9".parse().unwrap());
        card.progress = Some(CardProgress {
            stage: Some("voice".into()),
            overall: 0.42,
            eta_ms: Some(63_000),
            place: None,
        });
        card.button(Button::open(Action::Cancel, "Cancel"))
    }

    #[test]
    fn a_running_card_has_a_bar_a_stage_a_reference_and_a_way_out() {
        let json = json(&running());
        let embed = &json["embeds"][0];
        assert_eq!(embed["title"], r"Why \*\*bees\*\* dance \@everyone");
        let text = embed["description"].as_str().unwrap();
        assert!(text.contains("42 %") && text.contains("Recording the voice (5 of 12)"), "{text}");
        assert_eq!(embed["footer"]["text"], "K7Q2M9 · Being made");
        let button = &json["components"][0]["components"][0];
        assert_eq!(
            (&button["label"], &button["custom_id"]),
            (&"Cancel".into(), &"c1:cancel:K7Q2M9:1".into())
        );
    }

    #[test]
    fn a_locked_button_says_why_and_a_link_opens() {
        let mut card = running();
        card.links.push(Link { label: "Watch".into(), url: "https://x.test/v/abc".into() });
        card.links.push(Link { label: "Long".into(), url: format!("https://{}", "x".repeat(600)) });
        let card = card.button(Button::locked(Action::Again, "Again", "The month is used up."));
        let json = json(&card);
        let buttons = json["components"][0]["components"].as_array().unwrap();
        let labels: Vec<&Value> = buttons.iter().map(|button| &button["label"]).collect();
        assert_eq!(labels, ["Watch", "Cancel", "🔒 Again"]);
        let text = json["embeds"][0]["description"].as_str().unwrap();
        assert!(text.contains("Again (locked): The month is used up."), "{text}");
    }

    #[test]
    fn nothing_is_longer_than_discord_takes() {
        let mut card = running();
        card.title = "é\u{301}*".repeat(5_000);
        card.lines = vec!["_👍\n".repeat(3_000), "x".repeat(9_000)];
        for _ in 0..40 {
            card.buttons.push(Button::open(Action::Older, "l".repeat(200)));
        }
        let json = json(&card);
        assert!(length(json["embeds"][0]["title"].as_str().unwrap()) <= TITLE_MAX);
        let text = json["embeds"][0]["description"].as_str().unwrap();
        assert!(length(text) <= DESCRIPTION_MAX, "{}", length(text));
        assert_eq!(json["components"].as_array().unwrap().len(), ROWS_MAX);
    }
}
