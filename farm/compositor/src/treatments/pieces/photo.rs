//! A photograph or clip that fills the frame, and a gradient that darkens where captions and titles
//! lie. A photograph moves by Ken Burns, towards or away from its point of interest; a clip moves
//! by itself.

use crate::{
    clip::{ClipArt, ClipEnd},
    scene::{Backdrop, Content, Ease, Layer, PhotoArt, Pose, Rgba, Track},
    story::Visual,
    treatments::Take,
};

/// How far a clip that holds its last picture is drawn in: a still frame would look like a fault.
const HELD_ZOOM: f32 = 1.06;

/// Whether the shot's picture fills the frame.
#[must_use]
pub fn fills(take: &Take) -> bool {
    matches!(take.shot.visual, Visual::Photo { .. } | Visual::Clip { .. })
}

/// The photograph under this move, or the clip; none where the shot has neither.
#[must_use]
pub fn picture(take: &Take, zoom: Track) -> Option<Content> {
    let (width_px, height_px) = (1080.0, 1920.0);
    match &take.shot.visual {
        Visual::Photo { picture, focus } => Some(Content::Photo(PhotoArt {
            picture: picture.clone(),
            width_px,
            height_px,
            corner_radius_px: 0.0,
            focus: *focus,
            zoom,
        })),
        Visual::Clip { clip, from_ms, ends, focus } => {
            let end = take.shot.frames.max(1) as f32;
            let zoom = match ends {
                ClipEnd::Hold => Track::fixed(1.0).to(0.0, end, HELD_ZOOM, Ease::Linear),
                ClipEnd::Loop => Track::fixed(1.0),
            };
            let (clip, from_ms, ends, focus) = (clip.clone(), *from_ms, *ends, *focus);
            Some(Content::Clip(ClipArt { clip, from_ms, ends, width_px, height_px, focus, zoom }))
        }
        Visual::Drawing { .. } | Visual::Card => None,
    }
}

/// The photograph or clip and its darkening, back to front; nothing where the shot has neither.
#[must_use]
pub fn layers(take: &Take) -> Vec<Layer> {
    let end = take.shot.frames.max(1) as f32;
    let towards = take.variant("ken burns", 3) != 1;
    let (from, to) = if towards { (1.0, 1.1) } else { (1.1, 1.0) };
    let Some(content) = picture(take, Track::fixed(from).to(0.0, end, to, Ease::InOut)) else {
        return Vec::new();
    };
    let photo = Layer {
        name: "photo".into(),
        content,
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
