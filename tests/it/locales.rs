//! What people read, in every language: nothing missing, nothing left over, nothing misspelt in
//! code.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use cutline_core::{error::CONTENT_REFUSED, job::failure, words::Tongue};
use regex::Regex;

/// The crates that speak to people.
const SPEAKERS: [&str; 2] = ["core", "bots"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the workspace")
}

/// Each message of a crate in a language, with the variables in it.
fn messages(speaker: &str, language: &str) -> BTreeMap<String, BTreeSet<String>> {
    let path = root().join(speaker).join("locales").join(format!("{language}.ftl"));
    let text = std::fs::read_to_string(&path).expect("a Fluent file");
    let variable = Regex::new(r"\$([a-z]+)").expect("a pattern");
    let mut messages = BTreeMap::new();
    let mut current = String::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some((name, _)) = line.split_once(" = ").filter(|_| !line.starts_with([' ', '}'])) {
            name.clone_into(&mut current);
            let twice = messages.insert(current.clone(), BTreeSet::new()).is_some();
            assert!(!twice, "{} has {current} twice", path.display());
        }
        if let Some(variables) = messages.get_mut(&current) {
            variables.extend(variable.captures_iter(line).map(|found| found[1].to_owned()));
        }
    }
    messages
}

fn sources(folder: &Path, texts: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, texts);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            texts.push(std::fs::read_to_string(path).expect("a source file"));
        }
    }
}

#[test]
fn every_language_has_the_same_messages_with_the_same_variables() {
    for speaker in SPEAKERS {
        let (english, spanish) = (messages(speaker, "en"), messages(speaker, "es"));
        let names = |messages: &BTreeMap<String, _>| messages.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&english), names(&spanish), "{speaker}: a language lacks a message");
        for (name, variables) in &english {
            assert_eq!(variables, &spanish[name], "{speaker}: {name}");
        }
    }
}

#[test]
fn what_is_said_is_written_and_what_is_written_is_said() {
    let literal = Regex::new(r#"say!\(\s*[^",]+,\s*"([a-z-]+)""#).expect("a pattern");
    // Names that are put together: `format!("verb-{}", …)`.
    let family = Regex::new(r#"format!\("([a-z]+-)\{"#).expect("a pattern");
    for speaker in SPEAKERS {
        let english = messages(speaker, "en");
        let mut texts = Vec::new();
        sources(&root().join(speaker).join("src"), &mut texts);
        let found = |pattern: &Regex| -> BTreeSet<String> {
            let all = texts.iter().flat_map(|text| pattern.captures_iter(text));
            all.map(|found| found[1].to_owned()).collect()
        };
        let (said, families) = (found(&literal), found(&family));
        // The documentation of `say!` names one too.
        let unknown: Vec<_> = said.iter().filter(|name| !english.contains_key(*name)).collect();
        assert!(unknown.is_empty(), "{speaker} says what is not written: {unknown:?}");
        let silent: Vec<_> = english
            .keys()
            .filter(|name| !said.contains(*name))
            .filter(|name| !families.iter().any(|family| name.starts_with(family.as_str())))
            .collect();
        assert!(silent.is_empty(), "{speaker} never says {silent:?}");
    }
}

#[test]
fn why_there_is_no_video_is_said_in_every_language() {
    let sources = [
        ("farm/src/worker/ending.rs", r#"failed\(\s*"([A-Z_]+)""#),
        ("migrations/V0005__workers.sql", r"'failed', '([A-Z_]+)'"),
    ];
    let mut codes = BTreeSet::from(["brand", "images[0]"].map(|field| {
        failure::code_of(field).unwrap_or_else(|| panic!("{field} has no code")).to_owned()
    }));
    codes.insert(CONTENT_REFUSED.to_owned());
    for (path, pattern) in sources {
        let text = std::fs::read_to_string(root().join(path)).expect("a source file");
        let pattern = Regex::new(pattern).expect("a pattern");
        let found = pattern.captures_iter(&text).map(|found| found[1].to_owned());
        let before = codes.len();
        codes.extend(found);
        assert!(codes.len() > before, "{path} tells of no failure");
    }
    assert!(codes.len() >= 10, "{codes:?}");
    for code in codes {
        let [english, spanish] = Tongue::ALL.map(|tongue| failure::said(tongue, &code));
        assert!(english.is_some() && english != spanish, "{code}: {english:?}");
    }
}
