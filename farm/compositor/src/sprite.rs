//! Rasterised layers: premultiplied YUVA with chroma at half resolution, and smaller copies for
//! when they are shown small. Knows where its pixels sit in the layer's own space, not on screen.

use tiny_skia::Pixmap;

use crate::colour::{premultiplied_chroma_of_four, premultiplied_luma};

/// Texels of margin on every side, so that a bilinear tap of the half-size chroma never leaves.
pub(crate) const MARGIN_TEXELS: usize = 4;

/// Rows and texels past the last one, so that a block of taps near the end reads zeros.
const PADDING_ROWS: usize = 8;
const PADDING_TEXELS: usize = 64;

/// One sample plane: each texel is `value | coverage << 8`, premultiplied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plane {
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// `width × height`, then zeros for reading past the end.
    pub(crate) texels: Vec<u16>,
    /// A bit for every `1 << chunk_shift` texels of a row: set where anything shows.
    pub(crate) occupied: Vec<u128>,
    /// Set where every texel of the chunk is opaque.
    pub(crate) solid: Vec<u128>,
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
        let (left, top, right, bottom) = visible_box(pixmap)?;
        let margin = MARGIN_TEXELS as i64;
        let (x0, y0) = (left as i64 - margin, top as i64 - margin);
        let width = (right - left + 2 * MARGIN_TEXELS).next_multiple_of(2);
        let height = (bottom - top + 2 * MARGIN_TEXELS).next_multiple_of(2);
        let source = |x: i64, y: i64| {
            let inside =
                x >= 0 && y >= 0 && x < i64::from(pixmap.width()) && y < i64::from(pixmap.height());
            let index = (y * i64::from(pixmap.width()) + x) as usize * 4;
            if inside { texel(&pixmap.data()[index..index + 4]) } else { [0; 4] }
        };
        let level = Level::build(width, height, |x, y| source(x as i64 + x0, y as i64 + y0));
        Some(Self::with_levels(level, origin_px, (x0, y0), texels_per_px, false))
    }

    /// From an opaque picture that fills its pixmap; beyond its edge the edge is repeated.
    #[must_use]
    pub fn from_opaque(pixmap: &Pixmap, origin_px: (f32, f32), texels_per_px: f32) -> Self {
        let margin = MARGIN_TEXELS as i64;
        let width = (pixmap.width() as usize + 2 * MARGIN_TEXELS).next_multiple_of(2);
        let height = (pixmap.height() as usize + 2 * MARGIN_TEXELS).next_multiple_of(2);
        let level = Level::build(width, height, |x, y| {
            let x = (x as i64 - margin).clamp(0, i64::from(pixmap.width()) - 1);
            let y = (y as i64 - margin).clamp(0, i64::from(pixmap.height()) - 1);
            let index = (y * i64::from(pixmap.width()) + x) as usize * 4;
            let [r, g, b, _] = texel(&pixmap.data()[index..index + 4]);
            [r, g, b, 255]
        });
        Self::with_levels(level, origin_px, (-margin, -margin), texels_per_px, true)
    }

    fn with_levels(
        level: Level,
        origin_px: (f32, f32),
        (x0, y0): (i64, i64),
        texels_per_px: f32,
        opaque: bool,
    ) -> Self {
        const LEVELS_MAX: usize = 4;
        const SMALLEST_SIDE: usize = 64;
        // Larger ones fill the frame, are not shown small, and weigh most.
        const LARGEST_SIDE: usize = 1000;
        let texels_per_px = f64::from(texels_per_px);
        let mut levels = vec![level];
        while let Some(last) = levels.last()
            && levels.len() < LEVELS_MAX
            && last.width().min(last.height()) >= SMALLEST_SIDE
            && last.width().max(last.height()) <= LARGEST_SIDE
            && !opaque
        {
            levels.push(last.halved());
        }
        let origin_px = (
            f64::from(origin_px.0) + x0 as f64 / texels_per_px,
            f64::from(origin_px.1) + y0 as f64 / texels_per_px,
        );
        Self { levels, origin_px, texels_per_px, opaque }
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
        let chunk_shift = if width <= 4096 { 5 } else { 6 };
        let texels = vec![0; len];
        Self { width, height, texels, occupied: rows.clone(), solid: rows, chunk_shift }
    }

    /// Notes where rows are empty and where solid; call it once the texels are in.
    fn surveyed(mut self) -> Self {
        let rows = self.texels.chunks_exact(self.width).take(self.height);
        for ((row, occupied), solid) in rows.zip(&mut self.occupied).zip(&mut self.solid) {
            for (bit, chunk) in row.chunks(1 << self.chunk_shift).enumerate() {
                let any = chunk.iter().fold(0, |any, texel| any | texel);
                let all = chunk.iter().fold(0xFF00, |all, texel| all & texel);
                *occupied |= u128::from(any != 0) << bit.min(127);
                *solid |= u128::from(all == 0xFF00) << bit.min(127);
            }
        }
        self
    }

    /// The bits of the chunks that texels `first..=last` of a row lie in.
    #[inline(always)]
    pub(crate) fn chunks(&self, first: usize, last: usize) -> u128 {
        let bit = |texel: usize| ((texel >> self.chunk_shift) as u32).min(127);
        let (low, high) = (bit(first), bit(last));
        (u128::MAX >> (127 - high)) & (u128::MAX << low)
    }

    /// Half the size, by averaging 2×2. Texel (0,0) keeps its outer corner, and a margin stays.
    fn halved(&self, margin: usize) -> Self {
        let width = (self.width / 2 + 2 * margin).next_multiple_of(2);
        let height = (self.height / 2 + 2 * margin).next_multiple_of(2);
        let mut half = Self::empty(width, height);
        let rows = self.texels.chunks_exact(2 * self.width).take(self.height / 2);
        for (target, pair) in half.texels.chunks_exact_mut(width).zip(rows) {
            let (top, bottom) = pair.split_at(self.width);
            let columns = top.chunks_exact(2).zip(bottom.chunks_exact(2));
            for (texel, (top, bottom)) in target.iter_mut().zip(columns) {
                let four = [top[0], top[1], bottom[0], bottom[1]];
                let mean = |shift: u32| {
                    (four.iter().map(|texel| texel >> shift & 255).sum::<u16>() + 2) >> 2
                };
                *texel = mean(0) | mean(8) << 8;
            }
        }
        half.surveyed()
    }
}

