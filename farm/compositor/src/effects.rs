//! Raster effects that tiny-skia has not: drop shadows, blurred pictures, rounded rectangles.

use tiny_skia::{Path, PathBuilder, Pixmap, Rect};

use crate::blur;
use crate::scene::{Rgba, Shadow};

/// A rectangle with circular corners; the radius is held to half the shorter side.
pub(crate) fn rounded_rect(
    (x, y): (f32, f32),
    (width, height): (f32, f32),
    radius: f32,
) -> Option<Path> {
    let rect = Rect::from_xywh(x, y, width, height)?;
    let radius = radius.clamp(0.0, width.min(height) / 2.0);
    if radius <= 0.0 {
        return Some(PathBuilder::from_rect(rect));
    }
    // Distance of the control points for a quarter circle by one cubic.
    let away = radius * (1.0 - 0.552_285);
    let (right, bottom) = (x + width, y + height);
    let mut builder = PathBuilder::new();
    builder.move_to(x + radius, y);
    builder.line_to(right - radius, y);
    builder.cubic_to(right - away, y, right, y + away, right, y + radius);
    builder.line_to(right, bottom - radius);
    builder.cubic_to(right, bottom - away, right - away, bottom, right - radius, bottom);
    builder.line_to(x + radius, bottom);
    builder.cubic_to(x + away, bottom, x, bottom - away, x, bottom - radius);
    builder.line_to(x, y + radius);
    builder.cubic_to(x, y + away, x + away, y, x + radius, y);
    builder.close();
    builder.finish()
}

/// The picture over its own blurred, tinted, lowered silhouette. The pixmap must already have the
/// room: three sigmas plus the offset on every side. `scale` is pixels a design pixel.
pub(crate) fn add_shadow(picture: &mut Pixmap, shadow: &Shadow, scale: f32) {
    let width = picture.width() as usize;
    let mut cover: Vec<[u8; 1]> =
        picture.data().as_chunks::<4>().0.iter().map(|pixel| [pixel[3]]).collect();
    let sigma = shadow.blur_px * scale;
    blur::blur(&mut cover, width, (sigma, sigma));
    let lower = (shadow.offset_y_px * scale).round() as i64;
    let tints: [[u8; 4]; 256] = std::array::from_fn(|cover| {
        let a = (cover as u32 * u32::from(shadow.colour.3) + 127) / 255;
        let Rgba(r, g, b, _) = shadow.colour;
        let tint = tiny_skia::ColorU8::from_rgba(r, g, b, a as u8).premultiply();
        [tint.red(), tint.green(), tint.blue(), tint.alpha()]
    });
    let pixels = picture.data_mut().as_chunks_mut::<4>().0;
    for (y, row) in pixels.chunks_exact_mut(width).enumerate() {
        let Ok(from) = usize::try_from(y as i64 - lower) else { continue };
        let Some(line) = cover.get(from * width..(from + 1) * width) else { continue };
        for (pixel, &[cover]) in row.iter_mut().zip(line) {
            if cover != 0 && pixel[3] != 255 {
                *pixel = over(tints[usize::from(cover)], *pixel);
            }
        }
    }
}

/// One premultiplied pixel over another.
#[inline(always)]
pub(crate) fn over(below: [u8; 4], above: [u8; 4]) -> [u8; 4] {
    let keep = 255 - u16::from(above[3]);
    std::array::from_fn(|channel| {
        let product = u16::from(below[channel]) * keep + 128;
        above[channel].saturating_add(((product + (product >> 8)) >> 8) as u8)
    })
}

/// Blurs all four channels by a Gaussian of `sigma` pixels.
pub(crate) fn blur(picture: &mut Pixmap, sigma: f32) {
    let width = picture.width() as usize;
    let pixels = picture.data_mut().as_chunks_mut::<4>().0;
    blur::blur(pixels, width, (sigma, sigma));
    // Each channel rounds by itself: premultiplied colour must stay within coverage.
    for pixel in pixels {
        for channel in 0..3 {
            pixel[channel] = pixel[channel].min(pixel[3]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shadow_lies_below_its_picture_and_not_over_it() {
        let mut picture = Pixmap::new(120, 140).expect("size");
        let rect = Rect::from_xywh(40.0, 40.0, 40.0, 40.0).expect("rect");
        let white = crate::colour::solid_paint(Rgba(255, 255, 255, 255));
        picture.fill_rect(rect, &white, tiny_skia::Transform::identity(), None);
        let shadow = Shadow { blur_px: 8.0, offset_y_px: 16.0, colour: Rgba(20, 0, 40, 200) };
        add_shadow(&mut picture, &shadow, 1.0);
        let at = |x, y| picture.pixel(x, y).expect("inside");
        assert_eq!(at(60, 60).red(), 255);
        assert!(at(60, 84).alpha() > 120 && at(60, 84).blue() > at(60, 84).green());
        assert!(at(60, 36).alpha() < 40 && at(60, 2).alpha() == 0);
    }
}
