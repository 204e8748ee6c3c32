//! Storyboards to measure with, made without any data file: photographs are painted with noise that
//! costs the encoder about what a real photograph costs.

use std::{path::Path, sync::Arc};

use cutline_compositor::{
    pictures::Pictures,
    scene::CaptionWord,
    story::{
        Art, CameraMove, CaptionSpan, Composition, PaletteName, ShotRole, SpokenLine, StoryShot,
        Storyboard, Transition, Treatment, Visual,
    },
};

use crate::{
    context::{Handling, StageError},
    encode::FPS,
    stages::render::{film::Change, pixels},
};

const SHOTS: u32 = 10;
const PHOTO_PX: (u32, u32) = (1296, 2304);
const CROSSFADE_FRAMES: u32 = 12;
const WORDS: [&str; 6] = ["three", "HEARTS", "beat", "inside", "one", "octopus"];

/// Something to draw.
pub(super) struct Board {
    pub(super) story: Storyboard,
    pub(super) changes: Vec<Change>,
    pub(super) pictures: Pictures,
}

/// Ten photographs with slow moves, crossfades and word captions.
pub(super) fn photographs(seconds: u32, folder: &Path) -> Result<Board, StageError> {
    let mut pictures = pixels::pictures_in(folder);
    for index in 0..SHOTS {
        let rgba = photograph(index);
        pictures.insert(&format!("photo {index}"), PHOTO_PX.0, PHOTO_PX.1, rgba).map_err(
            |error| StageError::Provider {
                what: "compositor".to_owned(),
                handling: Handling::Fail,
                source: Box::new(error),
            },
        )?;
    }
    let visual = |index: u32| Visual::Photo {
        picture: format!("photo {index}"),
        focus: [0.3 + 0.04 * index as f32, 0.45],
    };
    let change = |index: u32, frames: u32| match index {
        0 => Change { transition: Transition::Cut, frames: 0 },
        _ => Change { transition: Transition::Crossfade, frames: CROSSFADE_FRAMES.min(frames / 3) },
    };
    Ok(board(seconds, Treatment::Educational, pictures, visual, change))
}

/// Illustrations with relatives; four changes in nine are marked, as motion plans them.
pub(super) fn illustrations(seconds: u32) -> Board {
    let visual = |index: u32| {
        let art = |name: &str, hue: u32, at_frame| Art {
            name: name.to_owned(),
            svg: Arc::from(drawing(hue)),
            at_frame,
            named_by: None,
        };
        Visual::Drawing {
            hero: art("hero", index * 36, 0),
            relatives: vec![
                art("relative", index * 36 + 90, 14),
                art("relative", index * 36 + 200, 28),
            ],
            composition: [Composition::Hero, Composition::Trio, Composition::Orbit]
                [index as usize % 3],
        }
    };
    let kinds = [Transition::Push, Transition::Zoom, Transition::Wipe];
    let change = |index: u32, frames: u32| match index {
        3 | 6 | 8 => Change {
            transition: kinds[index as usize % 3],
            frames: CROSSFADE_FRAMES.min(frames / 3),
        },
        _ => Change { transition: Transition::Cut, frames: 0 },
    };
    board(seconds, Treatment::Educational, Pictures::default(), visual, change)
}

fn board(
    seconds: u32,
    treatment: Treatment,
    pictures: Pictures,
    visual: impl Fn(u32) -> Visual,
    change: impl Fn(u32, u32) -> Change,
) -> Board {
    let total = seconds.max(1) * FPS;
    let start = |index: u32| total * index / SHOTS;
    let length = |index: u32| start(index + 1) - start(index);
    let shots = (0..SHOTS).map(|index| shot(index, length(index), visual(index)));
    let story = Storyboard {
        treatment,
        title: "Three hearts".to_owned(),
        language: "en".to_owned(),
        seed: 42,
        speakers: Vec::new(),
        character: None,
        shots: shots.collect(),
    };
    let changes = (0..SHOTS).map(|index| change(index, length(index))).collect();
    Board { story, changes, pictures }
}

