//! What surrounds the list: header with avatar and name, composer and keyboard, status bar.
//! Everything here is glued to the screen and looks the same in every shot.

use std::fmt::Write as _;
use std::sync::Arc;

use crate::{
    palette::WHITE,
    scene::{Align, Content, Ease, Layer, PathArt, Pose, Rgba, Stroke, SvgArt, Track},
    story::{Art, Speaker},
    treatments::{Take, pieces::lettering::Lettering},
};

use super::{
    conversation::owner,
    theme::{Theme, Words},
};

/// Where the header ends and the list begins.
pub(super) const HEADER_BOTTOM_PX: f32 = 470.0;
/// Where the composer begins.
pub(super) const COMPOSER_TOP_PX: f32 = 1404.0;
/// Rows of a keyboard; the third stands between shift and delete.
const ROWS: [&str; 3] = ["QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM"];
/// Width, height and horizontal pitch of a key.
const KEY_PX: [f32; 3] = [88.0, 96.0, 106.0];
/// Top of the first row of keys, and pitch of rows.
const ROWS_PX: [f32; 2] = [1534.0, 114.0];

/// Header bar, status bar, avatar and name; `speaking` are scene frames during which the other
/// talks.
pub(super) fn header(
    take: &Take,
    theme: &Theme,
    words: &Words,
    speaking: &[(f32, f32)],
) -> Vec<Layer> {
    let contact = Contact::of(take);
    let name = contact.name.as_str();
    let (avatar_px, radius, name_px) = if theme.centred {
        ([540.0, 322.0], 60.0, [540.0, 434.0])
    } else {
        ([238.0, 372.0], 66.0, [0.0, 346.0])
    };
    let mut layers = vec![bar(theme)];
    layers.push(ring(theme, avatar_px, radius, speaking));
    layers.extend(contact.avatar(theme, avatar_px, radius));
    let title = Lettering::secondary(&shortened(take, name, 560.0), 50.0, theme.ink)
        .weight(700)
        .within(700.0);
    let width = title.size(take)[0];
    if theme.centred {
        layers.push(title.layer("name", Pose::at(name_px[0], name_px[1]), 0));
    } else {
        let left = avatar_px[0] + radius + 30.0;
        layers.push(title.layer("name", Pose::at(left + width / 2.0, name_px[1]), 0));
        let online =
            Lettering::secondary(words.online, 48.0, theme.quiet).weight(500).within(560.0);
        let width = online.size(take)[0];
        layers.push(online.layer("online", Pose::at(left + width / 2.0, 405.0), 0));
    }
    let y = avatar_px[1];
    let chevron = stroke_path("M16 -30 L-14 0 L16 30", theme.ours[0], 9.0);
    layers.push(layer("back", chevron, Pose::at(132.0, y)));
    let camera = "M-38 -22 H10 A8 8 0 0 1 18 -14 V14 A8 8 0 0 1 10 22 H-38 A8 8 0 0 1 -46 14 V-14 \
                  A8 8 0 0 1 -38 -22 Z M18 -6 L44 -20 V20 L18 6";
    layers.push(layer("video call", stroke_path(camera, theme.ours[0], 7.0), Pose::at(916.0, y)));
    layers.extend(status_bar(take, theme));
    layers
}

/// Who the phone's owner writes with.
pub(super) struct Contact<'a> {
    /// Name, or names.
    pub(super) name: String,
    picture: Option<&'a Art>,
}

/// A name cut at a word so that it fits `width`.
fn shortened(take: &Take, name: &str, width: f32) -> String {
    let fits = |text: &str| {
        Lettering::secondary(text, 50.0, WHITE).weight(700).within(4000.0).size(take)[0] <= width
    };
    if fits(name) {
        return name.to_owned();
    }
    let mut letters: Vec<char> = name.chars().collect();
    while letters.len() > 1 {
        letters.pop();
        let cut = format!("{}…", letters.iter().collect::<String>().trim_end());
        if fits(&cut) {
            return cut;
        }
    }
    "…".to_owned()
}

fn bar(theme: &Theme) -> Layer {
    let fill = PathArt {
        d: format!("M-560 -{h} H560 V{h} H-560 Z", h = HEADER_BOTTOM_PX / 2.0),
        fill: Some(theme.bar),
        stroke: Some(Stroke { colour: theme.hairline, width_px: 2.0, dash_px: Vec::new() }),
        trim_from: Track::fixed(0.0),
        trim_to: Track::fixed(1.0),
    };
    layer("header", Content::Path(fill), Pose::at(540.0, HEADER_BOTTOM_PX / 2.0 - 1.0))
}

