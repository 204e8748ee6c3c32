//! What is looked for, and what is found for it.

use std::path::Path;

use super::*;
use crate::{
    config::Config,
    providers::{fluent::Fluent, wordnet::DEFAULT_FOLDER},
    stages::{
        queries,
        script::{self, Script, ShotScript},
    },
};

fn set() -> Fluent {
    let config = Config::from_env().expect("settings");
    let opened = Fluent::open(&config.paths.data_dir).expect("the set can be used");
    opened.expect("deploy/setup has laid out the set")
}

/// The video of a sentence in which every shot says the same line.
fn video(sentence: &str, line: &str, lexicon: &WordNet) -> Input {
    let script::Input { intent, arc, shots } = script::tests::input_of(sentence, 5, Some(lexicon));
    let said = shots.shots.iter().map(|shot| ShotScript {
        shot: shot.id,
        narration: line.into(),
        speaker: None,
        on_screen: None,
        facts: Vec::new(),
    });
    let script = Script {
        title: String::new(),
        shots: said.collect(),
        verified: true,
        writer: "test".into(),
        notices: vec![],
        language: None,
        reel: None,
    };
    let (given, list, told) = (intent.clone(), shots.clone(), script.clone());
    let input = queries::Input { intent: given, arc, shots: list, script: told };
    let queries = queries::plan(&input, Some(lexicon));
    Input { intent, shots, script, queries }
}

#[test]
fn a_line_is_led_by_the_thing_that_it_is_about() {
    let lexicon = WordNet::open(Path::new(DEFAULT_FOLDER)).expect("wordnet-base is installed");
    let set = set();
    let story = "A horror story about a lighthouse keeper";
    for (sentence, line, picture) in [
        (story, "On the table lay a letter in a familiar hand.", "envelope"),
        ("Una historia de terror", "Sobre la mesa había una nota con la tinta húmeda.", "envelope"),
    ] {
        let input = video(sentence, line, &lexicon);
        let language = &input.intent.language;
        let asked = wanted(&input, 2).into_iter().enumerate();
        let found = asked.flat_map(|(at, one)| {
            let found = find(&set, &one, language, Some(&lexicon)).into_iter();
            found.map(|picture| candidate(picture, at, &one)).collect::<Vec<_>>()
        });
        let best = ranked(found.collect()).into_iter().next();
        assert_eq!(best.map(|best| best.id).as_deref(), Some(picture), "{line}");
    }
}

#[test]
fn an_item_shows_its_title_from_the_word_that_says_it() {
    let lexicon = WordNet::open(Path::new(DEFAULT_FOLDER)).expect("wordnet-base is installed");
    let line = "Number five. Do one thing at a time. Switching costs more than it looks.";
    let mut input = video("5 habits of people who never get tired", line, &lexicon);
    let shots = &input.shots.shots;
    let item = shots.iter().position(|shot| matches!(shot.role, Role::Item { .. }));
    let item = item.expect("a list has items");
    input.script.shots[item].on_screen = Some("One thing at a time".into());
    input.script.shots[0].on_screen = Some("people who never get tired".into());
    assert_eq!(title(&input, 0, line).map(|title| title.phrase), None, "no item");
    let title = title(&input, item, line).expect("titled");
    assert_eq!(title.span_start, line.find("one thing"));
    let set = set();
    let asked = wanted(&input, item).into_iter().enumerate();
    let found = asked.flat_map(|(at, one)| {
        let found = find(&set, &one, "en", Some(&lexicon)).into_iter();
        found.map(|picture| candidate(picture, at, &one)).collect::<Vec<_>>()
    });
    let best = ranked(found.collect()).into_iter().next().expect("found");
    assert_eq!((best.id.as_str(), best.span_start), ("bullseye", title.span_start));
}

#[test]
fn every_title_of_the_outline_has_a_picture_of_its_own() {
    let set = set();
    for language in ["en", "es", "de", "fr", "it", "pt", "zh"] {
        let mut shown = std::collections::BTreeSet::new();
        let titles = script::tests::titles(language);
        assert!(titles.len() >= 10, "{language}: {titles:?}");
        for title in &titles {
            let found = set.find(title, language, 1).into_iter().next();
            let picture = found.filter(|found| found.score > 0.9);
            let picture = picture.unwrap_or_else(|| panic!("{language}: {title}"));
            shown.insert(picture.id);
        }
        assert_eq!(shown.len(), titles.len(), "{language}: {shown:?}");
    }
}

#[test]
fn what_a_stick_figure_acts_is_not_drawn_as_well() {
    let lexicon = WordNet::open(Path::new(DEFAULT_FOLDER)).expect("wordnet-base is installed");
    let sentence = "A stick figure animation about a man who falls in love with his clock";
    let line = "He falls off the ladder and runs to the clock.";
    let mut input = video(sentence, line, &lexicon);
    assert_eq!(input.intent.format, Format::StickAnimation);
    let phrases = |input: &Input| -> Vec<String> {
        wanted(input, 2).into_iter().map(|one| one.phrase).collect()
    };
    let drawn = phrases(&input);
    assert!(drawn.iter().any(|phrase| phrase == "ladder"), "{drawn:?}");
    let verbs = |drawn: &[String]| {
        drawn.iter().any(|one| one.starts_with("fall") || one.starts_with("run"))
    };
    assert!(!verbs(&drawn), "{drawn:?}");
    // The figure of no other world does anything: there the words are drawn.
    input.intent.format = Format::Educational;
    assert!(verbs(&phrases(&input)), "{:?}", phrases(&input));
}

#[test]
fn a_foreign_word_is_no_english_one_unless_it_is_a_name() {
    let set = set();
    let line = "Dice que van a Japan Rail";
    for word in ["Dice", "van"] {
        let start = line.find(word).expect("said");
        let name = is_name(line, start, "es");
        let phrase = word.to_lowercase();
        let one = Wanted { phrase, weight: 1.0, span_start: Some(start), name, subject: false };
        assert_eq!(find(&set, &one, "es", None), [], "{word}");
    }
    assert!(is_name(line, line.find("Japan").expect("said"), "es"));
    let (phrase, name) = ("robot".to_owned(), false);
    let borrowed = Wanted { phrase, weight: 1.0, span_start: None, name, subject: false };
    let found = find(&set, &borrowed, "sv", None);
    assert_eq!(found.first().map(|one| one.id.as_str()), Some("robot"));
}
