//! Draws sprites through a transform: which pixels are touched, and which texels they see.
//! Three ways, all bilinear to 1/256 texel: a plain copy for even whole-pixel shifts, separable
//! filtering for upright ones, and point by point for the rest. Arithmetic lives in `blend`.

use std::ops::Range;

use crate::affine::Affine;
use crate::blend;
use crate::frame::FrameMut;
use crate::separable;
use crate::sprite::{Level, Sprite};

/// Limits drawing to a box of output pixels (right and bottom exclusive, fractions cut).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clip {
    /// Left edge.
    pub left: f64,
    /// Top edge.
    pub top: f64,
    /// Right edge.
    pub right: f64,
    /// Bottom edge.
    pub bottom: f64,
}

/// Fixed-point fraction bits of a texture coordinate.
const FRACTION_BITS: u32 = 16;
const ONE: f64 = (1 << FRACTION_BITS) as f64;

/// Draws `sprite`, whose own space (design pixels about its anchor) maps to output pixels by
/// `to_output`. `opacity` is 0–256.
pub fn draw(
    out: &mut FrameMut<'_>,
    sprite: &Sprite,
    to_output: &Affine,
    opacity: u16,
    clip: Option<Clip>,
) {
    let texel_px = 1.0 / sprite.texels_per_px;
    let full = Affine::scale(texel_px, texel_px)
        .then(&Affine::translate(sprite.origin_px.0, sprite.origin_px.1))
        .then(to_output);
    let scale = full.determinant().abs().sqrt();
    if opacity == 0 || !scale.is_finite() || scale < 1e-3 {
        return;
    }
    // Level n halves n times; take it when the full one would be shrunk to 0.6 of that or less.
    let wanted = (0.6 / scale).log2().ceil().max(0.0) as usize;
    let index = wanted.min(sprite.levels.len() - 1);
    let level = &sprite.levels[index];
    let shrink = f64::from(1_u32 << index);
    let to_output = Affine::scale(shrink, shrink).then(&full);
    let Some(area) = covered(out, level, &to_output, clip) else { return };
    if let Some(shift) = whole_even_shift(&to_output) {
        copy(out, level, shift, &area, opacity);
    } else if to_output.is_upright() && separable::suits(&to_output) {
        separable::draw(out, level, &to_output, &area, opacity);
    } else if let Some(inverse) = to_output.inverse() {
        pulp::Arch::new().dispatch(|| warp(out, level, &inverse, &area, opacity));
    }
}

/// Output luma pixels that may be touched; both ranges start and end even.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Area {
    pub(crate) columns: Range<usize>,
    pub(crate) rows: Range<usize>,
}

fn covered(
    out: &FrameMut<'_>,
    level: &Level,
    to_output: &Affine,
    clip: Option<Clip>,
) -> Option<Area> {
    let (mut left, mut top, mut right, mut bottom) =
        to_output.bounds_of(level.width as f64, level.height as f64);
    if let Some(clip) = clip {
        left = left.max(clip.left);
        top = top.max(clip.top);
        right = right.min(clip.right);
        bottom = bottom.min(clip.bottom);
    }
    let even = |low: f64, high: f64, limit: usize, clipped: bool| {
        let limit_f = limit as f64;
        // A clipped edge is rounded to whole chroma samples; a free one takes in what it touches.
        let low = if clipped { (low / 2.0).round() } else { (low / 2.0).floor() };
        let high = if clipped { (high / 2.0).round() } else { (high / 2.0).ceil() };
        let low = (low * 2.0).clamp(0.0, limit_f) as usize;
        let high = (high * 2.0).clamp(0.0, limit_f) as usize;
        (low < high).then_some(low..high)
    };
    Some(Area {
        columns: even(left, right, out.width_px(), clip.is_some())?,
        rows: even(top, bottom, out.height_px(), clip.is_some())?,
    })
}

/// The shift, if the transform is nothing but a shift by even whole pixels.
fn whole_even_shift(to_output: &Affine) -> Option<(i64, i64)> {
    const TOLERANCE: f64 = 1e-3;
    let near = |value: f64, target: f64| (value - target).abs() < TOLERANCE * 0.1;
    let still = near(to_output.a, 1.0)
        && near(to_output.d, 1.0)
        && near(to_output.b, 0.0)
        && near(to_output.c, 0.0);
    let (x, y) = ((to_output.e / 2.0).round(), (to_output.f / 2.0).round());
    let even = (to_output.e - 2.0 * x).abs() < TOLERANCE
        && (to_output.f - 2.0 * y).abs() < TOLERANCE;
    (still && even).then_some((2 * x as i64, 2 * y as i64))
}

