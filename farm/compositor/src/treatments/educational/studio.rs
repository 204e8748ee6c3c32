//! How the space behind the pictures is built: one way for a whole video, of those that suit its
//! first palette, so that two videos of one format are not the same room in other paint. What a
//! studio draws rests, and is therefore rasterised once a shot.

use rand::Rng as _;
use std::fmt::Write as _;

use crate::{
    palette::WHITE,
    scene::{Backdrop, Content, Glow, Layer, Rgba},
    story::PaletteName,
    treatments::{
        Take,
        pieces::{
            backgrounds::{self, BLEED_PX},
            geometry::{CENTRE_X_PX, Rect},
            pictures,
        },
    },
};

/// Where a panel begins: above whatever is written on it.
const PANEL_TOP_PX: f32 = 232.0;
/// A window is at least so tall.
const WINDOW_MIN_PX: f32 = 620.0;
/// Room between what stands in a panel or a window and its foot.
const FOOT_PX: f32 = 26.0;

/// Ways to build the space.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Studio {
    /// Open air: a glow and a quiet shape, another one each shot.
    Open,
    /// A tall round-topped window with a view.
    Window,
    /// A sheet of squared paper, or a screen, that everything lies on.
    Sheet,
    /// Two fields that meet in a slope behind the hero.
    Slope,
    /// A floor with a plinth under the hero, and a disc behind it.
    Plinth,
    /// Two beams from above and the pool of light that they make.
    Spotlight,
}

/// The studio of a video: two suit a palette, the seed takes one.
pub(super) fn of(take: &Take) -> Studio {
    use Studio::{Open, Plinth, Sheet, Slope, Spotlight, Window};
    let first = take.story.shots.first().map_or(take.shot.palette, |shot| shot.palette);
    let choices = match first {
        PaletteName::Sea => [Open, Window],
        PaletteName::Night => [Spotlight, Window],
        PaletteName::Sunrise => [Window, Slope],
        PaletteName::Forest => [Plinth, Open],
        PaletteName::Paper => [Sheet, Plinth],
        PaletteName::Candy => [Slope, Plinth],
        PaletteName::Ember => [Spotlight, Slope],
        PaletteName::Slate => [Sheet, Spotlight],
        PaletteName::Gold => [Plinth, Spotlight],
        PaletteName::Ice => [Sheet, Window],
        PaletteName::Meadow => [Plinth, Slope],
        PaletteName::Neon => [Sheet, Slope],
    };
    choices[take.story_rng("studio").random_range(0..choices.len())]
}

/// Everything behind the pictures of a shot. `room` is what the words leave free; `hero` is where
/// the hero stands and `alone` whether it stands clear of the others.
pub(super) fn layers(take: &Take, room: Rect, hero: Rect, alone: bool) -> Vec<Layer> {
    let centre = hero.centre();
    let light = |glow: f32| backgrounds::lit(take, centre, glow);
    let rests = |body: String| pictures::drawing("studio", &body, backgrounds::whole(), 0.0);
    match of(take) {
        Studio::Open => open(take, centre),
        Studio::Window if room.height() < WINDOW_MIN_PX => {
            vec![light(1.0), backgrounds::mid(take, seen_from(take).1, centre)]
        }
        Studio::Window => vec![light(0.25), rests(window(take, room))],
        Studio::Sheet => sheet(take, room.bottom).into(),
        Studio::Slope => vec![light(0.9), rests(slope(take, centre[1]))],
        Studio::Plinth => vec![light(0.5), rests(plinth(take, room, hero, alone))],
        Studio::Spotlight => vec![dimmed(take), rests(spotlight(take, hero))],
    }
}

/// The same behind words alone, which a panel carries and a floor or a beam would not.
pub(super) fn behind_words(take: &Take, room: Rect) -> Vec<Layer> {
    let centre = room.centre();
    match of(take) {
        Studio::Sheet => sheet(take, room.bottom).into(),
        _ => open(take, centre),
    }
}

fn open(take: &Take, centre: [f32; 2]) -> Vec<Layer> {
    vec![
        backgrounds::backdrop(take, centre),
        backgrounds::mid(take, backgrounds::suited(take), centre),
    ]
}

