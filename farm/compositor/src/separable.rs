//! Upright sprites: each output row is one vertical blend of two texel rows, then one horizontal
//! filter. The horizontal filter runs over blocks of sixteen outputs: within a block every tap
//! reads sixteen neighbouring texels, with weights laid out once per sprite and frame, so that no
//! lane ever gathers.

use std::ops::Range;

use pulp::NullaryFnOnce;

use crate::affine::Affine;
use crate::blend::{self, LANES};
use crate::frame::FrameMut;
use crate::sample::{Area, sample_px};
use crate::sprite::Level;

/// Texels per output beyond which blocks need too many taps.
const STEP_MAX: f64 = 2.1;

/// True when the horizontal scale is one this way of drawing is good at.
pub(crate) fn suits(to_output: &Affine) -> bool {
    (0.4..STEP_MAX).contains(&(1.0 / to_output.a))
}

/// Horizontal filter of one plane: for outputs `columns`, where they read and with what weight.
#[derive(Clone, Debug)]
pub(crate) struct Filter {
    columns: Range<usize>,
    /// First texel of each block's first tap.
    bases: Vec<usize>,
    taps: usize,
    /// `taps` rows of weights a block, 0–256; each lane's weights sum to 256.
    weights: Vec<[u16; LANES]>,
}

impl Filter {
    /// Output `n` of `columns` sees texel coordinate `start + (n − columns.start)·step`. Outputs
    /// whose two texels are not both within `size` are left out. `None` when none remain.
    pub(crate) fn new(columns: Range<usize>, start: f64, step: f64, size: usize) -> Option<Self> {
        let at = |n: usize| ((start + n as f64 * step) * 256.0).round();
        let inside = |n: usize| at(n) >= 0.0 && at(n) < (size as f64 - 1.0) * 256.0;
        let first = (0..columns.len()).find(|&n| inside(n))?;
        let end = (first..columns.len()).rev().find(|&n| inside(n))? + 1;
        let texel_and_part = |n: usize| {
            let fixed = at(n) as usize;
            (fixed / 256, (fixed % 256) as u16)
        };
        let blocks = (end - first).div_ceil(LANES);
        let taps = (step * (LANES - 1) as f64 - (LANES - 1) as f64).abs().ceil() as usize + 3;
        let mut weights = vec![[0; LANES]; blocks * taps];
        let mut bases = Vec::with_capacity(blocks);
        for block in 0..blocks {
            let lanes = first + block * LANES..(first + (block + 1) * LANES).min(end);
            let offset = |n: usize| texel_and_part(n).0 as i64 - (n - lanes.start) as i64;
            let base = lanes.clone().map(offset).min()?;
            // A negative base reads the padding in front of the row buffer.
            bases.push((base + LANES as i64).max(0) as usize);
            for (lane, n) in lanes.clone().enumerate() {
                let tap = (offset(n) - base) as usize;
                let part = texel_and_part(n).1;
                let row = block * taps + tap.min(taps - 2);
                weights[row][lane] += 256 - part;
                weights[row + 1][lane] += part;
            }
        }
        let columns = columns.start + first..columns.start + end;
        Some(Self { columns, bases, taps, weights })
    }

    /// Filters `row` (texels from index [`LANES`] on) into `out`, one value per column.
    #[inline(always)]
    fn run(&self, row: &[u16], out: &mut [u16]) {
        let blocks = self.bases.iter().zip(self.weights.chunks_exact(self.taps));
        for ((&base, weights), out) in blocks.zip(out.chunks_exact_mut(LANES)) {
            let mut sums = [128_u16; LANES];
            for (tap, weights) in weights.iter().enumerate() {
                let texels = &row[base + tap..base + tap + LANES];
                for ((sum, &texel), &weight) in sums.iter_mut().zip(texels).zip(weights) {
                    *sum = sum.wrapping_add(texel.wrapping_mul(weight));
                }
            }
            for (out, sum) in out.iter_mut().zip(sums) {
                *out = sum >> 8;
            }
        }
    }

    /// Texels that any block reads, for rows of `size`.
    fn reach(&self, size: usize) -> Range<usize> {
        let first = self.bases.iter().min().copied().unwrap_or(0).saturating_sub(LANES);
        let last = self.bases.iter().max().copied().unwrap_or(0) + self.taps;
        first.min(size)..last.min(size)
    }

    fn width_padded(&self) -> usize {
        self.bases.len() * LANES
    }
}

/// Row index and weight (0–255) of the row below, when both rows exist.
#[inline(always)]
fn row_and_part(at: f64, rows: usize) -> Option<(usize, u16)> {
    let fixed = (at * 256.0).round();
    let inside = fixed >= 0.0 && fixed < (rows as f64 - 1.0) * 256.0;
    inside.then_some((fixed as usize / 256, (fixed as usize % 256) as u16))
}

