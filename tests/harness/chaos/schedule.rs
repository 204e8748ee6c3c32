//! What goes wrong in a chaos run, and when: drawn from the seed before anything starts, and tied
//! to how many jobs have ended rather than to a clock, so that the same seed gives the same faults
//! in the same order on any machine.

use std::time::Duration;

use cutline_core::failpoint;
use rand::{Rng, SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;

use crate::servers::Server;

/// One thing that goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// A worker is killed.
    KillWorker(usize),
    /// A worker stands still for longer than its lease, then goes on as if nothing had happened.
    StallWorker(usize),
    /// The relay is killed.
    KillRelay,
    /// The front end is killed.
    KillFront,
    /// A server is stopped and started.
    Restart(Server),
    /// A server loses its power, and is started.
    PowerCut(Server),
    /// Every connection to a server is reset.
    Cut(Server),
    /// Every connection to a server is half open: the server's side is gone.
    HalfOpen(Server),
    /// Nothing reaches a server or comes back for a while, and nobody is told.
    Blackhole(Server),
    /// Every piece of data to and from a server is slow for a while.
    Slow(Server),
    /// Messages of jobs, whatever their state, are sent once more.
    Redeliver,
}

/// A fault and its moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Planned {
    /// Due when this many jobs have ended.
    pub(super) ended: usize,
    /// What happens.
    pub(super) fault: Fault,
}

/// How long a black hole or a slow network lasts.
pub(super) const WEATHER: Duration = Duration::from_millis(1_500);
/// How slow a slow network is.
pub(super) const SLOWNESS: Duration = Duration::from_millis(30);

/// Every place a worker, the relay and the front end can die at.
fn names(start: &str) -> Vec<&'static str> {
    failpoint::NAMES.into_iter().filter(|name| name.starts_with(start)).collect()
}

/// The faults of a run and the failpoints that processes are started with.
#[derive(Debug, Clone)]
pub(super) struct Schedule {
    /// In the order of their moments.
    pub(super) faults: Vec<Planned>,
    /// For each start of a worker that is to die by itself.
    pub(super) worker_points: Vec<String>,
    /// The same for the relay.
    pub(super) relay_points: Vec<String>,
    /// The same for the front end.
    pub(super) front_points: Vec<String>,
}

impl Schedule {
    /// Draws a schedule.
    #[must_use]
    pub(super) fn draw(seed: u64, jobs: usize, workers: usize) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut faults = faults(&mut random, jobs, workers);
        faults.shuffle(&mut random);
        // The first tenth and the last stay calm: there must be something to disturb.
        let (first, last) = (jobs / 10, jobs * 9 / 10);
        let count = faults.len().max(1);
        let planned = faults.into_iter().enumerate().map(|(number, fault)| Planned {
            ended: first + (last - first) * number / count,
            fault,
        });
        let faults = planned.collect();
        Self {
            faults,
            worker_points: points(&mut random, &names("worker."), (jobs / 20).max(8), 12),
            relay_points: points(&mut random, &names("relay."), (jobs / 60).max(3), 20),
            front_points: points(&mut random, &names("submit."), (jobs / 80).max(2), 20),
        }
    }
}

/// At least one of each kind; most are kills and cuts, which cost little time.
fn faults(random: &mut ChaCha8Rng, jobs: usize, workers: usize) -> Vec<Fault> {
    let servers = [Server::Database, Server::Broker];
    let worker = |random: &mut ChaCha8Rng| random.random_range(0..workers.max(1));
    let mut faults = vec![Fault::KillRelay, Fault::KillFront, Fault::Redeliver];
    faults.extend(servers.map(Fault::PowerCut));
    for _ in 0..(jobs / 250).max(1) {
        faults.push(Fault::StallWorker(worker(random)));
        faults.extend(servers.map(Fault::Cut));
        faults.extend(servers.map(Fault::HalfOpen));
        faults.extend(servers.map(Fault::Blackhole));
        faults.extend(servers.map(Fault::Slow));
    }
    for _ in 0..(jobs / 100).max(2) {
        faults.push(Fault::KillWorker(worker(random)));
    }
    for _ in 0..jobs / 300 {
        faults.extend([Fault::KillRelay, Fault::KillFront, Fault::Redeliver]);
        faults.push(Fault::StallWorker(worker(random)));
    }
    for _ in 0..(jobs / 700).max(1) {
        faults.extend(servers.map(Fault::Restart));
    }
    faults
}

/// Failpoints in turn, each after a number of passes.
fn points(
    random: &mut ChaCha8Rng,
    names: &[&'static str],
    count: usize,
    passes_max: u32,
) -> Vec<String> {
    let mut points: Vec<String> = names
        .iter()
        .cycle()
        .take(count)
        .map(|name| format!("{name}={}*off->return", random.random_range(0..passes_max)))
        .collect();
    // Every name keeps its share; only the order is drawn.
    points.shuffle(random);
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_faults_and_another_gives_others() {
        let (one, again, other) =
            (Schedule::draw(1, 2000, 4), Schedule::draw(1, 2000, 4), Schedule::draw(2, 2000, 4));
        assert_eq!(one.faults, again.faults);
        assert_eq!(one.worker_points, again.worker_points);
        assert_ne!(one.faults, other.faults);
    }

    #[test]
    fn every_failpoint_there_is_kills_somebody_in_the_long_run() {
        let drawn = Schedule::draw(3, 2000, 4);
        let points: Vec<&String> = [&drawn.worker_points, &drawn.relay_points, &drawn.front_points]
            .into_iter()
            .flatten()
            .collect();
        // There is no chat in a chaos run: the chats' own tests kill their bots at these.
        for name in failpoint::NAMES.into_iter().filter(|name| !name.starts_with("chat.")) {
            assert!(points.iter().any(|point| point.starts_with(name)), "{name}");
        }
    }
}
