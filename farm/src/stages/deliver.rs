//! Stage 12, `deliver`: finished files under their final names.

use std::collections::BTreeSet;

use cutline_core::job::Notice;
use serde::{Deserialize, Serialize};

use super::{intent::Intent, script::Script, timing::FPS, voice::Narration};
use crate::{
    blob::Blob,
    context::{StageContext, StageError},
    encode::{EncodeError, rendition},
    providers::Source,
    tasks,
};

/// Bumped whenever the same input may give another output.
pub const VERSION: u32 = 2;

/// What the stage is given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// From stage `intent`.
    pub intent: Intent,
    /// From stage `script`.
    pub script: Script,
    /// From stage `voice`.
    pub narration: Narration,
    /// From stage `captions`.
    pub captions: super::captions::Captions,
    /// From stage `imagery`.
    pub imagery: super::imagery::Imagery,
    /// From stage `render`.
    pub rendered: super::render::Rendered,
}

/// What is handed over. Files are blobs; the caller copies them where the person wants them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Delivery {
    /// The MP4.
    pub master: Blob,
    /// A smaller MP4 for chats, where one was wanted and the master is too long for them.
    #[serde(default)]
    pub chat: Option<Blob>,
    /// Poster frame.
    pub poster: Blob,
    /// Contact sheet.
    pub contact_sheet: Blob,
    /// SubRip captions.
    pub srt: Blob,
    /// WebVTT captions.
    pub vtt: Blob,
    /// The script as text, with sources and credits.
    pub script: Blob,
}

/// Stores what goes beside the MP4, the rendition for chats among it.
///
/// # Errors
/// [`StageError::Io`] when the disk refuses, [`StageError::Cancelled`].
pub async fn run(input: &Input, context: &StageContext) -> Result<Delivery, StageError> {
    let blobs = &context.blobs;
    let delivery = Delivery {
        master: input.rendered.master.clone(),
        chat: chat(&input.rendered.master, context).await?,
        poster: input.rendered.poster.clone(),
        contact_sheet: input.rendered.contact_sheet.clone(),
        srt: blobs.put(input.captions.srt.as_bytes(), "srt")?,
        vtt: blobs.put(input.captions.vtt.as_bytes(), "vtt")?,
        script: blobs.put(script_text(input).as_bytes(), "txt")?,
    };
    context.progress.set(1.0);
    Ok(delivery)
}

/// The rendition for chats, if one is wanted, needed and possible.
async fn chat(master: &Blob, context: &StageContext) -> Result<Option<Blob>, StageError> {
    let Some(budget_bytes) = context.providers.chat_bytes_max else { return Ok(None) };
    if master.size_bytes <= budget_bytes {
        return Ok(None);
    }
    let (master, context) = (master.clone(), context.clone());
    tasks::blocking(move || {
        let out = tempfile::Builder::new().suffix(".mp4").tempfile_in(context.blobs.root());
        let out = out.map_err(|source| StageError::Io {
            what: format!("creating a file in {}", context.blobs.root().display()),
            source,
        })?;
        let out = out.into_temp_path();
        let master = context.blobs.path(&master);
        let progress = |fraction| context.progress.set(0.98 * fraction);
        match rendition::fit(&master, &out, budget_bytes, &context.cancel, &progress) {
            Ok(true) => context.blobs.adopt(&out, "mp4").map(Some),
            Ok(false) => {
                tracing::warn!(budget_bytes, "no rendition for chats: they get the link");
                Ok(None)
            }
            Err(error @ (EncodeError::Cancelled | EncodeError::Io { .. })) => Err(error.into()),
            // The video itself is good: a convenience must not cost it.
            Err(error) => {
                tracing::error!(%error, "the rendition for chats failed: they get the link");
                Ok(None)
            }
        }
    })
    .await?
}

/// The script for reading: title, lines with their times, then what it rests on and whose the
/// pictures are.
fn script_text(input: &Input) -> String {
    let mut lines = vec![input.script.title.clone(), String::new()];
    lines.push(format!("Asked for: {}", input.intent.sentence));
    lines.push(format!("Written by: {}", input.script.writer));
    if !input.script.verified {
        lines.push("Unverified: not every statement rests on a source.".into());
    }
    lines.push(String::new());
    for shot in &input.script.shots {
        let page = input.captions.pages.iter().find(|page| page.shot == shot.shot);
        let time = page.map_or_else(String::new, |page| format!("[{}] ", clock(page.start_frame)));
        let speaker = shot
            .speaker
            .and_then(|index| input.intent.speakers.get(index as usize))
            .map_or_else(String::new, |speaker| format!("{}: ", speaker.name));
        lines.push(format!("{time}{speaker}{}", shot.narration));
    }
    section(&mut lines, "Facts", facts(input));
    section(&mut lines, "Pictures and voice", credits(input));
    let notes = notices(&input.intent, &input.script, &input.narration);
    section(&mut lines, "Notes", notes.map(ToString::to_string).collect());
    lines.push(String::new());
    lines.join("\n")
}

fn section(lines: &mut Vec<String>, title: &str, items: Vec<String>) {
    if !items.is_empty() {
        lines.push(String::new());
        lines.push(title.into());
        lines.extend(items.into_iter().map(|item| format!("- {item}")));
    }
}

/// The facts that the script uses, each with its source.
fn facts(input: &Input) -> Vec<String> {
    let used: BTreeSet<u32> =
        input.script.shots.iter().flat_map(|shot| shot.facts.iter().copied()).collect();
    used.iter()
        .filter_map(|&index| input.intent.facts.get(index as usize))
        .filter_map(|fact| Some(format!("{} ({})", fact.text, credit(fact.source.as_ref()?))))
        .collect()
}

/// One line a source of pictures, and the voices.
fn credits(input: &Input) -> Vec<String> {
    let pictures: BTreeSet<&Source> =
        input.imagery.shots.iter().filter_map(|shot| shot.source.as_ref()).collect();
    let voices: BTreeSet<String> = input
        .narration
        .clips
        .iter()
        .map(|clip| format!("Voice: {} ({})", clip.voice, clip.engine))
        .collect();
    pictures.into_iter().map(credit).chain(voices).collect()
}

/// What every stage had to say to the person, in their order.
pub fn notices<'a>(
    intent: &'a Intent,
    script: &'a Script,
    narration: &'a Narration,
) -> impl Iterator<Item = &'a Notice> {
    intent.notices.iter().chain(&script.notices).chain(&narration.notices)
}

fn credit(source: &Source) -> String {
    let url = source.url.as_ref().map_or_else(String::new, |url| format!(", {url}"));
    format!("{}, {}{url}", source.title, source.licence)
}

/// Minutes and seconds of a frame.
fn clock(frame: u32) -> String {
    let seconds = frame / FPS;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}
