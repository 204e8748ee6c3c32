//! Which endpoint a method and a path mean, and which limit counts for it.

use std::time::Duration;

use super::state::Id;

/// An endpoint with its ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Route {
    Gateway,
    GatewayBot,
    Me,
    Application,
    /// `PUT` replaces all, `GET` lists.
    Commands(Id),
    CreateDm,
    CreateMessage(Id),
    /// `PATCH`, `GET` or `DELETE`.
    Message(Id, Id),
    Callback(Id, String),
    Followup(Id, String),
    /// `None` is `@original`.
    WebhookMessage(Id, String, Option<Id>),
}

/// How many requests a bucket takes in which time. The figures are those that Discord's headers are
/// commonly seen to carry; clients must read them from there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    pub(super) bucket: &'static str,
    pub(super) limit: u32,
    pub(super) window: Duration,
}

const fn rule(bucket: &'static str, limit: u32, seconds: u64) -> Rule {
    Rule { bucket, limit, window: Duration::from_secs(seconds) }
}

impl Route {
    /// Reads the path behind `/api/v10`.
    pub(super) fn of(method: &str, path: &str) -> Option<Self> {
        let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
        let id = |text: &str| text.parse::<Id>().ok().filter(|id| *id > 0);
        Some(match (method, parts.as_slice()) {
            ("GET", ["gateway"]) => Self::Gateway,
            ("GET", ["gateway", "bot"]) => Self::GatewayBot,
            ("GET", ["users", "@me"]) => Self::Me,
            ("GET", ["applications", "@me"] | ["oauth2", "applications", "@me"]) => {
                Self::Application
            }
            ("GET" | "PUT", ["applications", app, "commands"]) => Self::Commands(id(app)?),
            ("POST", ["users", "@me", "channels"]) => Self::CreateDm,
            ("POST", ["channels", channel, "messages"]) => Self::CreateMessage(id(channel)?),
            ("GET" | "PATCH" | "DELETE", ["channels", channel, "messages", message]) => {
                Self::Message(id(channel)?, id(message)?)
            }
            ("POST", ["interactions", interaction, token, "callback"]) => {
                Self::Callback(id(interaction)?, (*token).to_owned())
            }
            ("POST", ["webhooks", app, token]) => Self::Followup(id(app)?, (*token).to_owned()),
            ("GET" | "PATCH" | "DELETE", ["webhooks", app, token, "messages", message]) => {
                let message = match *message {
                    // Some clients encode what need not be.
                    "@original" | "%40original" => None,
                    other => Some(id(other)?),
                };
                Self::WebhookMessage(id(app)?, (*token).to_owned(), message)
            }
            _ => return None,
        })
    }

    /// The interaction's token is the key; no bot token is asked for.
    pub(super) const fn by_interaction(&self) -> bool {
        matches!(self, Self::Callback(..) | Self::Followup(..) | Self::WebhookMessage(..))
    }

    /// The limit, and the top-level resource it is counted for.
    pub(super) fn limit(&self, method: &str) -> Option<(Rule, String)> {
        match (self, method) {
            (Self::CreateMessage(channel), _) => {
                Some((rule("create-message", 5, 5), channel.to_string()))
            }
            (Self::Message(channel, _), "PATCH") => {
                Some((rule("edit-message", 5, 5), channel.to_string()))
            }
            (Self::Message(channel, _), _) => {
                Some((rule("one-message", 5, 1), channel.to_string()))
            }
            (Self::Followup(_, token) | Self::WebhookMessage(_, token, _), _) => {
                Some((rule("webhook", 5, 2), token.clone()))
            }
            (Self::CreateDm, _) => Some((rule("create-dm", 10, 10), String::new())),
            (Self::Commands(_), _) => Some((rule("commands", 5, 20), String::new())),
            _ => None,
        }
    }
}
