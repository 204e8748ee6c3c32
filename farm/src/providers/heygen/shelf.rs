//! What is known of the account's avatars, by the SHA-256 of their photographs: a file each, whose
//! time of change is when the avatar was last used.

use std::{
    io::Write,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use serde::{Deserialize, Serialize};

use crate::tasks;

/// An avatar on the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Avatar {
    /// What a video names.
    pub(super) look: String,
    /// What the account lists, counts and deletes.
    pub(super) group: String,
}

#[derive(Default, Serialize, Deserialize)]
struct Record {
    avatar: Option<Avatar>,
    /// How often it was lost, or could not be made for want of room: an avatar made anew is
    /// another purchase, and another call.
    lost: u32,
}

/// See the module.
#[derive(Clone, Debug)]
pub(super) struct Shelf {
    folder: PathBuf,
}

impl Shelf {
    pub(super) fn open(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// The avatar of a photograph; it counts as used now.
    pub(super) async fn take(&self, sha256: &str) -> Option<Avatar> {
        let path = self.path(sha256);
        let found = tasks::blocking(move || {
            let record = read(&path)?;
            // Written anew: that is what moves its time.
            record.avatar.is_some().then(|| write(&path, &record));
            record.avatar
        });
        found.await.ok().flatten()
    }

    /// How often the avatar of a photograph was lost or refused.
    pub(super) async fn lost(&self, sha256: &str) -> u32 {
        let path = self.path(sha256);
        let found = tasks::blocking(move || read(&path).map_or(0, |record| record.lost));
        found.await.unwrap_or(0)
    }

    /// Keeps an avatar.
    pub(super) async fn keep(&self, sha256: &str, avatar: Avatar) {
        self.change(sha256, move |record| record.avatar = Some(avatar)).await;
    }

    /// The avatar is no more.
    pub(super) async fn forget(&self, sha256: &str) {
        self.change(sha256, |record| {
            record.lost += u32::from(record.avatar.take().is_some());
        })
        .await;
    }

    /// There was no room for an avatar.
    pub(super) async fn refused(&self, sha256: &str) {
        self.change(sha256, |record| record.lost += 1).await;
    }

    /// Every avatar kept, with its photograph and the seconds since 1970 when it was last used.
    pub(super) async fn all(&self) -> Vec<(String, Avatar, u64)> {
        let folder = self.folder.clone();
        let found = tasks::blocking(move || {
            let mut all = Vec::new();
            for file in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                let used = file.metadata().and_then(|meta| meta.modified());
                let used = used.ok().and_then(|at| at.duration_since(SystemTime::UNIX_EPOCH).ok());
                let name = file.file_name().to_string_lossy().into_owned();
                let avatar = read(&file.path()).and_then(|record| record.avatar);
                if let (Some(sha256), Some(avatar)) = (name.strip_suffix(".json"), avatar) {
                    let used_s = used.as_ref().map_or(0, Duration::as_secs);
                    all.push((sha256.to_owned(), avatar, used_s));
                }
            }
            all
        });
        found.await.unwrap_or_default()
    }

    async fn change(&self, sha256: &str, change: impl FnOnce(&mut Record) + Send + 'static) {
        let path = self.path(sha256);
        let changed = tasks::blocking(move || {
            let mut record = read(&path).unwrap_or_default();
            change(&mut record);
            write(&path, &record)
        });
        if !changed.await.unwrap_or(false) {
            tracing::warn!("what is known of an avatar could not be kept");
        }
    }

    fn path(&self, sha256: &str) -> PathBuf {
        self.folder.join(format!("{sha256}.json"))
    }
}

fn read(path: &Path) -> Option<Record> {
    serde_json::from_slice(&std::fs::read(path).ok()?).ok()
}

fn write(path: &Path, record: &Record) -> bool {
    let written = || -> std::io::Result<()> {
        let folder = path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(&serde_json::to_vec(record)?)?;
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    };
    written().is_ok()
}
