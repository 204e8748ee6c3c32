//! The layers at the back of a scene that have come to rest: drawn once, then copied. Knows when a
//! layer can no longer change; how layers are drawn stays with the renderer.

use super::{RenderError, Renderer};
use crate::affine::Affine;
use crate::frame::{Frame, FrameMut};
use crate::scene::{Content, Layer, Scene, Track};

/// What was last drawn as the ground of a scene.
#[derive(Debug)]
pub(super) struct Ground {
    layers: Vec<Layer>,
    lens: Affine,
    /// Kept once the same ground was asked for twice.
    still: Option<Frame>,
}

/// How many of the visible layers, from the back, look the same on every later frame.
pub(super) fn resting(visible: &[&Layer], frame: u32) -> usize {
    visible.iter().take_while(|layer| rests(layer, frame)).count()
}

fn rests(layer: &Layer, frame: u32) -> bool {
    let pose = &layer.pose;
    let over = |track: &Track| track.keys.last().is_none_or(|key| key.end_frame < frame as f32);
    let still = match &layer.content {
        Content::Backdrop(_) | Content::Svg(_) | Content::Text(_) => true,
        Content::Path(art) => over(&art.trim_from) && over(&art.trim_to),
        Content::Photo(art) => over(&art.zoom),
        Content::Caption(_) | Content::Figure(_) => false,
    };
    let tracks =
        [&pose.x_px, &pose.y_px, &pose.scale_x, &pose.scale_y, &pose.rotation_deg, &pose.opacity];
    still && layer.depth == 0.0 && pose.idle.is_none() && tracks.into_iter().all(over)
}

impl Renderer {
    /// Draws the resting layers, by copying where they were drawn before.
    pub(super) fn draw_ground(
        &mut self,
        out: &mut FrameMut<'_>,
        scene: &Scene,
        layers: &[&Layer],
        frame: u32,
        lens: &Affine,
    ) -> Result<(), RenderError> {
        let same = |ground: &Ground| {
            ground.lens == *lens
                && ground.layers.len() == layers.len()
                && ground.layers.iter().zip(layers).all(|(kept, layer)| kept == *layer)
        };
        match self.ground.take().filter(same) {
            Some(Ground { layers, lens, still: Some(still) }) => {
                out.copy_from(&still)?;
                self.ground = Some(Ground { layers, lens, still: Some(still) });
            }
            known => {
                self.draw_layers(out, scene, layers, frame, lens)?;
                let still = if known.is_some() { Some(out.to_owned()?) } else { None };
                let layers = layers.iter().map(|layer| (*layer).clone()).collect();
                self.ground = Some(Ground { layers, lens: *lens, still });
            }
        }
        Ok(())
    }
}
