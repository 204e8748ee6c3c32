//! Gradients with glows. Being smooth, a backdrop is held as a coarse high-precision grid and
//! enlarged into each frame, so that a moving camera costs little and is exact below a pixel;
//! a dither fixed to the screen keeps 8 bits from banding.

use pulp::NullaryFnOnce;

use crate::affine::Affine;
use crate::blend;
use crate::colour::premultiplied_yuv_f32;
use crate::frame::FrameMut;
use crate::scene::{Backdrop, DESIGN_HEIGHT_PX, DESIGN_WIDTH_PX, Rgba};

/// How far the grid reaches beyond the design frame; past it the edge colour continues.
const BLEED_PX: f32 = 320.0;
/// Fraction bits of a grid sample.
const FRACTION_BITS: u32 = 8;
const DITHER_SIDE: usize = 64;

/// A rasterised backdrop: planes Y, U, V, A premultiplied, in 1/256 of an 8-bit step.
#[derive(Clone, Debug)]
pub struct Gradient {
    columns: usize,
    rows: usize,
    /// Design pixels between samples.
    pitch_px: f32,
    planes: [Vec<u16>; 4],
    opaque: bool,
    /// Every row is of one colour.
    level: bool,
}

impl Gradient {
    /// Evaluates the backdrop on its grid.
    #[must_use]
    pub fn new(backdrop: &Backdrop) -> Self {
        let hard = backdrop.stops.windows(2).any(|pair| pair[1].0 - pair[0].0 < 0.02);
        let smallest_px =
            backdrop.glows.iter().map(|glow| glow.radius_px).fold(f32::INFINITY, f32::min);
        // A straight line over 16 px misses a glow of 300 px radius by a fifth of a step.
        let pitch_px = match smallest_px {
            _ if hard => 1.0,
            ..120.0 => 4.0,
            ..300.0 => 8.0,
            _ => 16.0,
        };
        let columns = ((DESIGN_WIDTH_PX + 2.0 * BLEED_PX) / pitch_px).ceil() as usize + 2;
        let rows = ((DESIGN_HEIGHT_PX + 2.0 * BLEED_PX) / pitch_px).ceil() as usize + 2;
        let mut planes = [const { Vec::new() }; 4];
        let opaque =
            backdrop.stops.iter().all(|stop| stop.1.3 == 255) && !backdrop.stops.is_empty();
        for row in 0..rows {
            for column in 0..columns {
                let x = column as f32 * pitch_px - BLEED_PX;
                let y = row as f32 * pitch_px - BLEED_PX;
                let colour = colour_at(backdrop, x, y);
                let [luma, u, v] = premultiplied_yuv_f32(colour);
                for (plane, value) in planes.iter_mut().zip([luma, u, v, colour[3]]) {
                    let fixed = value * (1 << FRACTION_BITS) as f32;
                    plane.push(fixed.round().clamp(0.0, 65_280.0) as u16);
                }
            }
        }
        let level = backdrop.angle_deg == 0.0 && backdrop.glows.is_empty();
        Self { columns, rows, pitch_px, planes, opaque, level }
    }

    /// True when nothing shows through.
    #[must_use]
    pub const fn is_opaque(&self) -> bool {
        self.opaque
    }

    /// Paints the whole frame. `to_output` maps design pixels to output pixels and must be
    /// upright; `opacity` is 0–256.
    pub fn draw(&self, out: &mut FrameMut<'_>, to_output: &Affine, opacity: u16) {
        let Some(inverse) = to_output.inverse() else { return };
        let arch = pulp::Arch::new();
        for (every, which) in [(1, &[0][..]), (2, &[1, 2])] {
            let draw = Draw { gradient: self, out, inverse: &inverse, every, which, opacity };
            if self.level {
                arch.dispatch(Level(draw));
            } else {
                arch.dispatch(draw);
            }
        }
    }
}

/// Draws the planes of one resolution; `every` is luma pixels per sample.
struct Draw<'a, 'b> {
    gradient: &'a Gradient,
    out: &'a mut FrameMut<'b>,
    inverse: &'a Affine,
    every: usize,
    which: &'a [usize],
    opacity: u16,
}

