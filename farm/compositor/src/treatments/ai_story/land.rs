//! Land by keyword: far silhouettes, the stage that feet stand on, landmarks, and the dark
//! foreground that frames a shot.

use rand::Rng as _;
use std::fmt::Write as _;

use crate::{
    scene::{Ease, Idle, Layer, Track},
    story::{PaletteName, Visual},
    treatments::{
        Take,
        pieces::{
            backgrounds::{self, Ridge},
            geometry::Rect,
            motion, pictures,
        },
    },
};

use super::sky::{self, Hour, Light};

/// What lies on the horizon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Land {
    Sea,
    Forest,
    City,
    Mountains,
    Village,
    Desert,
}

const WORDS: [(Land, &[&str]); 6] = [
    (
        Land::Sea,
        &[
            "sea",
            "ocean",
            "lighthouse",
            "ship",
            "boat",
            "island",
            "beach",
            "wave",
            "fish",
            "sailor",
            "whale",
            "octopus",
            "mar",
            "faro",
            "meer",
        ],
    ),
    (
        Land::Forest,
        &[
            "forest", "tree", "wood", "wolf", "bear", "owl", "fox", "deer", "bosque", "wald",
            "jungle",
        ],
    ),
    (
        Land::City,
        &["city", "street", "town", "office", "robot", "taxi", "ciudad", "stadt", "neon", "subway"],
    ),
    (
        Land::Mountains,
        &[
            "mountain", "hill", "climb", "snow", "peak", "dragon", "goat", "eagle", "montaña",
            "berg",
        ],
    ),
    (
        Land::Village,
        &[
            "house", "home", "door", "village", "farm", "castle", "room", "bed", "casa", "haus",
            "cat", "dog",
        ],
    ),
    (Land::Desert, &["desert", "sand", "camel", "pyramid", "cactus", "mars"]),
];

/// The land of a shot: the story's setting, unless the shot's own words name another.
pub(super) fn of(take: &Take) -> Land {
    let mut own: Vec<String> = take.words().map(|word| word.text.clone()).collect();
    if let Visual::Drawing { hero, relatives, .. } = &take.shot.visual {
        own.push(hero.name.clone());
        own.extend(relatives.iter().map(|art| art.name.clone()));
    }
    let setting = named(take.story.title.split_whitespace());
    named(own.iter().flat_map(|text| text.split_whitespace())).or(setting).unwrap_or(
        match take.story.shots.first().map_or(take.shot.palette, |shot| shot.palette) {
            PaletteName::Sea | PaletteName::Ice => Land::Sea,
            PaletteName::Forest | PaletteName::Meadow => Land::Forest,
            PaletteName::Neon | PaletteName::Slate => Land::City,
            PaletteName::Gold | PaletteName::Ember => Land::Desert,
            PaletteName::Paper | PaletteName::Candy => Land::Village,
            PaletteName::Night | PaletteName::Sunrise => Land::Mountains,
        },
    )
}

fn named<'a>(words: impl Iterator<Item = &'a str>) -> Option<Land> {
    words.map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()).find_map(
        |word| {
            let singular = word.strip_suffix('s').unwrap_or(&word);
            WORDS.iter().find(|(_, stems)| stems.contains(&singular)).map(|(land, _)| *land)
        },
    )
}

/// True when the story is about a lighthouse.
fn has_lighthouse(take: &Take) -> bool {
    let about = |text: &str| text.to_lowercase().contains("lighthouse") || text.contains("faro");
    about(&take.story.title) || take.words().any(|word| about(&word.text))
}

