//! A face for a thing that talks: eyes that blink and look about, brows, and a mouth whose shape
//! follows the sounds.
//!
//! This file owns what a face *is* and its way in: [`paint`]. Shapes of the mouth are in `mouth`,
//! strokes in `features`. Knows no phonemes: which sound has which [`Viseme`] is decided by whoever
//! times them.

mod features;
mod mouth;

use serde::{Deserialize, Serialize};
use tiny_skia::{Pixmap, Transform};

pub use mouth::Shape;

/// A visible shape of the mouth. The set is the animator's usual one (Preston Blair's ten, with
/// rest and closed lips apart).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Viseme {
    /// Nothing is said.
    Rest,
    /// Lips pressed: m, b, p.
    Closed,
    /// Upper teeth on the lower lip: f, v.
    Bite,
    /// Wide open: a.
    Open,
    /// Half open, spread: e.
    Spread,
    /// Narrow, spread: i.
    Narrow,
    /// Round and open: o.
    Round,
    /// Small and round: u, w.
    Pursed,
    /// The tongue's tip at the teeth: l, th, d, t, n.
    Tongue,
    /// Teeth together: s, z, sh, ch.
    Teeth,
    /// A little open: r, k, g, h, the schwa.
    Slack,
}

/// A shape of the mouth for a while, in frames of the shot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MouthCue {
    /// The shape.
    pub viseme: Viseme,
    /// Its first frame.
    pub start_frame: u32,
    /// The first frame after it.
    pub end_frame: u32,
}

/// A face, of which the layer's anchor is the middle of the body that it is on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Face {
    /// Its middle, from the layer's anchor.
    pub centre_px: [f32; 2],
    /// Half its height.
    pub radius_px: f32,
    /// In order, not overlapping; between two the mouth rests.
    pub mouth: Vec<MouthCue>,
    /// Frames on which the brows go up for a moment.
    pub accents: Vec<u32>,
    /// Where the eyes look from a frame on, each −1..1 (right, down); before the first straight
    /// ahead.
    pub looks: Vec<(u32, [f32; 2])>,
    /// Sets the blinks of one shot apart from another's, in frames.
    pub phase_frames: u32,
}

/// Everything painted lies within so many radii of the face's middle.
pub const REACH: f32 = 1.35;

/// Draws `face` at `frame`, `scale` canvas pixels to a design pixel, with its middle at `centre_px`
/// of `canvas`. What falls outside is clipped.
pub fn paint(face: &Face, frame: u32, scale: f32, canvas: &mut Pixmap, centre_px: (f32, f32)) {
    let radius = face.radius_px * scale;
    if radius < 1.0 {
        return;
    }
    let to_canvas = Transform::from_translate(centre_px.0, centre_px.1).pre_scale(radius, radius);
    let eyes = features::Eyes {
        open: eyes_at(frame + face.phase_frames),
        look: look_at(face, frame as f32),
        brows: brows_at(face, frame as f32),
    };
    features::eyes(&eyes, canvas, to_canvas);
    features::mouth(&shape_at(face, frame), canvas, to_canvas);
}

/// The mouth's shape at `frame`: a new one is mostly there on its first frame and wholly on its
/// second.
#[must_use]
pub fn shape_at(face: &Face, frame: u32) -> Shape {
    let (viseme, since) = viseme_at(&face.mouth, frame);
    let before =
        frame.checked_sub(since + 1).map_or(Viseme::Rest, |at| viseme_at(&face.mouth, at).0);
    let now = Shape::of(viseme);
    if since == 0 { Shape::of(before).mix(&now, 0.7) } else { now }
}

/// The viseme at `frame`, and for how many frames it has been there (at most one is counted).
fn viseme_at(mouth: &[MouthCue], frame: u32) -> (Viseme, u32) {
    let after = mouth.partition_point(|cue| cue.start_frame <= frame);
    let Some(cue) = after.checked_sub(1).and_then(|at| mouth.get(at)) else {
        return (Viseme::Rest, 1);
    };
    if frame < cue.end_frame {
        (cue.viseme, (frame - cue.start_frame).min(1))
    } else {
        (Viseme::Rest, (frame - cue.end_frame).min(1))
    }
}

/// Frames of a blink, from open to open.
const BLINK_FRAMES: f32 = 5.0;

/// How far the eyes are open, 0–1: a blink every three seconds or so, now and then a double one.
fn eyes_at(frame: u32) -> f32 {
    let lid = |period: f32, offset: f32| {
        let t = (frame as f32 + offset).rem_euclid(period) / BLINK_FRAMES;
        if t < 1.0 { (2.0 * t - 1.0).abs() } else { 1.0 }
    };
    lid(97.0, 40.0).min(lid(163.0, 120.0))
}

/// Where the eyes look: they jump there in three frames, as eyes do.
fn look_at(face: &Face, frame: f32) -> [f32; 2] {
    let mut look = [0.0, 0.0];
    for (from, target) in &face.looks {
        let t = ((frame - *from as f32) / 3.0).clamp(0.0, 1.0);
        for axis in 0..2 {
            look[axis] += (target[axis] - look[axis]) * t;
        }
    }
    // Nobody holds their eyes quite still.
    [look[0] + 0.04 * (frame * 0.11).sin(), look[1] + 0.03 * (frame * 0.07).cos()]
}

/// How far the brows are up, 0–1: at once, and down again over half a second.
fn brows_at(face: &Face, frame: f32) -> f32 {
    let lift = |at: &u32| {
        let since = frame - *at as f32;
        if since < -2.0 {
            0.0
        } else {
            ((since + 2.0) / 3.0).min((16.0 - since) / 12.0).clamp(0.0, 1.0)
        }
    };
    face.accents.iter().map(lift).fold(0.0, f32::max)
}

#[cfg(test)]
mod tests;
