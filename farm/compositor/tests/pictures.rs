//! What a viewer would notice in composed frames: where things are, that they move smoothly, that
//! every script shows, that nothing depends on which thread drew it.

use std::sync::{Arc, LazyLock};

use cutline_compositor::frame::Frame;
use cutline_compositor::pictures::Pictures;
use cutline_compositor::renderer::{RenderError, Renderer};
use cutline_compositor::scene::{
    Align, Backdrop, Camera, CaptionPage, CaptionWord, Content, Ease, Family, Glow, Idle, Layer,
    Outline, PathArt, PhotoArt, Plate, Pose, Rgba, Scene, SvgArt, TextBlock, TextRun, Track,
};
use cutline_compositor::story::Transition;
use cutline_compositor::text::Fonts;

static FONTS: LazyLock<Arc<Fonts>> = LazyLock::new(|| Arc::new(Fonts::load()));

const WIDTH: usize = 540;
const HEIGHT: usize = 960;
const WHITE: Rgba = Rgba(255, 255, 255, 255);

fn renderer_with(pictures: Pictures) -> Renderer {
    Renderer::new(Arc::clone(&FONTS), WIDTH, HEIGHT, Arc::new(pictures)).expect("even size")
}

fn renderer() -> Renderer {
    renderer_with(Pictures::default())
}

fn still() -> Camera {
    Camera {
        zoom: Track::fixed(1.0),
        pan_x_px: Track::fixed(0.0),
        pan_y_px: Track::fixed(0.0),
        focus_px: [540.0, 960.0],
    }
}

fn layer(content: Content, pose: Pose) -> Layer {
    Layer { name: String::new(), content, depth: 0.0, from_frame: 0, until_frame: u32::MAX, pose }
}

fn scene(layers: Vec<Layer>) -> Scene {
    Scene { frames: 60, camera: still(), layers }
}

fn plain(colour: Rgba) -> Layer {
    let stops = vec![(0.0, colour), (1.0, colour)];
    let backdrop = Backdrop { stops, angle_deg: 0.0, glows: vec![] };
    layer(Content::Backdrop(backdrop), Pose::at(540.0, 960.0))
}

fn block(text: &str, size_px: f32) -> TextBlock {
    TextBlock {
        runs: vec![TextRun { text: text.into(), colour: WHITE }],
        size_px,
        weight: 800,
        family: Family::Display,
        align: Align::Centre,
        max_width_px: 900.0,
        line_height: 1.2,
        tracking_px: -1.0,
        outline: None,
        shadow: None,
        plate: None,
    }
}

fn square(size_px: f32) -> Content {
    Content::Svg(SvgArt {
        svg: Arc::from(
            "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'>\
             <rect width='8' height='8' fill='#fff'/></svg>",
        ),
        width_px: size_px,
        height_px: size_px,
        shadow: None,
        blur_px: 0.0,
    })
}

fn compose(renderer: &mut Renderer, scene: &Scene, frame: u32) -> Frame {
    let mut out = Frame::new(WIDTH, HEIGHT).expect("even size");
    renderer.compose(scene, frame, &mut out.as_mut()).expect("composes");
    out
}

/// Centre of light (x, y) and its total, of a frame on black.
fn light(frame: &Frame) -> (f64, f64, f64) {
    let (mut x, mut y, mut total) = (0.0, 0.0, 0.0);
    for (row, line) in frame.planes()[0].chunks_exact(frame.width_px()).enumerate() {
        for (column, &sample) in line.iter().enumerate() {
            let weight = f64::from(sample.saturating_sub(16));
            x += weight * (column as f64 + 0.5);
            y += weight * (row as f64 + 0.5);
            total += weight;
        }
    }
    (x / total.max(1.0), y / total.max(1.0), total)
}

#[test]
fn a_slow_move_never_jitters() {
    /// Share of an output pixel that a centre of light may be off.
    const JITTER_TOLERANCE_PX: f64 = 0.03;
    let turns = [0.0, 1.5];
    for turn in turns {
        let mut pose = Pose::at(500.0, 900.0);
        pose.x_px = Track::fixed(500.0).to(0.0, 60.0, 512.0, Ease::Linear);
        pose.rotation_deg = Track::fixed(turn);
        let scene = scene(vec![layer(square(200.0), pose)]);
        let mut renderer = renderer();
        for frame in 0..=60 {
            let (x, y, _) = light(&compose(&mut renderer, &scene, frame));
            let want = (500.0 + f64::from(frame) * 0.2) / 2.0;
            let off = (x - want).abs().max((y - 450.0).abs());
            assert!(off < JITTER_TOLERANCE_PX, "turned {turn}, frame {frame}: off by {off} px");
        }
    }
}