fn copy(
    out: &mut FrameMut<'_>,
    level: &Level,
    (dx, dy): (i64, i64),
    area: &Area,
    opacity: u16,
) {
    let left = (area.columns.start as i64 - dx).max(0) as usize;
    let width = area.columns.len().min(level.width.saturating_sub(left));
    let arch = pulp::Arch::new();
    for row in area.rows.clone() {
        let source = (row as i64 - dy) as usize * level.width + left;
        let Some(texels) = level.luma.get(source..source + width) else { continue };
        let target = &mut out.luma_row(row)[area.columns.start..][..width];
        arch.dispatch(|| blend::luma_texels(target, texels, opacity));
    }
    for row in area.rows.start / 2..area.rows.end / 2 {
        let source = (row as i64 - dy / 2) as usize * (level.width / 2) + left / 2;
        let Some(texels) = level.chroma.get(source..source + width / 2) else { continue };
        let (row_u, row_v) = out.chroma_rows(row);
        let start = area.columns.start / 2;
        let target_u = &mut row_u[start..][..width / 2];
        let target_v = &mut row_v[start..][..width / 2];
        arch.dispatch(|| blend::chroma_texels(target_u, target_v, texels, opacity));
    }
}

/// Texture coordinates along one output row, in 16.16 texels, with the part that stays inside.
#[derive(Clone, Debug)]
struct Walk {
    columns: Range<usize>,
    x: i64,
    y: i64,
    step_x: i64,
    step_y: i64,
}

impl Walk {
    /// `start` is the coordinate of the tap's top left texel at the first of `columns`.
    #[inline(always)]
    fn new(
        columns: Range<usize>,
        start: (f64, f64),
        step: (f64, f64),
        size: (usize, usize),
    ) -> Option<Self> {
        let fixed = |value: f64| (value * ONE).round() as i64;
        let (x, y) = (fixed(start.0), fixed(start.1));
        let (step_x, step_y) = (fixed(step.0), fixed(step.1));
        let count = columns.len() as i64;
        let (from_x, to_x) = inside(x, step_x, size.0, count)?;
        let (from_y, to_y) = inside(y, step_y, size.1, count)?;
        let (from, to) = (from_x.max(from_y), to_x.min(to_y));
        (from < to).then(|| Self {
            columns: columns.start + from as usize..columns.start + to as usize,
            x: x + from * step_x,
            y: y + from * step_y,
            step_x,
            step_y,
        })
    }
}

/// Steps `n` in `0..count` for which `0 ≤ start + n·step` and the tap's second texel exists.
#[inline(always)]
fn inside(start: i64, step: i64, size: usize, count: i64) -> Option<(i64, i64)> {
    let last = ((size as i64 - 1) << FRACTION_BITS) - 1;
    let (from, to) = match step {
        0 if (0..=last).contains(&start) => (0, count),
        0 => return None,
        1.. => (-start.div_euclid(step), (last - start).div_euclid(step) + 1),
        _ => (-(last - start).div_euclid(-step), start.div_euclid(-step) + 1),
    };
    // The divisions round towards the inside or one past it; settle exactly.
    let good = |n: i64| (0..=last).contains(&(start + n * step));
    let (mut from, mut to) = (from.clamp(0, count), to.clamp(0, count));
    while from < to && !good(from) {
        from += 1;
    }
    while from < to && !good(to - 1) {
        to -= 1;
    }
    (from < to).then_some((from, to))
}

#[inline(always)]
fn warp(out: &mut FrameMut<'_>, level: &Level, inverse: &Affine, area: &Area, opacity: u16) {
    let size = (level.width, level.height);
    for row in area.rows.clone() {
        let (x, y) = inverse.apply(area.columns.start as f64 + 0.5, row as f64 + 0.5);
        let start = (x - 0.5, y - 0.5);
        let Some(walk) = Walk::new(area.columns.clone(), start, (inverse.a, inverse.b), size)
        else {
            continue;
        };
        let target = &mut out.luma_row(row)[walk.columns.clone()];
        let (mut x, mut y) = (walk.x, walk.y);
        for sample in target {
            let (column, line) = ((x >> 16) as usize, (y >> 16) as usize);
            let top = line * level.width + column;
            let bottom = top + level.width;
            let taps = [&level.luma[top..top + 2], &level.luma[bottom..bottom + 2]];
            blend::luma_point(sample, taps, (x >> 8 & 255) as u32, (y >> 8 & 255) as u32, opacity);
            x += walk.step_x;
            y += walk.step_y;
        }
    }
    let size = (level.width / 2, level.height / 2);
    for row in area.rows.start / 2..area.rows.end / 2 {
        let columns = area.columns.start / 2..area.columns.end / 2;
        let (x, y) = inverse.apply(2.0 * columns.start as f64 + 1.0, 2.0 * row as f64 + 1.0);
        let start = (x / 2.0 - 0.5, y / 2.0 - 0.5);
        let Some(walk) = Walk::new(columns, start, (inverse.a, inverse.b), size) else { continue };
        let (row_u, row_v) = out.chroma_rows(row);
        let target_u = &mut row_u[walk.columns.clone()];
        let target_v = &mut row_v[walk.columns.clone()];
        let (mut x, mut y) = (walk.x, walk.y);
        for (u, v) in target_u.iter_mut().zip(target_v) {
            let (column, line) = ((x >> 16) as usize, (y >> 16) as usize);
            let top = line * size.0 + column;
            let bottom = top + size.0;
            let taps = [&level.chroma[top..top + 2], &level.chroma[bottom..bottom + 2]];
            blend::chroma_point(u, v, taps, (x >> 8 & 255) as u64, (y >> 8 & 255) as u64, opacity);
            x += walk.step_x;
            y += walk.step_y;
        }
    }
}
