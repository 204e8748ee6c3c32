//! The filter against the weighted mean it stands for.

use super::*;

/// Rounding of the weights and of the sum.
const LINEAR_TOLERANCE: f64 = 1.0;
/// Weights of 1/128 on noise that swings over the whole range.
const CUBIC_TOLERANCE: f64 = 3.0;

fn cubic(t: f64, p: [f64; 4]) -> f64 {
    let [a, b, c, d] = p;
    let bend = 2.0 * a - 5.0 * b + 4.0 * c - d + t * (3.0 * (b - c) + d - a);
    (b + 0.5 * t * (c - a + t * bend)).clamp(0.0, 255.0)
}

#[test]
fn every_output_is_the_weighted_mean_of_its_texels() {
    for (kernel, tolerance) in
        [(Kernel::Linear, LINEAR_TOLERANCE), (Kernel::Cubic, CUBIC_TOLERANCE)]
    {
        for step in [0.45, 0.83, 0.97, 1.0, 1.03, 1.4, 2.0] {
            let size = 300;
            let texels: Vec<u16> = (0..size).map(|x| ((x * 7919) % 256) as u16).collect();
            let mut row = vec![0; LANES];
            row.extend(&texels);
            row.resize(size + 6 * LANES + 40, 0);
            let start = -3.37;
            let filter = Filter::new(kernel, 10..200, (start, step), size).expect("they overlap");
            let mut out = vec![0; filter.bases.len() * LANES];
            for (block, out) in out.chunks_exact_mut(LANES).enumerate() {
                out.copy_from_slice(&filter.run(lanes::Plain, block, &row));
            }
            for (column, &value) in filter.columns.clone().zip(&out) {
                let at = start + (column - 10) as f64 * step;
                let (left, part) = (at.floor() as usize, at - at.floor());
                let texel = |index: usize| f64::from(texels[index]);
                let (a, b) = (texel(left), texel(left + 1));
                let want = match kernel {
                    Kernel::Linear => a + (b - a) * part,
                    Kernel::Cubic => cubic(part, [texel(left - 1), a, b, texel(left + 2)]),
                };
                let error = (want - f64::from(value)).abs();
                assert!(error <= tolerance, "{kernel:?} {step} {column}: {want} {value}");
            }
        }
    }
}
