//! Each kind of content: find or make its sprite, and draw it where the placement says.

use std::sync::Arc;

use super::{BLACK, GRADIENTS_MAX, Placement, RenderError, Renderer, key};
use crate::affine::Affine;
use crate::backdrop::Gradient;
use crate::canvas;
use crate::face::{self, Face};
use crate::figure::{self, Figure};
use crate::frame::FrameMut;
use crate::sample;
use crate::scene::{
    Backdrop, Content, DESIGN_HEIGHT_PX, DESIGN_WIDTH_PX, Layer, PathArt, SvgArt, TextBlock,
};
use crate::sprite::Sprite;
use crate::text;
use crate::vector::{self, Raster};

/// Largest sprite side as a multiple of the output's larger side.
const SIDE_FACTOR_MAX: f32 = 1.6;

impl Renderer {
    pub(super) fn draw_content(
        &mut self,
        out: &mut FrameMut<'_>,
        layer: &Layer,
        frame: u32,
        placement: &Placement,
    ) -> Result<(), RenderError> {
        match &layer.content {
            Content::Backdrop(backdrop) => self.draw_backdrop(out, backdrop, placement, false),
            Content::Svg(art) => self.draw_svg(out, art, placement),
            Content::Photo(art) => self.draw_photo(out, art, frame, placement, false)?,
            Content::Clip(art) => self.draw_clip(out, art, frame, placement)?,
            Content::Text(block) => self.draw_text(out, block, placement),
            Content::Caption(page) => self.draw_caption(out, page, frame, placement),
            Content::Path(art) => self.draw_path(out, art, frame, placement),
            Content::Figure(figure) => draw_figure(out, figure, frame, placement),
            Content::Face(face) => draw_face(out, face, frame, placement),
        }
        Ok(())
    }

    /// A scale that keeps a box of this size (design pixels) within reason.
    fn bounded_scale(&self, scale: f32, width_px: f32, height_px: f32) -> f32 {
        let side_max = self.height_px.max(self.width_px) as f32 * SIDE_FACTOR_MAX;
        scale.min(side_max / width_px.max(height_px).max(1.0)).max(0.01)
    }

    pub(super) fn draw_backdrop(
        &mut self,
        out: &mut FrameMut<'_>,
        backdrop: &Backdrop,
        placement: &Placement,
        first: bool,
    ) {
        let key = key::backdrop(backdrop);
        if self.gradients.len() >= GRADIENTS_MAX && !self.gradients.contains_key(&key) {
            self.gradients.clear();
        }
        let gradient = Arc::clone(
            self.gradients.entry(key).or_insert_with(|| Arc::new(Gradient::new(backdrop))),
        );
        let centred = Affine::translate(
            f64::from(-DESIGN_WIDTH_PX) / 2.0,
            f64::from(-DESIGN_HEIGHT_PX) / 2.0,
        );
        let mut to_output = centred.then(&placement.to_output);
        // A backdrop is not turned: it would only show its corners.
        (to_output.b, to_output.c) = (0.0, 0.0);
        if first && !(gradient.is_opaque() && placement.opacity == 256) {
            out.fill(BLACK);
        }
        gradient.draw(out, &to_output, placement.opacity);
    }

    fn draw_svg(&mut self, out: &mut FrameMut<'_>, art: &SvgArt, placement: &Placement) {
        let scale = self.bounded_scale(placement.raster_scale, art.width_px, art.height_px);
        // A mirrored drawing is rasterised mirrored: sampling backwards is slow.
        let mirrored = placement.to_output.determinant() < 0.0;
        let key = self.svg_keys.svg(art, scale, mirrored);
        let make = || {
            let mut raster = vector::svg(art, scale)?;
            if mirrored {
                raster.mirror(scale);
            }
            sprite(raster, scale)
        };
        if let Some(sprite) = self.sprites.get_or_make(key, make) {
            let to_output = if mirrored {
                Affine::scale(-1.0, 1.0).then(&placement.to_output)
            } else {
                placement.to_output
            };
            sample::draw(out, &sprite, &to_output, placement.opacity, None);
        }
    }

    fn draw_text(&mut self, out: &mut FrameMut<'_>, block: &TextBlock, placement: &Placement) {
        let scale = placement.raster_scale.clamp(0.01, 8.0);
        let key = key::text(block, scale);
        let make = || {
            let layout = self.fonts.layout(block);
            sprite(text::paint(&self.fonts, block, &layout, scale, None)?, scale)
        };
        if let Some(sprite) = self.sprites.get_or_make(key, make) {
            let to_output = settled(&sprite, &placement.to_output, &placement.at_rest);
            sample::draw(out, &sprite, &to_output, placement.opacity, None);
        }
    }

