//! Where hero and relatives stand, by named composition, inside the room that text leaves free.
//! Slots are squares that never meet each other, except relatives that orbit.

use crate::story::Composition;

use super::geometry::Rect;

/// Smallest side of a relative.
const RELATIVE_MIN_PX: f32 = 120.0;
/// What a hero gives way by, and how often at most: to 57 % of its side.
const HERO_STEP: f32 = 0.945;
const HERO_STEPS: i32 = 11;
/// Air between two slots.
const GAP_PX: f32 = 20.0;

/// A square on stage and how it leans.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slot {
    /// Square.
    pub area: Rect,
    /// Resting tilt.
    pub tilt_deg: f32,
}

/// The composition to use in a room: what needs height falls back where there is little.
#[must_use]
pub fn suited(composition: Composition, room: Rect) -> Composition {
    match composition {
        Composition::Orbit if room.height() < 700.0 => Composition::Hero,
        Composition::Path if room.height() < 640.0 => Composition::Hero,
        Composition::Parade if room.height() < 560.0 => Composition::Hero,
        other => other,
    }
}

/// Slots for the hero (first) and up to three relatives. `turn` 0–3 varies the arrangement;
/// odd turns are mirrored.
#[must_use]
pub fn slots(composition: Composition, room: Rect, relatives: usize, turn: usize) -> Vec<Slot> {
    let count = relatives.min(3);
    let wide = match composition {
        Composition::Hero | Composition::Title => match turn {
            0 => corners(room, count),
            1 => column(room, count),
            2 => crown(room, count),
            _ => steps(room, count),
        },
        Composition::NumberCard => corners(room, count),
        Composition::Trio => {
            if turn.is_multiple_of(2) {
                trio(room, count)
            } else {
                crown(room, count)
            }
        }
        Composition::Parade => parade(room, count),
        Composition::Orbit => orbit(room, count),
        Composition::Versus => versus(room, count),
        Composition::Path => winding(room, count),
    };
    let mirrored = turn % 2 == 1 && composition != Composition::Versus;
    let centre = room.centre()[0];
    let placed = |share: f32| -> Vec<Slot> {
        let place = |(i, (x, y, side, tilt_deg)): (usize, Spot)| {
            let side = if i == 0 { side * share } else { side };
            let (x, tilt_deg) =
                if mirrored { (2.0 * centre - x, -tilt_deg) } else { (x, tilt_deg) };
            Slot { area: inside(room, Rect::around(x, y, side, side)), tilt_deg }
        };
        wide.iter().copied().enumerate().map(place).collect()
    };
    if composition == Composition::Orbit {
        return placed(1.0);
    }
    // Nobody is sent away for the hero's size: it gives way until everyone has a place.
    let mut best: Vec<Slot> = Vec::new();
    for step in 0..HERO_STEPS {
        let slots = separate(placed(HERO_STEP.powi(step)));
        if slots.len() > best.len() {
            best = slots;
        }
        if best.len() == wide.len() {
            break;
        }
    }
    best
}

type Spot = (f32, f32, f32, f32);

/// Hero in the middle, relatives towards the corners.
fn corners(room: Rect, count: usize) -> Vec<Spot> {
    let [x, y] = room.centre();
    let small = (room.width() * 0.25).min(room.height() * 0.34).clamp(RELATIVE_MIN_PX, 230.0);
    let tall = room.height() > 820.0;
    let hero = if count == 0 || tall {
        (room.height() * 0.94).min(640.0)
    } else {
        // Low rooms: relatives stand beside the hero rather than above and below it.
        (room.height() * 0.98).min(room.width() - 1.3 * small)
    };
    let (dx, dy) = (room.width() / 2.0 - small * 0.4, room.height() / 2.0 - small / 2.0);
    let (hero_x, hero_y) = match (count, tall) {
        (1, false) => (x - small * 0.3, y),
        (2, true) => (x, y + small * 0.2),
        (1, true) => (x, y + small * 0.36),
        _ => (x, y),
    };
    let mut spots = vec![(hero_x, hero_y, hero, 0.0)];
    let around = if tall {
        [(dx, -dy, 10.0), (-dx, -dy, -10.0), (-dx * 0.98, dy, 6.0)]
    } else {
        [(dx, -dy * 0.7, 10.0), (-dx, -dy, -10.0), (-dx * 0.98, dy, 6.0)]
    };
    spots.extend(around.iter().take(count).map(|(ox, oy, tilt)| (x + ox, y + oy, small, *tilt)));
    spots
}

/// Hero to one side, relatives in a column on the other.
fn column(room: Rect, count: usize) -> Vec<Spot> {
    if count == 0 {
        return corners(room, 0);
    }
    let hero = (room.width() * 0.7).min(room.height() * 0.94);
    let left = room.left - 36.0 + hero / 2.0;
    let side = (room.height() / count as f32 - GAP_PX).clamp(RELATIVE_MIN_PX, 270.0);
    let pitch = (room.height() / count as f32).min(side + 90.0);
    let [_, y] = room.centre();
    let mut spots = vec![(left, y, hero, -3.0)];
    for i in 0..count {
        let offset = i as f32 - (count as f32 - 1.0) / 2.0;
        spots.push((room.right - side / 2.0 + 10.0, y + offset * pitch, side, 5.0));
    }
    spots
}

