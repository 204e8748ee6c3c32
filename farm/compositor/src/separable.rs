//! Upright sprites: each output row is one vertical blend of neighbouring texel rows, then one
//! horizontal filter. The horizontal filter runs over blocks of sixteen outputs: within a block
//! every tap reads sixteen neighbouring texels, with weights laid out once per sprite and frame, so
//! that no lane ever gathers. Opaque pictures are sampled bicubic, so that a slow zoom does not
//! breathe between sharp and soft; the rest bilinear.

use std::ops::Range;

use pulp::NullaryFnOnce;

use crate::affine::Affine;
use crate::blend::{self, LANES};
use crate::frame::FrameMut;
use crate::sample::{Area, sample_px};
use crate::sprite::{Level, Plane};

/// Texels per output beyond which blocks need too many taps.
const STEP_MAX: f64 = 2.1;

/// True when the horizontal scale is one this way of drawing is good at.
pub(crate) fn suits(to_output: &Affine) -> bool {
    (0.4..STEP_MAX).contains(&(1.0 / to_output.a))
}

/// How texels are weighed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kernel {
    /// Two texels, weights in 1/256.
    Linear,
    /// Catmull-Rom over four texels (Keys, "Cubic Convolution Interpolation", 1981, a = −1/2),
    /// weights in 1/128, the outer two negative.
    Cubic,
}

impl Kernel {
    /// Texels it spans, and how many of them lie before the one a coordinate falls in.
    const fn support(self) -> (usize, usize) {
        match self {
            Self::Linear => (2, 0),
            Self::Cubic => (4, 1),
        }
    }

    /// Weights at `part`/256 of a texel; negative ones wrap, as do the sums they go into.
    #[inline(always)]
    fn weights(self, part: u16) -> [u16; 4] {
        if self == Self::Linear {
            return [256 - part, part, 0, 0];
        }
        let t = f32::from(part) / 256.0;
        let (t2, t3) = (t * t, t * t * t);
        let fixed = |weight: f32| (weight * 128.0).round() as i16;
        let first = fixed(-0.5 * t + t2 - 0.5 * t3);
        let second = fixed(1.0 - 2.5 * t2 + 1.5 * t3);
        let last = fixed(0.5 * (t3 - t2));
        [first, second, 128 - first - second - last, last].map(|weight| weight as u16)
    }

    /// Fraction where both ends of the span are within `size` texels.
    #[inline(always)]
    fn texel_and_part(self, at: f64, size: usize) -> Option<(usize, u16)> {
        let (span, lead) = self.support();
        let fixed = (at * 256.0).round();
        let end = (size as f64 + lead as f64 + 1.0 - span as f64) * 256.0;
        let inside = fixed >= lead as f64 * 256.0 && fixed < end;
        inside.then_some((fixed as usize / 256, (fixed as usize % 256) as u16))
    }

    /// What a sum starts from: rounding, and for the cubic room for undershoot.
    const fn bias(self) -> u16 {
        match self {
            Self::Linear => 128,
            Self::Cubic => (UNDERSHOOT << 7) + 64,
        }
    }

    /// A finished sum as 0–255.
    #[inline(always)]
    fn settle(self, sum: u16) -> u16 {
        match self {
            Self::Linear => sum >> 8,
            Self::Cubic => (sum >> 7).saturating_sub(UNDERSHOOT).min(255),
        }
    }
}

/// More than the cubic ever falls below zero: an eighth of 255. With as much overshoot the largest
/// sum is 40,900, so sums fit 16 bits.
const UNDERSHOOT: u16 = 32;

/// Horizontal filter of one plane: for outputs `columns`, where they read and with what weight.
#[derive(Clone, Debug)]
pub(crate) struct Filter {
    kernel: Kernel,
    columns: Range<usize>,
    /// First texel of each block's first tap.
    bases: Vec<usize>,
    taps: usize,
    /// `taps` rows of weights a block.
    weights: Vec<[u16; LANES]>,
}

