//! A frame depends on its scene and number alone: not on what was drawn before, nor on what lay in
//! the memory it is drawn into.

use std::sync::Arc;

use cutline_compositor::{
    frame::Frame,
    pictures::Pictures,
    renderer::Renderer,
    scene::{
        Backdrop, Camera, Content, Ease, Glow, Idle, Layer, PathArt, PhotoArt, Pose, Rgba, Scene,
        Shadow, Stroke, SvgArt, Track,
    },
    story::Transition,
    text::Fonts,
};

const SIZES_PX: [(usize, usize); 2] = [(720, 1280), (1080, 1920)];
const DISC: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><circle cx="16" cy="16" r="14" fill="#e33"/></svg>"##;

fn layer(content: Content, depth: f32, pose: Pose) -> Layer {
    Layer { name: "part".into(), content, depth, from_frame: 0, until_frame: u32::MAX, pose }
}

/// A moving backdrop, drawings at rest and afloat, one drawing that leaves the frame, a line that
/// draws itself.
fn scene(hue: u8, camera_pan_px: f32) -> Scene {
    let backdrop = Backdrop {
        stops: vec![(0.0, Rgba(hue, 40, 90, 255)), (1.0, Rgba(10, hue, 60, 255))],
        angle_deg: 18.0,
        glows: vec![Glow {
            centre_px: [540.0, 800.0],
            radius_px: 700.0,
            colour: Rgba(255, 220, 120, 120),
        }],
    };
    let disc = |size_px: f32| {
        Content::Svg(SvgArt {
            svg: DISC.into(),
            width_px: size_px,
            height_px: size_px,
            shadow: Some(Shadow { blur_px: 16.0, offset_y_px: 24.0, colour: Rgba(0, 0, 0, 100) }),
            blur_px: 0.0,
        })
    };
    let mut afloat = Pose::at(1040.0, 700.0);
    afloat.idle = Some(Idle { x_px: 6.0, y_px: 6.0, rotation_deg: 1.5, hz: 0.4, phase: 0.3 });
    afloat.scale_x = Track::fixed(0.2).to(0.0, 14.0, 1.0, Ease::Spring(0.08));
    afloat.scale_y = afloat.scale_x.clone();
    let line = Content::Path(PathArt {
        d: "M-300 0 L300 40".into(),
        fill: None,
        stroke: Some(Stroke { colour: Rgba(255, 255, 0, 255), width_px: 12.0, dash_px: vec![] }),
        trim_from: Track::fixed(0.0),
        trim_to: Track::fixed(0.0).to(0.0, 20.0, 1.0, Ease::Out),
    });
    Scene {
        frames: 60,
        camera: Camera {
            zoom: Track::fixed(1.0).to(0.0, 60.0, 1.06, Ease::InOut),
            pan_x_px: Track::fixed(0.0).to(0.0, 60.0, camera_pan_px, Ease::Linear),
            pan_y_px: Track::fixed(0.0),
            focus_px: [540.0, 800.0],
        },
        layers: vec![
            layer(Content::Backdrop(backdrop), if camera_pan_px == 0.0 { 0.0 } else { 0.3 }, {
                Pose::at(540.0, 960.0)
            }),
            layer(disc(500.0), 0.0, Pose::at(100.0, 1700.0)),
            layer(disc(600.0), 1.0, afloat),
            layer(line, 1.0, Pose::at(540.0, 500.0)),
        ],
    }
}

fn soiled(size_px: (usize, usize), seed: u8) -> Frame {
    let mut frame = Frame::new(size_px.0, size_px.1).expect("even");
    frame.as_mut().fill([seed, seed.wrapping_mul(3), 255 - seed]);
    frame
}

fn planes(frame: &Frame) -> Vec<Vec<u8>> {
    frame.planes().iter().map(|plane| plane.to_vec()).collect()
}

fn differing(a: &Frame, b: &Frame) -> Option<String> {
    for (index, (one, other)) in planes(a).iter().zip(&planes(b)).enumerate() {
        let width = a.as_width(index);
        let wrong: Vec<usize> = (0..one.len()).filter(|&at| one[at] != other[at]).collect();
        if let (Some(first), Some(last)) = (wrong.first(), wrong.last()) {
            let spot = |at: &usize| (at % width, at / width);
            return Some(format!(
                "plane {index}: {} of {} differ, {:?} to {:?}",
                wrong.len(),
                one.len(),
                spot(first),
                spot(last)
            ));
        }
    }
    None
}

/// Width of a plane in samples.
trait PlaneWidth {
    fn as_width(&self, plane: usize) -> usize;
}

impl PlaneWidth for Frame {
    fn as_width(&self, plane: usize) -> usize {
        let luma = self.planes()[0].len();
        let width = SIZES_PX.iter().find(|(w, h)| w * h == luma).map_or(1, |(w, _)| *w);
        if plane == 0 { width } else { width / 2 }
    }
}

