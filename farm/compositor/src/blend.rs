//! The arithmetic of putting premultiplied texels over samples, in fixed point:
//! `out = s·o + (255 − a·o)·d / 255`, `s` and `a` the texel, `o` the opacity, `d` what was there.
//! Simple loops are left to the compiler, which vectorises them inside a `pulp` dispatch; sampling
//! is written in [`Lanes`]. `reference` holds the plain formula both are tested against.

pub use crate::lanes::LANES;
use crate::lanes::Lanes;

/// `d·(255 − a)/255`, rounded exactly, in 16 bits.
#[inline(always)]
fn under(d: u16, a: u16) -> u16 {
    let product = d.wrapping_mul(255 - a).wrapping_add(128);
    product.wrapping_add(product >> 8) >> 8
}

/// Scales 0–255 by `opacity` 0–256.
#[inline(always)]
fn faded(value: u16, opacity: u16) -> u16 {
    value.wrapping_mul(opacity) >> 8
}

#[inline(always)]
fn over(d: u8, s: u16, a: u16) -> u8 {
    (s + under(u16::from(d), a)).min(255) as u8
}

/// Blends a row of `value | coverage << 8` texels.
#[inline(always)]
pub fn texels(target: &mut [u8], texels: &[u16], opacity: u16) {
    if opacity >= 256 {
        for (sample, &texel) in target.iter_mut().zip(texels) {
            *sample = over(*sample, texel & 255, texel >> 8);
        }
    } else {
        for (sample, &texel) in target.iter_mut().zip(texels) {
            *sample = over(*sample, faded(texel & 255, opacity), faded(texel >> 8, opacity));
        }
    }
}

/// [`texels`] as a `pulp` dispatch.
#[derive(Debug)]
pub struct Texels<'a> {
    /// What is there.
    pub target: &'a mut [u8],
    /// What goes over it.
    pub texels: &'a [u16],
    /// 0–256.
    pub opacity: u16,
}

impl pulp::NullaryFnOnce for Texels<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        texels(self.target, self.texels, self.opacity);
    }
}

/// Blends separate rows of one sample plane and its coverage, 0–255 in 16 bits each.
#[inline(always)]
pub fn planes(target: &mut [u8], values: &[u16], coverage: &[u16], opacity: u16) {
    for ((sample, &s), &a) in target.iter_mut().zip(values).zip(coverage) {
        *sample = over(*sample, faded(s, opacity), faded(a, opacity));
    }
}

const PAIR: u32 = 0x00FF_00FF;

/// Blends one bilinear sample of the texels `[top left, top right]`, `[bottom left, bottom right]`;
/// `fx`, `fy` are 0–255 of a texel.
#[inline(always)]
pub fn point(sample: &mut u8, taps: [&[u16]; 2], fx: u32, fy: u32, opacity: u16) {
    let spread = |texel: u16| (u32::from(texel) | u32::from(texel) << 8) & PAIR;
    let [top, bottom] = taps;
    let (a, b, c, d) = (top[0], top[1], bottom[0], bottom[1]);
    if a | b | c | d == 0 {
        return;
    }
    let lerp = |from: u32, to: u32, part: u32| {
        ((from * (256 - part) + to * part + 0x0080_0080) >> 8) & PAIR
    };
    let texel = lerp(lerp(spread(a), spread(b), fx), lerp(spread(c), spread(d), fx), fy);
    let (s, a) = ((texel & 255) as u16, (texel >> 16) as u16);
    *sample = over(*sample, faded(s, opacity), faded(a, opacity));
}

/// Where a block of outputs looks: texel coordinates of its first output and the step to the next,
/// in 1/65536 texel.
#[derive(Clone, Copy, Debug)]
pub struct Gaze {
    /// Column.
    pub x: i32,
    /// Row.
    pub y: i32,
    /// Columns an output.
    pub dx: i32,
    /// Rows an output.
    pub dy: i32,
}

