//! Backdrops and the quiet shapes between backdrop and stage: generated, different with every seed,
//! related to the palette's subject. One layer a shot, so that a camera move stays cheap.

use rand::Rng as _;
use std::fmt::Write as _;

use crate::{
    scene::{Backdrop, Glow, Layer, Rgba},
    story::PaletteName,
    treatments::Take,
};

use super::{geometry::Rect, pictures};

/// Bleed on each side so that no camera move shows an edge.
pub const BLEED_PX: f32 = 110.0;

/// Quiet shapes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mid {
    /// Layered waves at the foot.
    Waves,
    /// Rolling hills at the foot.
    Hills,
    /// A town's outline at the foot.
    Skyline,
    /// Peaks at the foot.
    Peaks,
    /// Conifers at the foot.
    Trees,
    /// Rays from behind the hero.
    Rays,
    /// Circles around the hero.
    Rings,
    /// A dotted field that fades out.
    Dots,
    /// A blueprint grid.
    Grid,
    /// Big soft blobs from the edges.
    Blobs,
}

/// Two stops 15–25° off vertical, a glow behind the hero and a fainter one far from it.
#[must_use]
pub fn backdrop(take: &Take, hero_px: [f32; 2]) -> Layer {
    lit(take, hero_px, 1.0)
}

/// The same with the glow behind the hero at `share` of its strength, 0–1.
#[must_use]
pub fn lit(take: &Take, hero_px: [f32; 2], share: f32) -> Layer {
    let mut rng = take.rng("backdrop");
    let lean = rng.random_range(15.0..25.0) * if rng.random_bool(0.5) { 1.0 } else { -1.0 };
    let p = take.palette;
    let strength = if p.is_light() { 0.95 } else { 0.62 };
    let corner = [if lean > 0.0 { 120.0 } else { 960.0 }, rng.random_range(40.0..300.0)];
    pictures::backdrop(Backdrop {
        stops: vec![(0.0, p.bg1), (0.55, p.bg1.mix(p.bg2, 0.62)), (1.0, p.bg2)],
        angle_deg: lean,
        glows: vec![
            Glow {
                centre_px: corner,
                radius_px: 700.0,
                colour: p.glow.with_alpha(strength * 0.35),
            },
            Glow {
                centre_px: hero_px,
                radius_px: 720.0,
                colour: p.glow.with_alpha(strength * share),
            },
        ],
    })
}

/// The quiet shape that suits the palette; neighbouring shots get different ones.
#[must_use]
pub fn suited(take: &Take) -> Mid {
    let choices: [Mid; 3] = match take.shot.palette {
        PaletteName::Sea => [Mid::Waves, Mid::Rings, Mid::Blobs],
        PaletteName::Night => [Mid::Peaks, Mid::Rings, Mid::Hills],
        PaletteName::Sunrise => [Mid::Rays, Mid::Hills, Mid::Blobs],
        PaletteName::Forest => [Mid::Trees, Mid::Blobs, Mid::Hills],
        PaletteName::Paper => [Mid::Grid, Mid::Blobs, Mid::Dots],
        PaletteName::Candy => [Mid::Blobs, Mid::Rays, Mid::Dots],
        PaletteName::Ember => [Mid::Peaks, Mid::Rays, Mid::Blobs],
        PaletteName::Slate => [Mid::Skyline, Mid::Grid, Mid::Rings],
        PaletteName::Gold => [Mid::Rays, Mid::Rings, Mid::Skyline],
        PaletteName::Ice => [Mid::Peaks, Mid::Dots, Mid::Waves],
        PaletteName::Meadow => [Mid::Hills, Mid::Rays, Mid::Trees],
        PaletteName::Neon => [Mid::Grid, Mid::Skyline, Mid::Rings],
    };
    choices[take.variant("mid shape", choices.len())]
}

/// The frame with its bleed.
#[must_use]
pub fn whole() -> Rect {
    Rect::new(-BLEED_PX, -BLEED_PX, 1080.0 + BLEED_PX, 1920.0 + BLEED_PX)
}

