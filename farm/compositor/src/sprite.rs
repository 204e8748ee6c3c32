//! Rasterised layers: premultiplied YUVA with chroma at half resolution, and smaller copies for
//! when they are shown small. Knows where its pixels sit in the layer's own space, not on screen.

#[cfg(test)]
mod tests;

use pulp::NullaryFnOnce;
use tiny_skia::Pixmap;

use crate::clip::ClipPicture;
use crate::colour::{premultiplied_chroma_of_four, premultiplied_luma};
use crate::sample::sample_px;

/// Texels of margin on every side, so that a bilinear tap of the half-size chroma never leaves.
pub(crate) const MARGIN_TEXELS: usize = 4;

/// Rows and texels past the last one, so that a block of taps near the end reads zeros.
const PADDING_ROWS: usize = 8;
const PADDING_TEXELS: usize = 64;

/// Resolutions a sprite is kept in.
const LEVELS_MAX: usize = 4;

/// Texels looked at together when a row is surveyed: the smallest chunk.
const SURVEY_TEXELS: usize = 16;

/// One sample plane: each texel is `value | coverage << 8`, premultiplied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plane {
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// `width × height`, then zeros for reading past the end.
    pub(crate) texels: Vec<u16>,
    /// A bit for every `1 << chunk_shift` texels of a row: set where anything shows.
    pub(crate) occupied: Vec<u64>,
    /// Set where every texel of the chunk is opaque.
    pub(crate) solid: Vec<u64>,
    /// Texels a chunk, as a power of two.
    pub(crate) chunk_shift: u32,
}

/// One resolution of a sprite: planes Y, U and V, the latter half as large each way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Level {
    pub(crate) planes: [Plane; 3],
}

/// A rasterised layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Sprite {
    /// Full size first, each next one half of it.
    pub(crate) levels: Vec<Level>,
    /// Where the first texel's outer corner sits in the layer's own space, design pixels.
    pub(crate) origin_px: (f64, f64),
    /// Resolution.
    pub(crate) texels_per_px: f64,
    /// Every texel inside the margin is opaque, and the margin repeats the edge.
    pub(crate) opaque: bool,
}

impl Sprite {
    /// From premultiplied sRGB. `origin_px` is where the pixmap's top left corner sits in the
    /// layer's own space; transparent borders are cut off. `None` when nothing is visible.
    #[must_use]
    pub fn from_pixmap(pixmap: &Pixmap, origin_px: (f32, f32), texels_per_px: f32) -> Option<Self> {
        Self::with_levels_to(pixmap, origin_px, texels_per_px, LEVELS_MAX)
    }

    /// [`Self::from_pixmap`] with `levels_max` resolutions at most: for what is drawn once.
    #[must_use]
    pub fn with_levels_to(
        pixmap: &Pixmap,
        origin_px: (f32, f32),
        texels_per_px: f32,
        levels_max: usize,
    ) -> Option<Self> {
        let (left, top, right, bottom) = visible_box(pixmap)?;
        let margin = MARGIN_TEXELS as i64;
        let (x0, y0) = (left as i64 - margin, top as i64 - margin);
        let width = (right - left + 2 * MARGIN_TEXELS).next_multiple_of(2);
        let height = (bottom - top + 2 * MARGIN_TEXELS).next_multiple_of(2);
        let pixels = rows_of(pixmap);
        let level = Level::build(width, height, |y, row| {
            let own = usize::try_from(y as i64 + y0).ok().and_then(|y| pixels.get(y));
            match own {
                Some(own) => {
                    row[MARGIN_TEXELS..][..right - left].copy_from_slice(&own[left..right])
                }
                None => row.fill([0; 4]),
            }
        });
        let mut sprite = Self::placed(level, origin_px, (x0, y0), texels_per_px, false);
        sprite.add_levels(levels_max);
        Some(sprite)
    }

    /// From an opaque picture that fills its pixmap; beyond its edge the edge is repeated.
    #[must_use]
    pub fn from_opaque(pixmap: &Pixmap, origin_px: (f32, f32), texels_per_px: f32) -> Self {
        let margin = MARGIN_TEXELS as i64;
        let width = (pixmap.width() as usize + 2 * MARGIN_TEXELS).next_multiple_of(2);
        let height = (pixmap.height() as usize + 2 * MARGIN_TEXELS).next_multiple_of(2);
        let pixels = rows_of(pixmap);
        let level = Level::build(width, height, |y, row| {
            let own = pixels[y.saturating_sub(MARGIN_TEXELS).min(pixels.len() - 1)];
            let inside = MARGIN_TEXELS..MARGIN_TEXELS + own.len();
            row[inside.clone()].copy_from_slice(own);
            row[..inside.start].fill(own[0]);
            row[inside.end..].fill(own[own.len() - 1]);
            for pixel in row {
                pixel[3] = 255;
            }
        });
        Self::placed(level, origin_px, (-margin, -margin), texels_per_px, true)
    }

