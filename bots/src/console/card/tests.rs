//! Golden texts of cards, as a person sees them.

use cutline_core::{
    card::{Button, Card, CardKind, CardProgress, Link},
    job::JobRef,
};

use super::*;

const PLAIN: Look = Look { columns: 60, colours: false };

fn job(kind: CardKind, title: &str) -> Card {
    let mut card = Card::new(kind, title);
    card.reference = Some("K7Q2M9".parse::<JobRef>().unwrap());
    card
}

fn progress(stage: Option<&str>, overall: f32, place: Option<u32>) -> Option<CardProgress> {
    Some(CardProgress { stage: stage.map(str::to_owned), overall, eta_ms: Some(65_000), place })
}

fn shown(card: &Card) -> String {
    lines(card, PLAIN).join("\n")
}

#[test]
fn a_waiting_job_says_its_place() {
    let mut card = job(CardKind::Queued, "Why octopuses have three hearts");
    card.progress = progress(None, 0.0, Some(3));
    card = card.line("Number 3 in the queue.").button(Button::open(Action::Cancel, "Cancel"));
    assert_eq!(plain_line(&card), "K7Q2M9: Number 3 in line, done in about 1:05");
    assert_eq!(
        shown(&card),
        "╭ K7Q2M9 · Waiting\n\
         │ Why octopuses have three hearts\n\
         │ Number 3 in the queue.\n\
         │ Done in about 1:05\n\
         ╰ [1] Cancel"
    );
}

#[test]
fn a_running_job_shows_stage_percentage_and_bar() {
    let mut card = job(CardKind::Running, "Why octopuses have three hearts");
    card.progress = progress(Some("voice"), 0.425, None);
    assert_eq!(
        shown(&card),
        "╭ K7Q2M9 · Being made\n\
         │ Why octopuses have three hearts\n\
         │ ━━━━━━━━━━━━━╸──────────────────  42 %\n\
         ╰ Recording the voice (5 of 12) · about 1:05 left"
    );
    assert_eq!(plain_line(&card), "K7Q2M9:  42 %  Recording the voice (5 of 12) · about 1:05 left");
}

#[test]
fn a_finished_job_shows_link_choices_and_locks() {
    let mut card = job(CardKind::Done, "Why octopuses have three hearts");
    card.links.push(Link { label: "Watch".into(), url: "http://127.0.0.1:9000/v/abc".into() });
    card = card
        .button(Button::open(Action::Again, "Again"))
        .button(Button::locked(Action::Brand, "Brand kit", "comes with Beginner."))
        .button(Button::open(Action::Script, "Script"));
    assert_eq!(
        shown(&card),
        "╭ K7Q2M9 · Done\n\
         │ Why octopuses have three hearts\n\
         │ Watch: http://127.0.0.1:9000/v/abc\n\
         │ [1] Again   [2] Script\n\
         ╰ Brand kit (locked): comes with Beginner."
    );
    assert_eq!(chosen(&card.buttons, "2"), Some(Action::Script));
    assert_eq!(chosen(&card.buttons, " again "), Some(Action::Again));
    for nothing in ["0", "3", "brand kit", "", "99999999999999999999"] {
        assert_eq!(chosen(&card.buttons, nothing), None, "{nothing}");
    }
}

#[test]
fn a_card_without_a_job_is_headed_by_its_title() {
    let card = Card::new(CardKind::Plan, "Your plan: Beginner").line("3 of 10 videos used.");
    assert_eq!(shown(&card), "╭ Your plan: Beginner\n╰ 3 of 10 videos used.");
}

#[test]
fn a_sentence_cannot_paint_the_terminal() {
    let mut card = job(CardKind::Failed, "cats\u{1b}]0;owned\u{7}\u{1b}[2J").line("a\u{9b}31mb");
    card.progress = progress(Some("\u{1b}[31m"), f32::NAN, None);
    let text = shown(&card);
    assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
    assert!(text.contains("cats␛]0;owned␇␛[2J"), "{text}");
    assert!(!plain_line(&card).contains('\u{1b}'));
}

#[test]
fn no_line_but_an_address_is_wider_than_the_terminal() {
    for columns_there in [1, 20, 33, 48, 80, 500] {
        let look = Look { columns: columns_there, colours: false };
        let mut card =
            job(CardKind::Running, &"猫はなぜ喉を鳴らすのか ".repeat(9)).line("words ".repeat(40));
        card.progress = progress(Some("render"), 0.5, None);
        card =
            card.button(Button::locked(Action::Studio, "Studio", "needs Professional. ".repeat(5)));
        for line in lines(&card, look) {
            assert!(columns(&line) <= columns_there.clamp(COLUMNS_MIN, COLUMNS_MAX), "{line}");
        }
    }
}

#[test]
fn plain_lines_are_worth_a_change() {
    let mut card = job(CardKind::Running, "cats");
    card.progress = progress(Some("render"), 0.52, None);
    let before = plain_change(&card);
    card.progress = progress(Some("render"), 0.58, None);
    assert_eq!(plain_change(&card), before);
    card.progress = progress(Some("render"), 0.61, None);
    assert_ne!(plain_change(&card), before);
}
