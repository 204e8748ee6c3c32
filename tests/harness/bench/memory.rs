//! Memory of a process of ours.

use anyhow::{Context, Result};

use crate::world::{ProcessId, World};

/// What a process has in memory.
pub(super) async fn resident_kib(world: &World, process: ProcessId) -> Result<u64> {
    let path = format!("/proc/{}/status", world[process].pid());
    let text = tokio::fs::read_to_string(&path).await.context(path)?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").trim().parse()?)
}
