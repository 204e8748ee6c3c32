//! Gives finished files their names: all of them, or none. What stood under a name before stays
//! until every file is in place, and is there again where one cannot be.

use std::{
    fs::{File, TryLockError},
    io,
    path::{Path, PathBuf},
};

use tempfile::{NamedTempFile, TempPath};

use super::{Files, folder_of};
use crate::{
    blob::{Blob, Blobs},
    cli::exit::{CliError, remedy},
    stages::deliver::Delivery,
};

/// How the names of files begin that are being put in place or aside; this many letters follow.
const STAGED: &str = ".cutline-";
const STAGED_LETTERS: usize = 6;

/// Copies every file beside its final name, then renames them all. Where one cannot have its name,
/// every name is what it was before.
///
/// # Errors
/// [`CliError::Environment`] (a full disk among them).
pub fn place(delivery: &Delivery, blobs: &Blobs, video: PathBuf) -> Result<Files, CliError> {
    let files = Files::beside(video);
    let made: [&Blob; 6] = [
        &delivery.poster,
        &delivery.contact_sheet,
        &delivery.srt,
        &delivery.vtt,
        &delivery.script,
        &delivery.master,
    ];
    let staged = made
        .into_iter()
        .zip(files.all())
        .map(|(blob, path)| stage(&blobs.path(blob), path))
        .collect::<Result<Vec<_>, _>>()?;
    give_names(staged, &files.all())?;
    Ok(files)
}

fn stage(from: &Path, to: &Path) -> Result<NamedTempFile, CliError> {
    let copy = || {
        let mut staged = staged_in(folder_of(to))?;
        io::copy(&mut File::open(from)?, &mut staged)?;
        staged.as_file().sync_all()?;
        Ok(staged)
    };
    copy().map_err(|error| failed(to, &error))
}

/// Renames staged files, each to its name.
fn give_names(staged: Vec<NamedTempFile>, names: &[&Path]) -> Result<(), CliError> {
    let mut named: Vec<(&Path, Option<Aside>)> = Vec::with_capacity(names.len());
    for (file, path) in staged.into_iter().zip(names.iter().copied()) {
        match give_name(file, path) {
            Ok(before) => named.push((path, before)),
            Err(error) => {
                for (path, before) in named.into_iter().rev() {
                    take_back(path, before);
                }
                return Err(failed(path, &error));
            }
        }
    }
    Ok(())
}

/// Renames a file; what had the name before is put aside, and stays there for as long as what is
/// returned is held.
fn give_name(file: NamedTempFile, path: &Path) -> io::Result<Option<Aside>> {
    let before = Aside::of(path)?;
    match file.persist(path) {
        Ok(_) => Ok(before),
        Err(error) => {
            if before.is_some() {
                take_back(path, before);
            }
            Err(error.error)
        }
    }
}

/// What a name stood for, under a name of ours; removed when it is dropped.
struct Aside {
    at: TempPath,
    /// Locked, so that no sweep takes it away.
    _held: Option<File>,
}

impl Aside {
    /// Puts aside what is under a name, if anything is. Where the disk knows links, the name never
    /// stops standing for it: whoever is killed here has replaced a file, or has not.
    fn of(path: &Path) -> io::Result<Option<Self>> {
        let kind = match path.symlink_metadata() {
            Ok(found) => found.file_type(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        if kind.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        // What cannot be opened or locked is not swept either.
        let held = kind.is_file().then(|| File::open(path).ok()).flatten();
        let held = held.filter(|file| file.try_lock().is_ok());
        let put = |at: &Path| match std::fs::hard_link(path, at) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => std::fs::rename(path, at),
            linked => linked,
        };
        let aside = named().make_in(folder_of(path), put)?;
        Ok(Some(Self { at: aside.into_temp_path(), _held: held }))
    }

    /// Gives it its name again.
    fn back(self, path: &Path) -> io::Result<()> {
        // Where both names are links to it this does nothing, and dropping removes the other one.
        let renamed = std::fs::rename(&self.at, path);
        if renamed.is_err() {
            let at = self.at.keep()?;
            tracing::warn!(path = %at.display(), "this is what {} was before", path.display());
        }
        renamed
    }
}

/// Makes a name what it was before a file got it.
fn take_back(path: &Path, before: Option<Aside>) {
    let done = match before {
        Some(aside) => aside.back(path),
        None => std::fs::remove_file(path),
    };
    if let Err(error) = done {
        tracing::warn!(path = %path.display(), %error, "could not be taken back");
    }
}

fn failed(path: &Path, error: &io::Error) -> CliError {
    let remedy = remedy(error, "name another file with --output");
    CliError::Environment(format!("writing {}: {error}{remedy}", path.display()))
}

/// Removes what killed runs were putting in place or aside: files named as ours that no process
/// holds.
pub(super) fn sweep(folder: &Path) {
    let letters = |rest: &str| {
        rest.len() == STAGED_LETTERS && rest.chars().all(|c| c.is_ascii_alphanumeric())
    };
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let named = name.to_str().and_then(|name| name.strip_prefix(STAGED)).is_some_and(letters);
        if !named || !entry.file_type().is_ok_and(|kind| kind.is_file()) {
            continue;
        }
        let path = entry.path();
        // The lock is kept until the file is gone: who just made it sees that it is not theirs.
        let Ok(file) = File::open(&path) else { continue };
        if file.try_lock().is_ok()
            && let Err(error) = std::fs::remove_file(&path)
        {
            tracing::warn!(path = %path.display(), %error, "could not be removed");
        }
    }
}

/// A file of ours in a folder, locked for as long as it is open, so that no sweep takes it away.
pub(super) fn staged_in(folder: &Path) -> io::Result<NamedTempFile> {
    for _ in 0..8 {
        let staged = named()
            .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644))
            .tempfile_in(folder)?;
        // Where files cannot be locked, nothing is swept either.
        let swept = matches!(staged.as_file().try_lock(), Err(TryLockError::WouldBlock));
        if !swept && staged.path().exists() {
            return Ok(staged);
        }
    }
    Err(io::Error::other("other processes sweep the folder all the time"))
}

fn named() -> tempfile::Builder<'static, 'static> {
    let mut named = tempfile::Builder::new();
    named.prefix(STAGED).rand_bytes(STAGED_LETTERS);
    named
}

#[cfg(test)]
mod tests;
