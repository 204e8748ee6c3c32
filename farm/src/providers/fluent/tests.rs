//! What a viewer would notice: the right picture for a phrase, in several languages, or none.

use std::collections::BTreeSet;

use super::{Fluent, concepts, index};
use crate::{config::Config, providers::Illustrations};

/// Below this a shot shows words instead.
const GOOD_ENOUGH: f32 = 0.5;
/// From here on a picture may stand beside a hero.
const TELLING: f32 = 0.58;

fn fluent() -> Fluent {
    let config = Config::from_env().expect("settings");
    let opened = Fluent::open(&config.paths.data_dir).expect("the set can be used");
    opened.expect("deploy/setup has laid out the set")
}

/// Language, phrase, picture.
const BEST: &[(&str, &str, &str)] = &[
    ("en", "octopus", "octopus"),
    ("en", "octopuses", "octopus"),
    ("en", "three hearts", "red-heart"),
    ("en", "second heart", "red-heart"),
    ("en", "blood to all parts", "drop-of-blood"),
    ("en", "blood", "drop-of-blood"),
    ("en", "coffee", "hot-beverage"),
    ("en", "goat herder", "goat"),
    ("en", "ship", "ship"),
    ("en", "compound interest", "money-bag"),
    ("en", "growth", "chart-increasing"),
    ("en", "lighthouse keeper", "person-standing"),
    ("en", "storm", "cloud-with-lightning-and-rain"),
    ("en", "habits", "check-box-with-check"),
    ("en", "sleeping", "person-in-bed"),
    ("en", "water", "droplet"),
    ("en", "walking", "person-walking"),
    ("en", "cat", "cat"),
    ("en", "dinner", "pot-of-food"),
    ("en", "sky", "sun-behind-small-cloud"),
    ("en", "light", "light-bulb"),
    ("en", "patience", "hourglass-not-done"),
    ("en", "seed", "seedling"),
    ("en", "tree", "deciduous-tree"),
    ("en", "wolves", "wolf"),
    ("en", "teeth", "tooth"),
    ("en", "penguins huddle", "penguin"),
    ("en", "ocean waves", "water-wave"),
    ("en", "hummingbird", "bird"),
    ("en", "brain", "brain"),
    ("en", "black hole", "new-moon"),
    ("en", "astronauts", "astronaut"),
    ("en", "sushi", "sushi"),
    ("en", "polar bears", "polar-bear"),
    ("en", "guitar solo", "guitar"),
    ("en", "moon", "full-moon"),
    ("en", "volcano", "volcano"),
    ("en", "vaccine", "syringe"),
    ("en", "ghost", "ghost"),
    ("en", "running shoes", "running-shoe"),
    ("en", "chocolate", "chocolate-bar"),
    ("en", "trophy", "trophy"),
    ("en", "stone", "rock"),
    ("en", "stones", "rock"),
    ("en", "note", "envelope"),
    ("en", "map", "world-map"),
    ("en", "chain", "link"),
    ("en", "hand", "raised-hand"),
    ("en", "a man", "man"),
    ("en", "pistol", "collision"),
    ("es", "gato", "cat"),
    ("es", "gatos", "cat"),
    ("es", "pies", "foot"),
    ("es", "pulpo", "octopus"),
    ("es", "cielo azul", "sun-behind-small-cloud"),
    ("es", "caballos", "horse"),
    ("es", "café", "hot-beverage"),
    ("es", "corazón", "red-heart"),
    ("es", "fuego", "fire"),
    ("es", "tortuga", "turtle"),
    ("es", "nota", "envelope"),
    ("es", "regla", "clipboard"),
    ("es", "aterrizan", "parachute"),
    ("zh", "猫", "cat"),
    ("zh", "天空", "sun-behind-small-cloud"),
    ("zh", "蓝色", "blue-circle"),
    ("zh", "蓝色的天空", "sun-behind-small-cloud"),
    ("zh", "章鱼", "octopus"),
    ("zh", "太阳光", "sun"),
    ("zh", "彩虹", "rainbow"),
    ("zh", "绿色", "green-circle"),
    ("zh", "大气层", "globe-showing-asia-australia"),
    ("zh", "大象", "elephant"),
    ("de", "Katze", "cat"),
    ("de", "Elefanten", "elephant"),
    ("de", "Kaffee", "hot-beverage"),
    ("de", "Feuer", "fire"),
    ("fr", "chats", "cat"),
    ("fr", "éléphant", "elephant"),
    ("fr", "ciel", "sun-behind-small-cloud"),
    ("it", "gatto", "cat"),
    ("pt", "polvo", "octopus"),
    ("ja", "猫", "cat"),
    ("ru", "слон", "elephant"),
    ("hi", "हाथी", "elephant"),
];

/// Language and phrases for which a picture would mislead: nothing good enough may be found.
const NONE: &[(&str, &str)] = &[
    ("en", "the"),
    ("en", "because of this"),
    ("en", "algorithmically"),
    ("en", "scatterbrained zeitgeist"),
    ("en", "2024"),
    ("en", "napoleon"),
    ("en", "xyzzy"),
    ("en", "however"),
    ("en", "actually"),
    ("en", "notwithstanding"),
    ("es", "suelo"),
    ("es", "dice"),
    ("es", "alto"),
    ("en", "front"),
    ("zh", "吸收"),
    // What falls is not always a leaf.
    ("es", "caen"),
    ("es", "caían"),
];

