//! Words with an obvious picture that names and tags do not give, and words that nothing shows:
//! written by hand in `concepts.toml`, per language.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;

use super::words;

/// Score of an icon that is the very thing.
const THING: f32 = 1.0;
/// Score of an icon that obviously stands for it.
const SYMBOL: f32 = 0.84;
/// Score of an icon that is better than nothing.
const VAGUE: f32 = 0.56;
/// What each further icon of a row loses.
const STEP: f32 = 0.05;

/// Icons that show a term, with scores.
type Pictures = Vec<(String, f32)>;

#[derive(Deserialize)]
struct Table {
    /// Rows of which the icon is the very thing: icons → words.
    #[serde(default)]
    thing: BTreeMap<String, Vec<String>>,
    /// Rows of which the icon stands for it.
    #[serde(default)]
    symbol: BTreeMap<String, Vec<String>>,
    /// Rows of which the icon says little.
    #[serde(default)]
    vague: BTreeMap<String, Vec<String>>,
    /// Words that nothing shows, whatever names and tags lead to.
    #[serde(default)]
    none: Vec<String>,
}

/// By language and folded term. A term that nothing shows has no pictures.
static CONCEPTS: LazyLock<BTreeMap<(String, String), Pictures>> = LazyLock::new(|| {
    let tables: BTreeMap<String, Table> = toml::from_str(SOURCE).unwrap_or_default();
    let mut concepts = BTreeMap::new();
    for (language, table) in tables {
        for term in &table.none {
            concepts.insert((language.clone(), words::fold(term)), Pictures::new());
        }
        let rows = [(table.thing, THING), (table.symbol, SYMBOL), (table.vague, VAGUE)];
        for (rows, score) in rows {
            add_rows(&mut concepts, &language, rows, score);
        }
    }
    concepts
});

const SOURCE: &str = include_str!("concepts.toml");

fn add_rows(
    concepts: &mut BTreeMap<(String, String), Pictures>,
    language: &str,
    rows: BTreeMap<String, Vec<String>>,
    score: f32,
) {
    for (icons, terms) in rows {
        for term in terms {
            let pictures: &mut Pictures =
                concepts.entry((language.to_owned(), words::fold(&term))).or_default();
            for (at, icon) in icons.split_whitespace().enumerate() {
                pictures.push((icon.to_owned(), score - STEP * at as f32));
            }
        }
    }
}

/// Pictures for a folded term of a language; nothing for a term that is not in the table.
pub(super) fn find(language: &str, term: &str) -> &'static [(String, f32)] {
    entry(language, term).map_or(&[], Vec::as_slice)
}

/// Whether nothing shows a folded term.
pub(super) fn shows_nothing(language: &str, term: &str) -> bool {
    entry(language, term).is_some_and(Vec::is_empty)
}

fn entry(language: &str, term: &str) -> Option<&'static Pictures> {
    CONCEPTS.get(&(words::primary(language).to_owned(), term.to_owned()))
}

/// Every picture that the table names.
#[cfg(test)]
pub(super) fn pictures() -> std::collections::BTreeSet<&'static str> {
    CONCEPTS.values().flatten().map(|(id, _)| id.as_str()).collect()
}

/// The table's own fingerprint: part of the provider's version.
pub(super) fn fingerprint() -> String {
    use sha2::{Digest, Sha256};
    hex::encode(&Sha256::digest(SOURCE)[..4])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_parses_and_names_each_term_once() {
        let tables: BTreeMap<String, Table> = toml::from_str(SOURCE).expect("concepts.toml parses");
        for (language, table) in tables {
            let mut seen = std::collections::BTreeSet::new();
            let rows =
                table.thing.values().chain(table.symbol.values()).chain(table.vague.values());
            for term in rows.flatten().chain(&table.none) {
                assert!(seen.insert(words::fold(term)), "{language}: {term} stands twice");
            }
            assert!(!seen.is_empty());
        }
    }
}