impl Filter {
    /// Output `n` of `columns` sees texel coordinate `start + (n − columns.start)·step`. Outputs
    /// whose texels are not all within `size` are left out. `None` when none remain.
    pub(crate) fn new(
        kernel: Kernel,
        columns: Range<usize>,
        (start, step): (f64, f64),
        size: usize,
    ) -> Option<Self> {
        let (span, lead) = kernel.support();
        let see = |n: usize| kernel.texel_and_part(start + n as f64 * step, size);
        let first = (0..columns.len()).find(|&n| see(n).is_some())?;
        let seen: Vec<(usize, u16)> = (first..columns.len()).map_while(see).collect();
        let stray = ((step - 1.0).abs() * (LANES - 1) as f64).ceil() as usize;
        let taps = stray + 1 + span;
        let mut weights = vec![[0; LANES]; seen.len().div_ceil(LANES) * taps];
        let mut bases = Vec::with_capacity(seen.len().div_ceil(LANES));
        let blocks = seen.chunks(LANES).zip(weights.chunks_exact_mut(taps));
        for (lanes, weights) in blocks {
            let offsets = || lanes.iter().enumerate().map(|(n, &(at, _))| at as i64 - n as i64);
            let base = offsets().min()? - lead as i64;
            // A negative base reads the padding in front of the row buffer.
            bases.push((base + LANES as i64).max(0) as usize);
            for (lane, (offset, &(_, part))) in offsets().zip(lanes).enumerate() {
                let tap = ((offset - lead as i64 - base) as usize).min(taps - span);
                let rows = weights[tap..tap + span].iter_mut();
                for (row, weight) in rows.zip(kernel.weights(part)) {
                    row[lane] = weight;
                }
            }
        }
        let start = columns.start + first;
        Some(Self { kernel, columns: start..start + seen.len(), bases, taps, weights })
    }

    /// Filters `row` (texels from index [`LANES`] on) into `out`, one value per column of `blocks`.
    #[inline(always)]
    fn run(&self, blocks: Range<usize>, row: &[u16], out: &mut [u16]) {
        let kernel = self.kernel;
        let weights = &self.weights[blocks.start * self.taps..blocks.end * self.taps];
        let blocks = self.bases[blocks].iter().zip(weights.chunks_exact(self.taps));
        for ((&base, weights), out) in blocks.zip(out.chunks_exact_mut(LANES)) {
            let mut sums = [kernel.bias(); LANES];
            for (tap, weights) in weights.iter().enumerate() {
                let texels = &row[base + tap..base + tap + LANES];
                for ((sum, &texel), &weight) in sums.iter_mut().zip(texels).zip(weights) {
                    *sum = sum.wrapping_add(texel.wrapping_mul(weight));
                }
            }
            for (out, sum) in out.iter_mut().zip(sums) {
                *out = kernel.settle(sum);
            }
        }
    }

    /// Texels that these blocks read, in rows of `size`.
    #[inline(always)]
    fn reach(&self, blocks: &Range<usize>, size: usize) -> Range<usize> {
        let bases = &self.bases[blocks.clone()];
        let first = bases.first().copied().unwrap_or(0).saturating_sub(LANES);
        let last = bases.last().copied().unwrap_or(0) + self.taps;
        first.min(size)..last.clamp(first.min(size), size)
    }

    fn width_padded(&self) -> usize {
        self.bases.len() * LANES
    }
}

