//! A drawing as a body on stage, with a face, arms and legs.

use std::sync::Arc;

use crate::{
    face::Face,
    palette::NIGHT_INK,
    scene::{Content, Layer, PathArt, Pose, Rgba, Stroke, SvgArt, Track},
    treatments::{
        Take,
        pieces::{geometry::Rect, lettering::Lettering, motion, pictures},
    },
};

use super::{build::Build, manner::Manner};

/// Length of the legs, as a fraction of the body's height.
const LEGS: f32 = 0.14;
/// Tallest body.
const HEIGHT_PX_MAX: f32 = 700.0;
/// Width of arms and legs, as a fraction of the drawing's side.
const LIMB: f32 = 0.036;
const GLOVE: Rgba = Rgba(255, 255, 255, 255);
const SHOE: Rgba = Rgba(232, 72, 62, 255);

/// A body on stage.
#[derive(Clone, Debug)]
pub(super) struct Body {
    build: Build,
    /// Side of the drawing's box, and its middle.
    side_px: f32,
    middle_px: [f32; 2],
    ground_px: f32,
}

impl Body {
    /// As large as it fits, standing at the foot of `place`.
    pub(super) fn standing(build: Build, place: Rect) -> Self {
        let [left, top, right, bottom] = build.bounds;
        let (width, height) = (right - left, bottom - top);
        // Arms need room on both sides.
        let by_width = place.width() * 0.88 / width;
        let by_height = (place.height() / (1.0 + LEGS)).min(HEIGHT_PX_MAX) / height;
        let side_px = by_width.min(by_height).max(80.0);
        let legs_px = LEGS * height * side_px;
        let ground_px = place.bottom - 6.0;
        let [x, _] = place.centre();
        let middle_px = [
            x - (f32::midpoint(left, right) - 0.5) * side_px,
            ground_px - legs_px - (bottom - 0.5) * side_px,
        ];
        Self { build, side_px, middle_px, ground_px }
    }

    /// A point of the drawing on stage.
    fn at(&self, [x, y]: [f32; 2]) -> [f32; 2] {
        let [middle_x, middle_y] = self.middle_px;
        [middle_x + (x - 0.5) * self.side_px, middle_y + (y - 0.5) * self.side_px]
    }

    /// The middle of what is drawn.
    pub(super) fn centre_px(&self) -> [f32; 2] {
        let [left, top, right, bottom] = self.build.bounds;
        self.at([f32::midpoint(left, right), f32::midpoint(top, bottom)])
    }

    /// Where it stands.
    pub(super) fn ground_px(&self) -> f32 {
        self.ground_px
    }

    /// The middle of its shadow, and half its width.
    pub(super) fn footprint_px(&self) -> [f32; 2] {
        let [left, _, right, _] = self.build.bounds;
        [self.centre_px()[0], (right - left) * self.side_px * 0.46]
    }

    /// True for a lump of no particular kind, which needs a name.
    pub(super) fn is_anything(&self) -> bool {
        self.build.anything
    }

    /// The drawing.
    pub(super) fn layer(&self, take: &Take, manner: &Manner) -> Layer {
        let [x, y] = self.middle_px;
        Layer {
            name: "body".into(),
            content: Content::Svg(SvgArt {
                svg: Arc::clone(&self.build.svg),
                width_px: self.side_px,
                height_px: self.side_px,
                shadow: Some(pictures::shadow(take)),
                blur_px: 0.0,
            }),
            depth: 1.0,
            from_frame: 0,
            until_frame: u32::MAX,
            pose: manner.pose(x, y),
        }
    }

    /// The face, which moves as one with the drawing.
    pub(super) fn face(&self, manner: &Manner) -> Layer {
        let ([x, y], build) = (self.middle_px, &self.build);
        let centre_px = build.face.map(|at| (at - 0.5) * self.side_px);
        Layer {
            name: "face".into(),
            content: Content::Face(Face {
                centre_px,
                radius_px: build.face_radius * self.side_px,
                mouth: manner.mouth.clone(),
                accents: manner.accents.clone(),
                looks: manner.looks.clone(),
                phase_frames: manner.phase_frames,
            }),
            depth: 1.0,
            from_frame: 0,
            until_frame: u32::MAX,
            pose: manner.pose(x, y),
        }
    }

