//! Scripts from filled forms: what is kept, what is asked for again, what the outline stands in
//! for.

use std::{path::Path, sync::Mutex};

use async_trait::async_trait;
use cutline_core::{job::Mode, plan::Plan};
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;

use super::*;
use crate::{
    providers::{Fact, ProviderError},
    stages::{
        arc, intent,
        script::{outline, prompt, tests::input_of},
        shots,
    },
};

/// Gives its answers in order, and keeps what it was asked.
struct Scripted {
    answers: Mutex<Vec<Result<String, ProviderError>>>,
    asked: Mutex<Vec<FormRequest>>,
}

impl Scripted {
    fn new(answers: Vec<Result<String, ProviderError>>) -> Self {
        Self { answers: Mutex::new(answers), asked: Mutex::default() }
    }

    fn asked(&self) -> Vec<FormRequest> {
        self.asked.lock().unwrap().clone()
    }
}

#[async_trait]
impl FormFiller for Scripted {
    async fn fill(
        &self,
        request: &FormRequest,
        _cancel: &CancellationToken,
    ) -> Result<String, ProviderError> {
        self.asked.lock().unwrap().push(request.clone());
        self.answers.lock().unwrap().remove(0)
    }
}

const SENTENCE: &str = "Why octopuses have three hearts";

/// Lines that hold: as many as shots, all different, short enough.
fn draft(input: &Input) -> Draft {
    let things = [
        "Octopuses keep a strange secret.",
        "Beneath that skin beat three hearts.",
        "Two small pumps feed the gills.",
        "One large muscle serves everything else.",
        "Copper turns their blood deep blue.",
        "Cold water makes it thick and slow.",
        "Swimming stops the biggest heart.",
        "So crawling feels easier than speed.",
        "Every escape costs them breath.",
        "Evolution traded sprints for patience.",
        "Hiding beats running down there.",
        "Three hearts, one quiet life.",
    ];
    let line = |text: &&str| DraftLine {
        narration: (*text).to_owned(),
        on_screen: None,
        facts: Vec::new(),
    };
    let lines = things.iter().take(input.shots.shots.len()).map(line).collect();
    Draft { title: "Three hearts of an octopus".into(), lines }
}

async fn written(model: &Scripted, input: &Input) -> Option<Written> {
    let context = crate::stages::voice::tests::context(Vec::new());
    let outline = outline::write(input, None);
    write(input, &outline, model, &context).await.unwrap()
}

fn json(draft: &Draft) -> String {
    serde_json::to_string(draft).unwrap()
}

#[tokio::test]
async fn a_good_answer_is_taken_as_it_is_and_asked_for_once() {
    let input = input_of(SENTENCE, 3, None);
    let good = draft(&input);
    let model = Scripted::new(vec![Ok(json(&good))]);
    let made = written(&model, &input).await.unwrap();
    let texts: Vec<&str> = made.lines.iter().map(|line| line.text.as_str()).collect();
    let wanted: Vec<&str> = good.lines.iter().map(|line| line.narration.as_str()).collect();
    assert_eq!(texts, wanted);
    assert_eq!(made.title.as_deref(), Some("Three hearts of an octopus"));
    assert_eq!(model.asked().len(), 1);
}

#[tokio::test]
async fn an_almost_good_answer_is_mended_once_with_its_faults_named() {
    let input = input_of(SENTENCE, 3, None);
    let mut faulty = draft(&input);
    faulty.lines[2].narration = "In this video we see 4711 hearts.".into();
    let fenced = format!("Here it is:\n```json\n{}\n```", json(&faulty));
    let model = Scripted::new(vec![Ok(fenced), Ok(json(&draft(&input)))]);
    let made = written(&model, &input).await.unwrap();
    assert_eq!(made.lines[2].text, draft(&input).lines[2].narration);
    let asked = model.asked();
    assert_eq!(asked.len(), 2);
    let (last, open) = asked[1].turns.last().unwrap();
    assert!(last.contains("Line 3") && open.is_none(), "{last}");
    assert!(asked[1].turns[0].1.is_some(), "it is shown what it said");
}

#[tokio::test]
async fn what_stays_bad_is_the_outlines_and_too_much_of_it_is_the_next_models() {
    let input = input_of(SENTENCE, 3, None);
    let mut faulty = draft(&input);
    faulty.lines[1].narration = "Subscribe for more.".into();
    let again = || Ok(json(&faulty));
    let made = written(&Scripted::new(vec![again(), again()]), &input).await.unwrap();
    let own = outline::write(&input, None);
    assert_eq!(made.lines[1], own[1]);
    for line in &mut faulty.lines[..6] {
        line.narration = "x".into();
    }
    let model = Scripted::new(vec![Ok(json(&faulty)), Ok("I would rather not.".into())]);
    assert_eq!(written(&model, &input).await, None);
    let down = || ProviderError {
        provider: "x".into(),
        message: "down".into(),
        handling: Handling::Fallback,
    };
    assert_eq!(written(&Scripted::new(vec![Err(down())]), &input).await, None);
}

