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
}