fn shot(index: u32, frames: u32, visual: Visual) -> StoryShot {
    const PALETTES: [PaletteName; 3] = [PaletteName::Sea, PaletteName::Sunrise, PaletteName::Gold];
    StoryShot {
        beat: index / 3,
        beats: 4,
        role: match index {
            0 => ShotRole::Hook,
            last if last + 1 == SHOTS => ShotRole::Close,
            _ => ShotRole::Body,
        },
        frames,
        palette: PALETTES[index as usize / 4],
        lines: vec![SpokenLine { speaker: None, text: WORDS.join(" "), words: Vec::new() }],
        on_screen: None,
        figure: None,
        visual,
        captions: captions(frames),
        camera: CameraMove::Push { to: 1.08 },
        acts: Vec::new(),
    }
}

/// Pages of three words, ten frames a word.
fn captions(frames: u32) -> Vec<CaptionSpan> {
    let pages = (0..frames).step_by(30).enumerate();
    pages
        .map(|(page, start_frame)| CaptionSpan {
            start_frame,
            end_frame: (start_frame + 30).min(frames),
            words: (0..3_u32)
                .map(|word| CaptionWord {
                    text: WORDS[(page * 3 + word as usize) % WORDS.len()].to_owned(),
                    start_frame: start_frame + word * 10,
                    end_frame: start_frame + word * 10 + 10,
                    break_after: false,
                })
                .collect(),
        })
        .collect()
}

/// Five octaves of value noise over a gradient, and a little grain, as packed RGBA.
fn photograph(seed: u32) -> Vec<u8> {
    let (width, height) = PHOTO_PX;
    let mut rgba = Vec::with_capacity((width * height * 4) as usize);
    for y in 0..height {
        for x in 0..width {
            let mut value = 0.0;
            for octave in 0..5_u32 {
                let cell = 512.0 / f32::from(1_u16 << octave);
                value += noise(x as f32 / cell, y as f32 / cell, seed * 7 + octave)
                    / f32::from(1_u16 << octave);
            }
            let grain = lattice(x, y, seed) * 6.0 - 3.0;
            let light = 0.25 + 0.5 * y as f32 / height as f32;
            for tint in [0.9_f32, 1.0, 0.75 + 0.05 * seed as f32] {
                let level = 255.0 * (0.55 * value * light + 0.25 * tint * light) + grain;
                rgba.push(level.clamp(0.0, 255.0) as u8);
            }
            rgba.push(255);
        }
    }
    rgba
}

fn noise(x: f32, y: f32, seed: u32) -> f32 {
    let (column, row) = (x.floor(), y.floor());
    let smooth = |t: f32| t * t * (3.0 - 2.0 * t);
    let (across, down) = (smooth(x - column), smooth(y - row));
    let at = |dx: u32, dy: u32| lattice(column as u32 + dx, row as u32 + dy, seed);
    let mix = |from: f32, to: f32, part: f32| from + (to - from) * part;
    mix(mix(at(0, 0), at(1, 0), across), mix(at(0, 1), at(1, 1), across), down)
}

/// A number 0–1 for every point of a grid.
fn lattice(x: u32, y: u32, seed: u32) -> f32 {
    let mut bits = x.wrapping_mul(0x9e37_79b1) ^ y.wrapping_mul(0x85eb_ca77) ^ (seed << 16);
    bits = (bits ^ (bits >> 15)).wrapping_mul(0x2c1b_3c6d);
    bits = (bits ^ (bits >> 12)).wrapping_mul(0x297a_2d39);
    (bits >> 8) as f32 / 16_777_216.0
}

/// A round thing with soft shading, like the illustration set's.
fn drawing(hue: u32) -> String {
    let hue = hue % 360;
    format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'><defs>\
         <radialGradient id='a' cx='.35' cy='.3' r='.8'>\
         <stop stop-color='hsl({hue},85%,75%)'/>\
         <stop offset='1' stop-color='hsl({hue},75%,40%)'/></radialGradient></defs>\
         <circle cx='16' cy='14' r='12' fill='url(#a)'/>\
         <path d='M4 24q12 10 24 0l-4-6H8z' fill='hsl({hue},70%,55%)'/>\
         <circle cx='11' cy='13' r='2' fill='#222'/><circle cx='21' cy='13' r='2' fill='#222'/>\
         </svg>"
    )
}
