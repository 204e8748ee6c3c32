//! What is written above a listicle's pictures: progress bars, number chip, item title; the title
//! of hook and close.

use crate::{
    scene::{Align, Layer, Rgba, Stroke},
    story::{ShotRole, Visual},
    treatments::{
        Take,
        pieces::{
            geometry::{CENTRE_X_PX, Rect, SAFE_LEFT_PX, SAFE_RIGHT_PX, SAFE_TOP_PX},
            labels,
            lettering::{self, Lettering},
            motion::{self, Entrance},
            pictures,
            titles::{self, Setting},
        },
    },
};

use super::{Look, look};

/// Side of the number chip.
const CHIP_PX: f32 = 168.0;
/// The chip is on its way when the shot begins, so that frame 0 says which item this is.
const CHIP_AT: f32 = -6.0;
/// Top of the first thing under the progress bars.
const HEAD_TOP_PX: f32 = SAFE_TOP_PX + 52.0;

/// Progress, chip and title of an item; where pictures may begin; the numeral.
pub(super) fn item_head(take: &Take, n: u32, of: u32) -> (Vec<Layer>, f32, Option<String>) {
    let mut layers = progress(take, of);
    let centred = matches!(look(take), Look::Disc);
    let title = titles::words(take).or_else(|| spoken_title(take));
    let number = n.to_string();
    if centred {
        let chip = Rect::around(CENTRE_X_PX, HEAD_TOP_PX + CHIP_PX / 2.0, CHIP_PX, CHIP_PX);
        layers.extend(number_chip(take, &number, chip));
        let mut bottom = chip.bottom + 30.0;
        if let Some(text) = title {
            let set = titles::set(
                take,
                &text,
                &Setting {
                    top_px: chip.bottom + 14.0,
                    height_px: 200.0,
                    size_px: 96.0,
                    lines: 2,
                    at_frame: -3.0,
                    ink: take.palette.ink,
                    accent: take.palette.ink,
                },
            );
            bottom = set.area.bottom + 30.0;
            layers.extend(set.layers);
        }
        return (layers, bottom, Some(number));
    }
    let rtl = lettering::is_rtl(title.as_deref().unwrap_or_default());
    let chip_x =
        if rtl { SAFE_RIGHT_PX - CHIP_PX / 2.0 - 6.0 } else { SAFE_LEFT_PX + CHIP_PX / 2.0 + 6.0 };
    let chip = Rect::around(chip_x, HEAD_TOP_PX + CHIP_PX / 2.0, CHIP_PX, CHIP_PX);
    layers.extend(number_chip(take, &number, chip));
    let mut bottom = chip.bottom;
    if let Some(text) = title {
        let (left, right) =
            if rtl { (SAFE_LEFT_PX, chip.left - 34.0) } else { (chip.right + 34.0, SAFE_RIGHT_PX) };
        let lettering = Lettering::title(&text, 96.0, take.palette.ink).align(Align::Start).fitted(
            take,
            right - left - 24.0,
            CHIP_PX + 60.0,
        );
        let [w, h] = lettering.size(take);
        let x = if rtl { right - w / 2.0 } else { left + w / 2.0 };
        let y = HEAD_TOP_PX + (CHIP_PX.max(h)) / 2.0;
        let slide = if rtl { -120.0 } else { 120.0 };
        let area = Rect::around(x, y, w, h);
        let pose = motion::enter(area.pose(), Entrance::Slide(slide), -3.0);
        layers.push(lettering.layer("title", pose, 0));
        bottom = bottom.max(area.bottom);
    }
    (layers, bottom + 36.0, Some(number))
}

/// The hook and the close: how many there are, and the title.
pub(super) fn opening_head(take: &Take) -> (Vec<Layer>, f32, Option<String>) {
    let of = take.story.shots.iter().find_map(|shot| match shot.role {
        ShotRole::Item { of, .. } => Some(of),
        _ => None,
    });
    let mut layers = Vec::new();
    let mut top = SAFE_TOP_PX + 20.0;
    if take.is_close() {
        layers.extend(of.map(|of| progress(take, of)).unwrap_or_default());
        top = HEAD_TOP_PX;
    }
    let text = titles::words(take).or_else(|| take.is_close().then(|| take.story.title.clone()));
    if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
        let card = matches!(take.shot.visual, Visual::Card);
        let set = titles::set(
            take,
            &text,
            &Setting {
                top_px: top,
                height_px: if card { 520.0 } else { 360.0 },
                size_px: if card { 170.0 } else { 132.0 },
                lines: 3,
                at_frame: -6.0,
                ink: take.palette.ink,
                accent: take.palette.accent,
            },
        );
        top = set.area.bottom + 34.0;
        layers.extend(set.layers);
    }
    (layers, top, of.map(|of| of.to_string()))
}

/// The word that names the hero, where the storyboard gives an item no title.
fn spoken_title(take: &Take) -> Option<String> {
    let Visual::Drawing { hero, .. } = &take.shot.visual else { return None };
    labels::spoken_name(hero)
}

/// One bar an item, those done filled, this one filling.
fn progress(take: &Take, of: u32) -> Vec<Layer> {
    let of = of.clamp(1, 12);
    let shown = |shot: &crate::story::StoryShot| matches!(shot.role, ShotRole::Item { .. });
    let before = take.story.shots.iter().take(take.index).filter(|shot| shown(shot)).count() as u32;
    let gap = 16.0;
    let width = (SAFE_RIGHT_PX - SAFE_LEFT_PX - gap * (of - 1) as f32) / of as f32;
    let y = SAFE_TOP_PX + 18.0;
    let line = |alpha: f32| Stroke {
        colour: take.palette.ink.with_alpha(alpha),
        width_px: 12.0,
        dash_px: Vec::new(),
    };
    let mut layers = Vec::new();
    for i in 0..of {
        let x = SAFE_LEFT_PX + width / 2.0 + (width + gap) * i as f32;
        let half = (width / 2.0 - 6.0).max(1.0);
        let d = format!("M{:.1} 0H{half:.1}", -half);
        layers.push(pictures::stroked("progress", d.clone(), [x, y], line(0.28), -20.0, 4.0));
        let current = i == before && shown(take.shot);
        if i < before {
            layers.push(pictures::stroked("progress", d, [x, y], line(0.95), -20.0, 4.0));
        } else if current {
            let frames = take.shot.frames.max(1) as f32;
            layers.push(pictures::stroked("progress", d, [x, y], line(0.95), 0.0, frames));
        }
    }
    layers
}

/// The white (or inked) chip with its numeral.
fn number_chip(take: &Take, number: &str, area: Rect) -> Vec<Layer> {
    let p = take.palette;
    let (plate, figure) =
        if p.is_light() { (p.ink, p.bg1) } else { (Rgba::hex(0xFF_FFFF), p.bg1.mix(p.bg2, 0.3)) };
    let d = pictures::rounded_box(area.width(), area.height(), 44.0);
    let [x, y] = area.centre();
    let mut back = pictures::filled("chip", d, x, y, plate, 0.0);
    back.pose = motion::enter(back.pose, Entrance::Swing(-30.0), CHIP_AT);
    let lettering =
        Lettering::title(number, 128.0, figure).fitted(take, area.width() - 36.0, area.height());
    let pose = motion::enter(area.pose(), Entrance::Swing(-30.0), CHIP_AT);
    vec![back, lettering.layer("numeral", pose, 0)]
}
