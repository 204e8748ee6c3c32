//! Morphy (morphy(7WN)): exception lists first, then suffix rules whose result must exist.

use super::files::{Pos, Table};

/// Detachment rules of morphy(7WN), in its order.
const NOUN_RULES: &[(&str, &str)] = &[
    ("s", ""),
    ("ses", "s"),
    ("xes", "x"),
    ("zes", "z"),
    ("ches", "ch"),
    ("shes", "sh"),
    ("men", "man"),
    ("ies", "y"),
];
const VERB_RULES: &[(&str, &str)] = &[
    ("s", ""),
    ("ies", "y"),
    ("es", "e"),
    ("es", ""),
    ("ed", "e"),
    ("ed", ""),
    ("ing", "e"),
    ("ing", ""),
];
const ADJECTIVE_RULES: &[(&str, &str)] = &[("er", ""), ("est", ""), ("er", "e"), ("est", "e")];

/// The lemma of a lower-case form with underscores; in a phrase the last word is reduced. A plural
/// that is also a word of its own ("hearts", the game) gives way to a more frequent singular;
/// `count` tells how frequent a lemma is.
pub(super) fn lemma(
    table: &Table,
    form: &str,
    pos: Pos,
    count: impl Fn(&str) -> u32,
) -> Option<String> {
    if form.is_empty() || form.len() > 64 {
        return None;
    }
    if let Some(lemma) = table.exception(form).filter(|lemma| table.has(lemma)) {
        return Some(lemma.to_owned());
    }
    let rules = match pos {
        Pos::Noun if form.ends_with("ss") => &[],
        Pos::Noun => NOUN_RULES,
        Pos::Verb => VERB_RULES,
        Pos::Adjective => ADJECTIVE_RULES,
    };
    let reduced = rules
        .iter()
        .filter_map(|(suffix, ending)| Some(format!("{}{ending}", form.strip_suffix(suffix)?)))
        .find(|lemma| lemma.len() > 1 && table.has(lemma));
    match reduced {
        Some(lemma) if !table.has(form) || count(&lemma) > count(form) => Some(lemma),
        _ => table.has(form).then(|| form.to_owned()),
    }
}
