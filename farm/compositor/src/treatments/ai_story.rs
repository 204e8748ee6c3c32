//! The `ai_story` world: layered scenes — sky, far land, near ground, figure — whose light changes
//! by beat. Framing, land and weather follow the words; no two neighbours are framed alike.

use crate::{
    scene::{Content, Layer, Scene},
    story::{Art, Visual},
    treatments::{
        Take,
        pieces::{
            captions, flourish,
            geometry::{CENTRE_X_PX, Rect, SAFE_TOP_PX},
            motion::{self, Entrance},
            photo,
            pictures::{self, Standing},
            titles::{self, Setting},
        },
    },
};

mod land;
mod sky;
mod weather;

use land::Land;
use sky::Light;

/// Where feet stand.
const GROUND_PX: f32 = 1196.0;

/// How a shot is framed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Framing {
    /// A small figure in a wide land.
    Wide,
    /// The figure before a huge moon or sun.
    Disc,
    /// Close, in a beam of light from above.
    Beam,
    /// Seen through an opening.
    Window,
    /// Low and off centre, the sky open above.
    Low,
}

/// Lays out one shot.
#[must_use]
pub fn scene(take: &Take) -> Scene {
    let light = sky::light(take);
    let land = land::of(take);
    let framing = framing(take);
    let mut layers = Vec::new();
    let title = titles::words(take).map(|text| titles::set(take, &text, &heading(take, &light)));
    let titled = title.as_ref().map(|title| title.area.bottom);
    let top = titled.map_or(SAFE_TOP_PX + 20.0, |bottom| bottom + 30.0);
    let floor = captions::clear_above_px(take).min(GROUND_PX);
    match &take.shot.visual {
        Visual::Photo { .. } | Visual::Clip { .. } => layers.extend(photo::layers(take)),
        Visual::Card => {
            layers.extend(world(take, &light, land, Framing::Wide, [CENTRE_X_PX, 520.0], titled));
        }
        Visual::Drawing { hero, relatives, .. } => {
            let slot = hero_slot(take, framing, top, floor);
            layers.extend(world(take, &light, land, framing, slot.centre(), titled));
            let air = if framing == Framing::Window {
                Rect::new(250.0, top + 190.0, 830.0, floor)
            } else {
                Rect::new(80.0, top, 1000.0, floor)
            };
            let others = relatives_in(take, relatives, slot, air);
            let entering: Vec<u32> = others.iter().map(|layer| layer.from_frame).collect();
            layers.extend(others);
            layers.extend(hero_in(take, hero, slot, framing, &entering));
        }
    }
    if !photo::fills(take) {
        layers.extend(weather::layers(take, &light, land));
        layers.extend(land::foreground(take, &light, land, framing == Framing::Window));
    }
    layers.extend(title.map(|title| title.layers).unwrap_or_default());
    layers.extend(captions::layers(take));
    Scene {
        frames: take.shot.frames,
        camera: motion::camera(take.shot.camera, take.shot.frames, [CENTRE_X_PX, 860.0]),
        layers,
    }
}

fn framing(take: &Take) -> Framing {
    let all = [Framing::Wide, Framing::Disc, Framing::Beam, Framing::Window, Framing::Low];
    match all[take.variant("framing", all.len())] {
        // A title would cross the arch.
        Framing::Window if titles::words(take).is_some() => Framing::Low,
        framing => framing,
    }
}

fn heading(take: &Take, light: &Light) -> Setting {
    let loud = take.is_first() || matches!(take.shot.visual, Visual::Card);
    Setting {
        top_px: SAFE_TOP_PX + 18.0,
        height_px: if loud { 380.0 } else { 180.0 },
        size_px: if loud { 140.0 } else { 92.0 },
        lines: if loud { 3 } else { 2 },
        at_frame: if take.is_first() { -6.0 } else { -2.0 },
        ink: light.ink,
        accent: light.accent,
    }
}

/// Sky, far and middle: everything behind the figure. Where a title ends, if there is one: its words
/// are as bright as a moon.
fn world(
    take: &Take,
    light: &Light,
    land: Land,
    framing: Framing,
    hero: [f32; 2],
    titled: Option<f32>,
) -> Vec<Layer> {
    let room = titled.map_or(f32::INFINITY, |bottom| hero[1] - bottom - sky::BELOW_TITLE_PX);
    let disc = match framing {
        Framing::Disc => sky::Disc { centre_px: hero, radius_px: room.clamp(160.0, 350.0) },
        _ => sky::small_disc(take, light, hero, titled),
    };
    let mut layers = vec![sky::backdrop(take, light, &disc, hero), sky::stars(take, light, &disc)];
    if framing == Framing::Beam {
        layers.push(sky::shaft(light, hero));
    }
    layers.extend(sky::clouds(take, light));
    layers.push(land::far(take, light, land));
    if framing == Framing::Wide || framing == Framing::Low {
        layers.extend(land::landmark(take, light, hero, titled));
    }
    layers.push(land::stage(take, light, land, framing == Framing::Window));
    layers
}

