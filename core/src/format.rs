//! The eleven formats the director thinks in.

use serde::{Deserialize, Serialize};

/// A named format; each has a visual treatment of its own (spec §1, Formats).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// A told story in layered scenes.
    AiStory,
    /// An explanation with a hero, labels and counters.
    Educational,
    /// A phone chat whose bubbles arrive with the voices.
    FakeText,
    /// Articulated stick figures on paper.
    StickAnimation,
    /// Countdown cards.
    Listicle,
    /// Claim, cross, truth.
    MythBuster,
    /// Dates along a moving line.
    Timeline,
    /// Numbered steps.
    HowTo,
    /// Kinetic typography.
    Quote,
    /// Split screen.
    Comparison,
    /// The brand kit as hero.
    ProductTeaser,
}

impl Format {
    /// Every format, in the order of the specification.
    pub const ALL: [Self; 11] = [
        Self::AiStory,
        Self::Educational,
        Self::FakeText,
        Self::StickAnimation,
        Self::Listicle,
        Self::MythBuster,
        Self::Timeline,
        Self::HowTo,
        Self::Quote,
        Self::Comparison,
        Self::ProductTeaser,
    ];

    /// The word in the database and in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AiStory => "ai_story",
            Self::Educational => "educational",
            Self::FakeText => "fake_text",
            Self::StickAnimation => "stick_animation",
            Self::Listicle => "listicle",
            Self::MythBuster => "myth_buster",
            Self::Timeline => "timeline",
            Self::HowTo => "how_to",
            Self::Quote => "quote",
            Self::Comparison => "comparison",
            Self::ProductTeaser => "product_teaser",
        }
    }

    /// The format of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == name)
    }
}
