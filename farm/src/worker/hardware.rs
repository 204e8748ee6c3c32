//! What this machine has, for operators. Everything here is best effort: an unreadable file is a
//! missing fact.

use std::{path::Path, time::Duration};

use serde_json::{Value, json};

use crate::tasks;

/// A driver's tool that does not answer by then has nothing to say.
const TOOL_MAX: Duration = Duration::from_secs(5);

/// Processor, memory, GPUs, and what the pipeline says of itself.
pub(super) async fn probe(pipeline: Value) -> Value {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let cpuinfo = read("/proc/cpuinfo").await;
    let model = field(&cpuinfo, "model name").unwrap_or_default();
    let meminfo = read("/proc/meminfo").await;
    let memory_mib = field(&meminfo, "MemTotal")
        .and_then(|text| text.split_whitespace().next()?.parse::<u64>().ok())
        .map(|kib| kib / 1024);
    json!({
        "processor": model,
        "threads": threads,
        "memory_mib": memory_mib,
        "gpus": gpus().await,
        // What there is to encode with, whether or not the pipeline uses it.
        "vaapi_or_qsv": Path::new("/dev/dri/renderD128").exists(),
        "nvenc": Path::new("/dev/nvidiactl").exists(),
        "pipeline": pipeline,
    })
}

/// Average number of runnable threads over the last minute.
pub(super) async fn load_1m() -> Option<f64> {
    read("/proc/loadavg").await.split_whitespace().next()?.parse().ok()
}

/// Name and memory of every GPU that the vendor's tool knows.
async fn gpus() -> Vec<Value> {
    if !Path::new("/dev/nvidiactl").exists() {
        return Vec::new();
    }
    let mut tool = tasks::program("nvidia-smi");
    tool.args(["--query-gpu=name,memory.total", "--format=csv,noheader,nounits"]);
    let Ok(Ok(said)) = tokio::time::timeout(TOOL_MAX, tool.output()).await else {
        return Vec::new();
    };
    String::from_utf8_lossy(&said.stdout)
        .lines()
        .filter_map(|line| line.rsplit_once(", "))
        .map(|(name, mib)| json!({"name": name, "memory_mib": mib.trim().parse::<u64>().ok()}))
        .collect()
}

async fn read(path: &str) -> String {
    tokio::fs::read_to_string(path).await.unwrap_or_default()
}

fn field(text: &str, name: &str) -> Option<String> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    line.split_once(':').map(|(_, value)| value.trim().to_owned())
}
