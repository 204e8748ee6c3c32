//! Puts finished files under their final names: all of them, or none.

use std::{
    fs::{File, TryLockError},
    io,
    path::{Path, PathBuf},
};

use serde::Serialize;
use tempfile::NamedTempFile;

use super::exit::CliError;
use crate::{
    blob::{Blob, Blobs},
    stages::deliver::Delivery,
};

/// How the names of files begin that are being put in place; this many letters follow.
const STAGED: &str = ".cutline-";
const STAGED_LETTERS: usize = 6;

/// Where the finished files are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Files {
    /// The MP4.
    pub video: PathBuf,
    /// A still (PNG).
    pub poster: PathBuf,
    /// One still a shot (PNG).
    pub contact_sheet: PathBuf,
    /// SubRip captions.
    pub srt: PathBuf,
    /// WebVTT captions.
    pub vtt: PathBuf,
    /// The script with sources and credits.
    pub script: PathBuf,
}

impl Files {
    /// The files beside a video.
    #[must_use]
    pub fn beside(video: PathBuf) -> Self {
        Self {
            poster: video.with_extension("poster.png"),
            contact_sheet: video.with_extension("sheet.png"),
            srt: video.with_extension("srt"),
            vtt: video.with_extension("vtt"),
            script: video.with_extension("script.txt"),
            video,
        }
    }

    /// All of them, the video last.
    #[must_use]
    pub fn all(&self) -> [&Path; 6] {
        [&self.poster, &self.contact_sheet, &self.srt, &self.vtt, &self.script, &self.video]
    }
}

/// Makes sure, before any work, that the output and what comes beside it can be written, and
/// removes what killed runs left half in place there.
///
/// # Errors
/// [`CliError::Environment`] naming the path and the reason.
pub fn check_writable(output: Option<&Path>) -> Result<(), CliError> {
    let refuse = |path: &Path, why: String| {
        CliError::Environment(format!("the video cannot be written to {}: {why}", path.display()))
    };
    // A name that nobody gave will be one that is free.
    let companions = output.map(|path| Files::beside(path.to_path_buf()));
    let output = output.unwrap_or(Path::new("./video.mp4"));
    if output.is_dir() {
        return Err(refuse(output, "that is a folder; name a file".into()));
    }
    if output.file_name().is_none() {
        return Err(refuse(output, "that names no file".into()));
    }
    if output.to_str().is_none() {
        return Err(refuse(output, "the name is not UTF-8".into()));
    }
    if let Some(taken) = companions.iter().flat_map(Files::all).find(|path| path.is_dir()) {
        return Err(refuse(output, format!("{} beside it is a folder", taken.display())));
    }
    let folder = folder_of(output);
    if !folder.is_dir() {
        return Err(refuse(output, format!("there is no folder {}", folder.display())));
    }
    sweep(folder);
    staged_in(folder).map(drop).map_err(|error| refuse(output, error.to_string()))
}

