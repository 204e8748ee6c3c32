//! Small foreground bits, near the frame's edges and out of focus: every palette has its own. They
//! keep to the margins beside what is read, so that none ever lies over words.

use std::f32::consts::TAU;
use std::fmt::Write as _;

use rand::{Rng as _, RngCore};

use crate::{
    scene::{Ease, Layer, Rgba, Track},
    story::PaletteName,
    treatments::Take,
};

use super::{
    geometry::{Rect, SAFE_LEFT_PX, SAFE_TOP_PX},
    motion, pictures,
};

/// Most bits on screen at once.
const BITS_MAX: usize = 7;
/// Depth of the bits: nearer than the stage.
const DEPTH: f32 = 1.3;
/// Below this nothing is read, drift included: bits may come further in.
const FREE_BELOW_PX: f32 = 1600.0;

/// What a palette's bits do over a shot.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Drift {
    /// Up by this many pixels.
    Rise(f32),
    /// Down by this many pixels.
    Fall(f32),
    /// A little up or down, by turns.
    Hover,
    /// In place, brighter and fainter by turns.
    Twinkle,
}

/// A kind of bit.
struct Kind {
    /// Sides it may have.
    sides_px: [f32; 2],
    /// How far out of focus the nearest are.
    blur_px: f32,
    drift: Drift,
    /// Draws it round the origin in a box of side 2; stroke widths too.
    body: fn(&mut dyn RngCore, &Inks) -> String,
}

/// The colours of bits.
struct Inks {
    /// A tint that stands off the background.
    soft: String,
    /// The palette's accent.
    accent: String,
    /// What is bright on it.
    light: String,
}

/// A palette's own bits at the frame's edges, in front of everything but text.
#[must_use]
pub fn bits(take: &Take, count: usize) -> Vec<Layer> {
    let mut rng = take.rng("bits");
    let kind = kind(take.shot.palette);
    let p = take.palette;
    let inks = Inks {
        soft: if p.is_light() { p.bg2.mix(p.ink, 0.28) } else { p.lifted(0.8) }.css(),
        accent: p.accent.mix(p.glow, 0.25).css(),
        light: if p.is_light() { Rgba::hex(0xFF_FFFF) } else { p.glow.mix(p.ink, 0.6) }.css(),
    };
    let count = count.min(BITS_MAX);
    (0..count)
        .map(|i| {
            let side = rng.random_range(kind.sides_px[0]..kind.sides_px[1]);
            let along = (i as f32 + rng.random_range(0.0..0.8)) / count as f32;
            let y = SAFE_TOP_PX + 60.0 + (1800.0 - SAFE_TOP_PX) * along;
            // Beside words a bit stays in the margin, whatever its size; blur spreads it.
            let inmost = if y > FREE_BELOW_PX { 190.0 } else { SAFE_LEFT_PX - 12.0 };
            let edge = rng.random_range(-10.0..90.0_f32).min(inmost - side / 2.0);
            let x = if i % 2 == 0 { edge } else { 1080.0 - edge };
            let turn = rng.random_range(0.0..360.0_f32);
            let span = side * 1.6;
            let upright = matches!(kind.drift, Drift::Rise(_) | Drift::Twinkle);
            let body = format!(
                "<g transform=\"translate({0:.1} {0:.1}) scale({1:.2}) rotate({2:.0})\">{3}</g>",
                span / 2.0,
                side / 2.0,
                if upright { 0.0 } else { turn },
                (kind.body)(&mut rng, &inks)
            );
            // Every other one is nearer, so blurrier.
            let blur_px = if i % 3 == 0 { kind.blur_px } else { kind.blur_px * 0.45 };
            let area = Rect::around(x, y, span, span);
            let mut layer = pictures::blurred("bit", &body, area, DEPTH, blur_px);
            set_adrift(take, &mut layer, kind.drift, i, y);
            layer
        })
        .collect()
}

