//! Reading objects on disk: bytes, ranges, and what is known of them.

use std::{
    fs::{self, File},
    io::{self, Read, Seek, SeekFrom},
    ops::Range,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::Path,
};

use bytes::Bytes;
use chrono::DateTime;

use super::Disk;
use crate::objects::{IN_MEMORY_BYTES_MAX, ObjectInfo, ObjectKey, ObjectMeta, ObjectsError};

/// Longest description that is read.
const DESCRIPTION_BYTES_MAX: u64 = 4096;

impl Disk {
    pub(super) fn open_object(&self, key: &ObjectKey) -> Result<(File, ObjectInfo), ObjectsError> {
        let path = self.path(key);
        let failed = |source: io::Error| match source.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
                ObjectsError::NotFound(key.clone())
            }
            _ => ObjectsError::io("reading", &path, source),
        };
        let file = File::open(&path).map_err(failed)?;
        let stat = file.metadata().map_err(failed)?;
        if !stat.is_file() {
            return Err(ObjectsError::NotFound(key.clone()));
        }
        let modified = DateTime::from_timestamp(stat.mtime(), nanoseconds(&stat));
        let info = ObjectInfo {
            size_bytes: stat.len(),
            modified: modified.unwrap_or_default(),
            // Written once and never changed, a file is told from every other by inode, time and
            // length.
            etag: format!(
                "\"{:x}-{:x}-{:x}\"",
                stat.ino(),
                stat.mtime().wrapping_mul(1_000_000_000).wrapping_add(stat.mtime_nsec()),
                stat.len()
            ),
            meta: self.meta(key, stat.ino()),
        };
        Ok((file, info))
    }

    fn meta(&self, key: &ObjectKey, inode: u64) -> ObjectMeta {
        let read = || -> io::Result<ObjectMeta> {
            let file = File::open(self.description(key, inode))?;
            Ok(serde_json::from_reader(file.take(DESCRIPTION_BYTES_MAX))?)
        };
        read().unwrap_or_else(|_| ObjectMeta::of_name(key.file_name()))
    }

    pub(super) fn read(
        &self,
        key: &ObjectKey,
        range: Option<Range<u64>>,
    ) -> Result<Bytes, ObjectsError> {
        let (mut file, info) = self.open_object(key)?;
        let (start, end) = match &range {
            None if info.size_bytes > IN_MEMORY_BYTES_MAX => {
                return Err(ObjectsError::TooLong {
                    what: key.to_string(),
                    size_bytes: info.size_bytes,
                    max_bytes: IN_MEMORY_BYTES_MAX,
                });
            }
            None => (0, info.size_bytes),
            Some(range) if range.start >= info.size_bytes => {
                return Err(ObjectsError::Range { key: key.clone(), range: range.clone() });
            }
            Some(range) => (range.start, range.end.min(info.size_bytes)),
        };
        let mut bytes = Vec::with_capacity(usize::try_from(end - start).unwrap_or_default());
        file.seek(SeekFrom::Start(start))
            .and_then(|_| file.take(end - start).read_to_end(&mut bytes))
            .map_err(|source| ObjectsError::io("reading", &self.path(key), source))?;
        Ok(bytes.into())
    }

    pub(super) fn copy_out(&self, key: &ObjectKey, to: &Path) -> Result<(), ObjectsError> {
        let (mut file, _) = self.open_object(key)?;
        let mut copy = || -> io::Result<()> {
            let folder = to.parent().unwrap_or(Path::new("."));
            let mut staged = tempfile::Builder::new()
                .permissions(fs::Permissions::from_mode(0o644))
                .tempfile_in(folder)?;
            io::copy(&mut file, staged.as_file_mut())?;
            staged.persist(to).map_err(|error| error.error)?;
            Ok(())
        };
        copy().map_err(|source| ObjectsError::io("copying to", to, source))
    }
}

fn nanoseconds(stat: &fs::Metadata) -> u32 {
    u32::try_from(stat.mtime_nsec()).unwrap_or_default()
}
