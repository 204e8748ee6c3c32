//! Scripts as a viewer would hear them.

use std::path::Path;

use cutline_core::plan::Plan;

use super::*;
use crate::{
    language::spoken::spoken_ms,
    providers::wordnet::DEFAULT_FOLDER,
    stages::{arc, intent, shots},
};

pub(in crate::stages) fn input_of(sentence: &str, seed: u64, lexicon: Option<&WordNet>) -> Input {
    let request = intent::Request {
        sentence: sentence.into(),
        images: Vec::new(),
        seed,
        plan: Plan::Professional,
    };
    let intent = intent::decide(&request, lexicon);
    let arc = arc::plan(&intent);
    let shots = shots::plan(&shots::Input { intent: intent.clone(), arc: arc.clone() });
    Input { intent, arc, shots }
}

const SENTENCES: &[&str] = &[
    "Why octopuses have three hearts",
    "The history of coffee in 30 seconds",
    "How compound interest makes you rich",
    "A horror story about a lighthouse keeper",
    "5 habits of people who never get tired",
    "A fake text chat between a cat and its owner about dinner",
    "Stick figures explain why the sky is blue",
    "A quote about patience",
    "Por qué los gatos siempre caen de pie",
    "为什么天空是蓝色的",
    "Pourquoi le ciel est bleu",
    "Warum ist der Himmel blau",
    "La storia del caffè",
    "5 hábitos de gente feliz",
    "Cats vs dogs",
    "How to tie a tie",
    "Myths about sleep",
    "A teaser for a new coffee grinder",
    "10 facts about ants",
    "3 ways to save money",
];

#[test]
fn the_outline_fills_every_shot_with_its_own_words_and_fits_the_duration() {
    let lexicon = WordNet::open(Path::new(DEFAULT_FOLDER)).expect("wordnet-base is installed");
    for sentence in SENTENCES {
        for seed in 0..6 {
            let input = input_of(sentence, seed, Some(&lexicon));
            let lines = outline::write(&input, Some(&lexicon));
            assert_eq!(lines.len(), input.shots.shots.len(), "{sentence}");
            let mut seen = std::collections::BTreeSet::new();
            let mut total_ms = 0;
            for line in &lines {
                assert!(!line.text.trim().is_empty() && !line.text.contains(['{', '}', '|']));
                assert!(seen.insert(line.text.clone()), "{sentence}: said twice: {}", line.text);
                total_ms += spoken_ms(&line.text, &input.intent.language) + 250;
            }
            let ratio = total_ms as f32 / (input.intent.duration_s * 1000.0);
            assert!((0.6..=1.25).contains(&ratio), "{sentence} seed {seed}: {ratio}");
        }
    }
}

#[test]
fn the_same_seed_writes_the_same_and_another_seed_may_not() {
    let write = |seed| outline::write(&input_of(SENTENCES[0], seed, None), None);
    assert_eq!(write(1), write(1));
    assert!((2..12).any(|seed| write(seed) != write(1)));
}

#[test]
fn titles_and_screen_words_are_short() {
    for sentence in SENTENCES {
        let input = input_of(sentence, 3, None);
        let script = assemble(&input, outline::write(&input, None), "outline".into(), None);
        assert!(!script.title.is_empty());
        assert!(script.title.split_whitespace().count() <= TITLE_WORDS_MAX, "{}", script.title);
        for shot in &script.shots {
            let words = shot.on_screen.as_deref().unwrap_or_default().split_whitespace().count();
            assert!(words <= ON_SCREEN_WORDS_MAX, "{:?}", shot.on_screen);
        }
    }
}