#[test]
fn a_mirrored_drawing_is_the_reflection_of_itself() {
    let flag = Content::Svg(SvgArt {
        svg: Arc::from(
            "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'>\
             <path d='M1 1h6v3h-6z M1 1h1v7h-1z' fill='#fff'/></svg>",
        ),
        width_px: 300.0,
        height_px: 300.0,
        shadow: None,
        blur_px: 0.0,
    });
    let mut pose = Pose::at(540.0, 960.0);
    let mut renderer = renderer();
    let plain = light(&compose(&mut renderer, &scene(vec![layer(flag.clone(), pose.clone())]), 0));
    pose.scale_x = Track::fixed(-1.0);
    let mirrored = light(&compose(&mut renderer, &scene(vec![layer(flag, pose)]), 0));
    assert!((plain.0 + mirrored.0 - 540.0).abs() < 0.1, "{} and {}", plain.0, mirrored.0);
    assert!((plain.0 - mirrored.0).abs() > 5.0 && (plain.1 - mirrored.1).abs() < 0.1);
}

#[test]
fn a_photograph_zooms_about_its_focus_without_jitter() {
    let (width, height) = (600_u32, 1000_u32);
    let dot = |x: u32, y: u32| x.abs_diff(300).pow(2) + y.abs_diff(500).pow(2) < 80 * 80;
    let mut rgba = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let value = if dot(x, y) { 255 } else { 0 };
            rgba.extend([value, value, value, 255]);
        }
    }
    let mut pictures = Pictures::default();
    pictures.insert("dot", width, height, rgba).expect("right length");
    let art = PhotoArt {
        picture: "dot".into(),
        width_px: 1080.0,
        height_px: 1920.0,
        corner_radius_px: 0.0,
        focus: [0.5, 0.5],
        zoom: Track::fixed(1.0).to(0.0, 60.0, 1.1, Ease::InOut),
    };
    let scene = scene(vec![layer(Content::Photo(art), Pose::at(540.0, 960.0))]);
    let mut renderer = renderer_with(pictures);
    let mut last_total = 0.0;
    for frame in 0..60 {
        let (x, y, total) = light(&compose(&mut renderer, &scene, frame));
        // The dot's own centre lies half a texel off the picture's.
        assert!((x - 270.0).abs() < 0.6 && (y - 480.0).abs() < 0.6, "frame {frame}: {x}, {y}");
        assert!(total > last_total - 150.0, "frame {frame} shrank");
        last_total = total;
    }
}

#[test]
fn every_script_shows_and_none_is_a_row_of_boxes() {
    let texts = [
        "Why octopuses",
        "لماذا السماء",
        "למה השמיים",
        "आसमान नीला",
        "为什么天空",
        "空はなぜ青い",
        "하늘은 왜",
        "ไทยแลนด์",
        "Почему небо",
        "🐙 ❤️ 👩‍🚀",
    ];
    let mut seen = Vec::new();
    for text in texts {
        let text = layer(Content::Text(block(text, 96.0)), Pose::at(540.0, 960.0));
        let (x, _, total) = light(&compose(&mut renderer(), &scene(vec![text.clone()]), 0));
        assert!(total > 200_000.0, "{:?} shows almost nothing", text.content);
        assert!((x - 270.0).abs() < 20.0, "{:?} is not centred: {x}", text.content);
        seen.push(total as u64);
    }
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), texts.len(), "different texts look the same");
}

#[test]
fn arabic_captions_run_from_right_to_left() {
    let word = |text: &str, start_frame: u32| CaptionWord {
        text: text.into(),
        start_frame,
        end_frame: start_frame + 10,
        break_after: false,
    };
    let page = |words| CaptionPage {
        words,
        size_px: 96.0,
        ink: Rgba(90, 90, 90, 255),
        accent: WHITE,
        outline: Outline { width_px: 10.0, colour: Rgba(0, 0, 0, 255) },
        max_width_px: 900.0,
    };
    let active_x = |words: Vec<CaptionWord>, frame| {
        let page = layer(Content::Caption(page(words)), Pose::at(540.0, 960.0));
        light(&compose(&mut renderer(), &scene(vec![page]), frame)).0
    };
    let arabic = || vec![word("القلوب", 0), word("الثلاثة", 20)];
    assert!(active_x(arabic(), 6) > active_x(arabic(), 26) + 20.0);
    let english = || vec![word("three", 0), word("hearts", 20)];
    assert!(active_x(english(), 6) + 20.0 < active_x(english(), 26));
}