/// Draws a quiet shape. `hero_px` is where rays and rings come from. What fills the frame rests;
/// what only covers its foot follows the camera.
#[must_use]
pub fn mid(take: &Take, kind: Mid, hero_px: [f32; 2]) -> Layer {
    let mut rng = take.rng("mid");
    let foot = |top: f32| Rect::new(-BLEED_PX, top, 1080.0 + BLEED_PX, 1920.0 + BLEED_PX);
    let whole = whole();
    let far = take.palette.quiet(0.35);
    let near = take.palette.quiet(0.8);
    let light = take.palette.lifted(0.75);
    let centre = [hero_px[0] + BLEED_PX, hero_px[1] + BLEED_PX];
    let (area, body, depth) = match kind {
        Mid::Waves => {
            (foot(1290.0), ridges(&mut rng, 740.0, &[(60.0, far), (190.0, near)], Ridge::Wave), 0.6)
        }
        Mid::Hills => {
            (foot(1270.0), ridges(&mut rng, 760.0, &[(80.0, far), (230.0, near)], Ridge::Hill), 0.6)
        }
        Mid::Peaks => (
            foot(1150.0),
            ridges(&mut rng, 880.0, &[(150.0, far), (330.0, near)], Ridge::Peak),
            0.3,
        ),
        Mid::Skyline => (foot(1120.0), skyline(&mut rng, 910.0, far, near, light), 0.3),
        Mid::Trees => (foot(1180.0), trees(&mut rng, 850.0, far, near), 0.6),
        Mid::Rays => (whole, rays(&mut rng, centre, light), 0.0),
        Mid::Rings => (whole, rings(&mut rng, centre, light), 0.0),
        Mid::Dots => (whole, dots(&mut rng, light_or_ink(take)), 0.0),
        Mid::Grid => (whole, grid(&mut rng, light_or_ink(take)), 0.0),
        Mid::Blobs => (whole, blobs(&mut rng, far, light), 0.0),
    };
    pictures::drawing("mid", &body, area, depth)
}

/// Shapes of a horizon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ridge {
    /// Short swell.
    Wave,
    /// Long round hills.
    Hill,
    /// Jagged mountains.
    Peak,
    /// Nearly flat.
    Plain,
}

/// Horizons one behind the other in a box 1300 wide; each band is (top, colour), back to front.
#[must_use]
pub fn ridges(
    rng: &mut impl rand::RngCore,
    height: f32,
    bands: &[(f32, Rgba)],
    shape: Ridge,
) -> String {
    let mut body = String::new();
    for (top, colour) in bands {
        let d = ridge_line(rng, *top, height, shape);
        let _ = write!(body, "<path d=\"{d}\" fill=\"{}\"/>", colour.css());
    }
    body
}

fn ridge_line(rng: &mut impl rand::RngCore, top: f32, height: f32, shape: Ridge) -> String {
    let (step, lift) = match shape {
        Ridge::Wave => (165.0, 34.0),
        Ridge::Hill => (330.0, 70.0),
        Ridge::Peak => (190.0, 96.0),
        Ridge::Plain => (260.0, 14.0),
    };
    let mut d = String::from("M-20 ");
    let mut x = -20.0 - rng.random_range(0.0..step);
    let mut y = top + rng.random_range(0.0..lift);
    let _ = write!(d, "{height:.0}L{x:.0} {y:.0}");
    let mut up = rng.random_bool(0.5);
    while x < 1320.0 {
        let (stride, away) = match shape {
            Ridge::Peak if up => (rng.random_range(0.6..1.5), rng.random_range(-1.7..-0.2)),
            Ridge::Peak => (rng.random_range(0.4..1.3), rng.random_range(0.3..1.1)),
            _ if up => (rng.random_range(0.8..1.25), rng.random_range(-1.35..-0.65)),
            _ => (rng.random_range(0.8..1.25), rng.random_range(0.65..1.35)),
        };
        let (next, goal) = (x + step * stride, top + lift * away);
        if shape == Ridge::Peak {
            let _ = write!(d, "L{next:.0} {goal:.0}");
        } else {
            let middle = f32::midpoint(x, next);
            let _ = write!(d, "C{middle:.0} {y:.0} {middle:.0} {goal:.0} {next:.0} {goal:.0}");
        }
        (x, y, up) = (next, goal, !up);
    }
    let _ = write!(d, "L1320 {height:.0}Z");
    d
}

