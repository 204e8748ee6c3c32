//! Scripts as a viewer would hear them.

use std::path::Path;

use cutline_core::{job::Mode, plan::Plan};

use super::{
    titles::{ON_SCREEN_WORDS_MAX, TITLE_WORDS_MAX, headline, over},
    *,
};
use crate::{
    language::spoken::spoken_ms,
    providers::wordnet::DEFAULT_FOLDER,
    stages::{arc, intent, shots},
};

mod known;

pub(in crate::stages) fn input_of(sentence: &str, seed: u64, lexicon: Option<&WordNet>) -> Input {
    let request = intent::Request {
        sentence: sentence.into(),
        images: Vec::new(),
        seed,
        plan: Plan::Professional,
        mode: Mode::Standard,
        format: None,
        phrases: intent::Phrases::default(),
        grain: false,
    };
    let intent = intent::decide(&request, lexicon);
    let arc = arc::plan(&intent);
    let shots = shots::plan(&shots::Input { intent: intent.clone(), arc: arc.clone() });
    Input { intent, arc, shots }
}

/// Every title that the outline gives an item in a language.
pub(in crate::stages) fn titles(language: &str) -> Vec<String> {
    let frames = super::frames::Frames::of(language);
    let tellings = ["listicle", "how_to"].into_iter().flat_map(|name| frames.tellings(&[name]));
    let items = tellings.flat_map(|telling| telling.lines("item"));
    items.filter_map(|item| Some(item.rsplit_once('|')?.1.trim().to_owned())).collect()
}

const SENTENCES: &[&str] = &[
    "Why octopuses have three hearts",
    "The history of coffee in 30 seconds",
    "How compound interest makes you rich",
    "A horror story about a lighthouse keeper",
    "5 habits of people who never get tired",
    "A fake text chat between a cat and its owner about dinner",
    "Stick figures explain why the sky is blue",
    "A quote about patience",
    "Por qué los gatos siempre caen de pie",
    "为什么天空是蓝色的",
    "Pourquoi le ciel est bleu",
    "Warum ist der Himmel blau",
    "La storia del caffè",
    "5 hábitos de gente feliz",
    "Cats vs dogs",
    "How to tie a tie",
    "Myths about sleep",
    "A teaser for a new coffee grinder",
    "10 facts about ants",
    "3 ways to save money",
];

#[test]
fn the_outline_fills_every_shot_with_its_own_words_and_fits_the_duration() {
    let lexicon = WordNet::open(Path::new(DEFAULT_FOLDER)).expect("wordnet-base is installed");
    for sentence in SENTENCES {
        for seed in 0..6 {
            let input = input_of(sentence, seed, Some(&lexicon));
            let lines = outline::write(&input, Some(&lexicon));
            assert_eq!(lines.len(), input.shots.shots.len(), "{sentence}");
            let mut seen = std::collections::BTreeSet::new();
            let mut total_ms = 0;
            for line in &lines {
                assert!(!line.text.trim().is_empty() && !line.text.contains(['{', '}', '|']));
                assert!(seen.insert(line.text.clone()), "{sentence}: said twice: {}", line.text);
                total_ms += spoken_ms(&line.text, &input.intent.language) + 250;
            }
            let ratio = total_ms as f32 / (input.intent.duration_s * 1000.0);
            assert!((0.6..=1.25).contains(&ratio), "{sentence} seed {seed}: {ratio}");
        }
    }
}

#[test]
fn whatever_is_asked_for_keeps_to_the_brand_kit() {
    let kit = intent::Phrases {
        required: vec!["Acme, since 1950".into()],
        banned: vec!["three hearts".into(), "rich".into(), "dinner".into(), "cat".into()],
    };
    for sentence in SENTENCES {
        let mut input = input_of(sentence, 7, None);
        input.intent.phrases = kit.clone();
        let lines = outline::write(&input, None);
        let spare: Vec<String> = lines.iter().map(|line| line.text.clone()).collect();
        let mut script = assemble(&input, lines, "outline".into(), None);
        let keeper = brand::Keeper::new(&kit);
        keeper.keep(&mut script, &spare).unwrap();
        let shown = script.shots.iter().flat_map(|s| s.on_screen.iter().chain([&s.narration]));
        for text in shown.chain([&script.title]) {
            assert!(!keeper.bans(text) && !text.trim().is_empty(), "{sentence}: {text}");
        }
        let last = script.shots.last().unwrap();
        assert!(last.narration.contains("Acme, since 1950"), "{sentence}: {}", last.narration);
    }
}

