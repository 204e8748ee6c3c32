//! The four plans, as far as rendering depends on them (spec §3).

use serde::{Deserialize, Serialize};

/// What an account pays for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Plan {
    /// One short video a month at 720×1280, with an end card.
    Free,
    /// Ten videos a month.
    Beginner,
    /// Unlimited, with talking characters.
    Professional,
    /// Unlimited, longest, with everything.
    Enterprise,
}

impl Plan {
    /// Longest video in seconds.
    #[must_use]
    pub fn duration_s_max(self) -> u32 {
        match self {
            Self::Free => 30,
            Self::Beginner => 60,
            Self::Professional => 90,
            Self::Enterprise => 180,
        }
    }

    /// Picture width and height in pixels.
    #[must_use]
    pub fn picture_px(self) -> (u32, u32) {
        match self {
            Self::Free => (720, 1280),
            Self::Beginner | Self::Professional | Self::Enterprise => (1080, 1920),
        }
    }
}
