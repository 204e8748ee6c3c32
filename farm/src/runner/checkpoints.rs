//! Finished outputs on disk, under the hash of what they depend on. Writing is atomic; whatever is
//! not whole when read (truncated, edited, its files gone) counts as not there and is made again.

use std::{
    fmt,
    io::Write,
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    blob::{Blob, Blobs},
    context::{Items, StageError},
    providers::{FactSource, Providers},
    stages::{ProviderKind, Stage},
};

/// What an output depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    stage: Stage,
    providers: Vec<String>,
    sha256: String,
}

impl Key {
    /// The hash of stage name, stage version, input and the versions of the providers it uses.
    #[must_use]
    pub fn of(stage: Stage, input: &Value, providers: &Providers) -> Self {
        let providers = versions(stage.uses(), providers);
        let whole = json!([stage.name(), stage.version(), providers, input]);
        Self { stage, providers, sha256: digest(whole.to_string().as_bytes()) }
    }
}

/// Versions of the providers of these kinds, in a fixed order.
#[must_use]
pub fn versions(kinds: &[ProviderKind], providers: &Providers) -> Vec<String> {
    let of = |kind: &ProviderKind| -> Vec<String> {
        match kind {
            ProviderKind::Language => {
                providers.language.iter().map(|p| format!("{} {}", p.name(), p.version())).collect()
            }
            ProviderKind::Facts => providers.facts.iter().map(|p| p.version().to_owned()).collect(),
            ProviderKind::Voices => {
                providers.voices.iter().map(|p| format!("{} {}", p.name(), p.version())).collect()
            }
            ProviderKind::Pictures => {
                let pictures =
                    providers.pictures.iter().map(|p| format!("{} {}", p.name(), p.version()));
                let clips = providers.clips.iter().map(|p| format!("{} {}", p.name(), p.version()));
                pictures.chain(clips).collect()
            }
            ProviderKind::Illustrations => {
                providers.illustrations.iter().map(|p| p.version().to_owned()).collect()
            }
            ProviderKind::Talkers => {
                let photo =
                    providers.animator.iter().map(|p| format!("{} {}", p.name(), p.version()));
                let scene =
                    providers.scenes.iter().map(|p| format!("{} {}", p.name(), p.version()));
                photo.chain(scene).collect()
            }
            ProviderKind::Chats => {
                providers.chat_bytes_max.iter().map(|max| format!("chats {max}")).collect()
            }
            ProviderKind::Lexicon => {
                providers.lexicon.iter().map(|p| FactSource::version(&**p).to_owned()).collect()
            }
        }
    };
    kinds.iter().flat_map(of).collect()
}

/// One checkpoint file: complete enough to run the stage again by hand.
#[derive(Serialize, Deserialize)]
struct Entry {
    stage: Stage,
    version: u32,
    providers: Vec<String>,
    key: String,
    output_sha256: String,
    input: Value,
    output: Value,
}

/// Keeps a copy of everything that is kept here somewhere else, so that another machine can go on.
#[async_trait::async_trait]
pub trait Mirror: Send + Sync {
    /// A file (named relative to the checkpoints' folder) is whole on the disk, and so are the
    /// blobs that it names. Called from any thread; must not block.
    fn kept(&self, file: &str, blobs: Vec<Blob>);
    /// Waits until everything kept so far is copied, or for as long as that is worth waiting for.
    async fn settled(&self);
}

/// A folder of checkpoints.
#[derive(Clone)]
pub struct Checkpoints {
    root: PathBuf,
    mirror: Option<Arc<dyn Mirror>>,
}

impl fmt::Debug for Checkpoints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Checkpoints")
            .field("root", &self.root)
            .field("mirrored", &self.mirror.is_some())
            .finish()
    }
}

impl Checkpoints {
    /// Opens (and creates) the folder.
    ///
    /// # Errors
    /// [`StageError::Io`] when it cannot be created.
    pub fn open(root: impl Into<PathBuf>) -> Result<Self, StageError> {
        let root = root.into();
        let items = root.join("items");
        std::fs::create_dir_all(&items).map_err(|source| StageError::Io {
            what: format!("creating {}", items.display()),
            source,
        })?;
        Ok(Self { root, mirror: None })
    }