#[test]
fn the_same_seed_writes_the_same_and_another_seed_may_not() {
    let write = |seed| outline::write(&input_of(SENTENCES[0], seed, None), None);
    assert_eq!(write(1), write(1));
    assert!((2..12).any(|seed| write(seed) != write(1)));
}

#[test]
fn titles_and_screen_words_are_short() {
    for sentence in SENTENCES {
        let input = input_of(sentence, 3, None);
        let script = assemble(&input, outline::write(&input, None), "outline".into(), None);
        assert!(!script.title.is_empty());
        assert!(script.title.split_whitespace().count() <= TITLE_WORDS_MAX, "{}", script.title);
        for shot in &script.shots {
            let words = shot.on_screen.as_deref().unwrap_or_default().split_whitespace().count();
            assert!(words <= ON_SCREEN_WORDS_MAX, "{:?}", shot.on_screen);
        }
    }
}

#[test]
fn in_a_chat_each_side_says_what_is_its_own() {
    let sentence = "A fake text chat between a cat and its owner about dinner";
    // What gives the side away: who complains, and who is asked to be reasonable.
    let (cat, owner) = (
        [
            "official complaint",
            "where you keep your shoes",
            "schedule",
            "Full control",
            "shoes. Then",
            "Emergency",
            "Yesterday I was calm",
            "eyebrows",
            "neighbours",
            "snacks",
            "voted out",
        ],
        [
            "Again?",
            "file a complaint with me",
            "a threat",
            "What exactly",
            "if I say no",
            "my way home",
            "You said that",
            "can't see you",
            "in a meeting",
            "You did what",
            "A committee about",
            "next meeting",
        ],
    );
    for seed in 0..12 {
        for seconds in [15, 28, 31, 34, 60] {
            let input = input_of(&format!("{sentence} in {seconds} seconds"), seed, None);
            let lines = outline::write(&input, None);
            assert_eq!(lines.len(), input.shots.shots.len());
            for (line, shot) in lines.iter().zip(&input.shots.shots) {
                let side = &input.intent.speakers[shot.speaker.unwrap() as usize].name;
                let says = |words: &[&str]| words.iter().any(|word| line.text.contains(word));
                let its_own = match side.as_str() {
                    "Cat" => says(&cat) || !says(&owner),
                    _ => says(&owner) || !says(&cat),
                };
                assert!(its_own, "{seconds} s, seed {seed}: {side} says {}", line.text);
            }
        }
    }
}

#[test]
fn what_stands_big_over_a_hook_says_something_by_itself() {
    for (hook, shown) in [
        ("Before coffee, the world ran differently.", "The world ran differently"),
        ("Octopuses have three hearts, a surprising fact.", "Octopuses have three hearts"),
        ("Octopuses have three hearts. But why?", "Octopuses have three hearts"),
        ("Five habits of people who never get tired, counted down.", "people who never get tired"),
        ("Antes de café, el mundo era otro.", "El mundo era otro"),
        ("Octopuses: you think you know it. Look again.", ""),
    ] {
        let tag = if hook.starts_with("Antes") { "es" } else { "en" };
        assert_eq!(headline(hook, tag).unwrap_or_default(), shown, "{hook}");
    }
    // A model's hook is as long as it likes: a title says more than words from its middle.
    for (sentence, hook, shown) in [
        (
            SENTENCES[0],
            "They have three hearts, and each of them does a job.",
            Some("They have three hearts"),
        ),
        (SENTENCES[0], "Wait. Octopuses have three hearts?", None),
        (SENTENCES[0], "An octopus keeps three hearts beating at the same time.", None),
        ("A horror story about a lighthouse keeper", "He stands in front of the lens.", None),
        ("为什么天空是蓝色的", "天空为什么在白天看起来总是蓝色的呢？", None),
        ("为什么天空是蓝色的", "天空是蓝色的。", Some("天空是蓝色的")),
        (
            "Por qué los gatos siempre caen de pie",
            "¿Por qué los gatos siempre caen de pie?",
            Some("gatos siempre caen de pie?"),
        ),
    ] {
        let intent = input_of(sentence, 1, None).intent;
        assert_eq!(over(hook, &intent, None).as_deref(), shown, "{hook}");
    }
}

/// Answers from a list, one a call, and counts.
pub(super) struct Scripted {
    answers: std::sync::Mutex<Vec<&'static str>>,
    asked: std::sync::atomic::AtomicUsize,
}

