//! The film of a talking thing (mode `cinematic`): the narration is cut into chunks of a scene's
//! length, each is filmed, beginning with the picture that the one before ends with. What the
//! vendor's policy blocks is said in other words, the picture wished for untouched; after two
//! rewordings the job fails (spec §7). Nothing is filmed after that.

mod chunks;

use cutline_core::error::UserError;
use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

use chunks::{Chunk, chunks};

use super::{Input, Script, brand::Keeper, policy, prompt, prose};
use crate::{
    blob::Blob,
    context::{Handling, StageContext, StageError},
    encode::clip::Clip,
    language,
    providers::{ProseRequest, SceneMaker, SceneTake, TakeError, WritingTask},
    tasks,
};

/// A chunk that is blocked is said in other words at most so often (spec §7).
const REWORDS_MAX: u32 = 2;

/// The scenes of a film.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reel {
    /// In order; they cover every shot.
    pub scenes: Vec<Scene>,
}

/// One scene, and what is said in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scene {
    /// Place of its first shot.
    pub first: usize,
    /// Number of its shots.
    pub shots: usize,
    /// The clip.
    pub clip: Blob,
    /// Its length.
    pub length_ms: u32,
}

/// A scene that was filmed, as it is remembered.
#[derive(Serialize, Deserialize)]
struct Filmed {
    clip: Blob,
    length_ms: u32,
    /// What was said in the end, a line a shot.
    lines: Vec<String>,
}

/// Films a script. Lines that were blocked are changed in it.
///
/// # Errors
/// [`StageError::Cancelled`]; [`StageError::User`] when a chunk stays blocked, or the film cannot
/// be made; [`StageError::Provider`] when another try may succeed.
pub(super) async fn film(
    input: &Input,
    script: &mut Script,
    context: &StageContext,
) -> Result<Reel, StageError> {
    let Some(maker) = &context.providers.scenes else {
        return Err(UserError::of_code("TALKER_UNAVAILABLE").into());
    };
    let lines: Vec<String> = script.shots.iter().map(|shot| shot.narration.clone()).collect();
    let chunks = chunks(&lines, &input.intent.language, maker.lengths_s());
    let seen = seen(input);
    let mut scenes = Vec::with_capacity(chunks.len());
    let mut before: Option<(Blob, u64)> = None;
    for (at, chunk) in chunks.iter().enumerate() {
        let first_frame = match before.take() {
            Some((clip, moment_us)) => Some(picture_at(clip, moment_us, context).await?),
            None => None,
        };
        let take = SceneTake {
            item: format!("scene {}", at + 1),
            prompt: seen.clone(),
            line: chunk.lines.join(" "),
            seconds: chunk.seconds,
            first_frame: first_frame.map(Into::into),
            seed: input.intent.seed.wrapping_add(at as u64),
        };
        let filmed = remembered(input, chunk, take, maker.as_ref(), context).await?;
        for (shot, line) in script.shots[chunk.first..].iter_mut().zip(filmed.lines) {
            shot.narration = line;
        }
        before = Some((filmed.clip.clone(), u64::from(chunk.spoken_ms) * 1_000));
        scenes.push(Scene {
            first: chunk.first,
            shots: chunk.lines.len(),
            clip: filmed.clip,
            length_ms: filmed.length_ms,
        });
        context.progress.set((at + 1) as f32 / chunks.len() as f32);
    }
    Ok(Reel { scenes })
}

/// What is seen in every scene.
fn seen(input: &Input) -> String {
    let intent = &input.intent;
    let called =
        intent.character.as_ref().map_or("a friendly presenter", |one| one.called.as_str());
    let mut letters = called.chars();
    let called: String =
        letters.next().map_or_else(String::new, |c| c.to_uppercase().chain(letters).collect());
    include_str!("prompts/scene.txt")
        .trim()
        .replace("{character}", &called)
        .replace("{subject}", &intent.subject)
        .replace("{mood}", prompt::mood(intent.tone))
}

/// A scene from before a crash, or filmed now.
async fn remembered(
    input: &Input,
    chunk: &Chunk,
    take: SceneTake,
    maker: &dyn SceneMaker,
    context: &StageContext,
) -> Result<Filmed, StageError> {
    let first = take.first_frame.as_ref().map(|bytes| hex::encode(Sha256::digest(bytes)));
    let whole = json!([maker.version(), take.prompt, chunk.lines, take.seconds, first, take.seed]);
    let key = format!("scene-{}", hex::encode(Sha256::digest(whole.to_string().as_bytes())));
    let known = context.items.get(&key).and_then(|kept| serde_json::from_value(kept).ok());
    if let Some(kept) = known.filter(|kept: &Filmed| context.blobs.path(&kept.clip).is_file()) {
        return Ok(kept);
    }
    let filmed = filmed(input, chunk, take, maker, context).await?;
    let value = serde_json::to_value(&filmed)
        .map_err(|error| StageError::Invariant(format!("a scene as JSON: {error}")))?;
    context.items.put(&key, &value)?;
    Ok(filmed)
}

