//! What the worlds share: geometry of the safe area, motion, captions, lettering, backgrounds,
//! layouts of the named compositions, counters and charts. No piece knows a world.

pub mod backgrounds;
pub mod bits;
pub mod captions;
pub mod charts;
pub mod flourish;
pub mod geometry;
pub mod labels;
pub mod layout;
pub mod lettering;
pub mod motion;
pub mod photo;
pub mod pictures;
pub mod titles;
