//! The `cartoon` world: the thing that the person named has a face, arms and legs, and tells
//! everything itself. Its mouth follows the sounds; it looks at what it talks about, which pops in
//! beside it.

mod body;
mod build;
mod manner;
mod props;

use crate::{
    scene::{Layer, Scene},
    story::Character,
    treatments::{
        Take,
        pieces::{
            backgrounds, bits, captions,
            geometry::{Rect, SAFE_LEFT_PX, SAFE_RIGHT_PX, SAFE_TOP_PX},
            motion, pictures,
            titles::{self, Setting},
        },
    },
};

use body::Body;
use build::Build;

/// Air between what is written above and the character.
const AIR_PX: f32 = 26.0;
/// Room for what it talks about, beside it.
const COLUMN_PX: f32 = 250.0;
/// Its arms may reach so far beyond what must be read.
const REACH_PX: f32 = 70.0;

/// Lays out one shot.
#[must_use]
pub fn scene(take: &Take) -> Scene {
    let mut room =
        Rect::new(SAFE_LEFT_PX, SAFE_TOP_PX + 14.0, SAFE_RIGHT_PX, captions::clear_above_px(take));
    let mut front = Vec::new();
    if let Some(text) = titles::words(take) {
        let title = titles::set(take, &text, &heading(take));
        room.top = title.area.bottom + AIR_PX;
        front.extend(title.layers);
    }
    let things = props::things(take);
    let side = side(take, things.is_empty());
    let place = stage(room, side);
    let character = take.story.character.as_ref();
    let build = Build::of(character.and_then(|character| character.body.as_ref()), take);
    let body = Body::standing(build, place);
    let centre = body.centre_px();

    let mut layers = vec![
        backgrounds::backdrop(take, centre),
        backgrounds::mid(take, backgrounds::suited(take), centre),
        floor(take, &body),
    ];
    layers.extend(props::layers(take, &things, column(room, side)));
    layers.extend(layers_of(take, character, &body, &things, side));
    layers.extend(bits::bits(take, 4));
    layers.extend(front);
    layers.extend(captions::layers(take));
    Scene {
        frames: take.shot.frames,
        camera: motion::camera(take.shot.camera, take.shot.frames, centre),
        layers,
    }
}

/// The character, back to front: what is behind the body, the body, the face.
fn layers_of(
    take: &Take,
    character: Option<&Character>,
    body: &Body,
    things: &[props::Thing<'_>],
    side: f32,
) -> Vec<Layer> {
    let mouth = character.and_then(|one| one.mouths.get(take.index)).cloned().unwrap_or_default();
    let manner = manner::Manner::of(take, mouth, &props::entrances(take, things), side);
    let mut layers = body.limbs(take, &manner);
    layers.push(body.layer(take, &manner));
    layers.push(body.face(&manner));
    if body.is_anything()
        && let Some(character) = character
    {
        layers.push(body.name_tag(take, &character.name));
    }
    layers
}

fn heading(take: &Take) -> Setting {
    let loud = take.is_first() || take.is_close();
    Setting {
        top_px: SAFE_TOP_PX + 14.0,
        height_px: if loud { 240.0 } else { 170.0 },
        size_px: if loud { 112.0 } else { 96.0 },
        lines: 2,
        at_frame: if take.is_first() { -6.0 } else { -2.0 },
        ink: take.palette.ink,
        accent: take.palette.accent,
    }
}

/// On which side of the character things pop in: −1 left, 1 right, 0 it has the stage to itself.
fn side(take: &Take, alone: bool) -> f32 {
    match (alone, take.variant("side", 2)) {
        (true, _) => 0.0,
        (false, 0) => 1.0,
        (false, _) => -1.0,
    }
}

/// Where the character stands.
fn stage(room: Rect, side: f32) -> Rect {
    if side > 0.0 {
        Rect { left: room.left - REACH_PX, right: room.right - COLUMN_PX, ..room }
    } else if side < 0.0 {
        Rect { left: room.left + COLUMN_PX, right: room.right + REACH_PX, ..room }
    } else {
        room
    }
}

/// Where what it talks about stands.
fn column(room: Rect, side: f32) -> Rect {
    if side > 0.0 {
        Rect { left: room.right - COLUMN_PX, ..room }
    } else {
        Rect { right: room.left + COLUMN_PX, ..room }
    }
}

/// The ground under its feet, and its shadow on it.
fn floor(take: &Take, body: &Body) -> Layer {
    let top = body.ground_px() - 70.0;
    let area = Rect::new(-120.0, top, 1200.0, 2040.0);
    let (near, shade) = (take.palette.quiet(0.55), take.palette.shadow());
    let [x, half] = body.footprint_px();
    let content = format!(
        "<path d=\"M0 70Q660 -40 1320 70V1400H0Z\" fill=\"{}\"/>\
         <ellipse cx=\"{:.1}\" cy=\"84\" rx=\"{half:.1}\" ry=\"{:.1}\" fill=\"{}\" fill-opacity=\"0.45\"/>",
        near.css(),
        x + 120.0,
        half * 0.16,
        shade.css(),
    );
    pictures::drawing("floor", &content, area, 0.6)
}
