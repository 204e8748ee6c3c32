//! The `listicle` world: number chip, item title, giant ghost numeral, progress bars. Items differ
//! in layout and step the palette; the close recalls the items' pictures.

use crate::{
    palette::Palette,
    scene::{Align, Layer, Rgba, Scene, Stroke, Track},
    story::{Art, ShotRole, Visual},
    treatments::{
        Take,
        pieces::{
            backgrounds, captions, flourish,
            geometry::{CENTRE_X_PX, Rect, SAFE_LEFT_PX, SAFE_RIGHT_PX, SAFE_TOP_PX},
            labels, layout,
            lettering::{self, Lettering},
            motion::{self, Entrance},
            photo,
            pictures::{self, Standing},
            titles::{self, Setting},
        },
    },
};

/// Side of the number chip.
const CHIP_PX: f32 = 168.0;
/// The chip is on its way when the shot begins, so that frame 0 says which item this is.
const CHIP_AT: f32 = -6.0;
/// Top of the first thing under the progress bars.
const HEAD_TOP_PX: f32 = SAFE_TOP_PX + 52.0;

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
        ShotRole::Item { n, of } => item_head(take, n, of),
        _ => opening_head(take),
    };
    let room = Rect::new(SAFE_LEFT_PX, room_top, SAFE_RIGHT_PX, floor);
    match &take.shot.visual {
        Visual::Photo { picture, focus } => layers.extend(photo::layers(take, picture, *focus)),
        Visual::Card => {
            layers.push(backgrounds::backdrop(take, room.centre()));
            layers.extend(ground(take, look(take), room, number.as_deref()));
            layers.extend(recall(take, room));
            layers.extend(flourish::bits(take, 6));
        }
        Visual::Drawing { hero, relatives, composition } => {
            let inner = room_for(look(take), room);
            let composition = layout::suited(*composition, inner);
            let slots = layout::slots(composition, inner, relatives.len(), take.variant("turn", 4));
            let centre = slots.first().map_or(room.centre(), |slot| slot.area.centre());
            layers.push(backgrounds::backdrop(take, centre));
            layers.extend(ground(take, look(take), room, number.as_deref()));
            if recall_heroes(take).is_empty() {
                layers.extend(cast(take, hero, relatives, &slots));
            } else {
                layers.extend(recall(take, room));
            }
            layers.extend(flourish::bits(take, 5));
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

/// Progress, chip and title of an item; where pictures may begin; the numeral.
fn item_head(take: &Take, n: u32, of: u32) -> (Vec<Layer>, f32, Option<String>) {
    let mut layers = progress(take, of);
    let centred = matches!(look(take), Look::Disc);
    let title = titles::words(take).or_else(|| spoken_title(take));
    let number = n.to_string();
    if centred {
        let chip = Rect::around(CENTRE_X_PX, HEAD_TOP_PX + CHIP_PX / 2.0, CHIP_PX, CHIP_PX);
        layers.extend(number_chip(take, &number, chip));
        let mut bottom = chip.bottom + 30.0;
        if let Some(text) = title {
            let set = titles::set(take, &text, &Setting {
                top_px: chip.bottom + 14.0,
                height_px: 200.0,
                size_px: 96.0,
                lines: 2,
                at_frame: -3.0,
                ink: take.palette.ink,
                accent: take.palette.ink,
            });
            bottom = set.area.bottom + 30.0;
            layers.extend(set.layers);
        }
        return (layers, bottom, Some(number));
    }
    let rtl = lettering::is_rtl(title.as_deref().unwrap_or_default());
    let chip_x = if rtl { SAFE_RIGHT_PX - CHIP_PX / 2.0 - 6.0 } else { SAFE_LEFT_PX + CHIP_PX / 2.0 + 6.0 };
    let chip = Rect::around(chip_x, HEAD_TOP_PX + CHIP_PX / 2.0, CHIP_PX, CHIP_PX);
    layers.extend(number_chip(take, &number, chip));
    let mut bottom = chip.bottom;
    if let Some(text) = title {
        let (left, right) = if rtl {
            (SAFE_LEFT_PX, chip.left - 34.0)
        } else {
            (chip.right + 34.0, SAFE_RIGHT_PX)
        };
        let lettering = Lettering::title(&text, 96.0, take.palette.ink)
            .align(Align::Start)
            .fitted(take, right - left - 24.0, CHIP_PX + 60.0);
        let [w, h] = lettering.size(take);
        let x = if rtl { right - w / 2.0 } else { left + w / 2.0 };
        let y = HEAD_TOP_PX + (CHIP_PX.max(h)) / 2.0;
        let slide = if rtl { -120.0 } else { 120.0 };
        let area = Rect::around(x, y, w, h);
        let pose = motion::enter(area.pose(), Entrance::Slide(slide), -3.0);
        layers.push(lettering.layer("title", pose, 0));
        bottom = bottom.max(area.bottom);
    }
    (layers, bottom + 36.0, Some(number))
}

/// The hook and the close: how many there are, and the title.
fn opening_head(take: &Take) -> (Vec<Layer>, f32, Option<String>) {
    let of = take.story.shots.iter().find_map(|shot| match shot.role {
        ShotRole::Item { of, .. } => Some(of),
        _ => None,
    });
    let mut layers = Vec::new();
    let mut top = SAFE_TOP_PX + 20.0;
    if take.is_close() {
        layers.extend(of.map(|of| progress(take, of)).unwrap_or_default());
        top = HEAD_TOP_PX;
    }
    let text = titles::words(take).or_else(|| take.is_close().then(|| take.story.title.clone()));
    if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
        let card = matches!(take.shot.visual, Visual::Card);
        let set = titles::set(take, &text, &Setting {
            top_px: top,
            height_px: if card { 520.0 } else { 360.0 },
            size_px: if card { 170.0 } else { 132.0 },
            lines: 3,
            at_frame: -6.0,
            ink: take.palette.ink,
            accent: take.palette.accent,
        });
        top = set.area.bottom + 34.0;
        layers.extend(set.layers);
    }
    (layers, top, of.map(|of| of.to_string()))
}

/// The word that names the hero, where the storyboard gives an item no title.
fn spoken_title(take: &Take) -> Option<String> {
    let Visual::Drawing { hero, .. } = &take.shot.visual else { return None };
    labels::spoken_name(take, hero)
}

/// One bar an item, those done filled, this one filling.
fn progress(take: &Take, of: u32) -> Vec<Layer> {
    let of = of.clamp(1, 12);
    let shown = |shot: &crate::story::StoryShot| matches!(shot.role, ShotRole::Item { .. });
    let before = take.story.shots.iter().take(take.index).filter(|shot| shown(shot)).count() as u32;
    let gap = 16.0;
    let width = (SAFE_RIGHT_PX - SAFE_LEFT_PX - gap * (of - 1) as f32) / of as f32;
    let y = SAFE_TOP_PX + 18.0;
    let line = |alpha: f32| Stroke { colour: take.palette.ink.with_alpha(alpha), width_px: 12.0, dash_px: Vec::new() };
    let mut layers = Vec::new();
    for i in 0..of {
        let x = SAFE_LEFT_PX + width / 2.0 + (width + gap) * i as f32;
        let half = (width / 2.0 - 6.0).max(1.0);
        let d = format!("M{:.1} 0H{half:.1}", -half);
        layers.push(pictures::stroked("progress", d.clone(), [x, y], line(0.28), -20.0, 4.0));
        let current = i == before && shown(take.shot);
        if i < before {
            layers.push(pictures::stroked("progress", d, [x, y], line(0.95), -20.0, 4.0));
        } else if current {
            let frames = take.shot.frames.max(1) as f32;
            layers.push(pictures::stroked("progress", d, [x, y], line(0.95), 0.0, frames));
        }
    }
    layers
}

/// The white (or inked) chip with its numeral.
fn number_chip(take: &Take, number: &str, area: Rect) -> Vec<Layer> {
    let p = take.palette;
    let (plate, figure) = if p.is_light() { (p.ink, p.bg1) } else { (Rgba::hex(0xFF_FFFF), p.bg1.mix(p.bg2, 0.3)) };
    let d = pictures::rounded_box(area.width(), area.height(), 44.0);
    let [x, y] = area.centre();
    let mut back = pictures::filled("chip", d, x, y, plate, 0.0);
    back.pose = motion::enter(back.pose, Entrance::Swing(-30.0), CHIP_AT);
    let lettering = Lettering::title(number, 128.0, figure).fitted(take, area.width() - 36.0, area.height());
    let pose = motion::enter(area.pose(), Entrance::Swing(-30.0), CHIP_AT);
    vec![back, lettering.layer("numeral", pose, 0)]
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
            let mut disc = pictures::filled("disc", pictures::circle(radius) + "Z", x, y, p.lifted(0.42), 0.0);
            disc.pose = motion::enter(disc.pose, Entrance::Settle, -8.0);
            let ring = Stroke { colour: p.ink.with_alpha(0.3), width_px: 6.0, dash_px: vec![2.0, 26.0] };
            let mut halo = pictures::stroked("disc", pictures::circle(radius + 34.0), [x, y], ring, -4.0, 26.0);
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
    let area = Rect::new(room.left - 8.0, room.top + room.height() * 0.16, room.right + 8.0, room.bottom);
    let (w, h) = (area.width(), area.height());
    let body = format!(
        "<rect width=\"{w:.0}\" height=\"{h:.0}\" rx=\"64\" fill=\"{}\"/>\
         <rect x=\"18\" y=\"18\" width=\"{:.0}\" height=\"{:.0}\" rx=\"50\" fill=\"none\" stroke=\"{}\" stroke-opacity=\"0.22\" stroke-width=\"5\"/>",
        fill.css(), w - 36.0, h - 36.0, p.bg1.css()
    );
    let mut layer = pictures::drawing("card", &body, area, 0.0);
    if let crate::scene::Content::Svg(art) = &mut layer.content {
        art.shadow = Some(pictures::shadow(take));
    }
    let at = if take.is_first() { -8.0 } else { -2.0 };
    layer.pose = motion::enter(layer.pose, if take.is_first() { Entrance::Settle } else { Entrance::Rise(240.0) }, at);
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
        p.bg1.mix(p.bg2, 0.4).mix(colour, 0.8).css(), p.ink.css()
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
        Look::Card => Rect { bottom: room.bottom - 36.0, left: room.left + 30.0, right: room.right - 30.0, ..room },
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
        let standing = Standing { art, slot: slot.area, entrance, n: i + 1, float: 1.0, tilt_deg: slot.tilt_deg };
        layers.push(pictures::standing(take, &standing));
    }
    let entrance = if take.index.is_multiple_of(2) { Entrance::Rise(260.0) } else { Entrance::Swing(-16.0) };
    let standing = Standing { art: hero, slot: first.area, entrance, n: 0, float: 0.9, tilt_deg: first.tilt_deg };
    let mut layer = pictures::standing(take, &standing);
    let entering: Vec<u32> = layers.iter().map(|layer| layer.from_frame).collect();
    for at in flourish::owed(take, &entering) {
        layer.pose = motion::hop(layer.pose, at as f32);
        layers.push(flourish::burst(take, first.area.centre(), first.area.width() * 0.46, at));
    }
    layers.push(layer);
    layers
}

