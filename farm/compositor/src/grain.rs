//! Film grain: a little noise in the luma, off unless asked for. The same seed and frame give the
//! same grain on every machine and thread; chroma is left alone.

use std::sync::LazyLock;

use rand_chacha::rand_core::{RngCore, SeedableRng};
use serde::Serialize;

use crate::frame::FrameMut;

/// Farthest that grain moves a sample, in luma code values (of 219).
pub const REACH: u8 = 6;
/// Samples of noise that stretches are cut from.
const NOISE: usize = 8_192;
/// Stretches of a row that are cut from one place.
const STRETCH: usize = 512;

/// Noise from 0 to twice [`REACH`], around [`REACH`]: the sum of two draws, so that most of it is
/// faint.
static TABLE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(0x0067_7261_696e);
    let draw = |random: u32| (random % (u32::from(REACH) + 1)) as u8;
    (0..NOISE + STRETCH).map(|_| draw(rng.next_u32()) + draw(rng.next_u32())).collect()
});

/// The grain of a shot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Grain {
    /// Every draw comes from it.
    pub seed: u64,
}

impl Grain {
    /// Lays it over a frame.
    pub fn over(&self, frame: u32, out: &mut FrameMut<'_>) {
        let mut state = self.seed ^ (u64::from(frame) << 32 | 0x9e37);
        for row in 0..out.height_px() {
            for target in out.luma_row(row).chunks_mut(STRETCH) {
                let from = next(&mut state) as usize % NOISE;
                let noise = &TABLE[from..from + target.len()];
                pulp::Arch::new().dispatch(Add { target, noise });
            }
        }
    }
}

/// Splitmix64 (Steele, Lea and Flood, “Fast splittable pseudorandom number generators”, 2014).
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// A sample with its noise, within BT.709's limited range.
#[inline(always)]
fn grained(sample: u8, noise: u8) -> u8 {
    sample.saturating_add(noise).saturating_sub(REACH).clamp(16, 235)
}

/// [`grained`] for a stretch, which the compiler vectorises inside a `pulp` dispatch.
struct Add<'a> {
    target: &'a mut [u8],
    noise: &'a [u8],
}

impl pulp::NullaryFnOnce for Add<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for (sample, &noise) in self.target.iter_mut().zip(self.noise) {
            *sample = grained(*sample, noise);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Frame;

    #[test]
    fn grain_is_the_same_for_the_same_frame_faint_and_in_the_luma_alone() {
        let grained = |seed: u64, frame: u32| {
            // Wider than a stretch, and no whole number of vectors.
            let mut picture = Frame::new(598, 4).expect("even");
            picture.as_mut().fill([120, 90, 160]);
            Grain { seed }.over(frame, &mut picture.as_mut());
            picture
        };
        let one = grained(7, 3);
        assert_eq!(one, grained(7, 3));
        assert_ne!(one, grained(7, 4));
        assert_ne!(one, grained(8, 3));
        let [luma, u, v] = one.planes();
        assert!(u.iter().all(|&u| u == 90) && v.iter().all(|&v| v == 160));
        let off: Vec<i32> = luma.iter().map(|&y| i32::from(y) - 120).collect();
        assert!(off.iter().all(|off| off.unsigned_abs() <= u32::from(REACH)));
        let mean = off.iter().sum::<i32>() as f32 / off.len() as f32;
        let power = off.iter().map(|off| off * off).sum::<i32>() as f32 / off.len() as f32;
        assert!(mean.abs() < 0.5 && (1.5..4.0).contains(&power.sqrt()), "{mean}, {power}");
    }

    #[test]
    fn black_and_white_stay_within_the_range_and_every_stretch_is_as_the_reference_has_it() {
        for sample in 0..=255_u8 {
            for noise in 0..=2 * REACH {
                let exact = i32::from(sample) + i32::from(noise) - i32::from(REACH);
                // No more than the table's noise is ever added to a sample in range.
                if (16..=235).contains(&sample) {
                    assert_eq!(i32::from(grained(sample, noise)), exact.clamp(16, 235));
                }
                let mut row = [sample; 33];
                pulp::Arch::new().dispatch(Add { target: &mut row, noise: &[noise; 33] });
                assert_eq!(row, [grained(sample, noise); 33]);
            }
        }
    }
}
