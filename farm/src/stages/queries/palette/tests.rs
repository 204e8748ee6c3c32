use std::{collections::BTreeSet, path::Path};

use sha2::{Digest, Sha256};

use super::{home, subjects::FAMILIES, suited};
use crate::{
    providers::wordnet::{DEFAULT_FOLDER, WordNet},
    stages::{intent::Intent, script},
};

/// The seed that the command line gives a sentence.
fn seed_of(sentence: &str) -> u64 {
    let digest = Sha256::digest(sentence.as_bytes());
    digest.iter().take(4).fold(0, |seed, byte| seed << 8 | u64::from(*byte))
}

fn intent_of(sentence: &str) -> Intent {
    let lexicon = WordNet::open(Path::new(DEFAULT_FOLDER)).expect("wordnet-base is installed");
    script::tests::input_of(sentence, seed_of(sentence), Some(&lexicon)).intent
}

#[test]
fn videos_of_one_kind_about_other_things_do_not_share_a_palette() {
    let sentences = [
        "Why octopuses have three hearts",
        "The history of coffee in 30 seconds",
        "How compound interest makes you rich",
        "Por qué los gatos siempre caen de pie",
        "为什么天空是蓝色的",
    ];
    let homes = sentences.map(|sentence| home(&intent_of(sentence)));
    let told_apart: BTreeSet<String> = homes.iter().map(|name| format!("{name:?}")).collect();
    assert_eq!(told_apart.len(), sentences.len(), "{homes:?}");
}

#[test]
fn every_palette_that_suits_a_subject_is_used_and_no_other() {
    for family in FAMILIES {
        let mut intent = intent_of("Why the thing is so");
        intent.keywords = vec![family.cues[0].to_owned()];
        assert_eq!(suited(&intent), family.palettes, "{}", family.cues[0]);
        let mut seen = BTreeSet::new();
        for seed in 0..200 {
            intent.seed = seed;
            seen.insert(format!("{:?}", home(&intent)));
        }
        let all: BTreeSet<String> =
            family.palettes.iter().map(|name| format!("{name:?}")).collect();
        assert_eq!(seen, all, "{}", family.cues[0]);
    }
}

#[test]
fn a_short_cue_is_a_whole_word() {
    let family = |word: &str| super::subjects::suited(word);
    assert_ne!(family("startup"), family("star"));
    assert_eq!(family("stars"), family("star"));
    assert_eq!(family("天空"), family("sky"));
}
