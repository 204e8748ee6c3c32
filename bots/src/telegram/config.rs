//! Settings of the Telegram bot.

use std::net::SocketAddr;

use cutline_core::objects::Secret;
use sha2::{Digest, Sha256};
use url::Url;

/// The variables read here.
pub const VARIABLES: [&str; 6] = [
    "CUTLINE_TELEGRAM_TOKEN",
    "CUTLINE_TELEGRAM_API_URL",
    "CUTLINE_TELEGRAM_UPLOAD_BYTES",
    "CUTLINE_TELEGRAM_WEBHOOK_URL",
    "CUTLINE_TELEGRAM_WEBHOOK_SECRET",
    "CUTLINE_TELEGRAM_ADDRESS",
];

/// What Telegram's own servers take (core.telegram.org/bots/api#sendvideo): 50 MB.
const UPLOAD_BYTES: u64 = 50_000_000;
/// What is held in memory for an upload.
const UPLOAD_BYTES_MAX: u64 = 64 << 20;

/// How the bot reaches Telegram, and how Telegram reaches it.
#[derive(Clone, Debug)]
pub struct TelegramConfig {
    /// `CUTLINE_TELEGRAM_TOKEN`: from @BotFather. Required.
    pub token: Secret,
    /// `CUTLINE_TELEGRAM_API_URL`: a Bot API server of one's own. Default Telegram's.
    pub api_url: Url,
    /// `CUTLINE_TELEGRAM_UPLOAD_BYTES`: largest video that is uploaded, 1,000,000–67,108,864.
    /// Default 50,000,000, which is what Telegram's own servers take. Larger ones become links.
    pub upload_bytes_max: u64,
    /// How updates come: asked for (long polling) unless `CUTLINE_TELEGRAM_WEBHOOK_URL` is set.
    pub webhook: Option<Webhook>,
}

/// Updates that Telegram sends by itself.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// `CUTLINE_TELEGRAM_WEBHOOK_URL`: the https address that leads to [`Self::address`]; its path
    /// is the one listened on.
    pub url: Url,
    /// `CUTLINE_TELEGRAM_WEBHOOK_SECRET`: 1–256 letters, digits, `_` and `-`, which Telegram sends
    /// along. Default: made from the token, so that replicas agree on it.
    pub secret: Secret,
    /// `CUTLINE_TELEGRAM_ADDRESS`: where to listen. Default `127.0.0.1:8710`.
    pub address: SocketAddr,
}

/// A setting cannot be used. Values are not repeated: they may be secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{variable} {detail}")]
pub struct TelegramConfigError {
    /// The variable.
    pub variable: &'static str,
    /// What is wrong and what would be right.
    pub detail: &'static str,
}

fn wrong<T>(variable: &'static str, detail: &'static str) -> Result<T, TelegramConfigError> {
    Err(TelegramConfigError { variable, detail })
}

