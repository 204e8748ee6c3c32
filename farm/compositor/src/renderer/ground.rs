//! The layers at the back of a scene that have come to rest: drawn once, then copied. Knows when a
//! layer can no longer change; how layers are drawn stays with the renderer.

use super::{RenderError, Renderer};
use crate::affine::Affine;
use crate::frame::{Frame, FrameMut};
use crate::scene::{Content, Layer, Scene, Track};

/// Grounds kept at once: a transition shows two scenes in turn.
const GROUNDS_MAX: usize = 2;

/// The ground of a scene as it was drawn.
#[derive(Debug)]
pub(super) struct Ground {
    layers: Vec<Layer>,
    still: Frame,
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
        Content::Clip(_) | Content::Caption(_) | Content::Figure(_) | Content::Face(_) => false,
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
        // Under a moving lens the next frame will look different.
        if *lens != Affine::IDENTITY {
            return self.draw_layers(out, scene, layers, frame, lens);
        }
        let same = |ground: &Ground| {
            ground.layers.len() == layers.len()
                && ground.layers.iter().zip(layers).all(|(kept, layer)| kept == *layer)
        };
        if let Some(known) = self.grounds.iter().position(same) {
            // The one just used goes last, so that the other is the first to be replaced.
            let ground = self.grounds.remove(known);
            out.copy_from(&ground.still)?;
            self.grounds.push(ground);
            return Ok(());
        }
        self.draw_layers(out, scene, layers, frame, lens)?;
        if self.grounds.len() >= GROUNDS_MAX {
            self.grounds.remove(0);
        }
        let layers = layers.iter().map(|layer| (*layer).clone()).collect();
        self.grounds.push(Ground { layers, still: out.to_owned()? });
        Ok(())
    }
}
