//! Settings of the front ends, read from the environment once when a program starts. What several
//! processes share is described in `cutline_core::config`; every variable is in `.env.sample`.

use std::path::PathBuf;

use cutline_core::{
    config::{self, ConfigError, DatabaseConfig, DeskConfig},
    objects::{ObjectsConfig, ObjectsConfigError},
};

/// A setting cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// One of the shared ones.
    #[error(transparent)]
    Shared(#[from] ConfigError),
    /// The object store's.
    #[error(transparent)]
    Objects(#[from] ObjectsConfigError),
}

/// What a front end that talks to the desk needs.
#[derive(Clone, Debug)]
pub struct FrontConfig {
    /// `CUTLINE_DATABASE_URL`, as `cutline_bots`.
    pub database: DatabaseConfig,
    /// `CUTLINE_DATABASE_ADMIN_URL`, as `cutline_admin`; without it operators' commands are off.
    pub admin: Option<DatabaseConfig>,
    /// `CUTLINE_AMQP_URL`.
    pub amqp_url: String,
    /// `CUTLINE_OBJECTS` and what belongs to it. Default: `objects` in the cache directory.
    pub objects: ObjectsConfig,
    /// `CUTLINE_PUBLIC_URL`, `CUTLINE_OPERATORS`.
    pub desk: DeskConfig,
}

/// What the terminal chat needs besides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TerminalConfig {
    /// Where the lines typed so far are kept: `console-history` in the cache directory. `None`
    /// where there is no such place.
    pub history: Option<PathBuf>,
    /// `HOME`, for paths that begin with `~`.
    pub home: Option<PathBuf>,
    /// False where `NO_COLOR` is set (no-color.org) or `TERM` is `dumb`.
    pub colours: bool,
    /// `LC_ALL`, `LC_MESSAGES` or `LANG`, as a language tag.
    pub locale: Option<String>,
}

/// A variable of the environment; empty ones count as unset.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
pub fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}

impl FrontConfig {
    /// Reads variables through `lookup`.
    ///
    /// # Errors
    /// [`SettingsError`] naming the variable.
    pub fn from_lookup(
        lookup: &dyn Fn(&str) -> Option<String>,
        application: &'static str,
    ) -> Result<Self, SettingsError> {
        Ok(Self {
            database: DatabaseConfig::from_lookup(lookup, application)?,
            admin: DatabaseConfig::admin_from_lookup(lookup, application),
            amqp_url: config::amqp_url(lookup)?,
            objects: objects(lookup)?,
            desk: DeskConfig::from_lookup(lookup)?,
        })
    }
}

/// The object store's settings.
///
/// # Errors
/// [`SettingsError`] naming the variable.
pub fn objects(lookup: &dyn Fn(&str) -> Option<String>) -> Result<ObjectsConfig, SettingsError> {
    let root = cache_dir(lookup).unwrap_or_else(std::env::temp_dir).join("objects");
    Ok(ObjectsConfig::from_lookup(lookup, &root)?)
}

/// `CUTLINE_CACHE_DIR`. Default `$XDG_CACHE_HOME/cutline`, else `~/.cache/cutline`.
fn cache_dir(lookup: &dyn Fn(&str) -> Option<String>) -> Option<PathBuf> {
    lookup("CUTLINE_CACHE_DIR").map(PathBuf::from).or_else(|| {
        let home = || lookup("HOME").map(|home| PathBuf::from(home).join(".cache"));
        let base = lookup("XDG_CACHE_HOME").map(PathBuf::from).or_else(home)?;
        Some(base.join("cutline"))
    })
}

impl TerminalConfig {
    /// Reads variables through `lookup`.
    #[must_use]
    pub fn from_lookup(lookup: &dyn Fn(&str) -> Option<String>) -> Self {
        let home = lookup("HOME").map(PathBuf::from);
        let dumb = lookup("TERM").is_some_and(|term| term == "dumb");
        Self {
            history: cache_dir(lookup).map(|cache| cache.join("console-history")),
            home,
            colours: lookup("NO_COLOR").is_none() && !dumb,
            locale: ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(lookup).and_then(tag),
        }
    }
}

/// `de_AT.UTF-8` → `de-AT`; `C` and `POSIX` name no language.
fn tag(posix: String) -> Option<String> {
    let name = posix.split(['.', '@']).next().unwrap_or_default();
    (name != "C" && name != "POSIX" && !name.is_empty()).then(|| name.replace('_', "-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(pairs: &[(&str, &str)]) -> TerminalConfig {
        TerminalConfig::from_lookup(&|name| {
            pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_history_lies_in_the_cache() {
        let history = |pairs: &[(&str, &str)]| from(pairs).history;
        assert_eq!(
            history(&[("HOME", "/home/ada")]),
            Some(PathBuf::from("/home/ada/.cache/cutline/console-history"))
        );
        assert_eq!(
            history(&[("HOME", "/home/ada"), ("CUTLINE_CACHE_DIR", "/w")]),
            Some(PathBuf::from("/w/console-history"))
        );
        assert_eq!(history(&[]), None);
    }

    #[test]
    fn locales_become_language_tags() {
        assert_eq!(from(&[("LANG", "de_AT.UTF-8")]).locale.as_deref(), Some("de-AT"));
        assert_eq!(from(&[("LANG", "C.UTF-8")]).locale, None);
    }

    #[test]
    fn colours_can_be_declined() {
        assert!(from(&[]).colours);
        assert!(!from(&[("NO_COLOR", "1")]).colours);
        assert!(!from(&[("TERM", "dumb")]).colours);
    }

    #[test]
    fn the_sample_lists_every_variable_that_front_ends_read() {
        let sample = include_str!("../../.env.sample");
        let listed: Vec<&str> =
            sample.lines().filter_map(|line| line.split_once('=')).map(|(name, _)| name).collect();
        let ours = config::VARIABLES
            .into_iter()
            .chain(cutline_core::objects::VARIABLES)
            .chain(crate::gateway::VARIABLES)
            .chain(crate::discord::VARIABLES)
            .chain(crate::telegram::VARIABLES)
            .chain(cutline_core::telemetry::VARIABLES);
        for variable in ours {
            assert!(listed.contains(&variable), "{variable} is not in .env.sample");
        }
    }
}
