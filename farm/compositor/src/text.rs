//! Text: shaping, bidi and fallback (cosmic-text), line layout, and what a block will measure.
//! Painting the glyphs is `text/paint.rs`. System fonts are read once, when [`Fonts`] is made.

mod paint;
mod script;

use std::sync::{Mutex, MutexGuard, PoisonError};

use cosmic_text::{
    Attrs, Buffer, Family as CosmicFamily, FontSystem, Hinting, LayoutGlyph, Metrics, Shaping,
    SwashCache, Weight, Wrap,
};

pub(crate) use paint::paint;

use crate::scene::{Align, CaptionPage, Family, Plate, TextBlock, TextRun};

/// Width and height in design pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Size {
    /// Width.
    pub width_px: f32,
    /// Height.
    pub height_px: f32,
}

/// The system's fonts, loaded once and shared by every renderer and treatment.
pub struct Fonts {
    inner: Mutex<Inner>,
    display: Option<&'static str>,
    text: Option<&'static str>,
}

/// What shaping and painting need at once.
pub(crate) struct Inner {
    pub(crate) system: FontSystem,
    pub(crate) swash: SwashCache,
}

impl std::fmt::Debug for Fonts {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { display, text, .. } = self;
        formatter.debug_struct("Fonts").field("display", display).field("text", text).finish()
    }
}

/// A glyph where it belongs, in design pixels from the block's top left corner.
#[derive(Clone, Debug)]
pub(crate) struct PlacedGlyph {
    pub(crate) glyph: LayoutGlyph,
    /// Index of the run it came from.
    pub(crate) run: usize,
    pub(crate) x_px: f32,
    /// Of the baseline.
    pub(crate) y_px: f32,
}

/// A block after shaping: glyphs, and the box of its lines (plate and outline not counted).
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pub(crate) glyphs: Vec<PlacedGlyph>,
    pub(crate) size: Size,
}

/// Families to try for display type, best first.
const DISPLAY: [&str; 5] = ["Inter Display", "Inter", "Noto Sans", "Open Sans", "DejaVu Sans"];
/// Families to try for secondary type, best first.
const TEXT: [&str; 5] = ["Inter", "Inter Display", "Noto Sans", "Open Sans", "DejaVu Sans"];

