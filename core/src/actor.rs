//! Who is asking, as the front end authenticated them. A front end builds an [`Actor`]; nothing
//! else does, and nothing in here checks a password.

use serde::{Deserialize, Serialize};

use crate::words::Tongue;

/// Where a request came in, and so where its answers go. Also the first word of an event's routing
/// key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Platform {
    /// `cutline-bots console`.
    Console,
    /// The Discord bot.
    Discord,
    /// The Telegram bot.
    Telegram,
    /// The HTTP API.
    Gateway,
}

impl Platform {
    /// Every platform.
    pub const ALL: [Self; 4] = [Self::Console, Self::Discord, Self::Telegram, Self::Gateway];

    /// The word used in the database, in routing keys and in settings.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Console => "console",
            Self::Discord => "discord",
            Self::Telegram => "telegram",
            Self::Gateway => "gateway",
        }
    }

    /// The platform of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|platform| platform.as_str() == name)
    }
}

impl std::fmt::Display for Platform {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An authenticated person (or program) at a platform.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Actor {
    /// Where they are.
    pub platform: Platform,
    /// The platform's own, unchanging id for them (never a display name), at most 128 bytes.
    pub user_id: String,
    /// On the operators' list (`CUTLINE_OPERATORS`).
    pub operator: bool,
    /// The platform's locale for them (BCP 47), where it tells.
    pub locale: Option<String>,
}

impl Actor {
    /// An ordinary person without a locale.
    pub fn new(platform: Platform, user_id: impl Into<String>) -> Self {
        Self { platform, user_id: user_id.into(), operator: false, locale: None }
    }

    /// The same person as an operator.
    #[must_use]
    pub fn as_operator(mut self) -> Self {
        self.operator = true;
        self
    }

    /// The language to answer in.
    #[must_use]
    pub fn tongue(&self) -> Tongue {
        Tongue::of(self.locale.as_deref())
    }

    /// `platform:user_id`, as the audit log and `CUTLINE_OPERATORS` write it.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}:{}", self.platform, self.user_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_platform_is_found_under_its_own_name() {
        for platform in Platform::ALL {
            assert_eq!(Platform::named(platform.as_str()), Some(platform));
            assert_eq!(
                serde_json::to_value(platform).unwrap(),
                serde_json::Value::from(platform.as_str())
            );
        }
        assert_eq!(Platform::named("Discord"), None);
    }
}
