//! Gaussian blur of 8-bit samples with any number of channels. Small sigmas are filtered with the
//! Gaussian itself, larger ones with three boxes, and what is soft anyway at a fraction of the
//! resolution. Works on numbers only: what they mean is the caller's business.

#[cfg(test)]
mod tests;

use pulp::NullaryFnOnce;

/// Below this sigma (in samples of the working resolution) boxes are too coarse.
const EXACT_BELOW: f32 = 2.4;
/// Sigmas from which half and a quarter of the resolution lose nothing: what is left there is
/// still two and a half samples wide.
const HALF_FROM: f32 = 6.0;
const QUARTER_FROM: f32 = 12.0;
/// Fraction bits of a working sample.
const FRACTION_BITS: u32 = 8;
/// A box longer than this would overflow its sum; no art asks for it.
const BOX_MAX: usize = 400;

/// Blurs rows of `width` texels by a Gaussian of `sigma` texels each way. Beyond the edge
/// everything is zero.
pub(crate) fn blur<const N: usize>(texels: &mut [[u8; N]], width: usize, sigma: (f32, f32)) {
    if width == 0 || texels.len() < width || sigma.0.max(sigma.1) < 0.2 {
        return;
    }
    let by = reduction(sigma.0.min(sigma.1));
    pulp::Arch::new().dispatch(Blur { texels, width, sigma, by });
}

/// Blurs what was drawn `by` times smaller by a Gaussian of `sigma` texels of `out`, and enlarges
/// it to rows of `width`.
pub(crate) fn enlarged<const N: usize>(
    small: &[[u8; N]],
    small_width: usize,
    sigma: (f32, f32),
    by: usize,
    out: &mut [[u8; N]],
    width: usize,
) {
    pulp::Arch::new().dispatch(Enlarged { small, small_width, sigma, by, out, width });
}

struct Enlarged<'a, const N: usize> {
    small: &'a [[u8; N]],
    small_width: usize,
    sigma: (f32, f32),
    by: usize,
    out: &'a mut [[u8; N]],
    width: usize,
}

impl<const N: usize> NullaryFnOnce for Enlarged<'_, N> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { small, small_width, sigma, by, out, width } = self;
        let mut soft = Soft::shrunk(small, small_width, 1);
        soft.blur((remaining(sigma.0, by), remaining(sigma.1, by)));
        let mut line = Vec::new();
        for (y, row) in out.chunks_exact_mut(width).enumerate() {
            soft.enlarge_row(y, by, &mut line, row);
        }
    }
}

/// By how much a picture may be shrunk each way before it is blurred by `sigma`.
pub(crate) fn reduction(sigma: f32) -> usize {
    match sigma {
        ..HALF_FROM => 1,
        ..QUARTER_FROM => 2,
        _ => 4,
    }
}

/// Sigma that is left to blur at a `by`th of the resolution: averaging blocks and interpolating
/// between them are blurs themselves, of variance (by² − 1)/12 and by²/6.
fn remaining(sigma: f32, by: usize) -> f32 {
    let by = by as f32;
    if by == 1.0 {
        return sigma;
    }
    (sigma * sigma - (by * by - 1.0) / 12.0 - by * by / 6.0).max(0.0).sqrt() / by
}

struct Blur<'a, const N: usize> {
    texels: &'a mut [[u8; N]],
    width: usize,
    sigma: (f32, f32),
    by: usize,
}

impl<const N: usize> NullaryFnOnce for Blur<'_, N> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { texels, width, sigma, by } = self;
        let mut soft = Soft::shrunk(texels, width, by);
        soft.blur((remaining(sigma.0, by), remaining(sigma.1, by)));
        let mut line = Vec::new();
        for (y, row) in texels.chunks_exact_mut(width).enumerate() {
            soft.enlarge_row(y, by, &mut line, row);
        }
    }
}

/// Samples at the working resolution, in 1/256.
struct Soft<const N: usize> {
    width: usize,
    texels: Vec<[u16; N]>,
    /// Rows being filtered.
    spare: Vec<[u16; N]>,
}

