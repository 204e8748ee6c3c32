//! A run's folder in the cache: checkpoints and blobs under a name that the same request finds
//! again, locked while in use, swept when forgotten.

use std::{
    fs::{File, TryLockError},
    io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use sha2::{Digest, Sha256};

use super::checkpoints::{Checkpoints, versions};
use crate::{
    blob::Blobs,
    context::StageError,
    providers::Providers,
    stages::{ProviderKind, Stage, intent::Request},
};

/// Folders of runs that died and were not taken up again are removed after this long.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(7 * 24 * 3600);
const LOCK: &str = "lock";
/// Prefix of files that were being written when a process died (`tempfile`'s own).
const HALF_WRITTEN: &str = ".tmp";

/// A run's folder, locked.
#[derive(Debug)]
pub struct WorkDir {
    root: PathBuf,
    _lock: File,
}

/// The folder cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum WorkError {
    /// Another process is making the same video.
    #[error("another process is already making this very video (it holds {})", .0.display())]
    Busy(PathBuf),
    /// The disk refuses.
    #[error("{what}: {source}")]
    Io {
        /// What was being done, with the path.
        what: String,
        /// Why not.
        #[source]
        source: io::Error,
    },
}

/// The folder's name for a request: the same request on the same machine finds the same folder.
#[must_use]
pub fn name_of(request: &Request, providers: &Providers) -> String {
    let kinds = [
        ProviderKind::Language,
        ProviderKind::Facts,
        ProviderKind::Voices,
        ProviderKind::Pictures,
        ProviderKind::Illustrations,
        ProviderKind::Lexicon,
        ProviderKind::Talkers,
    ];
    let stages: Vec<u32> = Stage::ALL.iter().map(|stage| stage.version()).collect();
    let whole = serde_json::json!([request, versions(&kinds, providers), stages]);
    hex::encode(&Sha256::digest(whole.to_string().as_bytes())[..10])
}

impl WorkDir {
    /// Opens or creates `<cache>/work/<name>` and locks it.
    ///
    /// # Errors
    /// [`WorkError::Busy`] when another process holds it.
    pub fn open(cache: &Path, name: &str) -> Result<Self, WorkError> {
        let root = cache.join("work").join(name);
        for _ in 0..3 {
            std::fs::create_dir_all(&root).map_err(|e| error("creating", &root, e))?;
            let path = root.join(LOCK);
            let lock = match File::create(&path) {
                Ok(lock) => lock,
                // Another process removed the folder between these two lines.
                Err(e) if e.kind() == io::ErrorKind::NotFound => continue,
                Err(e) => return Err(error("creating", &path, e)),
            };
            match lock.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(WorkError::Busy(path)),
                Err(TryLockError::Error(e)) => return Err(error("locking", &path, e)),
            }
            if path.exists() {
                let work = Self { root, _lock: lock };
                work.sweep_half_written();
                return Ok(work);
            }
        }
        Err(WorkError::Busy(root))
    }

    /// The folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Its files.
    ///
    /// # Errors
    /// [`StageError::Io`].
    pub fn blobs(&self) -> Result<Blobs, StageError> {
        Blobs::open(self.root.join("blobs"))
    }

    /// Its checkpoints.
    ///
    /// # Errors
    /// [`StageError::Io`].
    pub fn checkpoints(&self) -> Result<Checkpoints, StageError> {
        Checkpoints::open(self.root.join("checkpoints"))
    }

    /// Removes the folder. Threads that have not yet heard of a cancel may still be writing, so a
    /// folder that is not empty a moment later is removed again.
    pub fn remove(self) {
        for _ in 0..20 {
            match std::fs::remove_dir_all(&self.root) {
                Err(e) if e.kind() != io::ErrorKind::NotFound => {
                    std::thread::sleep(Duration::from_millis(5));
                }
                _ => return,
            }
        }
        tracing::warn!(folder = %self.root.display(), "could not be removed");
    }

    fn sweep_half_written(&self) {
        for folder in ["blobs", "checkpoints", "checkpoints/items"] {
            for entry in entries(&self.root.join(folder)) {
                if entry.file_name().to_string_lossy().starts_with(HALF_WRITTEN) {
                    let path = entry.path();
                    let removed =
                        std::fs::remove_file(&path).or_else(|_| std::fs::remove_dir_all(&path));
                    if let Err(e) = removed {
                        tracing::warn!(path = %path.display(), error = %e, "could not be removed");
                    }
                }
            }
        }
    }
}

/// Removes the folders of runs that nobody came back to. `now` is passed in.
pub fn sweep_forgotten(cache: &Path, now: SystemTime) {
    for entry in entries(&cache.join("work")) {
        let lock = entry.path().join(LOCK);
        let old = lock
            .metadata()
            .and_then(|meta| meta.modified())
            .is_ok_and(|at| now.duration_since(at).is_ok_and(|age| age > FORGOTTEN_AFTER));
        let free = || File::open(&lock).is_ok_and(|file| file.try_lock().is_ok());
        if old
            && free()
            && let Err(e) = std::fs::remove_dir_all(entry.path())
        {
            tracing::warn!(path = %entry.path().display(), error = %e, "could not be removed");
        }
    }
}

