//! sRGB to and from BT.709 limited-range YUV, in 16.16 fixed point. Works on gamma-encoded values:
//! blending happens where the encoder's samples live. Coefficients: ITU-R BT.709-6, item 3.2–3.4
//! (Kr 0.2126, Kb 0.0722), scaled to 219 and 224 steps.

use crate::scene::Rgba;

const Y_R: i32 = 11_966;
const Y_G: i32 = 40_254;
const Y_B: i32 = 4_064;
const U_R: i32 = -6_596;
const U_G: i32 = -22_189;
const U_B: i32 = 28_785;
const V_R: i32 = 28_784;
const V_G: i32 = -26_145;
const V_B: i32 = -2_639;
/// 16 and 128 times 65536/255: the offsets scale with coverage in premultiplied samples.
const Y_OFFSET: i32 = 4_112;
const UV_OFFSET: i32 = 32_896;
const HALF: i32 = 1 << 15;

/// Luma of a premultiplied pixel (each 0–255), itself premultiplied.
#[inline(always)]
#[must_use]
pub fn premultiplied_luma(r: u8, g: u8, b: u8, a: u8) -> u8 {
    let sum = Y_R * i32::from(r)
        + Y_G * i32::from(g)
        + Y_B * i32::from(b)
        + Y_OFFSET * i32::from(a)
        + HALF;
    (sum >> 16).clamp(0, 255) as u8
}

/// Chroma (U, V) of the sum of four premultiplied pixels (each 0–1020), premultiplied.
#[inline(always)]
#[must_use]
pub fn premultiplied_chroma_of_four([r, g, b, a]: [i32; 4]) -> [u8; 2] {
    let half = 1 << 17;
    let u = U_R * r + U_G * g + U_B * b + UV_OFFSET * a + half;
    let v = V_R * r + V_G * g + V_B * b + UV_OFFSET * a + half;
    [(u >> 18).clamp(0, 255) as u8, (v >> 18).clamp(0, 255) as u8]
}

/// An opaque sRGB colour as Y, U, V.
#[must_use]
pub fn rgb_to_yuv(r: u8, g: u8, b: u8) -> [u8; 3] {
    let four = [r, g, b, 255].map(|channel| i32::from(channel) * 4);
    let [u, v] = premultiplied_chroma_of_four(four);
    [premultiplied_luma(r, g, b, 255), u, v]
}

/// Y, U, V as floats on the 8-bit scale from premultiplied float RGBA (each 0–255), premultiplied.
#[must_use]
pub fn premultiplied_yuv_f32([r, g, b, a]: [f32; 4]) -> [f32; 3] {
    let fixed = |value: i32| value as f32 / 65_536.0;
    let mix =
        |cr, cg, cb, offset| fixed(cr) * r + fixed(cg) * g + fixed(cb) * b + fixed(offset) * a;
    [mix(Y_R, Y_G, Y_B, Y_OFFSET), mix(U_R, U_G, U_B, UV_OFFSET), mix(V_R, V_G, V_B, UV_OFFSET)]
}

/// Y, U, V to sRGB.
#[must_use]
pub fn yuv_to_rgb(y: u8, u: u8, v: u8) -> [u8; 3] {
    let y = 76_309 * (i32::from(y) - 16);
    let (u, v) = (i32::from(u) - 128, i32::from(v) - 128);
    let clamp = |value: i32| ((value + HALF) >> 16).clamp(0, 255) as u8;
    [clamp(y + 117_489 * v), clamp(y - 13_975 * u - 34_925 * v), clamp(y + 138_438 * u)]
}

/// As tiny-skia wants it.
#[must_use]
pub fn skia(colour: Rgba) -> tiny_skia::Color {
    tiny_skia::Color::from_rgba8(colour.0, colour.1, colour.2, colour.3)
}

/// A solid paint, anti-aliased.
#[must_use]
pub fn solid_paint(colour: Rgba) -> tiny_skia::Paint<'static> {
    let mut paint = tiny_skia::Paint::default();
    paint.set_color(skia(colour));
    paint.anti_alias = true;
    paint
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One step of 8-bit limited range is 255/219 of a full-range step, hence 2.
    const ROUND_TRIP_TOLERANCE: i32 = 2;

    #[test]
    fn primaries_match_bt709() {
        assert_eq!(rgb_to_yuv(0, 0, 0), [16, 128, 128]);
        assert_eq!(rgb_to_yuv(255, 255, 255), [235, 128, 128]);
        assert_eq!(rgb_to_yuv(255, 0, 0), [63, 102, 240]);
        assert_eq!(rgb_to_yuv(0, 0, 255), [32, 240, 118]);
    }

    #[test]
    fn colours_survive_the_round_trip() {
        for r in (0..=255).step_by(15) {
            for g in (0..=255).step_by(15) {
                for b in (0..=255).step_by(15) {
                    let [y, u, v] = rgb_to_yuv(r, g, b);
                    for (back, was) in yuv_to_rgb(y, u, v).into_iter().zip([r, g, b]) {
                        let error = (i32::from(back) - i32::from(was)).abs();
                        assert!(error <= ROUND_TRIP_TOLERANCE + 1, "{r},{g},{b} off by {error}");
                    }
                }
            }
        }
    }
}
