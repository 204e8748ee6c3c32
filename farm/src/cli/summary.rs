//! The closing words of a render, for people and as JSON.

use std::{collections::BTreeSet, fmt::Write as _, path::PathBuf};

use serde::Serialize;

use super::{exit::CliError, output::Files, progress::seconds};
use crate::{
    encode::qc::QcReport,
    providers::{Providers, Source},
    runner::{Finished, StageTime},
    stages::{
        Stage, deliver::notices, imagery::Imagery, intent::Intent, intent::Request,
        render::Rendered, script::Script, timing::FPS, voice::Narration,
    },
};

/// Everything worth saying about a finished video.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// Always "done".
    pub status: &'static str,
    /// Title of the video.
    pub title: String,
    /// As asked.
    pub sentence: String,
    /// Chosen format.
    pub format: cutline_core::format::Format,
    /// BCP 47 tag of the narration.
    pub language: String,
    /// Reproduces the video.
    pub seed: u64,
    /// Where the files are.
    pub files: Files,
    /// Length of the video.
    pub duration_ms: u64,
    /// From the command to the files.
    pub wall_ms: u64,
    /// Wall time divided by the video's length.
    pub ratio: f64,
    /// A stage each.
    pub stages: Vec<StageTime>,
    /// Who wrote the script.
    pub writer: String,
    /// Whether every statement rests on a source.
    pub verified: bool,
    /// Voices used, with their engines.
    pub voices: Vec<String>,
    /// Where facts and pictures are from.
    pub sources: Vec<Source>,
    /// How many pictures came from where.
    pub pictures: Vec<String>,
    /// Said to the person.
    pub notices: Vec<String>,
    /// What this machine lacks and what that cost.
    pub missing: Vec<String>,
    /// What the gate measured.
    pub qc: QcReport,
    /// The work folder, where it was to be kept.
    pub work: Option<PathBuf>,
}

impl Summary {
    /// Collects it from a finished run.
    ///
    /// # Errors
    /// [`CliError::Defect`] when an output is not what it should be.
    pub fn of(
        request: &Request,
        finished: &Finished,
        providers: &Providers,
        files: Files,
        work: Option<PathBuf>,
        wall_ms: u64,
    ) -> Result<Self, CliError> {
        let intent: Intent = finished.output(Stage::Intent)?;
        let script: Script = finished.output(Stage::Script)?;
        let narration: Narration = finished.output(Stage::Voice)?;
        let imagery: Imagery = finished.output(Stage::Imagery)?;
        let rendered: Rendered = finished.output(Stage::Render)?;
        let duration_ms = u64::from(rendered.frames) * 1_000 / u64::from(FPS);
        let voices: BTreeSet<String> = narration
            .clips
            .iter()
            .map(|clip| format!("{} ({})", clip.voice, clip.engine))
            .collect();
        let notices = notices(&intent, &script, &narration).map(ToString::to_string).collect();
        Ok(Self {
            status: "done",
            title: script.title.clone(),
            sentence: request.sentence.clone(),
            format: intent.format,
            language: script.language.clone().unwrap_or(intent.language.clone()),
            seed: request.seed,
            files,
            duration_ms,
            wall_ms,
            ratio: wall_ms as f64 / duration_ms.max(1) as f64,
            stages: finished.times.clone(),
            writer: script.writer.clone(),
            verified: script.verified,
            voices: voices.into_iter().collect(),
            sources: sources(&intent, &script, &imagery),
            pictures: pictures(&imagery),
            notices,
            missing: providers.missing.clone(),
            qc: rendered.qc,
            work,
        })
    }

    /// One line of JSON.
    ///
    /// # Errors
    /// [`CliError::Defect`].
    pub fn json(&self) -> Result<String, CliError> {
        serde_json::to_string(self).map_err(|error| CliError::Defect(error.to_string()))
    }

    /// For people.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        self.write_to(&mut text).unwrap_or_default();
        text
    }

    fn write_to(&self, out: &mut String) -> std::fmt::Result {
        let resumed: Vec<&str> =
            self.stages.iter().filter(|time| time.resumed).map(|time| time.stage.name()).collect();
        writeln!(out, "\n{}", self.title)?;
        writeln!(out, "  video      {}", self.files.video.display())?;
        writeln!(
            out,
            "  length     {} ({:?}, {}), made in {}: {:.2}× its length",
            seconds(self.duration_ms),
            self.format,
            self.language,
            seconds(self.wall_ms),
            self.ratio
        )?;
        let mut times: Vec<&StageTime> = self.stages.iter().filter(|time| !time.resumed).collect();
        times.sort_by_key(|time| time.stage);
        let times: Vec<String> = times
            .iter()
            .map(|time| format!("{} {}", time.stage.name(), seconds(time.wall_ms)))
            .collect();
        writeln!(out, "  stages     {}", times.join(", "))?;
        if !resumed.is_empty() {
            writeln!(out, "  resumed    {}", resumed.join(", "))?;
        }
        writeln!(out, "  words      {}", self.writer)?;
        if !self.verified {
            writeln!(
                out,
                "  UNVERIFIED not every statement rests on a source: check before posting"
            )?;
        }
        writeln!(out, "  voice      {}", self.voices.join(", "))?;
        writeln!(out, "  pictures   {}", self.pictures.join(", "))?;
        for source in &self.sources {
            let url = source.url.as_deref().map_or_else(String::new, |url| format!(", {url}"));
            writeln!(out, "  source     {}, {}{url}", source.title, source.licence)?;
        }
        for notice in &self.notices {
            writeln!(out, "  note       {notice}")?;
        }
        for missing in &self.missing {
            writeln!(out, "  missing    {missing}")?;
        }
        for line in qc_lines(&self.qc) {
            writeln!(out, "  {line}")?;
        }
        if let Some(work) = &self.work {
            writeln!(out, "  work kept  {}", work.display())?;
        }
        Ok(())
    }
}

/// The gate's report, a line a check.
#[must_use]
pub fn qc_lines(qc: &QcReport) -> Vec<String> {
    qc.checks
        .iter()
        .map(|check| {
            let verdict = if check.passed { "pass" } else { "FAIL" };
            format!("QC {verdict}    {}: {} (wanted {})", check.name, check.found, check.wanted)
        })
        .collect()
}

/// Sources of the facts that were used and of all pictures.
fn sources(intent: &Intent, script: &Script, imagery: &Imagery) -> Vec<Source> {
    let used: BTreeSet<u32> = script.shots.iter().flat_map(|shot| shot.facts.clone()).collect();
    let facts = used
        .iter()
        .filter_map(|&index| intent.facts.get(index as usize))
        .filter_map(|fact| fact.source.clone());
    let pictures = imagery.shots.iter().filter_map(|shot| shot.source.clone());
    facts.chain(pictures).collect::<BTreeSet<_>>().into_iter().collect()
}

fn pictures(imagery: &Imagery) -> Vec<String> {
    let origins: BTreeSet<&str> = imagery.shots.iter().map(|shot| shot.origin.as_str()).collect();
    origins
        .iter()
        .map(|origin| {
            let count = imagery.shots.iter().filter(|shot| shot.origin == *origin).count();
            format!("{count} × {origin}")
        })
        .collect()
}
