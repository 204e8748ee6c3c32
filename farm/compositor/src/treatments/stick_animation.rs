//! The `stick_animation` world.
