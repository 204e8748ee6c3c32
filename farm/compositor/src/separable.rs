//! Upright sprites: each output row is one vertical blend of two texel rows, then one horizontal
//! filter. The horizontal filter runs over blocks of sixteen outputs: within a block every tap
//! reads sixteen neighbouring texels, with weights laid out once per sprite and frame, so that no
//! lane ever gathers.

use std::ops::Range;

use crate::affine::Affine;
use crate::blend;
use crate::frame::FrameMut;
use crate::sample::Area;
use crate::sprite::Level;

const LANES: usize = 16;
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

/// Draws an upright level over `area`.
pub(crate) fn draw(
    out: &mut FrameMut<'_>,
    level: &Level,
    to_output: &Affine,
    area: &Area,
    opacity: u16,
) {
    let Some(inverse) = to_output.inverse() else { return };
    let arch = pulp::Arch::new();
    arch.dispatch(|| luma(out, level, &inverse, area, opacity));
    arch.dispatch(|| chroma(out, level, &inverse, area, opacity));
}

#[inline(always)]
fn luma(out: &mut FrameMut<'_>, level: &Level, inverse: &Affine, area: &Area, opacity: u16) {
    let start = inverse.a * (area.columns.start as f64 + 0.5) + inverse.e - 0.5;
    let Some(filter) = Filter::new(area.columns.clone(), start, inverse.a, level.width) else {
        return;
    };
    let reach = filter.reach(level.width);
    let padded = level.width + 4 * LANES + filter.taps;
    let (mut values, mut coverage) = (vec![0_u16; padded], vec![0_u16; padded]);
    let mut filtered = [vec![0_u16; filter.width_padded()], vec![0_u16; filter.width_padded()]];
    for row in area.rows.clone() {
        let at = inverse.d * (row as f64 + 0.5) + inverse.f - 0.5;
        let Some((line, part)) = row_and_part(at, level.height) else { continue };
        let top = &level.luma[line * level.width..][..level.width][reach.clone()];
        let bottom = &level.luma[(line + 1) * level.width..][..level.width][reach.clone()];
        let inside = LANES + reach.start..LANES + reach.end;
        let targets = values[inside.clone()].iter_mut().zip(&mut coverage[inside]);
        for ((value, coverage), (&top, &bottom)) in targets.zip(top.iter().zip(bottom)) {
            *value = lerp(top & 255, bottom & 255, part);
            *coverage = lerp(top >> 8, bottom >> 8, part);
        }
        let [filtered_values, filtered_coverage] = &mut filtered;
        filter.run(&values, filtered_values);
        filter.run(&coverage, filtered_coverage);
        let target = &mut out.luma_row(row)[filter.columns.clone()];
        blend::planes(target, filtered_values, filtered_coverage, opacity);
    }
}

#[inline(always)]
fn chroma(out: &mut FrameMut<'_>, level: &Level, inverse: &Affine, area: &Area, opacity: u16) {
    let (width, height) = (level.width / 2, level.height / 2);
    let columns = area.columns.start / 2..area.columns.end / 2;
    let start = (inverse.a * (2.0 * columns.start as f64 + 1.0) + inverse.e) / 2.0 - 0.5;
    let Some(filter) = Filter::new(columns, start, inverse.a, width) else { return };
    let reach = filter.reach(width);
    let padded = width + 4 * LANES + filter.taps;
    let mut planes = [vec![0_u16; padded], vec![0_u16; padded], vec![0_u16; padded]];
    let empty = vec![0_u16; filter.width_padded()];
    let mut filtered = [empty.clone(), empty.clone(), empty];
    for row in area.rows.start / 2..area.rows.end / 2 {
        let at = (inverse.d * (2.0 * row as f64 + 1.0) + inverse.f) / 2.0 - 0.5;
        let Some((line, part)) = row_and_part(at, height) else { continue };
        let top = &level.chroma[line * width..][..width][reach.clone()];
        let bottom = &level.chroma[(line + 1) * width..][..width][reach.clone()];
        for (index, (plane, filtered)) in planes.iter_mut().zip(&mut filtered).enumerate() {
            let shift = 8 * index as u32;
            let targets = &mut plane[LANES + reach.start..LANES + reach.end];
            for (target, (&top, &bottom)) in targets.iter_mut().zip(top.iter().zip(bottom)) {
                let (top, bottom) = ((top >> shift & 255) as u16, (bottom >> shift & 255) as u16);
                *target = lerp(top, bottom, part);
            }
            filter.run(plane, filtered);
        }
        let [u, v, coverage] = &filtered;
        let (row_u, row_v) = out.chroma_rows(row);
        blend::planes(&mut row_u[filter.columns.clone()], u, coverage, opacity);
        blend::planes(&mut row_v[filter.columns.clone()], v, coverage, opacity);
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