/// A ring round the avatar that swells while its owner speaks.
fn ring(theme: &Theme, at: [f32; 2], radius: f32, speaking: &[(f32, f32)]) -> Layer {
    let mut pose = Pose::at(at[0], at[1]);
    let mut scale = Track::fixed(0.9);
    for &(from, until) in speaking {
        let mut frame = from;
        scale = scale.to(frame, frame + 6.0, 1.0, Ease::Out);
        frame += 6.0;
        let mut wide = true;
        while frame + 9.0 < until {
            scale = scale.to(frame, frame + 9.0, if wide { 1.07 } else { 1.0 }, Ease::InOut);
            frame += 9.0;
            wide = !wide;
        }
        scale = scale.to(frame.max(until), frame.max(until) + 7.0, 0.9, Ease::InOut);
    }
    pose.scale_x = scale.clone();
    pose.scale_y = scale;
    let circle = circle_path(radius + 11.0);
    layer("avatar ring", stroke_path(&circle, theme.ours[0].with_alpha(0.85), 6.0), pose)
}

impl<'a> Contact<'a> {
    /// The others in the conversation; the story's title where nobody else speaks.
    pub(super) fn of(take: &Take<'a>) -> Self {
        let owner = owner(take);
        let speakers = take.story.speakers.iter().enumerate();
        let others: Vec<&Speaker> = speakers
            .filter(|(index, _)| Some(*index) != owner)
            .map(|(_, speaker)| speaker)
            .collect();
        let names: Vec<&str> = others.iter().map(|speaker| speaker.name.as_str()).collect();
        let name = if names.is_empty() { take.story.title.clone() } else { names.join(", ") };
        Self { name, picture: others.iter().find_map(|speaker| speaker.avatar.as_ref()) }
    }

    /// Their picture, or their initial, on a round plate.
    pub(super) fn avatar(&self, theme: &Theme, at: [f32; 2], radius: f32) -> Vec<Layer> {
        let back = theme.theirs[0].mix(Rgba::hex(0xFF_C9_7A), if theme.dark { 0.55 } else { 0.75 });
        let plate = Content::Path(PathArt {
            d: circle_path(radius),
            fill: Some(back),
            stroke: None,
            trim_from: Track::fixed(0.0),
            trim_to: Track::fixed(1.0),
        });
        let mut layers = vec![layer("avatar plate", plate, Pose::at(at[0], at[1]))];
        if let Some(art) = self.picture {
            let side = radius * 1.52;
            let art = SvgArt {
                svg: Arc::clone(&art.svg),
                width_px: side,
                height_px: side,
                shadow: None,
                blur_px: 0.0,
            };
            layers.push(layer("avatar", Content::Svg(art), Pose::at(at[0], at[1])));
        } else if let Some(initial) = self.name.chars().find(|c| c.is_alphanumeric()) {
            let text: String = initial.to_uppercase().collect();
            let letter = Lettering::title(&text, radius * 1.05, Rgba::hex(0x4A_2C_08));
            layers.push(letter.within(4.0 * radius).layer("initial", Pose::at(at[0], at[1]), 0));
        }
        layers
    }
}

fn status_bar(take: &Take, theme: &Theme) -> Vec<Layer> {
    let clock =
        Lettering::secondary(&theme.time(0), 48.0, theme.ink).weight(700).align(Align::Start);
    let width = clock.size(take)[0];
    let ink = theme.ink.css();
    let svg = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 200 48'><g fill='{ink}'>\
         <rect x='0' y='30' width='9' height='14' rx='3'/><rect x='14' y='22' width='9' height='22' rx='3'/>\
         <rect x='28' y='13' width='9' height='31' rx='3'/><rect x='42' y='4' width='9' height='40' rx='3'/>\
         <rect x='136' y='13' width='44' height='22' rx='5'/></g>\
         <g fill='none' stroke='{ink}' stroke-width='6' stroke-linecap='round'>\
         <path d='M70 20 A32 32 0 0 1 114 20'/><path d='M80 31 A18 18 0 0 1 104 31'/><path d='M92 42 h0.1'/>\
         <rect x='130' y='7' width='56' height='34' rx='10' stroke-width='4'/>\
         <path d='M194 19 v10' stroke-width='6'/></g></svg>"
    );
    let icons =
        SvgArt { svg: svg.into(), width_px: 200.0, height_px: 48.0, shadow: None, blur_px: 0.0 };
    vec![
        clock.layer("clock", Pose::at(96.0 + width / 2.0, 84.0), 0),
        layer("status", Content::Svg(icons), Pose::at(884.0, 84.0)),
    ]
}

