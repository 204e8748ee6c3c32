//! What must be read is inside the safe area and off the pictures, whatever the seed, the layout
//! and the script: every text box of many generated storyboards is measured with real fonts.

use std::sync::{Arc, LazyLock};

use cutline_compositor::{
    scene::{CaptionWord, Content, Layer, Track},
    story::{
        Art, CameraMove, CaptionSpan, Composition, NumberCard, PaletteName, ShotRole, SpokenLine,
        SpokenWord, StoryShot, Storyboard, Treatment, Visual,
    },
    text::Fonts,
    treatments::{
        self, Take,
        pieces::{captions, geometry::Rect},
    },
};

static FONTS: LazyLock<Fonts> = LazyLock::new(Fonts::load);

const SAFE: Rect = Rect::new(108.0, 270.0, 972.0, 1400.0);
const WORLDS: [Treatment; 3] = [Treatment::Educational, Treatment::AiStory, Treatment::Listicle];
const COMPOSITIONS: [Composition; 8] = [
    Composition::Hero,
    Composition::Trio,
    Composition::Parade,
    Composition::Orbit,
    Composition::Versus,
    Composition::NumberCard,
    Composition::Path,
    Composition::Title,
];

#[test]
fn text_is_inside_the_safe_area_and_off_the_pictures() {
    for world in WORLDS {
        for seed in 0..6 {
            check(&storyboard(
                world,
                seed,
                &["Your heart works alone", "THREE extraordinarily", "of"],
            ));
        }
    }
}

#[test]
fn right_to_left_and_han_text_keep_to_the_same_area() {
    for world in WORLDS {
        check(&storyboard(world, 3, &["لماذا السماء زرقاء", "الضوء الأزرق يتشتت", "أكثر"]));
        check(&storyboard(world, 4, &["为什么天空是蓝色的", "蓝光散射得最多", "因为波长更短"]));
    }
}

#[test]
fn neighbouring_shots_are_laid_out_differently() {
    for world in WORLDS {
        let story = storyboard(world, 9, &["One", "two", "three"]);
        let look = |shot: usize| {
            let scene = treatments::scene(&story, shot, &FONTS);
            let hero = scene.layers.iter().find(|layer| layer.name == "hero").map(settled_box);
            let names: Vec<String> = scene.layers.iter().map(|layer| layer.name.clone()).collect();
            (hero.map(|area| (area.left as i32, area.top as i32, area.right as i32)), names)
        };
        for shot in 1..story.shots.len() - 1 {
            assert_ne!(look(shot - 1), look(shot), "{world:?}: shots {} and {shot}", shot - 1);
        }
    }
}

#[test]
fn frame_zero_of_the_first_shot_shows_hero_and_words() {
    for world in WORLDS {
        let story = storyboard(world, 5, &["Why octopuses", "have three", "hearts"]);
        let scene = treatments::scene(&story, 0, &FONTS);
        for name in ["hero", "title"] {
            let shown = scene.layers.iter().any(|layer| {
                layer.name == name && layer.from_frame == 0 && layer.pose.opacity.at(0.0) > 0.9
            });
            assert!(shown, "{world:?}: no {name} on frame 0");
        }
    }
}

#[test]
fn no_moon_or_sun_stands_behind_a_title() {
    let mut seen = 0;
    for seed in 0..24 {
        let story = storyboard(Treatment::AiStory, seed, &["The keeper works tonight", "so", "on"]);
        for index in 0..story.shots.len() {
            let scene = treatments::scene(&story, index, &FONTS);
            let named = |name| scene.layers.iter().filter(move |layer| layer.name == name);
            let words = named("title").map(|layer| settled_box(layer).bottom).reduce(f32::max);
            let Some((words, sky)) = words.zip(named("stars").next()) else { continue };
            let Content::Svg(art) = &sky.content else { panic!("the sky is a drawing") };
            let Some(disc) = art.svg.split("<circle").find(|one| one.contains("url(#disc)")) else {
                continue;
            };
            let number = |name: &str| -> f32 {
                let (_, rest) = disc.split_once(&format!("{name}=\"")).expect("an attribute");
                rest.split('"').next().and_then(|text| text.parse().ok()).expect("a number")
            };
            let top = settled_box(sky).top + number(" cy") - number(" r");
            assert!(top >= words - 1.0, "seed {seed}, shot {index}: {top} above {words}");
            seen += 1;
        }
    }
    assert!(seen > 20, "{seen} titles under a moon or sun");
}

#[test]
fn something_new_comes_at_least_every_two_and_a_half_seconds() {
    for world in WORLDS {
        let mut story =
            storyboard(world, 5, &["a long line without any named thing", "and on", "on"]);
        story.shots.iter_mut().for_each(|shot| stretch(shot, 240));
        for (index, shot) in story.shots.iter().enumerate() {
            if !matches!(shot.visual, Visual::Drawing { .. }) {
                continue;
            }
            let scene = treatments::scene(&story, index, &FONTS);
            let own = scene.layers.iter().filter(|layer| layer.name != "caption");
            // A hero that was waiting grows on the word that names it.
            let grows = own.clone().filter(|layer| layer.name == "hero");
            let grows = grows.flat_map(|layer| &layer.pose.scale_x.keys);
            let mut news: Vec<u32> = own
                .map(|layer| layer.from_frame)
                .chain(grows.map(|key| key.start_frame.max(0.0) as u32))
                .chain([scene.frames])
                .collect();
            news.sort_unstable();
            for pair in news.windows(2) {
                assert!(pair[1] - pair[0] <= 78, "{world:?} shot {index}: nothing new in {pair:?}");
            }
        }
    }
}