/// Draws an upright level over `area`.
pub(crate) fn draw(
    out: &mut FrameMut<'_>,
    level: &Level,
    to_output: &Affine,
    area: &Area,
    opacity: u16,
    kernel: Kernel,
) {
    let Some(inverse) = to_output.inverse() else { return };
    let arch = pulp::Arch::new();
    let (span, lead) = kernel.support();
    for (index, plane) in level.planes.iter().enumerate() {
        let every = sample_px(index);
        let (columns, rows) = area.samples(every);
        let shift = (inverse.e / every as f64, inverse.f / every as f64);
        let start = inverse.a * (columns.start as f64 + 0.5) + shift.0 - 0.5;
        let width = plane.width;
        let Some(filter) = Filter::new(kernel, columns, (start, inverse.a), width) else { return };
        let mut lines = Lines::new(&filter, plane);
        for row in rows {
            let at = inverse.d * (row as f64 + 0.5) + shift.1 - 0.5;
            let Some((line, part)) = kernel.texel_and_part(at, plane.height) else { continue };
            let first = line - lead;
            let occupied = plane.occupied[first..first + span].iter().fold(0, |all, row| all | row);
            if occupied == 0 {
                continue;
            }
            let solid =
                plane.solid[first..first + span].iter().fold(u128::MAX, |all, row| all & row);
            let target = &mut out.row(index, row)[filter.columns.clone()];
            let texels = &plane.texels[first * width..][..span * width];
            let (lines, filter) = (&mut lines, &filter);
            let row = Row { lines, filter, texels, part, target, opacity, occupied, solid };
            arch.dispatch(row);
        }
    }
}

/// Working rows of one plane: texels between lines, and those filtered to the output.
#[derive(Debug)]
struct Lines {
    width: usize,
    /// Chunks of a texel row that each block reads.
    windows: Vec<u128>,
    between: Vec<u16>,
    value: Vec<u16>,
    coverage: Vec<u16>,
}

impl Lines {
    fn new(filter: &Filter, plane: &Plane) -> Self {
        let window = |&base: &usize| {
            let first = base.saturating_sub(LANES);
            plane.chunks(first, first + LANES + filter.taps)
        };
        Self {
            width: plane.width,
            windows: filter.bases.iter().map(window).collect(),
            between: vec![0; plane.width + 4 * LANES + filter.taps],
            value: vec![0; filter.width_padded()],
            coverage: vec![255; filter.width_padded()],
        }
    }
}

/// What a block of outputs will find.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Find {
    Nothing,
    /// Opaque texels only: coverage need not be filtered, nor what is under them read.
    Solid,
    Edges,
}

/// Blends one output row from neighbouring lines of `texels`, `part`/256 of a line down.
struct Row<'a> {
    lines: &'a mut Lines,
    filter: &'a Filter,
    texels: &'a [u16],
    part: u16,
    target: &'a mut [u8],
    opacity: u16,
    /// Chunks where any of the lines shows something, and where all of them are opaque.
    occupied: u128,
    solid: u128,
}

impl NullaryFnOnce for Row<'_> {
    type Output = ();

    #[inline(always)]
    fn call(mut self) {
        let count = self.filter.bases.len();
        let mut block = 0;
        while block < count {
            let find = self.find(block);
            let start = block;
            while block < count && self.find(block) == find {
                block += 1;
            }
            if find != Find::Nothing {
                self.blend(start..block, find);
            }
        }
    }
}

impl Row<'_> {
    #[inline(always)]
    fn find(&self, block: usize) -> Find {
        let window = self.lines.windows[block];
        if self.filter.kernel == Kernel::Cubic || self.solid & window == window {
            Find::Solid
        } else if self.occupied & window == 0 {
            Find::Nothing
        } else {
            Find::Edges
        }
    }

    /// Blends a run of blocks.
    #[inline(always)]
    fn blend(&mut self, blocks: Range<usize>, find: Find) {
        let Self { lines, filter, texels, opacity, .. } = self;
        let Lines { width, between, value, coverage, .. } = &mut **lines;
        let reach = filter.reach(&blocks, *width);
        let line = |index: usize| &texels[index * *width..][..*width][reach.clone()];
        let inside = LANES + reach.start..LANES + reach.end;
        let weights = filter.kernel.weights(self.part);
        let outputs = blocks.start * LANES..blocks.end * LANES;
        if filter.kernel == Kernel::Cubic {
            let lines = [line(0), line(1), line(2), line(3)];
            mix_four(&mut between[inside.clone()], lines, weights);
        } else {
            let lines = [line(0), line(1)];
            mix_two(&mut between[inside.clone()], lines, weights, |texel| texel & 255);
        }
        let value = &mut value[outputs.clone()];
        filter.run(blocks.clone(), between, value);
        let end = outputs.end.min(self.target.len());
        let target = &mut self.target[outputs.start..end];
        if find == Find::Solid && *opacity >= 256 {
            for (sample, &value) in target.iter_mut().zip(&*value) {
                *sample = value as u8;
            }
            return;
        }
        let coverage = &mut coverage[outputs];
        if find == Find::Solid {
            coverage.fill(255);
        } else {
            let lines = [line(0), line(1)];
            mix_two(&mut between[inside], lines, weights, |texel| texel >> 8);
            filter.run(blocks, between, coverage);
        }
        blend::planes(target, value, coverage, *opacity);
    }
}

