//! The compact cache of the set: one file of an index (postcard) and, behind it, every SVG body
//! deflated on its own, read by offset when it is drawn. Knows no phrase and no score.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom, Write},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};

use super::FluentError;

/// First bytes of the file; the digits are the layout's version.
const MAGIC: &[u8; 8] = b"CLFLUE02";
/// Upper bound on the index's own length, against a damaged file.
const INDEX_BYTES_MAX: u64 = 64 << 20;
/// Upper bound on one SVG body, inflated.
const BODY_BYTES_MAX: u64 = 4 << 20;

/// Everything about the set but the pictures.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Index {
    /// Identifies the source files it was built from.
    pub fingerprint: String,
    /// Identifies the set's own version.
    pub set_version: String,
    /// Ascending by id.
    pub icons: Vec<Icon>,
    /// Per language, ascending by language.
    pub languages: Vec<(String, Vocabulary)>,
    /// One unit vector an icon, end to end; empty when the embedding model was missing.
    pub vectors: Vec<f32>,
}

/// Terms of one language and the icons they lead to, ascending by term.
pub(super) type Vocabulary = Vec<(String, Vec<Posting>)>;

/// One illustration.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Icon {
    pub id: String,
    pub name: String,
    pub kind: Kind,
    /// A man's or woman's variant of something shown neutrally as well.
    pub gendered: bool,
    /// Position in the Unicode charts: the usual thing stands before the special one.
    pub order: u32,
    /// From the start of the bodies.
    pub offset_bytes: u64,
    pub length_bytes: u32,
    pub width: f32,
    pub height: f32,
}

/// What sort of picture it is: decides how readily it stands for a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Kind {
    Thing,
    Person,
    Face,
    Heart,
    Hand,
    Symbol,
    /// Flags, keycaps, arrows, clock faces, zodiac signs: never drawn for a word.
    Barred,
}

/// A way from a term to an icon.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Posting {
    pub icon: u16,
    pub role: Role,
    /// Likeness in meaning of the term and the icon's name, 0–255.
    pub affinity: u8,
}

/// How a term belongs to an icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Role {
    /// The whole name.
    Name,
    /// The thing named in a longer name ("moon" in "full moon").
    Head,
    /// Another word of the name ("baby" in "baby bottle").
    Word,
    /// A tag.
    Tag,
}

impl Index {
    /// The icons that a folded term leads to.
    pub(super) fn postings(&self, language: &str, term: &str) -> &[Posting] {
        let Some(vocabulary) = self.vocabulary(language) else { return &[] };
        vocabulary
            .binary_search_by(|(known, _)| known.as_str().cmp(term))
            .map_or(&[], |at| vocabulary[at].1.as_slice())
    }

    /// Terms of a language.
    pub(super) fn vocabulary(&self, language: &str) -> Option<&Vocabulary> {
        self.languages
            .binary_search_by(|(known, _)| known.as_str().cmp(language))
            .ok()
            .map(|at| &self.languages[at].1)
    }

    /// Where an icon stands in `icons`.
    pub(super) fn position(&self, id: &str) -> Option<usize> {
        self.icons.binary_search_by(|icon| icon.id.as_str().cmp(id)).ok()
    }
}

/// Writes the cache file at once or not at all.
///
/// # Errors
/// [`FluentError::Write`].
pub(super) fn save(path: &Path, index: &Index, bodies: &[u8]) -> Result<(), FluentError> {
    let write = |source| FluentError::Write { path: path.to_owned(), source };
    let encoded = postcard::to_stdvec(index)
        .map_err(|error| FluentError::Cache { path: path.to_owned(), reason: error.to_string() })?;
    let folder = path.parent().unwrap_or(Path::new("."));
    // Setup may run as another user than the worker that reads it.
    let readable = std::fs::Permissions::from_mode(0o644);
    let mut file =
        tempfile::Builder::new().permissions(readable).tempfile_in(folder).map_err(write)?;
    let head = (encoded.len() as u64).to_le_bytes();
    for part in [MAGIC.as_slice(), head.as_slice(), &encoded, bodies] {
        file.write_all(part).map_err(write)?;
    }
    file.as_file().sync_all().map_err(write)?;
    file.persist(path).map_err(|error| write(error.error))?;
    Ok(())
}

/// Reads the cache file's index and keeps the file open for the bodies.
///
/// # Errors
/// [`FluentError::Read`]; [`FluentError::Cache`] for another layout or a damaged file.
pub(super) fn load(path: &Path) -> Result<(Index, Bodies), FluentError> {
    let read = |source| FluentError::Read { path: path.to_owned(), source };
    let damaged =
        |reason: &str| FluentError::Cache { path: path.to_owned(), reason: reason.to_owned() };
    let mut file = File::open(path).map_err(read)?;
    let mut head = [0_u8; 16];
    file.read_exact(&mut head).map_err(read)?;
    let (magic, length) = head.split_at(MAGIC.len());
    if magic != MAGIC {
        return Err(damaged("another layout"));
    }
    let length = length.try_into().map_or(u64::MAX, u64::from_le_bytes);
    if length > INDEX_BYTES_MAX {
        return Err(damaged("the index is too long"));
    }
    let mut encoded = Vec::new();
    Read::by_ref(&mut file).take(length).read_to_end(&mut encoded).map_err(read)?;
    let index = postcard::from_bytes(&encoded).map_err(|error| damaged(&error.to_string()))?;
    let start_bytes = head.len() as u64 + length;
    Ok((index, Bodies { path: path.to_owned(), file: Mutex::new(file), start_bytes }))
}

/// The SVG bodies behind the index.
#[derive(Debug)]
pub(super) struct Bodies {
    path: PathBuf,
    file: Mutex<File>,
    start_bytes: u64,
}

impl Bodies {
    /// Inflates one icon's body.
    ///
    /// # Errors
    /// [`FluentError::Read`] when the file does not hold it.
    pub(super) fn read(&self, icon: &Icon) -> Result<String, FluentError> {
        let read = |source| FluentError::Read { path: self.path.clone(), source };
        let mut packed = vec![0_u8; icon.length_bytes as usize];
        {
            let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
            file.seek(SeekFrom::Start(self.start_bytes + icon.offset_bytes)).map_err(read)?;
            file.read_exact(&mut packed).map_err(read)?;
        }
        let mut body = String::new();
        flate2::read::DeflateDecoder::new(packed.as_slice())
            .take(BODY_BYTES_MAX)
            .read_to_string(&mut body)
            .map_err(read)?;
        Ok(body)
    }
}
