//! Upright sprites: each output row is one vertical blend of neighbouring texel rows, then one
//! horizontal filter. The horizontal filter runs over blocks of sixteen outputs: within a block
//! every tap reads sixteen neighbouring texels, with weights laid out once per sprite and frame, so
//! that no lane ever gathers. Opaque pictures are sampled bicubic, so that a slow zoom does not
//! breathe between sharp and soft; the rest bilinear.

#[cfg(test)]
mod tests;

use std::ops::Range;

use pulp::NullaryFnOnce;

use crate::affine::Affine;
use crate::blend;
use crate::frame::FrameMut;
use crate::lanes::{self, LANES, Lanes};
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
    fn settle<L: Lanes>(self, lanes: L, sum: L::Sixteen) -> L::Sixteen {
        match self {
            Self::Linear => lanes.shift_right::<8>(sum),
            Self::Cubic => {
                let above = lanes.less(lanes.shift_right::<7>(sum), lanes.splat(UNDERSHOOT));
                lanes.min(above, lanes.splat(255))
            }
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
    /// First texel of each block's first tap, and how many taps it has.
    bases: Vec<(usize, usize)>,
    /// Taps a block has at most.
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
            let mut count = span;
            for (lane, (offset, &(_, part))) in offsets().zip(lanes).enumerate() {
                let tap = ((offset - lead as i64 - base) as usize).min(taps - span);
                count = count.max(tap + span);
                let rows = weights[tap..tap + span].iter_mut();
                for (row, weight) in rows.zip(kernel.weights(part)) {
                    row[lane] = weight;
                }
            }
            bases.push(((base + LANES as i64).max(0) as usize, count));
        }
        let start = columns.start + first;
        Some(Self { kernel, columns: start..start + seen.len(), bases, taps, weights })
    }

    /// Filters `row` (texels from index [`LANES`] on) for one block.
    #[inline(always)]
    fn run<L: Lanes>(&self, lanes: L, block: usize, row: &[u16]) -> L::Sixteen {
        let (base, count) = self.bases[block];
        let weights = &self.weights[block * self.taps..][..count];
        let texels = &row[base..base + count + LANES - 1];
        let mut sum = lanes.splat(self.kernel.bias());
        for (weights, texels) in weights.iter().zip(texels.windows(LANES)) {
            let Some(texels) = texels.first_chunk() else {
                continue;
            };
            sum = lanes.add(sum, lanes.mul(lanes.load(texels), lanes.load(weights)));
        }
        self.kernel.settle(lanes, sum)
    }

    /// Texels that these blocks read, in rows of `size`.
    #[inline(always)]
    fn reach(&self, blocks: &Range<usize>, size: usize) -> Range<usize> {
        let bases = &self.bases[blocks.clone()];
        let first = bases.first().map_or(0, |first| first.0).saturating_sub(LANES);
        let last = bases.last().map_or(0, |last| last.0 + last.1);
        first.min(size)..last.clamp(first.min(size), size)
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
    let Some(inverse) = to_output.inverse() else {
        return;
    };
    let (arch, area) = (pulp::Arch::new(), area.clone());
    #[cfg(target_arch = "x86_64")]
    if let Some(lanes) = lanes::Wide::new() {
        match kernel {
            Kernel::Linear => {
                arch.dispatch(Draw::<_, 2> { lanes, out, level, inverse, area, opacity, kernel });
            }
            Kernel::Cubic => {
                arch.dispatch(Draw::<_, 4> { lanes, out, level, inverse, area, opacity, kernel });
            }
        }
        return;
    }
    let lanes = lanes::Plain;
    match kernel {
        Kernel::Linear => {
            arch.dispatch(Draw::<_, 2> { lanes, out, level, inverse, area, opacity, kernel });
        }
        Kernel::Cubic => {
            arch.dispatch(Draw::<_, 4> { lanes, out, level, inverse, area, opacity, kernel });
        }
    }
}

/// `SPAN` is the kernel's own, known early so that its loops come apart.
struct Draw<'a, 'b, L, const SPAN: usize> {
    lanes: L,
    out: &'a mut FrameMut<'b>,
    level: &'a Level,
    /// Output pixels to texels of the luma plane.
    inverse: Affine,
    area: Area,
    opacity: u16,
    kernel: Kernel,
}

impl<L: Lanes, const SPAN: usize> NullaryFnOnce for Draw<'_, '_, L, SPAN> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { lanes, out, level, inverse, area, opacity, kernel } = self;
        let kernel = if SPAN == 2 { Kernel::Linear } else { kernel };
        let (span, lead) = kernel.support();
        let mut between = Between::default();
        for (index, plane) in level.planes.iter().enumerate() {
            let every = sample_px(index);
            let (columns, rows) = area.samples(every);
            let shift = (inverse.e / every as f64, inverse.f / every as f64);
            let start = inverse.a * (columns.start as f64 + 0.5) + shift.0 - 0.5;
            let width = plane.width;
            let Some(filter) = Filter::new(kernel, columns, (start, inverse.a), width) else {
                return;
            };
            between.prepare(&filter, plane);
            for row in rows {
                let at = inverse.d * (row as f64 + 0.5) + shift.1 - 0.5;
                let Some((line, part)) = kernel.texel_and_part(at, plane.height) else {
                    continue;
                };
                let lines = line - lead..line - lead + span;
                let occupied = plane.occupied[lines.clone()].iter().fold(0, |all, row| all | row);
                if occupied == 0 {
                    continue;
                }
                let solid = plane.solid[lines.clone()].iter().fold(u64::MAX, |all, row| all & row);
                let target = &mut out.row(index, row)[filter.columns.clone()];
                let texels = &plane.texels[lines.start * width..];
                let weights = kernel.weights(part);
                Row::<_, SPAN> {
                    lanes,
                    between: &mut between,
                    filter: &filter,
                    texels,
                    width,
                    weights,
                }
                .draw(target, opacity, occupied, solid);
            }
        }
    }
}

