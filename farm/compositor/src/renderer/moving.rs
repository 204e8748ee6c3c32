//! A clip's picture of this frame: asked for at the size it is shown, drawn like a photograph.

use super::{Placement, RenderError, Renderer};
use crate::affine::Affine;
use crate::clip::{ClipArt, ClipPicture};
use crate::frame::FrameMut;
use crate::sample::{self, Clip};
use crate::sprite::Sprite;

/// Largest side that is asked for.
const SIDE_PX_MAX: f32 = 4096.0;

impl Renderer {
    /// Draws the clip in its box. The box is not turned: a clip that stands on a tilted layer fills
    /// the upright box around it.
    pub(super) fn draw_clip(
        &mut self,
        out: &mut FrameMut<'_>,
        art: &ClipArt,
        frame: u32,
        placement: &Placement,
    ) -> Result<(), RenderError> {
        let Some(clips) = &mut self.clips else {
            return Err(RenderError::UnknownPicture(art.clip.clone()));
        };
        let (box_width, box_height) = (f64::from(art.width_px), f64::from(art.height_px));
        let zoom = art.zoom.at(frame as f32).max(1.0);
        let side_max = SIDE_PX_MAX / art.width_px.max(art.height_px).max(1.0);
        let wanted =
            (placement.raster_scale * art.zoom.magnitude_max().max(1.0)).min(side_max).max(0.01);
        let even = |side_px: f32| ((side_px * wanted / 2.0).round() as u32 * 2).max(2);
        let size_px = (even(art.width_px), even(art.height_px));
        let centred =
            Affine::translate(-box_width / 2.0, -box_height / 2.0).then(&placement.to_output);
        let (left, top, right, bottom) = centred.bounds_of(box_width, box_height);
        let shift = |side: f64, focus: f32| {
            let full = side * f64::from(zoom);
            -(f64::from(focus.clamp(0.0, 1.0)) * full).clamp(side / 2.0, full - side / 2.0)
        };
        let mut to_output = Affine::scale(f64::from(zoom), f64::from(zoom))
            .then(&Affine::translate(
                shift(box_width, art.focus[0]),
                shift(box_height, art.focus[1]),
            ))
            .then(&placement.to_output);
        (to_output.b, to_output.c) = (0.0, 0.0);
        // The side that was rounded down more decides, so that the box is covered to its edges.
        let texels_per_px = (size_px.0 as f32 / art.width_px).min(size_px.1 as f32 / art.height_px);
        let mut draw = |picture: &ClipPicture<'_>| {
            let sprite = Sprite::from_clip(picture, (0.0, 0.0), texels_per_px);
            let clip = Clip { left, top, right, bottom };
            sample::draw(out, &sprite, &to_output, placement.opacity, Some(clip));
        };
        clips
            .show(art, frame, size_px, &mut draw)
            .map_err(|source| RenderError::Clip { clip: art.clip.clone(), source })
    }
}
