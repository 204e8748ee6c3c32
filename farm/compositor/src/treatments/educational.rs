//! The `educational` world: a hero with labels, arrows, counters and charts that draw themselves
//! when numbers are spoken.

use crate::{
    scene::{Ease, Layer, Pose, Scene, Stroke, Track},
    story::{Art, Composition, Visual},
    treatments::{
        Take,
        pieces::{
            bits, captions, charts, flourish,
            geometry::{Rect, SAFE_LEFT_PX, SAFE_RIGHT_PX, SAFE_TOP_PX},
            labels, layout,
            lettering::Lettering,
            motion,
            motion::Entrance,
            photo,
            pictures::{self, Standing},
            titles::{self, Setting},
        },
    },
};

mod studio;

/// Air between what is written above and the pictures.
const AIR_PX: f32 = 34.0;
/// Room above a hero for a counter: under a title there is none, and marks or a chart count.
const COUNTER_MIN_PX: f32 = 820.0;

/// Lays out one shot.
#[must_use]
pub fn scene(take: &Take) -> Scene {
    let mut layers = Vec::new();
    let mut front = Vec::new();
    let floor = captions::clear_above_px(take);
    let mut room = Rect::new(SAFE_LEFT_PX, SAFE_TOP_PX + 14.0, SAFE_RIGHT_PX, floor);
    let card = matches!(take.shot.visual, Visual::Card);
    if let Some(text) = titles::words(take) {
        let title = titles::set(take, &text, &heading(take, card, room));
        if card {
            layers_under_type(take, &title.area, &mut front);
        }
        room.top = title.area.bottom + AIR_PX;
        front.extend(title.layers);
    }
    // A card is all number; before a hero it must leave the hero its size.
    let counter_min_px = if card { 620.0 } else { COUNTER_MIN_PX };
    if let Some(number) = take.shot.figure.as_ref().filter(|_| room.height() > counter_min_px) {
        let tall = if card { 320.0 } else { 210.0 };
        let area = Rect::new(SAFE_LEFT_PX, room.top, SAFE_RIGHT_PX, room.top + tall);
        front.extend(charts::counter(
            take,
            number,
            area.grown(-16.0),
            if card { 320.0 } else { 200.0 },
        ));
        room.top = area.bottom + 14.0;
    }
    match &take.shot.visual {
        Visual::Photo { .. } | Visual::Clip { .. } => layers.extend(photo::layers(take)),
        Visual::Card => {
            layers.extend(studio::behind_words(take, room));
            if let Some(number) = &take.shot.figure {
                layers.extend(charts::chart(take, number, charts::suited(number), square(room)));
            }
            layers.extend(bits::bits(take, 7));
        }
        Visual::Drawing { hero, relatives, composition } => {
            let drawn = Drawn { hero, relatives, composition: *composition };
            layers.extend(drawing(take, &drawn, room));
        }
    }
    layers.extend(front);
    layers.extend(captions::layers(take));
    let focus = [540.0, room.centre()[1]];
    Scene {
        frames: take.shot.frames,
        camera: motion::camera(take.shot.camera, take.shot.frames, focus),
        layers,
    }
}

struct Drawn<'a> {
    hero: &'a Art,
    relatives: &'a [Art],
    composition: Composition,
}

/// A stroke of the accent under a card's words.
fn layers_under_type(take: &Take, area: &Rect, layers: &mut Vec<Layer>) {
    let half = (area.width() * 0.28).max(90.0);
    let d = format!("M{:.1} 0Q0 {:.1} {half:.1} -6", -half, 22.0);
    let stroke = Stroke { colour: take.palette.accent, width_px: 16.0, dash_px: Vec::new() };
    let at = [area.centre()[0], area.bottom + 40.0];
    layers.push(pictures::stroked("underline", d, at, stroke, 14.0, 14.0));
}

fn heading(take: &Take, card: bool, room: Rect) -> Setting {
    let loud = take.is_first() || take.is_close();
    let (height_px, size_px) = match (card, loud) {
        (true, _) => (640.0, 220.0),
        (false, true) => (330.0, 140.0),
        (false, false) => (220.0, 118.0),
    };
    Setting {
        top_px: if card && take.shot.figure.is_none() {
            room.top + (room.height() - 640.0).max(0.0) / 2.0
        } else {
            SAFE_TOP_PX + 16.0
        },
        height_px,
        size_px,
        lines: if card {
            4
        } else if loud {
            3
        } else {
            2
        },
        at_frame: if take.is_first() || card { -6.0 } else { -2.0 },
        ink: take.palette.ink,
        accent: take.palette.accent,
    }
}

