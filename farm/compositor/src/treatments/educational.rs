//! The `educational` world.
