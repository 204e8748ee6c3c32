//! Builds the cache from the set's own JSON (104 MB, read as a stream), the keyword lists and the
//! embedding model. Done once, at setup or when a source file changed.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::{BufReader, Write},
    path::{Path, PathBuf},
};

use super::{
    FluentError,
    embed::{self, Embedder},
    index::{self, Icon, Index, Kind, Posting, Role, Vocabulary},
    keywords::{self, Entry},
    stream::{self, RawIcon},
};

/// Bumped when the same sources should give another index.
const REVISION: u32 = 2;
/// Texts embedded in one call.
const BATCH: usize = 64;

/// Where the cache lies.
pub(super) fn cache_path(data_dir: &Path) -> PathBuf {
    data_dir.join("fluent-emoji/index.bin")
}

fn icons_path(data_dir: &Path) -> PathBuf {
    data_dir.join("fluent-emoji/icons.json")
}

/// Whether the set itself is there.
pub(super) fn source_present(data_dir: &Path) -> bool {
    icons_path(data_dir).is_file()
}

/// Identifies the source files by name, length and time of change.
pub(super) fn fingerprint(data_dir: &Path) -> String {
    use sha2::{Digest, Sha256};
    let mut hasher = Sha256::new();
    hasher.update(REVISION.to_le_bytes());
    let keyword_files = keywords::LANGUAGES.iter().map(|tag| keywords::path(data_dir, tag));
    let model = data_dir.join("minilm/model.safetensors");
    for path in keyword_files.chain([icons_path(data_dir), model]) {
        let stamp = path.metadata().ok().map(|meta| {
            let changed = meta.modified().ok();
            let since = changed.and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
            (meta.len(), since.map(|since| since.as_secs()))
        });
        hasher.update(format!("{stamp:?};"));
    }
    hex::encode(&hasher.finalize()[..16])
}

/// Builds the cache, reporting 0–1. Takes a few seconds, half a minute with the embedding model.
///
/// # Errors
/// [`FluentError`]: the set is missing or not what it should be, or the folder cannot be written.
pub(super) fn build(data_dir: &Path, progress: &dyn Fn(f32)) -> Result<(), FluentError> {
    let entries = keywords::english(data_dir)?;
    let (mut icons, bodies, set_version) = pack(data_dir, &entries, &|done| progress(done * 0.25))?;
    for icon in &mut icons {
        icon.gendered = keywords::is_gendered(&icon.id);
    }
    let ids: Vec<&str> = icons.iter().map(|icon| icon.id.as_str()).collect();
    let mut languages = Vec::new();
    for tag in keywords::LANGUAGES {
        let vocabulary = keywords::vocabulary(data_dir, tag, &ids, &entries)?;
        languages.push(((*tag).to_owned(), vocabulary));
    }
    let mut vectors = Vec::new();
    if embed::present(data_dir) {
        let model = Embedder::open(data_dir)?;
        let english = languages.iter_mut().find(|(tag, _)| tag == "en").map(|(_, words)| words);
        vectors = embed_set(&model, &icons, english, &|done| progress(0.25 + done * 0.75))?;
    }
    let fingerprint = fingerprint(data_dir);
    let index = Index { fingerprint, set_version, icons, languages, vectors };
    index::save(&cache_path(data_dir), &index, &bodies)?;
    progress(1.0);
    Ok(())
}