/// Texels between the lines of a plane.
#[derive(Debug, Default)]
struct Between {
    /// Chunks of a texel row that each block reads.
    windows: Vec<u64>,
    value: Vec<u16>,
    coverage: Vec<u16>,
}

impl Between {
    #[inline(always)]
    fn prepare(&mut self, filter: &Filter, plane: &Plane) {
        self.windows.clear();
        self.windows.extend(filter.bases.iter().map(|&(base, count)| {
            let first = base.saturating_sub(LANES);
            plane.chunks(first, first + LANES + count)
        }));
        for row in [&mut self.value, &mut self.coverage] {
            row.clear();
            row.resize(plane.width + 5 * LANES + filter.taps, 0);
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

/// Blends output rows from neighbouring lines of texels.
struct Row<'a, L, const SPAN: usize> {
    lanes: L,
    between: &'a mut Between,
    filter: &'a Filter,
    /// From the first of the lines on.
    texels: &'a [u16],
    width: usize,
    /// Of the lines.
    weights: [u16; 4],
}

impl<L: Lanes, const SPAN: usize> Row<'_, L, SPAN> {
    /// `occupied`: chunks where any of the lines shows something; `solid`: where all are opaque.
    #[inline(always)]
    fn draw(mut self, target: &mut [u8], opacity: u16, occupied: u64, solid: u64) {
        let cubic = self.filter.kernel == Kernel::Cubic;
        let find = |window: u64| {
            if cubic || solid & window == window {
                Find::Solid
            } else if occupied & window == 0 {
                Find::Nothing
            } else {
                Find::Edges
            }
        };
        let count = self.filter.bases.len();
        let mut block = 0;
        while block < count {
            let found = find(self.between.windows[block]);
            let start = block;
            while block < count && find(self.between.windows[block]) == found {
                block += 1;
            }
            if found != Find::Nothing {
                self.mix(start..block, found);
                self.blend(start..block, found, target, opacity);
            }
        }
    }

    /// Mixes the lines where a run of blocks will read them. Reads a few texels further, which get
    /// no weight.
    #[inline(always)]
    fn mix(&mut self, blocks: Range<usize>, find: Find) {
        let reach = self.filter.reach(&blocks, self.width);
        match find {
            Find::Edges => self.mix_texels::<true>(reach),
            _ => self.mix_texels::<false>(reach),
        }
    }

    /// [`Self::mix`], with their coverage where `EDGES`.
    #[inline(always)]
    fn mix_texels<const EDGES: bool>(&mut self, reach: Range<usize>) {
        let Self { lanes, width, texels, .. } = *self;
        let kernel = if SPAN == 2 { Kernel::Linear } else { Kernel::Cubic };
        let bias = lanes.splat(kernel.bias());
        let mut weights = [bias; SPAN];
        let mut lines: [&[u16]; SPAN] = [&[]; SPAN];
        for (index, (weight, line)) in weights.iter_mut().zip(&mut lines).enumerate() {
            *weight = lanes.splat(self.weights[index]);
            *line = &texels[index * width..];
        }
        for at in reach.step_by(LANES) {
            let (mut value, mut coverage) = (bias, bias);
            for (line, &weight) in lines.iter().zip(&weights) {
                let Some(texels) = line.get(at..at + LANES) else {
                    return;
                };
                let Some(texels) = texels.first_chunk() else {
                    return;
                };
                let texels = lanes.load(texels);
                value = lanes.add(value, lanes.mul(lanes.low_bytes(texels), weight));
                if EDGES {
                    let covers = lanes.shift_right::<8>(texels);
                    coverage = lanes.add(coverage, lanes.mul(covers, weight));
                }
            }
            if let Some(out) = self.between.value[LANES + at..].first_chunk_mut() {
                lanes.store(kernel.settle(lanes, value), out);
            }
            if EDGES && let Some(out) = self.between.coverage[LANES + at..].first_chunk_mut() {
                lanes.store(kernel.settle(lanes, coverage), out);
            }
        }
    }

    /// Filters and blends a run of blocks.
    #[inline(always)]
    fn blend(&self, blocks: Range<usize>, find: Find, target: &mut [u8], opacity: u16) {
        let Self { lanes, filter, between, .. } = self;
        for block in blocks {
            let value = filter.run(*lanes, block, &between.value);
            let coverage = match find {
                Find::Edges => filter.run(*lanes, block, &between.coverage),
                _ => lanes.splat(255),
            };
            let target = &mut target[block * LANES..];
            let plain = find == Find::Solid && opacity >= 256;
            if let Some(target) = target.first_chunk_mut() {
                if plain {
                    lanes.store_bytes(value, target);
                } else {
                    blend::lay(*lanes, target, value, coverage, opacity);
                }
            } else {
                // The row ends within the block.
                let mut whole = [0; LANES];
                whole[..target.len()].copy_from_slice(target);
                blend::lay(*lanes, &mut whole, value, coverage, opacity);
                target.copy_from_slice(&whole[..target.len()]);
            }
        }
    }
}