impl NullaryFnOnce for Draw<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { gradient, out, inverse, every, which, opacity } = self;
        let (width, height) = (out.width_px() / every, out.height_px() / every);
        let solid = gradient.opaque && opacity >= 256;
        let place = |n: usize| (n as f64 + 0.5) * every as f64;
        let grid = |design: f64| (design + f64::from(BLEED_PX)) / f64::from(gradient.pitch_px);
        let taps: Vec<(usize, u32)> = (0..width)
            .map(|x| cell(grid(inverse.a * place(x) + inverse.e), gradient.columns))
            .collect();
        let mut coverage = Lines::new(width);
        let mut dithered = vec![0_u16; width];
        let mut covered = vec![0_u16; width];
        for &plane in which {
            let mut lines = Lines::new(width);
            for y in 0..height {
                let (row, part) = cell(grid(inverse.d * place(y) + inverse.f), gradient.rows);
                lines.seek(&gradient.planes[plane], gradient.columns, row, &taps);
                let noise = &DITHER[y % DITHER_SIDE];
                let target = out.row(plane, y);
                if solid {
                    lines.mix(part, noise, target, |value| value as u8);
                    continue;
                }
                coverage.seek(&gradient.planes[3], gradient.columns, row, &taps);
                lines.mix(part, noise, &mut dithered, |value| value as u16);
                coverage.mix(part, noise, &mut covered, |value| value as u16);
                blend::planes(target, &dithered, &covered, opacity);
            }
            coverage.top = None;
        }
    }
}

/// Draws a gradient whose rows are of one colour each: the same pixels as [`Draw`], but a row
/// repeats itself with the dither.
struct Level<'a, 'b>(Draw<'a, 'b>);

impl NullaryFnOnce for Level<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Draw { gradient, out, inverse, every, which, opacity } = self.0;
        let height = out.height_px() / every;
        let solid = gradient.opaque && opacity >= 256;
        for y in 0..height {
            let design = inverse.d * (y as f64 + 0.5) * every as f64 + inverse.f;
            let at = (design + f64::from(BLEED_PX)) / f64::from(gradient.pitch_px);
            let (row, part) = cell(at, gradient.rows);
            let noise = &DITHER[y % DITHER_SIDE];
            let dithered = |plane: usize| -> [u16; DITHER_SIDE] {
                let ends = [row, row + 1].map(|row| gradient.planes[plane][row * gradient.columns]);
                let sum = u32::from(ends[0]) * (256 - part) + u32::from(ends[1]) * part;
                noise.map(|noise| (((sum >> 8) + u32::from(noise)) >> FRACTION_BITS) as u16)
            };
            let coverage = if solid { [255; DITHER_SIDE] } else { dithered(3) };
            for &plane in which {
                let values = dithered(plane);
                for chunk in out.row(plane, y).chunks_mut(DITHER_SIDE) {
                    if solid {
                        let values = values.map(|value| value as u8);
                        chunk.copy_from_slice(&values[..chunk.len()]);
                    } else {
                        blend::planes(chunk, &values, &coverage, opacity);
                    }
                }
            }
        }
    }
}

/// Two neighbouring grid rows, enlarged to the output's width.
#[derive(Clone, Debug)]
struct Lines {
    top: Option<usize>,
    rows: [Vec<u16>; 2],
}

impl Lines {
    fn new(width: usize) -> Self {
        Self { top: None, rows: [vec![0; width], vec![0; width]] }
    }

    /// Makes the rows be grid rows `row` and `row + 1`.
    #[inline(always)]
    fn seek(&mut self, plane: &[u16], columns: usize, row: usize, taps: &[(usize, u32)]) {
        if self.top == Some(row) {
            return;
        }
        self.rows.swap(0, 1);
        if row == 0 || self.top != Some(row - 1) {
            enlarge(&mut self.rows[0], &plane[row * columns..][..columns], taps);
        }
        enlarge(&mut self.rows[1], &plane[(row + 1) * columns..][..columns], taps);
        self.top = Some(row);
    }

