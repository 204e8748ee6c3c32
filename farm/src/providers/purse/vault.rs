//! What was bought, on disk under the hash of what it was bought with. Two layers: the machine's
//! (shared by all jobs, bounded, oldest out first) and the job's own, which travels with its
//! checkpoints, so that a worker that takes the job over finds what the first one paid for.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::SystemTime,
};

use bytes::Bytes;
use sha2::{Digest, Sha256};

use crate::{runner::checkpoints::Mirror, tasks};

/// The machine's layer holds at most this much.
const BYTES_MAX: u64 = 2 << 30;
/// So many puts between two looks at how full it is.
const LOOK_EVERY: u32 = 64;
/// Below the job's checkpoints.
const JOB_FOLDER: &str = "bought";
/// Marks a whole file, before the hash of what follows: the cost (eight bytes) and the answer.
const MAGIC: &[u8; 8] = b"cutline1";

/// See the module.
#[derive(Clone)]
pub struct Vault {
    machine: PathBuf,
    job: Option<Job>,
    puts: Arc<AtomicU32>,
}

#[derive(Clone)]
struct Job {
    /// `<job>/checkpoints`.
    checkpoints: PathBuf,
    mirror: Arc<dyn Mirror>,
}

/// What is kept of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The answer.
    pub bytes: Bytes,
    /// What it cost when it was bought.
    pub cost_microusd: u64,
    /// Whether it was bought for this very job.
    pub own: bool,
}

impl Vault {
    /// The machine's layer alone, in `folder`.
    #[must_use]
    pub fn open(folder: PathBuf) -> Self {
        Self { machine: folder, job: None, puts: Arc::default() }
    }

    /// With a job's own layer below its checkpoints' folder, copied by `mirror`.
    #[must_use]
    pub fn of_job(mut self, checkpoints: PathBuf, mirror: Arc<dyn Mirror>) -> Self {
        self.job = Some(Job { checkpoints, mirror });
        self
    }

    /// What was kept under a name; damaged files count as absent.
    pub async fn get(&self, sha256: &[u8; 32]) -> Option<Kept> {
        let name = hex::encode(sha256);
        let places = self.places(&name);
        let layered = self.job.is_some();
        let found = tasks::blocking(move || {
            let mut places = places.iter().enumerate();
            places.find_map(|(at, path)| Some((at == 0 && layered, read(path)?)))
        });
        let (own, file) = found.await.ok().flatten()?;
        let (cost, _) = file.split_first_chunk::<8>()?;
        let cost_microusd = u64::from_le_bytes(*cost);
        Some(Kept { bytes: file.slice(8..), cost_microusd, own })
    }

    /// Whether there is a file under a name; it may be damaged.
    pub async fn has(&self, sha256: &[u8; 32]) -> bool {
        let places = self.places(&hex::encode(sha256));
        let found = tasks::blocking(move || places.iter().any(|path| path.is_file()));
        found.await.unwrap_or(false)
    }

    /// Keeps an answer. The job's copy is waited for: from then on another machine finds it.
    ///
    /// # Errors
    /// [`io::Error`] when neither layer can be written.
    pub async fn put(&self, sha256: &[u8; 32], kept: Kept) -> io::Result<()> {
        let name = hex::encode(sha256);
        let places = self.places(&name);
        let machine = self.machine.clone();
        let look = self.puts.fetch_add(1, Ordering::Relaxed).is_multiple_of(LOOK_EVERY);
        let written = tasks::blocking(move || {
            let file = [&kept.cost_microusd.to_le_bytes()[..], &kept.bytes].concat();
            let outcomes: Vec<io::Result<()>> =
                places.iter().map(|path| write(path, &file)).collect();
            if look {
                evict(&machine);
            }
            let any = outcomes.iter().any(Result::is_ok);
            outcomes.into_iter().find(Result::is_err).filter(|_| !any).unwrap_or(Ok(()))
        });
        written.await.map_err(io::Error::other)??;
        if let Some(job) = &self.job {
            job.mirror.kept(&format!("{JOB_FOLDER}/{name}"), Vec::new());
            job.mirror.settled().await;
        }
        Ok(())
    }

    /// Keeps a note on a call under way, in the job's layer where there is one.
    pub async fn note(&self, sha256: &[u8; 32], note: &str) {
        let name = format!("{}.note", hex::encode(sha256));
        let (places, bytes) = (self.places(&name), note.as_bytes().to_vec());
        let written =
            tasks::blocking(move || places.iter().map(|p| write(p, &bytes)).all(|w| w.is_ok()));
        if !written.await.unwrap_or(false) {
            tracing::warn!("a note on a call could not be kept");
        }
        if let Some(job) = &self.job {
            job.mirror.kept(&format!("{JOB_FOLDER}/{name}"), Vec::new());
        }
    }

    /// The note on a call.
    pub async fn noted(&self, sha256: &[u8; 32]) -> Option<String> {
        let places = self.places(&format!("{}.note", hex::encode(sha256)));
        let found = tasks::blocking(move || places.iter().find_map(|path| read(path)));
        String::from_utf8(found.await.ok().flatten()?.to_vec()).ok()
    }

    fn places(&self, name: &str) -> Vec<PathBuf> {
        let job = self.job.as_ref().map(|job| job.checkpoints.join(JOB_FOLDER).join(name));
        job.into_iter().chain([self.machine.join(&name[..2]).join(name)]).collect()
    }
}

fn read(path: &Path) -> Option<Bytes> {
    let file = Bytes::from(std::fs::read(path).ok()?);
    let (head, rest) = (file.get(..40)?, file.slice(40.min(file.len())..));
    let whole = &head[..8] == MAGIC && head[8..] == Sha256::digest(&rest)[..];
    whole.then_some(rest)
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(MAGIC)?;
    file.write_all(&Sha256::digest(bytes))?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Removes the oldest files of the machine's layer until it is small enough again.
fn evict(folder: &Path) {
    let mut files: Vec<(SystemTime, u64, PathBuf)> = Vec::new();
    for shelf in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        for file in std::fs::read_dir(shelf.path()).into_iter().flatten().flatten() {
            if let Ok(meta) = file.metadata() {
                let at = meta.modified().unwrap_or(SystemTime::UNIX_EPOCH);
                files.push((at, meta.len(), file.path()));
            }
        }
    }
    let mut total: u64 = files.iter().map(|(_, size, _)| size).sum();
    if total <= BYTES_MAX {
        return;
    }
    files.sort();
    for (_, size, path) in files {
        if total <= BYTES_MAX {
            break;
        }
        if std::fs::remove_file(path).is_ok() {
            total -= size;
        }
    }
}