/// A window's glass, frame and sill, and the hills or waves that are seen in it.
fn window(take: &Take, room: Rect) -> String {
    let p = take.palette;
    let mut rng = take.rng("window");
    let (left, right) = (96.0 + BLEED_PX, 984.0 + BLEED_PX);
    let (top, foot) = (room.top - 12.0 + BLEED_PX, room.bottom + FOOT_PX + BLEED_PX);
    let (width, height) = (right - left, foot - top);
    // A low room has a flatter arch.
    let rise = (width / 2.0).min(height * 0.5);
    let arch = |by: f32| {
        format!(
            "M{:.0} {foot:.0}V{:.0}A{:.0} {:.0} 0 0 1 {:.0} {:.0}V{foot:.0}Z",
            left - by,
            top + rise,
            width / 2.0 + by,
            rise + by,
            right + by,
            top + rise
        )
    };
    let (high, low) = if p.is_light() {
        (p.glow, p.bg2.mix(WHITE, 0.35))
    } else {
        (p.lifted(0.62), p.lifted(0.16))
    };
    let bands = [(70.0, p.quiet(0.15)), (190.0, p.quiet(0.5))];
    let ridges = backgrounds::ridges(&mut rng, 330.0, &bands, seen_from(take).0);
    format!(
        "<defs><linearGradient id=\"g\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"1\">\
         <stop offset=\"0\" stop-color=\"{}\"/><stop offset=\"1\" stop-color=\"{}\"/></linearGradient>\
         <clipPath id=\"c\"><path d=\"{glass}\"/></clipPath></defs>\
         <path d=\"{outer}\" fill=\"none\" stroke=\"{ink}\" stroke-opacity=\"0.22\" stroke-width=\"6\"/>\
         <path d=\"{glass}\" fill=\"url(#g)\"/>\
         <g clip-path=\"url(#c)\"><g transform=\"translate(0 {:.0})\">{ridges}</g></g>\
         <path d=\"{glass}\" fill=\"none\" stroke=\"{ink}\" stroke-opacity=\"0.6\" stroke-width=\"9\"/>",
        high.css(),
        low.css(),
        foot - 330.0,
        glass = arch(0.0),
        outer = arch(26.0),
        ink = p.ink.css(),
    )
}

/// What a window looks out on, and the same as a quiet shape without a window.
fn seen_from(take: &Take) -> (backgrounds::Ridge, backgrounds::Mid) {
    use backgrounds::{Mid, Ridge};
    match take.story.shots.first().map(|shot| shot.palette) {
        Some(PaletteName::Sea) => (Ridge::Wave, Mid::Waves),
        Some(PaletteName::Ice | PaletteName::Night) => (Ridge::Peak, Mid::Peaks),
        _ => (Ridge::Hill, Mid::Hills),
    }
}

/// The backdrop, and a panel with fine squares on it that ends below `bottom`.
fn sheet(take: &Take, bottom: f32) -> [Layer; 2] {
    let p = take.palette;
    let mut rng = take.story_rng("sheet");
    let pitch = rng.random_range(58.0..82.0_f32);
    let area = Rect::new(52.0, PANEL_TOP_PX, 1028.0, bottom + FOOT_PX);
    let (w, h) = (area.width(), area.height());
    let (fill, line, alpha) =
        if p.is_light() { (WHITE, p.accent, 0.16) } else { (p.bg2.mix(p.bg1, 0.22), p.glow, 0.3) };
    let mut squares = String::new();
    let mut at = pitch;
    while at < w.max(h) {
        if at < w {
            let _ = write!(squares, "M{at:.0} 0V{h:.0}");
        }
        if at < h {
            let _ = write!(squares, "M0 {at:.0}H{w:.0}");
        }
        at += pitch;
    }
    let body = format!(
        "<defs><clipPath id=\"p\"><rect width=\"{w:.0}\" height=\"{h:.0}\" rx=\"46\"/></clipPath></defs>\
         <rect width=\"{w:.0}\" height=\"{h:.0}\" rx=\"46\" fill=\"{}\"/>\
         <path clip-path=\"url(#p)\" d=\"{squares}\" stroke=\"{line}\" stroke-opacity=\"{alpha}\" stroke-width=\"3\" fill=\"none\"/>\
         <rect x=\"3\" y=\"3\" width=\"{:.0}\" height=\"{:.0}\" rx=\"43\" fill=\"none\" stroke=\"{line}\" stroke-opacity=\"{:.2}\" stroke-width=\"6\"/>",
        fill.css(),
        w - 6.0,
        h - 6.0,
        alpha * 2.2,
        line = line.css(),
    );
    let mut panel = pictures::drawing("studio", &body, area, 0.0);
    if let Content::Svg(art) = &mut panel.content {
        art.shadow = Some(pictures::shadow(take));
    }
    [backgrounds::lit(take, area.centre(), 0.3), panel]
}

