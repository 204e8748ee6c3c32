//! What whole-program tests stand on: the workspace as cargo sees it, a studio for whole renders,
//! and a world for the whole system.

pub mod bench;
pub mod bucket;
pub mod chaos;
pub mod clients;
pub mod discord;
pub mod fault_proxy;
pub mod front;
pub mod process;
pub mod record;
pub mod servers;
mod studio;
pub mod tasks;
pub mod telegram;
pub mod vendors;
pub mod web;
pub mod world;

use std::path::PathBuf;

pub use bucket::Bucket;
pub use studio::{Ended, Run, SHORT, Studio};
pub use world::World;

/// The folder that holds the workspace's Cargo.toml.
#[must_use]
pub fn workspace_root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().map_or(here.clone(), PathBuf::from)
}

/// What `cargo metadata --no-deps` says of the workspace.
///
/// # Panics
/// When cargo does not answer: a test cannot go on without it.
#[must_use]
#[expect(clippy::disallowed_methods, clippy::expect_used, reason = "tests ask cargo and may panic")]
pub fn cargo_metadata() -> serde_json::Value {
    let output = std::process::Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(workspace_root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("cargo prints JSON")
}