impl TelegramConfig {
    /// Reads variables through `lookup`; empty ones count as unset.
    ///
    /// # Errors
    /// [`TelegramConfigError`] naming the variable.
    pub fn from_lookup(
        lookup: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, TelegramConfigError> {
        let get = |name: &str| {
            lookup(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
        };
        let Some(token) = get("CUTLINE_TELEGRAM_TOKEN") else {
            return wrong("CUTLINE_TELEGRAM_TOKEN", "is not set; see docs/telegram.md");
        };
        let (id, rest) = token.split_once(':').unwrap_or_default();
        let is_token = !id.is_empty()
            && id.bytes().all(|byte| byte.is_ascii_digit())
            && rest.len() >= 8
            && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
        if !is_token {
            return wrong(
                "CUTLINE_TELEGRAM_TOKEN",
                "must look like 123456:ABC-DEF, as BotFather gave it",
            );
        }
        let api_url = get("CUTLINE_TELEGRAM_API_URL")
            .unwrap_or_else(|| teloxide::net::TELEGRAM_API_URL.to_owned());
        let api_url = match Url::parse(api_url.trim_end_matches('/')) {
            Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => url,
            _ => return wrong("CUTLINE_TELEGRAM_API_URL", "must be an http(s) address"),
        };
        let upload_bytes_max = match get("CUTLINE_TELEGRAM_UPLOAD_BYTES") {
            None => UPLOAD_BYTES,
            Some(number) => match number.parse() {
                Ok(number) if (1_000_000..=UPLOAD_BYTES_MAX).contains(&number) => number,
                _ => {
                    let detail = "must be a whole number from 1000000 to 67108864";
                    return wrong("CUTLINE_TELEGRAM_UPLOAD_BYTES", detail);
                }
            },
        };
        let webhook = match get("CUTLINE_TELEGRAM_WEBHOOK_URL") {
            None => None,
            Some(url) => Some(webhook(&url, &token, &get)?),
        };
        Ok(Self { token: Secret::new(token), api_url, upload_bytes_max, webhook })
    }
}

fn webhook(
    url: &str,
    token: &str,
    get: &dyn Fn(&str) -> Option<String>,
) -> Result<Webhook, TelegramConfigError> {
    let url = match Url::parse(url) {
        // Telegram itself insists on https; a stand-in for it need not.
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.path().len() > 1 => url,
        _ => {
            let detail = "must be an https address with a path, such as \
                          https://example.org/webhooks/telegram";
            return wrong("CUTLINE_TELEGRAM_WEBHOOK_URL", detail);
        }
    };
    let secret = match get("CUTLINE_TELEGRAM_WEBHOOK_SECRET") {
        None => {
            let hash = Sha256::digest(format!("cutline webhook {token}"));
            hash.iter().map(|byte| format!("{byte:02x}")).collect()
        }
        Some(secret) => {
            let fits = secret.len() <= 256
                && secret.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
            if !fits {
                let detail = "must have 1 to 256 letters, digits, _ and -";
                return wrong("CUTLINE_TELEGRAM_WEBHOOK_SECRET", detail);
            }
            secret
        }
    };
    let address = get("CUTLINE_TELEGRAM_ADDRESS").unwrap_or_else(|| "127.0.0.1:8710".into());
    let Ok(address) = address.parse() else {
        return wrong("CUTLINE_TELEGRAM_ADDRESS", "must be address:port, such as 127.0.0.1:8710");
    };
    Ok(Webhook { url, secret: Secret::new(secret), address })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: (&str, &str) = ("CUTLINE_TELEGRAM_TOKEN", "123456:ABC-def_1234");

    fn from(pairs: &[(&str, &str)]) -> Result<TelegramConfig, TelegramConfigError> {
        TelegramConfig::from_lookup(&|name| {
            pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_token_is_all_that_is_needed() {
        let config = from(&[TOKEN]).unwrap();
        assert_eq!(config.api_url.as_str(), "https://api.telegram.org/");
        assert!(config.webhook.is_none());
        assert!(!format!("{config:?}").contains("ABC-def"));
        assert_eq!(from(&[]).unwrap_err().variable, "CUTLINE_TELEGRAM_TOKEN");
    }

    #[test]
    fn what_cannot_be_used_is_refused_by_name_and_not_repeated() {
        for (variable, value) in [
            ("CUTLINE_TELEGRAM_TOKEN", "hunter2"),
            ("CUTLINE_TELEGRAM_API_URL", "ftp://x"),
            ("CUTLINE_TELEGRAM_UPLOAD_BYTES", "1"),
            ("CUTLINE_TELEGRAM_WEBHOOK_URL", "https://x.test/"),
        ] {
            let pairs = if variable == TOKEN.0 {
                vec![(variable, value)]
            } else {
                vec![TOKEN, (variable, value)]
            };
            let error = from(&pairs).unwrap_err();
            assert_eq!(error.variable, variable);
            assert!(!error.to_string().contains("hunter2"));
        }
        let hook = ("CUTLINE_TELEGRAM_WEBHOOK_URL", "https://x.test/hook");
        let error = from(&[TOKEN, hook, ("CUTLINE_TELEGRAM_WEBHOOK_SECRET", "a b")]).unwrap_err();
        assert_eq!(error.variable, "CUTLINE_TELEGRAM_WEBHOOK_SECRET");
        let error = from(&[TOKEN, hook, ("CUTLINE_TELEGRAM_ADDRESS", "here")]).unwrap_err();
        assert_eq!(error.variable, "CUTLINE_TELEGRAM_ADDRESS");
    }

    #[test]
    fn replicas_agree_on_a_secret_that_nobody_set() {
        let hook = ("CUTLINE_TELEGRAM_WEBHOOK_URL", "https://x.test/webhooks/telegram");
        let secret = || from(&[TOKEN, hook]).unwrap().webhook.unwrap().secret.expose().to_owned();
        assert_eq!(secret(), secret());
        assert_eq!(secret().len(), 64);
    }
}