impl Scripted {
    pub(super) fn new(mut answers: Vec<&'static str>) -> Self {
        answers.reverse();
        Self { answers: answers.into(), asked: 0.into() }
    }
}

#[async_trait::async_trait]
impl crate::providers::LanguageModel for Scripted {
    fn name(&self) -> &str {
        "scripted"
    }
    fn version(&self) -> &str {
        "1"
    }
    async fn write(
        &self,
        _request: &crate::providers::ProseRequest,
        _cancel: &tokio_util::sync::CancellationToken,
    ) -> Result<String, crate::providers::ProviderError> {
        self.asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let next = self.answers.lock().ok().and_then(|mut answers| answers.pop());
        next.map(str::to_owned).ok_or_else(|| crate::providers::ProviderError {
            provider: "scripted".into(),
            message: "nothing left to say".into(),
            handling: crate::context::Handling::Fallback,
        })
    }
}

struct NoItems;

impl crate::context::Items for NoItems {
    fn get(&self, _key: &str) -> Option<serde_json::Value> {
        None
    }
    fn put(&self, _key: &str, _value: &serde_json::Value) -> Result<(), StageError> {
        Ok(())
    }
}

pub(in crate::stages) fn context(folder: &Path) -> StageContext {
    StageContext {
        providers: std::sync::Arc::default(),
        blobs: crate::blob::Blobs::open(folder).expect("a folder"),
        cancel: tokio_util::sync::CancellationToken::new(),
        progress: crate::context::Progress::silent(),
        items: std::sync::Arc::new(NoItems),
        preview: crate::context::Preview::default(),
    }
}

/// Objects to a word; without one it cannot be asked.
pub(in crate::stages) struct Judge(pub(in crate::stages) Option<&'static str>);

#[async_trait::async_trait]
impl crate::providers::Moderator for Judge {
    async fn objections(
        &self,
        text: &str,
        _cancel: &tokio_util::sync::CancellationToken,
    ) -> Result<Vec<String>, crate::providers::ProviderError> {
        let word = self.0.ok_or_else(|| crate::providers::ProviderError {
            provider: "judge".into(),
            message: "it did not answer in time".into(),
            handling: crate::context::Handling::Fallback,
        })?;
        Ok(if text.contains(word) { vec!["violence".into()] } else { vec![] })
    }
}

pub(super) const GOOD: &str = "1. Octopuses have three hearts.\n2. Two of them push blood through the gills.\n\
3. In this video we look at the third.\n4. Their blood is blue because copper carries the oxygen.\n\
5. Copper is weaker than iron in warm water.\n6. So the blood must move fast and hard.\n\
7. When an octopus swims, one heart stops.\n8. That is why it prefers to crawl.";

#[tokio::test]
async fn a_bad_sentence_is_asked_for_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let input = input_of(SENTENCES[0], 4, None);
    let outline = outline::write(&input, None);
    let model = Scripted::new(vec![GOOD, "1. The third heart feeds the rest of the body."]);
    let written = prose::write(&input, &outline, &model, &context(folder.path())).await;
    let lines = written.expect("no failure").expect("a script");
    assert_eq!(lines.len(), 8);
    assert_eq!(lines[2].text, "The third heart feeds the rest of the body.");
    assert_eq!(lines[0].facts, Vec::<u32>::new());
    assert_eq!(model.asked.load(std::sync::atomic::Ordering::SeqCst), 2);
}

#[tokio::test]
async fn what_the_model_cannot_mend_the_outline_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let input = input_of(SENTENCES[0], 4, None);
    let outline = outline::write(&input, None);
    let model = Scripted::new(vec![GOOD, "1. Subscribe to this video now please."]);
    let written = prose::write(&input, &outline, &model, &context(folder.path())).await;
    let lines = written.expect("no failure").expect("a script");
    assert_eq!(lines[2].text, outline[2].text);
}

#[tokio::test]
async fn what_the_outline_says_the_model_does_not_say_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let input = input_of(SENTENCES[0], 4, None);
    let mut outline = outline::write(&input, None);
    outline[2].text = "Copper carries the oxygens of blue blood.".into();
    let model = Scripted::new(vec![GOOD]);
    let written = prose::write(&input, &outline, &model, &context(folder.path())).await;
    let lines = written.expect("no failure").expect("a script");
    let told: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(told[2..4], [&outline[2].text, &outline[3].text], "{told:?}");
    assert_eq!(told[1], "Two of them push blood through the gills.");
}