/// Hero low, relatives in an arc above it.
fn crown(room: Rect, count: usize) -> Vec<Spot> {
    if room.height() < 640.0 {
        return corners(room, count);
    }
    let small = (room.height() * 0.25).clamp(RELATIVE_MIN_PX, 230.0);
    let hero = (room.height() - small * 0.86 - GAP_PX).min(600.0);
    let [x, _] = room.centre();
    let mut spots = vec![(x, room.bottom - hero / 2.0, hero, 0.0)];
    let arc: &[(f32, f32)] = match count {
        0 => &[],
        1 => &[(0.0, 0.0)],
        2 => &[(-0.3, 0.1), (0.3, 0.1)],
        _ => &[(-0.37, 0.5), (0.0, 0.0), (0.37, 0.5)],
    };
    spots.extend(arc.iter().enumerate().map(|(i, (dx, dy))| {
        let top = room.top + small / 2.0 + dy * small * 0.6;
        (x + dx * room.width(), top, small, (i as f32 - 1.0) * 8.0)
    }));
    spots
}

/// A diagonal of growing steps that ends in the hero.
fn steps(room: Rect, count: usize) -> Vec<Spot> {
    if room.height() < 740.0 {
        return column(room, count);
    }
    let hero = (room.height() * 0.66).min(580.0);
    let mut spots = vec![(room.right - hero / 2.0, room.bottom - hero / 2.0, hero, 3.0)];
    for i in 0..count {
        let along = i as f32 / 2.0;
        let side = (250.0 - 40.0 * along * 2.0).max(RELATIVE_MIN_PX + 20.0);
        let x = room.left + side / 2.0 + along * room.width() * 0.62;
        let y = room.top + side / 2.0 + (1.0 - along) * room.height() * 0.22;
        spots.push((x, y, side, -6.0 + 6.0 * i as f32));
    }
    spots
}

fn trio(room: Rect, count: usize) -> Vec<Spot> {
    if room.height() < 640.0 {
        return corners(room, count);
    }
    let [x, _] = room.centre();
    let hero = (room.height() * 0.62).min(560.0);
    let pair = (room.height() * 0.36).min(300.0);
    let mut spots = vec![(x, room.top + hero / 2.0, hero, 0.0)];
    let low = room.bottom - pair / 2.0;
    let feet = [(-0.31, -7.0), (0.31, 7.0), (0.0, 0.0)];
    for (i, (dx, tilt)) in feet.iter().take(count).enumerate() {
        let side = if i == 2 { pair * 0.62 } else { pair };
        spots.push((x + dx * room.width(), low, side, *tilt));
    }
    spots
}

fn parade(room: Rect, count: usize) -> Vec<Spot> {
    let ground = room.bottom - room.height() * 0.1;
    let hero = (room.width() * 0.52).min(room.height() * 0.8);
    let mut spots = vec![(room.left + hero / 2.0, ground - hero / 2.0, hero, -2.0)];
    let left = room.left + hero + GAP_PX;
    let row = room.right + 40.0 - left;
    match count {
        0 => spots[0].0 = room.centre()[0],
        1 => spots.push((left + row / 2.0, ground - row * 0.42, (row * 0.9).min(300.0), 3.0)),
        _ => {
            let side = (row / 2.0 - GAP_PX / 2.0).clamp(RELATIVE_MIN_PX + 30.0, 260.0);
            for i in 0..count {
                let (column, high) = if i < 2 { (i as f32, 0.0) } else { (0.5, 1.0) };
                let x = left + side / 2.0 + column * (side + GAP_PX);
                let y = ground - side / 2.0 - high * (side + 60.0);
                spots.push((x, y, side, if i == 1 { 5.0 } else { -4.0 }));
            }
        }
    }
    spots
}

/// Start places on the ellipse that [`orbit_radii`] describes.
fn orbit(room: Rect, count: usize) -> Vec<Spot> {
    let [x, y] = room.centre();
    let (hero, small, rx, ry) = orbit_radii(room);
    let mut spots = vec![(x, y, hero, 0.0)];
    for i in 0..count {
        let angle = std::f32::consts::TAU * (i as f32 / count as f32) - 0.9;
        spots.push((x + rx * angle.cos(), y + ry * angle.sin(), small, 0.0));
    }
    spots
}

/// Side of the hero, side of a relative, and both radii of an orbit that fits the room.
#[must_use]
pub fn orbit_radii(room: Rect) -> (f32, f32, f32, f32) {
    let small = (room.height() * 0.2).clamp(RELATIVE_MIN_PX, 190.0);
    let rx = (room.width() - small) / 2.0;
    let ry = (room.height() - small) / 2.0;
    let hero = (2.0 * ry - small * 0.9).min(470.0);
    (hero, small, rx, ry.min(rx * 1.1))
}

