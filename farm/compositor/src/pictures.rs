//! Photographs by name. A film of a minute shows a dozen, decoded more than ten megabytes each, and
//! two at a time: their pixels lie in a [`PictureStore`] and are fetched while they are drawn.

use std::{
    collections::BTreeMap,
    fmt::Debug,
    io,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use tiny_skia::{IntSize, Pixmap};

use crate::renderer::RenderError;

/// Where pixels lie that nobody is drawing.
pub trait PictureStore: Debug + Send + Sync {
    /// Keeps a picture's bytes; returns where.
    ///
    /// # Errors
    /// When there is no room.
    fn put(&mut self, rgba: Vec<u8>) -> io::Result<u64>;

    /// Reads as many bytes as were kept at `place` back into `rgba`.
    ///
    /// # Errors
    /// When they cannot be read.
    fn read(&self, place: u64, rgba: &mut [u8]) -> io::Result<()>;
}

/// In memory: for little.
#[derive(Debug, Default)]
struct Memory {
    kept: Vec<Vec<u8>>,
}

impl PictureStore for Memory {
    fn put(&mut self, rgba: Vec<u8>) -> io::Result<u64> {
        self.kept.push(rgba);
        Ok(self.kept.len() as u64 - 1)
    }

    fn read(&self, place: u64, rgba: &mut [u8]) -> io::Result<()> {
        let kept = usize::try_from(place).ok().and_then(|place| self.kept.get(place));
        let kept = kept.filter(|kept| kept.len() == rgba.len());
        rgba.copy_from_slice(kept.ok_or(io::ErrorKind::NotFound)?);
        Ok(())
    }
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    size: IntSize,
    place: u64,
}

/// Decoded photographs by name.
#[derive(Debug)]
pub struct Pictures {
    by_name: BTreeMap<String, Entry>,
    store: Box<dyn PictureStore>,
    /// Those somebody draws now: two threads at one photograph share it.
    open: Mutex<BTreeMap<String, Weak<Pixmap>>>,
}

impl Default for Pictures {
    fn default() -> Self {
        Self::kept_in(Box::<Memory>::default())
    }
}

impl Pictures {
    /// None yet; their pixels will lie in `store`.
    #[must_use]
    pub fn kept_in(store: Box<dyn PictureStore>) -> Self {
        Self { by_name: BTreeMap::new(), store, open: Mutex::default() }
    }

    /// Adds a picture: packed sRGB RGBA, straight alpha, `width × height × 4` bytes. Transparent
    /// parts turn white.
    ///
    /// # Errors
    /// [`RenderError::PictureSize`] when the length does not match or a side is zero;
    /// [`RenderError::Picture`] when it cannot be kept.
    pub fn insert(
        &mut self,
        name: &str,
        width_px: u32,
        height_px: u32,
        mut rgba: Vec<u8>,
    ) -> Result<(), RenderError> {
        let len_bytes = rgba.len();
        let size = IntSize::from_wh(width_px, height_px);
        let Some(size) = size.filter(|&size| len(size) == Some(len_bytes)) else {
            let name = name.to_owned();
            return Err(RenderError::PictureSize { name, width_px, height_px, len_bytes });
        };
        for pixel in rgba.chunks_exact_mut(4) {
            let alpha = u32::from(pixel[3]);
            for channel in &mut pixel[..3] {
                let mixed = u32::from(*channel) * alpha + 255 * (255 - alpha);
                *channel = ((mixed + 127) / 255) as u8;
            }
            pixel[3] = 255;
        }
        let place = self.store.put(rgba).map_err(|source| broken(name, source))?;
        self.by_name.insert(name.to_owned(), Entry { size, place });
        Ok(())
    }

    /// Width and height in pixels.
    pub(crate) fn size_px(&self, name: &str) -> Result<(u32, u32), RenderError> {
        let entry = self.entry(name)?;
        Ok((entry.size.width(), entry.size.height()))
    }

    /// The pixels, for as long as somebody holds on to them.
    pub(crate) fn open(&self, name: &str) -> Result<Arc<Pixmap>, RenderError> {
        let entry = self.entry(name)?;
        // Held while reading: the other thread that wants it now waits rather than reads as well.
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pixmap) = open.get(name).and_then(Weak::upgrade) {
            return Ok(pixmap);
        }
        let mut rgba = vec![0; len(entry.size).unwrap_or_default()];
        self.store.read(entry.place, &mut rgba).map_err(|source| broken(name, source))?;
        let pixmap = Pixmap::from_vec(rgba, entry.size)
            .ok_or_else(|| broken(name, io::ErrorKind::InvalidData.into()))?;
        let pixmap = Arc::new(pixmap);
        open.insert(name.to_owned(), Arc::downgrade(&pixmap));
        Ok(pixmap)
    }

    fn entry(&self, name: &str) -> Result<Entry, RenderError> {
        let entry = self.by_name.get(name).copied();
        entry.ok_or_else(|| RenderError::UnknownPicture(name.to_owned()))
    }
}

/// Bytes of packed RGBA.
fn len(size: IntSize) -> Option<usize> {
    (size.width() as usize).checked_mul(size.height() as usize)?.checked_mul(4)
}

fn broken(name: &str, source: io::Error) -> RenderError {
    RenderError::Picture { name: name.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_comes_back_on_white_and_is_shared_while_it_is_drawn() {
        let mut pictures = Pictures::default();
        let rgba = [[10, 20, 30, 255], [0, 0, 0, 0]].concat();
        pictures.insert("half", 2, 1, rgba.clone()).expect("kept");
        assert_eq!(pictures.size_px("half").expect("known"), (2, 1));
        let first = pictures.open("half").expect("read");
        assert_eq!(first.data(), [[10, 20, 30, 255], [255; 4]].concat());
        assert!(Arc::ptr_eq(&first, &pictures.open("half").expect("read")));
        drop(first);
        assert!(pictures.open.lock().expect("free")["half"].upgrade().is_none(), "let go");
        let short = pictures.insert("short", 2, 2, rgba);
        assert!(matches!(short, Err(RenderError::PictureSize { len_bytes: 8, .. })), "{short:?}");
        assert!(matches!(pictures.open("nobody"), Err(RenderError::UnknownPicture(_))));
    }
}
