//! What every Cutline process shares: the brief a person gives, the plans it is judged by, and what
//! is said when it is refused. No chat SDK, no media, no vendor.

pub mod brief;
pub mod error;
pub mod format;
pub mod objects;
pub mod plan;