/// The lower field and two stripes along its edge, at the hero's height.
fn slope(take: &Take, y: f32) -> String {
    let p = take.palette;
    let mut rng = take.story_rng("slope");
    let rise = rng.random_range(130.0..190.0) * if rng.random_bool(0.5) { 1.0 } else { -1.0 };
    let edge = |below: f32| {
        let (left, right) = (y + rise + below + BLEED_PX, y - rise + below + BLEED_PX);
        format!("M0 {left:.0}L1300 {right:.0}")
    };
    let field = if p.is_light() { p.bg2.mix(p.ink, 0.1) } else { p.bg2.mix(p.bg1, 0.12) };
    let stripe = |below: f32, width: f32, colour: Rgba, alpha: f32| {
        format!(
            "<path d=\"{}\" stroke=\"{}\" stroke-opacity=\"{alpha}\" stroke-width=\"{width}\" fill=\"none\"/>",
            edge(below),
            colour.css()
        )
    };
    format!(
        "<path d=\"{}V2140H0Z\" fill=\"{}\"/>{}{}",
        edge(0.0),
        field.css(),
        stripe(0.0, 16.0, p.accent, 0.85),
        stripe(-46.0, 6.0, p.ink, 0.3),
    )
}

/// A floor, a disc on the wall, and under a hero that stands clear its plinth.
fn plinth(take: &Take, room: Rect, hero: Rect, clear: bool) -> String {
    let p = take.palette;
    let [x, y] = [hero.centre()[0] + BLEED_PX, hero.centre()[1] + BLEED_PX];
    let side = hero.width();
    let top = hero.bottom + BLEED_PX - side * 0.05;
    let (rx, ry) = (side * 0.5, side * 0.085);
    let floor = if clear {
        top + ry * 0.2 - side * 0.12
    } else {
        room.bottom.max(hero.bottom) - 70.0 + BLEED_PX
    };
    let wall = p.lifted(if p.is_light() { 0.9 } else { 0.4 });
    let ground = p.quiet(if p.is_light() { 0.12 } else { 0.3 });
    let mut body = format!(
        "<circle cx=\"{x:.0}\" cy=\"{:.0}\" r=\"{:.0}\" fill=\"{}\"/>\
         <rect y=\"{floor:.0}\" width=\"1300\" height=\"{:.0}\" fill=\"{}\"/>\
         <path d=\"M0 {floor:.0}H1300\" stroke=\"{}\" stroke-opacity=\"0.35\" stroke-width=\"5\"/>",
        y - side * 0.04,
        side * 0.62,
        wall.css(),
        2140.0 - floor,
        ground.css(),
        p.lifted(0.8).css(),
    );
    if clear {
        let (lit, dark) = if p.is_light() {
            (WHITE, p.bg2.mix(p.ink, 0.16))
        } else {
            (p.lifted(0.72), p.bg1.mix(p.bg2, 0.45))
        };
        let tall = 74.0;
        let _ = write!(
            body,
            "<ellipse cx=\"{x:.0}\" cy=\"{:.0}\" rx=\"{:.0}\" ry=\"{:.0}\" fill=\"#000\" fill-opacity=\"0.2\"/>\
             <path d=\"M{:.0} {top:.0}v{tall}A{rx:.0} {ry:.0} 0 0 0 {:.0} {:.0}v-{tall}Z\" fill=\"{}\"/>\
             <ellipse cx=\"{x:.0}\" cy=\"{top:.0}\" rx=\"{rx:.0}\" ry=\"{ry:.0}\" fill=\"{}\"/>\
             <ellipse cx=\"{x:.0}\" cy=\"{top:.0}\" rx=\"{:.0}\" ry=\"{:.0}\" fill=\"#000\" fill-opacity=\"0.16\"/>",
            top + tall + ry * 0.5,
            rx * 1.16,
            ry * 1.2,
            x - rx,
            x + rx,
            top + tall,
            dark.css(),
            lit.css(),
            rx * 0.66,
            ry * 0.6,
        );
    }
    body
}

/// Darker than other backdrops, so that a beam is seen.
fn dimmed(take: &Take) -> Layer {
    let p = take.palette;
    pictures::backdrop(Backdrop {
        stops: vec![(0.0, p.bg1.mix(p.bg2, 0.45)), (0.7, p.bg2), (1.0, p.bg2)],
        angle_deg: 0.0,
        glows: vec![Glow {
            centre_px: [CENTRE_X_PX, 760.0],
            radius_px: 820.0,
            colour: p.glow.with_alpha(0.16),
        }],
    })
}