/// Removes every folder that no process holds: for folders that are one try's alone, whose owner is
/// dead once its lock is free. One made less than `age_min` ago is left alone: its owner may be
/// between making it and locking it.
pub fn sweep_abandoned(cache: &Path, age_min: Duration) {
    for entry in entries(&cache.join("work")) {
        let lock = entry.path().join(LOCK);
        // An owner killed while it removed its folder may have taken the lock's file away first.
        let since = lock.metadata().or_else(|_| entry.metadata()).and_then(|meta| meta.modified());
        let old = since.is_ok_and(|at| at.elapsed().is_ok_and(|age| age >= age_min));
        let free = || match File::open(&lock) {
            Ok(file) => file.try_lock().is_ok(),
            Err(e) => e.kind() == io::ErrorKind::NotFound,
        };
        if old && free() {
            match std::fs::remove_dir_all(entry.path()) {
                Ok(()) => tracing::info!(path = %entry.path().display(), "swept"),
                Err(e) if e.kind() == io::ErrorKind::NotFound => {}
                Err(e) => {
                    tracing::warn!(path = %entry.path().display(), error = %e, "could not be removed");
                }
            }
        }
    }
}

fn entries(folder: &Path) -> Vec<std::fs::DirEntry> {
    std::fs::read_dir(folder).map(|found| found.flatten().collect()).unwrap_or_default()
}

fn error(doing: &str, path: &Path, source: io::Error) -> WorkError {
    WorkError::Io { what: format!("{doing} {}", path.display()), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_processes_do_not_share_a_folder_and_nothing_is_left_of_a_removed_one() {
        let cache = tempfile::tempdir().unwrap();
        let first = WorkDir::open(cache.path(), "abc").unwrap();
        assert!(matches!(WorkDir::open(cache.path(), "abc"), Err(WorkError::Busy(_))));
        first.blobs().unwrap().put(b"x", "wav").unwrap();
        first.remove();
        assert!(!cache.path().join("work/abc").exists());
        WorkDir::open(cache.path(), "abc").unwrap();
    }

    #[test]
    fn a_folder_whose_owner_died_while_removing_it_is_swept_and_a_held_one_is_not() {
        let cache = tempfile::tempdir().unwrap();
        let held = WorkDir::open(cache.path(), "held").unwrap();
        let dead = WorkDir::open(cache.path(), "dead").unwrap().root().to_path_buf();
        std::fs::write(dead.join("poster.png"), b"x").unwrap();
        std::fs::remove_file(dead.join(LOCK)).unwrap();
        sweep_abandoned(cache.path(), Duration::from_secs(3600));
        assert!(dead.exists(), "it may be one that is being made");
        sweep_abandoned(cache.path(), Duration::ZERO);
        assert!(!dead.exists());
        assert!(held.root().exists());
    }

    #[test]
    fn half_written_files_of_a_killed_run_are_swept_and_whole_ones_kept() {
        let cache = tempfile::tempdir().unwrap();
        let work = WorkDir::open(cache.path(), "abc").unwrap();
        let blob = work.blobs().unwrap().put(b"whole", "wav").unwrap();
        std::fs::write(work.root().join("blobs/.tmpXYZ"), b"hal").unwrap();
        drop(work);
        let again = WorkDir::open(cache.path(), "abc").unwrap();
        assert!(!again.root().join("blobs/.tmpXYZ").exists());
        assert_eq!(again.blobs().unwrap().read(&blob).unwrap(), b"whole");
    }

    #[test]
    fn what_a_dead_worker_left_is_swept_and_what_a_living_one_uses_stays() {
        let cache = tempfile::tempdir().unwrap();
        drop(WorkDir::open(cache.path(), "dead").unwrap());
        let living = WorkDir::open(cache.path(), "living").unwrap();
        sweep_abandoned(cache.path(), Duration::ZERO);
        assert!(!cache.path().join("work/dead").exists());
        assert!(living.root().exists());
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "file times are the real clock's")]
    fn forgotten_folders_go_after_a_week_and_those_in_use_stay() {
        let cache = tempfile::tempdir().unwrap();
        drop(WorkDir::open(cache.path(), "old").unwrap());
        let _used = WorkDir::open(cache.path(), "used").unwrap();
        sweep_forgotten(cache.path(), SystemTime::now());
        assert!(cache.path().join("work/old").exists());
        sweep_forgotten(cache.path(), SystemTime::now() + FORGOTTEN_AFTER * 2);
        assert!(!cache.path().join("work/old").exists());
        assert!(cache.path().join("work/used").exists());
    }
}
