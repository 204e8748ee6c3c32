//! Paints eyes, brows and mouth in units of the face's radius. Knows nothing of time.

use tiny_skia::{
    FillRule, LineCap, LineJoin, Mask, Path, PathBuilder, Pixmap, Rect, Stroke, Transform,
};

use super::Shape;
use crate::{colour::solid_paint, scene::Rgba};

/// Outlines, brows and pupils.
const INK: Rgba = Rgba(38, 22, 28, 255);
/// A soft rim around the features, so that they show on a dark body.
const RIM: Rgba = Rgba(255, 255, 255, 150);
const EYE: Rgba = Rgba(255, 255, 255, 255);
const SHADE: Rgba = Rgba(196, 208, 228, 255);
const INSIDE: Rgba = Rgba(94, 16, 34, 255);
const TONGUE: Rgba = Rgba(242, 110, 118, 255);
const TEETH: Rgba = Rgba(255, 252, 246, 255);

/// Where the eyes are, how large, and where the mouth is.
const EYE_X: f32 = 0.40;
const EYE_Y: f32 = -0.30;
const EYE_RADII: [f32; 2] = [0.31, 0.37];
const PUPIL: f32 = 0.165;
const MOUTH_Y: f32 = 0.46;
/// Width of outlines.
const LINE: f32 = 0.055;

/// What the eyes do.
pub(super) struct Eyes {
    /// 0 shut – 1 open.
    pub(super) open: f32,
    /// Where they look, −1..1 (right, down).
    pub(super) look: [f32; 2],
    /// How far the brows are up, 0–1.
    pub(super) brows: f32,
}

/// Both eyes with their brows.
pub(super) fn eyes(eyes: &Eyes, canvas: &mut Pixmap, to_canvas: Transform) {
    for side in [-1.0, 1.0] {
        let x = side * EYE_X;
        if eyes.open < 0.2 {
            shut(x, canvas, to_canvas);
        } else {
            open(x, eyes, canvas, to_canvas);
        }
        brow(x, side, eyes.brows, canvas, to_canvas);
    }
}

fn shut(x: f32, canvas: &mut Pixmap, to_canvas: Transform) {
    let mut lid = PathBuilder::new();
    lid.move_to(x - EYE_RADII[0], EYE_Y + 0.02);
    lid.quad_to(x, EYE_Y + 0.26, x + EYE_RADII[0], EYE_Y + 0.02);
    if let Some(lid) = lid.finish() {
        canvas.stroke_path(&lid, &solid_paint(RIM), &round(LINE * 3.2), to_canvas, None);
        canvas.stroke_path(&lid, &solid_paint(INK), &round(LINE * 1.5), to_canvas, None);
    }
}

fn open(x: f32, eyes: &Eyes, canvas: &mut Pixmap, to_canvas: Transform) {
    let height = EYE_RADII[1] * eyes.open;
    let Some(ball) = oval(x, EYE_Y, EYE_RADII[0], height) else { return };
    canvas.stroke_path(&ball, &solid_paint(RIM), &round(LINE * 2.6), to_canvas, None);
    canvas.fill_path(&ball, &solid_paint(EYE), FillRule::Winding, to_canvas, None);
    let clip = clip(&ball, canvas, to_canvas);
    // The upper lid's shadow gives the ball its roundness.
    if let Some(lid) = oval(x, EYE_Y - height * 1.25, EYE_RADII[0] * 1.3, height * 0.62) {
        canvas.fill_path(&lid, &solid_paint(SHADE), FillRule::Winding, to_canvas, clip.as_ref());
    }
    let at = [x + eyes.look[0] * 0.11, EYE_Y + 0.02 + eyes.look[1] * 0.13];
    let dots = [
        (at, PUPIL, INK),
        ([at[0] - 0.055, at[1] - 0.065], 0.058, EYE),
        ([at[0] + 0.06, at[1] + 0.06], 0.028, EYE),
    ];
    for ([dot_x, dot_y], radius, colour) in dots {
        if let Some(dot) = oval(dot_x, dot_y, radius, radius * 1.08) {
            let paint = solid_paint(colour);
            canvas.fill_path(&dot, &paint, FillRule::Winding, to_canvas, clip.as_ref());
        }
    }
    canvas.stroke_path(&ball, &solid_paint(INK), &round(LINE), to_canvas, None);
}