/// Heroes of the items, for the close.
fn recall_heroes<'a>(take: &Take<'a>) -> Vec<&'a Art> {
    if !take.is_close() {
        return Vec::new();
    }
    take.story
        .shots
        .iter()
        .filter(|shot| matches!(shot.role, ShotRole::Item { .. }))
        .filter_map(|shot| match &shot.visual {
            Visual::Drawing { hero, .. } => Some(hero),
            _ => None,
        })
        .take(6)
        .collect()
}

/// The items' pictures once more, as a fan that lands one after the other.
fn recall(take: &Take, room: Rect) -> Vec<Layer> {
    let heroes = recall_heroes(take);
    let columns = if heroes.len() <= 4 { 2 } else { 3 };
    let rows = heroes.len().div_ceil(columns).max(1);
    let side = (room.width() / columns as f32 - 30.0).min(room.height() / rows as f32 - 30.0).min(360.0);
    let [cx, cy] = room.centre();
    let mut layers = Vec::new();
    for (i, hero) in heroes.iter().enumerate() {
        let (row, column) = (i / columns, i % columns);
        let in_row = (heroes.len() - row * columns).min(columns);
        let x = cx + (column as f32 - (in_row as f32 - 1.0) / 2.0) * (side + 30.0);
        let y = cy + (row as f32 - (rows as f32 - 1.0) / 2.0) * (side + 30.0);
        let again = Art { at_frame: 4 * i as u32, ..(*hero).clone() };
        let tilt_deg = if i % 2 == 0 { -5.0 } else { 5.0 };
        let standing = Standing {
            art: &again,
            slot: Rect::around(x, y, side, side),
            entrance: Entrance::Pop,
            n: i + 1,
            float: 1.0,
            tilt_deg,
        };
        let mut layer = pictures::standing(take, &standing);
        if i < 2 {
            // Two of them stand there when the shot begins.
            layer.pose = motion::enter(standing.slot.pose(), Entrance::Settle, -5.0);
            layer.pose.idle = Some(motion::idle(i, 1.0));
            layer.from_frame = 0;
        }
        layers.push(layer);
    }
    let entering: Vec<u32> = layers.iter().map(|layer| layer.from_frame).collect();
    for (turn, at) in flourish::owed(take, &entering).into_iter().enumerate() {
        if layers.is_empty() {
            break;
        }
        let n = turn % heroes.len();
        let centre = [motion::settled(&layers[n].pose.x_px), motion::settled(&layers[n].pose.y_px)];
        layers[n].pose = motion::hop(layers[n].pose.clone(), at as f32);
        layers.push(flourish::burst(take, centre, side * 0.5, at));
    }
    layers
}
