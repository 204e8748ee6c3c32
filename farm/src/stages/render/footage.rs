//! The clips of a film, by the hash of their files: a scene that names one names its pixels, and
//! with them its parts' checkpoints.

use std::{
    collections::BTreeMap,
    fmt,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use cutline_compositor::clip::{ClipArt, ClipEnd, ClipError, ClipPicture, Clips};

use crate::{
    blob::{Blob, Blobs},
    context::StageError,
    encode::clip::Clip,
};

/// Clips a thread keeps open: a transition shows two scenes in turn.
const OPEN_MAX: usize = 2;

/// The clips there are, and those that one thread has open.
#[derive(Default)]
pub struct Footage {
    files: Arc<BTreeMap<String, PathBuf>>,
    /// The last used last. In a lock only to be shared in name: whoever draws holds it alone.
    open: Mutex<Vec<Open>>,
}

struct Open {
    clip: String,
    from_ms: u32,
    size_px: (u32, u32),
    decoder: Clip,
}

impl Footage {
    /// Adds a clip and gives the name that scenes call it by.
    ///
    /// # Errors
    /// [`StageError::Io`] when its file is gone.
    pub fn insert(&mut self, blob: &Blob, blobs: &Blobs) -> Result<String, StageError> {
        let path = blobs.path(blob);
        if let Err(source) = path.metadata() {
            return Err(StageError::Io { what: format!("reading {}", path.display()), source });
        }
        Arc::make_mut(&mut self.files).insert(blob.sha256.clone(), path);
        Ok(blob.sha256.clone())
    }
}

impl fmt::Debug for Footage {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Footage").field("files", &self.files).finish_non_exhaustive()
    }
}

impl Clips for Footage {
    fn show(
        &mut self,
        art: &ClipArt,
        frame: u32,
        size_px: (u32, u32),
        draw: &mut dyn FnMut(&ClipPicture<'_>),
    ) -> Result<(), ClipError> {
        let open = self.open.get_mut().unwrap_or_else(PoisonError::into_inner);
        // Two shots may show two stretches of one clip, and a transition both at once.
        let same = |one: &Open| {
            one.clip == art.clip && one.from_ms == art.from_ms && one.size_px == size_px
        };
        let found = match open.iter().position(same) {
            Some(at) => open.remove(at),
            None => {
                let path = self.files.get(&art.clip).ok_or("there is no such clip")?;
                let decoder = Clip::open(path, size_px, art.focus)?;
                if open.len() >= OPEN_MAX {
                    open.remove(0);
                }
                Open { clip: art.clip.clone(), from_ms: art.from_ms, size_px, decoder }
            }
        };
        open.push(found);
        let Some(Open { decoder, .. }) = open.last_mut() else { return Ok(()) };
        let moment_us = match art.ends {
            ClipEnd::Hold => art.moment_us(frame),
            ClipEnd::Loop => art.moment_us(frame) % decoder.length_us().max(1),
        };
        let planes = decoder.at(moment_us)?;
        draw(&ClipPicture {
            width_px: planes.width_px as usize,
            height_px: planes.height_px as usize,
            planes: planes.data,
            stride_bytes: planes.stride_bytes,
        });
        Ok(())
    }

    fn fork(&self) -> Box<dyn Clips> {
        Box::new(Self { files: Arc::clone(&self.files), open: Mutex::default() })
    }
}
