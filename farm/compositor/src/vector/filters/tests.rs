//! What is drawn here against resvg's own.

use super::*;

/// Of 255, on the mean over all pixels that show in either.
const MEAN_TOLERANCE: f64 = 2.0;
/// Of 255, for any one channel: resvg's own boxes are coarser than this at small sigmas.
const LARGEST_TOLERANCE: u8 = 28;

fn document(filter: &str) -> String {
    format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'><defs>\
         <filter id='f' x='0' y='0' width='32' height='32' filterUnits='userSpaceOnUse' \
         color-interpolation-filters='sRGB'>{filter}</filter></defs>\
         <circle cx='12' cy='12' r='9' fill='#28c'/>\
         <g filter='url(#f)' opacity='0.9'><path d='M8 8h14v12l-7 6-7-6z' fill='#e52'/></g></svg>"
    )
}

const CLEAR: &str = "<feFlood flood-opacity='0' result='b'/>\
    <feBlend in='SourceGraphic' in2='b' result='shape'/>";
const HARD: &str = "<feColorMatrix in='SourceAlpha' result='hard' \
    values='0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 127 0'/>";

#[test]
fn common_filters_look_as_resvg_draws_them() {
    let inner = format!(
        "{CLEAR}{HARD}<feOffset dx='.5' dy='-.75'/><feGaussianBlur stdDeviation='.5'/>\
         <feComposite in2='hard' k2='-1' k3='1' operator='arithmetic'/>\
         <feColorMatrix values='0 0 0 0 0.9 0 0 0 0 0.8 0 0 0 0 0.2 0 0 0 0.8 0'/>\
         <feBlend in2='shape'/>"
    );
    let drop = format!(
        "<feFlood flood-opacity='0' result='b'/>{HARD}<feOffset dy='1'/>\
         <feGaussianBlur stdDeviation='1'/><feComposite in2='hard' operator='out'/>\
         <feColorMatrix values='0 0 0 0 0 0 0 0 0 0.1 0 0 0 0 0.3 0 0 0 0.5 0'/>\
         <feBlend in2='b' result='s'/><feBlend in='SourceGraphic' in2='s'/>"
    );
    let blurred = |sigma: &str| format!("{CLEAR}<feGaussianBlur stdDeviation='{sigma}'/>");
    for filter in [inner, drop, blurred(".15"), blurred(".4"), blurred("1"), blurred("2.2")] {
        let tree =
            usvg::Tree::from_str(&document(&filter), &usvg::Options::default()).expect("parses");
        let transform = Transform::from_scale(10.0, 10.0).post_translate(7.0, 3.0);
        let mut pictures = [(); 2].map(|()| Pixmap::new(334, 330).expect("size"));
        draw(&tree, transform, &mut pictures[0]);
        resvg::render(&tree, transform, &mut pictures[1].as_mut());
        let [ours, theirs] = &pictures;
        let pairs = ours.data().iter().zip(theirs.data());
        let differences: Vec<u8> =
            pairs.filter(|(a, b)| **a > 0 || **b > 0).map(|(a, b)| a.abs_diff(*b)).collect();
        let sum: f64 = differences.iter().map(|&difference| f64::from(difference)).sum();
        let mean = sum / differences.len() as f64;
        let largest = differences.iter().max().copied().unwrap_or(0);
        assert!(
            mean <= MEAN_TOLERANCE && largest <= LARGEST_TOLERANCE,
            "mean {mean:.2}, largest {largest}: {filter}"
        );
    }
}

#[test]
fn a_filter_that_is_not_known_is_left_to_resvg() {
    let filter = "<feTurbulence baseFrequency='.1'/><feBlend in2='SourceGraphic'/>";
    let tree = usvg::Tree::from_str(&document(filter), &usvg::Options::default()).expect("parses");
    let transform = Transform::from_scale(4.0, 4.0);
    let mut pictures = [(); 2].map(|()| Pixmap::new(128, 128).expect("size"));
    draw(&tree, transform, &mut pictures[0]);
    resvg::render(&tree, transform, &mut pictures[1].as_mut());
    assert!(pictures[0] == pictures[1]);
}

#[test]
fn straight_lines_are_drawn_wherever_they_stand() {
    let document = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'>\
        <path d='M4 2 V30' stroke='#28c' stroke-width='3' stroke-linecap='round'/>\
        <g fill='none' stroke='#e52' stroke-width='2'><path d='M10 6 H30' stroke-opacity='.5'/>\
        <path transform='translate(12 9) scale(1.5)' d='M0 1 V12'/></g>\
        <line x1='20' y1='28' x2='30' y2='28' stroke='#0a0' stroke-dasharray='2 1'/></svg>";
    let tree = usvg::Tree::from_str(document, &usvg::Options::default()).expect("parses");
    let transform = Transform::from_scale(4.0, 4.0).post_translate(5.0, 3.0);
    let mut pictures = [(); 2].map(|()| Pixmap::new(140, 140).expect("size"));
    draw(&tree, transform, &mut pictures[0]);
    resvg::render(&tree, transform, &mut pictures[1].as_mut());
    assert!(pictures[0] == pictures[1]);
}
