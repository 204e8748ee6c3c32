//! Putting a finished video's files where the person wants them.

use std::path::{Path, PathBuf};

use cutline_core::{
    card::{Card, CardFile, FileKind},
    objects::{Objects, ObjectsError},
};

/// A file could not be saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// The card has no video (yet, or no longer).
    #[error("there is no video to save")]
    Nothing,
    /// The object store did not hand it over.
    #[error("fetching {name}: {source}")]
    Fetch {
        /// Which file.
        name: String,
        /// Why.
        #[source]
        source: ObjectsError,
    },
    /// The disk did not take it.
    #[error("writing {}: {source}", path.display())]
    Write {
        /// Where to.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

/// Saves the video at `video` and everything that comes with it beside it, under the same name.
/// Returns what was written, the video first. A file is written under another name and renamed, so
/// that there is never half a file under its own name.
///
/// # Errors
/// [`SaveError`]; what was saved before it stays.
pub async fn save(objects: &Objects, card: &Card, video: &Path) -> Result<Vec<PathBuf>, SaveError> {
    let of = |kind| card.files.iter().find(move |file| file.kind == kind);
    let master = of(FileKind::Master).or_else(|| of(FileKind::Chat)).ok_or(SaveError::Nothing)?;
    let mut saved = vec![fetch(objects, master, video).await?];
    for file in &card.files {
        if matches!(file.kind, FileKind::Poster | FileKind::Sheet | FileKind::Text) {
            saved.push(fetch(objects, file, &beside(video, file)).await?);
        }
    }
    Ok(saved)
}

/// `coffee.mp4` and a poster: `coffee.poster.png`. A caption file keeps only its extension, because
/// players look for `coffee.srt`.
fn beside(video: &Path, file: &CardFile) -> PathBuf {
    let extension = file.key.as_str().rsplit_once('.').map_or("bin", |(_, extension)| extension);
    let extension = match file.kind {
        FileKind::Poster => format!("poster.{extension}"),
        FileKind::Sheet => format!("sheet.{extension}"),
        _ => extension.to_owned(),
    };
    video.with_extension(extension)
}

async fn fetch(objects: &Objects, file: &CardFile, to: &Path) -> Result<PathBuf, SaveError> {
    let failed = |source| SaveError::Write { path: to.to_path_buf(), source };
    if let Some(folder) = to.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        tokio::fs::create_dir_all(folder).await.map_err(failed)?;
    }
    let part = to
        .with_file_name(format!(".{}.part", to.file_name().unwrap_or_default().to_string_lossy()));
    let fetched = objects.download(&file.key, &part).await;
    if let Err(source) = fetched {
        let _ = tokio::fs::remove_file(&part).await;
        return Err(SaveError::Fetch { name: file.name.clone(), source });
    }
    tokio::fs::rename(&part, to).await.map_err(failed)?;
    Ok(to.to_path_buf())
}

/// A name for a video that has none yet: its title without what file systems mind, in the current
/// folder.
#[must_use]
pub fn default_name(card: &Card) -> PathBuf {
    let title: String = card
        .title
        .chars()
        .map(|c| if c.is_alphanumeric() { c.to_lowercase().next().unwrap_or(c) } else { '-' })
        .take(60)
        .collect();
    let parts: Vec<&str> = title.split('-').filter(|part| !part.is_empty()).collect();
    let name = parts.join("-");
    let reference = card.reference.as_ref().map(|r| r.as_str().to_lowercase()).unwrap_or_default();
    let name = if name.is_empty() { format!("video-{reference}") } else { name };
    PathBuf::from(format!("{name}.mp4"))
}

#[cfg(test)]
mod tests {
    use cutline_core::card::CardKind;

    use super::*;

    #[test]
    fn a_title_becomes_a_file_name() {
        let named = |title: &str| default_name(&Card::new(CardKind::Done, title));
        assert_eq!(named("Why octopuses: 3 hearts?"), PathBuf::from("why-octopuses-3-hearts.mp4"));
        assert_eq!(named("../../etc/passwd"), PathBuf::from("etc-passwd.mp4"));
        assert_eq!(named("猫 and dogs"), PathBuf::from("猫-and-dogs.mp4"));
    }
}