fn drawing(take: &Take, drawn: &Drawn, room: Rect) -> Vec<Layer> {
    let number = take.shot.figure.as_ref();
    let chart = number.map_or(charts::Chart::None, charts::suited);
    let (pictures_room, chart_room) = divide(room, chart);
    let names: Vec<Option<String>> = drawn.relatives.iter().map(labels::spoken_name).collect();
    let labelled = names.iter().any(Option::is_some);
    // Labels hang under their pictures: leave them a line.
    let whole = room;
    let mut room = pictures_room;
    room.bottom -= if labelled { 96.0 } else { 0.0 };
    let composition = if chart == charts::Chart::Ring {
        // Laid out like a hero, but no arrow crosses the ring.
        Composition::Title
    } else {
        layout::suited(drawn.composition, room)
    };
    let drawn = &Drawn { composition, ..*drawn };
    let turn = take.variant("turn", 4);
    let turn = if chart == charts::Chart::Ring { 0 } else { turn };
    let mut slots = layout::slots(composition, room, drawn.relatives.len(), turn);
    let Some(hero) = slots.first_mut() else { return Vec::new() };
    if chart == charts::Chart::Ring {
        hero.area = hero.area.grown(-hero.area.width() * 0.17);
    }
    let hero = *hero;

    let clear =
        matches!(composition, Composition::Hero | Composition::Title | Composition::NumberCard);
    let mut layers = studio::layers(take, whole, hero.area, clear && chart == charts::Chart::None);
    if let Some(number) = number {
        let area = if chart == charts::Chart::Ring {
            hero.area.grown(hero.area.width() * 0.23)
        } else {
            chart_room
        };
        layers.extend(charts::chart(take, number, chart, area));
    }
    layers.extend(furniture(take, drawn, room, &slots));
    layers.extend(cast(take, drawn, room, &slots, &names));
    if composition == Composition::Versus && slots.len() > 1 {
        layers.push(badge(take, &slots[0].area, &slots[1].area));
    }
    layers.extend(bits::bits(take, 5));
    layers
}

/// The hero last, so that nothing covers it; labels and arrows with the pictures they name.
fn cast(
    take: &Take,
    drawn: &Drawn,
    room: Rect,
    slots: &[layout::Slot],
    names: &[Option<String>],
) -> Vec<Layer> {
    let hero_area = slots[0].area;
    let mut layers = Vec::new();
    let mut taken: Vec<Rect> = slots.iter().map(|slot| slot.area).collect();
    for (i, (art, slot)) in drawn.relatives.iter().zip(&slots[1..]).enumerate() {
        let entrance =
            [Entrance::Pop, Entrance::Swing(-24.0), Entrance::Rise(160.0)][(i + take.index) % 3];
        let standing = Standing {
            art,
            slot: slot.area,
            entrance,
            n: i + 1,
            float: 1.0,
            tilt_deg: slot.tilt_deg,
        };
        let mut layer = pictures::standing(take, &standing);
        let entered = layer.from_frame;
        if drawn.composition == Composition::Orbit {
            circle_round(take, &mut layer, room, hero_area.centre(), slot.area.centre());
        } else if let Some(name) = names.get(i).and_then(Option::as_ref) {
            let (label, area) = labels::under(take, name, slot.area, entered);
            if !taken.iter().any(|other| *other != slot.area && other.grown(-14.0).meets(&area)) {
                taken.push(area);
                layers.push(label);
            }
        }
        let leads = matches!(
            drawn.composition,
            Composition::Hero | Composition::Trio | Composition::NumberCard
        );
        if leads && i < 2 {
            layers.extend(labels::arrow(take, slot.area, hero_area, entered as f32 + 8.0));
        }
        layers.push(layer);
    }
    let entrance = if take.index.is_multiple_of(2) { Entrance::Pop } else { Entrance::Rise(220.0) };
    let hero = Standing {
        art: drawn.hero,
        slot: hero_area,
        entrance,
        n: 0,
        float: 1.0,
        tilt_deg: slots[0].tilt_deg,
    };
    let mut hero = pictures::standing(take, &hero);
    let entering: Vec<u32> = layers
        .iter()
        .filter(|layer| layer.name == "relative")
        .map(|layer| layer.from_frame)
        .collect();
    for at in flourish::owed(take, &entering) {
        hero.pose = motion::hop(hero.pose, at as f32);
        layers.push(flourish::burst(take, hero_area.centre(), hero_area.width() * 0.46, at));
    }
    layers.push(hero);
    layers
}