/// The neighbourhood that a block of outputs sees.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// First texel row.
    pub row: i32,
    /// Texel column that the first output's first tap reads; each next output reads one further.
    pub column: i32,
    /// Columns and rows from the first texel to where each output looks, at most, in 1/65536.
    reach: (i32, i32),
}

impl Gaze {
    /// What a block that looks here sees.
    #[inline(always)]
    #[must_use]
    pub fn view(&self) -> View {
        const LAST: i32 = LANES as i32 - 1;
        let Self { x, y, dx, dy } = *self;
        // The last lanes of a shrinking line read left of their place: this may be before the row.
        let end = (x + LAST * dx) - (LAST << 16);
        let (column, row) = (x.min(end) >> 16, y.min(y + LAST * dy) >> 16);
        let reach = (x.max(end) - (column << 16), y.max(y + LAST * dy) - (row << 16));
        View { row, column, reach }
    }

    /// Where the block after this one looks.
    #[inline(always)]
    pub fn advance(&mut self) {
        self.x += self.dx * LANES as i32;
        self.y += self.dy * LANES as i32;
    }
}

impl View {
    /// Columns and rows of taps an output needs here.
    #[inline(always)]
    #[must_use]
    pub const fn taps(&self) -> (usize, usize) {
        ((self.reach.0 >> 16) as usize + 2, (self.reach.1 >> 16) as usize + 2)
    }
}

/// Blends [`LANES`] bilinear samples along a line through a plane of `value | coverage << 8`. The
/// bilinear weight of a texel is the hat `max(0, 1 − distance)`, so every lane weighs the same
/// `T × R` neighbourhood, shifted by its own index, and no lane gathers. `T` and `R` must be at
/// least the taps that `view` asks for and at most six; the texels must reach that far. With
/// `SOLID` all texels in reach must be opaque: their coverage is not looked at.
///
/// Returns false, having drawn nothing, where the neighbourhood would begin before the first texel.
#[inline(always)]
#[must_use]
pub fn block<L: Lanes, const T: usize, const R: usize, const SOLID: bool>(
    lanes: L,
    target: &mut [u8; LANES],
    (texels, stride): (&[u16], usize),
    (gaze, view): (Gaze, View),
    opacity: u16,
) -> bool {
    let start = i64::from(view.row) * stride as i64 + i64::from(view.column);
    let Ok(start) = usize::try_from(start) else { return false };
    let across = hats::<L, T>(lanes, gaze.x - (view.column << 16), gaze.dx - (1 << 16));
    let down = hats::<L, R>(lanes, gaze.y - (view.row << 16), gaze.dy);
    let half = lanes.splat(128);
    let (mut value, mut coverage) = (half, half);
    for (line, &weight) in down.iter().enumerate() {
        let first = start + line * stride;
        let Some(texels) = texels.get(first..first + LANES + T - 1) else { return false };
        let (mut line_value, mut line_coverage) = (half, half);
        for (tap, &weight) in across.iter().enumerate() {
            let Some(texels) = texels[tap..].first_chunk() else { return false };
            let texels = lanes.load(texels);
            line_value = lanes.add(line_value, lanes.mul(lanes.low_bytes(texels), weight));
            if !SOLID {
                let covers = lanes.shift_right::<8>(texels);
                line_coverage = lanes.add(line_coverage, lanes.mul(covers, weight));
            }
        }
        value = lanes.add(value, lanes.mul(lanes.shift_right::<8>(line_value), weight));
        if !SOLID {
            let covers = lanes.shift_right::<8>(line_coverage);
            coverage = lanes.add(coverage, lanes.mul(covers, weight));
        }
    }
    let value = lanes.shift_right::<8>(value);
    if SOLID && opacity >= 256 {
        lanes.store_bytes(value, target);
        return true;
    }
    let coverage = if SOLID { lanes.splat(255) } else { lanes.shift_right::<8>(coverage) };
    lay(lanes, target, value, coverage, opacity);
    true
}

