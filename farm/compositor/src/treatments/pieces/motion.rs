//! Entrances, idles, emphasis, exits and camera moves, as keyframes. Lengths are in frames at 30
//! per second; a move that starts before frame 0 is already under way when the shot begins.

use crate::scene::{Camera, Ease, Idle, Key, Pose, Track};
use crate::story::CameraMove;

/// Length of a spring entrance.
pub const SPRING_FRAMES: f32 = 14.0;
/// Length of an exit.
pub const EXIT_FRAMES: f32 = 7.0;
/// Frames between things that enter together.
pub const STAGGER_FRAMES: f32 = 3.0;
/// Overshoot of a spring, as a fraction of its move.
pub const OVERSHOOT: f32 = 0.08;

/// How a thing comes on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Entrance {
    /// Grows out of its own centre.
    Pop,
    /// Rises from this many pixels below.
    Rise(f32),
    /// Drops from this many pixels above.
    Drop(f32),
    /// Comes from the side: positive starts to the right.
    Slide(f32),
    /// Grows from nearly full size: for frame 0 of a video.
    Settle,
    /// Turns upright while it grows, by this many degrees.
    Swing(f32),
}

/// A pose with an entrance that begins at `at_frame`.
#[must_use]
pub fn enter(mut pose: Pose, entrance: Entrance, at_frame: f32) -> Pose {
    let end = at_frame + SPRING_FRAMES;
    let spring = Ease::Spring(OVERSHOOT);
    let fade = |pose: &mut Pose| {
        let full = pose.opacity.base;
        pose.opacity = Track::fixed(0.0).to(at_frame, at_frame + 4.0, full, Ease::Linear);
    };
    let grow = |pose: &mut Pose, from: f32| {
        let (x, y) = (pose.scale_x.base, pose.scale_y.base);
        pose.scale_x = Track::fixed(x * from).to(at_frame, end, x, spring);
        pose.scale_y = Track::fixed(y * from).to(at_frame, end, y, spring);
    };
    match entrance {
        Entrance::Pop => {
            fade(&mut pose);
            grow(&mut pose, 0.3);
        }
        Entrance::Settle => grow(&mut pose, 0.9),
        Entrance::Rise(px) => {
            fade(&mut pose);
            let y = pose.y_px.base;
            pose.y_px = Track::fixed(y + px).to(at_frame, end, y, spring);
        }
        Entrance::Drop(px) => {
            fade(&mut pose);
            let y = pose.y_px.base;
            pose.y_px = Track::fixed(y - px).to(at_frame, end, y, spring);
        }
        Entrance::Slide(px) => {
            fade(&mut pose);
            let x = pose.x_px.base;
            pose.x_px = Track::fixed(x + px).to(at_frame, end, x, spring);
        }
        Entrance::Swing(deg) => {
            fade(&mut pose);
            grow(&mut pose, 0.5);
            let upright = pose.rotation_deg.base;
            pose.rotation_deg = Track::fixed(upright + deg).to(at_frame, end, upright, spring);
        }
    }
    pose
}

/// Adds a quick fade and shrink that ends at `gone_frame`.
#[must_use]
pub fn leave(mut pose: Pose, gone_frame: f32) -> Pose {
    let start = gone_frame - EXIT_FRAMES;
    let (x, y) = (settled(&pose.scale_x), settled(&pose.scale_y));
    push(&mut pose.opacity, start, gone_frame, 0.0, Ease::In);
    push(&mut pose.scale_x, start, gone_frame, x * 0.8, Ease::In);
    push(&mut pose.scale_y, start, gone_frame, y * 0.8, Ease::In);
    pose
}

/// Adds a hop of emphasis: a squash, a stretch, back to rest, over 16 frames.
#[must_use]
pub fn hop(mut pose: Pose, at_frame: f32) -> Pose {
    let (x, y) = (settled(&pose.scale_x), settled(&pose.scale_y));
    push(&mut pose.scale_x, at_frame, at_frame + 4.0, x * 1.06, Ease::Out);
    push(&mut pose.scale_y, at_frame, at_frame + 4.0, y * 0.94, Ease::Out);
    push(&mut pose.scale_x, at_frame + 4.0, at_frame + 18.0, x, Ease::Spring(OVERSHOOT));
    push(&mut pose.scale_y, at_frame + 4.0, at_frame + 18.0, y, Ease::Spring(OVERSHOOT));
    let ground = settled(&pose.y_px);
    push(&mut pose.y_px, at_frame + 4.0, at_frame + 10.0, ground - 30.0, Ease::Out);
    push(&mut pose.y_px, at_frame + 10.0, at_frame + 18.0, ground, Ease::In);
    pose
}