impl<const N: usize> Soft<N> {
    /// Means of blocks of `by × by`; blocks at the right and bottom edge count zeros beyond it.
    #[inline(always)]
    fn shrunk(texels: &[[u8; N]], width: usize, by: usize) -> Self {
        let height = texels.len() / width;
        let (columns, rows) = (width.div_ceil(by), height.div_ceil(by));
        let mut small = vec![[0_u16; N]; columns * rows];
        let shift = FRACTION_BITS - 2 * by.trailing_zeros();
        for (y, row) in texels.chunks_exact(width).enumerate() {
            let target = &mut small[y / by * columns..][..columns];
            for (target, block) in target.iter_mut().zip(row.chunks(by)) {
                for texel in block {
                    for (sum, &sample) in target.iter_mut().zip(texel) {
                        *sum += u16::from(sample) << shift;
                    }
                }
            }
        }
        Self { width: columns, texels: small, spare: Vec::new() }
    }

    /// Blurs both ways: columns, then rows as columns of the transposed picture.
    #[inline(always)]
    fn blur(&mut self, sigma: (f32, f32)) {
        self.blur_columns(sigma.1);
        self.transpose();
        self.blur_columns(sigma.0);
        self.transpose();
    }

    #[inline(always)]
    fn transpose(&mut self) {
        const TILE: usize = 16;
        let (width, height) = (self.width, self.texels.len() / self.width);
        self.spare.resize(self.texels.len(), [0; N]);
        for top in (0..height).step_by(TILE) {
            for left in (0..width).step_by(TILE) {
                for x in left..(left + TILE).min(width) {
                    let rows = top..(top + TILE).min(height);
                    let target = &mut self.spare[x * height..][rows.clone()];
                    for (target, y) in target.iter_mut().zip(rows) {
                        *target = self.texels[y * width + x];
                    }
                }
            }
        }
        std::mem::swap(&mut self.texels, &mut self.spare);
        self.width = height;
    }

    #[inline(always)]
    fn blur_columns(&mut self, sigma: f32) {
        if sigma < EXACT_BELOW {
            self.weigh_columns(sigma);
            return;
        }
        // W3C Filter Effects, feGaussianBlur: three boxes come within 3 % of a Gaussian. An even
        // box is off centre by half a sample: two lean opposite ways, the third is one larger.
        let ideal = sigma * 3.0 * (2.0 * std::f32::consts::PI).sqrt() / 4.0 + 0.5;
        let size = (ideal as usize).min(BOX_MAX);
        let half = size / 2;
        let boxes = if size % 2 == 1 {
            [(half, half); 3]
        } else {
            [(half, half - 1), (half - 1, half), (half, half)]
        };
        for (before, after) in boxes {
            self.box_columns(before, after);
        }
    }

    /// Each sample becomes the mean of those from `before` rows above to `after` rows below.
    #[inline(always)]
    fn box_columns(&mut self, before: usize, after: usize) {
        let line = self.width * N;
        let height = self.texels.len() / self.width;
        self.spare.resize(self.texels.len(), [0; N]);
        // Samples stay under 2¹⁶, so a sum times the reciprocal of its length stays under 2³².
        let size = before + after + 1;
        let reciprocal = ((65_536 + size / 2) / size) as u32;
        let mut sums = vec![0_u32; line];
        let source = self.texels.as_flattened();
        let row = |y: usize| &source[y * line..][..line];
        for y in 0..after.min(height) {
            for (sum, &sample) in sums.iter_mut().zip(row(y)) {
                *sum += u32::from(sample);
            }
        }
        for (y, out) in self.spare.as_flattened_mut().chunks_exact_mut(line).enumerate() {
            if y + after < height {
                for (sum, &sample) in sums.iter_mut().zip(row(y + after)) {
                    *sum += u32::from(sample);
                }
            }
            for (out, &sum) in out.iter_mut().zip(&sums) {
                *out = (sum.wrapping_mul(reciprocal) >> 16) as u16;
            }
            if let Some(leaving) = y.checked_sub(before) {
                for (sum, &sample) in sums.iter_mut().zip(row(leaving)) {
                    *sum -= u32::from(sample);
                }
            }
        }
        std::mem::swap(&mut self.texels, &mut self.spare);
    }