    /// Legs, then arms: behind the body, so that nobody sees where they begin.
    pub(super) fn limbs(&self, take: &Take, manner: &Manner) -> Vec<Layer> {
        let mut layers = Vec::new();
        for side in [-1.0, 1.0] {
            layers.extend(self.leg(take, side));
        }
        for side in [-1.0, 1.0] {
            layers.extend(self.arm(take, manner, side));
        }
        layers
    }

    fn limb(&self, name: &str, d: String, pose: Pose, fill: Option<Rgba>) -> Layer {
        let width_px = self.side_px * if fill.is_some() { LIMB * 0.28 } else { LIMB };
        Layer {
            name: name.into(),
            content: Content::Path(PathArt {
                d,
                fill,
                stroke: Some(Stroke { colour: NIGHT_INK, width_px, dash_px: Vec::new() }),
                trim_from: Track::fixed(0.0),
                trim_to: Track::fixed(1.0),
            }),
            depth: 1.0,
            from_frame: 0,
            until_frame: u32::MAX,
            pose,
        }
    }

    fn leg(&self, _take: &Take, side: f32) -> [Layer; 2] {
        let ([_, foot], half) = (self.at([0.5, self.build.bounds[3]]), self.footprint_px()[1]);
        let x = self.centre_px()[0] + side * half * 0.42;
        let (top, bottom) = (foot - self.side_px * 0.10, self.ground_px - self.side_px * 0.03);
        let d = format!("M0 0V{:.1}", bottom - top);
        let shoe = self.side_px * 0.055;
        let shape = format!(
            "M{0:.1} {1:.1}C{0:.1} -{1:.1} {2:.1} -{1:.1} {2:.1} {1:.1}Z",
            -shoe * (if side < 0.0 { 1.5 } else { 0.8 }),
            shoe * 0.55,
            shoe * (if side < 0.0 { 0.8 } else { 1.5 }),
        );
        [
            self.limb("leg", d, Pose::at(x, top), None),
            self.limb("shoe", shape, Pose::at(x, bottom + shoe * 0.1), Some(SHOE)),
        ]
    }

    /// An arm hangs from the shoulder and turns about it; the glove turns with it.
    fn arm(&self, _take: &Take, manner: &Manner, side: f32) -> [Layer; 2] {
        let build = &self.build;
        let edge = build.edges[usize::from(side > 0.0)];
        let inside = edge - side * 0.035;
        let [x, y] = self.at([inside, build.shoulder]);
        let reach = self.side_px * 0.23;
        let mut pose = Pose::at(x, y);
        let angle = manner.arm(side);
        // Clockwise turns the left arm outwards and the right one inwards.
        pose.rotation_deg = turned(&angle, -side);
        pose.idle = Some(motion::idle(if side > 0.0 { 3 } else { 4 }, 0.35));
        let bow = side * reach * 0.16;
        let d = format!("M0 0Q{bow:.1} {:.1} 0 {reach:.1}", reach * 0.55);
        let glove = self.side_px * 0.048;
        let centre = reach + glove * 0.6;
        let hand = format!(
            "M0 {:.1}A{glove:.1} {glove:.1} 0 0 1 0 {:.1}A{glove:.1} {glove:.1} 0 0 1 0 {:.1}Z",
            centre - glove,
            centre + glove,
            centre - glove
        );
        [self.limb("arm", d, pose.clone(), None), self.limb("glove", hand, pose, Some(GLOVE))]
    }

    /// Its name on a plate at its feet.
    pub(super) fn name_tag(&self, take: &Take, name: &str) -> Layer {
        let palette = take.palette;
        let plate = Lettering::title(name, 52.0, palette.bg2).plated(palette.ink, 26.0, 12.0, 18.0);
        let [_, foot] = self.at([0.5, self.build.bounds[3]]);
        let pose = Pose::at(self.centre_px()[0], foot - self.side_px * 0.08);
        plate.layer("name tag", pose, 0)
    }
}

/// A track times a factor.
fn turned(track: &Track, factor: f32) -> Track {
    let mut turned = track.clone();
    turned.base *= factor;
    for key in &mut turned.keys {
        key.value *= factor;
    }
    turned
}