#[inline(always)]
fn lerp(from: u16, to: u16, part: u16) -> u16 {
    from.wrapping_mul(256 - part).wrapping_add(to.wrapping_mul(part)).wrapping_add(128) >> 8
}

/// Draws an upright level over `area`. An `opaque` one replaces what is there.
pub(crate) fn draw(
    out: &mut FrameMut<'_>,
    level: &Level,
    to_output: &Affine,
    area: &Area,
    opacity: u16,
    opaque: bool,
) {
    let Some(inverse) = to_output.inverse() else { return };
    let replace = opaque && opacity >= 256;
    let arch = pulp::Arch::new();
    for (index, plane) in level.planes.iter().enumerate() {
        let every = sample_px(index);
        let (columns, rows) = area.samples(every);
        let shift = (inverse.e / every as f64, inverse.f / every as f64);
        let start = inverse.a * (columns.start as f64 + 0.5) + shift.0 - 0.5;
        let Some(filter) = Filter::new(columns, start, inverse.a, plane.width) else { return };
        let mut lines = Lines::new(&filter, plane.width);
        for row in rows {
            let at = inverse.d * (row as f64 + 0.5) + shift.1 - 0.5;
            let Some((line, part)) = row_and_part(at, plane.height) else { continue };
            let target = &mut out.row(index, row)[filter.columns.clone()];
            let pair = &plane.texels[line * plane.width..][..2 * plane.width];
            let lines = &mut lines;
            arch.dispatch(Row { lines, filter: &filter, pair, part, target, opacity, replace });
        }
    }
}

/// Working rows of one plane: texels between two lines, and those filtered to the output.
#[derive(Debug)]
struct Lines {
    reach: Range<usize>,
    value: Vec<u16>,
    coverage: Vec<u16>,
    filtered_value: Vec<u16>,
    filtered_coverage: Vec<u16>,
}

impl Lines {
    fn new(filter: &Filter, width: usize) -> Self {
        let padded = vec![0; width + 4 * LANES + filter.taps];
        let filtered = vec![0; filter.width_padded()];
        Self {
            reach: filter.reach(width),
            value: padded.clone(),
            coverage: padded,
            filtered_value: filtered.clone(),
            filtered_coverage: filtered,
        }
    }
}

/// Blends one output row from a `pair` of texel lines, `part`/256 of the way to the second.
struct Row<'a> {
    lines: &'a mut Lines,
    filter: &'a Filter,
    pair: &'a [u16],
    part: u16,
    target: &'a mut [u8],
    opacity: u16,
    replace: bool,
}

impl NullaryFnOnce for Row<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { lines, filter, pair, part, target, opacity, replace } = self;
        let (top, bottom) = pair.split_at(pair.len() / 2);
        let (top, bottom) = (&top[lines.reach.clone()], &bottom[lines.reach.clone()]);
        let inside = LANES + lines.reach.start..LANES + lines.reach.end;
        let values = lines.value[inside.clone()].iter_mut();
        for (value, (&top, &bottom)) in values.zip(top.iter().zip(bottom)) {
            *value = lerp(top & 255, bottom & 255, part);
        }
        filter.run(&lines.value, &mut lines.filtered_value);
        if replace {
            for (sample, &value) in target.iter_mut().zip(&lines.filtered_value) {
                *sample = value as u8;
            }
            return;
        }
        let covers = lines.coverage[inside].iter_mut();
        for (coverage, (&top, &bottom)) in covers.zip(top.iter().zip(bottom)) {
            *coverage = lerp(top >> 8, bottom >> 8, part);
        }
        filter.run(&lines.coverage, &mut lines.filtered_coverage);
        blend::planes(target, &lines.filtered_value, &lines.filtered_coverage, opacity);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rounding of the weights and of the sum.
    const FILTER_TOLERANCE: f64 = 1.0;

    #[test]
    fn every_output_is_the_weighted_mean_of_its_two_texels() {
        for step in [0.45, 0.83, 0.97, 1.0, 1.03, 1.4, 2.0] {
            let size = 300;
            let texels: Vec<u16> = (0..size).map(|x| ((x * 7919) % 256) as u16).collect();
            let mut row = vec![0; LANES];
            row.extend(&texels);
            row.resize(size + 6 * LANES + 40, 0);
            let start = -3.37;
            let filter = Filter::new(10..200, start, step, size).expect("overlaps");
            let mut out = vec![0; filter.width_padded()];
            filter.run(&row, &mut out);
            for (column, &value) in filter.columns.clone().zip(&out) {
                let at = start + (column - 10) as f64 * step;
                let (left, part) = (at.floor() as usize, at - at.floor());
                let (a, b) = (f64::from(texels[left]), f64::from(texels[left + 1]));
                let want = a + (b - a) * part;
                let error = (want - f64::from(value)).abs();
                assert!(error <= FILTER_TOLERANCE, "step {step} column {column}: {want} {value}");
            }
        }
    }
}
