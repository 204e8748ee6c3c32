//! Where captions and titles stand, measured on the scenes themselves for the quality gate: pixels
//! cannot tell a caption from a picture.

use cutline_compositor::{
    scene::{Content, Layer, Scene, TextBlock},
    text::{self, Fonts},
    timeline::view_at,
};

use super::film::Film;
use crate::encode::qc::TextBox;

/// Names of text layers that must be read, by how they begin.
const TITLES: [&str; 4] = ["title", "hook", "on_screen", "headline"];

/// The boxes of every caption page and title of the film, in the middle of their time on screen.
pub(super) fn text_boxes(film: &Film) -> Vec<TextBox> {
    let mut boxes = Vec::new();
    let mut start = 0;
    for scene in film.scenes() {
        for layer in &scene.layers {
            let block = match &layer.content {
                Content::Caption(page) => text::caption_block(page),
                Content::Text(block) if is_title(&layer.name) => block.clone(),
                _ => continue,
            };
            let until = layer.until_frame.min(scene.frames);
            let middle = (layer.from_frame + until) / 2;
            if let Some(bounds_px) = bounds(scene, layer, &block, middle, film.fonts()) {
                boxes.push(TextBox { name: layer.name.clone(), frame: start + middle, bounds_px });
            }
        }
        start += scene.frames;
    }
    boxes
}

fn is_title(name: &str) -> bool {
    TITLES.iter().any(|title| name.starts_with(title))
}

/// Left, top, right and bottom in design pixels; `None` for what is not visible then.
fn bounds(
    scene: &Scene,
    layer: &Layer,
    block: &TextBlock,
    frame: u32,
    fonts: &Fonts,
) -> Option<[f32; 4]> {
    let now = frame as f32;
    let pose = &layer.pose;
    if pose.opacity.at(now) < 0.05 {
        return None;
    }
    let size = fonts.measure(block);
    let outline = block.outline.map_or(0.0, |outline| outline.width_px);
    let view = view_at(&scene.camera, layer.depth, now);
    let half_width = (size.width_px / 2.0 + outline) * pose.scale_x.at(now).abs() * view.zoom;
    let half_height = (size.height_px / 2.0 + outline) * pose.scale_y.at(now).abs() * view.zoom;
    let through = |at: f32, focus: f32, pan: f32| (at - focus) * view.zoom + focus - pan;
    let x = through(pose.x_px.at(now), view.focus_px.0, view.pan_px.0);
    let y = through(pose.y_px.at(now), view.focus_px.1, view.pan_px.1);
    Some([x - half_width, y - half_height, x + half_width, y + half_height])
}
