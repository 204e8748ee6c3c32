//! Objects as files below one folder.
//!
//! ```text
//! root/videos/day/…/master.mp4              the bytes
//! root/.meta/videos/day/…/master.mp4.1234   content type and cache header of the file with inode
//! 1234 root/.tmp/…                               files being written
//! ```
//!
//! A write goes to `.tmp`, is synced, gets its description under its inode, and is then renamed
//! (or, for a create-only write, renamed without replacing). Because an inode keeps its number
//! through the rename, bytes and description become visible in the same instant, and a writer that
//! loses a race cannot touch the winner's description. A description that is missing (files copied
//! in by hand) is made up from the extension.

mod read;
mod sweep;
mod walk;

use std::{
    fs::{self, File},
    io::{self, Write},
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
    sync::Arc,
};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use tempfile::NamedTempFile;

use super::{
    Body, ErrorKind, Listed, OBJECT_BYTES_MAX, ObjectInfo, ObjectKey, ObjectMeta, ObjectPrefix,
    ObjectsError, Swept,
};

const TEMPORARY: &str = ".tmp";
const DESCRIPTIONS: &str = ".meta";
/// How often a write is begun anew when a deletion takes its folder away under it.
const FOLDER_TRIES: u32 = 64;

/// A folder of objects. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Disk {
    root: Arc<Path>,
}

impl Disk {
    pub(super) async fn open(root: PathBuf) -> Result<Self, ObjectsError> {
        let disk = Self { root: root.into() };
        let opened = disk.clone();
        blocking(move || {
            for folder in [TEMPORARY, DESCRIPTIONS] {
                let folder = opened.root.join(folder);
                create_folders(&folder)
                    .map_err(|source| ObjectsError::io("creating", &folder, source))?;
            }
            Ok(())
        })
        .await?;
        Ok(disk)
    }

    /// Where an object's bytes are, for serving them without a copy. The file must not be changed.
    #[must_use]
    pub fn path(&self, key: &ObjectKey) -> PathBuf {
        self.root.join(key.as_str())
    }

    pub(super) async fn put(
        &self,
        key: &ObjectKey,
        body: Body,
        meta: &ObjectMeta,
        create_only: bool,
    ) -> Result<(), ObjectsError> {
        let (disk, key, meta) = (self.clone(), key.clone(), meta.clone());
        blocking(move || disk.write(&key, &body, &meta, create_only)).await
    }

    pub(super) async fn get(
        &self,
        key: &ObjectKey,
        range: Option<std::ops::Range<u64>>,
    ) -> Result<Bytes, ObjectsError> {
        let (disk, key) = (self.clone(), key.clone());
        blocking(move || disk.read(&key, range)).await
    }

    pub(super) async fn download(&self, key: &ObjectKey, to: &Path) -> Result<(), ObjectsError> {
        let (disk, key, to) = (self.clone(), key.clone(), to.to_owned());
        blocking(move || disk.copy_out(&key, &to)).await
    }

    pub(super) async fn head(&self, key: &ObjectKey) -> Result<ObjectInfo, ObjectsError> {
        let (disk, key) = (self.clone(), key.clone());
        blocking(move || disk.open_object(&key).map(|(_, info)| info)).await
    }

    /// Opens an object for serving: the file as it is now (a later write makes another file) and
    /// what is known of it.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`]; an error of the disk.
    pub async fn open_file(&self, key: &ObjectKey) -> Result<(File, ObjectInfo), ObjectsError> {
        let (disk, key) = (self.clone(), key.clone());
        blocking(move || disk.open_object(&key)).await
    }

    pub(super) async fn delete_many(&self, keys: &[ObjectKey]) -> Result<(), ObjectsError> {
        let (disk, keys) = (self.clone(), keys.to_vec());
        blocking(move || keys.iter().try_for_each(|key| disk.remove(key))).await
    }

    pub(super) async fn list(
        &self,
        prefix: &ObjectPrefix,
        after: Option<&ObjectKey>,
        max: usize,
    ) -> Result<Vec<Listed>, ObjectsError> {
        let (disk, prefix, after) = (self.clone(), prefix.clone(), after.cloned());
        blocking(move || walk::list(&disk.root, &prefix, after.as_ref(), max)).await
    }

    pub(super) async fn check(&self) -> Result<(), ObjectsError> {
        let disk = self.clone();
        blocking(move || {
            let folder = disk.root.join(TEMPORARY);
            NamedTempFile::new_in(&folder)
                .map(drop)
                .map_err(|source| ObjectsError::io("writing to", &folder, source))
        })
        .await
    }

    pub(super) async fn sweep(&self, now: DateTime<Utc>) -> Result<Swept, ObjectsError> {
        let disk = self.clone();
        blocking(move || disk.sweep_now(now)).await
    }

