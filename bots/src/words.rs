//! Words that every chat shares for what a card only names: kinds and stages. Sentence case, no
//! jargon.

use cutline_core::card::{Card, CardKind};

/// Stages of a video (spec §1).
pub const STAGE_COUNT: usize = 12;

/// The stages by name, in the order of meaning, and what each is doing in plain words.
const STAGES: [(&str, &str); STAGE_COUNT] = [
    ("intent", "Understanding the sentence"),
    ("arc", "Finding the story"),
    ("shots", "Planning the shots"),
    ("script", "Writing the script"),
    ("voice", "Recording the voice"),
    ("timing", "Setting the pace"),
    ("captions", "Writing the captions"),
    ("motion", "Planning the camera"),
    ("queries", "Choosing what to show"),
    ("imagery", "Making the pictures"),
    ("render", "Painting and mixing"),
    ("deliver", "Handing it over"),
];

/// A stage's number from 1 and what it does; a stage of a newer worker keeps its own name, with
/// number 0.
#[must_use]
pub fn stage(name: &str) -> (usize, String) {
    match STAGES.iter().position(|(known, _)| *known == name) {
        Some(at) => (at + 1, STAGES[at].1.to_owned()),
        None => (0, name.to_owned()),
    }
}

/// How a job stands, or what a card is about.
#[must_use]
pub fn kind(kind: CardKind) -> &'static str {
    match kind {
        CardKind::Queued => "Waiting",
        CardKind::Running => "Being made",
        CardKind::Delivering => "Almost there",
        CardKind::Done => "Done",
        CardKind::Failed => "Did not work out",
        CardKind::Cancelled => "Cancelled",
        CardKind::History => "Your videos",
        CardKind::Plan => "Your plan",
        CardKind::Brand => "Your brand kit",
        CardKind::Upload => "Your picture",
        CardKind::Link => "Your accounts",
        CardKind::Help => "Help",
        CardKind::Script => "Script",
        CardKind::Captions => "Captions",
        CardKind::Credits => "Credits",
        CardKind::Admin => "Operators",
    }
}

/// Said where an edited card notifies nobody: the job on this card has ended.
#[must_use]
pub fn ended(card: &Card) -> String {
    let reference = card.reference.as_ref().map(ToString::to_string).unwrap_or_default();
    match card.kind {
        CardKind::Done => format!("Your video {reference} is ready."),
        CardKind::Failed => format!("Your video {reference} did not work out; the card says why."),
        _ => format!("Your video {reference} was called off."),
    }
}

/// Put before a finished video's card that has no upload.
#[must_use]
pub fn too_large(has_link: bool) -> &'static str {
    if has_link {
        "The video is too large to upload here; the link opens it."
    } else {
        "The video is too large to upload here, and no link is set up. Ask for a shorter one."
    }
}

/// Pictures that wait for their sentence.
#[must_use]
pub fn pictures_ready(count: usize) -> String {
    match count {
        1 => "1 picture is ready for the next video: write what it is about.".into(),
        count => format!("{count} pictures are ready for the next video: write what it is about."),
    }
}
