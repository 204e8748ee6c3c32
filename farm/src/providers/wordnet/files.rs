//! The database's own file formats (wndb(5WN), cntlist(5WN)): sorted index lines, synset lines at
//! byte offsets, exception lists.

use std::{
    collections::HashMap,
    fs::File,
    io::{self, BufRead, BufReader},
    os::unix::fs::FileExt,
    path::Path,
};

/// `lex_filenum` of noun.animal (lexnames(5WN)).
pub(super) const ANIMAL: u8 = 5;
/// `lex_filenum` of noun.food.
pub(super) const FOOD: u8 = 13;
/// animal, artifact, body, food, object, phenomenon, plant, substance: what can be drawn.
pub(super) const CONCRETE: &[u8] = &[5, 6, 8, 13, 17, 19, 20, 27];
/// Longest synset line read; the longest in WordNet 3.0 is under 14 kB.
const LINE_BYTES_MAX: usize = 16 * 1024;

/// The word classes used here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pos {
    /// Nouns.
    Noun,
    /// Verbs.
    Verb,
    /// Adjectives.
    Adjective,
}

impl Pos {
    fn suffix(self) -> &'static str {
        match self {
            Self::Noun => "noun",
            Self::Verb => "verb",
            Self::Adjective => "adj",
        }
    }
}

/// Index, synsets and irregular forms of one word class.
pub(super) struct Table {
    index: Vec<u8>,
    data: File,
    exceptions: HashMap<String, String>,
}

impl Table {
    pub(super) fn open(folder: &Path, pos: Pos) -> io::Result<Self> {
        let index = std::fs::read(folder.join(format!("index.{}", pos.suffix())))?;
        let data = File::open(folder.join(format!("data.{}", pos.suffix())))?;
        let mut exceptions = HashMap::new();
        let list = File::open(folder.join(format!("{}.exc", pos.suffix())))?;
        for line in BufReader::new(list).lines() {
            let line = line?;
            let mut forms = line.split_whitespace();
            if let (Some(form), Some(lemma)) = (forms.next(), forms.next()) {
                exceptions.insert(form.to_owned(), lemma.to_owned());
            }
        }
        Ok(Self { index, data, exceptions })
    }

    pub(super) fn exception(&self, form: &str) -> Option<&str> {
        self.exceptions.get(form).map(String::as_str)
    }

    pub(super) fn has(&self, lemma: &str) -> bool {
        self.line(lemma).is_some()
    }

    /// Binary search over the sorted lines; the licence at the top starts with spaces and so
    /// sorts before every word.
    fn line(&self, lemma: &str) -> Option<&str> {
        let (mut low, mut high) = (0, self.index.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            let start = self.index[..middle].iter().rposition(|b| *b == b'\n').map_or(0, |p| p + 1);
            let length = self.index[start..].iter().position(|b| *b == b'\n');
            let end = length.map_or(self.index.len(), |length| start + length);
            let line = std::str::from_utf8(&self.index[start..end]).ok()?;
            match line.split(' ').next().unwrap_or_default().cmp(lemma) {
                std::cmp::Ordering::Equal => return Some(line),
                std::cmp::Ordering::Less => low = end + 1,
                std::cmp::Ordering::Greater => high = start,
            }
        }
        None
    }

    /// All senses of a lemma, most frequent first.
    pub(super) fn senses(&self, lemma: &str) -> Vec<Synset> {
        let Some(line) = self.line(lemma) else { return Vec::new() };
        let fields: Vec<&str> = line.split_whitespace().collect();
        let count = fields.get(2).and_then(|n| n.parse::<usize>().ok()).unwrap_or(0);
        let from = fields.len().saturating_sub(count);
        fields[from..].iter().filter_map(|offset| self.synset(offset.parse().ok()?)).collect()
    }

    /// The synset at a byte offset of the data file.
    pub(super) fn synset(&self, offset: u64) -> Option<Synset> {
        let mut bytes = vec![0; LINE_BYTES_MAX];
        let read = self.data.read_at(&mut bytes, offset).ok()?;
        let end = bytes[..read].iter().position(|b| *b == b'\n').unwrap_or(read);
        Synset::parse(std::str::from_utf8(&bytes[..end]).ok()?)
    }
}

/// One meaning and the words that have it.
pub(super) struct Synset {
    pub(super) lexicographer_file: u8,
    words: Vec<String>,
    pointers: Vec<(String, u64)>,
    pub(super) gloss: String,
}

impl Synset {
    fn parse(line: &str) -> Option<Self> {
        let (fields, gloss) = line.split_once('|')?;
        let mut fields = fields.split_whitespace();
        let lexicographer_file = fields.nth(1)?.parse().ok()?;
        let count = usize::from_str_radix(fields.nth(1)?, 16).ok()?;
        let mut words = Vec::new();
        for _ in 0..count {
            words.push(fields.next()?.to_owned());
            fields.next()?;
        }
        let count: usize = fields.next()?.parse().ok()?;
        let mut pointers = Vec::new();
        for _ in 0..count {
            let symbol = fields.next()?.to_owned();
            let offset = fields.next()?.parse().ok()?;
            let pos = fields.next()?;
            fields.next()?;
            if pos == "n" {
                pointers.push((symbol, offset));
            }
        }
        Some(Self { lexicographer_file, words, pointers, gloss: gloss.trim().to_owned() })
    }

    /// Its words, with spaces.
    pub(super) fn words(&self) -> impl Iterator<Item = String> + '_ {
        self.words.iter().map(|word| word.replace('_', " "))
    }

    /// Offsets of noun synsets behind a pointer symbol (wninput(5WN)).
    pub(super) fn pointers(&self, symbol: &str) -> impl Iterator<Item = u64> + '_ {
        let symbol = symbol.to_owned();
        self.pointers.iter().filter(move |(s, _)| *s == symbol).map(|(_, offset)| *offset)
    }

    /// The gloss without its quoted examples.
    pub(super) fn definition(&self) -> String {
        let end = self.gloss.find("; \"").unwrap_or(self.gloss.len());
        self.gloss[..end].trim().to_owned()
    }
}

/// How often words were tagged in WordNet's corpora, by word class.
pub(super) struct Counts(HashMap<String, [u32; 3]>);

impl Counts {
    pub(super) fn open(folder: &Path) -> io::Result<Self> {
        let mut counts: HashMap<String, [u32; 3]> = HashMap::new();
        for line in BufReader::new(File::open(folder.join("cntlist.rev"))?).lines() {
            let line = line?;
            let mut fields = line.split_whitespace();
            let (Some(key), Some(count)) = (fields.next(), fields.nth(1)) else { continue };
            let Some((lemma, rest)) = key.split_once('%') else { continue };
            let slot = match rest.as_bytes().first() {
                Some(b'1') => 0,
                Some(b'2') => 1,
                Some(b'3' | b'5') => 2,
                _ => continue,
            };
            let count: u32 = count.parse().unwrap_or(0);
            counts.entry(lemma.to_owned()).or_default()[slot] += count;
        }
        Ok(Self(counts))
    }

    pub(super) fn of(&self, lemma: &str, pos: Pos) -> u32 {
        let slot = match pos {
            Pos::Noun => 0,
            Pos::Verb => 1,
            Pos::Adjective => 2,
        };
        self.0.get(lemma).map_or(0, |counts| counts[slot])
    }
}
