//! Drawing a picture of a chat: rounded boxes, text, pictures; a PNG of 256 colours in the end.

use anyhow::{Context, Result};
use color_quant::NeuQuant;
use cosmic_text::{
    Attrs, Buffer, Color, Family, FontSystem, Metrics, Shaping, SwashCache, Weight, Wrap,
};
use image::RgbaImage;
use tiny_skia::{FillRule, Paint, Path, PathBuilder, Pixmap, Transform};

/// Red, green, blue.
pub(super) type Colour = [u8; 3];

/// A rectangle: left, top, width, height, in pixels.
pub(super) type Area = [f32; 4];

/// How text looks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Type {
    /// Height of the letters, in pixels.
    pub(super) size_px: f32,
    /// 100 to 900.
    pub(super) weight: u16,
    pub(super) colour: Colour,
}

/// Line pitch as a multiple of the letters' size.
const LINE: f32 = 1.38;

/// A picture that is being drawn.
pub(super) struct Canvas {
    pixmap: Pixmap,
    fonts: FontSystem,
    glyphs: SwashCache,
}

impl Canvas {
    /// An empty one.
    ///
    /// # Errors
    /// When it has no size.
    pub(super) fn new(width_px: u32, height_px: u32) -> Result<Self> {
        let pixmap = Pixmap::new(width_px, height_px).context("a picture without a size")?;
        Ok(Self { pixmap, fonts: FontSystem::new(), glyphs: SwashCache::new() })
    }

    /// A filled box with round corners.
    pub(super) fn fill(&mut self, area: Area, radius_px: f32, colour: Colour) {
        let Some(path) = rounded(area, radius_px) else { return };
        let [r, g, b] = colour;
        let mut paint = Paint { anti_alias: true, ..Paint::default() };
        paint.set_color_rgba8(r, g, b, 255);
        self.pixmap.fill_path(&path, &paint, FillRule::Winding, Transform::identity(), None);
    }

    /// A triangle that points to the right, in the middle of a disc.
    pub(super) fn play(&mut self, x: f32, y: f32, radius_px: f32) {
        let disc = [x - radius_px, y - radius_px, radius_px * 2.0, radius_px * 2.0];
        let mut paint = Paint { anti_alias: true, ..Paint::default() };
        paint.set_color_rgba8(0, 0, 0, 150);
        if let Some(path) = rounded(disc, radius_px) {
            self.pixmap.fill_path(&path, &paint, FillRule::Winding, Transform::identity(), None);
        }
        let mut triangle = PathBuilder::new();
        triangle.move_to(x - radius_px * 0.3, y - radius_px * 0.45);
        triangle.line_to(x + radius_px * 0.5, y);
        triangle.line_to(x - radius_px * 0.3, y + radius_px * 0.45);
        triangle.close();
        paint.set_color_rgba8(255, 255, 255, 255);
        if let Some(path) = triangle.finish() {
            self.pixmap.fill_path(&path, &paint, FillRule::Winding, Transform::identity(), None);
        }
    }

    /// A picture in a box of its own proportions, its corners rounded.
    pub(super) fn picture(&mut self, picture: &RgbaImage, area: Area, radius_px: f32) {
        let (width, height) = (area[2].round() as u32, area[3].round() as u32);
        let small = image::imageops::resize(
            picture,
            width.max(1),
            height.max(1),
            image::imageops::FilterType::Lanczos3,
        );
        let size = tiny_skia::IntSize::from_wh(small.width(), small.height());
        let Some(pattern) = size.and_then(|size| Pixmap::from_vec(small.into_raw(), size)) else {
            return;
        };
        let Some(path) = rounded(area, radius_px) else { return };
        let shader = tiny_skia::Pattern::new(
            pattern.as_ref(),
            tiny_skia::SpreadMode::Pad,
            tiny_skia::FilterQuality::Nearest,
            1.0,
            Transform::from_translate(area[0].round(), area[1].round()),
        );
        let paint = Paint { shader, anti_alias: true, ..Paint::default() };
        self.pixmap.fill_path(&path, &paint, FillRule::Winding, Transform::identity(), None);
    }