/// Removes what killed runs were putting in place: files named as ours that no process holds.
fn sweep(folder: &Path) {
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
fn staged_in(folder: &Path) -> io::Result<NamedTempFile> {
    for _ in 0..8 {
        let staged = tempfile::Builder::new()
            .prefix(STAGED)
            .rand_bytes(STAGED_LETTERS)
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

/// `./<title in lower-case words>.mp4`, with a number where that exists already.
#[must_use]
pub fn default_path(title: &str, exists: impl Fn(&Path) -> bool) -> PathBuf {
    let mut slug = String::new();
    for c in title.to_lowercase().chars() {
        if c.is_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    // A file name holds 255 bytes; a few are left for extensions and a number.
    while slug.len() > 120 {
        slug.pop();
    }
    let slug = slug.trim_matches('-');
    let slug = if slug.is_empty() { "video" } else { slug };
    let first = PathBuf::from(format!("./{slug}.mp4"));
    if !exists(&first) {
        return first;
    }
    (2..10_000)
        .map(|number| PathBuf::from(format!("./{slug}-{number}.mp4")))
        .find(|path| !exists(path))
        .unwrap_or(first)
}

/// Whether a video at this path, or what comes beside it, would replace something.
#[must_use]
pub fn is_taken(video: &Path) -> bool {
    Files::beside(video.to_path_buf()).all().into_iter().any(Path::exists)
}

/// Copies every file beside its final name, then renames them all. Where one cannot be renamed,
/// those before it are removed again.
///
/// # Errors
/// [`CliError::Environment`] (a full disk among them); then nothing of it stays.
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
    let all = files.all();
    for (at, (file, path)) in staged.into_iter().zip(all).enumerate() {
        if let Err(error) = file.persist(path) {
            for placed in &all[..at] {
                if let Err(error) = std::fs::remove_file(placed) {
                    tracing::warn!(path = %placed.display(), %error, "could not be removed");
                }
            }
            return Err(failed(path, &error.error));
        }
    }
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

fn failed(path: &Path, error: &io::Error) -> CliError {
    CliError::Environment(format!("writing {}: {error}", path.display()))
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_follows_the_title_in_any_script_and_never_replaces_a_file() {
        let none = |_: &Path| false;
        assert_eq!(default_path("Why: 3 Hearts?!", none), Path::new("./why-3-hearts.mp4"));
        assert_eq!(default_path("天空为什么是蓝色", none), Path::new("./天空为什么是蓝色.mp4"));
        assert_eq!(default_path("…", none), Path::new("./video.mp4"));
        let taken = |path: &Path| path == Path::new("./hearts.mp4");
        assert_eq!(default_path("Hearts", taken), Path::new("./hearts-2.mp4"));
        assert!(default_path(&"word ".repeat(90), none).as_os_str().len() < 200);
    }

    #[test]
    fn an_output_that_cannot_be_written_is_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "x").unwrap();
        for bad in [folder.path().to_path_buf(), folder.path().join("no/a.mp4"), file.join("a.mp4")]
        {
            let error = check_writable(Some(&bad)).unwrap_err().to_string();
            assert!(error.contains(&bad.display().to_string()), "{error}");
        }
        check_writable(Some(&folder.path().join("a.mp4"))).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left");
        std::fs::create_dir(folder.path().join("b.srt")).unwrap();
        let error = check_writable(Some(&folder.path().join("b.mp4"))).unwrap_err().to_string();
        assert!(error.contains("b.srt"), "{error}");
    }

    #[test]
    fn all_files_are_placed_or_none() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(folder.path().join("blobs")).unwrap();
        let blob = |text: &str| blobs.put(text.as_bytes(), "bin").unwrap();
        let delivery = Delivery {
            master: blob("video"),
            chat: None,
            poster: blob("poster"),
            contact_sheet: blob("sheet"),
            srt: blob("srt"),
            vtt: blob("vtt"),
            script: blob("script"),
        };
        let out = folder.path().join("out");
        // What stands in the way came there after the check.
        std::fs::create_dir_all(out.join("a.script.txt")).unwrap();
        let error = place(&delivery, &blobs, out.join("a.mp4")).unwrap_err().to_string();
        assert!(error.contains("a.script.txt"), "{error}");
        assert_eq!(std::fs::read_dir(&out).unwrap().count(), 1, "something was left");
        let files = place(&delivery, &blobs, out.join("b.mp4")).unwrap();
        assert_eq!(std::fs::read(&files.video).unwrap(), b"video");
        assert!(files.all().into_iter().all(Path::exists));
    }

    #[test]
    fn what_a_killed_run_left_is_swept_and_what_a_living_one_writes_stays() {
        let folder = tempfile::tempdir().unwrap();
        let living = staged_in(folder.path()).unwrap();
        for name in [".cutline-aB3dE9", ".cutline-notes", ".cutline-aB3dE9x", "video.mp4"] {
            std::fs::write(folder.path().join(name), "x").unwrap();
        }
        check_writable(Some(&folder.path().join("video.mp4"))).unwrap();
        let gone = |name: &str| !folder.path().join(name).exists();
        assert!(gone(".cutline-aB3dE9") && !gone(".cutline-aB3dE9x"));
        assert!(!gone("video.mp4") && living.path().exists());
    }
}