#[test]
fn the_active_word_takes_the_accent_and_pops() {
    let words = vec![CaptionWord {
        text: "HEARTS".into(),
        start_frame: 10,
        end_frame: 30,
        break_after: false,
    }];
    let page = CaptionPage {
        words,
        size_px: 96.0,
        ink: WHITE,
        accent: Rgba(255, 220, 0, 255),
        outline: Outline { width_px: 10.0, colour: Rgba(0, 0, 0, 255) },
        max_width_px: 900.0,
    };
    let scene = scene(vec![layer(Content::Caption(page), Pose::at(540.0, 960.0))]);
    let mut renderer = renderer();
    let yellow = |frame: &Frame| frame.planes()[1].iter().any(|&u| u < 60);
    let before = compose(&mut renderer, &scene, 9);
    let small = compose(&mut renderer, &scene, 10);
    let large = compose(&mut renderer, &scene, 12);
    assert!(!yellow(&before) && yellow(&small) && yellow(&large));
    assert!(light(&small).2 < 0.85 * light(&large).2);
}

#[test]
fn measuring_agrees_with_what_is_drawn() {
    let plate = Plate { fill: WHITE, pad_x_px: 40.0, pad_y_px: 20.0, radius_px: 30.0 };
    let mut text = block("Where is my dinner, you promised it an hour ago", 56.0);
    text.runs[0].colour = Rgba(0, 0, 0, 255);
    text.max_width_px = 500.0;
    text.plate = Some(plate);
    let size = FONTS.measure(&text);
    assert!(size.width_px <= 580.0 && size.height_px > 2.0 * 56.0 * 1.2 + 40.0);
    let frame = compose(
        &mut renderer(),
        &scene(vec![layer(Content::Text(text), Pose::at(540.0, 960.0))]),
        0,
    );
    let middle = frame.planes()[0].chunks_exact(WIDTH).nth(HEIGHT / 2 + 3).expect("row");
    let left = middle.iter().position(|&sample| sample > 100).expect("plate");
    let right = middle.iter().rposition(|&sample| sample > 100).expect("plate") + 1;
    let drawn = (right - left) as f32 * 2.0;
    assert!((drawn - size.width_px).abs() <= 4.0, "drawn {drawn}, measured {}", size.width_px);
    let nothing = FONTS.measure(&block("", 56.0));
    assert_eq!((nothing.width_px, nothing.height_px), (0.0, 0.0));
}

#[test]
fn an_outline_is_drawn_behind_every_fill() {
    let mut text = block("WWW", 120.0);
    text.tracking_px = -14.0;
    let bare = light(&compose(
        &mut renderer(),
        &scene(vec![layer(Content::Text(text.clone()), Pose::at(540.0, 960.0))]),
        0,
    ));
    text.outline = Some(Outline { width_px: 10.0, colour: Rgba(0, 0, 0, 255) });
    let outlined = light(&compose(
        &mut renderer(),
        &scene(vec![layer(Content::Text(text), Pose::at(540.0, 960.0))]),
        0,
    ));
    // A black outline on black may not eat the white fills, not even where letters touch.
    assert!((bare.2 - outlined.2).abs() < 0.01 * bare.2, "{} became {}", bare.2, outlined.2);
}

#[test]
fn threads_draw_the_same_frames_and_so_does_a_second_run() {
    let glow =
        Glow { centre_px: [540.0, 700.0], radius_px: 500.0, colour: Rgba(90, 160, 240, 200) };
    let backdrop = Backdrop {
        stops: vec![(0.0, Rgba(30, 100, 180, 255)), (1.0, Rgba(5, 15, 50, 255))],
        angle_deg: 18.0,
        glows: vec![glow],
    };
    let idle = Idle { x_px: 3.0, y_px: 6.0, rotation_deg: 1.5, hz: 0.4, phase: 0.2 };
    let mut scene = scene(vec![
        layer(Content::Backdrop(backdrop), Pose::at(540.0, 960.0)),
        layer(square(300.0), Pose { idle: Some(idle), ..Pose::at(540.0, 760.0) }),
        layer(Content::Text(block("Hearts", 96.0)), Pose::at(540.0, 1300.0)),
    ]);
    scene.camera.zoom = Track::fixed(1.0).to(0.0, 60.0, 1.06, Ease::Linear);
    scene.layers[0].depth = 0.3;
    scene.layers[1].depth = 1.0;
    let first = renderer();
    let scene = &scene;
    let draw = |mut renderer: Renderer| (0..6).map(move |n| compose(&mut renderer, scene, n * 10));
    let frames: Vec<Frame> = draw(first.fork()).collect();
    let again: Vec<Frame> = std::thread::scope(|scope| {
        let thread = scope.spawn(|| draw(first.fork()).collect());
        thread.join().expect("draws")
    });
    assert_eq!(frames, again);
    assert_eq!(frames, draw(renderer()).collect::<Vec<_>>());
}

