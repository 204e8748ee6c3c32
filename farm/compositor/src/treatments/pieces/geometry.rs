//! Rectangles in design pixels and the zones of the frame that art direction fixes.

use crate::scene::Pose;

/// Left edge of what must be read.
pub const SAFE_LEFT_PX: f32 = 108.0;
/// Right edge of what must be read.
pub const SAFE_RIGHT_PX: f32 = 972.0;
/// Top edge of what must be read: the apps' own buttons are above.
pub const SAFE_TOP_PX: f32 = 270.0;
/// Bottom edge of what must be read: the apps' own buttons are below.
pub const SAFE_BOTTOM_PX: f32 = 1400.0;
/// Width of what must be read.
pub const SAFE_WIDTH_PX: f32 = SAFE_RIGHT_PX - SAFE_LEFT_PX;
/// Where pictures end and captions begin.
pub const STAGE_BOTTOM_PX: f32 = 1216.0;
/// The vertical axis of the frame.
pub const CENTRE_X_PX: f32 = 540.0;

/// An axis-parallel box.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    /// Left edge.
    pub left: f32,
    /// Top edge.
    pub top: f32,
    /// Right edge, not less than `left`.
    pub right: f32,
    /// Bottom edge, not less than `top`.
    pub bottom: f32,
}

impl Rect {
    /// From edges.
    #[must_use]
    pub const fn new(left: f32, top: f32, right: f32, bottom: f32) -> Self {
        Self { left, top, right, bottom }
    }

    /// From centre and size.
    #[must_use]
    pub fn around(x: f32, y: f32, width: f32, height: f32) -> Self {
        Self::new(x - width / 2.0, y - height / 2.0, x + width / 2.0, y + height / 2.0)
    }

    /// Where pictures stand when nothing else takes room.
    #[must_use]
    pub const fn stage() -> Self {
        Self::new(SAFE_LEFT_PX, SAFE_TOP_PX, SAFE_RIGHT_PX, STAGE_BOTTOM_PX)
    }

    /// Width.
    #[must_use]
    pub fn width(&self) -> f32 {
        self.right - self.left
    }

    /// Height.
    #[must_use]
    pub fn height(&self) -> f32 {
        self.bottom - self.top
    }

    /// Centre.
    #[must_use]
    pub fn centre(&self) -> [f32; 2] {
        [f32::midpoint(self.left, self.right), f32::midpoint(self.top, self.bottom)]
    }

    /// Grown by `by` on every side (shrunk when negative).
    #[must_use]
    pub fn grown(&self, by: f32) -> Self {
        Self::new(self.left - by, self.top - by, self.right + by, self.bottom + by)
    }

    /// True when the two share area.
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    /// True when `other` lies inside, give or take half a pixel.
    #[must_use]
    pub fn holds(&self, other: &Self) -> bool {
        other.left >= self.left - 0.5
            && other.top >= self.top - 0.5
            && other.right <= self.right + 0.5
            && other.bottom <= self.bottom + 0.5
    }

    /// A pose in the middle of the box.
    #[must_use]
    pub fn pose(&self) -> Pose {
        let [x, y] = self.centre();
        Pose::at(x, y)
    }
}
