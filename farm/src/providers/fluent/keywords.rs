//! Names and tags of the illustrations in ten languages, from the emojibase lists; and what sort of
//! picture each is, from its group there.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use super::{
    FluentError,
    index::{Kind, Posting, Role, Vocabulary},
    words,
};

/// Languages with keyword lists, ascending.
pub(super) const LANGUAGES: &[&str] = &["de", "en", "es", "fr", "hi", "it", "ja", "pt", "ru", "zh"];

/// Affinity where no model measured it.
const AFFINITY_UNKNOWN: u8 = 128;

/// The set's name for an emoji where it is not the English label.
const RENAMED: &[(&str, &str)] = &[
    ("black-bird", "blackbird"),
    ("deaf-man", "man-deaf"),
    ("deaf-person", "person-deaf"),
    ("deaf-woman", "woman-deaf"),
    ("elf", "person-elf"),
    ("enraged-face", "pouting-face"),
    ("face-with-crossed-out-eyes", "knocked-out-face"),
    ("fairy", "person-fairy"),
    ("genie", "person-genie"),
    ("mage", "person-mage"),
    ("man-blond-hair", "man-blonde-hair"),
    ("men-with-bunny-ears", "man-with-bunny-ears"),
    ("men-wrestling", "man-wrestling"),
    ("merman", "man-merpeople"),
    ("mermaid", "woman-merpeople"),
    ("merperson", "person-merpeople"),
    ("people-with-bunny-ears", "person-with-bunny-ears"),
    ("people-wrestling", "person-wrestling"),
    ("person-blond-hair", "person-blonde-hair"),
    ("phoenix", "phoenix-bird"),
    ("pi-ata", "piata"),
    ("red-triangle-pointed-up", "red-triangle"),
    ("smiling-face-with-open-hands", "hugging-face"),
    ("superhero", "person-superhero"),
    ("supervillain", "person-supervillain"),
    ("vampire", "person-vampire"),
    ("woman-blond-hair", "woman-blonde-hair"),
    ("women-with-bunny-ears", "woman-with-bunny-ears"),
    ("women-wrestling", "woman-wrestling"),
    ("zombie", "person-zombie"),
];

/// An emoji as the English list has it.
#[derive(Debug)]
pub(super) struct Entry {
    pub hexcode: String,
    pub label: String,
    pub kind: Kind,
    pub order: u32,
}

#[derive(Deserialize)]
struct Listed {
    label: String,
    hexcode: String,
    #[serde(default)]
    tags: Vec<String>,
    order: Option<u32>,
    group: Option<u32>,
    subgroup: Option<u32>,
}

/// Where a language's list lies.
pub(super) fn path(data_dir: &Path, tag: &str) -> PathBuf {
    data_dir.join("emojibase").join(tag).join("data.json")
}

/// A missing list is an empty one: names then come from the set alone.
fn list(data_dir: &Path, tag: &str) -> Result<Vec<Listed>, FluentError> {
    let path = path(data_dir, tag);
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(FluentError::Read { path, source }),
    };
    serde_json::from_slice(&bytes)
        .map_err(|error| FluentError::Set { path, reason: error.to_string() })
}

/// The English list by the set's own icon names.
///
/// # Errors
/// [`FluentError`] when the list is there and cannot be read.
pub(super) fn english(data_dir: &Path) -> Result<BTreeMap<String, Entry>, FluentError> {
    let mut entries = BTreeMap::new();
    for listed in list(data_dir, "en")? {
        let slug = slug(&listed.label);
        let id =
            RENAMED.iter().find(|(from, _)| *from == slug).map_or(slug, |(_, to)| (*to).to_owned());
        let kind = kind(listed.group, listed.subgroup, &listed.label);
        let order = listed.order.unwrap_or(u32::MAX);
        entries.insert(id, Entry { hexcode: listed.hexcode, label: listed.label, kind, order });
    }
    Ok(entries)
}

fn slug(label: &str) -> String {
    let kept: String = label
        .to_lowercase()
        .chars()
        .filter(|c| !matches!(c, '’' | '\'' | '“' | '”'))
        .map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' })
        .collect();
    kept.split_whitespace().collect::<Vec<_>>().join("-")
}

/// Sort of picture by emojibase group and subgroup (numbers of its version 17).
fn kind(group: Option<u32>, subgroup: Option<u32>, label: &str) -> Kind {
    match (group, subgroup) {
        (Some(0), Some(14)) if label == "love letter" || label == "kiss mark" => Kind::Thing,
        (Some(0), Some(14)) => Kind::Heart,
        (Some(0), Some(15)) => Kind::Symbol,
        (Some(0), _) => Kind::Face,
        (Some(1), Some(16..=21)) => Kind::Hand,
        (Some(1), Some(22)) => Kind::Thing,
        (Some(1), _) => Kind::Person,
        (Some(5), Some(58)) if label.contains("o’clock") || label.contains("-thirty") => {
            Kind::Barred
        }
        (Some(6), Some(63)) if label.ends_with(" suit") || label.contains("mahjong") => {
            Kind::Symbol
        }
        (Some(8), Some(83 | 84 | 86 | 89..=93)) => Kind::Symbol,
        (Some(2 | 8 | 9), _) | (None, _) => Kind::Barred,
        _ => Kind::Thing,
    }
}

