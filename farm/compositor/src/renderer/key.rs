//! Names for rasterised content: equal content at equal scale has an equal key. Hashing is the
//! standard library's with its fixed default key, so keys are stable within a process.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use crate::scene::{Backdrop, CaptionPage, PathArt, PhotoArt, Shadow, SvgArt, TextBlock};

/// Hashes of documents, remembered by address so that a long one is read once. The `Arc` is kept,
/// so its address cannot be given to another document meanwhile.
#[derive(Debug, Default)]
pub(super) struct SvgKeys {
    known: Vec<(Arc<str>, u64)>,
}

const DOCUMENTS_MAX: usize = 128;

impl SvgKeys {
    fn document(&mut self, svg: &Arc<str>) -> u64 {
        if let Some((_, key)) = self.known.iter().find(|(known, _)| Arc::ptr_eq(known, svg)) {
            return *key;
        }
        let mut hasher = DefaultHasher::new();
        svg.hash(&mut hasher);
        let key = hasher.finish();
        if self.known.len() >= DOCUMENTS_MAX {
            self.known.clear();
        }
        self.known.push((Arc::clone(svg), key));
        key
    }

    pub(super) fn svg(&mut self, art: &SvgArt, scale: f32, mirrored: bool) -> u64 {
        let document = self.document(&art.svg);
        keyed("svg", |hasher| {
            (document, mirrored).hash(hasher);
            floats(hasher, &[art.width_px, art.height_px, art.blur_px, scale]);
            shadow(hasher, art.shadow.as_ref());
        })
    }
}

pub(super) fn keyed(kind: &str, fill: impl FnOnce(&mut DefaultHasher)) -> u64 {
    let mut hasher = DefaultHasher::new();
    kind.hash(&mut hasher);
    fill(&mut hasher);
    hasher.finish()
}

pub(super) fn floats(hasher: &mut DefaultHasher, values: &[f32]) {
    for value in values {
        value.to_bits().hash(hasher);
    }
}

fn shadow(hasher: &mut DefaultHasher, shadow: Option<&Shadow>) {
    if let Some(shadow) = shadow {
        floats(hasher, &[shadow.blur_px, shadow.offset_y_px]);
        shadow.colour.hash(hasher);
    }
}

pub(super) fn text(block: &TextBlock, scale: f32) -> u64 {
    keyed("text", |hasher| {
        for run in &block.runs {
            run.text.hash(hasher);
            run.colour.hash(hasher);
        }
        floats(hasher, &[block.size_px, block.max_width_px, block.line_height, scale]);
        floats(hasher, &[block.tracking_px]);
        (block.weight, block.family, block.align).hash(hasher);
        if let Some(outline) = block.outline {
            floats(hasher, &[outline.width_px]);
            outline.colour.hash(hasher);
        }
        (block.outline.is_some(), block.shadow.is_some(), block.plate.is_some()).hash(hasher);
        shadow(hasher, block.shadow.as_ref());
        if let Some(plate) = block.plate {
            floats(hasher, &[plate.pad_x_px, plate.pad_y_px, plate.radius_px]);
            plate.fill.hash(hasher);
        }
    })
}

pub(super) fn caption(page: &CaptionPage, scale: f32) -> u64 {
    keyed("caption", |hasher| {
        for word in &page.words {
            (&word.text, word.break_after).hash(hasher);
        }
        floats(hasher, &[page.size_px, page.max_width_px, page.outline.width_px, scale]);
        (page.ink, page.accent, page.outline.colour).hash(hasher);
    })
}

pub(super) fn path(art: &PathArt, trim: (f32, f32), scale: f32) -> u64 {
    keyed("path", |hasher| {
        (&art.d, art.fill).hash(hasher);
        floats(hasher, &[trim.0, trim.1, scale]);
        if let Some(stroke) = &art.stroke {
            stroke.colour.hash(hasher);
            floats(hasher, &[stroke.width_px]);
            floats(hasher, &stroke.dash_px);
        }
    })
}

pub(super) fn photo(art: &PhotoArt, zoom: f32, scale: f32) -> u64 {
    keyed("photo", |hasher| {
        art.picture.hash(hasher);
        floats(hasher, &[art.width_px, art.height_px, art.corner_radius_px, zoom, scale]);
        floats(hasher, &art.focus);
    })
}

pub(super) fn backdrop(backdrop: &Backdrop) -> u64 {
    keyed("backdrop", |hasher| {
        for (offset, colour) in &backdrop.stops {
            floats(hasher, &[*offset]);
            colour.hash(hasher);
        }
        floats(hasher, &[backdrop.angle_deg]);
        for glow in &backdrop.glows {
            floats(hasher, &[glow.centre_px[0], glow.centre_px[1], glow.radius_px]);
            glow.colour.hash(hasher);
        }
    })
}
