//! Wall time, CPU time and peak memory of this process.

use std::time::Instant;

/// Clock ticks a second in `/proc/self/stat` (`USER_HZ`, 100 on every Linux).
const TICKS_PER_S: f64 = 100.0;

/// A point in time.
pub(super) struct Reading {
    wall: Instant,
    cpu_s: f64,
}

impl Reading {
    pub(super) fn now() -> Self {
        Self { wall: Instant::now(), cpu_s: cpu_s() }
    }

    /// Wall and CPU seconds since then.
    pub(super) fn elapsed_s(&self) -> (f64, f64) {
        (self.wall.elapsed().as_secs_f64(), cpu_s() - self.cpu_s)
    }
}

/// User and system time of all threads so far; zero where there is no `/proc`.
fn cpu_s() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name in parentheses may hold spaces: fields are counted behind it (proc(5)).
    let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace();
    let ticks: f64 = fields.skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum();
    ticks / TICKS_PER_S
}

/// Forgets the most memory held so far, so that [`peak_memory_bytes`] counts from now on. False
/// where the kernel does not offer it (proc(5), `clear_refs`).
pub(super) fn forget_peak_memory() -> bool {
    std::fs::write("/proc/self/clear_refs", "5").is_ok()
}

/// The most memory this process held since it began or since [`forget_peak_memory`]; `None` where
/// there is no `/proc`.
pub(super) fn peak_memory_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024)
}
