//! Light by beat: what hour it is, the sky's colours, moon or sun, stars, clouds and beams.

use rand::Rng as _;
use std::fmt::Write as _;

use crate::{
    palette::WHITE,
    scene::{Backdrop, Ease, Glow, Layer, Pose, Rgba, Track},
    treatments::{
        Take,
        pieces::{geometry::Rect, motion, pictures},
    },
};

/// Time of day and weather.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hour {
    Dusk,
    Night,
    Storm,
    Dawn,
    Day,
}

/// The light of one shot.
#[derive(Clone, Copy, Debug)]
pub(super) struct Light {
    pub(super) hour: Hour,
    top: Rgba,
    middle: Rgba,
    pub(super) horizon: Rgba,
    /// Moon, sun and what they shine on.
    pub(super) lamp: Rgba,
    pub(super) far: Rgba,
    pub(super) mid: Rgba,
    pub(super) near: Rgba,
    /// Titles.
    pub(super) ink: Rgba,
    pub(super) accent: Rgba,
}

/// Moon or sun.
#[derive(Clone, Copy, Debug)]
pub(super) struct Disc {
    pub(super) centre_px: [f32; 2],
    pub(super) radius_px: f32,
}

/// The shot's light: what its words say, else what its beat calls for.
pub(super) fn light(take: &Take) -> Light {
    let hour = hour(take);
    let p = take.palette;
    let base = match hour {
        Hour::Dusk => [0x2A_1B58, 0x9A_3A6A, 0xF5_8A5A, 0xFF_D9A0, 0x6B_2F63, 0x3A_1B4A, 0x16_0C26],
        Hour::Night => {
            [0x05_0822, 0x16_1F57, 0x3C_4A9A, 0xFF_E6A6, 0x1C_2660, 0x10_173F, 0x06_0A1F]
        }
        Hour::Storm => {
            [0x0A_0E16, 0x24_3040, 0x56_6C7C, 0xD8_E8F2, 0x2C_3A48, 0x19_232E, 0x0A_0F16]
        }
        Hour::Dawn => [0x2C_4A8C, 0xB5_6A8E, 0xFF_C98A, 0xFF_F3CF, 0x7A_5583, 0x46_3768, 0x1B_1838],
        Hour::Day => [0x2E_7CCB, 0x7F_BCEB, 0xE3_F3F5, 0xFF_FFFF, 0x6F_A9B8, 0x3F_7F78, 0x16_3F44],
    };
    let [top, middle, horizon, lamp, far, mid, near] = base.map(Rgba::hex);
    // A quarter of the palette ties the shots of one video together.
    let tint = if p.is_light() { 0.0 } else { 0.24 };
    Light {
        hour,
        top: top.mix(p.bg2, tint),
        middle: middle.mix(p.bg1, tint),
        horizon: horizon.mix(p.glow, tint),
        lamp,
        far: far.mix(p.bg1, tint),
        mid: mid.mix(p.bg2, tint),
        near: near.mix(p.bg2, tint),
        ink: WHITE,
        accent: take.palette.caption_accent(),
    }
}

fn hour(take: &Take) -> Hour {
    let said = |stems: &[&str]| {
        take.words().any(|word| {
            let word = word.text.to_lowercase();
            stems.iter().any(|stem| word.starts_with(stem))
        })
    };
    if said(&[
        "storm",
        "rain",
        "thunder",
        "lightning",
        "torment",
        "lluvia",
        "orage",
        "sturm",
        "tempest",
    ]) {
        return Hour::Storm;
    }
    if said(&["dawn", "sunrise", "morning", "amanec", "aube", "morgen", "sunlight"]) {
        return Hour::Dawn;
    }
    if said(&["sunset", "dusk", "evening", "atardecer", "abend"]) {
        return Hour::Dusk;
    }
    if said(&["night", "midnight", "dark", "moon", "noche", "nuit", "nacht"]) {
        return Hour::Night;
    }
    by_beat(take)
}

fn by_beat(take: &Take) -> Hour {
    let (beat, last) = (take.shot.beat, take.shot.beats.saturating_sub(1).max(1));
    let bright = take.palette.is_light();
    let course: [Hour; 5] = match (bright, take.story_rng("course").random_range(0..3)) {
        (true, 0) => [Hour::Dawn, Hour::Day, Hour::Storm, Hour::Dusk, Hour::Day],
        (true, _) => [Hour::Day, Hour::Dusk, Hour::Night, Hour::Dawn, Hour::Day],
        (false, 0) => [Hour::Night, Hour::Dusk, Hour::Storm, Hour::Night, Hour::Dawn],
        (false, 1) => [Hour::Dusk, Hour::Night, Hour::Storm, Hour::Night, Hour::Dusk],
        (false, _) => [Hour::Night, Hour::Storm, Hour::Night, Hour::Dawn, Hour::Night],
    };
    let step = (beat.min(last) as usize * 4).div_ceil(last as usize);
    course[step.min(4)]
}

