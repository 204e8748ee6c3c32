//! Layers from pictures: illustrations with their shadow and entrance, generated SVG documents,
//! paths. A picture enters on the word that names it.

use std::fmt::Write as _;
use std::sync::Arc;

use crate::{
    scene::{Backdrop, Content, Layer, PathArt, Pose, Rgba, Shadow, Stroke, SvgArt, Track},
    story::Art,
    treatments::Take,
};

use super::{
    geometry::Rect,
    motion::{self, Entrance},
};

/// A hero named later than this waits on stage and grows when it is named.
const LATE_FRAMES: u32 = 8;
/// Size of a hero that waits for its word, as a fraction of its full size.
const WAITING_SCALE: f32 = 0.88;

/// One illustration on stage.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'a> {
    /// The picture.
    pub art: &'a Art,
    /// Where it stands; square.
    pub slot: Rect,
    /// How it comes on.
    pub entrance: Entrance,
    /// Its number on stage: 0 is the hero. Sets phases apart.
    pub n: usize,
    /// Strength of the idle float: 1 floats, 0.3 stands on the ground.
    pub float: f32,
    /// Resting tilt, clockwise degrees.
    pub tilt_deg: f32,
}

/// The layer of an illustration: the hero is on stage from the start and grows on its word,
/// relatives appear on theirs.
#[must_use]
pub fn standing(take: &Take, picture: &Standing) -> Layer {
    let mut pose = picture.slot.pose();
    pose.rotation_deg = Track::fixed(picture.tilt_deg);
    pose.idle = Some(motion::idle(picture.n, picture.float));
    let hero = picture.n == 0;
    let at = picture.art.at_frame.min(take.shot.frames.saturating_sub(12));
    let stagger = motion::STAGGER_FRAMES * picture.n as f32;
    let (pose, from_frame) = if hero && take.is_first() {
        (motion::enter(pose, Entrance::Settle, -5.0), 0)
    } else if hero && at > LATE_FRAMES {
        pose.scale_x = Track::fixed(WAITING_SCALE);
        pose.scale_y = Track::fixed(WAITING_SCALE);
        let waiting = motion::enter(pose, picture.entrance, -4.0);
        (motion::grow(waiting, at as f32, 1.0 / WAITING_SCALE), 0)
    } else if hero {
        (motion::enter(pose, picture.entrance, -4.0), 0)
    } else if at <= 2 && take.is_first() {
        (motion::enter(pose, Entrance::Settle, -5.0 + stagger), 0)
    } else {
        let start = if at <= 2 { 4.0 + stagger } else { at as f32 - 2.0 };
        (motion::enter(pose, picture.entrance, start), start.max(0.0) as u32)
    };
    Layer {
        name: if hero { "hero".into() } else { "relative".into() },
        content: Content::Svg(SvgArt {
            svg: Arc::clone(&picture.art.svg),
            width_px: picture.slot.width(),
            height_px: picture.slot.height(),
            shadow: Some(shadow(take)),
            blur_px: 0.0,
        }),
        depth: 1.0,
        from_frame,
        until_frame: u32::MAX,
        pose,
    }
}

/// The usual drop shadow: 16 px soft, 24 px down.
#[must_use]
pub fn shadow(take: &Take) -> Shadow {
    Shadow { blur_px: 16.0, offset_y_px: 24.0, colour: take.palette.shadow() }
}

/// A generated document in a box.
#[must_use]
pub fn drawing(name: &str, body: &str, area: Rect, depth: f32) -> Layer {
    blurred(name, body, area, depth, 0.0)
}

/// A generated document in a box, out of focus.
#[must_use]
pub fn blurred(name: &str, body: &str, area: Rect, depth: f32, blur_px: f32) -> Layer {
    let (width, height) = (area.width(), area.height());
    let svg = document(width, height, body);
    Layer {
        name: name.into(),
        content: Content::Svg(SvgArt {
            svg,
            width_px: width,
            height_px: height,
            shadow: None,
            blur_px,
        }),
        depth,
        from_frame: 0,
        until_frame: u32::MAX,
        pose: area.pose(),
    }
}

/// A complete SVG document whose view box is its size in design pixels.
#[must_use]
pub fn document(width: f32, height: f32, body: &str) -> Arc<str> {
    let mut svg = String::with_capacity(body.len() + 120);
    let _ = write!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\">{body}</svg>"
    );
    svg.into()
}

/// The bottom-most layer.
#[must_use]
pub fn backdrop(backdrop: Backdrop) -> Layer {
    Layer {
        name: "backdrop".into(),
        content: Content::Backdrop(backdrop),
        depth: 0.0,
        from_frame: 0,
        until_frame: u32::MAX,
        pose: Pose::at(540.0, 960.0),
    }
}

/// A filled path whose coordinates are relative to (`x`, `y`).
#[must_use]
pub fn filled(name: &str, d: String, x: f32, y: f32, fill: Rgba, depth: f32) -> Layer {
    path(name, PathArt { d, fill: Some(fill), stroke: None, ..drawn() }, x, y, depth)
}

/// A stroked path that draws itself over `draw_frames` from `at_frame`.
#[must_use]
pub fn stroked(
    name: &str,
    d: String,
    [x, y]: [f32; 2],
    stroke: Stroke,
    at_frame: f32,
    draw_frames: f32,
) -> Layer {
    let trim_to =
        Track::fixed(0.0).to(at_frame, at_frame + draw_frames, 1.0, crate::scene::Ease::InOut);
    let art = PathArt { d, fill: None, stroke: Some(stroke), trim_to, ..drawn() };
    let mut layer = path(name, art, x, y, 0.0);
    layer.from_frame = at_frame.max(0.0) as u32;
    layer
}

/// A rounded rectangle about the origin as path data.
#[must_use]
pub fn rounded_box(width: f32, height: f32, radius: f32) -> String {
    let (w, h) = (width / 2.0, height / 2.0);
    let r = radius.min(w).min(h);
    format!(
        "M{:.1} {:.1}H{:.1}A{r:.1} {r:.1} 0 0 1 {w:.1} {:.1}V{:.1}A{r:.1} {r:.1} 0 0 1 {:.1} {h:.1}\
         H{:.1}A{r:.1} {r:.1} 0 0 1 {:.1} {:.1}V{:.1}A{r:.1} {r:.1} 0 0 1 {:.1} {:.1}Z",
        -w + r,
        -h,
        w - r,
        -h + r,
        h - r,
        w - r,
        -w + r,
        -w,
        h - r,
        -h + r,
        -w + r,
        -h
    )
}

/// A circle about the origin as path data, starting at twelve o'clock, clockwise.
#[must_use]
pub fn circle(radius: f32) -> String {
    let r = radius;
    format!("M0 {:.1}A{r:.1} {r:.1} 0 0 1 0 {r:.1}A{r:.1} {r:.1} 0 0 1 0 {:.1}", -r, -r)
}

fn path(name: &str, art: PathArt, x: f32, y: f32, depth: f32) -> Layer {
    Layer {
        name: name.into(),
        content: Content::Path(art),
        depth,
        from_frame: 0,
        until_frame: u32::MAX,
        pose: Pose::at(x, y),
    }
}

fn drawn() -> PathArt {
    PathArt {
        d: String::new(),
        fill: None,
        stroke: None,
        trim_from: Track::fixed(0.0),
        trim_to: Track::fixed(1.0),
    }
}
