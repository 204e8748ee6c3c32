//! A thing that talks, from the sentence to the file, with no key at all: it is the thing that was
//! named, it says who it is, and its mouth follows the sounds of the real voice.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use cutline_farm::{
    config::Config,
    stages::{intent::Intent, render, script::Script, timing::Timeline, voice::Narration},
};
use cutline_tests::{Run, Studio};
use serde_json::Value;

const SENTENCE: &str = "a talking coffee mug explains why mornings are hard in 15 seconds";

fn output<'a>(checkpoints: &'a [Value], stage: &str) -> Result<&'a Value> {
    let found = checkpoints.iter().find(|one| one["stage"] == stage);
    Ok(&found.with_context(|| format!("no checkpoint of {stage}"))?["output"])
}

#[test]
fn a_talking_coffee_mug_is_a_coffee_mug_whose_mouth_follows_its_voice() -> Result<()> {
    let studio = Studio::start(crate::PROGRAM)?;
    let data = Config::from_env()?.paths.data_dir;
    for part in ["fluent-emoji", "emojibase", "minilm", "kokoro", "onnxruntime"] {
        let found = data.join(part);
        ensure!(found.is_dir(), "deploy/setup has laid out {}", found.display());
        std::os::unix::fs::symlink(found, studio.cache().with_file_name("data").join(part))?;
    }
    let mut command = studio.command();
    command.args(["render", SENTENCE, "--light", "--json", "--keep-work", "-o"]);
    command.arg(studio.out("mug.mp4"));
    // Whatever does not pass the quality gate is no success.
    let made = Run::start(command)?.finish()?.result()?;
    let work = made["work"].as_str().context("no work folder was kept")?;
    let checkpoints = studio.checkpoints(Path::new(work))?;

    let intent: Intent = serde_json::from_value(output(&checkpoints, "intent")?.clone())?;
    ensure!(intent.character.is_some_and(|one| one.called == "a coffee mug"));
    ensure!(intent.subject == "mornings", "it is about {}", intent.subject);
    let script: Script = serde_json::from_value(output(&checkpoints, "script")?.clone())?;
    let first = &script.shots[0].narration;
    ensure!(first.starts_with("Hi, I'm a coffee mug."), "{first}");
    let drawn = &output(&checkpoints, "imagery")?["character"]["id"];
    ensure!(drawn == "hot-beverage", "{drawn}");

    let narration: Narration = serde_json::from_value(output(&checkpoints, "voice")?.clone())?;
    let timeline: Timeline = serde_json::from_value(output(&checkpoints, "timing")?.clone())?;
    let mouths = render::mouths(&narration, &timeline);
    for ((mouth, clip), span) in mouths.iter().zip(&narration.clips).zip(&timeline.shots) {
        ensure!(clip.phonemes.len() > 5 && mouth.len() > 5, "shot {} is mute", clip.shot);
        let clip_s = span.clip_start_sample as f64 / 48_000.0;
        // A diphthong has two shapes, one for each half of it.
        let onsets: Vec<f64> = clip
            .phonemes
            .iter()
            .flat_map(|one| [one.start_s, f64::midpoint(one.start_s, one.end_s)])
            .map(|at| clip_s + at)
            .collect();
        for cue in mouth {
            let shown_s = f64::from(span.start_frame + cue.start_frame) / 30.0;
            let off = onsets.iter().map(|at| (at - shown_s).abs()).fold(f64::MAX, f64::min);
            ensure!(off <= 1.0 / 30.0, "shot {}: {cue:?} is {off:.3} s off", clip.shot);
        }
    }
    Ok(())
}