    fn draw_path(
        &mut self,
        out: &mut FrameMut<'_>,
        art: &PathArt,
        frame: u32,
        placement: &Placement,
    ) {
        let scale = placement.raster_scale.clamp(0.01, 4.0);
        let trim = (art.trim_from.at(frame as f32), art.trim_to.at(frame as f32));
        let raster = || vector::path(art, trim, scale);
        // While it draws itself, every frame differs: keep only what will be seen again.
        let next = (art.trim_from.at(frame as f32 + 1.0), art.trim_to.at(frame as f32 + 1.0));
        let sprite = if trim == next {
            let key = key::path(art, trim, scale);
            self.sprites.get_or_make(key, || raster().and_then(|raster| sprite(raster, scale)))
        } else {
            raster().and_then(|raster| passing(raster, scale, placement)).map(Arc::new)
        };
        if let Some(sprite) = sprite {
            sample::draw(out, &sprite, &placement.to_output, placement.opacity, None);
        }
    }
}

pub(super) fn sprite(Raster { pixmap, origin_px }: Raster, scale: f32) -> Option<Sprite> {
    let sprite = Sprite::from_pixmap(&pixmap, origin_px, scale);
    canvas::spent(pixmap);
    sprite
}

/// A sprite for this frame alone, in no more resolutions than it takes.
fn passing(
    Raster { pixmap, origin_px }: Raster,
    texels_per_px: f32,
    placement: &Placement,
) -> Option<Sprite> {
    let scale = placement.to_output.determinant().abs().sqrt() / f64::from(texels_per_px);
    let levels = if scale > 1e-3 { sample::level_at(scale) + 1 } else { 1 };
    let sprite = Sprite::with_levels_to(&pixmap, origin_px, texels_per_px, levels);
    canvas::spent(pixmap);
    sprite
}

/// Figures move every frame: painted anew, inside their own box only.
fn draw_figure(out: &mut FrameMut<'_>, figure: &Figure, frame: u32, placement: &Placement) {
    let scale = placement.raster_scale.clamp(0.05, 4.0);
    let (left, top, right, bottom) = figure::bounds_px(figure, frame as f32);
    let (width, height) = ((right - left) * scale, (bottom - top) * scale);
    if !(1.0..4096.0).contains(&width) || !(1.0..4096.0).contains(&height) {
        return;
    }
    let Some(mut pixmap) = canvas::clear(width.ceil() as u32, height.ceil() as u32) else { return };
    figure::paint(figure, frame as f32, scale, &mut pixmap, (-left * scale, -top * scale));
    if let Some(sprite) = passing(Raster { pixmap, origin_px: (left, top) }, scale, placement) {
        sample::draw(out, &sprite, &placement.to_output, placement.opacity, None);
    }
}

/// A talking face moves every frame as well.
fn draw_face(out: &mut FrameMut<'_>, face: &Face, frame: u32, placement: &Placement) {
    let scale = placement.raster_scale.clamp(0.05, 4.0);
    let half = face.radius_px * face::REACH;
    let side = (2.0 * half * scale).ceil();
    if !(1.0..4096.0).contains(&side) {
        return;
    }
    let Some(mut pixmap) = canvas::clear(side as u32, side as u32) else { return };
    face::paint(face, frame, scale, &mut pixmap, (half * scale, half * scale));
    let [x, y] = face.centre_px;
    let raster = Raster { pixmap, origin_px: (x - half, y - half) };
    if let Some(sprite) = passing(raster, scale, placement) {
        sample::draw(out, &sprite, &placement.to_output, placement.opacity, None);
    }
}

/// Moves the whole path of a sprite by less than a pixel so that, where it comes to rest upright
/// and full size, its texels fall on pixels: type stays crisp and never steps when it settles.
pub(super) fn settled(sprite: &Sprite, to_output: &Affine, at_rest: &Affine) -> Affine {
    const FULL_SIZE_TOLERANCE: f64 = 1e-3;
    let full_size = (at_rest.a / sprite.texels_per_px - 1.0).abs() < FULL_SIZE_TOLERANCE
        && (at_rest.d / sprite.texels_per_px - 1.0).abs() < FULL_SIZE_TOLERANCE;
    if !(at_rest.is_upright() && full_size) {
        return *to_output;
    }
    let (x, y) = at_rest.apply(sprite.origin_px.0, sprite.origin_px.1);
    let off = |at: f64| (at / 2.0).round() * 2.0 - at;
    to_output.then(&Affine::translate(off(x), off(y)))
}
