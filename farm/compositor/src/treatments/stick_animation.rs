//! The `stick_animation` world: figures on paper act what is said, props pop in on their word,
//! arrows, arcs and underlines draw themselves.

mod acting;
mod paper;
mod pen;
mod props;

use rand::Rng as _;

use crate::{
    figure::{Act, Figure, Verb},
    palette::WHITE,
    scene::{Content, Layer, Pose, Rgba, Scene},
    story::Visual,
    treatments::{
        Take,
        pieces::{captions, motion},
    },
};

use acting::{Part, Sights, Way};
use pen::Pen;

/// Figures and lines are inked in this.
const INK: Rgba = Rgba(24, 25, 30, 255);
/// Captions mark the active word in this light blue.
const CAPTION_BLUE: Rgba = Rgba(104, 196, 255, 255);
/// Ink of arrows and labels, one a shot; each readable on paper.
const PENS: [Rgba; 4] = [
    Rgba(28, 100, 214, 255),
    Rgba(206, 52, 42, 255),
    Rgba(20, 122, 70, 255),
    Rgba(112, 56, 200, 255),
];

/// Where things stand in a shot.
#[derive(Clone, Debug, PartialEq)]
struct Stage {
    /// Ground under all feet.
    ground_px: f32,
    /// The leading figure's way and whether it faces left.
    lead: Way,
    mirrored: bool,
    /// The listener's place, if there are two.
    listener_px: Option<f32>,
    /// Centre and side of the hero's box.
    hero: ([f32; 2], f32),
    /// Centres of relatives, and their side.
    relatives: (Vec<[f32; 2]>, f32),
    /// Centre and widest extent of the label or number.
    label: ([f32; 2], f32),
}

/// Lays out one shot.
#[must_use]
pub fn scene(take: &Take) -> Scene {
    let stage = stage(take);
    let pen = Pen { colour: PENS[take.variant("pen", PENS.len())], width_px: 11.0 };
    let sights = Sights {
        shown_frame: props::shown_frame(take, &stage),
        heed_frame: props::heed_frame(take, &stage),
    };
    let alone = stage.listener_px.is_none();
    let walks_in = (alone && !take.is_first() && !take.is_close() && !take.index.is_multiple_of(3))
        .then(|| walk_in_from(take, &stage))
        .flatten();
    let lead = acting::lead(take, stage.lead, sights, walks_in);
    let mut layers = paper::layers(take);
    layers.push(ground(take, &stage));
    let figure = figure_layer(take, &stage, &lead, true);
    let mut pictures = props::pictures(take, &stage);
    if let Content::Figure(body) = &figure.content {
        props::carried(&lead, body, stage.ground_px, &mut pictures);
    }
    layers.extend(pictures);
    layers.extend(props::notes(take, &stage, pen));
    layers.push(figure);
    layers.extend(marks(&lead, stage.lead, stage.ground_px, stage.mirrored, pen));
    if let Some(x) = stage.listener_px {
        layers.push(figure_layer(take, &stage, &acting::listener(take, x), false));
    }
    for mut caption in captions::layers(take) {
        if let Content::Caption(page) = &mut caption.content {
            page.accent = CAPTION_BLUE;
        }
        layers.push(caption);
    }
    let focus = [540.0, 760.0];
    Scene {
        frames: take.shot.frames,
        camera: motion::camera(take.shot.camera, take.shot.frames, focus),
        layers,
    }
}