    /// Writes each 8-bit value between the rows, dithered.
    #[inline(always)]
    fn mix<T>(
        &self,
        part: u32,
        noise: &[u16; DITHER_SIDE],
        out: &mut [T],
        narrow: impl Fn(u32) -> T,
    ) {
        let [top, bottom] = &self.rows;
        let rows = top.chunks(DITHER_SIDE).zip(bottom.chunks(DITHER_SIDE));
        for (out, (top, bottom)) in out.chunks_mut(DITHER_SIDE).zip(rows) {
            let pairs = top.iter().zip(bottom).zip(noise);
            for (out, ((&top, &bottom), &noise)) in out.iter_mut().zip(pairs) {
                let sum = u32::from(top) * (256 - part) + u32::from(bottom) * part;
                *out = narrow(((sum >> 8) + u32::from(noise)) >> FRACTION_BITS);
            }
        }
    }
}

#[inline(always)]
fn enlarge(out: &mut [u16], line: &[u16], taps: &[(usize, u32)]) {
    for (out, &(index, part)) in out.iter_mut().zip(taps) {
        let pair = &line[index..index + 2];
        let sum = u32::from(pair[0]) * (256 - part) + u32::from(pair[1]) * part;
        *out = (sum >> 8) as u16;
    }
}

/// Grid cell and weight (0–255) of its far side, held at the edges.
fn cell(at: f64, count: usize) -> (usize, u32) {
    let fixed = (at * 256.0).round().clamp(0.0, (count as f64 - 1.0) * 256.0 - 1.0) as usize;
    (fixed / 256, (fixed % 256) as u32)
}

/// Interleaved gradient noise (Jimenez, "Next Generation Post Processing in Call of Duty: Advanced
/// Warfare", 2014), 0–255: evenly spread, and the eye does not find its period.
static DITHER: [[u16; DITHER_SIDE]; DITHER_SIDE] = dither();

const fn dither() -> [[u16; DITHER_SIDE]; DITHER_SIDE] {
    let mut tile = [[0; DITHER_SIDE]; DITHER_SIDE];
    let mut y = 0;
    while y < DITHER_SIDE {
        let mut x = 0;
        while x < DITHER_SIDE {
            let inner = 0.067_110_56 * x as f64 + 0.005_837_15 * y as f64;
            let outer = 52.982_918_9 * (inner - inner as u64 as f64);
            tile[y][x] = ((outer - outer as u64 as f64) * 256.0) as u16;
            x += 1;
        }
        y += 1;
    }
    tile
}

/// Premultiplied RGBA, 0–255 each, at a design point.
fn colour_at(backdrop: &Backdrop, x: f32, y: f32) -> [f32; 4] {
    let (sin, cos) = backdrop.angle_deg.to_radians().sin_cos();
    let (from_x, from_y) = (x - DESIGN_WIDTH_PX / 2.0, y - DESIGN_HEIGHT_PX / 2.0);
    // The gradient line runs through the centre and just reaches the far corners.
    let length = DESIGN_HEIGHT_PX * cos.abs() + DESIGN_WIDTH_PX * sin.abs();
    let along = (from_x * -sin + from_y * cos) / length.max(1.0) + 0.5;
    let mut colour = stop_at(&backdrop.stops, along);
    for glow in &backdrop.glows {
        let (dx, dy) = (x - glow.centre_px[0], y - glow.centre_px[1]);
        let distance = (dx * dx + dy * dy).sqrt() / glow.radius_px.max(1.0);
        let near = (1.0 - distance * distance).max(0.0);
        let [r, g, b, a] = premultiplied(glow.colour);
        // (1 − d²)² falls off smoothly at both ends, close to a Gaussian but with an edge.
        let strength = near * near;
        let keep = 1.0 - a * strength / 255.0;
        for (under, light) in colour.iter_mut().zip([r, g, b, a]) {
            *under = *under * keep + light * strength;
        }
    }
    colour
}

fn premultiplied(Rgba(r, g, b, a): Rgba) -> [f32; 4] {
    let alpha = f32::from(a) / 255.0;
    [f32::from(r) * alpha, f32::from(g) * alpha, f32::from(b) * alpha, f32::from(a)]
}

