//! The pipeline proper: the twelve stages through the runner, on this machine's providers.

use std::{collections::BTreeSet, path::PathBuf, sync::Arc};

use async_trait::async_trait;
use cutline_core::{
    error::UserError,
    job::{BrandKit, CreditLine, JobSpec, Notice},
    objects::{ErrorKind, ObjectKey, Objects, ObjectsError},
    store::{ShotReport, StageReport},
};
use serde_json::{Value, json};
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use super::pipeline::{Attempt, Failure, Made, Pipeline, Report, Reporter};
use crate::{
    blob::{Blob, Blobs},
    config::Config,
    context::{Handling, Progress, StageContext, StageError},
    encode::segment,
    providers::{
        Providers,
        assemble::{self, Writers},
    },
    runner::{
        self, Finished, Settings,
        checkpoints::{Checkpoints, Key, StageItems},
        events::{Event, EventSink, State},
        validate,
    },
    stages::{
        self, Stage,
        deliver::Delivery,
        imagery::Imagery,
        intent::{Intent, Phrases, Request, Upload},
        render::Rendered,
        script::Script,
        timing::FPS,
        voice::Narration,
    },
    tasks,
};

/// Makes videos with what is on this machine.
pub struct Director {
    providers: Arc<Providers>,
    /// Where stages of the operator port keep their files.
    bench: PathBuf,
    /// One stage at a time there: it competes with paying jobs.
    bench_lock: Mutex<()>,
}

impl Director {
    /// Finds what is on this machine.
    pub async fn assemble(config: &Config, writers: Writers) -> Self {
        let mut providers = assemble::assemble(config, writers).await;
        providers.chat_bytes_max = Some(config.delivery.chat_bytes_max);
        let providers = Arc::new(providers);
        let bench = config.paths.cache_dir.join("stage");
        Self { providers, bench, bench_lock: Mutex::default() }
    }

    async fn run(&self, attempt: &Attempt) -> Result<Finished, Failure> {
        let at_start = |source| Failure::new("intent", source);
        let blobs = Blobs::open(attempt.folder.join("blobs")).map_err(at_start)?;
        let checkpoints = Checkpoints::open(attempt.folder.join("checkpoints"))
            .map_err(at_start)?
            .mirrored(attempt.mirror.clone());
        let request = request(&attempt.spec, &attempt.objects, &blobs).await.map_err(at_start)?;
        let settings = Settings {
            providers: self.providers.clone(),
            blobs,
            checkpoints,
            cancel: attempt.cancel.clone(),
            events: Arc::new(Sink(attempt.reporter.clone())),
        };
        runner::run(&request, &settings)
            .await
            .map_err(|error| Failure::new(error.stage.name(), error.source))
    }
}

#[async_trait]
impl Pipeline for Director {
    /// Encodes a frame, loads the models and speaks a word: what does not work is known before a job
    /// is taken, and the first job finds everything loaded.
    async fn warm(&self) -> Result<(), StageError> {
        tokio::fs::create_dir_all(&self.bench).await.map_err(|source| StageError::Io {
            what: format!("creating {}", self.bench.display()),
            source,
        })?;
        let trial = self.bench.join(format!("warm-{}.mp4", uuid::Uuid::new_v4()));
        tasks::blocking(move || segment::trial(&trial)).await??;
        for model in &self.providers.language {
            if let Err(error) = model.warm().await {
                tracing::warn!(model = model.name(), %error, "does not load; others will write");
            }
        }
        let voice = self.providers.voices.first().ok_or_else(|| {
            StageError::Invariant("there is no voice, not even the silent one".into())
        })?;
        let name = voice.voices("en").into_iter().next().map_or_else(String::new, |v| v.name);
        let word = crate::providers::SpeechRequest {
            text: "Ready.".into(),
            language: "en".into(),
            voice: name,
            speed: 1.0,
        };
        voice.speak(&word, &CancellationToken::new()).await?;
        if let Some(set) = &self.providers.illustrations {
            let set = set.clone();
            tasks::blocking(move || set.find("octopus", "en", 1).len()).await?;
        }
        Ok(())
    }

    async fn make(&self, attempt: &Attempt) -> Result<Made, Failure> {
        let finished = self.run(attempt).await?;
        let at_end = |source| Failure::new("deliver", source);
        let blobs = Blobs::open(attempt.folder.join("blobs")).map_err(at_end)?;
        let shots = shots(&finished).map_err(at_end)?;
        attempt.reporter.tell(Report::Shots(shots));
        made(&finished, &blobs).map_err(at_end)
    }

    fn describe(&self) -> Value {
        let providers = &self.providers;
        let named = |name: &str, version: &str| format!("{name} {version}");
        json!({
            "pipeline": "director",
            "encoder": "libx264",
            "language": providers.language.iter().map(|p| named(p.name(), p.version())).collect::<Vec<_>>(),
            "voices": providers.voices.iter().map(|p| named(p.name(), p.version())).collect::<Vec<_>>(),
            "illustrations": providers.illustrations.as_ref().map(|p| p.version().to_owned()),
            "missing": providers.missing,
        })
    }

