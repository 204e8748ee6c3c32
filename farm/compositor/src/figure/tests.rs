//! What a viewer would notice about a figure: joints that bend the wrong way, feet that slide,
//! limbs cut off, poses that snap.

use proptest::prelude::*;
use tiny_skia::Pixmap;

use super::skeleton::{FOOT, Joints, LEG, limits};
use super::*;

const VERBS: [Verb; 11] = [
    Verb::Stand,
    Verb::Walk,
    Verb::Run,
    Verb::Point,
    Verb::Think,
    Verb::Jump,
    Verb::Fall,
    Verb::Shrug,
    Verb::Carry,
    Verb::Wave,
    Verb::Cheer,
];

fn figure(acts: Vec<Act>) -> Figure {
    Figure {
        height_px: 600.0,
        ink: Rgba(20, 20, 24, 255),
        face: Rgba(255, 255, 255, 255),
        line_px: 26.0,
        acts,
        speaking: vec![(10, 60)],
        mirrored: false,
    }
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    proptest::collection::vec((0..VERBS.len(), 0u32..240, 1u32..120), 0..6).prop_map(|list| {
        list.into_iter()
            .map(|(verb, from_frame, frames)| Act {
                verb: VERBS[verb],
                from_frame,
                until_frame: from_frame + frames,
            })
            .collect()
    })
}

fn within(value: f32, (low, high): (f32, f32)) -> bool {
    value >= low && value <= high
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn joints_stay_inside_their_limits(acts in acts(), frame in 0.0f32..400.0) {
        let joints = acting::joints_at(&figure(acts), frame);
        prop_assert!(within(joints.spine_deg, limits::SPINE) && within(joints.neck_deg, limits::NECK));
        for arm in joints.arms {
            prop_assert!(within(arm.shoulder_deg, limits::SHOULDER));
            prop_assert!(within(arm.elbow_deg, limits::ELBOW));
        }
        for leg in joints.legs {
            prop_assert!(within(leg.hip_deg, limits::HIP) && within(leg.knee_deg, limits::KNEE));
            prop_assert!(within(leg.foot_deg, limits::FOOT));
        }
    }

    #[test]
    fn nothing_is_painted_outside_the_bounds(acts in acts(), frame in 0.0f32..400.0, mirrored: bool) {
        let mut figure = figure(acts);
        figure.mirrored = mirrored;
        let scale = 0.25;
        let (left, top, right, bottom) = bounds_px(&figure, frame);
        let mut canvas = Pixmap::new(400, 400).expect("canvas");
        let origin = (200.0, 300.0);
        paint(&figure, frame, scale, &mut canvas, origin);
        let mut painted = 0;
        for (index, pixel) in canvas.pixels().iter().enumerate() {
            if pixel.alpha() == 0 {
                continue;
            }
            painted += 1;
            let (x, y) = ((index % 400) as f32 + 0.5, (index / 400) as f32 + 0.5);
            prop_assert!(
                x >= origin.0 + left * scale - 1.0 && x <= origin.0 + right * scale + 1.0
                    && y >= origin.1 + top * scale - 1.0 && y <= origin.1 + bottom * scale + 1.0,
                "pixel {x},{y} outside"
            );
        }
        prop_assert!(painted > 500);
    }

    #[test]
    fn poses_never_snap(acts in acts(), frame in 0u32..399) {
        // At six frames a blend the widest turn (a quarter body in a fall's recovery) stays below
        // half the figure's own height a frame; a snap would be all of it.
        let figure = figure(acts);
        let head = |f: f32| acting::joints_at(&figure, f).points().head;
        let (a, b) = (head(frame as f32), head(frame as f32 + 1.0));
        prop_assert!((a[0] - b[0]).hypot(a[1] - b[1]) < 0.34);
    }
}

#[test]
fn a_planted_foot_does_not_slide() {
    for verb in [Verb::Walk, Verb::Run, Verb::Carry] {
        let figure = figure(vec![Act { verb, from_frame: 0, until_frame: 300 }]);
        let speed = ground_speed_px(verb, figure.height_px);
        let ankles = |f: u32| {
            let points = acting::joints_at(&figure, f as f32).points();
            points.legs.map(|[_, ankle, _]| {
                (ankle[0] * figure.height_px + speed * f as f32, ankle[1] * figure.height_px)
            })
        };
        let mut planted = 0;
        for frame in 20..260 {
            for (now, next) in ankles(frame).into_iter().zip(ankles(frame + 1)) {
                if now.1 > -0.4 && next.1 > -0.4 {
                    planted += 1;
                    assert!(
                        (now.0 - next.0).abs() < 0.5,
                        "{verb:?} slides at {frame}: {now:?} {next:?}"
                    );
                }
            }
        }
        assert!(planted > 100, "{verb:?} hardly touches the ground: {planted}");
    }
}

#[test]
fn a_runner_leaves_the_ground_and_a_walker_does_not() {
    let airborne = |verb| {
        let figure = figure(vec![Act { verb, from_frame: 0, until_frame: 300 }]);
        (20..200)
            .filter(|&f| {
                let points = acting::joints_at(&figure, f as f32).points();
                points.legs.iter().flatten().all(|p| p[1] < -0.004)
            })
            .count()
    };
    assert_eq!(airborne(Verb::Walk), 0);
    assert!(airborne(Verb::Run) > 10);
}

#[test]
fn bones_keep_their_length() {
    for verb in VERBS {
        let figure = figure(vec![Act { verb, from_frame: 0, until_frame: 200 }]);
        for frame in 0..200 {
            let joints: Joints = acting::joints_at(&figure, frame as f32);
            let points = joints.points();
            for [knee, ankle, toe] in points.legs {
                let thigh = (knee[0] - points.hip[0]).hypot(knee[1] - points.hip[1]);
                assert!((thigh - LEG).abs() < 1e-3);
                assert!((toe[0] - ankle[0]).hypot(toe[1] - ankle[1]) < FOOT + 1e-3);
            }
        }
    }
}

#[test]
fn a_fall_ends_lying_down_and_a_jump_clears_the_ground() {
    let fall = figure(vec![Act { verb: Verb::Fall, from_frame: 0, until_frame: 200 }]);
    let head = acting::joints_at(&fall, 90.0).points().head;
    assert!(head[1] > -0.3, "head still up at {}", head[1]);
    let jump = figure(vec![Act { verb: Verb::Jump, from_frame: 0, until_frame: 42 }]);
    let highest = (0..42)
        .map(|f| {
            let points = acting::joints_at(&jump, f as f32).points();
            points.legs.iter().flatten().map(|p| p[1]).fold(f32::MIN, f32::max)
        })
        .fold(f32::MAX, f32::min);
    assert!(highest < -0.2, "only {highest}");
}

#[test]
fn the_mouth_moves_only_while_speaking() {
    let figure = figure(Vec::new());
    assert!((0..10).all(|f| acting::mouth_at(&figure, f as f32) <= 0.0));
    let open = (10..60).map(|f| acting::mouth_at(&figure, f as f32)).collect::<Vec<_>>();
    assert!(open.iter().any(|&m| m > 0.7) && open.iter().any(|&m| m < 0.4));
}
