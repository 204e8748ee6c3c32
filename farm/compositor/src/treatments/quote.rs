//! The `quote` world.