/// Far silhouettes at the horizon.
pub(super) fn far(take: &Take, light: &Light, land: Land) -> Layer {
    let mut rng = take.rng("far");
    let (far, mid) = (light.far.mix(light.horizon, 0.35), light.far);
    let lamp = light.lamp;
    let (top, body) = match land {
        Land::Sea => (1010.0, sea(&mut rng, light)),
        Land::Forest => (700.0, backgrounds::trees(&mut rng, 900.0, far, mid)),
        Land::City => (620.0, backgrounds::skyline(&mut rng, 980.0, far, mid, lamp)),
        Land::Mountains => (
            640.0,
            backgrounds::ridges(&mut rng, 960.0, &[(170.0, far), (330.0, mid)], Ridge::Peak),
        ),
        Land::Village => (830.0, village(&mut rng, light)),
        Land::Desert => {
            (880.0, backgrounds::ridges(&mut rng, 720.0, &[(90.0, far), (190.0, mid)], Ridge::Hill))
        }
    };
    // The stage covers what lies lower.
    pictures::drawing("far", &body, Rect::new(-110.0, top, 1190.0, 1340.0), 0.3)
}

fn sea(rng: &mut impl rand::RngCore, light: &Light) -> String {
    let mut body = format!(
        "<defs><linearGradient id=\"w\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"1\"><stop offset=\"0\" stop-color=\"{}\"/>\
         <stop offset=\"0.5\" stop-color=\"{}\"/></linearGradient></defs><rect y=\"14\" width=\"1300\" height=\"700\" fill=\"url(#w)\"/>",
        light.far.mix(light.horizon, 0.45).css(),
        light.mid.css()
    );
    for _ in 0..34 {
        let (x, y) = (rng.random_range(0.0..1240.0_f32), rng.random_range(24.0..300.0_f32));
        let (w, alpha) = (rng.random_range(30.0..150.0_f32), rng.random_range(0.08..0.38_f32));
        let _ = write!(
            body,
            "<rect x=\"{x:.0}\" y=\"{y:.0}\" width=\"{w:.0}\" height=\"5\" rx=\"2.5\" fill=\"{}\" fill-opacity=\"{alpha:.2}\"/>",
            light.lamp.css()
        );
    }
    body
}

fn village(rng: &mut impl rand::RngCore, light: &Light) -> String {
    let far = light.far.mix(light.horizon, 0.3);
    let mut body = backgrounds::ridges(rng, 790.0, &[(90.0, far)], Ridge::Hill);
    let mut x = rng.random_range(-20.0..60.0_f32);
    while x < 1240.0 {
        let (w, h) = (rng.random_range(90.0..150.0_f32), rng.random_range(70.0..110.0_f32));
        let foot = 240.0 + rng.random_range(-14.0..18.0_f32);
        let _ = write!(
            body,
            "<path d=\"M{x:.0} {:.0}V{:.0}L{:.0} {:.0}L{:.0} {:.0}V{:.0}Z\" fill=\"{}\"/>\
             <rect x=\"{:.0}\" y=\"{:.0}\" width=\"24\" height=\"30\" rx=\"3\" fill=\"{}\" fill-opacity=\"0.85\"/>",
            foot + 120.0,
            foot - h,
            x + w / 2.0,
            foot - h - 62.0,
            x + w,
            foot - h,
            foot + 120.0,
            light.far.css(),
            x + w * 0.4,
            foot - h * 0.72,
            light.lamp.css()
        );
        x += w + rng.random_range(30.0..120.0_f32);
    }
    body + &backgrounds::ridges(rng, 790.0, &[(240.0, light.far)], Ridge::Plain)
}

