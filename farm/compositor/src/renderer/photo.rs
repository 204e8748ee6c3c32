//! Photographs: whole, moving under the frame, or cut to a rounded box.

use std::sync::Arc;

use tiny_skia::{FilterQuality, Paint, Pattern, Pixmap, SpreadMode, Transform};

use super::{BLACK, Placement, RenderError, Renderer, content::sprite, key};
use crate::affine::Affine;
use crate::canvas;
use crate::effects;
use crate::frame::FrameMut;
use crate::sample::{self, Clip};
use crate::scene::PhotoArt;
use crate::sprite::Sprite;
use crate::vector::{self, Raster};

/// Pictures a renderer holds on to: a transition shows two in turn.
const HELD_MAX: usize = 2;

impl Renderer {
    /// Draws the photograph; `first` over the whole of `out`, whatever was there.
    pub(super) fn draw_photo(
        &mut self,
        out: &mut FrameMut<'_>,
        art: &PhotoArt,
        frame: u32,
        placement: &Placement,
        first: bool,
    ) -> Result<(), RenderError> {
        let pictures = Arc::clone(&self.pictures);
        let (own_width, own_height) = pictures.size_px(&art.picture)?;
        let zoom = art.zoom.at(frame as f32).max(1.0);
        let zoom_max = art.zoom.magnitude_max().max(1.0);
        let wanted = (placement.raster_scale * zoom_max).clamp(0.05, 4.0);
        let (box_width, box_height) = (f64::from(art.width_px), f64::from(art.height_px));
        let own = (f64::from(own_width), f64::from(own_height));
        let cover = (box_width / own.0).max(box_height / own.1);
        let shift = |side: f64, full: f64, focus: f32| {
            let at = (f64::from(focus.clamp(0.0, 1.0)) * full).clamp(side / 2.0, full - side / 2.0);
            -at
        };
        let full = (own.0 * cover * f64::from(zoom), own.1 * cover * f64::from(zoom));
        let moved = Affine::scale(f64::from(zoom), f64::from(zoom)).then(&Affine::translate(
            shift(box_width, full.0, art.focus[0]),
            shift(box_height, full.1, art.focus[1]),
        ));
        let centred =
            Affine::translate(-box_width / 2.0, -box_height / 2.0).then(&placement.to_output);
        let (left, top, right, bottom) = centred.bounds_of(box_width, box_height);
        let fills = placement.to_output.is_upright()
            && left <= 0.0
            && top <= 0.0
            && right >= self.width_px as f64
            && bottom >= self.height_px as f64;
        if fills {
            let make = || -> Result<_, RenderError> {
                Ok(whole_photo(&*pictures.open(&art.picture)?, art, wanted))
            };
            let key = key::photo(art, 0.0, wanted);
            let sprite = self.sprites.get_or_try_make(key, make)?;
            if first && (sprite.is_none() || placement.opacity < 256) {
                out.fill(BLACK);
            }
            if let Some(sprite) = sprite {
                let clip = Clip { left, top, right, bottom };
                let to_output = moved.then(&placement.to_output);
                sample::draw(out, &sprite, &to_output, placement.opacity, Some(clip));
            }
            return Ok(());
        }
        if first {
            out.fill(BLACK);
        }
        let scale = placement.raster_scale.clamp(0.05, 4.0);
        let from_own = Affine::scale(cover, cover).then(&moved);
        let sprite = if art.zoom.is_fixed() {
            let make = || -> Result<_, RenderError> {
                Ok(cut_photo(&*pictures.open(&art.picture)?, art, &from_own, scale))
            };
            self.sprites.get_or_try_make(key::photo(art, zoom, scale), make)?
        } else {
            let picture = pictures.open(&art.picture)?;
            self.hold(&picture);
            cut_photo(&picture, art, &from_own, scale).map(Arc::new)
        };
        if let Some(sprite) = sprite {
            sample::draw(out, &sprite, &placement.to_output, placement.opacity, None);
        }
        Ok(())
    }

    /// Keeps a picture open that the next frame shows as well.
    fn hold(&mut self, picture: &Arc<Pixmap>) {
        self.held.retain(|held| !Arc::ptr_eq(held, picture));
        if self.held.len() >= HELD_MAX {
            self.held.remove(0);
        }
        self.held.push(Arc::clone(picture));
    }
}

/// The whole photograph, as it is where its resolution is near enough to `wanted`.
fn whole_photo(picture: &Pixmap, art: &PhotoArt, wanted: f32) -> Option<Sprite> {
    let (width, height) = (art.width_px, art.height_px);
    if let Some(own) = vector::photo_as_it_is(picture.as_ref(), width, height, wanted) {
        return Some(Sprite::from_opaque(picture, (0.0, 0.0), own));
    }
    let (pixmap, scale) = vector::photo(picture.as_ref(), width, height, wanted)?;
    Some(Sprite::from_opaque(&pixmap, (0.0, 0.0), scale))
}

/// The photograph in its rounded box; `from_own` maps picture pixels to the box's centred space.
fn cut_photo(picture: &Pixmap, art: &PhotoArt, from_own: &Affine, scale: f32) -> Option<Sprite> {
    let margin = 2.0;
    let (width, height) = (art.width_px * scale, art.height_px * scale);
    let mut pixmap =
        canvas::clear((width + 2.0 * margin).ceil() as u32, (height + 2.0 * margin).ceil() as u32)?;
    let path =
        effects::rounded_rect((margin, margin), (width, height), art.corner_radius_px * scale)?;
    let transform = Transform::from_row(
        from_own.a as f32,
        from_own.b as f32,
        from_own.c as f32,
        from_own.d as f32,
        from_own.e as f32,
        from_own.f as f32,
    )
    .post_scale(scale, scale)
    .post_translate(width / 2.0 + margin, height / 2.0 + margin);
    let shader =
        Pattern::new(picture.as_ref(), SpreadMode::Pad, FilterQuality::Bilinear, 1.0, transform);
    let paint = Paint { shader, anti_alias: true, ..Paint::default() };
    pixmap.fill_path(&path, &paint, tiny_skia::FillRule::Winding, Transform::identity(), None);
    let origin_px = (-art.width_px / 2.0 - margin / scale, -art.height_px / 2.0 - margin / scale);
    sprite(Raster { pixmap, origin_px }, scale)
}
