//! The endpoints that are used, each with its path and what it counts for.

use super::limits::Key;

/// A number of Discord's: users, channels, messages, interactions.
pub(in crate::discord) type Id = u64;

/// An endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::discord) enum Route {
    /// The application of the token.
    Application,
    /// Replaces all global commands of an application.
    Commands(Id),
    /// The channel of direct messages with somebody.
    CreateDm,
    /// A new message in a channel.
    CreateMessage(Id),
    /// Changes a message in a channel.
    EditMessage(Id, Id),
    /// The first answer to an interaction.
    Callback(Id, String),
    /// One more message under an interaction's token.
    Followup(Id, String),
    /// The answer to an interaction, as it is.
    Original(Id, String),
    /// Changes the answer to an interaction.
    EditOriginal(Id, String),
    /// Takes the answer to an interaction away.
    DeleteOriginal(Id, String),
}

impl Route {
    /// The method.
    pub(super) fn method(&self) -> reqwest::Method {
        match self {
            Self::Application | Self::Original(..) => reqwest::Method::GET,
            Self::Commands(_) => reqwest::Method::PUT,
            Self::CreateDm | Self::CreateMessage(_) | Self::Callback(..) | Self::Followup(..) => {
                reqwest::Method::POST
            }
            Self::EditMessage(..) | Self::EditOriginal(..) => reqwest::Method::PATCH,
            Self::DeleteOriginal(..) => reqwest::Method::DELETE,
        }
    }

    /// The path behind `/api/v10`.
    pub(super) fn path(&self) -> String {
        match self {
            Self::Application => "/applications/@me".to_owned(),
            Self::Commands(app) => format!("/applications/{app}/commands"),
            Self::CreateDm => "/users/@me/channels".to_owned(),
            Self::CreateMessage(channel) => format!("/channels/{channel}/messages"),
            Self::EditMessage(channel, message) => {
                format!("/channels/{channel}/messages/{message}")
            }
            Self::Callback(id, token) => format!("/interactions/{id}/{token}/callback"),
            Self::Followup(app, token) => format!("/webhooks/{app}/{token}"),
            Self::Original(app, token)
            | Self::EditOriginal(app, token)
            | Self::DeleteOriginal(app, token) => {
                format!("/webhooks/{app}/{token}/messages/@original")
            }
        }
    }

    /// The same for logs: without the token, which answers for fifteen minutes.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Application => "GET application",
            Self::Commands(_) => "PUT commands",
            Self::CreateDm => "POST direct-messages",
            Self::CreateMessage(_) => "POST message",
            Self::EditMessage(..) => "PATCH message",
            Self::Callback(..) => "POST callback",
            Self::Followup(..) => "POST follow-up",
            Self::Original(..) => "GET original",
            Self::EditOriginal(..) => "PATCH original",
            Self::DeleteOriginal(..) => "DELETE original",
        }
    }

    /// Under an interaction's token, not the bot's.
    pub(super) const fn by_interaction(&self) -> bool {
        self.token().is_some()
    }

    /// The interaction's token.
    pub(super) const fn token(&self) -> Option<&String> {
        match self {
            Self::Callback(_, token)
            | Self::Followup(_, token)
            | Self::Original(_, token)
            | Self::EditOriginal(_, token)
            | Self::DeleteOriginal(_, token) => Some(token),
            _ => None,
        }
    }

    /// What a request to it counts for.
    pub(super) fn key(&self) -> Key {
        let major = match self {
            Self::CreateMessage(channel) | Self::EditMessage(channel, _) => channel.to_string(),
            Self::Callback(_, token)
            | Self::Followup(_, token)
            | Self::Original(_, token)
            | Self::EditOriginal(_, token)
            | Self::DeleteOriginal(_, token) => token.clone(),
            Self::Application | Self::Commands(_) | Self::CreateDm => String::new(),
        };
        Key { route: self.name(), major, by_interaction: self.by_interaction() }
    }
}
