//! What a viewer would notice: lips that are shut on an m, a mouth that rests when nobody speaks,
//! eyes that blink.

use super::*;

fn face(mouth: &[(Viseme, u32, u32)]) -> Face {
    let cue = |&(viseme, start_frame, end_frame): &(Viseme, u32, u32)| MouthCue {
        viseme,
        start_frame,
        end_frame,
    };
    Face {
        centre_px: [0.0, 0.0],
        radius_px: 100.0,
        mouth: mouth.iter().map(cue).collect(),
        accents: vec![30],
        looks: vec![(10, [1.0, 0.0])],
        phase_frames: 0,
    }
}

#[test]
fn a_shape_is_mostly_there_on_its_first_frame_and_wholly_on_its_second() {
    let face = face(&[(Viseme::Open, 5, 9), (Viseme::Closed, 9, 11), (Viseme::Round, 11, 15)]);
    assert_eq!(shape_at(&face, 4), Shape::of(Viseme::Rest));
    assert!(shape_at(&face, 5).open > 0.5 * Shape::of(Viseme::Open).open);
    assert_eq!(shape_at(&face, 6), Shape::of(Viseme::Open));
    assert!(shape_at(&face, 9).open < 0.5 * Shape::of(Viseme::Open).open, "an m shuts the lips");
    assert_eq!(shape_at(&face, 10), Shape::of(Viseme::Closed));
    assert_eq!(shape_at(&face, 14), Shape::of(Viseme::Round));
    assert_eq!(shape_at(&face, 16), Shape::of(Viseme::Rest), "and then it rests");
}

#[test]
fn every_shape_can_be_told_from_every_other() {
    use Viseme as V;
    let all = [
        V::Rest,
        V::Closed,
        V::Bite,
        V::Open,
        V::Spread,
        V::Narrow,
        V::Round,
        V::Pursed,
        V::Tongue,
        V::Teeth,
        V::Slack,
    ];
    let drawn: Vec<Vec<u8>> = all
        .iter()
        .map(|viseme| {
            let mut canvas = Pixmap::new(280, 280).unwrap();
            paint(&face(&[(*viseme, 0, 60)]), 20, 1.0, &mut canvas, (140.0, 140.0));
            canvas.data().to_vec()
        })
        .collect();
    for (at, one) in drawn.iter().enumerate() {
        for (other_at, other) in drawn.iter().enumerate().skip(at + 1) {
            let differing = one.iter().zip(other).filter(|(a, b)| a.abs_diff(**b) > 40).count();
            assert!(differing > 400, "{:?} looks like {:?}", all[at], all[other_at]);
        }
    }
}

#[test]
fn nothing_is_painted_beyond_the_reach_of_a_face() {
    let side = 2.0 * 100.0 * REACH + 40.0;
    for frame in 0..120 {
        let mut canvas = Pixmap::new(side as u32, side as u32).unwrap();
        paint(&face(&[(Viseme::Open, 0, 200)]), frame, 1.0, &mut canvas, (side / 2.0, side / 2.0));
        let edge = canvas.pixels().iter().enumerate().any(|(at, pixel)| {
            let (x, y) = (at as u32 % canvas.width(), at as u32 / canvas.width());
            let outer = |v: u32| v < 20 || v >= canvas.width() - 20;
            (outer(x) || outer(y)) && pixel.alpha() > 0
        });
        assert!(!edge, "frame {frame}");
    }
}

#[test]
fn eyes_blink_shut_and_are_open_most_of_the_time() {
    let shut = (0..900).filter(|frame| eyes_at(*frame) < 0.2).count();
    assert!((5..=40).contains(&shut), "{shut} of 900 frames");
    assert!((0..900).filter(|frame| eyes_at(*frame) > 0.9).count() > 800);
}
