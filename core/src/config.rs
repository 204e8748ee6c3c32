//! Settings that more than one process reads: one struct a concern, read once at the start. Fields
//! name their variable, unit and default.

use std::{collections::BTreeSet, time::Duration};

use crate::{
    actor::{Actor, Platform},
    job::Mode,
};

/// A variable is missing or holds something unusable. Values are not repeated: they may be secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{variable}: {detail}")]
pub struct ConfigError {
    /// The variable.
    pub variable: &'static str,
    /// What is wrong and what would be right.
    pub detail: String,
}

/// The variables read here, as `.env.sample` must list them.
pub const VARIABLES: [&str; 10] = [
    "CUTLINE_DATABASE_URL",
    "CUTLINE_DATABASE_OWNER_URL",
    "CUTLINE_DATABASE_ADMIN_URL",
    "CUTLINE_DATABASE_POOL",
    "CUTLINE_AMQP_URL",
    "CUTLINE_PUBLIC_URL",
    "CUTLINE_OPERATORS",
    "CUTLINE_LEASE_S",
    "CUTLINE_TALKERS",
    "CUTLINE_CREDITS_URL",
];

/// How to find variables: the environment, or a test's table.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

fn get(lookup: Lookup<'_>, variable: &'static str) -> Option<String> {
    lookup(variable).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
}

fn required(lookup: Lookup<'_>, variable: &'static str) -> Result<String, ConfigError> {
    get(lookup, variable)
        .ok_or_else(|| ConfigError { variable, detail: "is not set; see .env.sample".into() })
}

fn number(
    lookup: Lookup<'_>,
    variable: &'static str,
    default: u32,
    range: std::ops::RangeInclusive<u32>,
) -> Result<u32, ConfigError> {
    let Some(value) = get(lookup, variable) else { return Ok(default) };
    value.parse().ok().filter(|number| range.contains(number)).ok_or_else(|| ConfigError {
        variable,
        detail: format!("must be a whole number from {} to {}", range.start(), range.end()),
    })
}

/// One role's way to PostgreSQL.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseConfig {
    /// `postgres://user:password@host/database`.
    pub url: String,
    /// `CUTLINE_DATABASE_POOL`: most connections, 1–200. Default 8.
    pub pool_max: u32,
    /// Longest wait for a connection. 5 s.
    pub acquire_timeout: Duration,
    /// Longest run of one statement, on the server. 10 s.
    pub statement_timeout: Duration,
    /// Shown in `pg_stat_activity`.
    pub application: &'static str,
}

impl std::fmt::Debug for DatabaseConfig {
    /// Without the address, which holds a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DatabaseConfig")
            .field("application", &self.application)
            .field("pool_max", &self.pool_max)
            .finish_non_exhaustive()
    }
}

impl DatabaseConfig {
    /// A configuration with default limits.
    pub fn at(url: impl Into<String>, application: &'static str) -> Self {
        Self {
            url: url.into(),
            pool_max: 8,
            acquire_timeout: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(10),
            application,
        }
    }

    /// `CUTLINE_DATABASE_URL`: this process's own role.
    ///
    /// # Errors
    /// [`ConfigError`] naming the variable.
    pub fn from_lookup(lookup: Lookup<'_>, application: &'static str) -> Result<Self, ConfigError> {
        let url = required(lookup, "CUTLINE_DATABASE_URL")?;
        let pool_max = number(lookup, "CUTLINE_DATABASE_POOL", 8, 1..=200)?;
        Ok(Self { pool_max, ..Self::at(url, application) })
    }

    /// `CUTLINE_DATABASE_ADMIN_URL`: role `cutline_admin`, for processes that offer operators'
    /// commands. Unset: those commands say that they are switched off.
    #[must_use]
    pub fn admin_from_lookup(lookup: Lookup<'_>, application: &'static str) -> Option<Self> {
        let url = get(lookup, "CUTLINE_DATABASE_ADMIN_URL")?;
        Some(Self { pool_max: 2, ..Self::at(url, application) })
    }
}

/// `CUTLINE_DATABASE_OWNER_URL`: the role that owns the schema; migrations only.
///
/// # Errors
/// [`ConfigError`] when it is not set.
pub fn owner_url(lookup: Lookup<'_>) -> Result<String, ConfigError> {
    required(lookup, "CUTLINE_DATABASE_OWNER_URL")
}

/// `CUTLINE_AMQP_URL`: `amqp://user:password@host/vhost`.
///
/// # Errors
/// [`ConfigError`] when it is not set.
pub fn amqp_url(lookup: Lookup<'_>) -> Result<String, ConfigError> {
    required(lookup, "CUTLINE_AMQP_URL")
}

/// What the front desk needs to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeskConfig {
    /// `CUTLINE_PUBLIC_URL`: in front of `/v/{short}`, without a slash at the end. Unset: cards
    /// have no watch link.
    pub public_url: Option<String>,
    /// `CUTLINE_OPERATORS`: `platform:user_id`, separated by commas.
    pub operators: Operators,
    /// `CUTLINE_TALKERS`: modes whose providers the workers have keys for: `studio`, `cinematic`.
    pub talkers: Vec<Mode>,
    /// `CUTLINE_CREDITS_URL`: a Stripe Payment Link that sells credits; plan cards lead there, with
    /// the account in `client_reference_id`. Unset: credits come from operators alone.
    pub credits_url: Option<url::Url>,
}

