//! The `listicle` world.
