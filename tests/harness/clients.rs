//! Where the chats' clients that nobody here wrote are installed (`deploy/setup --tests`): outside
//! the tree, in the user's cache.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

use crate::servers::variable;

/// The folder of a client's packages, in which `probe` must exist.
///
/// # Errors
/// When it was not installed: a test that needs it fails.
pub fn folder(client: &str, probe: &str) -> Result<PathBuf> {
    let path = |name| variable(name).map(PathBuf::from);
    let cache = path("XDG_CACHE_HOME").or_else(|| path("HOME").map(|home| home.join(".cache")));
    let folder = cache.context("HOME is not set")?.join("cutline/clients").join(client);
    let installed = folder.join(probe);
    ensure!(installed.exists(), "{installed:?} is missing: deploy/setup --tests installs it");
    Ok(folder)
}
