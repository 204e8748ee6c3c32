//! What the character talks about: pictures that pop in beside it on their word.

use std::sync::Arc;

use crate::{
    scene::{Content, Layer, PhotoArt, SvgArt, Track},
    story::{Art, Visual},
    treatments::{
        Take,
        pieces::{
            geometry::Rect,
            motion::{self, Entrance},
            pictures,
        },
    },
};

/// Most things beside the character at once.
const THINGS_MAX: usize = 3;
/// Largest side of a thing.
const SIDE_PX_MAX: f32 = 240.0;

/// Something to show.
#[derive(Clone, Copy, Debug)]
pub(super) enum Thing<'a> {
    /// A drawing.
    Drawn(&'a Art),
    /// A photograph and its point of interest.
    Photo(&'a str, [f32; 2]),
}

/// The shot's pictures, but for the character itself.
pub(super) fn things<'a>(take: &Take<'a>) -> Vec<Thing<'a>> {
    let body = take.story.character.as_ref().and_then(|one| one.body.as_ref());
    match &take.shot.visual {
        Visual::Drawing { hero, relatives, .. } => std::iter::once(hero)
            .chain(relatives)
            .filter(|art| body.is_none_or(|body| **body != *art.svg))
            .take(THINGS_MAX)
            .map(Thing::Drawn)
            .collect(),
        Visual::Photo { picture, focus } => vec![Thing::Photo(picture, *focus)],
        Visual::Clip { .. } | Visual::Card => Vec::new(),
    }
}

/// When each comes on: on its word, or in its turn.
pub(super) fn entrances(take: &Take, things: &[Thing<'_>]) -> Vec<u32> {
    let last = take.shot.frames.saturating_sub(14);
    let at = |(n, thing): (usize, &Thing<'_>)| {
        let turn = 10 + 16 * u32::try_from(n).unwrap_or(0);
        match thing {
            Thing::Drawn(art) if art.named_by.is_some() => art.at_frame.saturating_sub(2),
            Thing::Drawn(art) => art.at_frame.max(turn),
            Thing::Photo(..) => turn,
        }
        .min(last)
    };
    things.iter().enumerate().map(at).collect()
}

/// The things, one above the other in their column.
pub(super) fn layers(take: &Take, things: &[Thing<'_>], column: Rect) -> Vec<Layer> {
    let count = things.len().max(1) as f32;
    let pitch = (column.height() / count).min(SIDE_PX_MAX + 60.0);
    let side = SIDE_PX_MAX.min(pitch - 24.0);
    let top = column.top + (column.height() - pitch * count) * 0.4;
    let [x, _] = column.centre();
    let mut layers = Vec::new();
    for (n, (thing, at)) in things.iter().zip(entrances(take, things)).enumerate() {
        let y = top + pitch * (n as f32 + 0.5);
        let content = match thing {
            Thing::Drawn(art) => Content::Svg(SvgArt {
                svg: Arc::clone(&art.svg),
                width_px: side,
                height_px: side,
                shadow: Some(pictures::shadow(take)),
                blur_px: 0.0,
            }),
            Thing::Photo(picture, focus) => Content::Photo(PhotoArt {
                picture: (*picture).to_owned(),
                width_px: side,
                height_px: side * 1.3,
                corner_radius_px: 28.0,
                focus: *focus,
                zoom: Track::fixed(1.0),
            }),
        };
        let mut pose = Rect::around(x, y, side, side).pose();
        pose.idle = Some(motion::idle(n + 1, 1.0));
        let entrance = [Entrance::Pop, Entrance::Swing(-20.0), Entrance::Drop(90.0)][n % 3];
        layers.push(Layer {
            name: "thing".into(),
            content,
            depth: 1.0,
            from_frame: at,
            until_frame: u32::MAX,
            pose: motion::enter(pose, entrance, at as f32),
        });
    }
    layers
}