fn versus(room: Rect, count: usize) -> Vec<Spot> {
    if count == 0 {
        return corners(room, 0);
    }
    let below = if count > 1 { (room.height() * 0.28).min(230.0) } else { 0.0 };
    let duel = Rect { bottom: room.bottom - below, ..room };
    let side = (room.width() / 2.0 - 10.0).min(duel.height() * 0.86);
    let step = (duel.height() - side).min(120.0) / 2.0;
    let [x, y] = duel.centre();
    let apart = (side + 20.0).max(room.width() * 0.5) / 2.0;
    let mut spots = vec![(x - apart, y - step, side, -4.0), (x + apart, y + step, side, 4.0)];
    let low = room.bottom - below / 2.0;
    let small = below - GAP_PX;
    match count {
        1 => {}
        2 => spots.push((x - apart, low, small, -5.0)),
        _ => spots.extend([(x - apart, low, small, -5.0), (x + apart, low, small * 0.8, 5.0)]),
    }
    spots
}

/// Way points of a winding path, the hero at its end.
fn winding(room: Rect, count: usize) -> Vec<Spot> {
    // One stop leaves the goal more room than three.
    let (share, most, first) = if count < 2 { (0.66, 600.0, 250.0) } else { (0.54, 520.0, 210.0) };
    let hero = (room.height() * share).min(most);
    let mut spots = vec![(room.right - hero / 2.0, room.top + hero / 2.0, hero, 0.0)];
    let way = [(0.13, 0.88, first), (0.62, 0.8, 190.0), (0.16, 0.42, 180.0)];
    for (fx, fy, side) in way.iter().take(count) {
        spots.push((room.left + fx * room.width(), room.top + fy * room.height(), *side, 0.0));
    }
    spots
}

/// Moves a slot into the room (pictures may lean 40 px past its sides).
fn inside(room: Rect, area: Rect) -> Rect {
    let side = area.width().min(room.width() + 80.0).min(room.height());
    let [x, y] = area.centre();
    let half = side / 2.0;
    let clamp = |v: f32, low: f32, high: f32| {
        if low > high { f32::midpoint(low, high) } else { v.clamp(low, high) }
    };
    Rect::around(
        clamp(x, room.left - 40.0 + half, room.right + 40.0 - half),
        clamp(y, room.top + half, room.bottom - half),
        side,
        side,
    )
}

/// Shrinks relatives about the side they have to spare until no two slots meet; drops what would
/// become too small to recognise.
fn separate(slots: Vec<Slot>) -> Vec<Slot> {
    let mut kept: Vec<Slot> = Vec::new();
    for slot in slots {
        let mut area = slot.area;
        // Pictures fill about 92 % of their box: let boxes touch by that much.
        let clear = |area: &Rect| {
            kept.iter().all(|other| !area.grown(-10.0).meets(&other.area.grown(-10.0)))
        };
        while !clear(&area) && area.width() > RELATIVE_MIN_PX {
            area = area.grown(-6.0);
        }
        if kept.is_empty() || clear(&area) {
            kept.push(Slot { area, ..slot });
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Composition; 8] = [
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
    fn pictures_stay_in_their_room_and_off_each_other() {
        let stage = Rect::stage();
        let rooms = (0..10).map(|step| Rect { top: stage.top + 56.0 * step as f32, ..stage });
        for room in rooms {
            for composition in ALL {
                for turn in 0..4 {
                    for count in 0..4 {
                        let composition = suited(composition, room);
                        let slots = slots(composition, room, count, turn);
                        check(
                            room,
                            &slots,
                            composition,
                            &format!("{composition:?} {turn} {count} {room:?}"),
                        );
                        assert_eq!(
                            slots.len(),
                            count + 1,
                            "{composition:?} {turn} {room:?}: somebody is missing"
                        );
                    }
                }
            }
        }
    }

    fn check(room: Rect, slots: &[Slot], composition: Composition, case: &str) {
        let lean = Rect::new(room.left - 41.0, room.top, room.right + 41.0, room.bottom);
        for (i, slot) in slots.iter().enumerate() {
            assert!(lean.holds(&slot.area), "{case}: {i} leaves the room: {:?}", slot.area);
            for other in &slots[i + 1..] {
                let ([ax, ay], [bx, by]) = (slot.area.centre(), other.area.centre());
                let radii = (slot.area.width() + other.area.width()) / 2.0;
                // What orbits is round: its circles, not its boxes, must keep apart.
                let apart =
                    composition == Composition::Orbit && (ax - bx).hypot(ay - by) > 0.9 * radii;
                let meets = slot.area.grown(-11.0).meets(&other.area.grown(-11.0));
                assert!(apart || !meets, "{case}: {slots:?}");
            }
        }
    }
}
