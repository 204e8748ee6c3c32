//! The `listicle` world: number chip, item title, giant ghost numeral, progress bars. Items differ
//! in layout and step the palette; the close recalls the items' pictures.

use crate::{
    palette::Palette,
    scene::{Layer, Rgba, Scene, Stroke, Track},
    story::{Art, ShotRole, Visual},
    treatments::{
        Take,
        pieces::{
            backgrounds, bits, captions, flourish,
            geometry::{Rect, SAFE_LEFT_PX, SAFE_RIGHT_PX},
            layout,
            lettering::Lettering,
            motion::{self, Entrance},
            photo,
            pictures::{self, Standing},
        },
    },
};

mod head;
mod recall;

/// Layouts of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    /// Pictures on the gradient, a ghost numeral behind.
    Open,
    /// A bright card that the hero stands on.
    Card,
    /// A big disc behind the hero, chip above the title.
    Disc,
    /// A diagonal field of the next palette.
    Slant,
}

/// Lays out one shot.
#[must_use]
pub fn scene(take: &Take) -> Scene {
    let stepped = stepped(take);
    let take = &stepped;
    let mut layers = Vec::new();
    let floor = captions::clear_above_px(take);
    let (head, room_top, number) = match take.shot.role {
        ShotRole::Item { n, of } => head::item_head(take, n, of),
        _ => head::opening_head(take),
    };
    let room = Rect::new(SAFE_LEFT_PX, room_top, SAFE_RIGHT_PX, floor);
    match &take.shot.visual {
        Visual::Photo { .. } | Visual::Clip { .. } => layers.extend(photo::layers(take)),
        Visual::Card => {
            layers.push(backgrounds::backdrop(take, room.centre()));
            layers.extend(ground(take, look(take), room, number.as_deref()));
            layers.extend(recall::layers(take, room));
            layers.extend(bits::bits(take, 6));
        }
        Visual::Drawing { hero, relatives, composition } => {
            let inner = room_for(look(take), room);
            let composition = layout::suited(*composition, inner);
            let slots = layout::slots(composition, inner, relatives.len(), take.variant("turn", 4));
            let centre = slots.first().map_or(room.centre(), |slot| slot.area.centre());
            layers.push(backgrounds::backdrop(take, centre));
            layers.extend(ground(take, look(take), room, number.as_deref()));
            if recall::heroes(take).is_empty() {
                layers.extend(cast(take, hero, relatives, &slots));
            } else {
                layers.extend(recall::layers(take, room));
            }
            layers.extend(bits::bits(take, 5));
        }
    }
    layers.extend(head);
    layers.extend(captions::layers(take));
    Scene {
        frames: take.shot.frames,
        camera: motion::camera(take.shot.camera, take.shot.frames, room.centre()),
        layers,
    }
}

/// Neighbouring items must not look alike: every second one wears the neighbouring palette when
/// the storyboard gives both the same.
fn stepped<'a>(take: &Take<'a>) -> Take<'a> {
    let before = take.index.checked_sub(1).and_then(|i| take.story.shots.get(i));
    let same = before.is_some_and(|shot| shot.palette == take.shot.palette);
    let item = matches!(take.shot.role, ShotRole::Item { .. });
    let palette = if same && item && take.index % 2 == 1 {
        take.shot.palette.neighbour().colours()
    } else {
        take.palette
    };
    Take { palette, ..*take }
}

fn look(take: &Take) -> Look {
    let all = [Look::Open, Look::Card, Look::Disc, Look::Slant];
    all[take.variant("look", all.len())]
}

/// What lies between backdrop and pictures.
fn ground(take: &Take, look: Look, room: Rect, number: Option<&str>) -> Vec<Layer> {
    let p = take.palette;
    // The numeral rests behind everything else.
    let mut layers: Vec<Layer> = number.map(|number| ghost(&p, number, look)).into_iter().collect();
    let [x, y] = room.centre();
    match look {
        Look::Open => layers.push(backgrounds::mid(take, backgrounds::suited(take), room.centre())),
        Look::Card => layers.push(card(take, room)),
        Look::Disc => {
            let radius = (room.height() / 2.0 + 10.0).min(430.0);
            let mut disc =
                pictures::filled("disc", pictures::circle(radius) + "Z", x, y, p.lifted(0.42), 0.0);
            disc.pose = motion::enter(disc.pose, Entrance::Settle, -8.0);
            let ring =
                Stroke { colour: p.ink.with_alpha(0.3), width_px: 6.0, dash_px: vec![2.0, 26.0] };
            let mut halo = pictures::stroked(
                "disc",
                pictures::circle(radius + 34.0),
                [x, y],
                ring,
                -4.0,
                26.0,
            );
            halo.depth = 0.0;
            layers.extend([disc, halo]);
        }
        Look::Slant => layers.insert(0, slant(take)),
    }
    layers
}

