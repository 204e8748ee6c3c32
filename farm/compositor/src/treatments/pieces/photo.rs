//! A photograph that fills the frame: Ken Burns towards its point of interest, and a gradient that
//! darkens where captions and titles lie.

use crate::{
    scene::{Backdrop, Content, Ease, Layer, PhotoArt, Pose, Rgba, Track},
    treatments::Take,
};

/// The photograph and its darkening, back to front.
#[must_use]
pub fn layers(take: &Take, picture: &str, focus: [f32; 2]) -> Vec<Layer> {
    let end = take.shot.frames.max(1) as f32;
    let towards = take.variant("ken burns", 3) != 1;
    let (from, to) = if towards { (1.0, 1.1) } else { (1.1, 1.0) };
    let photo = Layer {
        name: "photo".into(),
        content: Content::Photo(PhotoArt {
            picture: picture.to_owned(),
            width_px: 1080.0,
            height_px: 1920.0,
            corner_radius_px: 0.0,
            focus,
            zoom: Track::fixed(from).to(0.0, end, to, Ease::InOut),
        }),
        depth: 0.0,
        from_frame: 0,
        until_frame: u32::MAX,
        pose: Pose::at(540.0, 960.0),
    };
    let dark = |alpha| Rgba(4, 6, 14, 255).with_alpha(alpha);
    let shade = Layer {
        name: "shade".into(),
        content: Content::Backdrop(Backdrop {
            stops: vec![
                (0.0, dark(0.62)),
                (0.3, dark(0.12)),
                (0.52, dark(0.1)),
                (0.72, dark(0.6)),
                (1.0, dark(0.85)),
            ],
            angle_deg: 0.0,
            glows: Vec::new(),
        }),
        ..photo.clone()
    };
    vec![photo, shade]
}