    /// From a picture of a clip, as it is: no colour is converted. Beyond its edge the edge is
    /// repeated.
    #[must_use]
    pub fn from_clip(picture: &ClipPicture<'_>, origin_px: (f32, f32), texels_per_px: f32) -> Self {
        let level = pulp::Arch::new().dispatch(Take(picture));
        let margin = MARGIN_TEXELS as i64;
        Self::placed(level, origin_px, (-margin, -margin), texels_per_px, true)
    }

    fn placed(
        level: Level,
        origin_px: (f32, f32),
        (x0, y0): (i64, i64),
        texels_per_px: f32,
        opaque: bool,
    ) -> Self {
        let texels_per_px = f64::from(texels_per_px);
        let origin_px = (
            f64::from(origin_px.0) + x0 as f64 / texels_per_px,
            f64::from(origin_px.1) + y0 as f64 / texels_per_px,
        );
        Self { levels: vec![level], origin_px, texels_per_px, opaque }
    }

    fn add_levels(&mut self, levels_max: usize) {
        const SMALLEST_SIDE: usize = 64;
        // Larger ones fill the frame, are not shown small, and weigh most.
        const LARGEST_SIDE: usize = 1000;
        while let Some(last) = self.levels.last()
            && self.levels.len() < levels_max.min(LEVELS_MAX)
            && last.width().min(last.height()) >= SMALLEST_SIDE
            && last.width().max(last.height()) <= LARGEST_SIDE
        {
            self.levels.push(last.halved());
        }
    }

    /// Memory it holds.
    #[must_use]
    pub fn size_bytes(&self) -> usize {
        let planes = self.levels.iter().flat_map(|level| &level.planes);
        planes.map(|plane| plane.texels.len() * 2).sum()
    }
}

impl Plane {
    fn empty(width: usize, height: usize) -> Self {
        let len = width * (height + PADDING_ROWS) + PADDING_TEXELS;
        let rows = vec![0; height + PADDING_ROWS];
        let chunk_shift = match width {
            0..=1024 => 4,
            1025..=2048 => 5,
            _ => 6,
        };
        let texels = vec![0; len];
        Self { width, height, texels, occupied: rows.clone(), solid: rows, chunk_shift }
    }

    /// Notes where rows are empty and where solid; call it once the texels are in.
    #[inline(always)]
    fn surveyed(mut self) -> Self {
        let whole = self.chunks(0, self.width - 1);
        let rows = self.texels.chunks_exact(self.width).take(self.height);
        for ((row, occupied), solid) in rows.zip(&mut self.occupied).zip(&mut self.solid) {
            *solid = u64::MAX;
            let (chunks, rest) = row.as_chunks::<SURVEY_TEXELS>();
            let chunks = chunks.iter().map(<[u16; SURVEY_TEXELS]>::as_slice);
            for (index, chunk) in chunks.chain([rest]).enumerate() {
                let any = chunk.iter().fold(0, |any, texel| any | texel);
                let all = chunk.iter().fold(0xFF00, |all, texel| all & texel);
                let bit = ((index * SURVEY_TEXELS) >> self.chunk_shift).min(63);
                *occupied |= u64::from(any != 0) << bit;
                *solid &= !(u64::from(all != 0xFF00) << bit);
            }
            // Bits past the row's end say nothing.
            *solid &= whole;
        }
        self
    }

    /// The bits of the chunks that texels `first..=last` of a row lie in.
    #[inline(always)]
    pub(crate) fn chunks(&self, first: usize, last: usize) -> u64 {
        let bit = |texel: usize| ((texel >> self.chunk_shift) as u32).min(63);
        let (low, high) = (bit(first), bit(last));
        (u64::MAX >> (63 - high)) & (u64::MAX << low)
    }

    /// Half the size, by averaging 2×2. Texel (0,0) keeps its outer corner, and a margin stays.
    #[inline(always)]
    fn halved(&self, margin: usize) -> Self {
        let width = (self.width / 2 + 2 * margin).next_multiple_of(2);
        let height = (self.height / 2 + 2 * margin).next_multiple_of(2);
        let mut half = Self::empty(width, height);
        let rows = self.texels.chunks_exact(2 * self.width).take(self.height / 2);
        for (target, pair) in half.texels.chunks_exact_mut(width).zip(rows) {
            let (top, bottom) = pair.split_at(self.width);
            let columns = top.as_chunks::<2>().0.iter().zip(bottom.as_chunks::<2>().0);
            for (texel, (top, bottom)) in target.iter_mut().zip(columns) {
                let mean = |of: fn(u16) -> u16| {
                    (of(top[0]) + of(top[1]) + of(bottom[0]) + of(bottom[1]) + 2) >> 2
                };
                *texel = mean(|texel| texel & 255) | mean(|texel| texel >> 8) << 8;
            }
        }
        half.surveyed()
    }
}

