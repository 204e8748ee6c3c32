//! Draws sprites through a transform: which pixels are touched, and which texels they see.
//! Three ways, all bilinear to 1/256 texel: a plain copy for even whole-pixel shifts, separable
//! filtering for upright ones, and point by point for the rest. Arithmetic lives in `blend`.

use std::ops::Range;

use pulp::NullaryFnOnce;

use crate::affine::Affine;
use crate::blend::{self, Gaze, View};
use crate::frame::FrameMut;
use crate::lanes::{self, LANES, Lanes};
use crate::separable::{self, Kernel};
use crate::sprite::{Level, Plane, Sprite};

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
    let index = level_at(scale).min(sprite.levels.len() - 1);
    let level = &sprite.levels[index];
    let shrink = f64::from(1_u32 << index);
    let to_output = Affine::scale(shrink, shrink).then(&full);
    let Some(area) = covered(out, level, &to_output, clip) else { return };
    if let Some(shift) = whole_even_shift(&to_output) {
        copy(out, level, shift, &area, opacity);
    } else if to_output.is_upright() && separable::suits(&to_output) {
        let kernel = if sprite.opaque { Kernel::Cubic } else { Kernel::Linear };
        separable::draw(out, level, &to_output, &area, opacity, kernel);
    } else if let Some(inverse) = to_output.inverse() {
        let arch = pulp::Arch::new();
        #[cfg(target_arch = "x86_64")]
        if let Some(lanes) = lanes::Wide::new() {
            arch.dispatch(Warp { lanes, out, level, inverse, area, opacity });
            return;
        }
        arch.dispatch(Warp { lanes: lanes::Plain, out, level, inverse, area, opacity });
    }
}

/// The level to show where a texel of the full one spans `scale` pixels. Level n halves n times; it
/// is taken when the full one would be shrunk to 0.6 of that or less.
pub(crate) fn level_at(scale: f64) -> usize {
    (0.6 / scale).log2().ceil().max(0.0) as usize
}

/// Output luma pixels that may be touched; both ranges start and end even.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Area {
    pub(crate) columns: Range<usize>,
    pub(crate) rows: Range<usize>,
}

impl Area {
    /// Columns and rows of samples that each span `every` pixels.
    pub(crate) const fn samples(&self, every: usize) -> (Range<usize>, Range<usize>) {
        let (columns, rows) = (&self.columns, &self.rows);
        (columns.start / every..columns.end / every, rows.start / every..rows.end / every)
    }
}

fn covered(
    out: &FrameMut<'_>,
    level: &Level,
    to_output: &Affine,
    clip: Option<Clip>,
) -> Option<Area> {
    let (mut left, mut top, mut right, mut bottom) =
        to_output.bounds_of(level.width() as f64, level.height() as f64);
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
    let even =
        (to_output.e - 2.0 * x).abs() < TOLERANCE && (to_output.f - 2.0 * y).abs() < TOLERANCE;
    (still && even).then_some((2 * x as i64, 2 * y as i64))
}

fn copy(out: &mut FrameMut<'_>, level: &Level, (dx, dy): (i64, i64), area: &Area, opacity: u16) {
    let arch = pulp::Arch::new();
    for (index, plane) in level.planes.iter().enumerate() {
        let every = sample_px(index);
        let (dx, dy) = (dx / every as i64, dy / every as i64);
        let (columns, rows) = area.samples(every);
        let left = (columns.start as i64 - dx).max(0) as usize;
        let width = columns.len().min(plane.width.saturating_sub(left));
        for row in rows {
            let source = (row as i64 - dy).max(0) as usize * plane.width + left;
            let Some(texels) = plane.texels.get(source..source + width) else { continue };
            let target = &mut out.row(index, row)[columns.start..][..width];
            arch.dispatch(blend::Texels { target, texels, opacity });
        }
    }
}

