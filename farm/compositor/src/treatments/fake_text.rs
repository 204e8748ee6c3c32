//! The `fake_text` world.
