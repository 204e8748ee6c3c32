//! What finished files are called, and whether they can be written there.

mod place;

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::exit::CliError;
pub use place::place;
use place::{staged_in, sweep};

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
}
