//! The mouth as a handful of numbers, so that one shape can turn into the next. In units of the
//! face's radius.

use super::Viseme;

/// A mouth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shape {
    /// Half its width.
    pub half_width: f32,
    /// Its height; closed lips below [`Shape::OPEN_MIN`].
    pub open: f32,
    /// 0 a spindle, 1 an oval.
    pub round: f32,
    /// How far the corners are up.
    pub smile: f32,
    /// How much of the opening the upper teeth cover, 0–1.
    pub teeth: f32,
    /// How much of it the tongue covers, 0–1.
    pub tongue: f32,
}

impl Shape {
    /// Less than this is a line.
    pub const OPEN_MIN: f32 = 0.05;

    /// The shape of a viseme.
    #[must_use]
    pub const fn of(viseme: Viseme) -> Self {
        let [half_width, open, round, smile, teeth, tongue] = match viseme {
            Viseme::Rest => [0.34, 0.0, 0.3, 0.13, 0.0, 0.0],
            Viseme::Closed => [0.27, 0.0, 0.3, 0.0, 0.0, 0.0],
            Viseme::Bite => [0.33, 0.16, 0.35, 0.02, 0.7, 0.0],
            Viseme::Open => [0.40, 0.58, 0.65, 0.04, 0.20, 0.45],
            Viseme::Spread => [0.46, 0.36, 0.5, 0.06, 0.30, 0.35],
            Viseme::Narrow => [0.48, 0.22, 0.42, 0.09, 0.48, 0.2],
            Viseme::Round => [0.27, 0.50, 1.0, 0.0, 0.0, 0.35],
            Viseme::Pursed => [0.17, 0.28, 1.0, 0.0, 0.0, 0.0],
            Viseme::Tongue => [0.36, 0.28, 0.5, 0.03, 0.34, 0.75],
            Viseme::Teeth => [0.40, 0.18, 0.45, 0.04, 0.9, 0.0],
            Viseme::Slack => [0.31, 0.26, 0.6, 0.03, 0.25, 0.3],
        };
        Self { half_width, open, round, smile, teeth, tongue }
    }

    /// This shape on its way to `other`; 0 is this, 1 the other.
    #[must_use]
    pub fn mix(&self, other: &Self, t: f32) -> Self {
        let mix = |a: f32, b: f32| a + (b - a) * t;
        Self {
            half_width: mix(self.half_width, other.half_width),
            open: mix(self.open, other.open),
            round: mix(self.round, other.round),
            smile: mix(self.smile, other.smile),
            teeth: mix(self.teeth, other.teeth),
            tongue: mix(self.tongue, other.tongue),
        }
    }
}
