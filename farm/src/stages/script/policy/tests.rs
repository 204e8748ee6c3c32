//! Whoever wrote them, words that the policy refuses are neither spoken nor filmed.

use std::sync::Arc;

use crate::{
    providers::{LanguageModel, Providers},
    stages::script::{
        self, reel,
        tests::{GOOD, Judge, Scripted, context, input_of},
    },
};

const SENTENCE: &str = "Why octopuses have three hearts";

fn providers(answers: &[&'static str], judge: Option<&'static str>) -> Arc<Providers> {
    let model =
        |answer: &&'static str| Arc::new(Scripted::new(vec![*answer])) as Arc<dyn LanguageModel>;
    Arc::new(Providers {
        language: answers.iter().map(model).collect(),
        moderator: Some(Arc::new(Judge(judge))),
        ..Providers::default()
    })
}

#[tokio::test]
async fn prose_that_the_policy_refuses_is_not_spoken() {
    let folder = tempfile::tempdir().unwrap();
    let others: &'static str = GOOD.replace("copper", "iron").replace("Copper", "Iron").leak();
    for (answers, judge, writer, said) in [
        (vec![GOOD], Some("copper"), "outline", ""),
        (vec![GOOD, others], Some("copper"), "scripted", "because iron carries"),
        (vec![GOOD], Some("nothing like it"), "scripted", "because copper carries"),
        // Nobody to ask: the sentence was judged, if only by the desk's rules.
        (vec![GOOD], None, "scripted", "because copper carries"),
    ] {
        let mut context = context(folder.path());
        context.providers = providers(&answers, judge);
        let script = script::run(&input_of(SENTENCE, 4, None), &context).await.unwrap();
        let lines: Vec<&str> = script.shots.iter().map(|shot| shot.narration.as_str()).collect();
        let lines = lines.join(" ");
        assert_eq!(script.writer, writer, "{judge:?}: {lines}");
        assert!(lines.contains(said) && (judge != Some("copper") || !lines.contains("opper")));
    }
}

#[tokio::test]
async fn milder_words_that_the_policy_refuses_are_not_filmed() {
    let folder = tempfile::tempdir().unwrap();
    let (bad, good) = ("1. Copper is a weapon.", "1. Copper helps them breathe.");
    let lines = ["Copper kills.".to_owned()];
    for (answers, judge, milder) in [
        (vec![bad, good], Some("weapon"), Some("Copper helps them breathe.")),
        (vec![bad], Some("weapon"), None),
        (vec![bad], None, Some("Copper is a weapon.")),
    ] {
        let mut context = context(folder.path());
        context.providers = providers(&answers, judge);
        let said = reel::reworded(&input_of(SENTENCE, 4, None), &lines, 1, &context).await.unwrap();
        assert_eq!(said, milder.map(|line| vec![line.to_owned()]), "{judge:?}");
    }
}