/// The ground that feet stand on, and all that lies under captions.
pub(super) fn stage(take: &Take, light: &Light, land: Land, framed: bool) -> Layer {
    // A window's wall or the foreground covers what lies lower.
    let bottom = if framed { 1320.0 } else { 1740.0 };
    let mut rng = take.rng("stage");
    let shape = match land {
        Land::Sea => Ridge::Wave,
        Land::City => Ridge::Plain,
        _ => Ridge::Hill,
    };
    let lower = light.near.mix(light.mid, 0.25);
    let mut body =
        backgrounds::ridges(&mut rng, 920.0, &[(70.0, light.mid), (190.0, lower)], shape);
    let rim = light.lamp.css();
    for _ in 0..if land == Land::Sea { 40 } else { 0 } {
        let (x, y) = (rng.random_range(0.0..1240.0_f32), rng.random_range(130.0..640.0_f32));
        let w = rng.random_range(24.0..120.0_f32);
        let _ = write!(
            body,
            "<rect x=\"{x:.0}\" y=\"{y:.0}\" width=\"{w:.0}\" height=\"6\" rx=\"3\" fill=\"{rim}\" fill-opacity=\"0.1\"/>"
        );
    }
    pictures::drawing("stage", &body, Rect::new(-110.0, 1110.0, 1190.0, bottom), 0.6)
}

/// A lighthouse with a turning beam where the story has one. It stays below a title, whose end is
/// `titled`.
pub(super) fn landmark(
    take: &Take,
    light: &Light,
    hero: [f32; 2],
    titled: Option<f32>,
) -> Vec<Layer> {
    if !has_lighthouse(take) {
        return Vec::new();
    }
    let x = if hero[0] < 540.0 { 800.0 } else { 280.0 };
    let css = |c: crate::scene::Rgba| c.css();
    let (body_css, dark) = (css(light.mid.mix(light.far, 0.4)), css(light.near));
    let lamp = css(light.lamp);
    let tower = format!(
        "<path d=\"M70 190H190L216 720H44Z\" fill=\"{body_css}\"/>\
         <path d=\"M64 318H196L202 430H58ZM52 552H208L213 652H47Z\" fill=\"{dark}\" fill-opacity=\"0.55\"/>\
         <rect x=\"52\" y=\"172\" width=\"156\" height=\"22\" rx=\"6\" fill=\"{dark}\"/>\
         <rect x=\"84\" y=\"96\" width=\"92\" height=\"78\" rx=\"8\" fill=\"{lamp}\"/>\
         <path d=\"M130 96V174M84 134H176\" stroke=\"{dark}\" stroke-width=\"6\"/>\
         <path d=\"M62 98L130 30L198 98Z\" fill=\"{dark}\"/><rect x=\"126\" y=\"4\" width=\"8\" height=\"34\" fill=\"{dark}\"/>\
         <path d=\"M0 760Q60 690 130 700T260 760Z\" fill=\"{dark}\"/>"
    );
    let foot = 1230.0;
    let top = titled.map_or(470.0, |bottom| (bottom + 24.0).clamp(470.0, 760.0));
    let scale = (foot - top) / 760.0;
    let lamp_at = [x, top + 135.0 * scale];
    let area = Rect::new(x - 130.0 * scale, top, x + 130.0 * scale, foot);
    let tower = format!("<g transform=\"scale({scale:.3})\">{tower}</g>");
    let mut beam = beam(light, lamp_at, hero[0] < 540.0);
    let swing = take.shot.frames.max(1) as f32;
    let from = settle_angle(take);
    beam.pose.rotation_deg = Track::fixed(from).to(0.0, swing, from + 11.0, Ease::InOut);
    beam.pose = sky::flicker(beam.pose, 1);
    vec![beam, pictures::drawing("landmark", &tower, area, 0.6)]
}

fn settle_angle(take: &Take) -> f32 {
    take.rng("beam").random_range(-9.0..-2.0)
}

/// A beam that leaves the lamp towards one side; its box is centred on the lamp so that it turns
/// about it.
fn beam(light: &Light, at: [f32; 2], leftward: bool) -> Layer {
    let css = light.lamp.css();
    let (tip, x1, x2) = if leftward { (0.0, 0.5, 0.0) } else { (1640.0, 0.5, 1.0) };
    let body = format!(
        "<defs><linearGradient id=\"l\" x1=\"{x1}\" y1=\"0\" x2=\"{x2}\" y2=\"0\"><stop offset=\"0\" stop-color=\"{css}\" stop-opacity=\"0.75\"/>\
         <stop offset=\"1\" stop-color=\"{css}\" stop-opacity=\"0\"/></linearGradient></defs>\
         <path d=\"M820 150L{tip} 0V340L820 190Z\" fill=\"url(#l)\"/>"
    );
    pictures::blurred("beam", &body, Rect::around(at[0], at[1], 1640.0, 340.0), 0.6, 4.0)
}