/// Picks the arrangement: the script's verbs first, then variety.
fn stage(take: &Take) -> Stage {
    let ground_px = (captions::clear_above_px(take) - 34.0).min(1176.0);
    let does = |test: fn(Verb) -> bool| take.shot.acts.iter().any(|(verb, _)| test(*verb));
    let moves = does(acting::travels);
    let falls = does(|verb| verb == Verb::Fall);
    let two_speak = take.shot.lines.iter().any(|line| line.speaker.is_some_and(|who| who > 0));
    let bare = matches!(take.shot.visual, Visual::Clip { .. } | Visual::Card);
    let mirrored = take.variant("side", 2) == 1;
    let kind = if moves || falls || bare {
        2
    } else if two_speak {
        3
    } else {
        [0, 2, 0, 3, 1][take.variant("stage", 5)]
    };
    let g = ground_px;
    let mut stage = match kind {
        0 => Stage {
            ground_px,
            lead: Way { from_px: 296.0, to_px: 296.0, height_px: 640.0 },
            mirrored,
            listener_px: None,
            hero: ([732.0, g - 664.0], 400.0),
            relatives: (vec![[880.0, g - 110.0], [640.0, g - 110.0], [880.0, g - 300.0]], 190.0),
            label: ([728.0, g - 318.0], 420.0),
        },
        1 => Stage {
            ground_px,
            lead: Way { from_px: 320.0, to_px: 320.0, height_px: 560.0 },
            mirrored,
            listener_px: None,
            hero: ([738.0, g - 232.0], 400.0),
            relatives: (vec![[640.0, g - 770.0], [856.0, g - 790.0], [420.0, g - 800.0]], 190.0),
            label: ([726.0, g - 560.0], 420.0),
        },
        2 => Stage {
            ground_px,
            lead: Way {
                from_px: if falls { 520.0 } else { 210.0 },
                to_px: 890.0,
                height_px: if bare { 560.0 } else { 410.0 },
            },
            mirrored,
            listener_px: None,
            hero: ([346.0, g - 676.0], 410.0),
            // Clear of a ring or rays round the hero, and of a question mark over the figure.
            relatives: (vec![[684.0, g - 588.0], [868.0, g - 584.0]], 172.0),
            label: ([776.0, g - 790.0], 340.0),
        },
        // Words stand above the picture: between the two, hands would point across them.
        _ if props::label_text(take).is_some() => Stage {
            ground_px,
            lead: Way { from_px: 200.0, to_px: 200.0, height_px: 540.0 },
            mirrored,
            listener_px: Some(880.0),
            hero: ([540.0, g - 448.0], 300.0),
            relatives: (vec![[540.0, g - 116.0], [208.0, g - 790.0], [872.0, g - 790.0]], 170.0),
            label: ([540.0, (g - 800.0).max(376.0)], 330.0),
        },
        _ => Stage {
            ground_px,
            lead: Way { from_px: 226.0, to_px: 226.0, height_px: 540.0 },
            mirrored,
            listener_px: Some(854.0),
            hero: ([540.0, g - 700.0], 320.0),
            relatives: (vec![[540.0, g - 116.0], [208.0, g - 790.0], [872.0, g - 790.0]], 170.0),
            label: ([540.0, g - 444.0], 330.0),
        },
    };
    if kind == 0 && props::label_text(take).is_some() {
        // The label takes the place of the one on top: all on the ground.
        let on_ground = [882.0, 698.0, 514.0].map(|x| [x, g - 110.0]);
        stage.relatives = (on_ground.into(), 176.0);
    }
    if bare {
        stage.lead.from_px = if moves { 210.0 } else { 400.0 };
        stage.label = ([540.0, (g - 760.0).max(360.0)], 780.0);
    }
    if mirrored { stage.flipped() } else { stage }
}

impl Stage {
    /// The same arrangement seen in a mirror.
    fn flipped(mut self) -> Self {
        let flip = |x: &mut f32| *x = 1080.0 - *x;
        flip(&mut self.lead.from_px);
        flip(&mut self.lead.to_px);
        flip(&mut self.hero.0[0]);
        flip(&mut self.label.0[0]);
        self.listener_px.iter_mut().for_each(flip);
        for spot in &mut self.relatives.0 {
            flip(&mut spot[0]);
        }
        self
    }
}

/// Where a figure that walks in comes from: half out of the frame, behind its back.
fn walk_in_from(take: &Take, stage: &Stage) -> Option<f32> {
    let busy = take.shot.acts.iter().any(|(_, frame)| *frame < 44);
    let start = if stage.mirrored { 1080.0 } else { 0.0 };
    let near = (stage.lead.from_px - start).abs() < 340.0;
    (!busy && near && take.shot.frames > 70).then_some(start)
}

