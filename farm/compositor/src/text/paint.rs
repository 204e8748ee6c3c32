//! Glyphs to pixels: plate, outlines behind all fills, fills, colour emoji, then the shadow under
//! everything. Outlines are stroked paths with round joins.

use cosmic_text::{CacheKey, CacheKeyFlags, Command, SwashContent};
use tiny_skia::{FillRule, LineJoin, Path, PathBuilder, Pixmap, PixmapPaint, Stroke, Transform};

use super::{Fonts, Inner, Layout, PlacedGlyph, plate_padding};
use crate::canvas;
use crate::colour::solid_paint;
use crate::effects;
use crate::scene::{Rgba, TextBlock};
use crate::vector::Raster;

enum Shape {
    Outline(Path),
    Picture(Pixmap, i32, i32),
}

/// Paints `block` laid out as `layout` at `scale` output pixels a design pixel. With `only` set,
/// just that run's glyphs, in the given colour (caption words are drawn one by one).
pub(crate) fn paint(
    fonts: &Fonts,
    block: &TextBlock,
    layout: &Layout,
    scale: f32,
    only: Option<(usize, Rgba)>,
) -> Option<Raster> {
    let (pad_x, pad_y) = plate_padding(block.plate.as_ref());
    let outline_px = block.outline.map_or(0.0, |outline| outline.width_px);
    let shadow_px =
        block.shadow.map_or(0.0, |shadow| shadow.blur_px * 3.0 + shadow.offset_y_px.abs());
    // Glyphs may reach beyond their advance and line; a third of the size covers flourishes.
    let margin_px = outline_px + shadow_px + block.size_px * 0.34 + 2.0;
    let glyphs: Vec<&PlacedGlyph> =
        layout.glyphs.iter().filter(|glyph| only.is_none_or(|only| only.0 == glyph.run)).collect();
    let (left, top, right, bottom) =
        bounds(layout, &glyphs, only.is_some(), block.plate.is_some())?;
    let (left, top) = (left - pad_x - margin_px, top - pad_y - margin_px);
    let width = ((right + pad_x + margin_px - left) * scale).ceil();
    let height = ((bottom + pad_y + margin_px - top) * scale).ceil();
    if !(1.0..=8192.0).contains(&width) || !(1.0..=8192.0).contains(&height) {
        return None;
    }
    let mut pixmap = canvas::clear(width as u32, height as u32)?;
    if let Some(plate) = &block.plate {
        let x = (margin_px) * scale;
        let size = (
            (right - left - margin_px + pad_x) * scale,
            (bottom - top - margin_px + pad_y) * scale,
        );
        let path = effects::rounded_rect((x, x), size, plate.radius_px * scale)?;
        let paint = solid_paint(plate.fill);
        pixmap.fill_path(&path, &paint, FillRule::Winding, Transform::identity(), None);
    }
    let shapes: Vec<(Shape, Transform, usize)> = {
        let inner = &mut *fonts.lock();
        let place = |glyph: &PlacedGlyph| {
            Transform::from_translate((glyph.x_px - left) * scale, (glyph.y_px - top) * scale)
        };
        let shapes = glyphs.iter().filter_map(|glyph| {
            shape(inner, glyph, scale).map(|shape| (shape, place(glyph), glyph.run))
        });
        shapes.collect()
    };
    let colour_of = |run: usize| match only {
        Some((_, colour)) => colour,
        None => block.runs.get(run).map_or(Rgba(255, 255, 255, 255), |run| run.colour),
    };
    draw_outlines(&mut pixmap, block, &shapes, scale);
    for (shape, transform, run) in &shapes {
        match shape {
            Shape::Outline(path) => {
                let paint = solid_paint(colour_of(*run));
                pixmap.fill_path(path, &paint, FillRule::Winding, *transform, None);
            }
            Shape::Picture(picture, x, y) => {
                let paint = PixmapPaint::default();
                pixmap.draw_pixmap(*x, *y, picture.as_ref(), &paint, *transform, None);
            }
        }
    }
    if let Some(shadow) = &block.shadow {
        effects::add_shadow(&mut pixmap, shadow, scale);
    }
    let origin_px = (left - layout.size.width_px / 2.0, top - layout.size.height_px / 2.0);
    Some(Raster { pixmap, origin_px })
}