impl DeskConfig {
    /// Reads the variables.
    ///
    /// # Errors
    /// [`ConfigError`] naming the variable.
    pub fn from_lookup(lookup: Lookup<'_>) -> Result<Self, ConfigError> {
        let public_url = get(lookup, "CUTLINE_PUBLIC_URL")
            .map(|address| {
                let web = address.starts_with("https://") || address.starts_with("http://");
                if web && url::Url::parse(&address).is_ok() && address.len() <= 400 {
                    Ok(address.trim_end_matches('/').to_owned())
                } else {
                    let detail = "must be an http(s) address of at most 400 characters".into();
                    Err(ConfigError { variable: "CUTLINE_PUBLIC_URL", detail })
                }
            })
            .transpose()?;
        let operators = Operators::from_lookup(lookup)?;
        let credits_url = credits_url(lookup)?;
        Ok(Self { public_url, operators, talkers: talkers(lookup)?, credits_url })
    }
}

fn credits_url(lookup: Lookup<'_>) -> Result<Option<url::Url>, ConfigError> {
    let variable = "CUTLINE_CREDITS_URL";
    get(lookup, variable)
        .map(|address| match url::Url::parse(&address) {
            Ok(url) if url.scheme() == "https" && address.len() <= 400 => Ok(url),
            _ => {
                let detail = "must be an https address of at most 400 characters".into();
                Err(ConfigError { variable, detail })
            }
        })
        .transpose()
}

fn talkers(lookup: Lookup<'_>) -> Result<Vec<Mode>, ConfigError> {
    let variable = "CUTLINE_TALKERS";
    let list = get(lookup, variable).unwrap_or_default();
    let names = list.split(',').map(str::trim).filter(|name| !name.is_empty());
    names
        .map(|name| match name {
            "studio" => Ok(Mode::Studio),
            "cinematic" => Ok(Mode::Cinematic),
            _ => {
                let detail = "must be studio, cinematic or both, separated by a comma".into();
                Err(ConfigError { variable, detail })
            }
        })
        .collect()
}

/// Who may use operators' commands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Operators(BTreeSet<String>);

impl Operators {
    /// Reads `CUTLINE_OPERATORS`.
    ///
    /// # Errors
    /// [`ConfigError`] for an entry that is not `platform:user_id`.
    pub fn from_lookup(lookup: Lookup<'_>) -> Result<Self, ConfigError> {
        let variable = "CUTLINE_OPERATORS";
        let list = get(lookup, variable).unwrap_or_default();
        let entries = list.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        let entry = |entry: &str| match entry.split_once(':') {
            Some((platform, id)) if Platform::named(platform).is_some() && !id.is_empty() => {
                Ok(entry.to_owned())
            }
            _ => Err(ConfigError {
                variable,
                detail: format!("“{entry}” must read platform:user_id, as in console:root"),
            }),
        };
        Ok(Self(entries.map(entry).collect::<Result<_, _>>()?))
    }

    /// An actor whose `operator` says whether the list has them: the one way front ends make one.
    #[must_use]
    pub fn actor(
        &self,
        platform: Platform,
        user_id: impl Into<String>,
        locale: Option<String>,
    ) -> Actor {
        let mut actor = Actor { locale, ..Actor::new(platform, user_id) };
        actor.operator = self.0.contains(&actor.name());
        actor
    }
}

/// `CUTLINE_LEASE_S`: how long a worker may be silent before its job is given to another, 2–600 s.
/// Default 30.
///
/// # Errors
/// [`ConfigError`] when it is not a number in range.
pub fn lease(lookup: Lookup<'_>) -> Result<Duration, ConfigError> {
    number(lookup, "CUTLINE_LEASE_S", 30, 2..=600).map(|s| Duration::from_secs(s.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table<'a>(pairs: &'a [(&str, &str)]) -> impl Fn(&str) -> Option<String> + 'a {
        |name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
    }

    #[test]
    fn a_missing_variable_is_named_and_a_password_is_not_shown() {
        let error = DatabaseConfig::from_lookup(&table(&[]), "test").unwrap_err();
        assert_eq!(error.variable, "CUTLINE_DATABASE_URL");
        let config = DatabaseConfig::at("postgres://u:secret@h/d", "test");
        assert!(!format!("{config:?}").contains("secret"));
    }

    #[test]
    fn operators_are_those_on_the_list() {
        let pairs = [("CUTLINE_OPERATORS", "console:root, discord:42")];
        let operators = Operators::from_lookup(&table(&pairs)).unwrap();
        assert!(operators.actor(Platform::Discord, "42", None).operator);
        assert!(!operators.actor(Platform::Telegram, "42", None).operator);
        assert!(!operators.actor(Platform::Console, "toor", None).operator);
        for wrong in ["root", "irc:root", "console:"] {
            let pairs = [("CUTLINE_OPERATORS", wrong)];
            assert!(Operators::from_lookup(&table(&pairs)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn addresses_and_numbers_out_of_range_are_refused_by_name() {
        let pairs = [("CUTLINE_PUBLIC_URL", "ftp://x")];
        let error = DeskConfig::from_lookup(&table(&pairs)).unwrap_err();
        assert_eq!(error.variable, "CUTLINE_PUBLIC_URL");
        let pairs = [("CUTLINE_PUBLIC_URL", "https://x.test/")];
        let config = DeskConfig::from_lookup(&table(&pairs)).unwrap();
        assert_eq!(config.public_url.as_deref(), Some("https://x.test"));
        let pairs = [("CUTLINE_CREDITS_URL", "http://buy.test/x")];
        let error = DeskConfig::from_lookup(&table(&pairs)).unwrap_err();
        assert_eq!(error.variable, "CUTLINE_CREDITS_URL");
        for wrong in ["0", "1", "601", "soon"] {
            let error = lease(&table(&[("CUTLINE_LEASE_S", wrong)])).unwrap_err();
            assert_eq!(error.variable, "CUTLINE_LEASE_S");
        }
    }
}
