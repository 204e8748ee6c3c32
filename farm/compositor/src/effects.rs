//! Raster effects that tiny-skia has not: Gaussian blur, drop shadows, rounded rectangles.

use tiny_skia::{Path, PathBuilder, Pixmap, PixmapPaint, Rect, Transform};

use crate::scene::Shadow;

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
pub(crate) fn with_shadow(picture: &Pixmap, shadow: &Shadow, scale: f32) -> Option<Pixmap> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let mut alpha: Vec<u8> = picture.pixels().iter().map(|pixel| pixel.alpha()).collect();
    blur_plane(&mut alpha, width, height, shadow.blur_px * scale);
    let lower = (shadow.offset_y_px * scale).round() as i64;
    let mut out = Pixmap::new(picture.width(), picture.height())?;
    let tint = |cover: u8| {
        let a = (u32::from(cover) * u32::from(shadow.colour.3) + 127) / 255;
        tiny_skia::ColorU8::from_rgba(shadow.colour.0, shadow.colour.1, shadow.colour.2, a as u8)
            .premultiply()
    };
    for (y, row) in out.pixels_mut().chunks_exact_mut(width).enumerate() {
        let Ok(from) = usize::try_from(y as i64 - lower) else { continue };
        let Some(line) = alpha.get(from * width..(from + 1) * width) else { continue };
        for (pixel, &cover) in row.iter_mut().zip(line) {
            *pixel = tint(cover);
        }
    }
    let paint = PixmapPaint::default();
    out.draw_pixmap(0, 0, picture.as_ref(), &paint, Transform::identity(), None);
    Some(out)
}

/// Blurs all four channels by a Gaussian of `sigma` pixels.
pub(crate) fn blur(picture: &mut Pixmap, sigma: f32) {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let mut plane = vec![0; width * height];
    for channel in 0..4 {
        for (sample, pixel) in plane.iter_mut().zip(picture.data().chunks_exact(4)) {
            *sample = pixel[channel];
        }
        blur_plane(&mut plane, width, height, sigma);
        for (sample, pixel) in plane.iter().zip(picture.data_mut().chunks_exact_mut(4)) {
            pixel[channel] = *sample;
        }
    }
    // Each channel rounds by itself: premultiplied colour must stay within coverage.
    for pixel in picture.data_mut().chunks_exact_mut(4) {
        for channel in 0..3 {
            pixel[channel] = pixel[channel].min(pixel[3]);
        }
    }
}

/// Three box passes each way (W3C Filter Effects, feGaussianBlur: the sum of three boxes is within
/// 3 % of a Gaussian). Beyond the edge everything is zero.
fn blur_plane(plane: &mut [u8], width: usize, height: usize, sigma: f32) {
    let size = (sigma * 3.0 * (2.0 * std::f32::consts::PI).sqrt() / 4.0 + 0.5).floor() as usize;
    if size < 2 || width == 0 || height == 0 {
        return;
    }
    // An even box is off centre by half a pixel: two lean opposite ways, the third is one larger.
    let boxes = if size % 2 == 1 {
        [(size / 2, size / 2); 3]
    } else {
        [(size / 2, size / 2 - 1), (size / 2 - 1, size / 2), (size / 2, size / 2)]
    };
    let mut line = vec![0_u8; width.max(height)];
    let mut out = line.clone();
    for row in plane.chunks_exact_mut(width) {
        for (before, after) in boxes {
            box_line(row, &mut out[..width], before, after);
            row.copy_from_slice(&out[..width]);
        }
    }
    for column in 0..width {
        for (sample, row) in line.iter_mut().zip(plane.chunks_exact(width)) {
            *sample = row[column];
        }
        for (before, after) in boxes {
            box_line(&line[..height], &mut out[..height], before, after);
            line[..height].copy_from_slice(&out[..height]);
        }
        for (sample, row) in line.iter().zip(plane.chunks_exact_mut(width)) {
            row[column] = *sample;
        }
    }
}

fn box_line(line: &[u8], out: &mut [u8], before: usize, after: usize) {
    let size = (before + after + 1) as u32;
    let at = |index: usize| line.get(index).copied().map_or(0, u32::from);
    let mut sum: u32 = (0..after).map(at).sum();
    for (index, sample) in out.iter_mut().enumerate() {
        sum += at(index + after);
        *sample = ((sum + size / 2) / size) as u8;
        if let Some(leaving) = index.checked_sub(before) {
            sum -= at(leaving);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blurred_dot_is_round_and_keeps_its_light() {
        let side = 101;
        let mut plane = vec![0_u8; side * side];
        for y in 46..55 {
            plane[y * side + 46..y * side + 55].fill(255);
        }
        let before: u32 = plane.iter().map(|&sample| u32::from(sample)).sum();
        blur_plane(&mut plane, side, side, 8.0);
        let after: u32 = plane.iter().map(|&sample| u32::from(sample)).sum();
        assert!(before.abs_diff(after) < before / 10, "{before} became {after}");
        assert_eq!(plane[50 * side + 40], plane[40 * side + 50]);
        assert_eq!(plane[50 * side + 40], plane[50 * side + 60]);
        assert!(plane[50 * side + 50] > plane[50 * side + 40]);
    }
}
