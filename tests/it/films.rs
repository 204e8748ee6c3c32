//! Photographs that talk and talking films, from the sentence to the file: the clips that stand-ins
//! filmed lie under the captions, in time with the narration, whose words they were filmed for.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use cutline_farm::{
    encode::decode::{self, Fidelity},
    stages::{motion::MotionPlan, script::Script, timing::Timeline},
};
use cutline_tests::{
    Run, Studio,
    vendors::{Kind, Vendors},
};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

/// Luma in the middle of every frame, where no words lie.
fn lights(video: &Path) -> Result<Vec<u8>> {
    let mut lights = Vec::new();
    decode::frames(video, Fidelity::Draft, &CancellationToken::new(), |frame| {
        let (x, y) = (frame.planes.width_px as usize / 2, frame.planes.height_px as usize / 2);
        lights.push(frame.planes.data[0][y * frame.planes.stride_bytes[0] + x]);
        Ok(())
    })?;
    Ok(lights)
}

/// What the stand-in's film shows there at a frame, under the shade that makes captions readable: a
/// light bar, or the ground of this film.
fn expected(film: usize, frame: u32) -> f64 {
    let light = if (80 + frame as usize * 3) % 160 < 40 { 220 } else { 60 + 30 * (film % 4) };
    2.0 + 0.898 * light as f64
}

/// How many of a shot's frames show what this film shows there.
fn alike(lights: &[u8], start: u32, frames: u32, film: usize, from_frame: u32) -> usize {
    let near = |seen: u8, wanted: f64| (f64::from(seen) - wanted).abs() <= 12.0;
    (0..frames)
        .filter(|at| {
            let seen = lights[(start + at) as usize];
            // The bar's edge may be a frame early or late, and is softened by scaling.
            (0..3).any(|off| near(seen, expected(film, (from_frame + at + off).saturating_sub(1))))
        })
        .count()
}

fn output<T: serde::de::DeserializeOwned>(checkpoints: &[Value], stage: &str) -> Result<T> {
    let found = checkpoints.iter().find(|one| one["stage"] == stage);
    let found = found.with_context(|| format!("no checkpoint of {stage}"))?;
    Ok(serde_json::from_value(found["output"].clone())?)
}

struct Made {
    studio: Studio,
    result: Value,
    checkpoints: Vec<Value>,
}

impl Made {
    /// Every shot shows its stretch of its film.
    fn shows(&self, film_of_shot: impl Fn(usize) -> usize) -> Result<()> {
        let lights = lights(&self.studio.out("film.mp4"))?;
        let timeline: Timeline = output(&self.checkpoints, "timing")?;
        let motion: MotionPlan = output(&self.checkpoints, "motion")?;
        ensure!(motion.footage.len() == timeline.shots.len());
        for (at, (span, footage)) in timeline.shots.iter().zip(&motion.footage).enumerate() {
            let frames = span.end_frame - span.start_frame;
            let from_frame = (footage.from_ms * 30).div_ceil(1_000);
            let alike = alike(&lights, span.start_frame, frames, film_of_shot(at), from_frame);
            ensure!(alike * 10 >= frames as usize * 9, "shot {at}: {alike} of {frames}");
        }
        Ok(())
    }
}

async fn made(vendors: &Vendors, kinds: &[Kind], arguments: &[&str]) -> Result<Made> {
    let studio = Studio::start(crate::PROGRAM)?;
    let photo = studio.out("me.png");
    image::RgbImage::from_fn(400, 600, |x, y| image::Rgb([x as u8, y as u8, 90])).save(&photo)?;
    let mut command = studio.command();
    command.arg("render").args(arguments);
    if arguments.iter().any(|argument| argument.contains("photo")) {
        command.arg("--image").arg(&photo);
    }
    command
        .args(["--light", "--json", "--keep-work", "-o"])
        .arg(studio.out("film.mp4"))
        .envs(vendors.settings(kinds));
    let run = Run::start(command)?;
    let ended = tokio::task::spawn_blocking(move || run.finish()).await??;
    // Whatever does not pass the quality gate is no success.
    let result = ended.result()?;
    let checkpoints = studio.checkpoints(Path::new(result["work"].as_str().context("work")?))?;
    Ok(Made { studio, result, checkpoints })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photograph_that_talks_says_the_narration() -> Result<()> {
    let vendors = Vendors::start().await?;
    let sentence = "My talking photo explains why mornings are hard in 15 seconds";
    let kinds = [Kind::ElevenLabs, Kind::HeyGen];
    let made = made(&vendors, &kinds, &[sentence, "--plan", "professional"]).await?;
    made.shows(|_| 0)?;
    ensure!(made.result["pictures"].to_string().contains("heygen"), "{}", made.result);
    // The track that it said is the narration: as long as what was told.
    let timeline: Timeline = output(&made.checkpoints, "timing")?;
    let asked = vendors.of(Kind::HeyGen).asked();
    let tracks: Vec<usize> = asked
        .iter()
        .filter(|asked| asked.path == "/v3/assets" && asked.text().contains("audio/wav"))
        .map(|asked| asked.body.len())
        .collect();
    let told = timeline.frames as usize * 1_600 * 2;
    ensure!(tracks.len() == 1 && tracks[0].abs_diff(told) < 400, "{tracks:?} of {told}");
    vendors.finish()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_talking_film_is_filmed_scene_by_scene_each_from_the_end_of_the_last() -> Result<()> {
    let vendors = Vendors::start().await?;
    let sentence = "A cinematic talking coffee mug explains why mornings are hard in 15 seconds";
    let kinds = [Kind::ElevenLabs, Kind::Veo];
    let made = made(&vendors, &kinds, &[sentence, "--plan", "enterprise"]).await?;
    let script: Script = output(&made.checkpoints, "script")?;
    let reel = script.reel.context("a reel")?;
    let scene_of = |shot: usize| {
        let holds = |scene: &cutline_farm::stages::script::reel::Scene| {
            (scene.first..scene.first + scene.shots).contains(&shot)
        };
        reel.scenes.iter().position(holds).unwrap_or(99)
    };
    made.shows(scene_of)?;
    let begun: Vec<Value> = vendors
        .of(Kind::Veo)
        .asked()
        .iter()
        .filter(|asked| asked.method == "POST")
        .map(|asked| asked.json()["instances"][0].clone())
        .collect();
    ensure!(begun.len() == reel.scenes.len() && begun.len() > 1, "{} scenes", begun.len());
    for (at, (instance, scene)) in begun.iter().zip(&reel.scenes).enumerate() {
        ensure!(instance.get("image").is_some() == (at > 0), "scene {at}");
        let prompt = instance["prompt"].as_str().unwrap_or_default();
        ensure!(prompt.contains("A coffee mug has come to life"), "{prompt}");
        for shot in &script.shots[scene.first..scene.first + scene.shots] {
            ensure!(prompt.contains(&shot.narration), "{prompt} lacks {}", shot.narration);
        }
    }
    ensure!(made.result["pictures"].to_string().contains("veo"), "{}", made.result);
    vendors.finish()
}