#[test]
fn a_resting_backdrop_is_the_same_every_frame() {
    let scene =
        scene(vec![plain(Rgba(40, 80, 120, 255)), layer(square(90.0), Pose::at(90.0, 90.0))]);
    let mut renderer = renderer();
    let first = compose(&mut renderer, &scene, 0);
    for frame in 1..4 {
        assert_eq!(compose(&mut renderer, &scene, frame), first);
    }
}

#[test]
fn transitions_begin_with_the_old_and_end_with_the_new() {
    let (old, new) = (scene(vec![plain(Rgba(0, 0, 0, 255))]), scene(vec![plain(WHITE)]));
    let mut renderer = renderer();
    let mut out = Frame::new(WIDTH, HEIGHT).expect("even size");
    let kinds = [
        Transition::Cut,
        Transition::Crossfade,
        Transition::Push,
        Transition::Zoom,
        Transition::Wipe,
    ];
    for kind in kinds {
        let mut last = -1.0;
        for step in 0..=10 {
            let progress = step as f32 / 10.0;
            renderer
                .compose_transition((&old, 59), (&new, 0), kind, progress, &mut out.as_mut())
                .expect("composes");
            let (_, _, total) = light(&out);
            assert!(total >= last, "{kind:?} goes back at {progress}");
            last = total;
            if step == 0 {
                assert_eq!(total, 0.0, "{kind:?} does not begin with the old");
            }
        }
        let full = (WIDTH * HEIGHT * 219) as f64;
        assert!(last >= 0.99 * full, "{kind:?} does not end with the new");
    }
}

#[test]
fn hostile_numbers_and_unknown_pictures_do_not_panic() {
    let photo = |name: &str| {
        Content::Photo(PhotoArt {
            picture: name.into(),
            width_px: 1080.0,
            height_px: 1920.0,
            corner_radius_px: 0.0,
            focus: [9.0, f32::NAN],
            zoom: Track::fixed(1.0),
        })
    };
    let unknown = scene(vec![layer(photo("nobody"), Pose::at(540.0, 960.0))]);
    let mut out = Frame::new(WIDTH, HEIGHT).expect("even size");
    let error = renderer().compose(&unknown, 0, &mut out.as_mut());
    assert!(matches!(error, Err(RenderError::UnknownPicture(name)) if name == "nobody"));
    let mut pictures = Pictures::default();
    pictures.insert("tiny", 1, 1, vec![9, 9, 9, 255]).expect("right length");
    assert!(pictures.insert("short", 2, 2, vec![0; 15]).is_err());
    let path = |d: &str| {
        Content::Path(PathArt {
            d: d.into(),
            fill: Some(WHITE),
            stroke: None,
            trim_from: Track::fixed(0.0),
            trim_to: Track::fixed(1.0),
        })
    };
    let mut layers = vec![
        layer(photo("tiny"), Pose::at(540.0, 960.0)),
        layer(path("M nonsense"), Pose::at(0.0, 0.0)),
        layer(path("M -1e9 0 L 1e9 1e9 Z"), Pose::at(0.0, 0.0)),
        layer(Content::Text(block("\u{202E}x\n\n\u{0}", f32::MAX)), Pose::at(0.0, 0.0)),
    ];
    for value in [0.0, -1.0, 1e-9, 1e9, -1e9, f32::NAN, f32::INFINITY] {
        let mut pose = Pose::at(540.0, 960.0);
        pose.scale_x = Track::fixed(value);
        layers.push(layer(square(300.0), pose.clone()));
        pose = Pose::at(value, value);
        pose.rotation_deg = Track::fixed(value);
        layers.push(layer(square(300.0), pose));
    }
    let mut renderer = renderer_with(pictures);
    renderer.compose(&scene(layers), 5, &mut out.as_mut()).expect("composes");
    let mut small = Frame::new(2, 2).expect("even size");
    assert!(renderer.compose(&unknown, 0, &mut small.as_mut()).is_err());
}