    async fn stage(
        &self,
        name: &str,
        input: Value,
        cancel: CancellationToken,
    ) -> Result<Value, StageError> {
        let unknown = || {
            let names: Vec<&str> = Stage::ALL.iter().map(|stage| stage.name()).collect();
            UserError::validation("stage", format!("There are the stages {}.", names.join(", ")))
        };
        let found = Stage::ALL.into_iter().find(|stage| stage.name() == name);
        let stage = found.ok_or_else(unknown)?;
        let _alone = self.bench_lock.lock().await;
        let blobs = Blobs::open(self.bench.join("blobs"))?;
        let checkpoints = Checkpoints::open(self.bench.join("checkpoints"))?;
        let key = Key::of(stage, &input, &self.providers);
        if stage == Stage::Render {
            validate::plan(&input, &blobs)?;
        }
        let context = StageContext {
            providers: self.providers.clone(),
            blobs,
            cancel,
            progress: Progress::silent(),
            items: Arc::new(StageItems::new(checkpoints, &key)),
        };
        // On a thread of its own: a stage may compute for long without an await.
        let mut group = tasks::Group::default();
        group
            .start_on_thread(move || async move { stages::run_json(stage, input, &context).await });
        let ended = || StageError::Invariant("the stage ended without an answer".into());
        group.next().await.ok_or_else(ended)??
    }
}

/// The spec as the first stage knows it, with the person's pictures on this disk.
async fn request(spec: &JobSpec, objects: &Objects, blobs: &Blobs) -> Result<Request, StageError> {
    let mut images = Vec::with_capacity(spec.uploads.len());
    for upload in &spec.uploads {
        let ext = upload.key.as_str().rsplit_once('.').map_or("png", |(_, ext)| ext);
        let blob =
            Blob { sha256: upload.sha256.clone(), ext: ext.to_owned(), size_bytes: upload.bytes };
        let path = blobs.path(&blob);
        if !path.metadata().is_ok_and(|found| found.len() == upload.bytes) {
            picture(objects, &upload.key, &blob, blobs).await?;
        }
        images.push(Upload {
            blob,
            width_px: upload.width_px,
            height_px: upload.height_px,
            name: upload.name.clone(),
        });
    }
    Ok(Request {
        sentence: spec.sentence.clone(),
        images,
        seed: spec.seed,
        plan: spec.plan,
        format: spec.format,
        phrases: phrases(spec.brand.as_ref()),
    })
}

/// What a brand kit has to say about words.
fn phrases(kit: Option<&BrandKit>) -> Phrases {
    kit.map_or_else(Phrases::default, |kit| Phrases {
        required: kit.required_phrases.clone(),
        banned: kit.banned_phrases.clone(),
    })
}

/// Fetches a picture and makes sure that it is the one the person sent.
async fn picture(
    objects: &Objects,
    key: &ObjectKey,
    blob: &Blob,
    blobs: &Blobs,
) -> Result<(), StageError> {
    let bytes = objects.get(key).await.map_err(stored)?;
    let (blobs, ext) = (blobs.clone(), blob.ext.clone());
    let found = tasks::blocking(move || blobs.put(&bytes, &ext)).await??;
    if found.sha256 == blob.sha256 {
        Ok(())
    } else {
        Err(StageError::Invariant(format!("{key} is not the picture that was uploaded")))
    }
}

/// An object store's failure as a stage's.
pub(super) fn stored(error: ObjectsError) -> StageError {
    let handling = match error.kind() {
        ErrorKind::Transient | ErrorKind::Full => Handling::Retry,
        _ => Handling::Fail,
    };
    StageError::Provider { what: "the object store".into(), handling, source: Box::new(error) }
}

/// Turns the runner's events into reports.
struct Sink(Reporter);

impl EventSink for Sink {
    fn event(&self, event: &Event) {
        let stage = event.stage.name().to_owned();
        if matches!(event.state, State::Finished | State::Resumed) {
            self.0.tell(Report::Stage(StageReport {
                stage: stage.clone(),
                wall_ms: event.stage_ms,
                resumed: event.state == State::Resumed,
                cost_microusd: 0,
            }));
        }
        self.0.tell(Report::Progress {
            stage,
            fraction: event.fraction,
            overall: event.overall,
            eta_ms: event.eta_ms,
        });
    }
}

fn made(finished: &Finished, blobs: &Blobs) -> Result<Made, StageError> {
    let intent: Intent = finished.output(Stage::Intent)?;
    let script: Script = finished.output(Stage::Script)?;
    let narration: Narration = finished.output(Stage::Voice)?;
    let imagery: Imagery = finished.output(Stage::Imagery)?;
    let rendered: Rendered = finished.output(Stage::Render)?;
    let delivery: Delivery = finished.output(Stage::Deliver)?;
    let mut notices: Vec<Notice> =
        intent.notices.iter().chain(&narration.notices).cloned().collect();
    if !script.verified {
        notices.push(Notice::Unverified);
    }
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
        credits: credits(&imagery),
        notices,
    })
}

fn credits(imagery: &Imagery) -> Vec<CreditLine> {
    imagery
        .shots
        .iter()
        .map(|shot| CreditLine {
            shot: shot.shot + 1,
            source: shot.origin.clone(),
            licence: shot.source.as_ref().map_or_else(String::new, |s| s.licence.clone()),
            credit: shot.source.as_ref().map_or_else(String::new, |s| s.title.clone()),
            url: shot.source.as_ref().and_then(|s| s.url.clone()),
        })
        .collect()
}

fn shots(finished: &Finished) -> Result<Vec<ShotReport>, StageError> {
    let imagery: Imagery = finished.output(Stage::Imagery)?;
    let mut seen = BTreeSet::new();
    let report = |line: CreditLine| ShotReport {
        shot: line.shot,
        provider: line.source,
        licence: line.licence,
        credit: line.credit,
        cost_microusd: 0,
    };
    let lines = credits(&imagery).into_iter().filter(|line| seen.insert(line.shot));
    Ok(lines.map(report).collect())
}
