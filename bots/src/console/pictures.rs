//! Pictures from files on this machine.

use std::path::{Path, PathBuf};

use cutline_core::error::UserError;

use crate::conversation::{Picture, Pictures};

/// Files larger than this are not even read; the desk's own limit is stricter or the same.
const FILE_BYTES_MAX: u64 = 32 << 20;

/// Files, by path; `~` is the home folder.
#[derive(Clone, Debug, Default)]
pub struct Files {
    /// The home folder, where there is one.
    pub home: Option<PathBuf>,
}

impl Pictures for Files {
    async fn fetch(&self, named: &str) -> Result<Picture, UserError> {
        let path = self.path(named);
        let refuse = |why: String| UserError::validation("images", format!("“{named}” {why}"));
        let unreadable = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::NotFound => refuse("is not there.".into()),
            std::io::ErrorKind::PermissionDenied => refuse("may not be read.".into()),
            _ => refuse(format!("cannot be read: {error}.")),
        };
        let about = tokio::fs::metadata(&path).await.map_err(unreadable)?;
        if !about.is_file() {
            return Err(refuse("is not a file.".into()));
        }
        if about.len() > FILE_BYTES_MAX {
            return Err(refuse(format!("is too large: {} MB is the most.", FILE_BYTES_MAX >> 20)));
        }
        let bytes = tokio::fs::read(&path).await.map_err(unreadable)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Picture { name, bytes })
    }
}

impl Files {
    fn path(&self, named: &str) -> PathBuf {
        match (named.strip_prefix("~/"), &self.home) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => Path::new(named).to_path_buf(),
        }
    }
}
