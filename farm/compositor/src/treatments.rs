//! One world a format: a shot of the storyboard becomes a scene.

pub mod ai_story;
pub mod educational;
pub mod fake_text;
pub mod listicle;
pub mod quote;
pub mod stick_animation;