fn hero_slot(take: &Take, framing: Framing, top: f32, floor: f32) -> Rect {
    let mirrored = take.index % 2 == 1;
    let side_x = |x: f32| if mirrored { 1080.0 - x } else { x };
    let room = (floor - top).max(260.0);
    let (x, side, lift): (f32, f32, f32) = match framing {
        Framing::Wide => (side_x(360.0), 440.0, 0.0),
        Framing::Disc => (CENTRE_X_PX, 540.0, 0.06),
        Framing::Beam => (CENTRE_X_PX, 600.0, 0.0),
        Framing::Window => (CENTRE_X_PX, 520.0, 0.1),
        Framing::Low => (side_x(650.0), 520.0, 0.0),
    };
    let side = side.min(room);
    let y = floor - side / 2.0 - lift * (room - side) + side * 0.02;
    Rect::around(x, y.max(top + side / 2.0), side, side)
}

fn hero_in(take: &Take, hero: &Art, slot: Rect, framing: Framing, entering: &[u32]) -> Vec<Layer> {
    let entrance = match framing {
        Framing::Wide => {
            Entrance::Slide(if slot.centre()[0] < CENTRE_X_PX { -220.0 } else { 220.0 })
        }
        Framing::Disc | Framing::Low => Entrance::Rise(260.0),
        Framing::Beam => Entrance::Drop(160.0),
        Framing::Window => Entrance::Pop,
    };
    let standing = Standing { art: hero, slot, entrance, n: 0, float: 0.55, tilt_deg: 0.0 };
    let mut layer = pictures::standing(take, &standing);
    let mut layers = Vec::new();
    for at in flourish::owed(take, entering) {
        layer.pose = motion::hop(layer.pose, at as f32);
        layers.extend(sky::gleam(take, slot, at));
    }
    layers.push(layer);
    layers
}

/// Whether a picture is of somebody on their feet, and not of a face.
fn stands(art: &Art) -> bool {
    let name = art.name.to_lowercase();
    let somebody = name.split_whitespace().any(|word| {
        matches!(word, "person" | "man" | "woman" | "people" | "men" | "women" | "zombie" | "ninja")
    });
    let busy = ["standing", "walking", "running", "kneeling", "climbing", "holding", "dancing"];
    somebody && busy.iter().any(|act| name.contains(act))
}

/// Relatives live in the air and the distance around the hero: dimmer and smaller than it.
fn relatives_in(take: &Take, relatives: &[Art], hero: Rect, room: Rect) -> Vec<Layer> {
    let [hx, _] = hero.centre();
    let centred = (hx - CENTRE_X_PX).abs() <= 10.0;
    // Above an off-centre figure: moon and landmark are on the other side.
    let right = if centred { take.index.is_multiple_of(2) } else { hx > CENTRE_X_PX };
    let away = if right { 1.0 } else { -1.0 };
    // Nobody hangs in the sky: people have places on the ground, one on each side.
    let ground =
        |away: f32| (CENTRE_X_PX + away * (room.width() / 2.0 - 95.0), room.bottom - 100.0, 220.0);
    let mut on_ground = [ground(away), ground(-away)].into_iter();
    let mut in_air = [
        (CENTRE_X_PX + away * (room.width() / 2.0 - 150.0), room.top + 130.0, 240.0),
        (CENTRE_X_PX - away * (room.width() / 2.0 - 130.0), room.top + 360.0, 190.0),
    ]
    .into_iter();
    let mut layers = Vec::new();
    for (i, art) in relatives.iter().enumerate() {
        let risen = if stands(art) { None } else { in_air.next() };
        let grounded = risen.is_none();
        let Some((x, y, side)) = risen.or_else(|| on_ground.next()) else { continue };
        let mut slot = Rect::around(x, y, side, side);
        while slot.grown(-14.0).meets(&hero) && slot.width() > 120.0 {
            slot = slot.grown(-8.0);
        }
        if slot.grown(-14.0).meets(&hero) {
            continue;
        }
        let entrance = if grounded { Entrance::Rise(140.0) } else { Entrance::Drop(120.0) };
        let float = if grounded { 0.5 } else { 1.2 };
        let standing = Standing { art, slot, entrance, n: i + 1, float, tilt_deg: 0.0 };
        let mut layer = pictures::standing(take, &standing);
        layer.depth = 0.6;
        if let Content::Svg(art) = &mut layer.content {
            art.shadow = None;
        }
        layers.push(layer);
    }
    layers
}