fn brow(x: f32, side: f32, up: f32, canvas: &mut Pixmap, to_canvas: Transform) {
    let y = EYE_Y - EYE_RADII[1] - 0.13 - 0.13 * up;
    let mut brow = PathBuilder::new();
    brow.move_to(x - side * 0.23, y + 0.03 - 0.05 * up);
    brow.quad_to(x, y - 0.12, x + side * 0.25, y + 0.08);
    if let Some(brow) = brow.finish() {
        canvas.stroke_path(&brow, &solid_paint(RIM), &round(LINE * 3.0), to_canvas, None);
        canvas.stroke_path(&brow, &solid_paint(INK), &round(LINE * 1.7), to_canvas, None);
    }
}

/// The mouth.
pub(super) fn mouth(shape: &Shape, canvas: &mut Pixmap, to_canvas: Transform) {
    if shape.open < Shape::OPEN_MIN {
        lips(shape, canvas, to_canvas);
        return;
    }
    let Some(outline) = opening(shape) else { return };
    canvas.stroke_path(&outline, &solid_paint(RIM), &round(LINE * 2.6), to_canvas, None);
    canvas.fill_path(&outline, &solid_paint(INSIDE), FillRule::Winding, to_canvas, None);
    let clip = clip(&outline, canvas, to_canvas);
    let (top, height) = (MOUTH_Y - shape.open * 0.42, shape.open);
    if shape.tongue > 0.02 {
        let reach = height * shape.tongue;
        let tongue = oval(0.0, top + height, shape.half_width * 0.72, reach.max(0.02));
        if let Some(tongue) = tongue {
            let paint = solid_paint(TONGUE);
            canvas.fill_path(&tongue, &paint, FillRule::Winding, to_canvas, clip.as_ref());
        }
    }
    if shape.teeth > 0.02 {
        let bottom = top + height * shape.teeth;
        let row = Rect::from_ltrb(-1.0, top - 0.3, 1.0, bottom.max(top - 0.29));
        if let Some(row) = row.map(PathBuilder::from_rect) {
            let paint = solid_paint(TEETH);
            canvas.fill_path(&row, &paint, FillRule::Winding, to_canvas, clip.as_ref());
        }
    }
    canvas.stroke_path(&outline, &solid_paint(INK), &round(LINE), to_canvas, None);
}

/// Lips that touch: a smile, or pressed.
fn lips(shape: &Shape, canvas: &mut Pixmap, to_canvas: Transform) {
    let mut line = PathBuilder::new();
    let (half, smile) = (shape.half_width, shape.smile);
    line.move_to(-half, MOUTH_Y - smile * 0.6);
    line.quad_to(0.0, MOUTH_Y + smile * 1.6, half, MOUTH_Y - smile * 0.6);
    if let Some(line) = line.finish() {
        canvas.stroke_path(&line, &solid_paint(RIM), &round(LINE * 3.2), to_canvas, None);
        canvas.stroke_path(&line, &solid_paint(INK), &round(LINE * 1.6), to_canvas, None);
    }
}

/// The edge of an open mouth: two curves from corner to corner.
fn opening(shape: &Shape) -> Option<Path> {
    let half = shape.half_width;
    // An oval's handles lie 4/3 of the height away and as wide as its corners.
    let handle = half * (0.55 + 0.42 * shape.round);
    let corner = MOUTH_Y - shape.smile;
    let (up, down) = (shape.open * 0.42 * 4.0 / 3.0, shape.open * 0.58 * 4.0 / 3.0);
    // A spindle's upper lip is flat.
    let up = up * (0.45 + 0.55 * shape.round);
    let mut path = PathBuilder::new();
    path.move_to(-half, corner);
    path.cubic_to(-handle, corner - up, handle, corner - up, half, corner);
    path.cubic_to(handle, MOUTH_Y + down, -handle, MOUTH_Y + down, -half, corner);
    path.close();
    path.finish()
}

fn oval(x: f32, y: f32, half_width: f32, half_height: f32) -> Option<Path> {
    Rect::from_ltrb(x - half_width, y - half_height, x + half_width, y + half_height)
        .and_then(PathBuilder::from_oval)
}

/// A mask of a path's inside.
fn clip(path: &Path, canvas: &Pixmap, to_canvas: Transform) -> Option<Mask> {
    let mut mask = Mask::new(canvas.width(), canvas.height())?;
    mask.fill_path(path, FillRule::Winding, true, to_canvas);
    Some(mask)
}

fn round(width: f32) -> Stroke {
    Stroke { width, line_cap: LineCap::Round, line_join: LineJoin::Round, ..Stroke::default() }
}