/// Blends [`LANES`] values with their coverage, 0–255 each.
#[inline(always)]
pub fn lay<L: Lanes>(
    lanes: L,
    target: &mut [u8; LANES],
    mut value: L::Sixteen,
    mut coverage: L::Sixteen,
    opacity: u16,
) {
    if opacity < 256 {
        let opacity = lanes.splat(opacity);
        value = lanes.shift_right::<8>(lanes.mul(value, opacity));
        coverage = lanes.shift_right::<8>(lanes.mul(coverage, opacity));
    }
    let clear = lanes.sub(lanes.splat(255), coverage);
    let product = lanes.add(lanes.mul(lanes.load_bytes(target), clear), lanes.splat(128));
    let under = lanes.shift_right::<8>(lanes.add(product, lanes.shift_right::<8>(product)));
    lanes.store_bytes(lanes.add(value, under), target);
}

/// Weights 0–256 of `N` neighbours in each lane, where lane `n` looks at `start + n·step`, in
/// 1/65536 from the first neighbour.
#[inline(always)]
fn hats<L: Lanes, const N: usize>(lanes: L, start: i32, step: i32) -> [L::Sixteen; N] {
    const { assert!(N >= 2 && N <= 6, "positions of more neighbours do not fit 16 bits") };
    const INDEX: [u16; LANES] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
    // 1/8192: positions below eight fit, and fifteen steps are off by 1/1092 at most. Everything is
    // moved by 8/8192, less than half a weight: a position that is hardly a neighbour's would else
    // be rounded to before the first, which wraps around to nowhere.
    let offsets = lanes.mul(lanes.load(&INDEX), lanes.splat(((step + 4) >> 3) as u16));
    let at = lanes.shift_right::<5>(lanes.add(offsets, lanes.splat(((start >> 3) + 8) as u16)));
    let one = lanes.splat(256);
    if N == 2 {
        let mut both = [at; N];
        both[0] = lanes.less(one, at);
        return both;
    }
    std::array::from_fn(|tap| lanes.less(one, lanes.distance(at, lanes.splat(256 * tap as u16))))
}

/// Moves a row towards another: `row + (over − row)·amount/256`, `amount` 0–256.
#[inline(always)]
pub fn mix_into(row: &mut [u8], over: &[u8], amount: u16) {
    for (sample, &over) in row.iter_mut().zip(over) {
        *sample = mixed(*sample, over, amount);
    }
}

/// [`mix_into`] with an amount (0–256) for every sample.
#[inline(always)]
pub fn mix_into_by(row: &mut [u8], over: &[u8], amounts: &[u16]) {
    for ((sample, &over), &amount) in row.iter_mut().zip(over).zip(amounts) {
        *sample = mixed(*sample, over, amount);
    }
}

#[inline(always)]
fn mixed(from: u8, to: u8, amount: u16) -> u8 {
    // At most 255·256 + 128: fits.
    let sum = u16::from(from).wrapping_mul(256 - amount);
    let sum = sum.wrapping_add(u16::from(to).wrapping_mul(amount)).wrapping_add(128);
    (sum >> 8) as u8
}

/// The formulas in floating point, for tests and benches.
pub mod reference {
    /// `s·o + d·(1 − a·o)` with `s`, `a`, `d` 0–255 and `o` 0–256.
    #[must_use]
    pub fn over(d: u8, s: f64, a: f64, opacity: u16) -> u8 {
        let opacity = f64::from(opacity) / 256.0;
        let value = s * opacity + f64::from(d) * (1.0 - a * opacity / 255.0);
        value.round().clamp(0.0, 255.0) as u8
    }

    /// Blends a row of `value | coverage << 8` texels.
    pub fn texels(target: &mut [u8], texels: &[u16], opacity: u16) {
        for (sample, &texel) in target.iter_mut().zip(texels) {
            *sample = over(*sample, f64::from(texel & 255), f64::from(texel >> 8), opacity);
        }
    }
}
