//! Hand-drawn strokes: lines that wobble, arrows, dotted arcs, rings, question marks. Each is path
//! data round its own anchor that draws itself over a few frames.

use rand::Rng;

use crate::scene::{Content, Ease, Layer, PathArt, Pose, Rgba, Stroke, Track};

/// A pen: colour and width.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pen {
    /// Ink.
    pub(super) colour: Rgba,
    /// Width of its line.
    pub(super) width_px: f32,
}

impl Pen {
    /// A layer with anchor `at` on which `d` draws itself over `frames` (start, end).
    pub(super) fn draws(self, name: &str, d: String, at: [f32; 2], frames: (f32, f32)) -> Layer {
        self.dashed(name, d, at, frames, Vec::new())
    }

    /// The same with a dash pattern.
    pub(super) fn dashed(
        self,
        name: &str,
        d: String,
        at: [f32; 2],
        (start, end): (f32, f32),
        dash_px: Vec<f32>,
    ) -> Layer {
        let trim_to = if end <= 0.0 {
            Track::fixed(1.0)
        } else {
            Track::fixed(0.0).to(start, end.max(start + 1.0), 1.0, Ease::InOut)
        };
        let art = PathArt {
            d,
            fill: None,
            stroke: Some(Stroke { colour: self.colour, width_px: self.width_px, dash_px }),
            trim_from: Track::fixed(0.0),
            trim_to,
        };
        Layer {
            name: name.into(),
            content: Content::Path(art),
            depth: 1.0,
            from_frame: start.max(0.0) as u32,
            until_frame: u32::MAX,
            pose: Pose::at(at[0], at[1]),
        }
    }
}

/// A smooth curve through points (quadratics between their midpoints).
pub(super) fn through(points: &[[f32; 2]]) -> String {
    let Some(first) = points.first() else { return String::new() };
    let mut d = format!("M{:.1} {:.1}", first[0], first[1]);
    for pair in points.windows(2).skip(1) {
        let [control, next] = [pair[0], pair[1]];
        let middle = [f32::midpoint(control[0], next[0]), f32::midpoint(control[1], next[1])];
        d.push_str(&format!(
            " Q{:.1} {:.1} {:.1} {:.1}",
            control[0], control[1], middle[0], middle[1]
        ));
    }
    if let Some(last) = points.last() {
        d.push_str(&format!(" L{:.1} {:.1}", last[0], last[1]));
    }
    d
}

/// A horizontal line of this length round the origin that no ruler drew.
pub(super) fn wobbly_line(length: f32, rng: &mut impl Rng) -> String {
    let steps = (length / 90.0).ceil().max(2.0) as usize;
    let points: Vec<[f32; 2]> = (0..=steps)
        .map(|n| [length * (n as f32 / steps as f32 - 0.5), rng.random_range(-3.5..3.5)])
        .collect();
    through(&points)
}

/// A loop and a bit round the origin, as one rings a word.
pub(super) fn ring(half_width: f32, half_height: f32, rng: &mut impl Rng) -> String {
    let turns = 26;
    let start = rng.random_range(-2.6..-1.8_f32);
    let points: Vec<[f32; 2]> = (0..=turns)
        .map(|n| {
            let t = n as f32 / turns as f32;
            let angle = t.mul_add(6.9, start);
            let grow = 0.96 + 0.09 * t + rng.random_range(-0.008..0.008);
            [half_width * grow * angle.cos(), half_height * grow * angle.sin()]
        })
        .collect();
    through(&points)
}

/// An arc from `from` to `to` that bulges by `bulge` pixels to its left; both relative to the
/// anchor.
pub(super) fn arc(from: [f32; 2], to: [f32; 2], bulge: f32) -> String {
    let middle = [f32::midpoint(from[0], to[0]), f32::midpoint(from[1], to[1])];
    let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
    let length = dx.hypot(dy).max(1.0);
    let control = [middle[0] + dy / length * bulge * 2.0, middle[1] - dx / length * bulge * 2.0];
    format!(
        "M{:.1} {:.1} Q{:.1} {:.1} {:.1} {:.1}",
        from[0], from[1], control[0], control[1], to[0], to[1]
    )
}

/// The head of an arrow that arrives at `to` after the same arc.
pub(super) fn arrow_head(from: [f32; 2], to: [f32; 2], bulge: f32, size: f32) -> String {
    let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
    let length = dx.hypot(dy).max(1.0);
    let control = [
        f32::midpoint(from[0], to[0]) + dy / length * bulge * 2.0,
        f32::midpoint(from[1], to[1]) - dx / length * bulge * 2.0,
    ];
    let heading = (to[1] - control[1]).atan2(to[0] - control[0]);
    let barb = |turn: f32| {
        let angle = heading + turn;
        [size.mul_add(-angle.cos(), to[0]), size.mul_add(-angle.sin(), to[1])]
    };
    let (a, b) = (barb(0.55), barb(-0.5));
    format!("M{:.1} {:.1} L{:.1} {:.1} L{:.1} {:.1}", a[0], a[1], to[0], to[1], b[0], b[1])
}

/// Short rays on a circle between two angles (degrees, 0 to the right, clockwise).
pub(super) fn rays(
    radius: f32,
    length: f32,
    from_deg: f32,
    until_deg: f32,
    count: usize,
) -> String {
    let mut d = String::new();
    for n in 0..count {
        let t = n as f32 / (count.max(2) - 1) as f32;
        let (sin, cos) = (until_deg - from_deg).mul_add(t, from_deg).to_radians().sin_cos();
        let reach = radius + length * if n % 2 == 0 { 1.0 } else { 0.72 };
        d.push_str(&format!(
            "M{:.1} {:.1} L{:.1} {:.1} ",
            radius * cos,
            radius * sin,
            reach * cos,
            reach * sin
        ));
    }
    d
}

/// A question mark about 60 × 110 round the origin.
pub(super) fn question_mark() -> String {
    "M-26 -30 C-26 -62 28 -62 27 -28 C26 -8 1 -6 0 20 M0 46 L0.5 47".into()
}

/// A five-pointed star drawn in one go, about 2 × `size` wide.
pub(super) fn star(size: f32) -> String {
    let point = |n: usize| {
        let angle = (n as f32 * 144.0 - 90.0).to_radians();
        [size * angle.cos(), size * angle.sin()]
    };
    let mut d = String::new();
    for n in 0..=5 {
        let [x, y] = point(n);
        d.push_str(&format!("{}{x:.1} {y:.1} ", if n == 0 { 'M' } else { 'L' }));
    }
    d
}

/// A spiral, as one doodles while listening.
pub(super) fn spiral(size: f32) -> String {
    let points: Vec<[f32; 2]> = (0..34)
        .map(|n| {
            let t = n as f32 / 33.0;
            let (sin, cos) = (t * 15.0).sin_cos();
            [size * t * cos, size * t * sin]
        })
        .collect();
    through(&points)
}