#[inline(always)]
fn mix_two(
    out: &mut [u16],
    [top, bottom]: [&[u16]; 2],
    weights: [u16; 4],
    of: impl Fn(u16) -> u16,
) {
    for (out, (&top, &bottom)) in out.iter_mut().zip(top.iter().zip(bottom)) {
        let sum =
            of(top).wrapping_mul(weights[0]).wrapping_add(of(bottom).wrapping_mul(weights[1]));
        *out = Kernel::Linear.settle(sum.wrapping_add(Kernel::Linear.bias()));
    }
}

#[inline(always)]
fn mix_four(out: &mut [u16], [a, b, c, d]: [&[u16]; 4], weights: [u16; 4]) {
    let outer = a.iter().zip(d);
    let inner = b.iter().zip(c);
    for (out, ((&a, &d), (&b, &c))) in out.iter_mut().zip(outer.zip(inner)) {
        let sum = Kernel::Cubic
            .bias()
            .wrapping_add((a & 255).wrapping_mul(weights[0]))
            .wrapping_add((b & 255).wrapping_mul(weights[1]))
            .wrapping_add((c & 255).wrapping_mul(weights[2]))
            .wrapping_add((d & 255).wrapping_mul(weights[3]));
        *out = Kernel::Cubic.settle(sum);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rounding of the weights and of the sum.
    const LINEAR_TOLERANCE: f64 = 1.0;
    /// Weights of 1/128 on noise that swings over the whole range.
    const CUBIC_TOLERANCE: f64 = 3.0;

    fn cubic(t: f64, p: [f64; 4]) -> f64 {
        let [a, b, c, d] = p;
        let bend = 2.0 * a - 5.0 * b + 4.0 * c - d + t * (3.0 * (b - c) + d - a);
        (b + 0.5 * t * (c - a + t * bend)).clamp(0.0, 255.0)
    }

    #[test]
    fn every_output_is_the_weighted_mean_of_its_texels() {
        for (kernel, tolerance) in
            [(Kernel::Linear, LINEAR_TOLERANCE), (Kernel::Cubic, CUBIC_TOLERANCE)]
        {
            for step in [0.45, 0.83, 0.97, 1.0, 1.03, 1.4, 2.0] {
                let size = 300;
                let texels: Vec<u16> = (0..size).map(|x| ((x * 7919) % 256) as u16).collect();
                let mut row = vec![0; LANES];
                row.extend(&texels);
                row.resize(size + 6 * LANES + 40, 0);
                let start = -3.37;
                let filter =
                    Filter::new(kernel, 10..200, (start, step), size).expect("they overlap");
                let mut out = vec![0; filter.width_padded()];
                filter.run(0..filter.bases.len(), &row, &mut out);
                for (column, &value) in filter.columns.clone().zip(&out) {
                    let at = start + (column - 10) as f64 * step;
                    let (left, part) = (at.floor() as usize, at - at.floor());
                    let texel = |index: usize| f64::from(texels[index]);
                    let (a, b) = (texel(left), texel(left + 1));
                    let want = match kernel {
                        Kernel::Linear => a + (b - a) * part,
                        Kernel::Cubic => cubic(part, [texel(left - 1), a, b, texel(left + 2)]),
                    };
                    let error = (want - f64::from(value)).abs();
                    assert!(error <= tolerance, "{kernel:?} {step} {column}: {want} {value}");
                }
            }
        }
    }
}