/// Composer and keyboard; `typing` are scene frames and letters to be seen pressed.
pub(super) fn keyboard(
    take: &Take,
    theme: &Theme,
    words: &Words,
    typing: &[(u32, char)],
) -> Vec<Layer> {
    let height = 1920.0 - COMPOSER_TOP_PX;
    let art = SvgArt {
        svg: keyboard_svg(theme).into(),
        width_px: 1080.0,
        height_px: height,
        shadow: None,
        blur_px: 0.0,
    };
    let mut layers =
        vec![layer("keyboard", Content::Svg(art), Pose::at(540.0, COMPOSER_TOP_PX + height / 2.0))];
    let hint = Lettering::secondary(words.message, 48.0, theme.quiet).weight(500);
    let left = 186.0;
    let width = hint.size(take)[0];
    layers.push(hint.layer("placeholder", Pose::at(left + width / 2.0, COMPOSER_TOP_PX + 62.0), 0));
    let mut caret = layer(
        "caret",
        stroke_path("M0 -24 V24", theme.ours[0], 5.0),
        Pose::at(left - 12.0, COMPOSER_TOP_PX + 62.0),
    );
    let mut blink = Track::fixed(1.0);
    for turn in 0..take.shot.frames.div_ceil(16) {
        let at = (turn * 16) as f32;
        blink = blink.to(at, at + 3.0, if turn % 2 == 0 { 0.0 } else { 1.0 }, Ease::Linear);
    }
    caret.pose.opacity = blink;
    layers.push(caret);
    for &(frame, letter) in typing {
        if let Some([x, y]) = key_centre(letter) {
            let press = Content::Path(PathArt {
                d: rounded(KEY_PX[0], KEY_PX[1], 16.0),
                fill: Some(theme.ours[0].with_alpha(0.55)),
                stroke: None,
                trim_from: Track::fixed(0.0),
                trim_to: Track::fixed(1.0),
            });
            let mut pressed = layer("key press", press, Pose::at(x, y));
            pressed.from_frame = frame;
            pressed.until_frame = frame + 4;
            layers.push(pressed);
        }
    }
    layers
}

/// Centre of a letter's key, for letters that have one.
fn key_centre(letter: char) -> Option<[f32; 2]> {
    let letter = letter.to_ascii_uppercase();
    ROWS.iter().enumerate().find_map(|(row, letters)| {
        let column = letters.find(letter)? as f32;
        let first = 540.0 - (letters.len() as f32 - 1.0) / 2.0 * KEY_PX[2];
        Some([
            column.mul_add(KEY_PX[2], first),
            ROWS_PX[1].mul_add(row as f32, ROWS_PX[0]) + KEY_PX[1] / 2.0,
        ])
    })
}

fn keyboard_svg(theme: &Theme) -> String {
    let [key, special, back] = theme.keys.map(Rgba::css);
    let (bar, line, accent) = (theme.bar.css(), theme.hairline.css(), theme.ours[0].css());
    let height = 1920.0 - COMPOSER_TOP_PX;
    let mut svg = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1080 {height}'>\
         <rect width='1080' height='{height}' fill='{back}'/><rect width='1080' height='122' fill='{bar}'/>\
         <path d='M0 1 H1080' stroke='{line}' stroke-width='2'/>\
         <rect x='142' y='19' width='814' height='86' rx='43' fill='none' stroke='{line}' stroke-width='4'/>\
         <path d='M96 38 V86 M72 62 H120' stroke='{accent}' stroke-width='8' stroke-linecap='round'/>\
         <circle cx='908' cy='62' r='33' fill='{accent}'/>\
         <path d='M908 79 V46 M894 60 L908 46 L922 60' fill='none' stroke='#fff' stroke-width='7' \
         stroke-linecap='round' stroke-linejoin='round'/>"
    );
    let mut cap = |x: f32, y: f32, w: f32, fill: &str| {
        let y = y - COMPOSER_TOP_PX;
        let h = KEY_PX[1];
        let _ = write!(
            svg,
            "<rect x='{x}' y='{}' width='{w}' height='{h}' rx='14' fill='#000' opacity='.22'/>\
             <rect x='{x}' y='{y}' width='{w}' height='{h}' rx='14' fill='{fill}'/>",
            y + 4.0
        );
    };
    let row_y = |row: f32| ROWS_PX[1].mul_add(row, ROWS_PX[0]);
    for letter in ROWS.concat().chars() {
        if let Some([x, y]) = key_centre(letter) {
            cap(x - KEY_PX[0] / 2.0, y - KEY_PX[1] / 2.0, KEY_PX[0], &key);
        }
    }
    cap(19.0, row_y(2.0), 130.0, &special);
    cap(931.0, row_y(2.0), 130.0, &special);
    cap(19.0, row_y(3.0), 236.0, &special);
    cap(273.0, row_y(3.0), 534.0, &key);
    cap(825.0, row_y(3.0), 236.0, &special);
    let ink = theme.ink.css();
    let _ = write!(
        svg,
        "<g fill='none' stroke='{ink}' stroke-width='4.4' stroke-linecap='round' stroke-linejoin='round'>"
    );
    for (letter, strokes) in LETTERS {
        if let Some([x, y]) = key_centre(letter) {
            let _ = write!(
                svg,
                "<path transform='translate({} {}) scale(1.05)' d='{strokes}'/>",
                x - 14.0,
                y - COMPOSER_TOP_PX - 20.0
            );
        }
    }
    let y = row_y(2.0) - COMPOSER_TOP_PX + 48.0;
    let _ = write!(
        svg,
        "<path d='M84 {} l-22 24 h12 v20 h20 v-20 h12 z'/>\
         <path d='M980 {y} l18 -20 h34 v40 h-34 z M1008 {} l14 14 m0 -14 l-14 14'/></g></svg>",
        y - 24.0,
        y - 7.0
    );
    svg
}

