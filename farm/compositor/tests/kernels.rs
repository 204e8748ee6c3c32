//! The fast kernels, dispatched to whatever vectors this machine has, against the plain formula.

use cutline_compositor::blend::{self, Gaze, LANES};
use proptest::prelude::*;

/// Rounding once, plus truncation of a faded value: never more than one step.
const BLEND_TOLERANCE: u8 = 1;
/// Noise is the worst case: positions cut to 1/256 texel move value and coverage by up to 1.8 steps
/// each, and each is rounded twice. Smooth pictures stay within one.
const SAMPLE_TOLERANCE: u8 = 5;

/// A premultiplied texel: the value never exceeds what its coverage allows.
fn texel() -> impl Strategy<Value = u16> {
    (0_u16..=255, 0_u16..=235).prop_map(|(cover, value)| (value * cover / 255) | cover << 8)
}

/// The plain bilinear sample of value and coverage at a point.
fn bilinear(texels: &[u16], stride: usize, x: f64, y: f64) -> (f64, f64) {
    let (column, row) = (x.floor(), y.floor());
    let (fx, fy) = (x - column, y - row);
    let at = row as usize * stride + column as usize;
    let part = |shift: u32| {
        let read = |index: usize| f64::from(texels[index] >> shift & 255);
        let top = read(at) + (read(at + 1) - read(at)) * fx;
        let bottom = read(at + stride) + (read(at + stride + 1) - read(at + stride)) * fx;
        top + (bottom - top) * fy
    };
    (part(0), part(8))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn blending_a_row_matches_the_formula(
        row in prop::collection::vec((any::<u8>(), texel()), 1..200),
        opacity in 0_u16..=256,
    ) {
        let (mut target, texels): (Vec<u8>, Vec<u16>) = row.into_iter().unzip();
        let mut want = target.clone();
        blend::reference::texels(&mut want, &texels, opacity);
        let job = blend::Texels { target: &mut target, texels: &texels, opacity };
        pulp::Arch::new().dispatch(job);
        for (got, want) in target.iter().zip(&want) {
            prop_assert!(got.abs_diff(*want) <= BLEND_TOLERANCE, "{got} for {want}");
        }
    }

    #[test]
    fn a_block_of_sixteen_sees_what_sixteen_points_see(
        texels in prop::collection::vec(texel(), 64 * 40),
        (x, y) in (1.0..8.0_f64, 4.0..8.0_f64),
        (dx, dy) in (0.94..1.06_f64, -0.06..0.06_f64),
        under in any::<u8>(),
        opacity in 1_u16..=256,
    ) {
        let fixed = |value: f64| (value * 65_536.0) as i32;
        let gaze = Gaze { x: fixed(x), y: fixed(y), dx: fixed(dx), dy: fixed(dy) };
        let mut target = [under; LANES];
        prop_assert!(blend::block::<3, 3>(&mut target, &texels, 64, gaze, opacity));
        for (lane, got) in target.iter().enumerate() {
            let (x, y) = (x + lane as f64 * dx, y + lane as f64 * dy);
            let (value, cover) = bilinear(&texels, 64, x, y);
            let want = blend::reference::over(under, value, cover, opacity);
            prop_assert!(got.abs_diff(want) <= SAMPLE_TOLERANCE, "lane {lane}: {got} for {want}");
        }
    }

    #[test]
    fn a_single_point_matches_the_formula(
        texels in prop::collection::vec(texel(), 4),
        (fx, fy) in (0_u32..256, 0_u32..256),
        under in any::<u8>(),
        opacity in 0_u16..=256,
    ) {
        let mut got = under;
        blend::point(&mut got, [&texels[..2], &texels[2..]], fx, fy, opacity);
        let (x, y) = (f64::from(fx) / 256.0, f64::from(fy) / 256.0);
        let (value, cover) = bilinear(&[&texels[..], &[0; 2]].concat(), 2, x, y);
        let want = blend::reference::over(under, value, cover, opacity);
        prop_assert!(got.abs_diff(want) <= SAMPLE_TOLERANCE, "{got} for {want}");
    }

    #[test]
    fn a_crossfade_stays_between_its_ends(
        rows in prop::collection::vec((any::<u8>(), any::<u8>()), 1..100),
        amount in 0_u16..=256,
    ) {
        let (from, to): (Vec<u8>, Vec<u8>) = rows.into_iter().unzip();
        let mut row = from.clone();
        blend::mix_into(&mut row, &to, amount);
        for ((got, from), to) in row.iter().zip(&from).zip(&to) {
            let part = f64::from(amount) / 256.0;
            let want = f64::from(*from) + (f64::from(*to) - f64::from(*from)) * part;
            prop_assert!((f64::from(*got) - want).abs() <= 0.51);
        }
    }
}
