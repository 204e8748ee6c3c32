//! Settings of the Discord bot.

use cutline_core::objects::Secret;

/// The variables read here.
pub const VARIABLES: [&str; 3] =
    ["CUTLINE_DISCORD_TOKEN", "CUTLINE_DISCORD_API_URL", "CUTLINE_DISCORD_SHARDS"];

/// Where Discord is.
const API: &str = "https://discord.com";

/// How the bot reaches Discord.
#[derive(Clone, Debug)]
pub struct DiscordConfig {
    /// `CUTLINE_DISCORD_TOKEN`: the bot's token. Required.
    pub token: Secret,
    /// `CUTLINE_DISCORD_API_URL`: scheme and host, without `/api`. Default `https://discord.com`;
    /// another is for tests and for proxies that speak the same.
    pub api: String,
    /// `CUTLINE_DISCORD_SHARDS`. Default `auto`.
    pub shards: Shards,
}

/// Which shards of the gateway this process holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shards {
    /// `auto`: all of as many as Discord recommends.
    Auto,
    /// `0-3/8`: these, both included, of so many.
    Range {
        /// The first.
        first: u32,
        /// The last.
        last: u32,
        /// Of all processes together.
        total: u32,
    },
}

/// A variable holds something unusable; values are not repeated, they may be secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DiscordConfigError {
    /// No token.
    #[error("CUTLINE_DISCORD_TOKEN is not set; docs/discord.md says where it comes from")]
    Token,
    /// Something that is no token was pasted.
    #[error("CUTLINE_DISCORD_TOKEN must be the token alone, without “Bot” and without spaces")]
    Malformed,
    /// Not an address.
    #[error("CUTLINE_DISCORD_API_URL must be scheme and host, such as https://discord.com")]
    Api,
    /// Not shards.
    #[error("CUTLINE_DISCORD_SHARDS must be auto, or first-last/total such as 0-3/8")]
    Shards,
}

impl DiscordConfig {
    /// Reads variables through `lookup`; empty ones count as unset.
    ///
    /// # Errors
    /// [`DiscordConfigError`] naming the variable.
    pub fn from_lookup(
        lookup: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, DiscordConfigError> {
        let get = |name: &str| {
            lookup(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
        };
        let token = get("CUTLINE_DISCORD_TOKEN").ok_or(DiscordConfigError::Token)?;
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        if !token.bytes().all(is_plain) {
            return Err(DiscordConfigError::Malformed);
        }
        let api = get("CUTLINE_DISCORD_API_URL").unwrap_or_else(|| API.to_owned());
        let url = reqwest::Url::parse(&api).map_err(|_| DiscordConfigError::Api)?;
        let fits = matches!(url.scheme(), "https" | "http")
            && url.has_host()
            && url.path() == "/"
            && url.query().is_none();
        if !fits {
            return Err(DiscordConfigError::Api);
        }
        let shards = match get("CUTLINE_DISCORD_SHARDS").as_deref() {
            None | Some("auto") => Shards::Auto,
            Some(range) => shards(range).ok_or(DiscordConfigError::Shards)?,
        };
        let api = api.trim_end_matches('/').to_owned();
        Ok(Self { token: Secret::new(token), api, shards })
    }
}

fn shards(text: &str) -> Option<Shards> {
    let (range, total) = text.split_once('/')?;
    let (first, last) = range.split_once('-').unwrap_or((range, range));
    let number = |text: &str| text.trim().parse::<u32>().ok();
    let (first, last, total) = (number(first)?, number(last)?, number(total)?);
    (first <= last && last < total).then_some(Shards::Range { first, last, total })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<DiscordConfig, DiscordConfigError> {
        DiscordConfig::from_lookup(&|name| {
            pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    const TOKEN: (&str, &str) = ("CUTLINE_DISCORD_TOKEN", "MTA.abc-def.ghi_jkl");

    #[test]
    fn a_token_is_all_that_must_be_set() {
        let config = read(&[TOKEN]).unwrap();
        assert_eq!((config.api.as_str(), config.shards), ("https://discord.com", Shards::Auto));
        assert!(!format!("{config:?}").contains("ghi_jkl"));
        assert_eq!(read(&[]).unwrap_err(), DiscordConfigError::Token);
        let pasted = read(&[("CUTLINE_DISCORD_TOKEN", "Bot MTA.abc")]);
        assert_eq!(pasted.unwrap_err(), DiscordConfigError::Malformed);
    }

    #[test]
    fn shards_are_a_range_of_a_total() {
        let shards = |text| read(&[TOKEN, ("CUTLINE_DISCORD_SHARDS", text)]).map(|c| c.shards);
        assert_eq!(shards("0-3/8"), Ok(Shards::Range { first: 0, last: 3, total: 8 }));
        assert_eq!(shards("2/4"), Ok(Shards::Range { first: 2, last: 2, total: 4 }));
        for wrong in ["8", "3-1/8", "0-8/8", "a-b/c"] {
            assert!(shards(wrong).is_err(), "{wrong}");
        }
        for wrong in ["discord.com", "https://discord.com/api", "ftp://x"] {
            assert!(read(&[TOKEN, ("CUTLINE_DISCORD_API_URL", wrong)]).is_err(), "{wrong}");
        }
    }
}
