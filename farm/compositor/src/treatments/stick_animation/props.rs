//! What stands round the figure: pictures that pop in on their word, a taped photograph, labels and
//! numbers, and the strokes that tie them together.

use std::sync::Arc;

use rand::Rng as _;

use crate::{
    figure::{Figure, Verb, hand_px},
    palette::WHITE,
    scene::{Content, Ease, Layer, PathArt, PhotoArt, Pose, Rgba, Shadow, SvgArt, Track},
    story::{Art, Visual},
    treatments::{
        Take,
        pieces::{
            lettering::Lettering,
            motion::{self, Entrance},
        },
    },
};

use super::{
    Stage,
    acting::{self, Part},
    pen::{self, Pen},
};

/// Soft shadow of things lying on paper.
const SHADOW: Shadow = Shadow { blur_px: 16.0, offset_y_px: 24.0, colour: Rgba(70, 54, 24, 96) };

/// True where the hero is already there when the shot begins: the first, and the last that echoes
/// it.
fn stands_ready(take: &Take) -> bool {
    take.is_first() || take.is_close()
}

/// A word that comes later than this leaves the stage bare for too long.
const BARE_FRAMES_MAX: u32 = 36;
/// The same for the hero's place, where a relative is there by [`COMPANY_FRAMES_MAX`].
const HERO_BARE_FRAMES_MAX: u32 = 60;
/// A relative that comes later does not fill the stage.
const COMPANY_FRAMES_MAX: u32 = 24;
/// Something that does not wait for its word comes about here; neighbouring shots differ.
const EARLY_FRAMES: [u32; 3] = [6, 8, 10];
/// What came on so long before its word can be pointed out once more when the word is spoken.
const ECHO_FRAMES_MIN: u32 = 24;

/// When the hero comes on: on frame 0 in the first and last shots, else on its word. It does not
/// wait for a late word on a bare stage, nor for one that is spoken after the figure points at it.
pub(super) fn hero_frame(take: &Take, stage: &Stage) -> Option<u32> {
    let pointed = take.shot.acts.iter().filter(|(verb, _)| *verb == Verb::Point);
    let pointed = pointed.map(|(_, at)| at.saturating_sub(acting::LEAD_FRAMES)).min();
    let own = match &take.shot.visual {
        Visual::Drawing { .. } | Visual::Photo { .. } if stands_ready(take) => 0,
        Visual::Drawing { hero, relatives, .. } => {
            let carries = take.shot.acts.iter().any(|(verb, _)| *verb == Verb::Carry);
            // What is carried comes when it is taken up; what has no spot does not come.
            let beside = relatives.iter().take(stage.relatives.0.len()).skip(usize::from(carries));
            let company = beside.map(|art| art.at_frame).min();
            let accompanied = company.is_some_and(|frame| frame <= COMPANY_FRAMES_MAX);
            let patience = if accompanied { HERO_BARE_FRAMES_MAX } else { BARE_FRAMES_MAX };
            if hero.at_frame > patience {
                EARLY_FRAMES[take.index % EARLY_FRAMES.len()]
            } else {
                hero.at_frame
            }
        }
        Visual::Photo { .. } => 8,
        Visual::Clip { .. } | Visual::Card => return None,
    };
    Some(pointed.map_or(own, |at| at.min(own)))
}

/// When the hero's word is spoken, where it came on well before.
fn echo_frame(take: &Take, stage: &Stage) -> Option<u32> {
    let Visual::Drawing { hero, .. } = &take.shot.visual else { return None };
    let came = hero_frame(take, stage)?;
    let named = hero.named_by.is_some() && hero.at_frame >= came + ECHO_FRAMES_MIN;
    named.then_some(hero.at_frame)
}

/// When the figure and the pen turn to the hero: on its word; where no word names it, or the first
/// or last shot shows it at once, when it is there.
pub(super) fn heed_frame(take: &Take, stage: &Stage) -> Option<u32> {
    match echo_frame(take, stage) {
        Some(frame) if !stands_ready(take) => Some(frame),
        _ => hero_frame(take, stage),
    }
}

/// From when on there is something to point at: the hero, or what is lettered on a bare sheet.
pub(super) fn shown_frame(take: &Take, stage: &Stage) -> Option<u32> {
    hero_frame(take, stage).or_else(|| label_frame(take, stage))
}

/// Hero and relatives, or the photograph.
pub(super) fn pictures(take: &Take, stage: &Stage) -> Vec<Layer> {
    let at = hero_frame(take, stage).unwrap_or(0);
    let (centre, side) = stage.hero;
    match &take.shot.visual {
        Visual::Drawing { hero, relatives, .. } => {
            let mut leading = drawing(take, hero, centre, side, at, 0);
            if let Some(frame) = echo_frame(take, stage) {
                leading.pose = motion::hop(leading.pose, frame as f32);
            }
            let mut layers = vec![leading];
            let (spots, small) = &stage.relatives;
            for (n, (art, spot)) in relatives.iter().zip(spots).enumerate() {
                layers.push(drawing(take, art, *spot, *small, art.at_frame.max(4), n + 1));
            }
            layers
        }
        Visual::Photo { picture, focus } => photograph(take, picture, *focus, centre, side, at),
        Visual::Clip { .. } | Visual::Card => Vec::new(),
    }
}

