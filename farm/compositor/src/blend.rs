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

/// Blends a row of `Y | A << 8` texels.
#[inline(always)]
pub fn luma_texels(target: &mut [u8], texels: &[u16], opacity: u16) {
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

/// Blends a row of `U | V << 8 | A << 16` texels.
#[inline(always)]
pub fn chroma_texels(target_u: &mut [u8], target_v: &mut [u8], texels: &[u32], opacity: u16) {
    for ((u, v), &texel) in target_u.iter_mut().zip(target_v).zip(texels) {
        let part = |shift: u32| faded((texel >> shift & 255) as u16, opacity);
        let a = part(16);
        *u = over(*u, part(0), a);
        *v = over(*v, part(8), a);
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
const QUAD: u64 = 0x0000_00FF_00FF_00FF;

/// One bilinear sample of luma texels; `fx`, `fy` are 0–255 of a texel.
#[inline(always)]
pub fn luma_point(sample: &mut u8, taps: [&[u16]; 2], fx: u32, fy: u32, opacity: u16) {
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

/// One bilinear sample of chroma texels; `fx`, `fy` are 0–255 of a texel.
#[inline(always)]
pub fn chroma_point(
    u: &mut u8,
    v: &mut u8,
    taps: [&[u32]; 2],
    fx: u64,
    fy: u64,
    opacity: u16,
) {
    const HALF: u64 = 0x0000_0080_0080_0080;
    let spread = |texel: u32| {
        let texel = u64::from(texel);
        (texel & 0xFF) | (texel & 0xFF00) << 8 | (texel & 0x00FF_0000) << 16
    };
    let [top, bottom] = taps;
    let (a, b, c, d) = (top[0], top[1], bottom[0], bottom[1]);
    if a | b | c | d == 0 {
        return;
    }
    let lerp = |from: u64, to: u64, part: u64| ((from * (256 - part) + to * part + HALF) >> 8) & QUAD;
    let texel = lerp(lerp(spread(a), spread(b), fx), lerp(spread(c), spread(d), fx), fy);
    let part = |shift: u32| faded((texel >> shift & 255) as u16, opacity);
    let coverage = part(32);
    *u = over(*u, part(0), coverage);
    *v = over(*v, part(16), coverage);
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

    /// Blends a row of `Y | A << 8` texels.
    pub fn luma_texels(target: &mut [u8], texels: &[u16], opacity: u16) {
        for (sample, &texel) in target.iter_mut().zip(texels) {
            *sample = over(*sample, f64::from(texel & 255), f64::from(texel >> 8), opacity);
        }
    }
}
