//! Whole frames of a typical scene at 1080×1920: a moving backdrop, a 640 px hero with a shadow,
//! four relatives, a full-width hill, a caption. Art-direction sizes, one thread.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use cutline_compositor::frame::Frame;
use cutline_compositor::pictures::Pictures;
use cutline_compositor::renderer::Renderer;
use cutline_compositor::scene::{
    Backdrop, Camera, CaptionPage, CaptionWord, Content, Ease, Glow, Idle, Layer, Outline, PathArt,
    PhotoArt, Pose, Rgba, Scene, Shadow, SvgArt, Track,
};
use cutline_compositor::story::Transition;
use cutline_compositor::text::Fonts;

const FRAMES: u32 = 120;

fn layer(content: Content, depth: f32, pose: Pose) -> Layer {
    Layer { name: String::new(), content, depth, from_frame: 0, until_frame: u32::MAX, pose }
}

fn svg(colour: &str, size_px: f32) -> Content {
    let document = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'>\
         <circle cx='16' cy='16' r='14' fill='{colour}'/></svg>"
    );
    Content::Svg(SvgArt {
        svg: Arc::from(document),
        width_px: size_px,
        height_px: size_px,
        shadow: Some(Shadow { blur_px: 16.0, offset_y_px: 24.0, colour: Rgba(0, 0, 0, 102) }),
        blur_px: 0.0,
    })
}

fn floating(x_px: f32, y_px: f32, phase: f32) -> Pose {
    let idle = Idle { x_px: 3.0, y_px: 6.0, rotation_deg: 1.5, hz: 0.4, phase };
    Pose { idle: Some(idle), ..Pose::at(x_px, y_px) }
}

fn camera(zoom_to: f32) -> Camera {
    Camera {
        zoom: Track::fixed(1.0).to(0.0, FRAMES as f32, zoom_to, Ease::Linear),
        pan_x_px: Track::fixed(0.0),
        pan_y_px: Track::fixed(0.0),
        focus_px: [540.0, 760.0],
    }
}

fn backdrop() -> Content {
    let glow =
        Glow { centre_px: [540.0, 760.0], radius_px: 700.0, colour: Rgba(60, 150, 230, 180) };
    Content::Backdrop(Backdrop {
        stops: vec![(0.0, Rgba(30, 100, 180, 255)), (1.0, Rgba(5, 15, 50, 255))],
        angle_deg: 18.0,
        glows: vec![glow],
    })
}

fn word(text: &str, start_frame: u32, end_frame: u32) -> CaptionWord {
    CaptionWord { text: text.into(), start_frame, end_frame, break_after: false }
}

fn caption() -> Content {
    Content::Caption(CaptionPage {
        words: vec![word("THREE", 0, 60), word("hearts", 60, 120)],
        size_px: 96.0,
        ink: Rgba(255, 255, 255, 255),
        accent: Rgba(255, 225, 60, 255),
        outline: Outline { width_px: 10.0, colour: Rgba(12, 16, 30, 255) },
        max_width_px: 864.0,
    })
}

fn hill() -> Content {
    Content::Path(PathArt {
        d: "M -700 0 C -500 -60 -300 40 0 -20 S 500 -40 700 0 L 700 500 L -700 500 Z".into(),
        fill: Some(Rgba(10, 30, 90, 255)),
        stroke: None,
        trim_from: Track::fixed(0.0),
        trim_to: Track::fixed(1.0),
    })
}

fn typical(zoom_to: f32) -> Scene {
    let layers = vec![
        layer(backdrop(), 0.3, Pose::at(540.0, 960.0)),
        layer(svg("#f80", 640.0), 1.0, floating(540.0, 760.0, 0.1)),
        layer(svg("#f24", 200.0), 1.0, floating(230.0, 420.0, 0.3)),
        layer(svg("#4f2", 200.0), 1.0, floating(850.0, 430.0, 0.5)),
        layer(svg("#24f", 180.0), 1.0, floating(830.0, 1080.0, 0.7)),
        layer(svg("#fff", 150.0), 1.3, floating(150.0, 1000.0, 0.9)),
        layer(caption(), 0.0, Pose::at(540.0, 1320.0)),
    ];
    Scene { frames: FRAMES, camera: camera(zoom_to), layers }
}

fn photo() -> Scene {
    let art = PhotoArt {
        picture: "p".into(),
        width_px: 1080.0,
        height_px: 1920.0,
        corner_radius_px: 0.0,
        focus: [0.4, 0.6],
        zoom: Track::fixed(1.0).to(0.0, FRAMES as f32, 1.1, Ease::InOut),
    };
    let layers = vec![
        layer(Content::Photo(art), 0.0, Pose::at(540.0, 960.0)),
        layer(caption(), 0.0, Pose::at(540.0, 1320.0)),
    ];
    Scene { frames: FRAMES, camera: camera(1.0), layers }
}

fn renderer() -> Renderer {
    let mut pictures = Pictures::default();
    let (width, height) = (1600_u32, 2400_u32);
    let pixel = |at: u32| [(at % 251) as u8, (at / 1600 % 256) as u8, (at % 127) as u8, 255];
    let rgba = (0..width * height).flat_map(pixel).collect();
    pictures.insert("p", width, height, rgba).expect("right size");
    Renderer::new(Arc::new(Fonts::load()), 1080, 1920, Arc::new(pictures)).expect("even size")
}

fn compose(criterion: &mut Criterion) {
    let mut renderer = renderer();
    let mut out = Frame::new(1080, 1920).expect("even size");
    let mut group = criterion.benchmark_group("compose 1080x1920");
    group.sample_size(20);
    let mut with_hill = typical(1.06);
    with_hill.layers.insert(1, layer(hill(), 0.6, Pose::at(540.0, 1500.0)));
    let backdrop_only =
        Scene { layers: vec![layer(backdrop(), 0.3, Pose::at(540.0, 960.0))], ..typical(1.06) };
    let scenes = [
        ("typical, camera moving", typical(1.06)),
        ("typical, camera at rest", typical(1.0)),
        ("typical with a full-width hill", with_hill),
        ("moving backdrop only", backdrop_only),
        ("full-frame photograph, Ken Burns", photo()),
    ];
    for (name, scene) in &scenes {
        let mut frame = 0;
        group.bench_function(*name, |bencher| {
            bencher.iter(|| {
                frame = (frame + 1) % FRAMES;
                let mut out = out.as_mut();
                renderer.compose(black_box(scene), frame, &mut out).expect("composes");
            });
        });
    }
    for kind in [Transition::Crossfade, Transition::Push, Transition::Zoom, Transition::Wipe] {
        let (from, to) = (&scenes[0].1, &scenes[2].1);
        group.bench_function(format!("{kind:?}"), |bencher| {
            bencher.iter(|| {
                let mut out = out.as_mut();
                renderer
                    .compose_transition((from, 119), (to, 3), kind, 0.4, &mut out)
                    .expect("composes");
            });
        });
    }
    group.finish();
}

criterion_group!(benches, compose);
criterion_main!(benches);
