//! Caption pages: one sprite a word and colour, the active word drawn last, popping.

use std::hash::Hash;
use std::sync::Arc;

use super::{
    LAYOUTS_MAX, Placement, Renderer,
    content::{settled, sprite},
    key,
};
use crate::affine::Affine;
use crate::frame::FrameMut;
use crate::sample;
use crate::scene::CaptionPage;
use crate::text::{self, Layout};
use crate::timeline::{caption_pop, is_active};

impl Renderer {
    pub(super) fn draw_caption(
        &mut self,
        out: &mut FrameMut<'_>,
        page: &CaptionPage,
        frame: u32,
        placement: &Placement,
    ) {
        let scale = placement.raster_scale.clamp(0.01, 8.0);
        let page_key = key::caption(page, scale);
        let layout = self.caption_layout(page, page_key);
        let active = |word: usize| is_active(&page.words[word], frame);
        let mut order: Vec<usize> = (0..page.words.len()).collect();
        order.sort_by_key(|&word| active(word));
        for word in order {
            let Some(centre) = layout.run_centre_px(word) else { continue };
            let colour = if active(word) { page.accent } else { page.ink };
            let key = key::keyed("word", |hasher| (page_key, word, colour).hash(hasher));
            let make = || {
                let block = text::caption_block(page);
                let only = Some((word, colour));
                sprite(text::paint(&self.fonts, &block, &layout, scale, only)?, scale)
            };
            let Some(sprite) = self.sprites.get_or_make(key, make) else { continue };
            let pop = f64::from(caption_pop(&page.words[word], frame));
            let popped = match pop {
                1.0 => Affine::IDENTITY,
                _ => {
                    let (x, y) = (f64::from(centre.0), f64::from(centre.1));
                    Affine::translate(-x, -y)
                        .then(&Affine::scale(pop, pop))
                        .then(&Affine::translate(x, y))
                }
            };
            let to_output = popped.then(&placement.to_output);
            let to_output = settled(&sprite, &to_output, &placement.at_rest);
            sample::draw(out, &sprite, &to_output, placement.opacity, None);
        }
    }

    fn caption_layout(&mut self, page: &CaptionPage, page_key: u64) -> Arc<Layout> {
        if let Some(layout) = self.layouts.get(&page_key) {
            return Arc::clone(layout);
        }
        if self.layouts.len() >= LAYOUTS_MAX {
            self.layouts.clear();
        }
        let layout = Arc::new(self.fonts.layout(&text::caption_block(page)));
        self.layouts.insert(page_key, Arc::clone(&layout));
        layout
    }
}
