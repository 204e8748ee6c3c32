//! Words with an obvious picture that names and tags do not give: written by hand in
//! `concepts.toml`, per language.

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
}

static CONCEPTS: LazyLock<BTreeMap<(String, String), Pictures>> = LazyLock::new(|| {
    let tables: BTreeMap<String, Table> = toml::from_str(SOURCE).unwrap_or_default();
    let mut concepts = BTreeMap::new();
    for (language, table) in tables {
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
    CONCEPTS.get(&(words::primary(language).to_owned(), term.to_owned())).map_or(&[], Vec::as_slice)
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
            for term in rows.flatten() {
                assert!(seen.insert(words::fold(term)), "{language}: {term} stands twice");
            }
            assert!(!seen.is_empty());
        }
    }
}