/// Two rows of houses, some windows lit.
#[must_use]
pub fn skyline(
    rng: &mut impl rand::RngCore,
    height: f32,
    far: Rgba,
    near: Rgba,
    light: Rgba,
) -> String {
    let mut body = String::new();
    for (row, colour) in [(0.0_f32, far), (1.0, near)] {
        let mut x = -10.0 - rng.random_range(0.0..60.0_f32);
        while x < 1310.0 {
            let width = rng.random_range(70.0..150.0_f32);
            let top = 40.0 + row * 190.0 + rng.random_range(0.0..210.0_f32);
            let _ = write!(
                body,
                "<rect x=\"{x:.0}\" y=\"{top:.0}\" width=\"{:.0}\" height=\"{:.0}\" fill=\"{}\"/>",
                width + 1.0,
                height - top,
                colour.css()
            );
            if rng.random_bool(0.3) {
                let mid = x + width / 2.0;
                let _ = write!(
                    body,
                    "<path d=\"M{mid:.0} {:.0}v60\" stroke=\"{}\" stroke-width=\"6\"/>",
                    top - 56.0,
                    colour.css()
                );
            }
            let mut y = top + 26.0;
            while y < top + 190.0 && width > 84.0 {
                for column in 0..2 {
                    if rng.random_bool(0.3) {
                        let wx = x + width * (0.24 + 0.34 * column as f32);
                        let _ = write!(
                            body,
                            "<rect x=\"{wx:.0}\" y=\"{y:.0}\" width=\"16\" height=\"22\" rx=\"3\" fill=\"{}\" fill-opacity=\"0.55\"/>",
                            light.css()
                        );
                    }
                }
                y += 46.0;
            }
            x += width + if rng.random_bool(0.25) { 18.0 } else { 0.0 };
        }
    }
    body
}

/// Two rows of conifers on soft ground.
#[must_use]
pub fn trees(rng: &mut impl rand::RngCore, height: f32, far: Rgba, near: Rgba) -> String {
    let mut body = String::new();
    for (row, colour) in [(0.0_f32, far), (1.0, near)] {
        let ground = 300.0 + row * 130.0;
        let _ = write!(
            body,
            "<path d=\"{}\" fill=\"{}\"/>",
            ridge_line(rng, ground, height, Ridge::Plain),
            colour.css()
        );
        let mut x = rng.random_range(-40.0..20.0_f32);
        while x < 1320.0 {
            let tall = rng.random_range(150.0..300.0_f32) * (1.0 - 0.12 * row);
            conifer(&mut body, x, ground + 24.0, tall, colour);
            x += rng.random_range(46.0..128.0_f32);
        }
    }
    body
}

fn conifer(body: &mut String, x: f32, foot: f32, tall: f32, colour: Rgba) {
    let mut d = String::new();
    for tier in 0..3 {
        let t = tier as f32;
        let top = foot - tall + t * tall * 0.24;
        let low = foot - tall * (0.52 - 0.2 * t);
        let half = tall * (0.13 + 0.055 * t);
        let _ = write!(d, "M{x:.0} {top:.0}L{:.0} {low:.0}H{:.0}Z", x + half, x - half);
    }
    let _ = write!(d, "M{:.0} {:.0}h12v{:.0}h-12z", x - 6.0, foot - tall * 0.14, tall * 0.2);
    let _ = write!(body, "<path d=\"{d}\" fill=\"{}\"/>", colour.css());
}

fn rays(rng: &mut impl rand::RngCore, [cx, cy]: [f32; 2], light: Rgba) -> String {
    let count = rng.random_range(9..14_usize);
    let mut d = String::new();
    let turn = rng.random_range(0.0..std::f32::consts::TAU);
    for i in 0..count {
        let a = turn + std::f32::consts::TAU * i as f32 / count as f32;
        let b = a + std::f32::consts::PI / count as f32;
        let r = 1700.0;
        let _ = write!(
            d,
            "M{cx:.0} {cy:.0}L{:.0} {:.0}L{:.0} {:.0}Z",
            cx + r * a.cos(),
            cy + r * a.sin(),
            cx + r * b.cos(),
            cy + r * b.sin()
        );
    }
    let css = light.css();
    format!(
        "<defs><radialGradient id=\"r\" gradientUnits=\"userSpaceOnUse\" cx=\"{cx:.0}\" cy=\"{cy:.0}\" r=\"1150\">\
         <stop offset=\"0\" stop-color=\"{css}\" stop-opacity=\"0.34\"/><stop offset=\"1\" stop-color=\"{css}\" stop-opacity=\"0\"/>\
         </radialGradient></defs><path d=\"{d}\" fill=\"url(#r)\"/>"
    )
}