#[test]
fn phrases_find_the_right_picture_or_none() {
    let fluent = fluent();
    let mut wrong = Vec::new();
    for (language, phrase, picture) in BEST {
        let found = fluent.find(phrase, language, 3);
        let best = found.first().map(|one| (one.id.as_str(), one.score));
        if !best.is_some_and(|(id, score)| id == *picture && score >= GOOD_ENOUGH) {
            wrong.push(format!("{language} {phrase}: {picture} expected, found {best:?}"));
        }
    }
    for (language, phrase) in NONE {
        let best = fluent.find(phrase, language, 1).into_iter();
        let best = best.filter(|one| one.score >= GOOD_ENOUGH);
        wrong.extend(best.map(|one| format!("{language} {phrase}: nothing expected, {one:?}")));
    }
    // Where the table knows a word, it stands alone: no gem for a stone, no traffic light for
    // light, no water pistol for a gun.
    for phrase in ["stone", "light", "note", "map", "chain", "man", "gun"] {
        let known = concepts::find("en", phrase);
        let beside = fluent
            .find(phrase, "en", 6)
            .into_iter()
            .find(|one| one.score >= TELLING && !known.iter().any(|(id, _)| *id == one.id));
        wrong.extend(beside.map(|one| format!("en {phrase}: {one:?} beside the table's")));
    }
    // A table is set for a meal in one line and written at in the next.
    let table = fluent.find("table", "en", 1).into_iter().find(|one| one.score >= TELLING);
    wrong.extend(table.map(|one| format!("en table: nothing telling expected, found {one:?}")));
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn flags_letters_and_clock_faces_are_never_drawn() {
    let fluent = fluent();
    for phrase in
        ["virgo", "up arrow", "cancer", "leo", "three o'clock", "keycap", "b button", "soon"]
    {
        for found in fluent.find(phrase, "en", 10) {
            let at = fluent.index.position(&found.id).expect("known");
            let kind = fluent.index.icons[at].kind;
            assert_ne!(kind, index::Kind::Barred, "{phrase} → {}", found.id);
        }
    }
}

#[test]
fn the_hand_made_table_names_pictures_of_the_set() {
    let fluent = fluent();
    for id in concepts::pictures() {
        assert!(fluent.index.position(id).is_some(), "no picture is called {id}");
    }
}

#[test]
fn documents_parse_and_share_no_ids() {
    let fluent = fluent();
    let mut ids = BTreeSet::new();
    for picture in
        ["octopus", "cat", "bomb", "elephant", "hot-beverage", "red-heart", "person-walking"]
    {
        let svg = fluent.svg(picture).expect("a picture of the set");
        let tree =
            resvg::usvg::Tree::from_str(&svg, &resvg::usvg::Options::default()).expect("SVG");
        assert_eq!((tree.size().width(), tree.size().height()), (32.0, 32.0), "{picture}");
        assert!(tree.root().has_children(), "{picture}");
        for id in svg.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(ids.insert(id.to_owned()), "{picture}: {id} stands twice");
        }
        for target in svg.split("url(#").skip(1).filter_map(|rest| rest.split(')').next()) {
            assert!(ids.contains(target), "{picture}: {target} is nowhere");
        }
    }
    assert!(fluent.svg("no-such-picture").is_none());
}

#[test]
fn a_missing_set_is_none_and_a_damaged_cache_is_told_apart() {
    let folder = tempfile::tempdir().expect("folder");
    assert!(Fluent::open(folder.path()).expect("an empty folder is fine").is_none());
    let path = folder.path().join("index.bin");
    std::fs::write(&path, b"CLFLUE00 something older").expect("written");
    assert!(index::load(&path).is_err());
    std::fs::write(&path, b"").expect("written");
    assert!(index::load(&path).is_err());
}

#[test]
fn a_set_of_two_pictures_is_indexed_without_any_other_data() {
    let folder = tempfile::tempdir().expect("folder");
    let set = folder.path().join("fluent-emoji");
    std::fs::create_dir_all(&set).expect("folder");
    let json = r#"{"prefix":"x","lastModified":7,"icons":{
        "fox":{"body":"<circle id=\"a\" r=\"9\"/>"},"fox-dark":{"body":"<circle/>"},
        "full-moon":{"body":"<rect/>","height":33}}}"#;
    std::fs::write(set.join("icons.json"), json).expect("written");
    let fluent = Fluent::open(folder.path()).expect("usable").expect("there");
    let ids: Vec<&str> = fluent.index.icons.iter().map(|icon| icon.id.as_str()).collect();
    assert_eq!(ids, ["fox", "full-moon"], "skin tones are left out");
    assert_eq!(fluent.find("foxes", "en", 1).first().map(|one| one.id.as_str()), Some("fox"));
    assert!(fluent.svg("fox").is_some_and(|svg| svg.contains("id=\"i-fox-a\"")));
    assert!(super::index_is_current(folder.path()));
    let changed = json.replace("fox", "barn-owl");
    std::fs::write(set.join("icons.json"), changed).expect("written");
    assert!(!super::index_is_current(folder.path()), "another source, another cache");
    let fluent = Fluent::open(folder.path()).expect("usable").expect("there");
    assert_eq!(
        fluent.find("barn owl", "en", 1).first().map(|one| one.id.as_str()),
        Some("barn-owl")
    );
}
