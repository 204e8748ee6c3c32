//! Speaking the shots side by side: checkpoints, fallback from engine to engine, and the one second
//! pass, a little faster, when the whole would be too long.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use cutline_core::job::Notice;
use futures::{StreamExt, TryStreamExt, stream};
use sha2::{Digest, Sha256};

use super::{
    Clip, Input, Narration,
    cast::{Cast, pace},
};
use crate::{
    audio::wav,
    context::{StageContext, StageError},
    encode::SAMPLE_RATE_HZ,
    providers::{Speech, SpeechRequest, VoiceEngine},
    stages::{intent, script::ShotScript, timing},
};

/// Shots asked for at once: as many as most videos have. An engine allows as many as it can bear.
const SHOTS_AT_ONCE: usize = 12;
/// Faster than this is no longer pleasant.
const HURRY_MAX: f32 = 1.25;

/// An engine that speaks the language, and who speaks in it.
struct Troupe {
    engine: Arc<dyn VoiceEngine>,
    cast: Cast,
}

/// Speaks every shot.
pub(super) async fn all(input: &Input, context: &StageContext) -> Result<Narration, StageError> {
    let language = &input.intent.language;
    let troupes: Vec<Troupe> = context
        .providers
        .voices
        .iter()
        .filter(|engine| engine.speaks(language))
        .filter_map(|engine| {
            let cast = Cast::choose(&engine.voices(language), &input.intent)?;
            Some(Troupe { engine: Arc::clone(engine), cast })
        })
        .collect();
    if troupes.is_empty() {
        return Err(StageError::Invariant(format!("no voice engine at all for {language:?}")));
    }
    let (pace, count) = (pace(input.intent.tone), troupes.len());
    let mut clips = pass(input, context, &troupes, pace).await?;
    let troupes = of_one_voice(&troupes, &clips);
    if troupes.len() < count {
        clips = pass(input, context, troupes, pace).await?;
    }
    let hurry = timing::hurry(&clips, &input.intent).min(HURRY_MAX);
    if hurry > 1.0 {
        clips = pass(input, context, troupes, pace * hurry).await?;
    }
    let mut notices = notices(&clips, context, language);
    let asked_s = intent::asked_s(&input.intent, context.providers.lexicon.as_deref());
    notices.extend(asked_s.and_then(|asked_s| missed(&clips, asked_s)));
    Ok(Narration { clips, notices })
}

/// The engines to go on with: where a far engine failed on some lines, those from the one that
/// stood in, so that the narrator does not change in the middle of the video. (What that one spoke
/// is remembered.)
fn of_one_voice<'a>(troupes: &'a [Troupe], clips: &[Clip]) -> &'a [Troupe] {
    let of = |clip: &Clip| troupes.iter().position(|troupe| troupe.engine.name() == clip.engine);
    let used = || clips.iter().filter_map(of).filter(|at| troupes[*at].engine.name() != "silence");
    match (used().min(), used().max()) {
        (Some(first), Some(last)) if first < last && troupes[first].engine.is_remote() => {
            tracing::warn!(engine = troupes[last].engine.name(), "one voice speaks all lines");
            &troupes[last..]
        }
        _ => troupes,
    }
}

/// Speaks every shot at one speed.
async fn pass(
    input: &Input,
    context: &StageContext,
    troupes: &[Troupe],
    speed: f32,
) -> Result<Vec<Clip>, StageError> {
    let shots = &input.script.shots;
    let done = AtomicUsize::new(0);
    let done = &done;
    let said = |at: Option<usize>| at.and_then(|at| shots.get(at)).map(|shot| &*shot.narration);
    let work = shots.iter().enumerate().map(|(at, shot)| async move {
        let beside = [said(at.checked_sub(1)), said(Some(at + 1))];
        let beside = beside.map(Option::unwrap_or_default);
        let clip = one(shot, beside, input, context, troupes, speed).await?;
        let finished = done.fetch_add(1, Ordering::Relaxed) + 1;
        context.progress.set(finished as f32 / shots.len().max(1) as f32);
        Ok::<Clip, StageError>(clip)
    });
    stream::iter(work).buffered(SHOTS_AT_ONCE).try_collect().await
}

