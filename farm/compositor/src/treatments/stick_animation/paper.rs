//! The sheet everything is drawn on: one kind a video, a few faint doodles, a pencil lying on it.

use std::fmt::Write as _;

use rand::Rng as _;

use crate::{
    palette::WHITE,
    scene::{Backdrop, Content, Glow, Layer, Pose, Rgba, Shadow, SvgArt},
    treatments::Take,
};

use super::pen::{self, Pen};

/// Kinds of paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sheet {
    Ruled,
    Grid,
    Dotted,
    Plain,
}

fn sheet(take: &Take) -> Sheet {
    let kinds = [Sheet::Ruled, Sheet::Grid, Sheet::Plain, Sheet::Ruled, Sheet::Dotted];
    kinds[take.story_rng("paper").random_range(0..kinds.len())]
}

/// Paper, its lines, doodles and the pencil.
pub(super) fn layers(take: &Take) -> Vec<Layer> {
    let tint = take.story.shots.first().map_or(take.palette, |shot| shot.palette.colours()).glow;
    let white = Rgba::hex(0xFF_FC_F4).mix(tint, 0.025);
    let shade = Rgba::hex(0x8A_70_3E);
    let glow = |x: f32, y: f32, radius_px: f32, colour: Rgba| Glow {
        centre_px: [x, y],
        radius_px,
        colour,
    };
    let backdrop = Backdrop {
        stops: vec![(0.0, white), (1.0, Rgba::hex(0xF6_EF_DF).mix(tint, 0.04))],
        angle_deg: 20.0,
        glows: vec![
            glow(460.0, 620.0, 900.0, WHITE.with_alpha(0.8)),
            glow(1180.0, 1980.0, 900.0, shade.with_alpha(0.16)),
            glow(-120.0, -60.0, 700.0, shade.with_alpha(0.10)),
        ],
    };
    let mut layers = vec![flat("paper", Content::Backdrop(backdrop), [540.0, 960.0])];
    layers.extend(lines(sheet(take)));
    layers.extend(doodles(take));
    layers.push(pencil(take));
    layers
}

/// The sheet's print as thin strips where it can be: a strip is a sprite of a few thousand pixels,
/// one picture of them all would be blended over the whole frame.
fn lines(sheet: Sheet) -> Vec<Layer> {
    let strip = |d: &str, colour: Rgba, width_px: f32, at: [f32; 2]| {
        let mut layer = Pen { colour, width_px }.draws("paper line", d.into(), at, (-1.0, 0.0));
        layer.depth = 0.0;
        layer
    };
    match sheet {
        Sheet::Ruled => {
            let rule = |n: u8| {
                let y = 92.0f32.mul_add(f32::from(n), 166.0);
                strip("M-545 0 H545", Rgba::hex(0xB3_D4_E8), 3.0, [540.0, y])
            };
            let mut lines: Vec<Layer> = (0..20).map(rule).collect();
            lines.push(strip("M0 -965 V965", Rgba::hex(0xF2_AA_A2), 3.0, [84.0, 960.0]));
            let hole = |y: f32| strip("M0 0 H0.1", Rgba::hex(0xDC_D1_BA), 40.0, [38.0, y]);
            lines.extend([240.0, 960.0, 1680.0].map(hole));
            lines
        }
        Sheet::Grid => vec![grid()],
        Sheet::Dotted => {
            let mut row = String::new();
            for n in 0..18 {
                let _ = write!(row, "M{} 0 h0.1 ", n * 60 - 510);
            }
            let line = |n: u8| {
                let y = 60.0f32.mul_add(f32::from(n), 30.0);
                strip(&row, Rgba::hex(0xA7_B9_C6), 8.0, [540.0, y])
            };
            (0..32).map(line).collect()
        }
        Sheet::Plain => (0..36_u32)
            .map(|n| {
                let (x, y) = ((n * 733 + 91) % 1080, (n * 1291 + n * n * 7) % 1920);
                let fleck = Rgba::hex(0xB7_9F_6C).with_alpha(0.35);
                strip("M-2 0 L3 1", fleck, 3.0 + (n % 3) as f32, [x as f32, y as f32])
            })
            .collect(),
    }
}

