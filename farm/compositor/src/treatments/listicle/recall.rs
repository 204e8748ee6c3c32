//! The close of a listicle: the items' pictures once more.

use crate::{
    scene::Layer,
    story::{Art, ShotRole, Visual},
    treatments::{
        Take,
        pieces::{
            flourish,
            geometry::Rect,
            motion::{self, Entrance},
            pictures::{self, Standing},
        },
    },
};

/// Heroes of the items, for the close.
pub(super) fn heroes<'a>(take: &Take<'a>) -> Vec<&'a Art> {
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
pub(super) fn layers(take: &Take, room: Rect) -> Vec<Layer> {
    let heroes = self::heroes(take);
    let columns = if heroes.len() <= 4 { 2 } else { 3 };
    let rows = heroes.len().div_ceil(columns).max(1);
    let side =
        (room.width() / columns as f32 - 30.0).min(room.height() / rows as f32 - 30.0).min(360.0);
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