#[test]
fn a_frame_knows_neither_its_memory_nor_its_past() {
    let fonts = Arc::new(Fonts::load());
    for size_px in SIZES_PX {
        let fresh = || {
            Renderer::new(Arc::clone(&fonts), size_px.0, size_px.1, Arc::new(Pictures::default()))
                .expect("renderer")
        };
        let scenes = [scene(90, 0.0), scene(200, 40.0), scene(140, 0.0)];
        let mut used = fresh();
        for (step, at) in [0_u32, 1, 2, 9, 30, 31, 32, 59, 64].into_iter().enumerate() {
            for (index, one) in scenes.iter().enumerate() {
                let mut a = soiled(size_px, 17);
                let mut b = soiled(size_px, 200 + step as u8);
                used.compose(one, at, &mut a.as_mut()).expect("composes");
                fresh().compose(one, at, &mut b.as_mut()).expect("composes");
                assert_eq!(differing(&a, &b), None, "{size_px:?} scene {index} frame {at}");
            }
        }
    }
}

#[test]
fn a_transition_knows_neither_its_memory_nor_its_past() {
    let fonts = Arc::new(Fonts::load());
    let size_px = SIZES_PX[0];
    let fresh = || {
        Renderer::new(Arc::clone(&fonts), size_px.0, size_px.1, Arc::new(Pictures::default()))
            .expect("renderer")
    };
    let (old, new) = (scene(90, 0.0), scene(200, 40.0));
    let mut used = fresh();
    for kind in [Transition::Crossfade, Transition::Push, Transition::Zoom, Transition::Wipe] {
        for step in 0..8_u32 {
            let progress = (step as f32 + 1.0) / 9.0;
            let mut a = soiled(size_px, 5);
            let mut b = soiled(size_px, 240);
            for (renderer, out) in [(&mut used, &mut a), (&mut fresh(), &mut b)] {
                renderer
                    .compose_transition(
                        (&old, 60 + step),
                        (&new, step),
                        kind,
                        progress,
                        &mut out.as_mut(),
                    )
                    .expect("composes");
            }
            assert_eq!(differing(&a, &b), None, "{kind:?} step {step}");
        }
    }
}

/// A photograph at the back covers what was there, or black does where it cannot.
#[test]
fn a_photograph_knows_not_what_it_is_drawn_over() {
    const PHOTOS_PX: [(u32, u32); 3] = [(613, 1090), (1296, 2304), (1501, 833)];
    let fonts = Arc::new(Fonts::load());
    let mut pictures = Pictures::default();
    for (width, height) in PHOTOS_PX {
        let texel = |at: u32| [(at % 251) as u8, (at / width % 253) as u8, 90, 255];
        let rgba: Vec<u8> = (0..width * height).flat_map(texel).collect();
        pictures.insert(&width.to_string(), width, height, rgba).expect("fits");
    }
    let pictures = Arc::new(pictures);
    let moves = [(1.0, 1.1), (1.1, 1.0), (1.03, 1.03)];
    // Over the whole frame; a little aside, so that an edge is bare; half there; in a box.
    let places = [(540.0, 960.0, 1.0), (541.0, 960.0, 1.0), (540.0, 960.0, 0.5)];
    for ((width, _), (from, to)) in PHOTOS_PX.into_iter().zip(moves) {
        for (index, &(x, y, opacity)) in places.iter().cycle().take(4).enumerate() {
            let side = if index == 3 { 0.8 } else { 1.0 };
            let photo = PhotoArt {
                picture: width.to_string(),
                width_px: 1080.0 * side,
                height_px: 1920.0 * side,
                corner_radius_px: 40.0 * (1.0 - side),
                focus: [0.1 + 0.2 * index as f32, 0.9],
                zoom: Track::fixed(from).to(0.0, 40.0, to, Ease::InOut),
            };
            let pose = Pose { opacity: Track::fixed(opacity), ..Pose::at(x, y) };
            let one =
                Scene { layers: vec![layer(Content::Photo(photo), 0.0, pose)], ..scene(90, 0.0) };
            let size_px = SIZES_PX[index % 2];
            let mut frames = [3, 240].map(|seed| (soiled(size_px, seed), None));
            for at in [0, 1, 17, 39, 41, 50] {
                for (frame, renderer) in &mut frames {
                    let renderer = renderer.get_or_insert_with(|| {
                        let (fonts, pictures) = (Arc::clone(&fonts), Arc::clone(&pictures));
                        Renderer::new(fonts, size_px.0, size_px.1, pictures).expect("renderer")
                    });
                    renderer.compose(&one, at, &mut frame.as_mut()).expect("composes");
                }
                let [(a, _), (b, _)] = &frames;
                assert_eq!(differing(a, b), None, "photo {width}, place {index}, frame {at}");
            }
        }
    }
}