fn set_adrift(take: &Take, layer: &mut Layer, drift: Drift, i: usize, y: f32) {
    let end = take.shot.frames.max(1) as f32;
    let by = match drift {
        Drift::Rise(px) => -px * (0.7 + 0.2 * (i % 4) as f32),
        Drift::Fall(px) => px * (0.7 + 0.2 * (i % 4) as f32),
        Drift::Hover if i.is_multiple_of(2) => -46.0,
        Drift::Hover => 38.0,
        Drift::Twinkle => 0.0,
    };
    if by != 0.0 {
        layer.pose.y_px = Track::fixed(y - by / 2.0).to(0.0, end, y + by / 2.0, Ease::Linear);
    }
    if drift == Drift::Twinkle {
        let mut glow = Track::fixed(if i.is_multiple_of(2) { 1.0 } else { 0.4 });
        let beat = 24.0 + 5.0 * (i % 3) as f32;
        let mut from = 0.0;
        while from < end {
            let next =
                if glow.keys.len().is_multiple_of(2) == i.is_multiple_of(2) { 0.4 } else { 1.0 };
            glow = glow.to(from, from + beat, next, Ease::InOut);
            from += beat;
        }
        layer.pose.opacity = glow;
    }
    let lively = if matches!(drift, Drift::Fall(_)) { 2.6 } else { 1.0 };
    layer.pose.idle = Some(motion::idle(i + 5, lively));
}

fn kind(palette: PaletteName) -> Kind {
    let of = |sides_px, blur_px, drift, body| Kind { sides_px, blur_px, drift, body };
    match palette {
        PaletteName::Sea => of([70.0, 120.0], 2.4, Drift::Rise(120.0), bubbles),
        PaletteName::Night => of([34.0, 74.0], 2.0, Drift::Twinkle, star),
        PaletteName::Sunrise => of([46.0, 120.0], 5.0, Drift::Hover, disc),
        PaletteName::Forest => of([56.0, 104.0], 3.6, Drift::Fall(90.0), leaf),
        PaletteName::Paper => of([40.0, 72.0], 1.2, Drift::Hover, pencil),
        PaletteName::Candy => of([40.0, 84.0], 2.6, Drift::Fall(80.0), confetti),
        PaletteName::Ember => of([26.0, 64.0], 3.0, Drift::Rise(170.0), spark),
        PaletteName::Slate => of([40.0, 78.0], 1.6, Drift::Hover, plus),
        PaletteName::Gold => of([44.0, 96.0], 1.6, Drift::Twinkle, glint),
        PaletteName::Ice => of([54.0, 100.0], 2.0, Drift::Fall(70.0), flake),
        PaletteName::Meadow => of([48.0, 92.0], 3.0, Drift::Fall(100.0), petal),
        PaletteName::Neon => of([42.0, 88.0], 2.2, Drift::Hover, outline),
    }
}

fn disc(_: &mut dyn RngCore, inks: &Inks) -> String {
    format!("<circle r=\"1\" fill=\"{}\" fill-opacity=\"0.3\"/>", inks.soft)
}

/// Air in water: a big bubble and one or two small ones, each a thin ring with a highlight.
fn bubbles(rng: &mut dyn RngCore, inks: &Inks) -> String {
    let mut body = String::new();
    let lean = if rng.random_bool(0.5) { 1.0 } else { -1.0 };
    let all = [(-0.22 * lean, 0.3, 0.62), (0.52 * lean, -0.34, 0.36), (0.1 * lean, -0.78, 0.2)];
    for (x, y, r) in &all[..rng.random_range(2..=3)] {
        let light = &inks.light;
        let _ = write!(
            body,
            "<circle cx=\"{x:.2}\" cy=\"{y:.2}\" r=\"{r}\" fill=\"{}\" fill-opacity=\"0.26\" \
             stroke=\"{light}\" stroke-opacity=\"0.4\" stroke-width=\"0.05\"/>\
             <ellipse cx=\"{:.2}\" cy=\"{:.2}\" rx=\"{:.2}\" ry=\"{:.2}\" fill=\"{light}\" \
             fill-opacity=\"0.6\"/>",
            inks.soft,
            x - r * 0.36,
            y - r * 0.4,
            r * 0.2,
            r * 0.15
        );
    }
    body
}