/// Capital letters as single strokes in a box of 27 × 38.
const LETTERS: [(char, &str); 26] = [
    ('A', "M1 37 L13.5 1 L26 37 M5.5 25 H21.5"),
    ('B', "M4 1 V37 H15 C28 37 28 18 15 18 H4 M15 18 C25 18 25 1 15 1 H4"),
    ('C', "M25 8 C20 -2 2 -2 2 19 C2 40 20 40 25 30"),
    ('D', "M3 1 V37 H11 C30 37 30 1 11 1 Z"),
    ('E', "M23 1 H4 V37 H23 M4 18 H20"),
    ('F', "M23 1 H4 V37 M4 18 H20"),
    ('G', "M25 8 C20 -2 2 -2 2 19 C2 40 25 41 25 21 H15"),
    ('H', "M3 1 V37 M24 1 V37 M3 18 H24"),
    ('I', "M13.5 1 V37"),
    ('J', "M20 1 V27 C20 40 5 40 4 28"),
    ('K', "M4 1 V37 M24 1 L4 22 M11 15 L25 37"),
    ('L', "M5 1 V37 H23"),
    ('M', "M1 37 V1 L13.5 25 L26 1 V37"),
    ('N', "M3 37 V1 L24 37 V1"),
    ('O', "M13.5 0.5 C-2.5 0.5 -2.5 37.5 13.5 37.5 C29.5 37.5 29.5 0.5 13.5 0.5 Z"),
    ('P', "M4 37 V1 H15 C28 1 28 21 15 21 H4"),
    ('Q', "M13.5 0.5 C-2.5 0.5 -2.5 37.5 13.5 37.5 C29.5 37.5 29.5 0.5 13.5 0.5 Z M16 28 L26 39"),
    ('R', "M4 37 V1 H15 C27 1 27 19 15 19 H4 M15 19 L25 37"),
    ('S', "M24 8 C21 -2 3 -2 3 9 C3 22 25 15 25 28 C25 40 4 40 2 29"),
    ('T', "M1 1 H26 M13.5 1 V37"),
    ('U', "M3 1 V25 C3 41 24 41 24 25 V1"),
    ('V', "M1 1 L13.5 37 L26 1"),
    ('W', "M-3 1 L6 37 L13.5 8 L21 37 L30 1"),
    ('X', "M2 1 L25 37 M25 1 L2 37"),
    ('Y', "M1 1 L13.5 20 L26 1 M13.5 20 V37"),
    ('Z', "M3 1 H24 L2 37 H25"),
];

/// A rounded box round the origin.
pub(super) fn rounded(width: f32, height: f32, radius: f32) -> String {
    let (x, y, r) = (width / 2.0, height / 2.0, radius.min(width / 2.0).min(height / 2.0));
    let (l, t, w, h) = (r - x, r - y, 2.0 * (x - r), 2.0 * (y - r));
    format!(
        "M{l} -{y} h{w} a{r} {r} 0 0 1 {r} {r} v{h} a{r} {r} 0 0 1 -{r} {r} h-{w} \
         a{r} {r} 0 0 1 -{r} -{r} V{t} a{r} {r} 0 0 1 {r} -{r} Z"
    )
}

/// A circle round the origin.
pub(super) fn circle_path(radius: f32) -> String {
    format!(
        "M-{radius} 0 A{radius} {radius} 0 1 1 {radius} 0 A{radius} {radius} 0 1 1 -{radius} 0 Z"
    )
}

/// Content that strokes a whole path.
pub(super) fn stroke_path(d: &str, colour: Rgba, width_px: f32) -> Content {
    Content::Path(PathArt {
        d: d.to_owned(),
        fill: None,
        stroke: Some(Stroke { colour, width_px, dash_px: Vec::new() }),
        trim_from: Track::fixed(0.0),
        trim_to: Track::fixed(1.0),
    })
}

/// A layer glued to the screen for the whole shot.
pub(super) fn layer(name: &str, content: Content, pose: Pose) -> Layer {
    Layer { name: name.into(), content, depth: 0.0, from_frame: 0, until_frame: u32::MAX, pose }
}
