//! The `ai_story` world.