    /// Writes a text into a column; how high it came out.
    pub(super) fn text(
        &mut self,
        (left_px, top_px): (f32, f32),
        width_px: f32,
        look: Type,
        words: &str,
    ) -> f32 {
        let mut buffer = self.laid_out(width_px, look, words);
        let height_px = height(&buffer);
        let [r, g, b] = look.colour;
        let pixmap = &mut self.pixmap;
        buffer.draw(
            &mut self.fonts,
            &mut self.glyphs,
            Color::rgb(r, g, b),
            |x, y, w, h, colour| {
                for (dx, dy) in (0..h as i32).flat_map(|dy| (0..w as i32).map(move |dx| (dx, dy))) {
                    blend(pixmap, left_px as i32 + x + dx, top_px as i32 + y + dy, colour);
                }
            },
        );
        height_px
    }

    /// How wide and high a text would come out.
    pub(super) fn measure(&mut self, width_px: f32, look: Type, words: &str) -> (f32, f32) {
        let buffer = self.laid_out(width_px, look, words);
        let wide = buffer.layout_runs().fold(0.0_f32, |most, line| most.max(line.line_w));
        (wide, height(&buffer))
    }

    fn laid_out(&mut self, width_px: f32, look: Type, words: &str) -> Buffer {
        let metrics = Metrics::new(look.size_px, look.size_px * LINE);
        let mut buffer = Buffer::new(&mut self.fonts, metrics);
        buffer.set_wrap(Wrap::WordOrGlyph);
        buffer.set_size(Some(width_px), None);
        let attrs = Attrs::new().family(Family::Name("Inter")).weight(Weight(look.weight));
        buffer.set_text(words, &attrs, Shaping::Advanced, None);
        buffer.shape_until_scroll(&mut self.fonts, false);
        buffer
    }

    /// The upper part of the picture, as a PNG.
    ///
    /// # Errors
    /// None in practice.
    pub(super) fn png(self, height_px: u32) -> Result<Vec<u8>> {
        let (width, height) = (self.pixmap.width(), height_px.min(self.pixmap.height()));
        let mut pixels = self.pixmap.take_demultiplied();
        pixels.truncate((width * height * 4) as usize);
        // Every tenth pixel is looked at: enough for a palette.
        let palette = NeuQuant::new(10, 256, &pixels);
        let indexed: Vec<u8> =
            pixels.chunks_exact(4).map(|pixel| palette.index_of(pixel) as u8).collect();
        let mut out = Vec::new();
        let mut encoder = png::Encoder::new(&mut out, width, height);
        encoder.set_color(png::ColorType::Indexed);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_palette(palette.color_map_rgb());
        encoder.set_compression(png::Compression::High);
        encoder.write_header()?.write_image_data(&indexed)?;
        Ok(out)
    }
}

fn height(buffer: &Buffer) -> f32 {
    buffer.layout_runs().last().map_or(0.0, |line| line.line_top + line.line_height)
}

/// One pixel of a glyph over what is there, which is opaque.
fn blend(pixmap: &mut Pixmap, x: i32, y: i32, colour: Color) {
    let (width, height) = (pixmap.width() as i32, pixmap.height() as i32);
    if !(0..width).contains(&x) || !(0..height).contains(&y) {
        return;
    }
    let at = ((y * width + x) * 4) as usize;
    let alpha = u32::from(colour.a());
    let under = &mut pixmap.data_mut()[at..at + 3];
    for (under, over) in under.iter_mut().zip([colour.r(), colour.g(), colour.b()]) {
        let mixed = u32::from(over) * alpha + u32::from(*under) * (255 - alpha);
        *under = (mixed / 255) as u8;
    }
}

fn rounded([x, y, w, h]: Area, radius_px: f32) -> Option<Path> {
    let r = radius_px.min(w / 2.0).min(h / 2.0);
    // How far a cubic's handles reach to draw a quarter of a circle.
    let k = r * 0.552_284_8;
    let mut path = PathBuilder::new();
    path.move_to(x + r, y);
    path.line_to(x + w - r, y);
    path.cubic_to(x + w - r + k, y, x + w, y + r - k, x + w, y + r);
    path.line_to(x + w, y + h - r);
    path.cubic_to(x + w, y + h - r + k, x + w - r + k, y + h, x + w - r, y + h);
    path.line_to(x + r, y + h);
    path.cubic_to(x + r - k, y + h, x, y + h - r + k, x, y + h - r);
    path.line_to(x, y + r);
    path.cubic_to(x, y + r - k, x + r - k, y, x + r, y);
    path.close();
    path.finish()
}