impl Level {
    /// Fills the planes from premultiplied RGBA texels; both sides are even.
    fn build(width: usize, height: usize, source: impl Fn(usize, usize) -> [u8; 4]) -> Self {
        let mut luma = Plane::empty(width, height);
        let mut chroma = [(); 2].map(|()| Plane::empty(width / 2, height / 2));
        for y in (0..height).step_by(2) {
            for x in (0..width).step_by(2) {
                let mut sum = [0; 4];
                for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
                    let [r, g, b, a] = source(x + dx, y + dy);
                    luma.texels[(y + dy) * width + x + dx] =
                        u16::from(premultiplied_luma(r, g, b, a)) | u16::from(a) << 8;
                    for (total, channel) in sum.iter_mut().zip([r, g, b, a]) {
                        *total += i32::from(channel);
                    }
                }
                let cover = ((sum[3] + 2) >> 2) as u16;
                let values = premultiplied_chroma_of_four(sum);
                for (plane, value) in chroma.iter_mut().zip(values) {
                    plane.texels[y / 2 * (width / 2) + x / 2] = u16::from(value) | cover << 8;
                }
            }
        }
        let [u, v] = chroma;
        Self { planes: [luma, u, v].map(Plane::surveyed) }
    }

    fn halved(&self) -> Self {
        let [luma, u, v] = &self.planes;
        let margin = MARGIN_TEXELS;
        let halved = [luma.halved(margin), u.halved(margin / 2), v.halved(margin / 2)];
        Self { planes: halved }
    }

    pub(crate) const fn width(&self) -> usize {
        self.planes[0].width
    }

    pub(crate) const fn height(&self) -> usize {
        self.planes[0].height
    }
}

fn texel(bytes: &[u8]) -> [u8; 4] {
    [bytes[0], bytes[1], bytes[2], bytes[3]]
}

/// Left, top, right, bottom of what is not fully transparent (right and bottom exclusive).
fn visible_box(pixmap: &Pixmap) -> Option<(usize, usize, usize, usize)> {
    let width = pixmap.width() as usize;
    let mut found: Option<(usize, usize, usize, usize)> = None;
    for (y, row) in pixmap.data().chunks_exact(width * 4).enumerate() {
        let visible = |pixel: &[u8]| pixel[3] != 0;
        let Some(first) = row.chunks_exact(4).position(visible) else { continue };
        let last = row.chunks_exact(4).rposition(visible).unwrap_or(first);
        found = Some(match found {
            None => (first, y, last + 1, y + 1),
            Some((left, top, right, _)) => (left.min(first), top, right.max(last + 1), y + 1),
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::colour::{rgb_to_yuv, solid_paint};
    use crate::scene::Rgba;

    #[test]
    fn a_sprite_is_cut_to_what_shows_and_remembers_where_it_was() {
        let mut pixmap = Pixmap::new(100, 80).expect("size");
        let rect = tiny_skia::Rect::from_xywh(30.0, 20.0, 10.0, 6.0).expect("rect");
        let red = solid_paint(Rgba(255, 0, 0, 255));
        pixmap.fill_rect(rect, &red, tiny_skia::Transform::identity(), None);
        let sprite = Sprite::from_pixmap(&pixmap, (-50.0, -40.0), 2.0).expect("visible");
        let level = &sprite.levels[0];
        assert_eq!((level.width(), level.height()), (18, 14));
        assert_eq!(sprite.origin_px, (-50.0 + 13.0, -40.0 + 8.0));
        let yuv = rgb_to_yuv(255, 0, 0);
        let centres = [7 * 18 + 9, 3 * 9 + 4, 3 * 9 + 4];
        for ((plane, centre), value) in level.planes.iter().zip(centres).zip(yuv) {
            assert_eq!(plane.texels[centre], u16::from(value) | 255 << 8);
        }
    }

    #[test]
    fn nothing_visible_makes_no_sprite() {
        let pixmap = Pixmap::new(4, 4).expect("size");
        assert!(Sprite::from_pixmap(&pixmap, (0.0, 0.0), 1.0).is_none());
    }
}
