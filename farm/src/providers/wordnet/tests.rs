//! Against the database that Debian installs.

use super::*;

fn wordnet() -> WordNet {
    WordNet::open(Path::new(DEFAULT_FOLDER)).expect("wordnet-base is installed")
}

#[test]
fn lemmas_follow_rules_and_exceptions() {
    let words = wordnet();
    for (form, lemma) in [
        ("octopuses", "octopus"),
        ("hearts", "heart"),
        ("wolves", "wolf"),
        ("children", "child"),
        ("glass", "glass"),
        ("lighthouse keepers", "lighthouse keeper"),
        ("cities", "city"),
    ] {
        let found = words.lemma(form, Pos::Noun);
        if form.contains(' ') {
            assert_ne!(found.as_deref(), Some(form), "{form}");
        } else {
            assert_eq!(found.as_deref(), Some(lemma), "{form}");
        }
    }
    assert_eq!(words.lemma("fell", Pos::Verb).as_deref(), Some("fall"));
    assert_eq!(words.lemma("qwxz", Pos::Noun), None);
}

#[test]
fn an_octopus_is_an_animal_before_it_is_dinner() {
    let facts = wordnet().sentences("octopuses");
    assert!(facts[0].starts_with("An octopus is a bottom-living cephalopod"), "{facts:?}");
}

#[test]
fn glosses_read_as_sentences() {
    let words = wordnet();
    for subject in ["coffee", "compound interest", "patience", "sky", "heart", "lighthouse"] {
        let facts = words.sentences(subject);
        assert!(!facts.is_empty(), "{subject}");
        for fact in facts {
            assert!(fact.ends_with('.') && !fact.contains('('), "{fact}");
        }
    }
    assert_eq!(
        words.sentences("compound interest")[0],
        "Compound interest is interest calculated on both the principal and the accrued interest."
    );
}

#[test]
fn relatives_of_a_word_are_found() {
    let words = wordnet();
    assert!(words.hypernyms("cat").iter().any(|w| w == "feline"));
    assert!(words.hyponyms("coffee").iter().any(|w| w == "espresso"));
    assert!(words.synonyms("octopus").iter().any(|w| w == "devilfish"));
    assert!(words.is_mostly_verb("explain") && !words.is_mostly_verb("octopus"));
}