/// Speaks a shot with the first engine that can. `beside`: what is said before and after it.
async fn one(
    shot: &ShotScript,
    beside: [&str; 2],
    input: &Input,
    context: &StageContext,
    troupes: &[Troupe],
    speed: f32,
) -> Result<Clip, StageError> {
    let mut last = StageError::Invariant(format!("shot {} was given to no engine", shot.shot));
    for troupe in troupes {
        let request = SpeechRequest {
            text: shot.narration.clone(),
            language: input.intent.language.clone(),
            voice: troupe.cast.voice(shot.speaker).to_owned(),
            speed,
            before: String::new(),
            after: String::new(),
        };
        let engine = troupe.engine.as_ref();
        let request = if engine.hears_neighbours() {
            SpeechRequest { before: beside[0].to_owned(), after: beside[1].to_owned(), ..request }
        } else {
            request
        };
        let key = key(engine, &request);
        if let Some(clip) = remembered(context, &key) {
            return Ok(Clip { shot: shot.shot, ..clip });
        }
        let spoken = engine.speak(&request, &context.cancel).await;
        if context.cancel.is_cancelled() {
            return Err(StageError::Cancelled);
        }
        match spoken {
            Ok(speech) if !speech.samples.is_empty() => {
                let clip = store(shot.shot, speech, engine, request.voice, context)?;
                let value = serde_json::to_value(&clip)
                    .map_err(|error| StageError::Invariant(format!("a clip: {error}")))?;
                context.items.put(&key, &value)?;
                return Ok(clip);
            }
            Ok(_) => tracing::warn!(shot = shot.shot, engine = engine.name(), "said nothing"),
            Err(error) => {
                tracing::warn!(shot = shot.shot, engine = engine.name(), %error, "could not speak");
                last = error.into();
            }
        }
    }
    Err(last)
}

/// A clip from before, if its file is still there.
fn remembered(context: &StageContext, key: &str) -> Option<Clip> {
    let clip: Clip = serde_json::from_value(context.items.get(key)?).ok()?;
    context.blobs.path(&clip.audio).is_file().then_some(clip)
}

fn store(
    shot: u32,
    speech: Speech,
    engine: &dyn VoiceEngine,
    voice: String,
    context: &StageContext,
) -> Result<Clip, StageError> {
    Ok(Clip {
        shot,
        audio: context.blobs.put(&wav::write_mono_48k(&speech.samples), "wav")?,
        samples: speech.samples.len() as u64,
        words: speech.words,
        phonemes: speech.phonemes,
        engine: engine.name().to_owned(),
        voice,
    })
}

/// Names everything a clip depends on.
fn key(engine: &dyn VoiceEngine, request: &SpeechRequest) -> String {
    let mut hash = Sha256::new();
    for part in [engine.version(), &request.language, &request.voice, &request.text] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.update(request.speed.to_le_bytes());
    if engine.hears_neighbours() {
        for part in [&request.before, &request.after] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
    }
    format!("voice-{}", hex::encode(hash.finalize()))
}

/// Said when the words miss the seconds that the sentence asked for by more than a fifth.
fn missed(clips: &[Clip], asked_s: f32) -> Option<Notice> {
    let samples: u64 = clips.iter().map(|clip| clip.samples).sum();
    let spoken_s = samples as f32 / SAMPLE_RATE_HZ as f32;
    let (asked, spoken) = (asked_s.round() as u32, spoken_s.round() as u32);
    if spoken_s > asked_s * 1.2 {
        return Some(Notice::Longer { asked_s: asked, spoken_s: spoken });
    }
    // Between shots there is about a quarter of a second, which no one counts.
    (spoken_s < asked_s * 0.8).then_some(Notice::Shorter { asked_s: asked, spoken_s: spoken })
}

/// What the person should know about the voice.
fn notices(clips: &[Clip], context: &StageContext, language: &str) -> Vec<Notice> {
    let by = |engine: &str| clips.iter().filter(|clip| clip.engine == engine).count() as u32;
    let of = clips.len() as u32;
    let silent = by("silence");
    let stand_in = by("espeak-ng");
    let mut notices = Vec::new();
    if silent == of {
        notices.push(Notice::Silent { language: language.to_owned() });
    } else if silent > 0 {
        notices.push(Notice::LinesSilent { lines: silent, of });
    }
    if stand_in > 0 {
        let neural = context.providers.voices.iter().any(|engine| engine.name() == "kokoro");
        notices.push(if !neural {
            Notice::VoiceMissing
        } else if stand_in == of {
            Notice::VoiceForeign { language: language.to_owned() }
        } else {
            Notice::VoiceFailed { lines: stand_in, of }
        });
    }
    notices
}
