//! The fast kernels, dispatched to whatever vectors this machine has, against the plain formula.

use cutline_compositor::blend::{self, Gaze};
use cutline_compositor::lanes::{self, LANES, Lanes as _, Plain};
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
        let (view, source) = (gaze.view(), (&texels[..], 64));
        let (across, down) = view.taps();
        prop_assert!(across <= 3 && down <= 3, "{across} and {down} taps");
        let look = (gaze, view);
        prop_assert!(blend::block::<_, 3, 3, false>(Plain, &mut target, source, look, opacity));
        for (lane, got) in target.iter().enumerate() {
            let (x, y) = (x + lane as f64 * dx, y + lane as f64 * dy);
            let (value, cover) = bilinear(&texels, 64, x, y);
            let want = blend::reference::over(under, value, cover, opacity);
            prop_assert!(got.abs_diff(want) <= SAMPLE_TOLERANCE, "lane {lane}: {got} for {want}");
        }
        // With six taps, and with as few as will do.
        let mut other = [under; LANES];
        prop_assert!(blend::block::<_, 6, 6, false>(Plain, &mut other, source, look, opacity));
        prop_assert_eq!(other, target);
        if (across, down) == (2, 2) {
            let mut other = [under; LANES];
            prop_assert!(blend::block::<_, 2, 2, false>(Plain, &mut other, source, look, opacity));
            prop_assert_eq!(other, target);
        }
        #[cfg(target_arch = "x86_64")]
        if let Some(wide) = lanes::Wide::new() {
            let mut other = [under; LANES];
            prop_assert!(blend::block::<_, 3, 3, false>(wide, &mut other, source, look, opacity));
            prop_assert_eq!(other, target, "the wide lanes differ from the plain ones");
        }
    }

    #[cfg(target_arch = "x86_64")]
    #[test]
    fn wide_lanes_count_like_plain_ones(
        a in prop::array::uniform16(any::<u16>()),
        b in prop::array::uniform16(any::<u16>()),
        bytes in prop::array::uniform16(any::<u8>()),
    ) {
        let Some(wide) = lanes::Wide::new() else { return Ok(()) };
        let (wa, wb) = (wide.load(&a), wide.load(&b));
        let got = |sixteen| {
            let mut numbers = [0; LANES];
            wide.store(sixteen, &mut numbers);
            numbers
        };
        prop_assert_eq!(got(wide.add(wa, wb)), Plain.add(a, b));
        prop_assert_eq!(got(wide.sub(wa, wb)), Plain.sub(a, b));
        prop_assert_eq!(got(wide.mul(wa, wb)), Plain.mul(a, b));
        prop_assert_eq!(got(wide.less(wa, wb)), Plain.less(a, b));
        prop_assert_eq!(got(wide.min(wa, wb)), Plain.min(a, b));
        prop_assert_eq!(got(wide.distance(wa, wb)), Plain.distance(a, b));
        prop_assert_eq!(got(wide.low_bytes(wa)), Plain.low_bytes(a));
        prop_assert_eq!(got(wide.shift_right::<5>(wa)), Plain.shift_right::<5>(a));
        prop_assert_eq!(got(wide.splat(a[0])), Plain.splat(a[0]));
        prop_assert_eq!(got(wide.load_bytes(&bytes)), Plain.load_bytes(&bytes));
        let (mut stored, mut want) = ([0; LANES], [0; LANES]);
        wide.store_bytes(wa, &mut stored);
        Plain.store_bytes(a, &mut want);
        prop_assert_eq!(stored, want);
    }

    #[test]
    fn a_block_of_opaque_texels_is_drawn_alike_with_and_without_looking_at_coverage(
        values in prop::collection::vec(any::<u8>(), 64 * 40),
        (x, y) in (1.0..8.0_f64, 4.0..8.0_f64),
        (dx, dy) in (0.94..1.06_f64, -0.06..0.06_f64),
        under in any::<u8>(),
        opacity in 1_u16..=256,
    ) {
        let fixed = |value: f64| (value * 65_536.0) as i32;
        let gaze = Gaze { x: fixed(x), y: fixed(y), dx: fixed(dx), dy: fixed(dy) };
        let texels: Vec<u16> = values.iter().map(|&value| u16::from(value) | 255 << 8).collect();
        let (mut target, mut want) = ([under; LANES], [under; LANES]);
        let (look, source) = ((gaze, gaze.view()), (&texels[..], 64));
        prop_assert!(blend::block::<_, 3, 3, true>(Plain, &mut target, source, look, opacity));
        prop_assert!(blend::block::<_, 3, 3, false>(Plain, &mut want, source, look, opacity));
        for (lane, (got, want)) in target.iter().zip(want).enumerate() {
            // Rounded weights may leave an opaque texel's coverage two steps short.
            prop_assert!(got.abs_diff(want) <= 2, "lane {lane}: {got} for {want}");
        }
    }

    #[test]
    fn a_line_that_ends_where_its_texels_begin_has_no_hole(
        (x, end) in (2.0..8.0_f64, 0.0..0.001_f64),
        (dx, dy) in (0.94..1.06_f64, -0.06..0.06_f64),
    ) {
        let fixed = |value: f64| (value * 65_536.0) as i32;
        // Upwards the last lane looks at the very edge of a row, downwards the first one does.
        let y = 4.0 + end - (15.0 * dy).min(0.0);
        let gaze = Gaze { x: fixed(x), y: fixed(y), dx: fixed(dx), dy: fixed(dy) };
        let texels = vec![200 | 255 << 8; 64 * 40];
        let (mut solid, mut looked) = ([69; LANES], [69; LANES]);
        let (look, source) = ((gaze, gaze.view()), (&texels[..], 64));
        prop_assert!(blend::block::<_, 4, 3, true>(Plain, &mut solid, source, look, 256));
        prop_assert!(blend::block::<_, 4, 3, false>(Plain, &mut looked, source, look, 256));
        prop_assert!(solid.iter().chain(&looked).all(|luma| luma.abs_diff(200) <= 2), "{looked:?}");
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