/// What a composition needs besides pictures: the orbit's track, the path, the badge of a duel.
fn furniture(take: &Take, drawn: &Drawn, room: Rect, slots: &[layout::Slot]) -> Vec<Layer> {
    let centre = slots[0].area.centre();
    let line = |alpha, width_px, dash_px| Stroke {
        colour: take.palette.ink.with_alpha(alpha),
        width_px,
        dash_px,
    };
    let mut layers = match drawn.composition {
        Composition::Orbit if slots.len() > 1 => {
            let (_, _, rx, ry) = layout::orbit_radii(room);
            let d = format!(
                "M0 {:.1}A{rx:.1} {ry:.1} 0 0 1 0 {ry:.1}A{rx:.1} {ry:.1} 0 0 1 0 {:.1}",
                -ry, -ry
            );
            vec![pictures::stroked(
                "orbit",
                d,
                centre,
                line(0.35, 6.0, vec![2.0, 20.0]),
                -4.0,
                24.0,
            )]
        }
        Composition::Versus if slots.len() > 1 => vec![field(take, &slots[0].area, &slots[1].area)],
        Composition::Path if slots.len() > 1 => {
            let mut d = String::new();
            let stops = slots[1..].iter().chain(&slots[..1]).map(|slot| slot.area.centre());
            let mut last = [0.0, 0.0];
            for (i, [x, y]) in stops.enumerate() {
                let (x, y) = (x - centre[0], y - centre[1]);
                let [lx, ly] = last;
                d.push_str(&if i == 0 {
                    format!("M{x:.1} {y:.1}")
                } else {
                    let middle = f32::midpoint(ly, y);
                    format!("C{lx:.1} {middle:.1} {x:.1} {middle:.1} {x:.1} {y:.1}")
                });
                last = [x, y];
            }
            let frames = take.shot.frames as f32 * 0.6;
            vec![pictures::stroked(
                "way",
                d,
                centre,
                line(0.5, 12.0, vec![2.0, 30.0]),
                -6.0,
                frames,
            )]
        }
        _ => Vec::new(),
    };
    if drawn.composition != Composition::Versus {
        layers.iter_mut().for_each(|layer| layer.depth = 1.0);
    }
    layers
}

/// The middle between two boxes.
fn between(left: &Rect, right: &Rect) -> [f32; 2] {
    let ([ax, ay], [bx, by]) = (left.centre(), right.centre());
    [f32::midpoint(ax, bx), f32::midpoint(ay, by)]
}

/// The field that the second contender stands on.
fn field(take: &Take, left: &Rect, right: &Rect) -> Layer {
    let [x, y] = between(left, right);
    let p = take.palette;
    let field = "M-70 -1300L760 -1300V1400H70Z".to_owned();
    let colour =
        if p.is_light() { p.accent.with_alpha(0.14) } else { p.lifted(0.55).with_alpha(0.5) };
    let mut field = pictures::filled("field", field, x, y, colour, 0.0);
    field.pose = motion::enter(field.pose, Entrance::Slide(300.0), -8.0);
    field
}

/// The badge between two contenders.
fn badge(take: &Take, left: &Rect, right: &Rect) -> Layer {
    let [x, y] = between(left, right);
    let plate = Lettering::title("VS", 64.0, take.palette.bg2).plated(
        take.palette.accent,
        26.0,
        14.0,
        60.0,
    );
    let pose = motion::enter(Pose::at(x, y), Entrance::Swing(-40.0), 8.0);
    plate.layer("badge", pose, 8)
}

/// Replaces a relative's stillness by a slow turn around the hero.
fn circle_round(take: &Take, layer: &mut Layer, room: Rect, centre: [f32; 2], from: [f32; 2]) {
    let (_, _, rx, ry) = layout::orbit_radii(room);
    let start = ((from[1] - centre[1]) / ry).atan2((from[0] - centre[0]) / rx);
    let mut x = Track::fixed(from[0]);
    let mut y = Track::fixed(from[1]);
    let steps = take.shot.frames.div_ceil(6) + 3;
    for i in 0..steps {
        let angle = start + (i + 1) as f32 * 6.0 * 0.012;
        let (begin, end) = (i as f32 * 6.0, (i + 1) as f32 * 6.0);
        x = x.to(begin, end, centre[0] + rx * angle.cos(), Ease::Linear);
        y = y.to(begin, end, centre[1] + ry * angle.sin(), Ease::Linear);
    }
    layer.pose.x_px = x;
    layer.pose.y_px = y;
}

/// Room for pictures and room for the chart.
fn divide(room: Rect, chart: charts::Chart) -> (Rect, Rect) {
    let cut = match chart {
        charts::Chart::Marks => 96.0,
        charts::Chart::Curve | charts::Chart::Bars => room.height() * 0.42,
        charts::Chart::Ring | charts::Chart::None => return (room, room),
    };
    if chart == charts::Chart::Marks {
        let row = Rect::new(room.left, room.top, room.right, room.top + cut - 16.0);
        return (Rect { top: room.top + cut, ..room }, row);
    }
    let chart_room = Rect { top: room.bottom - cut + 30.0, ..room };
    (Rect { bottom: room.bottom - cut, ..room }, chart_room)
}

fn square(room: Rect) -> Rect {
    let [x, y] = room.centre();
    let side = room.width().min(room.height()) * 0.8;
    Rect::around(x, y, side, side)
}
