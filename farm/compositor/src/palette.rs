//! The twelve palettes.
