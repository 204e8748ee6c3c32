//! A pipeline that makes no video: a few short stages with checkpoints and paid calls, so that a
//! chaos run goes through everything around the pipeline a thousand times a minute. Compiled for
//! tests only.
//!
//! The "provider" is a folder: a charge is a file named by the call, created once. Every call that
//! reaches it is also written down, so that a test can tell a repeated call from a repeated charge.

use std::{
    io::Write,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use cutline_core::{
    failpoint,
    store::{PaidCall, PaidCallKey, StageReport, Written},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;

use super::pipeline::{Attempt, Failure, Made, Pipeline, Report};
use crate::{
    context::{Handling, StageError},
    tasks,
};

/// The variable that says what a stand-in does, as `stages=4,ms=20,paid=2,provider=/folder`, or
/// `stages=2,ms=20,sheet=1,hold=/file,bytes=1000000`.
pub const VARIABLE: &str = "CUTLINE_STANDIN";
/// What a call costs.
const COST_MICROUSD: u64 = 1_000;

/// A stand-in for the pipeline.
#[derive(Clone, Debug)]
pub struct StandIn {
    /// How many stages; none makes the shortest job there is.
    pub stages: u32,
    /// How long each takes.
    pub each: Duration,
    /// How many of the stages, from the first, make a paid call.
    pub paid: u32,
    /// The provider's folder.
    pub provider: Option<PathBuf>,
    /// Whether a contact sheet is shown after the first stage.
    pub sheet: bool,
    /// The last stage does not end before this file is there.
    pub hold: Option<PathBuf>,
    /// Size of what stands for the video, at least.
    pub bytes: usize,
}

impl Default for StandIn {
    /// Three short stages and nothing else.
    fn default() -> Self {
        Self {
            stages: 3,
            each: Duration::from_millis(20),
            paid: 0,
            provider: None,
            sheet: false,
            hold: None,
            bytes: 0,
        }
    }
}

impl StandIn {
    /// Reads [`VARIABLE`].
    ///
    /// # Errors
    /// What cannot be understood, in words.
    pub fn from_lookup(lookup: &dyn Fn(&str) -> Option<String>) -> Result<Self, String> {
        let mut plan = Self::default();
        let text = lookup(VARIABLE).unwrap_or_default();
        for pair in text.split(',').filter(|pair| !pair.trim().is_empty()) {
            let wrong = || format!("{VARIABLE}: “{pair}” is not understood");
            let (name, value) = pair.split_once('=').ok_or_else(wrong)?;
            let number = || value.trim().parse::<u32>().map_err(|_| wrong());
            match name.trim() {
                "stages" => plan.stages = number()?,
                "ms" => plan.each = Duration::from_millis(number()?.into()),
                "paid" => plan.paid = number()?,
                "provider" => plan.provider = Some(PathBuf::from(value.trim())),
                "sheet" => plan.sheet = number()? > 0,
                "bytes" => plan.bytes = number()? as usize,
                "hold" => plan.hold = Some(PathBuf::from(value.trim())),
                _ => return Err(wrong()),
            }
        }
        Ok(plan)
    }

    async fn stage(&self, attempt: &Attempt, number: u32) -> Result<(), StageError> {
        let started = Instant::now();
        let name = format!("standin-{number}");
        let file = format!("{:02}-{name}.json", number + 1);
        let path = attempt.folder.join("checkpoints").join(&file);
        let resumed = path.is_file();
        if !resumed {
            let paid = match &self.provider {
                Some(provider) if number < self.paid => pay(attempt, &name, provider).await?,
                _ => Value::Null,
            };
            let steps = 5;
            for step in 0..steps {
                tokio::select! {
                    biased;
                    () = attempt.cancel.cancelled() => return Err(StageError::Cancelled),
                    () = tokio::time::sleep(self.each / steps) => {}
                }
                attempt.reporter.tell(Report::Progress {
                    stage: name.clone(),
                    fraction: (step + 1) as f32 / steps as f32,
                    overall: number as f32 / self.stages.max(1) as f32,
                    eta_ms: 0,
                });
            }
            if let Some(hold) = self.hold.as_ref().filter(|_| number + 1 == self.stages) {
                self.held(hold, attempt, &name).await?;
            }
            keep(&path, &json!({"job": attempt.spec.job, "stage": name, "paid": paid}))?;
            attempt.mirror.kept(&file, Vec::new());
            attempt.cancel.run_until_cancelled(attempt.mirror.settled()).await;
        }
        attempt.reporter.tell(Report::Stage(StageReport {
            stage: name,
            wall_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            resumed,
            cost_microusd: 0,
        }));
        if self.sheet && number == 0 {
            attempt.reporter.tell(Report::Sheet(sheet(attempt)?));
        }
        Ok(())
    }

    /// Waits for a file that the test makes, moving on a little all the time.
    async fn held(&self, until: &Path, attempt: &Attempt, stage: &str) -> Result<(), StageError> {
        let mut looks = 0_u16;
        while !until.exists() {
            tokio::select! {
                biased;
                () = attempt.cancel.cancelled() => return Err(StageError::Cancelled),
                () = tokio::time::sleep(Duration::from_millis(10)) => {}
            }
            looks = looks.saturating_add(1);
            let fraction = f32::from(looks) / (f32::from(looks) + 500.0);
            attempt.reporter.tell(Report::Progress {
                stage: stage.to_owned(),
                fraction,
                overall: (self.stages as f32 - 1.0 + fraction) / self.stages as f32,
                eta_ms: 0,
            });
        }
        Ok(())
    }
}

/// A small picture, another for each try.
fn sheet(attempt: &Attempt) -> Result<Vec<u8>, StageError> {
    let shade = u8::try_from(attempt.spec.attempt * 60).unwrap_or(u8::MAX);
    let picture = image::RgbImage::from_pixel(48, 32, image::Rgb([shade, 90, 160]));
    let mut jpeg = std::io::Cursor::new(Vec::new());
    picture
        .write_to(&mut jpeg, image::ImageFormat::Jpeg)
        .map_err(|error| StageError::Invariant(format!("writing a JPEG: {error}")))?;
    Ok(jpeg.into_inner())
}

#[async_trait]
impl Pipeline for StandIn {
    async fn warm(&self) -> Result<(), StageError> {
        Ok(())
    }

    async fn make(&self, attempt: &Attempt) -> Result<Made, Failure> {
        for number in 0..self.stages {
            let name = format!("standin-{number}");
            self.stage(attempt, number).await.map_err(|error| Failure::new(name, error))?;
        }
        let folder = attempt.folder.clone();
        let text = format!("{} {}\n", attempt.spec.job, attempt.spec.sentence);
        let bytes = self.bytes;
        let written = tasks::blocking(move || files(&folder, &text, bytes)).await;
        let written = written.and_then(|written| written);
        written.map_err(|error| Failure::new("deliver", error))
    }

    fn describe(&self) -> Value {
        json!({"pipeline": "stand-in", "stages": self.stages, "paid": self.paid})
    }

    async fn stage(
        &self,
        _name: &str,
        input: Value,
        _cancel: CancellationToken,
    ) -> Result<Value, StageError> {
        Ok(input)
    }
}

/// One paid call: intention, call, answer. An intention without an answer is looked up first.
async fn pay(attempt: &Attempt, stage: &str, provider: &Path) -> Result<Value, StageError> {
    let input = format!("{} {stage} {}", attempt.spec.job, attempt.spec.sentence);
    let input_sha256: [u8; 32] = Sha256::digest(input).into();
    let key = PaidCallKey { job: attempt.spec.job, stage, item: "0", input_sha256: &input_sha256 };
    let charge = provider.join(format!("{}-{stage}-0", attempt.spec.job));
    let unsure = |error: cutline_core::store::StoreError| StageError::Provider {
        what: "recording a paid call".into(),
        handling: Handling::Retry,
        source: Box::new(error),
    };
    loop {
        let known = attempt.store.paid_call_begin(key, attempt.token, 0).await.map_err(unsure)?;
        let answer = match known {
            PaidCall::Done { output, .. } => return Ok(output),
            PaidCall::Stale => return Err(StageError::Cancelled),
            PaidCall::New => {
                failpoint!("worker.before_provider");
                let answer = call(&charge, attempt)?;
                failpoint!("worker.after_provider");
                answer
            }
            PaidCall::Begun | PaidCall::Unknown { .. } => match std::fs::read_to_string(&charge) {
                Ok(text) => json!(text.trim()),
                Err(_) => {
                    let forgotten = attempt.store.paid_call_forget(key, attempt.token).await;
                    if forgotten.map_err(unsure)? == Written::Stale {
                        return Err(StageError::Cancelled);
                    }
                    continue;
                }
            },
        };
        let name = charge.file_name().and_then(|name| name.to_str());
        let done =
            attempt.store.paid_call_done(key, attempt.token, COST_MICROUSD, name, &answer).await;
        return match done.map_err(unsure)? {
            Written::Yes => Ok(answer),
            Written::Stale => Err(StageError::Cancelled),
        };
    }
}

/// The provider: charges once for a name, and writes down that it was called.
fn call(charge: &Path, attempt: &Attempt) -> Result<Value, StageError> {
    let io = |source| StageError::Io { what: format!("calling {}", charge.display()), source };
    let mut calls = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(charge.with_extension("calls"))
        .map_err(io)?;
    writeln!(calls, "token {}", attempt.token).map_err(io)?;
    let answer = format!("answer to {}", attempt.spec.reference);
    match std::fs::OpenOptions::new().write(true).create_new(true).open(charge) {
        Ok(mut file) => file.write_all(answer.as_bytes()).map_err(io)?,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(io(error)),
    }
    Ok(json!(answer))
}

/// Writes a checkpoint so that it is whole or not there.
fn keep(path: &Path, value: &Value) -> Result<(), StageError> {
    let io = |source| StageError::Io { what: format!("writing {}", path.display()), source };
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(io)?;
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(io)?;
    file.write_all(value.to_string().as_bytes()).map_err(io)?;
    file.persist(path).map_err(|error| io(error.error))?;
    Ok(())
}

fn files(folder: &Path, text: &str, bytes: usize) -> Result<Made, StageError> {
    let put = |name: &str, text: &[u8]| {
        let path = folder.join(name);
        let io = |source| StageError::Io { what: format!("writing {}", path.display()), source };
        std::fs::write(&path, text).map_err(io)?;
        Ok::<PathBuf, StageError>(path)
    };
    let write = |name: &str| put(name, text.as_bytes());
    let mut film = text.as_bytes().to_vec();
    film.resize(film.len().max(bytes), b'.');
    Ok(Made {
        master: put("master.mp4", &film)?,
        chat: None,
        poster: write("poster.png")?,
        sheet: write("sheet.png")?,
        vtt: write("captions.vtt")?,
        srt: write("captions.srt")?,
        script: write("script.txt")?,
        duration_ms: 15_000,
        picture_px: (720, 1280),
        title: text.trim().to_owned(),
        format: None,
        credits: Vec::new(),
        notices: Vec::new(),
    })
}