impl Level {
    /// Fills the planes from premultiplied RGBA; both sides are even. `fill` writes row `y` over
    /// what it wrote before.
    fn build(width: usize, height: usize, fill: impl FnMut(usize, &mut [[u8; 4]])) -> Self {
        pulp::Arch::new().dispatch(Build { width, height, fill })
    }

    fn halved(&self) -> Self {
        pulp::Arch::new().dispatch(Halve(self))
    }

    pub(crate) const fn width(&self) -> usize {
        self.planes[0].width
    }

    pub(crate) const fn height(&self) -> usize {
        self.planes[0].height
    }
}

struct Build<F> {
    width: usize,
    height: usize,
    fill: F,
}

impl<F: FnMut(usize, &mut [[u8; 4]])> NullaryFnOnce for Build<F> {
    type Output = Level;

    #[inline(always)]
    fn call(self) -> Level {
        let Self { width, height, mut fill } = self;
        let mut luma = Plane::empty(width, height);
        let mut chroma = [(); 2].map(|()| Plane::empty(width / 2, height / 2));
        let mut pair = [(); 2].map(|()| vec![[0_u8; 4]; width]);
        for y in (0..height).step_by(2) {
            for (row, y) in pair.iter_mut().zip(y..) {
                fill(y, row);
                for (texel, &[r, g, b, a]) in luma.texels[y * width..].iter_mut().zip(&*row) {
                    *texel = u16::from(premultiplied_luma(r, g, b, a)) | u16::from(a) << 8;
                }
            }
            let [top, bottom] = pair.each_ref().map(|row| row.as_chunks::<2>().0);
            let [u, v] = &mut chroma;
            let start = y / 2 * (width / 2);
            let texels = u.texels[start..].iter_mut().zip(&mut v.texels[start..]);
            for ((u, v), (top, bottom)) in texels.zip(top.iter().zip(bottom)) {
                let sum: [i32; 4] = std::array::from_fn(|channel| {
                    [top[0], top[1], bottom[0], bottom[1]]
                        .map(|pixel| i32::from(pixel[channel]))
                        .into_iter()
                        .sum()
                });
                let cover = ((sum[3] + 2) >> 2) as u16;
                let [blue, red] = premultiplied_chroma_of_four(sum);
                *u = u16::from(blue) | cover << 8;
                *v = u16::from(red) | cover << 8;
            }
        }
        let [u, v] = chroma;
        Level { planes: [luma.surveyed(), u.surveyed(), v.surveyed()] }
    }
}

struct Take<'a>(&'a ClipPicture<'a>);

impl NullaryFnOnce for Take<'_> {
    type Output = Level;

    #[inline(always)]
    fn call(self) -> Level {
        let ClipPicture { width_px, height_px, planes, stride_bytes } = *self.0;
        let plane = |index: usize| {
            let every = sample_px(index);
            let (width, height, margin) =
                (width_px / every, height_px / every, MARGIN_TEXELS / every);
            let mut taken = Plane::empty(width + 2 * margin, height + 2 * margin);
            let rows = taken.texels.chunks_exact_mut(taken.width).take(taken.height);
            for (y, texels) in rows.enumerate() {
                let from = y.saturating_sub(margin).min(height - 1) * stride_bytes[index];
                let own = &planes[index][from..from + width];
                let (left, rest) = texels.split_at_mut(margin);
                let (middle, right) = rest.split_at_mut(width);
                for (texel, &value) in middle.iter_mut().zip(own) {
                    *texel = u16::from(value) | 0xFF00;
                }
                left.fill(middle[0]);
                right.fill(middle[width - 1]);
            }
            taken.surveyed()
        };
        Level { planes: [plane(0), plane(1), plane(2)] }
    }
}

struct Halve<'a>(&'a Level);

impl NullaryFnOnce for Halve<'_> {
    type Output = Level;

    #[inline(always)]
    fn call(self) -> Level {
        let [luma, u, v] = &self.0.planes;
        let margin = MARGIN_TEXELS;
        Level { planes: [luma.halved(margin), u.halved(margin / 2), v.halved(margin / 2)] }
    }
}

fn rows_of(pixmap: &Pixmap) -> Vec<&[[u8; 4]]> {
    pixmap.data().as_chunks::<4>().0.chunks_exact(pixmap.width() as usize).collect()
}

/// Left, top, right, bottom of what is not fully transparent (right and bottom exclusive).
fn visible_box(pixmap: &Pixmap) -> Option<(usize, usize, usize, usize)> {
    let mut found: Option<(usize, usize, usize, usize)> = None;
    for (y, row) in rows_of(pixmap).into_iter().enumerate() {
        let visible = |pixel: &[u8; 4]| pixel[3] != 0;
        let Some(first) = row.iter().position(visible) else { continue };
        let last = row.iter().rposition(visible).unwrap_or(first);
        found = Some(match found {
            None => (first, y, last + 1, y + 1),
            Some((left, top, right, _)) => (left.min(first), top, right.max(last + 1), y + 1),
        });
    }
    found
}
