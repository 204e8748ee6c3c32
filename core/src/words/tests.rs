use std::collections::{BTreeMap, BTreeSet};

use regex::Regex;

use super::*;

/// Each message with the variables in it.
fn messages(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let variable = Regex::new(r"\$([a-z]+)").unwrap();
    let mut messages = BTreeMap::new();
    let mut current = String::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some((name, _)) = line.split_once(" = ").filter(|_| !line.starts_with([' ', '}'])) {
            name.clone_into(&mut current);
            assert!(
                messages.insert(current.clone(), BTreeSet::new()).is_none(),
                "{current} is there twice"
            );
        }
        if let Some(variables) = messages.get_mut(&current) {
            variables.extend(variable.captures_iter(line).map(|found| found[1].to_owned()));
        }
    }
    messages
}

fn sources(folder: &std::path::Path, texts: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, texts);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            texts.push(std::fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn both_languages_have_the_same_messages_with_the_same_variables() {
    let english = messages(include_str!("../../locales/en.ftl"));
    let spanish = messages(include_str!("../../locales/es.ftl"));
    assert_eq!(
        english.keys().collect::<Vec<_>>(),
        spanish.keys().collect::<Vec<_>>(),
        "a message is missing in one language"
    );
    for (name, variables) in &english {
        assert_eq!(variables, &spanish[name], "{name}");
    }
    for text in [include_str!("../../locales/en.ftl"), include_str!("../../locales/es.ftl")] {
        assert!(FluentResource::try_new(text.to_owned()).is_ok());
    }
}

#[test]
fn every_message_is_there_and_every_message_is_used() {
    let english = messages(include_str!("../../locales/en.ftl"));
    let mut texts = Vec::new();
    sources(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut texts);
    let used = Regex::new(r#"say!\(\s*[^",]+,\s*"([a-z-]+)""#).unwrap();
    let asked: BTreeSet<&str> = texts
        .iter()
        .flat_map(|text| used.captures_iter(text))
        .map(|found| found.get(1).unwrap().as_str())
        .collect();
    // This test and the macro's own line name messages too.
    let unknown: Vec<_> = asked.iter().filter(|name| !english.contains_key(**name)).collect();
    assert!(unknown.is_empty(), "said but not written: {unknown:?}");
    let silent: Vec<_> = english.keys().filter(|name| !asked.contains(name.as_str())).collect();
    assert!(silent.is_empty(), "written but never said: {silent:?}");
}

#[test]
fn a_locale_finds_its_language() {
    for (locale, tongue) in [
        (Some("es"), Tongue::Spanish),
        (Some("es-419"), Tongue::Spanish),
        (Some("es_ES"), Tongue::Spanish),
        (Some("ES-mx"), Tongue::Spanish),
        (Some("en-GB"), Tongue::English),
        (Some("est"), Tongue::English),
        (Some("de"), Tongue::English),
        (Some(""), Tongue::English),
        (None, Tongue::English),
    ] {
        assert_eq!(Tongue::of(locale), tongue, "{locale:?}");
    }
}

#[test]
fn numbers_are_said_as_the_language_says_them() {
    assert_eq!(say!(Tongue::English, "credits", count = 1), "1 credit");
    assert_eq!(say!(Tongue::English, "credits", count = 12_000), "12000 credits");
    assert_eq!(say!(Tongue::Spanish, "credits", count = 1), "1 crédito");
    assert_eq!(say!(Tongue::Spanish, "credits", count = 0), "0 créditos");
}