#[tokio::test]
async fn a_useless_answer_leaves_the_outline() {
    let folder = tempfile::tempdir().expect("a folder");
    let input = input_of(SENTENCES[0], 4, None);
    let outline = outline::write(&input, None);
    for answer in ["", "I cannot help with that.", "1. Here is\n2. Here is\n3. ofnt"] {
        let model = Scripted::new(vec![answer]);
        let written = prose::write(&input, &outline, &model, &context(folder.path())).await;
        assert!(written.expect("no failure").is_none(), "{answer}");
    }
}

#[tokio::test]
async fn the_person_is_told_when_the_models_gave_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    // A quote is never asked of a model that writes line by line, so nothing failed there.
    for (sentence, models, told) in [
        (SENTENCES[0], 1, vec![Notice::OutlineWrote]),
        (SENTENCES[0], 0, vec![]),
        ("A quote about patience", 1, vec![]),
    ] {
        let mut context = context(folder.path());
        let mut providers = crate::providers::Providers::default();
        for _ in 0..models {
            providers.language.push(std::sync::Arc::new(Scripted::new(vec!["I cannot."])));
        }
        context.providers = std::sync::Arc::new(providers);
        let script = run(&input_of(sentence, 4, None), &context).await.expect("a script");
        assert_eq!((script.writer.as_str(), script.notices), ("outline", told), "{sentence}");
    }
}

#[tokio::test]
async fn a_script_that_only_the_outline_wrote_says_that_it_is_in_another_language() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut providers = crate::providers::Providers::default();
    providers.language.push(std::sync::Arc::new(Scripted::new(vec!["I cannot."])));
    for (format, writes) in [(Format::Educational, true), (Format::Quote, false)] {
        assert_eq!(can_write("hi", format, &providers.language), writes, "{format:?}");
        assert!(can_write("es", format, &[]) && !can_write("hi", format, &[]));
    }
    let mut context = context(folder.path());
    context.providers = std::sync::Arc::new(providers);
    let script = run(&input_of("आसमान नीला क्यों है", 4, None), &context).await.expect("a script");
    assert_eq!(script.language.as_deref(), Some("en"));
    assert!(script.notices.contains(&Notice::NotWritten { language: "hi".into() }));
    let script = run(&input_of("Por qué el cielo es azul", 4, None), &context).await;
    assert_eq!(script.expect("a script").language, None);
}

#[test]
fn numbers_nobody_gave_and_repetitions_are_refused() {
    let input = input_of(SENTENCES[0], 4, None);
    let fault = |text: &str, before: &[String]| score::fault(text, before, 12, &input);
    assert_eq!(fault("An octopus has 9 brains in its arms.", &[]), Some("a number nobody gave"));
    assert_eq!(fault("The heart of an octopus ofnt beats.", &[]), Some("artefact"));
    assert_eq!(fault("It pumps blue blood through the", &[]), Some("cut off"));
    let told = ["Two hearts pump blood to the gills.".to_owned()];
    assert_eq!(fault("Two hearts pump blood through gills.", &told), Some("repeats"));
    assert_eq!(fault("The third heart feeds the body.", &told), None);
    let input = input_of("10 facts about octopuses in 30 seconds", 4, None);
    let fault = |text: &str| score::fault(text, &[], 12, &input);
    assert_eq!(fault("An octopus has 3 hearts."), Some("a number nobody gave"));
    assert_eq!(fault("An octopus has 30 arms."), Some("a number nobody gave"));
    assert_eq!(fault("These are the 10 best ones."), None);
}

#[test]
fn a_line_in_another_script_is_in_the_wrong_language() {
    for (tag, good, bad) in [
        ("hi", "आसमान नीला है।", "The sky is blue and wide."),
        ("ru", "Небо летом голубое.", "The sky is blue."),
        ("ar", "السماء زرقاء.", "The sky is blue."),
        ("ja", "空は青い。", "The sky is blue."),
        ("sv", "Himlen är blå.", "The sky is blue because of the air."),
    ] {
        let mut input = input_of(SENTENCES[0], 4, None);
        input.intent.language = tag.into();
        let fault = |text: &str| score::fault(text, &[], 12, &input);
        assert_ne!(fault(good), Some("wrong language"), "{tag}");
        assert_eq!(fault(bad), Some("wrong language"), "{tag}");
    }
}
