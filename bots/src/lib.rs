//! Front ends.

pub mod gateway;
pub mod tasks;
