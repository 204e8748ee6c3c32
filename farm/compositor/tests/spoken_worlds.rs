//! What a viewer would notice in conversations, quotes and stick-figure shots: text outside the
//! safe area, bubbles that collide, a jump at a cut, words before their voice, two shots that look
//! alike.

use cutline_compositor::figure::Verb;
use cutline_compositor::scene::{Content, Layer, Scene, TextBlock};
use cutline_compositor::story::{
    Art, CameraMove, CaptionSpan, Composition, PaletteName, ShotRole, Speaker, SpokenLine,
    SpokenWord, StoryShot, Storyboard, Treatment, Visual,
};
use cutline_compositor::text::Fonts;
use cutline_compositor::timeline::idle_at;
use cutline_compositor::treatments;

const SEEDS: [u64; 6] = [1, 2, 7, 40, 1234, 98_765];

const CHAT: [&str; 9] = [
    "Where is my dinner?",
    "You ate an hour ago",
    "That was breakfast for my second stomach",
    "You have one stomach",
    "Prove it",
    "The vet literally showed us the X-ray, and you were there when she explained it twice 😹",
    "أين عشائي؟ لقد كان ذلك فطور معدتي الثانية",
    "Fine. One more spoon.",
    "我知道你爱我，谢谢你给我做的晚饭",
];

const QUOTE: [&str; 5] = [
    "Patience is bitter, but its fruit is sweet.",
    "Every seed sleeps in the dark before it finds the sun, and no seed was ever hurried into a tree.",
    "Unquestionably incomprehensible misunderstandings.",
    "الصبر مر لكن ثمرته حلوة",
    "Patience is bitter, but its fruit is sweet.",
];

fn words(text: &str) -> Vec<SpokenWord> {
    let word = |(n, text): (usize, &str)| SpokenWord {
        text: text.into(),
        start_frame: 5 + 10 * n as u32,
        end_frame: 13 + 10 * n as u32,
    };
    text.split_whitespace().enumerate().map(word).collect()
}

fn art(name: &str, at_frame: u32) -> Art {
    let svg = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'><rect width='1' height='1'/></svg>";
    Art { name: name.into(), svg: svg.into(), at_frame, named_by: Some(name.into()) }
}

fn shot(index: usize, count: usize, speaker: Option<u32>, text: &str) -> StoryShot {
    let words = words(text);
    let frames = words.last().map_or(60, |word| word.end_frame + 14);
    StoryShot {
        beat: index as u32,
        beats: count as u32,
        role: if index == 0 { ShotRole::Hook } else { ShotRole::Body },
        frames,
        palette: PaletteName::ALL[index % 12],
        lines: vec![SpokenLine { speaker, text: text.into(), words }],
        on_screen: index.is_multiple_of(2).then(|| "Somebody wise".into()),
        figure: None,
        visual: Visual::Drawing {
            hero: art("sun", 12),
            relatives: vec![art("cloud", 30)],
            composition: Composition::Hero,
        },
        captions: Vec::<CaptionSpan>::new(),
        camera: CameraMove::Push { to: 1.06 },
        acts: Vec::new(),
    }
}

fn story(treatment: Treatment, texts: &[&str], seed: u64) -> Storyboard {
    let speaker = |name: &str, own_phone| Speaker { name: name.into(), avatar: None, own_phone };
    let chat = treatment == Treatment::FakeText;
    let shots = texts
        .iter()
        .enumerate()
        .map(|(index, text)| shot(index, texts.len(), chat.then_some(index as u32 % 2), text));
    Storyboard {
        treatment,
        title: "A story about dinner".into(),
        language: "en".into(),
        seed,
        speakers: vec![speaker("Mr. Whiskers", false), speaker("You", true)],
        character: None,
        shots: shots.collect(),
    }
}

/// Left, top, right, bottom of a text layer at a frame, without its plate.
fn text_box(
    fonts: &Fonts,
    scene: &Scene,
    layer: &Layer,
    block: &TextBlock,
    frame: f32,
) -> [f32; 4] {
    let bare = TextBlock { plate: None, ..block.clone() };
    let size = fonts.measure(&bare);
    let pose = &layer.pose;
    let idle = pose.idle.map_or((0.0, 0.0, 0.0), |idle| idle_at(&idle, frame));
    let zoom = 1.0 + (scene.camera.zoom.at(frame) - 1.0) * layer.depth;
    let [focus_x, focus_y] = scene.camera.focus_px;
    let x = focus_x + (pose.x_px.at(frame) + idle.0 - focus_x) * zoom;
    let y = focus_y + (pose.y_px.at(frame) + idle.1 - focus_y) * zoom;
    let half_width = size.width_px / 2.0 * pose.scale_x.at(frame).abs() * zoom;
    let half_height = size.height_px / 2.0 * pose.scale_y.at(frame).abs() * zoom;
    [x - half_width, y - half_height, x + half_width, y + half_height]
}

