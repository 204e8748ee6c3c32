//! The network itself, run by onnxruntime. The only file that knows the runtime's types.

use std::{
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use ort::{
    environment::Environment,
    session::{RunOptions, Session, builder::GraphOptimizationLevel},
    value::{Tensor, TensorElementType},
};

use super::KokoroError;

/// The inner tensor that holds the frames of each token.
const DURATIONS: &str = "/encoder/Clip_output_0";

/// A process has one runtime environment at most.
static ENVIRONMENT: Mutex<Option<Environment>> = Mutex::new(None);

/// A loaded model; speaks one chunk at a time. Load several to speak side by side.
pub struct Model {
    session: Session,
}

/// What one call gives.
pub(super) struct Raw {
    /// 24 kHz mono.
    pub(super) samples: Vec<f32>,
    /// Frames of 600 samples for each token, the two pads included.
    pub(super) frames: Vec<f64>,
}

/// Stops a call from another thread.
#[derive(Default)]
pub struct Stop {
    stopped: AtomicBool,
    running: Mutex<Option<Arc<RunOptions>>>,
}

impl Stop {
    /// Ends the running call within tens of milliseconds, and any later one at once.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(options) = running.as_ref() {
            // A call that cannot be told to stop ends by itself and is then refused.
            let _ = options.terminate();
        }
    }

    /// Whether [`Stop::stop`] was called.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }

    fn begin(&self) -> Result<Arc<RunOptions>, KokoroError> {
        let options = Arc::new(RunOptions::new().map_err(runtime)?);
        *self.running.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&options));
        if self.is_stopped() { Err(KokoroError::Stopped) } else { Ok(options) }
    }
}

impl Model {
    pub(super) fn load(runtime_path: &Path, model_path: &Path) -> Result<Self, KokoroError> {
        let mut bytes = std::fs::read(model_path)
            .map_err(|source| KokoroError::File { path: model_path.to_owned(), source })?;
        bytes.extend(extra_output(DURATIONS));
        let mut environment = ENVIRONMENT.lock().unwrap_or_else(PoisonError::into_inner);
        let environment = match environment.as_ref() {
            Some(environment) => environment,
            None => {
                let built = ort::init_from(runtime_path)
                    .map_err(|error| KokoroError::Runtime(error.to_string()))?
                    .with_name("cutline")
                    .with_telemetry(false)
                    .build()
                    .map_err(runtime)?;
                environment.insert(built)
            }
        };
        // One thread each: two clips side by side use two cores better than one clip on two.
        let session = Session::builder(environment)
            .and_then(|builder| Ok(builder.with_intra_threads(1)?))
            .and_then(|builder| Ok(builder.with_inter_threads(1)?))
            .and_then(|builder| Ok(builder.with_optimization_level(GraphOptimizationLevel::All)?))
            .and_then(|builder| Ok(builder.with_deterministic_compute(true)?))
            .and_then(|mut builder| builder.commit_from_memory(&bytes))
            .map_err(runtime)?;
        Ok(Self { session })
    }

    pub(super) fn run(
        &mut self,
        tokens: &[i64],
        style: &[f32],
        speed: f32,
        stop: &Stop,
    ) -> Result<Raw, KokoroError> {
        let options = stop.begin()?;
        let mut padded = Vec::with_capacity(tokens.len() + 2);
        padded.push(0);
        padded.extend_from_slice(tokens);
        padded.push(0);
        let tensor = |error| runtime(error);
        let inputs = ort::inputs! {
            "tokens" => Tensor::from_array(([1, padded.len()], padded)).map_err(tensor)?,
            "style" => Tensor::from_array(([1, style.len()], style.to_vec())).map_err(tensor)?,
            "speed" => Tensor::from_array(([1], vec![speed])).map_err(tensor)?,
        };
        let outputs = self.session.run_with_options(inputs, &*options).map_err(|error| {
            if stop.is_stopped() { KokoroError::Stopped } else { runtime(error) }
        })?;
        let (_, samples) = outputs["audio"].try_extract_tensor::<f32>().map_err(runtime)?;
        let durations = &outputs[DURATIONS];
        let frames = match durations.dtype().tensor_type() {
            Some(TensorElementType::Int64) => {
                let (_, frames) = durations.try_extract_tensor::<i64>().map_err(runtime)?;
                frames.iter().map(|&f| f as f64).collect()
            }
            _ => {
                let (_, frames) = durations.try_extract_tensor::<f32>().map_err(runtime)?;
                frames.iter().map(|&f| f64::from(f)).collect()
            }
        };
        Ok(Raw { samples: samples.to_vec(), frames })
    }
}

fn runtime(error: ort::Error) -> KokoroError {
    KokoroError::Runtime(error.to_string())
}

/// A serialised `ModelProto` that holds nothing but one graph output: protobuf messages merge when
/// concatenated, so appending it to the model adds the output (onnx.proto: `ModelProto.graph` = 7,
/// `GraphProto.output` = 12, `ValueInfoProto.name` = 1).
fn extra_output(name: &str) -> Vec<u8> {
    const LENGTH_DELIMITED: u8 = 2;
    let field = |number: u8, payload: &[u8]| {
        debug_assert!(payload.len() < 128, "a one-byte length");
        let mut bytes = vec![(number << 3) | LENGTH_DELIMITED, payload.len() as u8];
        bytes.extend_from_slice(payload);
        bytes
    };
    field(7, &field(12, &field(1, name.as_bytes())))
}
