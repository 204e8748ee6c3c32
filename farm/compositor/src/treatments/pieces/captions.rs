//! Caption pages as layers: size, place and colours by art direction. What the words are and when
//! they show is decided long before.

use crate::{
    palette::{NIGHT_INK, WHITE},
    scene::{CaptionPage, CaptionWord, Content, Layer, Outline, Pose},
    story::CaptionSpan,
    treatments::Take,
};

use super::{
    geometry::{CENTRE_X_PX, Rect, SAFE_BOTTOM_PX, SAFE_WIDTH_PX},
    lettering::{self, Lettering},
};

/// Where a page of one line is centred.
pub const CAPTION_Y_PX: f32 = 1320.0;
/// Outline on each side of a letter.
pub const OUTLINE_PX: f32 = 10.0;
/// Line pitch as a multiple of the size.
const LINE_PITCH: f32 = 1.12;
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
    let (size, width, lines) = fit(take, page);
    let height = size * LINE_PITCH * lines as f32 + 2.0 * OUTLINE_PX;
    let centre = CAPTION_Y_PX.min(SAFE_BOTTOM_PX - height / 2.0);
    Rect::around(CENTRE_X_PX, centre, width + 2.0 * OUTLINE_PX, height)
}

fn layer(take: &Take, page: &CaptionSpan) -> Layer {
    let (size_px, ..) = fit(take, page);
    let [x, y] = bounds(take, page).centre();
    Layer {
        name: "caption".into(),
        content: Content::Caption(CaptionPage {
            words: page.words.clone(),
            size_px,
            ink: WHITE,
            accent: take.palette.caption_accent(),
            outline: Outline { width_px: OUTLINE_PX, colour: NIGHT_INK },
            max_width_px: SAFE_WIDTH_PX - 2.0 * OUTLINE_PX,
        }),
        depth: 0.0,
        from_frame: page.start_frame,
        until_frame: page.end_frame.max(page.start_frame + 1),
        pose: Pose::at(x, y),
    }
}

/// Size, widest line and number of lines at which a page fits the safe width.
fn fit(take: &Take, page: &CaptionSpan) -> (f32, f32, usize) {
    let lines = lines(&page.words);
    let mut last = (48.0, 0.0, lines.len());
    for size in SIZES_PX {
        let width = lines
            .iter()
            .map(|line| take.measure(&Lettering::title(line, size, WHITE).block())[0])
            .fold(0.0, f32::max)
            // The active word pops to 104 %.
            * 1.02;
        last = (size, width.min(SAFE_WIDTH_PX - 2.0 * OUTLINE_PX), lines.len());
        if width <= SAFE_WIDTH_PX - 2.0 * OUTLINE_PX {
            break;
        }
    }
    last
}

fn lines(words: &[CaptionWord]) -> Vec<String> {
    let mut lines = vec![String::new()];
    let gap = if words.iter().all(|word| lettering::is_spaceless(&word.text)) { "" } else { " " };
    for (i, word) in words.iter().enumerate() {
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push_str(gap);
            }
            line.push_str(&word.text);
        }
        if word.break_after && i + 1 < words.len() {
            lines.push(String::new());
        }
    }
    lines
}
