//! Sixteen 16-bit numbers at once: what the inner loops are written in. [`Plain`] is the reference
//! and runs anywhere; `Wide` is the same with AVX2. Loops over arrays are not left to the
//! compiler here, because it turned the sampling ones into shuffles of single numbers.

/// Numbers in a vector.
pub const LANES: usize = 16;

/// Arithmetic on [`LANES`] unsigned numbers, wrapping unless said otherwise.
#[expect(missing_docs, reason = "the names are the documentation")]
pub trait Lanes: Copy {
    /// The vector.
    type Sixteen: Copy;

    fn load(self, from: &[u16; LANES]) -> Self::Sixteen;
    fn load_bytes(self, from: &[u8; LANES]) -> Self::Sixteen;
    fn store(self, numbers: Self::Sixteen, to: &mut [u16; LANES]);
    /// Numbers over 255 become 255; those over 32,767 become 0.
    fn store_bytes(self, numbers: Self::Sixteen, to: &mut [u8; LANES]);
    fn splat(self, number: u16) -> Self::Sixteen;
    fn add(self, a: Self::Sixteen, b: Self::Sixteen) -> Self::Sixteen;
    fn sub(self, a: Self::Sixteen, b: Self::Sixteen) -> Self::Sixteen;
    fn mul(self, a: Self::Sixteen, b: Self::Sixteen) -> Self::Sixteen;
    /// `a − b`, not below zero.
    fn less(self, a: Self::Sixteen, b: Self::Sixteen) -> Self::Sixteen;
    fn min(self, a: Self::Sixteen, b: Self::Sixteen) -> Self::Sixteen;
    /// The distance of two numbers below 2¹⁵.
    fn distance(self, a: Self::Sixteen, b: Self::Sixteen) -> Self::Sixteen;
    fn low_bytes(self, a: Self::Sixteen) -> Self::Sixteen;
    fn shift_right<const BITS: i32>(self, a: Self::Sixteen) -> Self::Sixteen;
}

/// One number after the other.
#[derive(Clone, Copy, Debug)]
pub struct Plain;

impl Plain {
    #[inline(always)]
    fn both(a: [u16; LANES], b: [u16; LANES], of: impl Fn(u16, u16) -> u16) -> [u16; LANES] {
        std::array::from_fn(|lane| of(a[lane], b[lane]))
    }
}

impl Lanes for Plain {
    type Sixteen = [u16; LANES];

    #[inline(always)]
    fn load(self, from: &[u16; LANES]) -> [u16; LANES] {
        *from
    }

    #[inline(always)]
    fn load_bytes(self, from: &[u8; LANES]) -> [u16; LANES] {
        from.map(u16::from)
    }

    #[inline(always)]
    fn store(self, numbers: [u16; LANES], to: &mut [u16; LANES]) {
        *to = numbers;
    }

    #[inline(always)]
    fn store_bytes(self, numbers: [u16; LANES], to: &mut [u8; LANES]) {
        *to = numbers.map(|number| (number as i16).clamp(0, 255) as u8);
    }

    #[inline(always)]
    fn splat(self, number: u16) -> [u16; LANES] {
        [number; LANES]
    }

    #[inline(always)]
    fn add(self, a: [u16; LANES], b: [u16; LANES]) -> [u16; LANES] {
        Self::both(a, b, u16::wrapping_add)
    }

    #[inline(always)]
    fn sub(self, a: [u16; LANES], b: [u16; LANES]) -> [u16; LANES] {
        Self::both(a, b, u16::wrapping_sub)
    }

    #[inline(always)]
    fn mul(self, a: [u16; LANES], b: [u16; LANES]) -> [u16; LANES] {
        Self::both(a, b, u16::wrapping_mul)
    }

    #[inline(always)]
    fn less(self, a: [u16; LANES], b: [u16; LANES]) -> [u16; LANES] {
        Self::both(a, b, u16::saturating_sub)
    }

