//! The pipeline proper: the twelve stages through the runner, on this machine's providers and,
//! where there are keys, the cloud's.

mod outcome;

use std::{path::PathBuf, sync::Arc};

use async_trait::async_trait;
use cutline_core::{
    error::UserError,
    job::{BrandKit, JobSpec},
    objects::{ErrorKind, ObjectKey, Objects, ObjectsError},
    store::StageReport,
};
use serde_json::{Value, json};
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use super::{
    book::StoreBook,
    pipeline::{Attempt, Failure, Made, Pipeline, Report, Reporter},
};
use crate::{
    blob::{Blob, Blobs},
    config::Config,
    context::{Handling, Preview, Progress, StageContext, StageError},
    encode::segment,
    providers::{
        Providers,
        assemble::{self, Writers},
        cloud::Cloud,
        purse::Purse,
    },
    runner::{
        self, Finished, Settings,
        checkpoints::{Checkpoints, Key, StageItems},
        events::{Event, EventSink, State},
        validate,
    },
    stages::{
        self, Stage,
        intent::{Phrases, Request, Upload},
    },
    tasks,
};

/// Makes videos with what is on this machine, and with the cloud's where there are keys.
pub struct Director {
    providers: Arc<Providers>,
    cloud: Option<Cloud>,
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
        let cloud = assemble::cloud(config, writers, &mut providers.missing);
        let providers = Arc::new(providers);
        let bench = config.paths.cache_dir.join("stage");
        Self { providers, cloud, bench, bench_lock: Mutex::default() }
    }

    async fn run(&self, attempt: &Attempt) -> Result<Finished, Failure> {
        let at_start = |source| Failure::new("intent", source);
        let blobs = Blobs::open(attempt.folder.join("blobs")).map_err(at_start)?;
        let checkpoints = Checkpoints::open(attempt.folder.join("checkpoints"))
            .map_err(at_start)?
            .mirrored(attempt.mirror.clone());
        let request = request(&attempt.spec, &attempt.objects, &blobs).await.map_err(at_start)?;
        let hand = self.cloud.as_ref().map(|cloud| hand(cloud, &self.providers, attempt));
        let (providers, purse) = match hand {
            Some((providers, purse)) => (Arc::new(providers), Some(purse)),
            None => (self.providers.clone(), None),
        };
        let settings = Settings {
            providers,
            blobs,
            checkpoints,
            cancel: attempt.cancel.clone(),
            events: Arc::new(Sink { reporter: attempt.reporter.clone(), purse }),
        };
        runner::run(&request, &settings)
            .await
            .map_err(|error| Failure::new(error.stage.name(), error.source))
    }
}

#[async_trait]
impl Pipeline for Director {
    /// Encodes a frame, loads the models, speaks a word and tries the keys: what does not work is
    /// known before a job is taken, and the first job finds everything loaded.
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
            before: String::new(),
            after: String::new(),
        };
        voice.speak(&word, &CancellationToken::new()).await?;
        if let Some(set) = &self.providers.illustrations {
            let set = set.clone();
            tasks::blocking(move || set.find("octopus", "en", 1).len()).await?;
        }
        // A vendor that cannot be used is left alone from the start, and told to the operator.
        if let Some(cloud) = &self.cloud {
            for one in cloud.check().await.into_iter().filter(|one| !one.works) {
                tracing::warn!(
                    vendor = one.vendor,
                    why = one.words,
                    "cannot be used; others will do"
                );
            }
        }
        Ok(())
    }

    async fn make(&self, attempt: &Attempt) -> Result<Made, Failure> {
        let finished = self.run(attempt).await?;
        let at_end = |source| Failure::new("deliver", source);
        let blobs = Blobs::open(attempt.folder.join("blobs")).map_err(at_end)?;
        let shots = outcome::shots(&finished).map_err(at_end)?;
        attempt.reporter.tell(Report::Shots(shots));
        outcome::made(&finished, &blobs).map_err(at_end)
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
            "cloud": self.cloud.as_ref().map(Cloud::names),
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
            preview: Preview::default(),
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
        mode: spec.mode,
        format: spec.format,
        phrases: phrases(spec.brand.as_ref()),
        grain: false,
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

/// A try's providers, paid for from a purse of its own: what it buys travels with its checkpoints.
fn hand(cloud: &Cloud, own: &Providers, attempt: &Attempt) -> (Providers, Arc<Purse>) {
    let spec = &attempt.spec;
    let book = StoreBook::new(attempt.store.clone(), spec.job, attempt.token);
    let vault = cloud.vault().of_job(attempt.folder.join("checkpoints"), attempt.mirror.clone());
    let limits = &cloud.config().limits;
    let purse = Purse::new(Arc::new(book), vault, limits, spec.plan, spec.mode);
    (cloud.hand(own, &purse), purse)
}

/// Turns the runner's events into reports.
struct Sink {
    reporter: Reporter,
    purse: Option<Arc<Purse>>,
}

impl EventSink for Sink {
    fn event(&self, event: &Event) {
        let stage = event.stage.name().to_owned();
        if matches!(event.state, State::Finished | State::Resumed) {
            let cost_microusd = self.purse.as_ref().map_or(0, |purse| purse.cost_of(&stage));
            self.reporter.tell(Report::Stage(StageReport {
                stage: stage.clone(),
                wall_ms: event.stage_ms,
                resumed: event.state == State::Resumed,
                cost_microusd,
            }));
        }
        self.reporter.tell(Report::Progress {
            stage,
            fraction: event.fraction,
            overall: event.overall,
            eta_ms: event.eta_ms,
        });
    }

    fn preview(&self) -> Preview {
        let reporter = self.reporter.clone();
        Preview::new(move |jpeg| reporter.tell(Report::Sheet(jpeg)))
    }
}
