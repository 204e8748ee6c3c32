//! Blurs against the bell they stand for.

use super::*;

/// Of 255: three boxes come within 3 % of the bell (as in W3C Filter Effects).
const BELL_TOLERANCE: f64 = 8.0;

fn blurred_disc(side: usize, radius: f32, sigma: f32) -> Vec<[u8; 1]> {
    let mut plane = vec![[0_u8]; side * side];
    let middle = side as f32 / 2.0;
    for (index, sample) in plane.iter_mut().enumerate() {
        let (x, y) = ((index % side) as f32 + 0.5, (index / side) as f32 + 0.5);
        let within = radius + 0.5 - (x - middle).hypot(y - middle);
        sample[0] = (within.clamp(0.0, 1.0) * 255.0).round() as u8;
    }
    blur(&mut plane, side, (sigma, sigma));
    plane
}

#[test]
fn a_blurred_disc_is_round_and_keeps_its_light_at_every_resolution() {
    for sigma in [0.5, 1.5, 4.0, 7.0, 17.0, 30.0] {
        let side = 256;
        let light = |plane: &[[u8; 1]]| plane.iter().map(|s| u64::from(s[0])).sum::<u64>();
        let (before, plane) =
            (light(&blurred_disc(side, 30.0, 0.0)), blurred_disc(side, 30.0, sigma));
        let after = light(&plane);
        assert!(before.abs_diff(after) < before / 50, "{sigma}: {before} became {after}");
        let at = |x: usize, y: usize| plane[y * side + x][0];
        for away in [10, 25, 35, 50] {
            let sides = [at(128 + away, 128), at(127 - away, 128), at(128, 127 - away)];
            let spread = sides.iter().max().zip(sides.iter().min()).map_or(0, |(a, b)| a - b);
            assert!(spread <= 3, "{sigma}: {sides:?} at {away}");
        }
    }
}

#[test]
fn an_edge_blurs_to_the_bell_s_integral() {
    let (width, height) = (400, 64);
    for sigma in [1.0_f32, 3.0, 6.5, 9.0, 14.0, 20.0] {
        let mut plane: Vec<[u8; 1]> =
            (0..width * height).map(|at| [if at % width < 200 { 255 } else { 0 }]).collect();
        blur(&mut plane, width, (sigma, 0.0_f32.max(sigma)));
        // Far enough from top and bottom for nothing to leak out, where the blur is narrow.
        let middle = &plane[height / 2 * width..][..width];
        let peak = f64::from(middle[100][0]);
        for (x, sample) in middle.iter().enumerate().skip(120).take(160) {
            let away = (x as f64 + 0.5 - 200.0) / f64::from(sigma);
            let want = peak * 0.5 * (1.0 - erf(away / std::f64::consts::SQRT_2));
            let error = (want - f64::from(sample[0])).abs();
            assert!(error <= BELL_TOLERANCE, "sigma {sigma}, {x}: {want:.1} {sample:?}");
        }
    }
}

/// Abramowitz and Stegun 7.1.26.
fn erf(x: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.327_591_1 * x.abs());
    let poly = t
        * (0.254_829_592
            + t * (-0.284_496_736
                + t * (1.421_413_741 + t * (-1.453_152_027 + t * 1.061_405_429))));
    (1.0 - poly * (-x * x).exp()).copysign(x)
}
