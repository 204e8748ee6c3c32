//! Numbers over time: tracks, springs, idle floats, the camera's parallax, caption pops.
//! Pure functions of a frame; knows nothing of pixels.

use std::f32::consts::{PI, TAU};

use crate::scene::{Camera, CaptionWord, Ease, FPS, Idle, Key, Track};

impl Track {
    /// Value at `frame` (may be fractional). Overlapping keys hand over where the later one starts.
    #[must_use]
    pub fn at(&self, frame: f32) -> f32 {
        let mut from = self.base;
        for (index, key) in self.keys.iter().enumerate() {
            if frame < key.start_frame {
                return from;
            }
            let next = self.keys.get(index + 1).map_or(f32::INFINITY, |next| next.start_frame);
            from = moved(from, key, frame.min(next));
        }
        from
    }

    /// The largest magnitude it rests at, overshoots apart: what to rasterise for.
    #[must_use]
    pub fn magnitude_max(&self) -> f32 {
        self.keys.iter().fold(self.base.abs(), |most, key| most.max(key.value.abs()))
    }

    /// True when no key changes it.
    #[must_use]
    pub fn is_fixed(&self) -> bool {
        self.keys.iter().all(|key| key.value == self.base)
    }
}

fn moved(from: f32, key: &Key, frame: f32) -> f32 {
    let span = key.end_frame - key.start_frame;
    if frame >= key.end_frame || span <= 0.0 {
        return if frame >= key.end_frame { key.value } else { from };
    }
    let progress = ((frame - key.start_frame) / span).clamp(0.0, 1.0);
    from + (key.value - from) * eased(key.ease, progress)
}

/// Shape of a move at `progress` 0–1; springs pass 1 on the way.
#[must_use]
pub fn eased(ease: Ease, progress: f32) -> f32 {
    let left = 1.0 - progress;
    match ease {
        Ease::Hold => f32::from(progress >= 1.0),
        Ease::Linear => progress,
        Ease::In => progress.powi(3),
        Ease::Out => 1.0 - left.powi(3),
        Ease::InOut if progress < 0.5 => 4.0 * progress.powi(3),
        Ease::InOut => 1.0 - 4.0 * left.powi(3),
        Ease::Spring(overshoot) => spring(overshoot, progress),
    }
}

/// Step response of an under-damped second-order system (any control text: overshoot
/// `exp(−πζ/√(1−ζ²))`), with ω chosen so that the envelope is down to 0.3 % at progress 1, where a
/// window takes out the rest.
fn spring(overshoot: f32, progress: f32) -> f32 {
    const ENVELOPE_DECAY: f32 = 5.8;
    if progress >= 1.0 {
        return 1.0;
    }
    let log = overshoot.clamp(0.001, 0.9).ln();
    let damping = -log / (PI * PI + log * log).sqrt();
    let root = (1.0 - damping * damping).sqrt();
    let omega = ENVELOPE_DECAY / damping;
    let phase = omega * root * progress;
    let ringing = (-ENVELOPE_DECAY * progress).exp() * (phase.cos() + damping / root * phase.sin());
    1.0 - ringing * (1.0 - progress.powi(6))
}

/// Offset of an idle float at `frame`: x and y in design pixels, rotation in degrees.
#[must_use]
pub fn idle_at(idle: &Idle, frame: f32) -> (f32, f32, f32) {
    let turn = TAU * (idle.hz * frame / FPS as f32 + idle.phase);
    // Three related but unequal rates so that the path is not a plain ellipse.
    let x = idle.x_px * (turn * 0.8 + 1.3).sin();
    let rotation = idle.rotation_deg * (turn * 0.9 + 2.1).sin();
    (x, idle.y_px * turn.sin(), rotation)
}

/// What a layer of one depth sees of the camera.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// Zoom about the focus.
    pub zoom: f32,
    /// Pan in design pixels, to be subtracted.
    pub pan_px: (f32, f32),
    /// What stays put while zooming.
    pub focus_px: (f32, f32),
}