fn visible(layer: &Layer, frame: u32) -> bool {
    (layer.from_frame..layer.until_frame).contains(&frame)
        && layer.pose.opacity.at(frame as f32) > 0.9
}

fn texts_at<'a>(
    fonts: &'a Fonts,
    scene: &'a Scene,
    frame: u32,
    name: &'a str,
) -> impl Iterator<Item = ([f32; 4], &'a TextBlock)> {
    scene.layers.iter().filter(move |layer| layer.name == name && visible(layer, frame)).filter_map(
        move |layer| match &layer.content {
            Content::Text(block) => {
                Some((text_box(fonts, scene, layer, block, frame as f32), block))
            }
            _ => None,
        },
    )
}

fn assert_safe(what: &str, [left, top, right, bottom]: [f32; 4]) {
    assert!(
        left >= 107.5 && right <= 972.5 && top >= 269.5 && bottom <= 1400.5,
        "{what} at {left:.0},{top:.0}–{right:.0},{bottom:.0}"
    );
}

#[test]
fn text_stays_in_the_safe_area() {
    let fonts = Fonts::load();
    for seed in SEEDS {
        for (treatment, texts, names) in [
            (Treatment::Quote, &QUOTE[..], &["word", "ghost", "attribution"][..]),
            (Treatment::StickAnimation, &QUOTE[..], &["label"][..]),
            (Treatment::FakeText, &CHAT[..], &["name", "contact", "about"][..]),
        ] {
            let story = story(treatment, texts, seed);
            for index in 0..story.shots.len() {
                let scene = treatments::scene(&story, index, &fonts);
                // At rest: entrances may overshoot by a few pixels on their way in.
                for (frame, name) in [15, scene.frames - 1]
                    .into_iter()
                    .flat_map(|f| names.iter().map(move |n| (f, n)))
                {
                    for (place, block) in texts_at(&fonts, &scene, frame, name) {
                        // Those that scroll away may pass under the header.
                        let scrolled = treatment == Treatment::FakeText && place[1] < 470.0;
                        if !scrolled {
                            assert_safe(
                                &format!("{treatment:?} {index} {name} {:?}", block.runs[0].text),
                                place,
                            );
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn the_newest_bubble_is_readable_and_bubbles_never_overlap() {
    let fonts = Fonts::load();
    for seed in SEEDS {
        let story = story(Treatment::FakeText, &CHAT, seed);
        for (index, said) in CHAT.iter().enumerate().take(story.shots.len()) {
            let scene = treatments::scene(&story, index, &fonts);
            for frame in (0..scene.frames).step_by(3) {
                let mut boxes: Vec<[f32; 4]> = scene
                    .layers
                    .iter()
                    .filter(|layer| layer.name == "bubble" && visible(layer, frame))
                    .filter_map(|layer| {
                        let Content::Text(block) = &layer.content else { return None };
                        let [left, top, right, bottom] =
                            text_box(&fonts, &scene, layer, block, frame as f32);
                        let (x, y) = block
                            .plate
                            .map_or((0.0, 0.0), |plate| (plate.pad_x_px, plate.pad_y_px));
                        Some([left - x, top - y, right + x, bottom + y])
                    })
                    .collect();
                boxes.sort_by(|a, b| a[1].total_cmp(&b[1]));
                for pair in boxes.windows(2) {
                    assert!(pair[0][3] <= pair[1][1] + 0.5, "shot {index} frame {frame}: {pair:?}");
                }
            }
            let newest = texts_at(&fonts, &scene, scene.frames - 1, "bubble")
                .max_by(|a, b| a.0[3].total_cmp(&b.0[3]))
                .expect("a bubble");
            assert_eq!(newest.1.runs[0].text, *said);
            assert_safe("newest bubble", newest.0);
        }
    }
}

#[test]
fn a_cut_inside_a_conversation_cannot_be_seen() {
    let fonts = Fonts::load();
    let story = story(Treatment::FakeText, &CHAT, 7);
    for index in 1..story.shots.len() {
        let before = treatments::scene(&story, index - 1, &fonts);
        let after = treatments::scene(&story, index, &fonts);
        // The frame after the last of one shot is the first of the next.
        let places = |scene: &Scene, frame: u32| -> Vec<(String, i32, i32)> {
            let mut places: Vec<(String, i32, i32)> = scene
                .layers
                .iter()
                .filter(|layer| visible(layer, frame))
                .filter(|layer| {
                    ["bubble", "tail", "typing", "typing dot", "receipt", "day"]
                        .contains(&layer.name.as_str())
                })
                .map(|layer| {
                    let idle = layer
                        .pose
                        .idle
                        .map_or((0.0, 0.0, 0.0), |idle| idle_at(&idle, frame as f32));
                    let y = layer.pose.y_px.at(frame as f32) + idle.1;
                    (
                        layer.name.clone(),
                        layer.pose.x_px.at(frame as f32).round() as i32,
                        y.round() as i32,
                    )
                })
                .filter(|(_, _, y)| *y > 320)
                .collect();
            places.sort();
            places
        };
        assert_eq!(places(&before, before.frames), places(&after, 0), "cut before shot {index}");
    }
}

#[test]
fn quoted_words_land_when_they_are_spoken() {
    let fonts = Fonts::load();
    let story = story(Treatment::Quote, &QUOTE, 7);
    let scene = treatments::scene(&story, 1, &fonts);
    let landed = |frame| {
        texts_at(&fonts, &scene, frame, "word")
            .map(|(_, b)| b.runs[0].text.clone())
            .collect::<Vec<_>>()
    };
    assert!(landed(0).is_empty(), "a body shot begins before its first word");
    for (n, word) in story.shots[1].lines[0].words.iter().enumerate() {
        assert!(
            landed(word.start_frame + 5).contains(&word.text),
            "word {n} {:?} is late",
            word.text
        );
        if word.start_frame > 15 {
            assert!(
                !landed(word.start_frame - 4).contains(&word.text) || n > 4,
                "{:?} is early",
                word.text
            );
        }
    }
}

#[test]
fn the_first_frame_is_already_a_picture() {
    let fonts = Fonts::load();
    for (treatment, must_show) in [
        (Treatment::Quote, "word"),
        (Treatment::FakeText, "bubble"),
        (Treatment::StickAnimation, "hero"),
    ] {
        let story = story(treatment, &QUOTE, 7);
        let scene = treatments::scene(&story, 0, &fonts);
        let shown = scene.layers.iter().any(|layer| layer.name == must_show && visible(layer, 0));
        assert!(shown, "{treatment:?} shows no {must_show} on frame 0");
    }
}

#[test]
fn neighbouring_shots_never_look_the_same() {
    let fonts = Fonts::load();
    for (treatment, name) in
        [(Treatment::Quote, "opening mark"), (Treatment::StickAnimation, "hero")]
    {
        for seed in SEEDS {
            let story = story(treatment, &["One two three"; 5], seed);
            let places: Vec<(i32, i32)> = (0..4)
                .map(|index| {
                    let scene = treatments::scene(&story, index, &fonts);
                    let layer =
                        scene.layers.iter().find(|layer| layer.name == name).expect("layer");
                    (layer.pose.x_px.at(500.0) as i32, layer.pose.y_px.at(500.0) as i32)
                })
                .collect();
            let alike = places.windows(2).filter(|pair| pair[0] == pair[1]).count();
            assert!(alike <= 1, "{treatment:?} {seed}: {places:?}");
        }
    }
}

#[test]
fn figures_act_the_script_and_stay_on_the_paper() {
    let fonts = Fonts::load();
    for seed in SEEDS {
        for verb in [Verb::Walk, Verb::Run, Verb::Carry, Verb::Fall, Verb::Jump, Verb::Think] {
            let mut story = story(Treatment::StickAnimation, &QUOTE, seed);
            story.shots[1].acts = vec![(verb, 20)];
            let scene = treatments::scene(&story, 1, &fonts);
            let (layer, figure) = scene
                .layers
                .iter()
                .find_map(|layer| match &layer.content {
                    Content::Figure(figure) => Some((layer, figure)),
                    _ => None,
                })
                .expect("a figure");
            assert!(
                figure.acts.iter().any(|act| act.verb == verb && act.from_frame.abs_diff(20) <= 3)
            );
            for frame in 40..scene.frames {
                let (left, _, right, _) =
                    cutline_compositor::figure::bounds_px(figure, frame as f32);
                let x = layer.pose.x_px.at(frame as f32);
                assert!(
                    x + left > -20.0 && x + right < 1100.0,
                    "{verb:?} leaves the paper at {frame}: {x} {left} {right}"
                );
            }
        }
    }
}

/// Whether a picture has come on by this frame.
fn shows_a_picture(scene: &Scene, frame: u32) -> bool {
    let picture = |layer: &&Layer| ["hero", "relative"].contains(&layer.name.as_str());
    scene.layers.iter().filter(picture).any(|layer| layer.from_frame <= frame)
}

#[test]
fn a_stick_figure_never_points_at_bare_paper() {
    let fonts = Fonts::load();
    let hints = ["arrow", "arrow head", "dotted arc", "ring", "shine"];
    let text = "Nobody in the whole house had ever thought to look behind the old clock";
    for seed in SEEDS {
        for (word, company, pointed) in [
            (5, None, None),
            (70, None, None),
            (110, None, Some(30)),
            (50, Some(8), None),
            (70, Some(8), None),
            (135, Some(34), Some(2)),
        ] {
            let mut story = story(Treatment::StickAnimation, &[text; 5], seed);
            for shot in &mut story.shots {
                shot.visual = Visual::Drawing {
                    hero: art("clock", word),
                    relatives: company.map(|frame| art("house", frame)).into_iter().collect(),
                    composition: Composition::Hero,
                };
                shot.acts = pointed.map(|frame| (Verb::Point, frame)).into_iter().collect();
            }
            for index in 0..story.shots.len() {
                let scene = treatments::scene(&story, index, &fonts);
                let what = format!("seed {seed}, shot {index}, word {word}, beside {company:?}");
                assert!(shows_a_picture(&scene, 40), "{what}: bare");
                let hero = scene.layers.iter().find(|layer| layer.name == "hero").expect("hero");
                for layer in &scene.layers {
                    let early = layer.from_frame < hero.from_frame;
                    assert!(!(early && hints.contains(&layer.name.as_str())), "{what}: a hint");
                    let Content::Figure(figure) = &layer.content else { continue };
                    for act in figure.acts.iter().filter(|act| act.verb == Verb::Point) {
                        assert!(act.from_frame >= hero.from_frame, "{what}: {act:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_hero_that_came_before_its_word_hops_on_it() {
    let fonts = Fonts::load();
    let mut story = story(Treatment::StickAnimation, &["One two three four five six seven"; 5], 7);
    let drawn = |at_frame| Visual::Drawing {
        hero: art("clock", at_frame),
        relatives: Vec::new(),
        composition: Composition::Hero,
    };
    story.shots[1].visual = drawn(60);
    let scene = treatments::scene(&story, 1, &fonts);
    let hero = scene.layers.iter().find(|layer| layer.name == "hero").expect("hero");
    assert!(hero.from_frame <= 10, "it waits until {}", hero.from_frame);
    let rise = |frame: f32| hero.pose.y_px.at(50.0) - hero.pose.y_px.at(frame);
    assert!(rise(60.0).abs() < 1.0 && rise(70.0) > 20.0, "{} {}", rise(60.0), rise(70.0));
    let figure = scene.layers.iter().find_map(|layer| match &layer.content {
        Content::Figure(figure) => Some(figure),
        _ => None,
    });
    let acts = &figure.expect("a figure").acts;
    assert!(acts.iter().all(|act| act.verb != Verb::Point || act.from_frame > 10), "{acts:?}");
    // A word that comes soon is waited for.
    story.shots[1].visual = drawn(20);
    let scene = treatments::scene(&story, 1, &fonts);
    let hero = scene.layers.iter().find(|layer| layer.name == "hero").expect("hero");
    assert_eq!(hero.from_frame, 20);
}

#[test]
fn a_figure_alone_with_nothing_to_see_does_not_point() {
    let fonts = Fonts::load();
    for seed in SEEDS {
        let mut story = story(Treatment::StickAnimation, &QUOTE, seed);
        for shot in &mut story.shots {
            shot.visual = Visual::Card;
            shot.on_screen = None;
            shot.acts = vec![(Verb::Point, 20)];
        }
        for index in 0..story.shots.len() {
            let scene = treatments::scene(&story, index, &fonts);
            for layer in &scene.layers {
                let Content::Figure(figure) = &layer.content else { continue };
                assert!(figure.acts.iter().all(|act| act.verb != Verb::Point), "{index}");
            }
        }
    }
}