#[tokio::test]
async fn a_source_is_named_only_where_it_says_the_same() {
    let mut input = input_of(SENTENCE, 3, None);
    input.intent.facts = vec![crate::providers::Fact {
        text: "Two branchial hearts pump blood through the gills.".into(),
        source: None,
    }];
    let mut claims = draft(&input);
    claims.lines[2] = DraftLine {
        narration: "Two hearts push blood towards the gills.".into(),
        on_screen: Some("“Two hearts.”".into()),
        facts: vec![1],
    };
    claims.lines[5].facts = vec![1, 9];
    let made = written(&Scripted::new(vec![Ok(json(&claims))]), &input).await.unwrap();
    assert_eq!(made.lines[2].facts, [0]);
    assert_eq!(made.lines[5].facts, [] as [u32; 0]);
    assert_eq!(made.lines[2].on_screen.as_deref(), Some("Two hearts"));
}

#[test]
fn the_schema_is_closed_and_requires_everything() {
    let schema = schema::strict::<Draft>();
    let line = schema.pointer("/$defs/DraftLine").unwrap();
    assert_eq!(line["additionalProperties"], false);
    let required = |part: &serde_json::Value| {
        let mut names: Vec<String> = serde_json::from_value(part["required"].clone()).unwrap();
        names.sort();
        names
    };
    assert_eq!(required(line), ["facts", "narration", "on_screen"]);
    assert_eq!(required(&schema), ["lines", "title"]);
    let text = schema.to_string();
    for keyword in ["\"format\"", "\"minimum\"", "\"$schema\"", "\"default\"", "\"title\":\""] {
        assert!(!text.contains(keyword), "{keyword} in {text}");
    }
}

/// A format's input with a fact; a chat and a cartoon need sentences of their own.
fn input_in(format: Format) -> Input {
    let sentence = match format {
        Format::FakeText => "A fake text chat between a cat and its owner about dinner",
        Format::Educational => "A talking coffee mug explains why mornings are hard",
        _ => SENTENCE,
    };
    let request = intent::Request {
        sentence: sentence.into(),
        images: Vec::new(),
        seed: 3,
        plan: Plan::Professional,
        mode: if format == Format::Educational { Mode::Cartoon } else { Mode::Standard },
        format: Some(format),
        phrases: intent::Phrases::default(),
        grain: false,
    };
    let mut intent = intent::decide(&request, None);
    intent.facts = vec![Fact { text: "Octopuses have three hearts.".into(), source: None }];
    let arc = arc::plan(&intent);
    let shots = shots::plan(&shots::Input { intent: intent.clone(), arc: arc.clone() });
    Input { intent, arc, shots }
}

/// The reviewed words in every file, and every format's tasks as a model sees them. Changing any
/// means a new [`super::super::VERSION`] and, after a look at the diff, new hashes here.
#[test]
fn the_prompts_are_the_reviewed_ones() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/stages/script/prompts");
    let found = [folder.join("form"), folder].into_iter().flat_map(std::fs::read_dir).flatten();
    let mut files: Vec<_> =
        found.flatten().map(|file| file.path()).filter(|p| p.is_file()).collect();
    files.sort();
    let mut words = Sha256::new();
    for file in &files {
        words.update(std::fs::read(file).unwrap());
    }
    let mut task = String::new();
    for format in Format::ALL {
        let input = input_in(format);
        assert_eq!(input.intent.format, format);
        let (whole, again) =
            (prompt::whole(&input, None, 3), task::again(&["line 2 is too long".into()]));
        let parts = [task::system(&input), task::whole(&input), again, whole.system, whole.user];
        task += &format!("{format:?}\n{}\n===\n", parts.join("\n---\n"));
    }
    assert!(!task.contains(['{', '}']), "a blank was left open: {task}");
    for told in ["Cat writes", "coffee mug", "Octopuses have three hearts."] {
        assert!(task.contains(told), "{told}: {task}");
    }
    let short = |hash: Sha256| hex::encode(&hash.finalize()[..8]);
    let hashes = (files.len(), short(words), short(Sha256::new_with_prefix(&task)));
    let reviewed = (8, (29, "8ccb01c632131404".to_owned(), "500a6c6895086126".to_owned()));
    assert_eq!((crate::stages::script::VERSION, hashes), reviewed, "{task}");
}

#[test]
fn a_brands_phrases_are_asked_for_and_kept_out() {
    let mut input = input_of(SENTENCE, 3, None);
    input.intent.phrases.required = vec!["Deep Blue Tours".into()];
    input.intent.phrases.banned = vec!["cheap".into(), "boat".into()];
    let task = task::whole(&input);
    assert!(task.contains("word for word once, where it fits: \"Deep Blue Tours\"."), "{task}");
    assert!(task.ends_with("Never say or show: \"cheap\", \"boat\"."), "{task}");
}