/// The camera at `frame` for a layer of `depth`.
#[must_use]
pub fn view_at(camera: &Camera, depth: f32, frame: f32) -> View {
    View {
        zoom: (1.0 + (camera.zoom.at(frame) - 1.0) * depth).max(0.01),
        pan_px: (camera.pan_x_px.at(frame) * depth, camera.pan_y_px.at(frame) * depth),
        focus_px: (camera.focus_px[0], camera.focus_px[1]),
    }
}

/// Scale of a caption word: 0.86 → 1.04 → 1.0 over the five frames from its onset.
#[must_use]
pub fn caption_pop(word: &CaptionWord, frame: u32) -> f32 {
    const POP: [f32; 5] = [0.86, 0.98, 1.04, 1.025, 1.008];
    let since = frame.checked_sub(word.start_frame).map(|since| since as usize);
    since.and_then(|since| POP.get(since)).copied().unwrap_or(1.0)
}

/// True while the word is the one being spoken.
#[must_use]
pub fn is_active(word: &CaptionWord, frame: u32) -> bool {
    (word.start_frame..word.end_frame.max(word.start_frame + 1)).contains(&frame)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_track_holds_before_between_and_after_its_keys() {
        let track =
            Track::fixed(1.0).to(10.0, 20.0, 3.0, Ease::Linear).to(40.0, 50.0, 0.0, Ease::InOut);
        assert_eq!(track.at(-5.0), 1.0);
        assert_eq!(track.at(15.0), 2.0);
        assert_eq!(track.at(30.0), 3.0);
        assert_eq!(track.at(500.0), 0.0);
    }

    #[test]
    fn an_overlapping_key_takes_over_where_it_starts() {
        let track =
            Track::fixed(0.0).to(0.0, 10.0, 10.0, Ease::Linear).to(5.0, 15.0, 0.0, Ease::Linear);
        assert!((track.at(5.0) - 5.0).abs() < 1e-4);
        assert!((track.at(10.0) - 2.5).abs() < 1e-4);
    }

    #[test]
    fn springs_overshoot_by_what_they_were_asked_and_settle() {
        for overshoot in [0.06_f32, 0.08, 0.10, 0.2] {
            let track = Track::fixed(0.0).to(0.0, 14.0, 1.0, Ease::Spring(overshoot));
            let peak = (0..1400).map(|step| track.at(step as f32 / 100.0)).fold(0.0, f32::max);
            assert!((peak - 1.0 - overshoot).abs() < 0.01, "asked {overshoot}, peak {peak}");
            assert!((track.at(13.9) - 1.0).abs() < 0.01);
            assert_eq!(track.at(14.0), 1.0);
            assert_eq!(track.at(0.0), 0.0);
        }
    }

    #[test]
    fn depth_zero_is_glued_to_the_screen() {
        let camera = Camera {
            zoom: Track::fixed(1.5),
            pan_x_px: Track::fixed(80.0),
            pan_y_px: Track::fixed(0.0),
            focus_px: [540.0, 700.0],
        };
        let glued = view_at(&camera, 0.0, 3.0);
        assert_eq!((glued.zoom, glued.pan_px), (1.0, (0.0, 0.0)));
        let far = view_at(&camera, 0.3, 3.0);
        assert!((far.zoom - 1.15).abs() < 1e-5 && (far.pan_px.0 - 24.0).abs() < 1e-4);
    }

    #[test]
    fn the_active_word_pops_for_five_frames() {
        let word =
            CaptionWord { text: "hi".into(), start_frame: 10, end_frame: 30, break_after: false };
        assert_eq!(caption_pop(&word, 9), 1.0);
        assert_eq!(caption_pop(&word, 10), 0.86);
        assert_eq!(caption_pop(&word, 12), 1.04);
        assert_eq!(caption_pop(&word, 15), 1.0);
        assert!(is_active(&word, 29) && !is_active(&word, 30));
    }
}