fn rings(rng: &mut impl rand::RngCore, [cx, cy]: [f32; 2], light: Rgba) -> String {
    let mut body = String::new();
    let mut r = rng.random_range(300.0..350.0_f32);
    let mut alpha = 0.2;
    for i in 0..5 {
        let dash =
            if i % 2 == 1 { " stroke-dasharray=\"3 22\" stroke-linecap=\"round\"" } else { "" };
        let _ = write!(
            body,
            "<circle cx=\"{cx:.0}\" cy=\"{cy:.0}\" r=\"{r:.0}\" fill=\"none\" stroke=\"{}\" stroke-opacity=\"{alpha:.2}\" stroke-width=\"{}\"{dash}/>",
            light.css(),
            if i % 2 == 1 { 8 } else { 4 }
        );
        let a = rng.random_range(0.0..std::f32::consts::TAU);
        let _ = write!(
            body,
            "<circle cx=\"{:.0}\" cy=\"{:.0}\" r=\"{}\" fill=\"{}\" fill-opacity=\"{:.2}\"/>",
            cx + r * a.cos(),
            cy + r * a.sin(),
            10 + i * 2,
            light.css(),
            alpha * 1.6
        );
        r += rng.random_range(110.0..150.0_f32);
        alpha *= 0.8;
    }
    body
}

fn dots(rng: &mut impl rand::RngCore, colour: Rgba) -> String {
    let pitch = rng.random_range(64.0..84.0_f32);
    let (cx, cy) = (rng.random_range(200.0..1100.0_f32), rng.random_range(500.0..1700.0_f32));
    let mut d = String::new();
    for row in 0..(2140.0 / pitch) as usize {
        for column in 0..(1300.0 / pitch) as usize {
            let x = (column as f32 + if row % 2 == 0 { 0.25 } else { 0.75 }) * pitch;
            let y = (row as f32 + 0.5) * pitch;
            let r = 11.0 * (1.0 - (x - cx).hypot(y - cy) / 1300.0).max(0.12);
            let _ = write!(
                d,
                "M{:.1} {y:.1}a{r:.1} {r:.1} 0 1 0 {:.1} 0a{r:.1} {r:.1} 0 1 0 {:.1} 0z",
                x - r,
                2.0 * r,
                -2.0 * r
            );
        }
    }
    format!("<path d=\"{d}\" fill=\"{}\" fill-opacity=\"0.13\"/>", colour.css())
}

fn grid(rng: &mut impl rand::RngCore, colour: Rgba) -> String {
    let pitch = rng.random_range(84.0..112.0_f32);
    let mut d = String::new();
    for i in 0..26 {
        let at = i as f32 * pitch;
        let _ = write!(d, "M{at:.0} 0V2140M0 {at:.0}H1300");
    }
    format!(
        "<path d=\"{d}\" stroke=\"{}\" stroke-opacity=\"0.11\" stroke-width=\"3\" fill=\"none\"/>",
        colour.css()
    )
}

fn blobs(rng: &mut impl rand::RngCore, far: Rgba, light: Rgba) -> String {
    let mut body = String::new();
    let places = [(0.0, 0.12), (1.0, 0.34), (0.04, 0.72), (0.92, 0.94)];
    for (i, (fx, fy)) in places.into_iter().enumerate() {
        let (cx, cy) = (
            fx * 1300.0 + rng.random_range(-80.0..80.0),
            fy * 2140.0 + rng.random_range(-90.0..90.0),
        );
        let size = rng.random_range(250.0..380.0_f32);
        let (colour, alpha) = if i % 2 == 0 { (light, 0.12) } else { (far, 0.75) };
        let d = blob_outline(rng, cx, cy, size);
        let _ =
            write!(body, "<path d=\"{d}\" fill=\"{}\" fill-opacity=\"{alpha}\"/>", colour.css());
    }
    body
}

/// A closed smooth outline through seven jittered points (Catmull–Rom turned into cubics).
fn blob_outline(rng: &mut impl rand::RngCore, cx: f32, cy: f32, size: f32) -> String {
    let n = 7;
    let points: Vec<(f32, f32)> = (0..n)
        .map(|i| {
            let a = std::f32::consts::TAU * i as f32 / n as f32;
            let r = size * rng.random_range(0.78..1.12);
            (cx + r * a.cos(), cy + r * a.sin())
        })
        .collect();
    let at = |i: usize| points[i % n];
    let mut d = format!("M{:.0} {:.0}", points[0].0, points[0].1);
    for i in 0..n {
        let (p0, p1, p2, p3) = (at(i + n - 1), at(i), at(i + 1), at(i + 2));
        let _ = write!(
            d,
            "C{:.0} {:.0} {:.0} {:.0} {:.0} {:.0}",
            p1.0 + (p2.0 - p0.0) / 6.0,
            p1.1 + (p2.1 - p0.1) / 6.0,
            p2.0 - (p3.0 - p1.0) / 6.0,
            p2.1 - (p3.1 - p1.1) / 6.0,
            p2.0,
            p2.1
        );
    }
    d.push('Z');
    d
}

fn light_or_ink(take: &Take) -> Rgba {
    if take.palette.is_light() { take.palette.ink } else { take.palette.lifted(0.9) }
}