/// The nearest things: grass, rocks or a window's frame, almost black.
pub(super) fn foreground(take: &Take, light: &Light, land: Land, framed: bool) -> Vec<Layer> {
    let mut rng = take.rng("foreground");
    let dark = light.near.mix(crate::palette::NIGHT_INK, 0.45);
    if framed {
        return vec![window(&mut rng, dark.css().as_str(), light)];
    }
    let area = Rect::new(-110.0, 1440.0, 1190.0, 1990.0);
    let mut body = backgrounds::ridges(&mut rng, 620.0, &[(170.0, dark)], Ridge::Hill);
    let mut d = String::new();
    for _ in 0..46 {
        let x = rng.random_range(0.0..1300.0_f32);
        let (tall, lean) = (rng.random_range(60.0..190.0_f32), rng.random_range(-34.0..34.0_f32));
        match land {
            Land::Sea | Land::Mountains | Land::Desert => {
                let w = tall * 0.7;
                if rng.random_bool(0.3) {
                    let _ = write!(
                        d,
                        "M{:.0} 300Q{:.0} {:.0} {x:.0} {:.0}T{:.0} 300Z",
                        x - w,
                        x - w * 0.7,
                        250.0 - tall * 0.4,
                        240.0 - tall * 0.35,
                        x + w
                    );
                }
            }
            Land::City => {}
            Land::Forest | Land::Village => {
                let _ = write!(
                    d,
                    "M{:.0} 300Q{x:.0} {:.0} {:.0} {:.0}Q{:.0} {:.0} {:.0} 300Z",
                    x - 9.0,
                    260.0 - tall * 0.5,
                    x + lean,
                    220.0 - tall,
                    x + 6.0,
                    260.0 - tall * 0.5,
                    x + 9.0
                );
            }
        }
    }
    let _ = write!(body, "<path d=\"{d}\" fill=\"{}\"/>", dark.css());
    let mut layer = pictures::blurred("foreground", &body, area, 1.3, 2.5);
    if land == Land::Sea || light.hour == Hour::Storm {
        layer.pose.idle = Some(Idle { rotation_deg: 0.0, ..motion::idle(4, 1.6) });
    }
    vec![layer]
}

/// Darkness around an arched opening; captions lie on the darkness.
fn window(rng: &mut impl rand::RngCore, dark: &str, light: &Light) -> Layer {
    let (left, right, sill) = (96.0, 984.0, 1226.0);
    let spring = rng.random_range(560.0..700.0_f32);
    let rx = (right - left) / 2.0;
    let arch = format!(
        "M{left} {sill}V{spring:.0}A{rx} {:.0} 0 0 1 {right} {spring:.0}V{sill}Z",
        spring - 230.0
    );
    let edge = light.lamp.css();
    let body = format!(
        "<path fill-rule=\"evenodd\" d=\"M-20 -20H1100V1940H-20Z{arch}\" fill=\"{dark}\"/>\
         <path d=\"{arch}\" fill=\"none\" stroke=\"{edge}\" stroke-opacity=\"0.28\" stroke-width=\"10\"/>\
         <rect x=\"56\" y=\"{sill}\" width=\"968\" height=\"34\" rx=\"8\" fill=\"{edge}\" fill-opacity=\"0.14\"/>"
    );
    pictures::drawing("window", &body, Rect::new(0.0, 0.0, 1080.0, 1920.0), 0.0)
}