/// Adds a spring from the present size to `factor` times it.
#[must_use]
pub fn grow(mut pose: Pose, at_frame: f32, factor: f32) -> Pose {
    let (x, y) = (settled(&pose.scale_x), settled(&pose.scale_y));
    let end = at_frame + SPRING_FRAMES;
    push(&mut pose.scale_x, at_frame, end, x * factor, Ease::Spring(OVERSHOOT));
    push(&mut pose.scale_y, at_frame, end, y * factor, Ease::Spring(OVERSHOOT));
    pose
}

/// The float that keeps a thing alive: ±6 px, ±1.5°, 0.3–0.5 Hz. `n` sets phases apart; `strength`
/// 1 is the usual, less for things that stand on the ground.
#[must_use]
pub fn idle(n: usize, strength: f32) -> Idle {
    let turn = (n as f32 * 0.381_966).fract();
    Idle {
        x_px: 2.5 * strength,
        y_px: 6.0 * strength,
        rotation_deg: 1.5 * strength,
        hz: 0.32 + 0.16 * ((n as f32 * 0.618).fract()),
        phase: turn,
    }
}

/// Turns a planned move into a camera that starts with the shot and lasts its length.
#[must_use]
pub fn camera(planned: CameraMove, frames: u32, focus_px: [f32; 2]) -> Camera {
    let end = frames.max(1) as f32;
    let still = || Track::fixed(0.0);
    let (zoom, pan_x) = match planned {
        CameraMove::Push { to } => {
            (Track::fixed(1.0).to(0.0, end, to.clamp(1.0, 1.06), Ease::InOut), still())
        }
        CameraMove::Pull { from } => {
            (Track::fixed(from.clamp(1.0, 1.06)).to(0.0, end, 1.0, Ease::InOut), still())
        }
        CameraMove::Drift { x_px } => {
            let reach = x_px.clamp(-36.0, 36.0);
            let pan = Track::fixed(-reach / 2.0).to(0.0, end, reach / 2.0, Ease::InOut);
            (Track::fixed(1.02), pan)
        }
        CameraMove::Still => (Track::fixed(1.0), still()),
    };
    Camera { zoom, pan_x_px: pan_x, pan_y_px: still(), focus_px }
}

/// The value a track comes to rest at.
#[must_use]
pub fn settled(track: &Track) -> f32 {
    track.keys.last().map_or(track.base, |key| key.value)
}

/// Appends a move, never starting before the one before it has ended.
pub fn push(track: &mut Track, start_frame: f32, end_frame: f32, value: f32, ease: Ease) {
    let free = track.keys.last().map_or(f32::MIN, |key| key.end_frame);
    let start_frame = start_frame.max(free);
    track.keys.push(Key { start_frame, end_frame: end_frame.max(start_frame + 1.0), value, ease });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entrance_ends_where_the_pose_stood() {
        for entrance in [
            Entrance::Pop,
            Entrance::Rise(200.0),
            Entrance::Drop(90.0),
            Entrance::Slide(-300.0),
            Entrance::Settle,
            Entrance::Swing(20.0),
        ] {
            let pose = enter(Pose::at(300.0, 700.0), entrance, 10.0);
            let rest = [&pose.x_px, &pose.y_px, &pose.scale_x, &pose.opacity, &pose.rotation_deg];
            assert_eq!(rest.map(settled), [300.0, 700.0, 1.0, 1.0, 0.0], "{entrance:?}");
        }
    }

    #[test]
    fn added_moves_never_run_backwards() {
        let pose = hop(leave(enter(Pose::at(0.0, 0.0), Entrance::Pop, 0.0), 12.0), 5.0);
        for track in [&pose.scale_x, &pose.scale_y, &pose.y_px] {
            for pair in track.keys.windows(2) {
                assert!(pair[1].start_frame >= pair[0].end_frame, "{pair:?}");
            }
        }
    }

    #[test]
    fn the_camera_never_zooms_past_six_per_cent() {
        let camera = camera(CameraMove::Push { to: 3.0 }, 90, [540.0, 700.0]);
        assert!((settled(&camera.zoom) - 1.06).abs() < 1e-6);
    }
}