/// Squares of 60 px over the whole sheet.
fn grid() -> Layer {
    let mut svg = String::from(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1080 1920'>\
         <g stroke='#bcd8ea' stroke-width='2' opacity='.8'>",
    );
    for n in 0..18 {
        let _ = write!(svg, "<path d='M{0} 0V1920'/>", 30 + n * 60);
    }
    for n in 0..32 {
        let _ = write!(svg, "<path d='M0 {0}H1080'/>", 30 + n * 60);
    }
    svg.push_str("</g></svg>");
    let art =
        SvgArt { svg: svg.into(), width_px: 1080.0, height_px: 1920.0, shadow: None, blur_px: 0.0 };
    flat("paper grid", Content::Svg(art), [540.0, 960.0])
}

/// A few faint doodles away from the stage, other ones in every shot.
fn doodles(take: &Take) -> Vec<Layer> {
    let mut rng = take.rng("doodles");
    let pencil = Pen { colour: Rgba::hex(0x5A_62_70).with_alpha(0.24), width_px: 6.0 };
    let spots = [[160.0, 170.0], [930.0, 190.0], [180.0, 1560.0], [520.0, 1790.0], [560.0, 130.0]];
    spots
        .iter()
        .enumerate()
        .filter(|(n, _)| !(n + take.look_index()).is_multiple_of(5))
        .map(|(n, spot)| {
            let d = match (n + take.look_index()) % 4 {
                0 => pen::star(44.0),
                1 => pen::spiral(48.0),
                2 => pen::rays(26.0, 30.0, 0.0, 315.0, 8),
                _ => "M-70 0 Q-52 -34 -35 0 T0 0 T35 0 T70 0".into(),
            };
            let at =
                [spot[0] + rng.random_range(-40.0..40.0), spot[1] + rng.random_range(-30.0..30.0)];
            let mut layer = pencil.draws("doodle", d, at, (-1.0, 0.0));
            layer.pose.rotation_deg.base = rng.random_range(-16.0..16.0);
            layer.depth = 0.0;
            layer
        })
        .collect()
}

/// A pencil on the desk side of the sheet, below everything that is read. It is turned inside its
/// own picture: an upright sprite is cheaper to place.
fn pencil(take: &Take) -> Layer {
    let flip = take.look_index().is_multiple_of(2);
    let turn = if flip { -24 } else { 203 };
    let svg = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 660 360'>\
         <g transform='translate(330 180) rotate({turn}) translate(-320 -32)'>\
         <path d='M0 14 Q0 8 8 8 H56 V56 H8 Q0 56 0 50 Z' fill='#f08c93'/>\
         <path d='M52 8 H92 V56 H52 Z' fill='#c9ced6'/>\
         <path d='M62 8 V56 M74 8 V56 M84 8 V56' stroke='#9aa1ad' stroke-width='4'/>\
         <path d='M92 8 H540 V24 H92 Z' fill='#ffd257'/><path d='M92 24 H540 V40 H92 Z' fill='#f7b52e'/>\
         <path d='M92 40 H540 V56 H92 Z' fill='#dd9317'/>\
         <path d='M540 8 L622 28 L622 36 L540 56 Q552 48 540 40 Q552 32 540 24 Q552 16 540 8 Z' \
         fill='#f3d9ae'/><path d='M608 25 L638 32 L608 39 Z' fill='#2b2d33'/></g></svg>"
    );
    let colour = Rgba::hex(0x5A_46_1E).with_alpha(0.38);
    let art = SvgArt {
        svg: svg.into(),
        width_px: 578.0,
        height_px: 315.0,
        shadow: Some(Shadow { blur_px: 14.0, offset_y_px: 18.0, colour }),
        blur_px: 0.0,
    };
    flat("pencil", Content::Svg(art), [if flip { 700.0 } else { 380.0 }, 1640.0])
}

/// Something glued to the screen for the whole shot.
fn flat(name: &str, content: Content, [x, y]: [f32; 2]) -> Layer {
    Layer {
        name: name.into(),
        content,
        depth: 0.0,
        from_frame: 0,
        until_frame: u32::MAX,
        pose: Pose::at(x, y),
    }
}