    /// With a copy of everything elsewhere.
    #[must_use]
    pub fn mirrored(mut self, mirror: Arc<dyn Mirror>) -> Self {
        self.mirror = Some(mirror);
        self
    }

    /// Waits for the copies of what was kept so far.
    pub async fn settled(&self) {
        if let Some(mirror) = &self.mirror {
            mirror.settled().await;
        }
    }

    fn kept(&self, path: &Path, value: &Value) {
        let Some(mirror) = &self.mirror else { return };
        if let Ok(file) = path.strip_prefix(&self.root) {
            mirror.kept(&file.to_string_lossy(), blobs_in(value));
        }
    }

    /// A whole output for this key whose files are all there, or `None`.
    #[must_use]
    pub fn load(&self, key: &Key, blobs: &Blobs) -> Option<Value> {
        let bytes = std::fs::read(self.path(key)).ok()?;
        let entry: Entry = serde_json::from_slice(&bytes).ok()?;
        let whole = entry.key == key.sha256
            && entry.output_sha256 == digest(entry.output.to_string().as_bytes())
            && blobs_in(&entry.output).iter().all(|blob| is_whole(blobs, blob));
        whole.then_some(entry.output)
    }

    /// Keeps an output durably.
    ///
    /// # Errors
    /// [`StageError::Io`] (a full disk among them).
    pub fn save(&self, key: &Key, input: &Value, output: &Value) -> Result<(), StageError> {
        let entry = Entry {
            stage: key.stage,
            version: key.stage.version(),
            providers: key.providers.clone(),
            key: key.sha256.clone(),
            output_sha256: digest(output.to_string().as_bytes()),
            input: input.clone(),
            output: output.clone(),
        };
        let bytes = serde_json::to_vec(&entry)
            .map_err(|error| StageError::Invariant(format!("checkpoint as JSON: {error}")))?;
        write_durably(&self.path(key), &bytes)?;
        self.kept(&self.path(key), output);
        Ok(())
    }

    fn path(&self, key: &Key) -> PathBuf {
        let name =
            format!("{:02}-{}-{}.json", key.stage as u8 + 1, key.stage.name(), &key.sha256[..16]);
        self.root.join(name)
    }
}

/// The parts of one stage under one input.
#[derive(Clone, Debug)]
pub struct StageItems {
    checkpoints: Checkpoints,
    scope: String,
}

#[derive(Serialize, Deserialize)]
struct Item {
    key: String,
    value_sha256: String,
    value: Value,
}

impl StageItems {
    /// Parts are found again by the same stage in the same version with the same providers,
    /// whatever the rest of its input: their keys name what they depend on.
    #[must_use]
    pub fn new(checkpoints: Checkpoints, key: &Key) -> Self {
        let scope = format!("{} {} {:?}", key.stage.name(), key.stage.version(), key.providers);
        Self { checkpoints, scope }
    }

    fn path(&self, key: &str) -> PathBuf {
        let name = digest(format!("{}\n{key}", self.scope).as_bytes());
        self.checkpoints.root.join("items").join(format!("{}.json", &name[..32]))
    }
}

impl Items for StageItems {
    fn get(&self, key: &str) -> Option<Value> {
        let bytes = std::fs::read(self.path(key)).ok()?;
        let item: Item = serde_json::from_slice(&bytes).ok()?;
        let whole =
            item.key == key && item.value_sha256 == digest(item.value.to_string().as_bytes());
        whole.then_some(item.value)
    }

    fn put(&self, key: &str, value: &Value) -> Result<(), StageError> {
        let item = Item {
            key: key.to_owned(),
            value_sha256: digest(value.to_string().as_bytes()),
            value: value.clone(),
        };
        let bytes = serde_json::to_vec(&item)
            .map_err(|error| StageError::Invariant(format!("part as JSON: {error}")))?;
        write_durably(&self.path(key), &bytes)?;
        self.checkpoints.kept(&self.path(key), value);
        Ok(())
    }
}

