//! Settings from the environment, read once when the program starts. Every variable is listed with
//! its meaning in `.env.sample`.

pub mod cloud;

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

/// Where things are on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    /// `CUTLINE_DATA_DIR`: voices, pictures, models as `deploy/setup` put them.
    /// Default `<cache>/cutline/data`.
    pub data_dir: PathBuf,
    /// `CUTLINE_CACHE_DIR`: work in progress and indexes. Default `<cache>/cutline`, where
    /// `<cache>` is `XDG_CACHE_HOME` or `~/.cache`.
    pub cache_dir: PathBuf,
}

/// How much of this machine may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Machine {
    /// `CUTLINE_THREADS`: threads for models and the encoder, 1–256. Default: the processor's.
    pub threads: usize,
}

/// What is handed over besides the video.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// `CUTLINE_CHAT_BYTES`: most bytes of the rendition for chats, 100000–2000000000. Default
    /// 8388608 (8 MiB): what a chat takes from a bot without favours.
    pub chat_bytes_max: u64,
}

/// All settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Folders.
    pub paths: Paths,
    /// Resources.
    pub machine: Machine,
    /// Files for chats.
    pub delivery: Delivery,
    /// Cloud providers.
    pub cloud: cloud::CloudConfig,
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
    /// Not an address to listen on.
    #[error("{name} is “{value}” but must be an address to listen on, such as 127.0.0.1:9100")]
    Address {
        /// The variable.
        name: &'static str,
        /// What it holds.
        value: String,
    },
    /// Too short to keep anybody out.
    #[error("{0} must have at least {TOKEN_CHARACTERS_MIN} characters")]
    Token(&'static str),
    /// A setting of a cloud provider.
    #[error(transparent)]
    Cloud(#[from] cloud::CloudConfigError),
    /// A setting shared with the other processes.
    #[error(transparent)]
    Shared(#[from] cutline_core::config::ConfigError),
}

/// Fewest characters of the operator token.
const TOKEN_CHARACTERS_MIN: usize = 16;

/// The variables read here, as `.env.sample` must list them.
pub const VARIABLES: [&str; 11] = [
    "CUTLINE_DATA_DIR",
    "CUTLINE_CACHE_DIR",
    "CUTLINE_THREADS",
    "CUTLINE_CHAT_BYTES",
    "CUTLINE_SLOTS",
    "CUTLINE_WORKER_NAME",
    "CUTLINE_JOB_LIMIT_S",
    "CUTLINE_DRAIN_S",
    "CUTLINE_LOST_AFTER_S",
    "CUTLINE_OPS_ADDRESS",
    "CUTLINE_OPS_TOKEN",
];

/// A variable of the environment.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
pub fn lookup(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// How a worker works.
#[derive(Clone, PartialEq, Eq)]
pub struct WorkConfig {
    /// `CUTLINE_AMQP_URL`: the broker.
    pub amqp_url: String,
    /// `CUTLINE_WORKER_NAME`: as operators know it. Default: the machine's name.
    pub name: String,
    /// `CUTLINE_SLOTS`: jobs at once, 1–256. Default 1: one render uses every core.
    pub slots: usize,
    /// `CUTLINE_LEASE_S`: silence after which a worker's jobs are given to others.
    pub lease: Duration,
    /// `CUTLINE_JOB_LIMIT_S`: a job that takes longer has failed, 1–1500 s (the broker takes a
    /// message back after 30 minutes). Default 1200.
    pub job_limit: Duration,
    /// `CUTLINE_DRAIN_S`: how long jobs may go on after SIGTERM before they are handed back,
    /// 0–3600 s. Default 120.
    pub drain: Duration,
    /// `CUTLINE_LOST_AFTER_S`: a job that has waited so long is told to the queue again, 1–3600 s.
    /// Default 60.
    pub lost_after: Duration,
    /// `CUTLINE_OPS_ADDRESS`: where the operator port listens. Unset: nowhere.
    pub ops_address: Option<SocketAddr>,
    /// `CUTLINE_OPS_TOKEN`: lets operators run single stages there, 16 characters at least.
    pub ops_token: Option<Arc<str>>,
}

impl WorkConfig {
    /// Reads variables through `lookup`; empty ones count as unset.
    ///
    /// # Errors
    /// [`ConfigError`] naming the variable.
    pub fn from_lookup(lookup: &dyn Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let get = |name: &str| lookup(name).filter(|value| !value.trim().is_empty());
        let in_range = |name, default, min, max| match get(name) {
            None => Ok(default),
            Some(value) => number(name, value, min, max),
        };
        let seconds = |name, default, min, max| {
            in_range(name, default, min, max).map(|s| Duration::from_secs(s as u64))
        };
        let address = |value: String| {
            let name = "CUTLINE_OPS_ADDRESS";
            value.trim().parse().map_err(|_| ConfigError::Address { name, value })
        };
        let ops_token = get("CUTLINE_OPS_TOKEN").map(|token| token.trim().to_owned());
        if ops_token.as_ref().is_some_and(|token| token.len() < TOKEN_CHARACTERS_MIN) {
            return Err(ConfigError::Token("CUTLINE_OPS_TOKEN"));
        }
        Ok(Self {
            amqp_url: cutline_core::config::amqp_url(lookup)?,
            name: get("CUTLINE_WORKER_NAME").unwrap_or_else(host_name),
            slots: in_range("CUTLINE_SLOTS", 1, 1, 256)?,
            lease: cutline_core::config::lease(lookup)?,
            job_limit: seconds("CUTLINE_JOB_LIMIT_S", 1200, 1, 1500)?,
            drain: seconds("CUTLINE_DRAIN_S", 120, 0, 3600)?,
            lost_after: seconds("CUTLINE_LOST_AFTER_S", 60, 1, 3600)?,
            ops_address: get("CUTLINE_OPS_ADDRESS").map(address).transpose()?,
            ops_token: ops_token.map(Arc::from),
        })
    }
}

/// The machine's name, for operators.
fn host_name() -> String {
    let read = std::fs::read_to_string("/proc/sys/kernel/hostname");
    let name = read.unwrap_or_default().trim().to_owned();
    if name.is_empty() { "worker".into() } else { name }
}

impl Config {
    /// Reads the environment.
    ///
    /// # Errors
    /// [`ConfigError`] naming the variable.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::from_lookup(lookup)
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
        let chat_bytes_max = match get("CUTLINE_CHAT_BYTES") {
            None => 8 << 20,
            Some(value) => number("CUTLINE_CHAT_BYTES", value, 100_000, 2_000_000_000)? as u64,
        };
        Ok(Self {
            paths: Paths { data_dir, cache_dir },
            machine: Machine { threads },
            delivery: Delivery { chat_bytes_max },
            cloud: cloud::CloudConfig::from_lookup(&lookup)?,
        })
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

    fn work(pairs: &[(&str, &str)]) -> Result<WorkConfig, ConfigError> {
        WorkConfig::from_lookup(&|name| {
            let found = pairs.iter().find(|(key, _)| *key == name);
            let broker = (name == "CUTLINE_AMQP_URL").then(|| "amqp://localhost/%2f".to_owned());
            found.map(|(_, value)| (*value).to_owned()).or(broker)
        })
    }

    #[test]
    fn a_worker_refuses_what_it_cannot_work_with_by_name() {
        let config = work(&[]).unwrap();
        assert_eq!(
            (config.slots, config.lease, config.ops_token),
            (1, Duration::from_secs(30), None)
        );
        for (name, wrong) in [
            ("CUTLINE_SLOTS", "0"),
            ("CUTLINE_JOB_LIMIT_S", "1800"),
            ("CUTLINE_OPS_ADDRESS", "everywhere"),
            ("CUTLINE_OPS_TOKEN", "secret"),
            ("CUTLINE_AMQP_URL", ""),
            ("CUTLINE_LEASE_S", "1"),
        ] {
            let error = work(&[(name, wrong)]).err().map(|error| error.to_string());
            assert!(error.as_ref().is_some_and(|e| e.contains(name)), "{name}: {error:?}");
        }
        let secret = work(&[("CUTLINE_OPS_TOKEN", "tooshort")]).err().unwrap().to_string();
        assert!(!secret.contains("tooshort"));
    }

    #[test]
    fn the_sample_lists_every_variable_of_the_farm() {
        let sample = include_str!("../../.env.sample");
        let listed: Vec<&str> = sample
            .lines()
            .filter_map(|line| line.trim_start_matches("# ").split_once('='))
            .map(|(name, _)| name)
            .collect();
        let others = cloud::VARIABLES.into_iter().chain(cutline_core::telemetry::VARIABLES);
        for variable in VARIABLES.into_iter().chain(others) {
            assert!(listed.contains(&variable), "{variable} is not in .env.sample");
        }
    }
}