/// Beams that cross on the hero, and the pool at its feet.
fn spotlight(take: &Take, hero: Rect) -> String {
    let p = take.palette;
    let mut rng = take.rng("spotlight");
    let x = hero.centre()[0] + BLEED_PX;
    let half = hero.width() * 0.56;
    let foot = hero.bottom + BLEED_PX - 6.0;
    let from = [
        rng.random_range(60.0..240.0_f32) + BLEED_PX,
        rng.random_range(840.0..1020.0_f32) + BLEED_PX,
    ];
    let light = p.lifted(0.9).css();
    let mut body = format!(
        "<defs><linearGradient id=\"b\" gradientUnits=\"userSpaceOnUse\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"{foot:.0}\">\
         <stop offset=\"0\" stop-color=\"{light}\" stop-opacity=\"0.62\"/>\
         <stop offset=\"1\" stop-color=\"{light}\" stop-opacity=\"0.1\"/></linearGradient>\
         <radialGradient id=\"l\"><stop offset=\"0\" stop-color=\"{light}\" stop-opacity=\"0.75\"/>\
         <stop offset=\"0.7\" stop-color=\"{light}\" stop-opacity=\"0.4\"/>\
         <stop offset=\"1\" stop-color=\"{light}\" stop-opacity=\"0\"/></radialGradient></defs>"
    );
    for lamp in from {
        let _ = write!(
            body,
            "<path d=\"M{:.0} 0H{:.0}L{:.0} {foot:.0}H{:.0}Z\" fill=\"url(#b)\"/>",
            lamp - 34.0,
            lamp + 34.0,
            x + half,
            x - half
        );
    }
    let _ = write!(
        body,
        "<ellipse cx=\"{x:.0}\" cy=\"{foot:.0}\" rx=\"{:.0}\" ry=\"{:.0}\" fill=\"url(#l)\"/>",
        half * 1.25,
        half * 0.24
    );
    body
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{
        story::{CameraMove, ShotRole, StoryShot, Storyboard, Treatment, Visual},
        text::Fonts,
    };

    fn story(palette: PaletteName, seed: u64) -> Storyboard {
        let shot = || StoryShot {
            beat: 0,
            beats: 1,
            role: ShotRole::Body,
            frames: 90,
            palette,
            on_screen: None,
            figure: None,
            visual: Visual::Card,
            captions: Vec::new(),
            camera: CameraMove::Push { to: 1.06 },
            acts: Vec::new(),
            lines: Vec::new(),
        };
        Storyboard {
            treatment: Treatment::Educational,
            title: String::new(),
            language: "en".into(),
            seed,
            speakers: Vec::new(),
            character: None,
            shots: vec![shot(), shot(), shot()],
        }
    }

    #[test]
    fn a_video_keeps_its_studio_and_a_palette_has_two() {
        let fonts = Fonts::load();
        let mut all = BTreeSet::new();
        for palette in PaletteName::ALL {
            let mut built = BTreeSet::new();
            for seed in 0..24 {
                let mut story = story(palette, seed);
                // A beat may change the palette, not the room.
                story.shots[2].palette = palette.neighbour();
                let one: BTreeSet<Studio> = (0..3)
                    .filter_map(|at| Take::new(&story, at, &fonts))
                    .map(|take| of(&take))
                    .collect();
                assert_eq!(one.len(), 1, "{palette:?} {seed}");
                built.extend(one);
            }
            assert_eq!(built.len(), 2, "{palette:?}");
            all.extend(built);
        }
        assert_eq!(all.len(), 6, "{all:?}");
    }

    #[test]
    fn what_a_studio_draws_in_the_stage_rests() {
        let fonts = Fonts::load();
        for palette in PaletteName::ALL {
            for seed in 0..4 {
                let story = story(palette, seed);
                let take = Take::new(&story, 1, &fonts).expect("a shot");
                let room = Rect::stage();
                let hero = Rect::around(540.0, 760.0, 560.0, 560.0);
                let drawn = layers(&take, room, hero, true);
                assert!(drawn.len() >= 2, "{palette:?}");
                for layer in drawn.iter().filter(|layer| layer.name == "studio") {
                    assert_eq!(layer.depth, 0.0, "{palette:?}: drawn again on every frame");
                    assert!(layer.pose.x_px.keys.is_empty() && layer.pose.idle.is_none());
                }
            }
        }
    }
}
