//! Reads the top-level boxes of an MP4 (ISO/IEC 14496-12, §4.2): enough to see what comes first.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::Path,
};

use super::{EncodeError, shown};

/// Most top-level boxes looked at: fragmented files have thousands, the order of the first tells
/// all.
const BOXES_MAX: usize = 64;

/// A top-level box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopBox {
    /// Four-character code.
    pub kind: [u8; 4],
    /// First byte in the file.
    pub offset_bytes: u64,
    /// Length, header included.
    pub size_bytes: u64,
}

/// The top-level boxes in file order, at most 64 of them. A file that is no MP4 gives an empty
/// list.
///
/// # Errors
/// [`EncodeError::Io`] when the file cannot be read.
pub fn top_level(path: &Path) -> Result<Vec<TopBox>, EncodeError> {
    let failed = |source| EncodeError::Io { what: format!("reading {}", shown(path)), source };
    let mut file = File::open(path).map_err(failed)?;
    let length = file.metadata().map_err(failed)?.len();
    let mut boxes = Vec::new();
    let mut offset_bytes = 0;
    while offset_bytes + 8 <= length && boxes.len() < BOXES_MAX {
        let Some(found) = box_at(&mut file, offset_bytes, length).map_err(failed)? else { break };
        offset_bytes += found.size_bytes;
        boxes.push(found);
    }
    if boxes.first().is_none_or(|first| &first.kind != b"ftyp") {
        boxes.clear();
    }
    Ok(boxes)
}

/// Whether the index stands before the media (a player can start before the file is whole).
#[must_use]
pub fn index_first(boxes: &[TopBox]) -> bool {
    let place = |kind: &[u8; 4]| boxes.iter().position(|found| &found.kind == kind);
    match (place(b"moov"), place(b"mdat")) {
        (Some(index), Some(media)) => index < media,
        _ => false,
    }
}

fn box_at(file: &mut File, offset_bytes: u64, length: u64) -> io::Result<Option<TopBox>> {
    let mut header = [0_u8; 16];
    file.seek(SeekFrom::Start(offset_bytes))?;
    let read = if length - offset_bytes >= 16 { 16 } else { 8 };
    file.read_exact(&mut header[..read])?;
    let short = u32::from_be_bytes([header[0], header[1], header[2], header[3]]);
    let mut long = [0_u8; 8];
    long.copy_from_slice(&header[8..]);
    let (size_bytes, smallest) = match short {
        0 => (length - offset_bytes, 8),
        1 => (u64::from_be_bytes(long), 16),
        size => (u64::from(size), 8),
    };
    let kind = [header[4], header[5], header[6], header[7]];
    let plausible = size_bytes >= smallest && kind.iter().all(|byte| (b' '..=b'~').contains(byte));
    Ok(plausible.then_some(TopBox { kind, offset_bytes, size_bytes }))
}