/// The card stands still behind its hero, 40 px inside the room on each side.
fn card(take: &Take, room: Rect) -> Layer {
    let p = take.palette;
    let fill = if p.is_light() { Rgba::hex(0xFF_FFFF) } else { p.ink.mix(p.glow, 0.1) };
    let area =
        Rect::new(room.left - 8.0, room.top + room.height() * 0.16, room.right + 8.0, room.bottom);
    let (w, h) = (area.width(), area.height());
    let body = format!(
        "<rect width=\"{w:.0}\" height=\"{h:.0}\" rx=\"64\" fill=\"{}\"/>\
         <rect x=\"18\" y=\"18\" width=\"{:.0}\" height=\"{:.0}\" rx=\"50\" fill=\"none\" stroke=\"{}\" stroke-opacity=\"0.22\" stroke-width=\"5\"/>",
        fill.css(),
        w - 36.0,
        h - 36.0,
        p.bg1.css()
    );
    let mut layer = pictures::drawing("card", &body, area, 0.0);
    if let crate::scene::Content::Svg(art) = &mut layer.content {
        art.shadow = Some(pictures::shadow(take));
    }
    let at = if take.is_first() { -8.0 } else { -2.0 };
    layer.pose = motion::enter(
        layer.pose,
        if take.is_first() { Entrance::Settle } else { Entrance::Rise(240.0) },
        at,
    );
    layer.pose.opacity = Track::fixed(1.0);
    layer
}

fn slant(take: &Take) -> Layer {
    let p = take.palette;
    let (low, high) = if take.index.is_multiple_of(2) { (1220.0, 640.0) } else { (640.0, 1220.0) };
    let colour = if p.is_light() { p.bg2.mix(p.accent, 0.22) } else { p.lifted(0.42) };
    let body = format!(
        "<path d=\"M0 {low}L1300 {high}V2140H0Z\" fill=\"{0}\"/>\
         <path d=\"M0 {low}L1300 {high}\" stroke=\"{1}\" stroke-opacity=\"0.5\" stroke-width=\"10\"/>",
        p.bg1.mix(p.bg2, 0.4).mix(colour, 0.8).css(),
        p.ink.css()
    );
    pictures::drawing("slant", &body, Rect::new(-110.0, -110.0, 1190.0, 2030.0), 0.0)
}

/// The numeral as a giant, barely visible.
fn ghost(p: &Palette, number: &str, look: Look) -> Layer {
    let (x, y, size) = match look {
        Look::Open => (820.0, 330.0, 760.0),
        Look::Card => (250.0, 1620.0, 620.0),
        Look::Disc => (860.0, 1600.0, 640.0),
        Look::Slant => (230.0, 1560.0, 720.0),
    };
    let lettering = Lettering::title(number, size, p.ink).within(1400.0);
    let mut pose = crate::scene::Pose::at(x, y);
    pose.opacity = Track::fixed(if p.is_light() { 0.09 } else { 0.13 });
    lettering.layer("ghost", pose, 0)
}

/// Room for pictures within a look.
fn room_for(look: Look, room: Rect) -> Rect {
    match look {
        Look::Card => Rect {
            bottom: room.bottom - 36.0,
            left: room.left + 30.0,
            right: room.right - 30.0,
            ..room
        },
        Look::Disc => room.grown(-8.0),
        Look::Open | Look::Slant => room,
    }
}

fn cast(take: &Take, hero: &Art, relatives: &[Art], slots: &[layout::Slot]) -> Vec<Layer> {
    let mut layers = Vec::new();
    let Some(first) = slots.first() else { return layers };
    let entrances = [Entrance::Swing(18.0), Entrance::Drop(180.0), Entrance::Pop];
    for (i, (art, slot)) in relatives.iter().zip(&slots[1..]).enumerate() {
        let entrance = entrances[(i + take.index) % entrances.len()];
        let standing = Standing {
            art,
            slot: slot.area,
            entrance,
            n: i + 1,
            float: 1.0,
            tilt_deg: slot.tilt_deg,
        };
        layers.push(pictures::standing(take, &standing));
    }
    let entrance =
        if take.index.is_multiple_of(2) { Entrance::Rise(260.0) } else { Entrance::Swing(-16.0) };
    let standing = Standing {
        art: hero,
        slot: first.area,
        entrance,
        n: 0,
        float: 0.9,
        tilt_deg: first.tilt_deg,
    };
    let mut layer = pictures::standing(take, &standing);
    let entering: Vec<u32> = layers.iter().map(|layer| layer.from_frame).collect();
    for at in flourish::owed(take, &entering) {
        layer.pose = motion::hop(layer.pose, at as f32);
        layers.push(flourish::burst(take, first.area.centre(), first.area.width() * 0.46, at));
    }
    layers.push(layer);
    layers
}