/// Between a title and a moon or sun below it.
pub(super) const BELOW_TITLE_PX: f32 = 12.0;

/// Of a small moon.
const MOON_RADIUS_PX: f32 = 96.0;

/// Where a small moon or sun hangs: on the far side from the hero, below a title that ends there.
pub(super) fn small_disc(take: &Take, light: &Light, hero: [f32; 2], titled: Option<f32>) -> Disc {
    let mut rng = take.rng("disc");
    let left = if (hero[0] - 540.0).abs() < 20.0 { rng.random_bool(0.5) } else { hero[0] > 540.0 };
    let x = if left { rng.random_range(190.0..330.0) } else { rng.random_range(750.0..890.0) };
    match light.hour {
        Hour::Dusk | Hour::Dawn => Disc { centre_px: [x, 1010.0], radius_px: 150.0 },
        _ => {
            let lowest_free = titled.map_or(0.0, |bottom| bottom + BELOW_TITLE_PX + MOON_RADIUS_PX);
            let y = rng.random_range(300.0_f32..400.0).max(lowest_free);
            Disc { centre_px: [x, y], radius_px: MOON_RADIUS_PX }
        }
    }
}

pub(super) fn backdrop(take: &Take, light: &Light, disc: &Disc, hero: [f32; 2]) -> Layer {
    let lean = take.rng("sky").random_range(-18.0..18.0);
    let storm = light.hour == Hour::Storm;
    let lamp = light.lamp.with_alpha(if storm { 0.12 } else { 0.5 });
    pictures::backdrop(Backdrop {
        stops: vec![
            (0.0, light.top),
            (0.36, light.middle),
            (0.66, light.horizon),
            (1.0, light.near),
        ],
        angle_deg: lean,
        glows: vec![
            Glow { centre_px: hero, radius_px: 620.0, colour: light.horizon.with_alpha(0.5) },
            Glow { centre_px: disc.centre_px, radius_px: disc.radius_px * 3.4, colour: lamp },
        ],
    })
}

/// Stars, and the moon or sun before them, in one layer that rests: the sky is too far to shift.
pub(super) fn stars(take: &Take, light: &Light, disc: &Disc) -> Layer {
    let mut rng = take.rng("stars");
    let (count, strength) = match light.hour {
        Hour::Night => (110, 0.95),
        Hour::Dusk | Hour::Dawn => (40, 0.5),
        Hour::Storm | Hour::Day => (0, 0.0),
    };
    let area = Rect::new(-60.0, -60.0, 1140.0, 1180.0);
    let mut body = String::new();
    for _ in 0..count {
        let (x, y) = (rng.random_range(0.0..1200.0_f32), rng.random_range(0.0..1000.0_f32));
        let r = rng.random_range(1.2..4.2_f32);
        let alpha = strength * rng.random_range(0.35..1.0_f32) * (1.0 - y / 1200.0);
        let _ = write!(
            body,
            "<circle cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"{r:.1}\" fill=\"#fff\" fill-opacity=\"{alpha:.2}\"/>"
        );
    }
    if light.hour != Hour::Storm {
        let (cx, cy) = (disc.centre_px[0] + 60.0, disc.centre_px[1] + 60.0);
        disc_body(&mut body, &mut rng, light, cx, cy, disc.radius_px);
    }
    pictures::drawing("stars", &body, area, 0.0)
}

fn disc_body(
    body: &mut String,
    rng: &mut impl rand::RngCore,
    light: &Light,
    cx: f32,
    cy: f32,
    r: f32,
) {
    let rim = light.lamp.mix(light.horizon, 0.38);
    let _ = write!(
        body,
        "<defs><radialGradient id=\"disc\" cx=\"0.38\" cy=\"0.34\" r=\"0.75\"><stop offset=\"0\" stop-color=\"{}\"/>\
         <stop offset=\"0.6\" stop-color=\"{}\"/><stop offset=\"1\" stop-color=\"{}\"/></radialGradient></defs>\
         <circle cx=\"{cx:.0}\" cy=\"{cy:.0}\" r=\"{r:.0}\" fill=\"url(#disc)\"/>",
        light.lamp.mix(WHITE, 0.5).css(),
        light.lamp.css(),
        rim.css()
    );
    if light.hour != Hour::Night {
        return;
    }
    for _ in 0..9 {
        let (angle, out) =
            (rng.random_range(0.0..std::f32::consts::TAU), rng.random_range(0.1..0.78_f32));
        let size = r * rng.random_range(0.05..0.17_f32);
        let (x, y) = (cx + r * out * angle.cos(), cy + r * out * angle.sin());
        let _ = write!(
            body,
            "<circle cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"{size:.0}\" fill=\"{0}\" fill-opacity=\"0.55\"/>\
             <circle cx=\"{1:.0}\" cy=\"{2:.0}\" r=\"{3:.0}\" fill=\"{4}\" fill-opacity=\"0.4\"/>",
            rim.mix(light.far, 0.25).css(),
            x + size * 0.14,
            y + size * 0.14,
            size * 0.82,
            light.lamp.css()
        );
    }
}

