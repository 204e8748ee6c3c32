//! Caption pages as layers: size, place and colours by art direction. What the words are and when
//! they show is decided long before.

use crate::{
    palette::{NIGHT_INK, WHITE},
    scene::{CaptionPage, Content, Layer, Outline, Pose},
    story::CaptionSpan,
    text,
    treatments::Take,
};

use super::geometry::{CENTRE_X_PX, Rect, SAFE_BOTTOM_PX, SAFE_WIDTH_PX};

/// Where a page of one line is centred.
pub const CAPTION_Y_PX: f32 = 1320.0;
/// Outline on each side of a letter.
pub const OUTLINE_PX: f32 = 10.0;
/// Largest and smallest usual sizes; a single long word may go lower, never under 48.
const SIZES_PX: [f32; 6] = [94.0, 88.0, 84.0, 72.0, 60.0, 48.0];

/// One layer a page, in front of everything, glued to the screen.
#[must_use]
pub fn layers(take: &Take) -> Vec<Layer> {
    take.shot
        .captions
        .iter()
        .filter(|page| !page.words.is_empty())
        .map(|page| layer(take, page))
        .collect()
}

/// The lowest line that pictures may reach so that no caption of this shot lies on them.
#[must_use]
pub fn clear_above_px(take: &Take) -> f32 {
    let top = take
        .shot
        .captions
        .iter()
        .map(|page| bounds(take, page).top)
        .fold(super::geometry::STAGE_BOTTOM_PX + 24.0, f32::min);
    top - 24.0
}

/// The box a page fills, outline included.
#[must_use]
pub fn bounds(take: &Take, page: &CaptionSpan) -> Rect {
    place(take, page).1
}

fn layer(take: &Take, page: &CaptionSpan) -> Layer {
    let (content, bounds) = place(take, page);
    let [x, y] = bounds.centre();
    Layer {
        name: "caption".into(),
        content: Content::Caption(content),
        depth: 0.0,
        from_frame: page.start_frame,
        until_frame: page.end_frame.max(page.start_frame + 1),
        pose: Pose::at(x, y),
    }
}

/// The page at the largest size whose lines fit, and the box it fills. Measured as it will be
/// drawn, so that nothing wraps or sinks below the safe area behind our back.
fn place(take: &Take, page: &CaptionSpan) -> (CaptionPage, Rect) {
    let widest = SAFE_WIDTH_PX - 2.0 * OUTLINE_PX;
    let mut content = CaptionPage {
        words: page.words.clone(),
        size_px: SIZES_PX[0],
        ink: WHITE,
        accent: take.palette.caption_accent(),
        outline: Outline { width_px: OUTLINE_PX, colour: NIGHT_INK },
        max_width_px: widest,
    };
    let mut size = [0.0; 2];
    for size_px in SIZES_PX {
        content.size_px = size_px;
        let mut block = text::caption_block(&content);
        block.max_width_px = f32::from(u16::MAX);
        let unwrapped = take.measure(&block);
        // The active word pops to 104 %.
        let fits = unwrapped[0] * 1.02 <= widest;
        block.max_width_px = widest;
        size = if fits { unwrapped } else { take.measure(&block) };
        if fits {
            break;
        }
    }
    let height = size[1] + 2.0 * OUTLINE_PX;
    let centre = CAPTION_Y_PX.min(SAFE_BOTTOM_PX - height / 2.0);
    let bounds = Rect::around(CENTRE_X_PX, centre, size[0] * 1.02 + 2.0 * OUTLINE_PX, height);
    (content, bounds)
}
