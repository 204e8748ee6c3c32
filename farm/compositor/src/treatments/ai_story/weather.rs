//! Weather in front of the land: rain, lightning, fog, fireflies. Many small layers rather than one
//! that fills the frame.

use rand::Rng as _;
use std::fmt::Write as _;

use crate::{
    palette::WHITE,
    scene::{Ease, Layer, Pose, Track},
    treatments::{
        Take,
        pieces::{flourish, geometry::Rect, motion, pictures},
    },
};

use super::{
    land::Land,
    sky::{Hour, Light},
};

/// Drops that fall at once.
const DROPS: usize = 34;

/// What the hour and land call for.
pub(super) fn layers(take: &Take, light: &Light, land: Land) -> Vec<Layer> {
    match light.hour {
        Hour::Storm => {
            let mut layers = rain(take);
            layers.extend(lightning(take, light));
            layers
        }
        Hour::Night if land == Land::Forest || land == Land::Village => sparks(take, light, 7),
        Hour::Night | Hour::Dawn => fog(take, light),
        Hour::Dusk => sparks(take, light, 6),
        Hour::Day => Vec::new(),
    }
}

fn rain(take: &Take) -> Vec<Layer> {
    let mut rng = take.rng("rain");
    let frames = take.shot.frames as f32 + 20.0;
    (0..DROPS)
        .map(|_| {
            let length = rng.random_range(40.0..110.0_f32);
            let x = rng.random_range(-60.0..1160.0_f32);
            let alpha = rng.random_range(0.18..0.46);
            let fall = rng.random_range(17.0..27.0_f32);
            let body = format!(
                "<path d=\"M{:.0} 3L3 {:.0}\" stroke=\"#fff\" stroke-width=\"4\" stroke-linecap=\"round\"/>",
                length * 0.16 + 3.0,
                length + 3.0
            );
            let area = Rect::around(x, -80.0, length * 0.16 + 6.0, length + 6.0);
            let mut layer = pictures::drawing("rain", &body, area, 0.0);
            let mut start = -rng.random_range(0.0..fall);
            let mut y = Track::fixed(-120.0);
            let mut across = Track::fixed(x);
            while start < frames {
                y = y.to(start, start + fall, 2000.0, Ease::Linear).to(start + fall, start + fall + 0.01, -120.0, Ease::Hold);
                across = across.to(start, start + fall, x - 330.0, Ease::Linear).to(start + fall, start + fall + 0.01, x, Ease::Hold);
                start += fall + 0.02;
            }
            layer.pose.y_px = y;
            layer.pose.x_px = across;
            layer.pose.opacity = Track::fixed(alpha);
            layer
        })
        .collect()
}

/// A bolt on a word that carries weight.
fn lightning(take: &Take, light: &Light) -> Vec<Layer> {
    let mut rng = take.rng("lightning");
    let at = flourish::owed(take, &[]).first().copied().unwrap_or(take.shot.frames / 3);
    let side = rng.random_bool(0.5);
    let x =
        if side { rng.random_range(120.0..300.0_f32) } else { rng.random_range(780.0..960.0_f32) };
    let mut d = String::from("M0 -330");
    let (mut px, mut py) = (0.0_f32, -330.0_f32);
    while py < 300.0 {
        px += rng.random_range(-70.0..70.0_f32);
        py += rng.random_range(50.0..110.0_f32);
        let _ = write!(d, "L{px:.0} {py:.0}");
    }
    let stroke = crate::scene::Stroke {
        colour: light.lamp.mix(WHITE, 0.6),
        width_px: 9.0,
        dash_px: Vec::new(),
    };
    let mut bolt = pictures::stroked("lightning", d, [x, 620.0], stroke, at as f32, 3.0);
    bolt.until_frame = at + 11;
    bolt.pose.opacity = flash(at as f32, 1.0);
    vec![bolt]
}

fn flash(at: f32, full: f32) -> Track {
    Track::fixed(full)
        .to(at + 3.0, at + 5.0, full * 0.3, Ease::Linear)
        .to(at + 5.0, at + 6.0, full, Ease::Linear)
        .to(at + 6.0, at + 11.0, 0.0, Ease::Out)
}

fn fog(take: &Take, light: &Light) -> Vec<Layer> {
    let end = take.shot.frames.max(1) as f32;
    let css = light.horizon.mix(light.lamp, 0.3).css();
    [(300.0_f32, 1190.0_f32, 80.0_f32), (820.0, 1265.0, -90.0)]
        .into_iter()
        .map(|(x, y, reach)| {
            let body = format!(
                "<defs><radialGradient id=\"f\"><stop offset=\"0\" stop-color=\"{css}\" stop-opacity=\"0.34\"/>\
                 <stop offset=\"1\" stop-color=\"{css}\" stop-opacity=\"0\"/></radialGradient></defs>\
                 <ellipse cx=\"480\" cy=\"85\" rx=\"480\" ry=\"85\" fill=\"url(#f)\"/>"
            );
            let mut layer = pictures::drawing("fog", &body, Rect::around(x, y, 960.0, 170.0), 0.6);
            layer.pose.x_px = Track::fixed(x).to(0.0, end, x + reach, Ease::Linear);
            layer
        })
        .collect()
}

/// Fireflies or embers that rise.
fn sparks(take: &Take, light: &Light, count: usize) -> Vec<Layer> {
    let mut rng = take.rng("sparks");
    let end = take.shot.frames.max(1) as f32;
    let css = light.lamp.css();
    (0..count)
        .map(|i| {
            let side = rng.random_range(30.0..56.0_f32);
            let body = format!(
                "<defs><radialGradient id=\"s\"><stop offset=\"0\" stop-color=\"#fff\"/><stop offset=\"0.25\" stop-color=\"{css}\" stop-opacity=\"0.9\"/>\
                 <stop offset=\"1\" stop-color=\"{css}\" stop-opacity=\"0\"/></radialGradient></defs>\
                 <circle cx=\"{0:.0}\" cy=\"{0:.0}\" r=\"{0:.0}\" fill=\"url(#s)\"/>",
                side / 2.0
            );
            let x = if i % 2 == 0 { rng.random_range(20.0..240.0_f32) } else { rng.random_range(840.0..1060.0_f32) };
            let y = rng.random_range(640.0..1240.0_f32);
            let mut layer = pictures::drawing("spark", &body, Rect::around(x, y, side, side), 1.3);
            let mut pose = Pose::at(x, y);
            pose.y_px = Track::fixed(y).to(0.0, end, y - rng.random_range(60.0..180.0), Ease::Linear);
            pose.idle = Some(crate::scene::Idle { x_px: 16.0, y_px: 10.0, ..motion::idle(i, 1.0) });
            layer.pose = super::sky::flicker(pose, i);
            layer
        })
        .collect()
}