/// Every blob named anywhere in a value.
#[must_use]
pub fn blobs_in(value: &Value) -> Vec<Blob> {
    match value {
        Value::Object(map) => {
            if let Ok(blob) = serde_json::from_value::<Blob>(value.clone()) {
                return vec![blob];
            }
            map.values().flat_map(blobs_in).collect()
        }
        Value::Array(list) => list.iter().flat_map(blobs_in).collect(),
        _ => Vec::new(),
    }
}

/// Whether a blob's bytes are there and are the ones its name says.
fn is_whole(blobs: &Blobs, blob: &Blob) -> bool {
    blobs
        .read(blob)
        .is_ok_and(|bytes| bytes.len() as u64 == blob.size_bytes && digest(&bytes) == blob.sha256)
}

fn digest(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// Writes beside the target, flushes to the disk, then renames: a reader sees all or nothing.
fn write_durably(path: &Path, bytes: &[u8]) -> Result<(), StageError> {
    let io = |source| StageError::Io { what: format!("writing {}", path.display()), source };
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(io)?;
    file.write_all(bytes).map_err(io)?;
    file.as_file().sync_all().map_err(io)?;
    file.persist(path).map_err(|error| io(error.error))?;
    std::fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(io)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn providers() -> Providers {
        Providers::default()
    }

    fn store() -> (tempfile::TempDir, Checkpoints, Blobs) {
        let folder = tempfile::tempdir().unwrap();
        let checkpoints = Checkpoints::open(folder.path().join("checkpoints")).unwrap();
        let blobs = Blobs::open(folder.path().join("blobs")).unwrap();
        (folder, checkpoints, blobs)
    }

    #[test]
    fn an_output_comes_back_exactly_as_it_was() {
        let (_folder, checkpoints, blobs) = store();
        let input = json!({"seed": u64::MAX, "x": 0.1});
        let output = json!({"start_s": 0.123_456_789_012_345, "third": 0.333_333});
        let key = Key::of(Stage::Arc, &input, &providers());
        checkpoints.save(&key, &input, &output).unwrap();
        assert_eq!(checkpoints.load(&key, &blobs), Some(output));
        let other = Key::of(Stage::Arc, &json!({"seed": 1}), &providers());
        assert_eq!(checkpoints.load(&other, &blobs), None);
    }

    #[test]
    fn a_truncated_or_edited_checkpoint_counts_as_not_there() {
        let (_folder, checkpoints, blobs) = store();
        let key = Key::of(Stage::Script, &json!(1), &providers());
        checkpoints.save(&key, &json!(1), &json!({"title": "Three hearts"})).unwrap();
        let path = checkpoints.path(&key);
        let whole = std::fs::read_to_string(&path).unwrap();
        for damaged in [&whole[..whole.len() / 2], "", &whole.replace("Three", "Four")] {
            std::fs::write(&path, damaged).unwrap();
            assert_eq!(checkpoints.load(&key, &blobs), None, "{damaged}");
        }
    }

    #[test]
    fn an_output_whose_file_is_gone_or_changed_is_made_again() {
        let (_folder, checkpoints, blobs) = store();
        let blob = blobs.put(b"RIFF", "wav").unwrap();
        let key = Key::of(Stage::Voice, &json!(1), &providers());
        let output = json!({"clips": [{"audio": blob}]});
        checkpoints.save(&key, &json!(1), &output).unwrap();
        assert_eq!(checkpoints.load(&key, &blobs), Some(output));
        std::fs::write(blobs.path(&blob), b"RIFX").unwrap();
        assert_eq!(checkpoints.load(&key, &blobs), None);
        std::fs::remove_file(blobs.path(&blob)).unwrap();
        assert_eq!(checkpoints.load(&key, &blobs), None);
    }

    #[test]
    fn parts_are_kept_by_key_and_survive_reopening() {
        let (folder, checkpoints, _blobs) = store();
        let key = Key::of(Stage::Voice, &json!(1), &providers());
        StageItems::new(checkpoints, &key).put("clip 3", &json!({"samples": 9})).unwrap();
        let again = Checkpoints::open(folder.path().join("checkpoints")).unwrap();
        let items = StageItems::new(again, &key);
        assert_eq!(items.get("clip 3"), Some(json!({"samples": 9})));
        assert_eq!(items.get("clip 4"), None);
    }
}