fn ground(take: &Take, stage: &Stage) -> Layer {
    let mut rng = take.rng("ground");
    let line = pen::wobbly_line(rng.random_range(880.0..960.0), &mut rng);
    let ink = Pen { colour: INK.with_alpha(0.85), width_px: 8.0 };
    let frames = if take.is_first() { (-1.0, 0.0) } else { (-6.0, 12.0) };
    ink.draws("ground", line, [540.0, stage.ground_px + 7.0], frames)
}

fn figure_layer(take: &Take, stage: &Stage, part: &Part, leads: bool) -> Layer {
    let height_px = stage.lead.height_px * if leads { 1.0 } else { 0.94 };
    let speaking = take
        .shot
        .lines
        .iter()
        .filter(|line| leads == line.speaker.is_none_or(|who| who == 0))
        .flat_map(|line| &line.words)
        .map(|word| (word.start_frame, word.end_frame.max(word.start_frame + 2)))
        .collect();
    let figure = Figure {
        height_px,
        ink: if leads { INK } else { Rgba(52, 66, 92, 255) },
        face: WHITE,
        line_px: (height_px * 0.05).clamp(18.0, 34.0),
        acts: part.acts.clone(),
        speaking,
        mirrored: stage.mirrored == leads,
    };
    let mut pose = Pose::at(0.0, stage.ground_px);
    pose.x_px = part.x_px.clone();
    Layer {
        name: if leads { "figure" } else { "listener" }.into(),
        content: Content::Figure(figure),
        depth: 1.0,
        from_frame: 0,
        until_frame: u32::MAX,
        pose,
    }
}

/// Comic marks beside the head: a question mark over thought, rays over joy, stars over a fall.
fn marks(part: &Part, way: Way, ground_px: f32, mirrored: bool, pen: Pen) -> Vec<Layer> {
    let side = if mirrored { -1.0 } else { 1.0 };
    let h = way.height_px;
    let place = |act: &Act| {
        part.x_px
            .keys
            .iter()
            .rfind(|key| key.start_frame <= act.from_frame as f32)
            .map_or(part.x_px.base, |key| key.value)
    };
    part.acts
        .iter()
        .filter_map(|act| {
            let x = place(act);
            let start = act.from_frame as f32 + 5.0;
            let scale = (h / 560.0).clamp(0.6, 1.1);
            let (d, at, width) = match act.verb {
                Verb::Think | Verb::Shrug => {
                    (pen::question_mark(), [x + side * h * 0.27, ground_px - h * 1.06], 12.0)
                }
                Verb::Cheer => (
                    pen::rays(h * 0.25, h * 0.08, -158.0, -22.0, 6),
                    [x, ground_px - h * 0.87],
                    10.0,
                ),
                Verb::Fall => (pen::star(26.0), [x - side * h * 0.62, ground_px - h * 0.42], 8.0),
                Verb::Wave => (
                    pen::rays(h * 0.10, h * 0.05, -70.0, 20.0, 3),
                    [x + side * h * 0.30, ground_px - h * 0.90],
                    9.0,
                ),
                _ => return None,
            };
            let start = if act.verb == Verb::Fall { start + 12.0 } else { start };
            if start + 10.0 > act.until_frame as f32 {
                return None;
            }
            let mut layer =
                Pen { width_px: width, ..pen }.draws("mark", d, at, (start, start + 9.0));
            layer.until_frame = act.until_frame + 3;
            layer.pose.scale_x.base =
                if matches!(act.verb, Verb::Think | Verb::Shrug) { scale } else { side };
            layer.pose.scale_y.base =
                if matches!(act.verb, Verb::Think | Verb::Shrug) { scale } else { 1.0 };
            layer.pose.idle = Some(motion::idle(act.from_frame as usize, 0.8));
            Some(layer)
        })
        .collect()
}
