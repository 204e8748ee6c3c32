//! Where the eye goes in a photograph: contrast and colour, weighed towards the middle.

use image::{DynamicImage, imageops::FilterType};

/// The picture is looked at in this many columns and rows.
const GRID: u32 = 48;
/// Share of cells, the most striking first, whose centre of gravity is the focus.
const STRIKING_SHARE: f32 = 0.15;
/// The focus stays so far from each edge.
const MARGIN: f32 = 0.15;

/// Point of interest, 0–1 of width and height; `None` when the bytes are no picture.
pub(super) fn of_picture(bytes: &[u8]) -> Option<[f32; 2]> {
    Some(of_pixels(&image::load_from_memory(bytes).ok()?))
}

/// Point of interest of a decoded picture.
pub(super) fn of_pixels(picture: &DynamicImage) -> [f32; 2] {
    let small = picture.resize_exact(GRID, GRID, FilterType::Triangle).to_rgb8();
    let mut cells: Vec<(f32, u32, u32)> = Vec::with_capacity((GRID * GRID) as usize);
    for (x, y, _) in small.enumerate_pixels() {
        let near_x = x.clamp(1, GRID - 2);
        let near_y = y.clamp(1, GRID - 2);
        let across = difference(&small, (near_x - 1, near_y), (near_x + 1, near_y));
        let down = difference(&small, (near_x, near_y - 1), (near_x, near_y + 1));
        let [r, g, b] = small.get_pixel(x, y).0.map(f32::from);
        let colourful = r.max(g).max(b) - r.min(g).min(b);
        let (dx, dy) = (centred(x), centred(y));
        let middle = (-(dx * dx + dy * dy) * 1.6).exp();
        cells.push(((across + down + 0.35 * colourful) * middle, x, y));
    }
    cells.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.2, a.1).cmp(&(b.2, b.1))));
    cells.truncate(((GRID * GRID) as f32 * STRIKING_SHARE) as usize);
    let total: f32 = cells.iter().map(|(weight, ..)| weight).sum();
    if total <= f32::EPSILON {
        return [0.5, 0.5];
    }
    let mean = |at: fn(&(f32, u32, u32)) -> u32| {
        let sum: f32 = cells.iter().map(|cell| cell.0 * (at(cell) as f32 + 0.5)).sum();
        (sum / total / GRID as f32).clamp(MARGIN, 1.0 - MARGIN)
    };
    [mean(|cell| cell.1), mean(|cell| cell.2)]
}

/// −1..1 across the picture.
fn centred(at: u32) -> f32 {
    (at as f32 + 0.5) / GRID as f32 * 2.0 - 1.0
}

fn difference(picture: &image::RgbImage, a: (u32, u32), b: (u32, u32)) -> f32 {
    let (a, b) = (picture.get_pixel(a.0, a.1).0, picture.get_pixel(b.0, b.1).0);
    a.iter().zip(b).map(|(a, b)| f32::from(a.abs_diff(b))).sum::<f32>() / 3.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_focus_lies_on_the_thing_that_stands_out() {
        let mut picture = image::RgbImage::from_pixel(400, 300, image::Rgb([120, 150, 180]));
        for y in 60..140 {
            for x in 250..330 {
                picture.put_pixel(x, y, image::Rgb([230, 60, 30]));
            }
        }
        let [x, y] = of_pixels(&DynamicImage::ImageRgb8(picture));
        assert!((x - 0.725).abs() < 0.08, "{x}");
        assert!((y - 0.333).abs() < 0.08, "{y}");
    }

    #[test]
    fn an_even_picture_is_looked_at_in_the_middle() {
        let grey = image::RgbImage::from_pixel(64, 64, image::Rgb([128; 3]));
        assert_eq!(of_pixels(&DynamicImage::ImageRgb8(grey)), [0.5, 0.5]);
    }
}
