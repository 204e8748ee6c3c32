//! The pixels of photographs that are not on screen, in a file without a name: it is gone when the
//! render is, whatever ends it.

use std::{fs::File, io, os::unix::fs::FileExt, path::Path};

use cutline_compositor::pictures::{PictureStore, Pictures};

/// Made when the first picture comes: most films have none.
#[derive(Debug)]
struct PixelFile {
    folder: std::path::PathBuf,
    file: Option<File>,
    end: u64,
}

/// No pictures yet; their pixels will lie in `folder`.
pub(crate) fn pictures_in(folder: &Path) -> Pictures {
    Pictures::kept_in(Box::new(PixelFile { folder: folder.to_owned(), file: None, end: 0 }))
}

impl PictureStore for PixelFile {
    fn put(&mut self, rgba: Vec<u8>) -> io::Result<u64> {
        let file = match &self.file {
            Some(file) => file,
            None => self.file.insert(tempfile::tempfile_in(&self.folder)?),
        };
        file.write_all_at(&rgba, self.end)?;
        let place = self.end;
        self.end += rgba.len() as u64;
        Ok(place)
    }

    fn read(&self, place: u64, rgba: &mut [u8]) -> io::Result<()> {
        let file = self.file.as_ref().ok_or(io::ErrorKind::NotFound)?;
        file.read_exact_at(rgba, place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_is_read_and_no_file_is_seen() {
        let folder = tempfile::tempdir().expect("folder");
        let mut kept = PixelFile { folder: folder.path().to_owned(), file: None, end: 0 };
        let places = [vec![1, 2, 3], vec![4; 9], vec![5]].map(|bytes| {
            let place = kept.put(bytes.clone()).expect("room");
            (place, bytes)
        });
        assert_eq!(std::fs::read_dir(folder.path()).expect("folder").count(), 0);
        for (place, bytes) in places.iter().rev() {
            let mut read = vec![0; bytes.len()];
            kept.read(*place, &mut read).expect("there");
            assert_eq!(read, *bytes);
        }
        assert!(kept.read(12, &mut [0; 2]).is_err(), "past the end");
    }
}
