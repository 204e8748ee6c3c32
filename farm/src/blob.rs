//! Content-addressed files: what stages exchange besides JSON. A name is the SHA-256 of the bytes,
//! so a stage's output names its files without naming a machine.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::context::StageError;

/// A reference to a stored file.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Blob {
    /// Lower-case hex SHA-256 of the bytes.
    pub sha256: String,
    /// File name extension without the dot (`wav`, `svg`, `mp4`).
    pub ext: String,
    /// Length.
    pub size_bytes: u64,
}

/// A folder of blobs.
#[derive(Clone, Debug)]
pub struct Blobs {
    root: PathBuf,
}

impl Blobs {
    /// Opens (and creates) the folder.
    ///
    /// # Errors
    /// [`StageError::Io`] when it cannot be created.
    pub fn open(root: impl Into<PathBuf>) -> Result<Self, StageError> {
        let root = root.into();
        std::fs::create_dir_all(&root).map_err(|source| StageError::Io {
            what: format!("creating {}", root.display()),
            source,
        })?;
        Ok(Self { root })
    }

    /// The folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where a blob's bytes are.
    #[must_use]
    pub fn path(&self, blob: &Blob) -> PathBuf {
        self.root.join(format!("{}.{}", blob.sha256, blob.ext))
    }

    /// The name that bytes will have once stored.
    #[must_use]
    pub fn name(bytes: &[u8], ext: &str) -> Blob {
        Blob {
            sha256: hex::encode(Sha256::digest(bytes)),
            ext: ext.to_owned(),
            size_bytes: bytes.len() as u64,
        }
    }

    /// Stores bytes; storing the same bytes again changes nothing.
    ///
    /// # Errors
    /// [`StageError::Io`] (a full disk among them); nothing half-written stays under a blob's name.
    pub fn put(&self, bytes: &[u8], ext: &str) -> Result<Blob, StageError> {
        let blob = Self::name(bytes, ext);
        let path = self.path(&blob);
        let io = |source| StageError::Io { what: format!("writing {}", path.display()), source };
        if path.metadata().is_ok_and(|m| m.len() == blob.size_bytes) {
            return Ok(blob);
        }
        let mut file = tempfile::NamedTempFile::new_in(&self.root).map_err(io)?;
        file.write_all(bytes).map_err(io)?;
        file.persist(&path).map_err(|e| io(e.error))?;
        Ok(blob)
    }

    /// Takes over a finished file (moves it when it lies in the blob folder, else copies).
    ///
    /// # Errors
    /// [`StageError::Io`].
    pub fn adopt(&self, file: &Path, ext: &str) -> Result<Blob, StageError> {
        let io = |source| StageError::Io { what: format!("storing {}", file.display()), source };
        let mut hasher = Sha256::new();
        let mut reader = std::fs::File::open(file).map_err(io)?;
        let size_bytes = std::io::copy(&mut reader, &mut hasher).map_err(io)?;
        let blob = Blob { sha256: hex::encode(hasher.finalize()), ext: ext.to_owned(), size_bytes };
        let path = self.path(&blob);
        if file.parent() == Some(self.root.as_path()) {
            std::fs::rename(file, &path).map_err(io)?;
        } else {
            let staged = tempfile::NamedTempFile::new_in(&self.root).map_err(io)?;
            std::fs::copy(file, staged.path()).map_err(io)?;
            staged.persist(&path).map_err(|e| io(e.error))?;
        }
        Ok(blob)
    }

    /// Reads a blob.
    ///
    /// # Errors
    /// [`StageError::Io`] when it is gone.
    pub fn read(&self, blob: &Blob) -> Result<Vec<u8>, StageError> {
        let path = self.path(blob);
        std::fs::read(&path).map_err(|source| StageError::Io {
            what: format!("reading {}", path.display()),
            source,
        })
    }
}