    /// The Gaussian itself, three sigmas each way.
    #[inline(always)]
    fn weigh_columns(&mut self, sigma: f32) {
        let weights = gaussian(sigma);
        let reach = weights.len() - 1;
        if reach == 0 {
            return;
        }
        let line = self.width * N;
        let height = self.texels.len() / self.width;
        self.spare.resize(self.texels.len(), [0; N]);
        let source = self.texels.as_flattened();
        let row = |y: usize| &source[y * line..][..line];
        let mut sums = vec![0_u32; line];
        for (y, out) in self.spare.as_flattened_mut().chunks_exact_mut(line).enumerate() {
            sums.fill(1 << 15);
            for near in y.saturating_sub(reach)..(y + reach + 1).min(height) {
                let weight = weights[near.abs_diff(y)];
                for (sum, &sample) in sums.iter_mut().zip(row(near)) {
                    *sum += u32::from(sample) * weight;
                }
            }
            for (out, &sum) in out.iter_mut().zip(&sums) {
                *out = (sum >> 16) as u16;
            }
        }
        std::mem::swap(&mut self.texels, &mut self.spare);
    }

    /// Row `y` of the picture `by` times as large, interpolated and rounded to 8 bits. `line` is
    /// working memory.
    #[inline(always)]
    fn enlarge_row(&self, y: usize, by: usize, line: &mut Vec<[u16; N]>, out: &mut [[u8; N]]) {
        let rows = self.texels.len() / self.width;
        let row = |at: usize| &self.texels[at.min(rows - 1) * self.width..][..self.width];
        let narrow = |value: u16| (value.saturating_add(128) >> FRACTION_BITS) as u8;
        if by == 1 {
            for (out, texel) in out.iter_mut().zip(row(y)) {
                *out = texel.map(narrow);
            }
            return;
        }
        // The middle of texel j of a block lies this far, in 1/256 of a block, from the block's
        // own.
        let away = |j: usize| (2 * j as i32 + 1 - by as i32) * 128 / by as i32;
        let mix = |a: u16, b: u16, part: u32| {
            ((u32::from(a) * (256 - part) + u32::from(b) * part) >> 8) as u16
        };
        // Between the two nearest rows first, with the first and last texel repeated outside.
        let (block, down) = (y / by, away(y % by));
        let (top, bottom, part) = if down < 0 {
            (row(block.saturating_sub(1)), row(block), (256 + down) as u32)
        } else {
            (row(block), row(block + 1), down as u32)
        };
        line.resize(self.width + 2, [0; N]);
        let pairs = top.as_flattened().iter().zip(bottom.as_flattened());
        for (out, (&top, &bottom)) in line[1..].as_flattened_mut().iter_mut().zip(pairs) {
            *out = mix(top, bottom, part);
        }
        (line[0], line[self.width + 1]) = (line[1], line[self.width]);
        let blocks = out.chunks_mut(by).zip(line.windows(3));
        for (block, near) in blocks {
            for (j, out) in block.iter_mut().enumerate() {
                let across = away(j);
                *out = std::array::from_fn(|channel| {
                    let [left, here, right] = [0, 1, 2].map(|at| near[at][channel]);
                    narrow(if across < 0 {
                        mix(left, here, (256 + across) as u32)
                    } else {
                        mix(here, right, across as u32)
                    })
                });
            }
        }
    }
}

/// Weights in 1/65536 of the middle and of what lies 1, 2, … samples away; with both sides they
/// add up to one.
fn gaussian(sigma: f32) -> Vec<u32> {
    let reach = (sigma * 3.0).ceil() as i32;
    let density = |at: f32| (-at * at / (2.0 * sigma * sigma).max(1e-6)).exp();
    // A narrow bell is sampled inside each texel, or it would look narrower still.
    let weigh = |at: i32| (-4..=4).map(|part| density(at as f32 + part as f32 / 9.0)).sum::<f32>();
    let weights: Vec<f32> = (0..=reach).map(weigh).collect();
    let total = weights[0] + 2.0 * weights[1..].iter().sum::<f32>();
    let mut fixed: Vec<u32> =
        weights.iter().map(|weight| (weight / total * 65_536.0).round() as u32).collect();
    let sides: u32 = fixed[1..].iter().sum();
    fixed[0] = 65_536_u32.saturating_sub(2 * sides);
    fixed
}