#[test]
fn every_palette_has_bits_of_its_own_and_none_lies_where_words_may() {
    let mut drawn = std::collections::BTreeSet::new();
    for palette in PaletteName::ALL {
        for seed in 0..6 {
            let mut story = storyboard(Treatment::Educational, seed, &["One", "two", "three"]);
            story.shots.iter_mut().for_each(|shot| shot.palette = palette);
            let scene = treatments::scene(&story, 1, &FONTS);
            let bits: Vec<&Layer> = scene.layers.iter().filter(|one| one.name == "bit").collect();
            assert!((1..=7).contains(&bits.len()), "{palette:?}: {} bits", bits.len());
            for bit in bits {
                let ends = bit.pose.y_px.keys.iter().map(|key| key.value);
                let lowest_y = ends.chain([bit.pose.y_px.base]).fold(f32::MAX, f32::min);
                // The shape fills 1 / 1.6 of its box; the rest is room for the blur.
                let span = settled_box(bit);
                let shape = span.grown(-span.width() * 0.1875);
                let beside = shape.right <= SAFE.left || shape.left >= SAFE.right;
                let below = lowest_y - shape.height() / 2.0 >= SAFE.bottom;
                assert!(beside || below, "{palette:?} seed {seed}: {shape:?}");
            }
            if seed == 0 {
                drawn.insert(bit_shapes(&scene.layers));
            }
        }
    }
    assert_eq!(drawn.len(), PaletteName::ALL.len(), "palettes share their bits: {drawn:?}");
}

#[test]
fn nobody_in_a_story_hangs_in_the_sky_or_in_somebody_else() {
    let mut stood = 0;
    for seed in 0..6 {
        let mut story = storyboard(Treatment::AiStory, seed, &["One", "two", "three"]);
        for shot in &mut story.shots {
            let people = ["Man standing", "Woman walking"];
            shot.visual = Visual::Drawing {
                hero: art("octopus", 0),
                relatives: people.map(|name| art(name, 20)).into(),
                composition: Composition::Hero,
            };
        }
        for index in 0..story.shots.len() {
            let scene = treatments::scene(&story, index, &FONTS);
            let people = scene.layers.iter().filter(|layer| layer.name == "relative");
            let boxes: Vec<Rect> = people.map(settled_box).collect();
            for (i, one) in boxes.iter().enumerate() {
                assert!(one.bottom > 1000.0, "seed {seed}, shot {index}: {one:?}");
                assert!(boxes[i + 1..].iter().all(|other| !one.meets(other)), "{boxes:?}");
            }
            stood += boxes.len();
        }
    }
    assert!(stood > 20, "only {stood} found a place");
}

/// What a shot's bits are drawn of, without numbers and colours.
fn bit_shapes(layers: &[Layer]) -> std::collections::BTreeSet<String> {
    let bits = layers.iter().filter(|layer| layer.name == "bit");
    bits.map(|bit| {
        let Content::Svg(art) = &bit.content else { panic!("a bit is a drawing") };
        let (_, body) = art.svg.split_once("<g").expect("a group");
        let mut quoted = false;
        let shape = body.chars().filter(|letter| {
            quoted ^= *letter == '"';
            !quoted || letter.is_ascii_uppercase()
        });
        shape.collect()
    })
    .collect()
}

fn check(story: &Storyboard) {
    for (index, shot) in story.shots.iter().enumerate() {
        let scene = treatments::scene(story, index, &FONTS);
        let take = Take::new(story, index, &FONTS).expect("the shot exists");
        let case = format!("{:?} seed {} shot {index}", story.treatment, story.seed);
        let pictures: Vec<Rect> = scene
            .layers
            .iter()
            .filter(|layer| layer.name == "hero" || layer.name == "relative")
            .map(settled_box)
            // Pictures fill about nine tenths of their box.
            .map(|area| area.grown(-area.width() * 0.06))
            .collect();
        let pages: Vec<Rect> =
            shot.captions.iter().map(|page| captions::bounds(&take, page)).collect();
        for page in &pages {
            assert!(SAFE.holds(page), "{case}: caption {page:?}");
            for picture in &pictures {
                assert!(!page.meets(picture), "{case}: caption {page:?} on picture {picture:?}");
            }
        }
        for layer in scene.layers.iter().filter(|layer| must_be_read(layer)) {
            check_text(layer, &pages, &pictures, &case);
        }
    }
}

