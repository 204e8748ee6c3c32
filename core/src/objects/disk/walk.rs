//! Walks a folder of objects in the order of their keys.

use std::{
    fs::{self, DirEntry},
    io,
    ops::ControlFlow,
    path::Path,
    time::SystemTime,
};

use crate::objects::{Listed, ObjectKey, ObjectPrefix, ObjectsError};

/// Deepest folder that is looked into; keys cannot be deeper than their bytes.
const DEPTH_MAX: usize = 256;

/// At most `max` objects whose keys begin with `prefix`, after `after`.
pub(super) fn list(
    root: &Path,
    prefix: &ObjectPrefix,
    after: Option<&ObjectKey>,
    max: usize,
) -> Result<Vec<Listed>, ObjectsError> {
    let mut found = Vec::new();
    if max == 0 {
        return Ok(found);
    }
    let start = root.join(prefix.as_str());
    let walked = files(&start, prefix.as_str(), 0, &mut |name, entry| {
        let Ok(key) = ObjectKey::parse(name) else { return Ok(ControlFlow::Continue(())) };
        if after.is_some_and(|after| key <= *after) {
            return Ok(ControlFlow::Continue(()));
        }
        match entry.metadata() {
            Ok(stat) => found.push(Listed {
                key,
                size_bytes: stat.len(),
                modified: stat.modified().unwrap_or(SystemTime::UNIX_EPOCH).into(),
            }),
            // Deleted while we looked.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        Ok(if found.len() == max { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    });
    let _ = walked.map_err(|source| ObjectsError::io("listing", &start, source))?;
    Ok(found)
}

/// What is done with a file: its name from the root, and its entry.
pub(super) type Visit<'a> = dyn FnMut(&str, &DirEntry) -> io::Result<ControlFlow<()>> + 'a;

/// Visits every file below `folder`, whose name from the root is `prefix` (empty or ending in `/`),
/// in the order of their names. A folder that is not there holds nothing; hidden entries are passed
/// over.
pub(super) fn files(
    folder: &Path,
    prefix: &str,
    depth: usize,
    visit: &mut Visit<'_>,
) -> io::Result<ControlFlow<()>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error)
            if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) =>
        {
            return Ok(ControlFlow::Continue(()));
        }
        Err(error) => return Err(error),
    };
    let mut sorted = Vec::new();
    for entry in entries {
        let entry = entry?;
        let Ok(mut name) = entry.file_name().into_string() else { continue };
        if name.starts_with('.') {
            continue;
        }
        // As keys are ordered: a folder's files come where its name with the slash stands.
        if entry.file_type()?.is_dir() {
            name.push('/');
        }
        sorted.push((name, entry));
    }
    sorted.sort_by(|(one, _), (other, _)| one.cmp(other));
    for (name, entry) in sorted {
        let whole = format!("{prefix}{name}");
        let flow = if !name.ends_with('/') {
            visit(&whole, &entry)?
        } else if depth < DEPTH_MAX {
            files(&entry.path(), &whole, depth + 1, visit)?
        } else {
            ControlFlow::Continue(())
        };
        if flow.is_break() {
            return Ok(flow);
        }
    }
    Ok(ControlFlow::Continue(()))
}