/// Two or three banks of cloud that drift.
pub(super) fn clouds(take: &Take, light: &Light) -> Vec<Layer> {
    let mut rng = take.rng("clouds");
    let (count, alpha) = match light.hour {
        Hour::Storm => (3, 0.85),
        Hour::Day => (3, 0.75),
        Hour::Dusk | Hour::Dawn => (2, 0.4),
        Hour::Night => (1, 0.28),
    };
    let colour = match light.hour {
        Hour::Storm => light.far.mix(light.horizon, 0.2),
        Hour::Day => WHITE,
        _ => light.horizon.mix(light.lamp, 0.25),
    };
    let end = take.shot.frames.max(1) as f32;
    (0..count)
        .map(|i| {
            let (w, h) = (rng.random_range(520.0..720.0_f32), rng.random_range(130.0..190.0_f32));
            let x = rng.random_range(60.0..1020.0_f32);
            let y = 170.0 + 250.0 * i as f32 + rng.random_range(-40.0..60.0_f32);
            let mut body = format!("<g fill=\"{}\" fill-opacity=\"{alpha}\">", colour.css());
            let mut d = format!("M{:.0} {h:.0}", w * 0.05);
            let _ = write!(d, "Q0 {:.0} {:.0} {:.0}", h * 0.62, w * 0.16, h * 0.62);
            let _ = write!(d, "Q{:.0} {:.0} {:.0} {:.0}", w * 0.22, h * 0.1, w * 0.44, h * 0.34);
            let _ = write!(d, "Q{:.0} {:.0} {:.0} {:.0}", w * 0.62, -h * 0.12, w * 0.76, h * 0.46);
            let _ = write!(d, "Q{:.0} {:.0} {:.0} {h:.0}Z", w * 1.02, h * 0.44, w * 0.95);
            let _ = write!(body, "<path d=\"{d}\"/></g>");
            let mut layer = pictures::blurred("cloud", &body, Rect::around(x, y, w, h), 0.3, 6.0);
            let reach = if i % 2 == 0 { 70.0 } else { -56.0 };
            layer.pose.x_px = Track::fixed(x).to(0.0, end, x + reach, Ease::Linear);
            layer
        })
        .collect()
}

/// A beam from above that opens on the hero.
pub(super) fn shaft(light: &Light, hero: [f32; 2]) -> Layer {
    let area = Rect::new(hero[0] - 460.0, -120.0, hero[0] + 460.0, hero[1] + 330.0);
    let (w, h) = (area.width(), area.height());
    let css = light.lamp.css();
    let body = format!(
        "<defs><linearGradient id=\"b\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"1\"><stop offset=\"0\" stop-color=\"{css}\" stop-opacity=\"0.62\"/>\
         <stop offset=\"1\" stop-color=\"{css}\" stop-opacity=\"0.05\"/></linearGradient></defs>\
         <path d=\"M{:.0} 0H{:.0}L{w:.0} {h:.0}H0Z\" fill=\"url(#b)\"/>\
         <path d=\"M{:.0} 0H{:.0}L{:.0} {h:.0}H{:.0}Z\" fill=\"url(#b)\" fill-opacity=\"0.5\"/>",
        w * 0.4,
        w * 0.6,
        w * 0.45,
        w * 0.55,
        w * 0.78,
        w * 0.22
    );
    pictures::blurred("shaft", &body, area, 0.0, 8.0)
}

/// A ring of light that runs outward from the figure: a story's quieter burst.
pub(super) fn gleam(take: &Take, slot: Rect, at_frame: u32) -> Vec<Layer> {
    let stroke = crate::scene::Stroke {
        colour: take.palette.caption_accent().with_alpha(0.8),
        width_px: 8.0,
        dash_px: Vec::new(),
    };
    let at = at_frame as f32;
    let d = pictures::circle(slot.width() * 0.5);
    let mut layer = pictures::stroked("gleam", d, slot.centre(), stroke, at - 2.0, 2.0);
    layer.depth = 1.0;
    layer.from_frame = at_frame;
    layer.until_frame = at_frame + 21;
    layer.pose.scale_x = Track::fixed(0.8).to(at, at + 20.0, 1.25, Ease::Out);
    layer.pose.scale_y = layer.pose.scale_x.clone();
    layer.pose.opacity = Track::fixed(0.7).to(at, at + 20.0, 0.0, Ease::Out);
    vec![layer]
}

/// A window's or lamp's flicker on top of a pose.
pub(super) fn flicker(mut pose: Pose, n: usize) -> Pose {
    for i in 0..8 {
        let at = i as f32 * 13.0 + n as f32 * 3.0;
        let value = if i % 2 == 0 { 0.8 } else { 1.0 };
        motion::push(&mut pose.opacity, at, at + 6.0, value, Ease::InOut);
    }
    pose
}
