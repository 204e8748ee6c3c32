//! The `filmed` world: a clip that was filmed elsewhere fills the frame; the title lands on it and
//! the captions lie over it.

use crate::{
    scene::{Rgba, Scene},
    treatments::{
        Take,
        pieces::{
            captions,
            geometry::SAFE_TOP_PX,
            photo,
            titles::{self, Setting},
        },
        still_camera,
    },
};

/// Lays out one shot.
#[must_use]
pub fn scene(take: &Take) -> Scene {
    let mut layers = photo::layers(take);
    if let Some(text) = titles::words(take) {
        let setting = Setting {
            top_px: SAFE_TOP_PX + 14.0,
            height_px: 220.0,
            size_px: 100.0,
            lines: 2,
            at_frame: if take.is_first() { -6.0 } else { -2.0 },
            ink: Rgba(255, 255, 255, 255),
            accent: take.palette.accent,
        };
        layers.extend(titles::set(take, &text, &setting).layers);
    }
    layers.extend(captions::layers(take));
    Scene { frames: take.shot.frames, camera: still_camera(), layers }
}
