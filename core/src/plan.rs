//! The four plans, cell by cell (spec §3). The database holds the same table (`plans`), because it
//! refuses by itself; a test compares the two.

use serde::{Deserialize, Serialize};

use crate::job::{Mode, Queue};

/// What an account pays for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
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

/// Something a plan has or has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Feature {
    /// Logo, colours, phrases.
    BrandKit,
    /// Pictures of one's own.
    Uploads,
    /// Talking characters, drawn.
    Cartoon,
    /// Talking characters, photographed.
    Studio,
    /// Talking characters, filmed.
    Cinematic,
    /// Keys to the HTTP API.
    ApiKeys,
    /// Choosing the format oneself.
    PinnedFormat,
}

impl Feature {
    /// Every feature.
    pub const ALL: [Self; 7] = [
        Self::BrandKit,
        Self::Uploads,
        Self::Cartoon,
        Self::Studio,
        Self::Cinematic,
        Self::ApiKeys,
        Self::PinnedFormat,
    ];

    /// The word in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BrandKit => "brand_kit",
            Self::Uploads => "uploads",
            Self::Cartoon => "cartoon",
            Self::Studio => "studio",
            Self::Cinematic => "cinematic",
            Self::ApiKeys => "api_keys",
            Self::PinnedFormat => "pinned_format",
        }
    }

    /// The feature of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|feature| feature.as_str() == name)
    }

    /// The cheapest plan that has it.
    #[must_use]
    pub fn first_plan(self) -> Plan {
        match self {
            Self::BrandKit | Self::Uploads => Plan::Beginner,
            Self::Cartoon | Self::Studio | Self::ApiKeys | Self::PinnedFormat => Plan::Professional,
            Self::Cinematic => Plan::Enterprise,
        }
    }

    /// What a mode needs, if anything.
    #[must_use]
    pub fn of_mode(mode: Mode) -> Option<Self> {
        match mode {
            Mode::Standard => None,
            Mode::Cartoon => Some(Self::Cartoon),
            Mode::Studio => Some(Self::Studio),
            Mode::Cinematic => Some(Self::Cinematic),
        }
    }
}

impl Plan {
    /// Every plan, cheapest first.
    pub const ALL: [Self; 4] = [Self::Free, Self::Beginner, Self::Professional, Self::Enterprise];

    /// The word in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Beginner => "beginner",
            Self::Professional => "professional",
            Self::Enterprise => "enterprise",
        }
    }

    /// As shown to people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Free => "Free",
            Self::Beginner => "Beginner",
            Self::Professional => "Professional",
            Self::Enterprise => "Enterprise",
        }
    }

    /// The plan of that name, in any case.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|plan| plan.as_str().eq_ignore_ascii_case(name.trim()))
    }

    /// The next plan up.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        Self::ALL.into_iter().find(|plan| *plan > self)
    }

    /// Videos a calendar month (UTC); `None` is unlimited.
    #[must_use]
    pub fn videos_a_month(self) -> Option<u32> {
        match self {
            Self::Free => Some(1),
            Self::Beginner => Some(10),
            Self::Professional | Self::Enterprise => None,
        }
    }

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

    /// Whether videos end with a card that says what made them.
    #[must_use]
    pub fn end_card(self) -> bool {
        self == Self::Free
    }

    /// Jobs that may be under way at once.
    #[must_use]
    pub fn jobs_at_once(self) -> u32 {
        match self {
            Self::Free | Self::Beginner => 1,
            Self::Professional => 3,
            Self::Enterprise => 10,
        }
    }

    /// Whether the plan has a feature.
    #[must_use]
    pub fn has(self, feature: Feature) -> bool {
        self >= feature.first_plan()
    }

    /// Where its jobs wait.
    #[must_use]
    pub fn queue(self) -> Queue {
        match self {
            Self::Free | Self::Beginner => Queue::Standard,
            Self::Professional | Self::Enterprise => Queue::Priority,
        }
    }

    /// The most one job may spend at providers, in micro-dollars (spec §5: a ceiling by plan; the
    /// sums are ours: about twice what the dearest branch of the plan costs).
    #[must_use]
    pub fn spend_microusd_max(self) -> u64 {
        match self {
            Self::Free => 100_000,
            Self::Beginner => 500_000,
            Self::Professional => 6_000_000,
            Self::Enterprise => 25_000_000,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_the_specifications() {
        let all = Plan::ALL;
        assert_eq!(all.map(Plan::videos_a_month), [Some(1), Some(10), None, None]);
        assert_eq!(all.map(Plan::duration_s_max), [30, 60, 90, 180]);
        let (small, large) = ((720, 1280), (1080, 1920));
        assert_eq!(all.map(Plan::picture_px), [small, large, large, large]);
        assert_eq!(all.map(Plan::end_card), [true, false, false, false]);
        assert_eq!(all.map(Plan::jobs_at_once), [1, 1, 3, 10]);
        let row = |feature| all.map(|plan| plan.has(feature));
        assert_eq!(row(Feature::BrandKit), [false, true, true, true]);
        assert_eq!(row(Feature::Uploads), [false, true, true, true]);
        for feature in [Feature::Cartoon, Feature::Studio, Feature::ApiKeys, Feature::PinnedFormat]
        {
            assert_eq!(row(feature), [false, false, true, true], "{feature:?}");
        }
        assert_eq!(row(Feature::Cinematic), [false, false, false, true]);
        let (standard, priority) = (Queue::Standard, Queue::Priority);
        assert_eq!(all.map(Plan::queue), [standard, standard, priority, priority]);
    }
}