/// Whether the set shows the same neutrally.
pub(super) fn is_gendered(id: &str) -> bool {
    id.starts_with("man-") || id.starts_with("woman-")
}

/// All terms of a language that lead to one of `ids` (ascending).
///
/// # Errors
/// [`FluentError`] when the list is there and cannot be read.
pub(super) fn vocabulary(
    data_dir: &Path,
    tag: &str,
    ids: &[&str],
    entries: &BTreeMap<String, Entry>,
) -> Result<Vocabulary, FluentError> {
    let by_code: BTreeMap<String, Listed> =
        list(data_dir, tag)?.into_iter().map(|listed| (listed.hexcode.clone(), listed)).collect();
    let mut terms: BTreeMap<String, BTreeMap<u16, Role>> = BTreeMap::new();
    let mut add = |term: String, at: u16, role: Role| {
        if !term.is_empty() {
            let known = terms.entry(term).or_default().entry(at).or_insert(role);
            *known = role.min(*known);
        }
    };
    for (at, id) in ids.iter().enumerate() {
        let at = u16::try_from(at).unwrap_or(u16::MAX);
        if tag == "en" {
            add(words::fold(id), at, Role::Name);
        }
        let listed = entries.get(*id).and_then(|entry| by_code.get(&entry.hexcode));
        let Some(listed) = listed else { continue };
        for (term, role) in name_terms(&listed.label, tag) {
            add(term, at, role);
        }
        for tag_text in &listed.tags {
            add(words::fold(tag_text), at, Role::Tag);
        }
    }
    let postings = |icons: BTreeMap<u16, Role>| {
        icons
            .into_iter()
            .map(|(icon, role)| Posting { icon, role, affinity: AFFINITY_UNKNOWN })
            .collect()
    };
    Ok(terms.into_iter().map(|(term, icons)| (term, postings(icons))).collect())
}

/// The whole name, its head and its other words.
fn name_terms(label: &str, language: &str) -> Vec<(String, Role)> {
    let name = words::fold(label);
    let tokens: Vec<&str> = name.split(' ').collect();
    let mut terms = vec![(name.clone(), Role::Name)];
    if tokens.len() < 2 || words::unspaced(language) {
        return terms;
    }
    let heads = heads(&tokens, language);
    for (at, token) in tokens.iter().enumerate() {
        if heads.contains(&at) {
            terms.push(((*token).to_owned(), Role::Head));
        } else if token.chars().count() > 2 && !words::is_filler(token) {
            terms.push(((*token).to_owned(), Role::Word));
        }
    }
    terms
}

/// Positions of the words that say what it is: in English the last before any "with …", and what
/// comes after "of"; in Romance languages the first.
fn heads(tokens: &[&str], language: &str) -> Vec<usize> {
    if matches!(language, "es" | "fr" | "it" | "pt") {
        return vec![0];
    }
    let cuts = ["with", "behind", "over", "on", "in", "showing", "at", "facing"];
    let cut = tokens.iter().position(|token| cuts.contains(token)).unwrap_or(tokens.len());
    let mut heads = Vec::new();
    let body = &tokens[..cut];
    if let Some(of) = body.iter().position(|token| *token == "of") {
        heads.extend(of.checked_sub(1));
    }
    let generic = ["face", "symbol", "sign", "button", "mark"];
    match body {
        [.., _, last] if generic.contains(last) => heads.push(body.len() - 2),
        [] => {}
        _ => heads.push(body.len() - 1),
    }
    heads
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_of_a_name_is_the_thing_it_names() {
        for (label, head) in [
            ("full moon", "moon"),
            ("dog face", "dog"),
            ("house with garden", "house"),
            ("drop of blood", "blood"),
            ("sun behind cloud", "sun"),
            ("globe showing Americas", "globe"),
        ] {
            let terms = name_terms(label, "en");
            assert!(terms.contains(&(head.to_owned(), Role::Head)), "{label}: {terms:?}");
        }
        assert!(name_terms("baby bottle", "en").contains(&("baby".to_owned(), Role::Word)));
    }

    #[test]
    fn labels_become_the_sets_names() {
        assert_eq!(slug("Mother’s: Day & Night"), "mothers-day-night");
    }
}