fn draw_outlines(
    pixmap: &mut Pixmap,
    block: &TextBlock,
    shapes: &[(Shape, Transform, usize)],
    scale: f32,
) {
    let Some(outline) = block.outline.filter(|outline| outline.width_px > 0.0) else { return };
    let paint = solid_paint(outline.colour);
    let stroke = Stroke {
        width: outline.width_px * 2.0 * scale,
        line_join: LineJoin::Round,
        ..Stroke::default()
    };
    for (shape, transform, _) in shapes {
        if let Shape::Outline(path) = shape {
            pixmap.stroke_path(path, &paint, &stroke, *transform, None);
        }
    }
}

/// Box of the whole block, or of one run's glyphs on their lines.
fn bounds(
    layout: &Layout,
    glyphs: &[&PlacedGlyph],
    tight: bool,
    plated: bool,
) -> Option<(f32, f32, f32, f32)> {
    if glyphs.is_empty() && (tight || !plated) {
        return None;
    }
    if !tight {
        return Some((0.0, 0.0, layout.size.width_px, layout.size.height_px));
    }
    let start = (f32::INFINITY, f32::INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY);
    Some(glyphs.iter().fold(start, |bounds, glyph| {
        let (x, y, size) = (glyph.glyph.x, glyph.y_px, glyph.glyph.font_size);
        (
            bounds.0.min(x),
            bounds.1.min(y - size),
            bounds.2.max(x + glyph.glyph.w),
            bounds.3.max(y + size * 0.3),
        )
    }))
}

fn shape(inner: &mut Inner, placed: &PlacedGlyph, scale: f32) -> Option<Shape> {
    let glyph = &placed.glyph;
    let (key, _, _) = CacheKey::new(
        glyph.font_id,
        glyph.glyph_id,
        glyph.font_size * scale,
        (0.0, 0.0),
        glyph.font_weight,
        glyph.cache_key_flags | CacheKeyFlags::DISABLE_HINTING,
    );
    let Inner { system, swash } = inner;
    let colour_font = system
        .db()
        .face(glyph.font_id)
        .is_some_and(|face| face.post_script_name.to_lowercase().contains("emoji"));
    if !colour_font {
        return path(&swash.get_outline_commands_uncached(system, key)?).map(Shape::Outline);
    }
    let image = swash.get_image_uncached(system, key)?;
    if image.content != SwashContent::Color {
        return path(&swash.get_outline_commands_uncached(system, key)?).map(Shape::Outline);
    }
    let mut pixmap = Pixmap::new(image.placement.width, image.placement.height)?;
    for (target, source) in pixmap.pixels_mut().iter_mut().zip(image.data.chunks_exact(4)) {
        let colour = tiny_skia::ColorU8::from_rgba(source[0], source[1], source[2], source[3]);
        *target = colour.premultiply();
    }
    Some(Shape::Picture(pixmap, image.placement.left, -image.placement.top))
}

/// Font outlines have y up; ours go down.
fn path(commands: &[Command]) -> Option<Path> {
    let mut builder = PathBuilder::new();
    for command in commands {
        match command {
            Command::MoveTo(to) => builder.move_to(to.x, -to.y),
            Command::LineTo(to) => builder.line_to(to.x, -to.y),
            Command::QuadTo(by, to) => builder.quad_to(by.x, -by.y, to.x, -to.y),
            Command::CurveTo(a, b, to) => {
                builder.cubic_to(a.x, -a.y, b.x, -b.y, to.x, -to.y);
            }
            Command::Close => builder.close(),
        }
    }
    builder.finish()
}