async fn filmed(
    input: &Input,
    chunk: &Chunk,
    mut take: SceneTake,
    maker: &dyn SceneMaker,
    context: &StageContext,
) -> Result<Filmed, StageError> {
    let mut lines = chunk.lines.clone();
    let mut rewords = 0;
    loop {
        let error = match maker.film(&take, &context.cancel).await {
            Ok(taken) => {
                let (clip, length_ms) = kept(taken.file, context).await?;
                return Ok(Filmed { clip, length_ms, lines });
            }
            Err(TakeError::Blocked(error)) => error,
            Err(TakeError::Failed(error)) if error.handling == Handling::Retry => {
                return Err(error.into());
            }
            Err(TakeError::Cancelled) => return Err(StageError::Cancelled),
            Err(error) => {
                tracing::warn!(%error, item = take.item, "a scene cannot be filmed");
                return Err(UserError::of_code("TALKER_UNAVAILABLE").into());
            }
        };
        tracing::warn!(%error, item = take.item, rewords, "a scene is blocked for its content");
        loop {
            if rewords == REWORDS_MAX {
                return Err(UserError::of_code("FILM_BLOCKED").into());
            }
            rewords += 1;
            if let Some(milder) = reworded(input, &lines, rewords, context).await? {
                lines = milder;
                break;
            }
        }
        take.line = lines.join(" ");
    }
}

/// The lines in milder words, by the first language model that delivers them all, and none that the
/// content policy refuses; `None` when none does.
pub(super) async fn reworded(
    input: &Input,
    lines: &[String],
    attempt: u32,
    context: &StageContext,
) -> Result<Option<Vec<String>>, StageError> {
    let tag = &input.intent.language;
    let numbered: Vec<String> =
        lines.iter().enumerate().map(|(at, line)| format!("{}. {line}", at + 1)).collect();
    let sentences = if lines.len() == 1 { "sentence" } else { "sentences" };
    let words = lines.iter().map(|line| line.split_whitespace().count()).max().unwrap_or(12);
    let request = ProseRequest {
        task: WritingTask::Reword,
        system: include_str!("prompts/system.txt").replace("{language}", language::name(tag)),
        user: include_str!("prompts/reword.txt")
            .trim()
            .replace("{language}", language::name(tag))
            .replace("{lines}", &numbered.join("\n"))
            .replace("{n}", &lines.len().to_string())
            .replace("{sentences}", sentences),
        sentences: lines.len(),
        words_each: words + 3,
        tokens_max: lines.len() * (words * 3 + 16),
        seed: input.intent.seed.wrapping_add(u64::from(attempt)),
        temperature: prompt::TEMPERATURE_FREE,
    };
    let keeper = Keeper::new(&input.intent.phrases);
    for model in &context.providers.language {
        let answer = prose::ask(model.as_ref(), &request, context).await?;
        let said: Vec<String> = prose::split(&answer.unwrap_or_default())
            .iter()
            .map(|line| keeper.allowed(line))
            .filter(|line| !line.is_empty())
            .take(lines.len())
            .collect();
        let others = said.len() == lines.len() && said != lines;
        if others && policy::passes_text(&said.join("\n"), context).await? {
            return Ok(Some(said));
        }
    }
    Ok(None)
}

/// Stores a clip that can be shown; with its length.
async fn kept(file: bytes::Bytes, context: &StageContext) -> Result<(Blob, u32), StageError> {
    let blobs = context.blobs.clone();
    tasks::blocking(move || {
        let blob = blobs.put(&file, "mp4")?;
        let mut clip = Clip::open(&blobs.path(&blob), SIZE_PX, [0.5, 0.5])?;
        clip.at(0)?;
        Ok((blob, u32::try_from(clip.length_us() / 1_000).unwrap_or(u32::MAX)))
    })
    .await?
}

/// In which the next scene's first picture is handed over: what is filmed is of this size.
const SIZE_PX: (u32, u32) = (720, 1280);

/// The picture of a clip at a moment, as a PNG.
async fn picture_at(
    clip: Blob,
    moment_us: u64,
    context: &StageContext,
) -> Result<Vec<u8>, StageError> {
    let blobs = context.blobs.clone();
    tasks::blocking(move || {
        let mut clip = Clip::open(&blobs.path(&clip), SIZE_PX, [0.5, 0.5])?;
        let rgb = clip.at(moment_us)?.to_rgb();
        let mut png = Vec::new();
        PngEncoder::new(&mut png)
            .write_image(&rgb, SIZE_PX.0, SIZE_PX.1, ExtendedColorType::Rgb8)
            .map_err(|error| StageError::Invariant(format!("writing a PNG: {error}")))?;
        Ok(png)
    })
    .await?
}