    #[inline(always)]
    fn min(self, a: [u16; LANES], b: [u16; LANES]) -> [u16; LANES] {
        Self::both(a, b, Ord::min)
    }

    #[inline(always)]
    fn distance(self, a: [u16; LANES], b: [u16; LANES]) -> [u16; LANES] {
        Self::both(a, b, |a, b| (a.wrapping_sub(b) as i16).wrapping_abs() as u16)
    }

    #[inline(always)]
    fn low_bytes(self, a: [u16; LANES]) -> [u16; LANES] {
        a.map(|number| number & 255)
    }

    #[inline(always)]
    fn shift_right<const BITS: i32>(self, a: [u16; LANES]) -> [u16; LANES] {
        a.map(|number| number >> BITS)
    }
}

#[cfg(target_arch = "x86_64")]
pub use wide::Wide;

#[cfg(target_arch = "x86_64")]
mod wide {
    use core::arch::x86_64::{__m128i, __m256i};

    use pulp::{cast, x86::V3};

    use super::{LANES, Lanes};

    /// All at once, with AVX2. Use it inside a `pulp` dispatch only: elsewhere every operation is a
    /// call.
    #[derive(Clone, Copy, Debug)]
    pub struct Wide(V3);

    impl Wide {
        /// Where the processor has AVX2.
        #[inline]
        #[must_use]
        pub fn new() -> Option<Self> {
            V3::try_new().map(Self)
        }
    }

    impl Lanes for Wide {
        type Sixteen = __m256i;

        #[inline(always)]
        fn load(self, from: &[u16; LANES]) -> __m256i {
            cast(*from)
        }

        #[inline(always)]
        fn load_bytes(self, from: &[u8; LANES]) -> __m256i {
            let bytes: __m128i = cast(*from);
            self.0.avx2._mm256_cvtepu8_epi16(bytes)
        }

        #[inline(always)]
        fn store(self, numbers: __m256i, to: &mut [u16; LANES]) {
            *to = cast(numbers);
        }

        #[inline(always)]
        fn store_bytes(self, numbers: __m256i, to: &mut [u8; LANES]) {
            let [low, high]: [__m128i; 2] = cast(numbers);
            *to = cast(self.0.sse2._mm_packus_epi16(low, high));
        }

        #[inline(always)]
        fn splat(self, number: u16) -> __m256i {
            self.0.avx._mm256_set1_epi16(number as i16)
        }

        #[inline(always)]
        fn add(self, a: __m256i, b: __m256i) -> __m256i {
            self.0.avx2._mm256_add_epi16(a, b)
        }

        #[inline(always)]
        fn sub(self, a: __m256i, b: __m256i) -> __m256i {
            self.0.avx2._mm256_sub_epi16(a, b)
        }

        #[inline(always)]
        fn mul(self, a: __m256i, b: __m256i) -> __m256i {
            self.0.avx2._mm256_mullo_epi16(a, b)
        }

        #[inline(always)]
        fn less(self, a: __m256i, b: __m256i) -> __m256i {
            self.0.avx2._mm256_subs_epu16(a, b)
        }

        #[inline(always)]
        fn min(self, a: __m256i, b: __m256i) -> __m256i {
            self.0.avx2._mm256_min_epu16(a, b)
        }

        #[inline(always)]
        fn distance(self, a: __m256i, b: __m256i) -> __m256i {
            self.0.avx2._mm256_abs_epi16(self.0.avx2._mm256_sub_epi16(a, b))
        }

        #[inline(always)]
        fn low_bytes(self, a: __m256i) -> __m256i {
            self.0.avx2._mm256_and_si256(a, self.splat(255))
        }

        #[inline(always)]
        fn shift_right<const BITS: i32>(self, a: __m256i) -> __m256i {
            self.0.avx2._mm256_srli_epi16::<BITS>(a)
        }
    }
}
