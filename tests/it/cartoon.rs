//! A thing that talks, from the sentence to the file, with no key at all: it is the thing that was
//! named, it says who it is, and its mouth follows the sounds of the real voice.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use cutline_farm::{
    config::Config,
    stages::{
        intent::Intent,
        render,
        script::Script,
        timing::Timeline,
        voice::{Clip, Narration},
    },
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
    studio.lay_out(&data, &["fluent-emoji", "emojibase", "minilm", "kokoro", "onnxruntime"])?;
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
        // Everything in frames of the shot.
        let first = span.clip_start_sample as f64 / 1_600.0 - f64::from(span.start_frame);
        let sounds = sounds(clip, first);
        for cue in mouth {
            let shape = format!("{:?}", cue.viseme);
            let of_shape = sounds.iter().filter(|sound| sound.shape == shape);
            let off = of_shape.map(|sound| (sound.start - f64::from(cue.start_frame)).abs());
            let off = off.fold(f64::MAX, f64::min);
            ensure!(off <= 1.0 + 1e-6, "shot {}: {cue:?} is {off:.2} frames off", clip.shot);
        }
        let last = f64::from(span.end_frame - span.start_frame);
        for sound in sounds.iter().filter(|sound| sound.end - sound.start >= 2.0) {
            let (start, end) = (sound.start, sound.end.min(last));
            let seen = mouth.iter().any(|cue| {
                let (from, to) = (f64::from(cue.start_frame), f64::from(cue.end_frame));
                format!("{:?}", cue.viseme) == sound.shape && from <= start + 1.0 && to >= end - 1.0
            });
            ensure!(seen || start > last - 1.0, "shot {}: {sound:?} is not seen", clip.shot);
        }
    }
    Ok(())
}

/// A sound, and how a mouth looks that makes it; in frames.
#[derive(Debug)]
struct Sound {
    shape: &'static str,
    start: f64,
    end: f64,
}

/// The sounds of a clip that begins at a frame.
fn sounds(clip: &Clip, first: f64) -> Vec<Sound> {
    let mut sounds = Vec::new();
    for one in &clip.phonemes {
        let shapes: Vec<&str> = one.symbol.chars().flat_map(shapes).copied().collect();
        let each = (one.end_s - one.start_s) * 30.0 / shapes.len().max(1) as f64;
        for (at, shape) in shapes.into_iter().enumerate() {
            let start = first + one.start_s * 30.0 + each * at as f64;
            sounds.push(Sound { shape, start, end: start + each });
        }
    }
    sounds
}

/// What an English sound looks like, told once more and apart from the program's own table: lips
/// that meet, lips that purse, how far the jaw drops. A diphthong is two, one after the other.
fn shapes(symbol: char) -> &'static [&'static str] {
    match symbol {
        'p' | 'b' | 'm' => &["Closed"],
        'f' | 'v' => &["Bite"],
        'ɑ' | 'æ' | 'ʌ' | 'ɐ' | 'ɒ' | 'a' => &["Open"],
        'ɛ' | 'ɜ' | 'e' => &["Spread"],
        'i' | 'ɪ' | 'j' | 'ᵻ' => &["Narrow"],
        'ɔ' | 'o' => &["Round"],
        'u' | 'ʊ' | 'w' => &["Pursed"],
        't' | 'd' | 'n' | 'l' | 'θ' | 'ð' | 'ɾ' | 'T' | 'ᵊ' => &["Tongue"],
        's' | 'z' | 'ʃ' | 'ʒ' | 'ʧ' | 'ʤ' => &["Teeth"],
        'k' | 'ɡ' | 'h' | 'ŋ' | 'ɹ' | 'ə' | 'ɚ' => &["Slack"],
        // Kokoro's letters for the vowels of "day", "eye", "how", "go" and "boy".
        'A' => &["Spread", "Narrow"],
        'I' => &["Open", "Narrow"],
        'W' => &["Open", "Pursed"],
        'O' => &["Round", "Pursed"],
        'Y' => &["Round", "Narrow"],
        _ => &[],
    }
}