fn drawing(take: &Take, art: &Art, at: [f32; 2], side: f32, frame: u32, n: usize) -> Layer {
    let content = SvgArt {
        svg: Arc::clone(&art.svg),
        width_px: side,
        height_px: side,
        shadow: Some(SHADOW),
        blur_px: 0.0,
    };
    let mut pose = Pose::at(at[0], at[1]);
    pose.idle = Some(motion::idle(take.index + n, 1.0));
    let entrances =
        [Entrance::Pop, Entrance::Swing(-16.0), Entrance::Drop(120.0), Entrance::Swing(14.0)];
    let still = stands_ready(take) && n == 0;
    let entrance =
        if still { Entrance::Settle } else { entrances[(take.index + n) % entrances.len()] };
    let pose = motion::enter(pose, entrance, if still { -8.0 } else { frame as f32 });
    Layer {
        name: if n == 0 { "hero" } else { "relative" }.into(),
        content: Content::Svg(content),
        depth: 1.0,
        from_frame: frame,
        until_frame: u32::MAX,
        pose,
    }
}

/// What the figure carries: the first relative rides in its hands while it walks with a load and is
/// set down where it stops.
pub(super) fn carried(lead: &Part, figure: &Figure, ground_px: f32, layers: &mut [Layer]) {
    let Some(act) = lead.acts.iter().find(|act| act.verb == Verb::Carry) else { return };
    let Some(load) = layers.iter_mut().find(|layer| layer.name == "relative") else { return };
    let Content::Svg(art) = &mut load.content else { return };
    let side = figure.height_px * 0.38;
    (art.width_px, art.height_px) = (side, side);
    let (hand_x, hand_y) = hand_px(figure, act.from_frame as f32 + 12.0);
    let reach = hand_x + hand_x.signum() * side * 0.18;
    let mut pose = Pose::at(0.0, 0.0);
    pose.x_px = lead.x_px.clone();
    pose.x_px.base += reach;
    for key in &mut pose.x_px.keys {
        key.value += reach;
    }
    let end = act.until_frame as f32;
    let held = ground_px + hand_y - side * 0.34;
    pose.y_px = Track::fixed(held).to(end, end + 8.0, ground_px - side * 0.5, Ease::In);
    let start = act.from_frame as f32 + 1.0;
    pose.scale_x = Track::fixed(0.3).to(start, start + 10.0, 1.0, Ease::Spring(0.08));
    pose.scale_y = pose.scale_x.clone();
    load.pose = pose;
    load.from_frame = act.from_frame + 1;
}

/// A print with a white border, held by a strip of tape.
fn photograph(
    take: &Take,
    picture: &str,
    focus: [f32; 2],
    [x, y]: [f32; 2],
    side: f32,
    at: u32,
) -> Vec<Layer> {
    let tilt = if take.index.is_multiple_of(2) { -3.5 } else { 3.0 };
    let end = take.shot.frames.max(1) as f32;
    let place = || {
        let mut pose = Pose::at(x, y);
        pose.rotation_deg = Track::fixed(tilt);
        let entrance = if stands_ready(take) { Entrance::Settle } else { Entrance::Drop(90.0) };
        motion::enter(pose, entrance, if stands_ready(take) { -8.0 } else { at as f32 })
    };
    let print = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 100 100'><rect width='100' height='100' rx='2' \
         fill='{}'/></svg>",
        WHITE.css()
    );
    let border = SvgArt {
        svg: print.into(),
        width_px: side + 44.0,
        height_px: side + 44.0,
        shadow: Some(SHADOW),
        blur_px: 0.0,
    };
    let photo = PhotoArt {
        picture: picture.to_owned(),
        width_px: side,
        height_px: side,
        corner_radius_px: 4.0,
        focus,
        zoom: Track::fixed(1.0).to(0.0, end, 1.10, Ease::InOut),
    };
    let tape = PathArt {
        d: format!("M-70 {0} H70 L64 {1} H-66 Z", -side / 2.0 - 50.0, -side / 2.0 + 4.0),
        fill: Some(Rgba(240, 214, 140, 190)),
        stroke: None,
        trim_from: Track::fixed(0.0),
        trim_to: Track::fixed(1.0),
    };
    [
        ("print", Content::Svg(border)),
        ("hero", Content::Photo(photo)),
        ("tape", Content::Path(tape)),
    ]
    .map(|(name, content)| Layer {
        name: name.into(),
        content,
        depth: 1.0,
        from_frame: at,
        until_frame: u32::MAX,
        pose: place(),
    })
    .into()
}

