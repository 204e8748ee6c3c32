//! The arithmetic of putting premultiplied texels over samples, in fixed point:
//! `out = s·o + (255 − a·o)·d / 255`, `s` and `a` the texel, `o` the opacity, `d` what was there.
//! Loops are written so that the compiler vectorises them inside a `pulp` dispatch; `reference`
//! holds the plain formula they are tested against.

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

/// Outputs that [`block`] makes at once.
pub const LANES: usize = 16;

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

/// Blends [`LANES`] bilinear samples along a line through a plane of `value | coverage << 8`. The
/// bilinear weight of a texel is the hat `max(0, 1 − distance)`, so every lane weighs the same
/// `T × R` neighbourhood, shifted by its own index, and no lane gathers. `T ≥ 2 + 15·|dx − 1|` and
/// `R ≥ 2 + 15·|dy|`, rounded up; the texels must reach that far.
///
/// Returns false, having drawn nothing, where the neighbourhood would begin before the first texel.
#[inline(always)]
#[must_use]
pub fn block<const T: usize, const R: usize>(
    target: &mut [u8; LANES],
    texels: &[u16],
    stride: usize,
    gaze: Gaze,
    opacity: u16,
) -> bool {
    const LAST: i32 = LANES as i32 - 1;
    let Gaze { x, y, dx, dy } = gaze;
    // The last lanes of a shrinking line read left of their place: this may be one before the row.
    let column = (x >> 16).min(((x + LAST * dx) >> 16) - LAST);
    let row = (y >> 16).min((y + LAST * dy) >> 16);
    let start = i64::from(row) * stride as i64 + i64::from(column);
    let Ok(start) = usize::try_from(start) else { return false };
    let mut across = [[0_u16; LANES]; T];
    let mut down = [0_i16; LANES];
    for lane in 0..LANES {
        let n = lane as i32;
        let at = ((x + n * dx - ((column + n) << 16)) >> 8) as i16;
        for (tap, weights) in across.iter_mut().enumerate() {
            weights[lane] = hat(at - 256 * tap as i16);
        }
        down[lane] = ((y + n * dy - (row << 16)) >> 8) as i16;
    }
    let (mut value, mut coverage) = ([128_u16; LANES], [128_u16; LANES]);
    for line in 0..R {
        let texels = &texels[start + line * stride..][..LANES + T - 1];
        let (mut line_value, mut line_coverage) = ([128_u16; LANES], [128_u16; LANES]);
        for (tap, weights) in across.iter().enumerate() {
            for lane in 0..LANES {
                let texel = texels[tap + lane];
                let weight = weights[lane];
                line_value[lane] =
                    line_value[lane].wrapping_add((texel & 255).wrapping_mul(weight));
                line_coverage[lane] =
                    line_coverage[lane].wrapping_add((texel >> 8).wrapping_mul(weight));
            }
        }
        for lane in 0..LANES {
            let weight = hat(down[lane] - 256 * line as i16);
            value[lane] = value[lane].wrapping_add((line_value[lane] >> 8).wrapping_mul(weight));
            coverage[lane] =
                coverage[lane].wrapping_add((line_coverage[lane] >> 8).wrapping_mul(weight));
        }
    }
    for lane in 0..LANES {
        let (s, a) = (value[lane] >> 8, coverage[lane] >> 8);
        target[lane] = over(target[lane], faded(s, opacity), faded(a, opacity));
    }
    true
}

/// Weight 0–256 of a texel at a distance in 1/256 texel.
#[inline(always)]
fn hat(distance: i16) -> u16 {
    (256 - distance.wrapping_abs()).max(0) as u16
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