    fn write(
        &self,
        key: &ObjectKey,
        body: &Body,
        meta: &ObjectMeta,
        create_only: bool,
    ) -> Result<(), ObjectsError> {
        let path = self.path(key);
        let failed = |source| ObjectsError::io("storing", &path, source);
        if create_only && path.exists() {
            return Err(ObjectsError::AlreadyThere(key.clone()));
        }
        let mut staged = self.stage(body).map_err(|error| match error {
            Staging::TooLong(size_bytes) => ObjectsError::TooLong {
                what: key.to_string(),
                size_bytes,
                max_bytes: OBJECT_BYTES_MAX,
            },
            Staging::Io(source) => failed(source),
            Staging::Source(file, source) => ObjectsError::io("reading", &file, source),
        })?;
        let inode = staged.as_file().metadata().map_err(failed)?.ino();
        let description = self.description(key, inode);
        write_description(&self.root.join(TEMPORARY), &description, meta).map_err(failed)?;
        let replaced = fs::metadata(&path).ok().map(|old| old.ino());
        let mut tries = 0;
        let placed = loop {
            tries += 1;
            let folder = path.parent().unwrap_or(&self.root);
            match create_folders(folder) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound && tries < FOLDER_TRIES => {
                    continue;
                }
                Err(error) => break Err(error),
            }
            let persisted =
                if create_only { staged.persist_noclobber(&path) } else { staged.persist(&path) };
            match persisted {
                Ok(_) => break sync_placed(folder),
                // A deletion just took the empty folder away.
                Err(error)
                    if error.error.kind() == io::ErrorKind::NotFound && tries < FOLDER_TRIES =>
                {
                    staged = error.file;
                }
                Err(error) => break Err(error.error),
            }
        };
        match placed {
            Ok(()) => {
                if let Some(old) = replaced.filter(|old| *old != inode) {
                    remove_if_there(&self.description(key, old)).map_err(failed)?;
                }
                Ok(())
            }
            Err(source) => {
                // Ours, under our inode: nobody else's description can be meant.
                if let Err(error) = remove_if_there(&description) {
                    tracing::debug!(%key, %error, "a description is left to the sweep");
                }
                match source.kind() {
                    io::ErrorKind::AlreadyExists if create_only => {
                        Err(ObjectsError::AlreadyThere(key.clone()))
                    }
                    _ => Err(failed(source)),
                }
            }
        }
    }

    /// The body in a temporary file, on the disk for good.
    fn stage(&self, body: &Body) -> Result<NamedTempFile, Staging> {
        let mut staged = tempfile::Builder::new()
            .permissions(fs::Permissions::from_mode(0o644))
            .tempfile_in(self.root.join(TEMPORARY))?;
        match body {
            Body::Bytes(bytes) => {
                Staging::fits(bytes.len() as u64)?;
                staged.write_all(bytes)?;
            }
            Body::File(file) => {
                let mut from =
                    File::open(file).map_err(|error| Staging::Source(file.clone(), error))?;
                Staging::fits(from.metadata()?.len())?;
                io::copy(&mut from, staged.as_file_mut())?;
            }
        }
        staged.as_file().sync_all()?;
        Ok(staged)
    }

    fn description(&self, key: &ObjectKey, inode: u64) -> PathBuf {
        self.root.join(DESCRIPTIONS).join(format!("{key}.{inode}"))
    }

    fn remove(&self, key: &ObjectKey) -> Result<(), ObjectsError> {
        let path = self.path(key);
        let failed = |source| ObjectsError::io("deleting", &path, source);
        let Some(old) = fs::metadata(&path).ok().filter(fs::Metadata::is_file) else {
            return Ok(());
        };
        remove_if_there(&path).map_err(failed)?;
        remove_if_there(&self.description(key, old.ino())).map_err(failed)?;
        for top in [self.root.to_path_buf(), self.root.join(DESCRIPTIONS)] {
            remove_empty_folders(&top, top.join(key.as_str()).parent());
        }
        Ok(())
    }
}

enum Staging {
    TooLong(u64),
    /// The file that was to be stored cannot be read.
    Source(PathBuf, io::Error),
    Io(io::Error),
}

impl Staging {
    fn fits(size_bytes: u64) -> Result<(), Self> {
        if size_bytes > OBJECT_BYTES_MAX { Err(Self::TooLong(size_bytes)) } else { Ok(()) }
    }
}

impl From<io::Error> for Staging {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

fn write_description(temporary: &Path, to: &Path, meta: &ObjectMeta) -> io::Result<()> {
    let folder = to.parent().unwrap_or(temporary);
    let text = serde_json::to_vec(meta)?;
    let mut tries = 0;
    loop {
        tries += 1;
        match create_folders(folder) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound && tries < FOLDER_TRIES => {
                continue;
            }
            Err(error) => return Err(error),
        }
        let mut staged = tempfile::Builder::new()
            .permissions(fs::Permissions::from_mode(0o644))
            .tempfile_in(temporary)?;
        staged.write_all(&text)?;
        staged.as_file().sync_all()?;
        match staged.persist(to) {
            Ok(_) => return sync_placed(folder),
            Err(error) if error.error.kind() == io::ErrorKind::NotFound && tries < FOLDER_TRIES => {
            }
            Err(error) => return Err(error.error),
        }
    }
}

/// Creates a folder and those above it, each durably named in the one above.
fn create_folders(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(above) = folder.parent() {
        create_folders(above)?;
    }
    match fs::create_dir(folder) {
        Ok(()) => folder.parent().map_or(Ok(()), sync_placed),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            // A deletion may have emptied and removed it since: then it is not found, and tried again.
            if fs::metadata(folder)?.is_dir() { Ok(()) } else { Err(error) }
        }
        Err(error) => Err(error),
    }
}

/// Makes renames and removals in a folder survive a power cut.
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// After a file was placed in it. A folder that is gone again was emptied by a deletion since.
fn sync_placed(folder: &Path) -> io::Result<()> {
    match sync_folder(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        synced => synced,
    }
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Removes the folders from `folder` upwards that are empty, below `top`.
fn remove_empty_folders(top: &Path, folder: Option<&Path>) {
    let mut folder = folder;
    while let Some(here) = folder.filter(|here| *here != top && here.starts_with(top)) {
        // Not empty, or gone: either way, done.
        if fs::remove_dir(here).is_err() {
            break;
        }
        folder = here.parent();
    }
}

/// Runs file work where it keeps nobody waiting. It goes on when the caller is dropped; whole
/// writes make that harmless.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ObjectsError> + Send + 'static,
) -> Result<T, ObjectsError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(ObjectsError::Store {
            what: "working on files".to_owned(),
            kind: ErrorKind::Transient,
            cause: error.to_string(),
        }),
    }
}
