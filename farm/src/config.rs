//! Settings from the environment, read once when the program starts. Every variable is listed with
//! its meaning in `.env.sample`.

use std::path::PathBuf;

/// Where things are on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    /// `CUTLINE_DATA_DIR`: voices, pictures, models as `deploy/setup` put them.
    /// Default `<cache>/cutline/data`.
    pub data_dir: PathBuf,
    /// `CUTLINE_CACHE_DIR`: work in progress and indexes. Default `<cache>/cutline`, where `<cache>`
    /// is `XDG_CACHE_HOME` or `~/.cache`.
    pub cache_dir: PathBuf,
}

/// How much of this machine may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Machine {
    /// `CUTLINE_THREADS`: threads for models and the encoder, 1–256. Default: the processor's.
    pub threads: usize,
}

/// All settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Folders.
    pub paths: Paths,
    /// Resources.
    pub machine: Machine,
}

/// A variable holds something unusable.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// No folder to keep things in.
    #[error(
        "set CUTLINE_CACHE_DIR: neither it nor XDG_CACHE_HOME nor HOME says where to keep files"
    )]
    NoHome,
    /// Not a number in range.
    #[error("{name} is “{value}” but must be a whole number from {min} to {max}")]
    Number {
        /// The variable.
        name: &'static str,
        /// What it holds.
        value: String,
        /// Smallest value allowed.
        min: usize,
        /// Largest value allowed.
        max: usize,
    },
}

/// The variables read here, as `.env.sample` must list them.
pub const VARIABLES: [&str; 3] = ["CUTLINE_DATA_DIR", "CUTLINE_CACHE_DIR", "CUTLINE_THREADS"];

impl Config {
    /// Reads the environment.
    ///
    /// # Errors
    /// [`ConfigError`] naming the variable.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::from_lookup(|name| std::env::var(name).ok())
    }

    /// Reads variables through `lookup`; empty ones count as unset.
    ///
    /// # Errors
    /// [`ConfigError`] naming the variable.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let get = |name: &str| lookup(name).filter(|value| !value.trim().is_empty());
        let cache_dir = get("CUTLINE_CACHE_DIR").map(PathBuf::from).or_else(|| {
            let home = || get("HOME").map(|home| PathBuf::from(home).join(".cache"));
            let base = get("XDG_CACHE_HOME").map(PathBuf::from).or_else(home)?;
            Some(base.join("cutline"))
        });
        let data_dir = get("CUTLINE_DATA_DIR").map(PathBuf::from).or_else(|| {
            let home = || get("HOME").map(|home| PathBuf::from(home).join(".cache"));
            let base = get("XDG_CACHE_HOME").map(PathBuf::from).or_else(home)?;
            Some(base.join("cutline").join("data"))
        });
        let cache_dir = cache_dir.ok_or(ConfigError::NoHome)?;
        let data_dir = data_dir.unwrap_or_else(|| cache_dir.join("data"));
        let threads = match get("CUTLINE_THREADS") {
            None => std::thread::available_parallelism().map_or(2, usize::from),
            Some(value) => number("CUTLINE_THREADS", value, 1, 256)?,
        };
        Ok(Self { paths: Paths { data_dir, cache_dir }, machine: Machine { threads } })
    }
}

fn number(name: &'static str, value: String, min: usize, max: usize) -> Result<usize, ConfigError> {
    match value.trim().parse() {
        Ok(number) if (min..=max).contains(&number) => Ok(number),
        _ => Err(ConfigError::Number { name, value, min, max }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
        Config::from_lookup(|name| {
            pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn folders_follow_the_cache_conventions() {
        let config = from(&[("HOME", "/home/ada")]).unwrap();
        assert_eq!(config.paths.data_dir, PathBuf::from("/home/ada/.cache/cutline/data"));
        let config = from(&[("HOME", "/home/ada"), ("XDG_CACHE_HOME", "/c")]).unwrap();
        assert_eq!(config.paths.cache_dir, PathBuf::from("/c/cutline"));
        let config = from(&[("HOME", "/home/ada"), ("CUTLINE_CACHE_DIR", "/w")]).unwrap();
        assert_eq!(config.paths.cache_dir, PathBuf::from("/w"));
        assert_eq!(config.paths.data_dir, PathBuf::from("/home/ada/.cache/cutline/data"));
    }

    #[test]
    fn a_wrong_number_is_refused_by_name() {
        for wrong in ["0", "-1", "many", "257", "1.5"] {
            let error = from(&[("HOME", "/h"), ("CUTLINE_THREADS", wrong)]).unwrap_err();
            assert!(error.to_string().contains("CUTLINE_THREADS"), "{error}");
        }
    }

    #[test]
    fn the_sample_lists_every_variable_and_no_other() {
        let sample = include_str!("../../.env.sample");
        let listed: Vec<&str> = sample
            .lines()
            .filter_map(|line| line.trim_start_matches("# ").split_once('='))
            .map(|(name, _)| name)
            .filter(|name| name.starts_with("CUTLINE_"))
            .collect();
        assert_eq!(listed, VARIABLES);
    }
}
