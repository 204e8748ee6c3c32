//! What the worlds share: geometry of the safe area, motion, captions, lettering, backgrounds,
//! layouts of the named compositions, counters and charts. No piece knows a world.

pub mod captions;
pub mod geometry;
pub mod lettering;
pub mod motion;
