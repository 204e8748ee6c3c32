//! The only home of ffmpeg-next: encoding segments, muxing, decoding back, and the quality gate.
//!
//! Shots are encoded as independent segments ([`segment`]) that [`mux`] joins without re-encoding.
//! Nothing here knows what a shot shows or says.

pub mod aac;
pub mod boxes;
pub mod clip;
pub mod decode;
pub mod leave;
pub mod memory;
pub mod mux;
pub mod picture;
pub mod qc;
pub mod rendition;
pub mod segment;
#[cfg(test)]
mod tests;

use std::{io, path::Path, sync::Once};

use crate::context::{Handling, StageError};

/// Frames per second of every video made here.
pub const FPS: u32 = 30;
/// Sample rate of every sound track made here.
pub const SAMPLE_RATE_HZ: u32 = 48_000;

/// What can go wrong between frames and files.
#[derive(Debug, thiserror::Error)]
pub enum EncodeError {
    /// The job was cancelled; the encoder stopped at the next frame.
    #[error("cancelled")]
    Cancelled,
    /// A file could not be read or written (a full disk among them).
    #[error("{what}: {source}")]
    Io {
        /// What was being done, with the path.
        what: String,
        /// Why it failed.
        #[source]
        source: io::Error,
    },
    /// FFmpeg refused something that is not the disk's fault.
    #[error("{what}: {source}")]
    Codec {
        /// What was being done.
        what: String,
        /// FFmpeg's own error.
        #[source]
        source: ffmpeg_next::Error,
    },
    /// The file is no video, or none that this FFmpeg can read.
    #[error("{path} cannot be read as a video: {reason}")]
    NotAVideo {
        /// The file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Segments that do not fit together, or a picture of the wrong size.
    #[error("{0}")]
    Mismatch(String),
}

impl EncodeError {
    /// Sorts an FFmpeg error: errors of the operating system become [`EncodeError::Io`].
    pub(crate) fn from_ffmpeg(what: impl Into<String>, error: ffmpeg_next::Error) -> Self {
        let what = what.into();
        match error {
            ffmpeg_next::Error::Other { errno } => {
                Self::Io { what, source: io::Error::from_raw_os_error(errno) }
            }
            source => Self::Codec { what, source },
        }
    }
}

impl From<EncodeError> for StageError {
    fn from(error: EncodeError) -> Self {
        match error {
            EncodeError::Cancelled => Self::Cancelled,
            EncodeError::Io { what, source } => Self::Io { what, source },
            other => Self::Provider {
                what: "encoder".to_owned(),
                handling: Handling::Fail,
                source: Box::new(other),
            },
        }
    }
}

/// Sets FFmpeg up once: registers its parts and keeps it from writing to standard error (what goes
/// wrong is returned, not printed).
pub(crate) fn prepare() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        if ffmpeg_next::init().is_err() {
            tracing::warn!("FFmpeg's network layer did not start; files still work");
        }
        ffmpeg_next::util::log::set_level(ffmpeg_next::util::log::Level::Quiet);
    });
}

/// A path for a message.
pub(crate) fn shown(path: &Path) -> String {
    path.display().to_string()
}
