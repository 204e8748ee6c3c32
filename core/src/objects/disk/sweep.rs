//! On disk nobody but us takes old objects away: what a bucket's lifecycle rules do, and what
//! writers that died left behind.

use std::{fs, io, ops::ControlFlow, os::unix::fs::MetadataExt, path::Path};

use chrono::{DateTime, TimeDelta, Utc};

use super::{DESCRIPTIONS, Disk, TEMPORARY, remove_empty_folders, remove_if_there, walk};
use crate::objects::{CHECKPOINTS_KEPT, ObjectKey, ObjectsError, Retention, Swept};

/// Files are written a little before the job they belong to is finished and its time begins.
const GRACE: TimeDelta = TimeDelta::hours(1);
/// No write takes longer than this.
const WRITING_FOR_MAX: TimeDelta = TimeDelta::hours(1);

impl Disk {
    pub(super) fn sweep_now(&self, now: DateTime<Utc>) -> Result<Swept, ObjectsError> {
        let kept = Retention::ALL
            .map(|class| (class.prefix(), class.kept() + GRACE))
            .into_iter()
            .chain([("checkpoints/", CHECKPOINTS_KEPT)]);
        let mut swept = Swept::default();
        for (prefix, kept) in kept {
            let folder = self.root.join(prefix);
            swept.objects += self
                .sweep_objects(prefix, now - kept)
                .map_err(|source| ObjectsError::io("sweeping", &folder, source))?;
        }
        let before = now - WRITING_FOR_MAX;
        let temporary = self.root.join(TEMPORARY);
        swept.leftovers += sweep_temporary(&temporary, before)
            .map_err(|source| ObjectsError::io("sweeping", &temporary, source))?;
        let descriptions = self.root.join(DESCRIPTIONS);
        swept.leftovers += self
            .sweep_descriptions(&descriptions, before)
            .map_err(|source| ObjectsError::io("sweeping", &descriptions, source))?;
        Ok(swept)
    }

    fn sweep_objects(&self, prefix: &str, before: DateTime<Utc>) -> io::Result<u64> {
        let mut removed = 0;
        let _ = walk::files(&self.root.join(prefix), prefix, 0, &mut |name, entry| {
            let Ok(key) = ObjectKey::parse(name) else { return Ok(ControlFlow::Continue(())) };
            if is_older(entry.metadata(), before)? {
                self.remove(&key).map_err(io::Error::other)?;
                removed += 1;
            }
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(removed)
    }

    /// Takes away descriptions of inodes that no longer stand under the object's name.
    fn sweep_descriptions(&self, folder: &Path, before: DateTime<Utc>) -> io::Result<u64> {
        let mut removed = 0;
        let _ = walk::files(folder, "", 0, &mut |name, entry| {
            let described = name.rsplit_once('.').and_then(|(object, inode)| {
                let stat = fs::metadata(self.root.join(object)).ok()?;
                Some(inode.parse() == Ok(stat.ino()))
            });
            if described != Some(true) && is_older(entry.metadata(), before)? {
                remove_if_there(&entry.path())?;
                remove_empty_folders(folder, entry.path().parent());
                removed += 1;
            }
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(removed)
    }
}

fn sweep_temporary(folder: &Path, before: DateTime<Utc>) -> io::Result<u64> {
    let mut removed = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if is_older(entry.metadata(), before)? {
            remove_if_there(&entry.path())?;
            removed += 1;
        }
    }
    Ok(removed)
}

/// Whether a file was last written before; one that has just gone was not.
fn is_older(stat: io::Result<fs::Metadata>, before: DateTime<Utc>) -> io::Result<bool> {
    match stat {
        Ok(stat) => Ok(stat.is_file() && DateTime::<Utc>::from(stat.modified()?) < before),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}