/// Reads the set, drops skin tones, deflates every body.
fn pack(
    data_dir: &Path,
    entries: &BTreeMap<String, Entry>,
    progress: &dyn Fn(f32),
) -> Result<(Vec<Icon>, Vec<u8>, String), FluentError> {
    let path = icons_path(data_dir);
    let file =
        File::open(&path).map_err(|source| FluentError::Read { path: path.clone(), source })?;
    let mut icons: Vec<Icon> = Vec::new();
    let mut bodies = Vec::new();
    let mut seen = BTreeSet::new();
    let mut add = |id: String, raw: RawIcon| {
        let variant = toneless(&id).is_some_and(|base| seen.contains(base));
        seen.insert(id.clone());
        if variant || raw.hidden {
            return;
        }
        let packed = deflate(raw.body.as_bytes());
        let entry = entries.get(&id);
        icons.push(Icon {
            name: entry.map_or_else(|| id.replace('-', " "), |entry| entry.label.clone()),
            kind: entry.map_or(Kind::Thing, |entry| entry.kind),
            order: entry.map_or(u32::MAX, |entry| entry.order),
            gendered: false,
            offset_bytes: bodies.len() as u64,
            length_bytes: u32::try_from(packed.len()).unwrap_or(0),
            width: raw.width,
            height: raw.height,
            id,
        });
        bodies.extend_from_slice(&packed);
        progress((seen.len() as f32 / 3200.0).min(1.0));
    };
    let rest = stream::read(BufReader::with_capacity(1 << 20, file), &mut add)
        .map_err(|error| FluentError::Set { path: path.clone(), reason: error.to_string() })?;
    icons.retain(|icon| toneless(&icon.id).is_none_or(|base| !seen.contains(base)));
    icons.sort_by(|a, b| a.id.cmp(&b.id));
    if icons.is_empty() || icons.len() > usize::from(u16::MAX) {
        return Err(FluentError::Set { path, reason: format!("{} pictures", icons.len()) });
    }
    Ok((icons, bodies, format!("fluent-emoji@{}", rest.last_modified)))
}

/// The name without its skin tone, if it ends in one.
fn toneless(id: &str) -> Option<&str> {
    ["-medium-light", "-medium-dark", "-light", "-medium", "-dark"]
        .iter()
        .find_map(|tone| id.strip_suffix(tone))
}

fn deflate(body: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::new(6));
    // Writing to memory does not fail; an empty body would simply draw nothing.
    encoder.write_all(body).and_then(|()| encoder.finish()).unwrap_or_default()
}

/// Gives every icon a vector and every English term its likeness to the names it leads to.
fn embed_set(
    model: &Embedder,
    icons: &[Icon],
    english: Option<&mut Vocabulary>,
    progress: &dyn Fn(f32),
) -> Result<Vec<f32>, FluentError> {
    let names: Vec<&str> = icons.iter().map(|icon| icon.name.as_str()).collect();
    // Whole names are sure without being measured.
    let mut measured: Vec<&mut (String, Vec<Posting>)> = english
        .into_iter()
        .flatten()
        .filter(|(_, postings)| postings.iter().any(|posting| posting.role != Role::Name))
        .collect();
    let terms: Vec<String> = measured.iter().map(|(term, _)| term.clone()).collect();
    let total = (names.len() + terms.len()) as f32;
    let name_vectors = embed_all(model, &names, &|done| progress(done as f32 / total))?;
    let term_texts: Vec<&str> = terms.iter().map(String::as_str).collect();
    let term_vectors =
        embed_all(model, &term_texts, &|done| progress((names.len() + done) as f32 / total))?;
    for (entry, vector) in measured.iter_mut().zip(&term_vectors) {
        for posting in &mut entry.1 {
            let likeness = embed::cosine(vector, &name_vectors[usize::from(posting.icon)]);
            posting.affinity = (likeness.clamp(0.0, 1.0) * 255.0).round() as u8;
        }
    }
    Ok(name_vectors.concat())
}

/// Embeds texts in batches of like length, in the given order.
fn embed_all(
    model: &Embedder,
    texts: &[&str],
    progress: &dyn Fn(usize),
) -> Result<Vec<Vec<f32>>, FluentError> {
    let mut order: Vec<usize> = (0..texts.len()).collect();
    order.sort_by_key(|at| (texts[*at].len(), *at));
    let mut vectors = vec![Vec::new(); texts.len()];
    for (done, batch) in order.chunks(BATCH).enumerate() {
        let batch_texts: Vec<&str> = batch.iter().map(|at| texts[*at]).collect();
        for (at, vector) in batch.iter().zip(model.embed(&batch_texts)?) {
            vectors[*at] = vector;
        }
        progress(done * BATCH);
    }
    Ok(vectors)
}