/// Luma pixels a sample of this plane spans each way.
pub(crate) const fn sample_px(plane: usize) -> usize {
    if plane == 0 { 1 } else { 2 }
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
    // Where both ends are crossed, a step further out: settled exactly below.
    let crossed = |bound: i64| (bound - start) as f64 / step as f64;
    let (from, to) = match step {
        0 if (0..=last).contains(&start) => (0, count),
        0 => return None,
        1.. => (crossed(0) as i64 - 1, crossed(last) as i64 + 2),
        _ => (crossed(last) as i64 - 1, crossed(0) as i64 + 2),
    };
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

/// Draws a level through any transform. (A struct, not a closure: a closure that only borrows goes
/// through a shim which is not inlined into the vector code.)
struct Warp<'a, 'b, L> {
    lanes: L,
    out: &'a mut FrameMut<'b>,
    level: &'a Level,
    /// Output pixels to texels of the luma plane.
    inverse: Affine,
    area: Area,
    opacity: u16,
}

impl<L: Lanes> NullaryFnOnce for Warp<'_, '_, L> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { lanes, out, level, inverse, area, opacity } = self;
        // Texels a lane may stray from its place within one block of outputs.
        let stray = (inverse.a - 1.0).abs().max(inverse.b.abs()) * (LANES - 1) as f64;
        for (index, plane) in level.planes.iter().enumerate() {
            let every = sample_px(index);
            let (columns, rows) = area.samples(every);
            let (shift_x, shift_y) = (inverse.e / every as f64, inverse.f / every as f64);
            let inverse = Affine { e: shift_x, f: shift_y, ..inverse };
            for row in rows {
                let (x, y) = inverse.apply(columns.start as f64 + 0.5, row as f64 + 0.5);
                let (start, step) = ((x - 0.5, y - 0.5), (inverse.a, inverse.b));
                let size = (plane.width, plane.height);
                let Some(walk) = Walk::new(columns.clone(), start, step, size) else { continue };
                let target = &mut out.row(index, row)[walk.columns.clone()];
                if stray < 3.9 {
                    in_blocks(lanes, target, plane, &walk, opacity);
                } else {
                    point_by_point(target, plane, &walk, opacity);
                }
            }
        }
    }
}

/// Block by block, each with no more taps than it needs.
#[inline(always)]
fn in_blocks<L: Lanes>(lanes: L, target: &mut [u8], plane: &Plane, walk: &Walk, opacity: u16) {
    let (dx, dy) = (walk.step_x as i32, walk.step_y as i32);
    let mut gaze = Gaze { x: walk.x as i32, y: walk.y as i32, dx, dy };
    let (blocks, rest) = target.as_chunks_mut::<LANES>();
    let source = (&plane.texels[..], plane.width);
    for block in blocks {
        let view = gaze.view();
        let taps = view.taps();
        let look = (gaze, view);
        let drawn = match ahead(plane, &view, taps) {
            Ahead::Nothing => true,
            Ahead::Solid => match taps {
                (2, 2) => blend::block::<L, 2, 2, true>(lanes, block, source, look, opacity),
                (..=3, 2) => blend::block::<L, 3, 2, true>(lanes, block, source, look, opacity),
                (..=3, ..=3) => blend::block::<L, 3, 3, true>(lanes, block, source, look, opacity),
                _ => blend::block::<L, 6, 6, false>(lanes, block, source, look, opacity),
            },
            Ahead::Edges => match taps {
                (2, 2) => blend::block::<L, 2, 2, false>(lanes, block, source, look, opacity),
                (..=3, 2) => blend::block::<L, 3, 2, false>(lanes, block, source, look, opacity),
                (..=3, ..=3) => blend::block::<L, 3, 3, false>(lanes, block, source, look, opacity),
                _ => blend::block::<L, 6, 6, false>(lanes, block, source, look, opacity),
            },
        };
        if !drawn {
            let (x, y) = (i64::from(gaze.x), i64::from(gaze.y));
            point_by_point(block, plane, &Walk { x, y, ..walk.clone() }, opacity);
        }
        gaze.advance();
    }
    let (x, y) = (i64::from(gaze.x), i64::from(gaze.y));
    point_by_point(rest, plane, &Walk { x, y, ..walk.clone() }, opacity);
}

/// What [`blend::block`] would read.
enum Ahead {
    Nothing,
    /// Opaque texels only.
    Solid,
    Edges,
}

#[inline(always)]
fn ahead(plane: &Plane, view: &View, taps: (usize, usize)) -> Ahead {
    let (column, row) = (view.column.max(0) as usize, view.row.max(0) as usize);
    let seen = plane.chunks(column, column + LANES - 1 + taps.0);
    let rows = row..(row + taps.1).min(plane.occupied.len());
    let (mut occupied, mut solid) = (0, seen);
    for (any, all) in plane.occupied[rows.clone()].iter().zip(&plane.solid[rows]) {
        occupied |= any;
        solid &= all;
    }
    if occupied & seen == 0 {
        Ahead::Nothing
    } else if solid == seen {
        Ahead::Solid
    } else {
        Ahead::Edges
    }
}

#[inline(always)]
fn point_by_point(target: &mut [u8], plane: &Plane, walk: &Walk, opacity: u16) {
    let (mut x, mut y) = (walk.x, walk.y);
    for sample in target {
        let top = (y >> 16) as usize * plane.width + (x >> 16) as usize;
        let bottom = top + plane.width;
        let taps = [&plane.texels[top..top + 2], &plane.texels[bottom..bottom + 2]];
        blend::point(sample, taps, (x >> 8 & 255) as u32, (y >> 8 & 255) as u32, opacity);
        x += walk.step_x;
        y += walk.step_y;
    }
}