impl Fonts {
    /// Reads the system's fonts; takes up to a second, so do it once a process. With no Inter
    /// installed the best sans at hand stands in, and with no fonts at all text is left out.
    #[must_use]
    pub fn load() -> Self {
        let mut system = FontSystem::new();
        let installed = |name: &&&'static str| {
            let wanted = **name;
            system.db().faces().any(|face| face.families.iter().any(|family| family.0 == wanted))
        };
        let display = DISPLAY.iter().find(installed).copied();
        let text = TEXT.iter().find(installed).copied();
        let any_sans = text.map(str::to_owned).or_else(|| {
            let face = system.db().faces().find(|face| !face.monospaced)?;
            face.families.first().map(|family| family.0.clone())
        });
        if let Some(any_sans) = any_sans {
            system.db_mut().set_sans_serif_family(any_sans);
        }
        Self { inner: Mutex::new(Inner { system, swash: SwashCache::new() }), display, text }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner> {
        // A panic while shaping leaves only caches behind: they are still usable.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Size of a block as it will be drawn: its lines, plus the plate's padding where it has one;
    /// outline and shadow not counted. Zero for text that shows nothing.
    #[must_use]
    pub fn measure(&self, block: &TextBlock) -> Size {
        let Size { width_px, height_px } = self.layout(block).size;
        let (pad_x, pad_y) = plate_padding(block.plate.as_ref());
        Size { width_px: width_px + 2.0 * pad_x, height_px: height_px + 2.0 * pad_y }
    }

    pub(crate) fn layout(&self, block: &TextBlock) -> Layout {
        let Inner { system, .. } = &mut *self.lock();
        let size_px = block.size_px.clamp(1.0, 2000.0);
        let line_px = size_px * block.line_height.clamp(0.5, 4.0);
        let mut buffer = Buffer::new(system, Metrics::new(size_px, line_px));
        buffer.set_wrap(Wrap::WordOrGlyph);
        buffer.set_hinting(Hinting::Disabled);
        buffer.set_size(Some(block.max_width_px.max(1.0)), None);
        let family = match block.family {
            Family::Display => self.display,
            Family::Text => self.text,
        };
        let attrs = Attrs::new()
            .family(family.map_or(CosmicFamily::SansSerif, CosmicFamily::Name))
            .weight(Weight(block.weight.clamp(100, 900)));
        let text: String = block.runs.iter().map(|run| run.text.as_str()).collect();
        let han = script::han_family(&text);
        let spans = block.runs.iter().enumerate().flat_map(|(index, run)| {
            let attrs = attrs.clone().metadata(index);
            script::stretches(&run.text).map(move |(part, script)| {
                let mut attrs = attrs.clone();
                if let Some(name) = script.family(han) {
                    attrs = attrs.family(CosmicFamily::Name(name));
                }
                if block.tracking_px != 0.0 && !script.joins() {
                    attrs = attrs.letter_spacing(block.tracking_px / size_px);
                }
                (part, attrs)
            })
        });
        let align = match block.align {
            Align::Start => None,
            Align::Centre => Some(cosmic_text::Align::Center),
            Align::End => Some(cosmic_text::Align::End),
        };
        buffer.set_rich_text(spans, &attrs, Shaping::Advanced, align);
        buffer.shape_until_scroll(system, false);
        placed(&buffer)
    }
}

impl Layout {
    /// Centre of one run's glyphs, from the block's centre, in design pixels.
    pub(crate) fn run_centre_px(&self, run: usize) -> Option<(f32, f32)> {
        let own = self.glyphs.iter().filter(|glyph| glyph.run == run);
        let start = (f32::INFINITY, f32::NEG_INFINITY, None);
        let (left, right, line) = own.fold(start, |(left, right, _), placed| {
            let middle = placed.y_px - placed.glyph.font_size * 0.36;
            let glyph = &placed.glyph;
            (left.min(glyph.x), right.max(glyph.x + glyph.w), Some(middle))
        });
        let x = (left + right) / 2.0 - self.size.width_px / 2.0;
        line.map(|y| (x, y - self.size.height_px / 2.0))
    }
}

/// Padding (x, y) that a plate adds on each side.
pub(crate) fn plate_padding(plate: Option<&Plate>) -> (f32, f32) {
    plate.map_or((0.0, 0.0), |plate| (plate.pad_x_px, plate.pad_y_px))
}

fn placed(buffer: &Buffer) -> Layout {
    let mut glyphs = Vec::new();
    let (mut left, mut right, mut bottom) = (f32::INFINITY, f32::NEG_INFINITY, 0.0_f32);
    for line in buffer.layout_runs() {
        bottom = bottom.max(line.line_top + line.line_height);
        for glyph in line.glyphs {
            let cluster = line.text.get(glyph.start..glyph.end).unwrap_or("x");
            if !cluster.trim().is_empty() {
                left = left.min(glyph.x);
                right = right.max(glyph.x + glyph.w);
                glyphs.push(PlacedGlyph {
                    run: glyph.metadata,
                    x_px: glyph.x + glyph.font_size * glyph.x_offset,
                    y_px: line.line_y + glyph.y - glyph.font_size * glyph.y_offset,
                    glyph: glyph.clone(),
                });
            }
        }
    }
    if glyphs.is_empty() {
        let size = Size { width_px: 0.0, height_px: 0.0 };
        return Layout { glyphs, size };
    }
    for glyph in &mut glyphs {
        glyph.x_px -= left;
        glyph.glyph.x -= left;
    }
    Layout { glyphs, size: Size { width_px: right - left, height_px: bottom } }
}

/// Line pitch of captions as a multiple of their size.
pub const CAPTION_LINE_HEIGHT: f32 = 1.16;

/// A caption page as one block: a run a word (separators belong to the word before them).
#[must_use]
pub fn caption_block(page: &CaptionPage) -> TextBlock {
    let mut runs: Vec<TextRun> = Vec::with_capacity(page.words.len());
    for (index, word) in page.words.iter().enumerate() {
        let mut text = word.text.clone();
        if let Some(next) = page.words.get(index + 1) {
            let tight = text.chars().last().is_some_and(script::is_spaceless)
                && next.text.chars().next().is_some_and(script::is_spaceless);
            if word.break_after {
                text.push('\n');
            } else if !tight {
                text.push(' ');
            }
        }
        runs.push(TextRun { text, colour: page.ink });
    }
    TextBlock {
        runs,
        size_px: page.size_px,
        weight: 900,
        family: Family::Display,
        align: Align::Centre,
        max_width_px: page.max_width_px,
        line_height: CAPTION_LINE_HEIGHT,
        tracking_px: -0.015 * page.size_px,
        outline: Some(page.outline),
        shadow: None,
        plate: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::Rgba;

    #[test]
    fn every_script_has_its_letters_joins_them_and_runs_its_own_way() {
        let fonts = Fonts::load();
        let layout = |text: &str| {
            fonts.layout(&TextBlock {
                runs: vec![TextRun { text: text.to_owned(), colour: Rgba(255, 255, 255, 255) }],
                size_px: 96.0,
                weight: 800,
                family: Family::Display,
                align: Align::Centre,
                max_width_px: 2_000.0,
                line_height: 1.2,
                tracking_px: 0.0,
                outline: None,
                shadow: None,
                plate: None,
            })
        };
        for text in [
            "لماذا السماء زرقاء",
            "למה השמיים כחולים",
            "आसमान नीला क्यों है",
            "为什么天空是蓝色的",
            "空はなぜ青い",
            "하늘은 왜 파란가",
            "🐙 ⭐ ✅ 👩‍🚀",
        ] {
            let layout = layout(text);
            assert!(!layout.glyphs.is_empty(), "{text}");
            // Glyph 0 of every font is the box that stands for what it lacks.
            assert!(layout.glyphs.iter().all(|placed| placed.glyph.glyph_id != 0), "{text}");
        }
        let width = |text: &str| layout(text).size.width_px;
        assert!(width("بيت") < 0.9 * ["ب", "ي", "ت"].map(width).iter().sum::<f32>());
        assert!(layout("क्ष").glyphs.len() < 3 && layout("👩‍🚀").glyphs.len() == 1);
        for (text, leftwards) in [("שלום", true), ("سلام", true), ("peace", false)] {
            let mut glyphs = layout(text).glyphs;
            glyphs.sort_by_key(|placed| placed.glyph.start);
            let rightmost_first = glyphs[0].x_px > glyphs[glyphs.len() - 1].x_px;
            assert_eq!(rightmost_first, leftwards, "{text}");
        }
    }
}
