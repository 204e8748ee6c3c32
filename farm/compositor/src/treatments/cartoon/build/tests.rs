//! A face is where a thing is roomiest, and on the thing.

use super::*;

fn look(body: &str) -> Build {
    let svg =
        format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 100 100\">{body}</svg>");
    Build::look(&Arc::from(svg)).unwrap()
}

#[test]
fn a_mug_has_its_face_on_the_cup_and_not_on_the_handle() {
    let mug = look(
        "<rect x=\"10\" y=\"20\" width=\"56\" height=\"70\" rx=\"8\" fill=\"#fff\"/>\
         <circle cx=\"76\" cy=\"52\" r=\"18\" fill=\"none\" stroke=\"#fff\" stroke-width=\"8\"/>",
    );
    let [x, y] = mug.face;
    assert!((0.30..0.48).contains(&x) && (0.40..0.66).contains(&y), "{mug:?}");
    assert!((0.2..=FACE_MAX).contains(&mug.face_radius), "{mug:?}");
    assert!(mug.edges[0] < 0.14 && (0.6..0.72).contains(&mug.edges[1]), "{mug:?}");
}

#[test]
fn a_thin_thing_still_has_a_face_that_can_be_read() {
    let pencil = look("<rect x=\"46\" y=\"5\" width=\"8\" height=\"90\" fill=\"#fc0\"/>");
    assert!((pencil.face_radius - FACE_MIN).abs() < 1e-6);
    assert!((0.44..0.56).contains(&pencil.face[0]), "{pencil:?}");
}

#[test]
fn what_shows_nothing_has_no_build() {
    assert_eq!(Build::look(&Arc::from("<svg xmlns=\"http://www.w3.org/2000/svg\"/>")), None);
    assert_eq!(Build::look(&Arc::from("no drawing")), None);
}