fn check_text(layer: &Layer, pages: &[Rect], pictures: &[Rect], case: &str) {
    let (name, area) = (&layer.name, settled_box(layer));
    assert!(SAFE.holds(&area), "{case}: {name} {area:?}");
    for page in pages {
        assert!(!area.meets(page), "{case}: {name} {area:?} on caption {page:?}");
    }
    // The badge of a duel lies between its pictures, on both.
    for picture in pictures.iter().filter(|_| name != "badge") {
        assert!(!area.meets(picture), "{case}: {name} {area:?} on {picture:?}");
    }
}

fn must_be_read(layer: &Layer) -> bool {
    matches!(layer.content, Content::Text(_)) && layer.name != "ghost"
}

/// Where a layer is when it has come to rest, without camera and idle float.
fn settled_box(layer: &Layer) -> Rect {
    let rest = |track: &Track| track.keys.last().map_or(track.base, |key| key.value);
    let (width, height) = match &layer.content {
        Content::Text(block) => {
            assert!(block.size_px >= 48.0, "{} is set at {}", layer.name, block.size_px);
            let size = FONTS.measure(block);
            (size.width_px, size.height_px)
        }
        Content::Svg(art) => (art.width_px, art.height_px),
        _ => (0.0, 0.0),
    };
    let pose = &layer.pose;
    Rect::around(
        rest(&pose.x_px),
        rest(&pose.y_px),
        width * rest(&pose.scale_x).abs(),
        height * rest(&pose.scale_y).abs(),
    )
}

/// A hook, a shot for each composition (some with titles and numbers), a card and a close.
fn storyboard(treatment: Treatment, seed: u64, pages: &[&str]) -> Storyboard {
    let last = COMPOSITIONS.len() + 2;
    Storyboard {
        treatment,
        title: pages[0].into(),
        language: "en".into(),
        seed,
        speakers: Vec::new(),
        character: None,
        shots: (0..=last).map(|i| shot(i, last, seed as usize, pages)).collect(),
    }
}

fn shot(i: usize, last: usize, seed: usize, pages: &[&str]) -> StoryShot {
    let role = match i {
        0 => ShotRole::Hook,
        _ if i == last => ShotRole::Close,
        _ => ShotRole::Item { n: (last - i) as u32, of: last as u32 - 1 },
    };
    let numbers =
        [("3", 3.0), ("70 %", 70.0), ("$1,250,000", 1.25e6), ("42", 42.0), ("1475", 1475.0)];
    let (text, value) = numbers[(i + seed) % numbers.len()];
    let named = |n: usize, at_frame| art(["octopus", "heart", "blood", "sea"][n], at_frame);
    let visual = if i == last - 1 {
        Visual::Card
    } else {
        Visual::Drawing {
            hero: named(0, [0, 12, 40][(i + seed) % 3]),
            relatives: (0..(i + seed) % 4).map(|n| named(n % 3 + 1, 20 * n as u32 + 6)).collect(),
            composition: COMPOSITIONS[i % COMPOSITIONS.len()],
        }
    };
    StoryShot {
        beat: (i * 4 / (last + 1)) as u32,
        beats: 4,
        role,
        frames: 90,
        palette: PaletteName::ALL[(i + seed) % 12],
        lines: vec![spoken(pages)],
        on_screen: (i % 3 == 1).then(|| pages[i % pages.len()].to_owned()),
        figure: i.is_multiple_of(2).then(|| NumberCard { text: text.into(), value, at_frame: 15 }),
        visual,
        captions: pages.iter().enumerate().map(|(n, page)| caption(n as u32, page)).collect(),
        camera: CameraMove::Push { to: 1.06 },
        acts: Vec::new(),
    }
}

fn spoken(pages: &[&str]) -> SpokenLine {
    let text = pages.join(" ");
    let words = text
        .split_whitespace()
        .enumerate()
        .map(|(n, word)| SpokenWord {
            text: word.into(),
            start_frame: 6 + 7 * n as u32,
            end_frame: 12 + 7 * n as u32,
        })
        .collect();
    SpokenLine { speaker: None, text, words }
}

fn caption(n: u32, page: &str) -> CaptionSpan {
    let words: Vec<&str> = page.split_whitespace().collect();
    let half = words.len() / 2;
    let word = |(i, text): (usize, &&str)| CaptionWord {
        text: (*text).into(),
        start_frame: n * 30,
        end_frame: n * 30 + 10,
        break_after: i + 1 == half && page.chars().count() > 18,
    };
    CaptionSpan {
        start_frame: n * 30,
        end_frame: n * 30 + 30,
        words: words.iter().enumerate().map(word).collect(),
    }
}

fn art(name: &str, at_frame: u32) -> Art {
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\">\
               <circle cx=\"16\" cy=\"16\" r=\"14\" fill=\"#f80\"/></svg>";
    Art { name: name.into(), svg: Arc::from(svg), at_frame, named_by: Some(name.into()) }
}

/// Spreads the shot's words over more frames.
fn stretch(shot: &mut StoryShot, frames: u32) {
    shot.frames = frames;
    for line in &mut shot.lines {
        let count = line.words.len().max(1) as u32;
        for (n, word) in line.words.iter_mut().enumerate() {
            word.start_frame = n as u32 * frames / count;
            word.end_frame = word.start_frame + 5;
        }
    }
}
