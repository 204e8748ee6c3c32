//! The `stick_animation` world.

use crate::{
    scene::Scene,
    treatments::{
        Take,
        pieces::{captions, motion},
    },
};

/// Lays out one shot.
#[must_use]
pub fn scene(take: &Take) -> Scene {
    Scene {
        frames: take.shot.frames,
        camera: motion::camera(take.shot.camera, take.shot.frames, [540.0, 760.0]),
        layers: captions::layers(take),
    }
}
