//! What a finished run amounts to: files, words for the person, whom to thank, what each shot cost.

use std::collections::BTreeSet;

use cutline_core::{
    job::{CreditLine, Notice},
    store::ShotReport,
};

use crate::{
    blob::Blobs,
    context::StageError,
    providers::{Source, wordnet},
    runner::Finished,
    stages::{
        Stage,
        deliver::{Delivery, notices},
        imagery::{Imagery, ShotImagery},
        intent::Intent,
        render::Rendered,
        script::Script,
        timing::FPS,
        voice::Narration,
    },
    worker::pipeline::Made,
};

/// The result, its files on this disk.
pub(super) fn made(finished: &Finished, blobs: &Blobs) -> Result<Made, StageError> {
    let intent: Intent = finished.output(Stage::Intent)?;
    let script: Script = finished.output(Stage::Script)?;
    let narration: Narration = finished.output(Stage::Voice)?;
    let imagery: Imagery = finished.output(Stage::Imagery)?;
    let rendered: Rendered = finished.output(Stage::Render)?;
    let delivery: Delivery = finished.output(Stage::Deliver)?;
    let mut notices: Vec<Notice> = notices(&intent, &script, &narration).cloned().collect();
    if !script.verified {
        notices.push(Notice::Unverified);
    }
    let credits = credits(&intent, &script, &imagery);
    Ok(Made {
        master: blobs.path(&delivery.master),
        chat: delivery.chat.as_ref().map(|chat| blobs.path(chat)),
        poster: blobs.path(&delivery.poster),
        sheet: blobs.path(&delivery.contact_sheet),
        vtt: blobs.path(&delivery.vtt),
        srt: blobs.path(&delivery.srt),
        script: blobs.path(&delivery.script),
        duration_ms: u64::from(rendered.frames) * 1_000 / u64::from(FPS),
        picture_px: intent.picture_px,
        title: script.title,
        format: Some(intent.format),
        credits,
        notices,
    })
}

/// Whom to thank: for every shot its picture, and what its words rest on.
fn credits(intent: &Intent, script: &Script, imagery: &Imagery) -> Vec<CreditLine> {
    let line = |shot: u32, source: &str, credit: Option<&Source>| CreditLine {
        shot: shot + 1,
        source: source.to_owned(),
        licence: credit.map_or_else(String::new, |credit| credit.licence.clone()),
        credit: credit.map_or_else(String::new, |credit| credit.title.clone()),
        url: credit.and_then(|credit| credit.url.clone()),
    };
    let mut lines: Vec<CreditLine> =
        imagery.shots.iter().map(|s| line(s.shot, &s.origin, s.source.as_ref())).collect();
    let mut told = BTreeSet::new();
    for shot in &script.shots {
        let facts = shot.facts.iter().filter_map(|at| intent.facts.get(*at as usize));
        for source in facts.filter_map(|fact| fact.source.as_ref()) {
            // An article is thanked once, where it is first drawn on. The dictionary on this
            // machine is a part of the program, as its voice is: the program's own notices name it.
            if *source != wordnet::source() && told.insert(source.clone()) {
                lines.push(line(shot.shot, "facts", Some(source)));
            }
        }
    }
    lines
}

/// Every shot's picture and what it cost.
pub(super) fn shots(finished: &Finished) -> Result<Vec<ShotReport>, StageError> {
    let imagery: Imagery = finished.output(Stage::Imagery)?;
    let mut seen = BTreeSet::new();
    let report = |shot: ShotImagery| ShotReport {
        shot: shot.shot + 1,
        provider: shot.origin,
        licence: shot.source.as_ref().map_or_else(String::new, |s| s.licence.clone()),
        credit: shot.source.map_or_else(String::new, |s| s.title),
        cost_microusd: shot.cost_microusd,
    };
    let shots = imagery.shots.into_iter().filter(|shot| seen.insert(shot.shot));
    Ok(shots.map(report).collect())
}