/// A point of light with a faint halo; the larger ones have four rays.
fn star(rng: &mut dyn RngCore, inks: &Inks) -> String {
    let light = &inks.light;
    let mut body = format!(
        "<circle r=\"0.62\" fill=\"{light}\" fill-opacity=\"0.12\"/>\
         <circle r=\"0.26\" fill=\"{light}\" fill-opacity=\"0.7\"/>"
    );
    if rng.random_bool(0.5) {
        body.push_str(&four_points(0.1, light, 0.55));
    }
    body
}

fn glint(_: &mut dyn RngCore, inks: &Inks) -> String {
    four_points(0.2, &inks.accent, 0.5)
}

/// A concave star of four points; `waist` is how near the middle its sides come.
fn four_points(waist: f32, fill: &str, alpha: f32) -> String {
    let w = waist;
    format!(
        "<path d=\"M0 -1Q{w} -{w} 1 0Q{w} {w} 0 1Q-{w} {w} -1 0Q-{w} -{w} 0 -1Z\" fill=\"{fill}\" \
         fill-opacity=\"{alpha}\"/>"
    )
}

/// Six arms with two twigs each.
fn flake(_: &mut dyn RngCore, inks: &Inks) -> String {
    let mut d = String::new();
    for arm in 0..6 {
        let (sin, cos) = (TAU * arm as f32 / 6.0).sin_cos();
        let at = |along: f32, side: f32| (along * cos - side * sin, along * sin + side * cos);
        let (tip, fork) = (at(0.95, 0.0), at(0.52, 0.0));
        let (left, right) = (at(0.8, 0.26), at(0.8, -0.26));
        let _ = write!(
            d,
            "M0 0L{:.2} {:.2}M{:.2} {:.2}L{:.2} {:.2}L{:.2} {:.2}",
            tip.0, tip.1, left.0, left.1, fork.0, fork.1, right.0, right.1
        );
    }
    format!(
        "<path d=\"{d}\" fill=\"none\" stroke=\"{}\" stroke-opacity=\"0.85\" stroke-width=\"0.12\" \
         stroke-linecap=\"round\" stroke-linejoin=\"round\"/>",
        inks.light
    )
}

fn leaf(rng: &mut dyn RngCore, inks: &Inks) -> String {
    let fill = if rng.random_bool(0.25) { &inks.accent } else { &inks.soft };
    format!(
        "<path d=\"M0 -1C0.62 -0.56 0.6 0.36 0 0.84C-0.6 0.36 -0.62 -0.56 0 -1Z\" fill=\"{fill}\" \
         fill-opacity=\"0.34\"/>\
         <path d=\"M0 -0.7V1.1M0 -0.1L0.3 -0.36M0 0.3L-0.32 0\" fill=\"none\" stroke=\"{fill}\" \
         stroke-opacity=\"0.5\" stroke-width=\"0.07\" stroke-linecap=\"round\"/>"
    )
}

/// A petal, notched at its broad end.
fn petal(rng: &mut dyn RngCore, inks: &Inks) -> String {
    let (fill, alpha) =
        if rng.random_bool(0.6) { (&inks.accent, 0.36) } else { (&inks.light, 0.75) };
    format!(
        "<path d=\"M0 0.95C-0.7 0.4 -0.72 -0.6 -0.28 -0.9Q-0.08 -0.98 0 -0.72Q0.08 -0.98 0.28 -0.9\
         C0.72 -0.6 0.7 0.4 0 0.95Z\" fill=\"{fill}\" fill-opacity=\"{alpha}\"/>"
    )
}

