//! Moving pictures: what a scene says about one, and where its frames come from. The compositor
//! knows no decoder: whoever renders hands in [`Clips`].

use std::fmt::Debug;

use serde::{Deserialize, Serialize};

use crate::scene::{FPS, Track};

/// A clip that covers its box.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClipArt {
    /// Name under which [`Clips`] knows it (the hash of its file, so that a scene names its
    /// pixels).
    pub clip: String,
    /// What of it is shown on the scene's first frame, milliseconds from its start.
    pub from_ms: u32,
    /// What is shown when it is over.
    pub ends: ClipEnd,
    /// Box width (1080 for full frame).
    pub width_px: f32,
    /// Box height.
    pub height_px: f32,
    /// Point of interest, 0–1 of the clip's own size: kept inside the crop.
    pub focus: [f32; 2],
    /// Zoom inside the box, 1 = just covering.
    pub zoom: Track,
}

/// What is shown of a clip that is shorter than its scene.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClipEnd {
    /// Its last picture: for what follows a voice.
    Hold,
    /// Its beginning again: for what merely moves.
    Loop,
}

impl ClipArt {
    /// The moment of the clip, in microseconds from its start, that frame `frame` of the scene
    /// stands for: the middle of the frame, so that a clip of any rate is shown at most half of one
    /// of its own frames early or late, and one of 29.97 or 30 frames a second frame by frame.
    #[must_use]
    pub fn moment_us(&self, frame: u32) -> u64 {
        let halves = 2 * u64::from(frame) + 1;
        u64::from(self.from_ms) * 1000 + halves * 1_000_000 / (2 * u64::from(FPS))
    }
}

/// One picture of a clip: planar 4:2:0, 8 bits, BT.709, limited range.
#[derive(Clone, Copy, Debug)]
pub struct ClipPicture<'a> {
    /// Width of the luma plane (even).
    pub width_px: usize,
    /// Height of the luma plane (even).
    pub height_px: usize,
    /// Luma, blue difference, red difference: `stride_bytes × rows` each.
    pub planes: [&'a [u8]; 3],
    /// Bytes from one row to the next, per plane.
    pub stride_bytes: [usize; 3],
}

/// Why a clip has no picture.
pub type ClipError = Box<dyn std::error::Error + Send + Sync>;

/// Where clips' pictures come from. What is shown must depend on the arguments alone, not on what
/// was asked for before.
pub trait Clips: Debug + Send + Sync {
    /// Hands `draw` the picture that `art` shows on `frame`, cropped about its focus and scaled to
    /// exactly `size_px` (both even).
    ///
    /// # Errors
    /// When the clip is unknown or cannot be read; `draw` was not called then.
    fn show(
        &mut self,
        art: &ClipArt,
        frame: u32,
        size_px: (u32, u32),
        draw: &mut dyn FnMut(&ClipPicture<'_>),
    ) -> Result<(), ClipError>;

    /// The same clips for another thread.
    fn fork(&self) -> Box<dyn Clips>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clip_of_thirty_or_nearly_thirty_frames_is_shown_frame_by_frame() {
        let art = ClipArt {
            clip: String::new(),
            from_ms: 0,
            ends: ClipEnd::Hold,
            width_px: 1080.0,
            height_px: 1920.0,
            focus: [0.5, 0.5],
            zoom: Track::fixed(1.0),
        };
        // NTSC's rate is 30000/1001: its nth frame begins after n × 1001/30000 s.
        for frame in 0..300 {
            let shown = art.moment_us(frame) * 30_000 / 1001 / 1_000_000;
            assert_eq!(shown, u64::from(frame));
        }
        let later = ClipArt { from_ms: 8_000, ..art };
        assert_eq!(later.moment_us(0), 8_016_666);
    }
}