/// Label or number, and the strokes between figure, hero and label.
pub(super) fn notes(take: &Take, stage: &Stage, pen: Pen) -> Vec<Layer> {
    let mut rng = take.rng("notes");
    let mut layers = Vec::new();
    label(take, stage, pen, &mut layers);
    let Some(at) = heed_frame(take, stage) else { return layers };
    let start = if stands_ready(take) { 2.0 } else { at as f32 + 10.0 };
    let ([x, y], side) = stage.hero;
    let half = side / 2.0;
    match take.variant("note", 4) {
        0 | 3 if stage.lead.height_px > 450.0 => {
            // From the pointing hand to the edge of the hero.
            let facing = if stage.mirrored { -1.0 } else { 1.0 };
            let hand = [
                stage.lead.from_px + facing * stage.lead.height_px * 0.34,
                stage.ground_px - stage.lead.height_px * 0.86,
            ];
            let toward = [x - facing * half * 0.86, y + half * 0.28];
            let (dx, dy) = (toward[0] - hand[0], toward[1] - hand[1]);
            if dx.hypot(dy) < 150.0 || dy > 120.0 {
                layers.push(shine(pen, [x, y], half, start));
                return layers;
            }
            let to = [dx, dy];
            let bulge = facing * 34.0;
            let path = pen::arc([0.0, 0.0], to, bulge);
            if take.variant("note", 4) == 0 {
                layers.push(pen.dashed(
                    "dotted arc",
                    path,
                    hand,
                    (start, start + 16.0),
                    vec![1.0, 26.0],
                ));
            } else {
                layers.push(pen.draws("arrow", path, hand, (start, start + 12.0)));
                let head = pen::arrow_head([0.0, 0.0], to, bulge, 40.0);
                layers.push(pen.draws("arrow head", head, hand, (start + 11.0, start + 16.0)));
            }
        }
        1 => {
            let ring = pen::ring(half * 1.16, half * 1.12, &mut rng);
            layers.push(pen.draws("ring", ring, [x, y], (start, start + 20.0)));
        }
        _ => layers.push(shine(pen, [x, y], half, start)),
    }
    layers
}

/// Rays over the hero.
fn shine(pen: Pen, at: [f32; 2], half: f32, start: f32) -> Layer {
    let rays = pen::rays(half * 1.10, half * 0.18, -150.0, -30.0, 7);
    pen.draws("shine", rays, at, (start, start + 14.0))
}

/// The number of a shot, or else the words that are set on it.
pub(super) fn label_text<'a>(take: &Take<'a>) -> Option<&'a str> {
    let words = || take.shot.on_screen.as_deref().map(str::trim).filter(|text| !text.is_empty());
    take.shot.figure.as_ref().map(|number| number.text.as_str()).or_else(words)
}

/// A number is written as it is spoken, words once the hero is there.
fn label_frame(take: &Take, stage: &Stage) -> Option<u32> {
    label_text(take)?;
    Some(match &take.shot.figure {
        Some(number) => number.at_frame,
        None if take.is_first() => 0,
        None => hero_frame(take, stage).unwrap_or(0) + 8,
    })
}

/// The words or the number on the paper, underlined or ringed.
fn label(take: &Take, stage: &Stage, pen: Pen, layers: &mut Vec<Layer>) {
    let ([x, y], widest) = stage.label;
    let mut rng = take.rng("label");
    let tilt = if rng.random_bool(0.7) { -3.5 } else { 2.5 };
    let (Some(at), Some(text)) = (label_frame(take, stage), label_text(take)) else { return };
    let size = if take.shot.figure.is_some() { 132.0 } else { 78.0 };
    let lettering =
        Lettering::title(text, size, pen.colour).weight(800).fitted(take, widest, 190.0);
    let [width, height] = lettering.size(take);
    let mut pose = Pose::at(x, y);
    pose.rotation_deg = Track::fixed(tilt);
    pose.idle = Some(motion::idle(take.index + 5, 0.4));
    let first = take.is_first() && at == 0;
    pose = motion::enter(
        pose,
        if first { Entrance::Settle } else { Entrance::Swing(-8.0) },
        if first { -8.0 } else { at as f32 },
    );
    let mut layer = lettering.layer("label", pose, at);
    layer.depth = 1.0;
    layers.push(layer);
    let start = at as f32 + 8.0;
    let mut stroke = if take.shot.figure.is_some() {
        let ring = pen::ring(width / 2.0 + 44.0, height / 2.0 + 22.0, &mut rng);
        pen.draws("number ring", ring, [x, y], (start, start + 18.0))
    } else {
        let line = pen::wobbly_line(width * 0.94, &mut rng);
        pen.draws("underline", line, [x, y + height / 2.0 + 12.0], (start, start + 12.0))
    };
    stroke.pose.rotation_deg = Track::fixed(tilt);
    layers.push(stroke);
}