/// A glowing speck on its way up.
fn spark(rng: &mut dyn RngCore, inks: &Inks) -> String {
    let lean = rng.random_range(-22.0..22.0_f32);
    format!(
        "<g transform=\"rotate({lean:.0})\"><ellipse rx=\"0.62\" ry=\"0.95\" fill=\"{0}\" \
         fill-opacity=\"0.2\"/><ellipse rx=\"0.26\" ry=\"0.6\" fill=\"{0}\" \
         fill-opacity=\"0.75\"/></g>",
        inks.accent
    )
}

/// Paper strips, curls and hearts.
fn confetti(rng: &mut dyn RngCore, inks: &Inks) -> String {
    let fill = [&inks.accent, &inks.light, &inks.soft][rng.random_range(0..3_usize)];
    match rng.random_range(0..3_u8) {
        0 => format!(
            "<rect x=\"-0.34\" y=\"-0.8\" width=\"0.68\" height=\"1.6\" rx=\"0.16\" fill=\"{fill}\" \
             fill-opacity=\"0.42\"/>"
        ),
        1 => format!(
            "<path d=\"M-0.9 0.2C-0.6 -0.7 -0.2 -0.5 0 0C0.2 0.5 0.6 0.7 0.9 -0.2\" fill=\"none\" \
             stroke=\"{fill}\" stroke-opacity=\"0.45\" stroke-width=\"0.3\" stroke-linecap=\"round\"/>"
        ),
        _ => format!(
            "<path d=\"M0 0.85C-0.95 0.2 -1 -0.3 -0.84 -0.58C-0.62 -0.96 -0.14 -0.86 0 -0.42\
             C0.14 -0.86 0.62 -0.96 0.84 -0.58C1 -0.3 0.95 0.2 0 0.85Z\" fill=\"{fill}\" \
             fill-opacity=\"0.42\"/>"
        ),
    }
}

fn plus(rng: &mut dyn RngCore, inks: &Inks) -> String {
    let fill = if rng.random_bool(0.3) { &inks.accent } else { &inks.soft };
    format!(
        "<path d=\"M-0.8 0H0.8M0 -0.8V0.8\" stroke=\"{fill}\" stroke-opacity=\"0.5\" \
         stroke-width=\"0.3\" stroke-linecap=\"round\"/>"
    )
}

/// A square or a hexagon, in outline.
fn outline(rng: &mut dyn RngCore, inks: &Inks) -> String {
    let d = if rng.random_bool(0.5) {
        "M-0.7 -0.7H0.7V0.7H-0.7Z"
    } else {
        "M0 -0.9L0.78 -0.45V0.45L0 0.9L-0.78 0.45V-0.45Z"
    };
    let stroke = if rng.random_bool(0.4) { &inks.accent } else { &inks.soft };
    format!(
        "<path d=\"{d}\" fill=\"none\" stroke=\"{stroke}\" stroke-opacity=\"0.6\" \
         stroke-width=\"0.16\" stroke-linejoin=\"round\"/>"
    )
}

/// A cross, a ring or a dot, as pencils leave them.
fn pencil(rng: &mut dyn RngCore, inks: &Inks) -> String {
    let stroke = &inks.soft;
    match rng.random_range(0..3_u8) {
        0 => format!(
            "<path d=\"M-0.7 -0.62Q0 0.06 0.68 0.7M0.64 -0.72Q0.06 0 -0.7 0.66\" fill=\"none\" \
             stroke=\"{stroke}\" stroke-opacity=\"0.6\" stroke-width=\"0.2\" stroke-linecap=\"round\"/>"
        ),
        1 => format!(
            "<path d=\"M0.12 -0.78C-0.6 -0.8 -0.86 -0.2 -0.7 0.26C-0.5 0.84 0.4 0.9 0.7 0.32\
             C0.94 -0.24 0.5 -0.78 -0.1 -0.72\" fill=\"none\" stroke=\"{stroke}\" \
             stroke-opacity=\"0.6\" stroke-width=\"0.18\" stroke-linecap=\"round\"/>"
        ),
        _ => format!("<circle r=\"0.4\" fill=\"{stroke}\" fill-opacity=\"0.45\"/>"),
    }
}
