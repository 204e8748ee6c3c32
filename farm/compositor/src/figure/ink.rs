//! Draws joint positions with round-capped strokes. Knows nothing of verbs and time.

use tiny_skia::{FillRule, LineCap, LineJoin, Paint, PathBuilder, Pixmap, Rect, Stroke, Transform};

use super::skeleton::{Face, HEAD_RADIUS, Points};
use crate::scene::Rgba;

/// How a figure is inked.
pub(super) struct Ink {
    /// Lines.
    pub(super) line: Rgba,
    /// Inside of the head.
    pub(super) fill: Rgba,
    /// Width of the limbs' lines, in the same unit as the points after `transform`'s inverse.
    pub(super) width: f32,
}

/// What the face shows at this moment.
pub(super) struct Features {
    /// Expression.
    pub(super) face: Face,
    /// 0 closed – 1 open.
    pub(super) eyes: f32,
    /// 0 closed – 1 open.
    pub(super) mouth: f32,
}

/// Draws the body; `transform` takes standing heights (y down, ground at 0) to canvas pixels.
pub(super) fn draw(
    points: &Points,
    features: &Features,
    ink: &Ink,
    canvas: &mut Pixmap,
    transform: Transform,
) {
    let limb = |line: &[[f32; 2]]| {
        let mut path = PathBuilder::new();
        path.move_to(line[0][0], line[0][1]);
        for point in &line[1..] {
            path.line_to(point[0], point[1]);
        }
        path
    };
    let mut body = PathBuilder::new();
    let [left, right] = points.legs;
    for leg in [left, right] {
        let path = limb(&[points.hip, leg[0], leg[1], leg[2]]);
        append(&mut body, path);
    }
    append(&mut body, limb(&[points.hip, points.shoulders, neck_base(points)]));
    for arm in points.arms {
        append(&mut body, limb(&arm));
    }
    let stroke = round(ink.width);
    if let Some(path) = body.finish() {
        canvas.stroke_path(&path, &solid(ink.line), &stroke, transform, None);
    }
    let head = transform
        .pre_translate(points.head[0], points.head[1])
        .pre_concat(Transform::from_rotate(points.head_deg))
        .pre_scale(HEAD_RADIUS, HEAD_RADIUS);
    draw_head(features, ink, canvas, head);
}

/// Where the neck meets the head's ring, so that the line does not show inside the face.
fn neck_base(points: &Points) -> [f32; 2] {
    let (sin, cos) = points.head_deg.to_radians().sin_cos();
    [points.head[0] - sin * HEAD_RADIUS, points.head[1] + cos * HEAD_RADIUS]
}

/// Head, eyes, brows and mouth in units of the head's radius.
fn draw_head(features: &Features, ink: &Ink, canvas: &mut Pixmap, to_canvas: Transform) {
    let line = solid(ink.line);
    if let Some(ring) = PathBuilder::from_circle(0.0, 0.0, 1.0) {
        canvas.fill_path(&ring, &solid(ink.fill), FillRule::Winding, to_canvas, None);
        canvas.stroke_path(&ring, &line, &round(ink.width / HEAD_RADIUS), to_canvas, None);
    }
    let face = features.face;
    let (x, y) = (0.30 * face.look[0], 0.22 * face.look[1]);
    let mark = round(0.105);
    for side in [-0.30, 0.30] {
        // The far eye comes closer as the face turns.
        let eye_x = x + side * (1.0 - 0.12 * face.look[0].abs());
        draw_eye(eye_x, y - 0.10, features.eyes, face.daze, &line, canvas, to_canvas);
        if face.brows > 0.05 {
            let brow_y = 0.14f32.mul_add(-face.brows, y - 0.30);
            let mut path = PathBuilder::new();
            path.move_to(eye_x - 0.14, brow_y + 0.03);
            path.quad_to(eye_x, brow_y - 0.07, eye_x + 0.14, brow_y + 0.03);
            if let Some(path) = path.finish() {
                let thin = round(0.075 * face.brows.min(1.0));
                canvas.stroke_path(&path, &line, &thin, to_canvas, None);
            }
        }
    }
    let mouth_y = y + 0.34;
    if features.mouth > 0.06 {
        let open = features.mouth;
        let half = Rect::from_ltrb(x - 0.22, mouth_y - 0.08, x + 0.22, mouth_y + 0.34 * open);
        if let Some(mouth) = half.and_then(PathBuilder::from_oval) {
            canvas.fill_path(&mouth, &line, FillRule::Winding, to_canvas, None);
        }
        let tongue = Rect::from_ltrb(
            x - 0.13,
            mouth_y - 0.08 + 0.26 * open,
            x + 0.13,
            mouth_y - 0.03 + 0.33 * open,
        );
        if let Some(tongue) = tongue.and_then(PathBuilder::from_oval).filter(|_| open > 0.45) {
            let red = solid(Rgba(232, 96, 88, 255));
            canvas.fill_path(&tongue, &red, FillRule::Winding, to_canvas, None);
        }
    } else {
        let mut path = PathBuilder::new();
        let depth = 0.32 * face.smile;
        path.move_to(x - 0.28, mouth_y - 0.2 * depth);
        path.quad_to(x, mouth_y + depth * 1.5, x + 0.28, mouth_y - 0.2 * depth);
        if let Some(path) = path.finish() {
            canvas.stroke_path(&path, &line, &mark, to_canvas, None);
        }
    }
}

fn draw_eye(
    x: f32,
    y: f32,
    open: f32,
    daze: f32,
    line: &Paint<'_>,
    canvas: &mut Pixmap,
    to_canvas: Transform,
) {
    if daze > 0.5 {
        let mut cross = PathBuilder::new();
        cross.move_to(x - 0.11, y - 0.11);
        cross.line_to(x + 0.11, y + 0.11);
        cross.move_to(x + 0.11, y - 0.11);
        cross.line_to(x - 0.11, y + 0.11);
        if let Some(cross) = cross.finish() {
            canvas.stroke_path(&cross, line, &round(0.085), to_canvas, None);
        }
        return;
    }
    let half_height = mix_lid(open);
    let lid = Rect::from_ltrb(x - 0.095, y - half_height, x + 0.095, y + half_height);
    if let Some(eye) = lid.and_then(PathBuilder::from_oval) {
        canvas.fill_path(&eye, line, FillRule::Winding, to_canvas, None);
    }
}

/// Half the height of an eye: a dot when open, a line when shut.
fn mix_lid(open: f32) -> f32 {
    0.105f32.mul_add(open.clamp(0.0, 1.0), 0.02)
}

fn append(body: &mut PathBuilder, path: PathBuilder) {
    if let Some(path) = path.finish() {
        body.push_path(&path);
    }
}

fn round(width: f32) -> Stroke {
    Stroke { width, line_cap: LineCap::Round, line_join: LineJoin::Round, ..Stroke::default() }
}

fn solid(colour: Rgba) -> Paint<'static> {
    let mut paint = Paint::default();
    paint.set_color_rgba8(colour.0, colour.1, colour.2, colour.3);
    paint.anti_alias = true;
    paint
}
