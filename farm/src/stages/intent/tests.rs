//! Tables of sentences and what they mean.

use std::path::Path;

use super::*;
use crate::{
    providers::wordnet::DEFAULT_FOLDER,
    stages::script::tests::{Judge, context},
};

fn wordnet() -> WordNet {
    WordNet::open(Path::new(DEFAULT_FOLDER)).expect("wordnet-base is installed")
}

fn intent_of(sentence: &str, lexicon: Option<&WordNet>) -> Intent {
    let request = Request {
        sentence: sentence.into(),
        images: Vec::new(),
        seed: 7,
        plan: Plan::Professional,
        mode: Mode::Standard,
        format: None,
        phrases: Phrases::default(),
        grain: false,
    };
    decide(&request, lexicon)
}

#[test]
fn subject_and_format_are_found() {
    use Format::*;
    let lexicon = wordnet();
    let table: &[(&str, Format, &str)] = &[
        ("Why octopuses have three hearts", Educational, "octopuses"),
        ("The history of coffee in 30 seconds", Timeline, "coffee"),
        ("How compound interest makes you rich", Educational, "compound interest"),
        ("A horror story about a lighthouse keeper", AiStory, "lighthouse keeper"),
        ("5 habits of people who never get tired", Listicle, "habits"),
        ("A fake text chat between a cat and its owner about dinner", FakeText, "dinner"),
        ("Stick figures explain why the sky is blue", StickAnimation, "sky"),
        ("A quote about patience", Quote, "patience"),
        ("Por qué los gatos siempre caen de pie", Educational, "gatos"),
        ("为什么天空是蓝色的", Educational, "天空"),
        ("Why do cats purr?", Educational, "cats"),
        ("Why is the sky blue?", Educational, "sky"),
        ("why does honey never spoil", Educational, "honey"),
        ("What is inflation?", Educational, "inflation"),
        ("What are black holes", Educational, "black holes"),
        ("How do vaccines work", Educational, "vaccines"),
        ("How volcanoes form", Educational, "volcanoes"),
        ("Why flamingos are pink", Educational, "flamingos"),
        ("The science of sleep", Educational, "sleep"),
        ("Black holes", Educational, "Black holes"),
        ("Make a video about the Roman Empire", Educational, "Roman Empire"),
        ("Explain photosynthesis to kids", Educational, "photosynthesis"),
        ("Please create a short about penguins", Educational, "penguins"),
        ("How to tie a tie", HowTo, "tie"),
        ("How to make pizza at home", HowTo, "pizza"),
        ("How to sleep better", HowTo, "sleep"),
        ("Cats vs dogs", Comparison, "Cats and dogs"),
        (
            "The difference between a crocodile and an alligator",
            Comparison,
            "crocodile and alligator",
        ),
        ("What is the difference between weather and climate?", Comparison, "weather and climate"),
        ("Myths about sleep", MythBuster, "sleep"),
        ("Is it true that goldfish have a three second memory?", MythBuster, "goldfish"),
        ("The evolution of the bicycle", Timeline, "bicycle"),
        ("A teaser for a new coffee grinder", ProductTeaser, "new coffee grinder"),
        ("A bedtime story about a shy dragon", AiStory, "shy dragon"),
        ("Top 10 foods for your brain", Listicle, "foods"),
        ("Three reasons why we dream", Listicle, "reasons"),
        ("7 ways to save money", Listicle, "ways"),
        ("Texting your boss about a sick day", FakeText, "sick day"),
        ("Stick figures explain gravity", StickAnimation, "gravity"),
        ("A quote about never giving up", Quote, "never giving up"),
        ("Why we yawn", Educational, "yawn"),
        ("Why you should drink water", Educational, "water"),
        ("The five second rule", Educational, "five second rule"),
        ("La historia del café en 30 segundos", Timeline, "café"),
        ("Una historia de terror sobre un farero", AiStory, "farero"),
        ("5 hábitos de la gente que nunca se cansa", Listicle, "hábitos"),
        ("Una frase sobre la paciencia", Quote, "paciencia"),
        ("Pourquoi le ciel est bleu", Educational, "ciel"),
        ("L'histoire du café en 30 secondes", Timeline, "café"),
        ("Une citation sur la patience", Quote, "patience"),
        ("Warum ist der Himmel blau", Educational, "Himmel"),
        ("Die Geschichte des Kaffees", Timeline, "Kaffees"),
        ("Ein Zitat über Geduld", Quote, "Geduld"),
        ("Perché il cielo è blu", Educational, "cielo"),
        ("La storia del caffè", Timeline, "caffè"),
        ("Por que o céu é azul", Educational, "céu"),
        ("A história do café em 30 segundos", Timeline, "café"),
        ("咖啡的历史", Timeline, "咖啡"),
        ("火柴人解释为什么天空是蓝色的", StickAnimation, "天空"),
        ("一个关于灯塔看守人的恐怖故事", AiStory, "灯塔看守人"),
        ("关于耐心的名言", Quote, "耐心"),
        ("なぜ空は青いのか", Educational, "空"),
        ("Strichmännchen erklären die Schwerkraft", StickAnimation, "Schwerkraft"),
        ("Gatos contra perros", Comparison, "Gatos and perros"),
    ];
    let wrong: Vec<String> = table
        .iter()
        .filter_map(|(sentence, format, subject)| {
            let intent = intent_of(sentence, Some(&lexicon));
            (intent.format != *format || intent.subject != *subject).then(|| {
                format!("{sentence}: {:?} {:?} / {:?}", intent.format, intent.subject, intent.angle)
            })
        })
        .collect();
    assert!(table.len() >= 60 && wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_angle_is_what_is_said_of_the_subject() {
    let lexicon = wordnet();
    for (sentence, angle) in [
        ("Why octopuses have three hearts", "have three hearts"),
        ("How compound interest makes you rich", "makes you rich"),
        ("Por qué los gatos siempre caen de pie", "siempre caen de pie"),
        ("为什么天空是蓝色的", "是蓝色的"),
        ("Why is the sky blue?", "is blue"),
        ("why does honey never spoil", "never spoils"),
    ] {
        assert_eq!(intent_of(sentence, Some(&lexicon)).angle, angle, "{sentence}");
    }
    let sky = intent_of("Why is the sky blue?", None);
    assert_eq!(statement(&sky, None).as_deref(), Some("The sky is blue"));
}

#[test]
fn length_and_count_are_taken_from_the_sentence() {
    for (sentence, seconds) in [
        ("The history of coffee in 30 seconds", 30.0),
        ("Black holes in one minute", 60.0),
        ("A 45-second video about ants", 45.0),
        ("Gravity explained in under a minute", 60.0),
        ("La historia del café en 40 segundos", 40.0),
        ("用30秒讲咖啡的历史", 30.0),
        ("The history of everything in 10 minutes", 90.0),
    ] {
        assert_eq!(intent_of(sentence, None).duration_s, seconds, "{sentence}");
    }
    assert_eq!(intent_of("5 habits of people who never get tired", None).count, Some(5));
    assert_eq!(intent_of("25 facts about ants", None).count, None);
    assert!(!intent_of("The history of everything in 10 minutes", None).notices.is_empty());
}

#[test]
fn a_chat_has_two_sides() {
    let cat = intent_of("A fake text chat between a cat and its owner about dinner", None);
    let names: Vec<_> = cat.speakers.iter().map(|s| (s.name.as_str(), s.own_phone)).collect();
    assert_eq!(names, [("Cat", false), ("Owner", true)]);
    let phone = intent_of("Texting your boss about a sick day", None);
    assert_eq!(phone.speakers.len(), 2);
    assert_eq!(phone.speakers.iter().filter(|s| s.own_phone).count(), 1);
}

#[test]
fn tone_follows_the_words() {
    for (sentence, tone) in [
        ("A horror story about a lighthouse keeper", Tone::Dark),
        ("A quote about patience", Tone::Calm),
        ("A fake text chat between a cat and its owner about dinner", Tone::Playful),
        ("Why octopuses have three hearts", Tone::Curious),
        ("How the First World War began", Tone::Serious),
        ("A story about a mother penguin", Tone::Warm),
    ] {
        assert_eq!(intent_of(sentence, None).tone, tone, "{sentence}");
    }
}

#[test]
fn a_pinned_format_overrules_the_sentence() {
    let request = Request {
        sentence: "Why octopuses have three hearts".into(),
        images: Vec::new(),
        seed: 7,
        plan: Plan::Professional,
        mode: Mode::Standard,
        format: Some(Format::Quote),
        phrases: Phrases::default(),
        grain: false,
    };
    assert_eq!(decide(&request, None).format, Format::Quote);
    let free = serde_json::to_value(Request { format: None, ..request }).unwrap();
    assert!(free.get("phrases").is_none(), "nor does a kit that says nothing change it");
    assert!(free.get("format").is_none(), "an unpinned request hashes as it always did");
}

fn request(sentence: &str, mode: Mode) -> Request {
    Request {
        sentence: sentence.into(),
        images: Vec::new(),
        seed: 7,
        plan: Plan::Professional,
        mode,
        format: None,
        phrases: Phrases::default(),
        grain: false,
    }
}

#[test]
fn a_thing_that_talks_tells_the_rest_of_the_sentence() {
    let lexicon = wordnet();
    let sentence = "a talking coffee mug explains why mornings are hard";
    let told = decide(&request(sentence, Mode::Cartoon), Some(&lexicon));
    let character = told.character.clone().unwrap();
    assert_eq!((&*character.name, &*character.called), ("coffee mug", "a coffee mug"));
    assert_eq!((&*told.subject, told.format), ("mornings", Format::Educational));
    assert_eq!(statement(&told, Some(&lexicon)).as_deref(), Some("Mornings are hard"));
    assert_eq!(told.sentence, sentence, "as asked");
    let plain = decide(&request(sentence, Mode::Standard), Some(&lexicon));
    assert_eq!(plain.character, None, "where the account has no cartoons");
    let nobody = decide(&request("Why mornings are hard", Mode::Cartoon), Some(&lexicon));
    assert_eq!(nobody.character, None, "nobody is named");
}

#[test]
fn a_film_that_cannot_be_had_is_drawn_or_told_and_says_so() {
    let film = "A cinematic talking coffee mug explains why mornings are hard";
    let filmed = decide(&request(film, Mode::Cinematic), None);
    assert_eq!(filmed.filmed, Some(Filmed::Scenes));
    assert!(filmed.character.is_some_and(|one| one.called == "a coffee mug"));
    assert!(filmed.notices.is_empty(), "{:?}", filmed.notices);
    let drawn = decide(&request(film, Mode::Cartoon), None);
    assert_eq!((drawn.filmed, &drawn.notices), (None, &vec![Notice::DrawnInstead]));
    let photo = "My talking photo explains why mornings are hard";
    let says = decide(&request(photo, Mode::Studio), None);
    assert_eq!((says.filmed, says.character), (Some(Filmed::Photograph), None));
    assert_eq!(says.subject, drawn.subject, "it is about the same");
    let told = decide(&request(photo, Mode::Standard), None);
    assert_eq!(told.notices, [Notice::ShownInstead]);
    let long = decide(&request(&format!("{film} in 90 seconds"), Mode::Cinematic), None);
    assert!((long.duration_s - 48.0).abs() < 0.1, "{}", long.duration_s);
}

#[tokio::test]
async fn a_sentence_that_cannot_be_judged_is_left_to_the_desks_rules() {
    let folder = tempfile::tempdir().expect("a folder");
    let request = Request {
        sentence: "Why octopuses have three hearts".into(),
        images: Vec::new(),
        seed: 7,
        plan: Plan::Professional,
        mode: Mode::Standard,
        format: None,
        phrases: Phrases::default(),
        grain: false,
    };
    for (judge, passes) in [(Some("hearts"), false), (Some("lungs"), true), (None, true)] {
        let mut context = context(folder.path());
        let moderator = Some(std::sync::Arc::new(Judge(judge)) as _);
        context.providers =
            std::sync::Arc::new(crate::providers::Providers { moderator, ..Default::default() });
        let made = run(&request, &context).await;
        assert_eq!(made.is_ok(), passes, "{judge:?}: {made:?}");
    }
}
