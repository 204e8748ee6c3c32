//! How a sentence wants to be told: by a narrator, or by somebody who talks, and who films them.
//! Pure; English and Spanish.

use super::talking;
use crate::job::Mode;

/// Words that ask for a film of the thing that talks.
const FILMED: [&str; 12] = [
    "cinematic",
    "photorealistic",
    "hyperrealistic",
    "live-action",
    "filmed",
    "cinematográfico",
    "cinematográfica",
    "fotorrealista",
    "hiperrealista",
    "filmado",
    "filmada",
    "cinemático",
];
/// What is no thing but a picture of somebody: the person's own photograph is to talk.
const PHOTOGRAPHS: [&str; 14] = [
    "photo",
    "photograph",
    "picture",
    "portrait",
    "selfie",
    "headshot",
    "image",
    "foto",
    "fotografía",
    "imagen",
    "retrato",
    "autorretrato",
    "avatar",
    "face",
];

/// The mode that a sentence asks for: drawn where nothing says otherwise, standard where nobody
/// talks.
#[must_use]
pub fn telling(sentence: &str) -> Mode {
    let Some(found) = talking(sentence) else { return Mode::Standard };
    let last = found.object.split_whitespace().next_back().unwrap_or_default().to_lowercase();
    if PHOTOGRAPHS.contains(&last.as_str()) {
        return Mode::Studio;
    }
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let filmed = sentence.split_whitespace().any(|word| FILMED.contains(&bare(word).as_str()));
    if filmed { Mode::Cinematic } else { Mode::Cartoon }
}

/// The modes in which a sentence can be told as it asks, best first; empty where it asks for nothing
/// but a narrator. A film that cannot be had is drawn; nothing stands in for a photograph that talks.
#[must_use]
pub fn tellings(sentence: &str) -> &'static [Mode] {
    match telling(sentence) {
        Mode::Standard => &[],
        Mode::Cartoon => &[Mode::Cartoon],
        Mode::Studio => &[Mode::Studio],
        Mode::Cinematic => &[Mode::Cinematic, Mode::Cartoon],
    }
}

/// Words around the manner that belong to it ("in cinematic style").
const AROUND: [&str; 6] = ["style", "in", "as", "estilo", "en", "modo"];

/// A topic without how it is to be filmed, where that stands at its end.
pub(super) fn without_manner(topic: &str) -> &str {
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let mut left = topic;
    let mut manner = false;
    while let Some((before, last)) = left.trim_end().rsplit_once(char::is_whitespace) {
        let last = bare(last);
        manner |= FILMED.contains(&last.as_str());
        if !manner && last != "style" || manner && !is_manner(&last) {
            break;
        }
        left = before;
    }
    if manner { left.trim_end_matches([',', '.', ';', ':', ' ']) } else { topic }
}

fn is_manner(word: &str) -> bool {
    FILMED.contains(&word) || AROUND.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_says_who_talks_and_how_it_is_made() {
        for (sentence, mode) in [
            ("Why octopuses have three hearts", Mode::Standard),
            ("Why cinematic lighting works", Mode::Standard),
            ("How to take a photo of the moon", Mode::Standard),
            ("a talking coffee mug explains why mornings are hard", Mode::Cartoon),
            ("A cinematic talking coffee mug explains why mornings are hard", Mode::Cinematic),
            ("A talking cactus explains how to save water, cinematic", Mode::Cinematic),
            (
                "Un cactus que habla explica cómo ahorrar agua, estilo cinematográfico",
                Mode::Cinematic,
            ),
            ("My talking photo explains why I run every morning", Mode::Studio),
            ("A portrait that talks tells us about compound interest", Mode::Studio),
            ("Mi foto que habla cuenta por qué corro", Mode::Studio),
        ] {
            assert_eq!(telling(sentence), mode, "{sentence}");
        }
    }

    #[test]
    fn the_manner_at_the_end_is_no_part_of_the_topic() {
        for (topic, plain) in [
            ("how to save water, cinematic", "how to save water"),
            ("how to save water, in cinematic style", "how to save water"),
            ("cómo ahorrar agua, estilo cinematográfico", "cómo ahorrar agua"),
            ("why mornings are hard", "why mornings are hard"),
            ("how to live in style", "how to live in style"),
        ] {
            assert_eq!(without_manner(topic), plain);
        }
    }
}