fn stop_at(stops: &[(f32, Rgba)], along: f32) -> [f32; 4] {
    let Some(&(_, first)) = stops.first() else { return [0.0; 4] };
    let mut before = (f32::NEG_INFINITY, first);
    for &(offset, colour) in stops {
        if along < offset {
            let (from, to) = (premultiplied(before.1), premultiplied(colour));
            let span = offset - before.0;
            let part = if span.is_finite() { (along - before.0) / span } else { 1.0 };
            return std::array::from_fn(|channel| {
                from[channel] + (to[channel] - from[channel]) * part
            });
        }
        before = (offset, colour);
    }
    premultiplied(before.1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::colour::rgb_to_yuv;
    use crate::frame::Frame;

    const WHITE: Rgba = Rgba(255, 255, 255, 255);

    fn plain(top: Rgba, bottom: Rgba) -> Backdrop {
        Backdrop { stops: vec![(0.0, top), (1.0, bottom)], angle_deg: 0.0, glows: vec![] }
    }

    #[test]
    fn a_gradient_runs_from_its_first_stop_at_the_top_to_its_last_at_the_bottom() {
        let (top, bottom) = (Rgba(20, 40, 200, 255), Rgba(250, 200, 30, 255));
        let gradient = Gradient::new(&plain(top, bottom));
        let mut frame = Frame::new(270, 480).expect("size");
        gradient.draw(&mut frame.as_mut(), &Affine::scale(0.25, 0.25), 256);
        let near = |sample: u8, want: u8| i32::from(sample).abs_diff(i32::from(want)) <= 2;
        let [y, u, v] = frame.planes();
        let (first, last) = (rgb_to_yuv(20, 40, 200), rgb_to_yuv(250, 200, 30));
        assert!(near(y[0], first[0]) && near(u[0], first[1]) && near(v[0], first[2]));
        assert!(near(y[270 * 479], last[0]) && near(u[135 * 239], last[1]));
    }

    #[test]
    fn level_rows_are_drawn_alike_either_way() {
        let shade = Backdrop {
            stops: vec![(0.0, Rgba(4, 6, 14, 160)), (0.4, Rgba(4, 6, 14, 20)), (1.0, WHITE)],
            angle_deg: 0.0,
            glows: vec![],
        };
        let level = Gradient::new(&shade);
        let general = Gradient { level: false, ..level.clone() };
        for opacity in [256, 90] {
            let mut frames = [(); 2].map(|()| Frame::new(270, 480).expect("size"));
            for (frame, gradient) in frames.iter_mut().zip([&level, &general]) {
                frame.as_mut().fill([200, 90, 170]);
                gradient.draw(&mut frame.as_mut(), &Affine::scale(0.25, 0.25), opacity);
            }
            assert!(frames[0] == frames[1], "opacity {opacity}");
        }
    }

    #[test]
    fn a_faint_gradient_is_dithered_rather_than_banded() {
        let gradient = Gradient::new(&plain(Rgba(40, 40, 40, 255), Rgba(44, 44, 44, 255)));
        let mut frame = Frame::new(540, 960).expect("size");
        gradient.draw(&mut frame.as_mut(), &Affine::scale(0.5, 0.5), 256);
        // Halfway between two bands a row must hold both values, in proportion.
        let mixed = frame.planes()[0]
            .chunks_exact(540)
            .filter(|row| {
                let high = row.iter().filter(|&&sample| sample > row[0].min(row[1])).count();
                (50..490).contains(&high)
            })
            .count();
        assert!(mixed > 300, "only {mixed} rows are dithered");
    }

    #[test]
    fn a_see_through_overlay_leaves_what_is_under_it_where_it_is_clear() {
        let clear = Backdrop {
            stops: vec![(0.0, Rgba(0, 0, 0, 0)), (1.0, Rgba(0, 0, 0, 255))],
            angle_deg: 0.0,
            glows: vec![],
        };
        let mut frame = Frame::new(270, 480).expect("size");
        frame.as_mut().fill([200, 128, 128]);
        Gradient::new(&clear).draw(&mut frame.as_mut(), &Affine::scale(0.25, 0.25), 256);
        let luma = frame.planes()[0];
        assert!(luma[135] >= 198 && luma[270 * 479 + 135] <= 18);
    }
}
