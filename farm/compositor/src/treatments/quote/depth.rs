//! What lies behind the type: gradient and light or a veiled photograph, a soft disc, a great
//! quotation mark, drifting dust. Quiet by design: nothing here is read.

use std::sync::Arc;

use rand::Rng as _;

use crate::{
    palette::{NIGHT_INK, WHITE},
    scene::{Backdrop, Content, Ease, Glow, Idle, Layer, Pose, Rgba, SvgArt, Track},
    treatments::{Take, pieces::photo},
};

use super::{Look, filled, glued, mark_path, setting::Stand};

/// Gradient with a light to one side, or the photograph under a veil; one large soft disc.
pub(super) fn background(take: &Take, look: &Look) -> Vec<Layer> {
    let palette = look.palette;
    let frames = take.shot.frames.max(1) as f32;
    if let Some(picture) =
        photo::picture(take, Track::fixed(1.0).to(0.0, frames, 1.10, Ease::InOut))
    {
        let veil = filled("M-600 -1000 H600 V1000 H-600 Z".into(), NIGHT_INK.with_alpha(0.58));
        return vec![
            glued("photograph", picture, Pose::at(540.0, 960.0)),
            glued("veil", veil, Pose::at(540.0, 960.0)),
        ];
    }
    let mut rng = take.rng("quote light");
    let light_x = match look.stand {
        Stand::Start => 860.0,
        Stand::End => 220.0,
        Stand::Centre => 540.0,
        Stand::Stack => 700.0,
    };
    let light_y = rng.random_range(300.0..620.0);
    let strength = if palette.is_light() { 0.9 } else { 0.55 };
    let backdrop = Backdrop {
        stops: vec![
            (0.0, palette.bg1),
            (0.55, palette.bg1.mix(palette.bg2, 0.6)),
            (1.0, palette.bg2),
        ],
        angle_deg: if rng.random_bool(0.5) { 20.0 } else { -20.0 },
        glows: vec![
            Glow {
                centre_px: [light_x, light_y],
                radius_px: 760.0,
                colour: palette.glow.with_alpha(strength),
            },
            Glow {
                centre_px: [1080.0 - light_x, 1640.0],
                radius_px: 620.0,
                colour: palette.glow.with_alpha(strength * 0.4),
            },
        ],
    };
    let side = 620.0;
    let disc = SvgArt {
        svg: disc_svg(if palette.is_light() { palette.bg2 } else { palette.glow }, 0.20),
        width_px: side,
        height_px: side,
        shadow: None,
        blur_px: 0.0,
    };
    let mut pose = Pose::at(1080.0 - light_x * 0.9, rng.random_range(1180.0..1420.0));
    pose.idle =
        Some(Idle { x_px: 26.0, y_px: 18.0, rotation_deg: 0.0, hz: 0.08, phase: rng.random() });
    let mut soft = glued("soft disc", Content::Svg(disc), pose);
    soft.depth = 0.3;
    vec![glued("backdrop", Content::Backdrop(backdrop), Pose::at(540.0, 960.0)), soft]
}

/// A disc whose edge is a little firmer than its middle, as out-of-focus lights are.
fn disc_svg(colour: Rgba, alpha: f32) -> Arc<str> {
    let css = colour.css();
    format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 100 100'><radialGradient id='d'>\
         <stop offset='0' stop-color='{css}' stop-opacity='{}'/><stop offset='.86' stop-color='{css}' \
         stop-opacity='{alpha}'/><stop offset='1' stop-color='{css}' stop-opacity='0'/></radialGradient>\
         <circle cx='50' cy='50' r='50' fill='url(#d)'/></svg>",
        alpha * 0.55
    )
    .into()
}

/// A quotation mark as tall as a third of the frame, barely lighter than what is behind it.
pub(super) fn great_mark(take: &Take, look: &Look) -> Option<Layer> {
    if look.photo {
        return None;
    }
    let side = if matches!(look.stand, Stand::Start | Stand::Stack) { 800.0 } else { 280.0 };
    let alpha = if look.palette.is_light() { 0.055 } else { 0.07 };
    let mut pose = Pose::at(side, 1010.0);
    let end = take.shot.frames.max(1) as f32;
    pose.y_px = Track::fixed(1030.0).to(0.0, end, 985.0, Ease::Linear);
    pose.rotation_deg = Track::fixed(-8.0);
    let mut layer =
        glued("great mark", filled(mark_path(4.8), look.palette.ink.with_alpha(alpha)), pose);
    layer.depth = 0.6;
    Some(layer)
}

/// At most seven lights that drift upwards.
pub(super) fn dust(take: &Take, look: &Look) -> Vec<Layer> {
    let mut rng = take.rng("dust");
    let end = take.shot.frames.max(1) as f32;
    let colour = if look.palette.is_light() {
        look.palette.accent
    } else {
        look.palette.glow.mix(WHITE, 0.45)
    };
    (0..7)
        .map(|n| {
            let near = n % 3 == 0;
            let size =
                if near { rng.random_range(70.0..120.0) } else { rng.random_range(14.0..34.0) };
            let alpha = if near { 0.16 } else { 0.42 };
            let art = SvgArt {
                svg: disc_svg(colour, alpha),
                width_px: size,
                height_px: size,
                shadow: None,
                blur_px: 0.0,
            };
            let x = rng.random_range(30.0..1050.0);
            // The type keeps the middle: dust stays mostly above and below it.
            let y = if n % 2 == 0 {
                rng.random_range(120.0..470.0)
            } else {
                rng.random_range(1260.0..1800.0)
            };
            let mut pose = Pose::at(x, y);
            pose.y_px =
                Track::fixed(y).to(0.0, end, y - rng.random_range(30.0..90.0), Ease::Linear);
            pose.idle = Some(Idle {
                x_px: 12.0,
                y_px: 6.0,
                rotation_deg: 0.0,
                hz: 0.12 + 0.03 * n as f32,
                phase: rng.random(),
            });
            let mut layer = glued("dust", Content::Svg(art), pose);
            layer.depth = if near { 1.3 } else { 0.6 };
            layer
        })
        .collect()
}
