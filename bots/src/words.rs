//! Words that the chats share for what a card only names: kinds, stages, verbs. Sentence case, no
//! jargon, in the person's language (`locales/`).

use std::sync::LazyLock;

use cutline_core::{
    card::{Card, CardKind},
    words::{Catalogue, Tongue},
};

/// This crate's messages.
pub static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    Catalogue::of(include_str!("../locales/en.ftl"), include_str!("../locales/es.ftl"))
});

/// `say!(tongue, "getting-ready")`: a message of this crate's [`CATALOGUE`].
macro_rules! say {
    ($($said:tt)*) => { ::cutline_core::say_of!($crate::words::CATALOGUE, $($said)*) };
}
pub(crate) use say;

/// Stages of a video (spec §1).
pub const STAGE_COUNT: usize = 12;

/// The stages in the order of meaning.
const STAGES: [&str; STAGE_COUNT] = [
    "intent", "arc", "shots", "script", "voice", "timing", "captions", "motion", "queries",
    "imagery", "render", "deliver",
];

/// A stage's number from 1 and what it does; a stage of a newer worker keeps its own name, with
/// number 0.
#[must_use]
pub fn stage(tongue: Tongue, name: &str) -> (usize, String) {
    match STAGES.iter().position(|known| *known == name) {
        Some(at) => (at + 1, CATALOGUE.say(tongue, &format!("stage-{name}"), &[])),
        None => (0, name.to_owned()),
    }
}

/// What a running job is doing: “Recording the voice (5 of 12)”.
#[must_use]
pub fn doing(tongue: Tongue, name: Option<&str>) -> String {
    match name.map(|name| stage(tongue, name)) {
        Some((number, doing)) if number > 0 => {
            say!(tongue, "stage-of", doing = doing, number = number, most = STAGE_COUNT)
        }
        Some((_, doing)) => doing,
        None => say!(tongue, "getting-ready"),
    }
}

/// How a job stands, or what a card is about.
#[must_use]
pub fn kind(tongue: Tongue, kind: CardKind) -> String {
    match kind {
        CardKind::Queued => say!(tongue, "kind-queued"),
        CardKind::Running => say!(tongue, "kind-running"),
        CardKind::Delivering => say!(tongue, "kind-delivering"),
        CardKind::Done => say!(tongue, "kind-done"),
        CardKind::Failed => say!(tongue, "kind-failed"),
        CardKind::Cancelled => say!(tongue, "kind-cancelled"),
        CardKind::History => say!(tongue, "kind-history"),
        CardKind::Plan => say!(tongue, "kind-plan"),
        CardKind::Brand => say!(tongue, "kind-brand"),
        CardKind::Upload => say!(tongue, "kind-upload"),
        CardKind::Link => say!(tongue, "kind-link"),
        CardKind::Help => say!(tongue, "kind-help"),
        CardKind::Script => say!(tongue, "kind-script"),
        CardKind::Captions => say!(tongue, "kind-captions"),
        CardKind::Credits => say!(tongue, "kind-credits"),
        CardKind::Admin => say!(tongue, "kind-admin"),
    }
}

/// What a verb does, in a sentence.
#[must_use]
pub fn verb(tongue: Tongue, name: &str) -> String {
    CATALOGUE.say(tongue, &format!("verb-{name}"), &[])
}

/// What an operator's verb does, by the name it has in the texts.
#[must_use]
pub fn operators_verb(tongue: Tongue, name: &str) -> String {
    CATALOGUE.say(tongue, &format!("admin-{name}"), &[])
}

/// Said where an edited card notifies nobody: the job on this card has ended.
#[must_use]
pub fn ended(card: &Card) -> String {
    let job = card.reference.as_ref().map(ToString::to_string).unwrap_or_default();
    match card.kind {
        CardKind::Done => say!(card.tongue, "ended-done", job = job),
        CardKind::Failed => say!(card.tongue, "ended-failed", job = job),
        _ => say!(card.tongue, "ended-cancelled", job = job),
    }
}

/// Put before a finished video's card that has no upload.
#[must_use]
pub fn too_large(tongue: Tongue, has_link: bool) -> String {
    if has_link { say!(tongue, "too-large-link") } else { say!(tongue, "too-large") }
}

/// Put before a finished video's card that may stand below its video, or may not.
#[must_use]
pub fn beside(tongue: Tongue) -> String {
    say!(tongue, "beside")
}

/// Pictures that wait for their sentence.
#[must_use]
pub fn pictures_ready(tongue: Tongue, count: usize) -> String {
    say!(tongue, "pictures-ready", count = count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::verbs;

    #[test]
    fn every_verb_and_stage_has_words_in_every_language() {
        for tongue in Tongue::ALL {
            for verb in verbs::ALL {
                let said = super::verb(tongue, verb.name);
                assert!(said.ends_with('.'), "{}: {said}", verb.name);
            }
            for name in STAGES {
                let (number, said) = stage(tongue, name);
                assert!(number > 0 && said.contains(' ') || said.len() > 8, "{name}: {said}");
            }
        }
        assert_eq!(doing(Tongue::Spanish, Some("voice")), "Grabando la voz (5 de 12)");
        assert_eq!(doing(Tongue::English, Some("a_newer_stage")), "a_newer_stage");
        assert_eq!(pictures_ready(Tongue::English, 2).split(' ').next(), Some("2"));
    }
}
