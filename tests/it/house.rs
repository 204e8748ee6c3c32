//! The house rules that a reader relies on: who may depend on whom, where unsafe and ffmpeg live,
//! what is pinned.

use std::{collections::BTreeSet, path::Path};

use cutline_tests::{cargo_metadata, workspace_root};

const OURS: [&str; 6] = [
    "cutline-bots",
    "cutline-compositor",
    "cutline-core",
    "cutline-farm",
    "cutline-speech",
    "cutline-tests",
];

/// Names of our crates that `package` depends on, outside tests.
fn depends_on(metadata: &serde_json::Value, package: &str) -> BTreeSet<String> {
    metadata["packages"]
        .as_array()
        .expect("packages")
        .iter()
        .find(|entry| entry["name"] == package)
        .and_then(|entry| entry["dependencies"].as_array())
        .into_iter()
        .flatten()
        .filter(|dependency| dependency["kind"].is_null())
        .filter_map(|dependency| dependency["name"].as_str())
        .filter(|name| OURS.contains(name))
        .map(str::to_owned)
        .collect()
}

fn rust_files(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("folder").flatten() {
        let path = entry.path();
        if path.is_dir() && !path.ends_with("target") && !path.ends_with(".git") {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn dependencies_point_one_way() {
    let metadata = cargo_metadata();
    for lone in ["cutline-core", "cutline-compositor", "cutline-speech"] {
        assert_eq!(depends_on(&metadata, lone), BTreeSet::new(), "{lone}");
    }
    let farm: BTreeSet<String> =
        ["cutline-compositor", "cutline-core", "cutline-speech"].map(str::to_owned).into();
    assert_eq!(depends_on(&metadata, "cutline-farm"), farm);
}

#[test]
fn pixels_know_no_runtime_and_core_knows_no_media() {
    let metadata = cargo_metadata();
    let forbidden = [
        ("cutline-compositor", ["tokio", "ffmpeg-next", "reqwest"]),
        ("cutline-core", ["ffmpeg-next", "image", "serenity"]),
        ("cutline-speech", ["tokio", "reqwest", "ffmpeg-next"]),
    ];
    for (package, names) in forbidden {
        let entry = metadata["packages"]
            .as_array()
            .expect("packages")
            .iter()
            .find(|entry| entry["name"] == package)
            .expect(package);
        for dependency in entry["dependencies"].as_array().expect("dependencies") {
            let name = dependency["name"].as_str().unwrap_or_default();
            assert!(!names.contains(&name), "{package} depends on {name}");
        }
    }
}

#[test]
fn unsafe_and_ffmpeg_stay_in_the_encoder() {
    let root = workspace_root();
    let mut files = Vec::new();
    rust_files(&root, &mut files);
    assert!(files.len() > 50, "{} files", files.len());
    let unsafe_block = concat!("unsafe", " {");
    let ffmpeg = concat!("ffmpeg_", "next");
    for file in files {
        let text = std::fs::read_to_string(&file).expect("source");
        let name = file.strip_prefix(&root).expect("inside").display().to_string();
        let encoder = name.starts_with("farm/src/encode") || name.starts_with("farm/tests");
        assert!(encoder || !text.contains(unsafe_block), "unsafe in {name}");
        assert!(encoder || !text.contains(ffmpeg), "ffmpeg-next in {name}");
    }
}
