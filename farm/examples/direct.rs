//! Prints the script of a sentence, for reading it as a viewer would hear it:
//! `cargo run -p cutline-farm --example direct -- [--model FILE] [--seed N] "sentence"…`

use std::{sync::Arc, time::Instant};

use cutline_core::plan::Plan;
use cutline_farm::{
    blob::Blobs,
    context::{Items, Preview, Progress, StageContext, StageError},
    language::spoken::spoken_ms,
    providers::{FactSource, LanguageModel, Providers, wordnet},
    stages::{arc, intent, queries, script, shots},
};
use tokio_util::sync::CancellationToken;

struct NoItems;

impl Items for NoItems {
    fn get(&self, _key: &str) -> Option<serde_json::Value> {
        None
    }
    fn put(&self, _key: &str, _value: &serde_json::Value) -> Result<(), StageError> {
        Ok(())
    }
}

#[cfg(feature = "llama")]
fn models(path: Option<&str>) -> Vec<Arc<dyn LanguageModel>> {
    path.and_then(|path| cutline_farm::providers::llama::Llama::find(path.as_ref()))
        .map(|model| Arc::new(model) as Arc<dyn LanguageModel>)
        .into_iter()
        .collect()
}

#[cfg(not(feature = "llama"))]
fn models(_path: Option<&str>) -> Vec<Arc<dyn LanguageModel>> {
    Vec::new()
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt().with_env_filter("cutline_farm=debug").init();
    let mut seed = 1;
    let mut model = None;
    let mut sentences = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--seed" => seed = arguments.next().unwrap_or_default().parse()?,
            "--model" => model = arguments.next(),
            _ => sentences.push(argument),
        }
    }
    let words = Arc::new(wordnet::WordNet::open(wordnet::DEFAULT_FOLDER.as_ref())?);
    let folder = tempfile::tempdir()?;
    let context = StageContext {
        providers: Arc::new(Providers {
            language: models(model.as_deref()),
            facts: vec![Arc::clone(&words) as Arc<dyn FactSource>],
            lexicon: Some(words),
            ..Providers::default()
        }),
        blobs: Blobs::open(folder.path())?,
        cancel: CancellationToken::new(),
        progress: Progress::silent(),
        items: Arc::new(NoItems),
        preview: Preview::default(),
    };
    for sentence in sentences {
        print(&sentence, seed, &context).await?;
    }
    Ok(())
}

async fn print(sentence: &str, seed: u64, context: &StageContext) -> anyhow::Result<()> {
    let started = Instant::now();
    let plan = Plan::Professional;
    let request = intent::Request {
        sentence: sentence.into(),
        images: Vec::new(),
        seed,
        plan,
        mode: cutline_core::job::Mode::Standard,
        format: None,
        phrases: intent::Phrases::default(),
        grain: false,
    };
    let intent = intent::run(&request, context).await?;
    let arc = arc::run(&arc::Input { intent: intent.clone() }, context).await?;
    let from = shots::Input { intent: intent.clone(), arc: arc.clone() };
    let shots = shots::run(&from, context).await?;
    let from = script::Input { intent: intent.clone(), arc: arc.clone(), shots: shots.clone() };
    let script = script::run(&from, context).await?;
    let from = queries::Input { intent: intent.clone(), arc, shots, script: script.clone() };
    let queries = queries::run(&from, context).await?;
    println!(
        "\n=== {sentence}\n{:?} {:?} {} {}s subject={:?} angle={:?}",
        intent.format,
        intent.tone,
        intent.language,
        intent.duration_s,
        intent.subject,
        intent.angle
    );
    for fact in &intent.facts {
        println!("  fact: {}", fact.text);
    }
    println!("  title: {} ({}, verified {})", script.title, script.writer, script.verified);
    let mut total_ms = 0;
    for (shot, query) in script.shots.iter().zip(&queries.shots) {
        let spoken = spoken_ms(&shot.narration, &intent.language);
        total_ms += spoken + 250;
        let keywords: Vec<&str> = query.keywords.iter().map(|k| k.phrase.as_str()).collect();
        println!(
            "{:>2} {spoken:>5} {} [{}] {:?} {}",
            shot.shot,
            shot.narration,
            shot.on_screen.as_deref().unwrap_or(""),
            query.palette,
            keywords.join(", ")
        );
    }
    println!("   {total_ms} ms spoken; directed in {:.1} s", started.elapsed().as_secs_f32());
    Ok(())
}
